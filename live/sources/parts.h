/* parts.h - what the kinds of sources share: a source, its table, its way to the taker. Private to live/sources.
 * Laws     a source parses at once and queues; the queue is handed to the taker at the next turn's timer, so that an HTTP answer
 *          never waits for a decision. A full queue refuses: source_offer() is false. */
#ifndef LIVE_SOURCES_PARTS_H
#define LIVE_SOURCES_PARTS_H

#include "live/sources.h"
#include "live/sources/message.h"

struct source_kind;

struct signal_source {
    const struct source_kind *kind;
    struct sources *all;
    struct source_status status;
    char secret[MESSAGE_SECRET_BYTES]; /* of its file; empty: none */
    void *inside;                      /* the kind's own */
};

struct source_kind {
    const char *word; /* "tail" in "tail:/path" */
    bool (*open)(struct signal_source *self, const char *where, struct error *error);
    void (*close)(struct signal_source *self);
};

extern const struct source_kind source_tail, source_stdin, source_unix, source_webhook,
    source_telegram;

struct loop *source_loop(const struct signal_source *self);
struct http *source_http(const struct signal_source *self);
int64_t source_now_us(const struct signal_source *self);
void source_state(struct signal_source *self, bool connected, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Takes the message over (its metadata too). False: the queue is full; the message is released. */
bool source_offer(struct signal_source *self, struct message *message);
/* Bytes that are the same for equal texts only, whatever the length of the common beginning. */
bool source_secret_equal(const char *expected, const char *given);

/* ---- lines of a stream ---- */
struct source_lines {
    size_t used;
    bool
        overlong; /* the line under way is longer than MESSAGE_BYTES: dropped with a reason at its end */
    char bytes[MESSAGE_BYTES];
};
/* Each whole line (without its end) goes to take; an overlong one as NULL. */
void source_lines_take(struct source_lines *self,
                       const char *bytes,
                       size_t length,
                       void (*take)(void *owner, const char *line, size_t length),
                       void *owner);

#endif
