/* tape_layout.h - what makes a slot, a block and a stream of a tape well formed, and their checksums:
 * what reader and writer share. Private to the tape (data/tape.h). */
#ifndef DATA_TAPE_LAYOUT_H
#define DATA_TAPE_LAYOUT_H

/* In line: a third less time than the library's own build for the oldest processors. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "data/tape.h"

enum {
    TAPE_BLOCK_MAGIC = 0x4b4c4254, /* "TBLK" as it stands in the file */
    TAPE_CONTENT_SLOTS = TAPE_BLOCK_SLOTS - 1,
    TAPE_BLOCK_BYTES = TAPE_BLOCK_SLOTS * TAPE_SLOT_BYTES,
    TAPE_STREAM_SLOTS = sizeof(struct tape_stream) / TAPE_SLOT_BYTES
};

/* The file's head as this version writes it. */
void tape_head_make(struct tape_head *out, uint32_t flags);
/* NULL: a head that this version reads; else what is wrong with it, and what to do. */
const char *tape_head_judge(const struct tape_head *head);

/* The head of a block that may stand here: its own fields agree, it is the number-th of the file and
 * ends within `room` bytes from its head. */
bool tape_block_possible(const struct tape_block *block, uint64_t number, int64_t room);
int64_t tape_block_bytes(const struct tape_block *block); /* with its head */
/* Head and content stand one behind the other. */
uint64_t tape_block_checksum(const struct tape_block *block, XXH3_state_t *state);
/* NULL: a stream that may be in a tape; else what is wrong with it. */
const char *tape_stream_judge(const struct tape_stream *stream);
/* True when the records of a block keep the laws: rising, as the head says, each of a stream's kind.
 * previous: the record before them, or NULL. */
bool tape_records_lawful(const struct tape_block *block,
                         const struct tape_stream *streams,
                         int32_t stream_count,
                         const struct tape_record *previous,
                         bool journal);

/* The running digest of struct tape_end. */
struct tape_digest {
    XXH3_state_t *streams, *records;
};
MUST_USE bool tape_digest_begin(struct tape_digest *self); /* false: no memory */
void tape_digest_add(XXH3_state_t *state, const void *bytes, size_t length);
uint64_t tape_digest_value(const struct tape_digest *self);
void tape_digest_end(struct tape_digest *self);

#endif
