/* session.h - one simulated session: the mock exchange, the core and the runner, fed with inputs in total order.
 * Backtest and paper push the same inputs through these calls; there is no second way, so they decide alike.
 * Order    inputs come by (time, class): mark bar, bar, mark or index price, funding, tick, symbol end, signal; a call stamped
 *          T first lets everything before T happen (a signal: everything up to and including T, it is the last class of its
 *          instant).
 * Signals  the caller stamps the arrival: publication time + latency_signal.
 * Failure  after any call session_failed() says whether the run must stop: the books differ or money was made or lost among
 *          the exchange's parties (exit 1, treasury.h; asked whenever the books are compared), or a price jumps more
 *          than a thousandfold (exit 3): no market does that, and no account could be counted through it.
 * Memory   all at session_init() and session_covers(); nothing after.
 * Cost     a tick before the instant at which the exchange, the core or the operator has something to do asks none of them:
 *          5 ns beside the exchange's own work. */
#ifndef SIM_EXCHANGE_SESSION_H
#define SIM_EXCHANGE_SESSION_H

#include "core/engine.h"
#include "core/runner.h"
#include "data/feed_json.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/operator.h"

struct session {
    struct engine *engine;
    struct exchange *exchange;
    const struct exchange_settings *settings;
    struct runner runner;
    struct operator_model operator_model;
    int64_t now_us;
    int64_t due_us; /* nothing happens before it but inputs; 0: not known */
    int64_t signals;
    bool failed, memory_failed;
    int64_t compared;                  /* comparisons of the books after which money was counted */
    int64_t money_e8;                  /* made (negative: lost) at the exchange: our bug; 0: none */
    int64_t last_e12[INSTRUMENTS_MAX]; /* last price of each input; 0: none yet */
    struct session_jump {
        int32_t instrument;
        int64_t time_us, from_e12, to_e12; /* to 0: no jump */
    } jump;
};

/* Everything borrowed for life but the session's own memory; false: no memory. */
MUST_USE bool session_init(struct session *self,
                           const struct instruments *instruments,
                           const struct settings *settings,
                           const struct exchange_settings *exchange_settings,
                           const struct store_port *store);
/* Before the first input; what it points to is borrowed for life. */
void session_conditions(struct session *self, const struct exchange_conditions *conditions);
void session_release(struct session *self);

/* What exchange.h says of them; before session_start(). */
void session_covers(struct session *self, int32_t instrument, const struct feed_cover *cover);
void session_clock(struct session *self, int64_t offset_ns);
/* Deposits the starting balance; the first call but those two. */
void session_start(struct session *self, int64_t time_us);
void session_bar(struct session *self, int32_t instrument, const struct exchange_bar *bar);
void session_mark_bar(struct session *self, int32_t instrument, const struct exchange_bar *bar);
void session_funding(struct session *self, int32_t instrument, int64_t time_us, int64_t rate_e16);
/* This price is the market from now on. */
void session_price(struct session *self, int32_t instrument, int64_t time_us, int64_t price_e12);
/* A record of a tape; of a symbol that session_covers() named. */
void session_tick(struct session *self,
                  int32_t instrument,
                  const struct tape_record *record,
                  int32_t size_decimals);
/* The last bar of this symbol has closed: what is open there is closed at its last price, then the market is gone. */
void session_symbol_end(struct session *self, int32_t instrument, int64_t time_us);
void session_signal(struct session *self, const struct signal *signal, int64_t arrival_us);
/* The data end: closes what is open at the last prices, settles every message, compares all books. */
void session_end(struct session *self, int64_t time_us);
/* Time goes on without an input: everything before time_us happens. Earlier than the last input: nothing. */
void session_pass(struct session *self, int64_t time_us);
/* Lets what is on its way arrive, and what that sets off, and no more: at most until until_us. For an end without the data's. */
void session_settle(struct session *self, int64_t until_us);
/* What a shell knows beside the market: evidence, facts. event->time_us: when; what is before it happens first. */
void session_event(struct session *self, const struct event *event);
/* A principal's command (the programs' signals and the operator's tools). */
void session_command(struct session *self, const struct event_command *command, int64_t time_us);
/* The programs' own command for an end without the data's, now: entries off, resting entries cancelled; what is on its way
 * arrives first, at most 10 s of the session's time; then positions are held. */
void session_shut_down(struct session *self, const struct event_command *command);

/* One record of a feed by its kind; FEED_START is the caller's own. Signals are numbered here, in order of arrival. */
void session_take(struct session *self, const struct feed_record *record);

bool session_failed(const struct session *self);
/* The sentence that names both sides, for a session whose books differ; or that says what was made or lost at the exchange. */
void session_difference(const struct session *self, char *out, size_t size);
/* Why a failed session failed, as an error. */
void session_error(const struct session *self, struct error *error);

#endif
