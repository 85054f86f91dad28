/* state.h - the inside of the exchange, shared by its own files and by no one else.
 * Steps    what happens at one instant, in this order over all instruments (DESIGN law 9): jumps to
 *          an open (mark prices), closed bars, funding, then liquidation and matching (walks along
 *          a bar, and what a jump or a settlement set off), expiries; then the arrivals of our
 *          messages; then deliveries to the core.
 * Tracked  an instrument is tracked from the arrival of an order until it has no position, no order
 *          and no message about one on its way: only then are points made, and each is told to the
 *          core. */
#ifndef SIM_EXCHANGE_STATE_H
#define SIM_EXCHANGE_STATE_H

#include "sim/exchange/account.h"
#include "sim/exchange/book.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/incidents.h"
#include "sim/exchange/latency.h"
#include "sim/exchange/limits.h"
#include "sim/exchange/linked.h"
#include "sim/exchange/messages.h"
#include "sim/exchange/path.h"
#include "sim/exchange/queue.h"
#include "sim/exchange/ticks.h"
#include "sim/exchange/treasury.h"

enum step { STEP_JUMP, STEP_BAR, STEP_FUNDING, STEP_MATCH, STEP_EXPIRY };

/* Of one instrument that wait for their instant: one, and data that repeat it. */
enum { SETTLEMENTS_MAX = 4 };

struct settlement {
    int64_t time_us, rate_e16;
};

#define TICK_BAR_US US_PER_MINUTE

/* What each point of one bar brings: its volume, and the share of it that volume_left_e6 starts from. */
struct track_volume {
    int64_t bar, point_e6, share_e6;
};

struct track {
    struct path path;
    struct ticks *ticks;    /* NULL: bars only */
    int64_t bar_due;        /* next bar to close */
    struct path_place next; /* next point; tracked only */
    bool tracked;
    int64_t tracked_us;        /* since when */
    bool halted;               /* a point was passed over: the next price is a jump */
    int64_t delist_us, adl_us; /* INSTANT_NEVER: not planned */
    int64_t settle_us;         /* triggers are due at the price that holds; INSTANT_NEVER: not */
    int64_t last_e12;          /* tracked: of the point that holds; the mark is the account's */
    int64_t volume_e6;         /* of that point; VOLUME_UNKNOWN */
    int64_t volume_left_e6;    /* of it, for our entries and limits; VOLUME_UNKNOWN = no limit */
    struct track_volume volume;
    int32_t in_flight; /* messages about orders, both ways */
    bool waits;        /* its price found no room on the feed */
    int32_t leverage;  /* for the next opening */
    int32_t settlement_count;
    struct settlement settlements[SETTLEMENTS_MAX];
    uint64_t trade_id;
    int64_t paid_us, paid_interval_us; /* last settlement; how far apart they are */
    int64_t funding_missing;           /* rows that should have come */
    int64_t funding_suspected;         /* in the last gap, if it was not a longer interval */
};

/* What the core has heard of a market: at these marks its books are compared with ours. */
struct heard {
    int64_t mark_e12; /* 0: nothing yet */
    int64_t venue_us; /* of the last price */
};

struct exchange {
    const struct instruments *instruments;
    const struct exchange_settings *settings;
    int64_t now_us;
    uint64_t
        walk; /* number of the walk along a bar that is in progress (walk.c); never one within another */
    struct exchange_counters counters;
    struct inbox inbox;
    struct outbox outbox;
    struct queue queue;
    struct track tracks[INSTRUMENTS_MAX];
    struct account account;
    struct treasury treasury;
    struct fee_meter fees;
    struct book book;
    struct latency latency;
    struct incidents incidents;
    struct limits limits;
    struct linked linked;
    enum order_reason batch_reason; /* of the batch whose orders are arriving */
    struct heard heard[INSTRUMENTS_MAX];
    int32_t waiting, waiting_turn; /* instruments whose price waits; the next of them to be told */
    struct path_record *records;
    struct exchange_bar *marks;
};

static inline const struct instrument *exchange_item(const struct exchange *self,
                                                     int32_t instrument)
{
    return &self->instruments->items[instrument];
}

static inline int64_t exchange_mark_e12(const struct exchange *self, int32_t instrument)
{
    return self->account.marks_e12[instrument];
}

/* No incident is at work. */
static inline bool exchange_calm(const struct exchange *self)
{
    return self->incidents.active_count == 0 && self->now_us < self->incidents.change_us;
}

/* ---- track.c: which points are made ---- */
/* Sets an instrument's key in the queue after anything about it has changed. */
void track_schedule(struct exchange *self, int32_t instrument);
/* Starts tracking at now: the core is told the market, the rest of the bar is scheduled. Nothing
 * without a price. */
void track_begin(struct exchange *self, int32_t instrument);
/* The next point of a tracked instrument, or its end of tracking. */
void track_point(struct exchange *self, int32_t instrument);
/* The price that holds is moved and told to the core. */
void track_move(struct exchange *self, int32_t instrument, int64_t last_e12, int64_t mark_e12);

/* Over the points where records tell the market. */
void track_skip(struct track *track);
/* No position, no order, no message about one on its way. */
bool track_quiet(const struct exchange *self, int32_t instrument);

/* ---- market.c: which feed is the market at an instant ---- */
/* Records tell its prices. */
bool market_ticks(const struct track *track, int64_t time_us);
/* Bars make no points there. */
bool market_covered(const struct track *track, int64_t time_us);
/* The prices that hold; false: none yet, or older than what is kept. */
MUST_USE bool market_at(const struct track *track, int64_t time_us, struct path_prices *out);
/* A price holds and is not older than the outage limit allows; of records: than so many minutes. */
bool market_open(const struct exchange *self, int32_t instrument, int64_t time_us);
const char *market_mark_source(const struct track *track);

/* ---- tick.c: records ---- */
/* What the price that holds has passed already. */
void tick_settle(struct exchange *self, int32_t instrument);
/* The minute of our own bar is over. */
void tick_bar_close(struct exchange *self, int32_t instrument);

/* ---- maker.c: our resting limits where records tell the market ---- */
/* After the order table has changed. */
void maker_watch(struct exchange *self, int32_t instrument);
/* First by price and arrival; BOOK_NONE. */
int32_t maker_first(struct exchange *self, int32_t instrument, enum side side);
void maker_trade(struct exchange *self,
                 int32_t instrument,
                 const struct tape_record *record,
                 int64_t size_e6);
/* A level of the book has been stated; before_e6: what it had. */
void maker_level(struct exchange *self,
                 int32_t instrument,
                 enum side side,
                 int64_t price_e12,
                 int64_t before_e6);
/* A best price is about to be stated by a quote. */
void maker_quote(struct exchange *self,
                 int32_t instrument,
                 enum side side,
                 const struct depth_level *quote);
/* The market is whole: do its best prices reach ours? */
void maker_cross(struct exchange *self, int32_t instrument);

/* ---- take.c: takers where records tell a book or quotes ---- */
struct taken {
    int64_t size_e6;
    bool self_trade; /* the rest is expired: it met an order of ours */
};
bool take_visible(const struct exchange *self, int32_t instrument);
/* limit_e12 = 0: at any price. Order id 0: the venue's own, a liquidation. */
struct taken take_walk(struct exchange *self,
                       int32_t instrument,
                       const struct action_place *place,
                       int64_t limit_e12);
/* A limit that would meet the market or an order of ours at once. */
bool take_meets(const struct exchange *self, int32_t instrument, const struct action_place *place);
/* A limit that would fill whole at once. */
bool take_whole(const struct exchange *self, int32_t instrument, const struct action_place *place);
/* Price of the last level that a taker of this size would reach. */
int64_t
take_worst_e12(const struct exchange *self, int32_t instrument, enum side side, int64_t size_e6);

/* ---- walk.c: what a move of the price sets off ---- */
/* From the price that holds to another, gradually; then told to the core. */
void walk_to(struct exchange *self, int32_t instrument, int64_t last_e12, int64_t mark_e12);
/* What the price that holds has passed already: after a jump or a settlement. */
void walk_settle(struct exchange *self, int32_t instrument);

/* ---- matching.c: orders and executions ---- */
struct execution {
    uint64_t order_id; /* 0: the venue's own */
    enum side side;
    enum liquidity liquidity;
    enum fill_kind kind;
    bool reduces; /* hedge mode: it closes the other side's leg */
    int64_t price_e12, size_e6;
    int64_t market_e12; /* 0: made with the market; else the fund takes it, and closes it there */
    int64_t fee_e8;     /* told to the core; set by matching_execute() */
};
void matching_place(struct exchange *self, int32_t instrument, const struct action_place *place);
void matching_cancel(struct exchange *self, int32_t instrument, uint64_t order_id);
/* An accepted limit order meets the market: takes, then rests with what is left. */
void matching_limit(struct exchange *self, int32_t instrument, const struct action_place *place);
/* A conditional order's trigger was reached; slot leaves the book and executes at the price that
 * holds. */
void matching_trigger(struct exchange *self, int32_t instrument, int32_t slot);
/* A resting limit was reached: fills at its own price, as far as the point's volume goes. */
void matching_make(struct exchange *self, int32_t instrument, int32_t slot);
/* A resting limit fills at its own price, at most what it may reduce; returns the size. */
int64_t matching_fill(struct exchange *self, int32_t instrument, int32_t slot, int64_t size_e6);
void matching_expire(struct exchange *self, int32_t instrument);
/* Takes every order of an instrument (exits_only: those that have nothing left to reduce) off the
 * book, each with an event. */
void matching_clear(struct exchange *self,
                    int32_t instrument,
                    bool exits_only,
                    enum order_reason reason);
/* Books one execution and tells the core; one that is larger than the opposite position is two
 * fills. */
void matching_execute(struct exchange *self, int32_t instrument, const struct execution *execution);
/* What an order may reduce: what is held on the other side. */
int64_t matching_reducible_e6(const struct exchange *self, int32_t instrument, enum side side);

/* ---- gate.c: what the venue takes at all at this hour ---- */
/* A message that has arrived; refused ones are answered here: false. */
bool gate_passes(struct exchange *self, const struct message *message);
/* The market stands still. */
bool gate_halted(struct exchange *self, int32_t instrument);
/* No price leaves for the core. */
bool gate_silent(struct exchange *self, int32_t instrument);
/* The next ADL that is planned at or after an instant, and the one that is due. */
void gate_adl_plan(struct exchange *self, int32_t instrument, int64_t from_us);
void gate_adl(struct exchange *self, int32_t instrument);
/* Ends a market whose planned end has come. */
void gate_delist(struct exchange *self, int32_t instrument);

/* ---- amend.c ---- */
void amend_order(struct exchange *self, int32_t instrument, const struct request_amend *amend);
void amend_mode(struct exchange *self,
                int32_t instrument,
                const struct request_margin_mode *request);
void amend_margin(struct exchange *self, int32_t instrument, const struct request_margin *request);

/* ---- linked.c: groups; the market's part of linked.h ---- */
void linked_arrive(struct exchange *self, int32_t instrument, const struct request_group *request);
/* Carries out what fills and ends have set off in groups; after every trigger, walk and arrival. */
void linked_settle(struct exchange *self);
/* A waiting child is taken back; false: no such. */
bool linked_withdraw(struct exchange *self, uint64_t order_id, enum order_reason reason);
void linked_withdraw_all(struct exchange *self, int32_t instrument, enum order_reason reason);

/* ---- rules.c: price bands, maximum orders, callback rates ---- */
enum { RULES_AMEND = 0 }; /* order id of a place that stands in the book already */
enum order_reason
rules_check(const struct exchange *self, int32_t instrument, const struct action_place *place);

/* ---- acceptance.c: may it be an order at all ---- */
enum order_reason
acceptance(const struct exchange *self, int32_t instrument, const struct action_place *place);
/* Leverage bracket and margin of what an order may add at worst; also asked again when an entry
 * triggers. */
enum order_reason acceptance_margin(const struct exchange *self,
                                    int32_t instrument,
                                    const struct action_place *place);
/* What a resting limit must keep free: initial margin and taker fee of what it may add. */
int64_t acceptance_reserve_e8(const struct exchange *self,
                              int32_t instrument,
                              const struct action_place *place,
                              int64_t size_e6);
/* Of every limit of an instrument, after its position or its leverage has changed: what closed may now open. */
void acceptance_reserve_anew(struct exchange *self, int32_t instrument);
/* Price of the order's own trigger kind at the point that holds. */
int64_t acceptance_trigger_price_e12(const struct exchange *self,
                                     int32_t instrument,
                                     const struct action_place *place);
static inline bool acceptance_by_mark(const struct exchange *self, const struct action_place *place)
{
    return self->settings->trigger == TRIGGER_MARK && place->trigger_by == TRIGGER_MARK;
}
/* Reduce-only in the wide sense: it can never open. */
bool acceptance_reduces(const struct action_place *place);
/* A limit that meets the other side of the market at once. */
bool acceptance_takes(const struct exchange *self,
                      int32_t instrument,
                      const struct action_place *place);
/* What a taker of this size would pay now. */
int64_t acceptance_taker_e12(const struct exchange *self,
                             int32_t instrument,
                             enum side side,
                             int64_t size_e6);

/* ---- liquidation.c, funding.c ---- */
void liquidation_run(struct exchange *self, int32_t instrument);
/* Who is on the other side of an execution that was just booked: the market, the fund, the crowd. */
void liquidation_settle(struct exchange *self,
                        int32_t instrument,
                        const struct execution *execution,
                        const struct account_posting *posting);
/* Every position whose mark stands at its liquidation price. */
void liquidation_sweep(struct exchange *self);
void funding_settle(struct exchange *self, int32_t instrument);

/* ---- look.c ---- */
/* Shows the core the top of the book, and when to look again. */
void look(struct exchange *self, int32_t instrument);

/* ---- telling.c: what the core hears ---- */
void tell_market(struct exchange *self, int32_t instrument);
void tell_book(struct exchange *self, int32_t instrument, const struct event_book *book);
void tell_bar(struct exchange *self, int32_t instrument, const struct exchange_bar *bar);
void tell_funding(struct exchange *self, int32_t instrument, int64_t rate_e16, int64_t mark_e12);
void tell_order(struct exchange *self,
                int32_t instrument,
                uint64_t order_id,
                enum order_evidence evidence,
                enum order_reason reason);
void tell_amended(struct exchange *self,
                  int32_t instrument,
                  uint64_t order_id,
                  int64_t price_e12,
                  int64_t size_e6);
void tell_fill(struct exchange *self, int32_t instrument, const struct execution *execution);
void tell_transfer(struct exchange *self, int64_t amount_e8);
/* What a delivered event tells the core of a market, remembered. */
void tell_delivered(struct exchange *self, const struct event *event);

/* ---- fees.c ---- */
/* Of a trade now: the ladder's, else the instrument's own. */
int64_t fees_rate_e9(const struct exchange *self, int32_t instrument, enum liquidity liquidity);
/* Of a liquidation, on top of the taker rate: Hyperliquid asks none (PROTOCOLS D6). */
int64_t fees_clearance_e9(const struct exchange *self, int32_t instrument);
/* What the core is told: the venue's own figure where the schedule of the instrument does not give
 * it. */
int64_t fees_told_e8(const struct exchange *self,
                     int32_t instrument,
                     const struct execution *execution,
                     const struct account_posting *posting);
/* Counts a trade into the rolling volume. */
void fees_volume(struct exchange *self, int32_t instrument, const struct execution *execution);

#endif
