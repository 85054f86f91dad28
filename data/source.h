/* source.h - the one streaming reader of files: plain, gzip, zstd or a member of a zip archive, told
 * apart by content and not by name.
 *
 * Laws     nothing is unpacked to disk and never more than one block is held; gzip members and zstd
 *          frames are read to the last one; every raw byte passes the running hash.
 * Failure  NULL or false and an error: a missing file, a folder, an unreadable file, a stream that
 *          is cut short or damaged, an archive of another kind, text in UTF-16, more unpacked bytes
 *          than SOURCE_UNPACKED_MAX (exit 3: the input is wrong); a failing disk, no memory
 *          (exit 4). The text names the file.
 * Cost     one read buffer of 128 KiB and the decoder's window a source; zstd about 1 GB/s, gzip
 *          0.4 GB/s. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include "data/error.h"

/* A bomb of a few megabytes must end; the largest honest file (a year of depth updates) has some 20
 * GB. */
#define SOURCE_UNPACKED_MAX (64LL << 30)

struct source; /* opaque: owns the file and the decoder */

MUST_USE struct source *source_open(const char *path, struct error *error);
/* The same over bytes in memory, borrowed until the close; name stands in messages. For tests and
 * fuzzing. */
MUST_USE struct source *
source_open_memory(const void *bytes, size_t length, const char *name, struct error *error);
/* A member of a zip archive, from 0; of another file only part 0. source_open() takes the only one there
 * is and refuses an archive of several. */
MUST_USE struct source *source_open_part(const char *path, int32_t part, struct error *error);
/* How many parts a file has: the members of a zip archive; else 1. */
MUST_USE bool source_parts(const char *path, int32_t *parts, struct error *error);
enum { SOURCE_PEEK_BYTES = 4096 };

/* The first unpacked bytes without taking them (fewer than SOURCE_PEEK_BYTES: that is all there
 * is); before any reading, as often as you like. Borrowed, closed with a zero that is not counted. Tells JSON from CSV. */
MUST_USE bool
source_peek(struct source *self, const char **bytes, size_t *length, struct error *error);
/* The next unpacked bytes into buffer, at most capacity (> 0); *length = 0: the end. */
MUST_USE bool source_read(
    struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error);
/* The rest of the stream in one block that the caller frees, closed with a zero byte that is not
 * counted; more than limit bytes are an error. NULL: error. For JSON, which needs the whole. */
MUST_USE char *
source_read_all(struct source *self, size_t limit, size_t *length, struct error *error);
/* As given to open; borrowed. */
const char *source_path(const struct source *self);
/* What the content is called: the member of a zip archive, else the path; borrowed. */
const char *source_name(const struct source *self);
/* XXH3 (64 bits, seed 0) of the raw, still packed bytes read so far: of the whole file once the end
 * was reported; of a zip archive with the name of its member. */
uint64_t source_hash(const struct source *self);
/* NULL is fine. */
void source_close(struct source *self);

#endif
