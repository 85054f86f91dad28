/* lease.h - one executor a state directory (RISK 5.6): a lock for life, and the line that says who holds it.
 * Laws     an open-file-description lock: dropped by SIGKILL, not by somebody's close of the same file; no fork after it (the
 * child
 *          would hold it on). The directory is ours, mode 0700, on a local disk. The epoch is the store's.
 * Failure  false and an error (exit 4) that names the holder: process, machine, since when. */
#ifndef LIVE_LEASE_H
#define LIVE_LEASE_H

#include "data/store_account.h"

enum { LEASE_PATH_BYTES = 512 };

struct lease {
    int descriptor; /* < 0: none held */
    char directory[LEASE_PATH_BYTES];
    struct store_owner owner; /* this process */
};

/* Makes the directory when it is not there. */
MUST_USE bool lease_take(struct lease *self, const char *directory, struct error *error);
void lease_release(struct lease *self);
/* A file of the directory. False: the name is too long. */
MUST_USE bool lease_path(const struct lease *self, const char *name, char out[LEASE_PATH_BYTES]);

#endif
