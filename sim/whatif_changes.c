#include "sim/whatif_changes.h"

#include <stdlib.h>
#include <string.h>

static json_t *settings_of(const struct config *config)
{
    char *text = config_json(config);
    json_t *settings = text == NULL ? NULL : json_loads(text, 0, NULL);
    free(text);
    return settings;
}

static bool applies(const char *key, struct error *error)
{
    static const char *const FIXED[] = {"sim.latency.signal",  "sim.maker_fee",    "sim.taker_fee",
                                        "sim.liquidation_fee", "sim.margin_model", "symbols.alias",
                                        "symbols.liquid"};
    for (size_t index = 0; index < ARRAY_COUNT(FIXED); index++) {
        if (strcmp(key, FIXED[index]) == 0) {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "%s is part of what was recorded, where it cannot be changed: run a "
                             "backtest or a paper session under another",
                             key);
        }
    }
    return true;
}

/* Every key stands in both. */
static bool gather(json_t *was, json_t *is, json_t *out, struct error *error)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(is, key, value)
    {
        json_t *old = json_object_get(was, key);
        if (json_equal(old, value)) {
            continue;
        }
        json_t *pair = json_object();
        (void)json_object_set(pair, "recorded", old);
        (void)json_object_set(pair, "now", value);
        (void)json_object_set_new(out, key, pair);
        if (!applies(key, error)) {
            return false;
        }
    }
    return true;
}

bool whatif_changes(const struct config *recorded,
                    const struct config *now,
                    json_t **out,
                    struct error *error)
{
    json_t *was = settings_of(recorded);
    json_t *is = settings_of(now);
    *out = json_object();
    bool memory = was != NULL && is != NULL && *out != NULL;
    bool done = memory && gather(was, is, *out, error);
    json_decref(was);
    json_decref(is);
    return done || (!memory && error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                                         "out of memory: free some and run again"));
}
