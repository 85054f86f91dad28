/* loop.h - the one thread of the executor: descriptors, timers and signals, by epoll, timerfd and signalfd.
 * Laws     nothing in a handler blocks: what must wait registers a descriptor or a timer. Time is sampled once a turn.
 *          Timers have absolute deadlines on CLOCK_BOOTTIME (it counts a suspend) and fire in order of deadline, then of
 *          setting.
 *          A handler may add, change and remove any watch or timer, its own too, also while others of the turn are still
 *          due.
 * Order    of a turn: descriptors, timers, then what waited for the turn's end. Descriptors first: after a pause of the
 *          process an answer that is here wins against the deadline that it met. A timer that is set in a turn fires in
 *          a later one.
 * Ownership  watches and timers are the caller's memory (one embedded in each struct that waits); the loop only links them.
 * Cost     a turn: one epoll_wait; a timer: O(log n).  Failure: bool and an error (exit 4). */
#ifndef LIVE_LOOP_H
#define LIVE_LOOP_H

#include "core/base.h"
#include "data/error.h"

/* HANGUP: closed or in error; reading says which. It comes unasked. */
enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };
/* What is done at the end of a turn: all of SEND (requests start), then all of ANSWER (pongs: "what you said is acted
 * on"). */
enum loop_stage { LOOP_SEND, LOOP_ANSWER, LOOP_STAGES };

struct loop; /* opaque */

struct loop_watch {
    void (*ready)(void *self, int events); /* LOOP_* bits */
    void *self;
    int descriptor; /* private from here on */
    bool watched;
};

struct loop_timer {
    void (*due)(void *self);
    void *self;
    int64_t at_ns; /* private from here on */
    uint64_t order;
    int32_t place; /* in the heap; 0: not set */
};

struct loop_end {
    void (*run)(void *self);
    void *self;
    struct loop_end *next; /* private from here on */
    bool waits;
};

MUST_USE struct loop *loop_new(struct error *error);
void loop_free(struct loop *self); /* NULL is fine */
/* CLOCK_BOOTTIME as of the beginning of this turn. */
int64_t loop_now_ns(const struct loop *self);
/* The same, asked now: for stamps that measure. */
int64_t loop_clock_ns(void);

/* events: LOOP_READ | LOOP_WRITE; again for the same watch: changed. ready and self are set by the caller before. */
MUST_USE bool loop_watch(
    struct loop *self, struct loop_watch *watch, int descriptor, int events, struct error *error);
/* Before its descriptor is closed. Of one that is not watched: nothing. */
void loop_unwatch(struct loop *self, struct loop_watch *watch);

/* due and self are set by the caller before. Again for a set timer: moved. */
void loop_timer_set(struct loop *self, struct loop_timer *timer, int64_t at_ns);
void loop_timer_stop(struct loop *self, struct loop_timer *timer);

/* Once, at the end of this turn, or of the next when none runs (that one does not wait then). run and self are set by
 * the caller before. Of one that waits already: nothing. */
void loop_end_set(struct loop *self, struct loop_end *end, enum loop_stage stage);
void loop_end_stop(struct loop *self, struct loop_end *end);

/* SIGTERM, SIGINT, SIGHUP, SIGUSR1 come here instead of killing; SIGPIPE is ignored. Once;
 * loop_free() lets them through again. */
MUST_USE bool loop_signals(struct loop *self,
                           void (*caught)(void *self, int number),
                           void *owner,
                           struct error *error);

/* Waits for the first thing to do, at most until at_ns (INT64_MAX: as long as it takes), and does all that is ready.
 * False and an error: epoll itself failed. */
MUST_USE bool loop_turn(struct loop *self, int64_t at_ns, struct error *error);

#endif
