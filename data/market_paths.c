#include "data/market_paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/instant.h"
#include "data/candles.h"
#include "data/source.h"
#include "data/tape.h"

static void *memory_or_panic(void *memory)
{
    CHECK(memory != NULL);
    return memory;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* ---- names ---- */

static bool word_in(const char *word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(word, *list) == 0) {
            return true;
        }
    }
    return false;
}

/* The next part of a file name in upper case; parts end at '.', '-' and '_'. NULL: no more. */
static const char *name_part(const char *at, char out[SYMBOL_BYTES])
{
    size_t length = strcspn(at, ".-_");
    if (length == 0 || length >= SYMBOL_BYTES) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        char byte = at[i];
        out[i] = byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
    }
    out[length] = '\0';
    return at[length] != '\0' ? at + length + 1 : at + length;
}

/* Words of file names that are no symbol: who, which market, what. */
static const char *const name_words[] = {
    "BINANCE",   "BITFINEX",  "BITGET",  "BITMEX",  "BITSTAMP", "BYBIT",        "COINBASE",
    "DERIBIT",   "GATEIO",    "GEMINI",  "HUOBI",   "KRAKEN",   "KUCOIN",       "LEAN",
    "MEXC",      "OKX",       "OKEX",    "FTX",     "POLONIEX", "HYPERLIQUID",  "FUTURES",
    "SPOT",      "USDM",      "COINM",   "SWAP",    "PERP",     "LINEAR",       "INVERSE",
    "TRADES",    "AGGTRADES", "KLINES",  "CANDLES", "QUOTES",   "BOOK",         "BOOKTICKER",
    "BOOKDEPTH", "TICKER",    "DEPTH",   "UPDATES", "SNAPSHOT", "INCREMENTAL",  "L2",
    "MARK",      "INDEX",     "PREMIUM", "FUNDING", "METRICS",  "LIQUIDATIONS", "DERIVATIVE",
    "CSV",       "JSON",      "ZST",     "GZ",      "ZIP",      "DATA",         NULL};
static const char *const quote_words[] = {"USDT", "USDC", "BUSD", "FDUSD", "USD", NULL};

/* A date or a length of time: 20241027, 2024, 1m, 8h, 1mo. */
static bool name_of_time(const char *part)
{
    size_t digits = strspn(part, "0123456789");
    const char *rest = part + digits;
    return digits > 0 && (rest[0] == '\0' || strcmp(rest, "MO") == 0 || strcmp(rest, "MIN") == 0 ||
                          (rest[1] == '\0' && strchr("SMHDW", rest[0]) != NULL));
}

/* Bybit writes the date right behind the symbol: "DOGEUSDT2024-01-01" begins with DOGEUSDT2024. */
static void name_cut_year(char part[SYMBOL_BYTES])
{
    size_t length = strlen(part);
    for (const char *const *quote = quote_words; *quote != NULL; quote++) {
        size_t tail = strlen(*quote) + 4;
        if (length > tail && strspn(part + length - 4, "0123456789") == 4 &&
            strncmp(part + length - tail, *quote, tail - 4) == 0) {
            part[length - 4] = '\0';
            return;
        }
    }
}

static bool ends_in_quote(const char *symbol)
{
    size_t length = strlen(symbol);
    for (const char *const *quote = quote_words; *quote != NULL; quote++) {
        size_t tail = strlen(*quote);
        if (length > tail && strcmp(symbol + length - tail, *quote) == 0) {
            return true;
        }
    }
    return false;
}

/* The first part of a name that may be a symbol, with the quote behind it. */
static bool name_find(const char *name, char out[SYMBOL_BYTES])
{
    const char *at = name_part(name, out);
    while (at != NULL && (word_in(out, name_words) || name_of_time(out))) {
        at = name_part(at, out);
    }
    if (at == NULL) {
        return false;
    }
    name_cut_year(out);
    char quote[SYMBOL_BYTES];
    size_t length = strlen(out);
    if (name_part(at, quote) != NULL && word_in(quote, quote_words) &&
        length + strlen(quote) < SYMBOL_BYTES) {
        memcpy(out + length, quote, strlen(quote) + 1);
    }
    return true;
}

bool market_name_tells(const char *path, char out[SYMBOL_BYTES])
{
    const char *name = base_name(path);
    if (name_find(name, out)) {
        return true;
    }
    /* "binance_usdm_BTCUSDT_20240808/trades.csv": the folder tells. */
    char folder[ERROR_PATH_BYTES];
    size_t length = (size_t)(name - path);
    if (length > 1 && length < sizeof(folder)) {
        memcpy(folder, path, length - 1);
        folder[length - 1] = '\0';
        if (name_part(name, out) != NULL && name_find(base_name(folder), out) &&
            ends_in_quote(out)) {
            return true;
        }
    }
    return false;
}

bool market_name_symbol(const char *path, char out[SYMBOL_BYTES])
{
    return market_name_tells(path, out) || name_part(base_name(path), out) != NULL;
}

static char upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
}

void market_symbol_join(const char *text, char out[SYMBOL_BYTES])
{
    static const char *const swaps[] = {"SWAP", "PERP", "USDT", "USDC", "USD", NULL};
    char parts[3][SYMBOL_BYTES] = {"", "", ""};
    size_t count = 0, used = 0;
    bool shaped = true;
    for (const char *at = text; *at != '\0'; at++) {
        bool between = strchr("-_/:", *at) != NULL;
        count += between;
        used = between ? 0 : used;
        shaped = shaped && count < 3 && used < SYMBOL_BYTES - 1;
        if (!between && shaped) {
            parts[count][used++] = upper(*at);
        }
    }
    shaped = shaped && parts[0][0] != '\0' && word_in(parts[1], quote_words) &&
             (count == 1 || word_in(parts[2], swaps));
    if (shaped && strlen(parts[0]) + strlen(parts[1]) < SYMBOL_BYTES) {
        (void)stpcpy(stpcpy(out, parts[0]), parts[1]);
        return;
    }
    size_t length = 0;
    for (; length < SYMBOL_BYTES - 1 && text[length] != '\0'; length++) {
        out[length] = upper(text[length]);
    }
    out[length] = '\0';
}

enum manifest_kind market_name_kind(const char *path)
{
    const char *name = base_name(path);
    if (strcasestr(name, "funding") != NULL) {
        return MANIFEST_FUNDING;
    }
    bool mark = strcasestr(name, "-mark.") != NULL || strcasestr(name, "-mark-") != NULL ||
                strcasestr(name, "_mark") != NULL || strcasestr(name, "markprice") != NULL;
    return mark ? MANIFEST_MARKS : MANIFEST_BARS;
}

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

static bool file_bare(struct market_files *self, const char *path, struct error *error)
{
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
    for (int32_t i = 0; !ticks && i < manifest.count; i++) {
        struct market_file *file = file_add(self, manifest.entries[i].path);
        memcpy(file->symbol, manifest.entries[i].symbol, SYMBOL_BYTES);
        file->kind = manifest.entries[i].kind;
    }
    rules_take(self, &manifest);
    manifest_release(&manifest);
    return true;
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
