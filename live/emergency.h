/* emergency.h - the append-only file of what was done while the database could not be written (RISK 5.5).
 * One line an act, before the act: O_APPEND and fdatasync. A write that fails is counted and does not stop what it would tell. */
#ifndef LIVE_EMERGENCY_H
#define LIVE_EMERGENCY_H

#include "core/base.h"
#include "data/error.h"

struct emergency {
    int descriptor; /* -1: none */
    int64_t failures;
};

/* Mode 0600, made if missing; opened at start, when there still is room. */
MUST_USE bool emergency_open(struct emergency *self, const char *path, struct error *error);
void emergency_close(struct emergency *self);
/* line: without its newline, at most 250 bytes. The signature of flatten_world.write. */
void emergency_write(void *context, const char *line);

#endif
