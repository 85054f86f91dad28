/* test_house_orders.c - orders behind the wire from request to record: lives, refusals, children of stops, what the venue does by
 * itself, income, terms. Prices of COINUSDT stand at 100 for two minutes, then walk as each test's rows say. */
#include "tests/sim/house_world.h"

#define LONE "{\"klines\":{\"COINUSDT\":\"coin.csv\"},\"leverage_tiers\":\"tiers.csv\"}"

static struct world *world_new(const char *const *later)
{
    struct world *world = world_prepare();
    const char *coin[20] = {"100,100,100,100,40", "100,100,100,100,40"};
    const char *gold[20];
    char path[TEST_PATH_BYTES];
    int count = 2;
    for (int i = 0; later[i] != NULL; i++) {
        coin[count++] = later[i];
    }
    coin[count] = NULL;
    for (int i = 0; i < count; i++) {
        gold[i] = "2000.00,2000.00,2000.00,2000.00,40";
    }
    coin[0] = "100.00,100.01,100.00,100.00,40"; /* the tick is 0.01 */
    gold[count] = NULL;
    world_bars(world, "coin.csv", coin);
    world_bars(world, "gold.csv", gold);
    test_file(&world->folder, path, "funding.csv",
              "funding_time,rate\n1700006520000,0.0001\n1700006580000,-0.0002\n");
    world_open(world, false, true);
    run_to(world, 1);
    assert_int_equal(position(world, COIN).leverage, 20);
    assert_int_equal(house_leverage(world->house, COIN, 1).refusal, HOUSE_TAKEN);
    return world;
}

static const char *const calm[] = {"100,100,100,100,40", "100,100,100,100,40", NULL};

static void market_order_is_told_new_and_filled_and_costs_its_fee(void **state)
{
    (void)state;
    struct world *world = world_new(calm);
    struct action_place order = market(SIDE_BUY, "2");
    int32_t told = world->ear.orders;
    struct house_order record = taken(house_place(world->house, COIN, &order, "first"));
    assert_int_equal(record.state, HOUSE_FILLED);
    assert_true(record.venue_id == 1);
    assert_string_equal(record.client_id, "first");
    assert_true(record.cost_e8 == usd("200") && record.fee_e8 == usd("0.1"));
    assert_int_equal(world->ear.orders, told + 2);
    assert_int_equal(world->ear.heard[told].order.state, HOUSE_NEW);
    assert_true(world->ear.heard[told + 1].filled);
    assert_true(world->ear.heard[told + 1].fill.price_e12 == px("100"));
    assert_int_equal(world->ear.heard[told + 1].fill.liquidity, LIQUIDITY_TAKER);
    assert_true(balance(world).wallet_e8 == usd("9999.9"));
    assert_true(income_of(world, INCOME_COMMISSION) == -usd("0.1"));
    assert_true(income_of(world, INCOME_TRANSFER) == usd("10000"));
    struct house_position held = position(world, COIN);
    assert_true(held.size_e6 == qty("2") && held.cost_e8 == usd("200"));
    assert_true(held.margin_e8 == usd("200") && held.leverage == 1);
    expect_balanced(world);
    world_free(world);
}

static void limit_rests_is_found_amended_and_cancelled(void **state)
{
    (void)state;
    struct world *world = world_new(calm);
    struct action_place order = limit(SIDE_BUY, "1", "99");
    order.tif = TIF_POST_ONLY;
    struct house_order record = taken(house_place(world->house, COIN, &order, "maker"));
    assert_int_equal(record.state, HOUSE_NEW);
    assert_true(balance(world).order_margin_e8 > 0);
    assert_true(house_order(world->house, COIN, 0, "maker", false)->venue_id == record.venue_id);
    assert_null(house_order(world->house, GOLD, 0, "maker", false));
    record = taken(house_amend(world->house, COIN, record.venue_id, NULL, px("98"), 0));
    assert_true(record.place.price_e12 == px("98") && record.amends == 1);
    assert_true(world->ear.heard[world->ear.orders - 1].amended);
    assert_int_equal(house_amend(world->house, COIN, 0, "maker", px("98"), 0).refusal, HOUSE_SAME);
    assert_int_equal(house_cancel(world->house, COIN, 0, "maker", true).refusal, HOUSE_WRONG_DOOR);
    record = taken(house_cancel(world->house, COIN, 0, "maker", false));
    assert_int_equal(record.state, HOUSE_CANCELED);
    assert_int_equal(house_cancel(world->house, COIN, 0, "maker", false).refusal, HOUSE_NO_ORDER);
    assert_int_equal(house_amend(world->house, COIN, 0, "maker", px("97"), 0).refusal,
                     HOUSE_NO_ORDER);
    assert_int_equal(house_cancel(world->house, COIN, 77, NULL, false).refusal, HOUSE_NO_ORDER);
    assert_true(balance(world).order_margin_e8 == 0);
    world_free(world);
}

static void refused_orders_leave_no_record(void **state)
{
    (void)state;
    struct world *world = world_new(calm);
    struct action_place order = limit(SIDE_BUY, "1", "101");
    order.tif = TIF_POST_ONLY;
    int32_t told = world->ear.orders;
    expect_refused(house_place(world->house, COIN, &order, NULL), REASON_POST_ONLY);
    order = market(SIDE_SELL, "1");
    order.reduce_only = true;
    expect_refused(house_place(world->house, COIN, &order, NULL), REASON_REDUCE_ONLY);
    order = market(SIDE_BUY, "1000");
    expect_refused(house_place(world->house, COIN, &order, NULL), REASON_MARGIN);
    assert_int_equal(house_order_count(world->house), 0);
    assert_int_equal(world->ear.orders, told);
    order = limit(SIDE_BUY, "1", "99");
    (void)taken(house_place(world->house, COIN, &order, "twin"));
    expect_refused(house_place(world->house, GOLD, &order, "twin"), REASON_DUPLICATE_ID);
    (void)taken(house_cancel(world->house, COIN, 0, "twin", false));
    (void)taken(house_place(world->house, COIN, &order, "twin"));
    assert_true(house_order(world->house, COIN, 0, "twin", false)->venue_id == 2);
    world_free(world);
}

static void orders_that_may_not_rest_expire(void **state)
{
    (void)state;
    struct world *world = world_new(calm);
    struct action_place order = limit(SIDE_BUY, "1", "99");
    order.tif = TIF_IOC;
    struct house_order record = place(world, COIN, order);
    assert_int_equal(record.state, HOUSE_EXPIRED);
    assert_int_equal(record.reason, REASON_IOC);
    order.tif = TIF_FOK;
    assert_int_equal(place(world, COIN, order).reason, REASON_FOK);
    order.tif = TIF_GTD;
    order.expires_us = START + 30 * US_PER_SECOND;
    record = place(world, COIN, order);
    run_to(world, 29);
    assert_true(house_order_open(house_order(world->house, COIN, record.venue_id, NULL, false)));
    run_to(world, 30);
    record = *house_order(world->house, COIN, record.venue_id, NULL, false);
    assert_int_equal(record.state, HOUSE_EXPIRED);
    assert_int_equal(record.reason, REASON_TTL);
    world_free(world);
}

/* The share of a point's volume that we may have is a tenth of 10: 1 at each point. */
static void limit_fills_in_parts(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world_bars(world, "coin.csv",
               (const char *const[]){"100.00,100.01,100.00,100.00,40", "100,100,98,98.5,40",
                                     "98,98,98,98,40", NULL});
    world_begin(world, LONE, "10", NULL);
    run_to(world, 1);
    struct house_order record = place(world, COIN, limit(SIDE_BUY, "2.5", "99"));
    run_to(world, 100);
    record = *house_order(world->house, COIN, record.venue_id, NULL, false);
    assert_int_equal(record.state, HOUSE_PARTIAL);
    assert_true(record.filled_e6 == qty("1") && record.cost_e8 == usd("99"));
    run_to(world, 179);
    record = *house_order(world->house, COIN, record.venue_id, NULL, false);
    assert_int_equal(record.state, HOUSE_FILLED);
    assert_true(record.filled_e6 == qty("2.5"));
    assert_int_equal(house_trade_count(world->house), 3);
    /* maker: 0.0002 x 247.5 */
    assert_true(record.fee_e8 == usd("0.0495"));
    world_free(world);
}

static void stop_triggers_into_a_child_and_ends_with_it(void **state)
{
    (void)state;
    struct world *world = world_new((const char *const[]){"100,100,94,96,40", NULL});
    (void)place(world, COIN, market(SIDE_BUY, "2"));
    struct action_place stop = {.side = SIDE_SELL,
                                .type = ORDER_STOP_MARKET,
                                .close_position = true,
                                .trigger_e12 = px("95")};
    struct action_place target = {.side = SIDE_SELL,
                                  .type = ORDER_TAKE_PROFIT_MARKET,
                                  .reduce_only = true,
                                  .size_e6 = qty("2"),
                                  .trigger_e12 = px("120")};
    struct house_order record = taken(house_place(world->house, COIN, &stop, "stop"));
    assert_true(record.conditional && record.venue_id == 1 && record.state == HOUSE_NEW);
    (void)taken(house_place(world->house, COIN, &target, "target"));
    int32_t told = world->ear.orders;
    run_to(world, 165);
    const struct house_order *parent = house_order(world->house, COIN, 0, "stop", true);
    const struct house_order *child =
        house_order(world->house, COIN, parent->child_id, NULL, false);
    assert_int_equal(parent->state, HOUSE_FILLED);
    assert_true(parent->filled_e6 == qty("2") && parent->cost_e8 == child->cost_e8);
    assert_true(child->parent_id == 1 && child->venue_id == 2);
    assert_int_equal(child->state, HOUSE_FILLED);
    assert_true(child->place.size_e6 == qty("2") && child->place.type == ORDER_MARKET);
    assert_string_equal(child->client_id, "stop");
    /* bought at 100, sold at 95 */
    assert_true(child->realised_e8 == -usd("10"));
    assert_true(income_of(world, INCOME_REALISED) == -usd("10"));
    const struct heard *heard = &world->ear.heard[told];
    assert_int_equal(heard[0].order.state, HOUSE_TRIGGERED);
    assert_true(heard[0].order.conditional && heard[0].order.child_id == 2);
    assert_int_equal(heard[1].order.state, HOUSE_NEW);
    assert_true(heard[1].order.parent_id == 1);
    assert_true(heard[2].filled && heard[2].order.state == HOUSE_FILLED);
    assert_true(heard[3].order.conditional && heard[3].order.state == HOUSE_FILLED);
    /* the target has nothing left to reduce */
    const struct house_order *left = house_order(world->house, COIN, 0, "target", true);
    assert_int_equal(left->state, HOUSE_CANCELED);
    assert_int_equal(left->reason, REASON_POSITION_CLOSED);
    assert_true(left->child_id == 0);
    world_free(world);
}

static void entry_that_triggers_without_margin_is_rejected(void **state)
{
    (void)state;
    struct world *world = world_new((const char *const[]){"100,106,100,105,40", NULL});
    struct action_place stop = {.side = SIDE_BUY,
                                .type = ORDER_STOP_MARKET,
                                .size_e6 = qty("200"),
                                .trigger_e12 = px("105")};
    (void)taken(house_place(world->house, COIN, &stop, "entry"));
    run_to(world, 170);
    const struct house_order *record = house_order(world->house, COIN, 0, "entry", true);
    assert_int_equal(record->state, HOUSE_REJECTED);
    assert_int_equal(record->reason, REASON_MARGIN);
    assert_true(record->triggered_us > 0 && record->child_id == 0);
    world_free(world);
}

static void settlement_pays_and_is_told(void **state)
{
    (void)state;
    struct world *world = world_new(calm);
    (void)place(world, COIN, market(SIDE_BUY, "10"));
    run_to(world, 130);
    /* at 120 s: a long of 1000 pays 0.01 % */
    assert_true(income_of(world, INCOME_FUNDING) == -usd("0.1"));
    assert_true(world->ear.changes_e8[ACCOUNT_BY_FUNDING] == -usd("0.1"));
    run_to(world, 190);
    assert_true(income_of(world, INCOME_FUNDING) == usd("0.1"));
    assert_true(balance(world).wallet_e8 == usd("9999.5") + usd("0.1"));
    world_free(world);
}

/* 50 at 20x: margin 250, maintenance 1 %: liquidated at 100 x (1 - 1/20) / (1 - 1 %) = 95.96 (up to the tick of 1e-12). */
static void liquidation_is_an_order_of_the_venue(void **state)
{
    (void)state;
    struct world *world = world_new((const char *const[]){"100,100,90,90,40", NULL});
    assert_int_equal(house_leverage(world->house, COIN, 20).refusal, HOUSE_TAKEN);
    assert_int_equal(house_leverage(world->house, COIN, 20).refusal, HOUSE_SAME);
    (void)place(world, COIN, market(SIDE_BUY, "50"));
    (void)place(world, COIN, limit(SIDE_SELL, "50", "120"));
    int64_t liquidation_e12 = position(world, COIN).liquidation_e12;
    assert_true(liquidation_e12 > px("95.95") && liquidation_e12 < px("95.96"));
    run_to(world, 170);
    assert_true(position(world, COIN).size_e6 == 0);
    const struct house_order *resting = house_order(world->house, COIN, 2, NULL, false);
    assert_int_equal(resting->state, HOUSE_CANCELED);
    assert_int_equal(resting->reason, REASON_LIQUIDATION);
    const struct house_order *forced = house_order(world->house, COIN, 3, NULL, false);
    assert_true(forced->venue_made && forced->forced == FILL_LIQUIDATION);
    assert_int_equal(forced->state, HOUSE_FILLED);
    assert_true(income_of(world, INCOME_INSURANCE) < 0);
    /* never more than the margin, and the entry's fee: 2.5 */
    assert_true(balance(world).wallet_e8 >= usd("9747.5"));
    assert_true(income_of(world, INCOME_REALISED) + income_of(world, INCOME_COMMISSION) +
                    income_of(world, INCOME_INSURANCE) + usd("10000") ==
                balance(world).wallet_e8 - income_of(world, INCOME_FUNDING));
    world_free(world);
}

/* A short of 10 from 100; at 90 half of it is deleveraged at 92: 5 x 8 = 40, without a fee. At its end the symbol is delisted:
 * the rest is settled at the mark. */
static void deleveraging_and_delisting_are_orders_of_the_venue(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world_bars(world, "coin.csv",
               (const char *const[]){"100.00,100.01,100.00,100.00,40", "90,90,90,90,40",
                                     "90,90,90,90,40", "90,90,90,90,40", NULL});
    world_begin(world, LONE, "0",
                "[{\"from\":\"2023-11-15T00:01:30Z\",\"symbol\":\"COINUSDT\",\"kind\":\"adl\","
                "\"factor\":0.5,\"price\":\"92\"},"
                "{\"from\":\"2023-11-15T00:02:30Z\",\"symbol\":\"COINUSDT\",\"kind\":\"delist\"}]");
    run_to(world, 1);
    (void)place(world, COIN, market(SIDE_SELL, "10"));
    (void)place(world, COIN, limit(SIDE_BUY, "1", "50"));
    run_to(world, 100);
    assert_int_equal(house_order(world->house, COIN, 2, NULL, false)->reason, REASON_LIQUIDATION);
    const struct house_order *forced = house_order(world->house, COIN, 3, NULL, false);
    assert_true(forced->venue_made && forced->forced == FILL_ADL);
    assert_true(forced->realised_e8 == usd("40") && forced->fee_e8 == 0);
    assert_true(position(world, COIN).size_e6 == qty("5"));
    run_to(world, 170);
    const struct house_order *settled = house_order(world->house, COIN, 4, NULL, false);
    assert_true(settled->venue_made && settled->forced == FILL_TRADE);
    assert_true(settled->realised_e8 == usd("50"));
    assert_true(position(world, COIN).size_e6 == 0);
    assert_false(house_market(world->house, COIN)->trading);
    world_free(world);
}

static void terms_of_a_symbol_change_as_the_venue_allows(void **state)
{
    (void)state;
    struct world *world = world_new(calm);
    struct house_answer answer = house_leverage(world->house, COIN, 51);
    expect_refused(answer, REASON_LEVERAGE_BRACKET);
    assert_int_equal(answer.terms, TERMS_LEVERAGE_RANGE);
    assert_int_equal(house_margin_mode(world->house, COIN, MARGIN_ISOLATED).refusal, HOUSE_SAME);
    assert_int_equal(house_margin_mode(world->house, GOLD, MARGIN_CROSS).refusal, HOUSE_TAKEN);
    assert_int_equal(position(world, GOLD).margin_mode, MARGIN_CROSS);
    expect_refused(house_margin(world->house, COIN, usd("1")), REASON_ISOLATED_ONLY);
    (void)house_leverage(world->house, COIN, 10);
    (void)place(world, COIN, market(SIDE_BUY, "1"));
    assert_int_equal(house_margin(world->house, COIN, usd("5")).refusal, HOUSE_TAKEN);
    assert_true(position(world, COIN).margin_e8 == usd("15"));
    expect_refused(house_margin(world->house, COIN, -usd("16")), REASON_POSITION_MARGIN);
    expect_refused(house_margin_mode(world->house, COIN, MARGIN_CROSS), REASON_POSITION_OPEN);
    answer = house_leverage(world->house, COIN, 5);
    assert_int_equal(answer.terms, TERMS_LEVERAGE_REDUCED);
    assert_int_equal(house_leverage(world->house, COIN, 20).refusal, HOUSE_TAKEN);
    assert_true(position(world, COIN).margin_e8 == usd("10"));
    assert_int_equal(position(world, COIN).leverage, 20);
    expect_balanced(world);
    assert_true(house_transfer(world->house, -usd("9000")));
    assert_false(house_transfer(world->house, -usd("9000")));
    assert_true(world->ear.changes_e8[ACCOUNT_BY_TRANSFER] == usd("1000"));
    expect_balanced(world);
    world_free(world);
}

static void countdown_cancels_plain_orders_of_its_symbol(void **state)
{
    (void)state;
    struct world *world = world_new(calm);
    struct action_place stop = {
        .side = SIDE_BUY, .type = ORDER_STOP_MARKET, .size_e6 = qty("1"), .trigger_e12 = px("120")};
    (void)place(world, COIN, limit(SIDE_BUY, "1", "90"));
    (void)place(world, GOLD, limit(SIDE_BUY, "1", "1900"));
    (void)place(world, COIN, stop);
    house_countdown(world->house, COIN, 10 * US_PER_SECOND);
    run_to(world, 5);
    house_countdown(world->house, COIN, 10 * US_PER_SECOND);
    run_to(world, 14);
    assert_true(house_order_open(house_order(world->house, COIN, 1, NULL, false)));
    run_to(world, 15);
    const struct house_order *ended = house_order(world->house, COIN, 1, NULL, false);
    assert_int_equal(ended->state, HOUSE_CANCELED);
    assert_true(ended->updated_us == START + 15 * US_PER_SECOND);
    assert_true(house_order_open(house_order(world->house, GOLD, 2, NULL, false)));
    assert_true(house_order_open(house_order(world->house, COIN, 1, NULL, true)));
    assert_int_equal(house_cancel_all(world->house, COIN, true), 1);
    assert_int_equal(house_cancel_all(world->house, COIN, true), 0);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(market_order_is_told_new_and_filled_and_costs_its_fee),
        cmocka_unit_test(limit_rests_is_found_amended_and_cancelled),
        cmocka_unit_test(refused_orders_leave_no_record),
        cmocka_unit_test(orders_that_may_not_rest_expire),
        cmocka_unit_test(limit_fills_in_parts),
        cmocka_unit_test(stop_triggers_into_a_child_and_ends_with_it),
        cmocka_unit_test(entry_that_triggers_without_margin_is_rejected),
        cmocka_unit_test(settlement_pays_and_is_told),
        cmocka_unit_test(liquidation_is_an_order_of_the_venue),
        cmocka_unit_test(deleveraging_and_delisting_are_orders_of_the_venue),
        cmocka_unit_test(terms_of_a_symbol_change_as_the_venue_allows),
        cmocka_unit_test(countdown_cancels_plain_orders_of_its_symbol),
    };
    return cmocka_run_group_tests_name("the house's orders", tests, NULL, NULL);
}
