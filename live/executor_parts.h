/* executor_parts.h - what the executor's files share. */
#ifndef LIVE_EXECUTOR_PARTS_H
#define LIVE_EXECUTOR_PARTS_H

#include "core/runner.h"
#include "core/snapshot.h"
#include "data/journal.h"
#include "data/store_account.h"
#include "live/connection.h"
#include "live/control.h"
#include "live/desk.h"
#include "live/emergency.h"
#include "live/executor.h"
#include "live/inbox.h"
#include "live/lease.h"
#include "live/market.h"
#include "live/signals_in.h"

enum executor_phase { EXECUTOR_TRADING, EXECUTOR_ENDING, EXECUTOR_OVER };

struct executor {
    const struct live_options *options;
    struct simulation *simulation;
    const char *command;
    struct error error;
    struct instruments instruments;
    struct lease lease;
    struct connection connection;
    struct venue_account_modes modes;
    struct market *market;
    struct inbox inbox;
    struct engine engine;
    struct actions actions;
    struct runner runner;
    bool up[STREAM_USER + 1]; /* what was said of the streams last */
    bool
        listening; /* market and desk stand: news before that are those of the start-up's own questions */
    struct desk desk;
    struct store *store;
    struct store_port database;
    struct store_resume resume;
    struct store_state state;
    struct emergency emergency;
    struct journal journal;
    char *config;
    struct sources *sources;
    struct loop_timer housekeeping;
    int64_t seconds;   /* of housekeeping */
    int64_t log_bytes; /* of the database's log, when it was last looked at */
    enum executor_phase phase;
    int64_t end_by_ns; /* ENDING: waits no longer */
    int32_t asked;     /* signals that asked for the end */
    bool running;      /* the core has begun */
    bool streaming;
    bool failed;
};

/* Everything up to the first turn. */
MUST_USE bool executor_open(struct executor *self, const struct venue_table *table);
void executor_close(struct executor *self);
/* Database with this run's epoch; journal; and, once the core is made, the state of the epoch before. */
MUST_USE bool executor_begin_store(struct executor *self);
MUST_USE bool executor_begin_journal(struct executor *self, int64_t time_us);
MUST_USE bool executor_resume(struct executor *self);
struct store_port executor_store_port(struct executor *self);
/* Venue time of the newest fill or payment that the store knows. */
int64_t executor_known_until_us(struct executor *self);
/* A command of a principal. */
void executor_command(struct executor *self,
                      enum command command,
                      const char *principal,
                      const char *reason);
void executor_ask_end(struct executor *self);
/* Is what a clean end waits for done? */
bool executor_may_end(struct executor *self);
/* The run's row, report and journal; the exit code. */
int executor_finish(struct executor *self, bool done);
/* Evidence on ourselves, into the inbox: clock, disk, queues. */
void executor_facts(struct executor *self);
/* That the rules of every instrument are fresh (C3). */
void executor_rules_fact(struct executor *self);
void executor_fact(
    struct executor *self, int32_t instrument, enum fact fact, int64_t value, int64_t other);
/* A request at the control socket (struct control_handler). */
void executor_control(void *self, const struct control_request *request, char *answer, size_t size);
/* News of the venue, by kind. */
void executor_news(void *self, const struct news *news);

#endif
