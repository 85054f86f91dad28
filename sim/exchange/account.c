/* account.c - postings of fills, funding and transfers, each in one place. */
#include "sim/exchange/account.h"

#include <string.h>

#include "core/margin.h"

void account_init(struct account *self, const struct instruments *instruments, bool cross)
{
    memset(self, 0, sizeof *self);
    self->instruments = instruments;
    self->cross = cross;
}

static int64_t position_unrealised_e8(const struct account *self, int32_t instrument)
{
    const struct account_position *position = &self->positions[instrument];
    int64_t unrealised_e8 = 0;
    CHECK(margin_unrealised_e8(position->side, position->size_e6, position->cost_e8,
                               self->marks_e12[instrument], &unrealised_e8));
    return unrealised_e8;
}

int64_t account_unrealised_e8(const struct account *self)
{
    int64_t sum_e8 = 0;
    for (int32_t i = 0; i < self->open_count; i++) {
        sum_e8 += position_unrealised_e8(self, self->open[i]);
    }
    return sum_e8;
}

int64_t account_available_e8(const struct account *self)
{
    int64_t available_e8 = self->wallet_e8 - self->margin_used_e8;
    if (self->cross) {
        available_e8 += account_unrealised_e8(self);
    }
    return available_e8;
}

static int64_t position_maintenance_e8(const struct account *self, int32_t instrument)
{
    const struct instrument *item = &self->instruments->items[instrument];
    int64_t notional_e8 = 0;
    int64_t maintenance_e8 = 0;
    CHECK(margin_notional_e8(SIDE_BUY, self->marks_e12[instrument],
                             self->positions[instrument].size_e6, &notional_e8));
    CHECK(margin_maintenance_e8(instrument_tiers(self->instruments, item), item->tier_count,
                                notional_e8, &maintenance_e8));
    return maintenance_e8;
}

/* Cross: what the wallet and the other positions leave for this one. */
static int64_t cross_wallet_e8(const struct account *self, int32_t instrument, bool maintenance)
{
    int64_t wallet_e8 = self->wallet_e8;
    for (int32_t i = 0; i < self->open_count; i++) {
        int32_t other = self->open[i];
        if (other != instrument) {
            wallet_e8 += position_unrealised_e8(self, other);
            wallet_e8 -= maintenance ? position_maintenance_e8(self, other) : 0;
        }
    }
    return wallet_e8;
}

static int64_t liquidation_compute(const struct account *self, int32_t instrument)
{
    const struct instrument *item = &self->instruments->items[instrument];
    const struct account_position *position = &self->positions[instrument];
    struct liquidation_input input = {
        .model = item->margin_model,
        .tiers = instrument_tiers(self->instruments, item),
        .tier_count = item->tier_count,
        .leverage = position->leverage,
        .wallet_e8 = self->cross ? cross_wallet_e8(self, instrument, true) : position->margin_e8,
        .taker_fee_e9 = item->taker_fee_e9,
        .cross = self->cross,
    };
    struct margin_leg leg = {position->size_e6, position->cost_e8};
    if (position->side == SIDE_LONG) {
        input.long_leg = leg;
    } else {
        input.short_leg = leg;
    }
    int64_t price_e12 = 0;
    CHECK(margin_liquidation_price(&input, &price_e12));
    return price_e12;
}

int64_t account_liquidation_e12(const struct account *self, int32_t instrument)
{
    const struct account_position *position = &self->positions[instrument];
    if (self->cross && position->size_e6 > 0) {
        return liquidation_compute(self, instrument);
    }
    return position->liquidation_e12;
}

bool account_doomed(const struct account *self, int32_t instrument)
{
    const struct account_position *position = &self->positions[instrument];
    int64_t liquidation_e12 = account_liquidation_e12(self, instrument);
    if (position->size_e6 == 0 || liquidation_e12 == 0) {
        return false;
    }
    return position->side == SIDE_LONG ? self->marks_e12[instrument] <= liquidation_e12
                                       : self->marks_e12[instrument] >= liquidation_e12;
}

int64_t account_bankruptcy_e12(const struct account *self, int32_t instrument)
{
    const struct account_position *position = &self->positions[instrument];
    int64_t wallet_e8 =
        self->cross ? cross_wallet_e8(self, instrument, false) : position->margin_e8;
    int64_t price_e12 = 0;
    bool fits = margin_bankruptcy_price(position->side, position->size_e6, position->cost_e8,
                                        wallet_e8, &price_e12);
    return fits ? price_e12 : INT64_MAX; /* a price beyond all prices: only above, never below 0 */
}

void account_books(const struct account *self, struct books_account *out)
{
    *out = (struct books_account){
        .wallet_e8 = self->wallet_e8,
        .realised_e8 = self->realised_e8,
        .fees_e8 = self->fees_e8,
        .funding_e8 = self->funding_e8,
        .transfers_e8 = self->transfers_e8,
        .margin_used_e8 = self->margin_used_e8,
        .unrealised_e8 = account_unrealised_e8(self),
        .open_positions = self->open_count,
    };
}

void account_books_position(const struct account *self,
                            int32_t instrument,
                            struct books_position *out)
{
    const struct account_position *position = &self->positions[instrument];
    memset(out, 0, sizeof *out);
    if (position->size_e6 == 0) {
        return;
    }
    *out = (struct books_position){
        .side = position->side,
        .leverage = position->leverage,
        .size_e6 = position->size_e6,
        .cost_e8 = position->cost_e8,
        .margin_e8 = position->margin_e8,
        .mark_e12 = self->marks_e12[instrument],
        .liquidation_e12 = account_liquidation_e12(self, instrument),
    };
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

static void fill_open(struct account *self,
                      int32_t instrument,
                      const struct account_fill *fill,
                      int64_t notional_e8)
{
    struct account_position *position = &self->positions[instrument];
    if (position->size_e6 == 0) {
        position->side = fill->side;
        position->leverage = fill->leverage;
        open_list_add(self, instrument);
    }
    int64_t margin_e8 = margin_initial_e8(notional_e8, position->leverage);
    position->size_e6 += fill->size_e6;
    position->cost_e8 += notional_e8;
    position->margin_e8 += margin_e8;
    self->margin_used_e8 += margin_e8;
}

/* Returns what a liquidation may still take as its fee. */
static int64_t fill_close(struct account *self,
                          int32_t instrument,
                          const struct account_fill *fill,
                          int64_t notional_e8)
{
    struct account_position *position = &self->positions[instrument];
    int64_t open_e6 = position->size_e6;
    CHECK(fill->size_e6 <= open_e6);

    int64_t cost_e8 = margin_release(position->cost_e8, fill->size_e6, open_e6);
    int64_t margin_e8 = margin_release(position->margin_e8, fill->size_e6, open_e6);
    int64_t realised_e8 =
        position->side == SIDE_LONG ? notional_e8 - cost_e8 : cost_e8 - notional_e8;
    position->size_e6 -= fill->size_e6;
    position->cost_e8 -= cost_e8;
    position->margin_e8 -= margin_e8;
    self->margin_used_e8 -= margin_e8;
    self->wallet_e8 += realised_e8;
    self->realised_e8 += realised_e8;
    if (position->size_e6 == 0) {
        memset(position, 0, sizeof *position);
        open_list_remove(self, instrument);
    }
    int64_t left_e8 = self->cross ? self->wallet_e8 : margin_e8 + realised_e8;
    return left_e8 > 0 ? left_e8 : 0;
}

static int64_t fill_fee_e8(const struct instrument *item,
                           const struct account_fill *fill,
                           int64_t notional_e8,
                           int64_t left_e8)
{
    int64_t fee_e8 = 0;
    if (fill->kind == FILL_LIQUIDATION) {
        CHECK(margin_liquidation_fee_e8(notional_e8, item->taker_fee_e9, item->liquidation_fee_e9,
                                        left_e8, &fee_e8));
        return fee_e8;
    }
    int64_t rate_e9 = fill->liquidity == LIQUIDITY_MAKER ? item->maker_fee_e9 : item->taker_fee_e9;
    CHECK(margin_fee_e8(notional_e8, rate_e9, &fee_e8));
    return fee_e8;
}

static void liquidation_refresh(struct account *self, int32_t instrument)
{
    struct account_position *position = &self->positions[instrument];
    if (!self->cross && position->size_e6 > 0) {
        position->liquidation_e12 = liquidation_compute(self, instrument);
    }
}

void account_fill(struct account *self, int32_t instrument, const struct account_fill *fill)
{
    struct account_position *position = &self->positions[instrument];
    int64_t notional_e8 = 0;
    int64_t left_e8 = 0;
    CHECK(fill->size_e6 > 0);
    CHECK(margin_notional_e8(fill->side, fill->price_e12, fill->size_e6, &notional_e8));

    if (position->size_e6 == 0 || position->side == fill->side) {
        fill_open(self, instrument, fill, notional_e8);
    } else {
        left_e8 = fill_close(self, instrument, fill, notional_e8);
    }
    int64_t fee_e8 = fill_fee_e8(&self->instruments->items[instrument], fill, notional_e8, left_e8);
    self->wallet_e8 -= fee_e8;
    self->fees_e8 += fee_e8;
    liquidation_refresh(self, instrument);
}

void account_funding(struct account *self, int32_t instrument, int64_t mark_e12, int64_t rate_e16)
{
    struct account_position *position = &self->positions[instrument];
    if (position->size_e6 == 0) {
        return;
    }
    int64_t received_e8 = 0;
    CHECK(margin_funding_e8(position->side, position->size_e6, mark_e12, rate_e16, &received_e8));
    self->wallet_e8 += received_e8;
    self->funding_e8 += received_e8;
    if (!self->cross) {
        position->margin_e8 += received_e8;
        self->margin_used_e8 += received_e8;
        liquidation_refresh(self, instrument);
    }
}

void account_check(const struct account *self)
{
    int64_t margin_e8 = 0;
    for (int32_t i = 0; i < self->open_count; i++) {
        CHECK(i == 0 || self->open[i - 1] < self->open[i]);
        CHECK(self->positions[self->open[i]].size_e6 > 0);
        margin_e8 += self->positions[self->open[i]].margin_e8;
    }
    CHECK(margin_e8 == self->margin_used_e8);
    CHECK(self->wallet_e8 ==
          self->transfers_e8 + self->realised_e8 - self->fees_e8 + self->funding_e8);
}
