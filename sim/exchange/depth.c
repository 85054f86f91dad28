/* depth.c - two windows of cells and two short lists. */
#include "sim/exchange/depth.h"

#include <stdlib.h>
#include <string.h>

#include "sim/exchange/depth_cells.h"

/* ---- the tick ---- */

static uint64_t rotate_right(uint64_t value, uint32_t shift)
{
    return value >> shift | value << (-shift & 63);
}

static void unit_set(struct depth *self, int64_t unit_e12)
{
    uint64_t odd = (uint64_t)unit_e12;
    self->unit_e12 = unit_e12;
    self->shift = (uint32_t)__builtin_ctzll(odd);
    odd >>= self->shift;
    /* Newton: each step doubles the bits that are right, of which an odd number itself has three. */
    uint64_t inverse = odd;
    for (int32_t step = 0; step < 5; step++) {
        inverse *= 2 - odd * inverse;
    }
    self->inverse = inverse;
    self->quotient_max = (uint64_t)INT64_MAX / (uint64_t)unit_e12;
}

/* Price in units; false: it is none. */
static bool unit_quotient(const struct depth *self, int64_t price_e12, int64_t *out)
{
    uint64_t quotient = rotate_right((uint64_t)price_e12 * self->inverse, self->shift);
    *out = (int64_t)quotient;
    return quotient <= self->quotient_max;
}

static int64_t greatest_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* ---- levels outside the window ---- */

/* Index of the first level at or above a price. */
static int32_t far_find(const struct depth_side *side, int64_t price_e12)
{
    int32_t low = 0;
    int32_t high = side->far_count;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (side->far[middle].price_e12 < price_e12) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void far_remove(struct depth_side *side, int32_t index)
{
    side->far_count--;
    memmove(&side->far[index], &side->far[index + 1],
            (size_t)(side->far_count - index) * sizeof *side->far);
}

/* The list is full: the level that is furthest from the market goes. */
static void far_drop(struct depth *self, enum side side)
{
    struct depth_side *half = &self->sides[side];
    self->lost++;
    far_remove(half, side == SIDE_BUY ? 0 : half->far_count - 1);
}

static void far_add(struct depth *self, enum side side, const struct depth_level *level)
{
    struct depth_side *half = &self->sides[side];
    if (half->far_count == DEPTH_FAR) {
        far_drop(self, side);
    }
    int32_t index = far_find(half, level->price_e12);
    memmove(&half->far[index + 1], &half->far[index],
            (size_t)(half->far_count - index) * sizeof *half->far);
    half->far[index] = *level;
    half->far_count++;
}

/* ---- the window ---- */

static void cell_put(struct depth *self, enum side side, int32_t tick, int64_t size_e6)
{
    struct depth_side *half = &self->sides[side];
    half->cells.sizes_e6[tick] = size_e6;
    cells_mark(&half->cells, tick);
}

/* Tick in the window; DEPTH_NONE: outside. The price is a multiple of the unit. */
static int32_t window_tick(const struct depth *self, int64_t quotient)
{
    uint64_t tick = (uint64_t)(quotient - self->base);
    return tick < DEPTH_SPAN ? (int32_t)tick : DEPTH_NONE;
}

static void level_put(struct depth *self, enum side side, const struct depth_level *level)
{
    int32_t tick = window_tick(self, level->price_e12 / self->unit_e12);
    if (tick != DEPTH_NONE) {
        cell_put(self, side, tick, level->size_e6);
    } else {
        far_add(self, side, level);
    }
}

/* Moves what one side has into the window of the new base and unit. */
static void side_rebuild(struct depth *self, enum side side, int64_t base, int64_t unit_e12)
{
    struct depth_side *half = &self->sides[side];
    struct depth_cells old = half->cells;
    half->cells = self->spare;
    int32_t count = half->far_count;
    int32_t kept = 0;
    for (int32_t i = 0; i < count; i++) {
        struct depth_level level = half->far[i];
        int32_t tick = window_tick(self, level.price_e12 / self->unit_e12);
        if (tick != DEPTH_NONE) {
            cell_put(self, side, tick, level.size_e6);
        } else {
            half->far[kept++] = level;
        }
    }
    half->far_count = kept;
    /* From the market outwards: what does not fit into the list is what is furthest. */
    int32_t tick = cells_best(&old, side);
    for (; tick != DEPTH_NONE; tick = cells_further(&old, side, tick)) {
        struct depth_level level = {(base + tick) * unit_e12, old.sizes_e6[tick]};
        level_put(self, side, &level);
    }
    cells_clear(&old);
    self->spare = old;
    half->best = cells_best(&half->cells, side);
}

/* Tick 0 is a price: 0 and below lie outside. */
static int64_t window_base(int64_t middle)
{
    int64_t base = middle - DEPTH_SPAN / 2;
    return base > 0 ? base : 1;
}

static void window_move(struct depth *self, int64_t unit_e12, int64_t middle_e12)
{
    int64_t base = self->base;
    int64_t unit_before_e12 = self->unit_e12;
    if (unit_e12 != unit_before_e12) {
        unit_set(self, unit_e12);
    }
    self->base = window_base(middle_e12 / unit_e12);
    self->placed = true;
    side_rebuild(self, SIDE_BUY, base, unit_before_e12);
    side_rebuild(self, SIDE_SELL, base, unit_before_e12);
    self->bests++;
}

/* Where the market is: between the best levels; 0: nowhere. */
static int64_t depth_middle_e12(const struct depth *self)
{
    struct depth_level bid;
    struct depth_level ask;
    bool has_bid = depth_best(self, SIDE_BUY, &bid);
    bool has_ask = depth_best(self, SIDE_SELL, &ask);
    if (!has_bid || !has_ask) {
        return has_bid ? bid.price_e12 : (has_ask ? ask.price_e12 : 0);
    }
    return bid.price_e12 / 2 + ask.price_e12 / 2;
}

void depth_follow(struct depth *self)
{
    int64_t middle_e12 = depth_middle_e12(self);
    if (middle_e12 == 0) {
        return;
    }
    int64_t middle = middle_e12 / self->unit_e12;
    int64_t place = middle - self->base;
    bool central = place >= DEPTH_SPAN / 8 && place < DEPTH_SPAN - DEPTH_SPAN / 8;
    if (!central && window_base(middle) != self->base) {
        window_move(self, self->unit_e12, middle_e12);
    }
}

/* ---- setting a level ---- */

/* The best price after a level has come (size > 0) or gone. */
static void best_update(struct depth *self, enum side side, int32_t tick, int64_t size_e6)
{
    struct depth_side *half = &self->sides[side];
    if (size_e6 > 0) {
        bool better =
            half->best == DEPTH_NONE || (side == SIDE_BUY ? tick > half->best : tick < half->best);
        if (!better) {
            return;
        }
        half->best = tick;
    } else {
        if (tick != half->best) {
            return;
        }
        half->best = cells_further(&half->cells, side, tick);
    }
    self->bests++;
}

static int64_t set_far(struct depth *self, enum side side, const struct depth_level *level)
{
    struct depth_side *half = &self->sides[side];
    int32_t index = far_find(half, level->price_e12);
    bool found = index < half->far_count && half->far[index].price_e12 == level->price_e12;
    self->bests++;
    if (found) {
        int64_t before_e6 = half->far[index].size_e6;
        half->far[index].size_e6 = level->size_e6;
        if (level->size_e6 == 0) {
            far_remove(half, index);
        }
        return before_e6;
    }
    if (level->size_e6 > 0) {
        far_add(self, side, level);
    }
    return 0;
}

/* Tick of a price; DEPTH_NONE: outside the window, or between two ticks. */
static int32_t price_tick(const struct depth *self, int64_t price_e12)
{
    int64_t quotient = 0;
    bool whole = unit_quotient(self, price_e12, &quotient);
    return whole && self->placed ? window_tick(self, quotient) : DEPTH_NONE;
}

/* The first price, one between the ticks, or one more than there is room for outside the window. */
static void make_room(struct depth *self, enum side side, const struct depth_level *level)
{
    int64_t quotient = 0;
    if (!unit_quotient(self, level->price_e12, &quotient)) {
        int64_t middle_e12 = self->placed ? depth_middle_e12(self) : 0;
        window_move(self, greatest_divisor(self->unit_e12, level->price_e12),
                    middle_e12 > 0 ? middle_e12 : level->price_e12);
    } else if (!self->placed) {
        window_move(self, self->unit_e12, level->price_e12);
    } else if (self->sides[side].far_count == DEPTH_FAR && level->size_e6 > 0) {
        depth_follow(self);
    }
}

static int64_t set_cell(struct depth *self, enum side side, int32_t tick, int64_t size_e6)
{
    struct depth_cells *cells = &self->sides[side].cells;
    int64_t before_e6 = cells->sizes_e6[tick];
    cells->sizes_e6[tick] = size_e6;
    if ((before_e6 == 0) != (size_e6 == 0)) {
        if (size_e6 > 0) {
            cells_mark(cells, tick);
        } else {
            cells_unmark(cells, tick);
        }
        best_update(self, side, tick, size_e6);
    }
    return before_e6;
}

/* Out of line: depth_set() then needs no stack. */
static __attribute__((noinline)) int64_t
set_slow(struct depth *self, enum side side, int64_t price_e12, int64_t size_e6)
{
    struct depth_level level = {price_e12, size_e6};
    if (price_e12 <= 0) {
        return 0;
    }
    make_room(self, side, &level);
    int32_t tick = price_tick(self, price_e12);
    return tick != DEPTH_NONE ? set_cell(self, side, tick, size_e6) : set_far(self, side, &level);
}

int64_t depth_set(struct depth *self, enum side side, int64_t price_e12, int64_t size_e6)
{
    int32_t tick = price_tick(self, price_e12);
    return tick != DEPTH_NONE ? set_cell(self, side, tick, size_e6)
                              : set_slow(self, side, price_e12, size_e6);
}

int64_t depth_size_e6(const struct depth *self, enum side side, int64_t price_e12)
{
    const struct depth_side *half = &self->sides[side];
    int64_t quotient = 0;
    if (price_e12 <= 0 || !self->placed || !unit_quotient(self, price_e12, &quotient)) {
        return 0;
    }
    int32_t tick = window_tick(self, quotient);
    if (tick != DEPTH_NONE) {
        return half->cells.sizes_e6[tick];
    }
    int32_t index = far_find(half, price_e12);
    bool found = index < half->far_count && half->far[index].price_e12 == price_e12;
    return found ? half->far[index].size_e6 : 0;
}

/* ---- reading in order of price ---- */

/* The nearer to the market of a level in the window and one outside. */
static bool nearer(const struct depth *self,
                   enum side side,
                   int32_t tick,
                   int32_t far_index,
                   struct depth_level *out)
{
    const struct depth_side *half = &self->sides[side];
    bool has_far = far_index >= 0 && far_index < half->far_count;
    if (tick != DEPTH_NONE) {
        *out =
            (struct depth_level){(self->base + tick) * self->unit_e12, half->cells.sizes_e6[tick]};
        if (!has_far) {
            return true;
        }
        int64_t far_e12 = half->far[far_index].price_e12;
        if (side == SIDE_BUY ? far_e12 < out->price_e12 : far_e12 > out->price_e12) {
            return true;
        }
    }
    if (has_far) {
        *out = half->far[far_index];
    }
    return has_far;
}

bool depth_best(const struct depth *self, enum side side, struct depth_level *out)
{
    const struct depth_side *half = &self->sides[side];
    return nearer(self, side, half->best, side == SIDE_BUY ? half->far_count - 1 : 0, out);
}

/* Index of the first far level further than a price; out of the list: none. */
static int32_t far_further(const struct depth_side *half, enum side side, int64_t price_e12)
{
    int32_t nearest = side == SIDE_BUY ? half->far_count - 1 : 0;
    if (half->far_count == 0) {
        return DEPTH_NONE;
    }
    /* As a rule all of them lie beyond the window. */
    int64_t far_e12 = half->far[nearest].price_e12;
    if (side == SIDE_BUY ? far_e12 < price_e12 : far_e12 > price_e12) {
        return nearest;
    }
    return side == SIDE_BUY ? far_find(half, price_e12) - 1 : far_find(half, price_e12 + 1);
}

bool depth_next(const struct depth *self,
                enum side side,
                int64_t price_e12,
                struct depth_level *out)
{
    const struct depth_side *half = &self->sides[side];
    int64_t quotient = 0;
    /* Between two ticks: the next one that is not beyond the price, so that no level is passed over. */
    if (!unit_quotient(self, price_e12, &quotient)) {
        quotient = price_e12 / self->unit_e12 + (side == SIDE_BUY);
    }
    int64_t place = quotient - self->base;
    int32_t tick = DEPTH_NONE;
    if (side == SIDE_BUY && place > 0) {
        tick = cells_down(&half->cells, place < DEPTH_SPAN ? (int32_t)place : DEPTH_SPAN);
    } else if (side == SIDE_SELL && place < DEPTH_SPAN) {
        tick = cells_up(&half->cells, place < 0 ? -1 : (int32_t)place);
    }
    return nearer(self, side, tick, far_further(half, side, price_e12), out);
}

/* ---- life ---- */

bool depth_allocate(struct depth *self, int64_t unit_e12)
{
    memset(self, 0, sizeof *self);
    unit_set(self, unit_e12);
    bool whole = cells_allocate(&self->spare);
    for (int32_t side = 0; side < 2; side++) {
        struct depth_side *half = &self->sides[side];
        half->best = DEPTH_NONE;
        half->far = calloc(DEPTH_FAR + 1, sizeof *half->far);
        whole = cells_allocate(&half->cells) && half->far != NULL && whole;
    }
    return whole;
}

void depth_release(struct depth *self)
{
    free(self->spare.sizes_e6);
    free(self->spare.words);
    for (int32_t side = 0; side < 2; side++) {
        free(self->sides[side].cells.sizes_e6);
        free(self->sides[side].cells.words);
        free(self->sides[side].far);
    }
    memset(self, 0, sizeof *self);
}

void depth_clear(struct depth *self)
{
    for (int32_t side = 0; side < 2; side++) {
        cells_clear(&self->sides[side].cells);
        self->sides[side].best = DEPTH_NONE;
        self->sides[side].far_count = 0;
    }
    self->bests++;
}
