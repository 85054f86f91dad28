#include "core/types.h"

/* One list of words a set, in the order of its enum. */
#define WORD_OF(words, index)                                                                      \
    ((index) >= 0 && (size_t)(index) < ARRAY_COUNT(words) ? (words)[index] : "?")

enum side side_opposite(enum side side)
{
    return side == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
}

const char *side_order_text(int side)
{
    static const char *const words[] = {"buy", "sell"};
    return WORD_OF(words, side);
}

const char *side_position_text(int side)
{
    static const char *const words[] = {"long", "short"};
    return WORD_OF(words, side);
}

const char *confidence_text(int confidence)
{
    static const char *const words[CONFIDENCE_COUNT] = {"Low", "Medium", "High", "Extreme"};
    return WORD_OF(words, confidence);
}

const char *margin_mode_text(int mode)
{
    static const char *const words[] = {"isolated", "cross"};
    return WORD_OF(words, mode);
}

const char *margin_model_text(int model)
{
    static const char *const words[] = {"binance", "bybit", "hyperliquid", "okx", "bybit_entry"};
    _Static_assert(ARRAY_COUNT(words) == MARGIN_BYBIT_ENTRY + 1, "a word for each");
    return WORD_OF(words, model);
}

const char *order_type_text(int type)
{
    static const char *const words[] = {"market", "limit", "stop_market", "take_profit_market",
                                        "trailing_stop"};
    _Static_assert(ARRAY_COUNT(words) == ORDER_TRAILING_STOP + 1, "a word for each");
    return WORD_OF(words, type);
}

const char *time_in_force_text(int tif)
{
    static const char *const words[] = {"GTC", "IOC", "FOK", "POST_ONLY", "GTD"};
    _Static_assert(ARRAY_COUNT(words) == TIF_GTD + 1, "a word for each");
    return WORD_OF(words, tif);
}

const char *order_state_text(int state)
{
    static const char *const words[ORDER_STATE_COUNT] = {
        "INTENT",   "SENDING", "UNKNOWN",  "ACKED",      "PARTIAL",  "PENDING_CANCEL", "FILLED",
        "CANCELED", "EXPIRED", "REJECTED", "EXT_CLOSED", "NOT_SENT", "ABSENT"};
    return WORD_OF(words, state);
}

const char *liquidity_text(int liquidity)
{
    static const char *const words[] = {"maker", "taker"};
    return WORD_OF(words, liquidity);
}

const char *fill_kind_text(int kind)
{
    static const char *const words[] = {"trade", "liquidation", "adl"};
    _Static_assert(ARRAY_COUNT(words) == FILL_ADL + 1, "a word for each");
    return WORD_OF(words, kind);
}

const char *position_status_text(int status)
{
    static const char *const words[] = {"opening", "open", "closing", "closed", "liquidated"};
    _Static_assert(ARRAY_COUNT(words) == POSITION_LIQUIDATED + 1, "a word for each");
    return WORD_OF(words, status);
}

const char *exit_reason_text(int reason)
{
    static const char *const words[] = {
        "none",    "stop",        "take_profit", "trailing_stop", "time", "opposite_signal",
        "breaker", "liquidation", "end_of_data", "external"};
    _Static_assert(ARRAY_COUNT(words) == EXIT_EXTERNAL + 1, "a word for each");
    return WORD_OF(words, reason);
}

const char *ledger_account_text(int account)
{
    static const char *const words[ACCOUNT_COUNT] = {
        "wallet", "realised_pnl", "fees", "funding", "liquidation", "insurance", "external"};
    return WORD_OF(words, account);
}

const char *ledger_kind_text(int kind)
{
    static const char *const words[] = {"trade", "fee", "funding", "liquidation", "transfer"};
    _Static_assert(ARRAY_COUNT(words) == LEDGER_TRANSFER + 1, "a word for each");
    return WORD_OF(words, kind);
}

const char *category_text(int category)
{
    static const char *const words[] = {"system", "trading", "risk", "data"};
    _Static_assert(ARRAY_COUNT(words) == CATEGORY_DATA + 1, "a word for each");
    return WORD_OF(words, category);
}

const char *severity_text(int severity)
{
    static const char *const words[] = {"low", "medium", "high", "critical"};
    _Static_assert(ARRAY_COUNT(words) == SEVERITY_CRITICAL + 1, "a word for each");
    return WORD_OF(words, severity);
}

const char *breaker_state_text(int state)
{
    static const char *const words[] = {"CLOSED",   "CAUTION", "PROBATION",
                                        "REDUCING", "TRIPPED", "LOCKED"};
    _Static_assert(ARRAY_COUNT(words) == BREAKER_LOCKED + 1, "a word for each");
    return WORD_OF(words, state);
}

const char *breaker_scope_text(int scope)
{
    static const char *const words[SCOPE_COUNT] = {"global", "account", "strategy", "symbol",
                                                   "side"};
    return WORD_OF(words, scope);
}

const char *fidelity_text(int fidelity)
{
    static const char *const words[] = {"signals", "bars", "trades", "quotes", "depth"};
    _Static_assert(ARRAY_COUNT(words) == FIDELITY_DEPTH + 1, "a word for each");
    return WORD_OF(words, fidelity);
}

bool order_state_terminal(enum order_state state)
{
    switch (state) {
    case ORDER_INTENT:
    case ORDER_SENDING:
    case ORDER_UNKNOWN:
    case ORDER_ACKED:
    case ORDER_PARTIAL:
    case ORDER_PENDING_CANCEL: return false;
    case ORDER_FILLED:
    case ORDER_CANCELED:
    case ORDER_EXPIRED:
    case ORDER_REJECTED:
    case ORDER_EXT_CLOSED:
    case ORDER_NOT_SENT:
    case ORDER_ABSENT: return true;
    }
    return true;
}
