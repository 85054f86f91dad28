#include "reports/why.h"

#include <stdlib.h>

#include "reports/why_parts.h"

const char why_assessments_sql[] = "SELECT * FROM assessments WHERE signal_id = ?1 ORDER BY id";
const char why_orders_sql[] = "SELECT * FROM orders WHERE signal_id = ?1 OR position_id IN"
                              " (SELECT id FROM positions WHERE signal_id = ?1) ORDER BY id";
const char why_fills_sql[] =
    "SELECT * FROM fills WHERE order_id IN (SELECT id FROM orders WHERE signal_id = ?1)"
    " OR position_id IN (SELECT id FROM positions WHERE signal_id = ?1) ORDER BY timestamp, id";
const char why_positions_sql[] = "SELECT * FROM positions WHERE signal_id = ?1 OR id IN (SELECT "
                                 "position_id FROM orders WHERE signal_id = ?1)"
                                 " ORDER BY id";
const char why_postings_sql[] =
    "SELECT kind, count(*) AS postings, sum(amount_e8) AS amount_e8 FROM ledger WHERE account = "
    "'wallet' AND position_id IN"
    " (SELECT id FROM positions WHERE signal_id = ?1) GROUP BY kind ORDER BY min(id)";

static bool tell_story(const struct database *database,
                       const struct query *signal,
                       struct buffer *out,
                       struct error *error)
{
    int64_t id = query_integer(signal, "id");
    int64_t learned_us = query_null(signal, "received_at") ? query_integer(signal, "timestamp")
                                                           : query_integer(signal, "received_at");

    tell_signal(out, signal);
    return tell_account(database, learned_us, out, error) &&
           tell_assessments(database, id, out, error) && tell_orders(database, id, out, error) &&
           tell_fills(database, id, out, error) && tell_positions(database, id, out, error) &&
           tell_postings(database, id, out, error);
}

/* The parts of a story as JSON: name and rows of the statement. */
static const struct part {
    const char *name, *sql;
} parts[] = {{"assessments", why_assessments_sql},
             {"orders", why_orders_sql},
             {"fills", why_fills_sql},
             {"positions", why_positions_sql},
             {"wallet", why_postings_sql}};

static const char *const json_columns[] = {"checks", "data", NULL};

static bool json_part(const struct database *database,
                      const struct part *part,
                      int64_t signal,
                      struct buffer *out,
                      struct error *error)
{
    struct query row;
    bool first = true;

    if (!query_open(&row, database, part->sql, error)) {
        return false;
    }
    query_bind(&row, 1, signal);
    buffer_format(out, ",\n \"%s\": [", part->name);
    while (query_next(&row)) {
        buffer_add(out, first ? "" : ",\n  ");
        first = false;
        query_json(&row, json_columns, out);
    }
    buffer_add(out, "]");
    return query_close(&row, error);
}

static bool json_story(const struct database *database,
                       const struct query *signal,
                       struct buffer *out,
                       struct error *error)
{
    int64_t id = query_integer(signal, "id");
    bool whole = true;

    buffer_add(out, "{\"signal\": ");
    query_json(signal, json_columns, out);
    for (size_t i = 0; whole && i < ARRAY_COUNT(parts); i++) {
        whole = json_part(database, &parts[i], id, out, error);
    }
    buffer_add(out, "}");
    return whole;
}

static bool why_open(struct query *signal,
                     const struct database *database,
                     const struct why_request *request,
                     struct error *error)
{
    static const char *const conditions[] = {"id = ?1", "external_id = ?1", "source_line = ?1"};
    struct buffer sql;
    char *end = NULL;

    buffer_init(&sql);
    buffer_add(&sql, "SELECT * FROM signals WHERE ");
    buffer_add(&sql, conditions[request->key]);
    buffer_add(&sql, " ORDER BY id");
    bool opened = query_open(signal, database, sql.bytes, error);
    buffer_release(&sql);
    if (!opened) {
        return false;
    }
    if (request->key == WHY_EXTERNAL) {
        query_bind_text(signal, 1, request->value);
        return true;
    }
    query_bind(signal, 1, strtoll(request->value, &end, 10));
    if (end == request->value || *end != '\0') {
        (void)sqlite3_finalize(signal->statement);
        return error_set(
            error, EXIT_CODE_USAGE, NULL, 0,
            "'%s' is not a number: --signal and --line take one, --external takes a text",
            request->value);
    }
    return true;
}

bool why_tell(const struct database *database,
              const struct why_request *request,
              struct buffer *out,
              struct error *error)
{
    static const char *const words[] = {"id", "external id", "line"};
    struct query signal;
    int64_t told = 0;
    bool whole = true;

    if (!why_open(&signal, database, request, error)) {
        return false;
    }
    buffer_add(out, request->json ? "[" : "");
    while (whole && query_next(&signal)) {
        buffer_add(out, told == 0 ? "" : request->json ? ",\n" : "\n========\n\n");
        whole = request->json ? json_story(database, &signal, out, error)
                              : tell_story(database, &signal, out, error);
        told++;
    }
    buffer_add(out, request->json ? "]\n" : "");
    whole = query_close(&signal, error) && whole;
    if (whole && told == 0) {
        return error_set(error, EXIT_CODE_USAGE, database->path, 0,
                         "holds no signal of %s '%s': see the table signals", words[request->key],
                         request->value);
    }
    return whole;
}
