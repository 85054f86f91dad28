#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/source_unpack.h"

bool source_fail(const struct source *self, struct error *error, const char *text)
{
    return error_set(error, EXIT_CODE_DATA, self->path, 0, "%s", text);
}

bool source_no_memory(const struct source *self, struct error *error)
{
    return error_set(error, EXIT_CODE_OPERATING, self->path, 0, "no memory to read it");
}

static bool raw_from_file(struct source *self, size_t at, size_t *length, struct error *error)
{
    for (;;) {
        ssize_t got = read(self->file, self->raw + at, SOURCE_RAW_BYTES - at);
        if (got >= 0) {
            *length = (size_t)got;
            return true;
        }
        if (errno == EINTR) {
            continue;
        }
        enum exit_code code = errno == EISDIR ? EXIT_CODE_DATA : EXIT_CODE_OPERATING;
        return error_set(error, code, self->path, 0, "cannot be read: %s", strerror(errno));
    }
}

static size_t raw_from_memory(struct source *self, size_t at)
{
    size_t room = SOURCE_RAW_BYTES - at;
    size_t length = self->memory_left < room ? self->memory_left : room;
    if (length > 0) {
        memcpy(self->raw + at, self->memory, length);
        self->memory += length;
        self->memory_left -= length;
    }
    return length;
}

bool source_raw_fill(struct source *self, struct error *error)
{
    size_t left = self->raw_length - self->raw_at;
    if (left > 0) {
        memmove(self->raw, self->raw + self->raw_at, left);
    }
    self->raw_at = 0;
    self->raw_length = left;
    size_t length = 0;
    if (self->file < 0) {
        length = raw_from_memory(self, left);
    } else if (!raw_from_file(self, left, &length, error)) {
        return false;
    }
    if (XXH3_64bits_update(self->hash, self->raw + left, length) != XXH_OK) {
        return error_set(error, EXIT_CODE_OPERATING, self->path, 0, "the hash failed");
    }
    self->raw_length += length;
    self->raw_end = length == 0;
    return true;
}

/* Zip is read from its end: the hash takes all bytes first. */
static bool zip_begin(struct source *self, struct error *error)
{
    int64_t length = (int64_t)self->raw_length;
    while (!self->raw_end) {
        self->raw_at = self->raw_length;
        if (!source_raw_fill(self, error)) {
            return false;
        }
        length += (int64_t)self->raw_length;
    }
    const struct zip_bytes bytes = {self->file, self->memory_all, length, self->path};
    self->zip = zip_open(&bytes, self->part, error);
    if (self->zip == NULL) {
        return false;
    }
    const char *member = zip_member(self->zip);
    return XXH3_64bits_update(self->hash, member, strlen(member)) == XXH_OK ||
           error_set(error, EXIT_CODE_OPERATING, self->path, 0, "the hash failed");
}

static bool decoder_open(struct source *self, struct error *error)
{
    if (self->packing == PACKING_ZIP) {
        return zip_begin(self, error);
    }
    if (self->part > 0) {
        return source_fail(self, error, "is no zip archive: it has one part");
    }
    if (self->packing == PACKING_GZIP) {
        enum { GZIP_WINDOW = 15 + 16 }; /* the largest window, gzip wrapping only */
        self->inflate_ready = inflateInit2(&self->inflate, GZIP_WINDOW) == Z_OK;
        return self->inflate_ready || source_no_memory(self, error);
    }
    if (self->packing == PACKING_ZSTD) {
        self->zstd = ZSTD_createDStream();
        return self->zstd != NULL || source_no_memory(self, error);
    }
    return true;
}

static struct source *source_new(const char *path, struct error *error)
{
    struct source *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        (void)error_set(error, EXIT_CODE_OPERATING, path, 0, "no memory to read it");
        return NULL;
    }
    self->file = -1;
    self->part = -1;
    self->path = strdup(path);
    self->raw = malloc(SOURCE_RAW_BYTES);
    self->hash = XXH3_createState();
    if (self->path == NULL || self->raw == NULL || self->hash == NULL ||
        XXH3_64bits_reset(self->hash) != XXH_OK) {
        (void)error_set(error, EXIT_CODE_OPERATING, path, 0, "no memory to read it");
        source_close(self);
        return NULL;
    }
    return self;
}

static struct source *source_begin(struct source *self, struct error *error)
{
    if (!source_packing_detect(self, error) || !decoder_open(self, error)) {
        source_close(self);
        return NULL;
    }
    return self;
}

static struct source *file_open(const char *path, int32_t part, struct error *error)
{
    struct source *self = source_new(path, error);
    if (self == NULL) {
        return NULL;
    }
    self->part = part;
    self->file = open(path, O_RDONLY | O_CLOEXEC);
    if (self->file < 0) {
        (void)error_set(error, EXIT_CODE_DATA, path, 0,
                        "cannot be opened: %s: give the name of a readable file", strerror(errno));
        source_close(self);
        return NULL;
    }
    return source_begin(self, error);
}

struct source *source_open(const char *path, struct error *error)
{
    return file_open(path, -1, error);
}

struct source *source_open_part(const char *path, int32_t part, struct error *error)
{
    CHECK(part >= 0);

    return file_open(path, part, error);
}

bool source_parts(const char *path, int32_t *parts, struct error *error)
{
    struct source *self = source_open_part(path, 0, error);
    if (self == NULL) {
        return false;
    }
    *parts = self->zip != NULL ? zip_member_count(self->zip) : 1;
    source_close(self);
    return true;
}

struct source *
source_open_memory(const void *bytes, size_t length, const char *name, struct error *error)
{
    struct source *self = source_new(name, error);
    if (self == NULL) {
        return NULL;
    }
    self->memory = bytes;
    self->memory_left = length;
    self->memory_all = bytes;
    return source_begin(self, error);
}

static bool
read_plain(struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error)
{
    if (self->raw_at == self->raw_length && !self->raw_end && !source_raw_fill(self, error)) {
        return false;
    }
    size_t left = self->raw_length - self->raw_at;
    *length = left < capacity ? left : capacity;
    memcpy(buffer, self->raw + self->raw_at, *length);
    self->raw_at += *length;
    return true;
}

static bool
read_packed(struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error)
{
    switch (self->packing) {
    case PACKING_NONE: return read_plain(self, buffer, capacity, length, error);
    case PACKING_GZIP: return source_gzip_read(self, buffer, capacity, length, error);
    case PACKING_ZSTD: return source_zstd_read(self, buffer, capacity, length, error);
    case PACKING_ZIP: return zip_read(self->zip, buffer, capacity, length, error);
    }
    return false;
}

/* UTF-16 would come out as rows of junk: say what it is instead. */
static bool
utf16_refuse(struct source *self, const char *buffer, size_t length, struct error *error)
{
    for (size_t i = 0; i < length && self->unpacked + (int64_t)i < 2; i++) {
        self->first[self->unpacked + (int64_t)i] = (uint8_t)buffer[i];
    }
    bool little = self->first[0] == 0xff && self->first[1] == 0xfe;
    bool big = self->first[0] == 0xfe && self->first[1] == 0xff;
    if (little || big) {
        return source_fail(self, error, "is text in UTF-16: save it as UTF-8");
    }
    return true;
}

static bool
read_judged(struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error)
{
    *length = 0;
    if (!read_packed(self, buffer, capacity, length, error)) {
        return false;
    }
    if (self->unpacked < 2 && !utf16_refuse(self, buffer, *length, error)) {
        return false;
    }
    self->unpacked += (int64_t)*length;
    if (self->unpacked > SOURCE_UNPACKED_MAX) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "unpacks to more than %lld bytes: split it", SOURCE_UNPACKED_MAX);
    }
    return true;
}

bool source_peek(struct source *self, const char **bytes, size_t *length, struct error *error)
{
    CHECK(self->peek_at == 0 && self->unpacked == (int64_t)self->peek_length);

    size_t got = 1;
    while (got > 0 && self->peek_length < SOURCE_PEEK_BYTES) {
        char *room = self->peeked + self->peek_length;
        if (!read_judged(self, room, SOURCE_PEEK_BYTES - self->peek_length, &got, error)) {
            return false;
        }
        self->peek_length += got;
    }
    *bytes = self->peeked;
    *length = self->peek_length;
    return true;
}

bool source_read(
    struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error)
{
    CHECK(capacity > 0);

    size_t left = self->peek_length - self->peek_at;
    if (left == 0) {
        return read_judged(self, buffer, capacity, length, error);
    }
    *length = left < capacity ? left : capacity;
    memcpy(buffer, self->peeked + self->peek_at, *length);
    self->peek_at += *length;
    return true;
}

static char *grown(char *old, size_t capacity, const struct source *self, struct error *error)
{
    char *text = realloc(old, capacity);
    if (text == NULL) {
        free(old);
        (void)source_no_memory(self, error);
    }
    return text;
}

char *source_read_all(struct source *self, size_t limit, size_t *length, struct error *error)
{
    size_t capacity = 64 << 10, used = 0;
    char *text = grown(NULL, capacity, self, error);
    while (text != NULL) {
        size_t got = 0;
        if (!source_read(self, text + used, capacity - used - 1, &got, error)) {
            break;
        }
        used += got;
        if (got == 0) {
            text[used] = '\0';
            *length = used;
            return text;
        }
        if (used > limit) {
            (void)error_set(error, EXIT_CODE_DATA, self->path, 0, "is longer than %zu bytes",
                            limit);
            break;
        }
        if (capacity - used < 2) {
            capacity *= 2;
            text = grown(text, capacity, self, error);
        }
    }
    free(text);
    return NULL;
}

const char *source_path(const struct source *self)
{
    return self->path;
}

const char *source_name(const struct source *self)
{
    return self->zip != NULL ? zip_member(self->zip) : self->path;
}

uint64_t source_hash(const struct source *self)
{
    return XXH3_64bits_digest(self->hash);
}

void source_close(struct source *self)
{
    if (self == NULL) {
        return;
    }
    if (self->file >= 0) {
        (void)close(self->file);
    }
    if (self->inflate_ready) {
        (void)inflateEnd(&self->inflate);
    }
    zip_close(self->zip);
    (void)ZSTD_freeDStream(self->zstd);
    (void)XXH3_freeState(self->hash);
    free(self->raw);
    free(self->path);
    free(self);
}
