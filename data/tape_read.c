#include "data/tape_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pages this far behind the reader are given back. */
enum { RELEASE_BYTES = 16 << 20, PAGE_BYTES = 4096 };

static bool system_refuses(struct tape_reader *self, const char *doing, struct error *error)
{
    return error_set(error, EXIT_CODE_OPERATING, self->path, 0, "%s: %s: check the disk", doing,
                     strerror(errno));
}

/* A pipe of that name would keep the opening waiting. */
static bool file_open(struct tape_reader *self, struct error *error)
{
    self->file = open(self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool missing = errno == ENOENT;
    return self->file >= 0 || error_set(error, missing ? EXIT_CODE_DATA : EXIT_CODE_OPERATING,
                                        self->path, 0, "cannot be opened: %s: %s", strerror(errno),
                                        missing ? "check the name" : "check rights and disk");
}

static bool file_judge(struct tape_reader *self, struct error *error)
{
    struct stat facts;
    if (fstat(self->file, &facts) != 0) {
        return system_refuses(self, "looking at the tape", error);
    }
    if (!S_ISREG(facts.st_mode)) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "this is not a plain file: name the tape itself");
    }
    self->bytes = facts.st_size;
    return true;
}

static bool head_read(struct tape_reader *self, struct error *error)
{
    struct tape_head head;
    ssize_t got = pread(self->file, &head, sizeof(head), 0);
    if (got < 0) {
        return system_refuses(self, "reading the tape", error);
    }
    if (got < (ssize_t)sizeof(head)) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "this is not a tape, it has %lld bytes: make one with cerberus-sim import",
                         (long long)self->bytes);
    }
    const char *wrong = tape_head_judge(&head);
    if (wrong != NULL) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0, "%s", wrong);
    }
    self->journal = (head.flags & TAPE_JOURNAL) != 0;
    return true;
}

static bool file_map(struct tape_reader *self, struct error *error)
{
    void *map = mmap(NULL, (size_t)self->bytes, PROT_READ, MAP_SHARED, self->file, 0);
    if (map == MAP_FAILED) {
        return system_refuses(self, "mapping the tape", error);
    }
    self->map = map;
    (void)madvise(map, (size_t)self->bytes, MADV_SEQUENTIAL); /* a hint */
    return true;
}

static struct tape_reader *reader_new(const char *path, struct error *error)
{
    struct tape_reader *self = calloc(1, sizeof(*self));
    XXH3_state_t *hash = XXH3_createState();
    if (self == NULL || hash == NULL) {
        free(self);
        (void)XXH3_freeState(hash);
        (void)error_set(error, EXIT_CODE_OPERATING, path, 0,
                        "out of memory: free some and run again");
        return NULL;
    }
    self->file = -1;
    self->hash = hash;
    (void)snprintf(self->path, sizeof(self->path), "%s", path);
    return self;
}

/* The reader, at the first record of its file; NULL: there is none. */
static struct tape_reader *reader_begin(struct tape_reader *self, struct error *error)
{
    if (!file_judge(self, error) || !head_read(self, error) || !tape_scan(self, error) ||
        !file_map(self, error)) {
        tape_close(self);
        return NULL;
    }
    self->checked_end = TAPE_SLOT_BYTES;
    tape_seek(self, INT64_MIN);
    return self;
}

struct tape_reader *tape_open(const char *path, struct error *error)
{
    struct tape_reader *self = reader_new(path, error);
    if (self != NULL && !file_open(self, error)) {
        tape_close(self);
        return NULL;
    }
    return self == NULL ? NULL : reader_begin(self, error);
}

struct tape_reader *tape_open_file(int file, const char *called, struct error *error)
{
    struct tape_reader *self = reader_new(called, error);
    if (self == NULL) {
        return NULL;
    }
    self->file = fcntl(file, F_DUPFD_CLOEXEC, 0);
    return reader_begin(self, error);
}

void tape_close(struct tape_reader *self)
{
    if (self == NULL) {
        return;
    }
    if (self->map != NULL) {
        (void)munmap((void *)(uintptr_t)self->map, (size_t)self->bytes);
    }
    if (self->file >= 0) {
        (void)close(self->file);
    }
    (void)XXH3_freeState(self->hash);
    free(self->streams);
    free(self->marks);
    free(self);
}

int32_t tape_stream_count(const struct tape_reader *self)
{
    return self->stream_count;
}

const struct tape_stream *tape_stream(const struct tape_reader *self, int32_t stream)
{
    CHECK(stream >= 0 && stream < self->stream_count);
    return &self->streams[stream];
}

int64_t tape_record_count(const struct tape_reader *self)
{
    return self->end.records;
}

bool tape_complete(const struct tape_reader *self)
{
    return self->complete;
}

bool tape_is_journal(const struct tape_reader *self)
{
    return self->journal;
}

int64_t tape_torn_bytes(const struct tape_reader *self)
{
    return self->torn_bytes;
}

void tape_seek(struct tape_reader *self, int64_t first_us)
{
    int64_t low = 0, high = self->mark_count;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (self->marks[middle].last_us < first_us) {
            low = middle;
        } else {
            high = middle;
        }
    }
    struct tape_place place = self->marks[low], next = place;
    struct tape_block head;
    /* Only records that are too early are passed over: whatever else stands there is checked on the way. */
    while (next.offset < self->end.offset && tape_head_at(self, &next, &head) &&
           (head.kind != TAPE_RECORDS || head.last_us < first_us)) {
        tape_place_pass(&next, &head);
        place = head.kind == TAPE_RECORDS ? next : place;
    }
    self->place = place;
    self->from_us = first_us;
}

/* ---- blocks ---- */

static void release_behind(struct tape_reader *self)
{
    int64_t behind = self->place.offset / PAGE_BYTES * PAGE_BYTES;
    if (behind < self->released) {
        self->released = 0; /* rewound */
    }
    if (behind - self->released >= RELEASE_BYTES) {
        (void)madvise((void *)(uintptr_t)(self->map + self->released),
                      (size_t)(behind - self->released), MADV_DONTNEED);
        self->released = behind;
    }
}

/* Asked before a block is touched: a page behind the end of the file is a SIGBUS. */
static bool still_there(const struct tape_reader *self)
{
    struct stat facts;
    return fstat(self->file, &facts) == 0 && facts.st_size >= self->bytes - self->torn_bytes;
}

static bool damaged(const struct tape_reader *self, const char *how, struct error *error)
{
    const struct tape_place *place = &self->place;
    char lost[64] = "all records";
    if (self->total_records >= 0) {
        (void)snprintf(lost, sizeof(lost), "%lld records",
                       (long long)(self->total_records - place->records));
    }
    return error_set(error, EXIT_CODE_DATA, self->path, 0,
                     "the tape is damaged at byte %lld (block %llu %s): the %lld records before it "
                     "were read, %s in the %lld bytes from there on are lost: import the original "
                     "files again",
                     (long long)place->offset, (unsigned long long)place->number, how,
                     (long long)place->records, lost, (long long)(self->bytes - place->offset));
}

static const struct tape_block *block_at(const struct tape_reader *self, int64_t offset)
{
    const void *slot = self->map + offset; /* offsets of blocks are those of slots */
    return slot;
}

/* What is wrong with the block, or NULL. */
static const char *block_judge(struct tape_reader *self, const struct tape_block *block)
{
    const struct tape_place *place = &self->place;
    if (!tape_block_possible(block, place->number, self->bytes - place->offset)) {
        return "has no good head";
    }
    if (place->offset < self->checked_end) {
        return NULL;
    }
    if (tape_block_checksum(block, self->hash) != block->checksum) {
        return "fails its checksum";
    }
    bool next = place->offset == self->checked_end;
    if (block->kind == TAPE_RECORDS) {
        bool known = next && self->checked_last.kind != 0;
        if (!tape_records_lawful(block, self->streams, self->stream_count,
                                 known ? &self->checked_last : NULL, self->journal)) {
            return "has records out of order or of no stream";
        }
    }
    if (next) {
        self->checked_end += tape_block_bytes(block);
        if (block->kind == TAPE_RECORDS) {
            self->checked_last = ((const struct tape_record *)(block + 1))[block->slots - 1];
        }
    }
    return NULL;
}

/* The first record of the block that is not before from_us. */
static uint32_t first_wanted(const struct tape_block *block, int64_t from_us)
{
    const struct tape_record *records = (const struct tape_record *)(block + 1);
    uint32_t low = 0, high = block->slots;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (records[middle].time_us < from_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* TAPE_MORE: the next good block. */
static enum tape_status
block_next(struct tape_reader *self, const struct tape_block **out, struct error *error)
{
    const char *wrong = NULL;
    release_behind(self);
    if (self->place.offset >= self->end.offset) {
        if (self->damage_offset < 0) {
            return TAPE_OVER;
        }
        wrong = "has no good head";
    } else if (!still_there(self)) {
        wrong = "is gone: the file was cut while it was read";
    } else {
        *out = block_at(self, self->place.offset);
        wrong = block_judge(self, *out);
    }
    if (wrong != NULL) {
        (void)damaged(self, wrong, error);
        return TAPE_DAMAGED;
    }
    tape_place_pass(&self->place, *out);
    return TAPE_MORE;
}

enum tape_status tape_run(struct tape_reader *self,
                          const struct tape_record **records,
                          int64_t *count,
                          struct error *error)
{
    const struct tape_block *block = NULL;
    enum tape_status status = block_next(self, &block, error);
    while (status == TAPE_MORE) {
        if (block->kind == TAPE_RECORDS && block->last_us >= self->from_us) {
            uint32_t first =
                block->first_us >= self->from_us ? 0 : first_wanted(block, self->from_us);
            *records = (const struct tape_record *)(block + 1) + first;
            *count = block->slots - first;
            return TAPE_MORE;
        }
        status = block_next(self, &block, error);
    }
    return status;
}

/* ---- texts and the digest ---- */

static const char *
text_outside(const struct tape_reader *self, const struct tape_record *record, struct error *error)
{
    (void)error_set(
        error, EXIT_CODE_DATA, self->path, 0,
        "the text of a record at %lld us (%lld bytes at byte %lld of the tape) is damaged or "
        "not there: import the original files again",
        (long long)record->time_us, (long long)record->v[1], (long long)record->v[0]);
    return NULL;
}

/* The side block that holds the text. */
static bool side_find(struct tape_reader *self, int64_t offset, int64_t length, int64_t *out)
{
    struct tape_place place = tape_mark_before(self, offset), next = place;
    struct tape_block head;
    while (place.offset < offset && tape_head_at(self, &place, &head)) {
        tape_place_pass(&next, &head);
        if (offset < next.offset) {
            int64_t content = place.offset + TAPE_SLOT_BYTES;
            *out = place.offset;
            return head.kind == TAPE_SIDE && offset >= content &&
                   offset + length <= content + head.bytes;
        }
        place = next;
    }
    return false;
}

const char *tape_text(struct tape_reader *self,
                      const struct tape_record *record,
                      int64_t *length,
                      struct error *error)
{
    int64_t offset = record->v[0], side = 0;
    *length = record->v[1];
    if (*length == 0) {
        return "";
    }
    if (offset < TAPE_SLOT_BYTES || offset >= self->end.offset || *length < 0 ||
        *length > TAPE_TEXT_MAX || !side_find(self, offset, *length, &side) || !still_there(self)) {
        return text_outside(self, record, error);
    }
    const struct tape_block *block = block_at(self, side);
    if (side >= self->checked_end && side != self->side_offset) {
        if (tape_block_checksum(block, self->hash) != block->checksum) {
            return text_outside(self, record, error);
        }
        self->side_offset = side;
    }
    return (const char *)self->map + offset;
}

static bool
digest_compute(struct tape_reader *self, struct tape_digest *digest, struct error *error)
{
    const struct tape_record *records = NULL;
    int64_t count = 0;
    tape_seek(self, INT64_MIN);
    enum tape_status status = tape_run(self, &records, &count, error);
    while (status == TAPE_MORE) {
        tape_digest_add(digest->records, records, (size_t)count * sizeof(records[0]));
        status = tape_run(self, &records, &count, error);
    }
    tape_digest_add(digest->streams, self->streams,
                    (size_t)self->stream_count * sizeof(self->streams[0]));
    return status == TAPE_OVER;
}

bool tape_digest(struct tape_reader *self, uint64_t *out, struct error *error)
{
    if (self->complete) {
        *out = self->last.digest;
        return true;
    }
    struct tape_digest digest;
    if (!tape_digest_begin(&digest)) {
        return error_set(error, EXIT_CODE_OPERATING, self->path, 0,
                         "out of memory: free some and run again");
    }
    const struct tape_place place = self->place;
    const int64_t from_us = self->from_us;
    bool computed = digest_compute(self, &digest, error);
    self->place = place;
    self->from_us = from_us;
    if (computed) {
        *out = tape_digest_value(&digest);
    }
    tape_digest_end(&digest);
    return computed;
}
