#include "live/sources/cornix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "data/json.h"
#include "data/signal_fields.h"

enum { PRICES_MAX = TARGETS_MAX, THOUSAND = 1000 };

/* What the lines under a heading are. */
enum part { PART_NONE, PART_ENTRY, PART_TARGET, PART_STOP, PART_TRAILING };

struct prices {
    int32_t count;
    int64_t e12[PRICES_MAX];
};

struct text {
    char *bytes; /* lower case, emoji digits as digits, decorations as blanks; closed */
    size_t length;
    bool has_long, has_short, current_price, unread;
    enum part part;
    struct prices entry, target, stop;
    int32_t leverage;
};

/* ---- the text made plain ---- */

/* "1️⃣" is a digit, a variation selector and a keycap: the digit stays, followed by ')' as in "1)". */
static bool keycap(const unsigned char *at, size_t left)
{
    static const unsigned char with[] = {0xEF, 0xB8, 0x8F, 0xE2, 0x83, 0xA3};
    return left >= sizeof(with) && memcmp(at, with, sizeof(with)) == 0;
}

static void make_plain(struct text *self, struct slice text)
{
    self->bytes = malloc(text.length + 1);
    CHECK(self->bytes != NULL);
    for (size_t at = 0; at < text.length;) {
        unsigned char byte = (unsigned char)text.text[at];
        if (byte < 0x80) {
            bool upper = byte >= 'A' && byte <= 'Z';
            self->bytes[self->length++] = (char)(upper ? byte + 32 : byte);
            at++;
        } else if (keycap((const unsigned char *)text.text + at, text.length - at)) {
            self->bytes[self->length++] = ')';
            at += 6;
        } else {
            size_t size = utf8_length(text.text + at, text.length - at);
            self->bytes[self->length++] = ' ';
            at += size == 0 ? 1 : size;
        }
    }
    self->bytes[self->length] = '\0';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A whole word, or several, in the plain text. */
static const char *word_in(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        bool before = at == text || !is_letter(at[-1]);
        if (before && !is_letter(at[length])) {
            return at;
        }
    }
    return NULL;
}

/* ---- numbers ---- */

/* One price: digits with a point or a decimal comma, a K behind it; *end is behind it. False: none here. */
static bool price_at(const char *at, const char **end, int64_t *out_e12)
{
    char digits[DECIMAL_BYTES];
    size_t length = 0;
    while ((is_digit(*at) || *at == '.' || *at == ',') && length + 1 < sizeof(digits)) {
        digits[length++] = *at == ',' ? '.' : *at;
        at++;
    }
    *end = at;
    if (length == 0 || !signal_price_parse((struct slice){digits, length}, out_e12)) {
        return false;
    }
    if (*at == 'k' && !is_letter(at[1])) {
        *end = at + 1;
        wide_t thousands = (wide_t)*out_e12 * THOUSAND;
        *out_e12 = thousands > INT64_MAX ? 0 : (int64_t)thousands;
    }
    return *out_e12 > 0;
}

/* Every price of a line behind `from`: not its number "1)", not a share "50%", not a leverage "10x". */
static void take_prices(struct text *self, const char *from, const char *end, struct prices *out)
{
    for (const char *at = from; at < end;) {
        if (!is_digit(*at)) {
            at++;
            continue;
        }
        const char *behind = at;
        int64_t price_e12 = 0;
        bool good = price_at(at, &behind, &price_e12);
        const char *next = behind + strspn(behind, " ");
        bool other = *behind == ')' || *next == '%' || *behind == 'x' ||
                     (*behind == '.' && behind[1] == ' ');
        if (good && !other && out->count < PRICES_MAX) {
            out->e12[out->count++] = price_e12;
        } else if (!other) {
            self->unread = true;
        }
        at = behind > at ? behind : at + 1;
    }
}

/* ---- lines ---- */

static void take_leverage(struct text *self, const char *line, const char *end)
{
    for (const char *at = line; at < end; at++) {
        bool after = *at == 'x' && is_digit(at[1]);
        if (!is_digit(*at) && !after) {
            continue;
        }
        const char *from = after ? at + 1 : at;
        const char *behind = from;
        while (is_digit(*behind)) {
            behind++;
        }
        const char *x = *behind == '.' ? behind + 1 + strspn(behind + 1, "0") : behind;
        int32_t leverage = 0;
        if ((after || *x == 'x') &&
            signal_leverage_parse((struct slice){from, (size_t)(behind - from)}, &leverage) &&
            (self->leverage == 0 || leverage < self->leverage)) {
            self->leverage = leverage;
        }
        at = behind > at ? behind : at;
    }
}

struct heading {
    const char *word;
    enum part part;
};

static const struct heading HEADINGS[] = {
    {"trailing configuration", PART_TRAILING},
    {"stop targets", PART_STOP},
    {"stop target", PART_STOP},
    {"stop loss", PART_STOP},
    {"stop-loss", PART_STOP},
    {"stoploss", PART_STOP},
    {"stop", PART_STOP},
    {"sl", PART_STOP},
    {"take-profit targets", PART_TARGET},
    {"take profit targets", PART_TARGET},
    {"take-profit", PART_TARGET},
    {"take profit", PART_TARGET},
    {"targets", PART_TARGET},
    {"target", PART_TARGET},
    {"tp", PART_TARGET},
    {"sell", PART_TARGET},
    {"entry targets", PART_ENTRY},
    {"entry zone", PART_ENTRY},
    {"entry", PART_ENTRY},
    {"enter", PART_ENTRY},
    {"buy", PART_ENTRY},
};

/* The heading of a line and what is behind it; "tp1", "tp 2" count their own number as the word's. */
static const char *heading_of(const char *line, enum part *part)
{
    for (size_t at = 0; at < ARRAY_COUNT(HEADINGS); at++) {
        const char *found = word_in(line, HEADINGS[at].word);
        if (found != NULL) {
            const char *behind = found + strlen(HEADINGS[at].word);
            *part = HEADINGS[at].part;
            const char *digits = behind + strspn(behind, "0123456789");
            return *digits == ':' || (*digits == ' ' && digits > behind) ? digits : behind;
        }
    }
    return NULL;
}

static struct prices *prices_of(struct text *self, enum part part)
{
    switch (part) {
    case PART_ENTRY: return &self->entry;
    case PART_TARGET: return &self->target;
    case PART_STOP: return &self->stop;
    case PART_NONE:
    case PART_TRAILING: return NULL;
    }
    return NULL;
}

static void take_line(struct text *self, char *line)
{
    const char *end = line + strlen(line);
    if (word_in(line, "leverage") != NULL || word_in(line, "lev") != NULL) {
        take_leverage(self, line, end);
        return;
    }
    if (word_in(line, "amount") != NULL || word_in(line, "exchanges") != NULL ||
        word_in(line, "risk management") != NULL || word_in(line, "signal type") != NULL) {
        return;
    }
    enum part part = self->part;
    const char *from = heading_of(line, &part);
    if (from != NULL && self->part != PART_TRAILING) {
        self->part = part;
    }
    struct prices *prices = prices_of(self, self->part);
    if (prices != NULL) {
        take_prices(self, from == NULL ? line : from, end, prices);
    }
}

static void take_lines(struct text *self)
{
    self->current_price = strstr(self->bytes, "current price") != NULL ||
                          word_in(self->bytes, "market price") != NULL ||
                          word_in(self->bytes, "at market") != NULL;
    self->has_long = word_in(self->bytes, "long") != NULL;
    self->has_short = word_in(self->bytes, "short") != NULL;
    char *rest = NULL;
    for (char *line = strtok_r(self->bytes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        take_line(self, line);
    }
}

/* ---- the pair ---- */

static bool is_pair_byte(char c)
{
    return is_letter(c) || is_digit(c);
}

/* "#doge/usdt", "$doge usdt", "dogeusdt", "doge/usdt": base and quote together, in capitals. */
static bool pair_of(const char *plain, char *out, size_t size)
{
    for (const char *quote = strstr(plain, "usd"); quote != NULL;
         quote = strstr(quote + 1, "usd")) {
        const char *behind = quote + 3 + (quote[3] == 't' || quote[3] == 'c');
        const char *end = quote;
        while (end > plain &&
               (end[-1] == '/' || end[-1] == ' ' || end[-1] == '-' || end[-1] == '_')) {
            end--;
        }
        const char *begin = end;
        while (begin > plain && is_pair_byte(begin[-1])) {
            begin--;
        }
        size_t length = (size_t)(end - begin);
        if (length < 2 || is_pair_byte(*behind) || length + 6 > size) {
            continue;
        }
        for (size_t at = 0; at < length; at++) {
            out[at] = (char)(is_letter(begin[at]) ? begin[at] - 32 : begin[at]);
        }
        (void)snprintf(out + length, size - length, "%s", quote[3] == 'c' ? "USDC" : "USDT");
        return true;
    }
    return false;
}

/* ---- direction ---- */

static enum signal_direction by_prices(const struct text *self)
{
    int64_t entry = self->entry.count > 0 ? self->entry.e12[0] : 0;
    int votes_long = 0;
    int votes_short = 0;
    for (int32_t at = 0; entry > 0 && at < self->target.count; at++) {
        votes_long += self->target.e12[at] > entry;
        votes_short += self->target.e12[at] < entry;
    }
    for (int32_t at = 0; entry > 0 && at < self->stop.count; at++) {
        votes_long += self->stop.e12[at] < entry;
        votes_short += self->stop.e12[at] > entry;
    }
    if (entry == 0 && self->target.count > 0 && self->stop.count > 0) {
        votes_long = self->target.e12[0] > self->stop.e12[0];
        votes_short = self->target.e12[0] < self->stop.e12[0];
    }
    if ((votes_long > 0) == (votes_short > 0)) {
        return DIRECTION_INVALID;
    }
    return votes_long > 0 ? DIRECTION_LONG : DIRECTION_SHORT;
}

static enum signal_direction direction_of(const struct text *self)
{
    enum signal_direction priced = by_prices(self);
    if (self->has_long == self->has_short) {
        return priced;
    }
    enum signal_direction said = self->has_long ? DIRECTION_LONG : DIRECTION_SHORT;
    bool contradicts = priced != DIRECTION_INVALID && priced != said;
    return contradicts ? DIRECTION_INVALID : said;
}

/* ---- together ---- */

static void refuse(struct message *out, const char *why)
{
    (void)slice_copy(slice_of(why), out->refused, sizeof(out->refused));
}

static void entries_apply(struct signal *signal, const struct prices *entry)
{
    for (int32_t at = 0; at < entry->count; at++) {
        bool first = at == 0;
        if (first || entry->e12[at] < signal->entry_low_e12) {
            signal->entry_low_e12 = entry->e12[at];
        }
        if (first || entry->e12[at] > signal->entry_high_e12) {
            signal->entry_high_e12 = entry->e12[at];
        }
    }
}

static void apply(struct message *out, const struct text *text)
{
    struct signal *signal = &out->signal;
    signal->direction = direction_of(text);
    if (signal->direction == DIRECTION_INVALID) {
        refuse(out, "its direction contradicts its prices, or cannot be told from them");
        return;
    }
    if ((text->entry.count == 0 && !text->current_price) ||
        (text->target.count == 0 && text->stop.count == 0)) {
        refuse(out, "it needs an entry, and a target or a stop");
        return;
    }
    if (text->unread) {
        refuse(out, "a price of it cannot be read");
        return;
    }
    if (!text->current_price) {
        entries_apply(signal, &text->entry);
    }
    signal->target_count = text->target.count;
    memcpy(signal->target_e12, text->target.e12, sizeof(signal->target_e12));
    signal->stop_e12 = text->stop.count > 0 ? text->stop.e12[0] : 0;
    signal->leverage_stated = text->leverage;
}

/* Follow-ups: a close acts, the rest says by name that it does not. */
static bool follow_up(struct message *out, const struct text *text)
{
    bool whole = word_in(text->bytes, "target") != NULL ||
                 word_in(text->bytes, "targets") != NULL || word_in(text->bytes, "tp") != NULL ||
                 word_in(text->bytes, "entry") != NULL;
    bool moves = strstr(text->bytes, "move sl") != NULL || strstr(text->bytes, "move stop") != NULL;
    if (moves) {
        refuse(out, "a moved stop is no signal: stops follow the position's own plan");
    } else if (!whole && word_in(text->bytes, "cancel") != NULL) {
        refuse(out, "a cancel is no signal: the entry ends by its ttl");
    } else if (!whole && word_in(text->bytes, "close") != NULL) {
        out->signal.direction = DIRECTION_CLOSE;
    } else {
        return false;
    }
    return true;
}

void cornix_read(struct message *out, struct slice text, const char *source, int64_t now_us)
{
    memset(out, 0, sizeof(*out));
    out->signal.timestamp_us = now_us;
    (void)snprintf(out->signal.source, sizeof(out->signal.source), "%s", source);
    if (text.length > MESSAGE_BYTES) {
        refuse(out, "it is longer than 65536 bytes");
        return;
    }
    struct text plain = {0};
    make_plain(&plain, text);
    char *json = json_string_new(text);
    int length = asprintf(&out->metadata, "{\"text\":%s}", json);
    CHECK(length > 0);
    free(json);
    bool paired = pair_of(plain.bytes, out->signal.token, sizeof(out->signal.token));
    if (!paired) {
        refuse(out, "it names no pair with its quote, as #DOGE/USDT");
    } else if (!follow_up(out, &plain)) {
        take_lines(&plain);
        apply(out, &plain);
    }
    free(plain.bytes);
}
