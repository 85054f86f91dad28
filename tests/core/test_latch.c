/* The breaker's durable form: restored exactly, refused when damaged. */
#include "tests/core/breaker_world.h"

#include "core/digest.h"
#include "core/latch.h"

static struct breaker restored;
static uint8_t bytes[LATCH_BYTES_MAX];
static uint8_t again[LATCH_BYTES_MAX];

static size_t expect_round_trip(void)
{
    memset(&restored, 0xA5, sizeof(restored));
    size_t size = latch_encode(&breaker, bytes, sizeof(bytes));
    assert_int_equal(latch_decode(&restored, &settings, bytes, size), LATCH_OK);
    breaker_check(&restored);
    size_t size_again = latch_encode(&restored, again, sizeof(again));
    assert_int_equal(size, size_again);
    assert_memory_equal(bytes, again, size);
    return size;
}

static void a_fresh_breaker_is_restored(void **state)
{
    (void)state;
    size_t size = expect_round_trip();
    assert_true(size < 1024);
    assert_int_equal(breaker_deadline(&restored), breaker_deadline(&breaker));
}

static void a_latch_survives_with_its_cause_cool_down_and_request(void **state)
{
    (void)state;
    settings.day_loss_warn = settings.day_loss_trip = settings.rolling_loss_trip = ONE_E9;
    settings.week_loss_trip = settings.month_loss_trip = ONE_E9;
    settings.velocity_5m_trip = settings.velocity_1h_trip = ONE_E9;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    mark(E8(9000));
    wait_for(US_PER_DAY);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_ACCEPTED);
    expect_round_trip();
    breaker = restored;
    assert_int_equal(account(), BREAKER_TRIPPED);
    assert_true(breaker_wants_flatten(&breaker, SCOPE_ACCOUNT, 0));
    assert_int_equal(approve(SCOPE_ACCOUNT, 0), RESET_ACCEPTED);
    expect_round_trip();
    /* The raised level, 10 % + 10 %, is restored too. */
    breaker = restored;
    mark(E8(8600));
    assert_int_equal(account(), BREAKER_PROBATION);
}

/* ---- a restart in the middle of anything makes no difference ---- */

static struct breaker *both[] = {&breaker, &restored};
static uint32_t seed;

static int64_t draw(int64_t range)
{
    seed = seed * 1664525U + 1013904223U;
    return (int64_t)((uint64_t)(seed >> 4) * (uint64_t)range >> 28);
}

static void same_evidence(struct breaker *self, int which, int64_t a, int64_t b)
{
    int32_t instrument = (int32_t)(a % 5);
    struct breaker_trade trade = {(int32_t)(b % 3), instrument, SIDE_SHORT, a % 21 - 12, 100};
    struct breaker_move move = {instrument, instrument == 0, a % (4 * ONE_E9 / 100),
                                b % BPS_E9(40)};
    struct breaker_reset wanted = {SCOPE_ACCOUNT, 0, a % 2 == 0 ? "ann" : "bob",
                                   "go on, it is a test here"};
    switch (which) {
    case 0: breaker_trade_closed(self, now_us, &trade); break;
    case 1: breaker_shock(self, now_us, &move); break;
    case 2: breaker_funding(self, now_us, instrument, a % BPS_E9(40)); break;
    case 3: breaker_symbol_result(self, now_us, instrument, -(a % E8(90))); break;
    case 4: breaker_order_result(self, now_us, instrument, (enum order_outcome)(b % 3)); break;
    case 5: breaker_fill_quality(self, now_us, instrument, a % BPS_E9(8), BPS_E9(2)); break;
    case 6: breaker_margin_ratio(self, now_us, a % E8(65), E8(100)); break;
    case 7: breaker_transfer(self, now_us, equity_e8, a % E8(50) - E8(25)); break;
    case 8: (void)breaker_reset_request(self, now_us, &wanted); break;
    case 9: (void)breaker_reset_approve(self, now_us, &wanted, &all_clear); break;
    case 10: breaker_feed(self, now_us, instrument, a % (32 * US_PER_SECOND)); break;
    default: breaker_equity(self, now_us, equity_e8 + a % E8(120) - E8(60)); break;
    }
}

static void expect_same_records(void)
{
    assert_int_equal(breaker.transition_count, restored.transition_count);
    for (int32_t record = 0; record < breaker.transition_count; record++) {
        const struct breaker_transition *one = &breaker.transitions[record];
        const struct breaker_transition *other = &restored.transitions[record];
        assert_int_equal(one->scope, other->scope);
        assert_int_equal(one->index, other->index);
        assert_int_equal(one->from, other->from);
        assert_int_equal(one->to, other->to);
        assert_string_equal(one->cause, other->cause);
        assert_int_equal(one->value, other->value);
        assert_int_equal(one->until_us, other->until_us);
    }
    breaker.transition_count = restored.transition_count = 0;
}

static void a_restart_at_any_step_changes_nothing_that_follows(void **state)
{
    (void)state;
    settings.expectancy_limit = 3 * ONE_E9;
    settings.cooldown_loss = settings.cooldown_drawdown = settings.cooldown_technical =
        US_PER_MINUTE;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    seed = 7;
    int records = 0;
    for (int round = 0; round < 150; round++) {
        expect_round_trip();
        for (int step = 0; step < 20; step++) {
            int which = (int)draw(13);
            int64_t a = draw(1LL << 27) * 97;
            int64_t b = draw(1LL << 27);
            now_us += draw(2) == 0 ? 0 : draw(90) * US_PER_SECOND;
            for (int side = 0; side < 2; side++) {
                breaker_tick(both[side], now_us);
                same_evidence(both[side], which, a, b);
            }
            equity_e8 = breaker.baselines.equity_e8;
            equity_e8 = equity_e8 < E8(5000) ? E8(9000) : equity_e8;
            assert_int_equal(breaker_epoch(&breaker), breaker_epoch(&restored));
            assert_int_equal(breaker_deadline(&breaker), breaker_deadline(&restored));
            records += breaker.transition_count;
            expect_same_records();
        }
        breaker_check(&breaker);
    }
    assert_true(records > 200);
}

static void tables_filled_to_the_brim_fit(void **state)
{
    (void)state;
    for (int64_t minute = 0; minute < 1500; minute++) {
        now_us += US_PER_MINUTE;
        breaker_tick(&breaker, now_us);
        breaker_equity(&breaker, now_us, E8(10000) + minute);
        forget_records();
        for (int32_t instrument = 0; instrument < INSTRUMENTS_MAX && minute > 1420; instrument++) {
            breaker_symbol_result(&breaker, now_us, instrument, minute);
        }
    }
    for (int32_t pair = 0; pair < PAIRS_MAX + 10; pair++) {
        struct breaker_trade trade = {pair % STRATEGIES_MAX, pair / STRATEGIES_MAX, SIDE_LONG, 1,
                                      1};
        breaker_trade_closed(&breaker, now_us, &trade);
    }
    for (int32_t instrument = 0; instrument < INSTRUMENTS_MAX; instrument++) {
        breaker_funding(&breaker, now_us, instrument, ONE_E9);
        breaker_order_result(&breaker, now_us, instrument, OUTCOME_REJECTED);
        forget_records();
    }
    for (int32_t strategy = 0; strategy < STRATEGIES_MAX; strategy++) {
        breaker_executions(&breaker, now_us, strategy, 1000, 1000);
        breaker.cusum_e9[strategy] = 1;
    }
    forget_records();
    size_t size = expect_round_trip();
    assert_true(size > 800000);
}

static void every_cut_and_every_flipped_byte_is_refused(void **state)
{
    (void)state;
    mark(E8(9000));
    close_trade(DOGE, -1);
    size_t size = latch_encode(&breaker, bytes, sizeof(bytes));
    for (size_t cut = 0; cut < size; cut += cut < 40 ? 1 : 37) {
        assert_int_not_equal(latch_decode(&restored, &settings, bytes, cut), LATCH_OK);
    }
    assert_int_equal(latch_decode(&restored, &settings, bytes, size + 8), LATCH_SHORT);
    for (size_t place = 0; place < size; place += place < 40 ? 1 : 13) {
        bytes[place] ^= 0x40;
        enum latch_status status = latch_decode(&restored, &settings, bytes, size);
        bytes[place] ^= 0x40;
        enum latch_status expected = LATCH_CHECKSUM;
        if (place < 16) {
            expected = place < 4 ? LATCH_FOREIGN : place < 8 ? LATCH_VERSION : LATCH_SHORT;
        }
        assert_int_equal(status, expected);
    }
    assert_int_equal(latch_decode(&restored, &settings, bytes, size), LATCH_OK);
}

/* The digest of a body, by the definition in core/digest.h: the length, then each word. */
static void sign(size_t size)
{
    struct digest digest;
    digest_init(&digest);
    digest_word(&digest, size - 24);
    for (size_t place = 24; place < size; place += 8) {
        uint64_t word = 0;
        for (size_t byte = 0; byte < 8; byte++) {
            word |= (uint64_t)bytes[place + byte] << (8 * byte);
        }
        digest_word(&digest, word);
    }
    for (size_t byte = 0; byte < 8; byte++) {
        bytes[16 + byte] = (uint8_t)(digest.state >> (8 * byte));
    }
}

static void a_signed_but_impossible_state_never_passes_the_check(void **state)
{
    int refused = 0;
    (void)state;
    mark(E8(9000));
    close_trade(DOGE, -1);
    size_t size = latch_encode(&breaker, bytes, sizeof(bytes));
    for (size_t place = 24; place < size; place += 8) {
        uint8_t kept[8];
        memcpy(kept, bytes + place, 8);
        memset(bytes + place, 0xFF, 7);
        bytes[place + 7] = 0x7F; /* INT64_MAX */
        sign(size);
        refused += latch_decode(&restored, &settings, bytes, size) == LATCH_VALUE;
        memcpy(bytes + place, kept, 8);
    }
    assert_true(refused > 20);
}

static void every_status_has_a_text(void **state)
{
    (void)state;
    for (int status = LATCH_OK; status <= LATCH_VALUE; status++) {
        assert_string_not_equal(latch_status_text(status), "?");
    }
    assert_string_equal(latch_status_text(LATCH_VALUE + 1), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_fresh_breaker_is_restored, world_start),
        cmocka_unit_test_setup(a_latch_survives_with_its_cause_cool_down_and_request, world_start),
        cmocka_unit_test_setup(a_restart_at_any_step_changes_nothing_that_follows, world_start),
        cmocka_unit_test_setup(tables_filled_to_the_brim_fit, world_start),
        cmocka_unit_test_setup(every_cut_and_every_flipped_byte_is_refused, world_start),
        cmocka_unit_test_setup(a_signed_but_impossible_state_never_passes_the_check, world_start),
        cmocka_unit_test_setup(every_status_has_a_text, world_start),
    };
    return cmocka_run_group_tests_name("latch", tests, NULL, NULL);
}
