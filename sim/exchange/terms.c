#include "sim/exchange/terms.h"

#include "core/margin.h"
#include "sim/exchange/contract.h"
#include "sim/exchange/state.h"

static const struct {
    int32_t number;
    const char *sentence;
} answers[] = {
#define ANSWER(name, number, sentence) {number, sentence},
    TERMS_ANSWERS(ANSWER)
#undef ANSWER
};

int32_t terms_number(enum terms_answer answer)
{
    CHECK((size_t)answer < ARRAY_COUNT(answers));
    return answers[answer].number;
}

const char *terms_sentence(enum terms_answer answer)
{
    CHECK((size_t)answer < ARRAY_COUNT(answers));
    return answers[answer].sentence;
}

static int64_t free_e8(const struct exchange *self)
{
    return account_available_e8(&self->account) - self->book.reserved_e8;
}

static bool doomed(const struct exchange *self, int32_t instrument)
{
    enum side side = SIDE_LONG;
    return account_doomed(&self->account, instrument, &side);
}

/* ---- leverage ---- */

static enum terms_answer
leverage_range(const struct exchange *self, int32_t instrument, int32_t leverage)
{
    const struct instrument *item = exchange_item(self, instrument);
    const struct tier *tiers = instrument_tiers(self->instruments, item);
    if (leverage < 1 || leverage > tiers[0].leverage_max) {
        return TERMS_LEVERAGE_RANGE;
    }
    for (int side = SIDE_LONG; side <= SIDE_SHORT; side++) {
        int64_t size_e6 = account_size_e6(&self->account, instrument, (enum side)side);
        int64_t value_e8 = 0;
        if (size_e6 == 0) {
            continue;
        }
        CHECK(contract_value_e8(item, exchange_mark_e12(self, instrument), size_e6, &value_e8));
        if (leverage > margin_tier(tiers, item->tier_count, value_e8)->leverage_max) {
            return TERMS_BRACKET;
        }
    }
    return TERMS_DONE;
}

/* What the leg's margin would be, and what it is more than now. */
static int64_t leverage_margin_e8(const struct books_position *leg, int32_t leverage)
{
    return leg->margin_e8 + margin_initial_e8(leg->cost_e8, leverage) -
           margin_initial_e8(leg->cost_e8, leg->leverage);
}

static void
leverage_set(struct exchange *self, int32_t instrument, const struct books_position legs[LEGS])
{
    for (int32_t i = 0; i < LEGS; i++) {
        if (legs[i].size_e6 > 0) {
            account_set_margin(&self->account, instrument, legs[i].side, legs[i].leverage,
                               legs[i].margin_e8);
        }
    }
}

/* The position's side of a new leverage; it is undone when it does not hold. */
static enum terms_answer leverage_open(struct exchange *self, int32_t instrument, int32_t leverage)
{
    struct books_position before[LEGS];
    struct books_position after[LEGS];
    int64_t more_e8 = 0;
    for (int32_t i = 0; i < LEGS; i++) {
        account_books_leg(&self->account, instrument, (enum side)i, &before[i]);
        after[i] = before[i];
        if (before[i].size_e6 > 0) {
            after[i].leverage = leverage;
            after[i].margin_e8 = leverage_margin_e8(&before[i], leverage);
            more_e8 += after[i].margin_e8 - before[i].margin_e8;
        }
    }
    /* What gives margin back needs none, however little is free: it may be the way back from a leverage that does not hold. */
    if (more_e8 > 0 && more_e8 > free_e8(self)) {
        return TERMS_MARGIN_FREE;
    }
    leverage_set(self, instrument, after);
    if (more_e8 < 0 && doomed(self, instrument)) {
        leverage_set(self, instrument, before);
        return TERMS_LEVERAGE_MARGIN;
    }
    return TERMS_DONE;
}

static void leverage_hold(struct exchange *self, int32_t instrument, int32_t leverage)
{
    self->tracks[instrument].leverage = leverage;
    acceptance_reserve_anew(self, instrument);
    track_schedule(self, instrument);
}

/* What rests asks for margin too; undone when it is not there. */
static enum terms_answer
leverage_orders(struct exchange *self, int32_t instrument, int32_t leverage, int32_t before)
{
    leverage_hold(self, instrument, leverage);
    if (leverage >= before || free_e8(self) >= 0) {
        return TERMS_DONE;
    }
    leverage_hold(self, instrument, before);
    if (account_leverage(&self->account, instrument) > 0) {
        (void)leverage_open(self, instrument, before);
    }
    acceptance_reserve_anew(self, instrument);
    return TERMS_MARGIN_FREE;
}

enum terms_answer terms_leverage(struct exchange *self, int32_t instrument, int32_t leverage)
{
    int32_t held = account_leverage(&self->account, instrument);
    bool binance = exchange_item(self, instrument)->margin_model == MARGIN_BINANCE;
    enum terms_answer answer = leverage_range(self, instrument, leverage);
    if (answer != TERMS_DONE) {
        return answer;
    }
    if (binance && leverage < held && !self->account.crossed[instrument]) {
        return TERMS_LEVERAGE_REDUCED;
    }
    if (held > 0) {
        answer = leverage_open(self, instrument, leverage);
    }
    return answer == TERMS_DONE
               ? leverage_orders(self, instrument, leverage,
                                 held > 0 ? held : self->tracks[instrument].leverage)
               : answer;
}

/* ---- isolated margin ---- */

enum terms_answer
terms_margin(struct exchange *self, int32_t instrument, enum side side, int64_t amount_e8)
{
    struct books_position leg;
    account_books_leg(&self->account, instrument, side, &leg);
    if (leg.size_e6 == 0 || self->account.crossed[instrument]) {
        return TERMS_MARGIN_ISOLATED_ONLY;
    }
    if (amount_e8 > free_e8(self)) {
        return TERMS_MARGIN_WALLET;
    }
    if (amount_e8 < -leg.margin_e8) {
        return TERMS_MARGIN_POSITION;
    }
    account_set_margin(&self->account, instrument, side, leg.leverage, leg.margin_e8 + amount_e8);
    if (amount_e8 < 0 && doomed(self, instrument)) {
        account_set_margin(&self->account, instrument, side, leg.leverage, leg.margin_e8);
        return TERMS_MARGIN_POSITION;
    }
    track_schedule(self, instrument);
    return TERMS_DONE;
}

/* ---- modes ---- */

enum terms_answer
terms_margin_mode(struct exchange *self, int32_t instrument, enum margin_mode mode)
{
    bool cross = mode == MARGIN_CROSS;
    if (self->account.crossed[instrument] == cross) {
        return TERMS_MARGIN_MODE_SAME;
    }
    if (self->book.counts[instrument] > 0) {
        return TERMS_MARGIN_MODE_ORDERS;
    }
    if (!account_flat(&self->account, instrument)) {
        return TERMS_MARGIN_MODE_POSITION;
    }
    account_set_cross(&self->account, instrument, cross);
    return TERMS_DONE;
}

static bool orders_open(const struct exchange *self)
{
    for (int32_t i = 0; i < self->instruments->count; i++) {
        if (self->book.counts[i] > 0) {
            return true;
        }
    }
    return false;
}

static bool inverse_traded(const struct exchange *self)
{
    for (int32_t i = 0; i < self->instruments->count; i++) {
        if (exchange_item(self, i)->contract_value_e8 > 0) {
            return true;
        }
    }
    return false;
}

enum terms_answer terms_position_mode(struct exchange *self, bool hedge)
{
    if (self->account.hedge == hedge) {
        return TERMS_POSITION_MODE_SAME;
    }
    if (orders_open(self)) {
        return TERMS_POSITION_MODE_ORDERS;
    }
    if (self->account.open_count > 0) {
        return TERMS_POSITION_MODE_POSITION;
    }
    if (hedge && inverse_traded(self)) {
        return TERMS_NOT_OFFERED;
    }
    self->account.hedge = hedge;
    return TERMS_DONE;
}
