#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/feed_json.h"

/* ---- worlds ---- */

struct world {
    struct instruments written, read;
    struct feed_parser parser;
    struct error error;
};

static struct instrument doge(void)
{
    struct instrument item = {.symbol = "DOGEUSDT",
                              .tick_e12 = 10000000,
                              .lot_e6 = ONE_E6,
                              .size_min_e6 = ONE_E6,
                              .size_max_e6 = 30000000 * ONE_E6,
                              .notional_min_e8 = 5 * ONE_E8,
                              .maker_fee_e9 = 200000,
                              .taker_fee_e9 = 500000,
                              .liquidation_fee_e9 = 12500000,
                              .margin_model = MARGIN_BYBIT,
                              .leverage_max = 50,
                              .pack = 1,
                              .liquid = true,
                              .rules_default = true};
    return item;
}

static const struct tier two_tiers[] = {{0, 5000 * ONE_E8, 10000000, 0, 50},
                                        {5000 * ONE_E8, 25000 * ONE_E8, 12500000, 1250000000, 25}};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    int32_t index = 0;
    struct instrument item = doge();
    instruments_init(&world->written);
    assert_true(instruments_add(&world->written, &item, &index));
    assert_true(instruments_tiers(&world->written, index, two_tiers, 2));
    memcpy(item.symbol, "WIFUSDT", sizeof("WIFUSDT"));
    item.tiers_default = true;
    item.liquid = false;
    assert_true(instruments_add(&world->written, &item, &index));
    assert_true(instruments_tiers(&world->written, index, two_tiers, 2));
    assert_true(instruments_alias(&world->written, "DOGGO", 0));
    feed_parser_init(&world->parser, "feed", &world->read);
    error_init(&world->error);
    return world;
}

static void world_free(struct world *world)
{
    feed_parser_release(&world->parser);
    free(world);
}

static char *written(const struct world *world, const struct feed_record *record)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    feed_json_write(stream, record, &world->written);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(text[size - 1], '\n');
    text[size - 1] = '\0';
    assert_null(strchr(text, '\n'));
    return text;
}

static struct feed_record parsed(struct world *world, const char *line)
{
    struct feed_record record;
    if (!feed_parser_line(&world->parser, &record, line, strlen(line), &world->error)) {
        fail_msg("%s: %s", line, world->error.text);
    }
    return record;
}

/* The record after writing and reading. */
static struct feed_record through(struct world *world, const struct feed_record *record)
{
    char *text = written(world, record);
    struct feed_record out = parsed(world, text);
    free(text);
    assert_int_equal(out.kind, record->kind);
    assert_int_equal(out.instrument, record->instrument);
    assert_int_equal(out.time_us, record->time_us);
    return out;
}

static struct feed_record record_of(enum feed_kind kind, int32_t instrument, int64_t time_us)
{
    struct feed_record record;
    memset(&record, 0, sizeof(record));
    record.kind = kind;
    record.instrument = instrument;
    record.time_us = time_us;
    return record;
}

static void start_at(struct world *world, enum fidelity fidelity)
{
    struct feed_record record = record_of(FEED_START, INSTRUMENT_NONE, 1000);
    record.start = (struct feed_start){.starting_balance_e8 = 1000050000000,
                                       .fidelity = fidelity,
                                       .interval_us = US_PER_MINUTE,
                                       .first_us = 1000,
                                       .last_us = INSTANT_NEVER};
    struct feed_record out = through(world, &record);
    assert_int_equal(out.start.starting_balance_e8, 1000050000000);
    assert_int_equal(out.start.fidelity, fidelity);
    assert_int_equal(out.start.interval_us, US_PER_MINUTE);
    assert_int_equal(out.start.first_us, 1000);
    assert_true(out.start.last_us == INSTANT_NEVER);
}

static void start(struct world *world)
{
    start_at(world, FIDELITY_BARS);
}

static void refused(struct world *world, const char *line, const char *words)
{
    struct feed_record record;
    error_init(&world->error);
    assert_false(feed_parser_line(&world->parser, &record, line, strlen(line), &world->error));
    assert_int_equal(world->error.code, EXIT_CODE_DATA);
    assert_string_equal(world->error.file, "feed");
    assert_int_equal(world->error.line, world->parser.line);
    if (strstr(world->error.text, words) == NULL) {
        fail_msg("%s gave: %s", line, world->error.text);
    }
}

/* ---- tests ---- */

static void start_carries_every_rule_of_every_instrument(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    assert_int_equal(world->read.count, 2);
    for (int i = 0; i < 2; i++) {
        assert_memory_equal(&world->read.items[i], &world->written.items[i],
                            sizeof(struct instrument));
    }
    assert_memory_equal(world->read.tiers, world->written.tiers, 4 * sizeof(struct tier));
    assert_int_equal(world->read.alias_count, 1);
    assert_int_equal(world->read.aliases[0].instrument, 0);
    world_free(world);
}

static void bar_line_is_as_documented(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct feed_record record = record_of(FEED_BAR, 0, 60000000);
    record.bar = (struct feed_bar){
        US_PER_MINUTE, 80000000000, 81500000000, 79000000000, 80100000000, 12345, 1};
    char *text = written(world, &record);
    assert_string_equal(
        text, "{\"kind\":\"bar\",\"t\":60000000,\"symbol\":\"DOGEUSDT\",\"interval_us\":60000000,"
              "\"open\":\"0.08\",\"high\":\"0.0815\",\"low\":\"0.079\",\"close\":\"0.0801\","
              "\"volume\":\"1234.5\",\"volume_exponent\":1}");
    free(text);
    world_free(world);
}

static void market_records_come_back_as_they_went(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    struct feed_record record = record_of(FEED_BAR, 1, 1000);
    record.bar = (struct feed_bar){US_PER_MINUTE, 1, INT64_MAX, 1, 2, INT64_MAX, 8};
    struct feed_record out = through(world, &record);
    assert_memory_equal(&out.bar, &record.bar, sizeof(record.bar));
    record = record_of(FEED_MARK, 0, 1000);
    record.bar = (struct feed_bar){US_PER_HOUR, 5, 7, 4, 6, 0, 0};
    out = through(world, &record);
    assert_memory_equal(&out.bar, &record.bar, sizeof(record.bar));
    record = record_of(FEED_FUNDING, 0, 2000);
    record.rate_e16 = -7500000000001;
    assert_int_equal(through(world, &record).rate_e16, -7500000000001);
    world_free(world);
    world = world_new();
    start_at(world, FIDELITY_SIGNALS);
    record = record_of(FEED_PRICE, 1, 2000);
    record.price_e12 = 123456789;
    assert_int_equal(through(world, &record).price_e12, 123456789);
    assert_int_equal(through(world, &record).price_e12, 123456789); /* two at one instant */
    world_free(world);
}

#define PRICES "\"interval_us\":1,\"open\":\"1\",\"high\":\"1\",\"low\":\"1\",\"close\":\"1\""
#define BAR_AT(time)                                                                               \
    "{\"kind\":\"bar\",\"t\":" time ",\"symbol\":\"DOGEUSDT\"," PRICES                             \
    ",\"volume\":\"1\",\"volume_exponent\":0}"
#define MARK_AT(time) "{\"kind\":\"mark\",\"t\":" time ",\"symbol\":\"DOGEUSDT\"," PRICES "}"
#define FUNDING_AT(time)                                                                           \
    "{\"kind\":\"funding\",\"t\":" time ",\"symbol\":\"DOGEUSDT\",\"rate\":\"0.1\"}"
#define PRICE_AT(time) "{\"kind\":\"price\",\"t\":" time ",\"symbol\":\"DOGEUSDT\",\"price\":\"1\"}"

static void a_kind_of_a_symbol_has_one_line_an_instant(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    (void)parsed(world, BAR_AT("2000"));
    (void)parsed(world, MARK_AT("2000"));
    (void)parsed(world, FUNDING_AT("2000"));
    refused(world, BAR_AT("2000"), "an earlier line of this kind and symbol");
    refused(world, MARK_AT("2000"), "an earlier line of this kind and symbol");
    refused(world, FUNDING_AT("2000"), "an earlier line of this kind and symbol");
    (void)parsed(world, BAR_AT("2001"));
    refused(world, BAR_AT("253402300800000000"), "\"t\""); /* the year 10000 */
    world_free(world);
}

static void bars_and_prices_keep_to_their_kind_of_run(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    refused(world, PRICE_AT("2000"), "for runs on signals only");
    world_free(world);
    world = world_new();
    start_at(world, FIDELITY_SIGNALS);
    refused(world, BAR_AT("2000"), "no place in a run on signals only");
    refused(world, MARK_AT("2000"), "no place in a run on signals only");
    world_free(world);
}

static struct feed_record full_signal(void)
{
    struct feed_record record = record_of(FEED_SIGNAL, INSTRUMENT_NONE, 5000);
    struct signal *signal = &record.signal.signal;
    signal->id = 7;
    signal->timestamp_us = 4900;
    memcpy(signal->token, "DOGE", 5);
    memcpy(signal->source, "telegram:\"1\"", 13);
    memcpy(signal->external_id, "x-1", 4);
    memcpy(signal->confidence, "High", 5);
    signal->bad = SIGNAL_BAD_TTL | SIGNAL_BAD_TEXT;
    signal->direction = DIRECTION_SHORT;
    signal->direction_metadata = DIRECTION_INVALID;
    signal->has_price = true;
    signal->has_volume = true;
    signal->price_e12 = 80000000001;
    signal->volume = 1598651818;
    signal->volume_exponent = 5;
    signal->stop_e12 = 1;
    signal->stop_metadata_e12 = 2;
    signal->target_count = 2;
    signal->target_share_count = 2;
    signal->target_metadata = true;
    signal->target_e12[0] = 70000000000;
    signal->target_e12[1] = 60000000000;
    signal->target_share_e9[0] = 500000000;
    signal->target_share_e9[1] = 499999999;
    signal->entry_low_e12 = 3;
    signal->entry_high_e12 = 4;
    signal->trailing_e9 = 20000000;
    signal->leverage = 10;
    signal->leverage_stated = 20;
    signal->ttl_us = 900000000;
    signal->source_line = 12;
    record.signal.metadata = "{\"note\": \"a\\\"b\", \"x\": [1,\t2]}";
    return record;
}

static void every_field_of_a_signal_comes_back(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    struct feed_record record = full_signal();
    struct feed_record out = through(world, &record);
    assert_memory_equal(&out.signal.signal, &record.signal.signal, sizeof(struct signal));
    assert_string_equal(out.signal.metadata, record.signal.metadata);
    world_free(world);
}

static void a_bare_signal_stays_bare(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    struct feed_record record = record_of(FEED_SIGNAL, INSTRUMENT_NONE, 5000);
    record.signal.signal.timestamp_us = 4900;
    struct feed_record out = through(world, &record);
    assert_memory_equal(&out.signal.signal, &record.signal.signal, sizeof(struct signal));
    assert_null(out.signal.metadata);
    assert_false(out.signal.signal.has_price);
    record.signal.signal.has_price = true; /* a bad price is there, and zero */
    record.signal.signal.bad = SIGNAL_BAD_PRICE;
    out = through(world, &record);
    assert_true(out.signal.signal.has_price);
    world_free(world);
}

static void ends_close_their_symbol_and_the_feed(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    struct feed_record record = record_of(FEED_SYMBOL_END, 0, 5000);
    (void)through(world, &record);
    refused(world, "{\"kind\":\"price\",\"t\":6000,\"symbol\":\"DOGEUSDT\",\"price\":\"1\"}",
            "symbol_end");
    assert_false(feed_parser_finish(&world->parser, &world->error));
    error_init(&world->error);
    record = record_of(FEED_FINISH, INSTRUMENT_NONE, 7000);
    (void)through(world, &record);
    assert_true(feed_parser_finish(&world->parser, &world->error));
    refused(world, "{\"kind\":\"end\",\"t\":8000}", "behind the \"end\"");
    world_free(world);
}

static void order_of_lines_is_checked(void **state)
{
    (void)state;
    struct world *world = world_new();
    refused(world, "{\"kind\":\"end\",\"t\":8000}", "not \"start\"");
    start(world);
    refused(world, "{\"kind\":\"start\",\"t\":8000}", "twice");
    refused(world, "{\"kind\":\"price\",\"t\":999,\"symbol\":\"DOGEUSDT\",\"price\":\"1\"}",
            "before");
    world_free(world);
}

static void what_is_no_record_is_refused(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    refused(world, "", "JSON");
    refused(world, "[]", "not a JSON object");
    refused(world, "{\"t\":1}", "\"kind\" is missing");
    refused(world, "{\"kind\":\"order\",\"t\":1}", "none of start, clock");
    refused(world, "{\"kind\":\"end\"}", "\"t\" is missing");
    refused(world, "{\"kind\":\"end\",\"t\":\"1\"}", "\"t\" is not an integer");
    refused(world, "{\"kind\":\"end\",\"t\":-1}", "\"t\"");
    refused(world, "{\"kind\":\"end\",\"t\":2000,\"x\":1}", "does not belong");
    refused(world, "{\"kind\":\"end\",\"kind\":\"end\",\"t\":2000}", "duplicate");
    refused(world, "{\"kind\":\"price\",\"t\":2000,\"symbol\":\"XUSDT\",\"price\":\"1\"}",
            "start line");
    refused(world, "{\"kind\":\"price\",\"t\":2000,\"symbol\":\"WIFUSDT\",\"price\":1}",
            "\"price\"");
    refused(world, "{\"kind\":\"price\",\"t\":2000,\"symbol\":\"WIFUSDT\",\"price\":\"0\"}",
            "\"price\"");
    refused(world, "{\"kind\":\"price\",\"t\":2000,\"symbol\":\"WIFUSDT\",\"price\":\"nan\"}",
            "\"price\"");
    refused(world, "{\"kind\":\"funding\",\"t\":2000,\"symbol\":\"WIFUSDT\",\"rate\":\"-1.1\"}",
            "\"rate\"");
    refused(world,
            "{\"kind\":\"mark\",\"t\":2000,\"symbol\":\"WIFUSDT\",\"interval_us\":1,\"open\":\"2\","
            "\"high\":\"1\","
            "\"low\":\"1\",\"close\":\"1\"}",
            "hold open and close");
    refused(world,
            "{\"kind\":\"signal\",\"t\":2000,\"id\":1,\"timestamp\":1,\"token\":\"A\",\"source\":"
            "\"b\",\"direction\":\"up\"}",
            "no direction");
    refused(world,
            "{\"kind\":\"signal\",\"t\":2000,\"id\":1,\"timestamp\":1,\"token\":"
            "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"source\":\"b\"}",
            "\"token\"");
    world_free(world);
}

static void start_is_checked_in_full(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *words;
    } changes[] = {
        {"\"version\":1", "\"version\":2", "\"version\""},
        {"\"starting_balance\":\"10000.5\"", "\"starting_balance\":\"0\"", "\"starting_balance\""},
        {"\"fidelity\":\"bars\"", "\"fidelity\":\"wine\"", "\"fidelity\""},
        {"\"margin_model\":\"bybit\"", "\"margin_model\":\"x\"", "\"margin_model\""},
        {"\"tick\":\"0.00001\"", "\"tick\":\"0\"", "\"tick\""},
        {"\"symbol\":\"WIFUSDT\"", "\"symbol\":\"DOGEUSDT\"", "\"symbol\""},
        {"[\"5000\"", "[\"5001\"", "\"tiers\""},
        {"\"0.01\",\"0\",50", "\"0.01\",\"0\",0", "\"tiers\""},
        {"\"DOGGO\":\"DOGEUSDT\"", "\"DOGGO\":\"CATUSDT\"", "\"aliases\""},
        {"\"symbols\":[", "\"symbols\":[1,", "not a JSON object"},
        {"\"pack\":1", "\"pack\":1,\"odd\":1", "does not belong"},
    };
    struct world *world = world_new();
    struct feed_record record = record_of(FEED_START, INSTRUMENT_NONE, 1000);
    record.start = (struct feed_start){1000050000000, FIDELITY_BARS, US_PER_MINUTE, 1000, 2000};
    char *text = written(world, &record);
    for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
        const char *at = strstr(text, changes[i].from);
        assert_non_null(at);
        char *line = calloc(1, strlen(text) + strlen(changes[i].to) + 1);
        assert_non_null(line);
        size_t before = (size_t)(at - text);
        memcpy(line, text, before);
        memcpy(line + before, changes[i].to, strlen(changes[i].to));
        const char *rest = at + strlen(changes[i].from);
        memcpy(line + before + strlen(changes[i].to), rest, strlen(rest));
        refused(world, line, changes[i].words);
        free(line);
    }
    free(text);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest feed_json[] = {
        cmocka_unit_test(start_carries_every_rule_of_every_instrument),
        cmocka_unit_test(bar_line_is_as_documented),
        cmocka_unit_test(market_records_come_back_as_they_went),
        cmocka_unit_test(a_kind_of_a_symbol_has_one_line_an_instant),
        cmocka_unit_test(bars_and_prices_keep_to_their_kind_of_run),
        cmocka_unit_test(every_field_of_a_signal_comes_back),
        cmocka_unit_test(a_bare_signal_stays_bare),
        cmocka_unit_test(ends_close_their_symbol_and_the_feed),
        cmocka_unit_test(order_of_lines_is_checked),
        cmocka_unit_test(what_is_no_record_is_refused),
        cmocka_unit_test(start_is_checked_in_full),
    };
    return cmocka_run_group_tests(feed_json, NULL, NULL);
}
