/* instant.h - UTC calendar arithmetic on microseconds since the epoch; no time zone, no leap second, no clock. */
#ifndef CORE_INSTANT_H
#define CORE_INSTANT_H

#include "core/base.h"

#define US_PER_MS     1000LL
#define US_PER_SECOND 1000000LL
#define US_PER_MINUTE 60000000LL
#define US_PER_HOUR   3600000000LL
#define US_PER_DAY    86400000000LL
#define INSTANT_NEVER INT64_MAX

enum { INSTANT_BYTES = 32 };

/* Start of the UTC day, of the ISO week (Monday 00:00) and of the month that hold the instant. */
int64_t instant_day(int64_t time_us);
int64_t instant_week(int64_t time_us);
int64_t instant_month(int64_t time_us);
/* First multiple of period_us after the instant. */
int64_t instant_next(int64_t time_us, int64_t period_us);
/* Civil date to the instant of its midnight; the caller gives a valid date, year 1970..9999. */
int64_t instant_from_date(int year, int month, int day);
/* ISO-8601 with zone ("2021-01-01T02:15:14.000Z", "2024-01-02 03:04:05+00:00"); false when it is not that. */
MUST_USE bool instant_parse(const char *text, size_t length, int64_t *out);
/* "2021-01-01T02:15:14.000000Z", closed with a zero byte; returns its length. */
size_t instant_format(int64_t time_us, char out[INSTANT_BYTES]);

#endif
