#include "reports/drift.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "reports/memory.h"
#include "reports/query.h"

static const char POSITIONS_SQL[] =
    "SELECT p.id, p.token, p.side, p.size_e6, p.cost_e8, p.realised_pnl_e8, p.fees_e8, "
    "p.funding_e8, p.opened_at, p.closed_at, p.signal_id, coalesce(s.source, p.source) AS source, "
    "coalesce(s.token, p.token) AS named, coalesce(s.timestamp, p.opened_at, 0) AS published, "
    "coalesce(s.external_id, '') AS external_id "
    "FROM positions p LEFT JOIN signals s ON s.id = p.signal_id ORDER BY p.id";

/* ---- reading ---- */

static void position_take(struct drift_position *out, const struct query *row)
{
    *out = (struct drift_position){
        .id = query_integer(row, "id"),
        .signal_id = query_integer(row, "signal_id"),
        .source = memory_text(query_text(row, "source")),
        .named = memory_text(query_text(row, "named")),
        .external_id = memory_text(query_text(row, "external_id")),
        .token = memory_text(query_text(row, "token")),
        .published_us = query_integer(row, "published"),
        .side = strcmp(query_text(row, "side"), "long") == 0 ? SIDE_BUY : SIDE_SELL,
        .closed = !query_null(row, "closed_at"),
        .size_e6 = query_integer(row, "size_e6"),
        .cost_e8 = query_integer(row, "cost_e8"),
        .realised_e8 = query_integer(row, "realised_pnl_e8"),
        .fees_e8 = query_integer(row, "fees_e8"),
        .funding_e8 = query_integer(row, "funding_e8"),
        .opened_us = query_integer(row, "opened_at"),
        .closed_us = query_integer(row, "closed_at"),
    };
}

static bool side_read(struct drift_side *self, const char *path, struct error *error)
{
    struct database database = {.connection = NULL};
    struct query row;
    bool whole =
        database_open(&database, path, error) && query_open(&row, &database, POSITIONS_SQL, error);

    if (whole) {
        while (query_next(&row)) {
            self->positions = memory_grow(self->positions, self->count, &self->capacity,
                                          sizeof(*self->positions));
            position_take(&self->positions[self->count++], &row);
        }
        whole = query_close(&row, error);
    }
    database_close(&database);
    return whole;
}

static int order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int key_compare(const struct drift_position *a, const struct drift_position *b)
{
    int order = order_of(a->published_us, b->published_us);

    order = order != 0 ? order : strcmp(a->source, b->source);
    order = order != 0 ? order : strcmp(a->named, b->named);
    return order != 0 ? order : strcmp(a->external_id, b->external_id);
}

static int by_key(const void *left, const void *right)
{
    const struct drift_position *a = left;
    const struct drift_position *b = right;
    int order = key_compare(a, b);

    return order != 0 ? order : order_of(a->id, b->id);
}

/* ---- parts ---- */

/* What a database says is not trusted: a sum beyond 64 bits stays at its end. */
static int64_t narrow(wide_t value)
{
    return value > INT64_MAX ? INT64_MAX : (value < INT64_MIN ? INT64_MIN : (int64_t)value);
}

static wide_t net_e8(const struct drift_position *position)
{
    return (wide_t)position->realised_e8 - position->fees_e8 + position->funding_e8;
}

static bool splits(const struct drift_position *a, const struct drift_position *b)
{
    return a->closed && b->closed && a->side == b->side && b->size_e6 > 0;
}

static void pair_split(struct drift_trade *self)
{
    const struct drift_position *a = self->a;
    const struct drift_position *b = self->b;
    wide_t realised_e8 = (wide_t)a->realised_e8 - b->realised_e8;

    self->parts_e8[DRIFT_FEES] = narrow((wide_t)b->fees_e8 - a->fees_e8);
    self->parts_e8[DRIFT_FUNDING] = narrow((wide_t)a->funding_e8 - b->funding_e8);
    if (!splits(a, b)) {
        self->parts_e8[DRIFT_MISSED] = narrow(realised_e8);
        return;
    }
    int sign = a->side == SIDE_BUY ? 1 : -1;
    wide_t exit_a_e8 = (wide_t)a->cost_e8 + (wide_t)sign * a->realised_e8;
    wide_t exit_b_e8 = (wide_t)b->cost_e8 + (wide_t)sign * b->realised_e8;
    wide_t scaled_entry_e8 = wide_div_floor((wide_t)b->cost_e8 * a->size_e6, b->size_e6);
    wide_t scaled_exit_e8 = wide_div_floor((wide_t)narrow(exit_b_e8) * a->size_e6, b->size_e6);
    wide_t entry_e8 = -sign * (a->cost_e8 - scaled_entry_e8);
    wide_t exit_e8 = sign * (exit_a_e8 - scaled_exit_e8);
    self->parts_e8[DRIFT_ENTRY] = narrow(entry_e8);
    self->parts_e8[DRIFT_EXIT] = narrow(exit_e8);
    self->parts_e8[DRIFT_SIZE] = narrow(realised_e8 - entry_e8 - exit_e8);
}

static void trade_split(struct drift *self, struct drift_trade *trade)
{
    wide_t a_e8 = trade->a != NULL ? net_e8(trade->a) : 0;
    wide_t b_e8 = trade->b != NULL ? net_e8(trade->b) : 0;

    trade->total_e8 = narrow(a_e8 - b_e8);
    if (trade->a != NULL && trade->b != NULL) {
        pair_split(trade);
    } else {
        trade->parts_e8[DRIFT_MISSED] = trade->total_e8;
        self->only_a += trade->b == NULL;
        self->only_b += trade->a == NULL;
    }
    self->total_e8 = narrow((wide_t)self->total_e8 + trade->total_e8);
    for (int part = 0; part < DRIFT_PARTS; part++) {
        self->parts_e8[part] = narrow((wide_t)self->parts_e8[part] + trade->parts_e8[part]);
    }
}

static int64_t opened_us(const struct drift_trade *trade)
{
    return trade->a != NULL ? trade->a->opened_us : trade->b->opened_us;
}

static int by_opening(const void *left, const void *right)
{
    const struct drift_trade *a = left;
    const struct drift_trade *b = right;
    int order = order_of(opened_us(a), opened_us(b));

    return order != 0 ? order : by_key(a->a != NULL ? a->a : a->b, b->a != NULL ? b->a : b->b);
}

/* Walks both sides in order of their keys, as one merges two sorted lists. */
static void pairs_make(struct drift *self)
{
    const struct drift_side *a = &self->sides[0];
    const struct drift_side *b = &self->sides[1];
    int64_t i = 0;
    int64_t j = 0;

    self->trades = memory_array(a->count + b->count, sizeof(*self->trades));
    while (i < a->count || j < b->count) {
        int order = 0;
        if (i < a->count && j < b->count) {
            order = key_compare(&a->positions[i], &b->positions[j]);
        } else {
            order = i < a->count ? -1 : 1;
        }
        struct drift_trade *trade = &self->trades[self->count++];
        trade->a = order <= 0 ? &a->positions[i++] : NULL;
        trade->b = order >= 0 ? &b->positions[j++] : NULL;
        trade_split(self, trade);
    }
    qsort(self->trades, (size_t)self->count, sizeof(*self->trades), by_opening);
}

bool drift_compare(struct drift *self, const char *path_a, const char *path_b, struct error *error)
{
    *self = (struct drift){.paths = {path_a, path_b}};
    for (int i = 0; i < 2; i++) {
        struct drift_side *side = &self->sides[i];
        if (!side_read(side, self->paths[i], error)) {
            return false;
        }
        if (side->count > 0) {
            qsort(side->positions, (size_t)side->count, sizeof(*side->positions), by_key);
        }
    }
    pairs_make(self);
    return true;
}

void drift_release(struct drift *self)
{
    for (int i = 0; i < 2; i++) {
        for (int64_t j = 0; j < self->sides[i].count; j++) {
            struct drift_position *position = &self->sides[i].positions[j];
            free(position->source);
            free(position->named);
            free(position->external_id);
            free(position->token);
        }
        free(self->sides[i].positions);
    }
    free(self->trades);
}
