/* store_file.h - the file of a database as seen from outside SQLite: may a run begin there, and how
 * does a new database take its place. Private to the store.
 * Laws     a refusal changes nothing: no byte, no file beside it. A new database appears complete,
 *          by rename, with its run already in it; the old one is there until that instant, and is
 *          held locked while it goes. Files that SQLite would take for the new one's (-wal, -shm,
 *          -journal) go first: a stale log would be played into the new file.
 * Failure  false and an error: exit 2 refused, exit 4 the system would not. */
#ifndef DATA_STORE_FILE_H
#define DATA_STORE_FILE_H

#include "data/error.h"

/* Which file it is, whatever its name. */
struct store_mark {
    uint64_t device, number;
};

/* By name: no file name, a folder, not a database, of another program, newer, in use, used already
 * (without force), a folder that is missing or cannot be written. */
MUST_USE bool store_file_judge(const char *path, bool force, struct error *error);
MUST_USE bool store_file_mark(const char *path, struct store_mark *out, struct error *error);
/* False when another file stands at the path by now: it is in use by who put it there. */
MUST_USE bool store_file_is(const char *path, const struct store_mark *mark, struct error *error);
/* Moves a new database, synced, to its place, judged again, and makes that durable. */
MUST_USE bool
store_file_install(const char *temporary, const char *path, bool force, struct error *error);
/* Moves a finished run over the file that said 'running', which the caller holds: readers of that
 * one go on reading it. */
MUST_USE bool store_file_arrive(const char *finished, const char *path, struct error *error);
/* Removes a database that never came to its place, and what stands beside it. */
void store_file_remove(const char *path);
/* True when this version of SQLite has the fix of the WAL-reset bug (RISK 8.1, W8). */
bool store_sqlite_fixed(int version);

#endif
