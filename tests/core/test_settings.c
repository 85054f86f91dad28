#include "core/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/fixed.h"

static void each_row_is_complete_and_its_default_lies_in_range(void **state)
{
    (void)state;
    assert_true(settings_row_count > 50);
    for (int32_t index = 0; index < settings_row_count; index++) {
        const struct setting_row *row = &settings_rows[index];
        assert_true(strlen(row->key) > 2 && strlen(row->documentation) > 2);
        assert_true(row->minimum <= row->maximum);
        assert_true(row->initial >= row->minimum && row->initial <= row->maximum);
        for (int32_t other = 0; other < index; other++) {
            assert_string_not_equal(settings_rows[other].key, row->key);
            assert_int_not_equal(settings_rows[other].offset, row->offset);
        }
    }
}

static void word_rows_have_a_word_for_each_value(void **state)
{
    (void)state;
    for (int32_t index = 0; index < settings_row_count; index++) {
        const struct setting_row *row = &settings_rows[index];
        if (setting_word(row->unit, 0) == NULL) {
            continue;
        }
        for (int64_t value = row->minimum; value <= row->maximum; value++) {
            assert_non_null(setting_word(row->unit, value));
        }
        assert_null(setting_word(row->unit, row->maximum + 1));
        assert_null(setting_word(row->unit, -1));
        assert_null(setting_word(row->unit, INT64_MAX));
    }
    assert_string_equal(setting_word(UNIT_OPPOSITE, OPPOSITE_REVERSE), "reverse");
    assert_string_equal(setting_word(UNIT_OPERATOR, OPERATOR_NONE), "none");
    assert_string_equal(setting_word(UNIT_INTRABAR, INTRABAR_WORST), "worst");
    assert_string_equal(setting_word(UNIT_LIMIT_FILL, LIMIT_TOUCH), "touch");
    assert_null(setting_word(UNIT_RATIO, 0));
}

static void defaults_are_the_handbooks(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings);
    assert_null(settings_invalid(&settings));
    assert_int_equal(settings.stop_low, 50000000);      /* 5 % */
    assert_int_equal(settings.stop_extreme, 10000000);  /* 1 % */
    assert_int_equal(settings.decision_ttl, 60000000);  /* 60 s */
    assert_int_equal(settings.entry_ttl, 3600000000LL); /* 1 h */
    assert_int_equal(settings.max_age, 86400000000LL);  /* 24 h */
    assert_int_equal(settings.risk_per_trade, 5000000); /* 0.5 % */
    assert_int_equal(settings.positions_max, 5);
}

static void a_value_out_of_range_is_named(void **state)
{
    (void)state;
    for (int32_t index = 0; index < settings_row_count; index++) {
        const struct setting_row *row = &settings_rows[index];
        struct settings settings;
        settings_defaults(&settings);
        if (row->maximum < INT64_MAX) {
            int64_t above = row->maximum + 1;
            memcpy((char *)&settings + row->offset, &above, sizeof(above));
            assert_ptr_equal(settings_invalid(&settings), row);
        }
        int64_t below = row->minimum - 1;
        memcpy((char *)&settings + row->offset, &below, sizeof(below));
        assert_ptr_equal(settings_invalid(&settings), row);
    }
}

static void the_allow_list_starts_empty(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings);
    for (int32_t index = 0; index < INSTRUMENTS_MAX; index++) {
        assert_false(settings_allowed(&settings, index));
    }
    settings_allow(&settings, 0);
    settings_allow(&settings, 64);
    settings_allow(&settings, INSTRUMENTS_MAX - 1);
    assert_true(settings_allowed(&settings, 0));
    assert_false(settings_allowed(&settings, 1));
    assert_true(settings_allowed(&settings, 64));
    assert_true(settings_allowed(&settings, INSTRUMENTS_MAX - 1));
    assert_false(settings_allowed(&settings, -1));
    assert_false(settings_allowed(&settings, INSTRUMENTS_MAX));
}

int main(void)
{
    const struct CMUnitTest settings[] = {
        cmocka_unit_test(each_row_is_complete_and_its_default_lies_in_range),
        cmocka_unit_test(word_rows_have_a_word_for_each_value),
        cmocka_unit_test(defaults_are_the_handbooks),
        cmocka_unit_test(a_value_out_of_range_is_named),
        cmocka_unit_test(the_allow_list_starts_empty),
    };
    return cmocka_run_group_tests(settings, NULL, NULL);
}
