/* Leverage tiers: any bytes end in tables that core/instruments.h takes, or in one error. */
#include <stdlib.h>

#include "core/instruments.h"
#include "data/tiers.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "symbol,tier,min_notional,max_notional,maintenance_margin_rate,max_leverage,maintenance_amount_"
    "cum"
    "\nA,1.0,0.0,5000.0,0.01,50.0,0.0\nA,2.0,5000.0,50000.0,0.02,25.0,50.0\nB,1,0,9.2e18,0.5,1,0\n"
    "A,1,0,500,0.5,1,0\n",
    "{\"_source\":\"x\",\"A\":[[1,75,0.0,80000.0,0.0065,0.0],[2,50,80000.0,150000.0,0.01,280.0]]}",
    NULL};

static void table_check(const struct tier_table *table)
{
    struct instruments *instruments = malloc(sizeof(*instruments));
    CHECK(instruments != NULL);
    for (int32_t i = 0; i < table->span_count; i++) {
        struct instrument item = {.symbol = "X", .tick_e12 = 1, .lot_e6 = 1, .pack = 1};
        int32_t index = 0, count = 0;
        const struct tier *tiers = tier_table_find(table, table->spans[i].symbol, &count);
        instruments_init(instruments);
        CHECK(tiers != NULL && instruments_add(instruments, &item, &index));
        CHECK(instruments_tiers(instruments, index, tiers, count));
    }
    free(instruments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tier_table table;
    struct error error;
    struct defects defects;
    error_init(&error);
    defects_init(&defects);
    tier_table_init(&table);
    struct source *source = source_open_memory(data, size, "fuzz", &error);
    bool fine = source != NULL && tier_table_load_source(&table, source, &defects, &error);
    CHECK(fine == (error.code == EXIT_CODE_DONE));
    if (fine) {
        table_check(&table);
    }
    source_close(source);
    tier_table_release(&table);
    defects_release(&defects);
    return 0;
}
