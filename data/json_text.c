#include "data/json_text.h"

#include <string.h>

static const char *blanks_skip(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) {
        at++;
    }
    return at;
}

static bool is_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F');
}

/* Behind the escape whose backslash is at `at`, or NULL. */
static const char *escape_skip(const char *at, const char *end)
{
    if (end - at < 2) {
        return NULL;
    }
    if (at[1] == 'u') {
        bool four =
            end - at >= 6 && is_hex(at[2]) && is_hex(at[3]) && is_hex(at[4]) && is_hex(at[5]);
        return four ? at + 6 : NULL;
    }
    return at[1] != '\0' && strchr("\"\\/bfnrt", at[1]) != NULL ? at + 2 : NULL;
}

/* Behind the string whose opening quote is at `at`, or NULL. */
static const char *string_skip(const char *at, const char *end)
{
    at++;
    while (at != NULL && at < end) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '"') {
            return at + 1;
        }
        if (byte == '\\') {
            at = escape_skip(at, end);
        } else if (byte < 0x20) {
            return NULL;
        } else if (byte < 0x80) {
            at++;
        } else {
            size_t length = utf8_length(at, (size_t)(end - at));
            at = length > 0 ? at + length : NULL;
        }
    }
    return NULL;
}

static const char *digits_skip(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && *at >= '0' && *at <= '9') {
        at++;
    }
    return at > start ? at : NULL;
}

static const char *number_skip(const char *at, const char *end)
{
    at += *at == '-' ? 1 : 0;
    const char *start = at;
    at = digits_skip(at, end);
    if (at == NULL || (*start == '0' && at > start + 1)) {
        return NULL;
    }
    if (at < end && *at == '.') {
        at = digits_skip(at + 1, end);
    }
    if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < end && (*at == '+' || *at == '-') ? 1 : 0;
        at = digits_skip(at, end);
    }
    return at;
}

static const char *literal_skip(const char *at, const char *end)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(end - at) >= length && memcmp(at, words[i], length) == 0) {
            return at + length;
        }
    }
    return NULL;
}

/* Behind a value that is neither object nor array, or NULL. at < end. */
static const char *scalar_skip(const char *at, const char *end)
{
    if (*at == '"') {
        return string_skip(at, end);
    }
    if (*at == '-' || (*at >= '0' && *at <= '9')) {
        return number_skip(at, end);
    }
    return literal_skip(at, end);
}

/* Behind `"key" :`, with blanks before and around, or NULL. */
static const char *key_skip(const char *at, const char *end, struct slice *key)
{
    at = blanks_skip(at, end);
    if (at == end || *at != '"') {
        return NULL;
    }
    const char *behind = string_skip(at, end);
    if (behind == NULL) {
        return NULL;
    }
    *key = (struct slice){at + 1, (size_t)(behind - at) - 2};
    at = blanks_skip(behind, end);
    return at < end && *at == ':' ? at + 1 : NULL;
}

/* Where the next value begins: behind the comma, and the key in an object. NULL: an error. *closed:
 * the bracket came instead, and `at` is behind it. */
static const char *member_skip(
    const char *at, const char *end, char close, bool first, struct slice *key, bool *closed)
{
    at = blanks_skip(at, end);
    *closed = at < end && *at == close;
    if (at == end || *closed) {
        return *closed ? at + 1 : NULL;
    }
    if (!first) {
        if (*at != ',') {
            return NULL;
        }
        at++;
    }
    return close == '}' ? key_skip(at, end, key) : at;
}

/* Behind one value of any kind, or NULL. */
static const char *value_skip(const char *at, const char *end)
{
    char closes[JSON_TEXT_DEPTH];
    int depth = 0;
    do {
        at = blanks_skip(at, end);
        if (at == end) {
            return NULL;
        }
        bool first = *at == '{' || *at == '[';
        if (first) {
            if (depth == JSON_TEXT_DEPTH) {
                return NULL;
            }
            closes[depth] = *at == '{' ? '}' : ']';
            depth++;
            at++;
        } else {
            at = scalar_skip(at, end);
        }
        bool closed = true;
        while (at != NULL && depth > 0 && closed) {
            struct slice key;
            at = member_skip(at, end, closes[depth - 1], first, &key, &closed);
            depth -= closed ? 1 : 0;
            first = false;
        }
    } while (at != NULL && depth > 0);
    return at;
}

bool json_text_valid(struct slice text)
{
    const char *end = text.text + text.length;
    const char *behind = value_skip(text.text, end);
    return behind != NULL && blanks_skip(behind, end) == end;
}

bool json_walk_open(struct json_walk *self, struct slice text, char open)
{
    CHECK(open == '{' || open == '[');
    const char *end = text.text + text.length;
    const char *at = blanks_skip(text.text, end);
    *self = (struct json_walk){
        .at = at, .end = end, .close = open == '{' ? '}' : ']', .first = true, .failed = true};
    if (at < end && *at == open) {
        self->failed = false;
        self->at = at + 1;
    }
    return !self->failed;
}

bool json_walk_next(struct json_walk *self, struct slice *key, struct slice *value)
{
    if (self->failed || self->closed) {
        return false;
    }
    struct slice name = {NULL, 0};
    bool closed = false;
    const char *at = member_skip(self->at, self->end, self->close, self->first, &name, &closed);
    const char *begin = at == NULL || closed ? at : blanks_skip(at, self->end);
    const char *behind = at == NULL || closed ? at : value_skip(begin, self->end);
    self->first = false;
    self->failed = behind == NULL;
    self->closed = closed;
    if (behind == NULL) {
        return false;
    }
    self->at = behind;
    if (closed) {
        return false;
    }
    if (key != NULL) {
        *key = name;
    }
    *value = (struct slice){begin, (size_t)(behind - begin)};
    return true;
}

bool json_walk_ended(const struct json_walk *self)
{
    return self->closed && blanks_skip(self->at, self->end) == self->end;
}

static unsigned hex_value(const char *at)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        char byte = at[i];
        unsigned digit =
            byte <= '9' ? (unsigned)(byte - '0') : (unsigned)((byte | 0x20) - 'a' + 10);
        value = value * 16 + digit;
    }
    return value;
}

/* The code point of the \u escape at `at`, surrogate pairs joined; 0: none that may stand in a
 * text. */
static uint32_t escape_point(const char **at, const char *end)
{
    uint32_t point = hex_value(*at + 2);
    *at += 6;
    if (point >= 0xDC00 && point <= 0xDFFF) {
        return 0;
    }
    if (point < 0xD800 || point > 0xDBFF) {
        return point;
    }
    if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u') {
        return 0;
    }
    uint32_t low = hex_value(*at + 2);
    *at += 6;
    return low >= 0xDC00 && low <= 0xDFFF ? 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00) : 0;
}

static size_t utf8_encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | (point >> 6));
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | (point >> 12));
        out[1] = (char)(0x80 | ((point >> 6) & 0x3F));
        out[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (point >> 18));
    out[1] = (char)(0x80 | ((point >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((point >> 6) & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

/* What the escape at *at stands for, 0 bytes: nothing that may stand in a text. */
static size_t escape_resolve(const char **at, const char *end, char out[4])
{
    if ((*at)[1] == 'u') {
        uint32_t point = escape_point(at, end);
        return point != 0 ? utf8_encode(point, out) : 0;
    }
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    out[0] = to[strchr(from, (*at)[1]) - from];
    *at += 2;
    return 1;
}

bool json_text_string(struct slice value, char *out, size_t capacity, size_t *length)
{
    CHECK(capacity > 0);
    const char *end = value.text + value.length;
    if (value.length < 2 || value.text[0] != '"' || string_skip(value.text, end) != end) {
        return false;
    }
    end--;
    size_t written = 0;
    const char *at = value.text + 1;
    while (at < end) {
        char bytes[4] = {*at};
        size_t count = 1;
        if (*at == '\\') {
            count = escape_resolve(&at, end, bytes);
        } else {
            at++;
        }
        if (count == 0 || written + count >= capacity) {
            return false;
        }
        memcpy(out + written, bytes, count);
        written += count;
    }
    out[written] = '\0';
    *length = written;
    return true;
}

bool json_text_number(struct slice value, struct slice *out)
{
    if (value.length == 0) {
        return false;
    }
    if (value.text[0] == '"') {
        *out = slice_trim((struct slice){value.text + 1, value.length - 2});
        return true;
    }
    *out = value;
    return value.text[0] == '-' || (value.text[0] >= '0' && value.text[0] <= '9');
}
