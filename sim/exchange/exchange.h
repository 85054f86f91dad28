/* exchange.h - the mock exchange: an independent model of the venue with its own account, margin and order tables.
 * It knows nothing of the core's books; the two are compared by the runner. Its formulas are core/margin.h, its assumptions
 * stand at the head of each model's file and in exchange_assumptions().
 *
 * Input    bars (a script of four points each), mark bars, funding rates, bare prices (signals only), records of trades,
 *          quotes and depth (ticks.h), in order of time; orders through the venue port. Output: events for the core,
 *          through exchange_next().
 * Time     virtual: the caller says how far it may go. Inputs stamped T are given before exchange_next(.., T, ..) is asked.
 *          A record happens when it is given: exchange_next(.., T - 1, ..) must have been asked before.
 *          At one instant (DESIGN law 9): points of all markets (instrument order), funding, liquidation, matching, arrivals
 *          of our messages; then deliveries to the core in the order in which they happened.
 * Laws     price is a step function: a point holds until the next. At its instant a point walks the segment from the point
 *          before it (in a bar: gradually, triggers in the order in which the segment reaches them, the mark walking in
 *          step; from a close to the next open: one jump). Prices and bars travel the feed, everything else to the core the
 *          response wire (latency.h, messages.h).
 *          An instrument without position, order or message on its way is quiet: no points are made for it, only EVENT_BAR.
 * Memory   sized at start.  Cost: a quiet bar one heap operation and one event.  Failure: CHECK for our own misuse. */
#ifndef SIM_EXCHANGE_EXCHANGE_H
#define SIM_EXCHANGE_EXCHANGE_H

#include "core/event.h"
#include "core/instruments.h"
#include "core/ports.h"
#include "core/settings.h"
#include "data/tape.h"
#include "sim/exchange/fee_ladder.h"

struct exchange_settings {
#define SETTING(field, key, unit, minimum, maximum, initial, documentation) int64_t field;
#include "sim/exchange/settings.def"
#undef SETTING
    struct fee_ladder ladder; /* "fees.ladder"; none: every instrument's own fees */
};

extern const struct setting_row exchange_rows[];
extern const int32_t exchange_row_count;
void exchange_settings_defaults(struct exchange_settings *self);

struct exchange_bar {
    int64_t open_time_us, interval_us;
    int64_t open_e12, high_e12, low_e12, close_e12;
    int64_t volume; /* units times 10^volume_exponent; mark bars: 0 */
    int32_t volume_exponent;
};

struct exchange;
struct latency_table;
struct incident_schedule;

/* What a run may bring beside its settings: dice, the table of sampled latencies, planned bad hours. */
struct exchange_conditions {
    int64_t seed;
    const struct latency_table *latency;       /* NULL: none */
    const struct incident_schedule *incidents; /* NULL: none */
};

/* instruments and settings are borrowed for life. margin_cross as core settings say. NULL: no memory. */
struct exchange *exchange_new(const struct instruments *instruments,
                              const struct exchange_settings *settings,
                              bool margin_cross);
void exchange_free(struct exchange *self);
/* Before the first input; what it points to is borrowed for life. Without it: seed 0, no table, no plan. */
void exchange_conditions(struct exchange *self, const struct exchange_conditions *conditions);

/* ---- inputs; time never falls ---- */
/* Deposit or withdrawal; the core hears of it by EVENT_TRANSFER. False: a withdrawal of more than is free (margins, what
 * resting orders reserve, unrealised losses in cross mode; profits only once they are realised): nothing moves. */
bool exchange_transfer(struct exchange *self, int64_t time_us, int64_t amount_e8);
/* The bar that opens now. Its future is the exchange's secret. */
void exchange_bar(struct exchange *self, int32_t instrument, const struct exchange_bar *bar);
/* The mark bar that opens now: same interval as the trade bars: walks in step; coarser: trade path clamped to low..high. */
void exchange_mark_bar(struct exchange *self, int32_t instrument, const struct exchange_bar *bar);
void exchange_funding(struct exchange *self, int32_t instrument, int64_t time_us, int64_t rate_e16);
/* Signals only: this price is the market from now on. */
void exchange_price(struct exchange *self, int32_t instrument, int64_t time_us, int64_t price_e12);
/* Before the first input: from first_us to last_us the data of this instrument have trades, quotes or depth. There the finest of
 * them makes the prices and bars only close (EVENT_BAR); elsewhere bars make the path. One call for each of them; false: no
 * memory. */
bool exchange_covers(struct exchange *self,
                     int32_t instrument,
                     enum fidelity fidelity,
                     int64_t first_us,
                     int64_t last_us);
/* One record of a tape: trade, depth row, quote, mark or index price, at record->time_us. size_decimals: of its stream. */
void exchange_tick(struct exchange *self,
                   int32_t instrument,
                   const struct tape_record *record,
                   int32_t size_decimals);
/* The receiver's clock against the venue's: added to every receive time before a latency is measured from it (see latency.h). */
void exchange_clock_offset(struct exchange *self, int64_t offset_ns);
/* The venue deleverages a position of ours against a bankrupt account of the other side (adl.h has the rank by which it
 * would choose): a share of it, rounded up to the lot, is closed at that account's price of bankruptcy, without a fee; orders
 * of the symbol are cancelled. The core hears of it by a FILL_ADL. False: nothing is held on that side. */
struct exchange_adl {
    enum side side; /* of the position that is reduced */
    int64_t price_e12, share_e9;
};
bool exchange_adl(struct exchange *self,
                  int64_t time_us,
                  int32_t instrument,
                  const struct exchange_adl *adl);
/* No more bars will come for this instrument (end of its data). */
void exchange_end(struct exchange *self, int32_t instrument, int64_t time_us);

/* ---- output ---- */
/* Earliest instant at which the exchange has something to do or to deliver; INSTANT_NEVER: nothing. */
int64_t exchange_next_time(const struct exchange *self);
/* Goes on up to and including until_us, but stops at the first event for the core and puts it out: true. */
bool exchange_next(struct exchange *self, int64_t until_us, struct event *out);
/* The market of a quiet instrument as the core can know it at now_us (that is: at now_us less the feed's latency), as an
 * EVENT_MARKET stamped now_us. False: it is not quiet (the core is up to date), or has had no price yet, or is in an outage,
 * or the feed is silent. */
bool exchange_quote(struct exchange *self, int32_t instrument, int64_t now_us, struct event *out);
/* A price that the core has from elsewhere (the signal's own): the books are compared at it. */
void exchange_told(struct exchange *self, int32_t instrument, int64_t mark_e12);
/* False in an outage, before the listing and after the end: orders would be refused now. */
bool exchange_open(const struct exchange *self, int32_t instrument, int64_t now_us);

struct venue_port exchange_venue(struct exchange *self);
/* The position of one side, in hedge mode beside the other; the venue port shows the larger one. */
void exchange_leg(const struct exchange *self,
                  int32_t instrument,
                  enum side side,
                  struct books_position *out);

/* ---- what it did: for the report ---- */
struct exchange_counters {
    int64_t depth_gaps,
        depth_skipped; /* of the books' messages: breaks in their order, not applied */
    int64_t points, funding_missing, outages, liquidations, step_downs, rejects, partial_fills;
    int64_t takeovers;   /* by the insurance fund, at the price of bankruptcy */
    int64_t deleveraged; /* closed against the crowd (the fund could not), or by ADL of ours */
    int64_t fund_e8, fund_losses_e8; /* insurance fund: now, and what take-overs have cost it */
    int64_t amends, linked_cancels, rate_refusals, bans;
    int64_t feed_lost;  /* prices and bars that a dead or silent feed did not carry */
    int64_t held;       /* messages that waited for the end of a dead time, both ways */
    int64_t refused;    /* requests refused by an incident */
    int64_t halted;     /* points at which a halted market stood still */
    int64_t delistings; /* markets that ended by plan */
    int64_t conflated;  /* prices and looks that found no room on the feed: later ones serve */
    int64_t crowded;    /* messages delivered early because their wire was full: should be 0 */
};
const struct exchange_counters *exchange_counters(const struct exchange *self);
/* Settlements of an instrument that should have come between two of its rows, by the interval of the rows before (funding.c). */
int64_t exchange_funding_missing(const struct exchange *self, int32_t instrument);
/* What resting orders keep from what is available: their margin and fee. */
int64_t exchange_reserved_e8(const struct exchange *self);
/* Money that was made or lost between the account and its counterparts since the start: 0, or it is our bug (treasury.h). */
int64_t exchange_difference_e8(const struct exchange *self);
/* Name and number of a kind of incident for the report; NULL behind the last. */
const char *exchange_incident(const struct exchange *self, int32_t kind, int64_t *begun);
/* One instrument's feeds: its book's gaps, messages not applied, levels lost, and how long each kind of record was the finest
 * that served (index: enum fidelity); the rest of its time bars did. */
struct exchange_feed {
    int64_t gaps, skipped, lost;
    int64_t served_us[FIDELITY_DEPTH + 1];
};
void exchange_feed(const struct exchange *self, int32_t instrument, struct exchange_feed *out);
/* Where the mark of an instrument comes from, in words for the report: static text. */
const char *exchange_mark_source(const struct exchange *self, int32_t instrument);
/* The models' assumptions, one sentence each, NULL at the end; printed in every report. */
const char *const *exchange_assumptions(void);

#endif
