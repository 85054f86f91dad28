#include "sim/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"

enum { STREAMS_EACH = 4 };

static int32_t rank_of(enum input_class class, int32_t instrument)
{
    return (int32_t) class * INSTRUMENTS_MAX + instrument;
}

static void push(struct inputs *self, int64_t time_us, int32_t rank)
{
    (void)agenda_add(&self->agenda, time_us, rank);
}

static void drop_first(struct inputs *self)
{
    agenda_remove(&self->agenda, agenda_first(&self->agenda), agenda_rank(&self->agenda));
}

/* The head has a successor in its stream. */
static void replace_first(struct inputs *self, int64_t time_us)
{
    int32_t rank = agenda_rank(&self->agenda);
    agenda_remove(&self->agenda, agenda_first(&self->agenda), rank);
    push(self, time_us, rank);
}

static int64_t arrival_us(const struct inputs *self, int64_t index)
{
    return self->signals->items[index].timestamp_us + self->latency_signal_us;
}

static int64_t last_close_us(const struct market_symbol *symbol)
{
    return symbol->bars == NULL ? 0 : symbol->bars_facts.last_us + symbol->bars_facts.interval_us;
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
    if (symbol->funding_count > 0) {
        push(self, symbol->funding[0].time_us, rank_of(INPUT_FUNDING, instrument));
    }
}

static void find_finish(struct inputs *self)
{
    self->finish_us = 0;
    for (int32_t instrument = 0; instrument < self->market->instruments->count; instrument++) {
        int64_t close_us = last_close_us(&self->market->symbols[instrument]);
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
        int64_t close_us = last_close_us(&self->market->symbols[instrument]);
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
    if (self->streams == NULL || self->instants == NULL || self->heap == NULL) {
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
    self->start_us = self->agenda.count > 0 ? agenda_time(&self->agenda) : self->finish_us;

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

bool inputs_next(struct inputs *self, struct feed_record *out)
{
    /* Funding rows may lie behind the last close: nothing can happen there any more. */
    bool over = agenda_time(&self->agenda) > self->finish_us;
    if (self->finished) {
        return false;
    }
    self->records++;
    if (over) {
        self->finished = true;
        *out = (struct feed_record){
            .kind = FEED_FINISH, .instrument = INSTRUMENT_NONE, .time_us = self->finish_us};
        return true;
    }
    int32_t rank = agenda_rank(&self->agenda);
    int32_t instrument = rank % INSTRUMENTS_MAX;
    out->time_us = agenda_time(&self->agenda);
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
    return true;
}
