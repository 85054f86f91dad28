#include "reports/groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "reports/memory.h"

static void group_take(struct group *self, const struct trade *trade)
{
    self->trades++;
    self->wins += trade->profit > 0;
    self->losses += trade->profit < 0;
    self->draws = self->trades - self->wins - self->losses;
    self->profit += trade->profit;
    self->gains += fmax(trade->profit, 0);
    self->pains -= fmin(trade->profit, 0);
    self->ratio_sum += isfinite(trade->ratio) ? trade->ratio : 0;
    self->duration_us += trade->duration_us;
}

/* The group of the key, added when new. There are few: symbols, sources, reasons. */
static struct group *group_find(struct groups *self, int32_t word, int32_t second, int64_t start_us)
{
    for (int64_t i = self->count - 1; i >= 0; i--) {
        struct group *item = &self->items[i];
        if (item->word == word && item->second == second && item->start_us == start_us) {
            return item;
        }
    }
    self->items = memory_grow(self->items, self->count, &self->capacity, sizeof(*self->items));
    self->items[self->count] = (struct group){.word = word, .second = second, .start_us = start_us};
    return &self->items[self->count++];
}

static int32_t key_word(const struct run_position *position, enum group_key key)
{
    switch (key) {
    case GROUP_TOKEN: return position->token;
    case GROUP_SOURCE:
    case GROUP_SOURCE_EXIT: return position->source;
    case GROUP_EXIT: return position->exit_reason;
    case GROUP_ALL: break;
    }
    return -1;
}

static int profit_compare(const void *left, const void *right, void *context)
{
    const struct group *a = left;
    const struct group *b = right;
    const struct run *run = context;

    if (a->profit > b->profit || a->profit < b->profit) {
        return a->profit > b->profit ? -1 : 1;
    }
    if (a->word != b->word && a->word >= 0 && b->word >= 0) {
        return strcmp(run_word(run, a->word), run_word(run, b->word));
    }
    return (a->second > b->second) - (a->second < b->second);
}

void groups_by_key(struct groups *self,
                   const struct run *run,
                   const struct figures *figures,
                   enum group_key key,
                   bool only_end)
{
    *self = (struct groups){0};
    for (int64_t i = 0; i < figures->trade_count; i++) {
        const struct run_position *position = figures->trades[i].position;
        int32_t second = key == GROUP_SOURCE_EXIT ? position->exit_reason : -1;
        bool at_end = strcmp(run_word(run, position->exit_reason), "end_of_data") == 0;
        if (at_end || !only_end) {
            group_take(group_find(self, key_word(position, key), second, 0), &figures->trades[i]);
        }
    }
    if (self->count > 1) {
        qsort_r(self->items, (size_t)self->count, sizeof(*self->items), profit_compare,
                (void *)(uintptr_t)run);
    }
}

void groups_by_period(struct groups *self, const struct figures *figures, enum period period)
{
    *self = (struct groups){0};
    for (int64_t i = 0; i < figures->trade_count; i++) {
        int64_t closed_us = figures->trades[i].position->closed_us;
        int64_t start_us = period == PERIOD_DAY    ? instant_day(closed_us)
                           : period == PERIOD_WEEK ? instant_week(closed_us)
                                                   : instant_month(closed_us);
        group_take(group_find(self, -1, -1, start_us), &figures->trades[i]);
    }
}

void groups_release(struct groups *self)
{
    free(self->items);
    *self = (struct groups){0};
}
