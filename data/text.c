#include "data/text.h"

#include <string.h>

enum { DISTANCE_BYTES = 64 };

struct slice slice_of(const char *text)
{
    return (struct slice){.text = text, .length = strlen(text)};
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct slice slice_trim(struct slice self)
{
    while (self.length > 0 && is_blank(self.text[0])) {
        self.text++;
        self.length--;
    }
    while (self.length > 0 && is_blank(self.text[self.length - 1])) {
        self.length--;
    }
    return self;
}

bool slice_is(struct slice self, const char *word)
{
    for (size_t i = 0; i < self.length; i++) {
        char lower = self.text[i];
        if (lower >= 'A' && lower <= 'Z') {
            lower = (char)(lower + ('a' - 'A'));
        }
        if (lower != word[i] || lower == '\0') {
            return false;
        }
    }
    return word[self.length] == '\0';
}

/* Bytes of a sequence by its first byte, and the range of its second byte, in which overlong forms,
 * surrogates and what lies beyond U+10FFFF are told apart (Unicode table 3-7). */
static size_t utf8_lead(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        *low = lead == 0xE0 ? 0xA0 : 0x80;
        *high = lead == 0xED ? 0x9F : 0xBF;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        *low = lead == 0xF0 ? 0x90 : 0x80;
        *high = lead == 0xF4 ? 0x8F : 0xBF;
        return 4;
    }
    return 0;
}

size_t utf8_length(const char *text, size_t available)
{
    CHECK(available > 0);
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] < 0x80) {
        return 1;
    }
    unsigned char low = 0;
    unsigned char high = 0;
    size_t length = utf8_lead(bytes[0], &low, &high);
    if (length == 0 || length > available || bytes[1] < low || bytes[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if (bytes[i] < 0x80 || bytes[i] > 0xBF) {
            return 0;
        }
    }
    return length;
}

static bool is_control(char byte)
{
    return (unsigned char)byte < 0x20 || byte == 0x7F;
}

bool slice_copy(struct slice self, char *out, size_t capacity)
{
    CHECK(capacity > 0);
    bool same = true;
    size_t written = 0;
    size_t at = 0;
    while (at < self.length) {
        size_t length = utf8_length(self.text + at, self.length - at);
        bool bad = length == 0 || is_control(self.text[at]);
        length = bad ? 1 : length;
        if (written + length >= capacity) {
            same = false;
            break;
        }
        if (bad) {
            out[written] = '?';
            same = false;
        } else {
            memcpy(out + written, self.text + at, length);
        }
        written += length;
        at += length;
    }
    out[written] = '\0';
    return same;
}

static int min_of(int a, int b)
{
    return a < b ? a : b;
}

int text_distance(const char *a, const char *b)
{
    int length_a = min_of((int)strnlen(a, DISTANCE_BYTES), DISTANCE_BYTES);
    int length_b = min_of((int)strnlen(b, DISTANCE_BYTES), DISTANCE_BYTES);
    int row[DISTANCE_BYTES + 1];
    for (int j = 0; j <= length_b; j++) {
        row[j] = j;
    }
    for (int i = 1; i <= length_a; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= length_b; j++) {
            int above = row[j];
            int change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = min_of(change, min_of(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[length_b];
}
