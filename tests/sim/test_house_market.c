/* test_house_market.c - what a served market tells: the points of its bars, their candles, the book's chain, marks,
 * settled rates. */
#include "tests/sim/house_world.h"

static const char *const coin[] = {"100.00,103.00,99.00,102.00,40.02",
                                   "102.00,102.51,90.00,91.00,8", "91.00,91.00,91.00,91.00,0",
                                   "95.00,96.00,94.00,95.50,4", NULL};
static const char *const gold[] = {"2000.0,2001.0,1999.0,2000.5,4", "2000.5,2010.0,2000.0,2009.0,4",
                                   "2009.0,2009.0,2009.0,2009.0,4", "2009.0,2010.0,2000.0,2001.0,4",
                                   NULL};

static struct world *world_new(bool mark, bool funding)
{
    struct world *world = world_prepare();
    char path[TEST_PATH_BYTES];
    world_bars(world, "coin.csv", coin);
    world_bars(world, "gold.csv", gold);
    world_bars(world, "mark.csv",
               (const char *const[]){"100.10,102.90,99.10,101.90,0", "101.90,102.40,90.10,91.10,0",
                                     "91.10,91.10,91.10,91.10,0", "95.10,95.90,94.10,95.40,0",
                                     NULL});
    test_file(&world->folder, path, "funding.csv",
              "funding_time,rate\n1700006460000,0.0001\n1700006520000,-0.0002\n");
    world_open(world, mark, funding);
    return world;
}

/* Bar 0: the low is nearer to the open (1 below 3): 100, 99 at 20 s, 103 at 40 s, 102 at 60 s - 1 us. */
static void points_of_a_bar_are_trades_at_their_instants(void **state)
{
    (void)state;
    struct world *world = world_new(false, false);
    const int64_t seconds[] = {0, 19, 20, 39, 40, 59};
    const char *const last[] = {"100", "100", "99", "99", "103", "103"};
    for (int i = 0; i < 6; i++) {
        run_to(world, seconds[i]);
        assert_true(house_market(world->house, COIN)->last_e12 == px(last[i]));
    }
    house_advance(world->house, START + MINUTE - 1);
    assert_true(house_market(world->house, COIN)->last_e12 == px("102"));
    struct house_news trades[8];
    assert_int_equal(house_recent_trades(world->house, COIN, trades, 8), 4);
    assert_true(trades[0].trade.id == 1 && trades[3].trade.id == 4);
    assert_true(trades[1].trade.buyer_is_maker && !trades[2].trade.buyer_is_maker);
    assert_true(trades[3].time_us == START + MINUTE - 1);
    assert_int_equal(house_recent_trades(world->house, COIN, trades, 2), 2);
    assert_true(trades[1].trade.id == 4);
    world_free(world);
}

static void candles_are_the_bars_they_came_from(void **state)
{
    (void)state;
    struct world *world = world_new(false, false);
    run_to(world, 241);
    struct house_candle candles[8];
    assert_int_equal(
        house_candles(world->house, COIN, MINUTE, START, START + 9 * MINUTE, candles, 8), 4);
    const char *const fields[][4] = {{"100", "103", "99", "102"},
                                     {"102", "102.51", "90", "91"},
                                     {"91", "91", "91", "91"},
                                     {"95", "96", "94", "95.5"}};
    const char *const volumes[] = {"40.02", "8", "0", "4"};
    for (int i = 0; i < 4; i++) {
        assert_true(candles[i].open_e12 == px(fields[i][0]));
        assert_true(candles[i].high_e12 == px(fields[i][1]));
        assert_true(candles[i].low_e12 == px(fields[i][2]));
        assert_true(candles[i].close_e12 == px(fields[i][3]));
        assert_true(candles[i].volume_e6 == qty(volumes[i]));
        assert_true(candles[i].closed && candles[i].open_us == START + i * MINUTE);
        assert_int_equal(candles[i].trades, 4);
    }
    assert_int_equal(world->ear.closed_of[COIN], 4);
    assert_true(world->ear.last_closed[GOLD].close_e12 == px("2001"));
    assert_int_equal(
        house_candles(world->house, COIN, 2 * MINUTE, START, START + 9 * MINUTE, candles, 8), 2);
    assert_true(candles[0].high_e12 == px("103") && candles[0].low_e12 == px("90"));
    assert_true(candles[0].volume_e6 == qty("48.02") && candles[0].close_e12 == px("91"));
    assert_int_equal(
        house_candles(world->house, COIN, 2 * MINUTE, START, START + 9 * MINUTE, candles, 1), 1);
    assert_true(candles[0].open_us == START + 2 * MINUTE);
    assert_int_equal(
        house_candles(world->house, COIN, MINUTE / 2, START, START + 9 * MINUTE, candles, 8), 0);
    world_free(world);
}

static void candle_is_told_each_second_that_moved_it_and_once_closed(void **state)
{
    (void)state;
    struct world *world = world_new(false, false);
    run_to(world, 59);
    /* each market: told at 0, 20, 40 s */
    assert_int_equal(world->ear.candles, 6);
    run_to(world, 60);
    /* the closed ones, then the new ones */
    assert_int_equal(world->ear.closed, 2);
    assert_int_equal(world->ear.candles, 10);
    world_free(world);
}

static void marks_are_told_once_a_second(void **state)
{
    (void)state;
    struct world *world = world_new(true, false);
    run_to(world, 9);
    assert_int_equal(world->ear.marks, 20);
    run_to(world, 20);
    assert_true(house_market(world->house, COIN)->mark_e12 == px("99.1"));
    assert_true(house_market(world->house, GOLD)->mark_e12 == px("1999"));
    world_free(world);
}

static void book_follows_from_its_messages_and_stands_around_the_price(void **state)
{
    (void)state;
    struct world *world = world_new(false, false);
    for (int64_t second = 0; second < 241; second += 7) {
        run_to(world, second);
        expect_book(world, COIN);
        expect_book(world, GOLD);
    }
    run_to(world, 240);
    expect_book(world, COIN);
    static struct house_book book;
    house_book(world->house, COIN, 3, &book);
    assert_int_equal(book.bids, 3);
    /* no spread: the ask is the price, the bid a tick below; a step is a basis point up to the tick */
    assert_true(book.ask[0].price_e12 == px("95.5") && book.bid[0].price_e12 == px("95.49"));
    assert_true(book.ask[1].price_e12 == px("95.51") && book.bid[2].price_e12 == px("95.47"));
    assert_true(book.bid[0].size_e6 == qty("0.1"));
    world_free(world);
}

static void settled_rates_are_kept_and_the_next_is_shown(void **state)
{
    (void)state;
    struct world *world = world_new(false, true);
    run_to(world, 30);
    assert_true(house_market(world->house, COIN)->next_funding_us == START + MINUTE);
    assert_true(house_market(world->house, COIN)->funding_rate_e16 == ONE_E16 / 10000);
    run_to(world, 130);
    struct house_funding rates[4];
    assert_int_equal(house_fundings(world->house, COIN, 0, INSTANT_NEVER, rates, 4), 2);
    assert_true(rates[1].rate_e16 == -2 * ONE_E16 / 10000 && rates[1].mark_e12 == px("91"));
    assert_int_equal(house_fundings(world->house, COIN, 0, START + MINUTE, rates, 4), 1);
    assert_true(house_market(world->house, COIN)->next_funding_us == START + 3 * MINUTE);
    world_free(world);
}

static void end_of_the_data_ends_time_and_the_market(void **state)
{
    (void)state;
    struct world *world = world_new(false, false);
    int64_t steps = 0;
    while (house_next_us(world->house) != INSTANT_NEVER) {
        house_advance(world->house, house_next_us(world->house));
        steps++;
    }
    assert_true(house_now_us(world->house) == START + 4 * MINUTE);
    assert_true(steps >= 241);
    /* the last price stands until it is an outage: two bars */
    (void)place(world, COIN, market(SIDE_BUY, "1"));
    run_to(world, 9999);
    assert_false(house_market(world->house, COIN)->trading);
    struct action_place order = market(SIDE_SELL, "1");
    expect_refused(house_place(world->house, COIN, &order, NULL), REASON_NO_MARKET);
    struct error error;
    assert_false(house_failed(world->house, &error));
    world_free(world);
}

static void day_is_the_sum_of_its_candles(void **state)
{
    (void)state;
    struct world *world = world_new(false, false);
    run_to(world, 130);
    const struct house_market *now = house_market(world->house, COIN);
    assert_true(now->open_24h_e12 == px("100") && now->high_24h_e12 == px("103"));
    assert_true(now->low_24h_e12 == px("90") && now->volume_24h_e6 == qty("48.02"));
    assert_true(now->trading);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_of_a_bar_are_trades_at_their_instants),
        cmocka_unit_test(candles_are_the_bars_they_came_from),
        cmocka_unit_test(candle_is_told_each_second_that_moved_it_and_once_closed),
        cmocka_unit_test(marks_are_told_once_a_second),
        cmocka_unit_test(book_follows_from_its_messages_and_stands_around_the_price),
        cmocka_unit_test(settled_rates_are_kept_and_the_next_is_shown),
        cmocka_unit_test(end_of_the_data_ends_time_and_the_market),
        cmocka_unit_test(day_is_the_sum_of_its_candles),
    };
    return cmocka_run_group_tests_name("the house's market", tests, NULL, NULL);
}
