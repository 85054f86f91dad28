/* Consecutive losses: one count a pair of strategy and symbol, in a bounded hash table. */
#include "core/breaker_cells.h"

#include "core/instant.h"

enum { SHARED = -1, SLOT_BITS = 13 };
_Static_assert(PAIR_SLOTS == 1 << SLOT_BITS, "the hash keeps the highest bits");

static uint32_t slot_of(int32_t strategy, int32_t instrument)
{
    uint32_t key = (uint32_t)strategy * INSTRUMENTS_MAX + (uint32_t)instrument;
    return key * 0x9E3779B1U >> (32 - SLOT_BITS);
}

/* The place in pairs, -1 where it has none; *slot: its slot, or the free one where it would go. */
static int32_t
find(const struct breaker *self, int32_t strategy, int32_t instrument, uint32_t *slot)
{
    *slot = slot_of(strategy, instrument);
    while (self->pair_slots[*slot] != 0) {
        int32_t place = self->pair_slots[*slot] - 1;
        const struct breaker_pair *pair = &self->pairs[place];
        if (pair->strategy == strategy && pair->instrument == instrument) {
            return place;
        }
        *slot = (*slot + 1) & (PAIR_SLOTS - 1);
    }
    return -1;
}

/* The last place is the shared pair of all that came too late. */
static int32_t find_or_add(struct breaker *self, int32_t strategy, int32_t instrument)
{
    uint32_t slot;
    int32_t place = find(self, strategy, instrument, &slot);
    if (place >= 0) {
        return place;
    }
    if (self->pair_count >= PAIRS_MAX - 1) {
        self->pairs[PAIRS_MAX - 1].strategy = SHARED;
        self->pairs[PAIRS_MAX - 1].instrument = SHARED;
        self->pair_count = PAIRS_MAX;
        return PAIRS_MAX - 1;
    }
    place = self->pair_count++;
    self->pairs[place] = (struct breaker_pair){.strategy = strategy, .instrument = instrument};
    self->pair_slots[slot] = (uint16_t)(place + 1);
    return place;
}

void breaker_index_pairs(struct breaker *self)
{
    for (int32_t place = 0; place < self->pair_count; place++) {
        const struct breaker_pair *pair = &self->pairs[place];
        uint32_t slot;
        if (pair->strategy != SHARED && find(self, pair->strategy, pair->instrument, &slot) < 0) {
            self->pair_slots[slot] = (uint16_t)(place + 1);
        }
    }
}

static int32_t longest_streak(const struct breaker *self, int32_t instrument)
{
    int32_t longest = 0;
    for (int32_t place = 0; place < self->pair_count; place++) {
        if (self->pairs[place].instrument == instrument && self->pairs[place].streak > longest) {
            longest = self->pairs[place].streak;
        }
    }
    return longest;
}

static void block_pair(struct breaker *self,
                       int64_t time_us,
                       struct breaker_pair *pair,
                       const struct breaker_trade *trade)
{
    struct breaker_transition transition = {.scope = SCOPE_STRATEGY,
                                            .index = trade->strategy,
                                            .partner = trade->instrument,
                                            .cause = breaker_cause_text(CAUSE_CONSECUTIVE_LOSSES),
                                            .value = pair->streak,
                                            .limit = self->settings->losses_in_row,
                                            .actor = "breaker"};
    pair->streak = 0;
    transition.until_us = breaker_later(time_us, self->settings->losses_cooldown);
    if (transition.until_us <= time_us) {
        return;
    }
    pair->blocked_until_us = transition.until_us;
    if (pair->blocked_until_us < self->cells_due_us) {
        self->cells_due_us = pair->blocked_until_us;
    }
    transition.from = transition.to = breaker_state(self, SCOPE_STRATEGY, trade->strategy);
    breaker_record(self, &transition);
    breaker_restart_probation(self, time_us, breaker_place_strategy(trade->strategy));
    breaker_restart_probation(self, time_us, breaker_place_symbol(trade->instrument));
}

void breaker_pair_result(struct breaker *self, int64_t time_us, const struct breaker_trade *trade)
{
    struct breaker_pair *pair = &self->pairs[find_or_add(self, trade->strategy, trade->instrument)];
    pair->streak = trade->net_e8 < 0 ? pair->streak + 1 : 0;
    int64_t streak = longest_streak(self, trade->instrument);
    if (pair->streak >= self->settings->losses_in_row) {
        block_pair(self, time_us, pair, trade);
        streak = longest_streak(self, trade->instrument);
    }
    int32_t symbol = breaker_place_symbol(trade->instrument);
    breaker_measure(self, time_us, symbol, CAUSE_CONSECUTIVE_LOSSES, streak);
}

int64_t breaker_tick_pairs(struct breaker *self, int64_t time_us)
{
    int64_t next = INSTANT_NEVER;
    for (int32_t place = 0; place < self->pair_count; place++) {
        struct breaker_pair *pair = &self->pairs[place];
        if (pair->blocked_until_us == 0) {
            continue;
        }
        if (time_us >= pair->blocked_until_us) {
            pair->blocked_until_us = 0;
            self->epoch++;
        } else if (pair->blocked_until_us < next) {
            next = pair->blocked_until_us;
        }
    }
    return next;
}

int64_t breaker_pair_blocked_until(const struct breaker *self, int32_t strategy, int32_t instrument)
{
    uint32_t slot;
    int32_t place = find(self, strategy, instrument, &slot);
    if (place < 0 && self->pair_count == PAIRS_MAX) {
        place = PAIRS_MAX - 1;
    }
    return place < 0 ? 0 : self->pairs[place].blocked_until_us;
}
