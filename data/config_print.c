#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "data/config.h"
#include "data/config_internal.h"
#include "data/config_values.h"
#include "data/json.h"

/* What a section is about; a section without an entry is printed without a sentence. */
static const struct {
    const char *name, *sentence;
} sections[] = {
    {"signals", "what a signal may say, and which signals are worth a look"},
    {"decisions", "the cache of recent decisions"},
    {"entry", "orders that open a position"},
    {"position", "stops, targets, age, and what ends a position"},
    {"risk", "sizing, leverage caps and the controls C3 to C33"},
    {"breaker", "the circuit breaker: what warns, reduces, trips, and how it opens again"},
    {"sim", "the simulated exchange and the simulated run"},
    {"live", "the executor: its venue and how it is reached; a simulated run uses none of it"},
    {"fees", "what a venue asks for a trade, by volume"},
    {"symbols", "which symbols may be traded, and by which names"},
};

static int64_t row_value(const struct config *self, int32_t table, int32_t row)
{
    return *config_value(self, (struct config_place){PLACE_ROW, table, row});
}

static void list_json(const struct config_list *list, FILE *stream)
{
    (void)fputc('[', stream);
    for (int32_t i = 0; i < list->count; i++) {
        (void)fputs(i > 0 ? ", " : "", stream);
        json_string_write(slice_of(list->names[i]), stream);
    }
    (void)fputc(']', stream);
}

static void alias_json(const struct config *self, FILE *stream)
{
    (void)fputc('{', stream);
    for (int32_t i = 0; i < self->alias_name.count; i++) {
        (void)fputs(i > 0 ? ", " : "", stream);
        json_string_write(slice_of(self->alias_name.names[i]), stream);
        (void)fputs(": ", stream);
        json_string_write(slice_of(self->alias_symbol.names[i]), stream);
    }
    (void)fputc('}', stream);
}

/* A list that was not given is not the empty one. */
static void given_list_json(const struct config_list *list, bool given, FILE *stream)
{
    if (given) {
        list_json(list, stream);
    } else {
        (void)fputs("null", stream);
    }
}

char *config_json(const struct config *self)
{
    char *memory = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&memory, &size);
    CHECK(stream != NULL);
    (void)fputc('{', stream);
    for (int32_t table = 0; table < self->table_count; table++) {
        for (int32_t row = 0; row < self->tables[table].row_count; row++) {
            const struct setting_row *setting = &self->tables[table].rows[row];
            char text[SETTING_TEXT_BYTES];
            setting_format(setting, row_value(self, table, row), text);
            (void)fprintf(stream, "\"%s\": %s, ", setting->key, text);
        }
    }
    for (int32_t row = 0; row < self->text_count; row++) {
        (void)fprintf(stream, "\"%s\": ", self->text_rows[row].key);
        config_text_json(self, row, stream);
        (void)fputs(", ", stream);
    }
    (void)fputs("\"symbols.allow\": ", stream);
    given_list_json(&self->allow, self->allow_given, stream);
    (void)fputs(", \"symbols.liquid\": ", stream);
    given_list_json(&self->liquid, self->liquid_given, stream);
    (void)fputs(", \"fees.ladder\": ", stream);
    list_json(&self->ladder, stream);
    (void)fputs(", \"symbols.alias\": ", stream);
    alias_json(self, stream);
    (void)fputc('}', stream);
    CHECK(fclose(stream) == 0 && memory != NULL);
    return memory;
}

/* ---- the reference ---- */

static size_t section_length(const char *key)
{
    const char *dot = strchr(key, '.');
    return dot != NULL ? (size_t)(dot - key) : 0;
}

static void section_open(const char *key, size_t length, FILE *stream)
{
    const char *sentence = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) {
        if (strlen(sections[i].name) == length && memcmp(sections[i].name, key, length) == 0) {
            sentence = sections[i].sentence;
        }
    }
    (void)fprintf(stream, "  // ---- %.*s", (int)length, key);
    if (sentence != NULL) {
        (void)fprintf(stream, ": %s", sentence);
    }
    (void)fprintf(stream, " ----\n  \"%.*s\": {\n", (int)length, key);
}

/* A ratio is easier to judge in per cent. */
static void percent_print(const struct setting_row *row, FILE *stream)
{
    bool small = row->initial > 0 && row->initial < ONE_E9;
    if (row->unit == UNIT_RATIO && small) {
        char digits[DECIMAL_BYTES];
        (void)decimal_format(row->initial, 7, digits);
        (void)fprintf(stream, " (%s%%)", digits);
    }
}

static void row_print(const struct setting_row *row, int64_t value, const char *end, FILE *stream)
{
    char unit[SETTING_REASON_BYTES];
    char initial[SETTING_TEXT_BYTES];
    char current[SETTING_TEXT_BYTES];
    setting_describe(row, unit);
    setting_format(row, row->initial, initial);
    setting_format(row, value, current);
    (void)fprintf(stream, "    // %s\n", row->documentation);
    (void)fprintf(stream, "    //   %s; default %s", unit, initial);
    percent_print(row, stream);
    (void)fprintf(stream, "\n    \"%s\": %s%s\n", row->key + section_length(row->key) + 1, current,
                  end);
}

static const struct setting_row *row_after(const struct config_table *table, int32_t row)
{
    return row + 1 < table->row_count ? &table->rows[row + 1] : NULL;
}

static bool same_section(const struct setting_row *a, const struct setting_row *b)
{
    size_t length = section_length(a->key);
    return b != NULL && section_length(b->key) == length && memcmp(a->key, b->key, length) == 0;
}

/* The texts of a section stand above its values. */
static void texts_print(const struct config *self, const char *key, FILE *stream)
{
    size_t length = section_length(key);
    for (int32_t row = 0; row < self->text_count; row++) {
        const struct text_row *text = &self->text_rows[row];
        if (section_length(text->key) != length || memcmp(text->key, key, length) != 0) {
            continue;
        }
        (void)fprintf(stream, "    // %s\n    //   %s, at most %d bytes; default %s\n    \"%s\": ",
                      text->documentation, text->list ? "list of texts" : "text", text->bytes - 1,
                      text->initial[0] == '\0' ? "none" : text->initial, text->key + length + 1);
        config_text_json(self, row, stream);
        (void)fputs(",\n", stream);
    }
}

static void table_print(const struct config *self, int32_t index, FILE *stream)
{
    const struct config_table *table = &self->tables[index];
    for (int32_t row = 0; row < table->row_count; row++) {
        const struct setting_row *setting = &table->rows[row];
        if (row == 0 || !same_section(setting, &table->rows[row - 1])) {
            section_open(setting->key, section_length(setting->key), stream);
            texts_print(self, setting->key, stream);
        }
        bool last = !same_section(setting, row_after(table, row));
        row_print(setting, row_value(self, index, row), last ? "" : ",", stream);
        (void)fputs(last ? "  },\n\n" : "", stream);
    }
}

static void symbols_print(const struct config *self, FILE *stream)
{
    section_open("symbols", strlen("symbols"), stream);
    (void)fputs(
        "    // C2: the allow-list of symbols; in a simulated run none given = every symbol "
        "of the market\n    //   list of symbols, as the venue writes them; default: not "
        "given\n",
        stream);
    (void)fputs(self->allow_given ? "    \"allow\": " : "    // \"allow\": [\"DOGEUSDT\"", stream);
    if (self->allow_given) {
        list_json(&self->allow, stream);
        (void)fputs(",\n", stream);
    } else {
        (void)fputs("],\n", stream);
    }
    (void)fputs("    // The liquid class of C6, C8 and C21; none given = BTC and ETH\n"
                "    //   list of symbols; default: not given\n",
                stream);
    (void)fputs(self->liquid_given ? "    \"liquid\": " : "    // \"liquid\": [\"BTCUSDT\"",
                stream);
    if (self->liquid_given) {
        list_json(&self->liquid, stream);
        (void)fputs(",\n", stream);
    } else {
        (void)fputs("],\n", stream);
    }
    (void)fputs("    // Other names that signals use for a symbol\n"
                "    //   object of name: symbol, at most 512; default {}\n    \"alias\": ",
                stream);
    alias_json(self, stream);
    (void)fputs("\n  }\n", stream);
}

static void fees_print(const struct config *self, FILE *stream)
{
    section_open("fees", strlen("fees"), stream);
    (void)fputs("    // Maker and taker fees by executed volume, decided at 00:00 UTC from "
                "sim.fee_window days;\n    // none given = each instrument's own fees\n"
                "    //   list of \"volume:maker:taker\", volumes ascending from 0; default: not "
                "given\n",
                stream);
    (void)fputs(self->ladder_given
                    ? "    \"ladder\": "
                    : "    // \"ladder\": [\"0:0.02%:0.05%\", \"5000000:0.015%:0.04%\"]",
                stream);
    if (self->ladder_given) {
        list_json(&self->ladder, stream);
    }
    (void)fputs("\n  },\n\n", stream);
}

void config_print(const struct config *self, FILE *stream)
{
    (void)fputs(
        "// The configuration of Cerberus: every key with its meaning, unit, range and default.\n"
        "// JSON with comments. Save it, keep the lines that you change, delete the rest: a "
        "missing\n"
        "// key has its default. On the command line: --set section.key=value, which wins.\n"
        "// Ratios: 0.005 or \"0.5%\". Money: a number or a string. Durations: \"100ms\", "
        "\"90s\",\n"
        "// \"5m\", \"1h\", \"2d\". null: not set.\n"
        "{\n",
        stream);
    for (int32_t table = 0; table < self->table_count; table++) {
        table_print(self, table, stream);
    }
    fees_print(self, stream);
    symbols_print(self, stream);
    (void)fputs("}\n", stream);
}
