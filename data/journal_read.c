#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "data/feed_fields.h"
#include "data/journal.h"
#include "data/journal_inputs.h"
#include "data/journal_settings.h"
#include "data/json.h"

enum { HEAD_WORDS = 5, MORE_WORDS = 6, NS_PER_US = 1000 };

struct journal_reader {
    const char *path;
    struct tape_reader *tape;
    const struct tape_record *run; /* what is left of the block */
    int64_t run_count, records, events;
    struct instruments *instruments;
    struct feed_parser parser;
    struct feed_record line;
    struct event_command command;
    struct settings settings[2]; /* of the last EVENT_SETTINGS and of the one before */
    int32_t settings_next;
    struct tape_record input; /* the head of the last JOURNAL_INPUT */
    struct journal_words input_words;
    struct tape_record tick;
    int64_t first_us; /* of the file */
    int32_t base;     /* the epoch's first stream */
    uint32_t epoch;
    struct feed_start start;
    char *config;
};

static bool bad(const struct journal_reader *self, struct error *error, const char *what)
{
    return error_set(error, EXIT_CODE_DATA, self->path, self->records,
                     "record: %s: this is no journal of this program, or it was changed", what);
}

/* The next record; *out NULL: no more. */
static bool take(struct journal_reader *self, const struct tape_record **out, struct error *error)
{
    *out = NULL;
    while (self->run_count == 0) {
        enum tape_status status = tape_run(self->tape, &self->run, &self->run_count, error);
        if (status == TAPE_DAMAGED) {
            return false;
        }
        if (status == TAPE_OVER) {
            return true;
        }
    }
    *out = self->run;
    self->run++;
    self->run_count--;
    self->records++;
    return true;
}

static bool take_words(struct journal_reader *self,
                       const struct tape_record *record,
                       struct journal_words *words,
                       struct error *error)
{
    int32_t count = record->spare;
    if (count > JOURNAL_WORDS_MAX) {
        return bad(self, error, "it has too many words");
    }
    memset(words, 0, sizeof(*words));
    words->count = count;
    memcpy(words->words, record->v, sizeof(record->v));
    words->words[4] = (int64_t)record->sequence;
    for (int32_t at = HEAD_WORDS; at < count; at += MORE_WORDS) {
        const struct tape_record *more = NULL;
        int64_t rest[MORE_WORDS];
        if (!take(self, &more, error)) {
            return false;
        }
        if (more == NULL || more->kind != TAPE_WORDS) {
            return bad(self, error, "it does not go on as it should");
        }
        memcpy(rest, more->v, sizeof(more->v));
        rest[4] = (int64_t)more->sequence;
        rest[5] = more->receive_ns;
        int32_t part = count - at < MORE_WORDS ? count - at : MORE_WORDS;
        memcpy(&words->words[at], rest, (size_t)part * sizeof(rest[0]));
    }
    return true;
}

/* Into self->line. */
static bool
read_line(struct journal_reader *self, const struct tape_record *record, struct error *error)
{
    int64_t length = 0;
    const char *text = tape_text(self->tape, record, &length, error);
    if (text == NULL ||
        !feed_parser_line(&self->parser, &self->line, text, (size_t)length, error)) {
        return false;
    }
    return self->line.kind == FEED_SIGNAL || bad(self, error, "its text is no signal");
}

static bool command_fields(struct journal_reader *self, struct feed_fields *fields)
{
    struct event_command *command = &self->command;
    memset(command, 0, sizeof(*command));
    int64_t word = feed_integer(fields, "command", FEED_REQUIRED, 0, COMMAND_SHUTDOWN);
    int64_t scope = feed_integer(fields, "scope", FEED_REQUIRED, 0, SCOPE_SIDE);
    int64_t index = feed_integer(fields, "index", FEED_REQUIRED, INSTRUMENT_NONE, INSTRUMENTS_MAX);
    command->command = (enum command)word;
    command->scope = (enum breaker_scope)scope;
    command->scope_index = (int32_t)index;
    feed_text(fields, "principal", FEED_REQUIRED, command->principal, sizeof(command->principal));
    feed_text(fields, "reason", FEED_REQUIRED, command->reason, sizeof(command->reason));
    return feed_fields_done(fields);
}

/* One JSON object of the side area; true: its fields are opened and *document must be given back. */
static bool open_object(struct journal_reader *self,
                        const struct tape_record *record,
                        const char *what,
                        struct feed_fields *fields,
                        json_t **document,
                        struct error *error)
{
    int64_t length = 0;
    const char *text = tape_text(self->tape, record, &length, error);
    if (text == NULL) {
        return false;
    }
    *document = json_document((struct slice){text, (size_t)length}, self->path, self->records,
                              EXIT_CODE_DATA, error);
    if (*document == NULL) {
        return false;
    }
    feed_fields_open(fields, *document, what, self->path, self->records, error);
    return true;
}

/* Into self->command. */
static bool
read_command(struct journal_reader *self, const struct tape_record *record, struct error *error)
{
    struct feed_fields fields;
    json_t *document = NULL;
    if (!open_object(self, record, "the command", &fields, &document, error)) {
        return false;
    }
    bool done = !fields.failed && command_fields(self, &fields);
    json_decref(document);
    return done;
}

/* Into the other of the two: the core may still hold the last. */
static bool
read_settings(struct journal_reader *self, const struct tape_record *record, struct error *error)
{
    struct feed_fields fields;
    json_t *document = NULL;
    if (!open_object(self, record, "the settings", &fields, &document, error)) {
        return false;
    }
    self->settings_next = 1 - self->settings_next;
    bool done =
        !fields.failed && journal_settings_fields(&fields, &self->settings[self->settings_next]);
    json_decref(document);
    return done;
}

static int32_t instrument_of(const struct journal_reader *self, const struct tape_record *record)
{
    int32_t place = record->stream - self->base;

    return place >= 0 && place < self->instruments->count ? place : INSTRUMENT_NONE;
}

/* Which kinds speak of a market, and which of none. */
static bool instrument_fits(const struct event *event)
{
    switch (event->kind) {
    case EVENT_MARKET:
    case EVENT_BOOK:
    case EVENT_BAR:
    case EVENT_FUNDING:
    case EVENT_ORDER:
    case EVENT_FILL: return event->instrument != INSTRUMENT_NONE;
    case EVENT_TRANSFER:
    case EVENT_COMMAND:
    case EVENT_TIMER:
    case EVENT_SIGNAL:
    case EVENT_SETTINGS:
    case EVENT_SNAPSHOT: return event->instrument == INSTRUMENT_NONE;
    case EVENT_FACT:
    case EVENT_END: return true;
    }
    return false;
}

static bool read_event(struct journal_reader *self,
                       const struct tape_record *record,
                       struct event *event,
                       struct error *error)
{
    memset(event, 0, sizeof(*event));
    event->kind = (enum event_kind)(record->kind - TAPE_EVENT);
    event->instrument = instrument_of(self, record);
    event->time_us = record->time_us;
    event->venue_time_us = record->receive_ns / NS_PER_US;
    self->events++;
    if (!instrument_fits(event) || event->venue_time_us > event->time_us) {
        return bad(self, error, "its symbol or its times do not fit its kind");
    }
    if (event->kind == EVENT_SIGNAL) {
        event->signal = &self->line.signal.signal;
        return read_line(self, record, error);
    }
    if (event->kind == EVENT_COMMAND) {
        event->command = &self->command;
        return read_command(self, record, error);
    }
    if (event->kind == EVENT_SETTINGS) {
        bool done = read_settings(self, record, error);
        event->settings = &self->settings[self->settings_next];
        return done;
    }
    if (event->kind == EVENT_SNAPSHOT) {
        int64_t size = 0;
        const char *bytes = tape_text(self->tape, record, &size, error);
        event->snapshot = (struct event_snapshot){(const uint8_t *)bytes, size};
        return bytes != NULL;
    }
    struct journal_words words;
    if (!take_words(self, record, &words, error)) {
        return false;
    }
    return journal_to_event(&words, event) || bad(self, error, "its words are no such event");
}

/* Only its words are taken: who wants the input itself asks journal_read_input(). */
static bool
pass_input(struct journal_reader *self, const struct tape_record *record, struct error *error)
{
    int kind = record->kind - TAPE_INPUT;
    bool text = kind == 0 || kind == FEED_SIGNAL;
    self->input = *record;
    return text || take_words(self, record, &self->input_words, error);
}

static bool input_fits(const struct feed_record *record)
{
    bool none =
        record->kind == FEED_SIGNAL || record->kind == FEED_FINISH || record->kind == FEED_CLOCK;
    return none == (record->instrument == INSTRUMENT_NONE);
}

static bool read_record(struct journal_reader *self, struct journal_input *out, struct error *error)
{
    struct feed_record *record = &self->line;
    feed_parser_release(&self->parser);
    memset(record, 0, sizeof(*record));
    record->kind = (enum feed_kind)(self->input.kind - TAPE_INPUT);
    record->instrument = instrument_of(self, &self->input);
    if (!input_fits(record) || !journal_to_input(&self->input_words, record, &self->tick)) {
        return bad(self, error, "its words are no such input");
    }
    out->time_us = record->time_us;
    const char *why = feed_parser_record(&self->parser, record);
    return why == NULL || bad(self, error, why);
}

bool journal_read_input(struct journal_reader *self, struct journal_input *out, struct error *error)
{
    int kind = self->input.kind - TAPE_INPUT;
    *out = (struct journal_input){.record = &self->line};
    if (kind == 0) {
        *out = (struct journal_input){.command = &self->command,
                                      .time_us = self->input.receive_ns / NS_PER_US};
        if (out->time_us < self->input.time_us) {
            return bad(self, error, "its command lies before the event that came before it");
        }
        return read_command(self, &self->input, error);
    }
    if (kind == FEED_SIGNAL) {
        bool done = read_line(self, &self->input, error);
        out->time_us = self->line.time_us;
        return done;
    }
    return read_record(self, out, error);
}

int64_t journal_read_first_us(const struct journal_reader *self)
{
    return self->first_us;
}

/* ---- the head of an epoch ---- */

static bool
is_head(struct journal_reader *self, const struct tape_record *record, struct error *error)
{
    return (record != NULL && record->kind == TAPE_CONFIG) ||
           bad(self, error, "it should be the configuration");
}

/* The two texts of an epoch; `record` is the first. */
static bool
read_head(struct journal_reader *self, const struct tape_record *record, struct error *error)
{
    int64_t length = 0;
    int64_t time_us = record->time_us;
    self->base = (int32_t)record->v[2];
    self->epoch = record->v[3] == 0 ? 1 : (uint32_t)record->v[3];
    feed_parser_release(&self->parser);
    instruments_init(self->instruments);
    feed_parser_init(&self->parser, self->path, self->instruments);
    const char *line = tape_text(self->tape, record, &length, error);
    if (line == NULL ||
        !feed_parser_line(&self->parser, &self->line, line, (size_t)length, error)) {
        return false;
    }
    if (self->line.kind != FEED_START) {
        return bad(self, error, "its text is no start line");
    }
    self->start = self->line.start;
    self->parser.time_us = time_us; /* the line itself stands at zero: what follows does not */
    const char *config = NULL;
    if (!take(self, &record, error) || !is_head(self, record, error) ||
        (config = tape_text(self->tape, record, &length, error)) == NULL) {
        return false;
    }
    free(self->config);
    self->config = strndup(config, (size_t)length);
    return self->config != NULL ||
           error_set(error, EXIT_CODE_OPERATING, NULL, 0, "out of memory: free some and run again");
}

/* One stream an instrument, in their order, and one more. */
static bool streams_fit(const struct journal_reader *self)
{
    int32_t count = tape_stream_count(self->tape);
    if (self->base < 0 || self->base > count || count - self->base < self->instruments->count + 1) {
        return false;
    }
    for (int32_t index = 0; index < self->instruments->count; index++) {
        if (strcmp(tape_stream(self->tape, self->base + index)->symbol,
                   self->instruments->items[index].symbol) != 0) {
            return false;
        }
    }
    return true;
}

static bool
begin_epoch(struct journal_reader *self, const struct tape_record *record, struct error *error)
{
    return read_head(self, record, error) &&
           (streams_fit(self) || bad(self, error, "the symbols are others"));
}

static bool begin(struct journal_reader *self, struct error *error)
{
    const struct tape_record *record = NULL;
    if (!take(self, &record, error) || !is_head(self, record, error) || record == NULL) {
        return false;
    }
    self->first_us = record->time_us;
    return begin_epoch(self, record, error);
}

const struct feed_start *journal_read_start(const struct journal_reader *self)
{
    return &self->start;
}

const char *journal_read_config(const struct journal_reader *self)
{
    return self->config;
}

uint32_t journal_read_epoch(const struct journal_reader *self)
{
    return self->epoch;
}

/* ---- entries ---- */

bool journal_read(struct journal_reader *self, struct journal_entry *out, struct error *error)
{
    const struct tape_record *record = NULL;
    if (!take(self, &record, error)) {
        return false;
    }
    if (record == NULL) {
        out->kind = JOURNAL_OVER;
        return true;
    }
    bool event = record->kind > TAPE_EVENT && record->kind <= TAPE_EVENT + EVENT_SETTINGS;
    bool action = record->kind > TAPE_ACTION && record->kind <= TAPE_ACTION + ACTION_SIGNAL;
    if (event) {
        out->kind = JOURNAL_EVENT;
        bool done = read_event(self, record, &out->event, error);
        out->number = self->events;
        return done;
    }
    if (action) {
        out->kind = JOURNAL_ACTION;
        out->action_kind = record->kind - TAPE_ACTION;
        out->instrument = instrument_of(self, record);
        return take_words(self, record, &out->words, error);
    }
    if (record->kind >= TAPE_INPUT && record->kind <= TAPE_INPUT + FEED_CLOCK &&
        record->kind != TAPE_INPUT + FEED_START) {
        out->kind = JOURNAL_INPUT;
        return pass_input(self, record, error);
    }
    if (record->kind == TAPE_CONFIG) {
        out->kind = JOURNAL_EPOCH;
        return begin_epoch(self, record, error);
    }
    out->kind = JOURNAL_STEP;
    out->digest = record->sequence;
    return record->kind == TAPE_STEP || bad(self, error, "its kind is unknown");
}

struct journal_reader *journal_read_open(const char *path,
                                         struct instruments *instruments,
                                         struct feed_start *start,
                                         const char **config,
                                         struct error *error)
{
    struct journal_reader *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        (void)error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                        "out of memory: free some and run again");
        return NULL;
    }
    self->path = path;
    self->instruments = instruments;
    self->tape = tape_open(path, error);
    if (self->tape == NULL || !begin(self, error)) {
        journal_read_close(self);
        return NULL;
    }
    *start = self->start;
    *config = self->config;
    return self;
}

void journal_read_close(struct journal_reader *self)
{
    if (self != NULL) {
        feed_parser_release(&self->parser);
        tape_close(self->tape);
        free(self->config);
        free(self);
    }
}
