/* fields.h - the members of one message as named texts, while a dialect is turned into the columns of a signals file. Private to
 * the readers of messages.
 * Memory   texts are copied into one pool; a message that does not fit is refused by its reader. */
#ifndef LIVE_SOURCES_FIELDS_H
#define LIVE_SOURCES_FIELDS_H

#include "data/csv.h"
#include "data/text.h"

enum { FIELDS_MAX = 64, FIELDS_POOL_BYTES = 1 << 17 };

struct fields {
    int32_t count;
    bool full;
    size_t used;
    struct csv_field names[FIELDS_MAX], values[FIELDS_MAX];
    char pool[FIELDS_POOL_BYTES];
};

void fields_clear(struct fields *self);
/* Adds one, or replaces the value of that name. */
void fields_set(struct fields *self, const char *name, struct slice value);
void fields_drop(struct fields *self, const char *name);
/* Empty where there is none, in any case of its letters. */
struct slice fields_get(const struct fields *self, const char *name);
bool fields_has(const struct fields *self, const char *name);
/* The members of a JSON object; strings without quotes, all else as it stands. `prefix` goes before each name ("stopLoss."),
 * NULL:
 * none. False: it is no object, or a name is twice. */
bool fields_add_object(struct fields *self, struct slice json, const char *prefix);

/* Turns whatever dialect it is into columns; false and why: it is no signal. */
bool dialect_to_columns(struct fields *self, int64_t now_us, char *why, size_t size);

#endif
