#include "core/instant.h"

enum {
    DAYS_PER_ERA = 146097, /* 400 years of the Gregorian calendar */
    YEARS_PER_ERA = 400,
    EPOCH_DAY = 719468, /* from 0000-03-01 to 1970-01-01 */
    DAYS_PER_WEEK = 7,
    EPOCH_WEEKDAY = 3 /* 1970-01-01 was a Thursday; Monday is 0 */
};

struct civil {
    int64_t year;
    int month, day;
};

static int64_t floor_div(int64_t dividend, int64_t divisor)
{
    return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

/* A start below the first instant of int64 has no value; the first instant stands for it. */
static int64_t floor_to(int64_t time_us, int64_t period_us)
{
    int64_t start = 0;
    if (__builtin_mul_overflow(floor_div(time_us, period_us), period_us, &start)) {
        return INT64_MIN;
    }
    return start;
}

/* Days since the epoch of a date, years counted from March so that the leap day is the last of a
 * year. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2 ? 1 : 0;
    int64_t era = floor_div(year, YEARS_PER_ERA);
    int64_t year_of_era = year - era * YEARS_PER_ERA;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH_DAY;
}

static struct civil civil_from_days(int64_t days)
{
    days += EPOCH_DAY;
    int64_t era = floor_div(days, DAYS_PER_ERA);
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_of_year = (int)((5 * day_of_year + 2) / 153); /* 0 = March */
    struct civil civil = {.day = (int)(day_of_year - (153 * month_of_year + 2) / 5 + 1),
                          .month = month_of_year < 10 ? month_of_year + 3 : month_of_year - 9};
    civil.year = year_of_era + era * YEARS_PER_ERA + (civil.month <= 2 ? 1 : 0);
    return civil;
}

int64_t instant_day(int64_t time_us)
{
    return floor_to(time_us, US_PER_DAY);
}

int64_t instant_week(int64_t time_us)
{
    int64_t day = floor_div(time_us, US_PER_DAY);
    int64_t monday = floor_div(day + EPOCH_WEEKDAY, DAYS_PER_WEEK) * DAYS_PER_WEEK - EPOCH_WEEKDAY;
    int64_t start = 0;
    return __builtin_mul_overflow(monday, US_PER_DAY, &start) ? INT64_MIN : start;
}

int64_t instant_month(int64_t time_us)
{
    int64_t day = floor_div(time_us, US_PER_DAY);
    int64_t first = day - (civil_from_days(day).day - 1);
    int64_t start = 0;
    return __builtin_mul_overflow(first, US_PER_DAY, &start) ? INT64_MIN : start;
}

int64_t instant_next(int64_t time_us, int64_t period_us)
{
    CHECK(period_us > 0);
    int64_t next = 0;
    if (__builtin_mul_overflow(floor_div(time_us, period_us) + 1, period_us, &next)) {
        return INSTANT_NEVER;
    }
    return next;
}

int64_t instant_from_date(int year, int month, int day)
{
    CHECK(year >= 1970 && year <= 9999);
    CHECK(month >= 1 && month <= 12);
    CHECK(day >= 1 && day <= 31);
    return days_from_civil(year, month, day) * US_PER_DAY;
}

/* Exactly `count` digits at the cursor, which moves behind them. */
static bool take_number(const char **cursor, const char *end, int count, int *out)
{
    if (end - *cursor < count) {
        return false;
    }
    int value = 0;
    for (int index = 0; index < count; index++) {
        char byte = (*cursor)[index];
        if (byte < '0' || byte > '9') {
            return false;
        }
        value = value * 10 + (byte - '0');
    }
    *cursor += count;
    *out = value;
    return true;
}

static bool take_byte(const char **cursor, const char *end, char wanted)
{
    if (*cursor == end || **cursor != wanted) {
        return false;
    }
    (*cursor)++;
    return true;
}

static int month_days(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % YEARS_PER_ERA == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool take_date(const char **cursor, const char *end, int64_t *time_us)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_number(cursor, end, 4, &year) || !take_byte(cursor, end, '-') ||
        !take_number(cursor, end, 2, &month) || !take_byte(cursor, end, '-') ||
        !take_number(cursor, end, 2, &day)) {
        return false;
    }
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > month_days(year, month)) {
        return false;
    }
    *time_us = instant_from_date(year, month, day);
    return true;
}

/* Decimals of a second: one to nine; what is finer than a microsecond is cut. */
static bool take_decimals(const char **cursor, const char *end, int64_t *time_us)
{
    int64_t unit = US_PER_SECOND / 10;
    int count = 0;
    for (; *cursor < end && **cursor >= '0' && **cursor <= '9'; (*cursor)++) {
        *time_us += (**cursor - '0') * unit;
        unit /= 10;
        count++;
    }
    return count >= 1 && count <= 9;
}

/* HH:MM[:SS[.decimals]] */
static bool take_clock(const char **cursor, const char *end, int64_t *time_us)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!take_number(cursor, end, 2, &hour) || !take_byte(cursor, end, ':') ||
        !take_number(cursor, end, 2, &minute)) {
        return false;
    }
    bool seconds = take_byte(cursor, end, ':');
    if (seconds && !take_number(cursor, end, 2, &second)) {
        return false;
    }
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    *time_us += hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_SECOND;
    if (seconds && (take_byte(cursor, end, '.') || take_byte(cursor, end, ','))) {
        return take_decimals(cursor, end, time_us);
    }
    return true;
}

/* Z, +HH, +HHMM or +HH:MM, as far east of UTC. */
static bool take_zone(const char **cursor, const char *end, int64_t *east_us)
{
    *east_us = 0;
    if (take_byte(cursor, end, 'Z') || take_byte(cursor, end, 'z')) {
        return true;
    }
    int sign = take_byte(cursor, end, '+') ? 1 : -1;
    if (sign < 0 && !take_byte(cursor, end, '-')) {
        return false;
    }
    int hours = 0;
    int minutes = 0;
    if (!take_number(cursor, end, 2, &hours)) {
        return false;
    }
    bool colon = take_byte(cursor, end, ':');
    if ((colon || *cursor != end) && !take_number(cursor, end, 2, &minutes)) {
        return false;
    }
    *east_us = sign * (hours * US_PER_HOUR + minutes * US_PER_MINUTE);
    return hours <= 23 && minutes <= 59;
}

bool instant_parse(const char *text, size_t length, int64_t *out)
{
    const char *cursor = text;
    const char *end = text + length;
    int64_t time_us = 0;
    int64_t east_us = 0;
    if (!take_date(&cursor, end, &time_us)) {
        return false;
    }
    if (!take_byte(&cursor, end, 'T') && !take_byte(&cursor, end, 't') &&
        !take_byte(&cursor, end, ' ')) {
        return false;
    }
    if (!take_clock(&cursor, end, &time_us) || !take_zone(&cursor, end, &east_us)) {
        return false;
    }
    if (cursor != end || time_us < east_us) {
        return false;
    }
    *out = time_us - east_us;
    return true;
}

static char *put_number(char *out, int64_t value, int width)
{
    for (int index = width - 1; index >= 0; index--) {
        out[index] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

static char *put_date(char *out, struct civil date)
{
    if (date.year < 0) {
        *out++ = '-';
        date.year = -date.year;
    }
    out = put_number(out, date.year, date.year > 9999 ? 6 : 4);
    *out++ = '-';
    out = put_number(out, date.month, 2);
    *out++ = '-';
    return put_number(out, date.day, 2);
}

size_t instant_format(int64_t time_us, char out[INSTANT_BYTES])
{
    int64_t day = floor_div(time_us, US_PER_DAY);
    /* Not by the start of the day: it may lie below int64. */
    int64_t rest_us = time_us % US_PER_DAY;
    rest_us += rest_us < 0 ? US_PER_DAY : 0;
    char *cursor = put_date(out, civil_from_days(day));
    *cursor++ = 'T';
    cursor = put_number(cursor, rest_us / US_PER_HOUR, 2);
    *cursor++ = ':';
    cursor = put_number(cursor, rest_us / US_PER_MINUTE % 60, 2);
    *cursor++ = ':';
    cursor = put_number(cursor, rest_us / US_PER_SECOND % 60, 2);
    *cursor++ = '.';
    cursor = put_number(cursor, rest_us % US_PER_SECOND, 6);
    *cursor++ = 'Z';
    *cursor = '\0';
    CHECK(cursor - out < INSTANT_BYTES);
    return (size_t)(cursor - out);
}
