#include "sim/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/market_tapes.h"
#include "data/number.h"

enum { STREAMS_EACH = 4, FOREWORD_TOLD = INT32_MAX };

static int32_t rank_of(enum input_class class, int32_t instrument)
{
    return (int32_t) class * INSTRUMENTS_MAX + instrument;
}

static void push(struct inputs *self, int64_t time_us, int32_t rank)
{
    (void)agenda_add(&self->agenda, time_us, rank);
}

/* What a record of a tape is compared with: an item goes where its class stands among the uses. */
static void agenda_look(struct inputs *self)
{
    static const int32_t uses[] = {
        [INPUT_MARK] = MARKET_USE_MARK,       [INPUT_BAR] = MARKET_USE_BAR,
        [INPUT_FUNDING] = MARKET_USE_FUNDING, [INPUT_SYMBOL_END] = MARKET_USE_TICK + 1,
        [INPUT_SIGNAL] = MARKET_USE_TICK + 2,
    };
    self->agenda_us = agenda_time(&self->agenda);
    if (self->agenda.count > 0) {
        int32_t rank = agenda_rank(&self->agenda);
        self->agenda_rank = uses[rank / INSTRUMENTS_MAX] * INSTRUMENTS_MAX + rank % INSTRUMENTS_MAX;
    }
}

static void drop_first(struct inputs *self)
{
    agenda_remove(&self->agenda, agenda_first(&self->agenda), agenda_rank(&self->agenda));
    agenda_look(self);
}

/* The head has a successor in its stream. */
static void replace_first(struct inputs *self, int64_t time_us)
{
    int32_t rank = agenda_rank(&self->agenda);
    agenda_remove(&self->agenda, agenda_first(&self->agenda), rank);
    push(self, time_us, rank);
    agenda_look(self);
}

static int64_t arrival_us(const struct inputs *self, int64_t index)
{
    return self->signals->items[index].timestamp_us + self->latency_signal_us;
}

/* The close of its last bar, or its last tick; 0: it has neither. */
static int64_t last_instant_us(const struct market_symbol *symbol)
{
    const struct series_facts *bars = &symbol->bars_facts;
    int64_t last_us = bars->count == 0 ? 0 : bars->last_us + bars->interval_us;
    for (int kind = 0; kind < MARKET_TICK_KINDS; kind++) {
        const struct market_span *span = &symbol->ticks.of[kind];
        last_us = span->count > 0 && span->last_us > last_us ? span->last_us : last_us;
    }
    return last_us;
}

static void open_symbol(struct inputs *self, int32_t instrument)
{
    const struct market_symbol *symbol = &self->market->symbols[instrument];
    struct input_stream *stream = &self->streams[instrument];
    if (symbol->bars != NULL) {
        series_open(&stream->bars, symbol->bars);
        stream->bar = series_next(&stream->bars);
    }
    if (symbol->marks != NULL) {
        series_open(&stream->marks, symbol->marks);
        stream->mark = series_next(&stream->marks);
    }
    if (stream->bar != NULL) {
        push(self, stream->bar->open_time_us, rank_of(INPUT_BAR, instrument));
    }
    if (stream->mark != NULL) {
        push(self, stream->mark->open_time_us, rank_of(INPUT_MARK, instrument));
    }
    if (symbol->funding != NULL && symbol->funding_count > 0) {
        push(self, symbol->funding[0].time_us, rank_of(INPUT_FUNDING, instrument));
    }
}

static void find_finish(struct inputs *self)
{
    self->finish_us = 0;
    for (int32_t instrument = 0; instrument < self->market->instruments->count; instrument++) {
        int64_t close_us = last_instant_us(&self->market->symbols[instrument]);
        self->finish_us = close_us > self->finish_us ? close_us : self->finish_us;
    }
    int64_t count = self->signals->count;
    if (count > 0 && arrival_us(self, count - 1) > self->finish_us) {
        self->finish_us = arrival_us(self, count - 1);
    }
}

static void push_ends(struct inputs *self)
{
    for (int32_t instrument = 0; instrument < self->market->instruments->count; instrument++) {
        int64_t close_us = last_instant_us(&self->market->symbols[instrument]);
        if (close_us > 0 && close_us < self->finish_us) {
            push(self, close_us, rank_of(INPUT_SYMBOL_END, instrument));
        }
    }
}

bool inputs_open(struct inputs *self,
                 const struct market *market,
                 const struct signals_file *signals,
                 int64_t latency_signal_us)
{
    memset(self, 0, sizeof(*self));
    self->market = market;
    self->signals = signals;
    self->latency_signal_us = latency_signal_us;
    size_t count = (size_t)market->instruments->count;
    self->streams = calloc(count + 1, sizeof(*self->streams));
    size_t capacity = count * STREAMS_EACH + 1;
    self->instants = calloc(capacity, sizeof(*self->instants));
    self->heap = calloc(capacity, sizeof(*self->heap));
    if (self->streams == NULL || self->instants == NULL || self->heap == NULL ||
        !tape_cursor_open(&self->tape, market)) {
        inputs_close(self);
        return false;
    }
    agenda_init(&self->agenda, self->instants, self->heap, (int32_t)capacity);
    for (int32_t instrument = 0; instrument < market->instruments->count; instrument++) {
        open_symbol(self, instrument);
    }
    find_finish(self);
    push_ends(self);
    if (signals->count > 0) {
        push(self, arrival_us(self, 0), rank_of(INPUT_SIGNAL, 0));
    }
    agenda_look(self);
    int64_t first_us = self->tape.time_us < self->agenda_us ? self->tape.time_us : self->agenda_us;
    self->start_us = first_us < self->finish_us ? first_us : self->finish_us;
    self->foreword = market->tick_count > 0 ? -1 : FOREWORD_TOLD;
    return true;
}

void inputs_close(struct inputs *self)
{
    if (self->streams != NULL) {
        for (int32_t instrument = 0; instrument < self->market->instruments->count; instrument++) {
            series_close(&self->streams[instrument].bars);
            series_close(&self->streams[instrument].marks);
        }
    }
    tape_cursor_close(&self->tape);
    free(self->streams);
    free(self->instants);
    free(self->heap);
    memset(self, 0, sizeof(*self));
}

static void
put_bar(struct feed_record *out, const struct bar *bar, const struct series_facts *facts)
{
    out->bar = (struct feed_bar){
        .interval_us = facts->interval_us,
        .open_e12 = bar->open_e12,
        .high_e12 = bar->high_e12,
        .low_e12 = bar->low_e12,
        .close_e12 = bar->close_e12,
        .volume = bar->volume,
        .volume_exponent = facts->volume_exponent,
    };
}

static void go_on(struct inputs *self, const struct bar *next)
{
    if (next == NULL) {
        drop_first(self);
    } else {
        replace_first(self, next->open_time_us);
    }
}

static void take_bar(struct inputs *self, struct feed_record *out, int32_t instrument)
{
    struct input_stream *stream = &self->streams[instrument];
    out->kind = FEED_BAR;
    put_bar(out, stream->bar, &self->market->symbols[instrument].bars_facts);
    stream->bar = series_next(&stream->bars);
    go_on(self, stream->bar);
}

static void take_mark(struct inputs *self, struct feed_record *out, int32_t instrument)
{
    struct input_stream *stream = &self->streams[instrument];
    out->kind = FEED_MARK;
    put_bar(out, stream->mark, &self->market->symbols[instrument].marks_facts);
    out->bar.volume = 0;
    out->bar.volume_exponent = 0;
    stream->mark = series_next(&stream->marks);
    go_on(self, stream->mark);
}

static void take_funding(struct inputs *self, struct feed_record *out, int32_t instrument)
{
    const struct market_symbol *symbol = &self->market->symbols[instrument];
    struct input_stream *stream = &self->streams[instrument];
    out->kind = FEED_FUNDING;
    out->rate_e16 = symbol->funding[stream->funding_index].rate_e16;
    stream->funding_index++;
    if (stream->funding_index == symbol->funding_count) {
        drop_first(self);
    } else {
        replace_first(self, symbol->funding[stream->funding_index].time_us);
    }
}

static void take_signal(struct inputs *self, struct feed_record *out)
{
    out->kind = FEED_SIGNAL;
    out->instrument = INSTRUMENT_NONE;
    out->signal.signal = self->signals->items[self->signal_index];
    out->signal.metadata = self->signals->metadata[self->signal_index];
    self->signal_index++;
    if (self->signal_index == self->signals->count) {
        drop_first(self);
    } else {
        replace_first(self, arrival_us(self, self->signal_index));
    }
}

/* ---- tapes ---- */

/* Volumes of a series have one scale, those of a stream may have another. */
static int64_t volume_at(int64_t volume, int32_t shift)
{
    if (shift > NUMBER_DECIMALS_MAX) {
        return 0;
    }
    return shift >= 0 ? volume / number_power10[shift] : volume * number_power10[-shift];
}

static void put_record_bar(struct feed_record *out,
                           const struct tape_record *record,
                           const struct series_facts *facts)
{
    out->bar = (struct feed_bar){
        .interval_us = facts->interval_us,
        .open_e12 = record->v[0],
        .high_e12 = record->v[1],
        .low_e12 = record->v[2],
        .close_e12 = record->v[3],
    };
}

static __attribute__((noinline)) void take_series(const struct inputs *self,
                                                  struct feed_record *out,
                                                  const struct tape_record *record,
                                                  const struct market_stream *stream)
{
    const struct market_symbol *symbol = &self->market->symbols[stream->instrument];
    if (stream->use == MARKET_USE_BAR) {
        out->kind = FEED_BAR;
        put_record_bar(out, record, &symbol->bars_facts);
        out->bar.volume = volume_at((int64_t)record->sequence, stream->volume_shift);
        out->bar.volume_exponent = symbol->bars_facts.volume_exponent;
    } else if (stream->use == MARKET_USE_MARK) {
        out->kind = FEED_MARK;
        put_record_bar(out, record, &symbol->marks_facts);
    } else {
        CHECK(stream->use == MARKET_USE_FUNDING);
        out->kind = FEED_FUNDING;
        out->rate_e16 = record->v[0];
    }
}

static inline void take_record(struct inputs *self, struct feed_record *out)
{
    const struct tape_record *record = tape_cursor_record(&self->tape);
    const struct market_stream *stream = tape_cursor_stream(&self->tape);
    out->time_us = record->time_us;
    out->instrument = stream->instrument;
    self->tape_taken = true;
    if (stream->use == MARKET_USE_TICK || stream->use == MARKET_USE_PRICE) {
        out->kind = FEED_TICK;
        out->tick = (struct feed_tick){record, stream->size_decimals};
    } else {
        take_series(self, out, record, stream);
    }
}

/* The clock, then the covers in order of instruments and kinds; false: all are told. */
static __attribute__((noinline)) bool take_foreword(struct inputs *self, struct feed_record *out)
{
    static const enum fidelity fidelities[] = {FIDELITY_TRADES, FIDELITY_DEPTH, FIDELITY_QUOTES};
    const struct market *market = self->market;
    out->time_us = self->start_us;
    while (self->foreword < market->instruments->count * (MARKET_QUOTES + 1)) {
        int32_t at = self->foreword++;
        if (at < 0) {
            if (market->clock_offset_ns != 0) {
                out->kind = FEED_CLOCK;
                out->instrument = INSTRUMENT_NONE;
                out->offset_ns = market->clock_offset_ns;
                return true;
            }
            continue;
        }
        int32_t kind = at % (MARKET_QUOTES + 1);
        out->instrument = at / (MARKET_QUOTES + 1);
        const struct market_span *span = &market->symbols[out->instrument].ticks.of[kind];
        if (span->count > 0) {
            out->kind = FEED_COVERS;
            out->cover = (struct feed_cover){fidelities[kind], span->first_us, span->last_us};
            return true;
        }
    }
    self->foreword = FOREWORD_TOLD;
    return false;
}

/* ---- the next one ---- */

static __attribute__((noinline)) void take_finish(struct inputs *self, struct feed_record *out)
{
    self->finished = true;
    *out = (struct feed_record){
        .kind = FEED_FINISH, .instrument = INSTRUMENT_NONE, .time_us = self->finish_us};
}

static __attribute__((noinline)) void take_agenda(struct inputs *self, struct feed_record *out)
{
    int32_t rank = agenda_rank(&self->agenda);
    int32_t instrument = rank % INSTRUMENTS_MAX;
    out->time_us = self->agenda_us;
    out->instrument = instrument;
    switch ((enum input_class)(rank / INSTRUMENTS_MAX)) {
    case INPUT_MARK: take_mark(self, out, instrument); break;
    case INPUT_BAR: take_bar(self, out, instrument); break;
    case INPUT_FUNDING: take_funding(self, out, instrument); break;
    case INPUT_SYMBOL_END:
        out->kind = FEED_SYMBOL_END;
        drop_first(self);
        break;
    case INPUT_SIGNAL: take_signal(self, out); break;
    }
}

bool inputs_next(struct inputs *self, struct feed_record *out)
{
    if (self->tape_taken) {
        tape_cursor_advance(&self->tape);
        self->tape_taken = false;
    }
    if (self->finished || self->tape.failed) {
        return false;
    }
    self->records++;
    if (self->foreword != FOREWORD_TOLD && take_foreword(self, out)) {
        return true;
    }
    int64_t tape_us = self->tape.time_us;
    bool taped = tape_us < self->agenda_us ||
                 (tape_us == self->agenda_us && self->tape.rank < self->agenda_rank);
    /* Funding rows may lie behind the last close: nothing can happen there any more. */
    if ((taped ? tape_us : self->agenda_us) > self->finish_us) {
        take_finish(self, out);
    } else if (taped) {
        take_record(self, out);
    } else {
        take_agenda(self, out);
    }
    return true;
}

bool inputs_failed(const struct inputs *self, struct error *error)
{
    if (self->tape.failed) {
        *error = self->tape.error;
    }
    return self->tape.failed;
}
