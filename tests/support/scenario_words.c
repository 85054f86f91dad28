/* What the core did, in words: one line a record. Acknowledgements, postings of trades and equity rows are not told: the books
 * are compared by the runner after every event, and the last line of a story gives them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/action.h"
#include "core/fixed.h"
#include "core/instruments.h"
#include "tests/support/scenario.h"

enum { DECIMALS_HELD = 8 };

const char *script_decimal(int64_t value, unsigned scale)
{
    static char held[DECIMALS_HELD][DECIMAL_BYTES];
    static int turn;
    turn = (turn + 1) % DECIMALS_HELD;
    (void)decimal_format(value, scale, held[turn]);
    return held[turn];
}

static const char *price(int64_t price_e12)
{
    return script_decimal(price_e12, 12);
}

static const char *money(int64_t amount_e8)
{
    return script_decimal(amount_e8, 8);
}

static int number(uint64_t order_id)
{
    return (int)(order_id & 0xffffffffU);
}

static void tell_signal(const struct action *action, const char *symbol, char *out, size_t size)
{
    const struct action_signal *told = &action->signal;
    const char *token = action->instrument < 0 ? told->signal->token : symbol;
    (void)snprintf(out, size, "signal %" PRId64 " %s: %s", told->signal->id, token,
                   verdict_code((int)told->verdict));
}

static void tell_assessment(const struct action *action, const char *symbol, char *out, size_t size)
{
    const struct assessment *told = action->assessment;
    (void)snprintf(out, size, "decided %s %s %s at %dx, stop %s (%s), size by %s, leverage by %s",
                   side_position_text((int)told->side), script_decimal(told->position_size_e6, 6),
                   symbol, (int)told->leverage, price(told->stop_e12), told->stop_source,
                   told->size_bound, told->bound);
}

static void tell_order_prices(const struct order *order, char *out, size_t size)
{
    out[0] = '\0';
    if (order->price_e12 > 0) {
        (void)snprintf(out, size, " at %s", price(order->price_e12));
    } else if (order->trigger_e12 > 0) {
        (void)snprintf(out, size, " when %s", price(order->trigger_e12));
    } else if (order->callback_e9 > 0) {
        (void)snprintf(out, size, " behind %s", script_decimal(order->callback_e9, 9));
    }
}

static bool tell_order(const struct action *action, const char *symbol, char *out, size_t size)
{
    const struct order *order = &action->order;
    char prices[64];
    if (order->state == ORDER_ACKED || order->state == ORDER_FILLED) {
        return false;
    }
    if (order->state == ORDER_SENDING) {
        tell_order_prices(order, prices, sizeof(prices));
        (void)snprintf(out, size, "order %d %s %s %s %s%s%s%s", number(order->order_id),
                       order_type_text((int)order->type), side_order_text((int)order->side),
                       order->close_position ? "all" : script_decimal(order->size_e6, 6), symbol,
                       prices, order->reduce_only ? ", to leave by " : "",
                       order->reduce_only ? exit_reason_text((int)order->exit_reason) : "");
        return true;
    }
    (void)snprintf(out, size, "order %d is %s, %s filled%s%s", number(order->order_id),
                   order_state_text((int)order->state), script_decimal(order->filled_e6, 6),
                   order->reason == REASON_NONE ? "" : ": ",
                   order->reason == REASON_NONE ? "" : order_reason_text((int)order->reason));
    return true;
}

static void tell_fill(const struct action *action, const char *symbol, char *out, size_t size)
{
    const struct action_fill *fill = &action->fill;
    char order[32] = "the venue";
    if (fill->order_id != 0) {
        (void)snprintf(order, sizeof(order), "order %d", number(fill->order_id));
    }
    (void)snprintf(out, size, "%s fills %s %s %s at %s, fee %s%s%s", order,
                   side_order_text((int)fill->side), script_decimal(fill->size_e6, 6), symbol,
                   price(fill->price_e12), money(fill->fee_e8),
                   fill->kind == FILL_TRADE ? ", " : ", by ",
                   fill->kind == FILL_TRADE ? liquidity_text((int)fill->liquidity)
                                            : fill_kind_text((int)fill->kind));
}

static bool tell_position(const struct action *action, const char *symbol, char *out, size_t size)
{
    const struct position *position = &action->position;
    if (position->closed_us == 0) {
        return false;
    }
    (void)snprintf(
        out, size, "position %" PRId64 " %s %s is %s by %s: price %s, fees %s, funding %s",
        position->position_id, side_position_text((int)position->side), symbol,
        position_status_text((int)position->status), exit_reason_text((int)position->exit_reason),
        money(position->realised_e8), money(-position->fees_e8), money(position->funding_e8));
    return true;
}

static bool tell_posting(const struct action *action, char *out, size_t size)
{
    const struct action_posting *posting = &action->posting;
    bool told = posting->account == ACCOUNT_WALLET &&
                (posting->kind == LEDGER_FUNDING || posting->kind == LEDGER_TRANSFER);
    if (told) {
        (void)snprintf(out, size, "%s %s", ledger_kind_text((int)posting->kind),
                       money(posting->amount_e8));
    }
    return told;
}

static void tell_breaker(const struct action *action, const char *symbol, char *out, size_t size)
{
    const struct action_breaker *told = &action->breaker;
    bool block = told->from == told->to;
    (void)snprintf(out, size, "breaker %s%s%s %s%s%s by %s, said %s",
                   breaker_scope_text((int)told->scope), told->scope == SCOPE_SYMBOL ? " " : "",
                   told->scope == SCOPE_SYMBOL ? symbol : "", breaker_state_text((int)told->from),
                   block ? " and blocked for a time" : " to ",
                   block ? "" : breaker_state_text((int)told->to), told->cause, told->actor);
}

bool script_tell(const struct instruments *instruments,
                 const struct action *action,
                 char *out,
                 size_t size)
{
    const char *symbol =
        action->instrument < 0 ? "account" : instruments->items[action->instrument].symbol;
    switch (action->kind) {
    case ACTION_SIGNAL: tell_signal(action, symbol, out, size); return true;
    case ACTION_ASSESSMENT:
        tell_assessment(action, symbol, out, size);
        return action->assessment->approved;
    case ACTION_ORDER: return tell_order(action, symbol, out, size);
    case ACTION_FILL: tell_fill(action, symbol, out, size); return true;
    case ACTION_POSITION: return tell_position(action, symbol, out, size);
    case ACTION_POSTING: return tell_posting(action, out, size);
    case ACTION_BREAKER: tell_breaker(action, symbol, out, size); return true;
    case ACTION_ALERT:
        (void)snprintf(out, size, "alert %s %s", severity_text((int)action->alert.severity),
                       action->alert.title);
        return true;
    case ACTION_ERROR:
        (void)snprintf(out, size, "error %s: %s", action->error.code, action->error.message);
        return true;
    case ACTION_AUDIT:
        (void)snprintf(out, size, "audit %s: %s %s: %s", action->audit.actor, action->audit.action,
                       action->audit.object, action->audit.result);
        return strcmp(action->audit.role, "operator") == 0;
    case ACTION_LEVERAGE:
    case ACTION_PLACE:
    case ACTION_CANCEL:
    case ACTION_DECISION:
    case ACTION_EQUITY:
    case ACTION_METRIC: return false;
    }
    return false;
}
