#include "core/books.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void equal_books_have_no_difference(void **state)
{
    (void)state;
    struct books_account a = {.wallet_e8 = 5, .open_positions = 1};
    struct books_account b = a;
    assert_null(books_account_compare(&a, &b).field);
    struct books_position p = {.size_e6 = 7};
    struct books_position q = p;
    assert_null(books_position_compare(&p, &q).field);
}

static void each_field_of_the_account_is_compared(void **state)
{
    (void)state;
    static const char *const fields[] = {"realised_e8",  "fees_e8",   "funding_e8",
                                         "transfers_e8", "wallet_e8", "margin_used_e8",
                                         "unrealised_e8"};
    for (size_t index = 0; index < ARRAY_COUNT(fields); index++) {
        struct books_account core;
        struct books_account venue;
        memset(&core, 0, sizeof(core));
        memset(&venue, 0, sizeof(venue));
        int64_t one = 1;
        memcpy((char *)&venue + index * sizeof(one), &one, sizeof(one));
        struct books_difference difference = books_account_compare(&core, &venue);
        assert_string_equal(difference.field, fields[index]);
        assert_int_equal(difference.core, 0);
        assert_int_equal(difference.venue, 1);
    }
    struct books_account core = {.open_positions = 2};
    struct books_account venue = {.open_positions = 3};
    assert_string_equal(books_account_compare(&core, &venue).field, "open_positions");
}

static void each_field_of_a_position_is_compared(void **state)
{
    (void)state;
    struct books_position core = {.side = SIDE_LONG};
    struct books_position venue = {.side = SIDE_SHORT,
                                   .leverage = 3,
                                   .size_e6 = 1,
                                   .cost_e8 = 2,
                                   .margin_e8 = 3,
                                   .mark_e12 = 4,
                                   .liquidation_e12 = 5};
    assert_string_equal(books_position_compare(&core, &venue).field, "side");
    core.side = SIDE_SHORT;
    assert_string_equal(books_position_compare(&core, &venue).field, "leverage");
    core.leverage = 3;
    assert_string_equal(books_position_compare(&core, &venue).field, "size_e6");
    core.size_e6 = 1;
    assert_string_equal(books_position_compare(&core, &venue).field, "cost_e8");
    core.cost_e8 = 2;
    assert_string_equal(books_position_compare(&core, &venue).field, "margin_e8");
    core.margin_e8 = 3;
    assert_string_equal(books_position_compare(&core, &venue).field, "mark_e12");
    core.mark_e12 = 4;
    struct books_difference last = books_position_compare(&core, &venue);
    assert_string_equal(last.field, "liquidation_e12");
    assert_int_equal(last.venue, 5);
    core.liquidation_e12 = 5;
    assert_null(books_position_compare(&core, &venue).field);
}

int main(void)
{
    const struct CMUnitTest books[] = {
        cmocka_unit_test(equal_books_have_no_difference),
        cmocka_unit_test(each_field_of_the_account_is_compared),
        cmocka_unit_test(each_field_of_a_position_is_compared),
    };
    return cmocka_run_group_tests(books, NULL, NULL);
}
