#include "data/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void spill_init(struct spill *self, int64_t memory_limit, const char *folder)
{
    memset(self, 0, sizeof(*self));
    self->memory_limit = memory_limit;
    self->file = -1;
    const char *place = getenv("TMPDIR");
    if (place == NULL || place[0] == '\0') {
        place = folder != NULL && folder[0] != '\0' ? folder : "/tmp";
    }
    (void)snprintf(self->folder, sizeof(self->folder), "%s", place);
}

void spill_release(struct spill *self)
{
    if (self->file >= 0) {
        (void)close(self->file);
    }
    self->file = -1;
    self->written = 0;
}

bool spill_open(struct spill *self, struct error *error)
{
    self->file = open(self->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (self->file >= 0) {
        return true;
    }
    /* A file system that makes none without a name. */
    char name[ERROR_PATH_BYTES + 24];
    (void)snprintf(name, sizeof(name), "%s/cerberus-XXXXXX", self->folder);
    self->file = mkostemp(name, O_CLOEXEC);
    if (self->file < 0) {
        return error_set(error, EXIT_CODE_OPERATING, self->folder, 0,
                         "no temporary file: %s: set TMPDIR to a folder with room",
                         strerror(errno));
    }
    (void)unlink(name);
    return true;
}

bool spill_write(struct spill *self, const uint8_t *bytes, int64_t length, struct error *error)
{
    if (self->file < 0 && !spill_open(self, error)) {
        return false;
    }
    int64_t done = 0;
    while (done < length) {
        ssize_t put =
            pwrite(self->file, bytes + done, (size_t)(length - done), self->written + done);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return error_set(error, EXIT_CODE_OPERATING, self->folder, 0,
                             "the temporary file cannot be written: %s: set TMPDIR to a folder "
                             "with room",
                             strerror(errno));
        }
        done += put;
    }
    self->written += length;
    return true;
}

void spill_read(const struct spill *self, int64_t offset, uint8_t *bytes, int64_t length)
{
    int64_t done = 0;
    while (done < length) {
        ssize_t got = pread(self->file, bytes + done, (size_t)(length - done), offset + done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        CHECK(got > 0); /* our own unlinked file: nobody else can have cut it */
        done += got;
    }
}
