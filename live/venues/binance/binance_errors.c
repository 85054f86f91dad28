#include "live/venues/binance/binance_errors.h"

#include <string.h>

#include "live/venues/row.h"
#include "sim/exchange/errors.h"

/* Refusals beyond those of sim/exchange/errors.c, ascending in magnitude (PROTOCOLS A15, A6, A8; -1013: RISK 5.1). */
static const struct {
    int32_t first, last;
    enum order_reason reason;
} refusals[] = {
    {-1013, -1013, REASON_NONE},
    {-1021, -1021, REASON_TOO_OLD},
    {-1022, -1022, REASON_NONE},
    {-1100, -1106, REASON_NONE},
    {-1111, -1111, REASON_LOT},
    {-1112, -1112, REASON_LIQUIDITY},
    {-1121, -1121, REASON_NO_MARKET},
    {-2010, -2010, REASON_NONE},
    {-2012, -2012, REASON_NONE},
    {-2013, -2013, REASON_UNKNOWN_ORDER},
    {-2014, -2015, REASON_NONE},
    {-2018, -2018, REASON_WALLET},
    {-2024, -2024, REASON_REDUCE_ONLY},
    {-2026, -2026, REASON_NONE},
    {-2028, -2028, REASON_LEVERAGE_BRACKET},
    {-4003, -4004, REASON_SIZE},
    {-4013, -4013, REASON_PRICE_LOW},
    {-4015, -4015, REASON_NONE},
    {-4028, -4028, REASON_LEVERAGE_BRACKET},
    {-4046, -4046, REASON_NO_CHANGE},
    {-4059, -4059, REASON_NO_CHANGE},
    {-4061, -4062, REASON_NONE},
    {-4067, -4067, REASON_ORDERS_OPEN},
    {-4068, -4068, REASON_POSITION_OPEN},
    {-4087, -4088, REASON_NONE},
    {-4104, -4104, REASON_NONE},
    {-4118, -4118, REASON_REDUCE_ONLY},
    {-4120, -4120, REASON_NONE},
    {-4135, -4135, REASON_NONE},
    {-4137, -4139, REASON_NONE},
    {-4142, -4142, REASON_WOULD_TRIGGER},
    {-4161, -4161, REASON_POSITION_OPEN},
    {-4168, -4168, REASON_NONE},
    {-4183, -4183, REASON_PRICE_HIGH},
    {-4184, -4184, REASON_PRICE_LOW},
    {-4192, -4192, REASON_NONE},
    {-4202, -4209, REASON_LEVERAGE_BRACKET},
    {-4400, -4400, REASON_NONE},
    {-5024, -5025, REASON_NONE},
    {-5037, -5040, REASON_NONE},
    {-5041, -5041, REASON_RATE_LIMIT},
    {-20121, -20121, REASON_NO_MARKET},
    {-20124, -20124, REASON_UNKNOWN_ORDER},
    {-20130, -20130, REASON_NONE},
    {-20194, -20197, REASON_SIZE},
    {-20199, -20204, REASON_SIZE},
};

/* The reason that our own exchange tells by this number. */
static bool reason_of_number(int64_t code, enum order_reason *out)
{
    for (int reason = REASON_NONE + 1; reason <= REASON_POSITION_MARGIN; reason++) {
        if (code != 0 && error_number((enum order_reason)reason) == code) {
            *out = (enum order_reason)reason;
            return true;
        }
    }
    return false;
}

static bool refusal_find(int64_t code, enum order_reason *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
        if (code <= refusals[i].first && code >= refusals[i].last) {
            *out = refusals[i].reason;
            return true;
        }
    }
    return false;
}

enum order_reason binance_reason(int64_t code)
{
    enum order_reason reason = REASON_NONE;
    if (!reason_of_number(code, &reason) && !refusal_find(code, &reason)) {
        return REASON_NONE;
    }
    return reason;
}

bool binance_refusal(int64_t code)
{
    enum order_reason reason;
    /* -1003: the request did not count as seen; -1008: 503, unproven (RISK 5.1). */
    if (code == -1003 || code == -1008) {
        return false;
    }
    return reason_of_number(code, &reason) || refusal_find(code, &reason);
}

/* "Duplicate order sent." is how -2010 says that the client id is there (RISK 5.1). */
static bool exists_already(int64_t code, const char *text)
{
    return code == -4116 || code == -20132 ||
           (code == -2010 && strstr(text, "Duplicate order sent") != NULL);
}

static bool order_missing(int64_t code)
{
    return code == -2013 || code == -2011 || code == -20124;
}

static enum answer_outcome
refusal_outcome(enum binance_intent intent, int32_t status, const struct binance_verdict *verdict)
{
    bool question = intent == BINANCE_ASK || intent == BINANCE_ASK_ORDER;
    bool whole = status >= 400 && status < 500 && status != 408 && status != 418;
    if (intent == BINANCE_ASK_ORDER && whole && order_missing(verdict->code)) {
        return ANSWER_NONE;
    }
    if (question) {
        return ANSWER_FAILED;
    }
    if (!whole) {
        return ANSWER_UNKNOWN;
    }
    if (intent == BINANCE_PLACE && exists_already(verdict->code, verdict->text)) {
        return ANSWER_EXISTS;
    }
    /* Nothing that a placing request may be answered with: it proves nothing. */
    if (intent == BINANCE_PLACE && order_missing(verdict->code)) {
        return ANSWER_UNKNOWN;
    }
    if (intent == BINANCE_SET && (verdict->code == -4046 || verdict->code == -4059)) {
        return ANSWER_DONE;
    }
    return binance_refusal(verdict->code) ? ANSWER_REFUSED : ANSWER_UNKNOWN;
}

struct binance_verdict binance_judge(enum binance_intent intent, int32_t status, struct slice body)
{
    enum { CODE, MSG };
    static const char *const names[] = {"code", "msg"};
    struct binance_verdict verdict = {.outcome = ANSWER_DONE};
    struct row row;
    bool object = json_row_open(&row, body, names, ARRAY_COUNT(names));
    bool fine = status >= 200 && status < 300;
    if (object && json_row_has(&row, CODE)) {
        verdict.code = json_row_decimal(&row, CODE, 0);
        (void)slice_copy(row.values[MSG], verdict.text, sizeof verdict.text);
        verdict.code = verdict.code == 200 ? 0 : verdict.code;
    }
    if (fine && verdict.code == 0) {
        return verdict;
    }
    if (fine) { /* an error under a good status is nothing that is documented */
        bool question = intent == BINANCE_ASK || intent == BINANCE_ASK_ORDER;
        verdict.outcome = question ? ANSWER_FAILED : ANSWER_UNKNOWN;
        return verdict;
    }
    if (verdict.code == 0) {
        verdict.code = status;
        (void)slice_copy(body, verdict.text, sizeof verdict.text);
    }
    verdict.reason = binance_reason(verdict.code);
    verdict.outcome = refusal_outcome(intent, status, &verdict);
    return verdict;
}
