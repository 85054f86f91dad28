/* incidents.h - the venue's bad hours: when they are, and what they do.
 * Kinds    dead            no message arrives or leaves: what is on its way waits for the end; an order or an amend that
 *                          waited is refused then (too_old, as a venue's recvWindow does), cancels and leverage are done then;
 *                          prices of that time are lost. Matching goes on.
 *          cancel_only     orders and amends are refused; submit_only: cancels and amends are refused.
 *          slow            all latencies times `factor`.
 *          stale_feed      no price and no bar leaves; matching goes on.
 *          halt            the market stands still: nothing fills, triggers or is liquidated, orders are refused (no_market);
 *                          the first price behind it is a jump.
 *          delist          at `from`: orders cancelled, positions settled at the last mark (a taker's fee), no market after it.
 *          adl             at `from`: of our position that is in profit at `price` (none given: the mark) the share `factor` is
 *                          closed there against a bankrupt account, without a fee; orders of the symbol are cancelled.
 *          depth_collapse  volume and levels times `factor`.
 *          rate_limit      orders_10s and orders_1m in place of the settings, where they are lower.
 *          dead, slow and rate_limit are of the whole venue: their symbol is "*".
 * Source   a file (--incidents), and sim.incidents a day: drawn a day at a time from (seed, day), so that a day has the same
 *          whatever run it is in. Drawn ones last 1 to 30 minutes inside their UTC day, half of them on one symbol alone where
 *          the kind allows it; a delisting and an ADL are never drawn.
 * Laws     from <= t < to. Time never falls from one question to the next.   Cost: O(1) but at a change, then O(incidents). */
#ifndef SIM_EXCHANGE_INCIDENTS_H
#define SIM_EXCHANGE_INCIDENTS_H

#include "core/instruments.h"
#include "data/error.h"
#include "data/text.h"

enum incident_kind {
    INCIDENT_DEAD,
    INCIDENT_CANCEL_ONLY,
    INCIDENT_SUBMIT_ONLY,
    INCIDENT_SLOW,
    INCIDENT_STALE_FEED,
    INCIDENT_HALT,
    INCIDENT_DEPTH_COLLAPSE,
    INCIDENT_RATE_LIMIT,
    INCIDENT_DELIST,
    INCIDENT_ADL
};
enum {
    INCIDENT_KINDS = 10,
    INCIDENTS_FILE_MAX = 512,
    INCIDENTS_DAY_MAX = 32,
    INCIDENTS_MAX = INCIDENTS_FILE_MAX + 2 * INCIDENTS_DAY_MAX
};

struct incident {
    enum incident_kind kind;
    int32_t instrument; /* INSTRUMENT_NONE: all */
    int64_t from_us, to_us;
    int64_t factor_e6;             /* slow >= 1, depth_collapse 0..1, adl 0..1 */
    int64_t price_e12;             /* adl; 0: the mark */
    int64_t orders_10s, orders_1m; /* rate_limit */
};

struct incident_schedule {
    int32_t count;
    struct incident items[INCIDENTS_FILE_MAX]; /* by start */
};

struct incidents {
    const struct incident_schedule *schedule; /* NULL: none */
    int32_t instrument_count;
    int64_t per_day, seed;
    int64_t day_us;             /* start of the first of the two drawn days */
    int64_t seen_us, change_us; /* asked for last; the list of active ones holds until */
    int32_t count, active_count;
    struct incident items[INCIDENTS_MAX];
    int32_t active[INCIDENTS_MAX];
    int64_t begun[INCIDENT_KINDS]; /* that the run has come to */
};

void incidents_init(struct incidents *self, int32_t instrument_count, int64_t per_day);
/* Before the first question; schedule may be NULL, else borrowed for life. */
void incidents_plan(struct incidents *self, const struct incident_schedule *schedule, int64_t seed);

/* What is active may have changed. */
void incidents_turn(struct incidents *self, int64_t now_us);
/* The one among those that are active now; NULL: none. */
const struct incident *
incidents_find(const struct incidents *self, enum incident_kind kind, int32_t instrument);
/* The first active one of a kind that concerns an instrument; NULL: none. */
static inline const struct incident *incidents_active(struct incidents *self,
                                                      int64_t now_us,
                                                      enum incident_kind kind,
                                                      int32_t instrument)
{
    if (now_us >= self->change_us) {
        incidents_turn(self, now_us);
    }
    return self->active_count == 0 ? NULL : incidents_find(self, kind, instrument);
}
/* When a message that would arrive then arrives: then, or at the end of a dead time; then_us not before the last question. */
int64_t incidents_arrival(const struct incidents *self, int64_t then_us);
/* latency x factor of a slow time. */
int64_t incidents_slowed(struct incidents *self, int64_t now_us, int64_t latency_us);
/* size x factor of a depth collapse, rounded down. */
int64_t incidents_depth(struct incidents *self, int64_t now_us, int32_t instrument, int64_t size);
/* The same where the question was asked at this instant already. */
int64_t incidents_thin(const struct incidents *self, int32_t instrument, int64_t size);
/* INSTANT_NEVER: no delisting. */
int64_t incidents_delisting(const struct incidents *self, int32_t instrument);
/* The first ADL of a symbol at or after an instant; NULL: none. */
const struct incident *
incidents_adl(const struct incidents *self, int32_t instrument, int64_t from_us);
const char *incident_kind_text(int kind);

/* ---- incidents_file.c ----
 * [{"from": "2025-01-20T15:00:00Z", "to": "2025-01-20T15:10:00Z", "symbol": "*", "kind": "slow", "factor": 20}, ...]
 * Times ISO 8601 with zone, or epochs of 13 digits (ms); delist and adl have no "to"; "price" (of adl) as text.
 * False: file:line. */
MUST_USE bool incidents_load(struct incident_schedule *self,
                             const struct instruments *instruments,
                             const char *path,
                             struct error *error);
MUST_USE bool incidents_parse(struct incident_schedule *self,
                              const struct instruments *instruments,
                              struct slice text,
                              const char *name,
                              struct error *error);

#endif
