/* What the figures rest on: the data with their gaps, defects that were survived, assumptions of
 * the models, what could not be judged. */
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "reports/memory.h"
#include "reports/summary.h"

static void cell_fact(struct table *table, const json_t *object, const char *name)
{
    struct buffer words;

    buffer_init(&words);
    fact_words(json_object_get(object, name), &words);
    table_cell(table, "%s", words.bytes);
    buffer_release(&words);
}

static void cell_fact_instant(struct table *table, const json_t *object, const char *name)
{
    char cell[CELL_BYTES];
    const json_t *value = json_object_get(object, name);

    if (json_is_string(value)) {
        cell_fact(table, object, name);
    } else {
        table_cell(table, "%s", cell_instant(fact_integer(value), cell));
    }
}

static void quality_note(struct table *table, const struct facts *facts)
{
    const char *fidelity = facts_text(facts, "fidelity");
    const char *venue = facts_text(facts, "venue");

    if (fidelity != NULL) {
        bool named = venue != NULL && *venue != '\0';
        table_note(table,
                   "Fidelity: %s%s%s. A gap is a stretch without bars: an outage, or a hole in the "
                   "file.",
                   fidelity, named ? "; venue: " : "", named ? venue : "");
    }
}

static void quality_markets(struct summary *self, const struct facts *facts)
{
    static const struct table_column columns[] = {
        {"Symbol", ALIGN_LEFT},   {"Bars", ALIGN_RIGHT},       {"From", ALIGN_LEFT},
        {"To", ALIGN_LEFT},       {"Interval", ALIGN_LEFT},    {"Gaps", ALIGN_RIGHT},
        {"Missing", ALIGN_RIGHT}, {"Duplicates", ALIGN_RIGHT}, {"Unsorted", ALIGN_RIGHT},
        {"Funding", ALIGN_RIGHT}};
    static const char *const behind[] = {"gaps", "missing", "duplicates", "unsorted", "funding"};
    struct table *table = summary_table(self, "DATA QUALITY");
    const json_t *symbols = facts_member(facts, "symbols");
    size_t index;
    json_t *symbol;
    char cell[CELL_BYTES];

    for (size_t i = 0; i < ARRAY_COUNT(columns); i++) {
        table_column(table, columns[i].name, columns[i].align);
    }
    json_array_foreach(symbols, index, symbol)
    {
        int64_t interval_us = fact_integer(json_object_get(symbol, "interval_us"));
        cell_fact(table, symbol, "symbol");
        cell_fact(table, symbol, "bars");
        cell_fact_instant(table, symbol, "first");
        cell_fact_instant(table, symbol, "last");
        table_cell(table, "%s", interval_us > 0 ? cell_duration(interval_us, cell) : "");
        for (size_t i = 0; i < ARRAY_COUNT(behind); i++) {
            cell_fact(table, symbol, behind[i]);
        }
    }
    quality_note(table, facts);
}

static bool beyond_bars(const json_t *symbols)
{
    for (size_t i = 0; i < json_array_size(symbols); i++) {
        const json_t *data = json_object_get(json_array_get(symbols, i), "data");
        for (size_t at = 0; at < json_array_size(data); at++) {
            const char *kind = json_string_value(json_object_get(json_array_get(data, at), "data"));
            if (kind != NULL && strcmp(kind, "bars") != 0) {
                return true;
            }
        }
    }
    return false;
}

static void data_row(struct table *table, const json_t *symbol, const json_t *data)
{
    const json_t *share = json_object_get(data, "share_ppm");

    cell_fact(table, symbol, "symbol");
    cell_fact(table, data, "data");
    cell_fact(table, data, "records");
    cell_fact_instant(table, data, "first");
    cell_fact_instant(table, data, "last");
    if (share == NULL) {
        table_cell(table, "%s", "");
    } else {
        int64_t ppm = fact_integer(share);
        table_cell(table, "%.2f %%", (double)ppm / 1e4);
    }
}

/* Only where there is more than bars: those stand in the table above. */
static void quality_data(struct summary *self, const struct facts *facts)
{
    static const struct table_column columns[] = {
        {"Symbol", ALIGN_LEFT}, {"Data", ALIGN_LEFT}, {"Records", ALIGN_RIGHT},
        {"From", ALIGN_LEFT},   {"To", ALIGN_LEFT},   {"Made the prices", ALIGN_RIGHT}};
    const json_t *symbols = facts_member(facts, "symbols");
    size_t index;
    size_t at;
    json_t *symbol;
    json_t *data;

    if (!beyond_bars(symbols)) {
        return;
    }
    struct table *table = summary_table(self, "WHAT THE MARKET WAS");
    for (size_t i = 0; i < ARRAY_COUNT(columns); i++) {
        table_column(table, columns[i].name, columns[i].align);
    }
    json_array_foreach(symbols, index, symbol)
    {
        json_array_foreach(json_object_get(symbol, "data"), at, data)
        {
            data_row(table, symbol, data);
        }
    }
    table_note(table, "The last column: the part of the symbol's time during which these records "
                      "made the prices that orders met; the finest that serve do.");
}

/* The text that a symbol bears under a name, without the folders of a path; NULL: none. */
static const char *said_of(const json_t *symbol, const char *name)
{
    const char *said = json_string_value(json_object_get(symbol, name));
    const char *folder = said == NULL || *said != '/' ? NULL : strrchr(said, '/');

    return folder != NULL ? folder + 1 : said;
}

/* One row: a text, and which symbols bear it. Nothing for a text that an earlier symbol had. */
static void said_row(struct table *table, const struct facts *facts, const char *name, size_t first)
{
    enum { SHOWN = 6 };
    const json_t *symbols = facts_member(facts, "symbols");
    const char *said = said_of(json_array_get(symbols, first), name);
    struct buffer bearers;
    int64_t count = 0;
    bool repeated = false;

    buffer_init(&bearers);
    for (size_t i = 0; said != NULL && i < json_array_size(symbols); i++) {
        const json_t *symbol = json_array_get(symbols, i);
        const char *other = said_of(symbol, name);
        if (other == NULL || strcmp(other, said) != 0) {
            continue;
        }
        repeated = repeated || i < first;
        if (count++ < SHOWN) {
            buffer_add(&bearers, count > 1 ? ", " : "");
            fact_words(json_object_get(symbol, "symbol"), &bearers);
        }
    }
    if (count > 0 && !repeated) {
        bool all = count == (int64_t)json_array_size(symbols);
        table_cell(table, "%s", name);
        table_cell(table, "%s", said);
        table_cell(table, "%lld", (long long)count);
        table_cell(table, "%s%s", all ? "all" : bearers.bytes,
                   !all && count > SHOWN ? ", ..." : "");
    }
    buffer_release(&bearers);
}

static void quality_rules(struct summary *self, const struct facts *facts)
{
    static const char *const names[] = {"mark_source", "tiers", "rules", "dialect"};
    struct table *table = summary_table(self, "MARK PRICES, TIERS AND RULES");
    const json_t *symbols = facts_member(facts, "symbols");

    table_column(table, "Of", ALIGN_LEFT);
    table_column(table, "What is used", ALIGN_LEFT);
    table_column(table, "Symbols", ALIGN_RIGHT);
    table_column(table, "Which", ALIGN_LEFT);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        for (size_t symbol = 0; symbol < json_array_size(symbols); symbol++) {
            said_row(table, facts, names[i], symbol);
        }
    }
    table->folded = table_rows(table) == 0;
}

/* Any flat object of counts, one row a member. */
static void
quality_counts(struct summary *self, const struct facts *facts, const char *name, const char *title)
{
    json_t *object = facts_member(facts, name);
    const char *key;
    json_t *value;

    if (json_object_size(object) == 0) {
        return;
    }
    struct table *table = summary_table(self, title);
    table_column(table, "What", ALIGN_LEFT);
    table_column(table, "Value", ALIGN_RIGHT);
    json_object_foreach(object, key, value)
    {
        table_cell(table, "%s", key);
        cell_fact(table, object, key);
    }
    if (strcmp(name, "exchange") == 0 && facts_member(facts, "comparisons") != NULL) {
        table_cell(table, "times that its books and the core's were compared");
        cell_fact(table, facts->facts, "comparisons");
    }
}

static bool says_nothing(const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL ? strcmp(text, "0") == 0 : json_is_false(value) || fact_integer(value) == 0;
}

/* The same where any of it is not 0: on most runs there is nothing to tell. */
static void
quality_events(struct summary *self, const struct facts *facts, const char *name, const char *title)
{
    const char *key;
    json_t *value;

    json_object_foreach(facts_member(facts, name), key, value)
    {
        if (!says_nothing(value)) {
            quality_counts(self, facts, name, title);
            return;
        }
    }
}

/* Defects of one code: how often, and the first as example. */
struct defect_group {
    int32_t code;
    int64_t count;
    const struct run_error *first;
};

static void quality_defects(struct summary *self, const struct run *run)
{
    struct table *table = summary_table(self, "DEFECTS AND ERRORS");
    struct defect_group *groups = memory_array(run->error_count, sizeof(*groups));
    int64_t count = 0;

    for (int64_t i = 0; i < run->error_count; i++) {
        const struct run_error *item = &run->errors[i];
        int64_t at = 0;
        while (at < count && groups[at].code != item->code) {
            at++;
        }
        if (at == count) {
            groups[count++] = (struct defect_group){item->code, 0, item};
        }
        groups[at].count += item->count > 0 ? item->count : 1;
    }
    table_column(table, "Code", ALIGN_LEFT);
    table_column(table, "Severity", ALIGN_LEFT);
    table_column(table, "Count", ALIGN_RIGHT);
    table_column(table, "First of them", ALIGN_LEFT);
    for (int64_t i = 0; i < count; i++) {
        const struct run_error *first = groups[i].first;
        const char *file = strrchr(run_word(run, first->file), '/');
        file = file != NULL ? file + 1 : run_word(run, first->file);
        table_cell(table, "%s", run_word(run, first->code));
        table_cell(table, "%s", run_word(run, first->severity));
        table_cell(table, "%lld", (long long)groups[i].count);
        if (*file != '\0') {
            table_cell(table, "%s:%lld: %.160s", file, (long long)first->line,
                       run_word(run, first->message));
        } else {
            table_cell(table, "%.160s", run_word(run, first->message));
        }
    }
    table->folded = count == 0;
    free(groups);
}

static void
quality_list(struct summary *self, const struct facts *facts, const char *name, const char *title)
{
    const json_t *list = facts_member(facts, name);
    size_t index;
    json_t *item;

    if (json_array_size(list) == 0) {
        return;
    }
    struct table *table = summary_table(self, title);
    table_column(table, "#", ALIGN_RIGHT);
    table_column(table, "Statement", ALIGN_LEFT);
    json_array_foreach(list, index, item)
    {
        table_cell(table, "%zu", index + 1);
        table_cell(table, "%s", json_is_string(item) ? json_string_value(item) : "");
    }
}

static void quality_not_applicable(struct summary *self, const struct facts *facts)
{
    const json_t *list = facts_member(facts, "not_applicable");
    size_t index;
    json_t *item;

    if (json_array_size(list) == 0) {
        return;
    }
    struct table *table = summary_table(self, "NOT APPLICABLE IN THIS RUN");
    table_column(table, "Check", ALIGN_LEFT);
    table_column(table, "Reason", ALIGN_LEFT);
    json_array_foreach(list, index, item)
    {
        cell_fact(table, item, "check");
        cell_fact(table, item, "reason");
    }
}

void summary_quality(struct summary *self, const struct summary_input *input)
{
    quality_counts(self, input->facts, "bounds", "BOUNDS OVER INTRABAR PATHS");
    quality_markets(self, input->facts);
    quality_data(self, input->facts);
    quality_rules(self, input->facts);
    quality_counts(self, input->facts, "signals", "SIGNALS FILE");
    quality_counts(self, input->facts, "latency", "LATENCY");
    quality_counts(self, input->facts, "exchange", "MOCK EXCHANGE");
    quality_events(self, input->facts, "insurance_fund", "INSURANCE FUND");
    quality_events(self, input->facts, "incidents", "BAD HOURS OF THE EXCHANGE");
    quality_events(self, input->facts, "trouble", "WHAT BAD HOURS AND FULL WIRES DID");
    quality_defects(self, input->run);
    quality_list(self, input->facts, "assumptions", "ASSUMPTIONS");
    quality_list(self, input->facts, "notes", "NOTES");
    quality_not_applicable(self, input->facts);
}
