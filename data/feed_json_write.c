#include "core/fixed.h"
#include "core/instant.h"
#include "data/feed_json.h"
#include "data/feed_ticks.h"
#include "data/json.h"

enum { PRICE_SCALE = 12, SIZE_SCALE = 6, MONEY_SCALE = 8, RATIO_SCALE = 9, RATE_SCALE = 16 };

const char *feed_kind_text(int kind)
{
    static const char *const texts[] = {"?",      "start",      "bar", "mark", "funding", "price",
                                        "signal", "symbol_end", "end", "tick", "covers",  "clock"};
    return kind >= 1 && kind < (int)ARRAY_COUNT(texts) ? texts[kind] : texts[0];
}

static void put(FILE *stream, const char *text)
{
    (void)fputs(text, stream);
}

static void put_decimal(FILE *stream, const char *key, int64_t value, unsigned scale)
{
    char digits[DECIMAL_BYTES];
    (void)decimal_format(value, scale, digits);
    put(stream, ",\"");
    put(stream, key);
    put(stream, "\":\"");
    put(stream, digits);
    put(stream, "\"");
}

static void put_integer(FILE *stream, const char *key, int64_t value)
{
    char digits[DECIMAL_BYTES];
    (void)decimal_format(value, 0, digits);
    put(stream, ",\"");
    put(stream, key);
    put(stream, "\":");
    put(stream, digits);
}

static void put_text(FILE *stream, const char *key, const char *text)
{
    put(stream, ",\"");
    put(stream, key);
    put(stream, "\":");
    json_string_write(slice_of(text), stream);
}

static void put_true(FILE *stream, const char *key)
{
    put(stream, ",\"");
    put(stream, key);
    put(stream, "\":true");
}

/* ---- optional fields: zero, false and empty are left out ---- */

static void option_decimal(FILE *stream, const char *key, int64_t value, unsigned scale)
{
    if (value != 0) {
        put_decimal(stream, key, value, scale);
    }
}

static void option_integer(FILE *stream, const char *key, int64_t value)
{
    if (value != 0) {
        put_integer(stream, key, value);
    }
}

static void option_text(FILE *stream, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        put_text(stream, key, text);
    }
}

static void option_true(FILE *stream, const char *key, bool value)
{
    if (value) {
        put_true(stream, key);
    }
}

static void
option_decimals(FILE *stream, const char *key, const int64_t *values, int32_t count, unsigned scale)
{
    if (count == 0) {
        return;
    }
    put(stream, ",\"");
    put(stream, key);
    put(stream, "\":[");
    for (int32_t i = 0; i < count; i++) {
        char digits[DECIMAL_BYTES];
        (void)decimal_format(values[i], scale, digits);
        put(stream, i > 0 ? ",\"" : "\"");
        put(stream, digits);
        put(stream, "\"");
    }
    put(stream, "]");
}

/* ---- kinds ---- */

static void put_tier(FILE *stream, const struct tier *tier)
{
    char floor_text[DECIMAL_BYTES];
    char cap_text[DECIMAL_BYTES];
    char rate_text[DECIMAL_BYTES];
    char amount_text[DECIMAL_BYTES];
    (void)decimal_format(tier->floor_e8, MONEY_SCALE, floor_text);
    (void)decimal_format(tier->cap_e8, MONEY_SCALE, cap_text);
    (void)decimal_format(tier->maintenance_rate_e9, RATIO_SCALE, rate_text);
    (void)decimal_format(tier->maintenance_amount_e8, MONEY_SCALE, amount_text);
    (void)fprintf(stream, "[\"%s\",\"%s\",\"%s\",\"%s\",%d]", floor_text, cap_text, rate_text,
                  amount_text, tier->leverage_max);
}

static void
put_instrument(FILE *stream, const struct instruments *instruments, const struct instrument *item)
{
    put(stream, "{\"symbol\":");
    json_string_write(slice_of(item->symbol), stream);
    put_decimal(stream, "tick", item->tick_e12, PRICE_SCALE);
    put_decimal(stream, "lot", item->lot_e6, SIZE_SCALE);
    put_decimal(stream, "size_min", item->size_min_e6, SIZE_SCALE);
    put_decimal(stream, "size_max", item->size_max_e6, SIZE_SCALE);
    put_decimal(stream, "notional_min", item->notional_min_e8, MONEY_SCALE);
    put_decimal(stream, "maker_fee", item->maker_fee_e9, RATIO_SCALE);
    put_decimal(stream, "taker_fee", item->taker_fee_e9, RATIO_SCALE);
    put_decimal(stream, "liquidation_fee", item->liquidation_fee_e9, RATIO_SCALE);
    put_text(stream, "margin_model", margin_model_text((int)item->margin_model));
    put_integer(stream, "pack", item->pack);
    option_integer(stream, "leverage_max", item->leverage_max);
    option_true(stream, "liquid", item->liquid);
    option_true(stream, "rules_default", item->rules_default);
    if (item->fidelity != FIDELITY_SIGNALS) {
        put_text(stream, "fidelity", fidelity_text((int)item->fidelity));
    }
    option_true(stream, "tiers_default", item->tiers_default);
    put(stream, ",\"tiers\":[");
    const struct tier *tiers = instrument_tiers(instruments, item);
    for (int32_t i = 0; i < item->tier_count; i++) {
        put(stream, i > 0 ? "," : "");
        put_tier(stream, &tiers[i]);
    }
    put(stream, "]}");
}

static void put_aliases(FILE *stream, const struct instruments *instruments)
{
    put(stream, ",\"aliases\":{");
    for (int32_t i = 0; i < instruments->alias_count; i++) {
        const struct alias *alias = &instruments->aliases[i];
        put(stream, i > 0 ? "," : "");
        json_string_write(slice_of(alias->name), stream);
        put(stream, ":");
        json_string_write(slice_of(instruments->items[alias->instrument].symbol), stream);
    }
    put(stream, "}");
}

static void
put_start(FILE *stream, const struct feed_start *start, const struct instruments *instruments)
{
    put_decimal(stream, "starting_balance", start->starting_balance_e8, MONEY_SCALE);
    put_text(stream, "fidelity", fidelity_text((int)start->fidelity));
    put_integer(stream, "interval_us", start->interval_us);
    put_integer(stream, "first_us", start->first_us);
    put_integer(stream, "last_us", start->last_us);
    put(stream, ",\"symbols\":[");
    for (int32_t i = 0; i < instruments->count; i++) {
        put(stream, i > 0 ? "," : "");
        put_instrument(stream, instruments, &instruments->items[i]);
    }
    put(stream, "]");
    put_aliases(stream, instruments);
}

static void put_bar(FILE *stream, const struct feed_bar *bar, bool mark)
{
    put_integer(stream, "interval_us", bar->interval_us);
    put_decimal(stream, "open", bar->open_e12, PRICE_SCALE);
    put_decimal(stream, "high", bar->high_e12, PRICE_SCALE);
    put_decimal(stream, "low", bar->low_e12, PRICE_SCALE);
    put_decimal(stream, "close", bar->close_e12, PRICE_SCALE);
    if (!mark) {
        CHECK(bar->volume_exponent >= 0 && bar->volume_exponent <= 8);
        put_decimal(stream, "volume", bar->volume, (unsigned)bar->volume_exponent);
        put_integer(stream, "volume_exponent", bar->volume_exponent);
    }
}

static const char *direction_text(enum signal_direction direction)
{
    switch (direction) {
    case DIRECTION_UNSAID: return NULL;
    case DIRECTION_LONG: return "long";
    case DIRECTION_SHORT: return "short";
    case DIRECTION_CLOSE: return "close";
    case DIRECTION_INVALID: return "invalid";
    }
    return NULL;
}

static void put_signal_prices(FILE *stream, const struct signal *signal)
{
    if (signal->has_price) {
        put_decimal(stream, "price", signal->price_e12, PRICE_SCALE);
    }
    if (signal->has_volume) {
        CHECK(signal->volume_exponent >= 0 && signal->volume_exponent <= 8);
        put_decimal(stream, "volume", signal->volume, (unsigned)signal->volume_exponent);
        put_integer(stream, "volume_exponent", signal->volume_exponent);
    }
    option_decimal(stream, "stop", signal->stop_e12, PRICE_SCALE);
    option_decimal(stream, "stop_metadata", signal->stop_metadata_e12, PRICE_SCALE);
    option_decimals(stream, "targets", signal->target_e12, signal->target_count, PRICE_SCALE);
    option_decimals(stream, "target_shares", signal->target_share_e9, signal->target_share_count,
                    RATIO_SCALE);
    option_true(stream, "target_metadata", signal->target_metadata);
    option_decimal(stream, "entry_low", signal->entry_low_e12, PRICE_SCALE);
    option_decimal(stream, "entry_high", signal->entry_high_e12, PRICE_SCALE);
    option_decimal(stream, "trailing", signal->trailing_e9, RATIO_SCALE);
}

static void put_signal(FILE *stream, const struct feed_signal *record)
{
    const struct signal *signal = &record->signal;
    put_integer(stream, "id", signal->id);
    put_integer(stream, "timestamp", signal->timestamp_us);
    put_text(stream, "token", signal->token);
    put_text(stream, "source", signal->source);
    option_text(stream, "external_id", signal->external_id);
    option_text(stream, "confidence", signal->confidence);
    option_integer(stream, "bad", signal->bad);
    option_text(stream, "direction", direction_text(signal->direction));
    option_text(stream, "direction_metadata", direction_text(signal->direction_metadata));
    put_signal_prices(stream, signal);
    option_integer(stream, "leverage", signal->leverage);
    option_integer(stream, "leverage_stated", signal->leverage_stated);
    option_integer(stream, "ttl_us", signal->ttl_us);
    option_integer(stream, "line", signal->source_line);
    option_text(stream, "metadata", record->metadata);
}

static void put_tick(FILE *stream, const struct feed_tick *tick, const struct feed_tick_kind *kind)
{
    const struct tape_record *record = tick->record;
    unsigned scale = tick->size_decimals > 0 ? (unsigned)tick->size_decimals : 0;
    for (int i = 0; i < FEED_TICK_FIELDS; i++) {
        const char *key = kind->fields[i].key;
        if (key == NULL) {
            continue;
        }
        switch (kind->fields[i].unit) {
        case FEED_TICK_PRICE:
        case FEED_TICK_PRICE_OR_NONE: put_decimal(stream, key, record->v[i], PRICE_SCALE); break;
        case FEED_TICK_SIZE: put_decimal(stream, key, record->v[i], scale); break;
        case FEED_TICK_ID: option_integer(stream, key, record->v[i]); break;
        }
    }
    if (kind->sized) {
        put_integer(stream, "size_decimals", tick->size_decimals);
    }
    option_integer(stream, "sequence", (int64_t)record->sequence);
    for (int i = 0; i < FEED_TICK_FLAGS; i++) {
        option_true(stream, feed_tick_flags[i].key, (record->flags & feed_tick_flags[i].bit) != 0);
    }
    if ((record->flags & TAPE_RECEIVED) != 0) {
        put_integer(stream, "receive_ns", record->receive_ns);
    }
}

static void
put_symbol(FILE *stream, const struct feed_record *record, const struct instruments *instruments)
{
    CHECK(record->instrument >= 0 && record->instrument < instruments->count);
    put_text(stream, "symbol", instruments->items[record->instrument].symbol);
}

void feed_json_write(FILE *stream,
                     const struct feed_record *record,
                     const struct instruments *instruments)
{
    const struct feed_tick_kind *tick =
        record->kind == FEED_TICK ? feed_tick_of_kind(record->tick.record->kind) : NULL;
    CHECK(record->kind != FEED_TICK || tick != NULL);
    put(stream, "{\"kind\":\"");
    put(stream, tick != NULL ? tick->word : feed_kind_text((int)record->kind));
    put(stream, "\"");
    if (record->kind == FEED_START) {
        put_integer(stream, "version", FEED_VERSION);
    }
    put_integer(stream, "t", record->time_us);
    switch (record->kind) {
    case FEED_START: put_start(stream, &record->start, instruments); break;
    case FEED_BAR:
    case FEED_MARK:
        put_symbol(stream, record, instruments);
        put_bar(stream, &record->bar, record->kind == FEED_MARK);
        break;
    case FEED_FUNDING:
        put_symbol(stream, record, instruments);
        put_decimal(stream, "rate", record->rate_e16, RATE_SCALE);
        break;
    case FEED_PRICE:
        put_symbol(stream, record, instruments);
        put_decimal(stream, "price", record->price_e12, PRICE_SCALE);
        break;
    case FEED_SIGNAL: put_signal(stream, &record->signal); break;
    case FEED_SYMBOL_END: put_symbol(stream, record, instruments); break;
    case FEED_FINISH: break;
    case FEED_TICK:
        put_symbol(stream, record, instruments);
        put_tick(stream, &record->tick, tick);
        break;
    case FEED_COVERS:
        put_symbol(stream, record, instruments);
        put_text(stream, "fidelity", fidelity_text((int)record->cover.fidelity));
        put_integer(stream, "first_us", record->cover.first_us);
        put_integer(stream, "last_us", record->cover.last_us);
        break;
    case FEED_CLOCK: put_integer(stream, "offset_ns", record->offset_ns); break;
    }
    put(stream, "}\n");
}
