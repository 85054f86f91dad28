#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/market_tapes.h"
#include "data/memory.h"
#include "data/number.h"
#include "data/tape_survey.h"

enum { SIZE_DECIMALS_MIN = -8 };

/* ---- symbols ---- */

static int32_t symbol_place(const struct tape_survey *self, const char *symbol, bool *there)
{
    int32_t low = 0, high = self->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        int order = strcmp(self->symbols[middle].symbol, symbol);
        if (order == 0) {
            *there = true;
            return middle;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    *there = false;
    return low;
}

struct tape_symbol *tape_survey_find(const struct tape_survey *self, const char *symbol)
{
    bool there = false;
    int32_t place = symbol_place(self, symbol, &there);
    return there ? &self->symbols[place] : NULL;
}

static struct tape_symbol *symbol_take(struct tape_survey *self, const char *symbol)
{
    bool there = false;
    int32_t place = symbol_place(self, symbol, &there);
    if (there) {
        return &self->symbols[place];
    }
    if (self->count == self->capacity) {
        self->capacity = self->capacity > 0 ? 2 * self->capacity : 16;
        size_t bytes = (size_t)self->capacity * sizeof(*self->symbols);
        self->symbols = memory_or_panic(realloc(self->symbols, bytes));
    }
    struct tape_symbol *item = &self->symbols[place];
    memmove(item + 1, item, (size_t)(self->count - place) * sizeof(*item));
    memset(item, 0, sizeof(*item));
    (void)stpcpy(item->symbol, symbol);
    item->bars.facts.dialect = item->marks.facts.dialect = "";
    item->bars.keep_us = item->marks.keep_us = -1;
    self->count++;
    return item;
}

bool tape_symbol_trades(const struct tape_symbol *self)
{
    return self->bars.interval_us > 0 || self->has_ticks;
}

/* ---- what a stream is ---- */

static bool stream_fine(const struct tape_stream *stream)
{
    bool text = stream->symbol[0] != '\0' &&
                memchr(stream->symbol, '\0', sizeof(stream->symbol)) != NULL &&
                memchr(stream->origin, '\0', sizeof(stream->origin)) != NULL;
    bool bars = stream->kind >= TAPE_MARK_BAR && stream->kind <= TAPE_BAR;
    return text && stream->price_decimals >= 0 && stream->price_decimals <= NUMBER_DECIMALS_MAX &&
           stream->size_decimals >= SIZE_DECIMALS_MIN &&
           stream->size_decimals <= NUMBER_DECIMALS_MAX &&
           (!bars || (stream->interval_us > 0 && stream->interval_us <= MARKET_INTERVAL_MAX_US));
}

static void finest(struct tape_bars *bars, int64_t interval_us)
{
    if (bars->interval_us == 0 || interval_us < bars->interval_us) {
        bars->interval_us = interval_us;
    }
}

static void note_stream(struct tape_survey *self, const struct tape_stream *stream)
{
    struct tape_symbol *symbol = symbol_take(self, stream->symbol);
    switch (stream->kind) {
    case TAPE_BAR: finest(&symbol->bars, stream->interval_us); break;
    case TAPE_MARK_BAR:
        if (symbol->marks_of_index) {
            symbol->marks_of_index = false;
            symbol->marks.interval_us = 0;
        }
        finest(&symbol->marks, stream->interval_us);
        break;
    case TAPE_INDEX_BAR:
        if (symbol->marks.interval_us == 0 || symbol->marks_of_index) {
            symbol->marks_of_index = true;
            finest(&symbol->marks, stream->interval_us);
        }
        break;
    case TAPE_FUNDING: symbol->has_funding = true; break;
    case TAPE_TRADE:
    case TAPE_DEPTH:
    case TAPE_QUOTE: symbol->has_ticks = true; break;
    default: break;
    }
}

static enum market_use use_of(const struct tape_stream *stream, const struct tape_symbol *symbol)
{
    bool finest_mark = stream->interval_us == symbol->marks.interval_us;
    if (!tape_symbol_trades(symbol)) {
        return MARKET_UNUSED;
    }
    switch (stream->kind) {
    case TAPE_BAR:
        return stream->interval_us == symbol->bars.interval_us ? MARKET_USE_BAR : MARKET_UNUSED;
    case TAPE_MARK_BAR: return finest_mark ? MARKET_USE_MARK : MARKET_UNUSED;
    case TAPE_INDEX_BAR:
        return finest_mark && symbol->marks_of_index ? MARKET_USE_MARK : MARKET_UNUSED;
    case TAPE_MARK:
    case TAPE_INDEX: return symbol->has_ticks ? MARKET_USE_PRICE : MARKET_UNUSED;
    case TAPE_FUNDING: return MARKET_USE_FUNDING;
    case TAPE_TRADE:
    case TAPE_DEPTH:
    case TAPE_QUOTE: return MARKET_USE_TICK;
    default: return MARKET_UNUSED;
    }
}

static const char *unused_why(const struct tape_stream *stream, const struct tape_symbol *symbol)
{
    if (!tape_symbol_trades(symbol)) {
        return "has no bars, trades, quotes or depth: nothing of it is read";
    }
    if (stream->kind == TAPE_BAR || stream->kind == TAPE_MARK_BAR) {
        return "stand in a finer interval too: the coarser ones are not read";
    }
    if (stream->kind == TAPE_INDEX_BAR) {
        return "are not read: there are bars of the mark price, or finer ones of the index";
    }
    if (stream->kind == TAPE_MARK || stream->kind == TAPE_INDEX) {
        return "stand without trades, quotes or depth: bars take their marks from bars, they are "
               "not read";
    }
    return "is not used by a run: not read";
}

/* ---- tapes ---- */

static int64_t tape_first_us(const struct market_tape *tape)
{
    int64_t first_us = INSTANT_NEVER;
    for (int32_t i = 0; i < tape_stream_count(tape->reader); i++) {
        const struct tape_stream *stream = tape_stream(tape->reader, i);
        if (stream->count > 0 && stream->first_us < first_us) {
            first_us = stream->first_us;
        }
    }
    return first_us;
}

/* An insertion sort: tapes are few, and those of one instant keep the order in which they were named. */
static void tapes_sort(struct market *market)
{
    for (int32_t i = 1; i < market->tape_count; i++) {
        struct market_tape tape = market->tapes[i];
        int64_t first_us = tape_first_us(&tape);
        int32_t at = i;
        for (; at > 0 && tape_first_us(&market->tapes[at - 1]) > first_us; at--) {
            market->tapes[at] = market->tapes[at - 1];
        }
        market->tapes[at] = tape;
    }
}

static bool tape_judge(const struct tape_survey *self, const struct market_tape *tape)
{
    if (tape_is_journal(tape->reader)) {
        return error_set(self->error, EXIT_CODE_DATA, tape->path, 0,
                         "this is the journal of a session, not a market: `cerberus-sim replay` "
                         "reads it");
    }
    if (!tape_complete(tape->reader)) {
        return error_set(self->error, EXIT_CODE_DATA, tape->path, 0,
                         "the tape was not written to its end (%lld bytes are torn): import it "
                         "again",
                         (long long)tape_torn_bytes(tape->reader));
    }
    for (int32_t i = 0; i < tape_stream_count(tape->reader); i++) {
        if (!stream_fine(tape_stream(tape->reader, i))) {
            return error_set(self->error, EXIT_CODE_DATA, tape->path, 0,
                             "stream %d of the tape has no symbol, or an interval or scale that "
                             "none can have: import it again",
                             i);
        }
    }
    return true;
}

static bool tape_begin(struct tape_survey *self, struct market_tape *tape)
{
    if (!tape_judge(self, tape) || !tape_digest(tape->reader, &tape->digest, self->error)) {
        return false;
    }
    int32_t count = tape_stream_count(tape->reader);
    tape->streams = memory_or_panic(calloc((size_t)count + 1, sizeof(*tape->streams)));
    tape->records = tape_record_count(tape->reader);
    for (int32_t i = 0; i < count; i++) {
        note_stream(self, tape_stream(tape->reader, i));
    }
    return true;
}

bool tape_survey_open(struct tape_survey *self, struct market *market, struct error *error)
{
    *self = (struct tape_survey){.market = market, .error = error};
    for (int32_t i = 0; i < market->tape_count; i++) {
        if (!tape_begin(self, &market->tapes[i])) {
            return false;
        }
    }
    tapes_sort(market);
    return true;
}

void tape_survey_choose(const struct tape_survey *self)
{
    struct market *market = self->market;
    for (int32_t at = 0; at < market->tape_count; at++) {
        struct market_tape *tape = &market->tapes[at];
        for (int32_t i = 0; i < tape_stream_count(tape->reader); i++) {
            const struct tape_stream *from = tape_stream(tape->reader, i);
            const struct tape_symbol *symbol = tape_survey_find(self, from->symbol);
            struct market_stream *stream = &tape->streams[i];
            CHECK(symbol != NULL);
            stream->use = use_of(from, symbol);
            stream->instrument = (int32_t)(symbol - self->symbols);
            stream->size_decimals = from->size_decimals;
            if (stream->use == MARKET_UNUSED) {
                defects_add(&market->defects, "unused-stream", SEVERITY_LOW, tape->path, 0,
                            "%s: %s %s", from->symbol, tape_kind_text(from->kind),
                            unused_why(from, symbol));
            } else if (from->receive_min_ns < -market->clock_offset_ns) {
                market->clock_offset_ns = -from->receive_min_ns;
            }
        }
    }
}

/* ---- the instruments are known ---- */

static void stream_assign(struct market_stream *stream,
                          const struct tape_symbol *symbol,
                          const struct market *market)
{
    int32_t instrument = instruments_find(market->instruments, symbol->symbol);
    bool used = stream->use != MARKET_UNUSED && instrument != INSTRUMENT_NONE;
    if (used && stream->use == MARKET_USE_PRICE) { /* prices alone make no market */
        used = market_ticks_span(&market->symbols[instrument].ticks).count > 0;
    }
    stream->instrument = instrument;
    stream->from_us = used ? market->range.first_us : INSTANT_NEVER;
    if (used && stream->use == MARKET_USE_MARK && symbol->marks.keep_us >= 0) {
        stream->from_us = symbol->marks.keep_us;
    }
    if (used && stream->use == MARKET_USE_BAR) {
        stream->volume_shift = stream->size_decimals - symbol->bars.facts.volume_exponent;
    }
}

void tape_survey_assign(const struct tape_survey *self)
{
    for (int32_t at = 0; at < self->market->tape_count; at++) {
        struct market_tape *tape = &self->market->tapes[at];
        for (int32_t i = 0; i < tape_stream_count(tape->reader); i++) {
            struct market_stream *stream = &tape->streams[i];
            stream_assign(stream, &self->symbols[stream->instrument], self->market);
        }
    }
}

void tape_survey_release(struct tape_survey *self)
{
    free(self->symbols);
    memset(self, 0, sizeof(*self));
}
