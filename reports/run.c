#include "reports/run.h"

#include <stdlib.h>
#include <string.h>

#include "reports/memory.h"

/* What the row functions append to: the run and the capacity of the array in work. */
struct reader {
    struct run *run;
    int64_t capacity;
    struct error *error;
};

static int32_t column_word(struct reader *reader, sqlite3_stmt *row, int column)
{
    return words_intern(&reader->run->words, (const char *)sqlite3_column_text(row, column));
}

static enum side column_side(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return text != NULL && (text[0] == 's') ? SIDE_SELL : SIDE_BUY; /* sell, short */
}

static enum breaker_state column_state(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    for (int state = BREAKER_LOCKED; text != NULL && state > BREAKER_CLOSED; state--) {
        if (strcmp(text, breaker_state_text(state)) == 0) {
            return (enum breaker_state)state;
        }
    }
    return BREAKER_CLOSED;
}

/* The address of a new, last item of an array of the run. */
#define APPEND(reader, array, count)                                                               \
    ((reader)->run->array = memory_grow((reader)->run->array, (reader)->run->count,                \
                                        &(reader)->capacity, sizeof(*(reader)->run->array)),       \
     &(reader)->run->array[(reader)->run->count++])

static void take_run(void *target, sqlite3_stmt *row)
{
    struct run *run = ((struct reader *)target)->run;
    char **texts[] = {&run->mode,  &run->command, &run->config, &run->config_hash, &run->data_hash,
                      &run->build, &run->status,  &run->digest, &run->facts};

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        free(*texts[i]);
        *texts[i] = memory_text((const char *)sqlite3_column_text(row, (int)i));
    }
    run->id = sqlite3_column_int64(row, 9);
    run->seed = sqlite3_column_int64(row, 10);
    run->started_us = sqlite3_column_int64(row, 11);
    run->ended_us = sqlite3_column_int64(row, 12);
    run->events = sqlite3_column_int64(row, 13);
    run->executions++;
}

static void take_signal(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_signal *signal = APPEND(reader, signals, signal_count);

    signal->id = sqlite3_column_int64(row, 0);
    signal->timestamp_us = sqlite3_column_int64(row, 1);
    signal->source = column_word(reader, row, 2);
    signal->token = column_word(reader, row, 3);
    signal->verdict = column_word(reader, row, 4);
    signal->source_line = sqlite3_column_int64(row, 5);
}

static void take_position(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_position *position = APPEND(reader, positions, position_count);

    position->id = sqlite3_column_int64(row, 0);
    position->signal_id = sqlite3_column_int64(row, 1);
    position->token = column_word(reader, row, 2);
    position->source = column_word(reader, row, 3);
    position->exit_reason = column_word(reader, row, 4);
    position->status = column_word(reader, row, 5);
    position->margin_mode = column_word(reader, row, 6);
    position->side = column_side(row, 7);
    position->leverage = sqlite3_column_int(row, 8);
    position->size_e6 = sqlite3_column_int64(row, 9);
    position->entry_price_e12 = sqlite3_column_int64(row, 10);
    position->liquidation_price_e12 = sqlite3_column_int64(row, 11);
    position->margin_e8 = sqlite3_column_int64(row, 12);
    position->realised_e8 = sqlite3_column_int64(row, 13);
    position->fees_e8 = sqlite3_column_int64(row, 14);
    position->funding_e8 = sqlite3_column_int64(row, 15);
    position->favourable_e8 = sqlite3_column_int64(row, 16);
    position->adverse_e8 = sqlite3_column_int64(row, 17);
    position->opened_us = sqlite3_column_int64(row, 18);
    position->closed_us = sqlite3_column_int64(row, 19);
}

static void take_order(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_order *order = APPEND(reader, orders, order_count);

    order->id = sqlite3_column_int64(row, 0);
    order->signal_id = sqlite3_column_int64(row, 1);
    order->position_id = sqlite3_column_int64(row, 2);
    order->token = column_word(reader, row, 3);
    order->type = column_word(reader, row, 4);
    order->state = column_word(reader, row, 5);
    order->reason = column_word(reader, row, 6);
    order->side = column_side(row, 7);
    order->reduce_only = sqlite3_column_int(row, 8) != 0;
    order->price_e12 = sqlite3_column_int64(row, 9);
    order->trigger_e12 = sqlite3_column_int64(row, 10);
    order->size_e6 = sqlite3_column_int64(row, 11);
    order->filled_e6 = sqlite3_column_int64(row, 12);
    order->intent_us = sqlite3_column_int64(row, 13);
    order->ended_us = sqlite3_column_int64(row, 14);
}

static void take_fill(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_fill *fill = APPEND(reader, fills, fill_count);

    fill->id = sqlite3_column_int64(row, 0);
    fill->order_id = sqlite3_column_int64(row, 1);
    fill->position_id = sqlite3_column_int64(row, 2);
    fill->token = column_word(reader, row, 3);
    fill->kind = column_word(reader, row, 4);
    fill->liquidity = column_word(reader, row, 5);
    fill->side = column_side(row, 6);
    fill->price_e12 = sqlite3_column_int64(row, 7);
    fill->size_e6 = sqlite3_column_int64(row, 8);
    fill->fee_e8 = sqlite3_column_int64(row, 9);
    fill->timestamp_us = sqlite3_column_int64(row, 10);
}

static void take_posting(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_posting *posting = APPEND(reader, postings, posting_count);

    posting->amount_e8 = sqlite3_column_int64(row, 0);
    posting->position_id = sqlite3_column_int64(row, 1);
    posting->timestamp_us = sqlite3_column_int64(row, 2);
    posting->kind = column_word(reader, row, 3);
    posting->token = column_word(reader, row, 4);
}

static void take_equity(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_equity *equity = APPEND(reader, equity, equity_count);

    equity->timestamp_us = sqlite3_column_int64(row, 0);
    equity->balance_e8 = sqlite3_column_int64(row, 1);
    equity->equity_e8 = sqlite3_column_int64(row, 2);
    equity->margin_used_e8 = sqlite3_column_int64(row, 3);
    equity->margin_available_e8 = sqlite3_column_int64(row, 4);
    equity->drawdown_ppm = sqlite3_column_int64(row, 5);
    equity->open_positions = sqlite3_column_int(row, 6);
    equity->breaker_state = column_state(row, 7);
}

static void take_transition(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_transition *transition = APPEND(reader, transitions, transition_count);

    transition->timestamp_us = sqlite3_column_int64(row, 0);
    transition->scope = column_word(reader, row, 1);
    transition->from = column_state(row, 2);
    transition->to = column_state(row, 3);
    transition->cause = column_word(reader, row, 4);
    transition->actor = column_word(reader, row, 5);
    transition->baseline_e8 = sqlite3_column_int64(row, 6);
}

static void take_error(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_error *item = APPEND(reader, errors, error_count);

    item->timestamp_us = sqlite3_column_int64(row, 0);
    item->category = column_word(reader, row, 1);
    item->severity = column_word(reader, row, 2);
    item->code = column_word(reader, row, 3);
    item->message = column_word(reader, row, 4);
    item->file = column_word(reader, row, 5);
    item->line = sqlite3_column_int64(row, 6);
    item->count = sqlite3_column_int64(row, 7);
}

static void take_assessment(void *target, sqlite3_stmt *row)
{
    struct reader *reader = target;
    struct run_assessment *item = APPEND(reader, assessments, assessment_count);

    item->id = sqlite3_column_int64(row, 0);
    item->signal_id = sqlite3_column_int64(row, 1);
    item->timestamp_us = sqlite3_column_int64(row, 2);
    item->price_e12 = sqlite3_column_int64(row, 3);
    item->token = column_word(reader, row, 4);
    item->bound = column_word(reader, row, 5);
    item->size_bound = column_word(reader, row, 6);
    item->leverage = sqlite3_column_int(row, 7);
    item->approved = sqlite3_column_int(row, 8) != 0;
    item->cached = sqlite3_column_int(row, 9) != 0;
}

/* Tables in the order in which they are read. */
static const struct {
    const char *sql;
    database_take *take;
} tables[] = {
    {"SELECT mode, command, config, config_hash, data_hash, build, status, digest, facts, id, "
     "seed, started_at,"
     " ended_at, events FROM runs ORDER BY id",
     take_run},
    {"SELECT id, timestamp, source, token, verdict, source_line FROM signals ORDER BY id",
     take_signal},
    {"SELECT id, signal_id, token, source, exit_reason, status, margin_mode, side, leverage, "
     "size_e6,"
     " entry_price_e12, liquidation_price_e12, margin_e8, realised_pnl_e8, fees_e8, funding_e8,"
     " max_favourable_e8, max_adverse_e8, opened_at, closed_at FROM positions ORDER BY id",
     take_position},
    {"SELECT id, signal_id, position_id, token, type, state, reason, side, reduce_only, price_e12, "
     "trigger_e12,"
     " size_e6, filled_e6, intent_at, ended_at FROM orders ORDER BY id",
     take_order},
    {"SELECT id, order_id, position_id, token, kind, liquidity, side, price_e12, size_e6, fee_e8, "
     "timestamp"
     " FROM fills ORDER BY timestamp, id",
     take_fill},
    {"SELECT amount_e8, position_id, timestamp, kind, token FROM ledger WHERE account = 'wallet'"
     " ORDER BY id",
     take_posting},
    {"SELECT timestamp, balance_e8, equity_e8, margin_used_e8, margin_available_e8, drawdown_ppm,"
     " open_positions, breaker_state FROM equity ORDER BY id",
     take_equity},
    {"SELECT timestamp, scope, from_state, to_state, cause, actor, baseline_e8 FROM breaker_events"
     " ORDER BY timestamp, id",
     take_transition},
    {"SELECT timestamp, category, severity, code, message, file, line, count FROM errors ORDER BY "
     "id",
     take_error},
    {"SELECT id, signal_id, timestamp, price_e12, token, bound, size_bound, leverage, approved, "
     "cached"
     " FROM assessments ORDER BY id",
     take_assessment},
};

static bool run_read_tables(struct run *self, const struct database *database, struct error *error)
{
    for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
        struct reader reader = {.run = self, .error = error};
        if (!database_each(database, tables[i].sql, tables[i].take, &reader, error)) {
            return false;
        }
    }
    if (self->executions == 0) {
        return error_set(error, EXIT_CODE_DATA, database->path, 0,
                         "holds no run: the program that wrote it was stopped before it began");
    }
    return true;
}

bool run_read(struct run *self, const char *path, struct error *error)
{
    struct database database;

    *self = (struct run){0};
    words_init(&self->words);
    bool whole = database_open(&database, path, error) && run_read_tables(self, &database, error);
    database_close(&database);
    return whole;
}

void run_release(struct run *self)
{
    void *owned[] = {self->mode,        self->command,    self->config, self->config_hash,
                     self->data_hash,   self->build,      self->status, self->digest,
                     self->facts,       self->signals,    self->orders, self->positions,
                     self->fills,       self->postings,   self->equity, self->errors,
                     self->transitions, self->assessments};

    for (size_t i = 0; i < ARRAY_COUNT(owned); i++) {
        free(owned[i]);
    }
    words_release(&self->words);
    *self = (struct run){0};
}

const char *run_word(const struct run *self, int32_t index)
{
    CHECK(index >= 0 && index < self->words.count);
    return self->words.items[index];
}

bool run_complete(const struct run *self)
{
    return strcmp(self->status, "running") != 0;
}

bool run_position_closed(const struct run *self, const struct run_position *position)
{
    const char *status = run_word(self, position->status);

    return strcmp(status, "closed") == 0 || strcmp(status, "liquidated") == 0;
}

int64_t run_position_pnl_e8(const struct run_position *position)
{
    return position->realised_e8 - position->fees_e8 + position->funding_e8;
}
