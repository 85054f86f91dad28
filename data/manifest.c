#include "data/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/instant.h"
#include "data/json.h"
#include "data/memory.h"
#include "data/source.h"

enum { MANIFEST_BYTES_MAX = 64 << 20, FILES_MAX = 1 << 16, PLACES_BYTES = ERROR_TEXT_BYTES / 2 };

struct manifest_reading {
    struct manifest *manifest;
    bool find;
    bool rules; /* no files of the market */
    struct error *error;
};

static bool wrong(const struct manifest_reading *self, const char *key, const char *what)
{
    return error_set(self->error, EXIT_CODE_DATA, self->manifest->path, 0, "%s: %s", key, what);
}

/* ---- the places of a file ---- */

/* The folder of path, without its last slash: "." where there is none, "" for the root. */
static void folder_of(const char *path, char out[ERROR_PATH_BYTES])
{
    (void)snprintf(out, ERROR_PATH_BYTES, "%s", path);
    char *slash = strrchr(out, '/');
    if (slash == NULL) {
        memcpy(out, ".", 2);
    } else {
        *slash = '\0';
    }
}

/* One folder up; false at the root. The folder is absolute. */
static bool folder_up(char folder[ERROR_PATH_BYTES])
{
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    return true;
}

static bool
join(char out[ERROR_PATH_BYTES], const char *folder, const char *name, struct error *error)
{
    int length = snprintf(out, ERROR_PATH_BYTES, "%s/%s", folder, name);
    if (length < 0 || length >= ERROR_PATH_BYTES) {
        return error_set(error, EXIT_CODE_DATA, name, 0, "the path is too long");
    }
    return true;
}

/* Remembers a folder that was searched; when there are too many, the first ones are told. */
static void place_add(char places[PLACES_BYTES], const char *folder)
{
    size_t used = strlen(places), length = strlen(folder);
    if (used + length + 2 < PLACES_BYTES) {
        places[used] = ' ';
        memcpy(places + used + 1, folder, length + 1);
    }
}

static bool not_found(const struct manifest_reading *self, const char *name, const char *places)
{
    return error_set(self->error, EXIT_CODE_DATA, self->manifest->path, 0,
                     "names '%s', which is in none of:%s: put it there or correct the manifest",
                     name, places);
}

/* Parents are those of the real folder: "./m.json" has some too. Below the real folder the path
 * stays as short as it was given. */
static bool
file_find(const struct manifest_reading *self, const char *name, char out[ERROR_PATH_BYTES])
{
    char folder[ERROR_PATH_BYTES], real[ERROR_PATH_BYTES], places[PLACES_BYTES] = "";
    folder_of(self->manifest->path, folder);
    if (!join(out, folder, name, self->error)) {
        return false;
    }
    if (name[0] == '/') {
        (void)snprintf(out, ERROR_PATH_BYTES, "%s", name);
        return access(out, F_OK) == 0 || not_found(self, name, " the root of the file system");
    }
    if (access(out, F_OK) == 0) {
        return true;
    }
    char *absolute = realpath(folder[0] != '\0' ? folder : "/", NULL);
    (void)snprintf(real, sizeof(real), "%s", absolute != NULL ? absolute : folder);
    free(absolute);
    do {
        place_add(places, real[0] != '\0' ? real : "/");
        if (!join(out, real, name, self->error)) {
            return false;
        }
        if (access(out, F_OK) == 0) {
            return true;
        }
    } while (folder_up(real));
    return not_found(self, name, places);
}

/* ---- values ---- */

static bool path_read(const struct manifest_reading *self,
                      const char *key,
                      const json_t *value,
                      char out[ERROR_PATH_BYTES])
{
    const char *name = json_string_value(value);
    if (name == NULL || name[0] == '\0') {
        return wrong(self, key, "expected the path of a file");
    }
    if (self->find) {
        return file_find(self, name, out);
    }
    (void)snprintf(out, ERROR_PATH_BYTES, "%s", name);
    return true;
}

/* Marks of one symbol under two keys have two intervals and cannot be joined: the first counts. */
static bool
marks_elsewhere(const struct manifest_reading *self, const char *key, const char *symbol)
{
    for (int32_t i = 0; i < self->manifest->count; i++) {
        const struct manifest_entry *entry = &self->manifest->entries[i];
        if (entry->kind == MANIFEST_MARKS && strcmp(entry->symbol, symbol) == 0 &&
            strncmp(entry->key, key, sizeof(entry->key) - 1) != 0) {
            return true;
        }
    }
    return false;
}

static bool entry_add(const struct manifest_reading *self,
                      enum manifest_kind kind,
                      const char *key,
                      const char *symbol,
                      const json_t *value)
{
    struct manifest *manifest = self->manifest;
    char path[ERROR_PATH_BYTES];
    if (kind == MANIFEST_MARKS && marks_elsewhere(self, key, symbol)) {
        return true;
    }
    if (!path_read(self, symbol, value, path)) {
        return false;
    }
    if (manifest->count == FILES_MAX) {
        return wrong(self, symbol, "the manifest names too many files");
    }
    if (manifest->count == manifest->capacity) {
        manifest->capacity = manifest->capacity > 0 ? manifest->capacity * 2 : 64;
        size_t bytes = (size_t)manifest->capacity * sizeof(struct manifest_entry);
        manifest->entries = memory_or_panic(realloc(manifest->entries, bytes));
    }
    struct manifest_entry *entry = &manifest->entries[manifest->count];
    memset(entry, 0, sizeof(*entry));
    memcpy(entry->symbol, symbol, strlen(symbol));
    entry->kind = kind;
    (void)slice_copy(slice_of(key), entry->key, sizeof(entry->key));
    entry->path = memory_or_panic(strdup(path));
    manifest->count++;
    return true;
}

/* One symbol: a path, or a list of paths that are joined. */
static bool symbol_read(const struct manifest_reading *self,
                        enum manifest_kind kind,
                        const char *key,
                        const char *symbol,
                        const json_t *value)
{
    if (symbol[0] == '\0' || strlen(symbol) >= SYMBOL_BYTES) {
        return wrong(self, symbol, "a symbol has 1 to 31 characters");
    }
    if (!json_is_array(value)) {
        return entry_add(self, kind, key, symbol, value);
    }
    size_t index = 0;
    const json_t *path = NULL;
    json_array_foreach(value, index, path)
    {
        if (!entry_add(self, kind, key, symbol, path)) {
            return false;
        }
    }
    return true;
}

static bool files_read(const struct manifest_reading *self,
                       enum manifest_kind kind,
                       const char *key,
                       json_t *value)
{
    if (!json_is_object(value)) {
        return wrong(self, key, "expected an object of symbols and paths");
    }
    const char *symbol = NULL;
    json_t *path = NULL;
    json_object_foreach(value, symbol, path)
    {
        if (!symbol_read(self, kind, key, symbol, path)) {
            return false;
        }
    }
    return true;
}

/* One symbol of "tape": which of its series stand where. */
static bool tape_symbol_read(const struct manifest_reading *self, const char *symbol, json_t *value)
{
    static const struct {
        const char *key;
        enum manifest_kind kind;
    } series[] = {{"trades", MANIFEST_TRADES},
                  {"book_ticker", MANIFEST_QUOTES},
                  {"depth_updates", MANIFEST_DEPTH},
                  {"depth_snapshot", MANIFEST_DEPTH_SNAPSHOT}};
    if (!json_is_object(value)) {
        return wrong(self, symbol,
                     "expected an object of trades, book_ticker, depth_updates, "
                     "depth_snapshot and their paths");
    }
    const char *key = NULL;
    json_t *path = NULL;
    json_object_foreach(value, key, path)
    {
        size_t at = 0;
        while (at < ARRAY_COUNT(series) && strcmp(series[at].key, key) != 0) {
            at++;
        }
        if (at == ARRAY_COUNT(series)) {
            return wrong(self, key,
                         "a tape has trades, book_ticker, depth_updates and "
                         "depth_snapshot: correct the key");
        }
        if (!symbol_read(self, series[at].kind, key, symbol, path)) {
            return false;
        }
    }
    return true;
}

static bool tape_read(const struct manifest_reading *self, const char *key, json_t *value)
{
    if (!json_is_object(value)) {
        return wrong(self, key, "expected an object of symbols");
    }
    const char *symbol = NULL;
    json_t *series = NULL;
    json_object_foreach(value, symbol, series)
    {
        if (!tape_symbol_read(self, symbol, series)) {
            return false;
        }
    }
    return true;
}

static bool instant_read(const json_t *value, int64_t *out)
{
    const char *text = json_string_value(value);
    return text != NULL && instant_parse(text, strlen(text), out);
}

static bool window_read(const struct manifest_reading *self, const json_t *value)
{
    struct market_range *window = &self->manifest->window;
    bool fine = json_array_size(value) == 2 &&
                instant_read(json_array_get(value, 0), &window->first_us) &&
                instant_read(json_array_get(value, 1), &window->last_us) &&
                window->first_us <= window->last_us;
    self->manifest->has_window = fine;
    return fine || wrong(self, "window", "expected two times, the first not after the last");
}

static bool text_read(const struct manifest_reading *self,
                      const char *key,
                      const json_t *value,
                      size_t capacity,
                      char *out)
{
    const char *text = json_string_value(value);
    if (text == NULL) {
        return wrong(self, key, "expected a text");
    }
    (void)slice_copy(slice_of(text), out, capacity);
    return true;
}

/* What names files of the market; true where the key is none of them. */
static bool market_key_read(const struct manifest_reading *self, const char *key, json_t *value)
{
    if (strcmp(key, "klines") == 0) {
        return files_read(self, MANIFEST_BARS, key, value);
    }
    if (strcmp(key, "mark") == 0 || strncmp(key, "mark_", 5) == 0) {
        return files_read(self, MANIFEST_MARKS, key, value);
    }
    if (strcmp(key, "funding") == 0) {
        return files_read(self, MANIFEST_FUNDING, key, value);
    }
    if (strcmp(key, "trades") == 0) {
        return files_read(self, MANIFEST_TRADES, key, value);
    }
    return strcmp(key, "tape") != 0 || tape_read(self, key, value);
}

static bool key_read(const struct manifest_reading *self, const char *key, json_t *value)
{
    struct manifest *manifest = self->manifest;
    if (strcmp(key, "leverage_tiers") == 0) {
        return path_read(self, key, value, manifest->tiers_path);
    }
    if (strcmp(key, "window") == 0) {
        return window_read(self, value);
    }
    if (strcmp(key, "venue") == 0) {
        return text_read(self, key, value, sizeof(manifest->venue), manifest->venue);
    }
    if (strcmp(key, "timeframe") == 0) {
        return text_read(self, key, value, sizeof(manifest->timeframe), manifest->timeframe);
    }
    return self->rules || market_key_read(self, key, value);
}

static bool object_read(const struct manifest_reading *self, json_t *root)
{
    if (!json_is_object(root)) {
        return wrong(self, "manifest", "expected one JSON object");
    }
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(root, key, value)
    {
        if (!key_read(self, key, value)) {
            return false;
        }
    }
    bool prices = self->rules;
    for (int32_t i = 0; i < self->manifest->count; i++) {
        enum manifest_kind kind = self->manifest->entries[i].kind;
        prices = prices || (kind != MANIFEST_MARKS && kind != MANIFEST_FUNDING);
    }
    return prices || wrong(self, "klines",
                           "the manifest names no candles, trades or tape: add \"klines\": "
                           "{\"SYMBOL\": \"FILE\"}");
}

static bool
text_parse(const struct manifest_reading *self, const char *path, const char *text, size_t length)
{
    struct manifest *manifest = self->manifest;
    memset(manifest, 0, sizeof(*manifest));
    (void)snprintf(manifest->path, sizeof(manifest->path), "%s", path);
    manifest->window.last_us = INSTANT_NEVER;
    json_t *root =
        json_document((struct slice){text, length}, path, 1, EXIT_CODE_DATA, self->error);
    if (root == NULL) {
        return false;
    }
    bool fine = object_read(self, root);
    json_decref(root);
    if (!fine) {
        manifest_release(manifest);
    }
    return fine;
}

bool manifest_parse(struct manifest *self,
                    const char *path,
                    const char *text,
                    size_t length,
                    bool find,
                    struct error *error)
{
    const struct manifest_reading reading = {.manifest = self, .find = find, .error = error};
    return text_parse(&reading, path, text, length);
}

static bool file_parse(const struct manifest_reading *self, const char *path)
{
    struct manifest *manifest = self->manifest;
    memset(manifest, 0, sizeof(*manifest));
    struct source *source = source_open(path, self->error);
    if (source == NULL) {
        return false;
    }
    size_t length = 0;
    char *text = source_read_all(source, MANIFEST_BYTES_MAX, &length, self->error);
    bool fine = text != NULL && text_parse(self, path, text, length);
    manifest->hash = fine ? source_hash(source) : 0;
    free(text);
    source_close(source);
    return fine;
}

bool manifest_load(struct manifest *self, const char *path, struct error *error)
{
    const struct manifest_reading reading = {.manifest = self, .find = true, .error = error};
    return file_parse(&reading, path);
}

bool manifest_load_rules(struct manifest *self, const char *path, struct error *error)
{
    const struct manifest_reading reading = {
        .manifest = self, .find = true, .rules = true, .error = error};
    return file_parse(&reading, path);
}

void manifest_release(struct manifest *self)
{
    for (int32_t i = 0; i < self->count; i++) {
        free(self->entries[i].path);
    }
    free(self->entries);
    memset(self, 0, sizeof(*self));
}
