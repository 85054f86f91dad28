/* The drift of drift.h in words and as JSON. */
#include <string.h>

#include "core/fixed.h"
#include "core/types.h"
#include "reports/drift.h"
#include "reports/table.h"

enum { US_PER_MS = 1000 };

static const struct {
    const char *words, *key;
} PARTS[DRIFT_PARTS] = {
    [DRIFT_ENTRY] = {"Entry price", "entry_price_e8"},
    [DRIFT_EXIT] = {"Exit price", "exit_price_e8"},
    [DRIFT_SIZE] = {"Size", "size_e8"},
    [DRIFT_FEES] = {"Fees", "fees_e8"},
    [DRIFT_FUNDING] = {"Funding", "funding_e8"},
    [DRIFT_MISSED] = {"Missed", "missed_e8"},
};

static bool paired(const struct drift_trade *trade)
{
    return trade->a != NULL && trade->b != NULL;
}

static int64_t entry_us(const struct drift_trade *trade)
{
    return trade->a->opened_us - trade->b->opened_us;
}

static bool both_closed(const struct drift_trade *trade)
{
    return paired(trade) && trade->a->closed && trade->b->closed;
}

static int64_t exit_us(const struct drift_trade *trade)
{
    return trade->a->closed_us - trade->b->closed_us;
}

static bool differs(const struct drift_trade *trade)
{
    bool parts = trade->total_e8 != 0 || !paired(trade) || trade->a->closed != trade->b->closed ||
                 entry_us(trade) != 0 || (both_closed(trade) && exit_us(trade) != 0);

    for (int part = 0; part < DRIFT_PARTS; part++) {
        parts = parts || trade->parts_e8[part] != 0;
    }
    return parts;
}

/* ---- in words ---- */

static void money_cell(struct table *table, int64_t money_e8)
{
    char text[DECIMAL_BYTES];

    (void)decimal_format(money_e8, 8, text);
    table_cell(table, "%s", text);
}

static void ms_cell(struct table *table, bool there, int64_t us)
{
    char text[DECIMAL_BYTES];

    (void)decimal_format(us, 3, text);
    table_cell(table, "%s", there ? text : "");
}

static void parts_cells(struct table *table, const int64_t parts_e8[DRIFT_PARTS], int64_t total_e8)
{
    for (int part = 0; part < DRIFT_PARTS; part++) {
        money_cell(table, parts_e8[part]);
    }
    money_cell(table, total_e8);
}

static void trade_row(struct table *table, const struct drift_trade *trade)
{
    const struct drift_position *shown = trade->a != NULL ? trade->a : trade->b;
    const char *side = trade->a == NULL ? "B" : (trade->b == NULL ? "A" : "");

    table_cell(table, "%lld%s%s", (long long)shown->signal_id, *side == '\0' ? "" : ", only ",
               side);
    table_cell(table, "%s", shown->token);
    table_cell(table, "%s", side_position_text((int)shown->side));
    ms_cell(table, paired(trade), paired(trade) ? entry_us(trade) : 0);
    ms_cell(table, both_closed(trade), both_closed(trade) ? exit_us(trade) : 0);
    parts_cells(table, trade->parts_e8, trade->total_e8);
}

static void columns_make(struct table *table)
{
    table_column(table, "Signal", ALIGN_RIGHT);
    table_column(table, "Pair", ALIGN_LEFT);
    table_column(table, "Side", ALIGN_LEFT);
    table_column(table, "Entry ms", ALIGN_RIGHT);
    table_column(table, "Exit ms", ALIGN_RIGHT);
    for (int part = 0; part < DRIFT_PARTS; part++) {
        table_column(table, PARTS[part].words, ALIGN_RIGHT);
    }
    table_column(table, "A - B", ALIGN_RIGHT);
}

static void tell_words(const struct drift *self, struct buffer *out)
{
    struct table table;
    int64_t unlike = 0;

    for (int i = 0; i < 2; i++) {
        buffer_format(out, "%c: ", 'A' + i);
        buffer_plain(out, self->paths[i]);
        buffer_format(out, ", %lld trades\n", (long long)self->sides[i].count);
    }
    buffer_add(out, "\n");
    table_init(&table,
               "DRIFT, trade by trade, matched by their signal: net profit of A less that of B");
    columns_make(&table);
    for (int64_t i = 0; i < self->count; i++) {
        if (differs(&self->trades[i])) {
            unlike++;
            trade_row(&table, &self->trades[i]);
        }
    }
    table_rule(&table);
    table_cell(&table, "TOTAL");
    for (int i = 0; i < 4; i++) {
        table_cell(&table, "%s", "");
    }
    parts_cells(&table, self->parts_e8, self->total_e8);
    table_note(&table, "%lld of %lld trades differ; only A has %lld, only B %lld",
               (long long)unlike, (long long)self->count, (long long)self->only_a,
               (long long)self->only_b);
    table_print(&table, out);
    table_release(&table);
}

/* ---- as JSON ---- */

static void json_parts(const int64_t parts_e8[DRIFT_PARTS], int64_t total_e8, struct buffer *out)
{
    for (int part = 0; part < DRIFT_PARTS; part++) {
        buffer_format(out, "\"%s\": %lld, ", PARTS[part].key, (long long)parts_e8[part]);
    }
    buffer_format(out, "\"total_e8\": %lld}", (long long)total_e8);
}

static void json_optional(const char *key, bool there, int64_t value, struct buffer *out)
{
    if (there) {
        buffer_format(out, "\"%s\": %lld, ", key, (long long)value);
    } else {
        buffer_format(out, "\"%s\": null, ", key);
    }
}

static void json_trade(const struct drift_trade *trade, struct buffer *out)
{
    const struct drift_position *shown = trade->a != NULL ? trade->a : trade->b;

    buffer_add(out, "{\"token\": ");
    buffer_json(out, shown->token);
    buffer_add(out, ", \"source\": ");
    buffer_json(out, shown->source);
    buffer_format(out, ", \"side\": \"%s\", \"published_us\": %lld, ",
                  side_position_text((int)shown->side), (long long)shown->published_us);
    json_optional("position_a", trade->a != NULL, trade->a != NULL ? trade->a->id : 0, out);
    json_optional("position_b", trade->b != NULL, trade->b != NULL ? trade->b->id : 0, out);
    json_optional("entry_us", paired(trade), paired(trade) ? entry_us(trade) : 0, out);
    json_optional("exit_us", both_closed(trade), both_closed(trade) ? exit_us(trade) : 0, out);
    json_parts(trade->parts_e8, trade->total_e8, out);
}

static void tell_json(const struct drift *self, struct buffer *out)
{
    buffer_add(out, "{\"a\": ");
    buffer_json(out, self->paths[0]);
    buffer_add(out, ",\n \"b\": ");
    buffer_json(out, self->paths[1]);
    buffer_format(out, ",\n \"matched\": %lld, \"only_a\": %lld, \"only_b\": %lld,\n \"trades\": [",
                  (long long)(self->count - self->only_a - self->only_b), (long long)self->only_a,
                  (long long)self->only_b);
    for (int64_t i = 0; i < self->count; i++) {
        buffer_add(out, i > 0 ? ",\n  " : "\n  ");
        json_trade(&self->trades[i], out);
    }
    buffer_add(out, "],\n \"total\": {");
    json_parts(self->parts_e8, self->total_e8, out);
    buffer_add(out, "}\n");
}

void drift_tell(const struct drift *self, bool json, struct buffer *out)
{
    if (json) {
        tell_json(self, out);
    } else {
        tell_words(self, out);
    }
}
