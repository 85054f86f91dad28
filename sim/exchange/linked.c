#include "sim/exchange/linked.h"

#include "sim/exchange/state.h"

static struct linked_member *
member_find(struct linked *self, uint64_t order_id, struct linked_group **group)
{
    for (int32_t index = 0; self->used > 0 && index < LINKED_MAX; index++) {
        *group = &self->groups[index];
        for (int32_t place = 0; place < (*group)->count; place++) {
            struct linked_member *member = &(*group)->members[place];
            if (member->place.order_id == order_id && member->state != MEMBER_OVER) {
                return member;
            }
        }
    }
    return NULL;
}

static void group_soil(struct linked *self, struct linked_group *group)
{
    self->dirty += !group->dirty;
    group->dirty = true;
}

void linked_filled(struct linked *self, uint64_t order_id, int64_t size_e6)
{
    struct linked_group *group = NULL;
    struct linked_member *member = member_find(self, order_id, &group);
    if (member != NULL) {
        member->filled_e6 += size_e6;
        group_soil(self, group);
    }
}

void linked_ended(struct linked *self, uint64_t order_id)
{
    struct linked_group *group = NULL;
    struct linked_member *member = member_find(self, order_id, &group);
    if (member != NULL) {
        member->state = MEMBER_OVER;
        group_soil(self, group);
    }
}

/* ---- arrival ---- */

static struct linked_group *group_free(struct linked *self)
{
    for (int32_t index = 0; index < LINKED_MAX; index++) {
        if (self->groups[index].count == 0) {
            return &self->groups[index];
        }
    }
    return NULL;
}

/* A child leaves what its parent has opened, and nothing else. */
static bool group_sound(const struct request_group *request)
{
    for (int32_t index = 1; request->parent && index < request->count; index++) {
        const struct action_place *child = &request->places[index];
        if (child->side == request->places[0].side || !child->reduce_only ||
            child->close_position || child->type == ORDER_MARKET) {
            return false;
        }
    }
    return true;
}

static void refuse_all(struct exchange *self,
                       int32_t instrument,
                       const struct request_group *request,
                       enum order_reason reason)
{
    for (int32_t index = 0; index < request->count; index++) {
        tell_order(self, instrument, request->places[index].order_id, EVIDENCE_REJECTED, reason);
    }
}

void linked_arrive(struct exchange *self, int32_t instrument, const struct request_group *request)
{
    struct linked *linked = &self->linked;
    struct linked_group *group = group_free(linked);
    if (group == NULL || !group_sound(request)) {
        refuse_all(self, instrument, request,
                   group == NULL ? REASON_ALGO_ORDERS_MAX : REASON_REDUCE_ONLY);
        return;
    }
    linked->used++;
    *group = (struct linked_group){
        .instrument = instrument, .count = request->count, .parent = request->parent};
    for (int32_t index = 0; index < request->count; index++) {
        bool waits = request->parent && index > 0;
        group->members[index] = (struct linked_member){
            .place = request->places[index], .state = waits ? MEMBER_WAITING : MEMBER_OPEN};
    }
    for (int32_t index = 0; index < request->count; index++) {
        struct linked_member *member = &group->members[index];
        if (!request->parent && linked_moved(linked)) {
            linked_settle(self); /* the first has filled on arrival: the second does not come */
        }
        if (member->state == MEMBER_WAITING) {
            tell_order(self, instrument, member->place.order_id, EVIDENCE_ACKED, REASON_NONE);
        } else if (member->state == MEMBER_OPEN) {
            matching_place(self, instrument, &member->place);
        }
    }
}

/* ---- what a group does ---- */

static void member_cancel(struct exchange *self,
                          const struct linked_group *group,
                          struct linked_member *member,
                          enum order_reason reason)
{
    if (member->state == MEMBER_OVER) {
        return;
    }
    int32_t slot = book_find(&self->book, group->instrument, member->place.order_id);
    member->state = MEMBER_OVER;
    if (slot != BOOK_NONE) {
        book_remove(&self->book, slot);
    }
    self->counters.linked_cancels += reason == REASON_LINKED;
    tell_order(self, group->instrument, member->place.order_id, EVIDENCE_CANCELED, reason);
}

/* Filled whole: it left the book by an execution, without a word of an end. */
static void members_look(const struct exchange *self, struct linked_group *group)
{
    for (int32_t index = 0; index < group->count; index++) {
        struct linked_member *member = &group->members[index];
        if (member->state == MEMBER_OPEN && member->filled_e6 > 0 &&
            book_find(&self->book, group->instrument, member->place.order_id) == BOOK_NONE) {
            member->state = MEMBER_OVER;
            member->executed = true;
        }
    }
}

static void settle_pair(struct exchange *self, struct linked_group *group)
{
    bool decided = false;
    for (int32_t index = 0; index < group->count; index++) {
        const struct linked_member *member = &group->members[index];
        decided = decided || member->filled_e6 > 0 || member->state == MEMBER_OVER;
    }
    for (int32_t index = 0; decided && index < group->count; index++) {
        struct linked_member *member = &group->members[index];
        if (member->filled_e6 == 0) {
            member_cancel(self, group, member, REASON_LINKED);
        }
    }
}

static void child_grow(struct exchange *self,
                       const struct linked_group *group,
                       const struct linked_member *child,
                       int64_t more_e6)
{
    int32_t slot = book_find(&self->book, group->instrument, child->place.order_id);
    if (slot == BOOK_NONE) {
        return;
    }
    struct book_order *order = book_at(&self->book, slot);
    order->place.size_e6 += more_e6;
    order->rest_e6 += more_e6;
    if (order->place.type == ORDER_LIMIT) {
        book_put_behind(&self->book, slot); /* as an amend to more does (requests.h) */
    }
    tell_amended(self, group->instrument, order->place.order_id, order->place.price_e12,
                 order->place.size_e6);
}

static void children_arm(struct exchange *self, struct linked_group *group)
{
    int64_t more_e6 = group->members[0].filled_e6 - group->armed_e6;
    if (more_e6 == 0) {
        return;
    }
    group->armed_e6 += more_e6;
    for (int32_t index = 1; index < group->count; index++) {
        struct linked_member *child = &group->members[index];
        if (child->state == MEMBER_WAITING) {
            struct action_place place = child->place;
            place.size_e6 = more_e6;
            child->state = MEMBER_OPEN;
            tell_amended(self, group->instrument, place.order_id, place.price_e12, more_e6);
            matching_place(self, group->instrument, &place);
        } else if (child->state == MEMBER_OPEN) {
            child_grow(self, group, child, more_e6);
        }
    }
}

static void settle_bracket(struct exchange *self, struct linked_group *group)
{
    const struct linked_member *parent = &group->members[0];
    children_arm(self, group);
    members_look(self, group);
    bool over = parent->state == MEMBER_OVER && parent->filled_e6 == 0;
    for (int32_t index = 1; index < group->count; index++) {
        const struct linked_member *child = &group->members[index];
        over = over || child->executed;
    }
    for (int32_t index = 0; over && index < group->count; index++) {
        member_cancel(self, group, &group->members[index], REASON_LINKED);
    }
}

static void group_settle(struct exchange *self, struct linked_group *group)
{
    members_look(self, group);
    if (group->parent) {
        settle_bracket(self, group);
    } else {
        settle_pair(self, group);
    }
    for (int32_t index = 0; index < group->count; index++) {
        if (group->members[index].state != MEMBER_OVER) {
            return;
        }
    }
    group->count = 0;
    self->linked.used--;
}

void linked_settle(struct exchange *self)
{
    struct linked *linked = &self->linked;
    while (linked->dirty > 0) { /* what one group does may touch itself or another */
        for (int32_t index = 0; index < LINKED_MAX; index++) {
            struct linked_group *group = &linked->groups[index];
            if (group->dirty) {
                group->dirty = false;
                linked->dirty--;
            } else {
                continue;
            }
            if (group->count > 0) {
                group_settle(self, group);
            }
        }
    }
}

bool linked_withdraw(struct exchange *self, uint64_t order_id, enum order_reason reason)
{
    struct linked_group *group = NULL;
    struct linked_member *member = member_find(&self->linked, order_id, &group);
    if (member == NULL || member->state != MEMBER_WAITING) {
        return false;
    }
    group_soil(&self->linked, group);
    member_cancel(self, group, member, reason);
    return true;
}

void linked_withdraw_all(struct exchange *self, int32_t instrument, enum order_reason reason)
{
    for (int32_t index = 0; self->linked.used > 0 && index < LINKED_MAX; index++) {
        struct linked_group *group = &self->linked.groups[index];
        for (int32_t place = 0; place < group->count && group->instrument == instrument; place++) {
            if (group->members[place].state == MEMBER_WAITING) {
                group_soil(&self->linked, group);
                member_cancel(self, group, &group->members[place], reason);
            }
        }
    }
}
