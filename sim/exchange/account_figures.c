/* account_figures.c - what the account is worth, may use, and where it dies: questions only. */
#include <string.h>

#include "sim/exchange/account_parts.h"
#include "sim/exchange/contract.h"

static const struct account_position *
leg_at(const struct account *self, int32_t instrument, enum side side)
{
    return &self->legs[instrument][self->hedge && side == SIDE_SHORT];
}

int64_t account_size_e6(const struct account *self, int32_t instrument, enum side side)
{
    const struct account_position *leg = leg_at(self, instrument, side);
    return leg->side == side ? leg->size_e6 : 0;
}

int32_t account_leverage(const struct account *self, int32_t instrument)
{
    const struct account_position *legs = self->legs[instrument];
    return legs[0].size_e6 > 0 ? legs[0].leverage : legs[1].leverage;
}

enum side account_net_side(const struct account *self, int32_t instrument)
{
    int64_t long_e6 = account_size_e6(self, instrument, SIDE_LONG);
    return long_e6 >= account_size_e6(self, instrument, SIDE_SHORT) ? SIDE_LONG : SIDE_SHORT;
}

int64_t
account_closes_e6(const struct account *self, int32_t instrument, enum side side, bool reduces)
{
    return self->hedge && !reduces ? 0 : account_size_e6(self, instrument, side_opposite(side));
}

static int64_t leg_unrealised_e8(const struct account *self,
                                 int32_t instrument,
                                 const struct account_position *leg)
{
    const struct margin_leg held = {leg->size_e6, leg->cost_e8};
    return leg->size_e6 == 0
               ? 0
               : contract_unrealised_e8(&self->instruments->items[instrument], leg->side, &held,
                                        self->marks_e12[instrument]);
}

static int64_t symbol_unrealised_e8(const struct account *self, int32_t instrument)
{
    const struct account_position *legs = self->legs[instrument];
    return leg_unrealised_e8(self, instrument, &legs[0]) +
           leg_unrealised_e8(self, instrument, &legs[1]);
}

static int64_t leg_maintenance_e8(const struct account *self,
                                  int32_t instrument,
                                  const struct account_position *leg)
{
    return leg->size_e6 == 0
               ? 0
               : contract_maintenance_e8(self->instruments, &self->instruments->items[instrument],
                                         leg->size_e6, self->marks_e12[instrument]);
}

int64_t account_unrealised_e8(const struct account *self)
{
    int64_t sum_e8 = 0;
    for (int32_t i = 0; i < self->open_count; i++) {
        sum_e8 += symbol_unrealised_e8(self, self->open[i]);
    }
    return sum_e8;
}

static int64_t cross_unrealised_e8(const struct account *self)
{
    int64_t sum_e8 = 0;
    for (int32_t i = 0; self->cross && i < self->open_count; i++) {
        int32_t instrument = self->open[i];
        sum_e8 += self->crossed[instrument] ? symbol_unrealised_e8(self, instrument) : 0;
    }
    return sum_e8;
}

int64_t account_available_e8(const struct account *self)
{
    return self->wallet_e8 - self->margin_used_e8 + cross_unrealised_e8(self);
}

int64_t account_withdrawable_e8(const struct account *self)
{
    int64_t free_e8 = self->wallet_e8 - self->margin_used_e8;
    int64_t unrealised_e8 = cross_unrealised_e8(self);
    free_e8 += unrealised_e8 < 0 ? unrealised_e8 : 0;
    return free_e8 > 0 ? free_e8 : 0;
}

int64_t account_cross_balance_e8(const struct account *self)
{
    return self->wallet_e8 - self->isolated_e8 + cross_unrealised_e8(self);
}

int64_t account_cross_maintenance_e8(const struct account *self)
{
    int64_t sum_e8 = 0;
    for (int32_t i = 0; i < self->open_count; i++) {
        int32_t instrument = self->open[i];
        if (self->crossed[instrument]) {
            sum_e8 += leg_maintenance_e8(self, instrument, &self->legs[instrument][0]) +
                      leg_maintenance_e8(self, instrument, &self->legs[instrument][1]);
        }
    }
    return sum_e8;
}

/* Cross: what the wallet and the other symbols leave for this one. */
static int64_t cross_wallet_e8(const struct account *self, int32_t instrument)
{
    int64_t wallet_e8 = self->wallet_e8 - self->isolated_e8;
    for (int32_t i = 0; i < self->open_count; i++) {
        int32_t other = self->open[i];
        if (other != instrument && self->crossed[other]) {
            wallet_e8 += symbol_unrealised_e8(self, other);
            wallet_e8 -= leg_maintenance_e8(self, other, &self->legs[other][0]) +
                         leg_maintenance_e8(self, other, &self->legs[other][1]);
        }
    }
    return wallet_e8;
}

static void input_leg(struct liquidation_input *input, const struct account_position *leg)
{
    const struct margin_leg held = {leg->size_e6, leg->cost_e8};
    if (leg->size_e6 > 0) {
        *(leg->side == SIDE_LONG ? &input->long_leg : &input->short_leg) = held;
    }
}

/* Isolated: one leg; cross: the symbol's. */
static struct liquidation_input
input_of(const struct account *self, int32_t instrument, const struct account_position *leg)
{
    const struct instrument *item = &self->instruments->items[instrument];
    bool cross = self->crossed[instrument];
    struct liquidation_input input = {
        .model = item->margin_model,
        .tiers = instrument_tiers(self->instruments, item),
        .tier_count = item->tier_count,
        .leverage = leg->leverage,
        .wallet_e8 = cross ? cross_wallet_e8(self, instrument) : leg->margin_e8,
        .taker_fee_e9 = item->taker_fee_e9,
        .cross = cross,
    };
    if (cross) {
        input_leg(&input, &self->legs[instrument][0]);
        input_leg(&input, &self->legs[instrument][1]);
    } else {
        input_leg(&input, leg);
    }
    return input;
}

int64_t account_leg_liquidation_e12(const struct account *self,
                                    int32_t instrument,
                                    const struct account_position *leg)
{
    struct liquidation_input input = input_of(self, instrument, leg);
    return contract_liquidation_e12(&self->instruments->items[instrument], &input);
}

int32_t
account_triggers(const struct account *self, int32_t instrument, struct account_trigger out[LEGS])
{
    const struct account_position *legs = self->legs[instrument];
    int32_t count = 0;
    for (int32_t i = 0; i < LEGS; i++) {
        if (legs[i].size_e6 == 0) {
            continue;
        }
        if (!self->crossed[instrument]) {
            out[count++] = (struct account_trigger){legs[i].liquidation_e12, legs[i].side,
                                                    legs[i].side == SIDE_LONG};
            continue;
        }
        struct liquidation_input input = input_of(self, instrument, &legs[i]);
        bool falls = margin_liquidation_falls(&input);
        out[count++] = (struct account_trigger){
            contract_liquidation_e12(&self->instruments->items[instrument], &input),
            falls ? SIDE_LONG : SIDE_SHORT, falls};
        break; /* both legs have one */
    }
    return count;
}

int64_t account_liquidation_e12(const struct account *self, int32_t instrument)
{
    struct account_trigger triggers[LEGS];
    return account_triggers(self, instrument, triggers) > 0 ? triggers[0].price_e12 : 0;
}

bool account_doomed(const struct account *self, int32_t instrument, enum side *side)
{
    struct account_trigger triggers[LEGS];
    int32_t count = account_triggers(self, instrument, triggers);
    int64_t mark_e12 = self->marks_e12[instrument];
    for (int32_t i = 0; i < count; i++) {
        const struct account_trigger *trigger = &triggers[i];
        bool reached =
            trigger->falling ? mark_e12 <= trigger->price_e12 : mark_e12 >= trigger->price_e12;
        if (trigger->price_e12 != 0 && reached) {
            *side = trigger->side;
            return true;
        }
    }
    return false;
}

int64_t account_bankruptcy_e12(const struct account *self, int32_t instrument, enum side side)
{
    const struct account_position *leg = leg_at(self, instrument, side);
    const struct margin_leg held = {leg->size_e6, leg->cost_e8};
    int64_t wallet_e8 = leg->margin_e8;
    if (self->crossed[instrument]) {
        wallet_e8 = account_cross_balance_e8(self) - leg_unrealised_e8(self, instrument, leg);
    }
    return contract_bankruptcy_e12(&self->instruments->items[instrument], side, &held, wallet_e8);
}

void account_strength(const struct account *self,
                      int32_t instrument,
                      enum side side,
                      int64_t *balance_e8,
                      int64_t *maintenance_e8)
{
    const struct account_position *leg = leg_at(self, instrument, side);
    if (self->crossed[instrument]) {
        *balance_e8 = account_cross_balance_e8(self);
        *maintenance_e8 = account_cross_maintenance_e8(self);
        return;
    }
    *balance_e8 = leg->margin_e8 + leg_unrealised_e8(self, instrument, leg);
    *maintenance_e8 = leg_maintenance_e8(self, instrument, leg);
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

void account_books_leg(const struct account *self,
                       int32_t instrument,
                       enum side side,
                       struct books_position *out)
{
    const struct account_position *leg = leg_at(self, instrument, side);
    memset(out, 0, sizeof *out);
    if (leg->size_e6 == 0 || leg->side != side) {
        return;
    }
    *out = (struct books_position){
        .side = leg->side,
        .leverage = leg->leverage,
        .size_e6 = leg->size_e6,
        .cost_e8 = leg->cost_e8,
        .margin_e8 = leg->margin_e8,
        .mark_e12 = self->marks_e12[instrument],
        .liquidation_e12 = self->crossed[instrument] ? account_liquidation_e12(self, instrument)
                                                     : leg->liquidation_e12,
    };
}

void account_books_position(const struct account *self,
                            int32_t instrument,
                            struct books_position *out)
{
    account_books_leg(self, instrument, account_net_side(self, instrument), out);
}
