#include "data/tape_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Less than all: the file is shorter by now. */
static bool read_at(const struct tape_reader *self, int64_t offset, void *out, int64_t length)
{
    int64_t done = 0;
    while (done < length) {
        ssize_t got =
            pread(self->file, (uint8_t *)out + done, (size_t)(length - done), offset + done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        done += got;
    }
    return true;
}

bool tape_head_at(const struct tape_reader *self,
                  const struct tape_place *place,
                  struct tape_block *out)
{
    int64_t room = self->bytes - place->offset;
    return room >= TAPE_SLOT_BYTES && read_at(self, place->offset, out, sizeof(*out)) &&
           tape_block_possible(out, place->number, room) &&
           (out->kind != TAPE_RECORDS ||
            (out->first_us >= place->last_us && out->last_us >= out->first_us));
}

void tape_place_pass(struct tape_place *self, const struct tape_block *block)
{
    self->offset += tape_block_bytes(block);
    self->number++;
    if (block->kind == TAPE_RECORDS) {
        self->records += block->slots;
        self->last_us = block->last_us;
    }
}

struct tape_place tape_mark_before(const struct tape_reader *self, int64_t offset)
{
    int64_t low = 0, high = self->mark_count;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (self->marks[middle].offset <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return self->marks[low];
}

static bool no_memory(const struct tape_reader *self, struct error *error)
{
    return error_set(error, EXIT_CODE_OPERATING, self->path, 0,
                     "out of memory: free some and run again");
}

static bool mark(struct tape_reader *self, const struct tape_place *place, struct error *error)
{
    if (self->mark_count > 0 &&
        place->offset - self->marks[self->mark_count - 1].offset < TAPE_MARK_BYTES) {
        return true;
    }
    if (self->mark_count == self->mark_capacity) {
        int64_t capacity = self->mark_capacity > 0 ? self->mark_capacity * 2 : 64;
        void *marks = realloc(self->marks, (size_t)capacity * sizeof(self->marks[0]));
        if (marks == NULL) {
            return no_memory(self, error);
        }
        self->marks = marks;
        self->mark_capacity = capacity;
    }
    self->marks[self->mark_count++] = *place;
    return true;
}

/* True when the whole block stands there as it was written. Reads it, and maps none of it. */
static bool
block_good(const struct tape_reader *self, int64_t offset, const struct tape_block *head)
{
    uint8_t chunk[1 << 14];
    struct tape_block copy = *head;
    copy.checksum = 0;
    XXH_errorcode status = XXH3_64bits_reset(self->hash);
    CHECK(status == XXH_OK);
    tape_digest_add(self->hash, &copy, sizeof(copy));
    int64_t at = offset + TAPE_SLOT_BYTES, end = offset + tape_block_bytes(head);
    while (at < end) {
        int64_t length = end - at < (int64_t)sizeof(chunk) ? end - at : (int64_t)sizeof(chunk);
        if (!read_at(self, at, chunk, length)) {
            return false;
        }
        tape_digest_add(self->hash, chunk, (size_t)length);
        at += length;
    }
    return XXH3_64bits_digest(self->hash) == head->checksum;
}

static bool streams_take(struct tape_reader *self,
                         const struct tape_place *place,
                         const struct tape_block *head,
                         struct error *error)
{
    int32_t count = (int32_t)(head->slots / TAPE_STREAM_SLOTS);
    if (self->stream_count + count > TAPE_STREAMS_MAX) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "the tape has more than %d streams: split it", TAPE_STREAMS_MAX);
    }
    size_t bytes = sizeof(self->streams[0]);
    void *streams = realloc(self->streams, (size_t)(self->stream_count + count) * bytes);
    if (streams == NULL) {
        return no_memory(self, error);
    }
    self->streams = streams;
    struct tape_stream *first = self->streams + self->stream_count;
    if (!read_at(self, place->offset + TAPE_SLOT_BYTES, first, (int64_t)bytes * count)) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "the tape got shorter while it was opened: try again");
    }
    for (int32_t i = 0; i < count; i++) {
        const char *wrong = tape_stream_judge(&first[i]);
        if (wrong != NULL) {
            return error_set(error, EXIT_CODE_DATA, self->path, 0,
                             "stream %d of the tape (byte %lld): %s: import the original files "
                             "again",
                             self->stream_count + i, (long long)place->offset, wrong);
        }
    }
    self->stream_count += count;
    return true;
}

/* What the last slots say of the whole file: the count of records, should a damage hide it. */
static bool end_read(const struct tape_reader *self, int64_t offset, struct tape_end *out)
{
    struct tape_block head;
    return offset >= TAPE_SLOT_BYTES && read_at(self, offset, &head, sizeof(head)) &&
           head.kind == TAPE_END && tape_block_possible(&head, head.number, self->bytes - offset) &&
           block_good(self, offset, &head) &&
           read_at(self, offset + TAPE_SLOT_BYTES, out, sizeof(*out));
}

/* Block head by block head to the first that may not stand where it stands, or the end block.
 * False: an error. *over: there is nothing more to take. */
static bool chain_step(struct tape_reader *self, bool *over, struct error *error)
{
    struct tape_block head;
    struct tape_place *place = &self->end;
    *over = true;
    if (!tape_head_at(self, place, &head)) {
        return true;
    }
    if (head.kind == TAPE_END) {
        if (!end_read(self, place->offset, &self->last) || self->last.records != place->records) {
            return true;
        }
        self->complete = true;
        tape_place_pass(place, &head);
        return true;
    }
    if (head.kind == TAPE_STREAMS) {
        if (!block_good(self, place->offset, &head)) {
            return true;
        }
        if (!streams_take(self, place, &head, error)) {
            return false;
        }
    }
    if (!mark(self, place, error)) {
        return false;
    }
    tape_place_pass(place, &head);
    *over = false;
    return true;
}

/* Is there a whole block at or behind the offset? Then what stands before it was written, and is lost. */
static bool good_behind(const struct tape_reader *self, int64_t offset)
{
    enum { CHUNK_SLOTS = 256 };
    struct tape_block slots[CHUNK_SLOTS];
    memset(slots, 0, sizeof(slots));
    for (int64_t at = offset; at + TAPE_SLOT_BYTES <= self->bytes;) {
        int64_t count = (self->bytes - at) / TAPE_SLOT_BYTES;
        count = count < CHUNK_SLOTS ? count : CHUNK_SLOTS;
        if (!read_at(self, at, slots, count * TAPE_SLOT_BYTES)) {
            return false;
        }
        for (int64_t i = 0; i < count; i++, at += TAPE_SLOT_BYTES) {
            const struct tape_block *head = &slots[i];
            if (head->number >= self->end.number &&
                tape_block_possible(head, head->number, self->bytes - at) &&
                block_good(self, at, head)) {
                return true;
            }
        }
    }
    return false;
}

/* Behind the last good block from the mark to the end of the chain; false: none is good. */
static bool good_end(const struct tape_reader *self, struct tape_place from, struct tape_place *out)
{
    bool found = false;
    struct tape_block head;
    while (from.offset < self->end.offset && tape_head_at(self, &from, &head)) {
        bool good = block_good(self, from.offset, &head);
        tape_place_pass(&from, &head);
        if (good) {
            *out = from;
            found = true;
        }
    }
    return found;
}

/* The disk may have got the heads of the last blocks and not their content. */
static void tail_cut(struct tape_reader *self)
{
    struct tape_place good;
    while (!good_end(self, self->marks[self->mark_count - 1], &good)) {
        self->end = self->marks[self->mark_count - 1];
        if (self->mark_count == 1) {
            return;
        }
        self->mark_count--;
    }
    self->end = good;
}

bool tape_scan(struct tape_reader *self, struct error *error)
{
    self->end = (struct tape_place){.offset = TAPE_SLOT_BYTES, .last_us = INT64_MIN};
    self->damage_offset = -1;
    self->total_records = -1;
    if (!mark(self, &self->end, error)) {
        return false;
    }
    for (bool over = false; !over;) {
        if (!chain_step(self, &over, error)) {
            return false;
        }
    }
    struct tape_end end;
    if (self->end.offset < self->bytes && good_behind(self, self->end.offset)) {
        self->damage_offset = self->end.offset;
        self->complete = false;
        if (end_read(self, self->bytes - (int64_t)2 * TAPE_SLOT_BYTES, &end)) {
            self->total_records = end.records;
        }
        return true;
    }
    if (!self->complete) {
        tail_cut(self);
    }
    self->torn_bytes = self->bytes - self->end.offset;
    self->total_records = self->end.records;
    return true;
}
