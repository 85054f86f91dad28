/* The breaker's loss limits: each just inside and just outside, hysteresis, midnight, transfers. */
#include "tests/core/breaker_world.h"

/* From 10 000 to `outside` nothing trips; one unit of 1e-8 more does. */
static void expect_trip_at(int64_t tripping_e8, const char *cause)
{
    mark(tripping_e8 + 1);
    assert_true(account() < BREAKER_TRIPPED);
    mark(tripping_e8);
    assert_int_equal(account(), BREAKER_TRIPPED);
    assert_string_equal(last_record().cause, cause);
    assert_true(breaker_wants_flatten(&breaker, SCOPE_ACCOUNT, 0));
}

/* A slow fall that no faster limit sees: the same equity, later. */
static void fall_slowly(int64_t to_e8, int64_t each_e8, int64_t wait_us)
{
    while (equity_e8 - each_e8 > to_e8) {
        wait_for(wait_us);
        mark(equity_e8 - each_e8);
        assert_true(account() < BREAKER_TRIPPED);
    }
    wait_for(wait_us);
}

static void five_minutes_trip_at_0_75_percent(void **state)
{
    (void)state;
    wait_for(90 * US_PER_SECOND);
    expect_trip_at(E8(9925), "loss_5_minutes");
    assert_int_equal(last_record().value, BPS_E9(75));
    assert_int_equal(last_record().limit, BPS_E9(75));
    assert_int_equal(last_record().baseline_e8, E8(10000));
}

static void five_minutes_warn_at_0_45_percent(void **state)
{
    (void)state;
    mark(E8(9955) + 1);
    assert_int_equal(account(), BREAKER_CLOSED);
    mark(E8(9955));
    assert_int_equal(account(), BREAKER_CAUTION);
    assert_string_equal(last_record().cause, "loss_5_minutes");
}

static void one_hour_trips_at_1_5_percent(void **state)
{
    (void)state;
    wait_for(30 * US_PER_MINUTE);
    mark(E8(9950)); /* 0.50 % within 5 min */
    wait_for(10 * US_PER_MINUTE);
    mark(E8(9900)); /* 0.50 % within 5 min, 1.00 % within the hour */
    wait_for(10 * US_PER_MINUTE);
    expect_trip_at(E8(9850), "loss_1_hour");
}

static void one_hour_trips_where_five_minutes_are_calm(void **state)
{
    (void)state;
    settings.velocity_5m_trip = ONE_E9;
    breaker_init(&breaker, &settings, now_us, E8(10000));
    wait_for(30 * US_PER_MINUTE);
    expect_trip_at(E8(9850), "loss_1_hour");
}

/* The slower limits alone. */
static void calm_the_fast_limits(void)
{
    settings.velocity_5m_trip = ONE_E9;
    settings.velocity_1h_trip = ONE_E9;
    breaker_init(&breaker, &settings, now_us, E8(10000));
}

static void a_day_warns_at_1_2_and_trips_at_2_percent(void **state)
{
    (void)state;
    calm_the_fast_limits();
    mark(E8(9880) + 1);
    assert_int_equal(account(), BREAKER_CLOSED);
    mark(E8(9880));
    assert_int_equal(account(), BREAKER_CAUTION);
    expect_trip_at(E8(9800), "day_loss");
}

static void the_midnight_hole_is_closed(void **state)
{
    (void)state;
    calm_the_fast_limits();
    wait_until(instant_from_date(2024, 1, 10) + 23 * US_PER_HOUR);
    mark(E8(9810)); /* 1.9 % */
    assert_int_equal(account(), BREAKER_CAUTION);
    wait_until(instant_from_date(2024, 1, 11) + US_PER_HOUR);
    assert_int_equal(breaker_loss_e9(&breaker, BASELINE_DAY), 0);
    expect_trip_at(E8(9700), "rolling_loss"); /* only 1.12 % of the new day, 3 % of 24 h */
}

static void a_new_day_does_not_clear_a_daily_latch(void **state)
{
    (void)state;
    calm_the_fast_limits();
    mark(E8(9800));
    wait_for(5 * US_PER_DAY);
    assert_int_equal(account(), BREAKER_TRIPPED);
}

static void a_new_day_clears_the_daily_caution_after_the_dwell_time(void **state)
{
    (void)state;
    calm_the_fast_limits();
    settings.rolling_loss_trip = ONE_E9;
    breaker_init(&breaker, &settings, now_us, E8(10000));
    mark(E8(9880));
    wait_until(instant_from_date(2024, 1, 11) + settings.dwell - 1);
    assert_int_equal(account(), BREAKER_CAUTION);
    wait_for(1);
    assert_int_equal(account(), BREAKER_CLOSED);
}

static void a_week_trips_at_5_percent(void **state)
{
    (void)state;
    calm_the_fast_limits();
    /* 9850, 9700, 9550: Sunday 16:00. */
    fall_slowly(E8(9505), E8(150), 25 * US_PER_HOUR);
    expect_trip_at(E8(9500), "week_loss");
}

static void a_month_trips_at_10_percent(void **state)
{
    (void)state;
    calm_the_fast_limits();
    settings.drawdown_trip = settings.drawdown_lock = ONE_E9;
    breaker_init(&breaker, &settings, now_us, E8(10000));
    fall_slowly(E8(9050), E8(60), 47 * US_PER_HOUR / 2);
    settings.week_loss_trip = 0; /* read only at init: the levels stay */
    expect_trip_at(E8(9000), "month_loss");
}

/* Drawdown alone. */
static void only_drawdown(void)
{
    settings.day_loss_warn = settings.day_loss_trip = ONE_E9;
    settings.rolling_loss_trip = settings.week_loss_trip = settings.month_loss_trip = ONE_E9;
    calm_the_fast_limits();
}

static void drawdown_warns_at_6_trips_at_10_and_locks_at_15_percent(void **state)
{
    (void)state;
    only_drawdown();
    mark(E8(11000));
    mark(E8(10340) + 1);
    assert_int_equal(account(), BREAKER_CLOSED);
    mark(E8(10340));
    assert_int_equal(account(), BREAKER_CAUTION);
    expect_trip_at(E8(9900), "drawdown");
    mark(E8(9350) + 1);
    assert_int_equal(account(), BREAKER_TRIPPED);
    mark(E8(9350));
    assert_int_equal(account(), BREAKER_LOCKED);
    assert_int_equal(last_record().from, BREAKER_TRIPPED);
    assert_int_equal(last_record().limit, PERCENT_E9(15));
}

static void a_gap_through_every_level_locks_at_once(void **state)
{
    (void)state;
    mark(-E8(1));
    assert_int_equal(account(), BREAKER_LOCKED);
    assert_int_equal(ask(DOGE).size_factor_e9, 0);
}

static void a_withdrawal_does_not_trip(void **state)
{
    (void)state;
    only_drawdown();
    mark(E8(9010));
    breaker_transfer(&breaker, now_us, E8(9010), -E8(4505));
    assert_int_equal(account(), BREAKER_CAUTION);
    assert_int_equal(breaker_drawdown_ppm(&breaker), 99000);
    breaker_transfer(&breaker, now_us, E8(4505), E8(4505));
    assert_int_equal(account(), BREAKER_CAUTION);
    mark(E8(9000));
    assert_int_equal(account(), BREAKER_TRIPPED);
}

static void caution_ends_below_half_of_its_level_after_the_dwell_time(void **state)
{
    (void)state;
    only_drawdown();
    mark(E8(9400));
    mark(E8(9700)); /* 3.00 %: not below half */
    wait_for(US_PER_HOUR);
    assert_int_equal(account(), BREAKER_CAUTION);
    mark(E8(9700) + 1);
    wait_for(settings.dwell - 1);
    assert_int_equal(account(), BREAKER_CAUTION);
    assert_int_equal(breaker_deadline(&breaker), now_us + 1);
    wait_for(1);
    assert_int_equal(account(), BREAKER_CLOSED);
    assert_string_equal(last_record().cause, "clear");
}

static void flapping_within_the_dwell_time_makes_no_records(void **state)
{
    (void)state;
    only_drawdown();
    mark(E8(9400));
    forget_records();
    for (int turn = 0; turn < 50; turn++) {
        wait_for(settings.dwell / 2);
        mark(turn % 2 == 0 ? E8(9800) : E8(9400));
    }
    assert_int_equal(account(), BREAKER_CAUTION);
    assert_int_equal(breaker.transition_count, 0);
}

static void velocity_caution_fades_without_a_mark(void **state)
{
    (void)state;
    mark(E8(9955));
    assert_int_equal(account(), BREAKER_CAUTION);
    wait_for(2 * US_PER_HOUR);
    assert_int_equal(account(), BREAKER_CLOSED);
}

static void what_is_left_of_the_day_is_counted_from_its_limit(void **state)
{
    (void)state;
    mark(E8(9990));
    assert_int_equal(breaker_day_room_e8(&breaker), E8(190));
}

static void a_symbol_trips_alone_by_its_own_velocity(void **state)
{
    (void)state;
    wait_for(US_PER_HOUR);
    breaker_symbol_result(&breaker, now_us, DOGE, E8(5));
    wait_for(10 * US_PER_MINUTE);
    /* 5 min ago it was +5. The share rounds up to the next 1e-9. */
    breaker_symbol_result(&breaker, now_us, DOGE, -E8(70) + 1000);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    breaker_symbol_result(&breaker, now_us, DOGE, -E8(70));
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_string_equal(last_record().cause, "loss_5_minutes");
    assert_true(breaker_wants_flatten(&breaker, SCOPE_SYMBOL, DOGE));
    assert_int_equal(symbol(PEPE), BREAKER_CLOSED);
    assert_int_equal(account(), BREAKER_CLOSED);
}

static void a_symbols_caution_fades_without_a_mark(void **state)
{
    (void)state;
    breaker_symbol_result(&breaker, now_us, DOGE, -E8(50));
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    wait_for(2 * US_PER_HOUR);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
    assert_int_equal(breaker_deadline(&breaker), instant_from_date(2024, 1, 11));
}

static void an_empty_account_is_not_a_loss(void **state)
{
    (void)state;
    breaker_init(&breaker, &settings, now_us, 0);
    mark(0);
    assert_int_equal(account(), BREAKER_CLOSED);
    breaker_transfer(&breaker, now_us, 0, E8(500));
    mark(E8(500));
    assert_int_equal(account(), BREAKER_CLOSED);
    wait_for(US_PER_HOUR);
    mark(E8(425));
    assert_int_equal(account(), BREAKER_LOCKED);
}

static void debt_without_capital_is_a_limit_reached(void **state)
{
    (void)state;
    breaker_init(&breaker, &settings, now_us, 0);
    mark(-1);
    assert_int_equal(account(), BREAKER_LOCKED);
}

static struct breaker fast;

static void reset_both(void)
{
    struct breaker_reset ask_for = {SCOPE_ACCOUNT, 0, "operator",
                                    "resume the random walk once more"};
    struct breaker_reset confirm = {SCOPE_ACCOUNT, 0, "admin", "resume the random walk once more"};
    struct breaker *both[] = {&breaker, &fast};
    for (int which = 0; which < 2; which++) {
        assert_int_equal(breaker_reset_request(both[which], now_us, &ask_for), RESET_ACCEPTED);
        assert_int_equal(breaker_reset_approve(both[which], now_us, &confirm, &all_clear),
                         RESET_ACCEPTED);
    }
}

/* What each loss must have left behind, asked of its levels one by one, without a band: warned from `warn` on until it is
 * below `clear`; tripped where it stands at its level. */
static void expect_judged(bool warned[BASELINE_COUNT])
{
    const struct baselines *baselines = &fast.baselines;
    const struct breaker_cell *cell = &fast.cells[1];
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        const struct breaker_loss_rule *rule = &fast.losses[which];
        uint32_t bit = 1U << (CAUSE_DAY_LOSS + which - 1);
        int64_t base_e8 = baselines->base_e8[which];
        int64_t level_e9 = warned[which] ? rule->clear : rule->warn;
        warned[which] = baselines_reached(base_e8, baselines->equity_e8, level_e9);
        assert_int_equal((cell->caution.bits & bit) != 0, warned[which]);
        if (baselines_reached(base_e8, baselines->equity_e8, rule->trip_at)) {
            assert_true((cell->trips & bit) != 0);
        }
    }
}

static void the_quiet_band_hides_no_transition(void **state)
{
    bool warned[BASELINE_COUNT] = {false};
    uint32_t seed = 99;
    int64_t e8 = E8(10000);
    int trips = 0;
    (void)state;
    settings.cooldown_loss = settings.cooldown_drawdown = 0;
    breaker_init(&breaker, &settings, now_us, e8);
    breaker_init(&fast, &settings, now_us, e8);
    for (int step = 0; step < 50000; step++) {
        seed = seed * 1664525U + 1013904223U;
        e8 += ((int64_t)(seed >> 12) - (1 << 19)) * 3000;
        e8 += e8 < E8(8000) ? E8(20) : 0;
        now_us += (int64_t)(seed >> 6 & 1023U) * US_PER_SECOND / 16;
        breaker_tick(&breaker, now_us);
        breaker_tick(&fast, now_us);
        expect_judged(warned);
        breaker_equity_slow(&breaker, now_us, e8);
        breaker_equity(&fast, now_us, e8);
        expect_judged(warned);
        assert_int_equal(breaker.epoch, fast.epoch);
        assert_int_equal(breaker.transition_count, fast.transition_count);
        assert_int_equal(breaker.cells[1].state, fast.cells[1].state);
        forget_records();
        fast.transition_count = 0;
        if (account() >= BREAKER_TRIPPED) {
            trips++;
            reset_both();
        }
    }
    assert_true(trips > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(five_minutes_trip_at_0_75_percent, world_start),
        cmocka_unit_test_setup(five_minutes_warn_at_0_45_percent, world_start),
        cmocka_unit_test_setup(one_hour_trips_at_1_5_percent, world_start),
        cmocka_unit_test_setup(one_hour_trips_where_five_minutes_are_calm, world_start),
        cmocka_unit_test_setup(a_day_warns_at_1_2_and_trips_at_2_percent, world_start),
        cmocka_unit_test_setup(the_midnight_hole_is_closed, world_start),
        cmocka_unit_test_setup(a_new_day_does_not_clear_a_daily_latch, world_start),
        cmocka_unit_test_setup(a_new_day_clears_the_daily_caution_after_the_dwell_time,
                               world_start),
        cmocka_unit_test_setup(a_week_trips_at_5_percent, world_start),
        cmocka_unit_test_setup(a_month_trips_at_10_percent, world_start),
        cmocka_unit_test_setup(drawdown_warns_at_6_trips_at_10_and_locks_at_15_percent,
                               world_start),
        cmocka_unit_test_setup(a_gap_through_every_level_locks_at_once, world_start),
        cmocka_unit_test_setup(a_withdrawal_does_not_trip, world_start),
        cmocka_unit_test_setup(caution_ends_below_half_of_its_level_after_the_dwell_time,
                               world_start),
        cmocka_unit_test_setup(flapping_within_the_dwell_time_makes_no_records, world_start),
        cmocka_unit_test_setup(velocity_caution_fades_without_a_mark, world_start),
        cmocka_unit_test_setup(what_is_left_of_the_day_is_counted_from_its_limit, world_start),
        cmocka_unit_test_setup(a_symbol_trips_alone_by_its_own_velocity, world_start),
        cmocka_unit_test_setup(a_symbols_caution_fades_without_a_mark, world_start),
        cmocka_unit_test_setup(an_empty_account_is_not_a_loss, world_start),
        cmocka_unit_test_setup(debt_without_capital_is_a_limit_reached, world_start),
        cmocka_unit_test_setup(the_quiet_band_hides_no_transition, world_start),
    };
    return cmocka_run_group_tests_name("breaker_loss", tests, NULL, NULL);
}
