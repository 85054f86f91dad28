/* generate.c - cerberus-sample: a small made-up market of five perpetuals and the signals of three simple rules on it.
 *   cerberus-sample --out DIR [--seed N] [--days N]
 * Writes DIR/manifest.json, signals.csv, tiers.csv and per symbol candles (1m), mark candles (1m) and funding.
 *
 * Prices are fictional; what happens is staged, so that a run meets what real markets do: quiet and wild hours, a pump, an
 * outage after which the market opens far lower (positions with much leverage are liquidated there), a crash, a late
 * listing. The signals are honest: each rests on bars that had closed when it was published. A few of them are spoiled on
 * purpose: bad rows, duplicates, unknown tokens, absurd prices, stops on the wrong side.
 *
 * Laws     same seed and days, same bytes, on any machine: integers alone, one generator (splitmix64).
 * Units    price in ticks of the symbol; `fine` prices in ticks * 2^20; rates in 1e-9 (_e9). */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

__extension__ typedef __int128 wide_t;

enum {
    SYMBOLS = 5,
    MINUTES_PER_DAY = 1440,
    DAYS_MIN = 2,
    DAYS_MAX = 60,
    STORY_DAYS = 14, /* the story below is told in days of 14; other lengths stretch it */
    STEPS = 8,       /* of the path inside one bar */
    FINE_BITS = 20,
    RANGE_BARS = 240, /* the breakout looks back so far */
    MEAN_BARS = 60,
    TEXT_BYTES = 512,
    TEXT_NUMBER = 40
};

static const int64_t start_s = 1772409600; /* 2026-03-02T00:00:00Z, a Monday */

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

static const struct symbol symbols[SYMBOLS] = {
    {"BTCUSDT", "BTC", 1, 640000, 350000, 1000000000, 120, 0, false},
    {"SOLUSDT", "SOL", 2, 15000, 550000, 1100000000, 14000, 0, false},
    {"DOGEUSDT", "DOGE", 5, 14000, 700000, 1000000000, 7000000, 0, true},
    {"1000PEPEUSDT", "1000PEPE", 7, 90000, 850000, 1100000000, 90000000, 0, true},
    {"WIFUSDT", "WIF", 4, 21000, 1000000, 900000000, 300000, 40, true},
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

/* ---- chance ---- */

static uint64_t random_word(struct world *self)
{
    self->state += 0x9E3779B97F4A7C15ULL;
    uint64_t word = self->state;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ULL;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBULL;
    return word ^ (word >> 31);
}

static int64_t random_below(struct world *self, int64_t bound)
{
    return (int64_t)(random_word(self) % (uint64_t)bound);
}

/* Nearly normal with a deviation of 65536: the sum of twelve even numbers. */
static int64_t random_normal(struct world *self)
{
    int64_t sum = -6LL * 65536;
    for (int i = 0; i < 12; i++) {
        sum += random_below(self, 65536);
    }
    return sum;
}

/* ---- the story ---- */

/* Minute of a moment of the story, given in tenths of a day and minutes behind it. */
static int64_t moment(const struct world *self, int64_t tenth_days, int64_t minutes)
{
    return tenth_days * self->days * (MINUTES_PER_DAY / 10) / STORY_DAYS + minutes;
}

static bool within(int64_t minute, int64_t begin, int64_t length)
{
    return minute >= begin && minute < begin + length;
}

/* No market for 150 minutes, for anybody. */
static int64_t outage_begin(const struct world *self)
{
    return moment(self, 82, 0);
}

static bool in_outage(const struct world *self, int64_t minute)
{
    return within(minute, outage_begin(self), 150);
}

static bool is_listed(const struct world *self, int symbol, int64_t minute)
{
    return minute >= moment(self, symbols[symbol].listed_tenth_days, 0);
}

/* What is staged for this minute: a push on the price (per minute) and a factor on the activity. */
static void
staged(const struct world *self, int symbol, int64_t minute, int64_t *push_e9, int64_t *activity)
{
    bool meme = symbols[symbol].meme;
    int64_t pump = moment(self, 51, 0);
    int64_t rally = outage_begin(self) - 60;
    int64_t crash = moment(self, 106, 0);
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
    } else if (symbol == 4 && within(minute, moment(self, symbols[4].listed_tenth_days, 0), 240)) {
        *activity = 5; /* the first hours of a listing */
    }
}

/* ---- prices ---- */

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
    if (random_below(self, 400) == 0) {
        series->excited_e9 += 1000000000 + random_below(self, 1500000000);
    }
    if (minute % (MINUTES_PER_DAY / 4) == 0) {
        series->drift_e9 = volatility_e9 * (random_below(self, 221) - 110) / 1000;
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
    const struct symbol *rules = &symbols[symbol];
    struct series *series = &self->series[symbol];
    struct bar *bar = &series->bars[minute];
    int64_t push_e9 = 0;
    int64_t activity = 1;
    staged(self, symbol, minute, &push_e9, &activity);
    mood_change(self, series, rules->volatility_e9, minute);
    int64_t own_e9 =
        rules->volatility_e9 * series->excited_e9 / 1000000000 * (activity > 1 ? 2 : 1);
    int64_t open = series_ticks(series);
    *bar = (struct bar){open, open, open, open, 0, true};
    for (int step = 0; step < STEPS; step++) {
        /* 23/65 is about 1 / sqrt(8): eight steps have the deviation of a minute */
        int64_t chance_e9 = own_e9 * random_normal(self) / 65536 * 23 / 65;
        int64_t common_e9 = market_e9 * rules->beta_e9 / 1000000000 / STEPS;
        series_move(series, chance_e9 + common_e9 + (series->drift_e9 + push_e9) / STEPS);
        bar_extend(bar, series_ticks(series));
    }
    int64_t moved = bar->high - bar->low;
    int64_t usual = open * rules->volatility_e9 / 1000000000 + 1;
    int64_t factor = 400 + random_below(self, 900) + 500 * moved / usual;
    bar->volume = rules->volume * factor / 1000 * activity / 2 + 1;
}

static void minute_make(struct world *self, int64_t minute)
{
    int64_t market_e9 = 250000 * random_normal(self) / 65536;
    bool reopens = minute == outage_begin(self) + 150;
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        if (reopens) { /* the price moved on elsewhere while this venue was down */
            series_move(&self->series[symbol], symbols[symbol].meme ? -250000000 : -60000000);
        }
        if (!in_outage(self, minute) && is_listed(self, symbol, minute)) {
            bar_make(self, symbol, minute, market_e9);
        }
    }
}

/* ---- text ---- */

/* Value with `decimals` digits behind the point, written from its last digit on. */
static const char *decimal_text(int64_t value, int decimals, char out[TEXT_NUMBER])
{
    char digits[TEXT_NUMBER];
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int count = 0;
    while (rest > 0 || count <= decimals) {
        if (count == decimals && decimals > 0) {
            digits[count] = '.';
            count++;
        }
        digits[count] = (char)('0' + rest % 10);
        rest /= 10;
        count++;
    }
    int at = 0;
    if (value < 0) {
        out[at] = '-';
        at++;
    }
    while (count > 0) {
        count--;
        out[at] = digits[count];
        at++;
    }
    out[at] = '\0';
    return out;
}

static void instant_text(int64_t time_ms, char out[TEXT_NUMBER])
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm parts;
    char text[24];
    (void)gmtime_r(&seconds, &parts);
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    (void)snprintf(out, TEXT_NUMBER, "%s.%03dZ", text, (int)(time_ms % 1000));
}

static FILE *file_open(const struct world *self, const char *name)
{
    char path[TEXT_BYTES];
    int length = snprintf(path, sizeof(path), "%s/%s", self->folder, name);
    FILE *file = length > 0 && length < (int)sizeof(path) ? fopen(path, "w") : NULL;
    if (file == NULL) {
        (void)fprintf(stderr, "cerberus-sample: %s/%s: %s: choose a folder that can be written\n",
                      self->folder, name, strerror(errno));
        exit(4);
    }
    return file;
}

static void file_close(FILE *file, const char *name)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        (void)fprintf(stderr, "cerberus-sample: %s: not written in full: make room on the disk\n",
                      name);
        exit(4);
    }
}

/* ---- signals: what was known when the bar closed, and nothing else ---- */

struct past {
    int64_t high, low; /* of the bars before this one */
    int64_t mean_volume;
    int64_t close_before; /* 30 minutes ago; 0: not known */
};

static bool past_read(const struct series *series, int64_t minute, struct past *out)
{
    if (minute < RANGE_BARS || !series->bars[minute - RANGE_BARS].there) {
        return false;
    }
    int64_t volume = 0;
    int64_t count = 0;
    *out = (struct past){0, INT64_MAX, 0, 0};
    for (int64_t at = minute - RANGE_BARS; at < minute; at++) {
        const struct bar *bar = &series->bars[at];
        if (!bar->there) {
            continue;
        }
        out->high = bar->high > out->high ? bar->high : out->high;
        out->low = bar->low < out->low ? bar->low : out->low;
        if (at >= minute - MEAN_BARS) {
            volume += bar->volume;
            count++;
        }
    }
    const struct bar *earlier = &series->bars[minute - 30];
    out->close_before = earlier->there ? earlier->close : 0;
    out->mean_volume = count > 0 ? volume / count : 0;
    return count > 0;
}

struct idea {
    const char *source, *confidence, *side;
    char extra[TEXT_BYTES]; /* further members of the metadata, each with its comma before it */
};

static void
row_write(struct world *self, int symbol, int64_t minute, int64_t delay_ms, const struct idea *idea)
{
    const struct bar *bar = &self->series[symbol].bars[minute];
    char when[TEXT_NUMBER];
    char price[TEXT_NUMBER];
    instant_text((start_s + (minute + 1) * 60) * 1000 + delay_ms, when);
    (void)decimal_text(bar->close, symbols[symbol].decimals, price);
    (void)fprintf(self->signals,
                  "%s,%s,%s,%s,%s,%" PRId64
                  ",\"{\"\"origin\"\":\"\"sample\"\",\"\"side\"\":\"\"%s\"\"%s}\"\n",
                  when, idea->source, symbols[symbol].token, idea->confidence, price, bar->volume,
                  idea->side, idea->extra);
    self->signal_count++;
    self->rows++;
}

static const char *word_by_volume(int64_t volume, int64_t mean)
{
    int64_t tenths = volume * 10 / mean;
    if (tenths >= 42) {
        return "Extreme";
    }
    if (tenths >= 29) {
        return "High";
    }
    return tenths >= 23 ? "Medium" : "Low";
}

/* A close beyond the range of four hours on strong volume. */
static bool rule_breakout(const struct bar *bar, const struct past *past, struct idea *idea)
{
    bool up = bar->close > past->high;
    bool down = bar->close < past->low;
    if ((!up && !down) || bar->volume * 10 < past->mean_volume * 19) {
        return false;
    }
    idea->source = "sample:breakout240";
    idea->confidence = word_by_volume(bar->volume, past->mean_volume);
    idea->side = up ? "long" : "short";
    return true;
}

/* A strong half hour goes on: with an entry zone, three targets, a stop and a stated leverage, as channels write it. */
static bool
rule_channel(const struct bar *bar, const struct past *past, int decimals, struct idea *idea)
{
    char price[7][TEXT_NUMBER];
    if (past->close_before == 0) {
        return false;
    }
    int64_t move_e4 = (bar->close - past->close_before) * 10000 / past->close_before;
    if (move_e4 > -130 && move_e4 < 130) {
        return false;
    }
    int64_t sign = move_e4 > 0 ? 1 : -1;
    static const int64_t offsets_e4[] = {-25, 5, 80, 160, 300, -150};
    for (int i = 0; i < 6; i++) {
        (void)decimal_text(bar->close + sign * bar->close * offsets_e4[i] / 10000, decimals,
                           price[i]);
    }
    idea->source = "telegram:sample-calls";
    idea->confidence = move_e4 * sign > 210 ? "High" : "Medium";
    idea->side = sign > 0 ? "long" : "short";
    (void)snprintf(idea->extra, sizeof(idea->extra),
                   ",\"\"entry\"\":[%s,%s],\"\"targets\"\":[%s,%s,%s],\"\"stop\"\":%s,\"\"leverage_"
                   "stated\"\":[%d]",
                   price[0], price[1], price[2], price[3], price[4], price[5],
                   move_e4 * sign > 210 ? 20 : 10);
    return true;
}

/* Buys the dip and sells the peak, scored by how deep it is; the stop is left to the engine. */
static bool
rule_reversal(const struct bar *bar, const struct past *past, struct idea *idea, char score[16])
{
    int64_t span = past->high - past->low;
    if (span * 1000 < bar->close * 12 || past->close_before == 0) {
        return false;
    }
    int64_t place = (bar->close - past->low) * 100 / span;
    if (place > 6 && place < 94) {
        return false;
    }
    int64_t depth = place <= 6 ? 50 - place : place - 50;
    (void)snprintf(score, 16, "0.%02d",
                   (int)(depth > 99 ? 99 : depth) + (span * 1000 > bar->close * 30 ? 30 : 0));
    idea->source = "sample:reversal";
    idea->confidence = score;
    idea->side = place <= 6 ? "long" : "short";
    return true;
}

static void rules_run(struct world *self, int symbol, int64_t minute)
{
    static const int64_t silence[3] = {60, 230, 1440};
    struct series *series = &self->series[symbol];
    struct past past;
    if (!series->bars[minute].there || !past_read(series, minute, &past)) {
        return;
    }
    for (int rule = 0; rule < 3; rule++) {
        struct idea idea = {NULL, NULL, NULL, ""};
        char score[16];
        const struct bar *bar = &series->bars[minute];
        if (minute < series->quiet_until[rule]) {
            continue;
        }
        bool speaks = (rule == 0 && rule_breakout(bar, &past, &idea)) ||
                      (rule == 1 && rule_channel(bar, &past, symbols[symbol].decimals, &idea)) ||
                      (rule == 2 && rule_reversal(bar, &past, &idea, score));
        if (speaks) {
            row_write(self, symbol, minute, 200 + random_below(self, 1800), &idea);
            series->quiet_until[rule] = minute + silence[rule];
        }
    }
}

/* ---- spoiled rows, at fixed places of the story ---- */

static void row_raw(struct world *self, int64_t minute, const char *rest, bool signal)
{
    char when[TEXT_NUMBER];
    instant_text((start_s + (minute + 1) * 60) * 1000 + 3000, when);
    (void)fprintf(self->signals, "%s,%s\n", when, rest);
    self->rows++;
    self->signal_count += signal ? 1 : 0;
}

static void spoil(struct world *self, int64_t minute)
{
    static const char *const rows[] = {
        "sample:spoiled,MOONDOG,High,0.05,1000,\"{\"\"side\"\":\"\"long\"\"}\"",
        "sample:spoiled,DOGE,Huge,0.14,1000,",
        "sample:spoiled,DOGE,High,nan,1000,\"{\"\"side\"\":\"\"long\"\"}\"",
        "sample:spoiled,SOL,Medium,-150,1000,",
        "sample:spoiled,BTC,High,999999,10,\"{\"\"side\"\":\"\"short\"\"}\"",
        "sample:spoiled,WIF,High,2.1,1000,\"{\"\"side\"\":\"\"long\"\"}\"",
        "sample:spoiled,1000PEPE,High,,1000,\"{\"\"side\"\":\"\"sideways\"\"}\"",
        "sample:spoiled,SOL,High,,1000,\"{\"\"side\"\":\"\"long\"\",\"\"stop\"\":900}\"",
        "sample:spoiled,,High,1,1000,",
        "sample:spoiled,DOGE,Low,,1000,not json",
        "sample:spoiled,DOGE,Low,,1000,\"{\"\"side\"\":\"\"close\"\"}\"",
    };
    int64_t step = self->minutes / 12;
    int64_t place = minute / step;
    if (minute % step == step / 2 && place < (int64_t)(sizeof(rows) / sizeof(rows[0]))) {
        row_raw(self, minute, rows[place], true);
    }
    if (minute == step + 7) {
        row_raw(self, minute, "sample:spoiled,DOGE,High", false); /* fields are missing */
    }
    if (minute == 2 * step + 7) {
        (void)fprintf(self->signals, "yesterday,sample:spoiled,DOGE,High,0.14,1000,\n");
        self->rows++;
    }
    if (minute == outage_begin(self) + 60 || minute % (self->minutes / 5) == 400) {
        /* twice in a row: the second is a duplicate, whatever becomes of the first */
        row_raw(self, minute, "sample:echo,SOL,Low,,20000,\"{\"\"side\"\":\"\"long\"\"}\"", true);
        row_raw(self, minute, "sample:echo,SOL,Low,,20000,\"{\"\"side\"\":\"\"long\"\"}\"", true);
    }
}

/* ---- files ---- */

static void candles_write(const struct world *self, int symbol)
{
    char name[64];
    char cells[4][TEXT_NUMBER];
    (void)snprintf(name, sizeof(name), "%s-1m.csv", symbols[symbol].name);
    FILE *file = file_open(self, name);
    (void)fputs("ts_ms,open,high,low,close,volume\n", file);
    for (int64_t minute = 0; minute < self->minutes; minute++) {
        const struct bar *bar = &self->series[symbol].bars[minute];
        if (bar->there) {
            int decimals = symbols[symbol].decimals;
            (void)fprintf(file, "%" PRId64 ",%s,%s,%s,%s,%" PRId64 "\n",
                          (start_s + minute * 60) * 1000,
                          decimal_text(bar->open, decimals, cells[0]),
                          decimal_text(bar->high, decimals, cells[1]),
                          decimal_text(bar->low, decimals, cells[2]),
                          decimal_text(bar->close, decimals, cells[3]), bar->volume);
        }
    }
    file_close(file, name);
}

/* The mark follows the trades, its wicks are shorter by a third; one decimal more than the tick. */
static void marks_write(const struct world *self, int symbol)
{
    char name[64];
    char cells[4][TEXT_NUMBER];
    (void)snprintf(name, sizeof(name), "%s-mark-1m.csv", symbols[symbol].name);
    FILE *file = file_open(self, name);
    (void)fputs("ts_ms,open,high,low,close\n", file);
    for (int64_t minute = 0; minute < self->minutes; minute++) {
        const struct bar *bar = &self->series[symbol].bars[minute];
        if (!bar->there) {
            continue;
        }
        int64_t top = bar->open > bar->close ? bar->open : bar->close;
        int64_t bottom = bar->open < bar->close ? bar->open : bar->close;
        int decimals = symbols[symbol].decimals + 1;
        (void)fprintf(file, "%" PRId64 ",%s,%s,%s,%s\n", (start_s + minute * 60) * 1000,
                      decimal_text(bar->open * 10, decimals, cells[0]),
                      decimal_text(top * 10 + (bar->high - top) * 20 / 3, decimals, cells[1]),
                      decimal_text(bottom * 10 - (bottom - bar->low) * 20 / 3, decimals, cells[2]),
                      decimal_text(bar->close * 10, decimals, cells[3]));
    }
    file_close(file, name);
}

/* Every eight hours: 0.01 %, more when the price rose over the eight hours before, within +-0.3 %. */
static void funding_write(const struct world *self, int symbol)
{
    char name[64];
    char rate[TEXT_NUMBER];
    (void)snprintf(name, sizeof(name), "%s-funding.csv", symbols[symbol].name);
    FILE *file = file_open(self, name);
    (void)fputs("ts_ms,funding_rate\n", file);
    for (int64_t minute = 480; minute < self->minutes; minute += 480) {
        const struct bar *now = &self->series[symbol].bars[minute];
        const struct bar *then = &self->series[symbol].bars[minute - 480];
        if (now->there && then->there) {
            int64_t rate_e8 = 10000 + (now->open - then->open) * 1000000 / then->open;
            rate_e8 = rate_e8 > 300000 ? 300000 : rate_e8;
            rate_e8 = rate_e8 < -300000 ? -300000 : rate_e8;
            (void)fprintf(file, "%" PRId64 ",%s\n", (start_s + minute * 60) * 1000,
                          decimal_text(rate_e8, 8, rate));
        }
    }
    file_close(file, name);
}

/* Brackets in the columns of the dated tables; cum by the venue's recursion (PROTOCOLS D1). */
static void tiers_write(const struct world *self)
{
    static const int64_t floors[2][5] = {{0, 50000, 600000, 3000000, 12000000},
                                         {0, 10000, 50000, 250000, 1000000}};
    static const int64_t rates_e4[2][5] = {{40, 50, 100, 250, 500}, {100, 150, 250, 500, 1000}};
    static const int leverages[2][5] = {{125, 100, 50, 20, 10}, {50, 40, 25, 10, 5}};
    FILE *file = file_open(self, "tiers.csv");
    (void)fputs("symbol,tier,min_notional,max_notional,maintenance_margin_rate,max_leverage,"
                "maintenance_amount_cum\n",
                file);
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        int class = symbols[symbol].meme ? 1 : 0;
        int64_t amount_e4 = 0;
        for (int tier = 0; tier < 5; tier++) {
            char rate[TEXT_NUMBER];
            char amount[TEXT_NUMBER];
            int64_t cap = tier < 4 ? floors[class][tier + 1] : floors[class][4] * 10;
            int64_t step_e4 = tier > 0 ? rates_e4[class][tier] - rates_e4[class][tier - 1] : 0;
            amount_e4 += floors[class][tier] * step_e4;
            (void)fprintf(file, "%s,%d,%" PRId64 ",%" PRId64 ",%s,%d,%s\n", symbols[symbol].name,
                          tier + 1, floors[class][tier], cap,
                          decimal_text(rates_e4[class][tier], 4, rate), leverages[class][tier],
                          decimal_text(amount_e4, 4, amount));
        }
    }
    file_close(file, "tiers.csv");
}

static void manifest_files(FILE *file, const char *key, const char *tail)
{
    (void)fprintf(file, " \"%s\": {\n", key);
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        const char *comma = symbol + 1 < SYMBOLS ? "," : "";
        (void)fprintf(file, "  \"%s\": \"%s%s\"%s\n", symbols[symbol].name, symbols[symbol].name,
                      tail, comma);
    }
    (void)fputs(" },\n", file);
}

static void manifest_write(const struct world *self)
{
    char first[TEXT_NUMBER];
    char last[TEXT_NUMBER];
    instant_text(start_s * 1000, first);
    instant_text((start_s + self->minutes * 60) * 1000, last);
    FILE *file = file_open(self, "manifest.json");
    (void)fprintf(
        file,
        "{\n \"name\": \"sample\",\n \"signals\": \"signals.csv\",\n \"n_signals\": %" PRId64
        ",\n \"venue\": \"made up by cerberus-sample, fictional prices\",\n \"timeframe\": "
        "\"1m\",\n"
        " \"window\": [\n  \"%.19sZ\",\n  \"%.19sZ\"\n ],\n",
        self->signal_count, first, last);
    manifest_files(file, "klines", "-1m.csv");
    manifest_files(file, "funding", "-funding.csv");
    manifest_files(file, "mark", "-mark-1m.csv");
    (void)fputs(" \"leverage_tiers\": \"tiers.csv\"\n}\n", file);
    file_close(file, "manifest.json");
}

/* ---- the program ---- */

static bool number_read(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || value < minimum ||
        value > maximum) {
        return false;
    }
    *out = value;
    return true;
}

static int usage(FILE *stream, int code)
{
    (void)fprintf(stream,
                  "usage: cerberus-sample --out DIR [--seed N] [--days N]\n"
                  "  writes a made-up market of %d perpetuals and its signals into DIR\n"
                  "  --seed N  another market (default 1)\n"
                  "  --days N  %d to %d (default %d)\n",
                  SYMBOLS, DAYS_MIN, DAYS_MAX, STORY_DAYS);
    return code;
}

/* -1: go on; else the exit code. */
static int arguments_read(struct world *self, int argc, char **argv)
{
    uint64_t seed = 1;
    uint64_t days = STORY_DAYS;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return usage(stdout, 0);
        }
        bool taken = false;
        if (strcmp(argv[i], "--out") == 0) {
            self->folder = value;
            taken = *value != '\0';
        } else if (strcmp(argv[i], "--seed") == 0) {
            taken = number_read(value, 0, UINT64_MAX, &seed);
        } else if (strcmp(argv[i], "--days") == 0) {
            taken = number_read(value, DAYS_MIN, DAYS_MAX, &days);
        }
        if (!taken) {
            (void)fprintf(stderr,
                          "cerberus-sample: '%s' is not an option, or its value is missing or out "
                          "of range: see the usage\n",
                          argv[i]);
            return usage(stderr, 2);
        }
    }
    if (self->folder == NULL) {
        (void)fputs("cerberus-sample: no folder: give --out DIR\n", stderr);
        return usage(stderr, 2);
    }
    self->state = seed + 2; /* any constant will do; with this one seed 1 is a lively market */
    self->days = (int64_t)days;
    self->minutes = self->days * MINUTES_PER_DAY;
    return -1;
}

static void world_run(struct world *self)
{
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        self->series[symbol].bars = calloc((size_t)self->minutes, sizeof(struct bar));
        if (self->series[symbol].bars == NULL) {
            (void)fputs("cerberus-sample: no memory: ask for fewer days\n", stderr);
            exit(4);
        }
        self->series[symbol].fine = symbols[symbol].first_ticks << FINE_BITS;
        self->series[symbol].excited_e9 = 1000000000;
    }
    (void)fputs("timestamp,source,token,confidence,price,volume,metadata\n", self->signals);
    for (int64_t minute = 0; minute < self->minutes; minute++) {
        minute_make(self, minute);
        for (int symbol = 0; symbol < SYMBOLS && minute + 1 < self->minutes; symbol++) {
            rules_run(self, symbol, minute);
        }
        spoil(self, minute);
    }
}

int main(int argc, char **argv)
{
    static struct world world;
    int code = arguments_read(&world, argc, argv);
    if (code >= 0) {
        return code;
    }
    if (mkdir(world.folder, 0777) != 0 && errno != EEXIST) {
        (void)fprintf(stderr, "cerberus-sample: %s: %s: choose a folder that can be made\n",
                      world.folder, strerror(errno));
        return 4;
    }
    world.signals = file_open(&world, "signals.csv");
    world_run(&world);
    file_close(world.signals, "signals.csv");
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        candles_write(&world, symbol);
        marks_write(&world, symbol);
        funding_write(&world, symbol);
        free(world.series[symbol].bars);
    }
    tiers_write(&world);
    manifest_write(&world);
    (void)printf("%s: %d symbols, %" PRId64 " days, %" PRId64 " signal rows\n", world.folder,
                 SYMBOLS, world.days, world.rows);
    return 0;
}
