#include "data/pack.h"

#include <string.h>

#include "data/number.h"

void pack_refine(struct pack_columns *columns, int32_t decimals)
{
    int64_t scale = number_power10[decimals - columns->decimals];
    for (int price = 0; price < PACK_PRICES; price++) {
        for (int32_t i = 0; i < columns->count; i++) {
            columns->price[price][i] *= scale;
        }
    }
    columns->decimals = decimals;
}

static int64_t column_max(const int64_t *values, int32_t count)
{
    int64_t max = values[0];
    for (int32_t i = 1; i < count; i++) {
        max = values[i] > max ? values[i] : max;
    }
    return max;
}

static int64_t column_min(const int64_t *values, int32_t count)
{
    /* cppcheck-suppress uninitvar ; the count is above 0 (pack_write): what is read was written */
    int64_t min = values[0];
    for (int32_t i = 1; i < count; i++) {
        min = values[i] < min ? values[i] : min;
    }
    return min;
}

static uint8_t width_of(int64_t span)
{
    if (span <= UINT8_MAX) {
        return span == 0 ? 0 : 1;
    }
    if (span <= UINT16_MAX) {
        return 2;
    }
    return span <= UINT32_MAX ? 4 : 8;
}

/* Columns begin on 8 bytes, so that each is an array of its own width. */
static size_t column_bytes(uint8_t width, int32_t count)
{
    return ((size_t)width * (size_t)count + 7) & ~(size_t)7;
}

static uint8_t *
column_write(uint8_t *out, const int64_t *values, int32_t count, int64_t base, uint8_t width)
{
    if (width == 1) {
        for (int32_t i = 0; i < count; i++) {
            out[i] = (uint8_t)(values[i] - base);
        }
    } else if (width == 2) {
        uint16_t *column = (uint16_t *)(void *)out;
        for (int32_t i = 0; i < count; i++) {
            column[i] = (uint16_t)(values[i] - base);
        }
    } else if (width == 4) {
        uint32_t *column = (uint32_t *)(void *)out;
        for (int32_t i = 0; i < count; i++) {
            column[i] = (uint32_t)(values[i] - base);
        }
    } else if (width == 8) {
        int64_t *column = (int64_t *)(void *)out;
        for (int32_t i = 0; i < count; i++) {
            column[i] = values[i] - base;
        }
    }
    return out + column_bytes(width, count);
}

static const uint8_t *
column_read(const uint8_t *in, int64_t *values, int32_t count, int64_t base, uint8_t width)
{
    if (width == 0) {
        for (int32_t i = 0; i < count; i++) {
            values[i] = base;
        }
    } else if (width == 1) {
        for (int32_t i = 0; i < count; i++) {
            values[i] = base + in[i];
        }
    } else if (width == 2) {
        const uint16_t *column = (const uint16_t *)(const void *)in;
        for (int32_t i = 0; i < count; i++) {
            values[i] = base + column[i];
        }
    } else if (width == 4) {
        const uint32_t *column = (const uint32_t *)(const void *)in;
        for (int32_t i = 0; i < count; i++) {
            values[i] = base + column[i];
        }
    } else {
        const int64_t *column = (const int64_t *)(const void *)in;
        for (int32_t i = 0; i < count; i++) {
            values[i] = base + column[i];
        }
    }
    return in + column_bytes(width, count);
}

static void times_judge(const struct pack_columns *columns, struct pack_facts *facts)
{
    const int64_t *time_us = columns->time_us;
    int32_t count = columns->count;
    facts->time_first_us = time_us[0];
    facts->time_last_us = time_us[count - 1];
    facts->time_step_us = count > 1 ? time_us[1] - time_us[0] : 0;
    facts->time_width = 0;
    int64_t uneven = 0;
    for (int32_t i = 1; i < count; i++) {
        uneven |= (time_us[i] - time_us[i - 1]) ^ facts->time_step_us;
    }
    if (uneven != 0) {
        facts->time_step_us = 0;
        facts->time_width = 8;
    }
}

static void prices_judge(const struct pack_columns *columns, struct pack_facts *facts)
{
    facts->price_base = column_min(columns->price[PACK_LOW], columns->count);
    facts->price_width =
        width_of(column_max(columns->price[PACK_HIGH], columns->count) - facts->price_base);
}

static bool volumes_fit(const struct pack_columns *columns, int32_t decimals)
{
    for (int32_t i = 0; i < columns->count; i++) {
        int32_t up = decimals - columns->volume_decimals[i];
        if (up > 0 && columns->volume[i] > INT64_MAX / number_power10[up]) {
            return false;
        }
    }
    return true;
}

/* Brings all volumes to one scale, the finest that holds the largest. */
static void volumes_align(const struct pack_columns *columns,
                          int64_t out[SERIES_CHUNK_BARS],
                          struct pack_facts *facts)
{
    int32_t finest = INT8_MIN, coarsest = INT8_MAX;
    for (int32_t i = 0; i < columns->count; i++) {
        int32_t decimals = columns->volume_decimals[i];
        finest = decimals > finest ? decimals : finest;
        coarsest = decimals < coarsest ? decimals : coarsest;
    }
    while (finest > coarsest && !volumes_fit(columns, finest)) {
        finest--;
    }
    for (int32_t i = 0; i < columns->count; i++) {
        int32_t up = finest - columns->volume_decimals[i];
        out[i] = up >= 0 ? columns->volume[i] * number_power10[up]
                         : columns->volume[i] / number_power10[-up];
    }
    facts->volume_decimals = (int8_t)finest;
    facts->volume_base = column_min(out, columns->count);
    facts->volume_max = column_max(out, columns->count);
    facts->volume_width = width_of(facts->volume_max - facts->volume_base);
}

void pack_write(const struct pack_columns *columns,
                uint8_t out[PACK_BYTES_MAX],
                struct pack_facts *facts)
{
    CHECK(columns->count > 0 && columns->count <= SERIES_CHUNK_BARS);

    int32_t count = columns->count;
    int64_t volumes[SERIES_CHUNK_BARS];
    facts->count = (int16_t)count;
    facts->decimals = (int8_t)columns->decimals;
    times_judge(columns, facts);
    prices_judge(columns, facts);
    volumes_align(columns, volumes, facts);
    uint8_t *at = out;
    if (facts->time_width > 0) {
        at = column_write(at, columns->time_us, count, facts->time_first_us, facts->time_width);
    }
    for (int price = 0; price < PACK_PRICES; price++) {
        at = column_write(at, columns->price[price], count, facts->price_base, facts->price_width);
    }
    at = column_write(at, volumes, count, facts->volume_base, facts->volume_width);
    /* A chunk of equal values has no columns: something must be there to be kept. */
    facts->bytes = at > out ? (int32_t)(at - out) : 8;
}

void pack_read(const uint8_t *bytes, const struct pack_facts *facts, struct pack_columns *out)
{
    int32_t count = facts->count;
    out->count = count;
    out->decimals = facts->decimals;
    if (facts->time_width > 0) {
        bytes = column_read(bytes, out->time_us, count, facts->time_first_us, facts->time_width);
    } else {
        for (int32_t i = 0; i < count; i++) {
            out->time_us[i] = facts->time_first_us + i * facts->time_step_us;
        }
    }
    for (int price = 0; price < PACK_PRICES; price++) {
        bytes = column_read(bytes, out->price[price], count, facts->price_base, facts->price_width);
    }
    (void)column_read(bytes, out->volume, count, facts->volume_base, facts->volume_width);
    memset(out->volume_decimals, facts->volume_decimals, (size_t)count);
}

void pack_bars(const struct pack_columns *columns, int32_t volume_decimals, struct bar *out)
{
    enum { PRICE_DECIMALS = 12 };
    int64_t price_scale = number_power10[PRICE_DECIMALS - columns->decimals];
    /* One scale a chunk: pack_read() gave every volume the same. */
    int32_t up = volume_decimals - columns->volume_decimals[0];
    int64_t grow = up > 0 ? number_power10[up] : 1, shrink = up < 0 ? number_power10[-up] : 1;
    for (int32_t i = 0; i < columns->count; i++) {
        out[i].open_time_us = columns->time_us[i];
        out[i].open_e12 = columns->price[PACK_OPEN][i] * price_scale;
        out[i].high_e12 = columns->price[PACK_HIGH][i] * price_scale;
        out[i].low_e12 = columns->price[PACK_LOW][i] * price_scale;
        out[i].close_e12 = columns->price[PACK_CLOSE][i] * price_scale;
        out[i].volume = columns->volume[i] * grow;
    }
    for (int32_t i = 0; shrink > 1 && i < columns->count; i++) {
        out[i].volume /= shrink;
    }
}
