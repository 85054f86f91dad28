#include "data/timerange.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

enum { DATE_DIGITS = 8, SECOND_DIGITS = 10, MS_DIGITS = 13, YEAR_FIRST = 1970, MONTHS = 12 };

static bool digits_value(const char *text, size_t length, int64_t *out)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return decimal_parse(text, length, 0, out) == DECIMAL_OK;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool date_value(int64_t digits, int64_t *out)
{
    int year = (int)(digits / 10000);
    int month = (int)(digits / 100 % 100);
    int day = (int)(digits % 100);
    if (year < YEAR_FIRST || month < 1 || month > MONTHS || day < 1 ||
        day > days_in_month(year, month)) {
        return false;
    }
    *out = instant_from_date(year, month, day);
    return true;
}

static bool side_value(const char *text, size_t length, int64_t *out)
{
    int64_t digits = 0;
    if (!digits_value(text, length, &digits)) {
        return false;
    }
    switch (length) {
    case DATE_DIGITS: return date_value(digits, out);
    case SECOND_DIGITS: *out = digits * US_PER_SECOND; return true;
    case MS_DIGITS: *out = digits * US_PER_MS; return true;
    default: return false;
    }
}

static bool refuse(struct error *error, const char *text, const char *why)
{
    return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                     "--timerange '%.60s' %s: write 20260104-20260206, 20260104- or -20260206 "
                     "(dates, or 10-digit seconds, or 13-digit milliseconds; UTC)",
                     text, why);
}

bool timerange_parse(struct market_range *out, const char *text, struct error *error)
{
    const char *dash = strchr(text, '-');
    if (dash == NULL) {
        return refuse(error, text, "has no '-' between its start and its end");
    }
    const char *end = dash + 1;
    struct market_range range = {.first_us = 0, .last_us = INSTANT_NEVER};
    if (dash == text && *end == '\0') {
        return refuse(error, text, "has neither start nor end");
    }
    if (dash != text && !side_value(text, (size_t)(dash - text), &range.first_us)) {
        return refuse(error, text, "has a start that is no date and no time");
    }
    if (*end != '\0' && !side_value(end, strlen(end), &range.last_us)) {
        return refuse(error, text, "has an end that is no date and no time");
    }
    if (range.last_us < range.first_us) {
        return refuse(error, text, "ends before it begins");
    }
    *out = range;
    return true;
}

void timerange_print(const struct market_range *self, FILE *stream)
{
    char first[INSTANT_BYTES];
    char last[INSTANT_BYTES];
    (void)instant_format(self->first_us, first);
    (void)instant_format(self->last_us, last);
    bool from = self->first_us > 0;
    bool until = self->last_us < INSTANT_NEVER;
    (void)fprintf(stream, "from %s to %s", from ? first : "the first", until ? last : "the last");
    if (from && until) {
        int64_t tenths = (self->last_us - self->first_us) / (US_PER_DAY / 10);
        (void)fprintf(stream, " (%lld.%lld days)", (long long)(tenths / 10),
                      (long long)(tenths % 10));
    }
}
