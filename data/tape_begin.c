#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/place.h"
#include "data/tape_reader.h"
#include "data/tape_writer.h"

static bool refuse(const struct tape_writer *self, const char *why, struct error *error)
{
    return error_set(error, EXIT_CODE_USAGE, self->path, 0, "%s", why);
}

static struct tape_writer *writer_new(const char *path, struct error *error)
{
    struct tape_writer *self = calloc(1, sizeof(*self));
    if (self == NULL || !tape_digest_begin(&self->digest)) {
        free(self);
        (void)error_set(error, EXIT_CODE_OPERATING, path, 0,
                        "out of memory: free some and run again");
        return NULL;
    }
    self->file = -1;
    int length = snprintf(self->path, sizeof(self->path), "%s", path);
    if (length <= 0 || (size_t)length >= sizeof(self->path)) {
        (void)error_set(error, EXIT_CODE_USAGE, path, 0,
                        "this is not a file name: give one, as in --out F.tape");
        tape_abandon(self);
        return NULL;
    }
    return self;
}

static void writer_free(struct tape_writer *self)
{
    if (self->file >= 0) {
        (void)close(self->file);
    }
    tape_digest_end(&self->digest);
    free(self);
}

void tape_abandon(struct tape_writer *self)
{
    if (self == NULL) {
        return;
    }
    if (self->temporary[0] != '\0' && self->file >= 0 && !self->nameless) {
        (void)unlink(self->temporary);
    }
    writer_free(self);
}

/* A file that force may replace: a tape, or nobody's. */
static bool judge_present(const struct tape_writer *self, struct error *error)
{
    struct stat facts;
    if (stat(self->path, &facts) != 0) {
        if (errno != ENOENT) {
            return place_system_refuses(error, self->path, "the tape", "choose another place");
        }
        return lstat(self->path, &facts) != 0 ||
               refuse(self, "this is a link to nothing: name the file itself", error);
    }
    if (!S_ISREG(facts.st_mode)) {
        return refuse(self, "this is not a plain file: choose another name", error);
    }
    if (!self->force) {
        return refuse(self, "the file is there already: choose another name, or give --force",
                      error);
    }
    char magic[sizeof(TAPE_MAGIC) - 1];
    int file = open(self->path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, magic, sizeof(magic));
    if (file >= 0) {
        (void)close(file);
    }
    return length == 0 ||
           (length == (ssize_t)sizeof(magic) && memcmp(magic, TAPE_MAGIC, sizeof(magic)) == 0) ||
           refuse(self,
                  "this file is not a tape: choose another name (--force will not replace it)",
                  error);
}

/* Opens the file for this writer alone. */
static bool file_hold(struct tape_writer *self, const char *name, int flags, struct error *error)
{
    self->file = open(name, O_RDWR | O_CLOEXEC | flags, 0666);
    if (self->file < 0) {
        return place_system_refuses(error, self->path, "the tape cannot be written",
                                    "choose another place");
    }
    if (flock(self->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        (void)close(self->file);
        self->file = -1; /* nothing here is ours to remove */
        return refuse(self, "the tape is being written by another process: wait for it", error);
    }
    return true;
}

static bool write_head(struct tape_writer *self, struct error *error)
{
    struct tape_head head;
    tape_head_make(&head, self->journal ? TAPE_JOURNAL : 0);
    return tape_write_bytes(self, &head, sizeof(head), error);
}

/* A file without a name in the folder of the target, where the system can give it one later. */
static bool file_nameless(struct tape_writer *self)
{
    char folder[PATH_MAX];
    (void)snprintf(folder, sizeof(folder), "%s", self->path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        (void)snprintf(folder, sizeof(folder), ".");
    } else {
        slash[slash == folder] = '\0';
    }
    if (access("/proc/self/fd", X_OK) == 0) {
        self->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    }
    self->nameless = self->file >= 0;
    return self->nameless;
}

static bool name_give(struct tape_writer *self, const char *name)
{
    char link[64];
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", self->file);
    bool given = linkat(AT_FDCWD, link, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
    self->nameless = !given;
    return given;
}

/* Straight to its place where nothing stands, so that no moment has it under another name. */
static bool name_take(struct tape_writer *self, struct error *error)
{
    if (self->nameless && name_give(self, self->path)) {
        return true;
    }
    if (self->nameless) {
        (void)unlink(self->temporary); /* a process of the same number may have left it */
        if (!name_give(self, self->temporary)) {
            return place_system_refuses(error, self->path, "the tape cannot take its name",
                                        "choose another place");
        }
    }
    return place_move(self->temporary, self->path, self->force, error);
}

static bool create(struct tape_writer *self, struct error *error)
{
    /* A process of the same number may have left the name: what is in it goes. */
    return judge_present(self, error) && place_judge_folder(self->path, error) &&
           place_temporary(self->path, self->temporary, sizeof(self->temporary), error) &&
           (file_nameless(self) || file_hold(self, self->temporary, O_CREAT, error)) &&
           (ftruncate(self->file, 0) == 0 || tape_disk_refuses(self, error)) &&
           write_head(self, error);
}

struct tape_writer *tape_create(const char *path, bool force, struct error *error)
{
    struct tape_writer *self = writer_new(path, error);
    if (self != NULL) {
        self->force = force;
        if (create(self, error)) {
            return self;
        }
        tape_abandon(self);
    }
    return NULL;
}

struct tape_writer *tape_create_in(int file, const char *called, struct error *error)
{
    struct tape_writer *self = writer_new(called, error);
    if (self != NULL) {
        self->within = true;
        self->file = fcntl(file, F_DUPFD_CLOEXEC, 0);
        if ((self->file >= 0 || tape_disk_refuses(self, error)) && write_head(self, error)) {
            return self;
        }
        tape_abandon(self);
    }
    return NULL;
}

struct tape_writer *tape_journal(const char *path, struct error *error)
{
    struct tape_writer *self = writer_new(path, error);
    if (self != NULL) {
        self->journal = true;
        if (judge_present(self, error) && place_judge_folder(path, error) &&
            file_hold(self, path, O_CREAT | O_EXCL, error) && write_head(self, error)) {
            return self;
        }
        tape_abandon(self);
    }
    return NULL;
}

/* All that the journal says, into the state of a writer that has just written it. */
static bool take_over(struct tape_writer *self, struct tape_reader *reader, struct error *error)
{
    const struct tape_record *records = NULL;
    int64_t count = 0;
    enum tape_status status = tape_run(reader, &records, &count, error);
    while (status == TAPE_MORE) {
        if (self->records == 0) {
            self->first_us = records[0].time_us;
        }
        tape_digest_add(self->digest.records, records, (size_t)count * sizeof(records[0]));
        self->records += count;
        self->last = records[count - 1];
        status = tape_run(reader, &records, &count, error);
    }
    self->stream_count = tape_stream_count(reader);
    for (int32_t i = 0; i < self->stream_count; i++) {
        const struct tape_stream *stream = tape_stream(reader, i);
        tape_digest_add(self->digest.streams, stream, sizeof(*stream));
        self->kinds[i] = stream->kind;
    }
    return status == TAPE_OVER;
}

/* The place behind the last good block; the end block is the writer's to write again. */
static bool cut_behind(struct tape_writer *self,
                       const struct tape_reader *reader,
                       int64_t *cut_bytes,
                       struct error *error)
{
    self->offset = reader->end.offset;
    self->number = reader->end.number;
    if (reader->complete) {
        self->offset -= (int64_t)sizeof(struct tape_block) + (int64_t)sizeof(struct tape_end);
        self->number--;
    }
    *cut_bytes = tape_torn_bytes(reader);
    return ftruncate(self->file, self->offset) == 0 || tape_disk_refuses(self, error);
}

/* A process that was killed before its first write left a part of the head. */
static bool begin_again(struct tape_writer *self, int64_t bytes, struct error *error)
{
    struct tape_head head;
    uint8_t there[sizeof(head)] = {0};
    tape_head_make(&head, TAPE_JOURNAL);
    ssize_t got = pread(self->file, there, (size_t)bytes, 0);
    if (got != bytes || memcmp(there, &head, (size_t)bytes) != 0) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "this is not a journal: name the file that the session wrote");
    }
    return write_head(self, error);
}

static bool
go_on(struct tape_writer *self, int64_t keep_bytes, int64_t *cut_bytes, struct error *error)
{
    struct stat facts;
    int64_t behind = 0;
    if (!file_hold(self, self->path, 0, error)) {
        return false;
    }
    if (fstat(self->file, &facts) != 0) {
        return place_system_refuses(error, self->path, "the journal", "check the disk");
    }
    if (facts.st_size > keep_bytes) {
        behind = facts.st_size - keep_bytes;
        if (ftruncate(self->file, keep_bytes) != 0) {
            return tape_disk_refuses(self, error);
        }
        facts.st_size = keep_bytes;
    }
    if (facts.st_size < TAPE_SLOT_BYTES) {
        *cut_bytes = facts.st_size + behind;
        return begin_again(self, facts.st_size, error);
    }
    struct tape_reader *reader = tape_open(self->path, error);
    if (reader == NULL) {
        return false;
    }
    bool fine =
        tape_is_journal(reader)
            ? take_over(self, reader, error) && cut_behind(self, reader, cut_bytes, error)
            : refuse(self, "this tape is no journal, it is finished: import into another one",
                     error);
    tape_close(reader);
    *cut_bytes += behind;
    return fine;
}

struct tape_writer *
tape_writer_resume(const char *path, int64_t keep_bytes, int64_t *cut_bytes, struct error *error)
{
    struct tape_writer *self = writer_new(path, error);
    *cut_bytes = 0;
    if (self != NULL) {
        self->journal = true;
        if (go_on(self, keep_bytes, cut_bytes, error)) {
            return self;
        }
        tape_abandon(self);
    }
    return NULL;
}

static bool finish(struct tape_writer *self, struct error *error)
{
    if (!tape_flush(self, error) || !tape_write_end(self, error)) {
        return false;
    }
    if (self->within) {
        return true;
    }
    if (fsync(self->file) != 0) {
        return tape_disk_refuses(self, error);
    }
    return self->journal ? place_sync_folder(self->path, error)
                         : judge_present(self, error) && name_take(self, error) &&
                               place_sync_folder(self->path, error);
}

bool tape_finish(struct tape_writer *self, struct error *error)
{
    if (!finish(self, error)) {
        tape_abandon(self);
        return false;
    }
    writer_free(self);
    return true;
}

int64_t tape_written(const struct tape_writer *self)
{
    return self->offset;
}

int64_t tape_last_us(const struct tape_writer *self)
{
    return self->last.time_us;
}

bool tape_sync(struct tape_writer *self, struct error *error)
{
    return fdatasync(self->file) == 0 || tape_disk_refuses(self, error);
}
