/* config.h - configuration: JSON with // comments, --set key=value, and the printed reference of every key.
 * One table a struct (struct setting_row) documents, bounds and defaults each key; this file knows no key by name but the
 * lists below. Values: COUNT number; SWITCH true/false; RATIO 0.005 or "0.5%"; MONEY number or string; DURATION "90s", "1h",
 * "100ms", "2d" (a bare number is refused: name the unit); word lists by word; null = unset where the row allows -1.
 * Keys are dotted in --set and nested or dotted in JSON. Lists: "symbols.allow" (C2), "symbols.liquid", "fees.ladder" (steps
 * as text, sim/exchange/fee_ladder.h): JSON arrays, in --set separated by commas; "symbols.alias": an object name -> symbol,
 *          in --set "symbols.alias.NAME=SYMBOL". Texts (paths, addresses, names) stand in a table of their own, struct text_row;
 * a
 *          list of texts is a JSON array, in --set separated by commas.
 * Order    files and --set are applied as they come, the last one wins; within one file a key may stand once. A list is
 *          replaced whole, an alias by its name. The values hold the program's defaults before the first of them.
 * Failure  false and an error (exit 2) with file:line of the key; values set before the fault stay set. Unknown keys are
 *          errors with the nearest valid name. */
#ifndef DATA_CONFIG_H
#define DATA_CONFIG_H

#include "core/settings.h"
#include "data/error.h"

struct config_table {
    const struct setting_row *rows;
    int32_t row_count;
    void *values; /* the struct whose int64_t fields the rows' offsets name */
};

/* A text, or a list of texts, one a line: in a char array of the table's values. */
struct text_row {
    const char *key;
    const char *documentation;
    const char *initial;
    size_t offset;
    int32_t bytes; /* of the array */
    bool list;
};

enum {
    CONFIG_TEXTS_MAX = 32,
    CONFIG_TABLES_MAX = 4,
    CONFIG_LIST_MAX = INSTRUMENTS_MAX,
    CONFIG_NAME_BYTES = 64,
    CONFIG_ROWS_MAX = 512
};

struct config_list {
    int32_t count;
    char names[CONFIG_LIST_MAX][CONFIG_NAME_BYTES];
};

struct config {
    struct config_table tables[CONFIG_TABLES_MAX];
    int32_t table_count;
    const struct text_row *text_rows; /* one table of texts; NULL: none */
    int32_t text_count;
    char *text_values;
    uint8_t text_given[CONFIG_TEXTS_MAX];
    struct config_list allow, liquid, ladder;
    struct config_list alias_name, alias_symbol; /* pairs by index */
    /* By table and row: set by file or --set (the program's own defaults apply only where it is not). */
    uint8_t given[CONFIG_TABLES_MAX][CONFIG_ROWS_MAX];
    bool allow_given, liquid_given, alias_given, ladder_given;
};

void config_init(struct config *self);
void config_table_add(struct config *self,
                      const struct setting_row *rows,
                      int32_t row_count,
                      void *values);
/* The one table of texts; sets them to what they are initially. */
void config_texts_add(struct config *self,
                      const struct text_row *rows,
                      int32_t row_count,
                      void *values);
/* path "-": standard input. */
MUST_USE bool config_load_file(struct config *self, const char *path, struct error *error);
/* "key=value", as text of --set. */
MUST_USE bool config_set(struct config *self, const char *assignment, struct error *error);
/* Also for the four lists; false for a key that there is not. */
bool config_given(const struct config *self, const char *key);
/* Text as a file holds it; name stands in messages. For tests and other sources. */
MUST_USE bool config_load_text(
    struct config *self, const char *text, size_t length, const char *name, struct error *error);
/* Every key in force, as one JSON object in key order of the tables: what `runs.config` stores; free() it. */
char *config_json(const struct config *self);
/* The commented reference with the values in force (valid input of config_load_file): documentation, unit, range, default. */
void config_print(const struct config *self, FILE *stream);

#endif
