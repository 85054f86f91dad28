/* risk_edges.h - a limit just inside and just outside: one row, one change to the good world, one
 * verdict. Limits that cut the size (C4, C5, C12 to C14, C17, C19) deny where not even the smallest
 * order fits: 25 DOGE = 5.00. Included by the test files that hold the rows. */
#ifndef TESTS_CORE_RISK_EDGES_H
#define TESTS_CORE_RISK_EDGES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/risk_world.h"

static struct world world;

struct edge {
    const char *check; /* the record that must show the failure */
    enum verdict verdict;
    void (*change)(bool outside);
};

/* value when outside, else the other. */
static int64_t pick(bool outside, int64_t out, int64_t in)
{
    return outside ? out : in;
}

static inline void edges_hold(const struct edge *edges, size_t count)
{
    for (size_t row = 0; row < count; row++) {
        world_init(&world);
        edges[row].change(false);
        enum verdict inside = world_assess(&world);
        if (inside != VERDICT_APPROVED) {
            print_error("%s, row %zu, inside: %s\n", edges[row].check, row,
                        verdict_code((int)inside));
        }
        assert_int_equal(inside, VERDICT_APPROVED);

        world_init(&world);
        edges[row].change(true);
        enum verdict outside = world_assess(&world);
        if (outside != edges[row].verdict) {
            print_error("%s, row %zu, outside: %s\n", edges[row].check, row,
                        verdict_code((int)outside));
        }
        assert_int_equal(outside, edges[row].verdict);
        assert_int_equal(world_check(&world, edges[row].check)->state, CHECK_FAILED);
        assert_false(world.out.approved);
    }
}

/* Every denial stands in the record of the check that made it, and it is the smallest of them. */
static inline void edges_give_the_smallest_denial(const struct edge *edges, size_t count)
{
    for (size_t row = 0; row < count; row++) {
        world_init(&world);
        edges[row].change(true);
        enum verdict verdict = world_assess(&world);
        enum verdict first = VERDICT_COUNT;
        for (int32_t index = 0; index < world.out.check_count; index++) {
            const struct check *check = &world.out.checks[index];
            assert_int_equal(check->state == CHECK_FAILED, check->verdict != VERDICT_APPROVED);
            first = check->state == CHECK_FAILED && check->verdict < first ? check->verdict : first;
        }
        assert_int_equal(verdict, first);
    }
}

static inline bool is_control(const struct edge *edge, const char *id)
{
    size_t length = strlen(id);
    return strncmp(edge->check, id, length) == 0 && edge->check[length] == '.';
}

/* Rows that write the same field may undo each other: no statement about those pairs. */
static inline bool may_undo(const struct edge *a, const struct edge *b)
{
    static const char *const pairs[][2] = {{"C6", "C29"}, {"C6", "C7"}, {"C17", "C14"}};
    size_t id_length = strcspn(a->check, ".") + 1;
    bool undo = strncmp(a->check, b->check, id_length) == 0;
    for (size_t index = 0; index < ARRAY_COUNT(pairs); index++) {
        undo = undo || (is_control(a, pairs[index][0]) && is_control(b, pairs[index][1])) ||
               (is_control(b, pairs[index][0]) && is_control(a, pairs[index][1]));
    }
    return undo;
}

static inline void edges_in_pairs_never_approve(const struct edge *edges, size_t count)
{
    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            if (!may_undo(&edges[a], &edges[b])) {
                world_init(&world);
                edges[a].change(true);
                edges[b].change(true);
                assert_int_not_equal(world_assess(&world), VERDICT_APPROVED);
            }
        }
    }
}

#endif
