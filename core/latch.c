#include "core/latch.h"

#include <string.h>

#include "core/breaker_cells.h"
#include "core/digest.h"

/* One visitor for both directions, so that reading and writing cannot drift apart. */
struct codec {
    bool writing;
    const uint8_t *in;
    uint8_t *out;
    size_t place, size;
    bool failed;
};

enum {
    LATCH_MAGIC = 0x4B524243, /* "CBRK" */
    LATCH_FORMAT = 1,
    WORD = 8,
    HEAD_BYTES = 24,
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

static void put_bytes(uint8_t *out, uint64_t value, size_t count)
{
    for (size_t byte = 0; byte < count; byte++) {
        out[byte] = (uint8_t)(value >> (8 * byte));
    }
}

static uint64_t get_bytes(const uint8_t *in, size_t count)
{
    uint64_t value = 0;
    for (size_t byte = 0; byte < count; byte++) {
        value |= (uint64_t)in[byte] << (8 * byte);
    }
    return value;
}

static void word(struct codec *codec, int64_t *value)
{
    if (codec->size - codec->place < WORD) {
        codec->failed = true;
        return;
    }
    if (codec->writing) {
        put_bytes(codec->out + codec->place, (uint64_t)*value, WORD);
    } else {
        *value = (int64_t)get_bytes(codec->in + codec->place, WORD);
    }
    codec->place += WORD;
}

/* A number within a range; what lies outside was written by no program of ours. */
static void number(struct codec *codec, int32_t *value, int32_t lowest, int32_t highest)
{
    int64_t wide = *value;
    word(codec, &wide);
    if (wide < lowest || wide > highest) {
        codec->failed = true;
        return;
    }
    *value = (int32_t)wide;
}

static void flag(struct codec *codec, bool *value)
{
    int32_t wide = *value ? 1 : 0;
    number(codec, &wide, 0, 1);
    *value = wide == 1;
}

static void bits(struct codec *codec, uint32_t *value)
{
    int64_t wide = *value;
    word(codec, &wide);
    if (wide < 0 || wide > UINT32_MAX) {
        codec->failed = true;
        return;
    }
    *value = (uint32_t)wide;
}

static void cause(struct codec *codec, enum breaker_cause *value)
{
    int32_t wide = (int32_t)*value;
    number(codec, &wide, 0, CAUSE_COUNT - 1);
    *value = (enum breaker_cause)wide;
}

static void state(struct codec *codec, enum breaker_state *value)
{
    int32_t wide = (int32_t)*value;
    number(codec, &wide, BREAKER_CLOSED, BREAKER_LOCKED);
    *value = (enum breaker_state)wide;
}

static void name(struct codec *codec, char text[PRINCIPAL_BYTES])
{
    for (size_t place = 0; place < PRINCIPAL_BYTES; place += WORD) {
        uint8_t part[WORD];
        memcpy(part, text + place, WORD);
        int64_t value = (int64_t)get_bytes(part, WORD);
        word(codec, &value);
        put_bytes(part, (uint64_t)value, WORD);
        memcpy(text + place, part, WORD);
    }
    if (text[PRINCIPAL_BYTES - 1] != 0) {
        codec->failed = true;
    }
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
        number(codec, &next, ROWS_END, table->count - 1);
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
    number(codec, &count, 0, window->capacity);
    if (!codec->writing) {
        window->first = window->count = 0;
        memset(window->cursor, 0, sizeof(window->cursor));
    }
    for (int32_t place = 0; place < count && !codec->failed; place++) {
        struct window_sample sample = {0};
        if (codec->writing) {
            sample = *window_at(window, samples, place);
        }
        word(codec, &sample.minute);
        word(codec, &sample.value);
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
    word(codec, &self->time_us);
    word(codec, &self->equity_e8);
    word(codec, &self->start_e8);
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        word(codec, &self->base_e8[which]);
    }
    flag(codec, &self->empty);
    word(codec, &self->emptied_e8);
    word(codec, &self->next_minute_us);
    word(codec, &self->next_day_us);
    word(codec, &self->next_week_us);
    word(codec, &self->next_month_us);
    window_samples(codec, &self->window, self->samples);
}

static void soft(struct codec *codec, struct breaker_soft *self)
{
    bits(codec, &self->bits);
    flag(codec, &self->in_force);
    cause(codec, &self->cause);
    word(codec, &self->clear_us);
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
    word(codec, &cell->since_us);
    soft(codec, &cell->caution);
    soft(codec, &cell->reduce);
    bits(codec, &cell->standing);
    state(codec, &cell->latched);
    cause(codec, &cell->latch_cause);
    bits(codec, &cell->trips);
    word(codec, &cell->reset_from_us);
    flag(codec, &cell->flatten);
    flag(codec, &cell->probation);
    number(codec, &cell->probation_trades, 0, INT32_MAX);
    word(codec, &cell->probation_from_us);
    number(codec, &cell->escalation, 0, BREAKER_ESCALATION_MAX);
    word(codec, &cell->blocked_until_us);
    cause(codec, &cell->block_cause);
    word(codec, &cell->requested_us);
    name(codec, cell->requester);
    codec->failed = codec->failed || !breaker_cell_sound(cell);
}

static void rejects(struct codec *codec, struct breaker_rejects *self)
{
    bits(codec, &self->window);
    number(codec, &self->in_row, 0, INT32_MAX);
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
    number(codec, &symbol->fill_count, 0, FILL_QUALITY_FILLS);
    number(codec, &symbol->fill_next, 0, FILL_QUALITY_FILLS - 1);
    for (int32_t fill = 0; fill < FILL_QUALITY_FILLS; fill++) {
        word(codec, &symbol->realised_e9[fill]);
        word(codec, &symbol->modelled_e9[fill]);
    }
    word(codec, &symbol->result_e8);
    word(codec, &symbol->next_minute_us);
    window_samples(codec, &symbol->window, symbol->samples);
}

static bool cusum_used(const struct breaker *breaker, int32_t row)
{
    return breaker->cusum_e9[row] != 0;
}

static void visit_cusum(struct codec *codec, struct breaker *breaker, int32_t row)
{
    word(codec, &breaker->cusum_e9[row]);
}

static void visit_pairs(struct codec *codec, struct breaker *breaker)
{
    number(codec, &breaker->pair_count, 0, PAIRS_MAX);
    for (int32_t place = 0; place < breaker->pair_count && !codec->failed; place++) {
        struct breaker_pair *pair = &breaker->pairs[place];
        number(codec, &pair->strategy, -1, STRATEGIES_MAX - 1);
        number(codec, &pair->instrument, -1, INSTRUMENTS_MAX - 1);
        number(codec, &pair->streak, 0, INT32_MAX);
        word(codec, &pair->blocked_until_us);
    }
}

/* The bits of a round are kept whole: they fit no sparser form. */
static void visit_round(struct codec *codec, struct breaker_round *self)
{
    word(codec, &self->minute);
    number(codec, &self->seen, 0, INSTRUMENTS_MAX);
    number(codec, &self->exceeded, 0, INSTRUMENTS_MAX);
    number(codec, &self->seen_before, 0, INSTRUMENTS_MAX);
    for (size_t place = 0; place < ARRAY_COUNT(self->seen_bits); place++) {
        int64_t seen = (int64_t)self->seen_bits[place];
        int64_t exceeded = (int64_t)self->exceeded_bits[place];
        word(codec, &seen);
        word(codec, &exceeded);
        self->seen_bits[place] = (uint64_t)seen;
        self->exceeded_bits[place] = (uint64_t)exceeded;
    }
}

/* A raised level outlives the restart; a plain one follows the settings. */
static void raised(struct codec *codec, int64_t plain, int64_t *level)
{
    bool is_raised = *level != plain;
    int64_t value = is_raised ? *level : 0;
    flag(codec, &is_raised);
    word(codec, &value);
    if (is_raised && plain != BREAKER_LEVEL_NONE && value > plain) {
        *level = value;
    }
}

static void whole(struct codec *codec, struct breaker *self)
{
    int64_t epoch = (int64_t)self->epoch;
    word(codec, &epoch);
    self->epoch = (uint64_t)epoch;
    word(codec, &self->cells_due_us);
    word(codec, &self->look_us);
    flag(codec, &self->clutch);
    word(codec, &self->heartbeat_us);
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

static uint64_t digest_of(const uint8_t *bytes, size_t size)
{
    struct digest digest;
    digest_init(&digest);
    digest_word(&digest, size);
    for (size_t place = 0; place + WORD <= size; place += WORD) {
        digest_word(&digest, get_bytes(bytes + place, WORD));
    }
    return digest.state;
}

size_t latch_encode(struct breaker *self, uint8_t *out, size_t capacity)
{
    CHECK(capacity >= LATCH_BYTES_MAX);
    struct codec codec = {.writing = true, .out = out, .place = HEAD_BYTES, .size = capacity};
    whole(&codec, self);
    CHECK(!codec.failed);
    size_t length = codec.place - HEAD_BYTES;
    put_bytes(out, LATCH_MAGIC, 4);
    put_bytes(out + 4, LATCH_FORMAT, 4);
    put_bytes(out + 8, length, 8);
    put_bytes(out + 16, digest_of(out + HEAD_BYTES, length), 8);
    return codec.place;
}

static enum latch_status judge_head(const uint8_t *bytes, size_t size)
{
    if (size < HEAD_BYTES) {
        return LATCH_SHORT;
    }
    if (get_bytes(bytes, 4) != LATCH_MAGIC) {
        return LATCH_FOREIGN;
    }
    if (get_bytes(bytes + 4, 4) != LATCH_FORMAT) {
        return LATCH_VERSION;
    }
    size_t length = size - HEAD_BYTES;
    if (get_bytes(bytes + 8, 8) != length || length % WORD != 0) {
        return LATCH_SHORT;
    }
    bool whole_bytes = digest_of(bytes + HEAD_BYTES, length) == get_bytes(bytes + 16, 8);
    return whole_bytes ? LATCH_OK : LATCH_CHECKSUM;
}

enum latch_status latch_decode(struct breaker *self,
                               const struct settings *settings,
                               const uint8_t *bytes,
                               size_t size)
{
    enum latch_status status = judge_head(bytes, size);
    if (status != LATCH_OK) {
        return status;
    }
    breaker_init(self, settings, 0, 0);
    struct codec codec = {.in = bytes, .place = HEAD_BYTES, .size = size};
    whole(&codec, self);
    if (codec.failed || codec.place != size || self->baselines.window.count == 0) {
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
