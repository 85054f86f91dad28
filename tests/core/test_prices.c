/* What the core remembers of a market: prices, volatility, range, funding. Numbers by hand. */
#include "tests/core/engine_world.h"

#include "core/prices.h"

static struct prices prices;
static int64_t bars;

static int start(void **state)
{
    (void)state;
    prices_init(&prices);
    bars = 0;
    return 0;
}

static void point(const char *last, const char *mark_price, int64_t time_us)
{
    struct event event = {.kind = EVENT_MARKET, .time_us = time_us, .venue_time_us = time_us};
    event.market = (struct event_market){.last_e12 = price(last), .mark_e12 = price(mark_price)};
    prices_point(&prices, &event);
}

static void
bar_of(const char *high, const char *low, const char *close, int64_t interval_us, int32_t shift)
{
    bars++;
    int64_t close_us = T0 + bars * interval_us;
    struct event event = {.kind = EVENT_BAR, .time_us = close_us, .venue_time_us = close_us};
    event.bar = (struct event_bar){.open_time_us = close_us - interval_us,
                                   .interval_us = interval_us,
                                   .open_e12 = price(close),
                                   .high_e12 = price(high),
                                   .low_e12 = price(low),
                                   .close_e12 = price(close),
                                   .volume = 77};
    prices_bar(&prices, &event, (struct prices_shifts){.fast = shift, .slow = 14});
}

static void close_at(const char *close)
{
    bar_of(close, close, close, US_PER_MINUTE, 1);
}

static void settled(const char *rate, int64_t time_us)
{
    struct event event = {.kind = EVENT_FUNDING, .time_us = time_us, .venue_time_us = time_us};
    event.funding = (struct event_funding){.rate_e16 = number(rate, 16), .mark_e12 = price("1")};
    prices_funding(&prices, &event);
}

static void a_bar_before_any_point_gives_both_prices(void **state)
{
    (void)state;
    close_at("100");
    assert_int_equal(prices.last_e12, price("100"));
    assert_int_equal(prices.mark_e12, price("100"));
    assert_int_equal(prices.seen_us, T0 + US_PER_MINUTE);
    assert_int_equal(prices.bar_volume, 77);
}

static void a_later_point_wins_over_an_older_bar(void **state)
{
    (void)state;
    point("101", "102", T0 + US_PER_HOUR);
    close_at("100");
    assert_int_equal(prices.last_e12, price("101"));
    assert_int_equal(prices.mark_e12, price("102"));
    assert_int_equal(prices.seen_us, T0 + US_PER_HOUR);
    assert_int_equal(prices.close_e12, price("100"));
}

static void a_newer_bar_moves_the_last_price_and_leaves_the_mark(void **state)
{
    (void)state;
    point("101", "102", T0);
    close_at("100");
    assert_int_equal(prices.last_e12, price("100"));
    assert_int_equal(prices.mark_e12, price("102"));
}

static void a_return_is_per_root_minute_and_has_no_sign(void **state)
{
    (void)state;
    close_at("100");
    close_at("97");
    assert_int_equal(prices_return_1m_e9(&prices), 30000000);
    prices_init(&prices);
    bar_of("100", "100", "100", 4 * US_PER_MINUTE, 1);
    bar_of("103", "103", "103", 4 * US_PER_MINUTE, 1);
    assert_int_equal(prices_return_1m_e9(&prices), 15000000); /* 3 % / sqrt(4) */
}

static void an_absurd_return_is_held_at_three_hundred_percent(void **state)
{
    (void)state;
    close_at("0.001");
    close_at("1000000");
    assert_int_equal(prices_return_1m_e9(&prices), 3 * ONE_E9);
    close_at("1000000");
    assert_true(prices.variance_e18 > 0);
}

static void the_variance_stops_before_the_last_return(void **state)
{
    (void)state;
    close_at("100");
    close_at("101");    /* 1 % */
    close_at("103.02"); /* 2 %: variance 0.5 x 0.01^2 */
    assert_int_equal(prices.variance_e18, 50000000000000LL);
    close_at("103.02"); /* 0: variance 0.5 x 0.5 x 0.01^2 + 0.5 x 0.02^2 = 0.015^2 */
    assert_int_equal(prices_sigma_1m_e9(&prices), 15000000);
}

static void a_year_has_365_days(void **state)
{
    (void)state;
    assert_int_equal(prices_sigma_year_e9(&prices), 0);
    bar_of("100", "100", "100", US_PER_DAY, 1);
    bar_of("101", "101", "101", US_PER_DAY, 1);
    bar_of("103.02", "103.02", "103.02", US_PER_DAY, 1);
    bar_of("103.02", "103.02", "103.02", US_PER_DAY, 1);
    /* squares 1, 4, 0 of 1e14, weights 1, 1/2, 1/2: 1; 2.5; 1.25. sqrt(1.25) % = 1.1180339 %, x sqrt(365) = 19.104973 */
    assert_int_equal(prices_sigma_year_e9(&prices), 213600074);
}

static void nothing_is_beyond_before_thirty_returns(void **state)
{
    (void)state;
    for (int32_t index = 0; index < 30; index++) {
        close_at(index % 2 == 0 ? "100" : "100.1");
    }
    assert_false(prices_beyond(&prices, 1));
    close_at("150");
    assert_true(prices_beyond(&prices, 8));
    close_at("150.1");
    assert_false(prices_beyond(&prices, 1)); /* the shock itself is now in the variance */
}

static void the_range_counts_the_gap(void **state)
{
    (void)state;
    bar_of("101", "99", "100", US_PER_MINUTE, 1);
    assert_int_equal(prices.range_e12, price("2"));
    bar_of("106", "104", "105", US_PER_MINUTE, 1); /* from 100 to 106: 6; 2 + (6 - 2) / 2 */
    assert_int_equal(prices.range_e12, price("4"));
}

static void a_halflife_is_never_shorter_than_asked(void **state)
{
    (void)state;
    assert_int_equal(prices_shift(240), 9); /* 240 / ln 2 = 346.2, up to 512 */
    assert_int_equal(prices_shift(1), 1);   /* 1.44, up to 2 */
    assert_int_equal(prices_shift(100000), 18);
}

static void funding_is_told_per_eight_hours(void **state)
{
    (void)state;
    int64_t rate_e9 = 0;
    assert_false(prices_funding_8h_e9(&prices, &rate_e9));
    settled("0.0001", T0);
    assert_true(prices_funding_8h_e9(&prices, &rate_e9));
    assert_int_equal(rate_e9, 100000);
    settled("0.0001", T0 + 4 * US_PER_HOUR);
    assert_true(prices_funding_8h_e9(&prices, &rate_e9));
    assert_int_equal(rate_e9, 200000);
    settled("0.0001", T0 + 28 * US_PER_HOUR); /* a hole in the file, not an interval */
    assert_true(prices_funding_8h_e9(&prices, &rate_e9));
    assert_int_equal(rate_e9, 200000);
}

static void expect_8h(int64_t expected_e9)
{
    int64_t rate_e9 = 0;
    assert_true(prices_funding_8h_e9(&prices, &rate_e9));
    assert_int_equal(rate_e9, expected_e9);
}

/* Every 4 hours; the row of hour 12 is missing: the gap of 8 is no interval. */
static void a_missing_row_is_no_longer_interval(void **state)
{
    (void)state;
    settled("0.0001", T0);
    settled("0.0001", T0 + 4 * US_PER_HOUR);
    settled("0.0001", T0 + 8 * US_PER_HOUR + 7000);
    expect_8h(200000);
    settled("0.0001", T0 + 16 * US_PER_HOUR);
    expect_8h(200000);
    settled("0.0001", T0 + 20 * US_PER_HOUR);
    expect_8h(200000);
    settled("0.0001", T0 + 28 * US_PER_HOUR); /* and again, a day later: still one at a time */
    expect_8h(200000);
}

/* From every 4 hours to every 8 (twice), to every hour at once; a second row of one instant is none. */
static void a_new_interval_holds_when_it_is_sure(void **state)
{
    (void)state;
    settled("0.0001", T0);
    settled("0.0001", T0 + 4 * US_PER_HOUR);
    settled("0.0001", T0 + 12 * US_PER_HOUR);
    expect_8h(200000);
    settled("0.0001", T0 + 20 * US_PER_HOUR);
    expect_8h(100000);
    settled("0.0001", T0 + 21 * US_PER_HOUR);
    expect_8h(800000);
    settled("0.0001", T0 + 21 * US_PER_HOUR + 5000);
    expect_8h(800000);
}

static void a_rate_is_rounded_away_from_zero(void **state)
{
    (void)state;
    int64_t rate_e9 = 0;
    settled("0.0000000000000001", T0);
    assert_true(prices_funding_8h_e9(&prices, &rate_e9));
    assert_int_equal(rate_e9, 1);
    settled("-0.0000000000000001", T0 + 8 * US_PER_HOUR);
    assert_true(prices_funding_8h_e9(&prices, &rate_e9));
    assert_int_equal(rate_e9, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_bar_before_any_point_gives_both_prices, start),
        cmocka_unit_test_setup(a_later_point_wins_over_an_older_bar, start),
        cmocka_unit_test_setup(a_newer_bar_moves_the_last_price_and_leaves_the_mark, start),
        cmocka_unit_test_setup(a_return_is_per_root_minute_and_has_no_sign, start),
        cmocka_unit_test_setup(an_absurd_return_is_held_at_three_hundred_percent, start),
        cmocka_unit_test_setup(the_variance_stops_before_the_last_return, start),
        cmocka_unit_test_setup(a_year_has_365_days, start),
        cmocka_unit_test_setup(nothing_is_beyond_before_thirty_returns, start),
        cmocka_unit_test_setup(the_range_counts_the_gap, start),
        cmocka_unit_test_setup(a_halflife_is_never_shorter_than_asked, start),
        cmocka_unit_test_setup(funding_is_told_per_eight_hours, start),
        cmocka_unit_test_setup(a_missing_row_is_no_longer_interval, start),
        cmocka_unit_test_setup(a_new_interval_holds_when_it_is_sure, start),
        cmocka_unit_test_setup(a_rate_is_rounded_away_from_zero, start),
    };
    return cmocka_run_group_tests_name("prices", tests, NULL, NULL);
}
