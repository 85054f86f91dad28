/* snapshot.h - the durable state of the core as bytes: what the next epoch begins with (DESIGN 6).
 * Holds    books (ledger, positions with their plans, live orders, entries under way), the breaker (core/latch.h), counters,
 * rates of
 *          the day, sources by name, the memory of duplicates as far as it can still matter, marks, the digest.
 * Leaves   out what proves itself anew: volatility and feeds' ages (stale until fresh data come, so nothing is entered on old
 * ones),
 *          the decision cache (its keys hold an epoch that moves), alerts said within the hour, ended orders (the venue's trades
 * are
 *          asked for at start). Signals older than C9's age can never be approved: their duplicates need no memory.
 * Names    symbols are written by name, in order: those of the state must be the first instruments of the new epoch, in that
 * order;
 *          new ones stand behind them.
 * Laws     canonical; restored exactly: encoding again gives the same bytes. Settings are not part of it (latch.h).
 *          The new epoch's orders get new ids; those of the state keep theirs.
 * Cost     some 20 kB for a few symbols, 30 us.  No heap. */
#ifndef CORE_SNAPSHOT_H
#define CORE_SNAPSHOT_H

#include "core/engine.h"

enum { SNAPSHOT_BYTES_MAX = 4 << 20, SNAPSHOT_DUPLICATES_MAX = 4096 };

enum snapshot_status {
    SNAPSHOT_OK,
    SNAPSHOT_SHORT,
    SNAPSHOT_FOREIGN,
    SNAPSHOT_VERSION,
    SNAPSHOT_CHECKSUM,
    SNAPSHOT_SYMBOLS, /* not the first instruments of this run */
    SNAPSHOT_VALUE
};
const char *snapshot_status_text(int status);

/* Bytes written; CHECKs capacity >= SNAPSHOT_BYTES_MAX. The engine is not changed. */
size_t snapshot_encode(struct engine *self, uint8_t *out, size_t capacity);
/* Into an engine that was initialised with settings, instruments and the new epoch, at time_us. After a failure it is unusable.
 * */
MUST_USE enum snapshot_status
snapshot_decode(struct engine *self, const uint8_t *bytes, size_t size, int64_t time_us);
/* The symbols of a state, in order, for whoever must put them first; false: it is none. names: INSTRUMENTS_MAX of them. */
MUST_USE bool
snapshot_symbols(const uint8_t *bytes, size_t size, char (*names)[SYMBOL_BYTES], int32_t *count);

#endif
