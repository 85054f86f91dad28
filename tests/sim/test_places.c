/* test_places.c - who stands where in a queue on records: after an amend, in a group, while a trade is under way. */
#include "tests/sim/tick_world.h"

#include "sim/exchange/requests.h"

static struct world *depth_world(void)
{
    struct world *world = world_prepare();
    tick_world_open(world, false, false, true);
    small_book(world, 0);
    run_ms(world, 1);
    return world;
}

static void amend(struct world *world, uint64_t id, const char *price, const char *size)
{
    struct request_amend request = {.order_id = id, .price_e12 = px(price), .size_e6 = qty(size)};
    exchange_amend(world->exchange, world->now_us, COIN, &request);
    run_until(world, world->now_us);
}

/* A buy at 99 behind the 1 that is displayed; 0.4 of it trade; then it is amended, and 0.8 trade. */
static uint64_t amended(struct world *world, const char *price, const char *size)
{
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "1", "99"));
    give_at(world, 10, trade_of(SIDE_SELL, "0.4", "99"));
    run_ms(world, 11);
    amend(world, id, price, size);
    if (px(price) != px("99")) {
        give_at(world, 12, trade_of(SIDE_BUY, "1", "101"));
        run_ms(world, 13);
        amend(world, id, "99", size);
    }
    skip_all(world);
    give_at(world, 20, trade_of(SIDE_SELL, "0.8", "99"));
    run_ms(world, 20);
    return id;
}

/* 0.6 are left ahead: 0.2 of the 0.8 are ours. */
static void test_smaller_keeps_its_place_in_the_queue(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = amended(world, "99", "0.5");
    (void)expect_fill(world, id, "0.2", "99");
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

/* The level still says 1: all of it is ahead again, 0.2 after the trade, which another 0.5 goes beyond by 0.3. */
static void expect_behind(const char *price, const char *size)
{
    struct world *world = depth_world();
    uint64_t id = amended(world, price, size);
    expect_no_more(world, EVENT_FILL);
    give_at(world, 21, trade_of(SIDE_SELL, "0.5", "99"));
    run_ms(world, 21);
    (void)expect_fill(world, id, "0.3", "99");
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

static void test_larger_goes_behind_all_that_is_displayed(void **state)
{
    (void)state;
    expect_behind("99", "2");
}

static void test_there_and_back_goes_behind_too(void **state)
{
    (void)state;
    expect_behind("98.5", "1");
}

/* What an amend moved is watched at once: the best of ours is now 100, and a seller meets it there. */
static void test_a_repriced_order_is_met_at_its_new_price(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "1", "98"));
    give_at(world, 10, trade_of(SIDE_BUY, "1", "101"));
    run_ms(world, 11);
    amend(world, id, "100", "1");
    give_at(world, 12, trade_of(SIDE_SELL, "1", "100"));
    run_ms(world, 12);
    (void)expect_fill(world, id, "1", "100");
    world_free(world);
}

static void bracket(struct world *world, struct action_place parent, const char *target)
{
    struct request_group request = {
        .parent = true, .count = 2, .places = {parent, limit_order(SIDE_SELL, "1", target)}};
    request.places[0].order_id = 50;
    request.places[1].order_id = 51;
    request.places[1].reduce_only = true;
    exchange_group(world->exchange, world->now_us, COIN, &request);
    run_until(world, world->now_us);
}

/* 2 are displayed at 98 before the parent; 3 trade there: 1 is ours. Its target of 99 takes the half that the book, which has
 * not moved yet, shows there, in the middle of that trade: the parent is not met by it a second time. */
static void test_a_child_that_takes_brings_no_second_turn(void **state)
{
    (void)state;
    struct world *world = depth_world();
    level(world, 2, SIDE_BUY, "0.5", "99");
    run_ms(world, 2);
    bracket(world, limit_order(SIDE_BUY, "5", "98"), "99");
    skip_all(world);
    give_at(world, 10, trade_of(SIDE_SELL, "3", "98"));
    run_ms(world, 10);
    (void)expect_fill(world, 50, "1", "98");
    (void)expect_fill(world, 51, "0.5", "99");
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("0.5"));
    world_free(world);
}

/* 1 of 2 is bought at 101, the target of 103 has nobody before it; 4 come behind it. The other one is bought: the target
 * grows and stands behind the 4, so that of the 1 and the 4 that trade there 1 is ours. */
static void test_a_child_that_grows_goes_behind(void **state)
{
    (void)state;
    struct world *world = depth_world();
    bracket(world, limit_order(SIDE_BUY, "2", "101"), "103");
    (void)expect_fill(world, 50, "1", "101");
    level(world, 10, SIDE_SELL, "4", "103");
    give_at(world, 11, trade_of(SIDE_SELL, "1", "101"));
    run_ms(world, 11);
    (void)expect_fill(world, 50, "1", "101");
    give_at(world, 12, trade_of(SIDE_BUY, "1", "103"));
    run_ms(world, 12);
    expect_no_more(world, EVENT_FILL);
    give_at(world, 13, trade_of(SIDE_BUY, "4", "103"));
    run_ms(world, 13);
    (void)expect_fill(world, 51, "1", "103");
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

/* 1 of 2 is bought at 101 and sold at 103: the other 1 is not bought any more, for nothing would protect it. */
static void test_an_exit_takes_the_rest_of_the_parent_with_it(void **state)
{
    (void)state;
    struct world *world = depth_world();
    bracket(world, limit_order(SIDE_BUY, "2", "101"), "103");
    (void)expect_fill(world, 50, "1", "101");
    skip_all(world);
    give_at(world, 10, trade_of(SIDE_BUY, "1", "103"));
    run_ms(world, 10);
    (void)expect_fill(world, 51, "1", "103");
    expect_order(world, 50, EVIDENCE_CANCELED, REASON_LINKED);
    give_at(world, 11, trade_of(SIDE_SELL, "5", "100"));
    run_ms(world, 11);
    expect_no_more(world, EVENT_FILL);
    expect_flat(world, COIN);
    world_free(world);
}

/* 3 held, a sell of 2 at 101 behind the 1 displayed and an exit of 2 at market: 1 is left to reduce. The resting one
 * keeps its place and fills that 1 of the 2 that reach it; then nothing is left to reduce, and it goes. */
static void test_reduce_only_shrinks_in_its_place(void **state)
{
    (void)state;
    struct world *world = depth_world();
    level(world, 2, SIDE_SELL, "3", "100");
    run_ms(world, 2);
    (void)place(world, COIN, market_order(SIDE_BUY, "3"));
    struct action_place rest = limit_order(SIDE_SELL, "2", "101");
    rest.reduce_only = true;
    uint64_t resting = place(world, COIN, rest);
    struct action_place now = market_order(SIDE_SELL, "2");
    now.reduce_only = true;
    (void)place(world, COIN, now);
    skip_all(world);
    give_at(world, 10, trade_of(SIDE_BUY, "3", "101"));
    run_ms(world, 10);
    (void)expect_fill(world, resting, "1", "101");
    expect_order(world, resting, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_no_more(world, EVENT_FILL);
    expect_flat(world, COIN);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smaller_keeps_its_place_in_the_queue),
        cmocka_unit_test(test_larger_goes_behind_all_that_is_displayed),
        cmocka_unit_test(test_there_and_back_goes_behind_too),
        cmocka_unit_test(test_a_repriced_order_is_met_at_its_new_price),
        cmocka_unit_test(test_a_child_that_takes_brings_no_second_turn),
        cmocka_unit_test(test_a_child_that_grows_goes_behind),
        cmocka_unit_test(test_an_exit_takes_the_rest_of_the_parent_with_it),
        cmocka_unit_test(test_reduce_only_shrinks_in_its_place),
    };
    return cmocka_run_group_tests_name("places", tests, NULL, NULL);
}
