/* Configuration: as a file and as --set; what is taken lies within its range. */
#include <stdlib.h>
#include <string.h>

#include "data/config.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "// a configuration\n{ \"risk\": { \"per_trade\": 0.0025, \"c5\": { \"value\": \"1500.5\" } "
    "},\n"
    "  \"breaker\": { \"clutch\": true, \"dwell\": \"90s\" }, \"risk.c12.value\": null }\n",
    "{\"symbols\": {\"allow\": [\"DOGEUSDT\"], \"alias\": {\"doge\": \"DOGEUSDT\"}, \"liquid\": "
    "[]}}",
    "risk.per_trade=0.5%",
    "position.max_age=2d",
    "symbols.alias.doge=DOGEUSDT",
    "symbols.allow=A,B",
    NULL};

static struct settings settings;
static struct config config;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    settings_defaults(&settings);
    config_init(&config);
    config_table_add(&config, settings_rows, settings_row_count, &settings);
    error_init(&error);
    bool loaded = config_load_text(&config, (const char *)data, size, "fuzz", &error);
    CHECK(loaded == (error.code == EXIT_CODE_DONE));
    CHECK(settings_invalid(&settings) == NULL);
    char *text = malloc(size + 1);
    CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    error_init(&error);
    bool set = config_set(&config, text, &error);
    free(text);
    CHECK(set == (error.code == EXIT_CODE_DONE));
    CHECK(settings_invalid(&settings) == NULL);
    if (loaded || set) {
        char *json = config_json(&config);
        struct settings before = settings;
        error_init(&error);
        CHECK(config_load_text(&config, json, strlen(json), "again", &error));
        CHECK(memcmp(&before, &settings, sizeof(before)) == 0);
        free(json);
    }
    return 0;
}
