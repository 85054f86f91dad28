/* sources.h - where signals come from: one port for file tail, standard input, unix socket, HTTP webhook, Telegram.
 * Laws     a source turns bytes into struct offered_signal and hands it on; it never decides. What cannot be read is offered with
 *          its reason (refused != NULL), kept by the taker as a refused signal. Duplicates by external id and by content are the
 *          core's to refuse (C10); a source removes only what its transport repeats (webhook idempotency key, update_id, line
 *          offset). Publication time is kept apart from the time of receipt.
 * Names    a source has a name ("webhook", "telegram:42", "tail:/x.csv"): signals.source unless the signal brings its own.
 * State    connected, and the age of the last valid message: sources_status().
 * Cost     never blocks the loop; a full queue refuses (HTTP 503) and counts. */
#ifndef LIVE_SOURCES_H
#define LIVE_SOURCES_H

#include "core/instruments.h"
#include "data/feed_json.h"
#include "live/http.h"
#include "live/loop.h"

enum { SOURCES_MAX = 16, SOURCE_NAME_BYTES = 64, SOURCE_QUEUE = 4096 };

struct source_status {
    char name[SOURCE_NAME_BYTES];
    bool connected;
    int64_t last_us; /* event time of the last valid message; 0: none yet */
    int64_t taken, refused, dropped;
    char state[96]; /* in words: "listening on 127.0.0.1:8090", "rotated, waiting for /x.csv" */
};

struct signal_taker {
    void *self;
    /* signal and metadata are borrowed for the call; signal.id is not set. refused: why it is none (its fields hold what was
     * understood); NULL: take it. */
    void (*take)(void *self,
                 const struct signal *signal,
                 const char *metadata,
                 const char *refused);
    int64_t (*now_us)(void *self); /* event time, for what has no time of its own */
};

struct sources; /* opaque */

/* `given`: lines of the configuration ("tail:/path.csv", "stdin:", "unix:/run/x.sock", "webhook:127.0.0.1:8090",
 * "telegram:http://127.0.0.1:9/"), secrets by file name after '#' ("webhook:127.0.0.1:8090#/etc/cerberus/hook.secret"). */
MUST_USE struct sources *sources_open(struct loop *loop,
                                      struct http *http,
                                      const char *const *given,
                                      int32_t count,
                                      const struct signal_taker *taker,
                                      struct error *error);
void sources_close(struct sources *self);
int32_t sources_count(const struct sources *self);
void sources_status(const struct sources *self, int32_t index, struct source_status *out);

#endif
