/* inspect.h - what `cerberus-sim inspect` says of a tape, for people and as JSON; sim/inspect.c
 * gathers it. */
#ifndef SIM_INSPECT_H
#define SIM_INSPECT_H

#include "data/tape_facts.h"

struct inspection {
    const char *path;
    struct tape_reader *tape;
    struct tape_facts facts;
    int64_t bytes;              /* of the file */
    bool digest_stored;         /* the tape says its digest, and that is the one of what was read */
    const struct error *damage; /* code 0: none */
};

void inspect_print(const struct inspection *self, FILE *stream);
/* One object, one line. */
void inspect_json(const struct inspection *self, FILE *stream);

#endif
