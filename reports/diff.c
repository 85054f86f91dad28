#include "reports/diff.h"

#include <string.h>

#include "reports/query.h"

/* A table, when its rows were written, and which columns change while the row lives: a
 * difference in these alone dates from the end of the row's life. */
static const struct plan {
    const char *table, *time, *end, *life, *skip;
} plans[DIFF_TABLES] = {
    {"signals", "received_at", NULL, "", " source_line "},
    {"assessments", "timestamp", NULL, "", ""},
    {"decisions", "created_at", NULL, "", ""},
    {"orders", "intent_at", "ended_at",
     " filled_e6 state reason sent_at acked_at ended_at position_id venue_order_id ", ""},
    {"fills", "timestamp", NULL, "", ""},
    {"positions", "opened_at", "closed_at",
     " size current_price pnl liquidation_price status closed_at margin_e8 size_e6 realised_pnl_e8 "
     "fees_e8 funding_e8"
     " max_favourable_e8 max_adverse_e8 exit_reason current_price_e12 pnl_e8 liquidation_price_e12 "
     "cost_e8 stop_e12"
     " entry_price entry_price_e12 ",
     ""},
    {"ledger", "timestamp", NULL, "", ""},
    {"equity", "timestamp", NULL, "", ""},
    {"breaker_events", "timestamp", NULL, "", ""},
};

static bool listed(const char *list, const char *name)
{
    char padded[DIFF_COLUMN_BYTES + 2];

    (void)snprintf(padded, sizeof(padded), " %.60s ", name);
    return strstr(list, padded) != NULL;
}

static int64_t row_time(const struct query *row, const struct plan *plan, bool life_only)
{
    const char *column = life_only && plan->end != NULL ? plan->end : plan->time;

    return query_null(row, column) ? INT64_MAX : query_integer(row, column);
}

static bool values_equal(const struct query *a, int column_a, const struct query *b, int column_b)
{
    sqlite3_stmt *left = a->statement;
    sqlite3_stmt *right = b->statement;

    if (sqlite3_column_type(left, column_a) != sqlite3_column_type(right, column_b)) {
        return false;
    }
    if (sqlite3_column_type(left, column_a) == SQLITE_INTEGER) {
        return sqlite3_column_int64(left, column_a) == sqlite3_column_int64(right, column_b);
    }
    int length = sqlite3_column_bytes(left, column_a);
    const void *bytes_a = sqlite3_column_blob(left, column_a);
    const void *bytes_b = sqlite3_column_blob(right, column_b);
    return length == sqlite3_column_bytes(right, column_b) &&
           (length == 0 || memcmp(bytes_a, bytes_b, (size_t)length) == 0);
}

/* The first column in which two rows of one id differ, birth columns before life columns; ""
 * when equal. */
static const char *column_unlike(const struct query *a,
                                 const struct query *b,
                                 const struct plan *plan,
                                 bool *life_only)
{
    const char *in_life = "";
    int count = sqlite3_column_count(a->statement);

    for (int column = 0; column < count; column++) {
        const char *name = sqlite3_column_name(a->statement, column);
        int other = query_column(b, name);
        if (other < 0 || listed(plan->skip, name) || values_equal(a, column, b, other)) {
            continue;
        }
        if (!listed(plan->life, name)) {
            *life_only = false;
            return name;
        }
        in_life = *in_life == '\0' ? name : in_life;
    }
    *life_only = true;
    return in_life;
}

static void value_copy(const struct query *row, const char *column, char out[DIFF_VALUE_BYTES])
{
    const char *text = query_null(row, column) ? "NULL" : query_text(row, column);

    (void)snprintf(out, DIFF_VALUE_BYTES, "%.150s%s", text, strlen(text) > 150 ? "..." : "");
}

/* The rows in work of both sides; not there: the row is on the other side only. */
struct rows {
    struct query a, b;
    bool has_a, has_b;
};

static void
value_take(const struct query *row, bool there, const char *column, char out[DIFF_VALUE_BYTES])
{
    if (there) {
        value_copy(row, query_column(row, column) < 0 ? "id" : column, out);
    } else {
        (void)snprintf(out, DIFF_VALUE_BYTES, "(no such row)");
    }
}

/* Keeps the earliest difference of the table. */
static void
difference_note(struct diff_table *self, const struct plan *plan, const struct rows *rows)
{
    bool both = rows->has_a && rows->has_b;
    bool life_only = false;
    const char *column = both ? column_unlike(&rows->a, &rows->b, plan, &life_only) : "";

    if (both && *column == '\0') {
        return;
    }
    int64_t time_a = rows->has_a ? row_time(&rows->a, plan, life_only) : INT64_MAX;
    int64_t time_b = rows->has_b ? row_time(&rows->b, plan, life_only) : INT64_MAX;
    int64_t time_us = time_a < time_b ? time_a : time_b;
    if (self->differing++ > 0 && time_us >= self->time_us) {
        return;
    }
    const char *shown = *column == '\0' ? "token" : column;
    self->time_us = time_us;
    self->id = query_integer(rows->has_a ? &rows->a : &rows->b, "id");
    (void)snprintf(self->column, sizeof(self->column), "%.63s", column);
    value_take(&rows->a, rows->has_a, shown, self->value_a);
    value_take(&rows->b, rows->has_b, shown, self->value_b);
}

/* Walks both tables in order of id, as one merges two sorted lists. */
static bool table_compare(struct diff_table *self,
                          const struct plan *plan,
                          const struct database databases[2],
                          struct error *error)
{
    struct rows rows = {.has_a = false};
    char sql[128];

    self->table = plan->table;
    (void)snprintf(sql, sizeof(sql), "SELECT * FROM %s ORDER BY id", plan->table);
    if (!query_open(&rows.a, &databases[0], sql, error) ||
        !query_open(&rows.b, &databases[1], sql, error)) {
        (void)sqlite3_finalize(rows.a.statement);
        return false;
    }
    bool more_a = query_next(&rows.a);
    bool more_b = query_next(&rows.b);
    while (more_a || more_b) {
        int64_t id_a = more_a ? query_integer(&rows.a, "id") : INT64_MAX;
        int64_t id_b = more_b ? query_integer(&rows.b, "id") : INT64_MAX;
        rows.has_a = more_a && id_a <= id_b;
        rows.has_b = more_b && id_b <= id_a;
        difference_note(self, plan, &rows);
        self->rows_a += rows.has_a;
        self->rows_b += rows.has_b;
        more_a = rows.has_a ? query_next(&rows.a) : more_a;
        more_b = rows.has_b ? query_next(&rows.b) : more_b;
    }
    bool whole_a = query_close(&rows.a, error);
    return query_close(&rows.b, error) && whole_a;
}

static void take_digest(void *target, sqlite3_stmt *row)
{
    const char *text = (const char *)sqlite3_column_text(row, 0);

    (void)snprintf(target, 64, "%.63s", text == NULL ? "" : text);
}

static bool
digests_compare(struct diff *self, const struct database databases[2], struct error *error)
{
    char digests[2][64] = {"", ""};

    for (int i = 0; i < 2; i++) {
        if (!database_each(&databases[i], "SELECT digest FROM runs ORDER BY id", take_digest,
                           digests[i], error)) {
            return false;
        }
    }
    self->digests_differ = strcmp(digests[0], digests[1]) != 0;
    return true;
}

bool diff_compare(struct diff *self, const char *path_a, const char *path_b, struct error *error)
{
    struct database databases[2] = {{.connection = NULL}, {.connection = NULL}};

    *self = (struct diff){.paths = {path_a, path_b}, .first = -1};
    bool whole = database_open(&databases[0], path_a, error) &&
                 database_open(&databases[1], path_b, error) &&
                 digests_compare(self, databases, error);
    for (int i = 0; whole && i < DIFF_TABLES; i++) {
        whole = table_compare(&self->tables[i], &plans[i], databases, error);
        bool earlier =
            self->tables[i].differing > 0 &&
            (self->first < 0 || self->tables[i].time_us < self->tables[self->first].time_us);
        self->first = earlier ? i : self->first;
    }
    database_close(&databases[0]);
    database_close(&databases[1]);
    return whole;
}

bool diff_equal(const struct diff *self)
{
    return self->first < 0 && !self->digests_differ;
}
