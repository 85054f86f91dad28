/* desk.h - the order desk: what lies between the core's orders and a venue's news. It draws the conclusions of RISK 5.1-5.4.
 *
 * Place    the runner's venue port out (desk_port), the venue's news in (desk_news: all kinds but NEWS_MARKET), evidence for the
 *          core out (an event_sink; the shell stamps time_us and delivers in turn). No socket, file, clock or heap: time is what
 *          desk_turn() and the news carry, so a test is a pure function of its script.
 * Laws     an order goes to the venue once, whatever came of it (RISK 5.2 rule 4); only cancels and settings are repeated.
 *          What is not known is UNKNOWN until it is: queried by client id at both doors 0.2, 0.5, 1, 2, 5, 10 s after the doubt
 * began,
 *          then every 10 s. ABSENT needs all of: two rounds, begun later than the end of the order's validity + 2 s, in which
 * both
 *          doors do not know it; no trade with its id since it was sent; a position that the core's books explain without it.
 *          Fills are told once (instrument, trade id), whatever path they come by; a venue's cumulative quantity above the fills
 *          that were told asks for the missing ones, and an ending (canceled, expired) is told after them. Fill evidence is
 *          told in any state. A question that failed says nothing: not "none", not "flat" (RISK F20).
 *          An id of a newer epoch, or one of this epoch that this executor has not made, is FACT_FENCED (RISK 5.6).
 * Flatten  the core's own exits are the normal way to be flat (COMMAND_FLATTEN). live/flatten.h is the way when the core or the
 *          store cannot: desk_flatten(). Its orders are of a kind of their own (FLATTEN_ID), and its fills come in without an
 *          order (order_id 0): a reduction that the core did not ask for.
 * Memory   one struct of fixed size (about 1 MB), the caller's.  Cost: a piece of news O(orders remembered), about a microsecond.
 * Failure  out of room for requests: an order is NOT_SENT; questions wait for the next turn. Nothing here can fail otherwise. */
#ifndef LIVE_DESK_H
#define LIVE_DESK_H

#include "core/action.h"
#include "core/base.h"
#include "core/bounds.h"
#include "core/event.h"
#include "core/ports.h"
#include "live/deadman.h"
#include "live/flatten.h"
#include "live/reconcile.h"
#include "live/venue.h"

struct engine;

/* Evidence for the core, borrowed for the call. venue_time_us is set where the venue said one, else 0; time_us is the shell's. */
struct event_sink {
    void *self;
    void (*take)(void *self, const struct event *event);
};

/* What the desk must know of the core; asked between two steps. desk_core_of() makes it from an engine. */
struct desk_core {
    void *self;
    /* Live orders of an instrument, oldest first; how many, at most `most`. */
    int32_t (*orders)(void *self, int32_t instrument, struct order *out, int32_t most);
    bool (*made)(void *self, uint64_t order_id);            /* it gave this id out, ever */
    int64_t (*position_e6)(void *self, int32_t instrument); /* + long, - short */
    int64_t (*wallet_e8)(void *self);
};

/* What the store remembers for longer than the desk. */
struct desk_memory {
    void *self;
    bool (*fill_known)(void *self, int32_t instrument, uint64_t trade_id);
    bool (*payment_known)(
        void *self, bool transfer, int32_t instrument, int64_t time_us, uint64_t id);
    /* Write it down. */
    void (*venue_order)(void *self, int32_t instrument, uint64_t order_id, const char *venue_id);
    uint64_t (*order_of_venue)(void *self, int32_t instrument, const char *venue_id); /* 0: none */
};

/* Words for a human, at once: not part of the core's input. */
struct desk_alarm {
    void *self;
    void (*say)(void *self, enum severity severity, int32_t instrument, const char *what);
};

enum foreign_policy { FOREIGN_ALARM, FOREIGN_CANCEL };

struct desk_options {
    uint32_t epoch;
    bool first_start;       /* no history: the wallet becomes a deposit */
    int64_t known_until_us; /* venue time of the last fill or payment in the store; 0: none */
    enum foreign_policy foreign;
    enum margin_mode margin_mode;
    int64_t wallet_tolerance_e8; /* a difference not larger is rounding */
    int64_t countdown_us;        /* window of the dead man's switch; 0: not used */
    bool countdown_kills_stops;  /* the venue's switch cancels conditional orders too */
};

struct desk_world {
    const struct venue_table *table;
    struct venue *venue;
    const struct instruments *instruments;
    struct event_sink events;
    struct desk_core core;
    struct desk_memory memory;
    struct desk_alarm alarm;
    struct flatten_world flatten;
};

enum {
    DESK_ORDERS = ORDERS_MAX * 2, /* live ones, and as many ended that late evidence may name */
    DESK_REQUESTS = 2048,         /* a power of two; two doors of every live order */
    DESK_SEEN = 1024,             /* sets of trade ids, DESK_WAYS each: the newest 8,192 */
    DESK_WAYS = 8,
    DESK_HELD = 64 /* entries that wait for their leverage; fills that wait for an owner */
};
_Static_assert((DESK_REQUESTS & (DESK_REQUESTS - 1)) == 0, "slots are indexed by a mask");

/* Why an order is asked for. */
enum desk_doubt {
    DOUBT_NONE,
    DOUBT_PLACED, /* sent, and nobody knows what came of it */
    DOUBT_CANCEL, /* the cancel did not tell the order's end */
    DOUBT_FILLS,  /* the venue filled more than it has told */
    DOUBT_LOST    /* the venue's list of open orders lacks it */
};

enum desk_over { OVER_NONE, OVER_FILLED, OVER_CANCELED, OVER_EXPIRED, OVER_REJECTED, OVER_ABSENT };

struct desk_inquiry {
    enum desk_doubt doubt;
    enum { INQUIRY_ORDER, INQUIRY_FILLS, INQUIRY_POSITION } phase;
    int32_t round;        /* begun */
    int32_t absences;     /* rounds that count towards ABSENT */
    int32_t waiting;      /* answers outstanding of this round */
    bool none[2], failed; /* by door: conditional or not */
    bool late;            /* this round began after the validity + 2 s */
    bool found;
    int64_t began_ns, next_ns;
    uint64_t after_tag; /* calls up to this one were made for an earlier doubt */
};

struct desk_order {
    uint64_t order_id; /* 0: a free place */
    int32_t instrument;
    enum side side;
    bool conditional, reducing, sized;
    bool accepted; /* the venue has shown that it had it */
    bool unknown;  /* the core was told UNKNOWN last */
    bool told;     /* the core was told of the end */
    bool cancel_wanted, cancel_sent;
    bool listed; /* among the venue's open orders, in the pass under way */
    int32_t cancels_refused;
    enum desk_over over;
    enum order_reason reason;
    int64_t size_e6, cumulative_e6, booked_e6;
    int64_t sent_ns, valid_ns, sent_us, ended_us;
    char venue_id[VENUE_ID_BYTES], child_id[VENUE_ID_BYTES];
    struct desk_inquiry inquiry;
};

enum desk_call {
    CALL_PLACE = 1,
    CALL_CANCEL,
    CALL_LEVERAGE,
    CALL_MODE,
    CALL_CANCEL_ALL,
    CALL_COUNTDOWN,
    CALL_ORDER,         /* one order, for an inquiry */
    CALL_FILLS,         /* since, for an inquiry */
    CALL_POSITION,      /* for an inquiry */
    CALL_RECONCILE,     /* one step of a pass */
    CALL_FLATTEN_ORDER, /* a slice of the flatten procedure, its query, its positions */
    CALL_FLATTEN_QUERY,
    CALL_FLATTEN_POSITIONS,
    CALL_FLATTEN_CANCEL
};

struct desk_request {
    uint64_t tag; /* 0: free */
    enum desk_call call;
    int32_t instrument;
    bool conditional;
    uint64_t order_id;
    int64_t sent_ns;
};

struct desk_leverage {
    int32_t wanted, confirmed; /* 0: never */
    bool mode_confirmed, pending;
};

struct desk_held_place {
    bool used;
    int32_t instrument;
    struct action_place place;
};

struct desk_held_fill {
    bool used;
    int32_t instrument;
    int64_t until_ns;
    struct venue_fill fill;
};

struct desk_counters {
    int64_t strays;     /* answers to no call of ours: duplicates */
    int64_t duplicates; /* fills seen before */
    int64_t overruled;  /* a refusal that the stream had disproved */
    int64_t unknowns, absents, resolved;
    int64_t foreign, silent; /* silent: calls that were never answered */
    int64_t passes, differences;
};

struct desk {
    struct desk_world world;
    struct desk_options options;
    int64_t now_ns, now_us; /* now_us: venue time */
    uint64_t tag, flatten_sequence;
    bool user_stream, fenced;
    int64_t started_us;     /* venue time */
    int64_t fills_until_us; /* the newest fill told */
    int64_t activity_ns[INSTRUMENTS_MAX];
    int64_t venue_e6[INSTRUMENTS_MAX]; /* of the answer that is being read */
    struct desk_leverage leverages[INSTRUMENTS_MAX];
    struct desk_counters counters;
    struct reconcile reconcile;
    struct flatten flatten;
    struct deadman deadman;
    struct desk_held_place held_places[DESK_HELD];
    struct desk_held_fill held_fills[DESK_HELD];
    struct desk_request requests[DESK_REQUESTS];
    int32_t seen_next[DESK_SEEN];
    struct {
        int32_t instrument; /* + 1; 0: empty */
        uint64_t trade_id;
    } seen[DESK_SEEN][DESK_WAYS];
    struct desk_order orders[DESK_ORDERS];
};

/* world and options are copied; what they point to is borrowed for life. Live orders of the core (after a restart) are taken over
 * as orders in doubt: sent in an earlier life, never to be sent again. now_us: the venue's time. */
void desk_init(struct desk *self,
               const struct desk_world *world,
               const struct desk_options *options,
               int64_t now_ns,
               int64_t now_us);
/* For the runner: leverage, place, cancel. */
struct venue_port desk_port(struct desk *self);
/* For the venue: everything but NEWS_MARKET, which it ignores. */
struct news_sink desk_news(struct desk *self);
/* Once a turn of the executor's loop, after the core has had its events: what is due is done, the dead man's switch is armed
 * anew. Never from a timer of its own: a hung core must let the switch fire. */
void desk_turn(struct desk *self, int64_t now_ns, int64_t now_us);
/* When the next turn is wanted at the latest. */
int64_t desk_deadline_ns(const struct desk *self);
/* Nothing is asked, nothing in doubt: what a shutdown waits for (at most 10 s, DESIGN 3). */
bool desk_settled(const struct desk *self);
bool desk_reconciled(const struct desk *self);
/* Begins the procedure of RISK 5.5 for every instrument; again while it runs: nothing. Ended: desk_flatten_state(). */
void desk_flatten(struct desk *self);
enum flatten_state desk_flatten_state(const struct desk *self);
/* The core's port of an engine. */
struct desk_core desk_core_of(struct engine *engine);

#endif
