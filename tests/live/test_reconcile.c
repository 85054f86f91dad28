/* Reconciliation: nothing is trusted before it agrees, differences count when seen twice, strangers are told (F22, F23, I24,
 * I25). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/desk_world.h"

#define SECOND 1000000000LL

static const struct action_place LIMIT = {
    .side = SIDE_BUY, .type = ORDER_LIMIT, .size_e6 = 4000000, .price_e12 = 99000000000000};

static struct desk_test_world world;

static void the_first_wallet_is_a_deposit(void **state)
{
    (void)state;
    struct desk_options options = {.first_start = true};
    world_init(&world, 1, &options);
    assert_int_equal(world.deposits,
                     0); /* the world's core begins with the venue's wallet: nothing is apart */
    assert_true(world.reconciled);
    world.wallet_e8 = 0;
    world.desk.reconcile.deposit_told = false;
    fake_venue_stream(&world.venue, false);
    fake_venue_stream(&world.venue, true);
    world_run(&world, 10 * SECOND);
    assert_int_equal(world.deposits, 1);
    assert_int_equal(world.wallet_e8, world.venue.wallet_e8);
}

static void a_fallen_stream_is_not_trusted_until_looked_at(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    assert_true(world.reconciled);
    fake_venue_stream(&world.venue, false);
    world_run(&world, SECOND);
    assert_false(world.reconciled);
    fake_venue_stream(&world.venue, true);
    world_run(&world, SECOND);
    assert_true(world.reconciled);
}

static void a_difference_counts_when_seen_twice(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    world.venue.position_e6[1] = 3000000; /* a stranger's */
    world_run(&world, 21 * SECOND); /* positions are due 30 s after the first pass: seen once */
    assert_int_equal(world.mismatches, 0);
    world_run(&world, 10 * SECOND);
    assert_int_equal(world.mismatches, 1);
    assert_true(world.externals >= 1);
    assert_false(world.reconciled);
    world.venue.position_e6[1] = 0;
    world_run(&world, 120 * SECOND);
    assert_true(world.reconciled);
}

static void a_wallet_that_differs_is_told(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    world.venue.wallet_e8 -= 100;
    world_run(&world, 400 * SECOND);
    assert_true(world.mismatches >= 1);
    assert_false(world.reconciled);
}

static void a_foreign_order_is_told_and_by_policy_cancelled(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    struct fake_order *order = fake_venue_foreign(&world.venue, 1);
    world_run(&world, 11 * SECOND);
    assert_int_equal(world.externals, 1);
    assert_int_equal(order->state, VENUE_ORDER_OPEN);
    struct desk_options options = {.known_until_us = 1, .foreign = FOREIGN_CANCEL};
    world_init(&world, 1, &options);
    order = fake_venue_foreign(&world.venue, 1);
    world_run(&world, 11 * SECOND);
    assert_int_equal(order->state, VENUE_ORDER_CANCELED);
}

static void an_entry_of_an_older_epoch_goes(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    struct fake_order *order = fake_venue_foreign(&world.venue, 0);
    order->foreign = false;
    order->place.order_id = ORDER_ID(WORLD_EPOCH - 1, 5);
    world_run(&world, 15 * SECOND);
    assert_int_equal(order->state, VENUE_ORDER_CANCELED);
    assert_int_equal(world.fenced, 0);
}

static void a_changed_leverage_is_set_again(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    struct action_leverage setting = {.leverage = 5};
    world.port.leverage(world.port.self, 0, 0, &setting);
    world_run(&world, SECOND);
    world.venue.leverage[0] = 50; /* F26 */
    world.desk.reconcile.full_due = true;
    world_run(&world, 10 * SECOND);
    assert_int_equal(world.venue.leverage[0], 5);
    assert_true(world.reconciled);
    (void)LIMIT;
}

static void what_the_core_holds_after_a_restart_is_asked_for(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    uint64_t id = world_place(&world, &LIMIT);
    world_run(&world, SECOND);
    struct desk_world ports = world.desk.world;
    struct desk_options options = world.desk.options;
    desk_init(&world.desk, &ports, &options, world.now_ns, world.now_ns / 1000);
    fake_venue_stream(&world.venue, true);
    world_run(&world, 20 * SECOND);
    assert_string_equal(world_told(&world, id), "A"); /* once known, not told again */
    assert_true(desk_reconciled(&world.desk));
    assert_int_equal(world.venue.places, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_wallet_is_a_deposit),
        cmocka_unit_test(a_fallen_stream_is_not_trusted_until_looked_at),
        cmocka_unit_test(a_difference_counts_when_seen_twice),
        cmocka_unit_test(a_wallet_that_differs_is_told),
        cmocka_unit_test(a_foreign_order_is_told_and_by_policy_cancelled),
        cmocka_unit_test(an_entry_of_an_older_epoch_goes),
        cmocka_unit_test(a_changed_leverage_is_set_again),
        cmocka_unit_test(what_the_core_holds_after_a_restart_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
