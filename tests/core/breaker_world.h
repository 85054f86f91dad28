/* breaker_world.h - one breaker, its clock and its verbs, for the tests of the breaker.
 * Account of 10 000; the clock starts on Wednesday 2024-01-10 12:00:00 UTC. */
#ifndef TESTS_CORE_BREAKER_WORLD_H
#define TESTS_CORE_BREAKER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "core/breaker.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "core/instruments.h"

#define E8(units) ((int64_t)(units)*ONE_E8)

enum { DOGE = 3, PEPE = 7, CROWD = 0 };

static struct settings settings;
static struct breaker breaker;
static int64_t now_us;
static int64_t equity_e8;

static inline int world_start(void **state)
{
    (void)state;
    settings_defaults(&settings);
    settings.fidelity = FIDELITY_QUOTES;
    now_us = instant_from_date(2024, 1, 10) + 12 * US_PER_HOUR;
    equity_e8 = E8(10000);
    breaker_init(&breaker, &settings, now_us, equity_e8);
    return 0;
}

/* Every deadline on the way is served, as the runner does. */
static inline void wait_until(int64_t time_us)
{
    while (breaker_deadline(&breaker) <= time_us) {
        int64_t deadline = breaker_deadline(&breaker);
        now_us = deadline > now_us ? deadline : now_us;
        breaker_tick(&breaker, now_us);
    }
    now_us = time_us;
    breaker_tick(&breaker, now_us);
    breaker_check(&breaker);
}

static inline void wait_for(int64_t span_us)
{
    wait_until(now_us + span_us);
}

static inline void mark(int64_t e8)
{
    equity_e8 = e8;
    breaker_equity(&breaker, now_us, e8);
    breaker_check(&breaker);
}

static inline enum breaker_state account(void)
{
    return breaker_state(&breaker, SCOPE_ACCOUNT, 0);
}

static inline enum breaker_state symbol(int32_t instrument)
{
    return breaker_state(&breaker, SCOPE_SYMBOL, instrument);
}

static inline struct breaker_answer ask(int32_t instrument)
{
    return breaker_answer(&breaker, CROWD, instrument, SIDE_LONG);
}

/* Drops what was recorded so far. */
static inline void forget_records(void)
{
    const struct breaker_transition *ignored;
    (void)breaker_drain(&breaker, &ignored);
}

static inline struct breaker_transition last_record(void)
{
    assert_true(breaker.transition_count > 0);
    return breaker.transitions[breaker.transition_count - 1];
}

static const struct breaker_evidence all_clear = {true, true, true};

static inline enum reset_result request(enum breaker_scope scope, int32_t index)
{
    struct breaker_reset reset = {scope, index, "operator", "looked into it, cause understood"};
    return breaker_reset_request(&breaker, now_us, &reset);
}

static inline enum reset_result approve(enum breaker_scope scope, int32_t index)
{
    struct breaker_reset reset = {scope, index, "admin", "checked the account, resume small"};
    return breaker_reset_approve(&breaker, now_us, &reset, &all_clear);
}

/* Waits out the cool-down and resets. */
static inline void reset(enum breaker_scope scope, int32_t index)
{
    struct breaker_latch latch = {0};
    for (int32_t cursor = 0; breaker_next_latch(&breaker, &cursor, &latch);) {
        if (latch.scope == scope && latch.index == index) {
            break;
        }
    }
    wait_until(latch.reset_from_us > now_us ? latch.reset_from_us : now_us);
    assert_int_equal(request(scope, index), RESET_ACCEPTED);
    assert_int_equal(approve(scope, index), RESET_ACCEPTED);
    assert_int_equal(breaker_state(&breaker, scope, index), BREAKER_PROBATION);
}

static inline void close_trade(int32_t instrument, int64_t net_e8)
{
    struct breaker_trade trade = {CROWD, instrument, SIDE_LONG, net_e8, E8(10)};
    breaker_trade_closed(&breaker, now_us, &trade);
    breaker_check(&breaker);
}

#endif
