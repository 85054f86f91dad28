/* linked.h - orders that decide about each other: one-cancels-other, and brackets (requests.h says the rules).
 * Laws     what a fill or an end sets off in a group is noted at once and carried out at the next safe point
 *          (linked_settle), before the next trigger is looked for: nobody changes the book under someone who walks it.
 *          An order is a member of one group at most.
 * Memory   LINKED_MAX groups; more are refused.   Cost: nothing without groups; else O(groups) a fill. */
#ifndef SIM_EXCHANGE_LINKED_H
#define SIM_EXCHANGE_LINKED_H

#include "sim/exchange/requests.h"

enum { LINKED_MAX = 256, LINKED_MEMBERS = 1 + GROUP_CHILDREN_MAX };

enum member_state {
    MEMBER_WAITING, /* a child before its parent's first fill */
    MEMBER_OPEN,    /* at the venue */
    MEMBER_OVER
};

struct linked_member {
    struct action_place place; /* as it came */
    enum member_state state;
    int64_t filled_e6;
    bool executed; /* it ended by an execution, not by a cancel */
};

struct linked_group {
    int32_t instrument;
    int32_t count; /* 0: free */
    bool parent, dirty;
    int64_t armed_e6; /* bracket: the children's size */
    struct linked_member members[LINKED_MEMBERS];
};

struct linked {
    int32_t used, dirty;
    struct linked_group groups[LINKED_MAX];
};

static inline bool linked_moved(const struct linked *self)
{
    return self->dirty > 0;
}
/* Notes; an order of no group: nothing. */
void linked_filled(struct linked *self, uint64_t order_id, int64_t size_e6);
void linked_ended(struct linked *self, uint64_t order_id);

#endif
