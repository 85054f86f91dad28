/* types.h - the closed sets of words that events, actions, records and the store share, each with its text.
 * Laws     the text of a value is a contract of the schema (DESIGN 4): add values, rename none. *_text() takes
 *          any int and answers "?" for one that is not in the set; *_parse() is exact and case-sensitive. */
#ifndef CORE_TYPES_H
#define CORE_TYPES_H

#include "core/base.h"

/* One word for both: an order buys or sells, a position is long (bought) or short (sold). */
enum side { SIDE_BUY = 0, SIDE_SELL = 1, SIDE_LONG = SIDE_BUY, SIDE_SHORT = SIDE_SELL };

enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH, CONFIDENCE_EXTREME };
enum { CONFIDENCE_COUNT = 4 };

enum margin_mode { MARGIN_ISOLATED, MARGIN_CROSS };
enum margin_model {
    MARGIN_BINANCE,
    MARGIN_BYBIT,
    MARGIN_HYPERLIQUID,
    MARGIN_OKX,        /* also Gate, Bitget: the closing fee stands in the condition */
    MARGIN_BYBIT_ENTRY /* Bybit before 2025-09-02: everything on the entry value */
};

enum order_type {
    ORDER_MARKET,
    ORDER_LIMIT,
    ORDER_STOP_MARKET,
    ORDER_TAKE_PROFIT_MARKET,
    ORDER_TRAILING_STOP
};
enum time_in_force { TIF_GTC, TIF_IOC, TIF_FOK, TIF_POST_ONLY, TIF_GTD };
enum trigger_by { TRIGGER_MARK, TRIGGER_LAST };

/* RISK 5.1. INTENT lives in memory only; SENDING is durable before the send. */
enum order_state {
    ORDER_INTENT,
    ORDER_SENDING,
    ORDER_UNKNOWN,
    ORDER_ACKED,
    ORDER_PARTIAL,
    ORDER_PENDING_CANCEL,
    ORDER_FILLED,
    ORDER_CANCELED,
    ORDER_EXPIRED,
    ORDER_REJECTED,
    ORDER_EXT_CLOSED,
    ORDER_NOT_SENT,
    ORDER_ABSENT
};
enum { ORDER_STATE_COUNT = 13 };

enum liquidity { LIQUIDITY_MAKER, LIQUIDITY_TAKER };
enum fill_kind { FILL_TRADE, FILL_LIQUIDATION, FILL_ADL };

enum position_status {
    POSITION_OPENING,
    POSITION_OPEN,
    POSITION_CLOSING,
    POSITION_CLOSED,
    POSITION_LIQUIDATED
};

enum exit_reason {
    EXIT_NONE,
    EXIT_STOP,
    EXIT_TAKE_PROFIT,
    EXIT_TRAILING_STOP,
    EXIT_TIME,
    EXIT_OPPOSITE_SIGNAL,
    EXIT_BREAKER,
    EXIT_LIQUIDATION,
    EXIT_END_OF_DATA,
    EXIT_EXTERNAL /* by an order that is not the core's: another hand, or the flatten procedure */
};

/* Ledger accounts and kinds of DESIGN 4. */
enum ledger_account {
    ACCOUNT_WALLET,
    ACCOUNT_REALISED_PNL,
    ACCOUNT_FEES,
    ACCOUNT_FUNDING,
    ACCOUNT_LIQUIDATION,
    ACCOUNT_INSURANCE,
    ACCOUNT_EXTERNAL
};
enum { ACCOUNT_COUNT = 7 };
enum ledger_kind { LEDGER_TRADE, LEDGER_FEE, LEDGER_FUNDING, LEDGER_LIQUIDATION, LEDGER_TRANSFER };

enum category { CATEGORY_SYSTEM, CATEGORY_TRADING, CATEGORY_RISK, CATEGORY_DATA };
enum severity { SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };

/* Severity order of RISK 3.1: the effective state of an order is the maximum over its scopes. */
enum breaker_state {
    BREAKER_CLOSED,
    BREAKER_CAUTION,
    BREAKER_PROBATION,
    BREAKER_REDUCING,
    BREAKER_TRIPPED,
    BREAKER_LOCKED
};
enum breaker_scope { SCOPE_GLOBAL, SCOPE_ACCOUNT, SCOPE_STRATEGY, SCOPE_SYMBOL, SCOPE_SIDE };
enum { SCOPE_COUNT = 5 };

/* What the data of a run can show; it decides what is not applicable (RISK 2.2). */
enum fidelity { FIDELITY_SIGNALS, FIDELITY_BARS, FIDELITY_TRADES, FIDELITY_QUOTES, FIDELITY_DEPTH };

/* +1 buy, long; -1 sell, short */
static inline int side_sign(enum side side)
{
    return side == SIDE_BUY ? 1 : -1;
}
enum side side_opposite(enum side side);

const char *side_order_text(int side);    /* buy, sell */
const char *side_position_text(int side); /* long, short */
const char *confidence_text(int confidence);
const char *margin_mode_text(int mode);
const char *margin_model_text(int model);
const char *order_type_text(int type);
const char *time_in_force_text(int tif);
const char *order_state_text(int state);
const char *liquidity_text(int liquidity);
const char *fill_kind_text(int kind);
const char *position_status_text(int status);
const char *exit_reason_text(int reason);
const char *ledger_account_text(int account);
const char *ledger_kind_text(int kind);
const char *category_text(int category);
const char *severity_text(int severity);
const char *breaker_state_text(int state);
const char *breaker_scope_text(int scope);
const char *fidelity_text(int fidelity);

/* Terminal states are sticky (RISK 5.1); fill evidence alone is legal in any state. */
bool order_state_terminal(enum order_state state);

#endif
