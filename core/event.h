/* event.h - everything that the core can learn. Events in, actions out (DESIGN laws 1-3).
 * Laws     time_us never falls from one event to the next: it is the instant at which the core learns of the thing;
 *          venue_time_us is the instant at which it happened at the venue (<= time_us).
 *          At one instant events come by kind in the order of this enum (DESIGN law 9: mark price, funding,
 *          liquidation, matching and fills, commands, timers, signals), then by stream, then by sequence.
 * Digest   event_mix() adds the canonical encoding, field by field, never the raw struct. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "core/base.h"
#include "core/digest.h"
#include "core/signal.h"
#include "core/types.h"

enum event_kind {
    EVENT_MARKET = 1, /* a point of one market: last price and mark price */
    EVENT_BAR,        /* one closed bar, at its close */
    EVENT_FUNDING,    /* a settlement of the venue */
    EVENT_ORDER,      /* evidence on one of our orders that is not a fill */
    EVENT_FILL,       /* one execution; a liquidation or ADL is a kind of fill */
    EVENT_TRANSFER,   /* deposit (positive) or withdrawal of collateral */
    EVENT_COMMAND,    /* the operator */
    EVENT_TIMER,      /* the deadline that engine_deadline() asked for has come */
    EVENT_SIGNAL,
    EVENT_END, /* the data end: what is open is closed at the last price */
    EVENT_BOOK, /* the top of one market's book, and a sign of life of its feed; comes with the market's points */
    EVENT_FACT,     /* evidence of the shell: how well venue, clock, store and account are */
    EVENT_SNAPSHOT, /* a new epoch begins: with this state (core/snapshot.h) */
    EVENT_SETTINGS  /* other settings are in force from here */
};

struct event_market {
    int64_t last_e12, mark_e12; /* > 0 */
};

#define BOOK_UNKNOWN (-1) /* a size that the data do not show */

/* What an order would meet now. Told about once a second while a feed lives, not at every change. */
struct event_book {
    int64_t bid_e12, ask_e12; /* best prices; both 0: the data hold no book */
    int64_t depth_e6[2];      /* by the taker's side: within 10 bp of the touch; BOOK_UNKNOWN */
    int64_t slippage_e9
        [2]; /* by the taker's side: mean price of taking all of that, against the mid, up */
    int64_t index_e12; /* 0: not known */
};

struct event_bar {
    int64_t open_time_us, interval_us;
    int64_t open_e12, high_e12, low_e12, close_e12;
    int64_t
        volume; /* units of the instrument times 10^volume_exponent: the exponent is its decimals, 0..8 */
    int32_t volume_exponent;
};

struct event_funding {
    int64_t rate_e16, mark_e12;
    bool
        stated; /* amount_e8 is the venue's own figure and is booked as it stands; else rate and mark say it */
    int64_t amount_e8; /* positive: received */
};

enum order_evidence {
    EVIDENCE_ACKED,
    EVIDENCE_REJECTED,
    EVIDENCE_CANCELED,
    EVIDENCE_EXPIRED,
    EVIDENCE_CANCEL_REJECTED, /* of a cancel or an amend: the order stands as it was */
    EVIDENCE_AMENDED,         /* the order now has the price and the size of the event */
    EVIDENCE_UNKNOWN,         /* nobody knows whether the last request was carried out (RISK 5.1) */
    EVIDENCE_NOT_SENT,        /* nothing of it left this host */
    EVIDENCE_ABSENT           /* proven never accepted (RISK 5.2, rule 3) */
};

/* Why a venue refused or ended an order; the words of the venues' own errors, one code each. */
enum order_reason {
    REASON_NONE,
    REASON_TICK,
    REASON_LOT,
    REASON_SIZE,
    REASON_NOTIONAL_MIN,
    REASON_MARGIN,
    REASON_LEVERAGE_BRACKET,
    REASON_WOULD_TRIGGER, /* a stop on the wrong side of the price (Binance -2021) */
    REASON_POST_ONLY,     /* would have taken */
    REASON_REDUCE_ONLY,   /* nothing to reduce (-2022) */
    REASON_FOK,           /* not fillable at once and whole */
    REASON_IOC,           /* the rest of an immediate order */
    REASON_NO_MARKET,     /* outage, delisting, before the listing */
    REASON_TTL,           /* good till date has passed */
    REASON_REQUESTED,     /* we asked for the cancel */
    REASON_LIQUIDATION,   /* the venue cancelled it while liquidating */
    REASON_POSITION_CLOSED,
    REASON_UNKNOWN_ORDER,
    REASON_LIQUIDITY,       /* no volume left for the rest */
    REASON_RATE_LIMIT,      /* too many orders in the interval */
    REASON_BANNED,          /* for breaking the rate limit again and again: nothing is taken */
    REASON_TOO_OLD,         /* it waited for longer than the venue takes orders (recvWindow) */
    REASON_CANCEL_ONLY,     /* the venue takes cancels alone */
    REASON_SUBMIT_ONLY,     /* the venue takes new orders alone */
    REASON_ORDERS_MAX,      /* open orders of the symbol */
    REASON_ALGO_ORDERS_MAX, /* open conditional orders of the account */
    REASON_PRICE_HIGH,      /* a buy limit above the price band */
    REASON_PRICE_LOW,       /* a sell limit below it */
    REASON_COUNTERPARTY,    /* the market itself is beyond the band for a market order */
    REASON_CALLBACK,        /* callback rate of a trailing stop */
    REASON_DUPLICATE_ID,    /* an order of this id is open */
    REASON_LINKED,          /* another order of its group decided it */
    REASON_AMENDED,         /* amended to what is filled already, or less */
    REASON_NOT_AMENDABLE,   /* no limit order, or amended too often */
    REASON_NO_CHANGE,       /* asked for what is so already */
    REASON_POSITION_OPEN,   /* not while a position is open */
    REASON_ORDERS_OPEN,     /* not while an order is open */
    REASON_SELF_TRADE,      /* it would have met our own order (Binance EXPIRED_IN_MATCH) */
    REASON_ISOLATED_ONLY,   /* margin is moved for isolated positions only */
    REASON_WALLET,          /* the wallet has less than the margin asked for */
    REASON_POSITION_MARGIN  /* the position cannot give so much margin away */
};

struct event_order {
    uint64_t order_id; /* ours, as in action_place */
    enum order_evidence evidence;
    enum order_reason reason;
    int64_t price_e12,
        size_e6; /* EVIDENCE_AMENDED only; size: the whole order, filled part included */
};

/* What the shell knows and the core judges. value, other: see each. */
enum fact {
    FACT_REQUESTS,    /* value: answered requests, other: of them failed */
    FACT_LATENCY,     /* value: one round trip, us */
    FACT_CLOCK_SKEW,  /* value: ours minus the venue's, us */
    FACT_STORAGE,     /* value: free bytes (-1: a fault of the store), other: bytes of the log */
    FACT_QUEUE,       /* value: depth, other: capacity, of the fullest queue */
    FACT_USER_STREAM, /* a sign of life of the user stream */
    FACT_RECONCILED, /* value 1: the account agrees, entries may go; 0: it does not, or nobody knows */
    FACT_EXTERNAL,  /* a foreign order or position; instrument or none */
    FACT_MISMATCH,  /* local and venue disagree after two looks; instrument or none */
    FACT_INTEGRITY, /* what must not be is: locks */
    FACT_FENCED,    /* another executor has the account: locks */
    FACT_RULES,     /* the instrument's rules were loaded now (C3) */
    FACT_HEARTBEAT, /* an operator is there */
    FACT_BUDGET /* value: messages of the venue's limit that are used by its own count, other: that limit a minute (C25) */
};

struct event_fact {
    enum fact fact;
    int64_t value, other;
};

struct event_snapshot {
    const uint8_t *bytes; /* borrowed for the step */
    int64_t size;
};

#define FEE_BY_SCHEDULE INT64_MIN /* a simulated fill: the core computes the fee by margin.h */

struct event_fill {
    uint64_t order_id; /* 0: made by the venue (liquidation, ADL) */
    uint64_t trade_id; /* unique per instrument */
    enum side side;
    enum liquidity liquidity;
    enum fill_kind kind;
    int64_t price_e12, size_e6;
    int64_t fee_e8; /* the venue's own figure, or FEE_BY_SCHEDULE */
};

struct event_transfer {
    int64_t amount_e8;
};

enum command {
    COMMAND_STOP,          /* LOCK: entries off, cancel entries */
    COMMAND_FLATTEN,       /* LOCK and close everything */
    COMMAND_RESET_REQUEST, /* reset protocol of RISK 3.3; the approver is another principal */
    COMMAND_RESET_APPROVE,
    COMMAND_REBASE_PEAK, /* the separate admin act of RISK 3.3: the peak becomes the equity of now */
    COMMAND_CLUTCH_ON,   /* decide and record, execute nothing */
    COMMAND_CLUTCH_OFF,
    COMMAND_SHUTDOWN /* no new entries, cancel resting entries */
};

enum { PRINCIPAL_BYTES = 32, WRITTEN_REASON_BYTES = 96 };

struct event_command {
    enum command command;
    enum breaker_scope scope;
    int32_t scope_index;
    char principal[PRINCIPAL_BYTES];
    char reason[WRITTEN_REASON_BYTES];
};

struct settings;

struct event {
    enum event_kind kind;
    int32_t instrument; /* INSTRUMENT_NONE where it has none */
    int64_t time_us;
    int64_t venue_time_us;
    union {
        struct event_market market;
        struct event_book book;
        struct event_bar bar;
        struct event_funding funding;
        struct event_order order;
        struct event_fill fill;
        struct event_transfer transfer;
        struct event_fact fact;
        struct event_snapshot snapshot;
        /* Whole and valid; borrowed until the next EVENT_SETTINGS. The shell refuses what cannot change while anything is open:
         * simulated, fidelity, margin mode. */
        const struct settings *settings;
        const struct event_command *command; /* borrowed for the step */
        const struct signal *signal;         /* borrowed for the step */
    };
};

const char *event_kind_text(int kind);
const char *order_reason_text(int reason);
const char *command_text(int command);
const char *fact_text(int fact);
const char *order_evidence_text(int evidence);
/* Adds the canonical encoding of one event. A signal's source_line is left out: where it stood in a file decides nothing, and
 * a shuffled file is the same input. */
void event_mix(struct digest *digest, const struct event *event);

#endif
