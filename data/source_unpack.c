#include "data/source_unpack.h"

#include <string.h>

enum { HEAD_BYTES = 8 };

struct magic {
    uint8_t bytes[6];
    size_t length;
    enum packing packing;
    const char *refusal; /* NULL: read */
};

static const struct magic magics[] = {
    {{0x1f, 0x8b}, 2, PACKING_GZIP, NULL},
    {{0x28, 0xb5, 0x2f, 0xfd}, 4, PACKING_ZSTD, NULL},
    {{0x50, 0x2a, 0x4d, 0x18},
     4,
     PACKING_ZSTD,
     NULL}, /* a skippable frame, as pzstd writes first */
    {{'P', 'K', 3, 4}, 4, PACKING_ZIP, NULL},
    {{'P', 'K', 5, 6}, 4, PACKING_NONE, "is an empty zip archive: fetch it again"},
    {{'P', 'K', 7, 8}, 4, PACKING_NONE, "is a part of a split zip archive: join the parts first"},
    {{'B', 'Z', 'h'}, 3, PACKING_NONE, "is packed with bzip2: unpack it first, or pack with zstd"},
    {{0xfd, '7', 'z', 'X', 'Z', 0}, 6, PACKING_NONE, "is packed with xz: unpack it first"},
    {{'7', 'z', 0xbc, 0xaf}, 4, PACKING_NONE, "is a 7z archive: unpack it first"},
    {{'P', 'A', 'R', '1'}, 4, PACKING_NONE, "is a Parquet file: export it as CSV first"},
    {{'A', 'R', 'R', 'O', 'W', '1'}, 6, PACKING_NONE, "is a feather file: export it as CSV first"},
};

bool source_packing_detect(struct source *self, struct error *error)
{
    while (!self->raw_end && self->raw_length < HEAD_BYTES) {
        if (!source_raw_fill(self, error)) {
            return false;
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(magics); i++) {
        const struct magic *magic = &magics[i];
        if (self->raw_length < magic->length ||
            memcmp(self->raw, magic->bytes, magic->length) != 0) {
            continue;
        }
        if (magic->refusal != NULL) {
            return source_fail(self, error, magic->refusal);
        }
        self->packing = magic->packing;
        return true;
    }
    self->packing = PACKING_NONE;
    return true;
}

/* ---- gzip ---- */

/* Between two members: true when the decoder has another one to read, false at the end. Zeros
 * behind the last member are the padding of tapes. */
static bool gzip_next(struct source *self, bool *more, struct error *error)
{
    *more = false;
    while (!self->raw_end && self->raw_length - self->raw_at < HEAD_BYTES) {
        if (!source_raw_fill(self, error)) {
            return false;
        }
    }
    while (self->raw_at < self->raw_length && self->raw[self->raw_at] == 0) {
        self->raw_at++;
    }
    if (self->raw_at == self->raw_length) {
        return true;
    }
    if (inflateReset(&self->inflate) != Z_OK) {
        return source_fail(self, error, "the gzip decoder failed");
    }
    *more = true;
    return true;
}

static bool
inflate_step(struct source *self, char *buffer, size_t capacity, size_t *got, struct error *error)
{
    self->inflate.next_in = self->raw + self->raw_at;
    self->inflate.avail_in = (uInt)(self->raw_length - self->raw_at);
    self->inflate.next_out = (Bytef *)buffer;
    self->inflate.avail_out = (uInt)(capacity < (1U << 30) ? capacity : (1U << 30));
    uInt room = self->inflate.avail_out;
    int status = inflate(&self->inflate, Z_NO_FLUSH);
    self->raw_at = self->raw_length - self->inflate.avail_in;
    *got = room - self->inflate.avail_out;
    if (status == Z_MEM_ERROR) {
        return source_no_memory(self, error);
    }
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        return source_fail(self, error, "the gzip stream is damaged: fetch the file again");
    }
    self->inside = status != Z_STREAM_END;
    return true;
}

bool source_gzip_read(
    struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error)
{
    *length = 0;
    while (*length == 0) {
        if (!self->inside) {
            bool more = false;
            if (!gzip_next(self, &more, error)) {
                return false;
            }
            if (!more) {
                if (self->raw_end) {
                    return true;
                }
                continue;
            }
        }
        if (self->raw_at == self->raw_length && !self->raw_end && !source_raw_fill(self, error)) {
            return false;
        }
        bool ended = self->raw_at == self->raw_length && self->raw_end;
        if (!inflate_step(self, buffer, capacity, length, error)) {
            return false;
        }
        if (*length == 0 && ended && self->inside) {
            return source_fail(self, error, "the gzip stream is cut short: fetch the file again");
        }
    }
    return true;
}

/* ---- zstd ---- */

bool source_zstd_read(
    struct source *self, char *buffer, size_t capacity, size_t *length, struct error *error)
{
    ZSTD_outBuffer out = {buffer, capacity, 0};
    while (out.pos == 0) {
        if (self->raw_at == self->raw_length && !self->raw_end && !source_raw_fill(self, error)) {
            return false;
        }
        bool ended = self->raw_at == self->raw_length && self->raw_end;
        if (ended && !self->inside) {
            break;
        }
        ZSTD_inBuffer in = {self->raw, self->raw_length, self->raw_at};
        size_t status = ZSTD_decompressStream(self->zstd, &out, &in);
        self->raw_at = in.pos;
        if (ZSTD_isError(status)) {
            return error_set(error, EXIT_CODE_DATA, self->path, 0,
                             "the zstd stream is damaged (%s): fetch the file again",
                             ZSTD_getErrorName(status));
        }
        self->inside = status != 0;
        if (ended && out.pos == 0 && self->inside) {
            return source_fail(self, error, "the zstd stream is cut short: fetch the file again");
        }
    }
    *length = out.pos;
    return true;
}
