#include "data/samples/rules.h"

#include <inttypes.h>

#include "data/samples/chance.h"
#include "data/samples/output.h"

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
    instant_text((START_S + (minute + 1) * 60) * 1000 + delay_ms, when);
    (void)decimal_text(bar->close, SAMPLE_SYMBOLS[symbol].decimals, price);
    (void)fprintf(self->signals,
                  "%s,%s,%s,%s,%s,%" PRId64
                  ",\"{\"\"origin\"\":\"\"sample\"\",\"\"side\"\":\"\"%s\"\"%s}\"\n",
                  when, idea->source, SAMPLE_SYMBOLS[symbol].token, idea->confidence, price,
                  bar->volume, idea->side, idea->extra);
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

void rules_run(struct world *self, int symbol, int64_t minute)
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
        bool speaks =
            (rule == 0 && rule_breakout(bar, &past, &idea)) ||
            (rule == 1 && rule_channel(bar, &past, SAMPLE_SYMBOLS[symbol].decimals, &idea)) ||
            (rule == 2 && rule_reversal(bar, &past, &idea, score));
        if (speaks) {
            row_write(self, symbol, minute, 200 + chance_below(self, 1800), &idea);
            series->quiet_until[rule] = minute + silence[rule];
        }
    }
}
