#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/feed_fields.h"
#include "data/feed_json.h"
#include "data/feed_start.h"
#include "data/feed_ticks.h"
#include "data/json.h"
#include "data/text.h"
#include "data/words.h"

enum {
    PRICE_SCALE = 12,
    RATIO_SCALE = 9,
    RATE_SCALE = 16,
    VOLUME_SCALE_MAX = FEED_VOLUME_SCALE_MAX
};

void feed_parser_init(struct feed_parser *self, const char *file, struct instruments *instruments)
{
    memset(self, 0, sizeof(*self));
    self->file = file;
    self->instruments = instruments;
    memset(self->last_us, 0xff, sizeof(self->last_us)); /* -1 */
}

void feed_parser_release(struct feed_parser *self)
{
    json_decref(self->document);
    self->document = NULL;
}

static int64_t price_read(struct feed_fields *fields, const char *key)
{
    return feed_decimal(fields, key, FEED_REQUIRED, PRICE_SCALE, 1, NULL);
}

static void bar_read(struct feed_fields *fields, struct feed_bar *out, bool mark)
{
    out->interval_us = feed_integer(fields, "interval_us", FEED_REQUIRED, 1, 366 * US_PER_DAY);
    out->open_e12 = price_read(fields, "open");
    out->high_e12 = price_read(fields, "high");
    out->low_e12 = price_read(fields, "low");
    out->close_e12 = price_read(fields, "close");
    if (!mark) {
        int64_t exponent =
            feed_integer(fields, "volume_exponent", FEED_REQUIRED, 0, VOLUME_SCALE_MAX);
        out->volume = feed_decimal(fields, "volume", FEED_REQUIRED, (unsigned)exponent, 0, NULL);
        out->volume_exponent = (int32_t)exponent;
    }
    bool wrong = out->high_e12 < out->open_e12 || out->high_e12 < out->close_e12 ||
                 out->low_e12 > out->open_e12 || out->low_e12 > out->close_e12;
    if (!fields->failed && wrong) {
        (void)feed_fields_fail(fields, "high",
                               "and \"low\" do not hold open and close: correct them");
    }
}

static enum signal_direction direction_read(struct feed_fields *fields, const char *key)
{
    static const struct {
        const char *word;
        enum signal_direction direction;
    } words[] = {{"long", DIRECTION_LONG},
                 {"short", DIRECTION_SHORT},
                 {"close", DIRECTION_CLOSE},
                 {"invalid", DIRECTION_INVALID}};
    const char *word = feed_string(fields, key, FEED_OPTIONAL);
    for (size_t i = 0; word != NULL && i < ARRAY_COUNT(words); i++) {
        if (strcmp(word, words[i].word) == 0) {
            return words[i].direction;
        }
    }
    if (word != NULL) {
        (void)feed_fields_fail(fields, key, "is no direction: write long, short, close or invalid");
    }
    return DIRECTION_UNSAID;
}

static int64_t option_price(struct feed_fields *fields, const char *key)
{
    return feed_decimal(fields, key, FEED_OPTIONAL, PRICE_SCALE, 1, NULL);
}

static void signal_prices_read(struct feed_fields *fields, struct signal *out)
{
    /* A bad price is written as "0", and stays a signal with its bit. */
    out->price_e12 = feed_decimal(fields, "price", FEED_OPTIONAL, PRICE_SCALE, 0, &out->has_price);
    int64_t exponent = feed_integer(fields, "volume_exponent", FEED_OPTIONAL, 0, VOLUME_SCALE_MAX);
    out->volume =
        feed_decimal(fields, "volume", FEED_OPTIONAL, (unsigned)exponent, 0, &out->has_volume);
    out->volume_exponent = (int32_t)exponent;
    out->stop_e12 = option_price(fields, "stop");
    out->stop_metadata_e12 = option_price(fields, "stop_metadata");
    out->target_count = feed_decimals(fields, "targets", PRICE_SCALE, out->target_e12, TARGETS_MAX);
    out->target_share_count =
        feed_decimals(fields, "target_shares", RATIO_SCALE, out->target_share_e9, TARGETS_MAX);
    out->target_metadata = feed_true(fields, "target_metadata");
    out->entry_low_e12 = option_price(fields, "entry_low");
    out->entry_high_e12 = option_price(fields, "entry_high");
    out->trailing_e9 = feed_decimal(fields, "trailing", FEED_OPTIONAL, RATIO_SCALE, 1, NULL);
}

static void signal_read(struct feed_fields *fields, struct feed_signal *record)
{
    struct signal *out = &record->signal;
    out->id = feed_integer(fields, "id", FEED_REQUIRED, 0, INT64_MAX);
    out->timestamp_us = feed_integer(fields, "timestamp", FEED_REQUIRED, 0, FEED_TIME_MAX_US - 1);
    feed_text(fields, "token", FEED_REQUIRED, out->token, sizeof(out->token));
    feed_text(fields, "source", FEED_REQUIRED, out->source, sizeof(out->source));
    feed_text(fields, "external_id", FEED_OPTIONAL, out->external_id, sizeof(out->external_id));
    feed_text(fields, "confidence", FEED_OPTIONAL, out->confidence, sizeof(out->confidence));
    out->bad = (uint32_t)feed_integer(fields, "bad", FEED_OPTIONAL, 0, UINT32_MAX);
    out->direction = direction_read(fields, "direction");
    out->direction_metadata = direction_read(fields, "direction_metadata");
    signal_prices_read(fields, out);
    out->leverage = (int32_t)feed_integer(fields, "leverage", FEED_OPTIONAL, 0, INT32_MAX);
    out->leverage_stated =
        (int32_t)feed_integer(fields, "leverage_stated", FEED_OPTIONAL, 0, INT32_MAX);
    out->ttl_us = feed_integer(fields, "ttl_us", FEED_OPTIONAL, 0, INT64_MAX);
    out->source_line = feed_integer(fields, "line", FEED_OPTIONAL, 0, INT64_MAX);
    record->metadata = feed_string(fields, "metadata", FEED_OPTIONAL);
}

static const char ENDED[] = "has had its symbol_end: nothing may follow it";

static void
symbol_read(struct feed_parser *self, struct feed_fields *fields, struct feed_record *out)
{
    const char *symbol = feed_string(fields, "symbol", FEED_REQUIRED);
    if (symbol == NULL) {
        return;
    }
    out->instrument = instruments_find(self->instruments, symbol);
    if (out->instrument == INSTRUMENT_NONE) {
        (void)feed_fields_fail(fields, "symbol", "is not one of the start line: add it there");
    } else if (self->symbol_ended[out->instrument]) {
        (void)feed_fields_fail(fields, "symbol", ENDED);
    }
}

static void tick_read(struct feed_parser *self, struct feed_fields *fields, struct feed_record *out)
{
    struct tape_record *record = &self->tick;
    const struct feed_tick_kind *kind = feed_tick_of_kind(record->kind);
    int64_t decimals = kind->sized ? feed_integer(fields, "size_decimals", FEED_REQUIRED,
                                                  FEED_SIZE_SCALE_MIN, FEED_SIZE_SCALE_MAX)
                                   : 0;
    unsigned scale = decimals > 0 ? (unsigned)decimals : 0;
    for (int i = 0; i < FEED_TICK_FIELDS; i++) {
        const char *key = kind->fields[i].key;
        if (key == NULL) {
            continue;
        }
        switch (kind->fields[i].unit) {
        case FEED_TICK_PRICE: record->v[i] = price_read(fields, key); break;
        case FEED_TICK_PRICE_OR_NONE:
            record->v[i] = feed_decimal(fields, key, FEED_REQUIRED, PRICE_SCALE, 0, NULL);
            break;
        case FEED_TICK_SIZE:
            record->v[i] = feed_decimal(fields, key, FEED_REQUIRED, scale, 0, NULL);
            break;
        case FEED_TICK_ID:
            record->v[i] = feed_integer(fields, key, FEED_OPTIONAL, INT64_MIN, INT64_MAX);
            break;
        }
    }
    record->sequence =
        (uint64_t)feed_integer(fields, "sequence", FEED_OPTIONAL, INT64_MIN, INT64_MAX);
    for (int i = 0; i < FEED_TICK_FLAGS; i++) {
        if (feed_true(fields, feed_tick_flags[i].key)) {
            record->flags |= (uint16_t)feed_tick_flags[i].bit;
        }
    }
    if (feed_value(fields, "receive_ns", FEED_OPTIONAL) != NULL) {
        fields->taken--; /* asked for once more, for its value */
        record->receive_ns =
            feed_integer(fields, "receive_ns", FEED_REQUIRED, INT64_MIN, INT64_MAX);
        record->flags |= TAPE_RECEIVED;
    }
    record->time_us = out->time_us;
    out->tick = (struct feed_tick){record, (int32_t)decimals};
}

static void cover_read(struct feed_fields *fields, struct feed_cover *out)
{
    const char *word = feed_string(fields, "fidelity", FEED_REQUIRED);
    int fidelity = feed_word_index(word, fidelity_text, FIDELITY_DEPTH + 1);
    if (!fields->failed && fidelity < FIDELITY_TRADES) {
        (void)feed_fields_fail(fields, "fidelity", "is none of trades, quotes, depth: correct it");
    }
    out->fidelity = (enum fidelity)(fidelity < 0 ? 0 : fidelity);
    out->first_us = feed_integer(fields, "first_us", FEED_REQUIRED, 0, FEED_TIME_MAX_US - 1);
    out->last_us =
        feed_integer(fields, "last_us", FEED_REQUIRED, out->first_us, FEED_TIME_MAX_US - 1);
}

static void body_read(struct feed_parser *self, struct feed_fields *fields, struct feed_record *out)
{
    switch (out->kind) {
    case FEED_START: feed_start_read(fields, &out->start, self->instruments); break;
    case FEED_BAR:
    case FEED_MARK:
        symbol_read(self, fields, out);
        bar_read(fields, &out->bar, out->kind == FEED_MARK);
        break;
    case FEED_FUNDING:
        symbol_read(self, fields, out);
        out->rate_e16 = feed_decimal(fields, "rate", FEED_REQUIRED, RATE_SCALE, -ONE_E16, NULL);
        break;
    case FEED_PRICE:
        symbol_read(self, fields, out);
        out->price_e12 = price_read(fields, "price");
        break;
    case FEED_SIGNAL: signal_read(fields, &out->signal); break;
    case FEED_SYMBOL_END: symbol_read(self, fields, out); break;
    case FEED_FINISH: break;
    case FEED_TICK:
        symbol_read(self, fields, out);
        tick_read(self, fields, out);
        break;
    case FEED_COVERS:
        symbol_read(self, fields, out);
        cover_read(fields, &out->cover);
        break;
    case FEED_CLOCK:
        out->offset_ns = feed_integer(fields, "offset_ns", FEED_REQUIRED, INT64_MIN, INT64_MAX);
        break;
    }
}

/* A book where depth was announced; of the other records any announcement will do. */
static bool covered(const struct feed_parser *self, const struct feed_record *record)
{
    unsigned bits = self->covered[record->instrument];
    return record->tick.record->kind == TAPE_DEPTH ? (bits & 1U << FIDELITY_DEPTH) != 0 : bits != 0;
}

/* What is wrong, and with which key. */
struct fault {
    const char *key, *why; /* why NULL: nothing */
};

/* What the exchange may rely on: one bar, mark and settlement of a symbol an instant, in their own kind of run. */
static struct fault stream_fault(const struct feed_parser *self, const struct feed_record *record)
{
    bool market = record->kind >= FEED_BAR && record->kind <= FEED_PRICE;
    bool ticks = record->kind == FEED_TICK || record->kind == FEED_COVERS;
    bool priced = record->kind == FEED_PRICE;
    if (!market && !ticks) {
        return (struct fault){NULL, NULL};
    }
    if (record->kind != FEED_FUNDING && priced != (self->fidelity == FIDELITY_SIGNALS)) {
        return (struct fault){
            "kind", priced ? "is for runs on signals only: the start line says otherwise"
                           : "has no place in a run on signals only: correct the start line"};
    }
    if (record->kind == FEED_TICK && !covered(self, record)) {
        return (struct fault){"symbol",
                              "has no \"covers\" line for such records: add it behind the start"};
    }
    if (market && !priced && record->time_us <= self->last_us[record->instrument][record->kind]) {
        return (struct fault){"t",
                              "is that of an earlier line of this kind and symbol: remove one"};
    }
    return (struct fault){NULL, NULL};
}

static void stream_check(const struct feed_parser *self,
                         struct feed_fields *fields,
                         const struct feed_record *record)
{
    if (!fields->failed) {
        struct fault fault = stream_fault(self, record);
        if (fault.why != NULL) {
            (void)feed_fields_fail(fields, fault.key, fault.why);
        }
    }
}

static bool kind_read(struct feed_parser *self, struct feed_fields *fields, enum feed_kind *out)
{
    const char *word = feed_string(fields, "kind", FEED_REQUIRED);
    const struct feed_tick_kind *tick = word != NULL ? feed_tick_of_word(word) : NULL;
    memset(&self->tick, 0, sizeof(self->tick));
    if (tick != NULL) {
        self->tick.kind = (uint16_t)tick->kind;
        *out = FEED_TICK;
        return true;
    }
    for (int kind = FEED_START; word != NULL && kind <= FEED_CLOCK; kind++) {
        if (kind != FEED_TICK && strcmp(word, feed_kind_text(kind)) == 0) {
            *out = (enum feed_kind)kind;
            return true;
        }
    }
    return word != NULL &&
           feed_fields_fail(fields, "kind",
                            "is none of start, clock, covers, bar, mark, funding, price, trade, "
                            "depth, quote, mark_price, index_price, signal, symbol_end, end: "
                            "correct it");
}

/* The order of lines: start first and once, time never back, nothing behind the end. */
static struct fault order_fault(const struct feed_parser *self, const struct feed_record *record)
{
    if (self->ended) {
        return (struct fault){"kind", "comes behind the \"end\" line: remove it"};
    }
    if (self->started == (record->kind == FEED_START)) {
        return (struct fault){"kind", self->started
                                          ? "\"start\" stands twice: one feed has one start"
                                          : "of the first line is not \"start\": begin with it"};
    }
    if (self->under_way && feed_kind_foreword(record->kind)) {
        return (struct fault){"kind", "comes behind the first input: put it behind the start line"};
    }
    if (record->time_us < self->time_us) {
        return (struct fault){"t", "lies before that of the line before: sort the lines"};
    }
    return (struct fault){NULL, NULL};
}

static bool order_check(const struct feed_parser *self,
                        struct feed_fields *fields,
                        const struct feed_record *record)
{
    struct fault fault = order_fault(self, record);
    return fault.why == NULL || feed_fields_fail(fields, fault.key, fault.why);
}

static bool
record_read(struct feed_parser *self, struct feed_fields *fields, struct feed_record *out)
{
    memset(out, 0, sizeof(*out));
    out->instrument = INSTRUMENT_NONE;
    if (!kind_read(self, fields, &out->kind)) {
        return false;
    }
    out->time_us = feed_integer(fields, "t", FEED_REQUIRED, 0, FEED_TIME_MAX_US - 1);
    if (fields->failed || !order_check(self, fields, out)) {
        return false;
    }
    body_read(self, fields, out);
    stream_check(self, fields, out);
    return feed_fields_done(fields);
}

static void parser_advance(struct feed_parser *self, const struct feed_record *record)
{
    self->time_us = record->time_us;
    self->started = true;
    self->ended = record->kind == FEED_FINISH;
    self->under_way = !feed_kind_foreword(record->kind);
    if (record->kind == FEED_START) {
        self->fidelity = record->start.fidelity;
    } else if (record->kind <= FEED_FUNDING) {
        self->last_us[record->instrument][record->kind] = record->time_us;
    }
    if (record->kind == FEED_COVERS) {
        self->covered[record->instrument] |= (uint8_t)(1U << record->cover.fidelity);
    }
    if (record->kind == FEED_SYMBOL_END) {
        self->symbol_ended[record->instrument] = true;
    }
}

bool feed_parser_line(struct feed_parser *self,
                      struct feed_record *out,
                      const char *text,
                      size_t length,
                      struct error *error)
{
    feed_parser_release(self);
    self->line++;
    if (length > FEED_LINE_BYTES) {
        return error_set(error, EXIT_CODE_DATA, self->file, self->line,
                         "the line is longer than 8 MiB: this is no feed");
    }
    json_t *document =
        json_document((struct slice){text, length}, self->file, self->line, EXIT_CODE_DATA, error);
    if (document == NULL) {
        return false;
    }
    self->document = document;
    struct feed_fields fields;
    feed_fields_open(&fields, document, "the line", self->file, self->line, error);
    if (fields.failed || !record_read(self, &fields, out)) {
        return false;
    }
    parser_advance(self, out);
    return true;
}

const char *feed_parser_record(struct feed_parser *self, const struct feed_record *record)
{
    bool ended = record->instrument != INSTRUMENT_NONE && self->symbol_ended[record->instrument];
    struct fault order = order_fault(self, record);
    struct fault stream = stream_fault(self, record);
    if (order.why == NULL && !ended && stream.why == NULL) {
        parser_advance(self, record);
        return NULL;
    }
    return order.why != NULL ? order.why : (ended ? ENDED : stream.why);
}

bool feed_parser_finish(const struct feed_parser *self, struct error *error)
{
    return self->ended ||
           error_set(error, EXIT_CODE_DATA, self->file, self->line,
                     "the feed stops before its \"end\" line: it was cut short, write it "
                     "again");
}
