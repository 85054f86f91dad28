#include <string.h>

#include "data/config.h"
#include "data/config_internal.h"
#include "data/json.h"

void config_texts_add(struct config *self,
                      const struct text_row *rows,
                      int32_t row_count,
                      void *values)
{
    CHECK(self->text_rows == NULL && row_count <= CONFIG_TEXTS_MAX);
    self->text_rows = rows;
    self->text_count = row_count;
    self->text_values = values;
    for (int32_t row = 0; row < row_count; row++) {
        CHECK(strlen(rows[row].initial) < (size_t)rows[row].bytes);
        memcpy(self->text_values + rows[row].offset, rows[row].initial,
               strlen(rows[row].initial) + 1);
    }
}

const struct text_row *config_text_row(const struct config *self, struct config_place place)
{
    CHECK(place.kind == PLACE_TEXT);
    return &self->text_rows[place.row];
}

int32_t config_text_find(const struct config *self, const char *key)
{
    for (int32_t row = 0; row < self->text_count; row++) {
        if (strcmp(self->text_rows[row].key, key) == 0) {
            return row;
        }
    }
    return -1;
}

void config_text_restart(struct config *self, struct config_place place)
{
    self->text_values[config_text_row(self, place)->offset] = '\0';
    self->text_given[place.row] = 1;
}

/* slice_copy() replaces line ends too, so that one item is one line. */
bool config_text_add(struct config *self, struct config_place place, struct slice text)
{
    const struct text_row *row = config_text_row(self, place);
    char *out = self->text_values + row->offset;
    size_t used = strlen(out);
    struct slice trimmed = slice_trim(text);
    if (row->list && trimmed.length == 0) {
        return false;
    }
    size_t gap = used > 0 ? 1 : 0;
    if (used + gap + trimmed.length >= (size_t)row->bytes) {
        return false;
    }
    if (!slice_copy(trimmed, out + used + gap, (size_t)row->bytes - used - gap)) {
        out[used] = '\0';
        return false;
    }
    if (gap > 0) {
        out[used] = '\n';
    }
    return true;
}

bool config_text_set(struct config *self, struct config_place place, struct slice text)
{
    config_text_restart(self, place);
    if (!config_text_row(self, place)->list) {
        return config_text_add(self, place, text);
    }
    struct slice rest = slice_trim(text);
    while (rest.length > 0) {
        const char *comma = memchr(rest.text, ',', rest.length);
        size_t length = comma != NULL ? (size_t)(comma - rest.text) : rest.length;
        if (!config_text_add(self, place, (struct slice){rest.text, length})) {
            return false;
        }
        size_t used = comma != NULL ? length + 1 : length;
        rest = (struct slice){rest.text + used, rest.length - used};
    }
    return true;
}

void config_text_json(const struct config *self, int32_t row, FILE *stream)
{
    const char *text = self->text_values + self->text_rows[row].offset;
    if (!self->text_rows[row].list) {
        json_string_write(slice_of(text), stream);
        return;
    }
    (void)fputc('[', stream);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        json_string_write((struct slice){text, length}, stream);
        text += length;
        if (*text == '\n') {
            (void)fputs(", ", stream);
            text++;
        }
    }
    (void)fputc(']', stream);
}
