#include "core/instruments.h"

#include <string.h>

#include "core/digest.h"

/* Packs in names, before the coin (1000PEPE) or behind it (SHIB1000, Bybit). */
struct pack_name {
    const char *text;
    int32_t coins;
};
static const struct pack_name packs[] = {
    {"1000", 1000}, {"1000000", 1000000}, {"1M", 1000000}, {"10000", 10000}};

static const char *const quotes[] = {"USDT", "USDC", "BUSD", "USD"};

/* A name under construction; `valid` falls when it would grow beyond a symbol. */
struct name {
    char text[SYMBOL_BYTES];
    size_t length;
    bool valid;
};

void instruments_init(struct instruments *self)
{
    memset(self, 0, sizeof(*self));
}

static bool text_equal(const char *a, const char *b)
{
    size_t length = strlen(b);
    return strlen(a) == length && memcmp(a, b, length) == 0;
}

static char upper(char byte)
{
    if (byte >= 'a' && byte <= 'z') {
        return (char)(byte - 'a' + 'A');
    }
    return byte;
}

/* The slot of a symbol, or the free one where it would stand. */
static const uint16_t *symbol_slot(const struct instruments *self, const char *symbol)
{
    size_t slot = digest_of_text(symbol) % INSTRUMENT_SLOTS;
    while (self->slots[slot] != 0 &&
           !text_equal(self->items[self->slots[slot] - 1].symbol, symbol)) {
        slot = (slot + 1) % INSTRUMENT_SLOTS;
    }
    return &self->slots[slot];
}

bool instruments_add(struct instruments *self, const struct instrument *item, int32_t *index)
{
    CHECK(item->tick_e12 > 0 && item->lot_e6 > 0 && item->pack > 0);
    size_t length = strlen(item->symbol);
    if (self->count == INSTRUMENTS_MAX || length == 0 || length >= SYMBOL_BYTES ||
        instruments_find(self, item->symbol) != INSTRUMENT_NONE) {
        return false;
    }
    *index = self->count;
    self->slots[symbol_slot(self, item->symbol) - self->slots] = (uint16_t)(self->count + 1);
    self->items[self->count++] = *item;
    return true;
}

static int32_t alias_find(const struct instruments *self, const char *name)
{
    for (int32_t index = 0; index < self->alias_count; index++) {
        if (text_equal(self->aliases[index].name, name)) {
            return self->aliases[index].instrument;
        }
    }
    return INSTRUMENT_NONE;
}

/* Kept in upper case: aliases are names that people write. */
bool instruments_alias(struct instruments *self, const char *name, int32_t instrument)
{
    CHECK(instrument >= 0 && instrument < self->count);
    size_t length = strlen(name);
    if (length == 0 || length >= SYMBOL_BYTES) {
        return false;
    }
    struct alias alias = {.instrument = instrument};
    for (size_t index = 0; index < length; index++) {
        alias.name[index] = upper(name[index]);
    }
    int32_t there = alias_find(self, alias.name);
    if (there != INSTRUMENT_NONE) {
        return there == instrument;
    }
    if (self->alias_count == ALIASES_MAX) {
        return false;
    }
    self->aliases[self->alias_count++] = alias;
    return true;
}

static bool tier_valid(const struct tier *tier, int64_t floor_e8)
{
    return tier->floor_e8 == floor_e8 && tier->cap_e8 > tier->floor_e8 &&
           tier->maintenance_rate_e9 > 0 && tier->maintenance_rate_e9 < 1000000000 &&
           tier->maintenance_amount_e8 >= 0 && tier->leverage_max >= 1;
}

bool instruments_tiers(struct instruments *self,
                       int32_t instrument,
                       const struct tier *tiers,
                       int32_t count)
{
    CHECK(instrument >= 0 && instrument < self->count);
    struct instrument *item = &self->items[instrument];
    if (count < 1 || count > TIERS_PER_INSTRUMENT || count > TIERS_MAX - self->tier_count ||
        item->tier_count != 0) {
        return false;
    }
    int64_t floor_e8 = 0;
    for (int32_t index = 0; index < count; index++) {
        if (!tier_valid(&tiers[index], floor_e8)) {
            return false;
        }
        floor_e8 = tiers[index].cap_e8;
    }
    memcpy(&self->tiers[self->tier_count], tiers, (size_t)count * sizeof(*tiers));
    item->tier_first = self->tier_count;
    item->tier_count = count;
    self->tier_count += count;
    return true;
}

int32_t instruments_find(const struct instruments *self, const char *symbol)
{
    return (int32_t)*symbol_slot(self, symbol) - 1; /* a free slot: INSTRUMENT_NONE */
}

static void name_append(struct name *self, const char *text, size_t length)
{
    if (!self->valid || self->length + length >= SYMBOL_BYTES) {
        self->valid = false;
        return;
    }
    memcpy(self->text + self->length, text, length);
    self->length += length;
    self->text[self->length] = '\0';
}

static struct name name_join(const char *first, const char *second, const char *third)
{
    struct name name = {.valid = true};
    name_append(&name, first, strlen(first));
    name_append(&name, second, strlen(second));
    name_append(&name, third, strlen(third));
    return name;
}

static bool ends_with(const struct name *self, const char *suffix)
{
    size_t length = strlen(suffix);
    return self->length > length && memcmp(self->text + self->length - length, suffix, length) == 0;
}

static bool name_cut(struct name *self, const char *suffix)
{
    if (!ends_with(self, suffix)) {
        return false;
    }
    self->length -= strlen(suffix);
    self->text[self->length] = '\0';
    return true;
}

static int32_t find_name(const struct instruments *self, const struct name *name)
{
    return name->valid && name->length > 0 ? instruments_find(self, name->text) : INSTRUMENT_NONE;
}

/* before + base, bare or with a quote behind. */
static int32_t find_quoted(const struct instruments *self, const char *before, const char *base)
{
    struct name bare = name_join(before, base, "");
    int32_t found = find_name(self, &bare);
    for (size_t index = 0; index < ARRAY_COUNT(quotes) && found == INSTRUMENT_NONE; index++) {
        struct name quoted = name_join(before, base, quotes[index]);
        found = find_name(self, &quoted);
    }
    return found;
}

/* The name without its quote; the quote it had, or "". */
static const char *name_split(struct name *self)
{
    for (size_t index = 0; index < ARRAY_COUNT(quotes); index++) {
        if (name_cut(self, quotes[index])) {
            return quotes[index];
        }
    }
    return "";
}

/* Is this name (with or without quote) the coin of which the instrument is a pack? */
static bool names_coin(const struct instrument *item, const struct name *name)
{
    struct name symbol = name_join(item->symbol, "", "");
    struct name coin = *name;
    (void)name_split(&symbol);
    (void)name_split(&coin);
    for (size_t index = 0; index < ARRAY_COUNT(packs); index++) {
        if (packs[index].coins != item->pack) {
            continue;
        }
        struct name before = name_join(packs[index].text, coin.text, "");
        struct name behind = name_join(coin.text, packs[index].text, "");
        if (text_equal(before.text, symbol.text) || text_equal(behind.text, symbol.text)) {
            return true;
        }
    }
    return false;
}

/* A price goes with the name: per coin where the alias is the coin's own name, else per unit of the
 * instrument. */
static struct resolution alias_resolve(const struct instruments *self, const struct name *name)
{
    struct resolution result = {.instrument = alias_find(self, name->text), .price_factor = 1};
    if (result.instrument != INSTRUMENT_NONE) {
        const struct instrument *item = &self->items[result.instrument];
        result.price_factor = item->pack > 1 && names_coin(item, name) ? item->pack : 1;
    }
    return result;
}

/* The coin's own name, where the market trades packs of it: a price per coin is multiplied. A
 * symbol whose instrument does not say that it is a pack (a coin that is really called 1000SATS) is
 * another thing and does not match. */
static struct resolution pack_resolve(const struct instruments *self, const struct name *name)
{
    struct name base = *name;
    const char *quote = name_split(&base);
    for (size_t index = 0; index < ARRAY_COUNT(packs); index++) {
        struct name behind = name_join(base.text, packs[index].text, quote);
        int32_t found = find_quoted(self, packs[index].text, name->text);
        if (found == INSTRUMENT_NONE && behind.valid) {
            found = find_quoted(self, "", behind.text);
        }
        if (found != INSTRUMENT_NONE && self->items[found].pack == packs[index].coins) {
            return (struct resolution){.instrument = found, .price_factor = packs[index].coins};
        }
    }
    return (struct resolution){.instrument = INSTRUMENT_NONE, .price_factor = 1};
}

/* The token names the pack, but the venue writes it on the other side of the coin: SHIB1000 for
 * 1000SHIB, and back. */
static int32_t pack_swap(const struct instruments *self, const struct name *name)
{
    struct name base = *name;
    const char *quote = name_split(&base);
    /* The longest first: 1000000MOG begins with 1000 too. */
    static const char *const numbers[] = {"1000000", "10000", "1000"};
    for (size_t index = 0; index < ARRAY_COUNT(numbers); index++) {
        size_t length = strlen(numbers[index]);
        struct name other = {.valid = false};
        struct name cut = base;
        if (name_cut(&cut, numbers[index])) {
            other = name_join(numbers[index], cut.text, quote);
        } else if (base.length > length && memcmp(base.text, numbers[index], length) == 0) {
            other = name_join(base.text + length, numbers[index], quote);
        }
        if (other.valid) {
            return find_quoted(self, "", other.text);
        }
    }
    return INSTRUMENT_NONE;
}

/* A market that names coins without a quote (DOGE), asked for DOGEUSDT. */
static int32_t find_unquoted(const struct instruments *self, struct name name)
{
    bool quoted = name_split(&name)[0] != '\0';
    struct name base = name;
    bool twice = name_split(&base)[0] != '\0';
    return quoted && !twice ? find_name(self, &name) : INSTRUMENT_NONE;
}

/* One plain upper-case name, in the order that the header promises. */
static struct resolution name_resolve(const struct instruments *self, const struct name *name)
{
    struct resolution result = {.instrument = find_name(self, name), .price_factor = 1};
    if (result.instrument != INSTRUMENT_NONE || !name->valid || name->length == 0) {
        return result;
    }
    result = alias_resolve(self, name);
    if (result.instrument != INSTRUMENT_NONE) {
        return result;
    }
    result.instrument = find_quoted(self, "", name->text);
    if (result.instrument == INSTRUMENT_NONE) {
        result.instrument = find_unquoted(self, *name);
    }
    if (result.instrument == INSTRUMENT_NONE) {
        result.instrument = pack_swap(self, name);
    }
    return result.instrument != INSTRUMENT_NONE ? result : pack_resolve(self, name);
}

static bool has_dash(const char *begin, const char *end)
{
    for (const char *cursor = begin; cursor < end; cursor++) {
        if (*cursor == '-') {
            return true;
        }
    }
    return false;
}

/* The part between exchange prefix and settlement suffix: BINANCE:DOGEUSDT.P, DOGE/USDT:USDT. A
 * dated future (DOGE/USDT:USDT-240329) is no perpetual: nothing is left of it. */
static void token_core(const char **begin, const char **end)
{
    const char *colon = NULL;
    bool slash = false;
    for (const char *cursor = *begin; cursor < *end; cursor++) {
        if (*cursor == ':' && slash) {
            *end = has_dash(cursor, *end) ? *begin : cursor;
            break;
        }
        slash = slash || *cursor == '/';
        colon = *cursor == ':' ? cursor : colon;
    }
    if (colon != NULL && colon < *end) {
        *begin = colon + 1;
    }
}

/* Upper case, without prefixes, separators and the suffixes that say "perpetual" beyond doubt. */
static struct name token_normalise(const char *token)
{
    struct name name = {.valid = true};
    const char *begin = token;
    const char *end = token + strlen(token);
    while (begin < end && (*begin == ' ' || *begin == '$' || *begin == '#')) {
        begin++;
    }
    while (end > begin && end[-1] == ' ') {
        end--;
    }
    token_core(&begin, &end);
    /* Hyperliquid: kPEPE is a thousand PEPE; the small k tells it from KAVA. */
    if (end - begin > 1 && begin[0] == 'k' && begin[1] >= 'A' && begin[1] <= 'Z') {
        name_append(&name, "1000", 4);
        begin++;
    }
    struct name written = {.valid = true};
    for (; begin < end; begin++) {
        char byte = upper(*begin);
        name_append(&written, &byte, 1);
    }
    bool cut = name_cut(&written, ".P") || name_cut(&written, "-SWAP") ||
               name_cut(&written, "_SWAP") || name_cut(&written, "-PERP") ||
               name_cut(&written, "_PERP") || name_cut(&written, "/PERP");
    (void)cut;
    for (size_t index = 0; index < written.length; index++) {
        char byte = written.text[index];
        if (byte != '/' && byte != '-' && byte != '_') {
            name_append(&name, &byte, 1);
        }
    }
    name.valid = name.valid && written.valid;
    return name;
}

struct resolution instruments_resolve(const struct instruments *self, const char *token)
{
    struct resolution result = {.instrument = instruments_find(self, token), .price_factor = 1};
    if (result.instrument != INSTRUMENT_NONE) {
        return result;
    }
    /* Aliases may contain what normalising removes: first as written. */
    struct name written = {.valid = true};
    for (const char *cursor = token; *cursor != '\0' && written.valid; cursor++) {
        char byte = upper(*cursor);
        name_append(&written, &byte, 1);
    }
    if (written.valid && written.length > 0) {
        result = alias_resolve(self, &written);
    }
    if (result.instrument != INSTRUMENT_NONE) {
        return result;
    }
    struct name name = token_normalise(token);
    result = name_resolve(self, &name);
    /* PERP is a coin of its own: the suffix goes only where the name as it stands is nothing. */
    if (result.instrument == INSTRUMENT_NONE && name.valid && name_cut(&name, "PERP")) {
        result = name_resolve(self, &name);
    }
    return result;
}

void instruments_check(const struct instruments *self)
{
    CHECK(self->count >= 0 && self->count <= INSTRUMENTS_MAX);
    CHECK(self->tier_count >= 0 && self->tier_count <= TIERS_MAX);
    CHECK(self->alias_count >= 0 && self->alias_count <= ALIASES_MAX);
    for (int32_t index = 0; index < self->count; index++) {
        const struct instrument *item = &self->items[index];
        CHECK(instruments_find(self, item->symbol) == index);
        CHECK(item->tick_e12 > 0 && item->lot_e6 > 0 && item->pack > 0);
        CHECK(item->size_min_e6 >= 0 && item->size_max_e6 >= item->size_min_e6);
        CHECK(item->notional_min_e8 >= 0 && item->leverage_max >= 0);
        CHECK(item->tier_count >= 1 && item->tier_first >= 0);
        CHECK(item->tier_first <= self->tier_count - item->tier_count);
        const struct tier *tiers = instrument_tiers(self, item);
        int64_t floor_e8 = 0;
        for (int32_t tier = 0; tier < item->tier_count; tier++) {
            CHECK(tier_valid(&tiers[tier], floor_e8));
            floor_e8 = tiers[tier].cap_e8;
        }
    }
    for (int32_t index = 0; index < self->alias_count; index++) {
        CHECK(self->aliases[index].instrument >= 0);
        CHECK(self->aliases[index].instrument < self->count);
    }
}
