#include "data/rows.h"

#include <string.h>

#include "data/json_rows.h"

static bool blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

bool rows_read(struct source *source,
               const struct csv_handlers *handlers,
               struct csv_facts *facts,
               bool *json,
               struct error *error)
{
    const char *bytes = NULL;
    size_t length = 0;
    if (!source_peek(source, &bytes, &length, error)) {
        return false;
    }
    size_t at = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < length && blank(bytes[at])) {
        at++;
    }
    *json = at < length && (bytes[at] == '[' || bytes[at] == '{');
    return *json ? json_rows_read(source, handlers, facts, error)
                 : csv_read(source, handlers, facts, error);
}

void rows_head_add(struct rows_head *self, const char *text, size_t length)
{
    if (self->count < ROWS_COLUMNS_MAX) {
        size_t kept = length < ROWS_NAME_BYTES - 1 ? length : ROWS_NAME_BYTES - 1;
        memset(self->texts[self->count], 0, sizeof(self->texts[0]));
        memcpy(self->texts[self->count], text, kept);
        self->lengths[self->count] = kept;
    }
    self->count++;
}

void rows_head_normalise(struct rows_head *self)
{
    int32_t count = self->count < ROWS_COLUMNS_MAX ? self->count : ROWS_COLUMNS_MAX;
    for (int32_t i = 0; i < count; i++) {
        char *text = self->texts[i];
        size_t kept = 0;
        for (size_t at = 0; at < self->lengths[i]; at++) {
            char byte = text[at];
            if (byte == ' ' || byte == '_' || byte == '.') {
                continue;
            }
            text[kept++] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
        }
        text[kept] = '\0';
        self->lengths[i] = kept;
    }
}

int32_t rows_head_find(const struct rows_head *self, const char *const *names)
{
    int32_t count = self->count < ROWS_COLUMNS_MAX ? self->count : ROWS_COLUMNS_MAX;
    for (; *names != NULL; names++) {
        for (int32_t i = 0; i < count; i++) {
            if (strcmp(self->texts[i], *names) == 0) {
                return i;
            }
        }
    }
    return -1;
}
