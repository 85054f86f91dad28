#include "data/json.h"

#include <stdlib.h>
#include <string.h>

json_t *json_document(struct slice text,
                      const char *file,
                      int64_t first_line,
                      enum exit_code code,
                      struct error *error)
{
    json_error_t fault;
    json_t *document = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, &fault);
    if (document == NULL) {
        int64_t line = first_line + (fault.line > 0 ? fault.line - 1 : 0);
        (void)error_set(error, code, file, line,
                        "not valid JSON at column %d (%s): correct the text there", fault.column,
                        fault.text);
    }
    return document;
}

void json_comments_blank(char *text, size_t length)
{
    bool inside = false;
    size_t at = 0;
    while (at < length) {
        if (inside && text[at] == '\\') {
            at++;
        } else if (text[at] == '"') {
            inside = !inside;
        } else if (text[at] == '\n') {
            inside = false; /* no JSON string spans lines; the parser will say so at this one */
        } else if (!inside && text[at] == '/' && at + 1 < length && text[at + 1] == '/') {
            while (at < length && text[at] != '\n') {
                text[at] = ' ';
                at++;
            }
            continue;
        }
        at++;
    }
}

enum decimal_status json_decimal(const json_t *value, unsigned scale, int64_t *out)
{
    char digits[64];
    if (value == NULL || json_is_null(value)) {
        return DECIMAL_EMPTY;
    }
    if (json_is_string(value)) {
        struct slice text = {json_string_value(value), json_string_length(value)};
        return decimal_parse(text.text, text.length, scale, out);
    }
    if (json_is_integer(value)) {
        long long integer = json_integer_value(value);
        int length = snprintf(digits, sizeof(digits), "%lld", integer);
        return decimal_parse(digits, (size_t)length, scale, out);
    }
    if (json_is_real(value)) {
        int length = snprintf(digits, sizeof(digits), "%.15g", json_real_value(value));
        return decimal_parse(digits, (size_t)length, scale, out);
    }
    return DECIMAL_SYNTAX;
}

/* The escape of one byte that may not stand as it is, or NULL. */
static const char *short_escape(char byte)
{
    switch (byte) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return NULL;
    }
}

/* Bytes that need no escape, from `at` on. */
static size_t plain_run(struct slice text, size_t at)
{
    size_t run = at;
    while (run < text.length) {
        unsigned char byte = (unsigned char)text.text[run];
        size_t length = byte < 0x80 ? 1 : utf8_length(text.text + run, text.length - run);
        if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F || length == 0) {
            break;
        }
        run += length;
    }
    return run - at;
}

void json_string_write(struct slice text, FILE *stream)
{
    (void)fputc('"', stream);
    size_t at = 0;
    while (at < text.length) {
        size_t run = plain_run(text, at);
        (void)fwrite(text.text + at, 1, run, stream);
        at += run;
        if (at == text.length) {
            break;
        }
        const char *escape = short_escape(text.text[at]);
        if (escape != NULL) {
            (void)fputs(escape, stream);
        } else {
            (void)fprintf(stream, "\\u%04x", (unsigned)(unsigned char)text.text[at]);
        }
        at++;
    }
    (void)fputc('"', stream);
}

char *json_string_new(struct slice text)
{
    char *memory = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&memory, &size);
    CHECK(stream != NULL);
    json_string_write(text, stream);
    CHECK(fclose(stream) == 0 && memory != NULL);
    return memory;
}
