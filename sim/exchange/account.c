/* account.c - postings of fills, funding and transfers, each in one place. */
#include "sim/exchange/account.h"

#include <string.h>

#include "sim/exchange/account_parts.h"
#include "sim/exchange/contract.h"

void account_init(struct account *self, const struct instruments *instruments, bool cross)
{
    memset(self, 0, sizeof *self);
    self->instruments = instruments;
    self->cross = cross;
    for (int32_t i = 0; i < instruments->count; i++) {
        self->crossed[i] = cross;
    }
}

void account_set_cross(struct account *self, int32_t instrument, bool cross)
{
    CHECK(account_flat(self, instrument));
    self->crossed[instrument] = cross;
    self->cross = false;
    for (int32_t i = 0; i < self->instruments->count; i++) {
        self->cross = self->cross || self->crossed[i];
    }
}

void account_transfer(struct account *self, int64_t amount_e8)
{
    self->wallet_e8 += amount_e8;
    self->transfers_e8 += amount_e8;
}

void account_mark(struct account *self, int32_t instrument, int64_t mark_e12)
{
    self->marks_e12[instrument] = mark_e12;
}

static void open_list_add(struct account *self, int32_t instrument)
{
    int32_t place = self->open_count;
    while (place > 0 && self->open[place - 1] > instrument) {
        self->open[place] = self->open[place - 1];
        place--;
    }
    self->open[place] = instrument;
    self->open_count++;
}

static void open_list_remove(struct account *self, int32_t instrument)
{
    int32_t place = 0;
    while (self->open[place] != instrument) {
        place++;
    }
    self->open_count--;
    for (; place < self->open_count; place++) {
        self->open[place] = self->open[place + 1];
    }
}

static void margin_move(struct account *self,
                        int32_t instrument,
                        struct account_position *leg,
                        int64_t amount_e8)
{
    leg->margin_e8 += amount_e8;
    self->margin_used_e8 += amount_e8;
    self->isolated_e8 += self->crossed[instrument] ? 0 : amount_e8;
}

static void
liquidation_refresh(struct account *self, int32_t instrument, struct account_position *leg)
{
    if (!self->crossed[instrument] && leg->size_e6 > 0) {
        leg->liquidation_e12 = account_leg_liquidation_e12(self, instrument, leg);
    }
}

static void fill_open(struct account *self,
                      int32_t instrument,
                      const struct account_fill *fill,
                      int64_t notional_e8)
{
    struct account_position *leg = account_leg(self, instrument, fill->side);
    if (leg->size_e6 == 0) {
        int32_t leverage = account_leverage(self, instrument);
        if (account_flat(self, instrument)) {
            open_list_add(self, instrument);
        }
        leg->side = fill->side;
        leg->leverage = leverage > 0 ? leverage : fill->leverage;
    }
    leg->size_e6 += fill->size_e6;
    leg->cost_e8 += notional_e8;
    margin_move(self, instrument, leg, margin_initial_e8(notional_e8, leg->leverage));
    liquidation_refresh(self, instrument, leg);
}

/* Returns what a liquidation may still take as its fee. */
static int64_t fill_close(struct account *self,
                          int32_t instrument,
                          const struct account_fill *fill,
                          struct account_posting *posting)
{
    const struct instrument *item = &self->instruments->items[instrument];
    struct account_position *leg = account_leg(self, instrument, side_opposite(fill->side));
    int64_t open_e6 = leg->size_e6;
    CHECK(fill->size_e6 <= open_e6);

    int64_t cost_e8 = margin_release(leg->cost_e8, fill->size_e6, open_e6);
    int64_t margin_e8 = margin_release(leg->margin_e8, fill->size_e6, open_e6);
    posting->realised_e8 = contract_realised_e8(item, leg->side, cost_e8, posting->notional_e8);
    leg->size_e6 -= fill->size_e6;
    leg->cost_e8 -= cost_e8;
    margin_move(self, instrument, leg, -margin_e8);
    self->wallet_e8 += posting->realised_e8;
    self->realised_e8 += posting->realised_e8;
    if (leg->size_e6 == 0) {
        memset(leg, 0, sizeof *leg);
        if (account_flat(self, instrument)) {
            open_list_remove(self, instrument);
        }
    }
    liquidation_refresh(self, instrument, leg);
    int64_t left_e8 = self->crossed[instrument] ? self->wallet_e8 - self->isolated_e8
                                                : margin_e8 + posting->realised_e8;
    return left_e8 > 0 ? left_e8 : 0;
}

static void
fill_fee(const struct account_fill *fill, int64_t left_e8, struct account_posting *posting)
{
    if (fill->kind == FILL_ADL) {
        return;
    }
    if (fill->kind == FILL_TRADE) {
        CHECK(margin_fee_e8(posting->notional_e8, fill->fee_e9, &posting->fee_e8));
        return;
    }
    int64_t commission_e8 = 0;
    CHECK(
        margin_liquidation_fee_e8(posting->notional_e8, fill->fee_e9, 0, left_e8, &commission_e8));
    CHECK(margin_liquidation_fee_e8(posting->notional_e8, fill->fee_e9, fill->clearance_e9, left_e8,
                                    &posting->fee_e8));
    posting->clearance_e8 = posting->fee_e8 - commission_e8;
}

struct account_posting
account_fill(struct account *self, int32_t instrument, const struct account_fill *fill)
{
    const struct instrument *item = &self->instruments->items[instrument];
    struct account_posting posting = {0};
    int64_t left_e8 = 0;
    CHECK(fill->size_e6 > 0);
    CHECK(contract_notional_e8(item, fill->side, fill->price_e12, fill->size_e6,
                               &posting.notional_e8));

    if (account_closes_e6(self, instrument, fill->side, fill->reduces) == 0) {
        fill_open(self, instrument, fill, posting.notional_e8);
    } else {
        left_e8 = fill_close(self, instrument, fill, &posting);
    }
    fill_fee(fill, left_e8, &posting);
    self->wallet_e8 -= posting.fee_e8;
    self->fees_e8 += posting.fee_e8;
    return posting;
}

static int64_t leg_funding(struct account *self,
                           int32_t instrument,
                           struct account_position *leg,
                           const struct funding_terms *terms)
{
    const struct instrument *item = &self->instruments->items[instrument];
    int64_t received_e8 =
        contract_funding_e8(item, leg->side, leg->size_e6, terms->mark_e12, terms->rate_e16);
    self->wallet_e8 += received_e8;
    self->funding_e8 += received_e8;
    if (!self->crossed[instrument]) {
        margin_move(self, instrument, leg, received_e8);
        liquidation_refresh(self, instrument, leg);
    }
    return received_e8;
}

int64_t
account_funding(struct account *self, int32_t instrument, int64_t mark_e12, int64_t rate_e16)
{
    const struct funding_terms terms = {mark_e12, rate_e16};
    int64_t received_e8 = 0;
    for (int32_t i = 0; i < LEGS; i++) {
        if (self->legs[instrument][i].size_e6 > 0) {
            received_e8 += leg_funding(self, instrument, &self->legs[instrument][i], &terms);
        }
    }
    return received_e8;
}

void account_set_margin(
    struct account *self, int32_t instrument, enum side side, int32_t leverage, int64_t margin_e8)
{
    struct account_position *leg = account_leg(self, instrument, side);
    CHECK(leg->size_e6 > 0 && leg->side == side);
    CHECK(leverage >= 1);
    leg->leverage = leverage;
    margin_move(self, instrument, leg, margin_e8 - leg->margin_e8);
    liquidation_refresh(self, instrument, leg);
}

void account_check(const struct account *self)
{
    int64_t margin_e8 = 0;
    int64_t isolated_e8 = 0;
    for (int32_t i = 0; i < self->open_count; i++) {
        int32_t instrument = self->open[i];
        const struct account_position *legs = self->legs[instrument];
        CHECK(i == 0 || self->open[i - 1] < instrument);
        CHECK(!account_flat(self, instrument));
        CHECK(self->hedge || legs[1].size_e6 == 0);
        margin_e8 += legs[0].margin_e8 + legs[1].margin_e8;
        isolated_e8 += self->crossed[instrument] ? 0 : legs[0].margin_e8 + legs[1].margin_e8;
    }
    CHECK(margin_e8 == self->margin_used_e8);
    CHECK(isolated_e8 == self->isolated_e8);
    CHECK(self->wallet_e8 ==
          self->transfers_e8 + self->realised_e8 - self->fees_e8 + self->funding_e8);
}
