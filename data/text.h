/* text.h - small questions about text that came from outside: words in any case, UTF-8, safe copies.
 * Laws     locale-free: only ASCII letters have a case. A copy made here is valid UTF-8 without control bytes, so
 *          that a terminal, a page, JSON and the store may show it.
 * Cost     one pass; no heap. */
#ifndef DATA_TEXT_H
#define DATA_TEXT_H

#include "core/base.h"

/* A piece of somebody else's text: borrowed, not closed with a zero byte. */
struct slice {
    const char *text;
    size_t length;
};

struct slice slice_of(const char *text); /* of a closed text */
/* Without spaces, tabs and line ends at both ends. */
struct slice slice_trim(struct slice self);
/* word: closed, lower case. True when equal in any case. */
bool slice_is(struct slice self, const char *word);

/* Length of the UTF-8 character at text (1 to 4 bytes), 0 where there is none: cut short, overlong,
 * a surrogate, beyond U+10FFFF. available > 0. */
size_t utf8_length(const char *text, size_t available);

/* Copies into out (capacity > 0, closed). False when something was changed: cut at a character's
 * end because it did not fit, or a control byte or a byte that is not UTF-8 replaced by '?'. */
bool slice_copy(struct slice self, char *out, size_t capacity);

/* The names' edit distance (Levenshtein); texts beyond 64 bytes are cut. For "did you mean". */
int text_distance(const char *a, const char *b);

#endif
