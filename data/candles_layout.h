/* candles_layout.h - which column of a candle file is what, found from its first row or two. */
#ifndef DATA_CANDLES_LAYOUT_H
#define DATA_CANDLES_LAYOUT_H

#include "data/rows.h"

/* In the order of a candle. */
enum candles_role {
    ROLE_TIME,
    ROLE_OPEN,
    ROLE_HIGH,
    ROLE_LOW,
    ROLE_CLOSE,
    ROLE_VOLUME,
    ROLE_NUMBERS
};

struct candles_layout {
    int32_t columns;              /* fields a row must have */
    int32_t numbers;              /* roles to read: ROLE_NUMBERS, or one less without a volume */
    int32_t column[ROLE_NUMBERS]; /* of each role */
    int32_t symbol_column;        /* -1: none */
    bool known, address_seen;
    const char *dialect; /* static text */
    const char *problem; /* after CANDLES_HEAD_BAD */
};

enum candles_head {
    CANDLES_HEAD_MORE,   /* an address line: the header comes next */
    CANDLES_HEAD_HEADER, /* the layout is known */
    CANDLES_HEAD_DATA,   /* the layout is known, and this row is data */
    CANDLES_HEAD_BAD
};

/* Judges a first row. self is zero before the first call. */
enum candles_head candles_layout_find(struct candles_layout *self, const struct rows_head *head);

#endif
