/* test_session.c - the calls through which backtest and paper push their inputs: time, latency, ends, and books that differ. */
#include "sim/exchange/state.h"
#include "tests/sim/session_world.h"

static const char *verdict_of(const struct world *world)
{
    return verdict_code((int)world->verdict);
}

static struct signal coin_long(void)
{
    return signal_of("COIN", DIRECTION_LONG, "100", "99.6");
}

static void warm_up(struct world *world)
{
    for (int64_t minute = 0; minute < 3; minute++) {
        give_flat(world, COIN, minute, "100");
        give_flat(world, GOLD, minute, "100");
    }
}

static void start_deposits_the_balance_and_compares_the_books(void **state)
{
    (void)state;
    struct world *world = world_new();
    assert_int_equal(world->wallet_e8, usd("10000"));
    assert_int_equal(world->equity.balance_e8, usd("10000"));
    assert_int_equal(world->equity.equity_e8, usd("10000"));
    assert_int_equal(world->session.runner.comparisons, 1);
    world_free(world);
}

static void signal_without_a_market_is_refused_by_verdict(void **state)
{
    (void)state;
    struct world *world = world_new();
    give_signal(world, coin_long(), 0, 0);
    assert_string_equal(verdict_of(world), "NO_MARKET");
    warm_up(world);
    give_signal(world, signal_of("NOSUCH", DIRECTION_LONG, "1", "0.99"), 2, 0);
    assert_string_equal(verdict_of(world), "UNKNOWN_TOKEN");
    end_at(world, 3);
    assert_int_equal(world->fill_count, 0);
    world_free(world);
}

/* A quiet market tells the core nothing but closed bars; the signal sees the point of :20 all the same. */
static void signal_sees_the_price_of_its_own_instant(void **state)
{
    (void)state;
    struct world *world = world_new();
    give_flat(world, COIN, 0, "100");
    give_bar(world, COIN, 1, "100", "103", "99.9", "103"); /* the low at :20, the high at :40 */
    give_approved(world, signal_of("COIN", DIRECTION_LONG, "99.9", "99.5"), 1, 30);
    settle(world);
    expect_fill(world, 0, SIDE_BUY, "99.9");
    end_at(world, 2);
    world_free(world);
}

/* 100 ms out, 100 ms back: the stop follows the fill, and is confirmed after another round trip. */
static void orders_and_answers_take_their_latency(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->exchange.latency_order = 100 * US_PER_MS;
    world->simulation->exchange.latency_response = 100 * US_PER_MS;
    world->simulation->exchange.latency_feed = 100 * US_PER_MS;
    world_open(world);
    warm_up(world);
    give_approved(world, coin_long(), 2, 10);
    int64_t sent_us = START + 2 * MINUTE + 10 * US_PER_SECOND;
    session_settle(&world->session, sent_us + 10 * US_PER_SECOND);
    const struct told_fill *told = fill_at(world, 0);
    assert_int_equal(told->fill.venue_time_us, sent_us + 100 * US_PER_MS);
    assert_int_equal(told->time_us, sent_us + 200 * US_PER_MS);
    const struct order *stop = &world->orders[world->order_count - 1];
    assert_int_equal(stop->type, ORDER_STOP_MARKET);
    assert_int_equal(stop->state, ORDER_ACKED);
    assert_int_equal(stop->acked_us, sent_us + 400 * US_PER_MS);
    end_at(world, 3);
    world_free(world);
}

static void settling_stops_at_its_bound_and_when_nothing_is_on_its_way(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->exchange.latency_order = 2 * US_PER_SECOND;
    world_open(world);
    warm_up(world);
    give_approved(world, coin_long(), 2, 10);
    int64_t sent_us = world->session.now_us;
    session_settle(&world->session, sent_us + US_PER_SECOND);
    assert_int_equal(world->fill_count, 0);
    session_settle(&world->session, sent_us + 10 * US_PER_SECOND);
    assert_int_equal(world->fill_count, 1);
    /* the fill after 2 s, its stop after 4 s, and no further */
    assert_int_equal(world->session.now_us, sent_us + 4 * US_PER_SECOND);
    end_at(world, 3);
    world_free(world);
}

static void symbol_end_closes_that_symbol_alone(void **state)
{
    (void)state;
    struct world *world = world_new();
    warm_up(world);
    give_approved(world, coin_long(), 2, 0);
    give_approved(world, signal_of("GOLD", DIRECTION_LONG, "100", "99.6"), 2, 5);
    settle(world);
    session_symbol_end(&world->session, COIN, START + 3 * MINUTE);
    give_flat(world, GOLD, 3, "100");
    give_flat(world, GOLD, 4, "100");
    expect_exit(world, 1, "end_of_data");
    assert_true(position_at(world, 2)->size_e6 > 0);
    give_signal(world, coin_long(), 4, 0);
    assert_string_not_equal(verdict_of(world), "APPROVED");
    end_at(world, 5);
    expect_exit(world, 2, "end_of_data");
    world_free(world);
}

/* The last close is 100.3: 200 x 0.3 less a fee of 10 in and 10.03 out. */
static void data_end_closes_at_the_last_price_and_settles(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->exchange.latency_order = 100 * US_PER_MS;
    world->simulation->exchange.latency_response = 100 * US_PER_MS;
    world->simulation->exchange.latency_feed = 100 * US_PER_MS;
    world_open(world);
    warm_up(world);
    give_approved(world, coin_long(), 2, 0);
    give_bar(world, COIN, 3, "100", "100.3", "100", "100.3");
    end_at(world, 4);
    expect_exit(world, 1, "end_of_data");
    expect_fill(world, 1, SIDE_SELL, "100.3");
    assert_int_equal(net_e8(position_at(world, 1)), usd("60") - usd("20.03"));
    assert_int_equal(world->wallet_e8, usd("10039.97"));
    const struct venue_port *venue = &world->session.runner.venue;
    assert_true(venue->settled(venue->self));
    world_free(world);
}

static void bad_signal_without_bars_moves_no_market(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->fidelity = FIDELITY_SIGNALS;
    world_open(world);
    give_approved(world, coin_long(), 0, 0);
    settle(world);
    expect_fill(world, 0, SIDE_BUY, "100");
    struct signal bad = signal_of("COIN", DIRECTION_LONG, "1", "0.5");
    bad.bad = SIGNAL_BAD_PRICE;
    give_signal(world, bad, 1, 0);
    settle(world);
    assert_int_equal(world->fill_count, 1);
    /* the next price is the market, and beyond the stop */
    give_signal(world, signal_of("COIN", DIRECTION_LONG, "99.5", "99"), 2, 0);
    settle(world);
    expect_exit(world, 1, "stop");
    expect_fill(world, 1, SIDE_SELL, "99.5");
    end_at(world, 3);
    world_free(world);
}

static void records_of_a_feed_are_taken_by_kind_and_signals_numbered(void **state)
{
    (void)state;
    struct world *world = world_new();
    for (int64_t minute = 0; minute < 3; minute++) {
        struct feed_record bar = {
            .kind = FEED_BAR, .instrument = COIN, .time_us = START + minute * MINUTE};
        bar.bar =
            (struct feed_bar){MINUTE, px("100"), px("100"), px("100"), px("100"), 100000000000, 0};
        struct feed_record mark = bar;
        mark.kind = FEED_MARK;
        session_take(&world->session, &mark);
        session_take(&world->session, &bar);
    }
    struct feed_record funding = {
        .kind = FEED_FUNDING, .instrument = COIN, .time_us = START + 2 * MINUTE};
    funding.rate_e16 = decimal("0.0001", 16);
    session_take(&world->session, &funding);
    struct feed_record record = {
        .kind = FEED_SIGNAL, .instrument = INSTRUMENT_NONE, .time_us = START + 2 * MINUTE};
    record.signal.signal = coin_long();
    record.signal.signal.timestamp_us = record.time_us;
    record.signal.signal.id = 99; /* the feed's own number does not count */
    session_take(&world->session, &record);
    assert_string_equal(verdict_of(world), "APPROVED");
    assert_int_equal(world->session.signals, 1);
    record = (struct feed_record){
        .kind = FEED_SYMBOL_END, .instrument = COIN, .time_us = START + 3 * MINUTE};
    session_take(&world->session, &record);
    record = (struct feed_record){
        .kind = FEED_FINISH, .instrument = INSTRUMENT_NONE, .time_us = START + 3 * MINUTE};
    session_take(&world->session, &record);
    assert_int_equal(position_at(world, 1)->signal_id, 1);
    expect_exit(world, 1, "end_of_data");
    world_free(world);
}

/* One unit of 1e-8 on the exchange's side: the next event that moves a book stops the session, and nothing is taken after it. */
static void books_that_differ_stop_the_session_and_name_both_sides(void **state)
{
    (void)state;
    struct world *world = world_new();
    warm_up(world);
    world->session.exchange->account.fees_e8++;
    world->session.exchange->account.wallet_e8--;
    give_approved(world, coin_long(), 2, 0);
    give_flat(world, COIN, 3, "100");
    assert_true(session_failed(&world->session));
    char text[256];
    session_difference(&world->session, text, sizeof(text));
    assert_non_null(strstr(text, "books differ at 2023-11-15T00:02:00"));
    assert_non_null(strstr(text, "account fees_e8: core 1000000000, exchange 1000000001"));
    int64_t events = world->session.runner.events;
    give_flat(world, COIN, 4, "90");
    end_at(world, 5);
    assert_int_equal(world->session.runner.events, events);
    world->session.failed = false;
    world_free(world);
}

/* Equal books are not enough: the fund has a unit that nobody paid. */
static void money_that_comes_from_nowhere_stops_the_session(void **state)
{
    (void)state;
    struct world *world = world_new();
    warm_up(world);
    world->session.exchange->treasury.fund_e8++;
    give_approved(world, coin_long(), 2, 0);
    give_flat(world, COIN, 3, "100");
    assert_true(session_failed(&world->session));
    char text[256];
    session_difference(&world->session, text, sizeof(text));
    assert_non_null(strstr(text, "money is not conserved at the exchange at 2023-11-15T00:02:00"));
    assert_non_null(strstr(text, ": 0.00000001 too much"));
    world->session.failed = false;
    world_free(world);
}

static void shutdown_takes_no_entries_and_cancels_resting_ones(void **state)
{
    (void)state;
    struct world *world = world_new();
    warm_up(world);
    struct signal signal = coin_long();
    signal.entry_low_e12 = signal.entry_high_e12 = px("99.9"); /* below the mark: it rests */
    give_approved(world, signal, 2, 0);
    settle(world);
    assert_int_equal(world->orders[world->order_count - 1].state, ORDER_ACKED);
    struct event_command command = {
        .command = COMMAND_SHUTDOWN, .scope = SCOPE_GLOBAL, .principal = "test", .reason = "drill"};
    session_command(&world->session, &command, world->session.now_us);
    settle(world);
    const struct order *entry = &world->orders[world->order_count - 1];
    assert_int_equal(entry->type, ORDER_LIMIT);
    assert_int_equal(entry->state, ORDER_CANCELED);
    give_signal(world, signal_of("GOLD", DIRECTION_LONG, "100", "99.6"), 2, 30);
    assert_string_equal(verdict_of(world), "SHUTTING_DOWN");
    end_at(world, 3);
    assert_int_equal(world->fill_count, 0);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_deposits_the_balance_and_compares_the_books),
        cmocka_unit_test(signal_without_a_market_is_refused_by_verdict),
        cmocka_unit_test(signal_sees_the_price_of_its_own_instant),
        cmocka_unit_test(orders_and_answers_take_their_latency),
        cmocka_unit_test(settling_stops_at_its_bound_and_when_nothing_is_on_its_way),
        cmocka_unit_test(symbol_end_closes_that_symbol_alone),
        cmocka_unit_test(data_end_closes_at_the_last_price_and_settles),
        cmocka_unit_test(bad_signal_without_bars_moves_no_market),
        cmocka_unit_test(records_of_a_feed_are_taken_by_kind_and_signals_numbered),
        cmocka_unit_test(books_that_differ_stop_the_session_and_name_both_sides),
        cmocka_unit_test(money_that_comes_from_nowhere_stops_the_session),
        cmocka_unit_test(shutdown_takes_no_entries_and_cancels_resting_ones),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
