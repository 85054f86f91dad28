#include "data/samples/story.h"

enum { OUTAGE_MINUTES = 150 };

const struct symbol SAMPLE_SYMBOLS[SYMBOLS] = {
    {"BTCUSDT", "BTC", 1, 640000, 350000, 1000000000, 120, 0, false},
    {"SOLUSDT", "SOL", 2, 15000, 550000, 1100000000, 14000, 0, false},
    {"DOGEUSDT", "DOGE", 5, 14000, 700000, 1000000000, 7000000, 0, true},
    {"1000PEPEUSDT", "1000PEPE", 7, 90000, 850000, 1100000000, 90000000, 0, true},
    {"WIFUSDT", "WIF", 4, 21000, 1000000, 900000000, 300000, 40, true},
};

/* Minute of a moment of the story, given in tenths of a day and minutes behind it. */
static int64_t story_moment(const struct world *self, int64_t tenth_days, int64_t minutes)
{
    return tenth_days * self->days * (MINUTES_PER_DAY / 10) / STORY_DAYS + minutes;
}

static bool within(int64_t minute, int64_t begin, int64_t length)
{
    return minute >= begin && minute < begin + length;
}

int64_t story_outage_begin(const struct world *self)
{
    return story_moment(self, 82, 0);
}

bool story_outage(const struct world *self, int64_t minute)
{
    return within(minute, story_outage_begin(self), OUTAGE_MINUTES);
}

bool story_reopens(const struct world *self, int64_t minute)
{
    return minute == story_outage_begin(self) + OUTAGE_MINUTES;
}

bool story_listed(const struct world *self, int symbol, int64_t minute)
{
    return minute >= story_moment(self, SAMPLE_SYMBOLS[symbol].listed_tenth_days, 0);
}

void story_staged(
    const struct world *self, int symbol, int64_t minute, int64_t *push_e9, int64_t *activity)
{
    bool meme = SAMPLE_SYMBOLS[symbol].meme;
    int64_t pump = story_moment(self, 51, 0);
    int64_t rally = story_outage_begin(self) - 60;
    int64_t crash = story_moment(self, 106, 0);
    *push_e9 = 0;
    *activity = 1;
    if (symbol == 2 && within(minute, pump, 300)) { /* the pump of DOGE, and its end */
        *push_e9 = within(minute, pump, 200) ? 2200000 : -1800000;
        *activity = 6;
    } else if (meme && within(minute, rally, 60)) { /* a rally right into the outage */
        *push_e9 = 600000;
        *activity = 8;
    } else if (within(minute, crash, 12)) {
        *push_e9 = meme ? -24000000 : -8000000;
        *activity = 12;
    } else if (within(minute, crash + 12, 90)) { /* half of it comes back */
        *push_e9 = meme ? 1500000 : 500000;
        *activity = 5;
    } else if (symbol == 4 &&
               within(minute, story_moment(self, SAMPLE_SYMBOLS[4].listed_tenth_days, 0), 240)) {
        *activity = 5; /* the first hours of a listing */
    }
}
