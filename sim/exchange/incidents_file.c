/* incidents_file.c - the schedule of bad hours, read strictly. */
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/document.h"
#include "sim/exchange/incidents.h"

enum field {
    FIELD_FROM,
    FIELD_TO,
    FIELD_SYMBOL,
    FIELD_KIND,
    FIELD_FACTOR,
    FIELD_PRICE,
    FIELD_10S,
    FIELD_1M
};
enum { FIELDS = 8, WORD_MAX = 64 };
static const char *const FIELD_NAMES[FIELDS] = {"from",   "to",    "symbol",     "kind",
                                                "factor", "price", "orders_10s", "orders_1m"};
#define FACTOR_MAX_E6 1000000000LL /* a thousandfold */

struct reading {
    struct document document;
    const struct instruments *instruments;
    struct slice place; /* of the entry being read */
    uint32_t given;     /* bit per field */
};

static bool given(const struct reading *self, enum field field)
{
    return (self->given >> field & 1U) != 0;
}

static bool take_time(struct reading *self, struct slice value, int64_t *out)
{
    char text[WORD_MAX];
    size_t length = 0;
    int64_t ms = 0;
    if (document_integer(value, 1000000000000, 9999999999999, &ms)) {
        *out = ms * US_PER_MS;
        return true;
    }
    if (json_text_string(value, text, sizeof text, &length) && instant_parse(text, length, out)) {
        return true;
    }
    return document_refuse(&self->document, value,
                           "%s is no time: write \"2025-01-20T15:00:00Z\" or 13 digits",
                           document_quote(&self->document, value));
}

static bool take_symbol(struct reading *self, struct slice value, int32_t *out)
{
    char text[WORD_MAX];
    size_t length = 0;
    if (json_text_string(value, text, sizeof text, &length)) {
        *out = strcmp(text, "*") == 0 ? INSTRUMENT_NONE
                                      : instruments_resolve(self->instruments, text).instrument;
        if (*out != INSTRUMENT_NONE || strcmp(text, "*") == 0) {
            return true;
        }
    }
    return document_refuse(&self->document, value,
                           "%s is no symbol of this market: name one, or \"*\" for all",
                           document_quote(&self->document, value));
}

static bool take_kind(struct reading *self, struct slice value, enum incident_kind *out)
{
    char text[WORD_MAX];
    size_t length = 0;
    bool word = json_text_string(value, text, sizeof text, &length);
    for (int kind = 0; word && kind < INCIDENT_KINDS; kind++) {
        if (strcmp(text, incident_kind_text(kind)) == 0) {
            *out = (enum incident_kind)kind;
            return true;
        }
    }
    return document_refuse(&self->document, value,
                           "%s is no kind: dead, cancel_only, submit_only, slow, stale_feed, halt, "
                           "delist, adl, depth_collapse or rate_limit",
                           document_quote(&self->document, value));
}

static bool take_factor(struct reading *self, struct slice value, int64_t *out)
{
    struct slice digits;
    if (json_text_number(value, &digits) &&
        decimal_parse(digits.text, digits.length, 6, out) == DECIMAL_OK && *out >= 0 &&
        *out <= FACTOR_MAX_E6) {
        return true;
    }
    return document_refuse(&self->document, value,
                           "%s: a factor is a number from 0 to 1000 with six decimals at most",
                           document_quote(&self->document, value));
}

static bool take_price(struct reading *self, struct slice value, int64_t *out)
{
    char text[WORD_MAX];
    size_t length = 0;
    return (json_text_string(value, text, sizeof text, &length) &&
            decimal_parse(text, length, 12, out) == DECIMAL_OK && *out > 0) ||
           document_refuse(&self->document, value, "%s is no price: write it as text, \"0.1825\"",
                           document_quote(&self->document, value));
}

static bool take_count(struct reading *self, struct slice value, int64_t *out)
{
    return document_integer(value, 0, 1000000, out) ||
           document_refuse(&self->document, value, "%s: give a whole number of orders",
                           document_quote(&self->document, value));
}

static bool
take_field(struct reading *self, struct incident *item, enum field field, struct slice value)
{
    switch (field) {
    case FIELD_FROM: return take_time(self, value, &item->from_us);
    case FIELD_TO: return take_time(self, value, &item->to_us);
    case FIELD_SYMBOL: return take_symbol(self, value, &item->instrument);
    case FIELD_KIND: return take_kind(self, value, &item->kind);
    case FIELD_FACTOR: return take_factor(self, value, &item->factor_e6);
    case FIELD_PRICE: return take_price(self, value, &item->price_e12);
    case FIELD_10S: return take_count(self, value, &item->orders_10s);
    case FIELD_1M: return take_count(self, value, &item->orders_1m);
    }
    return false;
}

static bool refuse_entry(struct reading *self, const char *text)
{
    return document_refuse(&self->document, self->place, "%s", text);
}

/* Each kind has its own fields, all of them and no others. */
static bool entry_fits(struct reading *self, struct incident *item)
{
    bool slow = item->kind == INCIDENT_SLOW;
    bool thin = item->kind == INCIDENT_DEPTH_COLLAPSE;
    bool rate = item->kind == INCIDENT_RATE_LIMIT;
    bool adl = item->kind == INCIDENT_ADL;
    bool ends = item->kind != INCIDENT_DELIST && !adl;
    bool whole = slow || rate || item->kind == INCIDENT_DEAD;
    if (ends != given(self, FIELD_TO)) {
        return refuse_entry(self, ends ? "it has no \"to\": say when it ends"
                                       : "a delisting and an adl have no end: leave \"to\" out");
    }
    if (ends && item->to_us <= item->from_us) {
        return refuse_entry(self, "it ends before it begins: swap \"from\" and \"to\"");
    }
    if (whole && item->instrument != INSTRUMENT_NONE) {
        return refuse_entry(self, "this kind is of the whole venue: write \"symbol\": \"*\"");
    }
    if ((slow || thin || adl) != given(self, FIELD_FACTOR)) {
        return refuse_entry(self,
                            "\"factor\" belongs to slow, depth_collapse and adl, and only there");
    }
    if (given(self, FIELD_PRICE) && !adl) {
        return refuse_entry(self, "\"price\" belongs to adl, and only there");
    }
    if (adl && (item->factor_e6 == 0 || item->factor_e6 > ONE_E6)) {
        return refuse_entry(self, "the factor of adl is a share, above 0 and at most 1");
    }
    if ((slow && item->factor_e6 < ONE_E6) || (thin && item->factor_e6 > ONE_E6)) {
        return refuse_entry(self, "the factor of slow is 1 or more, of depth_collapse 1 or less");
    }
    if (rate != given(self, FIELD_10S) || rate != given(self, FIELD_1M)) {
        return refuse_entry(self,
                            "\"orders_10s\" and \"orders_1m\" belong to rate_limit: both, and "
                            "only there");
    }
    item->to_us = ends ? item->to_us : item->from_us + 1;
    return true;
}

static bool take_entry(struct reading *self, struct incident *item, struct slice text)
{
    struct json_walk walk;
    struct slice key;
    struct slice value;
    *item = (struct incident){.instrument = INSTRUMENT_NONE};
    self->place = text;
    self->given = 0;
    if (!json_walk_open(&walk, text, '{')) {
        return refuse_entry(self, "an incident is an object: {\"from\": ..., \"kind\": ...}");
    }
    while (json_walk_next(&walk, &key, &value)) {
        int field = 0;
        while (field < FIELDS && !document_is(key, FIELD_NAMES[field])) {
            field++;
        }
        if (field == FIELDS) {
            return document_refuse(
                &self->document, key,
                "unknown key %s: known are from, to, symbol, kind, factor, price, "
                "orders_10s, orders_1m",
                document_quote(&self->document, key));
        }
        if (given(self, (enum field)field)) {
            return document_refuse(&self->document, key, "%s is given twice: keep one",
                                   document_quote(&self->document, key));
        }
        self->given |= 1U << field;
        if (!take_field(self, item, (enum field)field, value)) {
            return false;
        }
    }
    if (!given(self, FIELD_FROM) || !given(self, FIELD_SYMBOL) || !given(self, FIELD_KIND)) {
        return refuse_entry(self, "an incident needs \"from\", \"symbol\" and \"kind\"");
    }
    return entry_fits(self, item);
}

static int by_start(const void *a, const void *b)
{
    const struct incident *left = a;
    const struct incident *right = b;
    if (left->from_us != right->from_us) {
        return left->from_us < right->from_us ? -1 : 1;
    }
    if (left->kind != right->kind) {
        return left->kind < right->kind ? -1 : 1;
    }
    return (left->instrument > right->instrument) - (left->instrument < right->instrument);
}

bool incidents_parse(struct incident_schedule *self,
                     const struct instruments *instruments,
                     struct slice text,
                     const char *name,
                     struct error *error)
{
    struct reading reading = {.document = {.text = text, .name = name, .error = error},
                              .instruments = instruments};
    struct json_walk walk;
    struct slice entry;
    self->count = 0;
    if (!document_valid(&reading.document) || !json_walk_open(&walk, text, '[')) {
        return document_refuse(&reading.document, text, "no JSON list: write [{...}, {...}]");
    }
    while (json_walk_next(&walk, NULL, &entry)) {
        if (self->count == INCIDENTS_FILE_MAX) {
            return document_refuse(&reading.document, entry,
                                   "more than %d incidents: split the run", INCIDENTS_FILE_MAX);
        }
        if (!take_entry(&reading, &self->items[self->count], entry)) {
            return false;
        }
        self->count++;
    }
    qsort(self->items, (size_t)self->count, sizeof self->items[0], by_start);
    return true;
}

bool incidents_load(struct incident_schedule *self,
                    const struct instruments *instruments,
                    const char *path,
                    struct error *error)
{
    size_t length = 0;
    char *text = document_read(path, &length, error);
    bool fine = text != NULL &&
                incidents_parse(self, instruments, (struct slice){text, length}, path, error);
    document_free(text);
    return fine;
}
