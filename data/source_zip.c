#include "data/source_zip.h"

#include <errno.h>
#include <minizip/unzip.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MEMBER_NAME_BYTES = 256, STORED = 0, DEFLATED = 8, ENCRYPTED = 1 };

struct zip {
    struct zip_bytes bytes;
    int64_t at; /* minizip's place in them */
    unzFile archive;
    bool open; /* a member */
    int64_t left;
    int32_t count;
    char member[MEMBER_NAME_BYTES];
};

/* ---- bytes for minizip ---- */

static voidpf io_open(voidpf opaque, const void *name, int mode)
{
    (void)name;
    (void)mode;
    return opaque;
}

static uLong io_read(voidpf opaque, voidpf stream, void *buffer, uLong size)
{
    (void)stream;
    struct zip *self = opaque;
    uint64_t left = (uint64_t)(self->bytes.length - self->at);
    size_t length = size < left ? size : left;
    if (self->bytes.file < 0) {
        memcpy(buffer, (const char *)self->bytes.memory + self->at, length);
        self->at += (int64_t)length;
        return length;
    }
    ssize_t got = 0;
    do {
        got = pread(self->bytes.file, buffer, length, self->at);
    } while (got < 0 && errno == EINTR);
    got = got < 0 ? 0 : got; /* less than was asked for is an error to minizip */
    self->at += got;
    return (uLong)got;
}

static ZPOS64_T io_tell(voidpf opaque, voidpf stream)
{
    (void)stream;
    const struct zip *self = opaque;
    return (ZPOS64_T)self->at;
}

static long io_seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin)
{
    (void)stream;
    struct zip *self = opaque;
    int64_t base = origin == ZLIB_FILEFUNC_SEEK_CUR
                       ? self->at
                       : (origin == ZLIB_FILEFUNC_SEEK_END ? self->bytes.length : 0);
    if (offset > (ZPOS64_T)(self->bytes.length - base)) {
        return -1;
    }
    self->at = base + (int64_t)offset;
    return 0;
}

static int io_quiet(voidpf opaque, voidpf stream)
{
    (void)opaque;
    (void)stream;
    return 0;
}

/* ---- members ---- */

static bool refuse(const struct zip *self, const char *text, struct error *error)
{
    return error_set(error, EXIT_CODE_DATA, self->bytes.path, 0, "%s", text);
}

static bool damaged(const struct zip *self, struct error *error)
{
    return refuse(self, "is a zip archive that is damaged or cut short: fetch the file again",
                  error);
}

/* Folders, and what macOS adds, are nobody's data. */
static bool is_data(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && name[length - 1] != '/' && strncmp(name, "__MACOSX/", 9) != 0;
}

/* Walks the table: counts the members and stays at the wanted one, else at the last. */
static bool member_find(struct zip *self, int32_t part, struct error *error)
{
    unz64_file_pos place = {0, 0};
    int status = unzGoToFirstFile(self->archive);
    for (; status == UNZ_OK; status = unzGoToNextFile(self->archive)) {
        char name[MEMBER_NAME_BYTES] = "";
        if (unzGetCurrentFileInfo64(self->archive, NULL, name, sizeof(name) - 1, NULL, 0, NULL,
                                    0) != UNZ_OK) {
            return damaged(self, error);
        }
        if (!is_data(name)) {
            continue;
        }
        if (self->count == (part < 0 ? 0 : part)) {
            memcpy(self->member, name, sizeof(name));
            (void)unzGetFilePos64(self->archive, &place);
        }
        self->count++;
    }
    if (status != UNZ_END_OF_LIST_OF_FILE) {
        return damaged(self, error);
    }
    if (self->count <= (part < 0 ? 0 : part)) {
        return refuse(self, "is a zip archive without a file in it", error);
    }
    if (part < 0 && self->count > 1) {
        return error_set(error, EXIT_CODE_DATA, self->bytes.path, 0,
                         "is a zip archive of %d files: unpack it, or use cerberus-sim import, "
                         "which reads each",
                         self->count);
    }
    return unzGoToFilePos64(self->archive, &place) == UNZ_OK || damaged(self, error);
}

static bool member_open(struct zip *self, struct error *error)
{
    unz_file_info64 info;
    if (unzGetCurrentFileInfo64(self->archive, &info, NULL, 0, NULL, 0, NULL, 0) != UNZ_OK) {
        return damaged(self, error);
    }
    if ((info.flag & ENCRYPTED) != 0) {
        return refuse(self, "is an encrypted zip archive: unpack it first", error);
    }
    if (info.compression_method != STORED && info.compression_method != DEFLATED) {
        return error_set(error, EXIT_CODE_DATA, self->bytes.path, 0,
                         "is a zip archive packed by method %lu: unpack it first, or pack it with "
                         "zip",
                         info.compression_method);
    }
    self->open = unzOpenCurrentFile(self->archive) == UNZ_OK;
    self->left = (int64_t)info.uncompressed_size;
    return self->open || damaged(self, error);
}

struct zip *zip_open(const struct zip_bytes *bytes, int32_t part, struct error *error)
{
    struct zip *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        (void)error_set(error, EXIT_CODE_OPERATING, bytes->path, 0, "no memory to read it");
        return NULL;
    }
    self->bytes = *bytes;
    zlib_filefunc64_def io = {.zopen64_file = io_open,
                              .zread_file = io_read,
                              .ztell64_file = io_tell,
                              .zseek64_file = io_seek,
                              .zclose_file = io_quiet,
                              .zerror_file = io_quiet,
                              .opaque = self};
    self->archive = unzOpen2_64(bytes->path, &io);
    if (self->archive == NULL) {
        (void)refuse(self,
                     "is a zip archive that is damaged, cut short or split in parts: fetch it "
                     "again, or join the parts",
                     error);
        zip_close(self);
        return NULL;
    }
    if (!member_find(self, part, error) || !member_open(self, error)) {
        zip_close(self);
        return NULL;
    }
    return self;
}

bool zip_read(struct zip *self, char *buffer, size_t capacity, size_t *length, struct error *error)
{
    enum { READ_MOST = 1 << 30 };
    *length = 0;
    if (!self->open) {
        return true;
    }
    int got = unzReadCurrentFile(self->archive, buffer,
                                 (unsigned)(capacity < READ_MOST ? capacity : READ_MOST));
    if (got < 0 || got > self->left || (got == 0 && self->left > 0)) {
        return damaged(self, error);
    }
    self->left -= got;
    *length = (size_t)got;
    if (got == 0) {
        self->open = false;
        return unzCloseCurrentFile(self->archive) == UNZ_OK || damaged(self, error); /* the CRC */
    }
    return true;
}

const char *zip_member(const struct zip *self)
{
    return self->member;
}

int32_t zip_member_count(const struct zip *self)
{
    return self->count;
}

void zip_close(struct zip *self)
{
    if (self == NULL) {
        return;
    }
    if (self->open) {
        (void)unzCloseCurrentFile(self->archive);
    }
    if (self->archive != NULL) {
        (void)unzClose(self->archive);
    }
    free(self);
}
