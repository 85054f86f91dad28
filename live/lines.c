#include "live/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/feed_json.h"
#include "live/stop.h"

enum { LINES_START = 1 << 16 };

bool lines_open(struct lines *self, const char *path, struct error *error)
{
    memset(self, 0, sizeof(*self));
    self->path = path;
    bool standard = strcmp(path, "-") == 0;
    self->descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (self->descriptor < 0) {
        return error_set(error, EXIT_CODE_DATA, path, 0,
                         "cannot be opened (%s): check name and rights", strerror(errno));
    }
    self->capacity = LINES_START;
    self->buffer = malloc(self->capacity);
    if (self->buffer == NULL) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    return true;
}

void lines_close(struct lines *self)
{
    if (self->descriptor > STDIN_FILENO) {
        (void)close(self->descriptor);
    }
    free(self->buffer);
    self->buffer = NULL;
}

/* Makes room behind the unfinished line: moves it to the front, then grows up to the cap. */
static bool make_room(struct lines *self, struct error *error)
{
    memmove(self->buffer, self->buffer + self->start, self->end - self->start);
    self->end -= self->start;
    self->start = 0;
    if (self->end < self->capacity) {
        return true;
    }
    if (self->capacity >= FEED_LINE_BYTES) {
        return error_set(error, EXIT_CODE_DATA, self->path, self->line + 1,
                         "the line is longer than %d bytes: is this a feed?", FEED_LINE_BYTES);
    }
    char *larger = realloc(self->buffer, self->capacity * 2);
    if (larger == NULL) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    self->buffer = larger;
    self->capacity *= 2;

    return true;
}

static bool cut_line(struct lines *self, size_t length, const char **text, size_t *out_length)
{
    *text = self->buffer + self->start;
    *out_length = length > 0 && (*text)[length - 1] == '\r' ? length - 1 : length;
    self->line++;

    return true;
}

static enum lines_status fill(struct lines *self, struct error *error)
{
    if (!make_room(self, error)) {
        return LINES_FAILED;
    }
    if (!stop_wait_readable(self->descriptor)) {
        return LINES_INTERRUPTED;
    }
    ssize_t count = read(self->descriptor, self->buffer + self->end, self->capacity - self->end);
    if (count < 0 && errno == EINTR) {
        return LINES_INTERRUPTED;
    }
    if (count < 0) {
        (void)error_set(error, EXIT_CODE_OPERATING, self->path, self->line, "cannot be read: %s",
                        strerror(errno));
        return LINES_FAILED;
    }
    self->at_end = count == 0;
    self->end += (size_t)count;

    return LINES_LINE;
}

enum lines_status
lines_next(struct lines *self, const char **text, size_t *length, struct error *error)
{
    size_t searched = 0;
    for (;;) {
        const char *from = self->buffer + self->start + searched;
        const char *newline = memchr(from, '\n', self->end - self->start - searched);
        if (newline != NULL) {
            size_t size = (size_t)(newline - (self->buffer + self->start));
            (void)cut_line(self, size, text, length);
            self->start += size + 1;
            return LINES_LINE;
        }
        searched = self->end - self->start;
        if (self->at_end) {
            break;
        }
        enum lines_status status = fill(self, error);
        if (status != LINES_LINE) {
            return status;
        }
    }
    if (self->end == self->start) {
        return LINES_END;
    }
    (void)cut_line(self, self->end - self->start, text, length);
    self->start = self->end;

    return LINES_LINE;
}
