/* How a position is left with a profit: its take-profits and its trailing stop, from the signal to the venue. */
#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/precision.h"

void engine_plan(struct plan *plan, const struct normal_signal *normal)
{
    plan->stop_e12 = normal->stop_e12;
    plan->trailing_e9 = normal->trailing_e9;
    plan->target_count = normal->target_count;
    for (int32_t index = 0; index < normal->target_count; index++) {
        plan->target_e12[index] = normal->target_e12[index];
        plan->target_share_e9[index] = normal->target_share_e9[index];
    }
}

static void target_dropped(struct engine *self, int32_t instrument)
{
    struct action_error error = {
        .category = CATEGORY_TRADING,
        .severity = SEVERITY_LOW,
        .code = "target-dropped",
        .message = "a take-profit on the wrong side of the entry was dropped",
    };
    engine_error(self, instrument, &error);
}

/* On the tick, toward the entry: reached no later than asked. Those that would take a loss are dropped; signals name them. */
static void targets_settle(struct engine *self, struct holding *holding, struct plan *targets)
{
    const struct position *position = &holding->position;
    int64_t tick_e12 = self->instruments->items[position->instrument].tick_e12;
    int64_t entry_e12 = holding_entry_e12(holding);
    int64_t sign = side_sign(position->side);
    int32_t kept = 0;
    for (int32_t index = 0; index < targets->target_count; index++) {
        int64_t asked_e12 = targets->target_e12[index];
        enum rounding toward = position->side == SIDE_LONG ? ROUND_DOWN : ROUND_UP;
        bool fits = asked_e12 <= INT64_MAX - tick_e12;
        int64_t target_e12 = fits ? precision_round(asked_e12, tick_e12, toward) : 0;
        if (target_e12 <= 0 || sign * (target_e12 - entry_e12) <= 0) {
            target_dropped(self, position->instrument);
            continue;
        }
        targets->target_e12[kept] = target_e12;
        targets->target_share_e9[kept] = targets->target_share_e9[index];
        kept++;
    }
    targets->target_count = kept;
}

static void
send_targets(struct engine *self, struct holding *holding, struct plan *targets, int64_t size_e6)
{
    struct position *position = &holding->position;
    const struct instrument *item = &self->instruments->items[position->instrument];
    int64_t sizes_e6[TARGETS_MAX];
    targets_settle(self, holding, targets);
    (void)plan_target_sizes(targets, size_e6, item->lot_e6, sizes_e6);
    for (int32_t index = 0; index < targets->target_count; index++) {
        struct order wish = {
            .signal_id = position->signal_id,
            .position_id = position->position_id,
            .instrument = position->instrument,
            .side = side_opposite(position->side),
            .type = ORDER_TAKE_PROFIT_MARKET,
            .tif = TIF_GTC,
            .trigger_by = TRIGGER_MARK,
            .reduce_only = true,
            .leverage = position->leverage,
            .exit_reason = EXIT_TAKE_PROFIT,
            .trigger_e12 = targets->target_e12[index],
            .size_e6 = sizes_e6[index],
        };
        if (sizes_e6[index] > 0) {
            (void)engine_send(self, &wish);
        }
    }
}

static void place_trailing(struct engine *self, struct holding *holding)
{
    if (holding->plan.trailing_e9 == 0) {
        return;
    }
    struct order wish = {
        .signal_id = holding->position.signal_id,
        .position_id = holding->position.position_id,
        .instrument = holding->position.instrument,
        .side = side_opposite(holding->position.side),
        .type = ORDER_TRAILING_STOP,
        .tif = TIF_GTC,
        .trigger_by = TRIGGER_MARK,
        .reduce_only = true,
        .close_position = true,
        .leverage = holding->position.leverage,
        .exit_reason = EXIT_TRAILING_STOP,
        .callback_e9 = holding->plan.trailing_e9,
    };
    (void)engine_send(self, &wish);
}

void engine_place_targets(struct engine *self, struct holding *holding, int64_t added_e6)
{
    struct plan *plan = &holding->plan;
    int64_t open_e6 = holding->position.size_e6;
    if (plan->exit_wanted != EXIT_NONE) {
        return;
    }
    if (!plan->targets_placed) {
        plan->targets_placed = true;
        send_targets(self, holding, plan, open_e6);
        place_trailing(self, holding);
    } else if (added_e6 > 0) {
        struct plan added = {0};
        engine_plan(&added, &self->entries[holding->position.instrument]);
        send_targets(self, holding, &added, added_e6 < open_e6 ? added_e6 : open_e6);
    }
}
