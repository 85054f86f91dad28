/* signal_fields.h - the text of one field of a signal into its integer: the same rules for CSV columns,
 * metadata and the live sources.
 * Failure  false: the field is there and is not what it must be; *out is untouched. Empty is the caller's. */
#ifndef DATA_SIGNAL_FIELDS_H
#define DATA_SIGNAL_FIELDS_H

#include "core/signal.h"
#include "data/text.h"

enum time_unit { TIME_ISO, TIME_SECONDS, TIME_MS, TIME_US, TIME_NS };
enum { TIME_UNIT_COUNT = 5 };

const char *time_unit_text(enum time_unit unit); /* "ISO-8601", "s", "ms", "us", "ns" */
/* Unit by magnitude; nanoseconds and finer fractions are cut to the microsecond. */
MUST_USE bool signal_time_read(struct slice text, int64_t *time_us, enum time_unit *unit);
/* True when the instant has the natural number of digits of its unit: from 2001-09-09 to 2286-11-20. */
bool signal_time_natural(int64_t time_us);

/* Any case; '_', '-' and ' ' alike. Empty: DIRECTION_UNSAID; no such word: DIRECTION_INVALID. */
enum signal_direction signal_direction_parse(struct slice text);
MUST_USE bool signal_price_parse(struct slice text, int64_t *out_e12); /* > 0 */
/* Zero or more; the exponent (0 to 8) is the number of decimals kept, the smallest that is exact. */
MUST_USE bool signal_volume_parse(struct slice text, int64_t *out, int32_t *exponent);
MUST_USE bool signal_leverage_parse(struct slice text, int32_t *out); /* "10", "10x", "x10" */
MUST_USE bool signal_ttl_parse(struct slice text, int64_t *out_us);   /* seconds, or "15m"; > 0 */

/* A valid JSON value that is a price, a price in a string, or an array of them; at most capacity. */
MUST_USE bool
signal_json_prices(struct slice value, int64_t *out_e12, int32_t capacity, int32_t *count);
/* A CSV field: such a value, or bare prices parted by ';' or '|'. */
MUST_USE bool
signal_prices_parse(struct slice text, int64_t *out_e12, int32_t capacity, int32_t *count);

/* A JSON number, or a string with one, times 10^scale: exact from the text; a bare number with more
 * decimals than the scale holds is first rounded to 15 significant digits (DESIGN 7). */
MUST_USE bool signal_json_decimal(struct slice value, unsigned scale, int64_t *out);

#endif
