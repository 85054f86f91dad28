/* Market manifests: any bytes end in entries that keep the laws, or in one error. No file is looked
 * for. */
#include <string.h>

#include "data/manifest.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "{\"name\":\"x\",\"venue\":\"Binance "
    "spot\",\"timeframe\":\"5m\",\"window\":[\"2021-01-01T00:00:00Z"
    "\",\"2021-04-02T00:00:00Z\"],\"klines\":{\"ADAUSDT\":\"k/a.csv\",\"BTCUSDT\":[\"k/1.csv\",\"k/"
    "2.csv\"]},\"funding\":{\"ADAUSDT\":\"f/a.csv\"},\"mark_1h\":{\"ADAUSDT\":\"m/"
    "a.csv\"},\"mark_4h\":"
    "{\"ADAUSDT\":\"m/b.csv\"},\"leverage_tiers\":\"t.csv\"}",
    "{\"trades\":{\"A\":\"b\"}}", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest manifest;
    struct error error;
    error_init(&error);
    bool fine = manifest_parse(&manifest, "fuzz", (const char *)data, size, false, &error);
    CHECK(fine == (error.code == EXIT_CODE_DONE));
    if (!fine) {
        return 0;
    }
    CHECK(manifest.count > 0);
    CHECK(!manifest.has_window || manifest.window.first_us <= manifest.window.last_us);
    for (int32_t i = 0; i < manifest.count; i++) {
        const struct manifest_entry *entry = &manifest.entries[i];
        CHECK(entry->symbol[0] != '\0' && strlen(entry->symbol) < SYMBOL_BYTES);
        CHECK(entry->path != NULL && entry->path[0] != '\0');
    }
    manifest_release(&manifest);
    return 0;
}
