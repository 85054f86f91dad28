/* test_field14.c - what the peers got wrong when we ran them (FIELD 14, table of mechanics), and the traps of FIELD 7: each a run
 * of ours that gets it right. The numbers are by hand: 10,000 USD, 1 % at risk, a stop 0.4 % away and two fees of 0.05 % give
 * 100 / 0.005 = 20,000 USD or 200 units at 100; Medium is 10x, so the margin is 2,000; each fee at 100 is 10. */
#include "tests/sim/session_world.h"

/* Two quiet minutes in every market; the third has opened. */
static void warm_up(struct world *world)
{
    for (int64_t minute = 0; minute < 3; minute++) {
        give_flat(world, PEPE, minute, "0.01");
        give_flat(world, COIN, minute, "100");
        give_flat(world, GOLD, minute, "100");
    }
}

static struct signal coin_long(void)
{
    return signal_of("COIN", DIRECTION_LONG, "100", "99.6");
}

static struct signal coin_short(void)
{
    return signal_of("COIN", DIRECTION_SHORT, "100", "100.4");
}

static struct signal with_target(struct signal signal, const char *target)
{
    signal.target_e12[signal.target_count++] = px(target);
    return signal;
}

/* A world that holds 200 COIN at 100. */
static struct world *holding_of(struct world *world, struct signal signal)
{
    warm_up(world);
    give_approved(world, signal, 2, 0);
    settle(world);
    assert_int_equal(fill_at(world, 0)->fill.size_e6, qty("200"));
    assert_int_equal(fill_at(world, 0)->fill.price_e12, px("100"));
    assert_int_equal(position_at(world, 1)->leverage, 10);
    return world;
}

static struct world *holding(struct signal signal)
{
    return holding_of(world_new(), signal);
}

static int64_t equity_e8(const struct world *world)
{
    return engine_equity_e8(world->session.engine);
}

static struct books_account account_of(struct world *world)
{
    struct books_account account;
    const struct venue_port *venue = &world->session.runner.venue;
    assert_true(venue->account(venue->self, &account));
    return account;
}

/* ---- liquidation: nautilus and backtrader carried a 10x long to an equity of -4,000 and kept it open; vectorbt cut the order
 * to the cash without a word ---- */

/* At 40 the loss would be 12,000; the margin of 2,000 is all that goes: sold at the bankruptcy price of 90. */
static void liquidation_never_carries_a_long_beyond_its_margin(void **state)
{
    (void)state;
    struct world *world = holding(coin_long());
    give_flat(world, COIN, 3, "40");
    give_flat(world, COIN, 4, "40");
    expect_exit(world, 1, "liquidation");
    expect_fill(world, 1, SIDE_SELL, "90");
    assert_int_equal(position_at(world, 1)->realised_e8, -usd("2000"));
    assert_int_equal(equity_e8(world), usd("7990"));
    end_at(world, 5);
    assert_int_equal(world->wallet_e8, usd("7990"));
    world_free(world);
}

static void liquidation_never_carries_a_short_beyond_its_margin(void **state)
{
    (void)state;
    struct world *world = holding(coin_short());
    give_flat(world, COIN, 3, "400");
    give_flat(world, COIN, 4, "400");
    expect_exit(world, 1, "liquidation");
    expect_fill(world, 1, SIDE_BUY, "110");
    assert_int_equal(equity_e8(world), usd("7990"));
    end_at(world, 5);
    world_free(world);
}

/* Cross: 9,990 stand behind 200 units: sold at 100 - 49.95, and nothing is owed. */
static void liquidation_in_cross_margin_ends_at_zero_not_below(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->settings.margin_cross = MARGIN_CROSS;
    world_open(world);
    (void)holding_of(world, coin_long());
    give_flat(world, COIN, 3, "40");
    give_flat(world, COIN, 4, "40");
    expect_exit(world, 1, "liquidation");
    expect_fill(world, 1, SIDE_SELL, "50.05");
    assert_int_equal(world->wallet_e8, 0);
    end_at(world, 5);
    assert_int_equal(world->wallet_e8, 0);
    world_free(world);
}

/* ---- funding: only freqtrade booked it, and counts it into the profit target ---- */

/* Long 200: pays 0.01 % of 20,000, then 0.02 % of 20,200, receives 0.005 % of 20,000: -2 - 4.04 + 1. */
static void funding_is_booked_once_and_equals_the_sum_by_hand(void **state)
{
    (void)state;
    struct world *world = holding(coin_long());
    give_flat(world, COIN, 3, "100");
    give_funding(world, COIN, 3, "0.0001");
    give_flat(world, COIN, 4, "101");
    give_funding(world, COIN, 4, "0.0002");
    give_funding(world, GOLD, 4, "0.0002");
    give_flat(world, COIN, 5, "100");
    give_funding(world, COIN, 5, "-0.00005");
    end_at(world, 6);
    assert_int_equal(world->funding_postings, 3);
    assert_int_equal(world->funding_e8, -usd("5.04"));
    assert_int_equal(position_at(world, 1)->funding_e8, -usd("5.04"));
    assert_int_equal(position_at(world, 1)->realised_e8, 0);
    assert_int_equal(world->wallet_e8, usd("9974.96")); /* and two fees of 10 */
    world_free(world);
}

/* 200 of funding eat all that the target brings; it is left at its price all the same, and the stop was never near. */
static void funding_is_no_part_of_the_target(void **state)
{
    (void)state;
    struct world *world = holding(with_target(coin_long(), "101"));
    give_flat(world, COIN, 3, "100");
    give_funding(world, COIN, 3, "0.01");
    give_bar(world, COIN, 4, "100", "101.5", "99.8", "100");
    give_flat(world, COIN, 5, "100");
    expect_exit(world, 1, "take_profit");
    expect_fill(world, 1, SIDE_SELL, "101");
    assert_int_equal(position_at(world, 1)->realised_e8, usd("200"));
    assert_int_equal(position_at(world, 1)->funding_e8, -usd("200"));
    end_at(world, 6);
    world_free(world);
}

/* Half is sold at 101; 0.01 % of 20,000 before, of 10,100 after: 2 + 1.01, not a cent more. */
static void funding_is_not_doubled_on_partial_exits(void **state)
{
    (void)state;
    struct world *world = holding(with_target(with_target(coin_long(), "101"), "103"));
    give_flat(world, COIN, 3, "100");
    give_funding(world, COIN, 3, "0.0001");
    give_bar(world, COIN, 4, "100", "101.5", "100", "101");
    give_flat(world, COIN, 5, "101");
    give_funding(world, COIN, 5, "0.0001");
    give_flat(world, COIN, 6, "101");
    assert_int_equal(world->fill_count, 2);
    assert_int_equal(fill_at(world, 1)->fill.size_e6, qty("100"));
    assert_int_equal(world->funding_postings, 2);
    assert_int_equal(world->funding_e8, -usd("3.01"));
    end_at(world, 7);
    assert_int_equal(position_at(world, 1)->funding_e8, -usd("3.01"));
    assert_int_equal(world->funding_postings, 2);
    world_free(world);
}

/* ---- gap: nautilus filled a stop at 98 where the bar opened at 95; freqtrade a gapped target at that bar's low ---- */

static void stop_gapped_by_the_bar_fills_at_the_open(void **state)
{
    (void)state;
    struct world *world = holding(coin_long());
    give_bar(world, COIN, 3, "95", "99", "94", "98");
    give_flat(world, COIN, 4, "98");
    expect_exit(world, 1, "stop");
    expect_fill(world, 1, SIDE_SELL, "95");
    assert_int_equal(position_at(world, 1)->realised_e8, -usd("1000"));
    end_at(world, 5);
    world_free(world);

    world = holding(coin_short());
    give_bar(world, COIN, 3, "105", "106", "101", "102");
    give_flat(world, COIN, 4, "102");
    expect_exit(world, 1, "stop");
    expect_fill(world, 1, SIDE_BUY, "105");
    end_at(world, 5);
    world_free(world);
}

static void target_gapped_by_the_bar_fills_at_the_open_not_at_an_extreme(void **state)
{
    (void)state;
    struct world *world = holding(with_target(coin_long(), "101"));
    give_bar(world, COIN, 3, "103", "104", "102", "103");
    give_flat(world, COIN, 4, "103");
    expect_exit(world, 1, "take_profit");
    expect_fill(world, 1, SIDE_SELL, "103");
    end_at(world, 5);
    world_free(world);

    world = holding(with_target(coin_short(), "99"));
    give_bar(world, COIN, 3, "97", "98", "96", "97");
    give_flat(world, COIN, 4, "97");
    expect_exit(world, 1, "take_profit");
    expect_fill(world, 1, SIDE_BUY, "97");
    end_at(world, 5);
    world_free(world);
}

/* ---- stop and target in one bar: nautilus takes the target first for longs ---- */

static void expect_first(
    int64_t intrabar, struct signal signal, const char *high, const char *low, const char *reason)
{
    struct world *world = world_prepare();
    world->simulation->exchange.intrabar = intrabar;
    world_open(world);
    (void)holding_of(world, signal);
    give_bar(world, COIN, 3, "100", high, low, "100");
    give_flat(world, COIN, 4, "100");
    expect_exit(world, 1, reason);
    end_at(world, 5);
    assert_int_equal(world->fill_count, 2);
    world_free(world);
}

static void stop_and_target_in_one_bar_go_by_the_documented_order(void **state)
{
    (void)state;
    struct signal bought = with_target(coin_long(), "101");
    struct signal sold = with_target(coin_short(), "99");
    /* the extreme nearer to the open comes first, a tie is the low's */
    expect_first(INTRABAR_ADAPTIVE, bought, "102", "99", "stop");
    expect_first(INTRABAR_ADAPTIVE, bought, "101.5", "98", "take_profit");
    expect_first(INTRABAR_ADAPTIVE, bought, "102", "98", "stop");
    expect_first(INTRABAR_ADAPTIVE, sold, "102", "98.5", "take_profit");
    expect_first(INTRABAR_ADAPTIVE, sold, "101", "97", "stop");
    expect_first(INTRABAR_ADAPTIVE, sold, "102", "98", "take_profit");
    /* the ends: for and against the position, whatever is nearer */
    expect_first(INTRABAR_WORST, bought, "101.5", "98", "stop");
    expect_first(INTRABAR_WORST, sold, "102", "98.5", "stop");
    expect_first(INTRABAR_BEST, bought, "102", "99", "take_profit");
    expect_first(INTRABAR_BEST, sold, "101", "97", "take_profit");
}

/* ---- stop inside the entry bar: vectorbt and backtrader miss it ---- */

static void stop_inside_the_entry_bar_hits(void **state)
{
    (void)state;
    struct world *world = world_new();
    give_flat(world, COIN, 0, "100");
    give_flat(world, COIN, 1, "100");
    give_bar(world, COIN, 2, "100", "100.2", "98", "100");
    give_approved(world, coin_long(), 2, 0);
    give_flat(world, COIN, 3, "100");
    expect_exit(world, 1, "stop");
    expect_fill(world, 1, SIDE_SELL, "99.6");
    assert_true(position_at(world, 1)->closed_us < START + 3 * MINUTE);
    assert_int_equal(net_e8(position_at(world, 1)), -usd("99.96")); /* 80 + 10 + 9.96 */
    end_at(world, 4);
    world_free(world);
}

/* What happened in the bar before the entry does not count. */
static void low_before_the_entry_does_not_stop_it(void **state)
{
    (void)state;
    struct world *world = world_new();
    give_flat(world, COIN, 0, "100");
    give_flat(world, COIN, 1, "100");
    give_bar(world, COIN, 2, "100", "103", "98", "100"); /* the low at :20, the high at :40 */
    give_approved(world, signal_of("COIN", DIRECTION_LONG, "103", "102.5"), 2, 45);
    give_flat(world, COIN, 3, "103");
    give_flat(world, COIN, 4, "103");
    assert_string_equal(exit_reason_text((int)position_at(world, 1)->exit_reason), "stop");
    expect_fill(world, 0, SIDE_BUY, "103");
    expect_fill(world, 1, SIDE_SELL, "102.5"); /* on the way to the close at 100, not at 98 */
    end_at(world, 5);
    world_free(world);
}

/* ---- entry at the next open: nautilus fills at the last close ---- */

static void signal_of_a_closed_bar_enters_at_the_next_open(void **state)
{
    (void)state;
    for (int64_t latency_ms = 0; latency_ms <= 100; latency_ms += 100) {
        struct world *world = world_prepare();
        world->simulation->exchange.latency_order = latency_ms * US_PER_MS;
        world->simulation->exchange.latency_response = latency_ms * US_PER_MS;
        world->simulation->exchange.latency_feed = latency_ms * US_PER_MS;
        world_open(world);
        give_flat(world, COIN, 0, "100");
        give_flat(world, COIN, 1, "100");
        give_bar(world, COIN, 2, "100.5", "101", "100.5", "101");
        give_signal(world, coin_long(), 2, 0);
        give_flat(world, COIN, 3, "101");
        assert_string_equal(verdict_code((int)world->verdict), "APPROVED");
        expect_fill(world, 0, SIDE_BUY, "100.5");
        end_at(world, 4);
        world_free(world);
    }
}

/* ---- shared account over symbols: none in backtesting.py and hftbacktest ---- */

static void symbols_share_one_account(void **state)
{
    (void)state;
    struct world *world = holding(coin_long());
    give_approved(world, signal_of("GOLD", DIRECTION_SHORT, "100", "100.4"), 2, 10);
    settle(world);
    give_flat(world, COIN, 3, "100.2");
    give_flat(world, GOLD, 3, "100.1");
    give_flat(world, COIN, 4, "100.2");
    give_flat(world, GOLD, 4, "100.1");
    const struct position *coin = position_at(world, 1);
    const struct position *gold = position_at(world, 2);
    struct books_account account = account_of(world);
    assert_int_equal(account.open_positions, 2);
    assert_int_equal(account.margin_used_e8, coin->margin_e8 + gold->margin_e8);
    assert_int_equal(account.wallet_e8, usd("10000") - coin->fees_e8 - gold->fees_e8);
    /* The second is sized by what the first has left: 9,990, a drawdown of 0.1 %, by which the size is cut to
     * (1 - 0.9 / 0.999) / 0.1 = 0.99099: 1 % of it is 99, short of a unit in the last place, over 0.005. */
    assert_int_equal(fill_at(world, 1)->fill.size_e6, qty("197.999"));
    assert_int_equal(account.unrealised_e8, usd("40") - usd("19.7999"));
    end_at(world, 5);
    assert_int_equal(world->wallet_e8,
                     usd("10000") + net_e8(position_at(world, 1)) + net_e8(position_at(world, 2)));
    world_free(world);
}

/* What one symbol holds is not there for the other: free margin denies it. */
static void symbols_share_the_free_margin(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->settings.free_margin_min = PERCENT_E9(79);
    world_open(world);
    (void)holding_of(world, coin_long()); /* 79.9 % are free */
    give_signal(world, signal_of("GOLD", DIRECTION_LONG, "100", "99.6"), 2, 10);
    settle(world);
    assert_int_equal(world->position_count, 2);
    assert_true(fill_at(world, 1)->fill.size_e6 <
                qty("10")); /* 100 of margin are left to it, not 2,000 */
    end_at(world, 3);
    world_free(world);
}

/* ---- the traps of FIELD 7 ---- */

/* 200,000 of notional with 20,000 of margin: the second bracket by notional, the first by collateral. Liquidation at
 * (200,000 - 20,000 - 250) / (2,000 x 0.99) = 90.782828...; by collateral it would be 90.452. */
static void tier_goes_by_notional_not_by_collateral(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->exchange.starting_balance = usd("100000");
    world_open(world);
    warm_up(world);
    give_approved(world, coin_long(), 2, 0);
    give_flat(world, COIN, 3, "100");
    assert_int_equal(position_at(world, 1)->cost_e8, usd("200000"));
    assert_int_equal(position_at(world, 1)->margin_e8, usd("20000"));
    assert_int_equal(position_at(world, 1)->liquidation_e12, px("90.782828282829"));
    end_at(world, 4);
    world_free(world);
}

/* The last price falls through stop and liquidation price; the mark stays, and so does the position, until the mark falls. */
static void liquidation_and_stop_go_by_the_mark_not_by_the_last_price(void **state)
{
    (void)state;
    struct world *world = holding(coin_long());
    give_mark(world, COIN, 3, "100", "100", "99.7", "100");
    give_bar(world, COIN, 3, "100", "100", "50", "99");
    give_mark(world, COIN, 4, "100", "100", "100", "100");
    give_flat(world, COIN, 4, "60");
    give_mark(world, COIN, 5, "60", "60", "60", "60");
    give_flat(world, COIN, 5, "60");
    assert_int_equal(position_at(world, 1)->size_e6, qty("200"));
    give_mark(world, COIN, 6, "60", "60", "60", "60");
    give_flat(world, COIN, 6, "60");
    expect_exit(world, 1, "liquidation");
    assert_int_equal(position_at(world, 1)->closed_us, START + 5 * MINUTE);
    end_at(world, 7);
    world_free(world);
}

/* 0.00001 a coin is 0.01 a pack: 20,000 USD are 2,000,000 packs, and one per cent up is 200 USD. */
static void pack_symbols_keep_size_and_price_in_packs(void **state)
{
    (void)state;
    static const char *const tokens[] = {"PEPE", "1000PEPEUSDT"};
    for (size_t index = 0; index < ARRAY_COUNT(tokens); index++) {
        bool coins = index == 0;
        struct world *world = world_new();
        warm_up(world);
        struct signal signal = signal_of(tokens[index], DIRECTION_LONG, coins ? "0.00001" : "0.01",
                                         coins ? "0.00000996" : "0.00996");
        give_approved(world, with_target(signal, coins ? "0.0000101" : "0.0101"), 2, 0);
        give_bar(world, PEPE, 3, "0.01", "0.0102", "0.01", "0.0102");
        give_flat(world, PEPE, 4, "0.0102");
        expect_fill(world, 0, SIDE_BUY, "0.01");
        assert_int_equal(fill_at(world, 0)->fill.size_e6, qty("2000000"));
        expect_exit(world, 1, "take_profit");
        expect_fill(world, 1, SIDE_SELL, "0.0101");
        assert_int_equal(position_at(world, 1)->realised_e8, usd("200"));
        end_at(world, 5);
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(liquidation_never_carries_a_long_beyond_its_margin),
        cmocka_unit_test(liquidation_never_carries_a_short_beyond_its_margin),
        cmocka_unit_test(liquidation_in_cross_margin_ends_at_zero_not_below),
        cmocka_unit_test(funding_is_booked_once_and_equals_the_sum_by_hand),
        cmocka_unit_test(funding_is_no_part_of_the_target),
        cmocka_unit_test(funding_is_not_doubled_on_partial_exits),
        cmocka_unit_test(stop_gapped_by_the_bar_fills_at_the_open),
        cmocka_unit_test(target_gapped_by_the_bar_fills_at_the_open_not_at_an_extreme),
        cmocka_unit_test(stop_and_target_in_one_bar_go_by_the_documented_order),
        cmocka_unit_test(stop_inside_the_entry_bar_hits),
        cmocka_unit_test(low_before_the_entry_does_not_stop_it),
        cmocka_unit_test(signal_of_a_closed_bar_enters_at_the_next_open),
        cmocka_unit_test(symbols_share_one_account),
        cmocka_unit_test(symbols_share_the_free_margin),
        cmocka_unit_test(tier_goes_by_notional_not_by_collateral),
        cmocka_unit_test(liquidation_and_stop_go_by_the_mark_not_by_the_last_price),
        cmocka_unit_test(pack_symbols_keep_size_and_price_in_packs),
    };
    return cmocka_run_group_tests_name("field14", tests, NULL, NULL);
}
