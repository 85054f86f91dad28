#include "core/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void codes_controls_and_sentences_belong_together(void **state)
{
    (void)state;
    assert_string_equal(verdict_code(VERDICT_PRICE_COLLAR), "PRICE_COLLAR");
    assert_string_equal(verdict_control(VERDICT_PRICE_COLLAR), "C6");
    assert_string_equal(verdict_sentence(VERDICT_PRICE_COLLAR),
                        "the order's price is outside the collar");
    assert_string_equal(verdict_code(VERDICT_APPROVED), "APPROVED");
    assert_string_equal(verdict_control(VERDICT_APPROVED), "");
}

static void each_code_is_one_of_a_kind(void **state)
{
    (void)state;
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        assert_true(strlen(verdict_code(verdict)) > 1);
        assert_true(strlen(verdict_sentence(verdict)) > 1);
        for (int other = 0; other < verdict; other++) {
            assert_string_not_equal(verdict_code(other), verdict_code(verdict));
            assert_string_not_equal(verdict_sentence(other), verdict_sentence(verdict));
        }
    }
}

static void any_integer_has_an_answer(void **state)
{
    (void)state;
    assert_string_equal(verdict_code(-1), "?");
    assert_string_equal(verdict_control(VERDICT_COUNT), "?");
    assert_string_equal(verdict_sentence(INT32_MAX), "?");
}

static void two_verdicts_approve(void **state)
{
    (void)state;
    int approving = 0;
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        approving += verdict_approved((enum verdict)verdict) ? 1 : 0;
    }
    assert_int_equal(approving, 2);
    assert_true(verdict_approved(VERDICT_APPROVED));
    assert_true(verdict_approved(VERDICT_CLOSE_APPROVED));
}

static void state_is_judged_before_limits(void **state)
{
    (void)state;
    /* RISK 2.2, order of evaluation */
    assert_true((int)VERDICT_UNKNOWN_TOKEN < (int)VERDICT_BREAKER_LOCKED);
    assert_true((int)VERDICT_BREAKER_TRIPPED < (int)VERDICT_NOT_ALLOWED);
    assert_true((int)VERDICT_NOT_ALLOWED < (int)VERDICT_DUPLICATE_ID);
    assert_true((int)VERDICT_DUPLICATE_ID < (int)VERDICT_REFERENCE_STALE);
    assert_true((int)VERDICT_REFERENCE_STALE < (int)VERDICT_QUANTITY_LIMIT);
    assert_true((int)VERDICT_QUANTITY_LIMIT < (int)VERDICT_OPEN_ORDERS);
    assert_true((int)VERDICT_HEAT < (int)VERDICT_ORDER_RATE);
}

int main(void)
{
    const struct CMUnitTest verdict[] = {
        cmocka_unit_test(codes_controls_and_sentences_belong_together),
        cmocka_unit_test(each_code_is_one_of_a_kind),
        cmocka_unit_test(any_integer_has_an_answer),
        cmocka_unit_test(two_verdicts_approve),
        cmocka_unit_test(state_is_judged_before_limits),
    };
    return cmocka_run_group_tests(verdict, NULL, NULL);
}
