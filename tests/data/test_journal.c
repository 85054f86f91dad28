/* What a session lived through comes back from its journal, event by event, field by field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "core/settings.h"
#include "data/journal.h"
#include "data/journal_inputs.h"

#define T0 (1700006400LL * US_PER_SECOND)

static char path[64];
static struct instruments written, read_back;
static struct feed_start begin = {.starting_balance_e8 = 10000 * ONE_E8,
                                  .fidelity = FIDELITY_BARS,
                                  .interval_us = US_PER_MINUTE,
                                  .first_us = T0 + US_PER_HOUR,
                                  .last_us = INT64_MAX};
static struct error error;
static const char CONFIG[] = "{\"risk.per_trade\": \"0.5%\"}";

static int start(void **state)
{
    (void)state;
    struct instrument item = {.symbol = "DOGEUSDT",
                              .tick_e12 = 10000000,
                              .lot_e6 = ONE_E6,
                              .size_min_e6 = ONE_E6,
                              .size_max_e6 = 30000000 * ONE_E6,
                              .notional_min_e8 = 5 * ONE_E8,
                              .pack = 1,
                              .fidelity = FIDELITY_DEPTH};
    struct tier tier = {0, 5000 * ONE_E8, 10000000, 0, 50};
    int32_t index = 0;
    (void)snprintf(path, sizeof(path), "/tmp/cerberus_journal_%d.tape", (int)getpid());
    (void)unlink(path);
    error_init(&error);
    instruments_init(&written);
    assert_true(instruments_add(&written, &item, &index));
    assert_true(instruments_tiers(&written, index, &tier, 1));
    return 0;
}

static int end(void **state)
{
    (void)state;
    (void)unlink(path);
    return 0;
}

static uint64_t digest_of(const struct event *event)
{
    struct digest digest;
    digest_init(&digest);
    event_mix(&digest, event);
    return digest.state;
}

static void open_journal(struct journal *journal)
{
    assert_true(journal_open(journal, path, T0, &begin, &written, CONFIG, &error));
}

static struct journal_reader *read_journal(void)
{
    const char *config = NULL;
    struct feed_start found;
    struct journal_reader *reader = journal_read_open(path, &read_back, &found, &config, &error);
    assert_non_null(reader);
    assert_string_equal(config, CONFIG);
    assert_int_equal(found.starting_balance_e8, begin.starting_balance_e8);
    assert_int_equal(found.first_us, begin.first_us);
    assert_int_equal(read_back.items[0].fidelity, FIDELITY_DEPTH);
    return reader;
}

/* Every row at its largest: none is what a reader begins with. */
static const struct settings *others(void)
{
    static struct settings settings;
    settings_defaults(&settings);
    for (int32_t row = 0; row < settings_row_count; row++) {
        settings_put(&settings, row, settings_rows[row].maximum);
    }
    settings_allow(&settings, 63);
    settings.fidelity = FIDELITY_DEPTH;
    settings.bar_interval_us = US_PER_MINUTE;
    return &settings;
}

/* One of each kind, every field with a value of its own. */
static int32_t each_event(struct event *out, struct signal *signal, struct event_command *command)
{
    const struct event events[] = {
        {.kind = EVENT_MARKET, .market = {.last_e12 = 7, .mark_e12 = 8}},
        {.kind = EVENT_BOOK,
         .book = {.bid_e12 = 1,
                  .ask_e12 = 2,
                  .depth_e6 = {3, BOOK_UNKNOWN},
                  .slippage_e9 = {5, 6},
                  .index_e12 = 7}},
        {.kind = EVENT_BAR,
         .bar = {.open_time_us = T0 - US_PER_MINUTE,
                 .interval_us = US_PER_MINUTE,
                 .open_e12 = 10,
                 .high_e12 = 12,
                 .low_e12 = 9,
                 .close_e12 = 11,
                 .volume = 99,
                 .volume_exponent = 3}},
        {.kind = EVENT_FUNDING,
         .funding = {.rate_e16 = -5, .mark_e12 = 9, .stated = true, .amount_e8 = -77}},
        {.kind = EVENT_FACT, .fact = {.fact = FACT_STORAGE, .value = -1, .other = 4096}},
        {.kind = EVENT_ORDER, .order = {.order_id = ORDER_ID(3, 9), .evidence = EVIDENCE_UNKNOWN}},
        {.kind = EVENT_ORDER, .order = {.order_id = ORDER_ID(3, 9), .evidence = EVIDENCE_NOT_SENT}},
        {.kind = EVENT_ORDER, .order = {.order_id = ORDER_ID(3, 9), .evidence = EVIDENCE_ABSENT}},
        {.kind = EVENT_FUNDING, .funding = {.rate_e16 = -5, .mark_e12 = 9}},
        {.kind = EVENT_SETTINGS, .settings = others()},
        {.kind = EVENT_ORDER,
         .order = {.order_id = ORDER_ID(3, 9),
                   .evidence = EVIDENCE_CANCEL_REJECTED,
                   .reason = REASON_POSITION_MARGIN}},
        {.kind = EVENT_ORDER,
         .order = {.order_id = ORDER_ID(3, 9),
                   .evidence = EVIDENCE_AMENDED,
                   .price_e12 = 11,
                   .size_e6 = 12}},
        {.kind = EVENT_FILL,
         .fill = {.order_id = ORDER_ID(3, 10),
                  .trade_id = UINT64_MAX,
                  .side = SIDE_SELL,
                  .liquidity = LIQUIDITY_TAKER,
                  .kind = FILL_ADL,
                  .price_e12 = 1,
                  .size_e6 = 2,
                  .fee_e8 = FEE_BY_SCHEDULE}},
        {.kind = EVENT_TRANSFER, .transfer = {.amount_e8 = -3}},
        {.kind = EVENT_TIMER},
        {.kind = EVENT_END},
        {.kind = EVENT_SIGNAL, .signal = signal},
        {.kind = EVENT_COMMAND, .command = command},
    };
    memcpy(out, events, sizeof(events));
    return ARRAY_COUNT(events);
}

static bool of_a_market(enum event_kind kind)
{
    return kind == EVENT_MARKET || kind == EVENT_BOOK || kind == EVENT_BAR ||
           kind == EVENT_FUNDING || kind == EVENT_ORDER || kind == EVENT_FILL;
}

static struct signal a_signal(void)
{
    struct signal signal = {.id = 7,
                            .timestamp_us = T0 - 5,
                            .token = "doge",
                            .source = "telegram:\"1\"",
                            .external_id = "x",
                            .confidence = "High",
                            .direction = DIRECTION_SHORT,
                            .has_price = true,
                            .price_e12 = 12345,
                            .stop_e12 = 23456,
                            .target_count = 2,
                            .target_e12 = {3, 4},
                            .ttl_us = 60};
    return signal;
}

static void every_kind_of_event_comes_back(void **state)
{
    (void)state;
    struct event events[24];
    struct signal signal = a_signal();
    struct event_command command = {.command = COMMAND_RESET_REQUEST,
                                    .scope = SCOPE_SYMBOL,
                                    .scope_index = 3,
                                    .principal = "alice",
                                    .reason = "cool-down \"over\""};
    int32_t count = each_event(events, &signal, &command);
    struct journal journal;
    open_journal(&journal);
    struct journal_port port = journal_port(&journal);
    for (int32_t index = 0; index < count; index++) {
        events[index].instrument = of_a_market(events[index].kind) ? 0 : INSTRUMENT_NONE;
        events[index].time_us = T0 + index;
        events[index].venue_time_us = T0 - index;
        port.event(port.self, &events[index]);
    }
    assert_true(journal_close(&journal));

    struct journal_reader *reader = read_journal();
    struct journal_entry entry;
    for (int32_t index = 0; index < count; index++) {
        assert_true(journal_read(reader, &entry, &error));
        assert_int_equal(entry.kind, JOURNAL_EVENT);
        assert_int_equal(entry.number, index + 1);
        assert_int_equal(digest_of(&entry.event), digest_of(&events[index]));
    }
    assert_true(journal_read(reader, &entry, &error));
    assert_int_equal(entry.kind, JOURNAL_OVER);
    journal_read_close(reader);
}

static void orders_and_digests_come_back(void **state)
{
    (void)state;
    struct actions *actions = calloc(1, sizeof(*actions));
    assert_non_null(actions);
    struct journal journal;
    struct event timer = {
        .kind = EVENT_TIMER, .instrument = INSTRUMENT_NONE, .time_us = T0, .venue_time_us = T0};
    struct action *place = actions_add(actions, ACTION_PLACE, T0, 0);
    place->place = (struct action_place){.order_id = ORDER_ID(1, 5),
                                         .side = SIDE_SELL,
                                         .type = ORDER_TRAILING_STOP,
                                         .tif = TIF_GTD,
                                         .trigger_by = TRIGGER_LAST,
                                         .reduce_only = true,
                                         .size_e6 = 1,
                                         .price_e12 = 2,
                                         .trigger_e12 = 3,
                                         .callback_e9 = 4,
                                         .expires_us = 5};
    (void)actions_add(actions, ACTION_ALERT, T0, 0); /* a record: not written down */
    open_journal(&journal);
    struct journal_port port = journal_port(&journal);
    port.event(port.self, &timer);
    port.step(port.self, actions, 0xABCDEF);
    assert_true(journal_close(&journal));

    struct journal_words expected;
    struct journal_entry entry;
    struct journal_reader *reader = read_journal();
    assert_true(journal_of_action(place, &expected));
    assert_true(journal_read(reader, &entry, &error));
    assert_true(journal_read(reader, &entry, &error));
    assert_int_equal(entry.kind, JOURNAL_ACTION);
    assert_int_equal(entry.action_kind, ACTION_PLACE);
    assert_int_equal(entry.instrument, 0);
    assert_true(journal_words_equal(&entry.words, &expected));
    assert_true(journal_read(reader, &entry, &error));
    assert_int_equal(entry.kind, JOURNAL_STEP);
    assert_int_equal(entry.digest, 0xABCDEF);
    journal_read_close(reader);
    free(actions);
}

/* ---- inputs ---- */

static const struct tape_record TICKS[] = {
    {.time_us = T0 + 6,
     .receive_ns = 77,
     .sequence = 9,
     .kind = TAPE_TRADE,
     .flags = TAPE_BUY | TAPE_AGGREGATE | TAPE_RECEIVED,
     .v = {5, 6, 7, 8}},
    {.time_us = T0 + 7, .kind = TAPE_QUOTE, .sequence = 3, .v = {0, 0, 12, 13}},
    {.time_us = T0 + 8, .kind = TAPE_MARK, .v = {14, 0, 0, 0}},
};

/* One of each kind in an order that a feed may have, every field with a value of its own. */
static int32_t each_input(struct feed_record *out)
{
    const struct feed_record records[] = {
        {.kind = FEED_CLOCK, .instrument = INSTRUMENT_NONE, .time_us = T0, .offset_ns = -5},
        {.kind = FEED_COVERS, .time_us = T0, .cover = {FIDELITY_QUOTES, T0, T0 + 9}},
        {.kind = FEED_MARK, .time_us = T0 + 1, .bar = {US_PER_HOUR, 5, 9, 4, 6, 0, 0}},
        {.kind = FEED_BAR, .time_us = T0 + 2, .bar = {US_PER_MINUTE, 5, 9, 4, 6, 77, 8}},
        {.kind = FEED_FUNDING, .time_us = T0 + 3, .rate_e16 = -12345},
        {.kind = FEED_TICK, .time_us = T0 + 6, .tick = {&TICKS[0], -3}},
        {.kind = FEED_TICK, .time_us = T0 + 7, .tick = {&TICKS[1], 18}},
        {.kind = FEED_TICK, .time_us = T0 + 8, .tick = {&TICKS[2], 0}},
        {.kind = FEED_SYMBOL_END, .time_us = T0 + 8},
        {.kind = FEED_FINISH, .instrument = INSTRUMENT_NONE, .time_us = T0 + 9},
    };
    memcpy(out, records, sizeof(records));
    return ARRAY_COUNT(records);
}

/* Their lines in a feed say every field. */
static void assert_input_equal(const struct feed_record *a, const struct feed_record *b)
{
    char texts[2][1024] = {"", ""};
    const struct feed_record *records[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        FILE *stream = fmemopen(texts[i], sizeof(texts[i]), "w");
        assert_non_null(stream);
        feed_json_write(stream, records[i], &written);
        assert_int_equal(fclose(stream), 0);
    }
    assert_string_equal(texts[0], texts[1]);
}

static void every_kind_of_input_comes_back(void **state)
{
    (void)state;
    struct feed_record records[16];
    int32_t count = each_input(records);
    struct journal journal;
    open_journal(&journal);
    for (int32_t index = 0; index < count; index++) {
        journal_input(&journal, &records[index]);
    }
    assert_true(journal_close(&journal));

    struct journal_entry entry;
    struct journal_input input;
    struct journal_reader *reader = read_journal();
    assert_int_equal(journal_read_first_us(reader), T0);
    for (int32_t index = 0; index < count; index++) {
        assert_true(journal_read(reader, &entry, &error));
        assert_int_equal(entry.kind, JOURNAL_INPUT);
        assert_true(journal_read_input(reader, &input, &error));
        assert_null(input.command);
        assert_int_equal(input.time_us, records[index].time_us);
        assert_input_equal(input.record, &records[index]);
    }
    assert_true(journal_read(reader, &entry, &error));
    assert_int_equal(entry.kind, JOURNAL_OVER);
    journal_read_close(reader);
}

static void signals_and_commands_come_back_as_inputs(void **state)
{
    (void)state;
    struct event_command command = {.command = COMMAND_SHUTDOWN,
                                    .scope = SCOPE_GLOBAL,
                                    .principal = "signal",
                                    .reason = "asked"};
    struct feed_record record = {.kind = FEED_SIGNAL,
                                 .instrument = INSTRUMENT_NONE,
                                 .time_us = T0 + 4,
                                 .signal = {.signal = a_signal(), .metadata = "{\"a\":1}"}};
    struct journal journal;
    open_journal(&journal);
    journal_input(&journal, &record);
    journal_input_command(&journal, &command, T0 + 5);
    assert_true(journal_close(&journal));

    struct journal_entry entry;
    struct journal_input input;
    struct journal_reader *reader = read_journal();
    assert_true(journal_read(reader, &entry, &error));
    assert_true(journal_read_input(reader, &input, &error));
    assert_input_equal(input.record, &record);
    assert_string_equal(input.record->signal.metadata, "{\"a\":1}");
    assert_true(journal_read(reader, &entry, &error));
    assert_true(journal_read_input(reader, &input, &error));
    assert_null(input.record);
    assert_int_equal(input.time_us, T0 + 5);
    assert_memory_equal(input.command, &command, sizeof(command));
    journal_read_close(reader);
}

/* Two marks of one instant, or a trade that nothing announced: no feed may have them, and no journal. */
static void an_input_out_of_its_order_is_refused(void **state)
{
    (void)state;
    struct feed_record records[16];
    struct journal journal;
    (void)each_input(records);
    open_journal(&journal);
    journal_input(&journal, &records[2]);
    journal_input(&journal, &records[2]);
    journal_input(&journal, &records[5]);
    assert_true(journal_close(&journal));

    struct journal_entry entry;
    struct journal_input input;
    struct journal_reader *reader = read_journal();
    assert_true(journal_read(reader, &entry, &error));
    assert_true(journal_read_input(reader, &input, &error));
    for (int i = 0; i < 2; i++) {
        error_init(&error);
        assert_true(journal_read(reader, &entry, &error));
        assert_false(journal_read_input(reader, &input, &error));
        assert_int_equal(error.code, EXIT_CODE_DATA);
    }
    journal_read_close(reader);
}

static bool admits(enum feed_kind kind, const int64_t *words, int32_t count)
{
    struct journal_words given = {.count = count};
    struct feed_record record = {.kind = kind};
    struct tape_record tick;
    memcpy(given.words, words, (size_t)count * sizeof(words[0]));
    return journal_to_input(&given, &record, &tick);
}

static void words_that_are_no_input_are_refused(void **state)
{
    (void)state;
    const int64_t quote = TAPE_QUOTE | 11LL << 32; /* three decimals */
    assert_true(admits(FEED_BAR, (const int64_t[]){T0, 60, 5, 9, 4, 6, 0, 0}, 8));
    assert_false(admits(FEED_BAR, (const int64_t[]){T0, 60, 5, 9, 4, 6, 0}, 7));
    assert_false(admits(FEED_BAR, (const int64_t[]){T0, 60, 5, 8, 4, 9, 0, 0}, 8));
    assert_false(admits(FEED_BAR, (const int64_t[]){T0, 60, 5, 9, 0, 6, 0, 0}, 8));
    assert_false(admits(FEED_BAR, (const int64_t[]){-1, 60, 5, 9, 4, 6, 0, 0}, 8));
    assert_false(admits(FEED_MARK, (const int64_t[]){T0, 60, 5, 9, 4, 6, 1, 0}, 8));
    assert_true(admits(FEED_TICK, (const int64_t[]){T0, quote, 1, 2, 0, 0, 3, 4}, 8));
    assert_false(admits(FEED_TICK, (const int64_t[]){T0, quote, 1, -2, 0, 0, 3, 4}, 8));
    assert_false(admits(FEED_TICK, (const int64_t[]){T0, 55, 1, 2, 0, 0, 3, 4}, 8));
    assert_false(
        admits(FEED_TICK, (const int64_t[]){T0, TAPE_QUOTE | 99LL << 32, 1, 2, 0, 0, 3, 4}, 8));
    assert_false(admits(FEED_COVERS, (const int64_t[]){T0, FIDELITY_BARS, 1, 2}, 4));
    assert_false(admits(FEED_COVERS, (const int64_t[]){T0, FIDELITY_DEPTH, 2, 1}, 4));
    assert_true(admits(FEED_PRICE, (const int64_t[]){T0, 1}, 2));
    assert_false(admits(FEED_PRICE, (const int64_t[]){T0, 0}, 2));
    assert_false(admits(FEED_FINISH, (const int64_t[]){T0, 0}, 2));
    assert_false(admits(FEED_SIGNAL, (const int64_t[]){T0}, 1));
}

/* The event stands in the file before the core has acted on it: what kills the process there loses nothing. */
static void an_event_is_in_the_file_before_its_step(void **state)
{
    (void)state;
    struct journal journal;
    struct event timer = {
        .kind = EVENT_TIMER, .instrument = INSTRUMENT_NONE, .time_us = T0, .venue_time_us = T0};
    open_journal(&journal);
    struct journal_port port = journal_port(&journal);
    port.event(port.self, &timer);

    struct journal_entry entry;
    struct journal_reader *reader = read_journal();
    assert_true(journal_read(reader, &entry, &error));
    assert_int_equal(entry.event.kind, EVENT_TIMER);
    assert_true(journal_read(reader, &entry, &error));
    assert_int_equal(entry.kind, JOURNAL_OVER);
    journal_read_close(reader);
    assert_true(journal_close(&journal));
}

static bool accepts(enum event_kind kind, const int64_t *words, int32_t count)
{
    struct journal_words given = {.count = count};
    struct event event = {.kind = kind};
    memcpy(given.words, words, (size_t)count * sizeof(words[0]));
    return journal_to_event(&given, &event);
}

static void words_that_are_no_event_are_refused(void **state)
{
    (void)state;
    assert_true(accepts(EVENT_MARKET, (const int64_t[]){1, 2}, 2));
    assert_false(accepts(EVENT_MARKET, (const int64_t[]){0, 2}, 2));
    assert_false(accepts(EVENT_MARKET, (const int64_t[]){1, 2, 3}, 3));
    assert_true(accepts(EVENT_ORDER, (const int64_t[]){1, 0, 0}, 3));
    assert_false(accepts(EVENT_ORDER, (const int64_t[]){1, 99, 0}, 3));
    assert_false(accepts(EVENT_ORDER, (const int64_t[]){1, 0, -1}, 3));
    assert_true(accepts(EVENT_ORDER, (const int64_t[]){1, EVIDENCE_AMENDED, 0, 7, 8}, 5));
    assert_false(accepts(EVENT_ORDER, (const int64_t[]){1, EVIDENCE_AMENDED, 0}, 3));
    assert_false(accepts(EVENT_ORDER, (const int64_t[]){1, EVIDENCE_AMENDED, 0, 7, 0}, 5));
    assert_false(accepts(EVENT_ORDER, (const int64_t[]){1, 0, 0, 7, 8}, 5));
    assert_false(accepts(EVENT_FILL, (const int64_t[]){1, 1, 5, 0, 0, 0, 0, 0}, 8));
    assert_false(accepts(EVENT_FILL, (const int64_t[]){1, 1, 5, 5, 0, 2, 0, 0}, 8));
    assert_true(accepts(EVENT_BAR, (const int64_t[]){0, 60, 10, 12, 9, 11, 0, 0}, 8));
    assert_false(accepts(EVENT_BAR, (const int64_t[]){0, 60, 10, 8, 9, 11, 0, 0}, 8));
    assert_false(accepts(EVENT_TIMER, (const int64_t[]){0}, 1));
}

static void another_tape_is_no_journal(void **state)
{
    (void)state;
    const char *config = NULL;
    struct feed_start found;
    struct tape_writer *tape = tape_create(path, false, &error);
    assert_non_null(tape);
    assert_true(tape_finish(tape, &error));
    assert_null(journal_read_open(path, &read_back, &found, &config, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
}

/* ---- restarts ---- */

static void put(struct journal *journal, int64_t time_us, int64_t last_e12)
{
    const struct event event = {.kind = EVENT_MARKET,
                                .instrument = 0,
                                .time_us = time_us,
                                .venue_time_us = time_us,
                                .market = {last_e12, last_e12}};
    struct actions none = {.count = 0};
    struct journal_port port = journal_port(journal);
    port.event(port.self, &event);
    port.step(port.self, &none, (uint64_t)last_e12);
}

static void expect_next(struct journal_reader *reader, enum journal_entry_kind kind, int64_t value)
{
    struct journal_entry entry;
    assert_true(journal_read(reader, &entry, &error));
    assert_int_equal(entry.kind, kind);
    if (kind == JOURNAL_EVENT) {
        assert_int_equal(entry.event.market.last_e12, value);
        assert_int_equal(entry.event.instrument, 0);
    } else if (kind == JOURNAL_STEP) {
        assert_int_equal(entry.digest, value);
    } else if (kind == JOURNAL_EPOCH) {
        assert_int_equal(journal_read_epoch(reader), value);
    }
}

/* What lies behind the database's last commit has had no consequence: a restart cuts it. */
static void a_restart_cuts_to_the_commit_and_goes_on(void **state)
{
    (void)state;
    struct journal journal;
    open_journal(&journal);
    put(&journal, T0 + 1, 100);
    int64_t keep_bytes = journal_bytes(&journal);
    put(&journal, T0 + 2, 200);
    assert_true(journal_sync(&journal));
    assert_true(journal_bytes(&journal) > keep_bytes);
    tape_abandon(journal.tape); /* killed */

    struct journal_epoch epoch = {.epoch = 2, .time_us = T0 - 5, .keep_bytes = keep_bytes};
    begin.interval_us = 2 * US_PER_MINUTE;
    assert_true(journal_resume(&journal, path, &begin, &written, "{}", &epoch, &error));
    assert_true(epoch.cut_bytes > 0);
    assert_int_equal(epoch.missing_bytes, 0);
    assert_int_equal(journal_last_us(&journal), T0 + 1); /* a clock that was set back */
    put(&journal, T0 + 3, 300);
    assert_true(journal_close(&journal));

    struct journal_reader *reader = read_journal();
    assert_int_equal(journal_read_epoch(reader), 1);
    expect_next(reader, JOURNAL_EVENT, 100);
    expect_next(reader, JOURNAL_STEP, 100);
    expect_next(reader, JOURNAL_EPOCH, 2);
    assert_string_equal(journal_read_config(reader), "{}");
    assert_int_equal(journal_read_start(reader)->interval_us, 2 * US_PER_MINUTE);
    expect_next(reader, JOURNAL_EVENT, 300);
    expect_next(reader, JOURNAL_STEP, 300);
    expect_next(reader, JOURNAL_OVER, 0);
    journal_read_close(reader);
    begin.interval_us = US_PER_MINUTE;
}

static void other_symbols_get_streams_of_their_own(void **state)
{
    (void)state;
    struct journal journal;
    open_journal(&journal);
    put(&journal, T0 + 1, 100);
    assert_true(journal_close(&journal));
    struct instruments *others = calloc(1, sizeof(*others));
    struct instrument item = written.items[0];
    item.tier_count = item.tier_first = 0;
    struct tier tier = {0, 5000 * ONE_E8, 10000000, 0, 50};
    int32_t index = 0;
    assert_non_null(others);
    instruments_init(others);
    memcpy(item.symbol, "WIFUSDT", sizeof("WIFUSDT"));
    assert_true(instruments_add(others, &item, &index));
    assert_true(instruments_tiers(others, index, &tier, 1));
    struct journal_epoch epoch = {.epoch = 2, .time_us = T0 + 5, .keep_bytes = INT64_MAX};
    assert_true(journal_resume(&journal, path, &begin, others, CONFIG, &epoch, &error));
    assert_int_equal(epoch.cut_bytes, 0);
    assert_true(epoch.missing_bytes > 0); /* less than the database says */
    put(&journal, T0 + 6, 200);
    assert_true(journal_close(&journal));
    struct journal_reader *reader = read_journal();
    expect_next(reader, JOURNAL_EVENT, 100);
    expect_next(reader, JOURNAL_STEP, 100);
    expect_next(reader, JOURNAL_EPOCH, 2);
    assert_string_equal(read_back.items[0].symbol, "WIFUSDT");
    expect_next(reader, JOURNAL_EVENT, 200);
    journal_read_close(reader);
    free(others);
}

static void without_a_file_a_restart_begins_one(void **state)
{
    (void)state;
    struct journal journal;
    struct journal_epoch epoch = {.epoch = 7, .time_us = T0, .keep_bytes = 0};
    assert_true(journal_resume(&journal, path, &begin, &written, CONFIG, &epoch, &error));
    put(&journal, T0 + 1, 100);
    assert_true(journal_close(&journal));
    struct journal_reader *reader = read_journal();
    assert_int_equal(journal_read_epoch(reader), 7);
    expect_next(reader, JOURNAL_EVENT, 100);
    journal_read_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind_of_event_comes_back, start, end),
        cmocka_unit_test_setup_teardown(orders_and_digests_come_back, start, end),
        cmocka_unit_test_setup_teardown(an_event_is_in_the_file_before_its_step, start, end),
        cmocka_unit_test_setup_teardown(words_that_are_no_event_are_refused, start, end),
        cmocka_unit_test_setup_teardown(every_kind_of_input_comes_back, start, end),
        cmocka_unit_test_setup_teardown(signals_and_commands_come_back_as_inputs, start, end),
        cmocka_unit_test_setup_teardown(an_input_out_of_its_order_is_refused, start, end),
        cmocka_unit_test(words_that_are_no_input_are_refused),
        cmocka_unit_test_setup_teardown(another_tape_is_no_journal, start, end),
        cmocka_unit_test_setup_teardown(a_restart_cuts_to_the_commit_and_goes_on, start, end),
        cmocka_unit_test_setup_teardown(other_symbols_get_streams_of_their_own, start, end),
        cmocka_unit_test_setup_teardown(without_a_file_a_restart_begins_one, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
