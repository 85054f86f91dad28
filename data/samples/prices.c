#include "data/samples/prices.h"

#include "data/samples/chance.h"
#include "data/samples/story.h"

__extension__ typedef __int128 wide_t;

static void series_move(struct series *self, int64_t rate_e9)
{
    self->fine += (int64_t)((wide_t)self->fine * rate_e9 / 1000000000);
    int64_t least = 20LL << FINE_BITS;
    self->fine = self->fine < least ? least : self->fine;
}

static int64_t series_ticks(const struct series *self)
{
    return (self->fine + (1LL << (FINE_BITS - 1))) >> FINE_BITS;
}

/* Clusters: rare shocks raise the volatility, two hours calm it; every six hours a new drift. */
static void
mood_change(struct world *self, struct series *series, int64_t volatility_e9, int64_t minute)
{
    series->excited_e9 += (1000000000 - series->excited_e9) / 120;
    if (chance_below(self, 400) == 0) {
        series->excited_e9 += 1000000000 + chance_below(self, 1500000000);
    }
    if (minute % (MINUTES_PER_DAY / 4) == 0) {
        series->drift_e9 = volatility_e9 * (chance_below(self, 221) - 110) / 1000;
    }
}

static void bar_extend(struct bar *bar, int64_t ticks)
{
    bar->high = ticks > bar->high ? ticks : bar->high;
    bar->low = ticks < bar->low ? ticks : bar->low;
    bar->close = ticks;
}

static void bar_make(struct world *self, int symbol, int64_t minute, int64_t market_e9)
{
    const struct symbol *rules = &SAMPLE_SYMBOLS[symbol];
    struct series *series = &self->series[symbol];
    struct bar *bar = &series->bars[minute];
    int64_t push_e9 = 0;
    int64_t activity = 1;
    story_staged(self, symbol, minute, &push_e9, &activity);
    mood_change(self, series, rules->volatility_e9, minute);
    int64_t own_e9 =
        rules->volatility_e9 * series->excited_e9 / 1000000000 * (activity > 1 ? 2 : 1);
    int64_t open = series_ticks(series);
    *bar = (struct bar){open, open, open, open, 0, true};
    for (int step = 0; step < STEPS; step++) {
        /* 23/65 is about 1 / sqrt(8): eight steps have the deviation of a minute */
        int64_t chance_e9 = own_e9 * chance_normal(self) / 65536 * 23 / 65;
        int64_t common_e9 = market_e9 * rules->beta_e9 / 1000000000 / STEPS;
        series_move(series, chance_e9 + common_e9 + (series->drift_e9 + push_e9) / STEPS);
        bar_extend(bar, series_ticks(series));
    }
    int64_t moved = bar->high - bar->low;
    int64_t usual = open * rules->volatility_e9 / 1000000000 + 1;
    int64_t factor = 400 + chance_below(self, 900) + 500 * moved / usual;
    bar->volume = rules->volume * factor / 1000 * activity / 2 + 1;
}

void prices_make(struct world *self, int64_t minute)
{
    int64_t market_e9 = 250000 * chance_normal(self) / 65536;
    bool reopens = story_reopens(self, minute);
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        if (reopens) { /* the price moved on elsewhere while this venue was down */
            series_move(&self->series[symbol],
                        SAMPLE_SYMBOLS[symbol].meme ? -250000000 : -60000000);
        }
        if (!story_outage(self, minute) && story_listed(self, symbol, minute)) {
            bar_make(self, symbol, minute, market_e9);
        }
    }
}
