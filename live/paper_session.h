/* paper_session.h - what paper trading does with an input, wherever it came from: journal, session, store, and the end.
 * Laws     an input is carried out whole, and its records committed, before the next is looked at; a decision is printed on
 *          standard output as soon as it is made.
 * Failure  false; the error is in `error`, and paper_finish() prints it. */
#ifndef LIVE_PAPER_SESSION_H
#define LIVE_PAPER_SESSION_H

#include "data/feed_json.h"
#include "data/journal.h"
#include "data/store.h"
#include "live/options.h"
#include "sim/exchange/session.h"

/* Zeroed by the owner, who sets the first three and `error`, and fills the instruments before the start. */
struct paper {
    const struct live_options *options;
    struct simulation *simulation;
    const char *command;
    struct error error;
    struct instruments instruments;
    struct feed_start start;
    struct store *store;
    struct store_port database;
    struct session session;
    struct journal journal;
    char *config;     /* as the journal has it */
    int64_t first_us; /* of the start */
    bool running, opened, finished;
};

/* Store, session and journal are made. */
MUST_USE bool paper_start(struct paper *self, int64_t time_us, const struct feed_start *given);
/* One input behind the start. */
MUST_USE bool paper_take(struct paper *self, const struct feed_record *record);
/* Time goes on without an input: everything before time_us happens. Behind the foreword. */
MUST_USE bool paper_pass(struct paper *self, int64_t time_us);
/* Ends the session; done: nothing went wrong so far. Answers the exit code. */
int paper_finish(struct paper *self, bool done);
void paper_release(struct paper *self);

#endif
