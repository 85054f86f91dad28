/* duration.h - lengths of time as people write them: "100ms", "90s", "1.5h", "2d".
 * Units    us, ms, s, m (min), h, d, w. The result is in microseconds, exact or refused.
 * Failure  false: not a number with one of these units, below zero, or not a whole microsecond. */
#ifndef DATA_DURATION_H
#define DATA_DURATION_H

#include "data/text.h"

enum { DURATION_BYTES = 32 };

MUST_USE bool duration_parse(struct slice text, int64_t *out_us);
/* The shortest exact text with one unit ("24h" is "1d"), closed; 0 is "0s". duration_us >= 0. */
size_t duration_format(int64_t duration_us, char out[DURATION_BYTES]);

#endif
