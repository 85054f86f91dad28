/* tape_writer.h - the inside of a tape writer: what filling (tape_write.c) and beginning, ending
 * (tape_begin.c) share. Private to the tape (data/tape.h). */
#ifndef DATA_TAPE_WRITER_H
#define DATA_TAPE_WRITER_H

#include <limits.h>

#include "data/tape_layout.h"

/* A block while it is filled: its head stands before its content. */
struct tape_room {
    struct tape_block head;
    uint8_t content[TAPE_CONTENT_SLOTS * TAPE_SLOT_BYTES];
};
_Static_assert(sizeof(struct tape_room) == TAPE_BLOCK_BYTES, "written as it stands");

struct tape_writer {
    char path[PATH_MAX], temporary[PATH_MAX]; /* temporary: empty for a journal and within */
    int file;
    bool journal, force, failed;
    bool within;   /* the caller's file: it gets no name */
    bool nameless; /* not visible anywhere until the end: a process that is killed leaves nothing */
    int64_t offset;  /* bytes written */
    uint64_t number; /* of the next block */
    int32_t stream_count;
    uint16_t kinds[TAPE_STREAMS_MAX];
    struct tape_record last; /* kind 0: none yet */
    int64_t first_us;
    int64_t records, pending; /* all; in the buffer */
    int64_t room;             /* of the block in the buffer, in records; 0: not begun */
    struct tape_digest digest;
    struct tape_room record_room, stream_room, side_room;
};

/* What errno says; nothing is written any more. Always false. */
bool tape_disk_refuses(struct tape_writer *self, struct error *error);
/* At the end of what is written. */
MUST_USE bool
tape_write_bytes(struct tape_writer *self, const void *bytes, int64_t length, struct error *error);
MUST_USE bool tape_write_end(struct tape_writer *self, struct error *error);

#endif
