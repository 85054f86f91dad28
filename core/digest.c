#include "core/digest.h"

#include <string.h>

/* Up to eight bytes as one little-endian word, the rest zero; by shifts, so that any machine reads
 * alike. */
static uint64_t word_of(const char *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t index = 0; index < count; index++) {
        word |= (uint64_t)(unsigned char)bytes[index] << (8 * index);
    }
    return word;
}

void digest_text(struct digest *self, const char *text)
{
    size_t length = strlen(text);
    digest_word(self, length);
    size_t index = 0;
    for (; length - index >= 8; index += 8) {
        digest_word(self, word_of(text + index, 8));
    }
    if (index < length) {
        digest_word(self, word_of(text + index, length - index));
    }
}

void digest_format(const struct digest *self, char out[DIGEST_BYTES])
{
    for (int index = 0; index < DIGEST_BYTES - 1; index++) {
        out[index] = "0123456789abcdef"[self->state >> (60 - 4 * index) & 15];
    }
    out[DIGEST_BYTES - 1] = '\0';
}
