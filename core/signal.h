/* signal.h - one trading signal as a source gave it, already cut into fields, not yet judged.
 * The readers of data/ and live/ fill it (text to integers, nothing else); core/signals.h judges it. What a reader
 * could not turn into a number is said in `bad`, so that the row is kept and refused with a verdict.
 * Ownership  plain value; an event only points at it, for the length of one step. */
#ifndef CORE_SIGNAL_H
#define CORE_SIGNAL_H

#include "core/base.h"
#include "core/bounds.h"
#include "core/types.h"

/* A time to live beyond ten years is none: the signal is refused, and no sum with it leaves int64. */
#define SIGNAL_TTL_MAX_US (INT64_C(3650) * 24 * 3600 * 1000000)

enum signal_direction {
    DIRECTION_UNSAID, /* long, by DESIGN 3 */
    DIRECTION_LONG,
    DIRECTION_SHORT,
    DIRECTION_CLOSE, /* "flat", "close", "exit": closes, opens nothing */
    DIRECTION_INVALID
};

/* Bits of signal.bad: the field was there and is not what it must be (nan, inf, 1e999, 40 digits, text). */
enum signal_field {
    SIGNAL_BAD_PRICE = 1 << 0,
    SIGNAL_BAD_VOLUME = 1 << 1,
    SIGNAL_BAD_STOP = 1 << 2,
    SIGNAL_BAD_TARGET = 1 << 3,
    SIGNAL_BAD_LEVERAGE = 1 << 4,
    SIGNAL_BAD_TTL = 1 << 5,
    SIGNAL_BAD_ENTRY = 1 << 6,
    SIGNAL_BAD_METADATA = 1 << 7, /* not a JSON object */
    SIGNAL_BAD_TEXT = 1 << 8      /* token, source or id longer than bounds.h allows: cut */
};

struct signal {
    int64_t id; /* 1, 2, ... in order of arrival at the core within the run; row id of the store */
    int64_t timestamp_us; /* as published */
    char token[SYMBOL_BYTES];
    char source[SOURCE_BYTES];
    char external_id[ID_BYTES]; /* empty: none */
    char confidence
        [WORD_BYTES]; /* word or numeric score, as written; empty: a dialect without one */
    uint32_t bad;
    enum signal_direction direction;          /* column `side`, else `direction_metadata` counts */
    enum signal_direction direction_metadata; /* metadata.side */
    bool has_price,
        has_volume; /* a dialect without price takes the market's, without volume has no floor */
    int64_t price_e12;
    int64_t
        volume; /* units of the token times 10^volume_exponent: the exponent is its decimals, 0..8 */
    int32_t volume_exponent;
    int64_t stop_e12;          /* column stop_loss; 0: none */
    int64_t stop_metadata_e12; /* metadata.stop, else metadata.sl; 0: none */
    int32_t target_count; /* column take_profit, else metadata.targets (target_metadata says so) */
    int32_t target_share_count; /* 0: equal parts */
    bool target_metadata;
    int64_t target_e12[TARGETS_MAX];
    int64_t target_share_e9[TARGETS_MAX];  /* metadata.target_shares */
    int64_t entry_low_e12, entry_high_e12; /* metadata.entry, lowest and highest; 0: none */
    int64_t trailing_e9;                   /* metadata.trailing: callback rate; 0: none */
    int32_t leverage;                      /* column; 0: none */
    int32_t leverage_stated; /* metadata.leverage_stated, the lowest of a list; 0: none */
    int64_t ttl_us;          /* bounds the entry only; 0: none; at most SIGNAL_TTL_MAX_US */
    int64_t source_line;     /* line of the file where the row begins; 0: no file */
};

#endif
