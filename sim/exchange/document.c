#include "sim/exchange/document.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "data/source.h"

enum { DOCUMENT_BYTES_MAX = 1 << 20, MESSAGE_BYTES = 256 };

char *document_read(const char *path, size_t *length, struct error *error)
{
    struct source *source = source_open(path, error);
    char *text = source == NULL ? NULL : source_read_all(source, DOCUMENT_BYTES_MAX, length, error);
    source_close(source);
    if (text == NULL && error->code == EXIT_CODE_DATA) {
        error->code = EXIT_CODE_USAGE;
    }
    return text;
}

void document_free(char *text)
{
    free(text);
}

bool document_valid(const struct document *self)
{
    return json_text_valid(self->text);
}

static int64_t line_of(const struct document *self, const char *at)
{
    int64_t line = 1;
    for (const char *byte = self->text.text; byte < at; byte++) {
        line += *byte == '\n';
    }
    return line;
}

bool document_refuse(struct document *self, struct slice place, const char *format, ...)
{
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return error_set(self->error, EXIT_CODE_USAGE, self->name, line_of(self, place.text), "%s",
                     message);
}

const char *document_quote(struct document *self, struct slice place)
{
    char text[DOCUMENT_QUOTE_BYTES - 2];
    (void)slice_copy(place, text, sizeof text);
    bool quoted = text[0] == '"';
    (void)snprintf(self->quote, sizeof self->quote, quoted ? "%s" : "\"%s\"", text);
    return self->quote;
}

bool document_is(struct slice key, const char *word)
{
    return key.length == strlen(word) && memcmp(key.text, word, key.length) == 0;
}

bool document_integer(struct slice value, int64_t minimum, int64_t maximum, int64_t *out)
{
    struct slice digits;
    return json_text_number(value, &digits) &&
           decimal_parse(digits.text, digits.length, 0, out) == DECIMAL_OK && *out >= minimum &&
           *out <= maximum;
}
