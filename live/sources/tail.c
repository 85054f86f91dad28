/* tail.c - the end of a growing file (tail:), and standard input (stdin:): lines of JSON, of OctoBot, or of a signals CSV under
 * its
 * header. A file is followed by name: renamed and made anew, cut, or missing for a while, it is read on from its new beginning;
 * what is in it at the start is old and passed over (its header is read).
 * Cost     a look at a file every 200 ms: inotify does not see what another machine writes. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/sources/parts.h"

#define LOOK_NS 200000000LL
enum { CHUNK_BYTES = 1 << 16, WHERE_BYTES = 512 };

struct tail {
    struct signal_source *source;
    char path[WHERE_BYTES];
    int file; /* -1: none now */
    ino_t number;
    off_t offset;
    bool standard, passing; /* passing: over what was there at the start */
    struct loop_timer look;
    struct loop_watch watch;
    struct source_lines lines;
    size_t header_length; /* 0: none, lines are messages */
    char header[MESSAGE_BYTES];
};

/* JSON and OctoBot's pairs say what they are; a first line that is neither is a header. */
static bool is_message(const char *line, size_t length)
{
    return line[0] == '{' || memchr(line, '=', length) != NULL;
}

static void take_line(void *owner, const char *line, size_t length)
{
    struct tail *self = owner;
    struct message message;
    int64_t now_us = source_now_us(self->source);
    const char *name = self->source->status.name;
    bool header = line != NULL && self->header_length == 0 && !is_message(line, length);
    if (header) {
        memcpy(self->header, line, length);
        self->header_length = length;
        return;
    }
    if (self->passing) {
        return;
    }
    if (line == NULL) {
        message_read(&message, (struct slice){"", 0}, name, now_us);
        (void)strcpy(message.refused, "its line is longer than 65536 bytes");
    } else if (self->header_length > 0 && !is_message(line, length)) {
        message_read_csv(&message, (struct slice){self->header, self->header_length},
                         (struct slice){line, length}, name, now_us);
    } else {
        message_read(&message, (struct slice){line, length}, name, now_us);
    }
    message.signal.source_line = 0;
    (void)source_offer(self->source, &message);
}

/* All that can be read now. False: the end of a stream, or an error. */
static bool read_on(struct tail *self)
{
    static char chunk[CHUNK_BYTES];
    for (;;) {
        ssize_t count = read(self->file, chunk, sizeof(chunk));
        if (count <= 0) {
            return count < 0 && (errno == EAGAIN || errno == EINTR);
        }
        self->offset += count;
        source_lines_take(&self->lines, chunk, (size_t)count, take_line, self);
        if (self->standard) {
            return true; /* level-triggered: the rest at the next turn */
        }
    }
}

/* ---- a file ---- */

static void leave_file(struct tail *self, const char *state)
{
    if (self->file >= 0) {
        (void)close(self->file);
    }
    self->file = -1;
    source_state(self->source, false, "%s", state);
}

static bool take_up(struct tail *self)
{
    struct stat facts;
    self->file = open(self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (self->file < 0) {
        return false;
    }
    if (fstat(self->file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        leave_file(self, "not a plain file");
        return false;
    }
    self->number = facts.st_ino;
    self->offset = 0;
    self->lines.used = 0;
    self->header_length = 0;
    source_state(self->source, true, "following");
    return true;
}

/* Another file of that name, or the same one cut: what is left of the old one was read just before. */
static bool is_other(const struct tail *self)
{
    struct stat facts;
    bool gone = stat(self->path, &facts) != 0;
    return gone || facts.st_ino != self->number || facts.st_size < self->offset;
}

static void look(void *context)
{
    struct tail *self = context;
    if (self->file >= 0) {
        (void)read_on(self);
        if (is_other(self)) {
            leave_file(self, "rotated: waiting for the new file");
        }
    }
    if (self->file < 0 && take_up(self)) {
        (void)read_on(self);
    }
    loop_timer_set(source_loop(self->source), &self->look,
                   loop_now_ns(source_loop(self->source)) + LOOK_NS);
}

static bool open_file(struct signal_source *source, const char *where, struct error *error)
{
    if (where[0] == '\0') {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "signal source tail: names no file");
    }
    struct tail *self = calloc(1, sizeof(*self));
    CHECK(self != NULL);
    source->inside = self;
    self->source = source;
    self->file = -1;
    (void)strncpy(self->path, where, sizeof(self->path) - 1);
    self->look = (struct loop_timer){.due = look, .self = self};
    source_state(source, false, "waiting for the file");
    if (take_up(self)) {
        self->passing = true;
        (void)read_on(self);
        self->passing = false;
    }
    look(self);
    return true;
}

/* ---- standard input ---- */

static void ready(void *context, int events)
{
    struct tail *self = context;
    (void)events;
    if (!read_on(self)) {
        loop_unwatch(source_loop(self->source), &self->watch);
        source_state(self->source, false, "it has ended");
    }
}

/* A plain file as standard input cannot be watched: it is read as one. */
static bool open_standard(struct signal_source *source, const char *where, struct error *error)
{
    struct stat facts;
    if (where[0] != '\0') {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "signal source stdin:%s: nothing follows stdin:", where);
    }
    struct tail *self = calloc(1, sizeof(*self));
    CHECK(self != NULL);
    source->inside = self;
    self->source = source;
    self->file = STDIN_FILENO;
    self->standard = true;
    self->watch = (struct loop_watch){.ready = ready, .self = self};
    source_state(source, true, "reading");
    if (fstat(STDIN_FILENO, &facts) == 0 && S_ISREG(facts.st_mode)) {
        self->standard = false;
        (void)read_on(self);
        source_state(source, false, "it has ended");
        return true;
    }
    return loop_watch(source_loop(source), &self->watch, STDIN_FILENO, LOOP_READ, error);
}

static void close_tail(struct signal_source *source)
{
    struct tail *self = source->inside;
    loop_timer_stop(source_loop(source), &self->look);
    loop_unwatch(source_loop(source), &self->watch);
    if (self->file > STDIN_FILENO) {
        (void)close(self->file);
    }
    free(self);
}

const struct source_kind source_tail = {"tail", open_file, close_tail};
const struct source_kind source_stdin = {"stdin", open_standard, close_tail};
