/* Books of one position against arithmetic by hand, in units of 1e-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/ledger.h"
#include "core/margin.h"
#include "core/positions.h"

#define PRICE(units) ((int64_t)((units)*1000000) * 1000000)

static void adding_keeps_the_exact_sum_of_the_fills(void **state)
{
    (void)state;
    struct position position = {.side = SIDE_LONG, .leverage = 3};
    /* 3 at 0.333333333333 = 0.999999999999 -> up 1.00000000; 1 at 7 = 7 */
    assert_true(position_increase(&position, 333333333333, 3 * ONE_E6));
    assert_int_equal(position.cost_e8, 100000000);
    assert_true(position_increase(&position, PRICE(7), ONE_E6));
    assert_int_equal(position.cost_e8, 800000000);
    assert_int_equal(position.size_e6, 4 * ONE_E6);
    /* margin: ceil(1 / 3) + ceil(7 / 3) = 0.33333334 + 2.33333334 */
    assert_int_equal(position.margin_e8, 33333334 + 233333334);
}

static void a_partial_close_releases_the_floor_and_the_last_the_rest(void **state)
{
    (void)state;
    struct position position = {.side = SIDE_LONG, .leverage = 1};
    struct closing closing;
    assert_true(position_increase(&position, 1, 3 * ONE_E6)); /* 3e-12 -> cost 1e-8 */
    assert_true(position_increase(&position, PRICE(10), 3 * ONE_E6));
    assert_int_equal(position.cost_e8, 3000000001);
    /* one third of 30.00000001 = 10.00000000333 -> floor; sold at 11: +1 */
    assert_true(position_decrease(&position, PRICE(11), 2 * ONE_E6, &closing));
    assert_int_equal(closing.realised_e8, 2200000000 - 1000000000);
    assert_int_equal(position.cost_e8, 2000000001);
    assert_true(position_decrease(&position, PRICE(11), 4 * ONE_E6, &closing));
    assert_int_equal(position.cost_e8, 0);
    assert_int_equal(position.margin_e8, 0);
    assert_int_equal(position.realised_e8, 1200000000 + 4400000000 - 2000000001);
}

static void a_short_earns_when_the_price_falls(void **state)
{
    (void)state;
    struct position position = {.side = SIDE_SHORT, .leverage = 10};
    struct closing closing;
    int64_t unrealised_e8;
    assert_true(position_increase(&position, PRICE(20), 5 * ONE_E6));
    assert_int_equal(position.margin_e8, 1000000000);
    assert_true(position_mark(&position, PRICE(18), &unrealised_e8));
    assert_int_equal(unrealised_e8, 1000000000);
    assert_true(position_mark(&position, PRICE(21), &unrealised_e8));
    assert_int_equal(unrealised_e8, -500000000);
    assert_int_equal(position.favourable_e8, 1000000000);
    assert_int_equal(position.adverse_e8, -500000000);
    assert_true(position_decrease(&position, PRICE(19), 5 * ONE_E6, &closing));
    assert_int_equal(closing.realised_e8, 500000000);
}

static void targets_are_floored_to_the_lot_and_the_last_takes_the_rest(void **state)
{
    (void)state;
    struct plan plan = {.target_count = 3, .target_share_e9 = {333333333, 333333333, 333333334}};
    int64_t sizes_e6[TARGETS_MAX];
    assert_int_equal(plan_target_sizes(&plan, 10 * ONE_E6, ONE_E6, sizes_e6), 3);
    assert_int_equal(sizes_e6[0], 3 * ONE_E6);
    assert_int_equal(sizes_e6[1], 3 * ONE_E6);
    assert_int_equal(sizes_e6[2], 4 * ONE_E6);
    assert_int_equal(plan_target_sizes(&plan, 2 * ONE_E6, ONE_E6, sizes_e6), 1);
    assert_int_equal(sizes_e6[2], 2 * ONE_E6);
}

static void open_positions_are_listed_oldest_first(void **state)
{
    (void)state;
    struct positions *positions = malloc(sizeof(*positions));
    positions_init(positions);
    for (int instrument = 9; instrument >= 7; instrument--) {
        (void)positions_begin(positions, instrument);
    }
    positions->items[8].position.closed_us = 5;
    positions_end(positions, 8);
    assert_int_equal(positions->open_count, 2);
    assert_int_equal(positions->open_list[0], 9);
    assert_int_equal(positions->open_list[1], 7);
    assert_null(positions_get(positions, 8));
    assert_int_equal(positions_begin(positions, 8)->position.position_id, 4);
    free(positions);
}

static void every_transaction_of_the_ledger_sums_to_zero(void **state)
{
    (void)state;
    struct ledger ledger;
    struct actions *actions = malloc(sizeof(*actions));
    actions->count = 0;
    ledger_init(&ledger);
    struct ledger_subject subject = {
        .instrument = 1, .position_id = 2, .time_us = 3, .venue_time_us = 3};
    ledger_move(&ledger, actions, &subject, LEDGER_TRANSFER, ACCOUNT_EXTERNAL, 1000);
    ledger_move(&ledger, actions, &subject, LEDGER_FEE, ACCOUNT_FEES, -7);
    ledger_move(&ledger, actions, &subject, LEDGER_FUNDING, ACCOUNT_FUNDING, 0);
    assert_int_equal(actions->count, 4);
    assert_int_equal(ledger_wallet_e8(&ledger), 993);
    for (int index = 0; index < 4; index += 2) {
        assert_int_equal(actions->items[index].posting.txn, actions->items[index + 1].posting.txn);
        assert_int_equal(actions->items[index].posting.amount_e8 +
                             actions->items[index + 1].posting.amount_e8,
                         0);
    }
    ledger_check(&ledger);
    free(actions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding_keeps_the_exact_sum_of_the_fills),
        cmocka_unit_test(a_partial_close_releases_the_floor_and_the_last_the_rest),
        cmocka_unit_test(a_short_earns_when_the_price_falls),
        cmocka_unit_test(targets_are_floored_to_the_lot_and_the_last_takes_the_rest),
        cmocka_unit_test(open_positions_are_listed_oldest_first),
        cmocka_unit_test(every_transaction_of_the_ledger_sums_to_zero),
    };
    return cmocka_run_group_tests_name("positions", tests, NULL, NULL);
}
