#include "reports/buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *self)
{
    *self = (struct buffer){0};
    buffer_append(self, "", 0);
}

void buffer_release(struct buffer *self)
{
    free(self->bytes);
    *self = (struct buffer){0};
}

void buffer_clear(struct buffer *self)
{
    self->length = 0;
    self->bytes[0] = '\0';
}

/* Room for `more` bytes and the closing zero. */
static void buffer_reserve(struct buffer *self, size_t more)
{
    size_t wanted = self->length + more + 1;

    if (wanted > self->capacity) {
        size_t capacity = self->capacity < 128 ? 128 : self->capacity * 2;
        self->capacity = capacity > wanted ? capacity : wanted;
        self->bytes = realloc(self->bytes, self->capacity);
        CHECK(self->bytes != NULL);
    }
}

void buffer_append(struct buffer *self, const char *bytes, size_t length)
{
    buffer_reserve(self, length);
    memcpy(self->bytes + self->length, bytes, length);
    self->length += length;
    self->bytes[self->length] = '\0';
}

void buffer_add(struct buffer *self, const char *words)
{
    buffer_append(self, words, strlen(words));
}

bool buffer_cut(struct buffer *self, const char *end)
{
    size_t length = strlen(end);

    if (self->length < length || memcmp(self->bytes + self->length - length, end, length) != 0) {
        return false;
    }
    self->length -= length;
    self->bytes[self->length] = '\0';
    return true;
}

void buffer_trim(struct buffer *self)
{
    while (self->length > 0 && self->bytes[self->length - 1] == ' ') {
        self->length--;
    }
    self->bytes[self->length] = '\0';
}

void buffer_format(struct buffer *self, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(length >= 0);
    buffer_reserve(self, (size_t)length);
    va_start(arguments, format);
    (void)vsnprintf(self->bytes + self->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    self->length += (size_t)length;
}

static bool is_control(char byte)
{
    return (unsigned char)byte < 0x20 || byte == 0x7f;
}

void buffer_html(struct buffer *self, const char *raw)
{
    for (const char *at = raw; *at != '\0'; at++) {
        switch (*at) {
        case '&': buffer_add(self, "&amp;"); break;
        case '<': buffer_add(self, "&lt;"); break;
        case '>': buffer_add(self, "&gt;"); break;
        case '"': buffer_add(self, "&quot;"); break;
        case '\'': buffer_add(self, "&#39;"); break;
        case '\n': buffer_add(self, "\n"); break;
        default: buffer_append(self, is_control(*at) ? "?" : at, 1); break;
        }
    }
}

void buffer_gnuplot(struct buffer *self, const char *raw)
{
    buffer_add(self, "'");
    for (const char *at = raw; *at != '\0'; at++) {
        /* In single quotes gnuplot knows one escape: '' is a quote. */
        buffer_append(self, is_control(*at) ? "?" : at, 1);
        if (*at == '\'') {
            buffer_add(self, "'");
        }
    }
    buffer_add(self, "'");
}

void buffer_csv(struct buffer *self, const char *raw)
{
    /* A spreadsheet would run such a cell as a formula. */
    bool formula = raw[0] == '=' || raw[0] == '@' || raw[0] == '+' ||
                   (raw[0] == '-' && (raw[1] < '0' || raw[1] > '9'));
    bool quote = formula || strpbrk(raw, "\",\r\n") != NULL;

    buffer_add(self, quote ? "\"" : "");
    buffer_add(self, formula ? "'" : "");
    for (const char *at = raw; *at != '\0'; at++) {
        buffer_append(self, is_control(*at) && *at != '\n' ? "?" : at, 1);
        if (*at == '"') {
            buffer_add(self, "\"");
        }
    }
    buffer_add(self, quote ? "\"" : "");
}

void buffer_json(struct buffer *self, const char *raw)
{
    buffer_add(self, "\"");
    for (const char *at = raw; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            buffer_format(self, "\\%c", *at);
        } else if (is_control(*at)) {
            buffer_format(self, "\\u%04x", (unsigned)(unsigned char)*at);
        } else {
            buffer_append(self, at, 1);
        }
    }
    buffer_add(self, "\"");
}

void buffer_plain(struct buffer *self, const char *raw)
{
    for (const char *at = raw; *at != '\0'; at++) {
        buffer_append(self, is_control(*at) ? "?" : at, 1);
    }
}

void buffer_base64(struct buffer *self, const void *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = bytes;

    buffer_reserve(self, (length + 2) / 3 * 4);
    for (size_t i = 0; i < length; i += 3) {
        size_t rest = length - i;
        unsigned group = (unsigned)at[i] << 16;
        group |= rest > 1 ? (unsigned)at[i + 1] << 8 : 0;
        group |= rest > 2 ? (unsigned)at[i + 2] : 0;
        char out[4] = {digits[group >> 18], digits[group >> 12 & 63], '=', '='};
        if (rest > 1) {
            out[2] = digits[group >> 6 & 63];
        }
        if (rest > 2) {
            out[3] = digits[group & 63];
        }
        buffer_append(self, out, 4);
    }
}

bool buffer_save(const struct buffer *self, const char *path, struct error *error)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL) {
        return error_set(error, EXIT_CODE_OPERATING, path, 0,
                         "cannot be written (%s): check the folder", strerror(errno));
    }
    bool written = fwrite(self->bytes, 1, self->length, file) == self->length;
    bool closed = fclose(file) == 0;
    if (!written || !closed) {
        return error_set(error, EXIT_CODE_OPERATING, path, 0,
                         "was not written whole (%s): check the disk", strerror(errno));
    }
    return true;
}

bool buffer_load(struct buffer *self, const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return false;
    }
    char block[1 << 16];
    size_t got;
    while ((got = fread(block, 1, sizeof(block), file)) > 0) {
        buffer_append(self, block, got);
    }
    bool whole = ferror(file) == 0;
    (void)fclose(file);
    return whole;
}

int64_t buffer_columns(const char *words)
{
    int64_t columns = 0;

    for (const char *at = words; *at != '\0'; at++) {
        columns += ((unsigned char)*at & 0xc0) != 0x80;
    }
    return columns;
}
