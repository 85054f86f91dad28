#include "data/market_paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/instant.h"
#include "data/candles.h"
#include "data/market_names.h"
#include "data/memory.h"
#include "data/source.h"
#include "data/tape.h"

/* ---- the list ---- */

static struct market_file *file_add(struct market_files *self, const char *path)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity > 0 ? self->capacity * 2 : 64;
        size_t bytes = (size_t)self->capacity * sizeof(struct market_file);
        self->items = memory_or_panic(realloc(self->items, bytes));
    }
    struct market_file *file = &self->items[self->count];
    memset(file, 0, sizeof(*file));
    file->path = memory_or_panic(strdup(path));
    file->order = self->count;
    self->count++;
    return file;
}

/* A symbol column wins over the name. */
static bool symbol_probe(struct market_file *file, struct error *error)
{
    struct candles_file probe = {.path = file->path, .range = {0, INSTANT_NEVER}, .probe = true};
    struct defects defects;
    defects_init(&defects);
    bool fine = candles_read(NULL, &probe, &defects, error);
    defects_release(&defects);
    if (fine && probe.symbol[0] != '\0') {
        memcpy(file->symbol, probe.symbol, SYMBOL_BYTES);
    }
    return fine;
}

/* A market is read more than once: a pipe or a device is none. What is not there is told where it is opened. */
static bool plain_judge(const char *path, struct error *error)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode) ||
           error_set(error, EXIT_CODE_DATA, path, 0,
                     "this is not a plain file: write it into one first");
}

static bool file_bare(struct market_files *self, const char *path, struct error *error)
{
    if (!plain_judge(path, error)) {
        return false;
    }
    struct market_file *file = file_add(self, path);
    if (self->unread) {
        file->kind = MANIFEST_KINDS;
        return true;
    }
    file->kind = market_name_kind(path);
    bool named = market_name_symbol(path, file->symbol);
    if (file->kind != MANIFEST_FUNDING && !symbol_probe(file, error)) {
        return false;
    }
    return named || file->symbol[0] != '\0' ||
           error_set(error, EXIT_CODE_DATA, path, 0,
                     "the name tells no symbol: call it SYMBOL.csv, or use a manifest");
}

static void taped_add(struct market_files *self, const char *path, bool manifest)
{
    size_t bytes = ((size_t)self->tape_count + 1) * sizeof(*self->tapes);
    self->tapes = memory_or_panic(realloc(self->tapes, bytes));
    self->tapes[self->tape_count].path = memory_or_panic(strdup(path));
    self->tapes[self->tape_count].manifest = manifest;
    self->tape_count++;
}

static void rules_take(struct market_files *self, const struct manifest *manifest)
{
    self->has_window = manifest->has_window;
    self->window = manifest->window;
    memcpy(self->venue, manifest->venue, sizeof(self->venue));
    memcpy(self->timeframe, manifest->timeframe, sizeof(self->timeframe));
    memcpy(self->tiers_path, manifest->tiers_path, sizeof(self->tiers_path));
    self->manifest_hash = manifest->hash;
}

static bool names_ticks(const struct manifest *manifest)
{
    for (int32_t i = 0; i < manifest->count; i++) {
        if (manifest->entries[i].kind > MANIFEST_FUNDING) {
            return true;
        }
    }
    return false;
}

static bool manifest_add(struct market_files *self, const char *path, struct error *error)
{
    struct manifest manifest;
    if (!manifest_load(&manifest, path, error)) {
        return false;
    }
    bool ticks = !self->unread && names_ticks(&manifest);
    if (ticks) {
        taped_add(self, path, true);
    }
    bool fine = true;
    for (int32_t i = 0; i < manifest.count; i++) {
        fine = fine && plain_judge(manifest.entries[i].path, error);
    }
    for (int32_t i = 0; fine && !ticks && i < manifest.count; i++) {
        struct market_file *file = file_add(self, manifest.entries[i].path);
        memcpy(file->symbol, manifest.entries[i].symbol, SYMBOL_BYTES);
        file->kind = manifest.entries[i].kind;
    }
    rules_take(self, &manifest);
    manifest_release(&manifest);
    return fine;
}

static bool rules_add(struct market_files *self, const char *path, struct error *error)
{
    struct manifest manifest;
    if (!manifest_load_rules(&manifest, path, error)) {
        return false;
    }
    rules_take(self, &manifest);
    manifest_release(&manifest);
    return true;
}

/* ---- folders ---- */

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcasecmp(name + length - tail, end) == 0;
}

static int data_name(const struct dirent *entry)
{
    static const char *const ends[] = {".csv",     ".csv.gz",   ".csv.zst", ".json",
                                       ".json.gz", ".json.zst", ".zip"};
    bool data = false;
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        data = data || ends_with(entry->d_name, ends[i]);
    }
    return data && entry->d_name[0] != '.';
}

static int name_compare(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool path_join(char out[ERROR_PATH_BYTES], const char *folder, const char *name)
{
    int length = snprintf(out, ERROR_PATH_BYTES, "%s/%s", folder, name);
    return length > 0 && length < ERROR_PATH_BYTES;
}

static bool folder_files(struct market_files *self, const char *path, struct error *error)
{
    struct dirent **names = NULL;
    int count = scandir(path, &names, data_name, name_compare);
    if (count < 0) {
        return error_set(error, EXIT_CODE_DATA, path, 0, "cannot be listed: %s", strerror(errno));
    }
    bool fine = true;
    for (int i = 0; i < count; i++) {
        char name[ERROR_PATH_BYTES];
        if (fine) {
            fine = path_join(name, path, names[i]->d_name)
                       ? file_bare(self, name, error)
                       : error_set(error, EXIT_CODE_DATA, path, 0, "the path is too long");
        }
        free(names[i]);
    }
    free(names);
    return fine &&
           (count > 0 || error_set(error, EXIT_CODE_DATA, path, 0,
                                   "the folder holds no .csv or .json, nor one packed as .gz, .zst "
                                   "or .zip"));
}

/* A folder with a manifest.json is that manifest. */
static bool folder_add(struct market_files *self, const char *path, struct error *error)
{
    char manifest[ERROR_PATH_BYTES];
    struct stat status;
    if (path_join(manifest, path, "manifest.json") && stat(manifest, &status) == 0) {
        return manifest_add(self, manifest, error);
    }
    return folder_files(self, path, error);
}

/* Rows may come as JSON objects, too: what names files is a manifest. */
static bool names_files(const char *bytes, size_t length)
{
    return memmem(bytes, length, "\"klines\"", 8) != NULL ||
           memmem(bytes, length, "\"tape\"", 6) != NULL ||
           memmem(bytes, length, "\"trades\"", 8) != NULL;
}

enum content { CONTENT_BARE, CONTENT_MANIFEST, CONTENT_TAPE };

/* A JSON object is a manifest, a JSON array is candles. */
static bool content_find(const struct market_files *self,
                         const char *path,
                         enum content *content,
                         struct error *error)
{
    struct source *source =
        self->unread ? source_open_part(path, 0, error) : source_open(path, error);
    if (source == NULL) {
        return false;
    }
    const char *bytes = NULL;
    size_t length = 0;
    bool fine = source_peek(source, &bytes, &length, error);
    size_t at = 0;
    while (at < length && strchr(" \t\r\n\xef\xbb\xbf", bytes[at]) != NULL && bytes[at] != '\0') {
        at++;
    }
    bool object = fine && at < length && bytes[at] == '{';
    bool manifest = object && (!self->unread || names_files(bytes, length));
    *content = manifest ? CONTENT_MANIFEST : CONTENT_BARE;
    if (!self->unread && length >= strlen(TAPE_MAGIC) &&
        memcmp(bytes, TAPE_MAGIC, strlen(TAPE_MAGIC)) == 0) {
        *content = CONTENT_TAPE;
    }
    source_close(source);
    return fine;
}

static bool path_add(struct market_files *self, const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return error_set(error, EXIT_CODE_DATA, path, 0,
                         "cannot be opened: %s: give a file of candles, a folder, a manifest or a "
                         "tape",
                         strerror(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        return folder_add(self, path, error);
    }
    if (!plain_judge(path, error)) {
        return false;
    }
    enum content content = CONTENT_BARE;
    if (!content_find(self, path, &content, error)) {
        return false;
    }
    if (content == CONTENT_TAPE) {
        taped_add(self, path, false);
        return true;
    }
    return content == CONTENT_MANIFEST ? manifest_add(self, path, error)
                                       : file_bare(self, path, error);
}

static int file_compare(const void *a, const void *b)
{
    const struct market_file *left = a, *right = b;
    int order = strcmp(left->symbol, right->symbol);
    if (order != 0) {
        return order;
    }
    if (left->kind != right->kind) {
        return left->kind < right->kind ? -1 : 1;
    }
    return (left->order > right->order) - (left->order < right->order);
}

static bool paths_add(struct market_files *self,
                      const char *const *paths,
                      int32_t path_count,
                      struct error *error)
{
    for (int32_t i = 0; i < path_count; i++) {
        if (!path_add(self, paths[i], error)) {
            market_files_release(self);
            return false;
        }
    }
    if (self->count > 0) {
        qsort(self->items, (size_t)self->count, sizeof(struct market_file), file_compare);
    }
    return true;
}

bool market_files_collect(struct market_files *self,
                          const char *const *paths,
                          int32_t path_count,
                          const char *rules,
                          struct error *error)
{
    memset(self, 0, sizeof(*self));
    if (!paths_add(self, paths, path_count, error)) {
        return false;
    }
    if (rules != NULL && !rules_add(self, rules, error)) {
        market_files_release(self);
        return false;
    }
    return true;
}

bool market_files_list(struct market_files *self,
                       const char *const *paths,
                       int32_t path_count,
                       struct error *error)
{
    memset(self, 0, sizeof(*self));
    self->unread = true;
    return paths_add(self, paths, path_count, error);
}

void market_files_release(struct market_files *self)
{
    for (int64_t i = 0; i < self->count; i++) {
        free(self->items[i].path);
    }
    for (int32_t i = 0; i < self->tape_count; i++) {
        free(self->tapes[i].path);
    }
    free(self->items);
    free(self->tapes);
    memset(self, 0, sizeof(*self));
}
