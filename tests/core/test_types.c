#include "core/types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void words_are_those_of_the_schema(void **state)
{
    (void)state;
    assert_string_equal(side_order_text(SIDE_BUY), "buy");
    assert_string_equal(side_order_text(SIDE_SELL), "sell");
    assert_string_equal(side_position_text(SIDE_LONG), "long");
    assert_string_equal(side_position_text(SIDE_SHORT), "short");
    assert_string_equal(confidence_text(CONFIDENCE_LOW), "Low");
    assert_string_equal(confidence_text(CONFIDENCE_EXTREME), "Extreme");
    assert_string_equal(margin_mode_text(MARGIN_CROSS), "cross");
    assert_string_equal(margin_model_text(MARGIN_HYPERLIQUID), "hyperliquid");
    assert_string_equal(order_type_text(ORDER_TAKE_PROFIT_MARKET), "take_profit_market");
    assert_string_equal(order_type_text(ORDER_TRAILING_STOP), "trailing_stop");
    assert_string_equal(time_in_force_text(TIF_GTD), "GTD");
    assert_string_equal(order_state_text(ORDER_INTENT), "INTENT");
    assert_string_equal(order_state_text(ORDER_ABSENT), "ABSENT");
    assert_string_equal(liquidity_text(LIQUIDITY_TAKER), "taker");
    assert_string_equal(fill_kind_text(FILL_ADL), "adl");
    assert_string_equal(position_status_text(POSITION_LIQUIDATED), "liquidated");
    assert_string_equal(exit_reason_text(EXIT_END_OF_DATA), "end_of_data");
    assert_string_equal(ledger_account_text(ACCOUNT_REALISED_PNL), "realised_pnl");
    assert_string_equal(ledger_account_text(ACCOUNT_EXTERNAL), "external");
    assert_string_equal(ledger_kind_text(LEDGER_TRANSFER), "transfer");
    assert_string_equal(category_text(CATEGORY_DATA), "data");
    assert_string_equal(severity_text(SEVERITY_CRITICAL), "critical");
    assert_string_equal(breaker_state_text(BREAKER_LOCKED), "LOCKED");
    assert_string_equal(breaker_scope_text(SCOPE_SIDE), "side");
    assert_string_equal(fidelity_text(FIDELITY_DEPTH), "depth");
}

static void any_integer_has_an_answer(void **state)
{
    (void)state;
    static const char *(*const texts[])(int) = {
        side_order_text,     side_position_text, confidence_text,      margin_mode_text,
        margin_model_text,   order_type_text,    time_in_force_text,   order_state_text,
        liquidity_text,      fill_kind_text,     position_status_text, exit_reason_text,
        ledger_account_text, ledger_kind_text,   category_text,        severity_text,
        breaker_state_text,  breaker_scope_text, fidelity_text};
    for (size_t index = 0; index < ARRAY_COUNT(texts); index++) {
        assert_string_equal(texts[index](-1), "?");
        assert_string_equal(texts[index](99), "?");
        assert_string_equal(texts[index](INT32_MIN), "?");
        assert_string_not_equal(texts[index](0), "?");
        assert_string_not_equal(texts[index](1), "?");
    }
}

static void the_last_word_of_each_set_is_there(void **state)
{
    (void)state;
    assert_string_equal(order_state_text(ORDER_STATE_COUNT - 1), "ABSENT");
    assert_string_equal(order_state_text(ORDER_STATE_COUNT), "?");
    assert_string_equal(ledger_account_text(ACCOUNT_COUNT), "?");
    assert_string_equal(breaker_scope_text(SCOPE_COUNT), "?");
    assert_string_equal(exit_reason_text(EXIT_EXTERNAL), "external");
    assert_string_equal(exit_reason_text(EXIT_EXTERNAL + 1), "?");
}

static void sides_are_opposite(void **state)
{
    (void)state;
    assert_int_equal(side_sign(SIDE_LONG), 1);
    assert_int_equal(side_sign(SIDE_SHORT), -1);
    assert_int_equal(side_opposite(SIDE_LONG), SIDE_SHORT);
    assert_int_equal(side_opposite(SIDE_SELL), SIDE_BUY);
}

static void seven_order_states_are_terminal(void **state)
{
    (void)state;
    int terminal = 0;
    for (int order = 0; order < ORDER_STATE_COUNT; order++) {
        terminal += order_state_terminal((enum order_state)order) ? 1 : 0;
    }
    assert_int_equal(terminal, 7);
    assert_false(order_state_terminal(ORDER_PENDING_CANCEL));
    assert_true(order_state_terminal(ORDER_FILLED));
}

int main(void)
{
    const struct CMUnitTest types[] = {
        cmocka_unit_test(words_are_those_of_the_schema),
        cmocka_unit_test(any_integer_has_an_answer),
        cmocka_unit_test(the_last_word_of_each_set_is_there),
        cmocka_unit_test(sides_are_opposite),
        cmocka_unit_test(seven_order_states_are_terminal),
    };
    return cmocka_run_group_tests(types, NULL, NULL);
}
