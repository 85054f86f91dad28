#include "data/journal_settings.h"

#include <jansson.h>
#include <stdio.h>

#include "core/fixed.h"

enum { KEY_BYTES = 32, BAR_MAX_DAYS = 366 };
#define US_PER_LONGEST_BAR (BAR_MAX_DAYS * 86400LL * 1000000LL)

static void allowed_key(size_t place, char out[KEY_BYTES])
{
    (void)snprintf(out, KEY_BYTES, "allowed.%d", (int)place);
}

char *journal_settings_text(const struct settings *settings)
{
    json_t *object = json_object();
    int bad = object == NULL ? 1 : 0;
    for (int32_t row = 0; row < settings_row_count; row++) {
        bad |= json_object_set_new(object, settings_rows[row].key,
                                   json_integer(settings_value(settings, row)));
    }
    for (size_t place = 0; place < ARRAY_COUNT(settings->allowed); place++) {
        char key[KEY_BYTES];
        allowed_key(place, key);
        bad |= json_object_set_new(object, key, json_integer((int64_t)settings->allowed[place]));
    }
    bad |= json_object_set_new(object, "fidelity", json_integer((int)settings->fidelity));
    bad |= json_object_set_new(object, "simulated", json_integer(settings->simulated ? 1 : 0));
    bad |= json_object_set_new(object, "modelled_slippage",
                               json_integer(settings->modelled_slippage_e9));
    bad |= json_object_set_new(object, "bar_interval", json_integer(settings->bar_interval_us));
    char *text = bad == 0 ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);

    return text;
}

bool journal_settings_fields(struct feed_fields *fields, struct settings *out)
{
    settings_defaults(out);
    for (int32_t row = 0; row < settings_row_count; row++) {
        const struct setting_row *item = &settings_rows[row];
        settings_put(out, row,
                     feed_integer(fields, item->key, FEED_REQUIRED, item->minimum, item->maximum));
    }
    for (size_t place = 0; place < ARRAY_COUNT(out->allowed); place++) {
        char key[KEY_BYTES];
        allowed_key(place, key);
        out->allowed[place] =
            (uint64_t)feed_integer(fields, key, FEED_REQUIRED, INT64_MIN, INT64_MAX);
    }
    int64_t fidelity = feed_integer(fields, "fidelity", FEED_REQUIRED, 0, FIDELITY_DEPTH);
    out->fidelity = (enum fidelity)fidelity;
    out->simulated = feed_integer(fields, "simulated", FEED_REQUIRED, 0, 1) != 0;
    out->modelled_slippage_e9 = feed_integer(fields, "modelled_slippage", FEED_REQUIRED, 0, ONE_E9);
    out->bar_interval_us =
        feed_integer(fields, "bar_interval", FEED_REQUIRED, 0, US_PER_LONGEST_BAR);

    return feed_fields_done(fields);
}
