/* spill.h - what does not fit the memory of a market: one unlinked temporary file, written at its
 * end, read anywhere.
 *
 * Place    $TMPDIR, else the folder given, else /tmp. It has no name: it is gone when the process
 *          is, however that ends.
 * Failure  writing: false and an error (exit 4) that says what to do. Reading back: a panic, for
 *          the file is our own. */
#ifndef DATA_SPILL_H
#define DATA_SPILL_H

#include "data/error.h"

struct spill {
    int64_t memory_limit, memory_used; /* bytes that its users hold; they keep the account */
    int64_t written;                   /* bytes in the file */
    int file;                          /* -1: not needed yet */
    char folder[ERROR_PATH_BYTES];
};

void spill_init(struct spill *self, int64_t memory_limit, const char *folder);
void spill_release(struct spill *self);
/* Makes the file now and not at the first write: for processes that share it. */
MUST_USE bool spill_open(struct spill *self, struct error *error);
/* Appends; the bytes stand at what `written` was before. */
MUST_USE bool
spill_write(struct spill *self, const uint8_t *bytes, int64_t length, struct error *error);
void spill_read(const struct spill *self, int64_t offset, uint8_t *bytes, int64_t length);

#endif
