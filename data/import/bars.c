/* Bars: one reader (data/candles.h), told apart by layout and by what names or a manifest say of their kind. */
#include <string.h>

#include "data/candles.h"
#include "data/candles_layout.h"
#include "data/import/dialects.h"
#include "data/import/probe.h"
#include "data/import/sink.h"
#include "data/market_names.h"
#include "data/number.h"

enum family { FAMILY_NONE, FAMILY_KLINES, FAMILY_DOWNLOAD, FAMILY_CANDLES, FAMILY_JSON };

/* ---- what a file is ---- */

/* The line as the head of a table. */
static void head_of(const char *line, struct rows_head *head)
{
    head->count = 0;
    for (;;) {
        size_t length = strcspn(line, ",");
        rows_head_add(head, line, length);
        if (line[length] == '\0') {
            return;
        }
        line += length + 1;
    }
}

static bool number_at(const struct rows_head *head, int32_t column, struct number *out)
{
    return column < head->count &&
           number_price(head->texts[column], head->lengths[column], out) == DECIMAL_OK;
}

static int64_t at_e12(struct number number)
{
    return number.mantissa * number_power10[12 - number.decimals];
}

/* Without a header: a time, then four prices that make a bar, then numbers only. */
static bool looks_like_bar(const struct rows_head *head, bool ratios)
{
    int64_t time_us = 0;
    struct number open, high, low, close;
    if (head->count < 5 || !number_time(head->texts[0], head->lengths[0], &time_us) ||
        time_us < US_PER_DAY || !number_at(head, 1, &open) || !number_at(head, 2, &high) ||
        !number_at(head, 3, &low) || !number_at(head, 4, &close)) {
        return false;
    }
    for (int32_t i = 5; i < head->count && i < ROWS_COLUMNS_MAX; i++) {
        struct number other;
        if (number_volume(head->texts[i], head->lengths[i], &other) != DECIMAL_OK) {
            return false;
        }
    }
    bool positive = ratios || low.mantissa > 0;
    return positive && at_e12(low) <= at_e12(open) && at_e12(open) <= at_e12(high) &&
           at_e12(low) <= at_e12(close) && at_e12(close) <= at_e12(high);
}

/* [[a,b,...],...] or {...,"data":[[a,b,...],...]}: the first inner array. */
static bool json_row(const struct import_probe *probe, struct rows_head *head)
{
    const char *at = probe->bytes, *end = probe->bytes + probe->length;
    const char *open = NULL;
    for (; at < end; at++) {
        if (*at == '[') {
            open = at;
        } else if (open != NULL && *at == ']') {
            break;
        }
    }
    if (open == NULL || at == end) {
        return false;
    }
    char line[sizeof(probe->row_line)] = "";
    size_t length = 0;
    for (const char *from = open + 1; from < at && length + 1 < sizeof(line); from++) {
        if (strchr(" \t\r\n\"", *from) == NULL) {
            line[length++] = *from;
        }
    }
    head_of(line, head);
    return true;
}

static enum family family_of(const struct import_probe *probe, bool ratios)
{
    struct rows_head head = {0};
    if (probe->json) {
        return json_row(probe, &head) && looks_like_bar(&head, ratios) ? FAMILY_JSON : FAMILY_NONE;
    }
    if (!probe->header) {
        enum { KLINE_COLUMNS = 12 };
        head_of(probe->row_line, &head);
        if (!looks_like_bar(&head, ratios)) {
            return FAMILY_NONE;
        }
        return head.count == KLINE_COLUMNS ? FAMILY_KLINES : FAMILY_CANDLES;
    }
    struct candles_layout layout = {0};
    head_of(probe->header_line, &head);
    if (candles_layout_find(&layout, &head) == CANDLES_HEAD_MORE) {
        memset(&head, 0, sizeof(head));
        head_of(probe->row_line, &head);
        return candles_layout_find(&layout, &head) == CANDLES_HEAD_HEADER ? FAMILY_DOWNLOAD
                                                                          : FAMILY_NONE;
    }
    if (!layout.known) {
        return FAMILY_NONE;
    }
    return strcmp(layout.dialect, "binance") == 0 ? FAMILY_KLINES : FAMILY_CANDLES;
}

/* The data folder keeps mark prices below "mark/". Only without a volume: somebody's home may be called so. */
static bool folder_of_marks(const struct import_probe *probe)
{
    enum { WITHOUT_VOLUME = 5 };
    return probe->fields == WITHOUT_VOLUME &&
           (strncmp(probe->path, "mark/", 5) == 0 || strstr(probe->path, "/mark/") != NULL);
}

/* 0: a manifest or the name says that these are no bars. */
static int kind_of(const struct import_probe *probe, const char **why)
{
    if (probe->said >= 0) {
        *why = "the manifest says so";
        return probe->said == MANIFEST_BARS ? TAPE_BAR
                                            : (probe->said == MANIFEST_MARKS ? TAPE_MARK_BAR : 0);
    }
    if (probe_named(probe, "premiumIndex")) {
        *why = "premiumIndex in its name";
        return TAPE_PREMIUM_BAR;
    }
    if (probe_named(probe, "indexPrice")) {
        *why = "indexPrice in its name";
        return TAPE_INDEX_BAR;
    }
    if (probe_named(probe, "markPrice") || market_name_kind(probe->name) == MANIFEST_MARKS) {
        *why = "mark in its name";
        return TAPE_MARK_BAR;
    }
    if (folder_of_marks(probe)) {
        *why = "no volume, and a folder mark";
        return TAPE_MARK_BAR;
    }
    *why = "columns of bars, no word of mark, index or premium in its name";
    return market_name_kind(probe->name) == MANIFEST_FUNDING ? 0 : TAPE_BAR;
}

static bool claims(const struct import_probe *probe, enum family family, int kind, const char **why)
{
    return kind_of(probe, why) == kind && family_of(probe, kind == TAPE_PREMIUM_BAR) == family;
}

/* ---- reading ---- */

struct bars {
    struct import_sink *sink;
    struct candles_file file;
    enum tape_kind kind;
    int32_t stream; /* -1: not yet */
};

static bool take_bar(void *context,
                     const struct series_point *point,
                     const struct candles_written *written,
                     struct error *error)
{
    enum { MS_DIGITS = 12, US_DIGITS = 15 };
    struct bars *self = context;
    if (self->stream < 0) {
        const char *symbol = self->file.symbol[0] != '\0' ? self->file.symbol : NULL;
        self->stream = import_stream(self->sink, symbol, self->kind, 0);
    }
    int64_t unit = number_power10[12 - point->decimals];
    struct tape_record record = {
        .time_us = point->time_us,
        .sequence = (uint64_t)point->volume,
        .kind = (uint16_t)self->kind,
        .stream = (uint16_t)self->stream,
        .v = {point->open * unit, point->high * unit, point->low * unit, point->close * unit}};
    struct import_written as = {
        .price_decimals = (int8_t)written->price_decimals,
        .size_decimals = (int8_t)point->volume_decimals,
        .price_mixed = written->prices_mixed,
        .time_ms = written->time_digits >= MS_DIGITS &&
                   written->time_digits<US_DIGITS, .time_s = written->time_digits> 0 &&
                   written->time_digits < MS_DIGITS};
    int32_t zeros = written->volume_decimals - point->volume_decimals;
    int64_t volume = 0;
    if (zeros > 0 && zeros <= NUMBER_DECIMALS_MAX && written->volume_decimals <= 8 &&
        !__builtin_mul_overflow(point->volume, number_power10[zeros], &volume)) {
        record.sequence = (uint64_t)volume;
        as.size_decimals = (int8_t)written->volume_decimals;
    }
    return import_add(self->sink, &record, as, 0, error);
}

static bool
bars_read(enum tape_kind kind, struct source *source, struct import_sink *sink, struct error *error)
{
    struct bars self = {.sink = sink, .kind = kind, .stream = -1};
    const struct candles_taker taker = {&self, take_bar, kind == TAPE_PREMIUM_BAR};
    self.file.taker = &taker;
    self.file.path = sink->path;
    self.file.range = sink->range;
    if (kind != TAPE_BAR) {
        self.file.range.first_us = import_sink_from(sink, kind);
    }
    bool fine = candles_read_source(NULL, source, &self.file, &sink->defects, error);
    import_sink_count(sink, self.file.bad, self.file.outside);
    return fine;
}

/* ---- the dialects: families by kinds ---- */

#define BARS(variable, label, text, family, kind)                                                  \
    static bool claims_##variable(const struct import_probe *probe, const char **why)              \
    {                                                                                              \
        return claims(probe, family, kind, why);                                                   \
    }                                                                                              \
    static bool read_##variable(const struct import_probe *probe, struct source *source,           \
                                struct import_sink *sink, struct error *error)                     \
    {                                                                                              \
        (void)probe;                                                                               \
        return bars_read(kind, source, sink, error);                                               \
    }                                                                                              \
    const struct import_dialect import_##variable = {label, text, claims_##variable,               \
                                                     read_##variable};

BARS(binance_klines,
     "binance-klines",
     "Binance klines: 12 columns, with or without header, ms or us",
     FAMILY_KLINES,
     TAPE_BAR)
BARS(binance_mark_klines,
     "binance-markKlines",
     "Binance klines of the mark price (by name)",
     FAMILY_KLINES,
     TAPE_MARK_BAR)
BARS(binance_index_klines,
     "binance-indexKlines",
     "Binance klines of the index price (by name)",
     FAMILY_KLINES,
     TAPE_INDEX_BAR)
BARS(binance_premium_klines,
     "binance-premiumKlines",
     "Binance klines of the premium index: ratios (by name)",
     FAMILY_KLINES,
     TAPE_PREMIUM_BAR)
BARS(cryptodatadownload,
     "cryptodatadownload",
     "CryptoDataDownload: an address, a header, newest first",
     FAMILY_DOWNLOAD,
     TAPE_BAR)
BARS(candles,
     "candles",
     "any CSV of time, open, high, low, close[, volume]",
     FAMILY_CANDLES,
     TAPE_BAR)
BARS(mark_candles,
     "mark-candles",
     "the same of mark prices (by name or manifest)",
     FAMILY_CANDLES,
     TAPE_MARK_BAR)
BARS(candles_json,
     "json-candles",
     "ccxt, freqtrade, OKX: [[time,open,high,low,close,volume,...],...]",
     FAMILY_JSON,
     TAPE_BAR)
BARS(mark_candles_json,
     "json-mark",
     "the same of mark prices (\"-mark\" in the name, or a manifest)",
     FAMILY_JSON,
     TAPE_MARK_BAR)
