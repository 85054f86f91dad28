#include "core/settings.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

const struct setting_row settings_rows[] = {
#define SETTING(field, key, unit, minimum, maximum, initial, documentation)                        \
    {key, documentation, offsetof(struct settings, field), UNIT_##unit, minimum, maximum, initial},
#include "core/settings.def"
#undef SETTING
};

const int32_t settings_row_count = (int32_t)ARRAY_COUNT(settings_rows);

void settings_defaults(struct settings *self)
{
    memset(self, 0, sizeof(*self));
#define SETTING(field, key, unit, minimum, maximum, initial, documentation) self->field = initial;
#include "core/settings.def"
#undef SETTING
}

void settings_allow(struct settings *self, int32_t instrument)
{
    CHECK(instrument >= 0 && instrument < INSTRUMENTS_MAX);
    self->allowed[instrument / 64] |= 1ULL << (instrument % 64);
}

int64_t settings_value(const struct settings *self, int32_t row)
{
    int64_t value = 0;
    CHECK(row >= 0 && row < settings_row_count);
    memcpy(&value, (const char *)self + settings_rows[row].offset, sizeof(value));
    return value;
}

void settings_put(struct settings *self, int32_t row, int64_t value)
{
    CHECK(row >= 0 && row < settings_row_count);
    memcpy((char *)self + settings_rows[row].offset, &value, sizeof(value));
}

bool settings_allowed(const struct settings *self, int32_t instrument)
{
    if (instrument < 0 || instrument >= INSTRUMENTS_MAX) {
        return false;
    }
    return (self->allowed[instrument / 64] >> (instrument % 64) & 1) != 0;
}

/* NULL at the end of each list. */
static const char *const *unit_words(enum setting_unit unit)
{
    static const char *const none[] = {NULL};
    static const char *const opposite[] = {"close", "reverse", "ignore", NULL};
    static const char *const margin[] = {"isolated", "cross", NULL};
    static const char *const sizing[] = {"risk", "stake", NULL};
    static const char *const intrabar[] = {"adaptive", "best", "worst", NULL};
    static const char *const operators[] = {"after_cooldown", "reset_after", "none", NULL};
    static const char *const liquidation[] = {"step", "whole", NULL};
    static const char *const trigger[] = {"mark", "last", NULL};
    static const char *const limit_fill[] = {"cross", "touch", NULL};
    static const char *const latency[] = {"constant", "sampled", "measured", NULL};
    static const char *const queue[] = {"conservative", "power", "power2", "power3",
                                        "log",          "log2",  NULL};
    static const char *const self_trade[] = {"expire_maker", "expire_taker", "expire_both", "none",
                                             NULL};
    static const char *const model[] = {"binance", "bybit",       "hyperliquid",
                                        "okx",     "bybit_entry", NULL};
    static const char *const mode[] = {"paper", "live", NULL};
    static const char *const clocks[] = {"wall", "venue", NULL};
    static const char *const shutdown[] = {"hold", "flatten", NULL};
    static const char *const foreign[] = {"alarm", "cancel", NULL};
    switch (unit) {
    case UNIT_COUNT:
    case UNIT_SWITCH:
    case UNIT_RATIO:
    case UNIT_MONEY:
    case UNIT_DURATION: return none;
    case UNIT_OPPOSITE: return opposite;
    case UNIT_MARGIN: return margin;
    case UNIT_SIZING: return sizing;
    case UNIT_INTRABAR: return intrabar;
    case UNIT_OPERATOR: return operators;
    case UNIT_LIQUIDATION: return liquidation;
    case UNIT_TRIGGER: return trigger;
    case UNIT_LIMIT_FILL: return limit_fill;
    case UNIT_LATENCY: return latency;
    case UNIT_QUEUE: return queue;
    case UNIT_SELF_TRADE: return self_trade;
    case UNIT_MODEL: return model;
    case UNIT_MODE: return mode;
    case UNIT_CLOCK: return clocks;
    case UNIT_SHUTDOWN: return shutdown;
    case UNIT_FOREIGN: return foreign;
    }
    return none;
}

const char *setting_word(enum setting_unit unit, int64_t index)
{
    const char *const *words = unit_words(unit);
    if (index < 0) {
        return NULL;
    }
    /* Walked, so that no index reads behind the end. */
    for (; *words != NULL; words++, index--) {
        if (index == 0) {
            return *words;
        }
    }
    return NULL;
}

const struct setting_row *settings_invalid(const struct settings *self)
{
    for (int32_t index = 0; index < settings_row_count; index++) {
        const struct setting_row *row = &settings_rows[index];
        int64_t value = 0;
        memcpy(&value, (const char *)self + row->offset, sizeof(value));
        if (value < row->minimum || value > row->maximum) {
            return row;
        }
    }
    return NULL;
}
