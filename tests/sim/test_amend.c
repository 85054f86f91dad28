/* test_amend.c - amends with and without loss of the place, batches, cancel-all, margin mode; and what the core makes of an
 * amend. */
#include "tests/sim/test_exchange_world.h"

#include "sim/exchange/requests.h"

/* A minute that falls from 100 to 90 at :20 and rises to 110 at :40; each point fills one unit of ours at most. */
static struct world *falling(void)
{
    struct world *world = world_prepare();
    world->settings.participation = ONE_E9 / 1000; /* of 1000 a point */
    world_open(world, false, "10000");
    coin_bar(world, 0, "100", "110", "90", "100");
    run_minute(world, 0, 5);
    skip_all(world);
    return world;
}

static void amend(struct world *world, uint64_t id, const char *price, const char *size)
{
    struct request_amend request = {.order_id = id, .price_e12 = px(price), .size_e6 = qty(size)};
    exchange_amend(world->exchange, world->now_us, COIN, &request);
    run_until(world, world->now_us);
}

static void expect_amended(struct world *world, uint64_t id, const char *price, const char *size)
{
    const struct event *event = next_event(world, EVENT_ORDER);
    assert_int_equal(event->order.order_id, id);
    assert_int_equal(event->order.evidence, EVIDENCE_AMENDED);
    assert_int_equal(event->order.price_e12, px(price));
    assert_int_equal(event->order.size_e6, qty(size));
}

/* ---- the place in the queue: two buys at 95, one unit of volume at :20: who is first? ---- */

static uint64_t first_filled(const char *price, const char *size, bool back)
{
    struct world *world = falling();
    uint64_t older = place(world, COIN, limit_order(SIDE_BUY, "2", "95"));
    uint64_t younger = place(world, COIN, limit_order(SIDE_BUY, "2", "95"));
    assert_int_equal(older, 1);
    assert_int_equal(younger, 2);
    amend(world, older, price, size);
    if (back) {
        amend(world, older, "95", size);
    }
    run_minute(world, 0, 25);
    const struct event *fill = next_event(world, EVENT_FILL);
    assert_int_equal(fill->fill.size_e6, qty("1"));
    expect_no_more(world, EVENT_FILL);
    uint64_t id = fill->fill.order_id;
    world_free(world);
    return id;
}

static void test_smaller_at_its_price_keeps_the_place(void **state)
{
    (void)state;
    assert_int_equal(first_filled("95", "1.5", false), 1);
}

static void test_larger_or_repriced_loses_it(void **state)
{
    (void)state;
    assert_int_equal(first_filled("95", "3", false), 2);
    assert_int_equal(first_filled("94", "2", true), 2);
}

/* ---- size and price ---- */

/* 3 at 95, 1 filled at :20. To 2 in all: 1 is left, and fills at :40. */
static void test_size_is_the_whole_order_with_what_is_filled(void **state)
{
    (void)state;
    struct world *world = falling();
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "3", "95"));
    run_minute(world, 0, 25);
    (void)expect_fill(world, id, "1", "95");
    amend(world, id, "0", "2");
    expect_amended(world, id, "95", "2");
    run_minute(world, 0, 45);
    (void)expect_fill(world, id, "1", "95");
    run_minute(world, 0, 59);
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("2"));
    world_free(world);
}

/* "if new qty <= executedQty the order is cancelled" (PROTOCOLS A7) */
static void test_size_not_above_what_is_filled_cancels(void **state)
{
    (void)state;
    struct world *world = falling();
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "3", "95"));
    run_minute(world, 0, 25);
    skip_all(world);
    amend(world, id, "0", "1");
    expect_order(world, id, EVIDENCE_CANCELED, REASON_AMENDED);
    world_free(world);
}

/* 10000 at 1x: 50 at 95 reserve 4750 + fee 2.375. The amend to 100 at 95 needs 9500 + 4.75, and its own reserve is given
 * back for the judgement; 110 would need 10450. */
static void test_own_reserve_counts_for_the_amend(void **state)
{
    (void)state;
    struct world *world = falling();
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "50", "95"));
    skip_all(world);
    amend(world, id, "0", "110");
    expect_order(world, id, EVIDENCE_CANCEL_REJECTED, REASON_MARGIN);
    amend(world, id, "0", "100");
    expect_amended(world, id, "95", "100");
    uint64_t other = place(world, COIN, limit_order(SIDE_BUY, "6", "95"));
    expect_order(world, other, EVIDENCE_REJECTED, REASON_MARGIN);
    amend(world, id, "0", "40");
    expect_amended(world, id, "95", "40");
    other = place(world, COIN, limit_order(SIDE_BUY, "60", "95"));
    expect_order(world, other, EVIDENCE_ACKED, REASON_NONE);
    world_free(world);
}

/* The market stands at 100: a buy at 101 takes; a post-only one is cancelled ("GTX that would cross is cancelled"). */
static void test_price_that_crosses(void **state)
{
    (void)state;
    struct world *world = falling();
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "1", "95"));
    skip_all(world);
    amend(world, id, "101", "0");
    expect_amended(world, id, "101", "1");
    (void)expect_fill(world, id, "1", "100");
    struct action_place maker = limit_order(SIDE_BUY, "1", "95");
    maker.tif = TIF_POST_ONLY;
    id = place(world, COIN, maker);
    skip_all(world);
    amend(world, id, "101", "0");
    expect_order(world, id, EVIDENCE_CANCELED, REASON_POST_ONLY);
    world_free(world);
}

static void test_what_cannot_be_amended_is_refused_and_stays(void **state)
{
    (void)state;
    struct world *world = falling();
    uint64_t filled = place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "80"));
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "1", "89"));
    uint64_t gone = place(world, COIN, limit_order(SIDE_BUY, "1", "89"));
    cancel(world, COIN, gone);
    skip_all(world);
    amend(world, filled, "99", "0");
    expect_order(world, filled, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    amend(world, gone, "88", "0");
    expect_order(world, gone, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    amend(world, stop, "81", "0");
    expect_order(world, stop, EVIDENCE_CANCEL_REJECTED, REASON_NOT_AMENDABLE);
    amend(world, id, "89", "1");
    expect_order(world, id, EVIDENCE_CANCEL_REJECTED, REASON_NO_CHANGE);
    amend(world, id, "89.005", "1");
    expect_order(world, id, EVIDENCE_CANCEL_REJECTED, REASON_TICK);
    amend(world, id, "0", "1.0005");
    expect_order(world, id, EVIDENCE_CANCEL_REJECTED, REASON_LOT);
    amend(world, id, "0", "0.01");
    expect_order(world, id, EVIDENCE_CANCEL_REJECTED, REASON_NOTIONAL_MIN);
    cancel(world, COIN, id);
    expect_order(world, id, EVIDENCE_CANCELED, REASON_REQUESTED);
    world_free(world);
}

/* The amend is sent at :19.5 and takes a second: the fill of :20 comes first, and the amend finds nothing. */
static void test_fill_races_the_amend(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_order = US_PER_SECOND;
    world_open(world, false, "10000");
    coin_bar(world, 0, "100", "110", "90", "100");
    run_minute(world, 0, 5);
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "1", "95"));
    run_until(world, START + 19500 * US_PER_MS);
    amend(world, id, "80", "0");
    run_minute(world, 0, 30);
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    (void)expect_fill(world, id, "1", "95");
    expect_order(world, id, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    world_free(world);
}

/* ---- batch, cancel-all, mode ---- */

static void test_batch_is_answered_order_by_order(void **state)
{
    (void)state;
    struct world *world = falling();
    struct action_place places[3] = {limit_order(SIDE_BUY, "1", "80"),
                                     limit_order(SIDE_BUY, "1", "80.005"),
                                     limit_order(SIDE_BUY, "1", "81")};
    for (uint64_t i = 0; i < 3; i++) {
        places[i].order_id = 11 + i;
    }
    exchange_batch(world->exchange, world->now_us, COIN, places, 3);
    run_until(world, world->now_us);
    expect_order(world, 11, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, 12, EVIDENCE_REJECTED, REASON_TICK);
    expect_order(world, 13, EVIDENCE_ACKED, REASON_NONE);
    exchange_cancel_all(world->exchange, world->now_us, COIN);
    run_until(world, world->now_us);
    expect_order(world, 11, EVIDENCE_CANCELED, REASON_REQUESTED);
    expect_order(world, 13, EVIDENCE_CANCELED, REASON_REQUESTED);
    assert_true(world->venue.settled(world->venue.self));
    world_free(world);
}

static void test_margin_mode_changes_only_when_nothing_is_open(void **state)
{
    (void)state;
    struct world *world = falling();
    struct request_margin_mode request = {.request_id = 900, .margin_mode = MARGIN_ISOLATED};
    exchange_margin_mode(world->exchange, world->now_us, COIN, &request);
    run_until(world, world->now_us);
    expect_order(world, 900, EVIDENCE_REJECTED, REASON_NO_CHANGE);
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
    request = (struct request_margin_mode){901, MARGIN_CROSS};
    skip_all(world);
    exchange_margin_mode(world->exchange, world->now_us, COIN, &request);
    run_until(world, world->now_us);
    expect_order(world, 901, EVIDENCE_REJECTED, REASON_ORDERS_OPEN);
    cancel(world, COIN, id);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    skip_all(world);
    request.request_id = 902;
    exchange_margin_mode(world->exchange, world->now_us, COIN, &request);
    run_until(world, world->now_us);
    expect_order(world, 902, EVIDENCE_REJECTED, REASON_POSITION_OPEN);
    struct action_place leave = market_order(SIDE_SELL, "1");
    leave.reduce_only = true;
    (void)place(world, COIN, leave);
    skip_all(world);
    request.request_id = 903;
    exchange_margin_mode(world->exchange, world->now_us, COIN, &request);
    run_until(world, world->now_us);
    expect_order(world, 903, EVIDENCE_ACKED, REASON_NONE);
    world_free(world);
}

/* One long of 1 at 100 at 1x: margin 100. 50 more go in; 120 may not all come out (the position would be liquidated); what the
 * wallet does not have does not go in; a flat market has no isolated margin. */
static void test_margin_goes_in_and_out_by_the_wire(void **state)
{
    (void)state;
    static const struct {
        int32_t instrument;
        int64_t amount_e8;
        enum order_reason reason;
    } steps[] = {{COIN, 50 * ONE_E8, REASON_NONE},
                 {COIN, 100000 * ONE_E8, REASON_WALLET},
                 {COIN, -160 * ONE_E8, REASON_POSITION_MARGIN},
                 {COIN, -50 * ONE_E8, REASON_NONE},
                 {GOLD, ONE_E8, REASON_ISOLATED_ONLY}};
    struct world *world = falling();
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    skip_all(world);
    for (uint64_t i = 0; i < ARRAY_COUNT(steps); i++) {
        struct request_margin request = {800 + i, SIDE_LONG, steps[i].amount_e8};
        exchange_margin(world->exchange, world->now_us, steps[i].instrument, &request);
        run_until(world, world->now_us);
        enum order_reason reason = steps[i].reason;
        expect_order(world, 800 + i, reason == REASON_NONE ? EVIDENCE_ACKED : EVIDENCE_REJECTED,
                     reason);
        if (i == 0) {
            assert_int_equal(position_of(world, COIN).margin_e8, usd("150"));
        }
    }
    assert_int_equal(position_of(world, COIN).margin_e8, usd("100"));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smaller_at_its_price_keeps_the_place),
        cmocka_unit_test(test_larger_or_repriced_loses_it),
        cmocka_unit_test(test_size_is_the_whole_order_with_what_is_filled),
        cmocka_unit_test(test_size_not_above_what_is_filled_cancels),
        cmocka_unit_test(test_own_reserve_counts_for_the_amend),
        cmocka_unit_test(test_price_that_crosses),
        cmocka_unit_test(test_what_cannot_be_amended_is_refused_and_stays),
        cmocka_unit_test(test_fill_races_the_amend),
        cmocka_unit_test(test_batch_is_answered_order_by_order),
        cmocka_unit_test(test_margin_goes_in_and_out_by_the_wire),
        cmocka_unit_test(test_margin_mode_changes_only_when_nothing_is_open),
    };
    return cmocka_run_group_tests_name("amend", tests, NULL, NULL);
}
