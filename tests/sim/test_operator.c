/* test_operator.c - the operator of a simulated run resets a latch by the protocol, never before its cool-down, and says so. A
 * loss cools for 12 hours, a drawdown for 24 (RISK 3.3). */
#include "tests/sim/session_world.h"

/* A stop gapped from 99.6 to 97: 6 % of the account are gone, where the day may lose 2 %. The account is latched then. */
static struct world *latched_of(struct world *world)
{
    world->simulation->settings.day_loss_warn = PERCENT_E9(1);
    world->simulation->settings.day_loss_trip = PERCENT_E9(2);
    world_open(world);
    for (int64_t minute = 0; minute < 3; minute++) {
        give_flat(world, COIN, minute, "100");
    }
    give_approved(world, signal_of("COIN", DIRECTION_LONG, "100", "99.6"), 2, 0);
    settle(world);
    give_flat(world, COIN, 3, "97");
    give_flat(world, COIN, 4, "97");
    expect_exit(world, 1, "stop");
    assert_int_equal(breaker_worst(&world->session.engine->breaker), BREAKER_TRIPPED);
    return world;
}

static struct world *latched(int64_t operator)
{
    struct world *world = world_prepare();
    world->simulation->exchange.operator= operator;
    return latched_of(world);
}

static void quiet_until(struct world *world, int64_t minute)
{
    int64_t from = (world->session.now_us - START) / MINUTE + 1;
    for (; from <= minute; from++) {
        give_flat(world, COIN, from, "97");
    }
}

/* When the account went into a state for the first time; 0: never. */
static int64_t first_time(const struct world *world, enum breaker_state state)
{
    for (int32_t i = 0; i < world->breaker_count; i++) {
        const struct told_breaker *told = &world->breakers[i];
        if (told->breaker.scope == SCOPE_ACCOUNT && told->breaker.to == state &&
            told->breaker.from != state) {
            return told->time_us;
        }
    }
    return 0;
}

static void after_cooldown_resets_when_twelve_hours_have_passed(void **state)
{
    (void)state;
    struct world *world = latched(OPERATOR_AFTER_COOLDOWN);
    int64_t latched_us = first_time(world, BREAKER_TRIPPED);
    assert_true(latched_us >= START + 3 * MINUTE && latched_us < START + 4 * MINUTE);
    quiet_until(world, 12 * 60);
    assert_int_equal(first_time(world, BREAKER_PROBATION), 0);
    assert_int_equal(breaker_worst(&world->session.engine->breaker), BREAKER_TRIPPED);
    quiet_until(world, 13 * 60);
    assert_int_equal(first_time(world, BREAKER_PROBATION), latched_us + 12 * US_PER_HOUR);
    end_at(world, 13 * 60 + 1);
    world_free(world);
}

static void none_leaves_the_latch_to_the_end(void **state)
{
    (void)state;
    struct world *world = latched(OPERATOR_NONE);
    assert_true(operator_next_time(&world->session.operator_model) == INSTANT_NEVER);
    quiet_until(world, 50 * 60);
    assert_int_equal(first_time(world, BREAKER_PROBATION), 0);
    give_signal(world, signal_of("COIN", DIRECTION_LONG, "97", "96.6"), 50 * 60, 0);
    assert_string_equal(verdict_code((int)world->verdict), "BREAKER_TRIPPED");
    end_at(world, 50 * 60 + 1);
    assert_int_equal(breaker_worst(&world->session.engine->breaker), BREAKER_TRIPPED);
    world_free(world);
}

static void reset_after_waits_its_time(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->exchange.operator= OPERATOR_RESET_AFTER;
    world->simulation->exchange.reset_after = 30 * US_PER_HOUR;
    world = latched_of(world);
    int64_t wanted_us = first_time(world, BREAKER_TRIPPED) + 30 * US_PER_HOUR;
    quiet_until(world, 31 * 60);
    assert_int_equal(first_time(world, BREAKER_PROBATION), wanted_us);
    end_at(world, 31 * 60 + 1);
    world_free(world);
}

static void reset_after_never_comes_before_the_cooldown(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->exchange.operator= OPERATOR_RESET_AFTER;
    world->simulation->exchange.reset_after = US_PER_HOUR;
    world = latched_of(world);
    assert_true(operator_next_time(&world->session.operator_model) >=
                first_time(world, BREAKER_TRIPPED) + 12 * US_PER_HOUR);
    quiet_until(world, 12 * 60);
    assert_int_equal(first_time(world, BREAKER_PROBATION), 0);
    end_at(world, 12 * 60 + 1);
    world_free(world);
}

static void trading_resumes_after_the_reset(void **state)
{
    (void)state;
    struct world *world = latched(OPERATOR_AFTER_COOLDOWN);
    give_signal(world, signal_of("COIN", DIRECTION_LONG, "97", "96.6"), 5, 0);
    assert_string_equal(verdict_code((int)world->verdict), "BREAKER_TRIPPED");
    quiet_until(world, 26 * 60);
    give_approved(world, signal_of("COIN", DIRECTION_LONG, "97", "96.6"), 26 * 60, 0);
    settle(world);
    /* In probation: 5x at most, and a quarter of the size at most: of 10,000 / 100 / (0.4 / 97 + 0.001) = 19,517 USD. */
    assert_true(position_at(world, 2)->leverage <= 5);
    assert_true(position_at(world, 2)->cost_e8 > 0 &&
                position_at(world, 2)->cost_e8 <= usd("4880"));
    end_at(world, 26 * 60 + 1);
    world_free(world);
}

/* Request and approval by two principals, at one instant. */
static void two_principals_speak_at_one_instant(void **state)
{
    (void)state;
    struct world *world = latched(OPERATOR_NONE);
    struct exchange_settings settings = world->simulation->exchange;
    struct operator_model model;
    struct event event;
    settings.operator= OPERATOR_AFTER_COOLDOWN;
    operator_init(&model, world->session.engine, &settings);
    int64_t at_us = operator_next_time(&model);
    assert_false(operator_next(&model, at_us - 1, &event));
    assert_true(operator_next(&model, at_us, &event));
    assert_int_equal(event.kind, EVENT_COMMAND);
    assert_int_equal(event.time_us, at_us);
    assert_int_equal(event.command->command, COMMAND_RESET_REQUEST);
    assert_int_equal(event.command->scope, SCOPE_ACCOUNT);
    assert_string_equal(event.command->principal, "operator-model");
    assert_true(strlen(event.command->reason) >= 20);
    assert_true(operator_next(&model, at_us, &event));
    assert_int_equal(event.command->command, COMMAND_RESET_APPROVE);
    assert_string_equal(event.command->principal, "admin-model");
    assert_true(strlen(event.command->reason) >= 20);
    /* it was not delivered: asked again, an hour later at the earliest */
    assert_false(operator_next(&model, world->session.engine->now_us + US_PER_HOUR - 1, &event));
    end_at(world, 5);
    world_free(world);
}

/* The account and a symbol are latched; the answer to the first that is asked about never comes. */
static void a_latch_that_is_not_reset_holds_up_no_other(void **state)
{
    (void)state;
    struct world *world = latched(OPERATOR_NONE);
    struct event_command stop = {
        .command = COMMAND_STOP, .scope = SCOPE_SYMBOL, .scope_index = COIN};
    (void)strcpy(stop.principal, "somebody");
    (void)strcpy(stop.reason, "a reason of twenty letters");
    session_command(&world->session, &stop, world->session.now_us);
    quiet_until(world, 50 * 60); /* all cool-downs have passed */
    struct exchange_settings settings = world->simulation->exchange;
    settings.operator= OPERATOR_AFTER_COOLDOWN;
    struct operator_model model;
    operator_init(&model, world->session.engine, &settings);
    uint32_t asked[SCOPE_SIDE + 1] = {0};
    for (int32_t turn = 0; turn < 4; turn++) { /* request and approval of each */
        struct event event;
        assert_true(operator_next(&model, world->session.engine->now_us, &event));
        asked[event.command->scope]++;
    }
    assert_int_equal(asked[SCOPE_ACCOUNT], 2);
    assert_int_equal(asked[SCOPE_SYMBOL], 2);
    end_at(world, 50 * 60 + 1);
    world_free(world);
}

static void nothing_latched_nothing_to_do(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct event event;
    assert_true(operator_next_time(&world->session.operator_model) == INSTANT_NEVER);
    assert_false(operator_next(&world->session.operator_model, INSTANT_NEVER, &event));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_cooldown_resets_when_twelve_hours_have_passed),
        cmocka_unit_test(none_leaves_the_latch_to_the_end),
        cmocka_unit_test(reset_after_waits_its_time),
        cmocka_unit_test(reset_after_never_comes_before_the_cooldown),
        cmocka_unit_test(trading_resumes_after_the_reset),
        cmocka_unit_test(two_principals_speak_at_one_instant),
        cmocka_unit_test(a_latch_that_is_not_reset_holds_up_no_other),
        cmocka_unit_test(nothing_latched_nothing_to_do),
    };
    return cmocka_run_group_tests_name("operator", tests, NULL, NULL);
}
