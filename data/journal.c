#include "data/journal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/instant.h"
#include "data/journal_inputs.h"
#include "data/journal_settings.h"

enum { HEAD_WORDS = 5, NS_PER_US = 1000 };
#define ACCOUNT_STREAM "account" /* of what has no symbol */

static void note(struct journal *self, bool done)
{
    self->failed = self->failed || !done;
}

static uint16_t stream_of(const struct journal *self, int32_t instrument)
{
    int32_t place = instrument == INSTRUMENT_NONE ? self->instruments->count : instrument;

    return (uint16_t)(self->base + place);
}

/* Five words in the record itself, the rest in TAPE_WORDS, six each. */
static void
add_words(struct journal *self, struct tape_record *record, const struct journal_words *words)
{
    int32_t at = words->count < HEAD_WORDS ? words->count : HEAD_WORDS;
    record->spare = (uint16_t)words->count;
    memcpy(record->v, words->words, sizeof(record->v));
    record->sequence = (uint64_t)words->words[4];
    note(self, tape_add(self->tape, record, self->error));
    while (at < words->count && !self->failed) {
        struct tape_record more = {
            .time_us = record->time_us, .kind = TAPE_WORDS, .stream = record->stream};
        int64_t rest[6] = {0};
        int32_t count = words->count - at < 6 ? words->count - at : 6;
        memcpy(rest, &words->words[at], (size_t)count * sizeof(rest[0]));
        memcpy(more.v, rest, sizeof(more.v));
        more.sequence = (uint64_t)rest[4];
        more.receive_ns = rest[5];
        note(self, tape_add(self->tape, &more, self->error));
        at += count;
    }
}

static void add_text(struct journal *self, struct tape_record *record, char *text, size_t length)
{
    if (text == NULL) {
        note(self, error_set(self->error, EXIT_CODE_OPERATING, NULL, 0,
                             "out of memory: free some and run again"));
        return;
    }
    note(self, tape_add_text(self->tape, record, text, (int64_t)length, self->error));
    if (!self->failed) {
        note(self, tape_add(self->tape, record, self->error));
    }
    free(text);
}

static char *
line_of(const struct feed_record *record, const struct instruments *instruments, size_t *length)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, length);
    if (stream == NULL) {
        return NULL;
    }
    feed_json_write(stream, record, instruments);
    bool whole = ferror(stream) == 0;
    if (fclose(stream) != 0 || !whole) {
        free(text);
        return NULL;
    }
    *length -= 1; /* without its end */
    return text;
}

static void add_signal(struct journal *self, struct tape_record *record, const struct event *event)
{
    struct feed_record *line = calloc(1, sizeof(*line));
    size_t length = 0;
    char *text = NULL;
    if (line != NULL) {
        line->kind = FEED_SIGNAL;
        line->instrument = INSTRUMENT_NONE;
        line->time_us = event->time_us;
        line->signal.signal = *event->signal;
        text = line_of(line, self->instruments, &length);
        free(line);
    }
    add_text(self, record, text, length);
}

static void
add_command(struct journal *self, struct tape_record *record, const struct event_command *command)
{
    json_t *object = json_pack("{s:i,s:i,s:i,s:s,s:s}", "command", (int)command->command, "scope",
                               (int)command->scope, "index", (int)command->scope_index, "principal",
                               command->principal, "reason", command->reason);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    add_text(self, record, text, text == NULL ? 0 : strlen(text));
}

static void journal_event(void *context, const struct event *event)
{
    struct journal *self = context;
    if (self->failed) {
        return;
    }
    self->time_us = event->time_us;
    struct tape_record record = {.time_us = event->time_us,
                                 .receive_ns = event->venue_time_us * NS_PER_US,
                                 .kind = (uint16_t)(TAPE_EVENT + (int)event->kind),
                                 .stream = stream_of(self, event->instrument)};
    if (event->kind == EVENT_SIGNAL) {
        add_signal(self, &record, event);
    } else if (event->kind == EVENT_COMMAND) {
        add_command(self, &record, event->command);
    } else if (event->kind == EVENT_SETTINGS) {
        char *text = journal_settings_text(event->settings);
        add_text(self, &record, text, text == NULL ? 0 : strlen(text));
    } else if (event->kind == EVENT_SNAPSHOT) {
        size_t size = (size_t)event->snapshot.size;
        char *copy = malloc(size);
        if (copy != NULL) {
            memcpy(copy, event->snapshot.bytes, size);
        }
        add_text(self, &record, copy, size);
    } else {
        struct journal_words words;
        journal_of_event(event, &words);
        add_words(self, &record, &words);
    }
    if (!self->failed) {
        note(self, tape_flush(self->tape, self->error));
    }
}

static void journal_step(void *context, const struct actions *actions, uint64_t digest)
{
    struct journal *self = context;
    for (int32_t index = 0; index < actions->count && !self->failed; index++) {
        const struct action *action = &actions->items[index];
        struct journal_words words;
        if (journal_of_action(action, &words)) {
            struct tape_record record = {.time_us = self->time_us,
                                         .kind = (uint16_t)(TAPE_ACTION + (int)action->kind),
                                         .stream = stream_of(self, action->instrument)};
            add_words(self, &record, &words);
        }
    }
    if (!self->failed) {
        struct tape_record record = {.time_us = self->time_us,
                                     .kind = TAPE_STEP,
                                     .stream = stream_of(self, INSTRUMENT_NONE),
                                     .sequence = digest};
        note(self, tape_add(self->tape, &record, self->error));
    }
}

/* ---- inputs ---- */

/* Records rise by time, and what came before an input happens behind it here: it stands at the time of the last event. */
static struct tape_record input_at(const struct journal *self, int kind, int64_t time_us)
{
    return (struct tape_record){.time_us = self->time_us,
                                .receive_ns = time_us * NS_PER_US,
                                .kind = (uint16_t)(TAPE_INPUT + kind),
                                .stream = stream_of(self, INSTRUMENT_NONE)};
}

void journal_input(struct journal *self, const struct feed_record *record)
{
    if (self->tape == NULL || self->failed) {
        return;
    }
    struct tape_record head = input_at(self, (int)record->kind, record->time_us);
    if (record->kind == FEED_SIGNAL) {
        size_t length = 0;
        char *line = line_of(record, self->instruments, &length);
        add_text(self, &head, line, length);
    } else {
        struct journal_words words;
        journal_of_input(record, &words);
        head.stream = stream_of(self, record->instrument);
        add_words(self, &head, &words);
    }
}

void journal_input_command(struct journal *self,
                           const struct event_command *command,
                           int64_t time_us)
{
    if (self->tape != NULL && !self->failed) {
        struct tape_record head = input_at(self, 0, time_us);
        add_command(self, &head, command);
    }
}

/* ---- opening and closing ---- */

static void add_streams(struct journal *self)
{
    for (int32_t index = 0; index <= self->instruments->count && !self->failed; index++) {
        bool account = index == self->instruments->count;
        const char *name = account ? ACCOUNT_STREAM : self->instruments->items[index].symbol;
        struct tape_stream stream = {.kind = TAPE_EVENT, .receive_min_ns = INT64_MAX};
        uint16_t number = 0;
        (void)snprintf(stream.symbol, sizeof(stream.symbol), "%s", name);
        memcpy(stream.origin, "journal", sizeof("journal"));
        note(self, tape_add_stream(self->tape, &stream, &number, self->error));
    }
}

static void add_head(struct journal *self, const struct feed_start *start, const char *config)
{
    /* At zero: what follows may lie before the window that the feed named. */
    struct feed_record record = {.kind = FEED_START, .instrument = INSTRUMENT_NONE};
    struct tape_record head = {.time_us = self->time_us,
                               .kind = TAPE_CONFIG,
                               .stream = stream_of(self, INSTRUMENT_NONE),
                               .v = {0, 0, self->base, self->epoch}};
    size_t length = 0;
    record.start = *start;
    char *line = line_of(&record, self->instruments, &length);
    add_text(self, &head, line, length);
    if (!self->failed) {
        char *copy = strdup(config);
        add_text(self, &head, copy, strlen(config));
    }
}

static bool begin_epoch(struct journal *self, const struct feed_start *start, const char *config)
{
    if (!self->failed) {
        add_head(self, start, config);
    }
    if (!self->failed) {
        note(self, tape_flush(self->tape, self->error));
    }
    if (self->failed) {
        tape_abandon(self->tape);
        self->tape = NULL;
    }
    return !self->failed;
}

bool journal_open(struct journal *self,
                  const char *path,
                  int64_t time_us,
                  const struct feed_start *start,
                  const struct instruments *instruments,
                  const char *config,
                  struct error *error)
{
    *self = (struct journal){
        .instruments = instruments, .error = error, .time_us = time_us, .epoch = 1};
    self->tape = tape_journal(path, error);
    if (self->tape == NULL) {
        return false;
    }
    add_streams(self);
    return begin_epoch(self, start, config);
}

/* The symbols of the last set of streams are those of today, in their order. */
static bool streams_serve(struct journal *self, const char *path, struct error *error)
{
    struct tape_reader *tape = tape_open(path, error);
    int32_t count = tape == NULL ? 0 : tape_stream_count(tape);
    int32_t first = count - self->instruments->count - 1;
    bool same = first >= 0;
    for (int32_t index = 0; same && index <= self->instruments->count; index++) {
        const char *name = index == self->instruments->count
                               ? ACCOUNT_STREAM
                               : self->instruments->items[index].symbol;
        same = strcmp(tape_stream(tape, first + index)->symbol, name) == 0;
    }
    self->base = same ? first : count;
    tape_close(tape);
    return same;
}

bool journal_resume(struct journal *self,
                    const char *path,
                    const struct feed_start *start,
                    const struct instruments *instruments,
                    const char *config,
                    struct journal_epoch *epoch,
                    struct error *error)
{
    bool there = access(path, F_OK) == 0;
    *self = (struct journal){.instruments = instruments, .error = error, .epoch = epoch->epoch};
    epoch->cut_bytes = epoch->missing_bytes = 0;
    self->tape = there ? tape_writer_resume(path, epoch->keep_bytes, &epoch->cut_bytes, error)
                       : tape_journal(path, error);
    if (self->tape == NULL) {
        return false;
    }
    int64_t left = epoch->keep_bytes - tape_written(self->tape);
    epoch->missing_bytes = left > 0 ? left : 0;
    self->time_us =
        epoch->time_us > tape_last_us(self->tape) ? epoch->time_us : tape_last_us(self->tape);
    if (!there || !streams_serve(self, path, error)) {
        add_streams(self);
    }
    return begin_epoch(self, start, config);
}

int64_t journal_last_us(const struct journal *self)
{
    return self->tape == NULL ? 0 : self->time_us;
}

int64_t journal_bytes(struct journal *self)
{
    if (self->tape == NULL) {
        return 0;
    }
    if (!self->failed) {
        note(self, tape_flush(self->tape, self->error));
    }
    return tape_written(self->tape);
}

bool journal_sync(struct journal *self)
{
    if (self->tape != NULL && !self->failed) {
        note(self, tape_flush(self->tape, self->error));
        note(self, self->failed || tape_sync(self->tape, self->error));
    }
    return !self->failed;
}

struct journal_port journal_port(struct journal *self)
{
    return (struct journal_port){.self = self, .event = journal_event, .step = journal_step};
}

bool journal_failed(const struct journal *self)
{
    return self->failed;
}

bool journal_close(struct journal *self)
{
    struct tape_writer *tape = self->tape;
    self->tape = NULL;
    if (tape == NULL) {
        return true;
    }
    if (self->failed) {
        tape_abandon(tape);
        return false;
    }
    return tape_finish(tape, self->error);
}
