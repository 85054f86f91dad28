#include "data/market_names.h"

#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

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
