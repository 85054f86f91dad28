#include "core/latch.h"

#include <string.h>

#include "core/breaker_cells.h"
#include "core/codec.h"

enum {
    LATCH_MAGIC = 0x4B524243, /* "CBRK" */
    LATCH_FORMAT = 1,
    ROWS_END = -1
};

const char *latch_status_text(int status)
{
    static const char *const texts[] = {
        [LATCH_OK] = "restored",
        [LATCH_SHORT] = "the breaker's state is cut off",
        [LATCH_FOREIGN] = "this is not a breaker's state",
        [LATCH_VERSION] = "the breaker's state is of another version",
        [LATCH_CHECKSUM] = "the breaker's state is damaged",
        [LATCH_VALUE] = "the breaker's state holds an impossible value",
    };
    return status >= 0 && status < (int)ARRAY_COUNT(texts) ? texts[status] : "?";
}

/* ---- words ---- */

static void cause(struct codec *codec, enum breaker_cause *value)
{
    int32_t wide = (int32_t)*value;
    codec_number(codec, &wide, 0, CAUSE_COUNT - 1);
    *value = (enum breaker_cause)wide;
}

static void state(struct codec *codec, enum breaker_state *value)
{
    int32_t wide = (int32_t)*value;
    codec_number(codec, &wide, BREAKER_CLOSED, BREAKER_LOCKED);
    *value = (enum breaker_state)wide;
}

/* A sparse table: its used rows, each behind its place; ROWS_END closes it. */
struct table {
    struct breaker *breaker;
    int32_t count;
    bool (*used)(const struct breaker *breaker, int32_t row);
    void (*visit)(struct codec *codec, struct breaker *breaker, int32_t row);
};

static int32_t next_used(const struct table *table, int32_t row)
{
    do {
        row++;
    } while (row < table->count && !table->used(table->breaker, row));
    return row < table->count ? row : ROWS_END;
}

static void rows(struct codec *codec, const struct table *table)
{
    int32_t row = -1;
    while (!codec->failed) {
        int32_t next = codec->writing ? next_used(table, row) : 0;
        codec_number(codec, &next, ROWS_END, table->count - 1);
        if (codec->failed || next == ROWS_END) {
            return;
        }
        codec->failed = next <= row;
        row = next;
        table->visit(codec, table->breaker, row);
    }
}

/* ---- parts ---- */

/* Oldest first; the places in the ring are not part of the state. */
static void
window_samples(struct codec *codec, struct window *window, struct window_sample *samples)
{
    int32_t count = window->count;
    codec_number(codec, &count, 0, window->capacity);
    if (!codec->writing) {
        window->first = window->count = 0;
        memset(window->cursor, 0, sizeof(window->cursor));
    }
    for (int32_t place = 0; place < count && !codec->failed; place++) {
        struct window_sample sample = {0};
        if (codec->writing) {
            sample = *window_at(window, samples, place);
        }
        codec_word(codec, &sample.minute);
        codec_word(codec, &sample.value);
        if (!codec->writing && !codec->failed) {
            if (place > 0 && sample.minute <= window_last_minute(window, samples)) {
                codec->failed = true;
                return;
            }
            samples[window->count++] = sample;
        }
    }
}

static void baselines(struct codec *codec, struct baselines *self)
{
    codec_word(codec, &self->time_us);
    codec_word(codec, &self->equity_e8);
    codec_word(codec, &self->start_e8);
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        codec_word(codec, &self->base_e8[which]);
    }
    codec_flag(codec, &self->empty);
    codec_word(codec, &self->emptied_e8);
    codec_word(codec, &self->next_minute_us);
    codec_word(codec, &self->next_day_us);
    codec_word(codec, &self->next_week_us);
    codec_word(codec, &self->next_month_us);
    window_samples(codec, &self->window, self->samples);
}

static void soft(struct codec *codec, struct breaker_soft *self)
{
    codec_bits(codec, &self->bits);
    codec_flag(codec, &self->in_force);
    cause(codec, &self->cause);
    codec_word(codec, &self->clear_us);
}

static bool cell_used(const struct breaker *breaker, int32_t row)
{
    const struct breaker_cell *cell = &breaker->cells[row];
    return cell->state != BREAKER_CLOSED || cell->caution.in_force || cell->reduce.in_force ||
           cell->standing != 0 || cell->blocked_until_us != 0 || cell->escalation != 0;
}

static void visit_cell(struct codec *codec, struct breaker *breaker, int32_t row)
{
    struct breaker_cell *cell = &breaker->cells[row];
    state(codec, &cell->state);
    cause(codec, &cell->cause);
    codec_word(codec, &cell->since_us);
    soft(codec, &cell->caution);
    soft(codec, &cell->reduce);
    codec_bits(codec, &cell->standing);
    state(codec, &cell->latched);
    cause(codec, &cell->latch_cause);
    codec_bits(codec, &cell->trips);
    codec_word(codec, &cell->reset_from_us);
    codec_flag(codec, &cell->flatten);
    codec_flag(codec, &cell->probation);
    codec_number(codec, &cell->probation_trades, 0, INT32_MAX);
    codec_word(codec, &cell->probation_from_us);
    codec_number(codec, &cell->escalation, 0, BREAKER_ESCALATION_MAX);
    codec_word(codec, &cell->blocked_until_us);
    cause(codec, &cell->block_cause);
    codec_word(codec, &cell->requested_us);
    codec_text(codec, cell->requester, PRINCIPAL_BYTES);
    codec->failed = codec->failed || !breaker_cell_sound(cell);
}

static void rejects(struct codec *codec, struct breaker_rejects *self)
{
    codec_bits(codec, &self->window);
    codec_number(codec, &self->in_row, 0, INT32_MAX);
}

static bool symbol_used(const struct breaker *breaker, int32_t row)
{
    const struct breaker_symbol *symbol = &breaker->symbols[row];
    return symbol->rejects.window != 0 || symbol->rejects.in_row != 0 || symbol->fill_count != 0 ||
           symbol->window.count != 0;
}

static void visit_symbol(struct codec *codec, struct breaker *breaker, int32_t row)
{
    struct breaker_symbol *symbol = &breaker->symbols[row];
    rejects(codec, &symbol->rejects);
    codec_number(codec, &symbol->fill_count, 0, FILL_QUALITY_FILLS);
    codec_number(codec, &symbol->fill_next, 0, FILL_QUALITY_FILLS - 1);
    for (int32_t fill = 0; fill < FILL_QUALITY_FILLS; fill++) {
        codec_word(codec, &symbol->realised_e9[fill]);
        codec_word(codec, &symbol->modelled_e9[fill]);
    }
    codec_word(codec, &symbol->result_e8);
    codec_word(codec, &symbol->next_minute_us);
    window_samples(codec, &symbol->window, symbol->samples);
}

static bool cusum_used(const struct breaker *breaker, int32_t row)
{
    return breaker->cusum_e9[row] != 0;
}

static void visit_cusum(struct codec *codec, struct breaker *breaker, int32_t row)
{
    codec_word(codec, &breaker->cusum_e9[row]);
}

static void visit_pairs(struct codec *codec, struct breaker *breaker)
{
    codec_number(codec, &breaker->pair_count, 0, PAIRS_MAX);
    for (int32_t place = 0; place < breaker->pair_count && !codec->failed; place++) {
        struct breaker_pair *pair = &breaker->pairs[place];
        codec_number(codec, &pair->strategy, -1, STRATEGIES_MAX - 1);
        codec_number(codec, &pair->instrument, -1, INSTRUMENTS_MAX - 1);
        codec_number(codec, &pair->streak, 0, INT32_MAX);
        codec_word(codec, &pair->blocked_until_us);
    }
}

/* The bits of a round are kept whole: they fit no sparser form. */
static void visit_round(struct codec *codec, struct breaker_round *self)
{
    codec_word(codec, &self->minute);
    codec_number(codec, &self->seen, 0, INSTRUMENTS_MAX);
    codec_number(codec, &self->exceeded, 0, INSTRUMENTS_MAX);
    codec_number(codec, &self->seen_before, 0, INSTRUMENTS_MAX);
    for (size_t place = 0; place < ARRAY_COUNT(self->seen_bits); place++) {
        int64_t seen = (int64_t)self->seen_bits[place];
        int64_t exceeded = (int64_t)self->exceeded_bits[place];
        codec_word(codec, &seen);
        codec_word(codec, &exceeded);
        self->seen_bits[place] = (uint64_t)seen;
        self->exceeded_bits[place] = (uint64_t)exceeded;
    }
}

/* A raised level outlives the restart; a plain one follows the settings. */
static void raised(struct codec *codec, int64_t plain, int64_t *level)
{
    bool is_raised = *level != plain;
    int64_t value = is_raised ? *level : 0;
    codec_flag(codec, &is_raised);
    codec_word(codec, &value);
    if (is_raised && plain != BREAKER_LEVEL_NONE && value > plain) {
        *level = value;
    }
}

static void whole(struct codec *codec, struct breaker *self)
{
    int64_t epoch = (int64_t)self->epoch;
    codec_word(codec, &epoch);
    self->epoch = (uint64_t)epoch;
    codec_word(codec, &self->cells_due_us);
    codec_word(codec, &self->look_us);
    codec_flag(codec, &self->clutch);
    codec_word(codec, &self->heartbeat_us);
    baselines(codec, &self->baselines);
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        struct breaker_loss_rule *rule = &self->losses[which];
        raised(codec, rule->trip, &rule->trip_at);
        raised(codec, rule->lock, &rule->lock_at);
    }
    rows(codec, &(struct table){self, BREAKER_CELLS, cell_used, visit_cell});
    rejects(codec, &self->account_rejects);
    rows(codec, &(struct table){self, STRATEGIES_MAX, cusum_used, visit_cusum});
    rows(codec, &(struct table){self, INSTRUMENTS_MAX, symbol_used, visit_symbol});
    visit_round(codec, &self->round);
    visit_pairs(codec, self);
}

/* ---- the whole ---- */

static enum latch_status status_of(enum codec_status status)
{
    switch (status) {
    case CODEC_OK: return LATCH_OK;
    case CODEC_SHORT: return LATCH_SHORT;
    case CODEC_FOREIGN: return LATCH_FOREIGN;
    case CODEC_VERSION: return LATCH_VERSION;
    case CODEC_CHECKSUM: return LATCH_CHECKSUM;
    }
    return LATCH_FOREIGN;
}

size_t latch_encode(struct breaker *self, uint8_t *out, size_t capacity)
{
    CHECK(capacity >= LATCH_BYTES_MAX);
    struct codec codec;
    codec_write(&codec, out, capacity);
    whole(&codec, self);
    return codec_finish(&codec, LATCH_MAGIC, LATCH_FORMAT);
}

enum latch_status latch_decode(struct breaker *self,
                               const struct settings *settings,
                               const uint8_t *bytes,
                               size_t size)
{
    struct codec codec;
    enum latch_status status =
        status_of(codec_read(&codec, bytes, size, LATCH_MAGIC, LATCH_FORMAT));
    if (status != LATCH_OK) {
        return status;
    }
    breaker_init(self, settings, 0, 0);
    whole(&codec, self);
    if (!codec_over(&codec) || self->baselines.window.count == 0) {
        return LATCH_VALUE;
    }
    int64_t due_us = self->cells_due_us;
    for (int32_t row = 0; row < BREAKER_CELLS; row++) {
        if (!cell_used(self, row)) {
            self->cells[row].since_us = self->baselines.time_us;
        } else {
            breaker_wait(self, row, due_us);
        }
    }
    breaker_index_pairs(self);
    breaker_quiet_band(self);
    return LATCH_OK;
}
