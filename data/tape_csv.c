#include "data/tape_csv.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/number.h"

enum { PRICE_SCALE = 12, RATE_SCALE = 16, VALUE_SCALE = 8, PERCENT_SCALE = 2 };

/* ---- fields ---- */

/* A row while it is written. */
struct row {
    char *at;
    const struct tape_stream *stream;
};

static void put_text(struct row *row, const char *text)
{
    size_t length = strlen(text);
    memcpy(row->at, text, length);
    row->at += length;
}

static void put_comma(struct row *row)
{
    *row->at++ = ',';
}

static void put_id(struct row *row, uint64_t id)
{
    char digits[24];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + id % 10);
        id /= 10;
    } while (id > 0);
    memcpy(row->at, digits + at, sizeof(digits) - at);
    row->at += sizeof(digits) - at;
}

static void put_integer(struct row *row, int64_t value)
{
    if (value < 0) {
        *row->at++ = '-';
    }
    put_id(row, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* Value / 10^scale with at least so many decimals. */
static void put_decimal(struct row *row, int64_t value, int scale, int decimals)
{
    if (scale < 0) {
        put_integer(row, value);
        for (; scale < 0 && value != 0; scale++) {
            *row->at++ = '0';
        }
        return;
    }
    char text[DECIMAL_BYTES];
    size_t length = decimal_format(value, (unsigned)scale, text);
    int there = number_written(text, length);
    memcpy(row->at, text, length);
    row->at += length;
    if (there == 0 && decimals > 0) {
        *row->at++ = '.';
    }
    for (; there < decimals; there++) {
        *row->at++ = '0';
    }
}

static void put_priced(struct row *row, int64_t value, int scale)
{
    bool fixed = (row->stream->style & TAPE_PRICE_FIXED) != 0;
    put_comma(row);
    put_decimal(row, value, scale, fixed ? row->stream->price_decimals : 0);
}

static void put_price(struct row *row, int64_t price_e12)
{
    put_priced(row, price_e12, PRICE_SCALE);
}

static void put_size(struct row *row, int64_t size)
{
    bool fixed = (row->stream->style & TAPE_SIZE_FIXED) != 0;
    int decimals = row->stream->size_decimals;
    put_comma(row);
    put_decimal(row, size, decimals, fixed ? decimals : 0);
}

static bool in_ms(const struct tape_stream *stream)
{
    return (stream->style & TAPE_TIME_MS) != 0;
}

static void put_time(struct row *row, int64_t time_us)
{
    bool seconds = (row->stream->style & TAPE_TIME_S) != 0;
    put_integer(row, in_ms(row->stream) ? time_us / US_PER_MS
                                        : (seconds ? time_us / US_PER_SECOND : time_us));
}

/* An instant of a tick has no seconds: exch_ms or exch_us. */
static void put_clocks(struct row *row, const struct tape_record *record)
{
    if ((record->flags & TAPE_RECEIVED) != 0) {
        put_integer(row, record->receive_ns);
    }
    put_comma(row);
    put_integer(row, in_ms(row->stream) ? record->time_us / US_PER_MS : record->time_us);
}

static void put_numbered(struct row *row, uint64_t id)
{
    put_comma(row);
    put_id(row, id);
}

static void put_maker(struct row *row, const struct tape_record *record)
{
    put_comma(row);
    if ((record->flags & TAPE_SIDE_UNKNOWN) == 0) {
        put_text(row, (record->flags & TAPE_BUY) != 0 ? "0" : "1");
    }
}

static void put_level(struct row *row, const struct tape_record *record)
{
    put_text(row, (record->flags & TAPE_BUY) != 0 ? ",b" : ",a");
    put_price(row, record->v[0]);
    put_size(row, record->v[1]);
}

/* ---- tables ---- */

enum tape_table tape_table_of(const struct tape_record *record)
{
    switch (record->kind) {
    case TAPE_BAR: return TAPE_TABLE_CANDLES;
    case TAPE_MARK_BAR:
    case TAPE_INDEX_BAR:
    case TAPE_PREMIUM_BAR: return TAPE_TABLE_PRICE_BARS;
    case TAPE_MARK:
    case TAPE_INDEX: return TAPE_TABLE_PRICES;
    case TAPE_FUNDING: return TAPE_TABLE_FUNDING;
    case TAPE_OPEN_INTEREST: return TAPE_TABLE_OPEN_INTEREST;
    case TAPE_LIQUIDATION: return TAPE_TABLE_LIQUIDATIONS;
    case TAPE_TRADE:
        return (record->flags & TAPE_AGGREGATE) != 0 ? TAPE_TABLE_AGGREGATES : TAPE_TABLE_TRADES;
    case TAPE_DEPTH:
        return (record->flags & TAPE_SNAPSHOT_ROW) != 0 ? TAPE_TABLE_DEPTH_SNAPSHOT
                                                        : TAPE_TABLE_DEPTH_UPDATES;
    case TAPE_QUOTE: return TAPE_TABLE_QUOTES;
    case TAPE_DEPTH_BAND: return TAPE_TABLE_DEPTH_BANDS;
    default: return TAPE_TABLE_RECORDS;
    }
}

const char *tape_table_name(enum tape_table table, enum tape_kind kind)
{
    switch (table) {
    case TAPE_TABLE_CANDLES: return "candles";
    case TAPE_TABLE_PRICE_BARS:
        return kind == TAPE_MARK_BAR ? "markPrice"
                                     : (kind == TAPE_INDEX_BAR ? "indexPrice" : "premiumIndex");
    case TAPE_TABLE_PRICES: return kind == TAPE_MARK ? "mark_ticks" : "index_ticks";
    case TAPE_TABLE_FUNDING: return "funding";
    case TAPE_TABLE_OPEN_INTEREST: return "metrics";
    case TAPE_TABLE_LIQUIDATIONS: return "liquidationSnapshot";
    case TAPE_TABLE_TRADES: return "trades";
    case TAPE_TABLE_AGGREGATES: return "aggtrades";
    case TAPE_TABLE_DEPTH_UPDATES: return "depth_updates";
    case TAPE_TABLE_DEPTH_SNAPSHOT: return "depth_snapshot";
    case TAPE_TABLE_QUOTES: return "book_ticker";
    case TAPE_TABLE_DEPTH_BANDS: return "bookDepth";
    case TAPE_TABLE_RECORDS: return tape_kind_text((int)kind);
    }
    return "?";
}

/* Aggregates have a receive time where one of the stream does. */
static bool received(const struct tape_stream *stream, const struct tape_record *first)
{
    return stream->receive_min_ns != INT64_MAX || (first->flags & TAPE_RECEIVED) != 0;
}

static const char *
columns_of(enum tape_table table, const struct tape_stream *stream, const struct tape_record *first)
{
    switch (table) {
    case TAPE_TABLE_CANDLES: return "@,open,high,low,close,volume\n";
    case TAPE_TABLE_PRICE_BARS: return "@,open,high,low,close\n";
    case TAPE_TABLE_PRICES: return "recv_ns,#,price\n";
    case TAPE_TABLE_FUNDING:
        return first->v[1] != 0 ? "calc_time,funding_interval_hours,last_funding_rate\n"
                                : "@,funding_rate\n";
    case TAPE_TABLE_OPEN_INTEREST:
        return "create_time,symbol,sum_open_interest,sum_open_interest_value\n";
    case TAPE_TABLE_LIQUIDATIONS:
        return "time,symbol,side,order_type,time_in_force,original_quantity,price,average_price,"
               "order_status,last_fill_quantity,accumulated_fill_quantity\n";
    case TAPE_TABLE_TRADES: return "recv_ns,#,trade_id,price,qty,buyer_is_maker\n";
    case TAPE_TABLE_AGGREGATES:
        return received(stream, first)
                   ? "recv_ns,agg_id,price,qty,first_trade_id,last_trade_id,@,buyer_is_maker\n"
                   : "agg_id,price,qty,first_trade_id,last_trade_id,@,buyer_is_maker\n";
    case TAPE_TABLE_DEPTH_UPDATES:
        return "recv_ns,#,first_update_id,last_update_id,prev_last_update_id,side,price,qty\n";
    case TAPE_TABLE_DEPTH_SNAPSHOT: return "recv_ns,#,last_update_id,side,price,qty\n";
    case TAPE_TABLE_QUOTES: return "recv_ns,#,update_id,bid,bid_qty,ask,ask_qty\n";
    case TAPE_TABLE_DEPTH_BANDS: return "timestamp,percentage,depth,notional\n";
    case TAPE_TABLE_RECORDS: return "kind,time_us,receive_ns,sequence,flags,spare,v0,v1,v2,v3\n";
    }
    return "";
}

size_t tape_table_header(char out[TAPE_ROW_BYTES],
                         enum tape_table table,
                         const struct tape_stream *stream,
                         const struct tape_record *first)
{
    struct row row = {out, stream};
    for (const char *text = columns_of(table, stream, first); *text != '\0'; text++) {
        if (*text == '@') {
            put_text(&row, in_ms(stream) ? "ts_ms" : "timestamp");
        } else if (*text == '#') {
            put_text(&row, in_ms(stream) ? "exch_ms" : "exch_us");
        } else {
            *row.at++ = *text;
        }
    }
    return (size_t)(row.at - out);
}

/* ---- rows ---- */

static void put_bar(struct row *row, const struct tape_record *record)
{
    put_time(row, record->time_us);
    for (int i = 0; i < 4; i++) {
        put_price(row, record->v[i]);
    }
    if (record->kind == TAPE_BAR) {
        put_size(row, (int64_t)record->sequence);
    }
}

static void
put_funding(struct row *row, const struct tape_record *record, const struct tape_record *first)
{
    put_time(row, record->time_us);
    if (first->v[1] != 0) {
        put_comma(row);
        put_decimal(row, record->v[1] / US_PER_HOUR, 0, 0);
    }
    put_priced(row, record->v[0], RATE_SCALE);
}

static void put_liquidation(struct row *row, const struct tape_record *record)
{
    put_time(row, record->time_us);
    put_comma(row);
    put_text(row, row->stream->symbol);
    put_text(row, (record->flags & TAPE_BUY) != 0 ? ",BUY,," : ",SELL,,");
    put_size(row, record->v[1]);
    put_price(row, record->v[0]);
    put_price(row, record->v[2]);
    put_comma(row);
    put_size(row, record->v[1]);
    put_size(row, record->v[1]);
}

static void
put_aggregate(struct row *row, const struct tape_record *record, const struct tape_record *first)
{
    if (received(row->stream, first)) {
        if ((record->flags & TAPE_RECEIVED) != 0) {
            put_integer(row, record->receive_ns);
        }
        put_comma(row);
    }
    put_id(row, record->sequence);
    put_price(row, record->v[0]);
    put_size(row, record->v[1]);
    put_numbered(row, (uint64_t)record->v[2]);
    put_numbered(row, (uint64_t)record->v[3]);
    put_comma(row);
    put_time(row, record->time_us);
    put_maker(row, record);
}

static void put_tick(struct row *row, enum tape_table table, const struct tape_record *record)
{
    put_clocks(row, record);
    if (table == TAPE_TABLE_PRICES) {
        put_price(row, record->v[0]);
        return;
    }
    if (table == TAPE_TABLE_DEPTH_UPDATES) {
        put_numbered(row, (uint64_t)record->v[2]);
    }
    put_numbered(row, record->sequence);
    if (table == TAPE_TABLE_DEPTH_UPDATES) {
        put_numbered(row, (uint64_t)record->v[3]);
    }
    if (record->kind == TAPE_DEPTH) {
        put_level(row, record);
        return;
    }
    put_price(row, record->v[0]);
    put_size(row, record->v[1]);
    if (table == TAPE_TABLE_QUOTES) {
        put_price(row, record->v[2]);
        put_size(row, record->v[3]);
    } else {
        put_maker(row, record);
    }
}

static void put_open_interest(struct row *row, const struct tape_record *record)
{
    put_time(row, record->time_us);
    put_comma(row);
    put_text(row, row->stream->symbol);
    put_size(row, record->v[0]);
    put_comma(row);
    put_decimal(row, record->v[1], VALUE_SCALE, 0);
}

static void put_band(struct row *row, const struct tape_record *record)
{
    put_time(row, record->time_us);
    put_comma(row);
    put_decimal(row, record->v[0], PERCENT_SCALE, 0);
    put_size(row, record->v[1]);
    put_comma(row);
    put_decimal(row, record->v[2], VALUE_SCALE, 0);
}

static void put_fields(struct row *row, const struct tape_record *record)
{
    put_id(row, record->kind);
    put_comma(row);
    put_integer(row, record->time_us);
    put_comma(row);
    put_integer(row, record->receive_ns);
    put_comma(row);
    put_id(row, record->sequence);
    put_comma(row);
    put_id(row, record->flags);
    put_comma(row);
    put_id(row, record->spare);
    for (int i = 0; i < 4; i++) {
        put_comma(row);
        put_integer(row, record->v[i]);
    }
}

size_t tape_table_row(char out[TAPE_ROW_BYTES],
                      enum tape_table table,
                      const struct tape_stream *stream,
                      const struct tape_record *record,
                      const struct tape_record *first)
{
    struct row row = {out, stream};
    switch (table) {
    case TAPE_TABLE_CANDLES:
    case TAPE_TABLE_PRICE_BARS: put_bar(&row, record); break;
    case TAPE_TABLE_FUNDING: put_funding(&row, record, first); break;
    case TAPE_TABLE_OPEN_INTEREST: put_open_interest(&row, record); break;
    case TAPE_TABLE_LIQUIDATIONS: put_liquidation(&row, record); break;
    case TAPE_TABLE_PRICES:
    case TAPE_TABLE_TRADES:
    case TAPE_TABLE_DEPTH_UPDATES:
    case TAPE_TABLE_DEPTH_SNAPSHOT:
    case TAPE_TABLE_QUOTES: put_tick(&row, table, record); break;
    case TAPE_TABLE_AGGREGATES: put_aggregate(&row, record, first); break;
    case TAPE_TABLE_DEPTH_BANDS: put_band(&row, record); break;
    case TAPE_TABLE_RECORDS: put_fields(&row, record); break;
    }
    *row.at++ = '\n';
    return (size_t)(row.at - out);
}
