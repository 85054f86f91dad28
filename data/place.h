/* place.h - how a new file takes its name: written under another one beside it, moved to its place
 * when it is whole.
 *
 * Laws     who looks at the name sees the old file or the whole new one, never a part; what a
 *          killed process left under its temporary name goes with the next one that writes there.
 * Failure  false and an error: exit 2 refused, exit 4 the system would not. */
#ifndef DATA_PLACE_H
#define DATA_PLACE_H

#include <limits.h>

#include "data/error.h"

/* The folder that holds the file is there and can be written. */
MUST_USE bool place_judge_folder(const char *path, struct error *error);
/* The name under which this process makes the file. It has room for a suffix of eight bytes. */
MUST_USE bool place_temporary(const char *path, char *out, size_t capacity, struct error *error);
/* Writes a file through to the disk. It opens and closes the file: locks of this process on it are
 * gone afterwards. */
MUST_USE bool place_sync(const char *path, struct error *error);
/* Takes the name. Without replace a name that is taken by now is refused. */
MUST_USE bool
place_move(const char *temporary, const char *path, bool replace, struct error *error);
/* Makes the name durable. */
MUST_USE bool place_sync_folder(const char *path, struct error *error);
/* What errno says of this file: exit 4. Always false. */
bool place_system_refuses(struct error *error,
                          const char *path,
                          const char *doing,
                          const char *remedy);

#endif
