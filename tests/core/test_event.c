#include "core/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static uint64_t digest_of(const struct event *event)
{
    struct digest digest;
    digest_init(&digest);
    event_mix(&digest, event);
    return digest.state;
}

/* Expected states were computed in Python from the encoding written at the head of event.c. */
static void bars_and_markets_are_encoded_as_written(void **state)
{
    (void)state;
    struct event bar = {.kind = EVENT_BAR,
                        .instrument = 7,
                        .time_us = 1704067260000000,
                        .venue_time_us = 1704067260000000,
                        .bar = {.open_time_us = 1704067200000000,
                                .interval_us = 60000000,
                                .open_e12 = 89500000000,
                                .high_e12 = 90000000000,
                                .low_e12 = 89000000000,
                                .close_e12 = 89900000000,
                                .volume = 123456789,
                                .volume_exponent = 3}};
    assert_int_equal(digest_of(&bar), 0xafa875e6aa2e09eaULL);
    struct event market = {.kind = EVENT_MARKET,
                           .instrument = 7,
                           .time_us = 1000,
                           .venue_time_us = 900,
                           .market = {.last_e12 = 5, .mark_e12 = 6}};
    assert_int_equal(digest_of(&market), 0x25f5eec62da554ccULL);
    struct event timer = {
        .kind = EVENT_TIMER, .instrument = -1, .time_us = 77, .venue_time_us = 77};
    assert_int_equal(digest_of(&timer), 0xd55705bc926171b1ULL);
}

static void padding_has_no_value(void **state)
{
    (void)state;
    struct event a;
    struct event b;
    memset(&a, 0x00, sizeof(a));
    memset(&b, 0xFF, sizeof(b));
    struct event *const both[] = {&a, &b};
    for (size_t index = 0; index < 2; index++) {
        struct event *event = both[index];
        event->kind = EVENT_FILL;
        event->instrument = 1;
        event->time_us = 2;
        event->venue_time_us = 3;
        event->fill.order_id = 4;
        event->fill.trade_id = 5;
        event->fill.side = SIDE_SELL;
        event->fill.liquidity = LIQUIDITY_TAKER;
        event->fill.kind = FILL_TRADE;
        event->fill.price_e12 = 6;
        event->fill.size_e6 = 7;
        event->fill.fee_e8 = FEE_BY_SCHEDULE;
    }
    assert_int_equal(digest_of(&a), digest_of(&b));
}

/* Adding to any one field gives another digest: nothing is left out. */
#define DIFFERS(event, field)                                                                      \
    do {                                                                                           \
        uint64_t before = digest_of(event);                                                        \
        (field)++;                                                                                 \
        assert_int_not_equal(digest_of(event), before);                                            \
    } while (0)

static void each_field_of_a_bar_counts(void **state)
{
    (void)state;
    struct event event = {.kind = EVENT_BAR};
    DIFFERS(&event, event.instrument);
    DIFFERS(&event, event.time_us);
    DIFFERS(&event, event.venue_time_us);
    DIFFERS(&event, event.bar.open_time_us);
    DIFFERS(&event, event.bar.interval_us);
    DIFFERS(&event, event.bar.open_e12);
    DIFFERS(&event, event.bar.high_e12);
    DIFFERS(&event, event.bar.low_e12);
    DIFFERS(&event, event.bar.close_e12);
    DIFFERS(&event, event.bar.volume);
    DIFFERS(&event, event.bar.volume_exponent);
}

static void each_field_of_the_small_kinds_counts(void **state)
{
    (void)state;
    struct event event = {.kind = EVENT_MARKET};
    DIFFERS(&event, event.market.last_e12);
    DIFFERS(&event, event.market.mark_e12);
    event = (struct event){.kind = EVENT_BOOK};
    DIFFERS(&event, event.book.bid_e12);
    DIFFERS(&event, event.book.ask_e12);
    DIFFERS(&event, event.book.depth_e6[SIDE_BUY]);
    DIFFERS(&event, event.book.depth_e6[SIDE_SELL]);
    DIFFERS(&event, event.book.slippage_e9[SIDE_BUY]);
    DIFFERS(&event, event.book.slippage_e9[SIDE_SELL]);
    DIFFERS(&event, event.book.index_e12);
    event = (struct event){.kind = EVENT_FUNDING};
    DIFFERS(&event, event.funding.rate_e16);
    DIFFERS(&event, event.funding.mark_e12);
    event = (struct event){.kind = EVENT_ORDER};
    DIFFERS(&event, event.order.order_id);
    DIFFERS(&event, event.order.evidence);
    DIFFERS(&event, event.order.reason);
    event = (struct event){.kind = EVENT_TRANSFER};
    DIFFERS(&event, event.transfer.amount_e8);
    event = (struct event){.kind = EVENT_FILL};
    DIFFERS(&event, event.fill.order_id);
    DIFFERS(&event, event.fill.trade_id);
    DIFFERS(&event, event.fill.side);
    DIFFERS(&event, event.fill.liquidity);
    DIFFERS(&event, event.fill.kind);
    DIFFERS(&event, event.fill.price_e12);
    DIFFERS(&event, event.fill.size_e6);
    DIFFERS(&event, event.fill.fee_e8);
}

static void each_field_of_a_command_counts(void **state)
{
    (void)state;
    struct event_command command = {.command = COMMAND_STOP, .principal = "ann", .reason = "drill"};
    struct event event = {.kind = EVENT_COMMAND, .command = &command};
    DIFFERS(&event, command.command);
    DIFFERS(&event, command.scope);
    DIFFERS(&event, command.scope_index);
    DIFFERS(&event, command.principal[0]);
    DIFFERS(&event, command.reason[0]);
}

static void each_field_of_a_signal_counts(void **state)
{
    (void)state;
    struct signal signal = {.target_count = 1, .target_share_count = 1};
    struct event event = {.kind = EVENT_SIGNAL, .signal = &signal};
    DIFFERS(&event, signal.id);
    DIFFERS(&event, signal.timestamp_us);
    DIFFERS(&event, signal.token[0]);
    DIFFERS(&event, signal.source[0]);
    DIFFERS(&event, signal.external_id[0]);
    DIFFERS(&event, signal.confidence[0]);
    DIFFERS(&event, signal.bad);
    DIFFERS(&event, signal.direction);
    DIFFERS(&event, signal.direction_metadata);
    DIFFERS(&event, signal.price_e12);
    DIFFERS(&event, signal.volume);
    DIFFERS(&event, signal.volume_exponent);
    DIFFERS(&event, signal.stop_e12);
    DIFFERS(&event, signal.stop_metadata_e12);
    DIFFERS(&event, signal.target_e12[0]);
    DIFFERS(&event, signal.target_share_e9[0]);
    DIFFERS(&event, signal.target_count);
    DIFFERS(&event, signal.target_share_count);
    DIFFERS(&event, signal.entry_low_e12);
    DIFFERS(&event, signal.entry_high_e12);
    DIFFERS(&event, signal.trailing_e9);
    DIFFERS(&event, signal.leverage);
    DIFFERS(&event, signal.leverage_stated);
    DIFFERS(&event, signal.ttl_us);
    uint64_t before = digest_of(&event);
    signal.has_price = true;
    uint64_t priced = digest_of(&event);
    signal.has_volume = true;
    uint64_t both = digest_of(&event);
    signal.target_metadata = true;
    assert_true(before != priced && priced != both && both != digest_of(&event));
}

static void place_of_a_signal_in_its_file_does_not_count(void **state)
{
    (void)state;
    struct signal signal = {.source_line = 7};
    struct event event = {.kind = EVENT_SIGNAL, .signal = &signal};
    uint64_t before = digest_of(&event);
    signal.source_line = 8;
    assert_true(before == digest_of(&event));
}

static void words_name_each_kind(void **state)
{
    (void)state;
    assert_string_equal(event_kind_text(EVENT_MARKET), "market");
    assert_string_equal(event_kind_text(EVENT_END), "end");
    assert_string_equal(event_kind_text(0), "?");
    assert_string_equal(event_kind_text(EVENT_BOOK), "book");
    assert_string_equal(event_kind_text(EVENT_SNAPSHOT), "snapshot");
    assert_string_equal(event_kind_text(EVENT_SETTINGS + 1), "?");
    assert_string_equal(fact_text(FACT_HEARTBEAT), "heartbeat");
    assert_string_equal(fact_text(FACT_BUDGET + 1), "?");
    assert_string_equal(order_reason_text(REASON_NONE), "none");
    assert_string_equal(order_reason_text(REASON_WOULD_TRIGGER), "would_trigger");
    assert_string_equal(order_reason_text(REASON_LIQUIDITY), "liquidity");
    assert_string_equal(order_reason_text(REASON_ORDERS_OPEN), "orders_open");
    assert_string_equal(order_reason_text(REASON_SELF_TRADE), "self_trade");
    assert_string_equal(order_reason_text(REASON_POSITION_MARGIN + 1), "?");
    assert_string_equal(command_text(COMMAND_STOP), "stop");
    assert_string_equal(command_text(COMMAND_REBASE_PEAK), "rebase_peak");
    assert_string_equal(command_text(COMMAND_SHUTDOWN), "shutdown");
    assert_string_equal(command_text(-1), "?");
}

int main(void)
{
    const struct CMUnitTest event[] = {
        cmocka_unit_test(bars_and_markets_are_encoded_as_written),
        cmocka_unit_test(padding_has_no_value),
        cmocka_unit_test(each_field_of_a_bar_counts),
        cmocka_unit_test(each_field_of_the_small_kinds_counts),
        cmocka_unit_test(each_field_of_a_command_counts),
        cmocka_unit_test(each_field_of_a_signal_counts),
        cmocka_unit_test(place_of_a_signal_in_its_file_does_not_count),
        cmocka_unit_test(words_name_each_kind),
    };
    return cmocka_run_group_tests(event, NULL, NULL);
}
