/* Records as rows: exact numbers, decimals as written, columns by kind; rows written by hand. */
#include "data/tape_csv.h"

#include "tests/data/tape_world.h"

static void
expect(const struct tape_stream *stream, const struct tape_record *record, const char *rows)
{
    char text[2 * TAPE_ROW_BYTES + 1];
    enum tape_table table = tape_table_of(record);
    size_t length = tape_table_header(text, table, stream, record);
    length += tape_table_row(text + length, table, stream, record, record);
    text[length] = '\0';
    assert_string_equal(text, rows);
}

enum { ALL_MS = TAPE_PRICE_FIXED | TAPE_SIZE_FIXED | TAPE_TIME_MS };

static struct tape_stream styled(enum tape_kind kind, int style, int price, int size)
{
    struct tape_stream stream = stream_of("BTCUSDT", kind);
    stream.style = (uint16_t)style;
    stream.price_decimals = (int8_t)price;
    stream.size_decimals = (int8_t)size;
    return stream;
}

static void ticks_have_the_columns_of_the_data_folder(void **state)
{
    (void)state;
    struct tape_stream stream = styled(TAPE_TRADE, ALL_MS, 2, 3);
    struct tape_record record = {.time_us = 1723161256322000,
                                 .receive_ns = 1723161255088176367,
                                 .sequence = 5266583935,
                                 .kind = TAPE_TRADE,
                                 .flags = TAPE_BUY | TAPE_RECEIVED,
                                 .v = {61800300000000000, 6, 5266583935, 5266583935}};
    expect(&stream, &record,
           "recv_ns,exch_ms,trade_id,price,qty,buyer_is_maker\n"
           "1723161255088176367,1723161256322,5266583935,61800.30,0.006,0\n");
    record.flags = TAPE_SIDE_UNKNOWN;
    stream.style = 0;
    expect(&stream, &record,
           "recv_ns,exch_us,trade_id,price,qty,buyer_is_maker\n"
           ",1723161256322000,5266583935,61800.3,0.006,\n");
    record = (struct tape_record){.time_us = 1729987202368000,
                                  .sequence = 60953854,
                                  .kind = TAPE_TRADE,
                                  .flags = TAPE_AGGREGATE,
                                  .v = {9080000, 359171100, 209942017, 209942018}};
    stream = styled(TAPE_TRADE, ALL_MS, 8, 2);
    expect(&stream, &record,
           "agg_id,price,qty,first_trade_id,last_trade_id,ts_ms,buyer_is_maker\n"
           "60953854,0.00000908,3591711.00,209942017,209942018,1729987202368,1\n");
    record.flags |= TAPE_RECEIVED | TAPE_BUY;
    record.receive_ns = 5;
    expect(&stream, &record,
           "recv_ns,agg_id,price,qty,first_trade_id,last_trade_id,ts_ms,buyer_is_maker\n"
           "5,60953854,0.00000908,3591711.00,209942017,209942018,1729987202368,0\n");
    record = (struct tape_record){.time_us = 1723161256313000,
                                  .receive_ns = 1723161255088169167,
                                  .sequence = 5123107839020,
                                  .kind = TAPE_QUOTE,
                                  .flags = TAPE_RECEIVED,
                                  .v = {61800200000000000, 2507, 61800300000000000, 2510}};
    stream = styled(TAPE_QUOTE, ALL_MS, 2, 3);
    expect(&stream, &record,
           "recv_ns,exch_ms,update_id,bid,bid_qty,ask,ask_qty\n"
           "1723161255088169167,1723161256313,5123107839020,61800.20,2.507,61800.30,2.510\n");
}

static void a_book_has_two_tables(void **state)
{
    (void)state;
    struct tape_stream stream = styled(TAPE_DEPTH, ALL_MS, 2, 3);
    struct tape_record record = {.time_us = 1723161256298000,
                                 .receive_ns = 1723161255030314667,
                                 .sequence = 5123107837557,
                                 .kind = TAPE_DEPTH,
                                 .flags = TAPE_BUY | TAPE_RECEIVED | TAPE_LAST,
                                 .v = {61510900000000000, 0, 5123107832006, 5123107831937}};
    expect(&stream, &record,
           "recv_ns,exch_ms,first_update_id,last_update_id,prev_last_update_id,side,price,qty\n"
           "1723161255030314667,1723161256298,5123107832006,5123107837557,5123107831937,b,61510.90,"
           "0.000\n");
    record.flags = TAPE_RECEIVED | TAPE_SNAPSHOT_ROW;
    expect(&stream, &record,
           "recv_ns,exch_ms,last_update_id,side,price,qty\n"
           "1723161255030314667,1723161256298,5123107837557,a,61510.90,0.000\n");
}

static void bars_and_rates_are_as_short_as_they_were(void **state)
{
    (void)state;
    struct tape_stream stream = styled(TAPE_BAR, TAPE_TIME_MS, 7, 0);
    struct tape_record record = {.time_us = 1767484800000000,
                                 .sequence = 58461497,
                                 .kind = TAPE_BAR,
                                 .v = {6107400000, 6107900000, 6100000000, 6104500000}};
    expect(&stream, &record,
           "ts_ms,open,high,low,close,volume\n"
           "1767484800000,0.0061074,0.0061079,0.0061,0.0061045,58461497\n");
    stream.size_decimals = -5; /* a series of volumes beyond int64 */
    expect(&stream, &record,
           "ts_ms,open,high,low,close,volume\n"
           "1767484800000,0.0061074,0.0061079,0.0061,0.0061045,5846149700000\n");
    stream.size_decimals = 2;
    stream.style = TAPE_TIME_S;
    record.sequence = 58461490;
    expect(&stream, &record,
           "timestamp,open,high,low,close,volume\n"
           "1767484800,0.0061074,0.0061079,0.0061,0.0061045,584614.9\n");
    stream.kind = record.kind = TAPE_PREMIUM_BAR;
    stream.style = 0;
    record.v[0] = -12345;
    expect(&stream, &record,
           "timestamp,open,high,low,close\n"
           "1767484800000000,-0.000000012345,0.0061079,0.0061,0.0061045\n");
    record = (struct tape_record){
        .time_us = 1738368000000000, .kind = TAPE_FUNDING, .v = {1000000000000, 0}};
    stream = styled(TAPE_FUNDING, TAPE_TIME_MS, 8, 0);
    expect(&stream, &record, "ts_ms,funding_rate\n1738368000000,0.0001\n");
    stream.style |= TAPE_PRICE_FIXED;
    expect(&stream, &record, "ts_ms,funding_rate\n1738368000000,0.00010000\n");
    record.v[0] = -924315657075;
    record.v[1] = 28800000000;
    stream.style = TAPE_TIME_MS;
    expect(&stream, &record,
           "calc_time,funding_interval_hours,last_funding_rate\n"
           "1738368000000,8,-0.0000924315657075\n");
}

static void the_rest_is_as_binance_has_it(void **state)
{
    (void)state;
    struct tape_record record = {.time_us = 1767225600000000,
                                 .kind = TAPE_LIQUIDATION,
                                 .flags = TAPE_BUY,
                                 .v = {61510900000000000, 125, 61510800000000000}};
    struct tape_stream stream = styled(TAPE_LIQUIDATION, TAPE_TIME_MS, 2, 3);
    expect(&stream, &record,
           "time,symbol,side,order_type,time_in_force,original_quantity,price,average_price,order_"
           "status,last_fill_quantity,accumulated_fill_quantity\n"
           "1767225600000,BTCUSDT,BUY,,,0.125,61510.9,61510.8,,0.125,0.125\n");
    record = (struct tape_record){.time_us = 1767225600000000,
                                  .kind = TAPE_DEPTH_BAND,
                                  .v = {-20, 2512345, 1545000012300000}};
    stream = styled(TAPE_DEPTH_BAND, TAPE_TIME_MS, 0, 3);
    expect(&stream, &record,
           "timestamp,percentage,depth,notional\n1767225600000,-0.2,2512.345,15450000.123\n");
    record = (struct tape_record){
        .time_us = 1767225600000000, .kind = TAPE_OPEN_INTEREST, .v = {123, 250000000}};
    stream = styled(TAPE_OPEN_INTEREST, TAPE_TIME_MS, 0, 3);
    expect(&stream, &record,
           "create_time,symbol,sum_open_interest,sum_open_interest_value\n"
           "1767225600000,BTCUSDT,0.123,2.5\n");
    record =
        (struct tape_record){.time_us = 1767225600000001, .kind = TAPE_MARK, .v = {5, 0, 0, 0}};
    stream = styled(TAPE_MARK, 0, 12, 0);
    expect(&stream, &record, "recv_ns,exch_us,price\n,1767225600000001,0.000000000005\n");
    record = (struct tape_record){.time_us = -1,
                                  .receive_ns = INT64_MIN,
                                  .sequence = UINT64_MAX,
                                  .kind = TAPE_EVENT + 3,
                                  .v = {INT64_MAX, -2, 3, 4}};
    stream = styled(TAPE_EVENT, 0, 0, 0);
    expect(&stream, &record,
           "kind,time_us,receive_ns,sequence,flags,spare,v0,v1,v2,v3\n"
           "67,-1,-9223372036854775808,18446744073709551615,0,0,9223372036854775807,-2,3,4\n");
}

/* The longest row of any kind fits TAPE_ROW_BYTES. */
static void extremes_fit(void **state)
{
    (void)state;
    static const int kinds[] = {1, 4, 8, 10, 11, 12, 16, 17, 18, 19, 58};
    char text[TAPE_ROW_BYTES];
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        for (int scale = -8; scale <= 18; scale += 13) {
            struct tape_stream stream =
                styled((enum tape_kind)kinds[i], TAPE_PRICE_FIXED | TAPE_SIZE_FIXED, 16, scale);
            memset(stream.symbol, 'X', sizeof(stream.symbol) - 1);
            struct tape_record record = {.time_us = INT64_MIN,
                                         .receive_ns = INT64_MIN,
                                         .sequence = UINT64_MAX,
                                         .kind = (uint16_t)kinds[i],
                                         .flags = TAPE_RECEIVED | TAPE_AGGREGATE,
                                         .v = {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN}};
            size_t length = tape_table_row(text, tape_table_of(&record), &stream, &record, &record);
            assert_in_range(length, 10, TAPE_ROW_BYTES);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_have_the_columns_of_the_data_folder),
        cmocka_unit_test(a_book_has_two_tables),
        cmocka_unit_test(bars_and_rates_are_as_short_as_they_were),
        cmocka_unit_test(the_rest_is_as_binance_has_it),
        cmocka_unit_test(extremes_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
