/* verdict.h - every business answer, one enum in order of precedence: stable code, control, sentence.
 * A refused signal has exactly one verdict: the first denial in this order (RISK 2.2 "order of evaluation"). The
 * sentence is what `cerberus-report why` says. Add values where they belong in the order; rename no code. */
#ifndef CORE_VERDICT_H
#define CORE_VERDICT_H

#include "core/base.h"

/* VERDICT(name, control, sentence) */
#define VERDICTS(VERDICT)                                                                          \
    VERDICT(APPROVED, "", "approved: an order was sent")                                           \
    VERDICT(CLOSE_APPROVED, "", "the signal closes the open position")                             \
    /* the signal processor: is it a signal at all */                                              \
    VERDICT(BAD_TOKEN, "", "the token is empty or too long")                                       \
    VERDICT(BAD_CONFIDENCE, "",                                                                    \
            "the confidence is neither Low, Medium, High, Extreme nor a score")                    \
    VERDICT(BAD_SIDE, "", "the side is neither long nor short nor close")                          \
    VERDICT(BAD_PRICE, "", "the price is not a finite positive number within range")               \
    VERDICT(BAD_VOLUME, "", "the volume is not a finite number of zero or more")                   \
    VERDICT(BAD_FIELD, "", "an optional field is not what it must be")                             \
    VERDICT(UNKNOWN_TOKEN, "C2", "no instrument of this market bears this token")                  \
    VERDICT(NO_MARKET, "C7", "the instrument has no market at this time")                          \
    VERDICT(VOLUME_FLOOR, "", "the volume is below the floor")                                     \
    VERDICT(FROM_THE_FUTURE, "C9", "the signal's time lies in the future")                         \
    VERDICT(OFF_MARKET, "", "the signal's price is too far from the market")                       \
    /* state */                                                                                    \
    VERDICT(BREAKER_LOCKED, "C1", "the breaker is LOCKED")                                         \
    VERDICT(BREAKER_TRIPPED, "C1", "the breaker is TRIPPED (latched)")                             \
    VERDICT(BREAKER_REDUCING, "C1", "the breaker is REDUCING: nothing may add exposure")           \
    VERDICT(COOL_DOWN, "C1", "entries are blocked for a time (losses in a row, volatility)")       \
    VERDICT(SHUTTING_DOWN, "C1", "the program is shutting down")                                   \
    VERDICT(NOT_RECONCILED, "C1", "the venue is not reconciled yet")                               \
    /* allow-list and schema */                                                                    \
    VERDICT(NOT_ALLOWED, "C2", "the symbol is not on the allow-list")                              \
    VERDICT(INSTRUMENT_STALE, "C3", "the instrument's rules are too old")                          \
    VERDICT(BELOW_MINIMUM, "C3", "the size is below the venue's minimum quantity or notional")     \
    /* identity and duplicates */                                                                  \
    VERDICT(DUPLICATE_ID, "C10", "a signal with this id was seen before")                          \
    VERDICT(DUPLICATE_CONTENT, "C10", "the same signal came moments ago")                          \
    VERDICT(ALREADY_OPEN, "C10", "a position on this side is open; adding is off")                 \
    VERDICT(OPPOSITE_IGNORED, "C10",                                                               \
            "a position on the other side is open; such signals are ignored")                      \
    VERDICT(ENTRY_PENDING, "C10", "an entry order for this symbol is in flight or resting")        \
    /* reference quality */                                                                        \
    VERDICT(REFERENCE_STALE, "C7", "the market's last price is too old")                           \
    VERDICT(REFERENCE_DIVERGED, "C7", "mark and last price disagree")                              \
    VERDICT(SPREAD_WIDE, "C7", "the spread is too wide")                                           \
    VERDICT(SIGNAL_OLD, "C9", "the signal or the decision on it is too old")                       \
    VERDICT(PRICE_MOVED, "C9", "the price has moved too far since the signal")                     \
    /* per order */                                                                                \
    VERDICT(QUANTITY_LIMIT, "C4", "the quantity is above the fat-finger limit")                    \
    VERDICT(VALUE_LIMIT, "C5", "the order's value is above its limit")                             \
    VERDICT(PRICE_COLLAR, "C6", "the order's price is outside the collar")                         \
    VERDICT(SLIPPAGE, "C8", "the expected slippage is too high")                                   \
    VERDICT(STOP_WRONG_SIDE, "C23", "the stop lies on the wrong side of the entry")                \
    VERDICT(RISK_PER_TRADE, "C16", "the loss at the stop is above the risk per trade")             \
    VERDICT(LEVERAGE_TOO_LOW, "C18", "no leverage of 1 or more passes every cap")                  \
    VERDICT(LIQUIDATION_NEAR, "C21", "liquidation would come before the stop with its margin")     \
    VERDICT(FUNDING_HIGH, "C22", "funding is against the position and too high")                   \
    VERDICT(STOP_MISSING, "C23", "no protective stop can be placed")                               \
    VERDICT(NOT_REDUCING, "C24", "a reducing order would no longer reduce")                        \
    VERDICT(SELF_TRADE, "C29", "an own resting order stands on the other side")                    \
    VERDICT(SIZE_ZERO, "C16", "the size falls to zero")                                            \
    VERDICT(OVERFLOW, "", "a figure of this order does not fit its scale")                         \
    /* aggregates */                                                                               \
    VERDICT(OPEN_ORDERS, "C11", "too many open orders on this symbol")                             \
    VERDICT(POSITION_LIMIT, "C12", "the position would be above its limit")                        \
    VERDICT(GROSS_EXPOSURE, "C13", "gross exposure would be above its limit")                      \
    VERDICT(NET_EXPOSURE, "C13", "net exposure would be above its limit")                          \
    VERDICT(CLUSTER_RISK, "C14", "the cluster's stressed risk would be above its cap")             \
    VERDICT(MAX_POSITIONS, "C15", "too many open positions")                                       \
    VERDICT(HEAT, "C17", "the sum of open risks would be above its limit")                         \
    VERDICT(FREE_MARGIN, "C19", "too little free margin would be left")                            \
    VERDICT(MARGIN_RATIO, "C20", "the margin ratio is too high")                                   \
    VERDICT(VOLATILITY_BUDGET, "", "the book's volatility would be above its target")              \
    VERDICT(KELLY_BOUND, "", "exposure would be above the Kelly bound")                            \
    /* rates */                                                                                    \
    VERDICT(MESSAGE_BUDGET, "C25", "the outbound message budget is spent")                         \
    VERDICT(ORDER_RATE, "C26", "too many orders in this time")                                     \
    VERDICT(EXECUTION_THROTTLE, "C27", "repeated automated executions: a person must re-enable")   \
    VERDICT(REJECT_RATE, "C30", "too many rejects in a row")                                       \
    VERDICT(LOSS_LIMIT, "C31", "a loss limit is reached")                                          \
    VERDICT(CLUTCHED, "", "the clutch is on: decided and recorded, not executed")

enum verdict {
#define VERDICT_ENUM(name, control, sentence) VERDICT_##name,
    VERDICTS(VERDICT_ENUM)
#undef VERDICT_ENUM
        VERDICT_COUNT
};

const char *verdict_code(int verdict);     /* "PRICE_COLLAR" */
const char *verdict_control(int verdict);  /* "C6", or "" */
const char *verdict_sentence(int verdict); /* for people */
bool verdict_approved(enum verdict verdict);

#endif
