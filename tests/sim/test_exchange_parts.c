/* test_exchange_parts.c - the parts of the mock exchange alone: queue, wires, order book, prices,
 * path. */
#include "tests/sim/test_exchange_world.h"

#include "sim/exchange/book.h"
#include "sim/exchange/messages.h"
#include "sim/exchange/path.h"
#include "sim/exchange/prices.h"
#include "sim/exchange/queue.h"

/* ---- queue ---- */
static void test_queue_orders_by_time_then_step_then_instrument(void **state)
{
    (void)state;
    struct queue queue;
    queue_init(&queue, 5);
    assert_true(queue_time(&queue) == INSTANT_NEVER);
    queue_set(&queue, 0, 20, 0);
    queue_set(&queue, 1, 10, 2);
    queue_set(&queue, 2, 10, 1);
    queue_set(&queue, 4, 10, 1);
    queue_set(&queue, 3, 10, 1);
    const int32_t expected[] = {2, 3, 4, 1, 0};
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
        assert_int_equal(queue_instrument(&queue), expected[i]);
        queue_set(&queue, expected[i], INSTANT_NEVER, 0);
    }
    assert_true(queue_time(&queue) == INSTANT_NEVER);
}

/* Against a plain scan. */
static void test_queue_equals_a_scan(void **state)
{
    (void)state;
    struct queue queue;
    int64_t times[64];
    uint32_t steps[64] = {0};
    uint64_t random = 88172645463325252ULL;
    queue_init(&queue, 64);
    for (int32_t i = 0; i < 64; i++) {
        times[i] = INSTANT_NEVER;
    }
    for (int32_t turn = 0; turn < 20000; turn++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        int32_t instrument = (int32_t)(random % 64);
        times[instrument] = (int64_t)(random >> 8 & 31);
        steps[instrument] = (uint32_t)(random >> 20 & 3);
        queue_set(&queue, instrument, times[instrument], steps[instrument]);
        int32_t first = 0;
        for (int32_t i = 1; i < 64; i++) {
            if (times[i] < times[first] || (times[i] == times[first] && steps[i] < steps[first])) {
                first = i;
            }
        }
        assert_int_equal(queue_instrument(&queue), first);
        assert_int_equal(queue_time(&queue), times[first]);
        assert_int_equal(queue_step(&queue), steps[first]);
    }
}

/* ---- wires ---- */
static void test_wires_keep_order_around_the_end_of_their_ring(void **state)
{
    (void)state;
    struct message items[3];
    struct inbox inbox = {.items = items, .capacity = 3};
    assert_true(inbox_time(&inbox) == INSTANT_NEVER);
    for (uint64_t turn = 0; turn < 10; turn++) {
        inbox_add(&inbox, (int64_t)turn)->cancel_id = turn;
        inbox_add(&inbox, (int64_t)turn)->cancel_id = turn + 100;
        assert_int_equal(inbox_take(&inbox).cancel_id, turn);
        inbox_add(&inbox, (int64_t)turn)->cancel_id = turn + 200;
        assert_int_equal(inbox_take(&inbox).cancel_id, turn + 100);
        assert_int_equal(inbox_take(&inbox).cancel_id, turn + 200);
    }
    (void)inbox_add(&inbox, 20);
    assert_int_equal(inbox_add(&inbox, 15)->time_us, 20); /* a later message never overtakes */
}

/* Feed 5, response 9: a price told after an answer may arrive before it; on one wire nothing overtakes. */
static void test_two_wires_back_are_merged_by_delivery_then_by_happening(void **state)
{
    (void)state;
    struct told feed[4];
    struct told response[4];
    struct event out;
    struct outbox outbox = {.feed = {.items = feed, .capacity = 4},
                            .response = {.items = response, .capacity = 4}};
    assert_true(outbox_time(&outbox) == INSTANT_NEVER);
    outbox_add(&outbox, EVENT_ORDER, 10, 9)->instrument = 1;  /* 19 */
    outbox_add(&outbox, EVENT_MARKET, 11, 5)->instrument = 2; /* 16 */
    outbox_add(&outbox, EVENT_BAR, 12, 1)->instrument = 3;    /* 13, but behind the price: 16 */
    outbox_add(&outbox, EVENT_MARKET, 14, 5)->instrument = 4; /* 19, happened after the answer */
    static const int32_t instruments[] = {2, 3, 1, 4};
    static const int64_t deliveries[] = {16, 16, 19, 19};
    static const int64_t happened[] = {11, 12, 10, 14};
    for (size_t i = 0; i < ARRAY_COUNT(instruments); i++) {
        assert_int_equal(outbox_time(&outbox), deliveries[i]);
        outbox_take(&outbox, &out);
        assert_int_equal(out.instrument, instruments[i]);
        assert_int_equal(out.time_us, deliveries[i]);
        assert_int_equal(out.venue_time_us, happened[i]);
    }
    /* an empty wire still knows its last delivery */
    assert_int_equal(outbox_add(&outbox, EVENT_FILL, 15, 1)->time_us, 19);
}

/* ---- order book ---- */
static void test_book_lists_by_arrival_and_sums_reserves(void **state)
{
    (void)state;
    struct book *book = calloc(1, sizeof *book);
    assert_non_null(book);
    book_init(book);
    struct action_place place = limit_order(SIDE_BUY, "2", "10");
    const uint64_t ids[] = {9, 7, 5};
    for (size_t i = 0; i < 3; i++) {
        place.order_id = ids[i];
        place.expires_us = 1000 - (int64_t)ids[i];
        book_reserve(book, book_add(book, COIN, &place), 100);
    }
    assert_int_equal(book->reserved_e8, 300);
    assert_int_equal(book->counts[COIN], 3);
    assert_int_equal(book_resting_e6(book, COIN, SIDE_BUY), qty("6"));
    assert_int_equal(book_resting_e6(book, COIN, SIDE_SELL), 0);
    assert_int_equal(book_expiry(book, COIN), 991);
    assert_int_equal(book_find(book, GOLD, 5), BOOK_NONE);
    book_remove(book, book_find(book, COIN, 7));
    int32_t slot = book_first(book, COIN);
    assert_int_equal(book_at(book, slot)->place.order_id, 9);
    slot = book_at(book, slot)->next;
    assert_int_equal(book_at(book, slot)->place.order_id, 5);
    assert_int_equal(book_at(book, slot)->next, BOOK_NONE);
    assert_int_equal(book->reserved_e8, 200);
    free(book);
}

/* ---- prices ---- */
static void test_price_rounds_to_the_tick_against_the_taker(void **state)
{
    (void)state;
    struct exchange_settings settings;
    int64_t tick = px("0.01");
    exchange_settings_defaults(&settings); /* 1 + 1 bp */
    settings.impact = PERCENT_E9(10);
    /* 100 x 1.0002 = 100.02; 33.33 x 1.0002 = 33.336666 */
    assert_int_equal(price_taker_e12(&settings, tick, SIDE_BUY, px("100"), 0), px("100.02"));
    assert_int_equal(price_taker_e12(&settings, tick, SIDE_BUY, px("33.33"), 0), px("33.34"));
    assert_int_equal(price_taker_e12(&settings, tick, SIDE_SELL, px("33.33"), 0), px("33.32"));
    /* half of the volume: 5 % impact, 100 x 1.0502 */
    assert_int_equal(price_taker_e12(&settings, tick, SIDE_BUY, px("100"), ONE_E9 / 2),
                     px("105.02"));
    assert_int_equal(price_quote_e12(&settings, tick, SIDE_SELL, px("100")), px("99.99"));
    assert_int_equal(price_taker_e12(&settings, tick, SIDE_SELL, px("0.01"), 0), px("0.01"));
    settings.impact = 100 * ONE_E9;
    assert_int_equal(price_taker_e12(&settings, tick, SIDE_SELL, px("100"), ONE_E9), tick);
    assert_int_equal(price_taker_e12(&settings, 1, SIDE_BUY, INT64_MAX, ONE_E9), INT64_MAX);
}

static void test_share_of_the_volume_is_rounded_up_and_ends_at_one(void **state)
{
    (void)state;
    assert_int_equal(price_share_e9(1, 3), 333333334);
    assert_int_equal(price_share_e9(3, 3), ONE_E9);
    assert_int_equal(price_share_e9(5, 0), ONE_E9);
    assert_int_equal(price_share_e9(5, VOLUME_UNKNOWN), 0);
}

/* ---- path ---- */
struct small_path {
    struct path path;
    struct path_record records[4];
    struct exchange_bar marks[4];
};

static void small_path(struct small_path *self)
{
    memset(self, 0, sizeof *self);
    path_init(&self->path, self->records, self->marks, 4);
}

static void test_path_forgets_but_never_lies(void **state)
{
    (void)state;
    struct small_path small;
    struct path_place place;
    small_path(&small);
    assert_false(path_locate(&small.path, START, &place));
    for (int64_t minute = 0; minute < 6; minute++) {
        struct exchange_bar bar = bar_of(minute, "100", "100", "100", "100");
        bar.close_e12 += minute;
        assert_false(path_bar(&small.path, &bar, 2));
    }
    /* four are kept: minutes 2 to 5 */
    assert_false(path_locate(&small.path, START + 2 * MINUTE - 1, &place));
    assert_true(path_locate(&small.path, START + 3 * MINUTE - 1, &place));
    assert_int_equal(place.bar, 2);
    assert_int_equal(place.point, 3);
    assert_int_equal(path_prices(&small.path, place).last_e12, px("100") + 2);
    place = path_after(&small.path, place);
    assert_int_equal(place.bar, 3);
    assert_int_equal(path_time(&small.path, place), START + 3 * MINUTE);
    place = (struct path_place){6, 0};
    assert_true(path_time(&small.path, place) == INSTANT_NEVER);
}

static void test_path_tells_an_outage_from_a_gap(void **state)
{
    (void)state;
    struct small_path small;
    small_path(&small);
    const int64_t minutes[] = {0, 3, 7};
    const bool outage[] = {false, false, true};
    for (int32_t i = 0; i < 3; i++) {
        struct exchange_bar bar = bar_of(minutes[i], "100", "100", "100", "100");
        assert_int_equal(path_bar(&small.path, &bar, 2), outage[i]);
    }
}

static void test_volume_of_a_point_is_a_quarter_in_the_scale_of_sizes(void **state)
{
    (void)state;
    struct small_path small;
    small_path(&small);
    const int64_t volumes[] = {0, 4000, 4000};
    const int32_t exponents[] = {0, 3, 8};
    for (int32_t i = 0; i < 3; i++) {
        struct exchange_bar bar = bar_of(i, "100", "100", "100", "100");
        bar.volume = volumes[i];
        bar.volume_exponent = exponents[i];
        (void)path_bar(&small.path, &bar, 2);
        if (i == 0) {
            assert_true(path_volume_e6(&small.path, 0) == VOLUME_UNKNOWN);
        }
    }
    assert_int_equal(path_volume_e6(&small.path, 0), 0);
    assert_int_equal(path_volume_e6(&small.path, 1), qty("1"));
    assert_int_equal(path_volume_e6(&small.path, 2), 10); /* 0.00004 / 4 */
}

static void test_assumptions_are_sentences(void **state)
{
    (void)state;
    int32_t count = 0;
    for (const char *const *line = exchange_assumptions(); *line != NULL; line++) {
        assert_int_equal((*line)[strlen(*line) - 1], '.');
        count++;
    }
    assert_true(count >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_orders_by_time_then_step_then_instrument),
        cmocka_unit_test(test_queue_equals_a_scan),
        cmocka_unit_test(test_wires_keep_order_around_the_end_of_their_ring),
        cmocka_unit_test(test_two_wires_back_are_merged_by_delivery_then_by_happening),
        cmocka_unit_test(test_book_lists_by_arrival_and_sums_reserves),
        cmocka_unit_test(test_price_rounds_to_the_tick_against_the_taker),
        cmocka_unit_test(test_share_of_the_volume_is_rounded_up_and_ends_at_one),
        cmocka_unit_test(test_path_forgets_but_never_lies),
        cmocka_unit_test(test_path_tells_an_outage_from_a_gap),
        cmocka_unit_test(test_volume_of_a_point_is_a_quarter_in_the_scale_of_sizes),
        cmocka_unit_test(test_assumptions_are_sentences),
    };
    return cmocka_run_group_tests_name("exchange_parts", tests, NULL, NULL);
}
