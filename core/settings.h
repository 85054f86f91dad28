/* settings.h - the core's configuration as plain integers, generated from the one table core/settings.def.
 * Laws     every field lies within its row's range (settings_check); constant during a run, replaced whole.
 * Units    by row: COUNT, SWITCH, RATIO _e9, MONEY _e8, DURATION _us, or an index into one of the word lists below. */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include "core/base.h"
#include "core/bounds.h"
#include "core/types.h"

enum setting_unit {
    UNIT_COUNT,
    UNIT_SWITCH,
    UNIT_RATIO,
    UNIT_MONEY,
    UNIT_DURATION,
    UNIT_OPPOSITE,    /* close reverse ignore */
    UNIT_MARGIN,      /* isolated cross */
    UNIT_SIZING,      /* risk stake */
    UNIT_INTRABAR,    /* adaptive best worst */
    UNIT_OPERATOR,    /* after_cooldown reset_after none */
    UNIT_LIQUIDATION, /* step whole */
    UNIT_TRIGGER,     /* mark last */
    UNIT_LIMIT_FILL,  /* cross touch */
    UNIT_LATENCY,     /* constant sampled measured */
    UNIT_QUEUE,       /* conservative power power2 power3 log log2 */
    UNIT_SELF_TRADE,  /* expire_maker expire_taker expire_both none */
    UNIT_MODEL,    /* binance bybit hyperliquid okx bybit_entry: the order of enum margin_model */
    UNIT_MODE,     /* paper live */
    UNIT_CLOCK,    /* wall venue */
    UNIT_SHUTDOWN, /* hold flatten */
    UNIT_FOREIGN   /* alarm cancel */
};

enum { OPPOSITE_CLOSE, OPPOSITE_REVERSE, OPPOSITE_IGNORE };
enum { SIZING_RISK, SIZING_STAKE };
enum { INTRABAR_ADAPTIVE, INTRABAR_BEST, INTRABAR_WORST };
enum { OPERATOR_AFTER_COOLDOWN, OPERATOR_RESET_AFTER, OPERATOR_NONE };
enum { LIQUIDATION_STEP, LIQUIDATION_WHOLE };
enum { LIMIT_CROSS, LIMIT_TOUCH };
enum { LATENCY_CONSTANT, LATENCY_SAMPLED, LATENCY_MEASURED };
enum { QUEUE_CONSERVATIVE, QUEUE_POWER, QUEUE_POWER2, QUEUE_POWER3, QUEUE_LOG, QUEUE_LOG2 };
enum { MODE_PAPER, MODE_LIVE };
enum { CLOCK_WALL, CLOCK_VENUE };
enum { SHUTDOWN_HOLD, SHUTDOWN_FLATTEN };
enum { SELF_TRADE_EXPIRE_MAKER, SELF_TRADE_EXPIRE_TAKER, SELF_TRADE_EXPIRE_BOTH, SELF_TRADE_NONE };

/* A row of any settings table; the config loader works on these alone. */
struct setting_row {
    const char *key;
    const char *documentation;
    size_t offset; /* of the int64_t field in its struct */
    enum setting_unit unit;
    int64_t minimum, maximum, initial;
};

struct settings {
#define SETTING(field, key, unit, minimum, maximum, initial, documentation) int64_t field;
#include "core/settings.def"
#undef SETTING
    /* C2: bit per instrument, set by the program from its list; empty list = none allowed. */
    uint64_t allowed[(INSTRUMENTS_MAX + 63) / 64];
    enum fidelity
        fidelity;   /* simulated: the coarsest of the markets; instruments may have finer data */
    bool simulated; /* some evidence is n/a then (RISK 2.2), and defaults of the issue hold */
    int64_t
        modelled_slippage_e9; /* half spread + slippage of the simulated venue: what C8 expects of it */
    int64_t bar_interval_us; /* of the finest bars of the run; 0 = none */
};

extern const struct setting_row settings_rows[];
extern const int32_t settings_row_count;

void settings_defaults(struct settings *self);
void settings_allow(struct settings *self, int32_t instrument);
bool settings_allowed(const struct settings *self, int32_t instrument);
/* The value of a row; row: 0..settings_row_count - 1. */
int64_t settings_value(const struct settings *self, int32_t row);
void settings_put(struct settings *self, int32_t row, int64_t value);
/* The word of a listed unit at an index, or NULL behind the last; NULL at 0 for units without words. */
const char *setting_word(enum setting_unit unit, int64_t index);
/* The first row whose value is out of range, or NULL. */
const struct setting_row *settings_invalid(const struct settings *self);

#endif
