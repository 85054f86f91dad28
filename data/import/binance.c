/* Binance's aggTrades, trades and bookTicker, USD-M, COIN-M and spot, with and without a header (PROTOCOLS E1). */
#include "data/import/dialects.h"
#include "data/import/ticks.h"

/* ---- aggTrades ---- */

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

static const char *const agg_headers[] = {
    "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker", NULL};
static const char *const agg_shapes[] = {"inniitb", "inniitbb", NULL};
static const struct ticks_format agg_format = {agg_headers, agg_shapes, 7, 8, agg_row};

TICKS_CLAIMS(agg)
TICKS_READ(agg)

/* ---- trades ---- */

static void trade_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    record->sequence = (uint64_t)ticks_whole(self, &fields[0]);
    record->v[0] = ticks_price(self, &fields[1]);
    record->v[1] = ticks_size(self, &fields[2]);
    ticks_time(self, &fields[4]);
    ticks_maker(self, &fields[5]);
    ticks_add(self, TAPE_TRADE);
}

static const char *const trade_headers[] = {"id,price,qty,quote_qty,time,is_buyer_maker",
                                            "id,price,qty,base_qty,time,is_buyer_maker", NULL};
static const char *const trade_shapes[] = {"innntb", "innntbb", NULL};
static const struct ticks_format trade_format = {trade_headers, trade_shapes, 6, 7, trade_row};

TICKS_CLAIMS(trade)
TICKS_READ(trade)

/* ---- bookTicker ---- */

/* transaction_time is the matching engine's, as in depth and trades. event_time is the venue's as well, when it sent the row:
 * no receiver's clock, so it is looked at and goes nowhere. */
static void ticker_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    record->sequence = (uint64_t)ticks_whole(self, &fields[0]);
    record->v[0] = ticks_price(self, &fields[1]);
    record->v[2] = ticks_price(self, &fields[3]);
    const struct csv_field *const sizes[2] = {&fields[2], &fields[4]};
    int64_t read[2] = {0, 0};
    ticks_sizes(self, sizes, read);
    record->v[1] = read[0];
    record->v[3] = read[1];
    (void)ticks_time_us(self, &fields[6]);
    ticks_time(self, &fields[5]);
    ticks_add(self, TAPE_QUOTE);
}

static const char *const ticker_headers[] = {
    "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time",
    NULL};
static const char *const ticker_shapes[] = {"innnntt", NULL};
static const struct ticks_format ticker_format = {ticker_headers, ticker_shapes, 7, 7, ticker_row};

TICKS_CLAIMS(ticker)
TICKS_READ(ticker)

const struct import_dialect import_binance_agg_trades = {
    "binance-aggTrades", "Binance: agg_trade_id,price,quantity,first_trade_id,last_trade_id,...",
    agg_claims, agg_read};
const struct import_dialect import_binance_trades = {
    "binance-trades", "Binance: id,price,qty,quote_qty,time,is_buyer_maker[,is_best_match]",
    trade_claims, trade_read};
const struct import_dialect import_binance_book_ticker = {
    "binance-bookTicker", "Binance: update_id,best_bid_price,best_bid_qty,...,transaction_time",
    ticker_claims, ticker_read};
