/* instruments.h - what is traded and by which rules: symbols, steps, fees, margin brackets, aliases.
 * Laws     filled once at start by the data room, constant afterwards. An instrument is its index, 0..count-1;
 *          tiers of one instrument are contiguous, ascending, without holes (notional floor of the next = cap of
 *          the one before), first floor 0; cum is the venue's maintenance amount (PROTOCOLS D1).
 * Units    prices and sizes are per unit of the instrument: 1000PEPE is traded in packs of 1000. */
#ifndef CORE_INSTRUMENTS_H
#define CORE_INSTRUMENTS_H

#include "core/base.h"
#include "core/bounds.h"
#include "core/types.h"

enum { INSTRUMENT_NONE = -1 };

struct tier {
    int64_t floor_e8, cap_e8;      /* floor < notional <= cap */
    int64_t maintenance_rate_e9;   /* 0 < rate < 1e9 */
    int64_t maintenance_amount_e8; /* "cum" */
    int32_t leverage_max;          /* >= 1 */
};

struct instrument {
    char symbol[SYMBOL_BYTES]; /* as the venue writes it: DOGEUSDT, 1000PEPEUSDT */
    int64_t tick_e12;          /* > 0 */
    int64_t lot_e6;            /* > 0 */
    int64_t size_min_e6, size_max_e6;
    int64_t notional_min_e8;
    int64_t maker_fee_e9, taker_fee_e9, liquidation_fee_e9;
    enum margin_model margin_model;
    int64_t contract_value_e8; /* inverse: quote units a contract stands for, all money is in the
                                  coin; 0: linear */
    int32_t tier_first, tier_count; /* tier_count >= 1 */
    int32_t leverage_max;           /* symbol cap of the configuration; 0 = none */
    int32_t pack;                   /* coins per unit: 1000 for 1000PEPE, else 1 */
    bool liquid;                    /* one of the liquid class of C6, C8, C21 (BTC, ETH) */
    bool rules_default;             /* no dated table named it: the conservative default serves */
    bool tiers_default;
    enum fidelity
        fidelity; /* of a simulated run's data where finer than settings.fidelity: what evidence there must be */
};

struct alias {
    char name[SYMBOL_BYTES];
    int32_t instrument;
};

enum { INSTRUMENT_SLOTS = 4 * INSTRUMENTS_MAX };

struct instruments {
    int32_t count, tier_count, alias_count;
    uint16_t slots[INSTRUMENT_SLOTS]; /* hash of a symbol to its index + 1; 0: free */
    struct instrument items[INSTRUMENTS_MAX];
    struct tier tiers[TIERS_MAX];
    struct alias aliases[ALIASES_MAX];
};

/* What a token means: the instrument, and by how much a price given per coin must be multiplied
 * (pack when the token names the coin of a 1000-contract, else 1). */
struct resolution {
    int32_t instrument; /* INSTRUMENT_NONE: unknown */
    int32_t price_factor;
};

void instruments_init(struct instruments *self);
/* Appends one; false when full or the symbol is there already. *index gets its place. */
MUST_USE bool
instruments_add(struct instruments *self, const struct instrument *item, int32_t *index);
MUST_USE bool instruments_alias(struct instruments *self, const char *name, int32_t instrument);
/* Appends the tiers of one instrument, ascending; false when full, empty or not as the laws say. */
MUST_USE bool instruments_tiers(struct instruments *self,
                                int32_t instrument,
                                const struct tier *tiers,
                                int32_t count);

int32_t instruments_find(const struct instruments *self, const char *symbol); /* exact; else NONE */
/* Any way people write it: "doge", "DOGE/USDT:USDT", "BINANCE:DOGEUSDT.P", "1000PEPEUSDT.P", "pepe", "DOGE-USDT-SWAP",
 * "DOGEPERP". An exact symbol wins, then an alias, then quote suffixes USDT, USDC, BUSD, USD, then 1000, 1000000
 * and 1M packs. */
struct resolution instruments_resolve(const struct instruments *self, const char *token);
void instruments_check(const struct instruments *self);

static inline const struct tier *instrument_tiers(const struct instruments *self,
                                                  const struct instrument *item)
{
    return &self->tiers[item->tier_first];
}

#endif
