#include "data/json_rows.h"

#include <stdlib.h>
#include <string.h>

#include "data/rows.h"

enum { JSON_LEVELS_MAX = 64, JSON_BLOCK_BYTES = 64 << 10 };

struct json_rows {
    struct source *source;
    const struct csv_handlers *handlers;
    struct csv_facts *facts;
    int64_t line, row_line;
    int32_t depth;
    char closers[JSON_LEVELS_MAX]; /* what ends each open level */
    bool began, stopped;
    struct rows_head row; /* values of the innermost array so far */
    bool quoted, escaped, bare;
    size_t token_length;
    char token[ROWS_NAME_BYTES];
};

static bool not_json(const struct json_rows *self, const char *what, struct error *error)
{
    return error_set(error, EXIT_CODE_DATA, source_path(self->source), self->line,
                     "is not JSON: %s: expected an array of arrays", what);
}

static void token_byte(struct json_rows *self, char byte)
{
    if (self->token_length < sizeof(self->token)) {
        self->token[self->token_length] = byte;
    }
    self->token_length++;
}

static void token_end(struct json_rows *self)
{
    /* A value that does not fit is no number: one letter keeps it from being taken for its head. */
    bool whole = self->token_length < sizeof(self->token);
    rows_head_add(&self->row, whole ? self->token : "too long", whole ? self->token_length : 8);
    self->quoted = self->bare = false;
    self->token_length = 0;
}

static void row_deliver(struct json_rows *self)
{
    int32_t kept = self->row.count < ROWS_COLUMNS_MAX ? self->row.count : ROWS_COLUMNS_MAX;
    struct csv_field fields[ROWS_COLUMNS_MAX];
    for (int32_t i = 0; i < kept; i++) {
        fields[i] = (struct csv_field){self->row.texts[i], self->row.lengths[i]};
    }
    const struct csv_handlers *handlers = self->handlers;
    const struct csv_place place = {NULL, self->row_line};
    self->facts->rows++;
    self->stopped = !handlers->narrow(handlers->context, fields, self->row.count, &place);
    self->row.count = 0;
}

static bool level_open(struct json_rows *self, char closer, struct error *error)
{
    if (self->depth == JSON_LEVELS_MAX) {
        return not_json(self, "too many levels", error);
    }
    self->closers[self->depth++] = closer;
    self->began = true;
    self->row.count = 0;
    self->row_line = self->line;
    return true;
}

static bool level_close(struct json_rows *self, char closer, struct error *error)
{
    if (self->depth == 0 || self->closers[self->depth - 1] != closer) {
        return not_json(self, "a bracket too many", error);
    }
    self->depth--;
    if (closer == ']' && self->row.count > 0) {
        row_deliver(self);
    }
    self->row.count = 0;
    return true;
}

static bool bare_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '+' || byte == '.';
}

static bool structure_byte(struct json_rows *self, char byte, struct error *error)
{
    switch (byte) {
    case '[': return level_open(self, ']', error);
    case '{': return level_open(self, '}', error);
    case ']':
    case '}': return level_close(self, byte, error);
    case '"': self->quoted = true; return true;
    case '\n': self->line++; return true;
    case ',':
    case ':':
    case ' ':
    case '\t':
    case '\r': return true;
    default: return not_json(self, "a byte that has no place there", error);
    }
}

static void quoted_byte(struct json_rows *self, char byte)
{
    if (self->escaped) {
        self->escaped = false;
        token_byte(self, byte);
    } else if (byte == '\\') {
        self->escaped = true;
    } else if (byte == '"') {
        token_end(self);
    } else {
        self->line += byte == '\n';
        token_byte(self, byte);
    }
}

static bool json_byte(struct json_rows *self, char byte, struct error *error)
{
    if (self->quoted) {
        quoted_byte(self, byte);
        return true;
    }
    if (bare_byte(byte)) {
        if (self->depth == 0) {
            return not_json(self, "text outside the brackets", error);
        }
        self->bare = true;
        token_byte(self, byte);
        return true;
    }
    if (self->bare) {
        token_end(self);
    }
    return structure_byte(self, byte, error);
}

static bool json_run(struct json_rows *self, char *block, struct error *error)
{
    size_t length = 0;
    size_t at = 0;
    do {
        if (!source_read(self->source, block, JSON_BLOCK_BYTES, &length, error)) {
            return false;
        }
        if (!self->began && length >= 3 && memcmp(block, "\xef\xbb\xbf", 3) == 0) {
            at = 3;
        }
        for (; at < length && !self->stopped; at++) {
            if (!json_byte(self, block[at], error)) {
                return false;
            }
        }
        at = 0;
    } while (length > 0 && !self->stopped);
    if (!self->stopped && (self->depth > 0 || self->quoted || !self->began)) {
        return not_json(self, "it ends within", error);
    }
    self->facts->lines = self->line;
    return true;
}

bool json_rows_read(struct source *source,
                    const struct csv_handlers *handlers,
                    struct csv_facts *facts,
                    struct error *error)
{
    CHECK(handlers->narrow != NULL);

    struct csv_facts own = {0};
    struct json_rows *self = calloc(1, sizeof(*self));
    char *block = malloc(JSON_BLOCK_BYTES);
    bool fine = false;
    if (self == NULL || block == NULL) {
        (void)error_set(error, EXIT_CODE_OPERATING, source_path(source), 0, "no memory to read it");
    } else {
        self->source = source;
        self->handlers = handlers;
        self->facts = facts != NULL ? facts : &own;
        self->line = 1;
        *self->facts = own;
        fine = json_run(self, block, error);
    }
    free(block);
    free(self);
    return fine;
}
