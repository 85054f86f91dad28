/* The data folder's tapes: trades, aggregated trades, best bid and ask, depth and its snapshots, as
 * Cerberus writes them back (export, data/TAPE.md). recv_ns is the receiver's clock, empty where
 * there was none; exch_ms, exch_us the venue's. */
#include <string.h>

#include "data/import/dialects.h"
#include "data/import/ticks.h"

static void clocks_read(struct ticks *self, const struct csv_field *fields)
{
    if (fields[0].length > 0) {
        ticks_receive(self, &fields[0]);
    }
    ticks_time(self, &fields[1]);
}

static void side_read(struct ticks *self, const struct csv_field *field)
{
    if (field->length > 0) {
        ticks_maker(self, field);
    } else {
        self->record.flags |= TAPE_SIDE_UNKNOWN;
    }
}

/* A venue's number, or the hash that stands for what was none (ticks_id): that has 19 or 20 digits. */
static uint64_t id_read(struct ticks *self, const struct csv_field *field)
{
    enum { HASH_DIGITS = 19 };
    uint64_t id = 0;
    if (field->length < HASH_DIGITS) {
        return (uint64_t)ticks_whole(self, field);
    }
    for (size_t i = 0; i < field->length; i++) {
        unsigned digit = (unsigned)(unsigned char)field->text[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(id, 10U, &id) ||
            __builtin_add_overflow(id, digit, &id)) {
            ticks_refuse(self, field, "not a whole number");
            return 0;
        }
    }
    return id;
}

/* ---- rows ---- */

static void trade_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    clocks_read(self, fields);
    record->sequence = id_read(self, &fields[2]);
    record->v[0] = ticks_price(self, &fields[3]);
    record->v[1] = ticks_size(self, &fields[4]);
    side_read(self, &fields[5]);
    ticks_add(self, TAPE_TRADE);
}

/* With a receive time before the rest, or without. */
static void agg_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    enum { COLUMNS = 7 };
    struct tape_record *record = &self->record;
    const bool received = strncmp(self->probe->header_line, "recv_ns,", 8) == 0;
    if (count != COLUMNS + received) {
        ticks_refuse(self, NULL, "the number of fields is not that of the header");
        return;
    }
    record->flags = TAPE_AGGREGATE;
    if (received && fields[0].length > 0) {
        ticks_receive(self, fields);
    }
    fields += received;
    record->sequence = id_read(self, &fields[0]);
    record->v[0] = ticks_price(self, &fields[1]);
    record->v[1] = ticks_size(self, &fields[2]);
    record->v[2] = ticks_whole(self, &fields[3]);
    record->v[3] = ticks_whole(self, &fields[4]);
    ticks_time(self, &fields[5]);
    side_read(self, &fields[6]);
    ticks_add(self, TAPE_TRADE);
}

static void quote_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    clocks_read(self, fields);
    record->sequence = id_read(self, &fields[2]);
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
    record->sequence = id_read(self, &fields[3]);
    record->v[3] = ticks_whole(self, &fields[4]);
    level_read(self, fields + 5);
}

static void snapshot_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    clocks_read(self, fields);
    self->record.sequence = id_read(self, &fields[2]);
    self->record.flags |= TAPE_SNAPSHOT_ROW;
    level_read(self, fields + 3);
}

/* ---- the dialects ---- */

static const char *const trade_headers[] = {"recv_ns,exch_ms,trade_id,price,qty,buyer_is_maker",
                                            "recv_ns,exch_us,trade_id,price,qty,buyer_is_maker",
                                            NULL};
static const char *const agg_headers[] = {
    "agg_id,price,qty,first_trade_id,last_trade_id,ts_ms,buyer_is_maker",
    "agg_id,price,qty,first_trade_id,last_trade_id,timestamp,buyer_is_maker",
    "recv_ns,agg_id,price,qty,first_trade_id,last_trade_id,ts_ms,buyer_is_maker",
    "recv_ns,agg_id,price,qty,first_trade_id,last_trade_id,timestamp,buyer_is_maker", NULL};
static const char *const quote_headers[] = {"recv_ns,exch_ms,update_id,bid,bid_qty,ask,ask_qty",
                                            "recv_ns,exch_us,update_id,bid,bid_qty,ask,ask_qty",
                                            NULL};
static const char *const depth_headers[] = {
    "recv_ns,exch_ms,first_update_id,last_update_id,prev_last_update_id,side,price,qty",
    "recv_ns,exch_us,first_update_id,last_update_id,prev_last_update_id,side,price,qty", NULL};
static const char *const snapshot_headers[] = {"recv_ns,exch_ms,last_update_id,side,price,qty",
                                               "recv_ns,exch_us,last_update_id,side,price,qty",
                                               NULL};
static const struct ticks_format trade_format = {trade_headers, NULL, 6, 6, trade_row};
static const struct ticks_format agg_format = {agg_headers, NULL, 7, 8, agg_row};
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
