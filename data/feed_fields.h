/* feed_fields.h - the strict reading of one JSON object of a feed line, field by field: each key is asked for once,
 * a key that nobody asked for is a fault. For the feed's own files.
 * Failure  the first fault wins and stays; later questions answer zero. feed_fields_done() tells. */
#ifndef DATA_FEED_FIELDS_H
#define DATA_FEED_FIELDS_H

#include <jansson.h>

#include "data/error.h"

struct feed_fields {
    const json_t *object;
    const char *file;
    int64_t line;
    struct error *error;
    size_t taken; /* keys asked for and found */
    bool failed;
};

enum feed_need { FEED_REQUIRED, FEED_OPTIONAL };

/* object may be anything: what is no object is the first fault. what: "a line", "a symbol". */
void feed_fields_open(struct feed_fields *self,
                      const json_t *object,
                      const char *what,
                      const char *file,
                      int64_t line,
                      struct error *error);
bool feed_fields_fail(struct feed_fields *self, const char *key, const char *why);
/* A JSON integer in minimum..maximum. */
int64_t feed_integer(struct feed_fields *self,
                     const char *key,
                     enum feed_need need,
                     int64_t minimum,
                     int64_t maximum);
/* A string with an exact decimal in minimum..INT64_MAX. *there (may be NULL): the key stands in the line. */
int64_t feed_decimal(struct feed_fields *self,
                     const char *key,
                     enum feed_need need,
                     unsigned scale,
                     int64_t minimum,
                     bool *there);
/* An array of such strings, at most capacity, each above 0. */
int32_t feed_decimals(
    struct feed_fields *self, const char *key, unsigned scale, int64_t *out, int32_t capacity);
/* Shorter than capacity; copied, closed. out is empty when it is absent. */
void feed_text(
    struct feed_fields *self, const char *key, enum feed_need need, char *out, size_t capacity);
/* The string itself, borrowed from the document; NULL: absent. */
const char *feed_string(struct feed_fields *self, const char *key, enum feed_need need);
/* Index of a word, which may be NULL, among the texts of a closed set; -1: none. */
int feed_word_index(const char *word, const char *(*text)(int), int count);
bool feed_true(struct feed_fields *self, const char *key);
/* The value as it is; NULL: absent, which is the fault where it is required. */
const json_t *feed_value(struct feed_fields *self, const char *key, enum feed_need need);
/* False when there was a fault, or a key is left that nobody asked for. */
MUST_USE bool feed_fields_done(struct feed_fields *self);

#endif
