/* A state of the core that was changed: any bytes, and any words under a digest that is right again, are refused, or keep the
 * laws
 * of the books. The input names words of a state and what stands there instead: "PLACE VALUE" a line, VALUE also "max", "min". */
#include <stdlib.h>
#include <string.h>

#include "core/codec.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "core/snapshot.h"
#include "tests/fuzz/fuzz.h"

#define T0   (1700006400LL * US_PER_SECOND)
#define WORD 8

const char *const fuzz_seeds[] = {"0 1\n",          "30 max\n60 min\n", "11 0\n200 -1\n",
                                  "100 3\n101 2\n", "cut 77\n",         NULL};

static struct settings settings;
static struct instruments instruments;
static struct engine engine;
static struct actions actions;
static uint8_t base[SNAPSHOT_BYTES_MAX], bytes[SNAPSHOT_BYTES_MAX];
static size_t base_size;

static void step(struct event event, int64_t time_us)
{
    event.time_us = event.venue_time_us = time_us;
    engine_step(&engine, &event, &actions);
}

static void add(const char *symbol)
{
    struct instrument item = {.tick_e12 = 10000000,
                              .lot_e6 = ONE_E6,
                              .size_min_e6 = ONE_E6,
                              .size_max_e6 = 9000000000000000LL,
                              .notional_min_e8 = 5 * ONE_E8,
                              .taker_fee_e9 = BPS_E9(5),
                              .pack = 1};
    struct tier tier = {
        .cap_e8 = 100000000LL * ONE_E8, .maintenance_rate_e9 = BPS_E9(50), .leverage_max = 75};
    int32_t index = 0;
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    CHECK(instruments_add(&instruments, &item, &index));
    CHECK(instruments_tiers(&instruments, index, &tier, 1));
    settings_allow(&settings, index);
}

static void bar(int32_t instrument, int64_t time_us)
{
    const int64_t price_e12 = ONE_E12 / 5;
    step((struct event){.kind = EVENT_BAR,
                        .instrument = instrument,
                        .bar = {.open_time_us = time_us - US_PER_MINUTE,
                                .interval_us = US_PER_MINUTE,
                                .open_e12 = price_e12,
                                .high_e12 = price_e12,
                                .low_e12 = price_e12,
                                .close_e12 = price_e12,
                                .volume = ONE_E12}},
         time_us);
}

static struct action_place send(int64_t id, const char *token, int64_t zone_e12, int64_t time_us)
{
    struct signal signal = {.id = id,
                            .timestamp_us = time_us,
                            .confidence = "Low",
                            .source = "fuzz",
                            .has_price = true,
                            .price_e12 = ONE_E12 / 5,
                            .entry_low_e12 = zone_e12,
                            .entry_high_e12 = zone_e12};
    memcpy(signal.token, token, strlen(token) + 1);
    step((struct event){.kind = EVENT_SIGNAL, .instrument = INSTRUMENT_NONE, .signal = &signal},
         time_us);
    for (int32_t index = 0; index < actions.count; index++) {
        if (actions.items[index].kind == ACTION_PLACE) {
            return actions.items[index].place;
        }
    }
    return (struct action_place){0};
}

/* A position with its stop, an entry that rests, an order of unknown fate. */
static void begin(void)
{
    settings_defaults(&settings);
    settings.simulated = true;
    settings.fidelity = FIDELITY_BARS;
    settings.bar_interval_us = US_PER_MINUTE;
    settings.order_value_max = settings.position_value_max = 30000 * ONE_E8;
    instruments_init(&instruments);
    add("AAAUSDT");
    add("BBBUSDT");
    engine_init(&engine, &settings, &instruments, 1);
    step((struct event){.kind = EVENT_TRANSFER,
                        .instrument = INSTRUMENT_NONE,
                        .transfer = {.amount_e8 = 10000 * ONE_E8}},
         T0);
    bar(0, T0);
    bar(1, T0);
    struct action_place entry = send(1, "AAA", 0, T0 + US_PER_SECOND);
    CHECK(entry.order_id != 0);
    step((struct event){.kind = EVENT_FILL,
                        .instrument = 0,
                        .fill = {.order_id = entry.order_id,
                                 .trade_id = 1,
                                 .side = entry.side,
                                 .price_e12 = ONE_E12 / 5,
                                 .size_e6 = entry.size_e6,
                                 .fee_e8 = FEE_BY_SCHEDULE}},
         T0 + US_PER_SECOND);
    struct action_place resting = send(2, "BBB", ONE_E12 / 5 / 100 * 99, T0 + 2 * US_PER_SECOND);
    CHECK(resting.order_id != 0);
    step((struct event){.kind = EVENT_ORDER,
                        .instrument = 1,
                        .order = {.order_id = resting.order_id, .evidence = EVIDENCE_UNKNOWN}},
         T0 + 3 * US_PER_SECOND);
    base_size = snapshot_encode(&engine, base, sizeof(base));
    engine_init(&engine, &settings, &instruments, 2);
}

/* The next word of a text; 0 at its end. */
static size_t take(const uint8_t **data, const uint8_t *end, char *out, size_t size)
{
    size_t length = 0;
    while (*data < end && (**data == ' ' || **data == '\n')) {
        (*data)++;
    }
    while (*data < end && **data != ' ' && **data != '\n' && length + 1 < size) {
        out[length++] = (char)*(*data)++;
    }
    out[length] = '\0';
    return length;
}

static int64_t value_of(const char *word)
{
    if (strcmp(word, "max") == 0) {
        return INT64_MAX;
    }
    return strcmp(word, "min") == 0 ? INT64_MIN : strtoll(word, NULL, 10);
}

/* Applies the input to the state; answers its new size. */
static size_t change(const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    size_t words = (base_size - CODEC_HEAD_BYTES) / WORD;
    char place[24], value[24];
    memcpy(bytes, base, base_size);
    while (take(&data, end, place, sizeof(place)) > 0 &&
           take(&data, end, value, sizeof(value)) > 0) {
        if (strcmp(place, "cut") == 0) {
            words = (size_t)((uint64_t)value_of(value) % (words + 1));
            continue;
        }
        size_t at = (size_t)((uint64_t)value_of(place) % (words == 0 ? 1 : words));
        int64_t wanted = value_of(value);
        for (size_t byte = 0; byte < WORD && words > 0; byte++) {
            bytes[CODEC_HEAD_BYTES + at * WORD + byte] = (uint8_t)((uint64_t)wanted >> (8 * byte));
        }
    }
    return CODEC_HEAD_BYTES + words * WORD;
}

/* Head and digest as they should be. */
static void sign(size_t size)
{
    uint64_t magic = 0, version = 0;
    for (size_t byte = 0; byte < 4; byte++) {
        magic |= (uint64_t)base[byte] << (8 * byte);
        version |= (uint64_t)base[4 + byte] << (8 * byte);
    }
    struct codec codec;
    codec_write(&codec, bytes, sizeof(bytes));
    codec.place = size;
    CHECK(codec_finish(&codec, (uint32_t)magic, (uint32_t)version) == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (base_size == 0) {
        begin();
    }
    memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
    CHECK(snapshot_decode(&engine, bytes, size, T0 + US_PER_MINUTE) != SNAPSHOT_OK);
    size_t changed = change(data, size);
    sign(changed);
    if (snapshot_decode(&engine, bytes, changed, T0 + US_PER_MINUTE) == SNAPSHOT_OK) {
        ledger_check(&engine.ledger);
        orders_check(&engine.orders);
        positions_check(&engine.positions);
        (void)snapshot_encode(&engine, bytes, sizeof(bytes));
    }
    return 0;
}
