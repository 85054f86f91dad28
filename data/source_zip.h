/* source_zip.h - the members of a zip archive, one at a time, by minizip.
 *
 * Why      minizip and not libarchive: it needs zlib alone. libarchive 3.6 brings libxml2, ICU and 9 more libraries, which
 *          doubles the start of every program (1.35 to 2.8 ms measured); and zip writes its table at the end, so nothing is
 *          streamed either way.
 * Laws     members are those with a name that is no folder and not below "__MACOSX"; their CRC is checked at their end.
 * Failure  NULL or false and an error (exit 3): damaged, cut short, split in parts, encrypted, packed by a method other than
 *          store and deflate, no such member. */
#ifndef DATA_SOURCE_ZIP_H
#define DATA_SOURCE_ZIP_H

#include "data/error.h"

struct zip; /* opaque */

/* Bytes of the archive: a file (>= 0) or memory; borrowed. path stands in messages, borrowed. */
struct zip_bytes {
    int file;
    const void *memory;
    int64_t length;
    const char *path;
};

/* part: which member, from 0; -1: the only one (an archive of several is refused). */
MUST_USE struct zip *zip_open(const struct zip_bytes *bytes, int32_t part, struct error *error);
/* The next bytes of the member; *length = 0: the end. */
MUST_USE bool
zip_read(struct zip *self, char *buffer, size_t capacity, size_t *length, struct error *error);
const char *zip_member(const struct zip *self); /* its name */
int32_t zip_member_count(const struct zip *self);
void zip_close(struct zip *self); /* NULL is fine */

#endif
