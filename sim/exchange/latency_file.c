/* latency_file.c - the table of latencies, read strictly: what is not understood is refused with its line. */
#include <inttypes.h>
#include <string.h>

#include "core/instant.h"
#include "sim/exchange/document.h"
#include "sim/exchange/latency.h"

static const char *const LEG_NAMES[LATENCY_LEGS] = {"feed", "order", "response"};

static bool take_value(struct document *document, struct latency_leg *leg, struct slice value)
{
    int64_t us = 0;
    if (leg->count == LATENCY_VALUES_MAX) {
        return document_refuse(document, value, "more than %d values: thin them out",
                               LATENCY_VALUES_MAX);
    }
    if (!document_integer(value, 0, US_PER_HOUR, &us)) {
        return document_refuse(document, value, "%s: give whole microseconds from 0 to an hour",
                               document_quote(document, value));
    }
    if (leg->quantiles && leg->count > 0 && us < leg->values_us[leg->count - 1]) {
        return document_refuse(document, value,
                               "%" PRId64 " is below the quantile before it: sort them", us);
    }
    leg->values_us[leg->count] = us;
    leg->count++;
    return true;
}

static bool take_values(struct document *document, struct latency_leg *leg, struct slice value)
{
    struct json_walk walk;
    struct slice element;
    if (!json_walk_open(&walk, value, '[')) {
        return document_refuse(document, value, "this is no list: write [900, 1500, 40000]");
    }
    while (json_walk_next(&walk, NULL, &element)) {
        if (!take_value(document, leg, element)) {
            return false;
        }
    }
    if (leg->count < (leg->quantiles ? 2 : 1)) {
        return document_refuse(document, value, "too few values: %s",
                               leg->quantiles ? "quantiles need two" : "samples need one");
    }
    return true;
}

static bool take_leg(struct document *document, struct latency_leg *leg, struct slice value)
{
    struct json_walk walk;
    struct slice key;
    struct slice content;
    if (!json_walk_open(&walk, value, '{')) {
        return document_refuse(document, value, "a leg is an object: {\"quantiles_us\": [...]}");
    }
    while (json_walk_next(&walk, &key, &content)) {
        leg->quantiles = document_is(key, "quantiles_us");
        if (!leg->quantiles && !document_is(key, "samples_us")) {
            return document_refuse(document, key,
                                   "unknown key %s: known are quantiles_us and samples_us",
                                   document_quote(document, key));
        }
        if (leg->count > 0) {
            return document_refuse(document, key, "a second list of one leg: keep one");
        }
        if (!take_values(document, leg, content)) {
            return false;
        }
    }
    return leg->count > 0 || document_refuse(document, value, "an empty leg: leave it out");
}

static struct latency_leg *leg_named(struct latency_table *self, struct slice key)
{
    for (int index = 0; index < LATENCY_LEGS; index++) {
        if (document_is(key, LEG_NAMES[index])) {
            return &self->legs[index];
        }
    }
    return NULL;
}

bool latency_table_parse(struct latency_table *self,
                         struct slice text,
                         const char *name,
                         struct error *error)
{
    struct document document = {.text = text, .name = name, .error = error};
    struct json_walk walk;
    struct slice key;
    struct slice value;
    memset(self, 0, sizeof *self);
    if (!document_valid(&document) || !json_walk_open(&walk, text, '{')) {
        return document_refuse(&document, text, "no JSON object: see `cerberus-sim --help`");
    }
    while (json_walk_next(&walk, &key, &value)) {
        struct latency_leg *leg = leg_named(self, key);
        if (leg == NULL) {
            return document_refuse(&document, key,
                                   "unknown key %s: known are feed, order and response",
                                   document_quote(&document, key));
        }
        if (leg->count > 0) {
            return document_refuse(&document, key, "%s is given twice: keep one",
                                   document_quote(&document, key));
        }
        if (!take_leg(&document, leg, value)) {
            return false;
        }
    }
    return true;
}

bool latency_table_load(struct latency_table *self, const char *path, struct error *error)
{
    size_t length = 0;
    char *text = document_read(path, &length, error);
    bool fine =
        text != NULL && latency_table_parse(self, (struct slice){text, length}, path, error);
    document_free(text);
    return fine;
}
