#include "core/positions.h"

#include <string.h>

#include "core/fixed.h"
#include "core/margin.h"
#include "core/precision.h"

void positions_init(struct positions *self)
{
    memset(self, 0, sizeof(*self));
}

struct holding *positions_begin(struct positions *self, int32_t instrument)
{
    CHECK(positions_get(self, instrument) == NULL);
    CHECK(self->open_count < INSTRUMENTS_MAX);

    struct holding *holding = &self->items[instrument];
    memset(holding, 0, sizeof(*holding));
    self->sequence++;
    holding->position.position_id = self->sequence;
    holding->position.instrument = instrument;
    holding->position.status = POSITION_OPENING;
    self->open_list[self->open_count] = instrument;
    self->open_count++;

    return holding;
}

void positions_end(struct positions *self, int32_t instrument)
{
    CHECK(self->items[instrument].position.size_e6 == 0);
    CHECK(self->items[instrument].position.closed_us != 0);

    int32_t index = 0;
    while (self->open_list[index] != instrument) {
        index++;
        CHECK(index < self->open_count);
    }
    self->open_count--;
    for (; index < self->open_count; index++) {
        self->open_list[index] = self->open_list[index + 1];
    }
}

bool position_increase(struct position *position, int64_t price_e12, int64_t size_e6)
{
    CHECK(size_e6 > 0);
    CHECK(position->leverage >= 1);

    int64_t notional_e8;
    if (!margin_notional_e8(position->side, price_e12, size_e6, &notional_e8)) {
        return false;
    }
    position->margin_e8 += margin_initial_e8(notional_e8, position->leverage);
    if (position->margin_e8 > position->margin_peak_e8) {
        position->margin_peak_e8 = position->margin_e8;
    }

    return fixed_narrow((wide_t)position->cost_e8 + notional_e8, &position->cost_e8) &&
           fixed_narrow((wide_t)position->cost_total_e8 + notional_e8, &position->cost_total_e8) &&
           fixed_narrow((wide_t)position->size_e6 + size_e6, &position->size_e6) &&
           fixed_narrow((wide_t)position->size_total_e6 + size_e6, &position->size_total_e6);
}

bool position_decrease(struct position *position,
                       int64_t price_e12,
                       int64_t size_e6,
                       struct closing *out)
{
    CHECK(size_e6 > 0);
    CHECK(size_e6 <= position->size_e6);

    if (!margin_notional_e8(side_opposite(position->side), price_e12, size_e6, &out->notional_e8)) {
        return false;
    }
    int64_t cost_e8 = margin_release(position->cost_e8, size_e6, position->size_e6);
    out->margin_e8 = margin_release(position->margin_e8, size_e6, position->size_e6);
    out->realised_e8 = side_sign(position->side) * (out->notional_e8 - cost_e8);
    position->cost_e8 -= cost_e8;
    position->margin_e8 -= out->margin_e8;
    position->size_e6 -= size_e6;

    return fixed_narrow((wide_t)position->realised_e8 + out->realised_e8, &position->realised_e8);
}

static bool liquidation_price(const struct position *position,
                              const struct instruments *instruments,
                              int64_t wallet_e8,
                              int64_t *out)
{
    const struct instrument *item = &instruments->items[position->instrument];
    struct margin_leg leg = {.size_e6 = position->size_e6, .cost_e8 = position->cost_e8};
    struct liquidation_input input = {
        .model = item->margin_model,
        .tiers = instrument_tiers(instruments, item),
        .tier_count = item->tier_count,
        .leverage = position->leverage,
        .wallet_e8 = wallet_e8,
        .taker_fee_e9 = item->taker_fee_e9,
        .cross = position->margin_mode == MARGIN_CROSS,
    };
    *(position->side == SIDE_LONG ? &input.long_leg : &input.short_leg) = leg;

    return margin_liquidation_price(&input, out);
}

bool holding_liquidation_anew(struct holding *self,
                              const struct instruments *instruments,
                              int64_t wallet_e8)
{
    const struct position *position = &self->position;
    struct holding_prices *prices = &self->prices;
    if (!liquidation_price(position, instruments, wallet_e8, &prices->liquidation_e12)) {
        return false;
    }
    prices->size_e6 = position->size_e6;
    prices->cost_e8 = position->cost_e8;
    prices->wallet_e8 = wallet_e8;

    return true;
}

int64_t holding_entry_anew(struct holding *self)
{
    const struct position *position = &self->position;
    struct holding_prices *prices = &self->prices;
    CHECK(position->size_e6 > 0);

    prices->entry_e12 = fixed_mul_div_clamped(position->cost_e8, ONE_E12 / 100, position->size_e6);
    prices->entry_size_e6 = position->size_e6;
    prices->entry_cost_e8 = position->cost_e8;

    return prices->entry_e12;
}

int32_t plan_target_sizes(const struct plan *plan,
                          int64_t size_e6,
                          int64_t lot_e6,
                          int64_t out[TARGETS_MAX])
{
    int64_t left_e6 = size_e6;
    int32_t count = 0;
    for (int32_t index = 0; index < plan->target_count; index++) {
        bool last = index + 1 == plan->target_count;
        int64_t share_e6 = fixed_mul_div_clamped(size_e6, plan->target_share_e9[index], ONE_E9);
        int64_t part_e6 = last ? left_e6 : precision_round(share_e6, lot_e6, ROUND_DOWN);
        out[index] = part_e6 < left_e6 ? part_e6 : left_e6;
        left_e6 -= out[index];
        count += out[index] > 0;
    }
    return count;
}

void positions_check(const struct positions *self)
{
    for (int32_t index = 0; index < self->open_count; index++) {
        const struct position *position = &self->items[self->open_list[index]].position;
        CHECK(position->closed_us == 0);
        CHECK(position->size_e6 > 0 || position->status == POSITION_OPENING);
        CHECK(position->cost_e8 >= 0);
        CHECK(position->size_e6 <= position->size_total_e6);
    }
}
