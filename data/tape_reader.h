/* tape_reader.h - the inside of a tape reader: what the walk at the opening finds (tape_scan.c) and the
 * reading uses (tape_read.c). Private to the tape (data/tape.h). */
#ifndef DATA_TAPE_READER_H
#define DATA_TAPE_READER_H

#include "data/tape_layout.h"

/* A block on the way through the file. */
struct tape_place {
    int64_t offset; /* of its head */
    uint64_t number;
    int64_t records; /* before it, by the heads */
    int64_t last_us; /* of the records before it; INT64_MIN: none */
};

/* One mark at least each so many bytes: to go back, to seek, to find a text. */
enum { TAPE_MARK_BYTES = TAPE_BLOCK_BYTES };

struct tape_reader {
    char path[ERROR_PATH_BYTES];
    int file;
    const uint8_t *map; /* of `bytes` bytes */
    int64_t bytes;      /* of the file when it was opened */
    bool journal, complete;
    struct tape_end last;  /* when complete */
    int64_t total_records; /* by the end block, also behind a damage; -1: unknown */
    struct tape_place end; /* behind the last block that is read */
    int64_t damage_offset; /* -1: none known */
    int64_t torn_bytes;
    struct tape_stream *streams;
    int32_t stream_count;
    struct tape_place *marks;
    int64_t mark_count, mark_capacity;
    XXH3_state_t *hash;
    /* reading */
    struct tape_place place;         /* of the next block */
    int64_t from_us;                 /* records before it are passed over */
    int64_t checked_end;             /* all blocks before this offset are good */
    struct tape_record checked_last; /* the last record before checked_end; kind 0: none */
    int64_t side_offset;             /* of the side block checked last; 0: none */
    int64_t released;                /* bytes given back */
};

/* Fills all down to `hash`. */
MUST_USE bool tape_scan(struct tape_reader *self, struct error *error);
/* The head at the place by a read that leaves no page mapped. False: none that may stand there. */
MUST_USE bool tape_head_at(const struct tape_reader *self,
                           const struct tape_place *place,
                           struct tape_block *out);
/* Steps over the block. */
void tape_place_pass(struct tape_place *self, const struct tape_block *block);
/* The last mark at or before the offset. */
struct tape_place tape_mark_before(const struct tape_reader *self, int64_t offset);

#endif
