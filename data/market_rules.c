#include "data/market_rules.h"

#include <string.h>

#include "core/precision.h"
#include "data/number.h"
#include "data/text.h"

enum { PRICE_DECIMALS = 12 };

static bool starts_with(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

/* 1000PEPE, 1000000MOG, 1MBABYDOGE; 1INCH is a coin. */
static int32_t pack_of(const char *symbol)
{
    if (starts_with(symbol, "1000000")) {
        return 1000000;
    }
    if (starts_with(symbol, "1000") && (symbol[4] < '0' || symbol[4] > '9')) {
        return 1000;
    }
    return starts_with(symbol, "1M") ? 1000000 : 1;
}

static const char *const quotes[] = {"USDT", "USDC", "BUSD", "FDUSD", "USD", NULL};

/* Length of the quote that ends the symbol and leaves a base before it; 0: none. */
static size_t quote_length(const char *symbol)
{
    size_t length = strlen(symbol);
    for (const char *const *quote = quotes; *quote != NULL; quote++) {
        size_t tail = strlen(*quote);
        if (length > tail && strcmp(symbol + length - tail, *quote) == 0) {
            return tail;
        }
    }
    return 0;
}

static bool liquid(const char *symbol)
{
    size_t base = strlen(symbol) - quote_length(symbol);
    return base == 3 && (starts_with(symbol, "BTC") || starts_with(symbol, "ETH"));
}

static int64_t lot_of(int64_t price_e12)
{
    const wide_t dollar_e18 = (wide_t)ONE_E12 * ONE_E6;
    int64_t lot_e6 = 1;
    while (lot_e6 < ONE_E12 && (wide_t)lot_e6 * 10 * price_e12 <= dollar_e18) {
        lot_e6 *= 10;
    }
    return lot_e6;
}

void market_rules(struct instrument *item,
                  const char *symbol,
                  const struct series_facts *facts,
                  const struct market_defaults *defaults)
{
    bool known = facts != NULL && facts->count > 0;
    memset(item, 0, sizeof(*item));
    (void)slice_copy(slice_of(symbol), item->symbol, sizeof(item->symbol));
    item->tick_e12 =
        known ? precision_step(PRECISION_DECIMALS, facts->price_decimals, PRICE_DECIMALS, 0) : 1;
    item->lot_e6 = known ? lot_of(facts->first_price_e12) : 1;
    item->size_min_e6 = item->lot_e6;
    item->size_max_e6 = ONE_E12 * ONE_E6;
    item->notional_min_e8 = 5 * ONE_E8;
    item->maker_fee_e9 = defaults->maker_fee_e9;
    item->taker_fee_e9 = defaults->taker_fee_e9;
    item->liquidation_fee_e9 = defaults->liquidation_fee_e9;
    item->margin_model = MARGIN_BINANCE;
    item->pack = pack_of(symbol);
    item->liquid = liquid(symbol);
    item->rules_default = true;
    item->tiers_default = true;
}

/* ---- tokens ---- */

static bool ends_with(const char *text, size_t length, const char *tail)
{
    size_t size = strlen(tail);
    return length > size && memcmp(text + length - size, tail, size) == 0;
}

/* Letters and digits in upper case, without the marks that separate base and quote. */
static size_t letters_copy(const char *token, char out[SYMBOL_BYTES])
{
    size_t length = 0;
    for (const char *at = token; *at != '\0' && *at != ':'; at++) {
        char byte = *at;
        if (byte == '/' || byte == '-' || byte == '_' || byte == ' ' || byte == '$') {
            continue;
        }
        if (length + 1 >= SYMBOL_BYTES) {
            return 0;
        }
        out[length++] = byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
    }
    return length;
}

bool market_token_symbol(const char *token, char out[SYMBOL_BYTES])
{
    /* "BINANCE:DOGEUSDT" names a venue first, "DOGE/USDT:USDT" a settlement last. */
    const char *colon = strchr(token, ':');
    bool venue = colon != NULL && memchr(token, '/', (size_t)(colon - token)) == NULL;
    size_t length = letters_copy(venue ? colon + 1 : token, out);
    static const char *const tails[] = {".P", "SWAP", "PERP"};
    for (size_t i = 0; i < ARRAY_COUNT(tails); i++) {
        if (ends_with(out, length, tails[i])) {
            length -= strlen(tails[i]);
        }
    }
    if (length == 0) {
        return false;
    }
    out[length] = '\0';
    if (quote_length(out) == 0) {
        if (length + strlen("USDT") >= SYMBOL_BYTES) {
            return false;
        }
        memcpy(out + length, "USDT", strlen("USDT") + 1);
    }
    return true;
}
