/* words.h - distinct texts by index, in order of first appearance: tokens, sources, verdicts of
 * a run.
 * Laws     an index and a text, once given, stay. Cost: one hash a look-up. */
#ifndef REPORTS_WORDS_H
#define REPORTS_WORDS_H

#include "core/base.h"

struct words {
    int32_t count;
    int64_t capacity;
    char **items;
    int32_t *slots; /* private: open addressing, index + 1 */
    int32_t slot_count;
};

void words_init(struct words *self);
void words_release(struct words *self);
/* Index of the text, added when new; NULL counts as "". */
int32_t words_intern(struct words *self, const char *text);
/* Index of the text or -1. */
int32_t words_find(const struct words *self, const char *text);

#endif
