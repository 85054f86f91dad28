/* Flatten (RISK 5.5) and the dead man's switch (5.4), and the kind of ids that flatten uses. */
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

static void flat_by_slices_with_ids_of_their_own(void **state)
{
    (void)state;
    char text[CLIENT_ID_BYTES];
    world_init(&world, 1, NULL);
    world.venue.position_e6[0] = 4000000;
    world.position_e6[0] = 4000000;
    world.venue.next_place = FATE_LOST_ANSWER; /* its fate is asked for before the next slice */
    desk_flatten(&world.desk);
    world_run(&world, 60 * SECOND);
    assert_int_equal(desk_flatten_state(&world.desk), FLATTEN_FLAT);
    assert_int_equal(world.venue.position_e6[0], 0);
    assert_int_equal(world.position_e6[0], 0); /* booked as external */
    assert_int_equal(world.venue.places, 1);
    assert_true(world.lines > 4);
    client_id_format(world.venue.orders[0].place.order_id, text);
    assert_int_equal(text[0], 'f');
    assert_true(world.venue.orders[0].place.reduce_only);
}

static void no_sane_price_no_order(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    world.venue.position_e6[0] = world.position_e6[0] = -4000000;
    world.quote.mark_e12 = 110000000000000; /* F43: the book is 9 % off the mark */
    desk_flatten(&world.desk);
    world_run(&world, 300 * SECOND);
    assert_int_equal(world.venue.places, 0);
    world_run(&world, 400 * SECOND);
    assert_int_equal(desk_flatten_state(&world.desk), FLATTEN_FAILED); /* 10 min: a human */
    assert_true(world.alarms > 0);
}

static void a_failed_look_is_not_flat(void **state)
{
    (void)state;
    world_init(&world, 1, NULL);
    world.venue.position_e6[0] = world.position_e6[0] = 4000000;
    world.venue.fail_positions = true;
    desk_flatten(&world.desk);
    world_run(&world, 60 * SECOND);
    assert_int_equal(desk_flatten_state(&world.desk), FLATTEN_RUNNING);
}

static void the_switch_covers_entries_alone(void **state)
{
    (void)state;
    struct desk_options options = {.known_until_us = 1, .countdown_us = 120000000};
    world_init(&world, 1, &options);
    assert_int_equal(world.venue.countdowns, 0);
    uint64_t id = world_place(&world, &LIMIT);
    world_run(&world, SECOND);
    assert_int_equal(world.venue.countdowns, 1);
    assert_int_equal(world.venue.countdown_us[0], 120000000); /* 120 s: ms for s would be 120,000 */
    world_run(&world, 91 * SECOND);
    assert_int_equal(world.venue.countdowns, 4); /* every 30 s */
    world.port.cancel(world.port.self, 0, 0, id);
    world_run(&world, SECOND);
    assert_int_equal(world.venue.countdown_us[0], 0);
    int32_t sent = world.venue.countdowns;
    world_run(&world, 120 * SECOND);
    assert_int_equal(world.venue.countdowns, sent);
}

static void after_a_reconnect_it_is_armed_anew(void **state)
{
    (void)state;
    struct desk_options options = {.known_until_us = 1, .countdown_us = 120000000};
    world_init(&world, 1, &options);
    (void)world_place(&world, &LIMIT);
    world_run(&world, SECOND);
    fake_venue_stream(&world.venue, false);
    fake_venue_stream(&world.venue, true);
    world_run(&world, SECOND);
    assert_int_equal(world.venue.countdowns, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_by_slices_with_ids_of_their_own),
        cmocka_unit_test(no_sane_price_no_order),
        cmocka_unit_test(a_failed_look_is_not_flat),
        cmocka_unit_test(the_switch_covers_entries_alone),
        cmocka_unit_test(after_a_reconnect_it_is_armed_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
