/* The data folder's tapes: trades, aggregated trades, best bid and ask, depth and its snapshots, as Cerberus writes them back
 * (export). recv_ns is the receiver's clock, exch_ms the venue's. */
#include "data/import/dialects.h"
#include "data/import/ticks.h"

static void clocks_read(struct ticks *self, const struct csv_field *fields)
{
    ticks_receive(self, &fields[0]);
    ticks_time(self, &fields[1]);
}

/* ---- rows ---- */

static void trade_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    clocks_read(self, fields);
    record->sequence = (uint64_t)ticks_whole(self, &fields[2]);
    record->v[0] = ticks_price(self, &fields[3]);
    record->v[1] = ticks_size(self, &fields[4]);
    record->v[2] = record->v[3] = (int64_t)record->sequence;
    ticks_maker(self, &fields[5]);
    ticks_add(self, TAPE_TRADE);
}

static void agg_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    record->sequence = (uint64_t)ticks_whole(self, &fields[0]);
    record->v[0] = ticks_price(self, &fields[1]);
    record->v[1] = ticks_size(self, &fields[2]);
    record->v[2] = ticks_whole(self, &fields[3]);
    record->v[3] = ticks_whole(self, &fields[4]);
    ticks_time(self, &fields[5]);
    record->flags = TAPE_AGGREGATE;
    ticks_maker(self, &fields[6]);
    ticks_add(self, TAPE_TRADE);
}

static void quote_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    clocks_read(self, fields);
    record->sequence = (uint64_t)ticks_whole(self, &fields[2]);
    record->v[0] = ticks_price(self, &fields[3]);
    record->v[2] = ticks_price(self, &fields[5]);
    const struct csv_field *const sizes[2] = {&fields[4], &fields[6]};
    int64_t read[2] = {0, 0};
    ticks_sizes(self, sizes, read);
    record->v[1] = read[0];
    record->v[3] = read[1];
    ticks_add(self, TAPE_QUOTE);
}

static void level_read(struct ticks *self, const struct csv_field *fields)
{
    ticks_side(self, &fields[0]);
    self->record.v[0] = ticks_price(self, &fields[1]);
    self->record.v[1] = ticks_size(self, &fields[2]);
    ticks_level(self);
}

static void depth_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    clocks_read(self, fields);
    record->v[2] = ticks_whole(self, &fields[2]);
    record->sequence = (uint64_t)ticks_whole(self, &fields[3]);
    record->v[3] = ticks_whole(self, &fields[4]);
    level_read(self, fields + 5);
}

static void snapshot_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    clocks_read(self, fields);
    self->record.sequence = (uint64_t)ticks_whole(self, &fields[2]);
    self->record.flags |= TAPE_SNAPSHOT_ROW;
    level_read(self, fields + 3);
}

/* ---- the dialects ---- */

static const char *const trade_headers[] = {"recv_ns,exch_ms,trade_id,price,qty,buyer_is_maker",
                                            NULL};
static const char *const agg_headers[] = {
    "agg_id,price,qty,first_trade_id,last_trade_id,ts_ms,buyer_is_maker", NULL};
static const char *const quote_headers[] = {"recv_ns,exch_ms,update_id,bid,bid_qty,ask,ask_qty",
                                            NULL};
static const char *const depth_headers[] = {
    "recv_ns,exch_ms,first_update_id,last_update_id,prev_last_update_id,side,price,qty", NULL};
static const char *const snapshot_headers[] = {"recv_ns,exch_ms,last_update_id,side,price,qty",
                                               NULL};
static const struct ticks_format trade_format = {trade_headers, NULL, 6, 6, trade_row};
static const struct ticks_format agg_format = {agg_headers, NULL, 7, 7, agg_row};
static const struct ticks_format quote_format = {quote_headers, NULL, 7, 7, quote_row};
static const struct ticks_format depth_format = {depth_headers, NULL, 8, 8, depth_row};
static const struct ticks_format snapshot_format = {snapshot_headers, NULL, 6, 6, snapshot_row};

TICKS_CLAIMS(trade)
TICKS_READ(trade)
TICKS_CLAIMS(agg)
TICKS_READ(agg)
TICKS_CLAIMS(quote)
TICKS_READ(quote)
TICKS_CLAIMS(depth)
TICKS_READ(depth)
TICKS_CLAIMS(snapshot)
TICKS_READ(snapshot)
const struct import_dialect import_cerberus_trades = {
    "cerberus-trades", "tape CSV: recv_ns,exch_ms,trade_id,price,qty,buyer_is_maker", trade_claims,
    trade_read};
const struct import_dialect import_cerberus_agg_trades = {
    "cerberus-aggtrades",
    "tape CSV: agg_id,price,qty,first_trade_id,last_trade_id,ts_ms,buyer_is_maker", agg_claims,
    agg_read};
const struct import_dialect import_cerberus_quotes = {
    "cerberus-quotes", "tape CSV: recv_ns,exch_ms,update_id,bid,bid_qty,ask,ask_qty", quote_claims,
    quote_read};
const struct import_dialect import_cerberus_depth = {
    "cerberus-depth", "tape CSV: recv_ns,exch_ms,first_update_id,last_update_id,...,side,price,qty",
    depth_claims, depth_read};
const struct import_dialect import_cerberus_depth_snapshot = {
    "cerberus-depth-snapshot", "tape CSV: recv_ns,exch_ms,last_update_id,side,price,qty",
    snapshot_claims, snapshot_read};
