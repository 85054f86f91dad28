/* The second half of a signal's story: orders, fills, the life of the position, the money. */
#include "core/fixed.h"
#include "reports/table.h"
#include "reports/why_parts.h"

static void order_row(struct table *table, const struct query *row)
{
    char text[64];

    table_cell(table, "%s", query_instant(row, "intent_at", text));
    table_cell(table, "%s", query_text(row, "client_id"));
    table_cell(table, "%s %s%s", query_text(row, "side"), query_text(row, "type"),
               query_integer(row, "reduce_only") != 0 ? ", reduce only" : "");
    table_cell(table, "%s",
               query_integer(row, "close_position") != 0 ? "all that is open"
                                                         : query_decimal(row, "size_e6", 6, text));
    bool triggered = !query_null(row, "trigger_e12") && query_integer(row, "trigger_e12") != 0;
    bool priced = !query_null(row, "price_e12") && query_integer(row, "price_e12") != 0;
    table_cell(table, "%s",
               triggered ? query_decimal(row, "trigger_e12", 12, text)
               : priced  ? query_decimal(row, "price_e12", 12, text)
                         : "market");
    table_cell(table, "%s", query_text(row, "state"));
    table_cell(table, "%s", query_decimal(row, "filled_e6", 6, text));
    table_cell(table, "%s", query_instant(row, "ended_at", text));
    table_cell(table, "%s", query_text(row, "reason"));
}

bool tell_orders(const struct database *database,
                 int64_t signal,
                 struct buffer *out,
                 struct error *error)
{
    static const char *const names[] = {"Intent (UTC)", "Client id",        "Order",
                                        "Size",         "Price or trigger", "State",
                                        "Filled",       "Ended (UTC)",      "Reason"};
    struct query row;
    struct table table;

    if (!query_open(&row, database, why_orders_sql, error)) {
        return false;
    }
    table_init(&table, "Orders");
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        table_column(&table, names[i], i == 3 || i == 4 || i == 6 ? ALIGN_RIGHT : ALIGN_LEFT);
    }
    query_bind(&row, 1, signal);
    while (query_next(&row)) {
        order_row(&table, &row);
    }
    if (table_rows(&table) > 0) {
        table_print(&table, out);
    }
    table_release(&table);
    return query_close(&row, error);
}

bool tell_fills(const struct database *database,
                int64_t signal,
                struct buffer *out,
                struct error *error)
{
    static const char *const names[] = {"Time (UTC)", "Fill", "Size", "Price", "Fee", "Liquidity"};
    struct query row;
    struct table table;
    char text[64];

    if (!query_open(&row, database, why_fills_sql, error)) {
        return false;
    }
    table_init(&table, "Fills");
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        table_column(&table, names[i], i >= 2 && i <= 4 ? ALIGN_RIGHT : ALIGN_LEFT);
    }
    query_bind(&row, 1, signal);
    while (query_next(&row)) {
        table_cell(&table, "%s", query_instant(&row, "timestamp", text));
        table_cell(&table, "%s, %s", query_text(&row, "side"), query_text(&row, "kind"));
        table_cell(&table, "%s", query_decimal(&row, "size_e6", 6, text));
        table_cell(&table, "%s", query_decimal(&row, "price_e12", 12, text));
        table_cell(&table, "%s", query_decimal(&row, "fee_e8", 8, text));
        table_cell(&table, "%s", query_text(&row, "liquidity"));
    }
    if (table_rows(&table) > 0) {
        table_print(&table, out);
    }
    table_release(&table);
    return query_close(&row, error);
}

static void tell_position(struct buffer *out, const struct query *row, int64_t signal)
{
    char text[64];
    char more[64];
    char margin[64];
    char duration[CELL_BYTES];
    bool own = query_integer(row, "signal_id") == signal;
    bool closed = !query_null(row, "closed_at") && query_integer(row, "closed_at") > 0;
    int64_t pnl_e8 = query_integer(row, "realised_pnl_e8") - query_integer(row, "fees_e8") +
                     query_integer(row, "funding_e8");

    buffer_format(
        out, "Position %lld%s: %s %s %s units, %s, %lldx\n", (long long)query_integer(row, "id"),
        own ? "" : " (of an earlier signal, touched by this one)", query_text(row, "side"),
        query_text(row, "token"), query_decimal(row, "size_e6", 6, text),
        query_text(row, "margin_mode"), (long long)query_integer(row, "leverage"));
    buffer_format(out, "  %-14s %s UTC at %s, margin %s\n", "opened",
                  query_instant(row, "opened_at", text),
                  query_decimal(row, "entry_price_e12", 12, more),
                  query_decimal(row, "margin_e8", 8, margin));
    tell_decimal(out, row, "stop_e12", 12, "last stop");
    tell_decimal(out, row, "liquidation_price_e12", 12, "liquidation at");
    buffer_format(out, "  %-14s best %s, worst %s\n", "on the way",
                  query_decimal(row, "max_favourable_e8", 8, text),
                  query_decimal(row, "max_adverse_e8", 8, more));
    if (closed) {
        int64_t held_us = query_integer(row, "closed_at") - query_integer(row, "opened_at");
        buffer_format(out, "  %-14s %s UTC by %s, after %s\n", "closed",
                      query_instant(row, "closed_at", text), query_text(row, "exit_reason"),
                      cell_duration(held_us, duration));
    } else {
        buffer_format(out, "  %-14s %s\n", "status", query_text(row, "status"));
    }
    buffer_format(out, "  %-14s price %s", "money", query_decimal(row, "realised_pnl_e8", 8, text));
    buffer_format(out, ", fees -%s", query_decimal(row, "fees_e8", 8, text));
    buffer_format(out, ", funding %s", query_decimal(row, "funding_e8", 8, text));
    (void)decimal_format(pnl_e8, 8, text);
    buffer_format(out, ": %s %s\n\n", closed ? "result" : "so far, without what is still open,",
                  text);
}

bool tell_positions(const struct database *database,
                    int64_t signal,
                    struct buffer *out,
                    struct error *error)
{
    struct query row;

    if (!query_open(&row, database, why_positions_sql, error)) {
        return false;
    }
    query_bind(&row, 1, signal);
    while (query_next(&row)) {
        tell_position(out, &row, signal);
    }
    return query_close(&row, error);
}

bool tell_postings(const struct database *database,
                   int64_t signal,
                   struct buffer *out,
                   struct error *error)
{
    struct query row;
    char text[64];
    bool any = false;

    if (!query_open(&row, database, why_postings_sql, error)) {
        return false;
    }
    query_bind(&row, 1, signal);
    while (query_next(&row)) {
        buffer_add(out, any ? "" : "Postings to the wallet\n");
        any = true;
        buffer_format(out, "  %-14s %s in %lld posting(s)\n", query_text(&row, "kind"),
                      query_decimal(&row, "amount_e8", 8, text),
                      (long long)query_integer(&row, "postings"));
    }
    return query_close(&row, error);
}
