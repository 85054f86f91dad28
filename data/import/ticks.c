#include "data/import/ticks.h"

#include <string.h>

#include "data/import/probe.h"
#include "data/market_names.h"
#include "data/text.h"

void ticks_init(struct ticks *self,
                const struct import_probe *probe,
                struct import_sink *sink,
                struct error *error)
{
    memset(self, 0, sizeof(*self));
    self->probe = probe;
    self->sink = sink;
    self->error = error;
}

/* ---- rows ---- */

static void row_clear(struct ticks *self)
{
    memset(&self->record, 0, sizeof(self->record));
    self->written = (struct import_written){0};
    self->price_seen = false;
    self->problem = NULL;
}

void ticks_row_begin(struct ticks *self, int64_t line)
{
    row_clear(self);
    self->place = (struct csv_place){.line = line};
}

void ticks_row_end(struct ticks *self)
{
    if (self->problem == NULL || self->failed) {
        return;
    }
    enum { SHOWN = 40 };
    int64_t line = csv_line(&self->place);
    struct csv_field at = self->at;
    if (at.text == NULL) {
        import_defect(self->sink, "bad-row", line, "%s: the row is left out", self->problem);
        return;
    }
    import_defect(self->sink, "bad-row", line, "%s ('%.*s'): the row is left out", self->problem,
                  at.length < SHOWN ? (int)at.length : SHOWN, at.text);
}

/* The first line is the header only when it still reads so: libcsv may have refused it. */
static bool header_pass(struct ticks *self, const struct csv_field *first, int32_t count)
{
    if (!self->header) {
        return false;
    }
    self->header = false;
    const char *header = self->probe->header_line;
    size_t length = strcspn(header, ",");
    return first->length > 0 && first->length <= length && count <= self->format->columns_max &&
           strncasecmp(header + length - first->length, first->text, first->length) == 0;
}

/* Venues append columns over the years, never within a file: a longer row is two rows, of which one would be lost. */
static bool columns_judge(struct ticks *self, int32_t count)
{
    bool fits = count >= self->format->columns_min && count <= self->format->columns_max;
    if (fits && self->columns == 0) {
        self->columns = count;
    }
    return fits && count == self->columns;
}

static bool
on_row(void *context, const struct csv_field *fields, int32_t count, const struct csv_place *place)
{
    struct ticks *self = context;
    if (header_pass(self, &fields[0], count)) {
        return true;
    }
    row_clear(self);
    self->place = *place;
    if (!columns_judge(self, count)) {
        ticks_refuse(self, NULL, "the number of fields is not that of the format");
    } else {
        self->format->row(self, fields, count);
    }
    if (self->problem != NULL) {
        ticks_row_end(self);
    }
    return !self->failed;
}

static void on_bad(void *context, int64_t line, const char *reason)
{
    struct ticks *self = context;
    import_defect(self->sink, "bad-row", line, "%s: the row is left out", reason);
}

static bool header_known(const struct import_probe *probe,
                         const struct ticks_format *format,
                         const char **header)
{
    for (const char *const *at = format->headers; *at != NULL; at++) {
        if (probe->header && probe_header_is(probe, *at)) {
            *header = *at;
            return true;
        }
    }
    return false;
}

bool ticks_read(struct ticks *self, const struct ticks_format *format, struct source *source)
{
    const struct import_probe *probe = self->probe;
    const char *header = NULL;
    if (probe->header && !header_known(probe, format, &header)) {
        return error_set(self->error, EXIT_CODE_DATA, probe->path, 1,
                         "the header is '%.120s', not '%s': name another format, or auto",
                         probe->header_line, format->headers[0]);
    }
    self->format = format;
    self->header = probe->header;
    struct csv_handlers handlers = {.context = self, .narrow = on_row, .bad = on_bad};
    struct csv_facts facts = {0};
    bool fine = csv_read(source, &handlers, &facts, self->error);
    self->place =
        (struct csv_place){.line = facts.lines}; /* what is still held goes out after it */
    if (!fine || self->failed) {
        return false;
    }
    ticks_level_end(self);
    return !self->failed;
}

/* ---- claims ---- */

static bool field_shaped(const char *text, size_t length, char shape)
{
    char room[64] = ""; /* number.h reads 32 bytes */
    if (length == 0 || length > 31) {
        return false;
    }
    memcpy(room, text, length);
    int64_t whole = 0;
    bool is_whole = decimal_parse(room, length, 0, &whole) == DECIMAL_OK && whole >= 0;
    struct slice word = {room, length};
    struct number number;
    switch (shape) {
    case 'i': return is_whole;
    case 't': return is_whole && whole >= 100000000000LL && whole < 100000000000000000LL;
    case 'b': return slice_is(word, "true") || slice_is(word, "false") || (is_whole && whole <= 1);
    default: return number_volume(room, length, &number) == DECIMAL_OK;
    }
}

static bool row_shaped(const struct import_probe *probe, const char *shape)
{
    const char *at = probe->row_line;
    for (; *shape != '\0'; shape++) {
        size_t length = strcspn(at, ",");
        if (!field_shaped(at, length, *shape) || (at[length] == ',') != (shape[1] != '\0')) {
            return false;
        }
        at += length + 1;
    }
    return true;
}

bool ticks_claim(const struct import_probe *probe,
                 const struct ticks_format *format,
                 const char **why)
{
    if (header_known(probe, format, why)) {
        return true;
    }
    if (probe->header || probe->json || format->shapes == NULL) {
        return false;
    }
    *why = "no header, but its columns";
    for (const char *const *shape = format->shapes; *shape != NULL; shape++) {
        if (row_shaped(probe, *shape)) {
            return true;
        }
    }
    return false;
}

/* ---- symbols and streams ---- */

/* Letters, digits and what joins them: what stands in a file of somebody else must not break ours. */
static bool symbol_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        if (!letter && (byte < '0' || byte > '9') && (byte == '\0' || !strchr("-_./:", byte))) {
            return false;
        }
    }
    return length > 0 && length < SYMBOL_BYTES;
}

static __attribute__((noinline)) void symbol_change(struct ticks *self,
                                                    const struct csv_field *field)
{
    if (!symbol_plain(field->text, field->length)) {
        ticks_refuse(self, field, "not a symbol");
        return;
    }
    memset(self->streams, 0, sizeof(self->streams));
    self->symbol_length = field->length;
    memcpy(self->symbol, field->text, field->length);
    self->symbol[field->length] = '\0';
}

void ticks_symbol(struct ticks *self, const struct csv_field *field)
{
    if (field->length != self->symbol_length ||
        memcmp(field->text, self->symbol, field->length) != 0 || field->length == 0) {
        symbol_change(self, field);
    }
}

void ticks_contract_missing(struct ticks *self, const struct csv_field *instrument)
{
    (void)error_set(self->error, EXIT_CODE_DATA, self->probe->path, csv_line(&self->place),
                    "sizes of %.*s are contracts, and the file does not say what one holds: give "
                    "--contract-size (OKX: BTC-USDT-SWAP 0.01, DOGE-USDT-SWAP 1000)",
                    (int)(instrument->length < SYMBOL_BYTES ? instrument->length : SYMBOL_BYTES),
                    instrument->text);
    self->failed = true;
}

uint16_t ticks_stream(struct ticks *self, enum tape_kind kind)
{
    if (!self->streams[kind].known) {
        const char *name = self->symbol[0] != '\0' ? self->symbol : NULL;
        self->streams[kind].number = import_stream(self->sink, name, kind, 0);
        self->streams[kind].known = true;
    }
    return self->streams[kind].number;
}

/* ---- out ---- */

void ticks_give(struct ticks *self, const struct ticks_held *held)
{
    /* Only a first record can be refused for its stream: the others need no line. */
    bool *added = &self->streams[held->record.kind].added;
    int64_t line = *added ? 0 : csv_line(&self->place);
    *added = true;
    if (!import_add(self->sink, &held->record, held->written, line, self->error)) {
        self->failed = true;
    }
}

void ticks_add(struct ticks *self, enum tape_kind kind)
{
    if (self->problem != NULL || self->failed) {
        return;
    }
    self->record.kind = (uint16_t)kind;
    self->record.stream = ticks_stream(self, kind);
    ticks_give(self, &(struct ticks_held){self->record, self->written, true});
}

static bool same_message(const struct tape_record *a, const struct tape_record *b)
{
    return a->time_us == b->time_us && a->receive_ns == b->receive_ns &&
           a->sequence == b->sequence && a->stream == b->stream && a->v[2] == b->v[2] &&
           a->v[3] == b->v[3] && ((a->flags ^ b->flags) & TAPE_SNAPSHOT_ROW) == 0;
}

/* A message begins. Where the venue's ids go on while its clock goes back, the tape, which is sorted by the clock, will have
 * ids that jump. */
static void message_begin(struct ticks *self)
{
    const struct tape_record *before = &self->before, *now = &self->record;
    if (now->stream == before->stream && now->sequence > before->sequence &&
        before->sequence != 0 && now->time_us < before->time_us) {
        import_note(self->sink, "time-went-back", csv_line(&self->place),
                    "update %llu is %lld us older than update %llu before it: kept by its time",
                    (unsigned long long)now->sequence, (long long)(before->time_us - now->time_us),
                    (unsigned long long)before->sequence);
    }
    self->before = self->record;
}

void ticks_level(struct ticks *self)
{
    if (self->problem != NULL || self->failed) {
        return;
    }
    self->record.kind = TAPE_DEPTH;
    self->record.stream = ticks_stream(self, TAPE_DEPTH);
    struct ticks_held *held = &self->held;
    if (!held->is || !same_message(&held->record, &self->record)) {
        ticks_level_end(self);
        message_begin(self);
    } else {
        ticks_give(self, &self->held);
    }
    held->record = self->record;
    held->written = self->written;
    held->is = true;
}

void ticks_level_end(struct ticks *self)
{
    if (self->held.is && !self->failed) {
        self->held.record.flags |= TAPE_LAST;
        ticks_give(self, &self->held);
    }
    self->held.is = false;
}
