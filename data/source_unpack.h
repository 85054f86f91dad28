/* source_unpack.h - the inside of a source: what it is packed with, and how gzip and zstd are unpacked; zip has
 * data/source_zip.h. Private to the source (data/source.h), whose laws of failure hold. */
#ifndef DATA_SOURCE_UNPACK_H
#define DATA_SOURCE_UNPACK_H

#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include "data/source.h"
#include "data/source_zip.h"

enum { SOURCE_RAW_BYTES = 128 << 10 };

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD, PACKING_ZIP };

/* zlib and zstd themselves, not libarchive: the speed is the same (34 against 35 ms for 33 MB), and
 * libarchive 3.6 does not check the CRC of a gzip member. */
struct source {
    char *path;
    int file;              /* -1: memory */
    const uint8_t *memory; /* what is left of it */
    size_t memory_left;
    const void *memory_all;
    int32_t part; /* of a zip archive; -1: its only one */
    struct zip *zip;
    uint8_t *raw; /* SOURCE_RAW_BYTES */
    size_t raw_at, raw_length;
    bool raw_end;
    XXH3_state_t *hash;
    enum packing packing;
    z_stream inflate;
    bool inflate_ready;
    ZSTD_DStream *zstd;
    bool inside;      /* a gzip member or zstd frame is open: the file may not end here */
    int64_t unpacked; /* bytes given out */
    char peeked[SOURCE_PEEK_BYTES + 1]; /* closed with a zero */
    size_t peek_at, peek_length;
    uint8_t first[2]; /* of what was given out: UTF-16 shows itself there */
};

/* Exit 3 with this text. Always false. */
bool source_fail(const struct source *self, struct error *error, const char *text);
/* Always false. */
bool source_no_memory(const struct source *self, struct error *error);
/* More raw bytes behind those not used yet. */
MUST_USE bool source_raw_fill(struct source *self, struct error *error);
/* By the first bytes; a packing that is not read is refused by name. */
MUST_USE bool source_packing_detect(struct source *self, struct error *error);
/* Unpacked bytes; *length 0: the end. */
MUST_USE bool source_gzip_read(
    struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error);
MUST_USE bool source_zstd_read(
    struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error);

#endif
