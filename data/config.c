#include "data/config.h"

#include <string.h>

#include "data/config_internal.h"
#include "data/config_values.h"

static const char key_allow[] = "symbols.allow";
static const char key_liquid[] = "symbols.liquid";
static const char key_ladder[] = "fees.ladder";
static const char key_alias[] = "symbols.alias";

void config_init(struct config *self)
{
    memset(self, 0, sizeof(*self));
}

void config_table_add(struct config *self,
                      const struct setting_row *rows,
                      int32_t row_count,
                      void *values)
{
    CHECK(self->table_count < CONFIG_TABLES_MAX);
    CHECK(row_count <= CONFIG_ROWS_MAX);
    for (int32_t row = 0; row < row_count; row++) {
        CHECK(strchr(rows[row].key, '.') != NULL); /* every key stands in a section */
    }
    self->tables[self->table_count] = (struct config_table){rows, row_count, values};
    self->table_count++;
}

const struct setting_row *config_row(const struct config *self, struct config_place place)
{
    CHECK(place.kind == PLACE_ROW);
    return &self->tables[place.table].rows[place.row];
}

int64_t *config_value(const struct config *self, struct config_place place)
{
    char *base = self->tables[place.table].values;
    void *field = base + config_row(self, place)->offset;
    return field;
}

struct config_place config_find(const struct config *self, const char *key)
{
    for (int32_t table = 0; table < self->table_count; table++) {
        for (int32_t row = 0; row < self->tables[table].row_count; row++) {
            if (strcmp(self->tables[table].rows[row].key, key) == 0) {
                return (struct config_place){PLACE_ROW, table, row};
            }
        }
    }
    struct config_place place = {PLACE_NONE, 0, config_text_find(self, key)};
    if (place.row >= 0) {
        place.kind = PLACE_TEXT;
        return place;
    }
    if (strcmp(key, key_allow) == 0) {
        place.kind = PLACE_ALLOW;
    } else if (strcmp(key, key_liquid) == 0) {
        place.kind = PLACE_LIQUID;
    } else if (strcmp(key, key_ladder) == 0) {
        place.kind = PLACE_LADDER;
    } else if (strcmp(key, key_alias) == 0) {
        place.kind = PLACE_ALIAS;
    }
    return place;
}

/* A key without its section ("starting_balance") is nearer than any misspelling. */
static int key_distance(const char *valid, const char *wrong)
{
    size_t length_valid = strlen(valid);
    size_t length_wrong = strlen(wrong);
    if (length_wrong > 0 && length_valid > length_wrong) {
        const char *tail = valid + length_valid - length_wrong;
        if (tail[-1] == '.' && strcmp(tail, wrong) == 0) {
            return 0;
        }
    }
    return text_distance(valid, wrong);
}

const char *config_nearest(const struct config *self, const char *key)
{
    static const char *const lists[] = {key_allow, key_liquid, key_ladder, key_alias};
    const char *nearest = lists[0];
    int distance = key_distance(nearest, key);
    for (size_t i = 1; i < ARRAY_COUNT(lists); i++) {
        if (key_distance(lists[i], key) < distance) {
            distance = key_distance(lists[i], key);
            nearest = lists[i];
        }
    }
    for (int32_t row = 0; row < self->text_count; row++) {
        const char *valid = self->text_rows[row].key;
        if (key_distance(valid, key) < distance) {
            distance = key_distance(valid, key);
            nearest = valid;
        }
    }
    for (int32_t table = 0; table < self->table_count; table++) {
        for (int32_t row = 0; row < self->tables[table].row_count; row++) {
            const char *valid = self->tables[table].rows[row].key;
            int other = key_distance(valid, key);
            if (other < distance) {
                distance = other;
                nearest = valid;
            }
        }
    }
    return nearest;
}

static bool name_copy(struct slice name, char out[CONFIG_NAME_BYTES])
{
    struct slice trimmed = slice_trim(name);
    return trimmed.length > 0 && slice_copy(trimmed, out, CONFIG_NAME_BYTES);
}

bool config_list_add(struct config_list *self, struct slice name)
{
    if (self->count == CONFIG_LIST_MAX || !name_copy(name, self->names[self->count])) {
        return false;
    }
    self->count++;
    return true;
}

void config_list_unset(struct config *self, enum config_place_kind kind)
{
    (void)config_list_restart(self, kind);
    *(kind == PLACE_ALLOW ? &self->allow_given : &self->liquid_given) = false;
}

struct config_list *config_list_restart(struct config *self, enum config_place_kind kind)
{
    CHECK(kind == PLACE_ALLOW || kind == PLACE_LIQUID || kind == PLACE_LADDER);
    struct config_list *list = &self->allow;
    bool *given = &self->allow_given;
    if (kind == PLACE_LIQUID) {
        list = &self->liquid;
        given = &self->liquid_given;
    } else if (kind == PLACE_LADDER) {
        list = &self->ladder;
        given = &self->ladder_given;
    }
    list->count = 0;
    *given = true;
    return list;
}

bool config_alias_add(struct config *self, struct slice name, struct slice symbol)
{
    char wanted[CONFIG_NAME_BYTES];
    if (!name_copy(name, wanted)) {
        return false;
    }
    self->alias_given = true;
    for (int32_t i = 0; i < self->alias_name.count; i++) {
        if (strcmp(self->alias_name.names[i], wanted) == 0) {
            return name_copy(symbol, self->alias_symbol.names[i]);
        }
    }
    if (!config_list_add(&self->alias_symbol, symbol)) {
        return false;
    }
    bool added = config_list_add(&self->alias_name, name);
    CHECK(added); /* the two lists have one length, and the name was tried above */
    return true;
}

bool config_given(const struct config *self, const char *key)
{
    struct config_place place = config_find(self, key);
    switch (place.kind) {
    case PLACE_ROW: return self->given[place.table][place.row] != 0;
    case PLACE_TEXT: return self->text_given[place.row] != 0;
    case PLACE_ALLOW: return self->allow_given;
    case PLACE_LIQUID: return self->liquid_given;
    case PLACE_LADDER: return self->ladder_given;
    case PLACE_ALIAS: return self->alias_given;
    case PLACE_NONE: return false;
    }
    return false;
}

/* Names separated by commas; an empty text is an empty list. */
static bool
list_set(struct config_list *list, struct slice text, const char *key, struct error *error)
{
    struct slice rest = slice_trim(text);
    while (rest.length > 0) {
        const char *comma = memchr(rest.text, ',', rest.length);
        size_t length = comma != NULL ? (size_t)(comma - rest.text) : rest.length;
        if (!config_list_add(list, (struct slice){rest.text, length})) {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "--set %s: '%.*s' is no name: give symbols of 1 to %d characters "
                             "separated by commas, at most %d",
                             key, (int)(length < 40 ? length : 40), rest.text,
                             CONFIG_NAME_BYTES - 1, CONFIG_LIST_MAX);
        }
        size_t used = comma != NULL ? length + 1 : length;
        rest = (struct slice){rest.text + used, rest.length - used};
    }
    return true;
}

static bool
row_set(struct config *self, struct config_place place, struct slice text, struct error *error)
{
    char reason[SETTING_REASON_BYTES];
    const struct setting_row *row = config_row(self, place);
    if (!setting_parse(row, SETTING_BARE, text, config_value(self, place), reason)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "--set %s: %s", row->key, reason);
    }
    self->given[place.table][place.row] = 1;
    return true;
}

static bool
alias_set(struct config *self, const char *name, struct slice symbol, struct error *error)
{
    if (!config_alias_add(self, slice_of(name), symbol)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--set symbols.alias.%s: not a name and a symbol of 1 to %d characters: "
                         "write symbols.alias.NAME=SYMBOL",
                         name, CONFIG_NAME_BYTES - 1);
    }
    return true;
}

/* Splits "key=value"; false: there is no '=', or the key does not fit. */
static bool assignment_split(const char *text, char key[CONFIG_KEY_BYTES], struct slice *value)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL) {
        return false;
    }
    struct slice name = slice_trim((struct slice){text, (size_t)(equals - text)});
    *value = slice_of(equals + 1);
    return name.length > 0 && slice_copy(name, key, CONFIG_KEY_BYTES);
}

bool config_set(struct config *self, const char *assignment, struct error *error)
{
    char key[CONFIG_KEY_BYTES];
    struct slice value;
    if (!assignment_split(assignment, key, &value)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--set '%.80s' is not key=value: write for example risk.per_trade=0.5%%",
                         assignment);
    }
    struct config_place place = config_find(self, key);
    if (place.kind == PLACE_ROW) {
        return row_set(self, place, value, error);
    }
    if (place.kind == PLACE_TEXT) {
        return config_text_set(self, place, value) ||
               error_set(error, EXIT_CODE_USAGE, NULL, 0, "--set %s: %s", key, CONFIG_TEXT_REFUSED);
    }
    if (place.kind == PLACE_ALLOW || place.kind == PLACE_LIQUID || place.kind == PLACE_LADDER) {
        return list_set(config_list_restart(self, place.kind), value, key, error);
    }
    size_t length = strlen(key_alias);
    if (strncmp(key, key_alias, length) == 0 && (key[length] == '.' || key[length] == '\0')) {
        return alias_set(self, key[length] == '.' ? key + length + 1 : "", value, error);
    }
    return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                     "--set %s: there is no such key: did you mean %s?", key,
                     config_nearest(self, key));
}
