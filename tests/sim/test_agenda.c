/* test_agenda.c - the heap of instants against a plain scan, also where one instant is there twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/exchange/agenda.h"

enum { ITEMS = 96 };

struct world {
    struct agenda agenda;
    struct agenda_instant instants[ITEMS];
    struct agenda_key heap[ITEMS];
    int64_t times[ITEMS]; /* INSTANT_NEVER: not on it */
    int32_t ranks[ITEMS], held[ITEMS];
    uint64_t random;
};

static uint64_t chance(struct world *world)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 7;
    world->random ^= world->random << 17;
    return world->random >> 11;
}

static void begin(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->random = 88172645463325252ULL;
    agenda_init(&world->agenda, world->instants, world->heap, ITEMS);
    for (int32_t item = 0; item < ITEMS; item++) {
        world->times[item] = INSTANT_NEVER;
    }
}

/* Each item has ranks of its own: one in each class. */
static void move_item(struct world *world, int32_t item, int64_t time_us, int32_t class)
{
    if (world->times[item] != INSTANT_NEVER) {
        agenda_remove(&world->agenda, world->held[item], world->ranks[item]);
    }
    world->times[item] = time_us;
    world->ranks[item] = class * INSTRUMENTS_MAX + item * 5;
    if (time_us != INSTANT_NEVER) {
        world->held[item] = agenda_add(&world->agenda, time_us, world->ranks[item]);
    }
}

static void expect_first(const struct world *world)
{
    int32_t first = 0;
    for (int32_t item = 1; item < ITEMS; item++) {
        bool earlier = world->times[item] < world->times[first];
        bool same = world->times[item] == world->times[first];
        if (earlier || (same && world->ranks[item] < world->ranks[first])) {
            first = item;
        }
    }
    assert_true(agenda_time(&world->agenda) == world->times[first]);
    if (world->times[first] != INSTANT_NEVER) {
        assert_int_equal(agenda_rank(&world->agenda), world->ranks[first]);
    }
}

/* Times far apart share places in the table of recent instants, so an instant is often not found
 * again and stands twice. */
static void equals_a_scan(struct world *world, int64_t step_us, uint64_t instants)
{
    begin(world);
    for (int32_t turn = 0; turn < 50000; turn++) {
        int32_t item = (int32_t)(chance(world) % ITEMS);
        bool leaves = chance(world) % 8 == 0;
        int64_t time_us = leaves ? INSTANT_NEVER : (int64_t)(chance(world) % instants) * step_us;
        move_item(world, item, time_us, (int32_t)(chance(world) % AGENDA_CLASSES));
        expect_first(world);
    }
}

static void few_instants_equal_a_scan(void **state)
{
    (void)state;
    static struct world world;
    equals_a_scan(&world, 60000000, 4);
}

static void instants_that_stand_twice_equal_a_scan(void **state)
{
    (void)state;
    static struct world world;
    equals_a_scan(&world, 1, 400);
}

static void an_empty_agenda_is_never_due(void **state)
{
    (void)state;
    static struct world world;
    begin(&world);
    assert_true(agenda_time(&world.agenda) == INSTANT_NEVER);
    move_item(&world, 3, 10, 1);
    move_item(&world, 7, 10, 1);
    assert_int_equal(world.agenda.count, 1);
    assert_int_equal(agenda_rank(&world.agenda), INSTRUMENTS_MAX + 15);
    move_item(&world, 3, INSTANT_NEVER, 1);
    assert_int_equal(agenda_rank(&world.agenda), INSTRUMENTS_MAX + 35);
    move_item(&world, 7, INSTANT_NEVER, 1);
    assert_true(agenda_time(&world.agenda) == INSTANT_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_instants_equal_a_scan),
        cmocka_unit_test(instants_that_stand_twice_equal_a_scan),
        cmocka_unit_test(an_empty_agenda_is_never_due),
    };
    return cmocka_run_group_tests_name("agenda", tests, NULL, NULL);
}
