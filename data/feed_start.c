#include "data/feed_start.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

enum { PRICE_SCALE = 12, SIZE_SCALE = 6, MONEY_SCALE = 8, RATIO_SCALE = 9, TIER_PARTS = 5 };

#define FIDELITY_WORDS "is no word of ours: write signals, bars, trades, quotes or depth"

static bool
tier_part(const json_t *tier, size_t index, unsigned scale, int64_t minimum, int64_t *out)
{
    const json_t *value = json_array_get(tier, index);
    return json_is_string(value) &&
           decimal_parse(json_string_value(value), json_string_length(value), scale, out) ==
               DECIMAL_OK &&
           *out >= minimum;
}

static bool tier_read(const json_t *value, struct tier *out)
{
    if (!json_is_array(value) || json_array_size(value) != TIER_PARTS) {
        return false;
    }
    const json_t *leverage = json_array_get(value, 4);
    long long highest = json_is_integer(leverage) ? json_integer_value(leverage) : 0;
    out->leverage_max = highest >= 1 && highest <= 1000 ? (int32_t)highest : 0;
    return tier_part(value, 0, MONEY_SCALE, 0, &out->floor_e8) &&
           tier_part(value, 1, MONEY_SCALE, 1, &out->cap_e8) &&
           tier_part(value, 2, RATIO_SCALE, 1, &out->maintenance_rate_e9) &&
           tier_part(value, 3, MONEY_SCALE, 0, &out->maintenance_amount_e8) &&
           out->maintenance_rate_e9 < ONE_E9 && out->leverage_max >= 1;
}

static bool tiers_read(const json_t *list, struct instruments *instruments, int32_t index)
{
    struct tier tiers[TIERS_PER_INSTRUMENT];
    size_t count = json_array_size(list);
    if (count < 1 || count > TIERS_PER_INSTRUMENT) {
        return false;
    }
    memset(tiers, 0, sizeof(tiers));
    for (size_t i = 0; i < count; i++) {
        if (!tier_read(json_array_get(list, i), &tiers[i])) {
            return false;
        }
    }
    return instruments_tiers(instruments, index, tiers, (int32_t)count);
}

static void instrument_numbers(struct feed_fields *fields, struct instrument *out)
{
    out->tick_e12 = feed_decimal(fields, "tick", FEED_REQUIRED, PRICE_SCALE, 1, NULL);
    out->lot_e6 = feed_decimal(fields, "lot", FEED_REQUIRED, SIZE_SCALE, 1, NULL);
    out->size_min_e6 = feed_decimal(fields, "size_min", FEED_REQUIRED, SIZE_SCALE, 0, NULL);
    out->size_max_e6 = feed_decimal(fields, "size_max", FEED_REQUIRED, SIZE_SCALE, 0, NULL);
    out->notional_min_e8 =
        feed_decimal(fields, "notional_min", FEED_REQUIRED, MONEY_SCALE, 0, NULL);
    out->maker_fee_e9 =
        feed_decimal(fields, "maker_fee", FEED_REQUIRED, RATIO_SCALE, -ONE_E9, NULL);
    out->taker_fee_e9 = feed_decimal(fields, "taker_fee", FEED_REQUIRED, RATIO_SCALE, 0, NULL);
    out->liquidation_fee_e9 =
        feed_decimal(fields, "liquidation_fee", FEED_REQUIRED, RATIO_SCALE, 0, NULL);
    out->pack = (int32_t)feed_integer(fields, "pack", FEED_REQUIRED, 1, 1000000);
    out->leverage_max = (int32_t)feed_integer(fields, "leverage_max", FEED_OPTIONAL, 0, 1000);
    out->liquid = feed_true(fields, "liquid");
    out->rules_default = feed_true(fields, "rules_default");
    out->tiers_default = feed_true(fields, "tiers_default");
}

static bool
symbol_read(struct feed_fields *outer, const json_t *value, struct instruments *instruments)
{
    struct feed_fields fields;
    struct instrument item;
    memset(&item, 0, sizeof(item));
    feed_fields_open(&fields, value, "an entry of \"symbols\"", outer->file, outer->line,
                     outer->error);
    feed_text(&fields, "symbol", FEED_REQUIRED, item.symbol, sizeof(item.symbol));
    instrument_numbers(&fields, &item);
    const char *word = feed_string(&fields, "margin_model", FEED_REQUIRED);
    const char *finer = feed_string(&fields, "fidelity", FEED_OPTIONAL);
    const json_t *tiers = feed_value(&fields, "tiers", FEED_REQUIRED);
    if (!feed_fields_done(&fields)) {
        return false;
    }
    int model = feed_word_index(word, margin_model_text, MARGIN_BYBIT_ENTRY + 1);
    if (model < 0) {
        return feed_fields_fail(
            &fields, "margin_model",
            "is none of ours: write binance, bybit, hyperliquid, okx or bybit_entry");
    }
    item.margin_model = (enum margin_model)model;
    int fidelity = finer == NULL ? 0 : feed_word_index(finer, fidelity_text, FIDELITY_DEPTH + 1);
    if (fidelity < 0) {
        return feed_fields_fail(&fields, "fidelity", FIDELITY_WORDS);
    }
    item.fidelity = (enum fidelity)fidelity;
    int32_t index = INSTRUMENT_NONE;
    if (item.symbol[0] == '\0' || !instruments_add(instruments, &item, &index)) {
        return feed_fields_fail(&fields, "symbol",
                                "is empty, stands twice, or is one too many: correct it");
    }
    return tiers_read(tiers, instruments, index) ||
           feed_fields_fail(
               &fields, "tiers",
               "are not ascending brackets [floor, cap, rate, amount, leverage] without "
               "holes: correct them");
}

static bool symbols_read(struct feed_fields *fields, struct instruments *instruments)
{
    const json_t *list = feed_value(fields, "symbols", FEED_REQUIRED);
    if (list == NULL) {
        return false;
    }
    if (!json_is_array(list) || json_array_size(list) == 0) {
        return feed_fields_fail(fields, "symbols", "is not a list of symbols: write one or more");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!symbol_read(fields, json_array_get(list, i), instruments)) {
            fields->failed = true;
            return false;
        }
    }
    return true;
}

static bool aliases_read(struct feed_fields *fields, struct instruments *instruments)
{
    const json_t *object = feed_value(fields, "aliases", FEED_OPTIONAL);
    if (object == NULL) {
        return !fields->failed;
    }
    if (!json_is_object(object)) {
        return feed_fields_fail(fields, "aliases",
                                "is not an object of name and symbol: correct it");
    }
    void *at = json_object_iter((json_t *)(uintptr_t)object);
    while (at != NULL) {
        const json_t *symbol = json_object_iter_value(at);
        const char *name = json_object_iter_key(at);
        int32_t index = json_is_string(symbol)
                            ? instruments_find(instruments, json_string_value(symbol))
                            : INSTRUMENT_NONE;
        if (index == INSTRUMENT_NONE || strlen(name) >= SYMBOL_BYTES ||
            !instruments_alias(instruments, name, index)) {
            return feed_fields_fail(fields, "aliases",
                                    "names a symbol that is not there: correct it");
        }
        at = json_object_iter_next((json_t *)(uintptr_t)object, at);
    }
    return true;
}

void feed_start_read(struct feed_fields *fields,
                     struct feed_start *out,
                     struct instruments *instruments)
{
    instruments_init(instruments);
    (void)feed_integer(fields, "version", FEED_REQUIRED, FEED_VERSION, FEED_VERSION);
    out->starting_balance_e8 =
        feed_decimal(fields, "starting_balance", FEED_REQUIRED, MONEY_SCALE, 1, NULL);
    out->interval_us = feed_integer(fields, "interval_us", FEED_REQUIRED, 0, 366 * US_PER_DAY);
    out->first_us = feed_integer(fields, "first_us", FEED_REQUIRED, 0, INT64_MAX);
    out->last_us = feed_integer(fields, "last_us", FEED_REQUIRED, out->first_us, INT64_MAX);
    const char *word = feed_string(fields, "fidelity", FEED_REQUIRED);
    int fidelity = feed_word_index(word, fidelity_text, FIDELITY_DEPTH + 1);
    if (!fields->failed && fidelity < 0) {
        (void)feed_fields_fail(fields, "fidelity", FIDELITY_WORDS);
    }
    out->fidelity = (enum fidelity)(fidelity < 0 ? 0 : fidelity);
    (void)(symbols_read(fields, instruments) && aliases_read(fields, instruments));
}
