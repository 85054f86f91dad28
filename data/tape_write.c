#include "data/tape_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/place.h"

bool tape_disk_refuses(struct tape_writer *self, struct error *error)
{
    self->failed = true;
    return place_system_refuses(error, self->path, "writing the tape", "make room on the disk");
}

bool tape_write_bytes(struct tape_writer *self,
                      const void *bytes,
                      int64_t length,
                      struct error *error)
{
    if (self->failed) {
        return error_set(error, EXIT_CODE_OPERATING, self->path, 0,
                         "the tape could not be written before: make room on the disk");
    }
    int64_t done = 0;
    while (done < length) {
        ssize_t put = pwrite(self->file, (const uint8_t *)bytes + done, (size_t)(length - done),
                             self->offset + done);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return tape_disk_refuses(self, error);
        }
        done += put;
    }
    self->offset += length;
    return true;
}

/* Closes the head over its content, which stands behind it, and writes both. */
static bool write_block(struct tape_writer *self,
                        struct tape_block *head,
                        enum tape_block_kind kind,
                        struct error *error)
{
    int64_t slots = ((int64_t)head->bytes + TAPE_SLOT_BYTES - 1) / TAPE_SLOT_BYTES;
    uint8_t *content = (uint8_t *)(head + 1);
    memset(content + head->bytes, 0, (size_t)(slots * TAPE_SLOT_BYTES - head->bytes));
    head->magic = TAPE_BLOCK_MAGIC;
    head->kind = (uint16_t)kind;
    head->slots = (uint32_t)slots;
    head->number = self->number++;
    head->checksum = 0;
    int64_t length = tape_block_bytes(head);
    head->checksum = XXH3_64bits(head, (size_t)length);
    bool written = tape_write_bytes(self, head, length, error);
    head->bytes = 0;
    return written;
}

static bool write_records(struct tape_writer *self, struct error *error)
{
    struct tape_block *head = &self->record_room.head;
    const void *content = self->record_room.content;
    const struct tape_record *records = content;
    size_t bytes = (size_t)self->pending * sizeof(*records);
    head->bytes = (uint32_t)bytes;
    head->first_us = records[0].time_us;
    head->last_us = self->last.time_us;
    tape_digest_add(self->digest.records, records, bytes);
    self->pending = 0;
    return write_block(self, head, TAPE_RECORDS, error);
}

bool tape_flush(struct tape_writer *self, struct error *error)
{
    /* What a record names stands before it. */
    struct tape_block *side = &self->side_room.head, *streams = &self->stream_room.head;
    self->room = 0;
    return (side->bytes == 0 || write_block(self, side, TAPE_SIDE, error)) &&
           (streams->bytes == 0 || write_block(self, streams, TAPE_STREAMS, error)) &&
           (self->pending == 0 || write_records(self, error));
}

bool tape_add_stream(struct tape_writer *self,
                     const struct tape_stream *stream,
                     uint16_t *number,
                     struct error *error)
{
    const char *wrong = tape_stream_judge(stream);
    if (wrong != NULL) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "stream %d (%.*s): %s: correct the input", self->stream_count,
                         SYMBOL_BYTES, stream->symbol, wrong);
    }
    if (self->stream_count == TAPE_STREAMS_MAX) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "more than %d streams do not fit one tape: make two", TAPE_STREAMS_MAX);
    }
    struct tape_room *room = &self->stream_room;
    if (room->head.bytes + sizeof(*stream) > sizeof(room->content) && !tape_flush(self, error)) {
        return false;
    }
    memcpy(room->content + room->head.bytes, stream, sizeof(*stream));
    room->head.bytes += (uint32_t)sizeof(*stream);
    tape_digest_add(self->digest.streams, stream, sizeof(*stream));
    self->kinds[self->stream_count] = stream->kind;
    *number = (uint16_t)self->stream_count++;
    return true;
}

static int64_t block_bytes(const struct tape_block *head)
{
    int64_t slots = ((int64_t)head->bytes + TAPE_SLOT_BYTES - 1) / TAPE_SLOT_BYTES;
    return head->bytes == 0 ? 0 : (slots + 1) * TAPE_SLOT_BYTES;
}

/* To the next multiple of 256 KiB in the file, behind what is written before the records: writes at such
 * places come to lie in large pieces of the page cache, which are read in two thirds of the time. */
static int64_t records_room(const struct tape_writer *self)
{
    int64_t at =
        self->offset + block_bytes(&self->side_room.head) + block_bytes(&self->stream_room.head);
    int64_t slots = TAPE_BLOCK_SLOTS - at / TAPE_SLOT_BYTES % TAPE_BLOCK_SLOTS;
    return slots > 1 ? slots - 1 : TAPE_CONTENT_SLOTS;
}

bool tape_add(struct tape_writer *self, const struct tape_record *record, struct error *error)
{
    CHECK(record->stream < self->stream_count &&
          tape_stream_kind(record->kind) == self->kinds[record->stream]);
    CHECK(self->last.kind == 0 || (self->journal ? record->time_us >= self->last.time_us
                                                 : tape_compare(&self->last, record) <= 0));

    if (self->pending == self->room) {
        if (self->pending > 0 && !tape_flush(self, error)) {
            return false;
        }
        self->room = records_room(self);
    }
    if (self->records == 0) {
        self->first_us = record->time_us;
    }
    memcpy(self->record_room.content + self->pending * TAPE_SLOT_BYTES, record, sizeof(*record));
    self->last = *record;
    self->pending++;
    self->records++;
    return true;
}

/* A text that fits no block beside others: a block of its own. */
static bool
write_long_text(struct tape_writer *self, const char *text, int64_t length, struct error *error)
{
    struct tape_block *head = calloc(1, (size_t)(length + (int64_t)2 * TAPE_SLOT_BYTES));
    if (head == NULL) {
        return error_set(error, EXIT_CODE_OPERATING, self->path, 0,
                         "out of memory: free some and run again");
    }
    memcpy(head + 1, text, (size_t)length);
    head->bytes = (uint32_t)length;
    bool written = write_block(self, head, TAPE_SIDE, error);
    free(head);
    return written;
}

bool tape_add_text(struct tape_writer *self,
                   struct tape_record *record,
                   const char *text,
                   int64_t length,
                   struct error *error)
{
    CHECK(length >= 0);

    struct tape_room *room = &self->side_room;
    if (length > TAPE_TEXT_MAX) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "a text of %lld bytes does not fit a tape (at most %d): shorten it",
                         (long long)length, TAPE_TEXT_MAX);
    }
    if (length > (int64_t)sizeof(room->content) - room->head.bytes && !tape_flush(self, error)) {
        return false;
    }
    record->v[0] = length == 0 ? 0 : self->offset + TAPE_SLOT_BYTES + room->head.bytes;
    record->v[1] = length;
    if (length > (int64_t)sizeof(room->content)) {
        return write_long_text(self, text, length, error);
    }
    memcpy(room->content + room->head.bytes, text, (size_t)length);
    room->head.bytes += (uint32_t)length;
    return true;
}

bool tape_write_end(struct tape_writer *self, struct error *error)
{
    struct {
        struct tape_block head;
        struct tape_end end;
    } block = {.head = {.bytes = sizeof(struct tape_end)},
               .end = {.records = self->records,
                       .digest = tape_digest_value(&self->digest),
                       .first_us = self->first_us,
                       .last_us = self->last.time_us}};
    return write_block(self, &block.head, TAPE_END, error);
}
