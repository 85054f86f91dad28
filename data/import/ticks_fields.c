/* The readers of fields: text to numbers, times, sides and ids. */
#include <string.h>
#include <xxhash.h>

#include "data/import/decimal.h"
#include "data/import/ticks.h"
#include "data/text.h"

void ticks_refuse(struct ticks *self, const struct csv_field *field, const char *problem)
{
    if (self->problem == NULL) {
        self->problem = problem;
        self->at = field != NULL ? *field : (struct csv_field){NULL, 0};
    }
}

static __attribute__((noinline)) void
decimal_refuse(struct ticks *self, const struct csv_field *field, enum decimal_status status)
{
    const char *problem = "not a number";
    switch (status) {
    case DECIMAL_OK:
    case DECIMAL_SYNTAX: break;
    case DECIMAL_EMPTY: problem = "a field is empty"; break;
    case DECIMAL_PRECISION: problem = "a number with too many decimals"; break;
    case DECIMAL_RANGE: problem = "a number beyond its range"; break;
    }
    ticks_refuse(self, field, problem);
}

static inline bool
field_decimal(struct ticks *self, const struct csv_field *field, struct decimal *out)
{
    enum decimal_status status = decimal_read(field->text, field->length, out);
    if (status != DECIMAL_OK) {
        decimal_refuse(self, field, status);
    }
    return status == DECIMAL_OK;
}

/* ---- prices and sizes ---- */

enum { PRICE_DECIMALS = 12 };

static inline void price_note(struct ticks *self, const struct decimal *price)
{
    struct import_written *written = &self->written;
    int8_t decimals = (int8_t)(price->written < PRICE_DECIMALS ? price->written : PRICE_DECIMALS);
    bool odd = price->odd || price->written > PRICE_DECIMALS;
    if (self->price_seen && decimals != written->price_decimals) {
        odd = true;
        decimals = decimals > written->price_decimals ? decimals : written->price_decimals;
    }
    written->price_decimals = decimals;
    written->price_mixed = written->price_mixed || odd;
    self->price_seen = true;
}

void ticks_price_begin(struct ticks *self)
{
    self->price_seen = false;
    self->written.price_mixed = false;
}

int64_t ticks_price(struct ticks *self, const struct csv_field *field)
{
    struct decimal price;
    int64_t price_e12 = 0;
    if (!field_decimal(self, field, &price)) {
        return 0;
    }
    if (price.decimals > PRICE_DECIMALS) {
        ticks_refuse(self, field, "a price with more than 12 decimals");
    } else if (!decimal_rescale(&price, PRICE_DECIMALS, &price_e12)) {
        ticks_refuse(self, field, "a price beyond its range");
    } else if (price_e12 <= 0) {
        ticks_refuse(self, field, "a price is not positive");
    }
    price_note(self, &price);
    return price_e12;
}

/* By what the row's sizes count. */
static bool contracts_apply(struct ticks *self, struct decimal *size)
{
    const struct number *contract = &self->probe->contract;
    if (contract->mantissa == 0) {
        return true;
    }
    size->decimals += contract->decimals;
    size->written += contract->decimals;
    size->odd = true;
    return size->written <= NUMBER_DECIMALS_MAX &&
           !__builtin_mul_overflow(size->mantissa, contract->mantissa, &size->mantissa);
}

static bool field_size(struct ticks *self, const struct csv_field *field, struct decimal *size)
{
    if (!field_decimal(self, field, size)) {
        return false;
    }
    if (size->mantissa < 0) {
        ticks_refuse(self, field, "a size is negative");
    } else if (self->contracts && !contracts_apply(self, size)) {
        ticks_refuse(self, field, "a size beyond its range");
    }
    return self->problem == NULL;
}

int64_t ticks_size(struct ticks *self, const struct csv_field *field)
{
    struct decimal size;
    int64_t mantissa = 0;
    if (!field_size(self, field, &size)) {
        return 0;
    }
    if (!decimal_rescale(&size, size.written, &mantissa)) {
        ticks_refuse(self, field, "a size beyond its range");
    }
    self->written.size_decimals = (int8_t)size.written;
    self->written.size_mixed = size.odd;
    return mantissa;
}

void ticks_sizes(struct ticks *self, const struct csv_field *const fields[2], int64_t out[2])
{
    struct decimal sizes[2];
    if (!field_size(self, fields[0], &sizes[0]) || !field_size(self, fields[1], &sizes[1])) {
        return;
    }
    int32_t a = sizes[0].written, b = sizes[1].written;
    int32_t decimals = a > b ? a : b;
    for (int i = 0; i < 2; i++) {
        if (!decimal_rescale(&sizes[i], decimals, &out[i])) {
            ticks_refuse(self, fields[i], "a size beyond its range");
        }
    }
    self->written.size_decimals = (int8_t)decimals;
    self->written.size_mixed = a != b || sizes[0].odd || sizes[1].odd;
}

int64_t ticks_scaled(struct ticks *self, const struct csv_field *field, unsigned scale)
{
    int64_t value = 0;
    enum decimal_status status = decimal_parse(field->text, field->length, scale, &value);
    if (status != DECIMAL_OK) {
        decimal_refuse(self, field, status);
        return 0;
    }
    return value;
}

/* ---- whole numbers ---- */

static bool whole_read(const char *text, size_t length, int64_t *out)
{
    if (length <= 16) {
        return number_whole(text, length, out);
    }
    int64_t high = 0, low = 0;
    return length <= 19 && number_whole(text, length - 8, &high) &&
           number_whole(text + length - 8, 8, &low) &&
           !__builtin_mul_overflow(high, 100000000LL, &high) &&
           !__builtin_add_overflow(high, low, out);
}

int64_t ticks_whole(struct ticks *self, const struct csv_field *field)
{
    int64_t value = 0;
    if (!whole_read(field->text, field->length, &value)) {
        ticks_refuse(self, field, "not a whole number");
        return 0;
    }
    return value;
}

uint64_t ticks_id(struct ticks *self, const struct csv_field *field)
{
    int64_t value = 0;
    if (whole_read(field->text, field->length, &value)) {
        return (uint64_t)value;
    }
    if (field->length == 0) {
        ticks_refuse(self, field, "an id is empty");
    }
    return XXH3_64bits(field->text, field->length) | (1ULL << 63);
}

/* ---- times ---- */

/* Seconds with a fraction, 1767225600.6864: PROTOCOLS E2. What is finer than a microsecond is cut. */
static bool seconds_read(const char *text, size_t length, int64_t *time_us)
{
    enum { SECONDS = 10, FRACTION = 6 };
    int64_t seconds = 0, fraction = 0;
    if (length < SECONDS + 2 || text[SECONDS] != '.') {
        return false;
    }
    size_t digits = length - SECONDS - 1;
    size_t kept = digits < FRACTION ? digits : FRACTION;
    for (size_t i = SECONDS + 1 + kept; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    if (!number_whole(text, SECONDS, &seconds) ||
        !number_whole(text + SECONDS + 1, kept, &fraction)) {
        return false;
    }
    *time_us = seconds * 1000000 + fraction * number_power10[FRACTION - kept];
    return true;
}

static bool time_read(const struct csv_field *field, int64_t *time_us)
{
    int64_t value = 0;
    if (number_whole(field->text, field->length, &value)) {
        *time_us = number_time_us(value);
    } else if (!seconds_read(field->text, field->length, time_us) &&
               !number_time(field->text, field->length, time_us)) {
        return false;
    }
    return *time_us <= INT64_MAX / 1000;
}

int64_t ticks_time_us(struct ticks *self, const struct csv_field *field)
{
    int64_t time_us = 0;
    if (!time_read(field, &time_us)) {
        ticks_refuse(self, field, "not a time");
        return 0;
    }
    return time_us;
}

void ticks_time(struct ticks *self, const struct csv_field *field)
{
    int64_t time_us = ticks_time_us(self, field);
    self->record.time_us = time_us;
    self->written.time_ms = time_us % 1000 == 0;
    self->written.time_s = self->written.time_ms && time_us % 1000000 == 0;
}

void ticks_receive(struct ticks *self, const struct csv_field *field)
{
    enum { NS_DIGITS = 19 };
    int64_t value = 0;
    if (field->length == NS_DIGITS && whole_read(field->text, field->length, &value)) {
        self->record.receive_ns = value;
    } else {
        self->record.receive_ns = ticks_time_us(self, field) * 1000;
    }
    self->record.flags |= TAPE_RECEIVED;
}

/* ---- words ---- */

bool ticks_truth(struct ticks *self, const struct csv_field *field)
{
    struct slice word = {field->text, field->length};
    if (field->length == 1 && (*field->text == '0' || *field->text == '1')) {
        return *field->text == '1';
    }
    bool truth = slice_is(word, "true");
    if (!truth && !slice_is(word, "false")) {
        ticks_refuse(self, field, "neither true nor false");
    }
    return truth;
}

void ticks_side(struct ticks *self, const struct csv_field *field)
{
    struct slice word = {field->text, field->length};
    if (slice_is(word, "b") || slice_is(word, "buy") || slice_is(word, "bid")) {
        self->record.flags |= TAPE_BUY;
    } else if (!slice_is(word, "a") && !slice_is(word, "sell") && !slice_is(word, "ask")) {
        ticks_refuse(self, field, "not a side");
    }
}

void ticks_maker(struct ticks *self, const struct csv_field *field)
{
    if (!ticks_truth(self, field)) {
        self->record.flags |=
            TAPE_BUY; /* the seller was there before: the buyer was the aggressor */
    }
}
