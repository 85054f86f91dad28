/* The first half of a signal's story: what came in, how it was read, the account then, the
 * decision with every check. */
#include <string.h>

#include <jansson.h>

#include "core/verdict.h"
#include "reports/table.h"
#include "reports/why_parts.h"

static const char account_sql[] =
    "SELECT * FROM equity WHERE timestamp <= ?1 ORDER BY timestamp DESC, id DESC LIMIT 1";

void tell_decimal(struct buffer *out,
                  const struct query *row,
                  const char *column,
                  unsigned scale,
                  const char *label)
{
    char text[64];

    if (!query_null(row, column) && query_integer(row, column) != 0) {
        buffer_format(out, "  %-14s %s\n", label, query_decimal(row, column, scale, text));
    }
}

/* One heading of the story. */
static void heading(struct buffer *out, const char *words)
{
    buffer_format(out, "\n%s\n", words);
}

static void
line_if(struct buffer *out, const struct query *row, const char *column, const char *label)
{
    if (!query_null(row, column) && *query_text(row, column) != '\0') {
        buffer_format(out, "  %-14s ", label);
        buffer_plain(out, query_text(row, column));
        buffer_add(out, "\n");
    }
}

static const char *sentence_of(const char *code)
{
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        if (strcmp(verdict_code(verdict), code) == 0) {
            return verdict_sentence(verdict);
        }
    }
    return *code == '\0' ? "no verdict was recorded" : "";
}

static const char *control_of(const char *code)
{
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        if (strcmp(verdict_code(verdict), code) == 0) {
            return verdict_control(verdict);
        }
    }
    return "";
}

void tell_signal(struct buffer *out, const struct query *signal)
{
    char text[64];
    const char *verdict = query_text(signal, "verdict");
    const char *control = control_of(verdict);

    buffer_format(out, "SIGNAL %lld", (long long)query_integer(signal, "id"));
    if (!query_null(signal, "source_line")) {
        buffer_format(out, ", line %lld of the signals file",
                      (long long)query_integer(signal, "source_line"));
    }
    buffer_format(out, "\n\n%s%s", verdict, *control == '\0' ? "" : " (control ");
    buffer_format(out, "%s%s: %s.\n", control, *control == '\0' ? "" : ")", sentence_of(verdict));
    heading(out, "What came in");
    buffer_format(out, "  %-14s %s UTC\n", "published", query_instant(signal, "timestamp", text));
    if (!query_null(signal, "received_at")) {
        buffer_format(out, "  %-14s %s UTC\n", "received",
                      query_instant(signal, "received_at", text));
    }
    line_if(out, signal, "source", "source");
    line_if(out, signal, "external_id", "its own id");
    line_if(out, signal, "token", "token");
    line_if(out, signal, "confidence_given", "confidence");
    line_if(out, signal, "price", "price");
    line_if(out, signal, "volume", "volume");
    line_if(out, signal, "data", "metadata");
    heading(out, "How it was read");
    buffer_format(out, "  %-14s %s\n", "instrument",
                  query_null(signal, "instrument") ? "none: the token is not known in this market"
                                                   : query_text(signal, "instrument"));
    buffer_format(out, "  %-14s %s\n", "side",
                  query_null(signal, "side") ? "not understood" : query_text(signal, "side"));
    buffer_format(out, "  %-14s %s\n", "confidence",
                  query_null(signal, "confidence") ? "not understood"
                                                   : query_text(signal, "confidence"));
    tell_decimal(out, signal, "price_e12", 12, "price");
    tell_decimal(out, signal, "stop_e12", 12, "stop");
}

bool tell_account(const struct database *database,
                  int64_t time_us,
                  struct buffer *out,
                  struct error *error)
{
    struct query row;
    char text[64];

    if (!query_open(&row, database, account_sql, error)) {
        return false;
    }
    query_bind(&row, 1, time_us);
    if (query_next(&row)) {
        heading(out, "The account before it");
        buffer_format(out, "  %-14s %s\n", "balance", query_decimal(&row, "balance_e8", 8, text));
        buffer_format(out, "  %-14s %s\n", "equity", query_decimal(&row, "equity_e8", 8, text));
        buffer_format(out, "  %-14s %s\n", "free margin",
                      query_decimal(&row, "margin_available_e8", 8, text));
        buffer_format(out, "  %-14s %s %%\n", "drawdown",
                      query_decimal(&row, "drawdown_ppm", 4, text));
        buffer_format(out, "  %-14s %lld\n", "open positions",
                      (long long)query_integer(&row, "open_positions"));
        buffer_format(out, "  %-14s %s, the worst of all scopes\n", "breaker",
                      query_text(&row, "breaker_state"));
    }
    return query_close(&row, error);
}

static void check_number(struct table *table, const json_t *value)
{
    if (json_is_integer(value)) {
        table_cell(table, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        table_cell(table, "%.10g", json_real_value(value));
    } else {
        table_cell(table, "%s", json_is_string(value) ? json_string_value(value) : "");
    }
}

static void check_row(struct table *table, const json_t *check)
{
    const json_t *passed = json_object_get(check, "passed");
    const char *name = json_string_value(json_object_get(check, "name"));
    const char *verdict = json_string_value(json_object_get(check, "verdict"));
    const char *reason = json_string_value(json_object_get(check, "reason"));
    bool warned = json_is_true(json_object_get(check, "warned"));

    table_cell(table, "%s", name != NULL ? name : "");
    check_number(table, json_object_get(check, "value"));
    check_number(table, json_object_get(check, "limit"));
    table_cell(table, "%s",
               json_is_true(passed)    ? (warned ? "passed, warned" : "passed")
               : json_is_false(passed) ? "FAILED"
                                       : "n/a");
    if (json_is_false(passed) && verdict != NULL) {
        table_cell(table, "%s: %s%s%s", verdict, sentence_of(verdict), reason != NULL ? "; " : "",
                   reason != NULL ? reason : "");
    } else {
        table_cell(table, "%s", reason != NULL ? reason : "");
    }
}

static void tell_checks(struct buffer *out, const char *checks)
{
    json_t *list = json_loads(checks, 0, NULL);
    size_t index;
    json_t *check;
    struct table table;

    table_init(&table, "Every check, in order of evaluation");
    table_column(&table, "Check", ALIGN_LEFT);
    table_column(&table, "Value", ALIGN_RIGHT);
    table_column(&table, "Limit", ALIGN_RIGHT);
    table_column(&table, "Outcome", ALIGN_LEFT);
    table_column(&table, "Remark", ALIGN_LEFT);
    json_array_foreach(list, index, check)
    {
        check_row(&table, check);
    }
    buffer_add(out, "\n");
    table_print(&table, out);
    table_release(&table);
    json_decref(list);
}

/* What a state of the breaker does to an entry: nothing else in the story says it in words. */
static const char *breaker_effect(const char *state)
{
    static const char *const effects[][2] = {
        {"CAUTION", ": half the size, High and Extreme are treated as Medium"},
        {"PROBATION", ": a quarter of the size, at most 5x"},
        {"REDUCING", ": no entries until the cause is clear"},
        {"TRIPPED", ": no entries until a reset"},
        {"LOCKED", ": no entries until a reset by two people"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(effects); i++) {
        if (strcmp(effects[i][0], state) == 0) {
            return effects[i][1];
        }
    }
    return "";
}

/* The state that held for this order, from its own check, and what it did to the entry. */
static void tell_breaker(struct buffer *out, const char *checks)
{
    json_t *list = json_loads(checks, 0, NULL);
    size_t index;
    json_t *check;

    json_array_foreach(list, index, check)
    {
        const char *name = json_string_value(json_object_get(check, "name"));
        const char *state = json_string_value(json_object_get(check, "reason"));
        if (name != NULL && state != NULL && strcmp(name, "C1.breaker") == 0 &&
            *breaker_effect(state) != '\0') {
            buffer_format(out, "  %-14s %s%s\n", "breaker", state, breaker_effect(state));
        }
    }
    json_decref(list);
}

static void tell_assessment(struct buffer *out, const struct query *row)
{
    char text[64];
    char more[64];
    bool approved = query_integer(row, "approved") != 0;

    heading(out, "The decision");
    buffer_format(out, "  %s UTC: %s%s\n", query_instant(row, "timestamp", text),
                  query_text(row, "verdict"),
                  query_integer(row, "cached") != 0 ? " (taken from the decision cache)" : "");
    buffer_format(out, "  %-14s ", "reasoning");
    buffer_plain(out, query_text(row, "reasoning"));
    buffer_format(out, "\n  %-14s base %lldx by confidence, caps allow %lldx, chosen %lldx",
                  "leverage", (long long)query_integer(row, "base_leverage"),
                  (long long)query_integer(row, "max_leverage"),
                  (long long)query_integer(row, "leverage"));
    if (*query_text(row, "bound") != '\0') {
        buffer_format(out, "; what bound it: %s", query_text(row, "bound"));
    }
    buffer_format(out, "\n  %-14s %s units, worth %s", "size",
                  query_decimal(row, "size_e6", 6, text),
                  query_decimal(row, "notional_e8", 8, more));
    if (*query_text(row, "size_bound") != '\0') {
        buffer_format(out, "; what bound it: %s", query_text(row, "size_bound"));
    }
    buffer_add(out, "\n");
    if (!query_null(row, "price_e12")) {
        buffer_format(out, "  %-14s %s at %s\n", "entry",
                      query_integer(row, "limit_entry") != 0 ? "limit" : "market",
                      query_decimal(row, "price_e12", 12, text));
    }
    if (!query_null(row, "stop_e12")) {
        buffer_format(out, "  %-14s %s%s%s\n", "stop", query_decimal(row, "stop_e12", 12, text),
                      *query_text(row, "stop_source") != '\0' ? ", from " : "",
                      query_text(row, "stop_source"));
    }
    tell_breaker(out, query_text(row, "checks"));
    if (!approved) {
        buffer_add(out, "  nothing was sent to the exchange.\n");
    }
    tell_checks(out, query_text(row, "checks"));
}

bool tell_assessments(const struct database *database,
                      int64_t signal,
                      struct buffer *out,
                      struct error *error)
{
    struct query row;
    bool any = false;

    if (!query_open(&row, database, why_assessments_sql, error)) {
        return false;
    }
    query_bind(&row, 1, signal);
    while (query_next(&row)) {
        tell_assessment(out, &row);
        any = true;
    }
    if (!any) {
        heading(out, "The decision");
        buffer_add(out, "  it was refused before any check of risk: see the verdict above.\n");
    }
    return query_close(&row, error);
}
