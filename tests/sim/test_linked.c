/* test_linked.c - one-cancels-other and brackets. */
#include "tests/sim/test_exchange_world.h"

#include "sim/exchange/requests.h"

/* From 100 to 90 at :20, to 110 at :40, back to 100; share: of 1000 a point that may fill us, in thousandths. */
static struct world *waving(int64_t share)
{
    struct world *world = world_prepare();
    world->settings.participation = share * ONE_E9 / 1000;
    world_open(world, false, "10000");
    coin_bar(world, 0, "100", "110", "90", "100");
    run_minute(world, 0, 5);
    skip_all(world);
    return world;
}

/* Ids first, first + 1, ... */
static void group(struct world *world, uint64_t first, struct request_group *request)
{
    for (int32_t i = 0; i < request->count; i++) {
        request->places[i].order_id = first + (uint64_t)i;
    }
    exchange_group(world->exchange, world->now_us, COIN, request);
    run_until(world, world->now_us);
}

static struct action_place reducing(enum side side, const char *size, const char *price)
{
    struct action_place place = limit_order(side, size, price);
    place.reduce_only = true;
    return place;
}

static void expect_size(struct world *world, uint64_t id, const char *size)
{
    const struct event *event = next_event(world, EVENT_ORDER);
    assert_int_equal(event->order.order_id, id);
    assert_int_equal(event->order.evidence, EVIDENCE_AMENDED);
    assert_int_equal(event->order.size_e6, qty(size));
}

/* ---- one cancels other ---- */

static void test_first_execution_cancels_the_other(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group pair = {
        .count = 2,
        .places = {limit_order(SIDE_BUY, "1", "95"), limit_order(SIDE_SELL, "1", "105")}};
    group(world, 50, &pair);
    expect_order(world, 50, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, 51, EVIDENCE_ACKED, REASON_NONE);
    run_minute(world, 0, 59);
    (void)expect_fill(world, 50, "1", "95");
    expect_order(world, 51, EVIDENCE_CANCELED, REASON_LINKED);
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

/* Both are reached by one move, from 110 at :40 down to 90 in the next bar: the second may not fill as well. */
static void test_one_move_through_both_fills_one(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group pair = {
        .count = 2, .places = {limit_order(SIDE_BUY, "1", "97"), limit_order(SIDE_BUY, "1", "95")}};
    group(world, 50, &pair);
    run_minute(world, 0, 59);
    (void)expect_fill(world, 50, "1", "97");
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("1"));
    world_free(world);
}

static void test_a_part_is_an_execution_and_a_cancel_is_an_end(void **state)
{
    (void)state;
    struct world *world = waving(1); /* one unit a point */
    struct request_group pair = {
        .count = 2,
        .places = {limit_order(SIDE_BUY, "2", "95"), limit_order(SIDE_SELL, "2", "120")}};
    group(world, 50, &pair);
    skip_all(world);
    run_minute(world, 0, 25);
    (void)expect_fill(world, 50, "1", "95");
    expect_order(world, 51, EVIDENCE_CANCELED, REASON_LINKED);
    pair.places[0].price_e12 = px("80");
    group(world, 60, &pair);
    skip_all(world);
    cancel(world, COIN, 60);
    expect_order(world, 60, EVIDENCE_CANCELED, REASON_REQUESTED);
    expect_order(world, 61, EVIDENCE_CANCELED, REASON_LINKED);
    world_free(world);
}

/* Both would take on arrival: the first does, the second does not come. */
static void test_execution_on_arrival_keeps_the_other_out(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group pair = {
        .count = 2,
        .places = {limit_order(SIDE_BUY, "1", "105"), limit_order(SIDE_BUY, "1", "106")}};
    group(world, 50, &pair);
    expect_order(world, 50, EVIDENCE_ACKED, REASON_NONE);
    (void)expect_fill(world, 50, "1", "100");
    expect_order(world, 51, EVIDENCE_CANCELED, REASON_LINKED);
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("1"));
    world_free(world);
}

/* The second leg is refused: the first is taken back. */
static void test_refused_leg_takes_the_other_with_it(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group pair = {
        .count = 2,
        .places = {limit_order(SIDE_BUY, "1", "80"), limit_order(SIDE_SELL, "1", "120.005")}};
    group(world, 50, &pair);
    expect_order(world, 50, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, 51, EVIDENCE_REJECTED, REASON_TICK);
    expect_order(world, 50, EVIDENCE_CANCELED, REASON_LINKED);
    world_free(world);
}

/* ---- brackets: a buy with a target and a stop ---- */

static struct request_group
bracket(struct action_place parent, const char *target, const char *stop)
{
    return (struct request_group){.parent = true,
                                  .count = 3,
                                  .places = {parent, reducing(SIDE_SELL, "1", target),
                                             exit_order(ORDER_STOP_MARKET, SIDE_SELL, "1", stop)}};
}

/* Bought at 95 at :20; on the way from 90 to 110 the target of 105 fills: the stop goes. 10 - fees. */
static void test_target_fills_and_the_stop_goes(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group request = bracket(limit_order(SIDE_BUY, "1", "95"), "105", "85");
    group(world, 50, &request);
    expect_order(world, 50, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, 51, EVIDENCE_ACKED, REASON_NONE); /* waiting */
    expect_order(world, 52, EVIDENCE_ACKED, REASON_NONE);
    run_minute(world, 0, 59);
    (void)expect_fill(world, 50, "1", "95");
    (void)expect_fill(world, 51, "1", "105");
    world->read = 0;
    expect_flat(world, COIN);
    struct books_account account = books(world);
    assert_int_equal(account.realised_e8, usd("10"));
    run_minute(world, 0, 59);
    assert_true(world->venue.settled(world->venue.self));
    /* nothing is left: a cancel finds no order */
    skip_all(world);
    cancel(world, COIN, 52);
    expect_order(world, 52, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    world_free(world);
}

/* Bought at 95 on the way down to 90, the stop of 92 fires on the same way: it was armed at once. */
static void test_stop_fires_in_the_move_that_filled_the_parent(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group request = bracket(limit_order(SIDE_BUY, "1", "95"), "105", "92");
    group(world, 50, &request);
    run_minute(world, 0, 25);
    (void)expect_fill(world, 50, "1", "95");
    const struct event *fill = expect_fill(world, 52, "1", "92");
    assert_int_equal(fill->venue_time_us, START + 20 * US_PER_SECOND);
    expect_flat(world, COIN);
    skip_all(world);
    cancel(world, COIN, 51);
    expect_order(world, 51, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    world_free(world);
}

/* 2 bought in two parts of 1: the children's size follows the fills. */
static void test_size_of_the_children_follows_the_fills(void **state)
{
    (void)state;
    struct world *world = waving(1);
    struct request_group request = bracket(limit_order(SIDE_BUY, "2", "95"), "120", "85");
    group(world, 50, &request);
    skip_all(world);
    run_minute(world, 0, 25);
    (void)expect_fill(world, 50, "1", "95");
    expect_size(world, 51, "1");
    expect_order(world, 51, EVIDENCE_ACKED, REASON_NONE);
    expect_size(world, 52, "1");
    expect_order(world, 52, EVIDENCE_ACKED, REASON_NONE);
    run_minute(world, 0, 45);
    (void)expect_fill(world, 50, "1", "95");
    expect_size(world, 51, "2");
    expect_size(world, 52, "2");
    world_free(world);
}

static void test_parent_without_a_fill_takes_its_children_with_it(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group request = bracket(limit_order(SIDE_BUY, "1", "80"), "105", "75");
    group(world, 50, &request);
    skip_all(world);
    cancel(world, COIN, 50);
    expect_order(world, 50, EVIDENCE_CANCELED, REASON_REQUESTED);
    expect_order(world, 51, EVIDENCE_CANCELED, REASON_LINKED);
    expect_order(world, 52, EVIDENCE_CANCELED, REASON_LINKED);
    world_free(world);
}

static void test_waiting_child_is_taken_back_alone(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group request = bracket(limit_order(SIDE_BUY, "1", "95"), "105", "85");
    group(world, 50, &request);
    skip_all(world);
    cancel(world, COIN, 51);
    expect_order(world, 51, EVIDENCE_CANCELED, REASON_REQUESTED);
    run_minute(world, 0, 25);
    (void)expect_fill(world, 50, "1", "95");
    expect_size(world, 52, "1");
    exchange_cancel_all(world->exchange, world->now_us, COIN);
    run_until(world, world->now_us);
    skip_all(world);
    cancel(world, COIN, 52);
    expect_order(world, 52, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    world_free(world);
}

/* The price is through the stop when the parent fills: the stop is refused, the position and the target stay. */
static void test_child_may_be_refused_when_it_arms(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group request = bracket(market_order(SIDE_BUY, "1"), "105", "101");
    group(world, 50, &request);
    expect_order(world, 50, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, 51, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, 52, EVIDENCE_ACKED, REASON_NONE);
    expect_size(world, 51, "1");
    expect_order(world, 51, EVIDENCE_ACKED, REASON_NONE);
    expect_size(world, 52, "1");
    expect_order(world, 52, EVIDENCE_REJECTED, REASON_WOULD_TRIGGER);
    run_minute(world, 0, 59);
    (void)expect_fill(world, 51, "1", "105");
    expect_flat(world, COIN);
    world_free(world);
}

static void test_children_must_leave_what_the_parent_opens(void **state)
{
    (void)state;
    struct world *world = waving(0);
    struct request_group request = bracket(limit_order(SIDE_BUY, "1", "95"), "105", "85");
    request.places[2].side = SIDE_BUY;
    group(world, 50, &request);
    expect_order(world, 50, EVIDENCE_REJECTED, REASON_REDUCE_ONLY);
    expect_order(world, 51, EVIDENCE_REJECTED, REASON_REDUCE_ONLY);
    expect_order(world, 52, EVIDENCE_REJECTED, REASON_REDUCE_ONLY);
    assert_true(world->venue.settled(world->venue.self));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_execution_cancels_the_other),
        cmocka_unit_test(test_one_move_through_both_fills_one),
        cmocka_unit_test(test_a_part_is_an_execution_and_a_cancel_is_an_end),
        cmocka_unit_test(test_execution_on_arrival_keeps_the_other_out),
        cmocka_unit_test(test_refused_leg_takes_the_other_with_it),
        cmocka_unit_test(test_target_fills_and_the_stop_goes),
        cmocka_unit_test(test_stop_fires_in_the_move_that_filled_the_parent),
        cmocka_unit_test(test_size_of_the_children_follows_the_fills),
        cmocka_unit_test(test_parent_without_a_fill_takes_its_children_with_it),
        cmocka_unit_test(test_waiting_child_is_taken_back_alone),
        cmocka_unit_test(test_child_may_be_refused_when_it_arms),
        cmocka_unit_test(test_children_must_leave_what_the_parent_opens),
    };
    return cmocka_run_group_tests_name("linked", tests, NULL, NULL);
}
