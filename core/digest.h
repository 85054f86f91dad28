/* digest.h - the running 64-bit fingerprint of everything that went in and came out.
 * Definition   state starts at 0x9E3779B97F4A7C15. Adding word w: product = (state ^ w) * 0xD6E8FEB86659FD93 in 128 bits;
 *              state = low 64 bits ^ high 64 bits, then + 0xA0761D6478BD642F modulo 2^64.
 *              A text adds its length, then its bytes, eight a word, little-endian, the last word padded with zeros.
 * Laws         words, never raw structs: padding has no value. Same words, same digest, on any machine.
 * Purpose      finds accidents and divergence; it is no defence against an adversary. Cost: about 1.2 ns a word. */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include "core/base.h"

struct digest {
    uint64_t state;
};

static inline void digest_init(struct digest *self)
{
    self->state = 0x9E3779B97F4A7C15ULL;
}

static inline void digest_word(struct digest *self, uint64_t word)
{
    __extension__ typedef unsigned __int128 product_t;
    product_t product = (product_t)(self->state ^ word) * 0xD6E8FEB86659FD93ULL;
    self->state = ((uint64_t)product ^ (uint64_t)(product >> 64)) + 0xA0761D6478BD642FULL;
}

static inline void digest_signed(struct digest *self, int64_t word)
{
    digest_word(self, (uint64_t)word);
}

void digest_text(struct digest *self, const char *text);

/* The digest of one text alone, from the start state. */
uint64_t digest_of_text(const char *text);

enum { DIGEST_BYTES = 17 };
void digest_format(const struct digest *self, char out[DIGEST_BYTES]); /* 16 hex digits */

#endif
