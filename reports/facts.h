/* facts.h - what the program that made the run said of its data and its models (JSON of
 * runs.facts), and the settings in force (JSON of runs.config). Read tolerantly: what is absent
 * is not shown, what is of another type is shown as it is.
 * Fields used  fidelity, operator, starting_balance, quote, venue, window [first_us, last_us],
 *              assumptions [text], notes [text], not_applicable [{check, reason}], symbols
 *              [{symbol, bars, first, last, interval_us, gaps, missing, duplicates, unsorted,
 *              mark_source, funding, tiers, rules}], market_change [{symbol, first, last}],
 *              bounds {any: value}, signals {any: number}, cache {hits, misses, evictions,
 *              expiries}, exchange {any: number}. */
#ifndef REPORTS_FACTS_H
#define REPORTS_FACTS_H

#include <jansson.h>

#include "reports/buffer.h"
#include "reports/run.h"

struct facts {
    json_t *facts, *config; /* objects, empty where the run has none */
};

void facts_read(struct facts *self, const struct run *run);
void facts_release(struct facts *self);
/* The member of an object, or NULL. */
json_t *facts_member(const struct facts *self, const char *name);
/* The setting of this dotted key, nested or flat, or NULL. */
json_t *facts_setting(const struct facts *self, const char *key);
/* A text, or NULL when it is absent or not a text. */
const char *facts_text(const struct facts *self, const char *name);

/* A value in words: text as it is, numbers, yes or no, the length of a list, the members of an
 * object, "" for nothing. */
void fact_words(json_t *value, struct buffer *out);
/* A number or a decimal text; UNDEFINED else. */
double fact_number(const json_t *value);
/* An integer of either kind, 0 else. */
int64_t fact_integer(const json_t *value);

#endif
