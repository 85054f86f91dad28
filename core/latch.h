/* latch.h - the breaker's durable state as bytes: latches, baselines, streaks, blocks, evidence.
 * Form        little-endian, versioned. Magic "CBRK", version (4 bytes), length of what follows
 *             the head (8), its digest (8), the fields one after the other, 8 bytes each; tables
 *             hold their used rows alone, each with its place. The digest is core/digest.h over
 *             the length and the 8-byte words.
 * Laws        canonical: equal states give equal bytes. Restored exactly: the same questions get
 *             the same answers, the same evidence makes the same transitions, and encoding again
 *             gives the same bytes. Settings are not part of it: levels follow the settings of
 *             the new start, raised levels (core/breaker.h, Re-arming) are kept.
 * Cost        proportional to the tables in use: 20 kB for a day of marks and a few symbols. No
 *             heap. */
#ifndef CORE_LATCH_H
#define CORE_LATCH_H

#include "core/base.h"
#include "core/breaker.h"

/* The breaker with every table full fits. */
enum { LATCH_BYTES_MAX = 1 << 20 };

enum latch_status {
    LATCH_OK,
    LATCH_SHORT,    /* cut off, or longer than it says */
    LATCH_FOREIGN,  /* not a breaker's state */
    LATCH_VERSION,  /* of another version */
    LATCH_CHECKSUM, /* damaged */
    LATCH_VALUE     /* sums up, but holds what cannot be: written by a defective program */
};
const char *latch_status_text(int status);

/* Bytes written; CHECKs capacity >= LATCH_BYTES_MAX. *self is not changed (one visitor serves both
 * directions, so it is not const). Transitions not yet drained are no part of the state. */
size_t latch_encode(struct breaker *self, uint8_t *out, size_t capacity);
/* Fills *self anew. On any failure *self is unusable: the caller refuses to start. */
MUST_USE enum latch_status latch_decode(struct breaker *self,
                                        const struct settings *settings,
                                        const uint8_t *bytes,
                                        size_t size);

#endif
