/* action.h - everything that the core can ask for: orders to a venue, records to the store. A bounded list a step.
 * Laws     records are facts already true in the core's memory; a store may not refuse them. Order within a step: the
 *          records that explain an order stand before it (record before acting).
 * Ownership  pointers in an action are borrowed from the engine until its next step.
 * Digest   action_mix() adds the canonical encoding of one action. */
#ifndef CORE_ACTION_H
#define CORE_ACTION_H

#include "core/base.h"
#include "core/bounds.h"
#include "core/digest.h"
#include "core/event.h"
#include "core/types.h"
#include "core/verdict.h"

enum action_kind {
    /* to the venue */
    ACTION_LEVERAGE = 1, /* set leverage and margin mode of an instrument */
    ACTION_PLACE,
    ACTION_CANCEL,
    /* to the store; the table is named where it is not the word itself */
    ACTION_SIGNAL,     /* signals, once a signal, with its verdict */
    ACTION_ASSESSMENT, /* assessments */
    ACTION_DECISION,   /* decisions, upsert on the hash */
    ACTION_ORDER,      /* orders, upsert on order_id */
    ACTION_FILL,       /* fills */
    ACTION_POSITION,   /* positions, upsert on position_id */
    ACTION_POSTING,    /* ledger */
    ACTION_EQUITY,     /* equity */
    ACTION_BREAKER,    /* breaker_events */
    ACTION_AUDIT,      /* audit */
    ACTION_ALERT,      /* alerts */
    ACTION_ERROR,      /* errors */
    ACTION_METRIC      /* metrics */
};

/* order_id = (epoch << 40) | sequence, sequence from 1; the venue port carries it, client_id is its text for the wire. */
#define ORDER_ID(epoch, sequence) (((uint64_t)(epoch) << 40) | (uint64_t)(sequence))
/* Of an order that the shell made without the core (live/flatten.h): "f" instead of "c" on the wire. */
#define ORDER_ID_FLATTEN (1ULL << 63)
enum { CLIENT_ID_BYTES = 37 };

struct action_leverage {
    int32_t leverage;
    enum margin_mode margin_mode;
};

struct action_place {
    uint64_t order_id;
    enum side side;
    enum order_type type;
    enum time_in_force tif;
    enum trigger_by trigger_by;
    bool reduce_only;
    bool close_position; /* stop or target for whatever is open when it fires; size_e6 = 0 */
    int64_t size_e6;
    int64_t price_e12;   /* limit */
    int64_t trigger_e12; /* stop, take profit; trailing: activation price, 0 = at once */
    int64_t callback_e9; /* trailing */
    int64_t expires_us;  /* GTD; 0 = none */
};

struct action_cancel {
    uint64_t order_id;
};

/* One row of `orders`; also the order machine's own state (core/orders.h). */
struct order {
    uint64_t order_id;
    int64_t signal_id, position_id; /* 0: none yet */
    int32_t instrument;
    enum side side;
    enum order_type type;
    enum time_in_force tif;
    enum trigger_by trigger_by;
    bool reduce_only, close_position, entry;
    int32_t leverage;
    enum order_state state;
    enum order_reason reason;
    enum exit_reason exit_reason; /* what a filled exit means */
    int64_t price_e12, trigger_e12, callback_e9;
    int64_t size_e6, filled_e6;
    int64_t expires_us;
    int64_t intent_us, sent_us, acked_us, ended_us; /* 0: not yet */
    int64_t unknown_us; /* since when nobody knows its fate; 0: known. Not part of its row */
};

struct action_fill {
    uint64_t order_id, trade_id;
    int64_t position_id;
    enum side side;
    enum liquidity liquidity;
    enum fill_kind kind;
    int64_t price_e12, size_e6, fee_e8;
    int64_t venue_time_us;
};

/* One row of `positions`; also the position manager's own state (core/positions.h). */
struct position {
    int64_t position_id; /* 1, 2, ... within the run */
    int64_t signal_id;
    int32_t instrument;
    int32_t strategy; /* index of the source */
    enum side side;
    enum margin_mode margin_mode;
    enum position_status status;
    enum exit_reason exit_reason;
    int32_t leverage;
    int64_t size_e6;       /* open now */
    int64_t size_total_e6; /* ever opened: the row's size_e6 once closed */
    int64_t cost_e8;       /* of what is open */
    int64_t
        cost_total_e8; /* of all opening fills: the row's entry price is cost_total / size_total */
    int64_t margin_e8; /* of what is open */
    int64_t margin_peak_e8;
    int64_t realised_e8, fees_e8, funding_e8;
    int64_t favourable_e8, adverse_e8; /* best and worst unrealised + realised, >= 0 and <= 0 */
    int64_t mark_e12;
    int64_t liquidation_e12; /* keeps its last value after the close; 0 = none */
    int64_t stop_e12;
    int64_t opened_us, closed_us; /* venue time; 0: not yet */
};

struct action_posting {
    int64_t txn;
    enum ledger_account account;
    enum ledger_kind kind;
    int64_t amount_e8; /* wallet: positive = received */
    int64_t position_id;
    int64_t venue_time_us;
};

struct action_equity {
    int64_t balance_e8, equity_e8, margin_used_e8, margin_available_e8;
    int64_t drawdown_ppm;
    int32_t open_positions;
    enum breaker_state breaker_state;
};

/* One transition of the breaker; scope_index: strategy, instrument or side of the scope. */
struct action_breaker {
    enum breaker_scope scope;
    int32_t scope_index;
    enum breaker_state from, to;
    const char *cause;    /* static text: "daily_loss", "drawdown", ... */
    int64_t value, limit; /* what was measured against what, in the cause's own unit */
    int64_t baseline_e8;
    const char *actor; /* static text, or the command's principal: borrowed for the step */
};

struct action_audit {
    const char *actor, *role, *action, *object, *result; /* borrowed for the step */
};

struct action_alert {
    enum severity severity;
    const char *title; /* static text */
    const char *body;  /* borrowed for the step */
};

struct action_error {
    enum category category;
    enum severity severity;
    const char *code, *message; /* borrowed for the step */
};

struct action_metric {
    const char *name; /* borrowed for the step */
    int64_t value;    /* times 10^-scale */
    int32_t scale;
    const char *metadata; /* JSON or NULL */
};

/* One check of an assessment: name, value, limit, passed (DESIGN 4). Values are in the check's own unit at `scale`
 * decimals. `state` n/a carries its reason. */
enum check_state { CHECK_PASSED, CHECK_FAILED, CHECK_WARNED, CHECK_NOT_APPLICABLE };

struct check {
    const char *name; /* static text: "C6.collar" */
    int64_t value, limit;
    int32_t scale;
    enum check_state state;
    const char *reason;   /* static text; n/a: why; else NULL or a remark */
    enum verdict verdict; /* the denial when it failed */
};

/* The full answer on one signal: one row of `assessments`. */
struct assessment {
    int64_t signal_id;
    enum verdict verdict;
    bool approved, cached;
    enum side side;
    int32_t instrument;
    int32_t base_leverage, max_leverage, leverage;
    int64_t position_size_e6; /* 0: none */
    int64_t notional_e8;
    int64_t price_e12; /* the price that size and stop rest on: market or entry limit */
    bool limit_entry;  /* rest a limit at price_e12 */
    int64_t stop_e12;
    const char *stop_source; /* "stop_loss", "metadata.stop", "default" */
    const char *bound;       /* which leverage cap bound: static text */
    const char *size_bound;  /* which size cap bound: static text */
    int32_t check_count;
    struct check checks[CHECKS_MAX];
};

struct action_decision {
    uint64_t hash;
    const struct assessment *assessment;
    int64_t expires_us;
};

struct action_signal {
    const struct signal *signal;
    enum verdict verdict;
    int32_t instrument;
    enum side side;
    int32_t confidence; /* -1: unknown */
};

struct action {
    enum action_kind kind;
    int32_t instrument;
    int64_t time_us; /* of the event */
    union {
        struct action_leverage leverage;
        struct action_place place;
        struct action_cancel cancel;
        struct action_signal signal;
        const struct assessment *assessment;
        struct action_decision decision;
        struct order order;
        struct action_fill fill;
        struct position position;
        struct action_posting posting;
        struct action_equity equity;
        struct action_breaker breaker;
        struct action_audit audit;
        struct action_alert alert;
        struct action_error error;
        struct action_metric metric;
    };
};

/* The list that one step fills. */
struct actions {
    int32_t count;
    struct action items[ACTIONS_MAX];
};

/* The next free item, its kind, time and instrument set, the rest zero; CHECKs that the list is not full. */
struct action *
actions_add(struct actions *self, enum action_kind kind, int64_t time_us, int32_t instrument);
void action_mix(struct digest *digest, const struct action *action);
/* "c<epoch36>-<sequence36>-<crc>" of an order id (RISK 5.2). */
void client_id_format(uint64_t order_id, char out[CLIENT_ID_BYTES]);
/* The order id of such a text, closed. False: it is not one of ours, or damaged: client_id_format() of the number would write
 * another text. */
MUST_USE bool client_id_parse(const char *text, uint64_t *order_id);

#endif
