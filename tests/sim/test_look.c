/* test_look.c - what the core is shown of a book, once a second: numbers by hand. */
#include "tests/sim/tick_world.h"

static struct world *world_with(bool trades, bool quotes, bool depth)
{
    return tick_world_open(world_prepare(), trades, quotes, depth);
}

static const struct event_book *next_look(struct world *world)
{
    return &next_event(world, EVENT_BOOK)->book;
}

/* Mid 100. For a buyer 10 bp of 100.01 reach to 100.11: 1 at 100.01 and 3 at 100.05, mean 100.04, 4 bp; 100.12 is beyond. For
 * a seller there is 1 at 99.99: 1 bp. */
static void depth_within_ten_basis_points_of_the_touch(void **state)
{
    (void)state;
    struct world *world = world_with(false, false, true);
    struct tape_record rows[] = {
        level_of(SIDE_BUY, "1", "99.99"), level_of(SIDE_SELL, "1", "100.01"),
        level_of(SIDE_SELL, "3", "100.05"), level_of(SIDE_SELL, "5", "100.12")};
    for (int32_t i = 0; i < 4; i++) {
        rows[i].flags = (uint16_t)((rows[i].flags | TAPE_SNAPSHOT_ROW) & ~(i < 3 ? TAPE_LAST : 0));
        give_at(world, 0, rows[i]);
    }
    run_ms(world, 1);
    const struct event_book *book = next_look(world);
    assert_int_equal(book->bid_e12, px("99.99"));
    assert_int_equal(book->ask_e12, px("100.01"));
    assert_int_equal(book->depth_e6[SIDE_BUY], qty("4"));
    assert_int_equal(book->slippage_e9[SIDE_BUY], BPS_E9(4));
    assert_int_equal(book->depth_e6[SIDE_SELL], qty("1"));
    assert_int_equal(book->slippage_e9[SIDE_SELL], BPS_E9(1));
    assert_int_equal(book->index_e12, 0);
    world_free(world);
}

/* Half the spread of 2 bp, and the slippage of the model. */
static void a_quote_shows_its_spread_and_no_depth(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.slippage = BPS_E9(3);
    (void)tick_world_open(world, false, true, false);
    give_at(world, 0, quote_of("99.99", "1", "100.01", "1"));
    run_ms(world, 1);
    const struct event_book *book = next_look(world);
    assert_int_equal(book->bid_e12, px("99.99"));
    assert_int_equal(book->depth_e6[SIDE_BUY], BOOK_UNKNOWN);
    assert_int_equal(book->depth_e6[SIDE_SELL], BOOK_UNKNOWN);
    assert_int_equal(book->slippage_e9[SIDE_BUY], BPS_E9(4));
    assert_int_equal(book->slippage_e9[SIDE_SELL], BPS_E9(4));
    world_free(world);
}

static void trades_alone_show_that_they_come(void **state)
{
    (void)state;
    struct world *world = world_with(true, false, false);
    give_at(world, 0, trade_of(SIDE_BUY, "1", "100"));
    run_ms(world, 1);
    const struct event_book *book = next_look(world);
    assert_int_equal(book->bid_e12, 0);
    assert_int_equal(book->ask_e12, 0);
    assert_int_equal(book->depth_e6[SIDE_BUY], BOOK_UNKNOWN);
    world_free(world);
}

/* The next look comes with the first whole message a second later, never with a part of one. */
static void a_look_a_second_and_at_whole_messages(void **state)
{
    (void)state;
    struct world *world = world_with(false, false, true);
    small_book(world, 0);
    level(world, 999, SIDE_BUY, "3", "99");
    run_ms(world, 999);
    (void)next_look(world);
    expect_no_more(world, EVENT_BOOK);
    struct tape_record part = level_of(SIDE_BUY, "4", "99");
    part.flags = (uint16_t)(part.flags & ~TAPE_LAST);
    give_at(world, 1000, part);
    run_ms(world, 1000);
    expect_no_more(world, EVENT_BOOK);
    level(world, 1001, SIDE_SELL, "1", "101");
    run_ms(world, 1001);
    assert_int_equal(next_look(world)->depth_e6[SIDE_SELL], qty("4"));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_within_ten_basis_points_of_the_touch),
        cmocka_unit_test(a_quote_shows_its_spread_and_no_depth),
        cmocka_unit_test(trades_alone_show_that_they_come),
        cmocka_unit_test(a_look_a_second_and_at_whole_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
