/* row.h - one JSON object of a venue as named members, each read exactly into the core's units.
 * Use      names in a static table; json_row_open() cuts the object, the readers take members by their place in the table. The
 * first
 *          thing that is wrong is kept in `bad` (the name of the member); readers answer 0 then and may go on being called, so
 *          that a caller asks once, at the end.
 * Laws     numbers are cut from the text and become integers as decimals (core/fixed.h): none passes a floating type, none is
 *          rounded. A wanted member that stands twice makes the row bad. Members that are not wanted may be anything valid.
 * Memory   slices into the text that was given; no heap.  Cost: about 1 ns a byte. */
#ifndef LIVE_VENUES_ROW_H
#define LIVE_VENUES_ROW_H

#include "core/fixed.h"
#include "core/types.h"
#include "data/json_text.h"

enum { ROW_MEMBERS_MAX = 24 };

struct row {
    const char *const *names;
    int32_t count;
    struct slice values[ROW_MEMBERS_MAX]; /* length 0: not there */
    const char *bad;                      /* NULL: nothing so far */
};

/* False: not one whole object, or a wanted member stands twice. */
MUST_USE bool
json_row_open(struct row *self, struct slice text, const char *const *names, int32_t count);
bool json_row_has(const struct row *self, int32_t member); /* there, and not null */

/* A number or a string that holds one, times 10^scale. */
int64_t json_row_decimal(struct row *self, int32_t member, unsigned scale);
/* The same where it may be missing, null or "": then 0. */
int64_t json_row_decimal_if(struct row *self, int32_t member, unsigned scale);
/* A time in milliseconds, as microseconds; 0 or more. */
int64_t json_row_time_us(struct row *self, int32_t member);
/* true, false, "true", "false" in any case. */
bool json_row_flag(struct row *self, int32_t member);
bool json_row_flag_if(struct row *self, int32_t member);
/* A string; "" where it is missing or null. One that does not fit makes the row bad. */
void json_row_text(struct row *self, int32_t member, char *out, size_t capacity);
/* A string or a whole number, as text: an id. "" where it is missing or null. */
void json_row_id(struct row *self, int32_t member, char *out, size_t capacity);
/* True: it is a string with exactly this text. */
bool json_row_is(const struct row *self, int32_t member, const char *word);
/* "BUY", "SELL" in any case. */
enum side json_row_side(struct row *self, int32_t member);

#endif
