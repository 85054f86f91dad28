#include "live/emergency.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool emergency_open(struct emergency *self, const char *path, struct error *error)
{
    self->failures = 0;
    self->descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (self->descriptor < 0) {
        return error_set(error, EXIT_CODE_OPERATING, path, 0,
                         "the emergency file cannot be opened: %s", strerror(errno));
    }
    return true;
}

void emergency_close(struct emergency *self)
{
    if (self->descriptor >= 0) {
        (void)close(self->descriptor);
    }
    self->descriptor = -1;
}

/* One write: lines of two writers do not mix. */
void emergency_write(void *context, const char *line)
{
    struct emergency *self = context;
    char bytes[256];
    size_t length = strnlen(line, sizeof bytes - 1);
    if (self->descriptor < 0) {
        return;
    }
    memcpy(bytes, line, length);
    bytes[length] = '\n';
    ssize_t written = write(self->descriptor, bytes, length + 1);
    bool kept = written == (ssize_t)(length + 1) && fdatasync(self->descriptor) == 0;
    self->failures += !kept;
}
