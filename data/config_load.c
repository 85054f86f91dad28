#include <stdlib.h>
#include <string.h>

#include "data/config.h"
#include "data/config_internal.h"
#include "data/config_values.h"
#include "data/json.h"
#include "data/json_text.h"
#include "data/source.h"

enum { CONFIG_FILE_BYTES = 1 << 20, CONFIG_DEPTH = 8 };

/* One file on its way in. */
struct loader {
    struct config *config;
    struct slice text; /* comments blanked: where the lines of keys are looked up */
    const char *name;
    struct error *error;
    uint8_t seen[CONFIG_TABLES_MAX][CONFIG_ROWS_MAX]; /* keys of this file */
    uint8_t text_seen[CONFIG_TEXTS_MAX];
};

/* ---- the line of a key: jansson keeps none, so the text is walked once more, for messages alone
 * ---- */

static int64_t line_of(struct slice text, const char *at)
{
    int64_t line = 1;
    for (const char *byte = text.text; byte < at; byte++) {
        line += *byte == '\n' ? 1 : 0;
    }
    return line;
}

/* Bytes of `path` that this member's name takes: the whole of it, or up to a dot. 0: another
 * member. */
static size_t name_match(struct slice raw, const char *path)
{
    char name[CONFIG_KEY_BYTES];
    size_t length = 0;
    struct slice quoted = {raw.text - 1, raw.length + 2};
    if (!json_text_string(quoted, name, sizeof(name), &length) || length == 0 ||
        strncmp(name, path, length) != 0) {
        return 0;
    }
    return path[length] == '\0' || path[length] == '.' ? length : 0;
}

/* Line of the member that a dotted path leads to; of the nearest one that was found on the way. */
static int64_t key_line(const struct loader *self, const char *path)
{
    struct slice object = self->text;
    const char *found = self->text.text;
    bool deeper = true;
    while (deeper) {
        struct json_walk walk;
        struct slice key;
        struct slice value;
        deeper = false;
        if (!json_walk_open(&walk, object, '{')) {
            break;
        }
        while (!deeper && json_walk_next(&walk, &key, &value)) {
            size_t used = name_match(key, path);
            if (used > 0) {
                found = key.text;
                path += used;
                deeper = *path == '.';
                path += deeper ? 1 : 0;
                object = value;
                break;
            }
        }
    }
    return line_of(self->text, found);
}

static bool fail(struct loader *self, const char *path, const char *text)
{
    return error_set(self->error, EXIT_CODE_USAGE, self->name, key_line(self, path), "%s: %s", path,
                     text);
}

/* ---- values ---- */

/* A JSON scalar as text: a real by %.15g (DESIGN 7). False: it is an array or an object. */
static bool
scalar_text(const json_t *value, char buffer[64], struct slice *text, enum setting_form *form)
{
    int length = 0;
    switch (json_typeof(value)) {
    case JSON_STRING:
        *form = SETTING_STRING;
        *text = (struct slice){json_string_value(value), json_string_length(value)};
        return true;
    case JSON_INTEGER:
        *form = SETTING_NUMBER;
        length = snprintf(buffer, 64, "%lld", json_integer_value(value));
        break;
    case JSON_REAL:
        *form = SETTING_NUMBER;
        length = snprintf(buffer, 64, "%.15g", json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        *form = SETTING_BOOLEAN;
        length = snprintf(buffer, 64, "%s", json_is_true(value) ? "true" : "false");
        break;
    case JSON_NULL:
        *form = SETTING_NULL;
        length = snprintf(buffer, 64, "null");
        break;
    case JSON_OBJECT:
    case JSON_ARRAY: return false;
    }
    *text = (struct slice){buffer, (size_t)length};
    return true;
}

static bool
row_load(struct loader *self, struct config_place place, const char *path, const json_t *value)
{
    char buffer[64];
    char reason[SETTING_REASON_BYTES];
    struct slice text;
    enum setting_form form = SETTING_NULL;
    if (self->seen[place.table][place.row] != 0) {
        return fail(self, path, "the key stands twice in this file: keep one of the two");
    }
    self->seen[place.table][place.row] = 1;
    if (!scalar_text(value, buffer, &text, &form)) {
        return fail(self, path,
                    "an object or a list stands where one value belongs: write one value");
    }
    const struct setting_row *row = config_row(self->config, place);
    if (!setting_parse(row, form, text, config_value(self->config, place), reason)) {
        return fail(self, path, reason);
    }
    self->config->given[place.table][place.row] = 1;
    return true;
}

static struct slice string_slice(const json_t *value)
{
    return json_is_string(value)
               ? (struct slice){json_string_value(value), json_string_length(value)}
               : (struct slice){"", 0};
}

static bool
text_load(struct loader *self, struct config_place place, const char *path, const json_t *value)
{
    const struct text_row *row = config_text_row(self->config, place);
    if (self->text_seen[place.row] != 0) {
        return fail(self, path, "the key stands twice in this file: keep one of the two");
    }
    self->text_seen[place.row] = 1;
    config_text_restart(self->config, place);
    if (row->list != json_is_array(value) || (!row->list && !json_is_string(value))) {
        return fail(self, path,
                    row->list ? "is not a list: write [\"one\", \"two\"]"
                              : "is not a text: write it in quotes");
    }
    size_t count = row->list ? json_array_size(value) : 1;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = row->list ? json_array_get(value, i) : value;
        if (!json_is_string(item) || !config_text_add(self->config, place, string_slice(item))) {
            return fail(self, path, CONFIG_TEXT_REFUSED);
        }
    }
    return true;
}

static bool
list_load(struct loader *self, enum config_place_kind kind, const char *path, const json_t *value)
{
    if (json_is_null(value)) {
        config_list_unset(self->config, kind);
        return true;
    }
    if (!json_is_array(value)) {
        return fail(self, path, "is not a list: write [\"DOGEUSDT\", \"PEPEUSDT\"]");
    }
    struct config_list *list = config_list_restart(self->config, kind);
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!config_list_add(list, string_slice(json_array_get(value, i)))) {
            return fail(self, path,
                        "an entry is no name, or there are more than 512: write symbols as strings "
                        "of 1 to 63 characters");
        }
    }
    return true;
}

static bool alias_load(struct loader *self, const char *path, json_t *value)
{
    if (!json_is_object(value)) {
        return fail(self, path, "is not an object: write {\"doge\": \"DOGEUSDT\"}");
    }
    const char *name = NULL;
    json_t *symbol = NULL;
    json_object_foreach(value, name, symbol)
    {
        if (!config_alias_add(self->config, slice_of(name), string_slice(symbol))) {
            return fail(self, path,
                        "an entry is not name and symbol, or there are more than 512: write "
                        "{\"doge\": \"DOGEUSDT\"}");
        }
    }
    self->config->alias_given = true;
    return true;
}

/* ---- the walk: an explicit stack of objects, so that no file can exhaust ours ---- */

struct level {
    json_t *object;
    void *iterator;
    size_t path_length; /* of the dotted path up to this object, its dot included */
};

static bool unknown_key(struct loader *self, const char *path)
{
    char text[ERROR_TEXT_BYTES / 2];
    const char *nearest = config_nearest(self->config, path);
    (void)snprintf(text, sizeof(text), "there is no such key: did you mean %s?", nearest);
    return fail(self, path, text);
}

/* Handles one member; *descend: it is a section of which the members follow. */
static bool member_load(struct loader *self, const char *path, json_t *value, bool *descend)
{
    struct config_place place = config_find(self->config, path);
    *descend = false;
    switch (place.kind) {
    case PLACE_ROW: return row_load(self, place, path, value);
    case PLACE_TEXT: return text_load(self, place, path, value);
    case PLACE_ALLOW:
    case PLACE_LIQUID:
    case PLACE_LADDER: return list_load(self, place.kind, path, value);
    case PLACE_ALIAS: return alias_load(self, path, value);
    case PLACE_NONE: break;
    }
    *descend = json_is_object(value);
    return *descend || unknown_key(self, path);
}

static bool path_extend(char path[CONFIG_KEY_BYTES], size_t at, const char *name)
{
    size_t length = strlen(name);
    if (at + length + 2 > CONFIG_KEY_BYTES) {
        return false;
    }
    memcpy(path + at, name, length + 1);
    return true;
}

static bool object_load(struct loader *self, json_t *root)
{
    struct level levels[CONFIG_DEPTH];
    char path[CONFIG_KEY_BYTES];
    int depth = 1;
    levels[0] = (struct level){root, json_object_iter(root), 0};
    while (depth > 0) {
        struct level *level = &levels[depth - 1];
        if (level->iterator == NULL) {
            depth--;
            continue;
        }
        const char *name = json_object_iter_key(level->iterator);
        json_t *value = json_object_iter_value(level->iterator);
        size_t at = level->path_length;
        level->iterator = json_object_iter_next(level->object, level->iterator);
        if (!path_extend(path, at, name)) {
            path[at] = '\0';
            return fail(self, path,
                        "a key below is longer than 126 characters: there is none such");
        }
        bool descend = false;
        if (!member_load(self, path, value, &descend)) {
            return false;
        }
        if (!descend) {
            continue;
        }
        if (depth == CONFIG_DEPTH) {
            return fail(self, path, "sections are nested too deep: no key lies there");
        }
        size_t length = strlen(path);
        path[length] = '.';
        levels[depth] = (struct level){value, json_object_iter(value), length + 1};
        depth++;
    }
    return true;
}

bool config_load_text(
    struct config *self, const char *text, size_t length, const char *name, struct error *error)
{
    char *copy = malloc(length + 1);
    if (copy == NULL) {
        return error_set(error, EXIT_CODE_OPERATING, name, 0, "no memory: free some and try again");
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    json_comments_blank(copy, length);
    struct loader loader = {.config = self, .text = {copy, length}, .name = name, .error = error};
    json_t *root = json_document(loader.text, name, 1, EXIT_CODE_USAGE, error);
    bool loaded = root != NULL;
    if (loaded && !json_is_object(root)) {
        loaded = error_set(error, EXIT_CODE_USAGE, name, 1,
                           "the configuration is not a JSON object: begin with { and end with }");
    }
    loaded = loaded && object_load(&loader, root);
    json_decref(root);
    free(copy);
    return loaded;
}

bool config_load_file(struct config *self, const char *path, struct error *error)
{
    const char *file = strcmp(path, "-") == 0 ? "/dev/stdin" : path;
    struct source *source = source_open(file, error);
    size_t length = 0;
    char *text = source != NULL ? source_read_all(source, CONFIG_FILE_BYTES, &length, error) : NULL;
    source_close(source);
    if (text == NULL) {
        /* A configuration that cannot be read is a fault of the call, not of the market's data. */
        error->code = error->code == EXIT_CODE_DATA ? EXIT_CODE_USAGE : error->code;
        return false;
    }
    bool loaded = config_load_text(self, text, length, path, error);
    free(text);
    return loaded;
}
