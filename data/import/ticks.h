/* ticks.h - what the dialects of trades, books and quotes share: one row of text to records, exactly.
 *
 * Use      a dialect gives a row function; ticks_read() drives it over the CSV. The row function fills self->record by the
 *          readers below and gives it on by ticks_add(), or ticks_level() for a row of a book. A reader that cannot read its
 *          field says so by ticks_refuse() and answers 0: the first problem of a row counts, and what is added after it is
 *          not. Such a row is a defect "bad-row" and leaves nothing else.
 * Laws     no number passes a floating type: value = mantissa / 10^decimals, or the row is refused. An id that is no number
 *          (Bybit, Tardis) becomes its XXH3-64 with the highest bit set, so that a row that stands twice is still found.
 *          Times finer than a microsecond are cut. A book's message ends where time, receive time, ids, symbol or snapshot
 *          change: its last row gets TAPE_LAST.
 * Failure  self->failed: the error is set and the reading ends.
 * Cost     some 40 ns a row beyond libcsv. */
#ifndef DATA_IMPORT_TICKS_H
#define DATA_IMPORT_TICKS_H

#include "data/csv.h"
#include "data/import/import.h"
#include "data/number.h"

struct ticks;

struct ticks_format {
    const char *const *headers; /* the header begins with one of these; NULL closes the list */
    /* Of rows without a header, one letter a column: i whole number, n number, t time in ms or us, b true or false. NULL: it
     * always has one. */
    const char *const *shapes;
    int32_t columns_min, columns_max;
    /* Reads one row. */
    void (*row)(struct ticks *self, const struct csv_field *fields, int32_t count);
};

/* The row of a book that waits for the next one, which tells whether it is the last of its message. */
struct ticks_held {
    struct tape_record record;
    struct import_written written;
    bool is;
};

enum { TICKS_KINDS = TAPE_DEPTH_BAND + 1 };

struct ticks {
    /* in */
    const struct import_probe *probe;
    struct import_sink *sink;
    struct error *error;
    void *state;    /* the dialect's own */
    bool contracts; /* sizes are contracts of probe->contract */
    /* of the row: empty at its start */
    struct tape_record record;
    struct import_written written;
    const char *problem; /* the first one */
    struct csv_field at; /* what it is about; text NULL: the whole row */
    bool failed;
    /* private */
    const struct ticks_format *format;
    struct csv_place place;
    bool header;               /* it did not come yet */
    int32_t columns;           /* of the first row */
    bool price_seen;           /* of the row: written.price_decimals is one's */
    char symbol[SYMBOL_BYTES]; /* as written, of the row before */
    size_t symbol_length;
    struct {
        uint16_t number;
        bool known, added;
    } streams[TICKS_KINDS]; /* of that symbol */
    struct ticks_held held;
    struct tape_record before; /* first row of the message before */
};

void ticks_init(struct ticks *self,
                const struct import_probe *probe,
                struct import_sink *sink,
                struct error *error);
/* The whole CSV; the caller has set what its row function wants (state, contracts). */
MUST_USE bool
ticks_read(struct ticks *self, const struct ticks_format *format, struct source *source);
/* For formats that are no CSV: begins a row that stands on this line, and ends it (a defect where it had a problem). */
void ticks_row_begin(struct ticks *self, int64_t line);
void ticks_row_end(struct ticks *self);

/* ---- a dialect of such rows ---- */

/* By its header, else by the shape of its first row. */
MUST_USE bool
ticks_claim(const struct import_probe *probe, const struct ticks_format *format, const char **why);
/* NAME_claims() and NAME_read() of a dialect that needs no more than its NAME_format. */
#define TICKS_CLAIMS(name)                                                                         \
    static bool name##_claims(const struct import_probe *probe, const char **why)                  \
    {                                                                                              \
        return ticks_claim(probe, &name##_format, why);                                            \
    }
#define TICKS_READ(name)                                                                           \
    static bool name##_read(const struct import_probe *probe, struct source *source,               \
                            struct import_sink *sink, struct error *error)                         \
    {                                                                                              \
        struct ticks ticks;                                                                        \
        ticks_init(&ticks, probe, sink, error);                                                    \
        return ticks_read(&ticks, &name##_format, source);                                         \
    }

/* ---- readers ---- */

void ticks_refuse(struct ticks *self, const struct csv_field *field, const char *problem);

/* The next price stands for itself: how earlier ones of the row were written does not matter to it. */
void ticks_price_begin(struct ticks *self);
/* Above zero, as _e12; notes how it was written. */
int64_t ticks_price(struct ticks *self, const struct csv_field *field);
/* Zero or more, as a mantissa with written.size_decimals decimals. */
int64_t ticks_size(struct ticks *self, const struct csv_field *field);
/* Two sizes of one row, brought to the decimals of the finer one. */
void ticks_sizes(struct ticks *self, const struct csv_field *const fields[2], int64_t out[2]);
/* Times 10^scale, of any sign; nothing is noted. */
int64_t ticks_scaled(struct ticks *self, const struct csv_field *field, unsigned scale);
/* 0 .. 2^63 - 1 */
int64_t ticks_whole(struct ticks *self, const struct csv_field *field);
/* A whole number, or the digest of another text. */
uint64_t ticks_id(struct ticks *self, const struct csv_field *field);
/* A time since 1970 whose nanoseconds fit 63 bits. */
int64_t ticks_time_us(struct ticks *self, const struct csv_field *field);
/* To the record: when it happened. */
void ticks_time(struct ticks *self, const struct csv_field *field);
/* To the record: when it was received; ns stay exact. */
void ticks_receive(struct ticks *self, const struct csv_field *field);
bool ticks_truth(struct ticks *self, const struct csv_field *field);
/* To the flags: buy, bid, b; sell, ask, a. */
void ticks_side(struct ticks *self, const struct csv_field *field);
/* To the flags: is_buyer_maker. */
void ticks_maker(struct ticks *self, const struct csv_field *field);
/* The symbol of this row and those that follow; "BTC-USDT-SWAP" becomes BTCUSDT, as names of files are read. */
void ticks_symbol(struct ticks *self, const struct csv_field *field);

/* The file's sizes are contracts and nobody said what one holds: failed. */
void ticks_contract_missing(struct ticks *self, const struct csv_field *instrument);

/* ---- out ---- */

/* self->record as of this kind; stream and spare are set here. Nothing after a problem. */
void ticks_add(struct ticks *self, enum tape_kind kind);
/* self->record as one row of a book. */
void ticks_level(struct ticks *self);
/* The last row that waits; ticks_read() does it by itself. */
void ticks_level_end(struct ticks *self);
/* A record that is whole (kind, stream), as it stands. */
void ticks_give(struct ticks *self, const struct ticks_held *held);
/* The stream of the current symbol. */
uint16_t ticks_stream(struct ticks *self, enum tape_kind kind);

#endif
