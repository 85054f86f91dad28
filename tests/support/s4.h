/* s4.h - the recorded five minutes of BTCUSDT and ETHUSDT (scenario S4) as records in the order of a tape. For tests and for
 * both sides of the benchmark: it holds no product code, the layout of a record alone is the product's. */
#ifndef TESTS_SUPPORT_S4_H
#define TESTS_SUPPORT_S4_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "data/tape.h"

enum { S4_SYMBOLS = 2, S4_RECORDS_MAX = 1100000, S4_SIZE_DECIMALS = 3, S4_TEXT_MAX = 64 << 20 };

static const char *const s4_symbols[S4_SYMBOLS] = {"BTCUSDT", "ETHUSDT"};

struct s4 {
    struct tape_record *records;
    int64_t count;
};

/* The whole text of one file; NULL: it cannot be read. */
static inline char *s4_text(const char *folder, const char *symbol, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tape/binance_usdm_%s_20240808/%s.csv.zst", folder, symbol,
                   name);
    FILE *file = fopen(path, "rb");
    char *packed = malloc(S4_TEXT_MAX);
    char *text = malloc(S4_TEXT_MAX);
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (file == NULL || packed == NULL || text == NULL || stream == NULL) {
        return NULL;
    }
    ZSTD_inBuffer in = {packed, fread(packed, 1, S4_TEXT_MAX, file), 0};
    ZSTD_outBuffer out = {text, S4_TEXT_MAX - 1, 0};
    (void)fclose(file);
    while (in.pos < in.size && ZSTD_isError(ZSTD_decompressStream(stream, &out, &in)) == 0) {
    }
    text[out.pos] = '\0';
    (void)ZSTD_freeDStream(stream);
    free(packed);
    return text;
}

/* A decimal field to an integer with so many places; *at moves behind its comma or line end. */
static inline int64_t s4_number(const char **at, int32_t places)
{
    int64_t value = 0;
    bool point = false;
    for (; **at != ',' && **at != '\n' && **at != '\0'; (*at)++) {
        if (**at == '.') {
            point = true;
            continue;
        }
        value = value * 10 + (**at - '0');
        places -= point;
    }
    *at += **at != '\0';
    for (; places > 0; places--) {
        value *= 10;
    }
    return value;
}

enum s4_file { S4_TRADES, S4_SNAPSHOT, S4_UPDATES, S4_QUOTES, S4_FILES };

static inline void s4_fields(struct tape_record *record, const char **at, enum s4_file file)
{
    if (file == S4_TRADES) {
        record->kind = TAPE_TRADE;
        record->sequence = (uint64_t)s4_number(at, 0);
        record->v[0] = s4_number(at, 12);
        record->v[1] = s4_number(at, S4_SIZE_DECIMALS);
        record->flags = s4_number(at, 0) == 0 ? TAPE_BUY : 0;
    } else if (file == S4_QUOTES) {
        record->kind = TAPE_QUOTE;
        record->sequence = (uint64_t)s4_number(at, 0);
        record->v[0] = s4_number(at, 12);
        record->v[1] = s4_number(at, S4_SIZE_DECIMALS);
        record->v[2] = s4_number(at, 12);
        record->v[3] = s4_number(at, S4_SIZE_DECIMALS);
    } else {
        record->kind = TAPE_DEPTH;
        record->flags = file == S4_SNAPSHOT ? TAPE_SNAPSHOT_ROW : 0;
        record->v[2] = file == S4_UPDATES ? s4_number(at, 0) : 0;
        record->sequence = (uint64_t)s4_number(at, 0);
        record->v[3] = file == S4_UPDATES ? s4_number(at, 0) : 0;
        record->flags = (uint16_t)(record->flags | (**at == 'b' ? TAPE_BUY : 0));
        *at += 2;
        record->v[0] = s4_number(at, 12);
        record->v[1] = s4_number(at, S4_SIZE_DECIMALS);
    }
}

/* Rows of one file, in its order; the last row of each message is marked. */
static inline int64_t s4_rows(const char *text, enum s4_file file, struct tape_record *out)
{
    const char *at = strchr(text, '\n') + 1;
    int64_t count = 0;
    while (*at != '\0') {
        struct tape_record *record = &out[count++];
        memset(record, 0, sizeof *record);
        record->receive_ns = s4_number(&at, 0);
        record->time_us = s4_number(&at, 0) * 1000;
        s4_fields(record, &at, file);
        record->flags |= TAPE_RECEIVED;
        if (count > 1 && record->kind == TAPE_DEPTH && record->sequence != record[-1].sequence) {
            record[-1].flags |= TAPE_LAST;
        }
    }
    if (count > 0 && out[count - 1].kind == TAPE_DEPTH) {
        out[count - 1].flags |= TAPE_LAST;
    }
    return count;
}

static inline bool s4_before(const struct tape_record *a, const struct tape_record *b)
{
    return tape_compare(a, b) < 0;
}

/* Merges two runs, the first one first at a tie. */
static inline struct tape_record *
s4_merge(struct tape_record *a, int64_t a_count, struct tape_record *b, int64_t b_count)
{
    struct tape_record *out = malloc((size_t)(a_count + b_count + 1) * sizeof *out);
    int64_t i = 0;
    int64_t j = 0;
    while (out != NULL && (i < a_count || j < b_count)) {
        bool second = i == a_count || (j < b_count && s4_before(&b[j], &a[i]));
        out[i + j] = second ? b[j] : a[i];
        i += !second;
        j += second;
    }
    free(a);
    free(b);
    return out;
}

/* Adds one symbol; its streams are numbered from stream on: trades, depth, quotes. False: no such data. */
static inline bool s4_add(struct s4 *self, const char *folder, int32_t symbol, uint16_t stream)
{
    static const char *const names[] = {"trades", "depth_snapshot", "depth_updates", "book_ticker"};
    static const uint16_t places[] = {0, 1, 1, 2};
    for (int32_t file = 0; file < S4_FILES; file++) {
        char *text = s4_text(folder, s4_symbols[symbol], names[file]);
        struct tape_record *rows = malloc(S4_RECORDS_MAX * sizeof *rows);
        if (text == NULL || rows == NULL) {
            return false;
        }
        int64_t count = s4_rows(text, (enum s4_file)file, rows);
        for (int64_t i = 0; i < count; i++) {
            rows[i].stream = (uint16_t)(stream + places[file]);
        }
        self->records = s4_merge(self->records, self->count, rows, count);
        self->count += count;
        free(text);
    }
    return self->records != NULL;
}

#endif
