/* Thousands of seeds: a desk against a venue that loses, repeats, delays and refuses, with an oracle of what it did.
 * At quiescence: every fill of the oracle booked, each once (I4); no id placed twice (I2, I3); nothing UNKNOWN left (I11); no
 * ABSENT,
 * REJECTED or NOT_SENT of an order that the oracle accepted (I10); positions equal (I5); no evidence after an end (I9).
 * CERBERUS_SEEDS=N: other than 400 seeds; a failure prints its seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/desk_world.h"

#define SECOND 1000000000LL

static void act(struct desk_test_world *world)
{
    struct fake_venue *venue = &world->venue;
    struct action_place place = {.side = fake_venue_roll(venue, 2) == 0 ? SIDE_BUY : SIDE_SELL,
                                 .type = ORDER_LIMIT,
                                 .size_e6 = 4000000,
                                 .price_e12 = 99000000000000};
    switch (fake_venue_roll(venue, 6)) {
    case 0:
        place.type = ORDER_MARKET;
        place.tif = TIF_IOC;
        (void)world_place(world, &place);
        break;
    case 1: (void)world_place(world, &place); break;
    case 2:
        if (world->count > 0) {
            uint64_t any = fake_venue_roll(venue, (uint64_t)world->count);
            world->port.cancel(world->port.self, 0, 0, world->orders[any].place.order_id);
        }
        break;
    case 3:
    case 4:
        if (venue->order_count > 0) {
            struct fake_order *order =
                &venue->orders[fake_venue_roll(venue, (uint64_t)venue->order_count)];
            int64_t left_e6 = order->place.size_e6 - order->filled_e6;
            if (order->state == VENUE_ORDER_OPEN && left_e6 > 0) {
                fake_venue_fill(venue, order, left_e6 > 1000000 ? left_e6 / 2 : left_e6);
            }
        }
        break;
    default:
        if (fake_venue_roll(venue, 8) == 0) {
            fake_venue_stream(venue, false);
            fake_venue_stream(venue, true);
        }
        break;
    }
}

static void calm(struct fake_venue *venue)
{
    venue->lose_request = venue->lose_answer = venue->refuse = 0;
    venue->lose_event = venue->repeat_event = venue->fail_question = 0;
    venue->delay_ns = 1000000;
}

static void check(struct desk_test_world *world)
{
    const struct fake_venue *venue = &world->venue;
    assert_int_equal(venue->twice, 0);
    assert_int_equal(world->fills, venue->trade_count);
    assert_int_equal(world->fills_twice, 0);
    assert_int_equal(world->illegal, 0);
    assert_int_equal(world->externals, 0);
    assert_int_equal(world->fenced, 0);
    assert_int_equal(world->position_e6[0], venue->position_e6[0]);
    assert_true(desk_reconciled(&world->desk));
    for (int32_t index = 0; index < world->count; index++) {
        const struct world_order *order = &world->orders[index];
        const struct fake_order *there = fake_venue_find(&world->venue, order->place.order_id);
        size_t length = strlen(order->told);
        assert_true(length > 0);
        assert_int_not_equal(order->told[length - 1], 'U');
        bool denied = strpbrk(order->told, "RNX") != NULL;
        assert_int_equal(denied, there == NULL);
        if (there != NULL) {
            assert_int_equal(order->filled_e6, there->filled_e6);
            assert_int_equal(order->live, there->state == VENUE_ORDER_OPEN);
        }
    }
}

static int64_t absents, unknowns, duplicates;

static void one_seed(uint64_t seed)
{
    static struct desk_test_world world;
    world_init(&world, seed, NULL);
    struct fake_venue *venue = &world.venue;
    venue->lose_request = (int32_t)fake_venue_roll(venue, 300);
    venue->lose_answer = (int32_t)fake_venue_roll(venue, 300);
    venue->refuse = (int32_t)fake_venue_roll(venue, 100);
    venue->lose_event = (int32_t)fake_venue_roll(venue, 300);
    venue->repeat_event = (int32_t)fake_venue_roll(venue, 300);
    venue->fail_question = (int32_t)fake_venue_roll(venue, 300);
    venue->delay_ns = (int64_t)(1000000 + fake_venue_roll(venue, 3 * SECOND));
    int32_t acts = 5 + (int32_t)fake_venue_roll(venue, 30);
    for (int32_t index = 0; index < acts; index++) {
        act(&world);
        world_run(&world, (int64_t)fake_venue_roll(venue, 4 * SECOND));
    }
    calm(venue);
    world_run(&world, 400 * SECOND);
    absents += world.desk.counters.absents;
    unknowns += world.desk.counters.unknowns;
    duplicates += world.desk.counters.duplicates;
    check(&world);
}

static void every_seed_ends_in_agreement(void **state)
{
    (void)state;
    const char *wanted = getenv("CERBERUS_SEEDS");
    const char *only = getenv("CERBERUS_SEED");
    uint64_t count = wanted != NULL ? strtoull(wanted, NULL, 10) : 400;
    uint64_t first = only != NULL ? strtoull(only, NULL, 10) : 1;
    for (uint64_t seed = first; seed < first + (only != NULL ? 1 : count); seed++) {
        print_message("seed %llu\r", (unsigned long long)seed);
        one_seed(seed);
    }
    print_message("unknown %lld, absent %lld, duplicates %lld\n", (long long)unknowns,
                  (long long)absents, (long long)duplicates);
    assert_true(only != NULL || (unknowns > 0 && absents > 0 && duplicates > 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_seed_ends_in_agreement)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
