#include "core/snapshot.h"

#include <string.h>

#include "core/codec.h"
#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "core/latch.h"

enum {
    SNAPSHOT_MAGIC = 0x53524243, /* "CBRS" */
    SNAPSHOT_FORMAT = 1,
    LIST_END = -1
};

const char *snapshot_status_text(int status)
{
    static const char *const texts[] = {
        [SNAPSHOT_OK] = "restored",
        [SNAPSHOT_SHORT] = "the account's state is cut off",
        [SNAPSHOT_FOREIGN] = "this is not an account's state",
        [SNAPSHOT_VERSION] = "the account's state is of another version",
        [SNAPSHOT_CHECKSUM] = "the account's state is damaged",
        [SNAPSHOT_SYMBOLS] =
            "the account's state has symbols that this run has not, or has elsewhere",
        [SNAPSHOT_VALUE] = "the account's state holds an impossible value",
    };
    return status >= 0 && status < (int)ARRAY_COUNT(texts) ? texts[status] : "?";
}

static bool same_text(const char *a, const char *b)
{
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    return *a == *b;
}

static int32_t instruments_of(const struct engine *self)
{
    return self->instruments->count;
}

static void kind(struct codec *codec, int32_t *value, int32_t last)
{
    codec_number(codec, value, 0, last);
}

/* An enum by way of an int, within 0..last. */
#define KIND(codec, field, type, last)                                                             \
    do {                                                                                           \
        int32_t wide_ = (int32_t)(field);                                                          \
        kind((codec), &wide_, (int32_t)(last));                                                    \
        (field) = (type)wide_;                                                                     \
    } while (0)

/* ---- names ---- */

/* True: they are the first of the instruments; *count: how many the state has. */
static bool symbols(struct codec *codec, const struct instruments *instruments, int32_t *count)
{
    *count = instruments->count;
    codec_number(codec, count, 0, INSTRUMENTS_MAX);
    bool same = !codec->failed && *count <= instruments->count;
    for (int32_t index = 0; index < *count && !codec->failed; index++) {
        char name[SYMBOL_BYTES] = {0};
        if (codec->writing) {
            memcpy(name, instruments->items[index].symbol, sizeof(name));
        }
        codec_text(codec, name, sizeof(name));
        same = same && !codec->failed && index < instruments->count &&
               same_text(name, instruments->items[index].symbol);
    }
    return same;
}

static void strategies(struct codec *codec, struct strategies *self)
{
    codec_number(codec, &self->count, 0, STRATEGIES_MAX);
    for (int32_t index = 0; index < self->count && !codec->failed; index++) {
        codec_text(codec, self->names[index], SOURCE_BYTES);
    }
}

/* ---- orders ---- */

static void order(struct codec *codec, const struct engine *self, struct order *value)
{
    codec_unsigned(codec, &value->order_id);
    codec_word(codec, &value->signal_id);
    codec_word(codec, &value->position_id);
    codec_number(codec, &value->instrument, 0, instruments_of(self) - 1);
    KIND(codec, value->side, enum side, SIDE_SELL);
    KIND(codec, value->type, enum order_type, ORDER_TRAILING_STOP);
    KIND(codec, value->tif, enum time_in_force, TIF_GTD);
    KIND(codec, value->trigger_by, enum trigger_by, TRIGGER_LAST);
    codec_flag(codec, &value->reduce_only);
    codec_flag(codec, &value->close_position);
    codec_flag(codec, &value->entry);
    codec_number(codec, &value->leverage, 0, INT32_MAX);
    KIND(codec, value->state, enum order_state, ORDER_STATE_COUNT - 1);
    KIND(codec, value->reason, enum order_reason, REASON_POSITION_MARGIN);
    KIND(codec, value->exit_reason, enum exit_reason, EXIT_EXTERNAL);
    codec_word(codec, &value->price_e12);
    codec_word(codec, &value->trigger_e12);
    codec_word(codec, &value->callback_e9);
    codec_word(codec, &value->size_e6);
    codec_word(codec, &value->filled_e6);
    codec_word(codec, &value->expires_us);
    codec_word(codec, &value->intent_us);
    codec_word(codec, &value->sent_us);
    codec_word(codec, &value->acked_us);
    codec_word(codec, &value->ended_us);
    codec_word(codec, &value->unknown_us);
    codec->failed = codec->failed || order_state_terminal(value->state) || value->filled_e6 < 0 ||
                    value->filled_e6 > value->size_e6;
}

static void read_order(struct codec *codec, struct engine *self)
{
    struct order value = {0};
    order(codec, self, &value);
    codec->failed = codec->failed || orders_adopt(&self->orders, &value) == NULL;
    self->unknown_count += !codec->failed && value.unknown_us != 0;
}

/* In the order of each instrument's list. */
static void orders(struct codec *codec, struct engine *self)
{
    int32_t count = self->orders.live;
    codec_number(codec, &count, 0, ORDERS_MAX);
    if (!codec->writing) {
        for (int32_t index = 0; index < count && !codec->failed; index++) {
            read_order(codec, self);
        }
        return;
    }
    for (int32_t instrument = 0; instrument < instruments_of(self); instrument++) {
        for (struct order *value = orders_first(&self->orders, instrument); value != NULL;
             value = orders_after(&self->orders, value)) {
            order(codec, self, value);
        }
    }
}

/* ---- positions ---- */

static void position(struct codec *codec, const struct engine *self, struct position *value)
{
    codec_word(codec, &value->position_id);
    codec_word(codec, &value->signal_id);
    codec_number(codec, &value->instrument, 0, instruments_of(self) - 1);
    codec_number(codec, &value->strategy, 0, STRATEGIES_MAX - 1);
    KIND(codec, value->side, enum side, SIDE_SELL);
    KIND(codec, value->margin_mode, enum margin_mode, MARGIN_CROSS);
    KIND(codec, value->status, enum position_status, POSITION_LIQUIDATED);
    KIND(codec, value->exit_reason, enum exit_reason, EXIT_EXTERNAL);
    codec_number(codec, &value->leverage, 1, INT32_MAX);
    int64_t *const figures[] = {
        &value->size_e6,         &value->size_total_e6,  &value->cost_e8,     &value->cost_total_e8,
        &value->margin_e8,       &value->margin_peak_e8, &value->realised_e8, &value->fees_e8,
        &value->funding_e8,      &value->favourable_e8,  &value->adverse_e8,  &value->mark_e12,
        &value->liquidation_e12, &value->stop_e12,       &value->opened_us,   &value->closed_us};
    for (size_t index = 0; index < ARRAY_COUNT(figures); index++) {
        codec_word(codec, figures[index]);
    }
    codec->failed = codec->failed || value->size_e6 < 0 || value->cost_e8 < 0;
}

static void plan(struct codec *codec, struct plan *value)
{
    codec_word(codec, &value->stop_e12);
    codec_word(codec, &value->trailing_e9);
    codec_number(codec, &value->target_count, 0, TARGETS_MAX);
    for (int32_t index = 0; index < value->target_count && !codec->failed; index++) {
        codec_word(codec, &value->target_e12[index]);
        codec_word(codec, &value->target_share_e9[index]);
    }
    codec_word(codec, &value->deadline_us);
    codec_unsigned(codec, &value->stop_order);
    codec_unsigned(codec, &value->exit_order);
    codec_flag(codec, &value->stop_confirmed);
    codec_flag(codec, &value->targets_placed);
    codec_word(codec, &value->unprotected_since_us);
    codec_word(codec, &value->retry_us);
    codec_number(codec, &value->refusals, 0, INT32_MAX);
    KIND(codec, value->exit_wanted, enum exit_reason, EXIT_EXTERNAL);
    codec_word(codec, &value->risk_e8);
    codec_number(codec, &value->adds, 0, INT32_MAX);
}

static void read_holding(struct codec *codec, struct engine *self)
{
    struct holding value = {0};
    position(codec, self, &value.position);
    plan(codec, &value.plan);
    int32_t instrument = value.position.instrument;
    if (codec->failed || value.position.position_id <= 0 ||
        positions_get(&self->positions, instrument) != NULL) {
        codec->failed = true;
        return;
    }
    self->positions.items[instrument] = value;
    self->positions.open_list[self->positions.open_count++] = instrument;
}

static void holdings(struct codec *codec, struct engine *self)
{
    struct positions *table = &self->positions;
    int32_t count = table->open_count;
    codec_word(codec, &table->sequence);
    codec_number(codec, &count, 0, instruments_of(self));
    for (int32_t index = 0; index < count && !codec->failed; index++) {
        if (codec->writing) {
            struct holding *value = &table->items[table->open_list[index]];
            position(codec, self, &value->position);
            plan(codec, &value->plan);
        } else {
            read_holding(codec, self);
        }
    }
}

/* ---- entries under way ---- */

static const char *const STOP_SOURCES[] = {"default", "stop_loss", "metadata.stop"};

static void stop_source(struct codec *codec, const char **value)
{
    int32_t which = 0;
    for (int32_t index = 0; codec->writing && index < (int32_t)ARRAY_COUNT(STOP_SOURCES); index++) {
        which = *value != NULL && same_text(*value, STOP_SOURCES[index]) ? index : which;
    }
    codec_number(codec, &which, 0, (int32_t)ARRAY_COUNT(STOP_SOURCES) - 1);
    if (!codec->writing && !codec->failed) {
        *value = STOP_SOURCES[which];
    }
}

static void entry(struct codec *codec, const struct engine *self, struct normal_signal *value)
{
    codec_word(codec, &value->signal_id);
    codec_word(codec, &value->timestamp_us);
    codec_number(codec, &value->instrument, 0, instruments_of(self) - 1);
    codec_number(codec, &value->strategy, 0, STRATEGIES_MAX - 1);
    KIND(codec, value->confidence, enum confidence, CONFIDENCE_EXTREME);
    KIND(codec, value->direction, enum signal_direction, DIRECTION_INVALID);
    KIND(codec, value->side, enum side, SIDE_SELL);
    codec_flag(codec, &value->price_from_market);
    codec_word(codec, &value->price_e12);
    codec_word(codec, &value->entry_low_e12);
    codec_word(codec, &value->entry_high_e12);
    codec_word(codec, &value->stop_e12);
    stop_source(codec, &value->stop_source);
    codec_number(codec, &value->target_count, 0, TARGETS_MAX);
    for (int32_t index = 0; index < value->target_count && !codec->failed; index++) {
        codec_word(codec, &value->target_e12[index]);
        codec_word(codec, &value->target_share_e9[index]);
    }
    codec_word(codec, &value->trailing_e9);
    codec_number(codec, &value->leverage_cap, 0, INT32_MAX);
    codec_word(codec, &value->ttl_us);
}

/* count: of the state; instruments behind it are as at a start. */
static void shares(struct codec *codec, struct engine *self, int32_t count)
{
    for (int32_t index = 0; index < count && !codec->failed; index++) {
        struct engine_share *share = &self->shares[index];
        bool used = share->margin_e8 != 0 || share->result_e8 != 0 || share->leverage_set != 0 ||
                    share->entry_pending || share->reverse_pending || share->unrealised_e8 != 0 ||
                    self->prices[index].mark_e12 != 0;
        codec_flag(codec, &used);
        if (!used || codec->failed) {
            continue;
        }
        codec_word(codec, &share->margin_e8);
        codec_word(codec, &share->unrealised_e8);
        codec_word(codec, &share->maintenance_e8);
        codec_word(codec, &share->backed_e8);
        codec_word(codec, &share->result_e8);
        codec_number(codec, &share->leverage_set, 0, INT32_MAX);
        codec_flag(codec, &share->entry_pending);
        codec_flag(codec, &share->reverse_pending);
        codec_word(codec, &self->prices[index].last_e12);
        codec_word(codec, &self->prices[index].mark_e12);
        codec_word(codec, &self->rates.rejects[index].last_us);
        codec_number(codec, &self->rates.rejects[index].count, 0, INT32_MAX);
        if (share->entry_pending || share->reverse_pending) {
            entry(codec, self, &self->entries[index]);
        }
    }
}

static void pending(struct codec *codec, struct engine *self)
{
    codec_number(codec, &self->pending_count, 0, instruments_of(self));
    for (int32_t index = 0; index < self->pending_count && !codec->failed; index++) {
        codec_number(codec, &self->pending_list[index], 0, instruments_of(self) - 1);
    }
}

/* ---- figures ---- */

static void ledger(struct codec *codec, struct ledger *self)
{
    codec_word(codec, &self->txn);
    for (int32_t account = 0; account < ACCOUNT_COUNT; account++) {
        codec_word(codec, &self->balance_e8[account]);
    }
}

static void totals(struct codec *codec, struct engine *self)
{
    struct engine_totals *total = &self->totals;
    int64_t *const figures[] = {&total->realised_e8,
                                &total->fees_e8,
                                &total->funding_e8,
                                &total->transfers_e8,
                                &total->margin_used_e8,
                                &total->unrealised_e8,
                                &total->maintenance_e8,
                                &total->backed_e8,
                                &self->extremes.first_latch_us,
                                &self->extremes.drawdown_max_ppm,
                                &self->started_us,
                                &self->next_hour_us,
                                &self->day_start_equity_e8};
    for (size_t index = 0; index < ARRAY_COUNT(figures); index++) {
        codec_word(codec, figures[index]);
    }
    codec_unsigned(codec, &self->changes);
    codec_unsigned(codec, &self->risk_epoch);
    codec_unsigned(codec, &self->digest.state);
}

static void counters(struct codec *codec, struct counters *self)
{
    for (int32_t index = 0; index < COUNTER_COUNT; index++) {
        codec_word(codec, &self->values[index]);
    }
    for (int32_t index = 0; index < HISTOGRAM_COUNT; index++) {
        struct histogram_data *histogram = &self->histograms[index];
        bool used = histogram->count != 0;
        codec_flag(codec, &used);
        if (!used || codec->failed) {
            continue;
        }
        codec_word(codec, &histogram->count);
        codec_word(codec, &histogram->sum);
        codec_word(codec, &histogram->maximum);
        for (int32_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
            codec_word(codec, &histogram->buckets[bucket]);
        }
    }
}

static void rate_window(struct codec *codec, struct rate_window *self)
{
    codec_word(codec, &self->slot);
    codec_word(codec, &self->total);
    for (size_t index = 0; index < ARRAY_COUNT(self->counts); index++) {
        codec_number(codec, &self->counts[index], 0, INT32_MAX);
    }
}

static void rates(struct codec *codec, struct engine *self)
{
    struct rates *rates = &self->rates;
    codec_word(codec, &rates->tokens_e6);
    codec_word(codec, &rates->filled_us);
    rate_window(codec, &rates->second);
    rate_window(codec, &rates->minute);
    codec_word(codec, &rates->day);
    codec_word(codec, &rates->day_orders);
    codec_word(codec, &rates->day_fills);
    for (int32_t index = 0; index < self->strategies.count && !codec->failed; index++) {
        struct rate_strategy *strategy = &rates->strategies[index];
        rate_window(codec, &strategy->executions);
        codec_word(codec, &strategy->day);
        codec_word(codec, &strategy->day_count);
        codec_flag(codec, &strategy->disabled);
        codec_word(codec, &self->strategy_trades[index]);
    }
}

/* ---- duplicates ---- */

/* The newest entries that were seen since then, oldest first. */
static int32_t duplicates_first(const struct recent *self, int64_t since_us)
{
    int32_t count = 0;
    while (count < SNAPSHOT_DUPLICATES_MAX && count < self->count) {
        uint32_t place = (self->next + DUPLICATES_MAX - 1 - (uint32_t)count) % DUPLICATES_MAX;
        if (self->ring[place].seen_us < since_us) {
            break;
        }
        count++;
    }
    return count;
}

static void duplicates(struct codec *codec, struct recent *self, int64_t since_us)
{
    int32_t count = codec->writing ? duplicates_first(self, since_us) : 0;
    codec_number(codec, &count, 0, SNAPSHOT_DUPLICATES_MAX);
    for (int32_t index = count - 1; index >= 0 && !codec->failed; index--) {
        struct recent_entry value = {0};
        if (codec->writing) {
            value =
                self->ring[(self->next + DUPLICATES_MAX - 1 - (uint32_t)index) % DUPLICATES_MAX];
        }
        codec_unsigned(codec, &value.key);
        codec_word(codec, &value.seen_us);
        codec_word(codec, &value.stamp_us);
        if (!codec->writing && !codec->failed) {
            recent_add(self, value.key, value.seen_us, value.stamp_us);
        }
    }
}

/* ---- the breaker ---- */

static void write_breaker(struct codec *codec, struct engine *self)
{
    /* Within the room of the state itself: behind its length. */
    size_t room = codec->size - codec->place;
    CHECK(room >= LATCH_BYTES_MAX + 8);
    size_t size = latch_encode(&self->breaker, codec->out + codec->place + 8, room - 8);
    int64_t length = (int64_t)size;
    codec_word(codec, &length);
    codec->place += size; /* whole words */
}

static void read_breaker(struct codec *codec, struct engine *self)
{
    const uint8_t *bytes = NULL;
    size_t size = 0;
    codec_bytes(codec, &bytes, &size);
    codec->failed =
        codec->failed || latch_decode(&self->breaker, self->settings, bytes, size) != LATCH_OK;
}

/* ---- the whole ---- */

static void whole(struct codec *codec, struct engine *self, int32_t symbol_count, int64_t since_us)
{
    strategies(codec, &self->strategies);
    ledger(codec, &self->ledger);
    orders(codec, self);
    holdings(codec, self);
    shares(codec, self, symbol_count);
    pending(codec, self);
    totals(codec, self);
    counters(codec, &self->counters);
    rates(codec, self);
    duplicates(codec, &self->signals.identities, since_us);
    duplicates(codec, &self->signals.contents, since_us);
    if (codec->failed) {
        return;
    }
    if (codec->writing) {
        write_breaker(codec, self);
    } else {
        read_breaker(codec, self);
    }
}

size_t snapshot_encode(struct engine *self, uint8_t *out, size_t capacity)
{
    CHECK(capacity >= SNAPSHOT_BYTES_MAX);
    struct codec codec;
    int32_t count = 0;
    int64_t now_us = self->now_us;
    codec_write(&codec, out, capacity);
    codec_word(&codec, &now_us);
    (void)symbols(&codec, self->instruments, &count);
    int64_t horizon_us = self->settings->signal_age_max + self->settings->duplicate_window;
    whole(&codec, self, count, now_us - horizon_us - US_PER_MINUTE);
    return codec_finish(&codec, SNAPSHOT_MAGIC, SNAPSHOT_FORMAT);
}

static enum snapshot_status status_of(enum codec_status status)
{
    switch (status) {
    case CODEC_OK: return SNAPSHOT_OK;
    case CODEC_SHORT: return SNAPSHOT_SHORT;
    case CODEC_FOREIGN: return SNAPSHOT_FOREIGN;
    case CODEC_VERSION: return SNAPSHOT_VERSION;
    case CODEC_CHECKSUM: return SNAPSHOT_CHECKSUM;
    }
    return SNAPSHOT_FOREIGN;
}

/* ---- the laws of the books, of a state that sums up: what no program of ours has written is refused ---- */

static bool money_agrees(const struct engine *self)
{
    const struct engine_totals *total = &self->totals;
    wide_t ledger_sum = 0, margin = 0, unrealised = 0, maintenance = 0;
    for (int32_t account = 0; account < ACCOUNT_COUNT; account++) {
        ledger_sum += self->ledger.balance_e8[account];
    }
    for (int32_t index = 0; index < instruments_of(self); index++) {
        margin += self->shares[index].margin_e8;
        unrealised += self->shares[index].unrealised_e8;
        maintenance += self->shares[index].maintenance_e8;
    }
    wide_t wallet =
        (wide_t)total->transfers_e8 + total->realised_e8 - total->fees_e8 + total->funding_e8;

    return ledger_sum == 0 && wallet == ledger_wallet_e8(&self->ledger) &&
           margin == total->margin_used_e8 && unrealised == total->unrealised_e8 &&
           maintenance == total->maintenance_e8;
}

/* Each instrument with an entry under way stands once in the list, and its signal is of a source that is known. */
static bool pending_agrees(const struct engine *self)
{
    int32_t flagged = 0;
    for (int32_t index = 0; index < instruments_of(self); index++) {
        const struct engine_share *share = &self->shares[index];
        const struct normal_signal *entry = &self->entries[index];
        bool planned = share->entry_pending || share->reverse_pending;
        flagged += share->entry_pending;
        if (planned && (entry->instrument != index || entry->strategy >= self->strategies.count)) {
            return false;
        }
    }
    for (int32_t index = 0; index < self->pending_count; index++) {
        for (int32_t other = 0; other < index; other++) {
            if (self->pending_list[other] == self->pending_list[index]) {
                return false;
            }
        }
        flagged -= self->shares[self->pending_list[index]].entry_pending;
    }
    return flagged == 0;
}

static bool positions_agree(const struct engine *self)
{
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        const struct position *position =
            &self->positions.items[self->positions.open_list[index]].position;
        if (position->closed_us != 0 || position->strategy >= self->strategies.count ||
            position->mark_e12 < 0 || position->size_e6 <= 0 ||
            position->size_total_e6 < position->size_e6 || position->cost_e8 < 0 ||
            position->position_id > self->positions.sequence) {
            return false;
        }
    }
    return true;
}

/* All orders are of earlier epochs. */
static bool orders_agree(struct engine *self, int64_t time_us)
{
    for (int32_t index = 0; index < instruments_of(self); index++) {
        for (const struct order *value = orders_first(&self->orders, index); value != NULL;
             value = orders_after(&self->orders, value)) {
            bool unknown = value->unknown_us != 0;
            if (value->order_id >= ORDER_ID(self->orders.epoch, 0) || value->unknown_us < 0 ||
                value->unknown_us > time_us || (value->state == ORDER_UNKNOWN && !unknown)) {
                return false;
            }
        }
    }
    return true;
}

static bool consistent(struct engine *self, int64_t time_us)
{
    return money_agrees(self) && pending_agrees(self) && positions_agree(self) &&
           orders_agree(self, time_us);
}

enum snapshot_status
snapshot_decode(struct engine *self, const uint8_t *bytes, size_t size, int64_t time_us)
{
    struct codec codec;
    int32_t count = 0;
    int64_t then_us = 0;
    uint32_t epoch = self->orders.epoch;
    enum snapshot_status status =
        status_of(codec_read(&codec, bytes, size, SNAPSHOT_MAGIC, SNAPSHOT_FORMAT));
    if (status != SNAPSHOT_OK) {
        return status;
    }
    struct actions *actions = self->actions;
    engine_init(self, self->settings, self->instruments, epoch);
    engine_begin(self, time_us);
    self->actions = actions;
    codec_word(&codec, &then_us);
    if (!symbols(&codec, self->instruments, &count)) {
        return codec.failed ? SNAPSHOT_VALUE : SNAPSHOT_SYMBOLS;
    }
    whole(&codec, self, count, 0);
    if (!codec_over(&codec) || then_us > time_us || !consistent(self, time_us)) {
        return SNAPSHOT_VALUE;
    }
    self->now_us = time_us;
    self->breaker_epoch_seen = breaker_epoch(&self->breaker);
    self->unknown_look_us = self->unknown_count > 0 ? time_us : 0;
    self->risk_epoch++;
    self->deadline_dirty = true;
    return SNAPSHOT_OK;
}

bool snapshot_symbols(const uint8_t *bytes,
                      size_t size,
                      char (*names)[SYMBOL_BYTES],
                      int32_t *count)
{
    struct codec codec;
    int64_t then_us = 0;
    *count = 0;
    if (codec_read(&codec, bytes, size, SNAPSHOT_MAGIC, SNAPSHOT_FORMAT) != CODEC_OK) {
        return false;
    }
    codec_word(&codec, &then_us);
    codec_number(&codec, count, 0, INSTRUMENTS_MAX);
    for (int32_t index = 0; index < *count && !codec.failed; index++) {
        codec_text(&codec, names[index], SYMBOL_BYTES);
    }
    return !codec.failed;
}
