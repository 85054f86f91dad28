/* pack.h - one chunk of bars by column, and its packed bytes: the innermost part of series.h.
 *
 * Laws     pack_read() gives back exactly the times and prices that pack_write() was given. Volumes
 *          share the finest scale of their chunk at which the largest fits; decimals beyond it are
 *          cut off.
 * Failure  none: the bytes are our own, of this process.   Cost: some 4 ns a bar each way. */
#ifndef DATA_PACK_H
#define DATA_PACK_H

#include "data/market.h"
#include "data/series.h"

enum { PACK_OPEN, PACK_HIGH, PACK_LOW, PACK_CLOSE, PACK_PRICES };

struct pack_columns {
    int32_t count;
    int32_t decimals; /* prices are times 10^-decimals */
    int64_t time_us[SERIES_CHUNK_BARS];
    int64_t price[PACK_PRICES][SERIES_CHUNK_BARS];
    int64_t volume[SERIES_CHUNK_BARS]; /* times 10^-volume_decimals, each its own */
    int8_t volume_decimals[SERIES_CHUNK_BARS];
};

/* What stands beside the bytes: how to read them, and what is known without reading. */
struct pack_facts {
    int64_t time_first_us, time_last_us;
    int64_t time_step_us; /* 0: not regular, times are a column */
    int64_t price_base, volume_base, volume_max;
    int32_t bytes;
    int16_t count;
    int8_t decimals, volume_decimals;
    uint8_t time_width, price_width, volume_width; /* bytes a value: 0, 1, 2, 4, 8 */
};

enum { PACK_BYTES_MAX = SERIES_CHUNK_BARS * 6 * 8 };

/* Brings the prices staged so far to a finer unit. */
void pack_refine(struct pack_columns *columns, int32_t decimals);
void pack_write(const struct pack_columns *columns,
                uint8_t out[PACK_BYTES_MAX],
                struct pack_facts *facts);
void pack_read(const uint8_t *bytes, const struct pack_facts *facts, struct pack_columns *out);
/* Columns to bars, volumes to the scale of the series. */
void pack_bars(const struct pack_columns *columns, int32_t volume_decimals, struct bar *out);

#endif
