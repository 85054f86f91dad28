/* depth_cells.h - one side's window of a book: a size at each tick, and three storeys of bit maps that find the best and the
 * next level in a few steps. Of depth.c, and of no one else; inline, for it is the inside of depth_set().
 * Laws     a bit of `words` is a cell that is not 0; a bit of `groups` a word, a bit of `tops` a group. */
#ifndef SIM_EXCHANGE_DEPTH_CELLS_H
#define SIM_EXCHANGE_DEPTH_CELLS_H

#include <stdlib.h>
#include <string.h>

#include "sim/exchange/depth.h"

static inline bool cells_allocate(struct depth_cells *self)
{
    self->sizes_e6 = calloc(DEPTH_SPAN, sizeof *self->sizes_e6);
    self->words = calloc(DEPTH_WORDS, sizeof *self->words);
    return self->sizes_e6 != NULL && self->words != NULL;
}

static inline void cells_mark(struct depth_cells *self, int32_t tick)
{
    self->words[tick >> 6] |= 1ULL << (tick & 63);
    self->groups[tick >> 12] |= 1ULL << (tick >> 6 & 63);
    self->tops[tick >> 18] |= 1ULL << (tick >> 12 & 63);
}

static inline void cells_unmark(struct depth_cells *self, int32_t tick)
{
    self->words[tick >> 6] &= ~(1ULL << (tick & 63));
    if (self->words[tick >> 6] != 0) {
        return;
    }
    self->groups[tick >> 12] &= ~(1ULL << (tick >> 6 & 63));
    if (self->groups[tick >> 12] == 0) {
        self->tops[tick >> 18] &= ~(1ULL << (tick >> 12 & 63));
    }
}

static inline int32_t lowest(uint64_t word)
{
    return __builtin_ctzll(word);
}

static inline int32_t highest(uint64_t word)
{
    return 63 - __builtin_clzll(word);
}

/* Bits above a place, and below it. */
static inline uint64_t above(int32_t place)
{
    return place == 63 ? 0 : ~0ULL << (place + 1);
}

static inline uint64_t below(int32_t place)
{
    return (1ULL << place) - 1;
}

/* First level above a tick; -1 starts at the window's lower end. */
static inline int32_t cells_up(const struct depth_cells *self, int32_t tick)
{
    int32_t from = tick + 1;
    if (from >= DEPTH_SPAN) {
        return DEPTH_NONE;
    }
    uint64_t bits = self->words[from >> 6] & ~below(from & 63);
    if (bits != 0) {
        return (from & ~63) | lowest(bits);
    }
    int32_t word = from >> 6;
    bits = self->groups[word >> 6] & above(word & 63);
    if (bits == 0) {
        int32_t group = word >> 6;
        bits = self->tops[group >> 6] & above(group & 63);
        int32_t top = group >> 6;
        while (bits == 0) {
            if (++top == DEPTH_TOPS) {
                return DEPTH_NONE;
            }
            bits = self->tops[top];
        }
        group = top << 6 | lowest(bits);
        word = group << 6;
        bits = self->groups[group];
    }
    word = (word & ~63) | lowest(bits);
    return word << 6 | lowest(self->words[word]);
}

/* First level below a tick; DEPTH_SPAN starts at the window's upper end. */
static inline int32_t cells_down(const struct depth_cells *self, int32_t tick)
{
    int32_t word = tick >> 6;
    uint64_t bits = tick < DEPTH_SPAN ? self->words[word] & below(tick & 63) : 0;
    if (bits != 0) {
        return word << 6 | highest(bits);
    }
    int32_t group = word >> 6;
    bits = tick < DEPTH_SPAN ? self->groups[group] & below(word & 63) : 0;
    if (bits == 0) {
        int32_t top = group >> 6;
        bits = tick < DEPTH_SPAN ? self->tops[top] & below(group & 63) : 0;
        while (bits == 0) {
            if (--top < 0) {
                return DEPTH_NONE;
            }
            bits = self->tops[top];
        }
        group = top << 6 | highest(bits);
        bits = self->groups[group];
    }
    word = group << 6 | highest(bits);
    return word << 6 | highest(self->words[word]);
}

static inline int32_t cells_best(const struct depth_cells *self, enum side side)
{
    return side == SIDE_BUY ? cells_down(self, DEPTH_SPAN) : cells_up(self, -1);
}

static inline int32_t cells_further(const struct depth_cells *self, enum side side, int32_t tick)
{
    return side == SIDE_BUY ? cells_down(self, tick) : cells_up(self, tick);
}

static inline void cells_clear(struct depth_cells *self)
{
    int32_t tick = cells_up(self, -1);
    for (; tick != DEPTH_NONE; tick = cells_up(self, tick)) {
        self->sizes_e6[tick] = 0;
        self->words[tick >> 6] &= ~(1ULL << (tick & 63));
    }
    memset(self->groups, 0, sizeof self->groups);
    memset(self->tops, 0, sizeof self->tops);
}

#endif
