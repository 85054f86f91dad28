#include "core/digest.h"

#include <string.h>

static uint64_t little(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(word);
#else
    return word;
#endif
}

static uint64_t word_of(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    return little(word);
}

/* One to seven bytes as the low ones of a word, the rest zero. No loop: nearly every text has such
 * an end. Where two reads overlap they bring the same bytes to the same place. */
static uint64_t end_of(const char *bytes, size_t count)
{
    if (count >= 4) {
        uint32_t low, high;
        memcpy(&low, bytes, sizeof(low));
        memcpy(&high, bytes + count - sizeof(high), sizeof(high));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        low = __builtin_bswap32(low);
        high = __builtin_bswap32(high);
#endif
        return (uint64_t)low | (uint64_t)high << (8 * (count - sizeof(high)));
    }
    uint64_t word = (unsigned char)bytes[0];
    word |= (uint64_t)(unsigned char)bytes[count / 2] << (8 * (count / 2));
    return word | (uint64_t)(unsigned char)bytes[count - 1] << (8 * (count - 1));
}

void digest_text(struct digest *self, const char *text)
{
    size_t length = strlen(text);
    digest_word(self, length);
    size_t index = 0;
    for (; length - index >= 8; index += 8) {
        digest_word(self, word_of(text + index));
    }
    if (index < length) {
        digest_word(self, end_of(text + index, length - index));
    }
}

uint64_t digest_of_text(const char *text)
{
    struct digest digest;
    digest_init(&digest);
    digest_text(&digest, text);

    return digest.state;
}

void digest_format(const struct digest *self, char out[DIGEST_BYTES])
{
    for (int index = 0; index < DIGEST_BYTES - 1; index++) {
        out[index] = "0123456789abcdef"[self->state >> (60 - 4 * index) & 15];
    }
    out[DIGEST_BYTES - 1] = '\0';
}
