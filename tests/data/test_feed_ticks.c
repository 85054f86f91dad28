/* test_feed_ticks.c - records of a tape as lines of a feed, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/feed_json.h"

struct world {
    struct instruments instruments, read;
    struct feed_parser parser;
    struct error error;
};

static void parse(struct world *world, struct feed_record *out, const char *text)
{
    if (!feed_parser_line(&world->parser, out, text, strlen(text), &world->error)) {
        fail_msg("%s: %s", text, world->error.text);
    }
}

static char *line_of(const struct world *world, const struct feed_record *record)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    feed_json_write(stream, record, &world->instruments);
    assert_int_equal(fclose(stream), 0);
    text[size - 1] = '\0';
    return text;
}

/* One symbol, a start line taken. */
static struct world *world_new(void)
{
    static const struct tier tier = {0, 5000 * ONE_E8, 10000000, 0, 50};
    struct world *world = calloc(1, sizeof(*world));
    struct instrument item = {.symbol = "BTCUSDT",
                              .tick_e12 = ONE_E12 / 10,
                              .lot_e6 = 1000,
                              .size_min_e6 = 1000,
                              .size_max_e6 = 1000 * ONE_E6,
                              .margin_model = MARGIN_BINANCE,
                              .pack = 1};
    int32_t index = 0;
    assert_non_null(world);
    instruments_init(&world->instruments);
    assert_true(instruments_add(&world->instruments, &item, &index));
    assert_true(instruments_tiers(&world->instruments, index, &tier, 1));
    feed_parser_init(&world->parser, "feed", &world->read);
    error_init(&world->error);
    struct feed_record start = {.kind = FEED_START, .instrument = INSTRUMENT_NONE};
    struct feed_record *out = calloc(1, sizeof(*out));
    start.start = (struct feed_start){.starting_balance_e8 = ONE_E8, .fidelity = FIDELITY_DEPTH};
    char *text = line_of(world, &start);
    parse(world, out, text);
    free(text);
    free(out);
    return world;
}

static void world_free(struct world *world)
{
    feed_parser_release(&world->parser);
    free(world);
}

static void cover(struct world *world, enum fidelity fidelity)
{
    struct feed_record record = {.kind = FEED_COVERS, .cover = {fidelity, 0, 1000}};
    struct feed_record out;
    char *text = line_of(world, &record);
    parse(world, &out, text);
    assert_int_equal(out.kind, FEED_COVERS);
    assert_memory_equal(&out.cover, &record.cover, sizeof(out.cover));
    free(text);
}

/* Written, read, and the same; size_decimals too. */
static void round_trip(struct world *world, const struct tape_record *record, int32_t decimals)
{
    struct feed_record given = {
        .kind = FEED_TICK, .time_us = record->time_us, .tick = {record, decimals}};
    struct feed_record out;
    char *text = line_of(world, &given);
    parse(world, &out, text);
    assert_int_equal(out.kind, FEED_TICK);
    assert_int_equal(out.instrument, 0);
    assert_int_equal(out.tick.size_decimals, decimals);
    assert_memory_equal(out.tick.record, record, sizeof(*record));
    free(text);
}

static void every_record_comes_back_bit_for_bit(void **state)
{
    (void)state;
    struct world *world = world_new();
    cover(world, FIDELITY_TRADES);
    cover(world, FIDELITY_DEPTH);
    struct tape_record trade = {.time_us = 7,
                                .receive_ns = -1272402468,
                                .sequence = UINT64_MAX,
                                .kind = TAPE_TRADE,
                                .flags = TAPE_BUY | TAPE_AGGREGATE | TAPE_RECEIVED,
                                .v = {61800300000000000, INT64_MAX, 5, INT64_MAX}};
    round_trip(world, &trade, 18);
    round_trip(world, &trade, -8);
    struct tape_record row = {.time_us = 8,
                              .sequence = 5123107837557,
                              .kind = TAPE_DEPTH,
                              .flags = TAPE_SNAPSHOT_ROW | TAPE_LAST | TAPE_SIDE_UNKNOWN,
                              .v = {1, 0, 5123107832006, 5123107831937}};
    round_trip(world, &row, 3);
    struct tape_record quote = {
        .time_us = 8, .kind = TAPE_QUOTE, .v = {0, 0, 61800300000000000, 2504}};
    round_trip(world, &quote, 3);
    struct tape_record mark = {.time_us = 9, .kind = TAPE_MARK, .v = {61795123456789012}};
    round_trip(world, &mark, 0);
    mark.kind = TAPE_INDEX;
    round_trip(world, &mark, 0);
    world_free(world);
}

static void a_trade_is_written_as_documented(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct tape_record trade = {.time_us = 1723161256322000,
                                .receive_ns = 1723161255088176367,
                                .sequence = 5266583935,
                                .kind = TAPE_TRADE,
                                .flags = TAPE_BUY | TAPE_RECEIVED,
                                .v = {61800300000000000, 6}};
    struct feed_record record = {.kind = FEED_TICK, .time_us = trade.time_us, .tick = {&trade, 3}};
    char *text = line_of(world, &record);
    assert_string_equal(text,
                        "{\"kind\":\"trade\",\"t\":1723161256322000,\"symbol\":\"BTCUSDT\","
                        "\"price\":\"61800.3\",\"size\":\"0.006\",\"size_decimals\":3,"
                        "\"sequence\":5266583935,\"buy\":true,\"receive_ns\":1723161255088176367}");
    free(text);
    world_free(world);
}

static void refuse(struct world *world, const char *text, const char *words)
{
    struct feed_record out;
    error_init(&world->error);
    assert_false(feed_parser_line(&world->parser, &out, text, strlen(text), &world->error));
    if (strstr(world->error.text, words) == NULL) {
        fail_msg("'%s' says nothing of '%s'", world->error.text, words);
    }
}

#define MARK "{\"kind\":\"mark_price\",\"t\":5,\"symbol\":\"BTCUSDT\",\"price\":\"1\"}"
#define DEPTH                                                                                      \
    "{\"kind\":\"depth\",\"t\":5,\"symbol\":\"BTCUSDT\",\"price\":\"1\",\"size\":\"1\","           \
    "\"size_decimals\":0}"

static void what_the_exchange_could_not_take_is_refused(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct feed_record out;
    refuse(world, MARK, "covers");
    cover(world, FIDELITY_TRADES);
    refuse(world, DEPTH, "covers");
    refuse(world, "{\"kind\":\"tick\",\"t\":5}", "\"kind\" is none of");
    refuse(world,
           "{\"kind\":\"trade\",\"t\":5,\"symbol\":\"BTCUSDT\",\"price\":\"0\",\"size\":\"1\","
           "\"size_decimals\":0}",
           "\"price\"");
    refuse(world,
           "{\"kind\":\"trade\",\"t\":5,\"symbol\":\"BTCUSDT\",\"price\":\"1\",\"size\":\"0.01\","
           "\"size_decimals\":1}",
           "\"size\"");
    parse(world, &out, MARK);
    refuse(world, "{\"kind\":\"clock\",\"t\":5,\"offset_ns\":1}", "behind the first input");
    world_free(world);
}

static void the_clock_comes_back(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct feed_record record = {.kind = FEED_CLOCK, .instrument = INSTRUMENT_NONE};
    struct feed_record out;
    record.offset_ns = 1272402468;
    char *text = line_of(world, &record);
    assert_string_equal(text, "{\"kind\":\"clock\",\"t\":0,\"offset_ns\":1272402468}");
    parse(world, &out, text);
    assert_int_equal(out.offset_ns, 1272402468);
    free(text);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_comes_back_bit_for_bit),
        cmocka_unit_test(a_trade_is_written_as_documented),
        cmocka_unit_test(what_the_exchange_could_not_take_is_refused),
        cmocka_unit_test(the_clock_comes_back),
    };
    return cmocka_run_group_tests_name("feed_ticks", tests, NULL, NULL);
}
