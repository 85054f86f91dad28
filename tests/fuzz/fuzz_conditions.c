/* The two files of a run's conditions: what is taken keeps its bounds, what is refused says where. */
#include <stdlib.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/incidents.h"
#include "sim/exchange/latency.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "{\"feed\": {\"quantiles_us\": [900, 1500, 40000]},\n \"order\": {\"samples_us\": [700]}}",
    "[{\"from\": \"2025-01-20T15:00:00Z\", \"to\": 1737386000000, \"symbol\": \"*\", \"kind\": "
    "\"slow\", \"factor\": 2.5},\n {\"from\": 1737386000000, \"symbol\": \"DOGE\", \"kind\": "
    "\"delist\"}]",
    "[{\"from\": 1737386000000, \"to\": 1737386000001, \"symbol\": \"*\", \"kind\": "
    "\"rate_limit\", "
    "\"orders_10s\": 0, \"orders_1m\": 7}]",
    NULL};

static const struct instruments *market(void)
{
    static struct instruments instruments;
    if (instruments.count == 0) {
        int32_t index = 0;
        struct instrument item = {.tick_e12 = 1, .lot_e6 = 1, .pack = 1, .symbol = "DOGEUSDT"};
        instruments_init(&instruments);
        CHECK(instruments_add(&instruments, &item, &index));
    }
    return &instruments;
}

static void latencies(struct slice text)
{
    static struct latency_table table;
    struct error error;
    error_init(&error);
    bool taken = latency_table_parse(&table, text, "fuzz", &error);
    CHECK(taken == (error.code == EXIT_CODE_DONE));
    CHECK(taken || error.line >= 1);
    for (int leg = 0; taken && leg < LATENCY_LEGS; leg++) {
        const struct latency_leg *values = &table.legs[leg];
        CHECK(values->count == 0 || values->count >= (values->quantiles ? 2 : 1));
        for (int32_t i = 0; i < values->count; i++) {
            CHECK(values->values_us[i] >= 0 && values->values_us[i] <= US_PER_HOUR);
            CHECK(!values->quantiles || i == 0 || values->values_us[i - 1] <= values->values_us[i]);
        }
    }
}

static void bad_hours(struct slice text)
{
    static struct incident_schedule plan;
    struct error error;
    error_init(&error);
    bool taken = incidents_parse(&plan, market(), text, "fuzz", &error);
    CHECK(taken == (error.code == EXIT_CODE_DONE));
    CHECK(taken || error.line >= 1);
    for (int32_t i = 0; taken && i < plan.count; i++) {
        const struct incident *item = &plan.items[i];
        CHECK(item->from_us < item->to_us);
        CHECK(i == 0 || plan.items[i - 1].from_us <= item->from_us);
        CHECK(item->instrument == INSTRUMENT_NONE || item->instrument == 0);
        CHECK(item->kind != INCIDENT_SLOW || item->factor_e6 >= ONE_E6);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    CHECK(copy != NULL);
    for (size_t i = 0; i < size; i++) {
        copy[i] = (char)data[i];
    }
    copy[size] = '\0';
    latencies((struct slice){copy, size});
    bad_hours((struct slice){copy, size});
    free(copy);
    return 0;
}
