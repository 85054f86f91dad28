/* world.h - what the sample market consists of: its symbols, their bars, the state of one generation.
 *
 * Laws     prices are in ticks of the symbol (ticks * 2^20 in `fine`), rates in 1e-9 (_e9): no floating point, so that one
 *          seed gives one market on every machine.
 * Memory   one bar a symbol and minute, allocated by main for the days asked for, at most 60. */
#ifndef DATA_SAMPLES_WORLD_H
#define DATA_SAMPLES_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    SYMBOLS = 5,
    MINUTES_PER_DAY = 1440,
    DAYS_MIN = 2,
    DAYS_MAX = 60,
    STORY_DAYS = 14, /* the story is told in days of 14; other lengths stretch it */
    STEPS = 8,       /* of the path inside one bar */
    FINE_BITS = 20,
    RANGE_BARS = 240, /* the breakout looks back so far */
    MEAN_BARS = 60,
    TEXT_BYTES = 512,
    TEXT_NUMBER = 40
};

#define START_S INT64_C(1772409600) /* 2026-03-02T00:00:00Z, a Monday */

struct symbol {
    const char *name, *token;
    int decimals;          /* of the price; one tick is the last of them */
    int64_t first_ticks;   /* price at the start */
    int64_t volatility_e9; /* of a minute in quiet hours */
    int64_t beta_e9;       /* share of the market's move */
    int64_t volume;        /* units in a quiet minute */
    int listed_tenth_days; /* in the story */
    bool meme;
};

struct bar {
    int64_t open, high, low, close; /* ticks */
    int64_t volume;
    bool there;
};

struct series {
    struct bar *bars;       /* by minute of the run */
    int64_t fine;           /* current price, ticks * 2^20 */
    int64_t excited_e9;     /* volatility clusters: 1e9 = quiet */
    int64_t drift_e9;       /* of the current quarter of a day, per minute */
    int64_t quiet_until[3]; /* by rule: minute before which it is silent */
};

struct world {
    struct series series[SYMBOLS];
    int64_t minutes, days;
    uint64_t state;
    const char *folder;
    FILE *signals;
    int64_t signal_count, rows;
};

extern const struct symbol SAMPLE_SYMBOLS[SYMBOLS];

#endif
