/* test_orders_rules.c - the venue's rules on orders: numbers, bands, callbacks, lives, rate limits, bans, and the numbers
 * under which Binance tells each refusal. */
#include "tests/sim/test_exchange_world.h"

#include "sim/exchange/errors.h"
#include "sim/exchange/limits.h"
#include "sim/exchange/requests.h"

static struct world *calm_of(struct world *world)
{
    world_open(world, false, "1000000");
    coin_bar(world, 0, "100", "100", "100", "100");
    gold_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    skip_all(world);
    return world;
}

static void expect_reject(struct world *world, struct action_place order, enum order_reason reason)
{
    uint64_t id = place(world, COIN, order);
    expect_order(world, id, EVIDENCE_REJECTED, reason);
}

static uint64_t expect_accept(struct world *world, struct action_place order)
{
    uint64_t id = place(world, COIN, order);
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    return id;
}

/* ---- numbers ---- */

/* MAX_NUM_ORDERS is 200 a symbol: the 201st is refused, one in another symbol is not. */
static void test_open_orders_of_a_symbol_are_limited(void **state)
{
    (void)state;
    struct world *world = calm_of(world_prepare());
    for (int i = 0; i < 200; i++) {
        (void)expect_accept(world, limit_order(SIDE_BUY, "0.1", "90"));
        run_until(world, world->now_us + 50 * US_PER_MS);
    }
    expect_reject(world, limit_order(SIDE_BUY, "0.1", "90"), REASON_ORDERS_MAX);
    uint64_t other = place(world, GOLD, limit_order(SIDE_BUY, "0.1", "90"));
    expect_order(world, other, EVIDENCE_ACKED, REASON_NONE);
    /* a market order never rests */
    (void)expect_accept(world, market_order(SIDE_BUY, "1"));
    /* an amend is of an order that is there already */
    struct request_amend amend = {.order_id = 1, .price_e12 = px("91")};
    skip_all(world);
    exchange_amend(world->exchange, world->now_us, COIN, &amend);
    run_until(world, world->now_us);
    assert_int_equal(next_event(world, EVENT_ORDER)->order.evidence, EVIDENCE_AMENDED);
    world_free(world);
}

/* Conditional orders: of all symbols together. */
static void test_conditional_orders_of_the_account_are_limited(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.algo_orders_max = 3;
    (void)calm_of(world);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)place(world, GOLD, market_order(SIDE_BUY, "1"));
    (void)place(world, GOLD, close_order(ORDER_STOP_MARKET, SIDE_SELL, "90"));
    skip_all(world);
    uint64_t first = expect_accept(world, close_order(ORDER_STOP_MARKET, SIDE_SELL, "90"));
    (void)expect_accept(world, close_order(ORDER_TAKE_PROFIT_MARKET, SIDE_SELL, "110"));
    expect_reject(world, close_order(ORDER_STOP_MARKET, SIDE_SELL, "91"), REASON_ALGO_ORDERS_MAX);
    cancel(world, COIN, first);
    skip_all(world);
    (void)expect_accept(world, close_order(ORDER_STOP_MARKET, SIDE_SELL, "91"));
    world_free(world);
}

static void test_an_id_is_of_one_open_order(void **state)
{
    (void)state;
    struct world *world = calm_of(world_prepare());
    uint64_t id = expect_accept(world, limit_order(SIDE_BUY, "1", "90"));
    world->order_id = id - 1;
    expect_reject(world, limit_order(SIDE_BUY, "1", "91"), REASON_DUPLICATE_ID);
    cancel(world, COIN, id);
    expect_order(world, id, EVIDENCE_CANCELED, REASON_REQUESTED);
    world->order_id = id - 1;
    (void)expect_accept(world, limit_order(SIDE_BUY, "1", "91"));
    world_free(world);
}

/* ---- bands: 5 % around a mark of 100 ---- */
static void test_prices_stay_in_their_band(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.price_band = PERCENT_E9(5);
    (void)calm_of(world);
    (void)expect_accept(world, limit_order(SIDE_BUY, "1", "105"));
    expect_reject(world, limit_order(SIDE_BUY, "1", "105.01"), REASON_PRICE_HIGH);
    (void)expect_accept(world, limit_order(SIDE_SELL, "1", "95"));
    expect_reject(world, limit_order(SIDE_SELL, "1", "94.99"), REASON_PRICE_LOW);
    (void)expect_accept(world, limit_order(SIDE_BUY, "1", "50")); /* a buy may be low */
    world_free(world);
}

/* The last price is 106 and the mark stands at 100: a market buy would meet 106, a market sell may. */
static void test_market_order_needs_a_counterparty_in_the_band(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.price_band = PERCENT_E9(5);
    world_open(world, false, "10000");
    struct exchange_bar mark = bar_of(0, "100", "100", "100", "100");
    exchange_mark_bar(world->exchange, COIN, &mark);
    coin_bar(world, 0, "106", "106", "106", "106");
    run_minute(world, 0, 5);
    skip_all(world);
    expect_reject(world, market_order(SIDE_BUY, "1"), REASON_COUNTERPARTY);
    (void)expect_accept(world, market_order(SIDE_SELL, "1"));
    world_free(world);
}

/* ---- trailing: 0.1 to 10 % ---- */
static void test_callback_rates_have_limits(void **state)
{
    (void)state;
    struct world *world = calm_of(world_prepare());
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    skip_all(world);
    struct action_place order = exit_order(ORDER_TRAILING_STOP, SIDE_SELL, "1", "0");
    order.callback_e9 = PERCENT_E9(1) / 10 - 1;
    expect_reject(world, order, REASON_CALLBACK);
    order.callback_e9 = PERCENT_E9(10) + 1;
    expect_reject(world, order, REASON_CALLBACK);
    order.callback_e9 = 0;
    expect_reject(world, order, REASON_CALLBACK);
    order.callback_e9 = PERCENT_E9(10);
    (void)expect_accept(world, order);
    order.callback_e9 = PERCENT_E9(1) / 10;
    (void)expect_accept(world, order);
    world_free(world);
}

/* ---- mark or last, order by order: the mark falls to 90, the last price stays ---- */
static void test_each_order_names_its_trigger_price(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world_open(world, false, "10000");
    struct exchange_bar mark = bar_of(0, "100", "100", "90", "95");
    exchange_mark_bar(world->exchange, COIN, &mark);
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    (void)place(world, COIN, market_order(SIDE_BUY, "2"));
    struct action_place by_last = exit_order(ORDER_STOP_MARKET, SIDE_SELL, "1", "95");
    by_last.trigger_by = TRIGGER_LAST;
    (void)place(world, COIN, by_last);
    uint64_t by_mark = place(world, COIN, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "1", "95"));
    skip_all(world);
    run_minute(world, 0, 59);
    (void)expect_fill(world, by_mark, "1", "100");
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("1"));
    world_free(world);
}

/* ---- reduce-only: each order shrinks to the position when it executes; what is left of it ends when the position does ---- */
static void test_excess_reduce_only_orders_end_with_the_position(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world_open(world, false, "10000");
    coin_bar(world, 0, "100", "110", "90", "100");
    run_minute(world, 0, 5);
    (void)place(world, COIN, market_order(SIDE_BUY, "2"));
    struct action_place target = limit_order(SIDE_SELL, "1.5", "105");
    target.reduce_only = true;
    uint64_t near = place(world, COIN, target);
    target.price_e12 = px("106");
    uint64_t far = place(world, COIN, target);
    target.price_e12 = px("120");
    uint64_t never = place(world, COIN, target);
    skip_all(world);
    run_minute(world, 0, 59);
    (void)expect_fill(world, near, "1.5", "105");
    (void)expect_fill(world, far, "0.5", "106");
    expect_order(world, far, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_order(world, never, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_flat(world, COIN);
    world_free(world);
}

/* ---- rates ---- */

static const struct limit_rules RULES = {3, 5, 2, 10 * US_PER_SECOND};
#define AT(second) (START + (second)*US_PER_SECOND)

/* START is a whole minute, so the windows are :00-:10, :10-:20, ... */
static void test_windows_are_of_the_clock(void **state)
{
    (void)state;
    struct limits limits = {0};
    assert_int_equal(limits_take(&limits, &RULES, AT(1), 1, 1), REASON_NONE);
    assert_int_equal(limits_take(&limits, &RULES, AT(2), 2, 1), REASON_NONE);
    assert_int_equal(limits_take(&limits, &RULES, AT(9), 1, 1), REASON_RATE_LIMIT);
    assert_int_equal(limits_take(&limits, &RULES, AT(10), 1, 1), REASON_NONE);
    assert_int_equal(limits_take(&limits, &RULES, AT(20), 2, 2), REASON_NONE);
    assert_int_equal(limits_take(&limits, &RULES, AT(30), 1, 1), REASON_RATE_LIMIT); /* minute */
    assert_int_equal(limits_take(&limits, &RULES, AT(60), 1, 1), REASON_NONE);
}

/* Two refusals in a row: ten seconds; the next ban is twenty. */
static void test_bans_double(void **state)
{
    (void)state;
    struct limits limits = {0};
    assert_int_equal(limits_take(&limits, &RULES, AT(0), 3, 3), REASON_NONE);
    assert_int_equal(limits_take(&limits, &RULES, AT(1), 1, 1), REASON_RATE_LIMIT);
    assert_int_equal(limits_take(&limits, &RULES, AT(2), 1, 1), REASON_RATE_LIMIT);
    assert_true(limits_banned(&limits, AT(2)));
    assert_int_equal(limits_take(&limits, &RULES, AT(11), 1, 1), REASON_BANNED);
    assert_false(limits_banned(&limits, AT(12)));
    assert_int_equal(limits_take(&limits, &RULES, AT(12), 2, 2), REASON_NONE);
    assert_int_equal(limits_take(&limits, &RULES, AT(13), 2, 2), REASON_RATE_LIMIT);
    assert_int_equal(limits_take(&limits, &RULES, AT(14), 2, 2), REASON_RATE_LIMIT);
    assert_true(limits_banned(&limits, AT(33)));
    assert_false(limits_banned(&limits, AT(34)));
    assert_int_equal(limits.bans, 2);
}

static void test_too_many_orders_are_refused_and_then_banned(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.rate_10s = 2;
    world->settings.rate_violations = 2;
    world->settings.rate_ban = 20 * US_PER_SECOND;
    (void)calm_of(world);
    uint64_t first = expect_accept(world, limit_order(SIDE_BUY, "1", "90"));
    uint64_t second = expect_accept(world, limit_order(SIDE_BUY, "1", "90"));
    expect_reject(world, limit_order(SIDE_BUY, "1", "90"), REASON_RATE_LIMIT);
    cancel(world, COIN, first); /* cancels are not counted */
    expect_order(world, first, EVIDENCE_CANCELED, REASON_REQUESTED);
    expect_reject(world, limit_order(SIDE_BUY, "1", "90"), REASON_RATE_LIMIT);
    cancel(world, COIN, second); /* but a ban is for all */
    expect_order(world, second, EVIDENCE_CANCEL_REJECTED, REASON_BANNED);
    expect_reject(world, limit_order(SIDE_BUY, "1", "90"), REASON_BANNED);
    run_minute(world, 0, 25);
    (void)expect_accept(world, limit_order(SIDE_BUY, "1", "90"));
    assert_int_equal(exchange_counters(world->exchange)->rate_refusals, 4);
    assert_int_equal(exchange_counters(world->exchange)->bans, 1);
    world_free(world);
}

/* PROTOCOLS A3: a batch counts its length on ten seconds and one on the minute. */
static void test_batch_counts_as_the_venue_says(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.rate_10s = 5;
    world->settings.rate_1m = 2;
    (void)calm_of(world);
    struct action_place places[BATCH_MAX];
    for (int32_t i = 0; i < BATCH_MAX; i++) {
        places[i] = limit_order(SIDE_BUY, "1", "90");
        places[i].order_id = 100 + (uint64_t)i;
    }
    exchange_batch(world->exchange, world->now_us, COIN, places, BATCH_MAX);
    run_until(world, world->now_us);
    for (uint64_t i = 0; i < BATCH_MAX; i++) {
        expect_order(world, 100 + i, EVIDENCE_ACKED, REASON_NONE);
    }
    expect_reject(world, limit_order(SIDE_BUY, "1", "90"), REASON_RATE_LIMIT); /* ten seconds */
    run_minute(world, 0, 15);
    (void)expect_accept(world, limit_order(SIDE_BUY, "1", "90"));
    run_minute(world, 0, 25);
    for (int32_t i = 0; i < BATCH_MAX; i++) {
        places[i].order_id = 200 + (uint64_t)i;
    }
    exchange_batch(world->exchange, world->now_us, COIN, places, 2); /* the minute is full */
    run_until(world, world->now_us);
    expect_order(world, 200, EVIDENCE_REJECTED, REASON_RATE_LIMIT);
    expect_order(world, 201, EVIDENCE_REJECTED, REASON_RATE_LIMIT);
    world_free(world);
}

/* ---- the venue's own numbers: PROTOCOLS A6, A7, A15 ---- */
static void test_refusals_carry_the_numbers_of_the_venue(void **state)
{
    (void)state;
    static const struct {
        enum order_reason reason;
        int32_t number;
    } table[] = {
        {REASON_TICK, -4014},
        {REASON_LOT, -4023},
        {REASON_SIZE, -4005},
        {REASON_NOTIONAL_MIN, -4164},
        {REASON_MARGIN, -2019},
        {REASON_LEVERAGE_BRACKET, -2027},
        {REASON_WOULD_TRIGGER, -2021},
        {REASON_POST_ONLY, -5022},
        {REASON_REDUCE_ONLY, -2022},
        {REASON_FOK, -5021},
        {REASON_NO_MARKET, -4141},
        {REASON_UNKNOWN_ORDER, -2011},
        {REASON_RATE_LIMIT, -1015},
        {REASON_BANNED, -1003},
        {REASON_TOO_OLD, -5028},
        {REASON_CANCEL_ONLY, -4140},
        {REASON_SUBMIT_ONLY, -1008},
        {REASON_ORDERS_MAX, -2025},
        {REASON_ALGO_ORDERS_MAX, -20198},
        {REASON_PRICE_HIGH, -4016},
        {REASON_PRICE_LOW, -4024},
        {REASON_COUNTERPARTY, -4131},
        {REASON_CALLBACK, -1130},
        {REASON_DUPLICATE_ID, -4116},
        {REASON_LIQUIDITY, -2020},
        {REASON_ORDERS_OPEN, -4047},
        {REASON_ISOLATED_ONLY, -4049},
        {REASON_WALLET, -4050},
        {REASON_POSITION_MARGIN, -4051},
        {REASON_POSITION_OPEN, -4048},
        {REASON_IOC, 0},
        {REASON_TTL, 0},
        {REASON_REQUESTED, 0},
        {REASON_LINKED, 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
        assert_int_equal(error_number(table[i].reason), table[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_orders_of_a_symbol_are_limited),
        cmocka_unit_test(test_conditional_orders_of_the_account_are_limited),
        cmocka_unit_test(test_an_id_is_of_one_open_order),
        cmocka_unit_test(test_prices_stay_in_their_band),
        cmocka_unit_test(test_market_order_needs_a_counterparty_in_the_band),
        cmocka_unit_test(test_callback_rates_have_limits),
        cmocka_unit_test(test_each_order_names_its_trigger_price),
        cmocka_unit_test(test_excess_reduce_only_orders_end_with_the_position),
        cmocka_unit_test(test_windows_are_of_the_clock),
        cmocka_unit_test(test_bans_double),
        cmocka_unit_test(test_too_many_orders_are_refused_and_then_banned),
        cmocka_unit_test(test_batch_counts_as_the_venue_says),
        cmocka_unit_test(test_refusals_carry_the_numbers_of_the_venue),
    };
    return cmocka_run_group_tests_name("orders_rules", tests, NULL, NULL);
}
