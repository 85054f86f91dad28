#include "data/tape_survey.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/market_series.h"
#include "data/number.h"

/* Times beyond it are no times, and sums with them would leave int64. */
#define TIME_MAX_US (INT64_C(253402300800) * US_PER_SECOND) /* the year 10000 */

enum { PRICE_DECIMALS = 12, VOLUME_DECIMALS = 8 };

/* ---- decimals ---- */

/* A number is a multiple of 10^k when, times the inverse of 5^k modulo 2^64 and rotated right by k bits, it is at most
 * (2^64 - 1) / 10^k: a multiplication where a remainder would be a division (Granlund and Montgomery, PLDI 1994, section 9). */
static const struct multiple {
    uint64_t inverse, limit;
} multiples[NUMBER_DECIMALS_MAX + 1] = {
    {0x0000000000000001ULL, 0xffffffffffffffffULL}, {0xcccccccccccccccdULL, 0x1999999999999999ULL},
    {0x8f5c28f5c28f5c29ULL, 0x028f5c28f5c28f5cULL}, {0x1cac083126e978d5ULL, 0x004189374bc6a7efULL},
    {0xd288ce703afb7e91ULL, 0x00068db8bac710cbULL}, {0x5d4e8fb00bcbe61dULL, 0x0000a7c5ac471b47ULL},
    {0x790fb65668c26139ULL, 0x000010c6f7a0b5edULL}, {0xe5032477ae8d46a5ULL, 0x000001ad7f29abcaULL},
    {0xc767074b22e90e21ULL, 0x0000002af31dc461ULL}, {0x8e47ce423a2e9c6dULL, 0x000000044b82fa09ULL},
    {0x4fa7f60d3ed61f49ULL, 0x000000006df37f67ULL}, {0x0fee64690c913975ULL, 0x000000000afebff0ULL},
    {0x3662e0e1cf503eb1ULL, 0x0000000001197998ULL}, {0xa47a2cf9f6433fbdULL, 0x00000000001c25c2ULL},
    {0x54186f653140a659ULL, 0x000000000002d093ULL}, {0x7738164770402145ULL, 0x000000000000480eULL},
    {0xe4a4d1417cd9a041ULL, 0x0000000000000734ULL}, {0xc75429d9e5c5200dULL, 0x00000000000000b8ULL},
    {0xc1773b91fac10669ULL, 0x0000000000000012ULL},
};

static inline bool is_multiple(int64_t value, int32_t power)
{
    uint64_t product = (uint64_t)value * multiples[power].inverse;
    uint64_t turned = product >> (unsigned)power | product << (-(unsigned)power & 63U);
    return turned <= multiples[power].limit;
}

/* `known` decimals, or as many more as value / 10^scale has. */
static inline int32_t decimals_of(int64_t value, int32_t scale, int32_t known)
{
    while (known < scale && !is_multiple(value, scale - known)) {
        known++;
    }
    return known;
}

/* ---- one record ---- */

/* What stands still while the records of a tape pass. */
struct surveying {
    struct tape_survey *survey;
    struct market_tape *tape;
    int32_t tape_index;
    int64_t time_us, number;
    struct market_range range;
};

static bool wrong(const struct surveying *self, const struct tape_record *record, const char *what)
{
    char time[INSTANT_BYTES] = "no time";
    if (record->time_us >= 0 && record->time_us < TIME_MAX_US) {
        (void)instant_format(record->time_us, time);
    }
    return error_set(self->survey->error, EXIT_CODE_DATA, self->tape->path, 0,
                     "record %lld (%s at %s) %s: import the tape again", (long long)self->number,
                     tape_kind_text(record->kind), time, what);
}

static bool overlap(const struct surveying *self, const char *symbol, const char *what)
{
    return error_set(self->survey->error, EXIT_CODE_DATA, self->tape->path, 0,
                     "tells of %s of %s at a time at which another tape does: import the files of "
                     "both into one tape",
                     what, symbol);
}

/* NULL, or what is wrong with a bar. */
static const char *bar_problem(const struct tape_record *record)
{
    int64_t open = record->v[0], high = record->v[1], low = record->v[2], close = record->v[3];
    if (low <= 0) {
        return "has a price that is not positive";
    }
    if (open < low || open > high || close < low || close > high) {
        return "has an open or close outside of low and high";
    }
    return record->sequence > INT64_MAX ? "has a volume beyond its range" : NULL;
}

static void gap_note(const struct surveying *self, struct tape_bars *bars, int64_t distance_us)
{
    char time[INSTANT_BYTES];
    int64_t missing = (distance_us - 1) / bars->interval_us;
    (void)instant_format(bars->facts.last_us + bars->interval_us, time);
    bars->facts.gaps++;
    bars->facts.missing += missing;
    defects_add(&self->survey->market->defects, "gap", SEVERITY_LOW, self->tape->path, 0,
                "%lld bars are missing from %s on", (long long)missing, time);
}

/* The first bar, or one that follows; false: the same time again. */
static bool
bar_follows(const struct surveying *self, struct tape_bars *bars, const struct tape_record *record)
{
    struct series_facts *facts = &bars->facts;
    if (facts->count == 0) {
        facts->first_us = record->time_us;
        facts->first_price_e12 = record->v[0];
        facts->last_us = record->time_us;
        return true;
    }
    int64_t distance_us = record->time_us - facts->last_us;
    if (distance_us == 0) {
        char time[INSTANT_BYTES];
        (void)instant_format(record->time_us, time);
        facts->duplicates++;
        defects_add(&self->survey->market->defects, "duplicate-bar", SEVERITY_MEDIUM,
                    self->tape->path, 0, "a second bar at %s: the first is kept", time);
        return false;
    }
    steps_add(&bars->steps, distance_us);
    if (distance_us > bars->interval_us) {
        gap_note(self, bars, distance_us);
    }
    facts->last_us = record->time_us;
    return true;
}

/* Volumes of streams with different scales are compared at the finest of them. */
static void volume_measure(struct tape_bars *bars, int64_t volume, int32_t scale)
{
    if (bars->volume_decimals < scale && bars->volume_decimals < VOLUME_DECIMALS) {
        bars->volume_decimals = decimals_of(volume, scale, bars->volume_decimals);
    }
    wide_t wide = volume;
    for (; scale > VOLUME_DECIMALS; scale--) {
        wide /= 10;
    }
    for (; bars->volume_scale < scale; bars->volume_scale++) {
        bars->volume_max *= 10;
    }
    for (; scale < bars->volume_scale; scale++) {
        wide *= 10;
    }
    bars->volume_max = wide > bars->volume_max ? wide : bars->volume_max;
}

static void bar_measure(struct tape_bars *bars,
                        const struct tape_record *record,
                        const struct tape_stream *from)
{
    struct series_facts *facts = &bars->facts;
    if (facts->price_decimals < from->price_decimals) { /* else no price can have more */
        for (int i = 0; i < 4; i++) {
            facts->price_decimals =
                decimals_of(record->v[i], PRICE_DECIMALS, facts->price_decimals);
        }
    }
    volume_measure(bars, (int64_t)record->sequence, from->size_decimals);
    facts->last_price_e12 = record->v[3];
    facts->count++;
}

static bool take_bar(const struct surveying *self,
                     struct tape_bars *bars,
                     const struct tape_record *record,
                     const struct tape_stream *from)
{
    const char *problem = bar_problem(record);
    if (problem != NULL) {
        return wrong(self, record, problem);
    }
    struct series_facts *facts = &bars->facts;
    if (facts->count == 0) {
        (void)snprintf(facts->path, sizeof(facts->path), "%s", self->tape->path);
        facts->dialect = from->origin;
        bars->tape = self->tape_index;
        bars->volume_scale = from->size_decimals < 0 ? from->size_decimals : 0;
    } else if (bars->tape != self->tape_index && record->time_us <= facts->last_us) {
        return overlap(self, from->symbol, "bars");
    }
    bars->tape = self->tape_index;
    if (bar_follows(self, bars, record)) {
        bar_measure(bars, record, from);
    }
    return true;
}

/* The bar of the mark price that runs at the first instant belongs to the run. */
static bool take_mark(const struct surveying *self,
                      struct tape_bars *marks,
                      const struct tape_record *record,
                      const struct tape_stream *from)
{
    int64_t first_us = self->survey->market->range.first_us;
    if (record->time_us < first_us) {
        bool runs = record->time_us + from->interval_us > first_us;
        if (!runs || record->time_us == marks->keep_us) {
            return true;
        }
        marks->keep_us = record->time_us;
    }
    return take_bar(self, marks, record, from);
}

static bool take_funding(const struct surveying *self,
                         struct tape_symbol *symbol,
                         const struct tape_record *record)
{
    struct market_span *span = &symbol->funding;
    if (record->v[0] <= -ONE_E16 || record->v[0] >= ONE_E16) {
        return wrong(self, record, "has a rate of 100 % or more");
    }
    if (span->count == 0) {
        span->first_us = record->time_us;
        (void)snprintf(symbol->funding_path, sizeof(symbol->funding_path), "%s", self->tape->path);
    } else if (record->time_us <= span->last_us) {
        if (symbol->funding_tape != self->tape_index) {
            return overlap(self, symbol->symbol, "funding");
        }
        defects_add(&self->survey->market->defects, "duplicate-funding", SEVERITY_LOW,
                    self->tape->path, 0, "a second rate at one time: the first is kept");
        return true;
    }
    symbol->funding_tape = self->tape_index;
    span->last_us = record->time_us;
    span->count++;
    return true;
}

/* ---- ticks ---- */

static enum market_tick tick_of(int kind)
{
    switch (kind) {
    case TAPE_TRADE: return MARKET_TRADES;
    case TAPE_DEPTH: return MARKET_DEPTH;
    case TAPE_QUOTE: return MARKET_QUOTES;
    case TAPE_MARK: return MARKET_MARK_PRICES;
    default: return MARKET_INDEX_PRICES;
    }
}

/* NULL, or what is wrong. A side of a quote may be empty: price and size 0. */
static const char *tick_problem(const struct tape_record *record)
{
    if (record->kind == TAPE_QUOTE) {
        bool sane =
            record->v[0] >= 0 && record->v[1] >= 0 && record->v[2] >= 0 && record->v[3] >= 0;
        return sane ? NULL : "has a price or size below zero";
    }
    if (record->v[0] <= 0) {
        return "has a price that is not positive";
    }
    return record->v[1] < 0 ? "has a size below zero" : NULL;
}

/* Trades tell the first and the last price; where there are none, the rows of the book or the bids do. */
static void price_measure(struct market_ticks *ticks,
                          const struct tape_record *record,
                          const struct tape_stream *from)
{
    bool trade = record->kind == TAPE_TRADE;
    bool first_trade = trade && ticks->of[MARKET_TRADES].count == 1;
    if (first_trade || ticks->first_price_e12 == 0) {
        ticks->first_price_e12 = record->v[0];
    }
    if (trade || ticks->of[MARKET_TRADES].count == 0) {
        ticks->last_price_e12 = record->v[0];
    }
    if (ticks->price_decimals < from->price_decimals) {
        ticks->price_decimals = decimals_of(record->v[0], PRICE_DECIMALS, ticks->price_decimals);
        if (record->kind == TAPE_QUOTE) {
            ticks->price_decimals =
                decimals_of(record->v[2], PRICE_DECIMALS, ticks->price_decimals);
        }
    }
}

static bool take_tick(const struct surveying *self,
                      struct tape_symbol *symbol,
                      const struct tape_record *record,
                      const struct tape_stream *from)
{
    const char *problem = tick_problem(record);
    if (problem != NULL) {
        return wrong(self, record, problem);
    }
    enum market_tick kind = tick_of(record->kind);
    struct market_span *span = &symbol->ticks.of[kind];
    if (span->count == 0) {
        span->first_us = record->time_us;
    } else if (symbol->tick_tape[kind] != self->tape_index && record->time_us <= span->last_us) {
        return overlap(self, from->symbol, tape_kind_text(record->kind));
    }
    symbol->tick_tape[kind] = self->tape_index;
    if (kind == MARKET_DEPTH && (record->flags & TAPE_SNAPSHOT_ROW) != 0) {
        symbol->ticks.snapshot = true;
    }
    span->last_us = record->time_us;
    span->count++;
    if (kind < MARKET_MARK_PRICES) {
        price_measure(&symbol->ticks, record, from);
    }
    return true;
}

/* ---- all records ---- */

static bool
take_used(const struct surveying *self, const struct tape_record *record, enum market_use use)
{
    const struct tape_stream *from = tape_stream(self->tape->reader, record->stream);
    struct tape_symbol *symbol =
        &self->survey->symbols[self->tape->streams[record->stream].instrument];
    if (record->kind != from->kind) {
        return wrong(self, record, "is not of the kind of its stream");
    }
    if (use == MARKET_USE_MARK) {
        return take_mark(self, &symbol->marks, record, from);
    }
    if (record->time_us < self->range.first_us) {
        return true;
    }
    if (use == MARKET_USE_BAR) {
        return take_bar(self, &symbol->bars, record, from);
    }
    return use == MARKET_USE_FUNDING ? take_funding(self, symbol, record)
                                     : take_tick(self, symbol, record, from);
}

static bool take_records(struct surveying *self, const struct tape_record *records, int64_t count)
{
    int32_t streams = tape_stream_count(self->tape->reader);
    for (int64_t i = 0; i < count; i++) {
        const struct tape_record *record = &records[i];
        self->number++;
        if (record->time_us > self->range.last_us) {
            return true;
        }
        if (record->time_us < self->time_us || record->time_us >= TIME_MAX_US) {
            return wrong(self, record, "is out of the order of time");
        }
        if (record->stream >= streams) {
            return wrong(self, record, "has a stream that the tape does not name");
        }
        self->time_us = record->time_us;
        enum market_use use = self->tape->streams[record->stream].use;
        if (use != MARKET_UNUSED && !take_used(self, record, use)) {
            return false;
        }
    }
    return true;
}

static bool survey_tape(struct tape_survey *self, int32_t index)
{
    struct surveying surveying = {.survey = self,
                                  .tape = &self->market->tapes[index],
                                  .tape_index = index,
                                  .range = self->market->range};
    struct tape_reader *reader = surveying.tape->reader;
    int64_t first_us = surveying.range.first_us;
    tape_seek(reader, first_us > MARKET_MARK_MARGIN_US ? first_us - MARKET_MARK_MARGIN_US : 0);
    for (;;) {
        const struct tape_record *records = NULL;
        int64_t count = 0;
        enum tape_status status = tape_run(reader, &records, &count, self->error);
        if (status != TAPE_MORE) {
            return status == TAPE_OVER;
        }
        if (!take_records(&surveying, records, count)) {
            return false;
        }
        if (records[count - 1].time_us > surveying.range.last_us) {
            return true;
        }
    }
}

/* What series_seal() fills of the facts of a file. */
static void bars_seal(struct tape_bars *bars)
{
    struct series_facts *facts = &bars->facts;
    int64_t interval_us = steps_interval(&bars->steps);
    facts->interval_us = interval_us > 0 ? interval_us : bars->interval_us;
    facts->volume_exponent = bars->volume_decimals;
    if (bars->volume_scale < 0) {
        facts->volume_exponent = bars->volume_scale;
    }
    wide_t volume = bars->volume_max;
    for (int32_t scale = bars->volume_scale; scale > facts->volume_exponent; scale--) {
        volume /= 10;
    }
    for (; volume > INT64_MAX; volume /= 10) {
        facts->volume_exponent--;
    }
}

bool tape_survey_run(struct tape_survey *self)
{
    for (int32_t i = 0; i < self->market->tape_count; i++) {
        if (!survey_tape(self, i)) {
            return false;
        }
    }
    for (int32_t i = 0; i < self->count; i++) {
        bars_seal(&self->symbols[i].bars);
        bars_seal(&self->symbols[i].marks);
    }
    return true;
}
