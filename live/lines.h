/* lines.h - lines from a file or a pipe as they come: a line is handed out as soon as its end has arrived.
 * A line longer than LINES_MAX is an error; the last line may lack its end. Interruption by a signal is told apart. */
#ifndef LIVE_LINES_H
#define LIVE_LINES_H

#include "core/base.h"
#include "data/error.h"

enum lines_status { LINES_LINE, LINES_END, LINES_INTERRUPTED, LINES_FAILED };

struct lines {
    int descriptor;
    const char *path; /* for messages */
    char *buffer;
    size_t capacity, start, end;
    int64_t line;
    bool at_end;
};

/* "-": standard input. */
MUST_USE bool lines_open(struct lines *self, const char *path, struct error *error);
void lines_close(struct lines *self);
/* The line without its end, borrowed until the next call. */
enum lines_status
lines_next(struct lines *self, const char **text, size_t *length, struct error *error);

#endif
