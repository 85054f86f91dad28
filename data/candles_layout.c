#include "data/candles_layout.h"

#include <string.h>

#include "data/number.h"

/* In order of preference: a number of the epoch before a text. */
static const char *const time_names[] = {
    "tsms", "opentime",  "timestamp", "ts",    "unix",     "unixtimestamp", "epoch", "time",
    "t",    "starttime", "startat",   "start", "datetime", "date",          NULL};
static const char *const open_names[] = {"open", "o", "openprice", NULL};
static const char *const high_names[] = {"high", "h", "highprice", "max", NULL};
static const char *const low_names[] = {"low", "l", "lowprice", "min", NULL};
static const char *const close_names[] = {"close", "c", "closeprice", NULL};
static const char *const volume_names[] = {"volume", "v", "vol", "basevolume", "volumebase", NULL};
static const char *const symbol_names[] = {"symbol", "ticker", "pair", "instid", NULL};
static const char *const close_time_names[] = {"closetime", NULL};

static bool text_has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* CryptoDataDownload writes its address over the header, alone or with its terms behind it. */
static bool address_row(const struct rows_head *names)
{
    const char *first = names->texts[0];
    return strncmp(first, "http", 4) == 0 || text_has(first, "cryptodatadownload");
}

/* "Volume DOGE", "Volume USDT": the first is in coins. */
static int32_t volume_find(const struct rows_head *names)
{
    int32_t column = rows_head_find(names, volume_names);
    for (int32_t i = 0; column < 0 && i < names->count && i < ROWS_COLUMNS_MAX; i++) {
        if (strncmp(names->texts[i], "volume", 6) == 0) {
            column = i;
        }
    }
    return column;
}

static const char *dialect_of(const struct candles_layout *self, const struct rows_head *names)
{
    if (self->address_seen) {
        return "cryptodatadownload";
    }
    if (strcmp(names->texts[0], "tsms") == 0) {
        return "cerberus";
    }
    return rows_head_find(names, close_time_names) >= 0 ? "binance" : "named";
}

static enum candles_head head_bad(struct candles_layout *self, const char *problem)
{
    self->problem = problem;
    return CANDLES_HEAD_BAD;
}

static enum candles_head header_find(struct candles_layout *self, const struct rows_head *names)
{
    enum { NEEDED = 5 };
    const char *const *const lists[NEEDED] = {time_names, open_names, high_names, low_names,
                                              close_names};
    static const char *const problems[NEEDED] = {
        "no column is a time", "there is no column 'open'", "there is no column 'high'",
        "there is no column 'low'", "there is no column 'close'"};
    for (int i = 0; i < NEEDED; i++) {
        int32_t column = rows_head_find(names, lists[i]);
        if (column < 0) {
            return head_bad(self, problems[i]);
        }
        self->column[ROLE_TIME + i] = column;
    }
    self->column[ROLE_VOLUME] = volume_find(names);
    self->numbers = self->column[ROLE_VOLUME] >= 0 ? ROLE_NUMBERS : ROLE_VOLUME;
    self->symbol_column = rows_head_find(names, symbol_names);
    self->columns = names->count;
    self->dialect = dialect_of(self, names);
    self->known = true;
    return CANDLES_HEAD_HEADER;
}

static enum candles_head data_find(struct candles_layout *self, const struct rows_head *head)
{
    enum { BINANCE_COLUMNS = 12 };
    if (head->count < ROLE_VOLUME) {
        return head_bad(self, "a row has too few fields for a candle");
    }
    for (int32_t role = 0; role < ROLE_NUMBERS; role++) {
        self->column[role] = role;
    }
    self->numbers = head->count < ROLE_NUMBERS ? head->count : ROLE_NUMBERS;
    self->symbol_column = -1;
    self->columns = head->count;
    self->dialect = head->count == BINANCE_COLUMNS ? "binance" : "plain";
    self->known = true;
    return CANDLES_HEAD_DATA;
}

enum candles_head candles_layout_find(struct candles_layout *self, const struct rows_head *head)
{
    int64_t time_us = 0;
    if (head->count > ROWS_COLUMNS_MAX) {
        return head_bad(self, "it has too many columns");
    }
    /* PROTOCOLS E: a header is a first row whose first field is not numeric. */
    if (head->count > 0 && number_time(head->texts[0], head->lengths[0], &time_us)) {
        return data_find(self, head);
    }
    struct rows_head names = *head;
    rows_head_normalise(&names);
    if (names.count > 0 && !self->address_seen && address_row(&names)) {
        self->address_seen = true;
        return CANDLES_HEAD_MORE;
    }
    return header_find(self, &names);
}
