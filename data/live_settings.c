#include "data/live_settings.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

static const struct setting_row rows[] = {
#define SETTING(field, key, unit, minimum, maximum, initial, documentation)                        \
    {key,     documentation, offsetof(struct live_settings, field), UNIT_##unit, minimum,          \
     maximum, initial},
#define TEXT(field, key, bytes, list, initial, documentation)
#include "data/live_settings.def"
#undef SETTING
#undef TEXT
};

static const struct text_row texts[] = {
#define SETTING(field, key, unit, minimum, maximum, initial, documentation)
#define TEXT(field, key, bytes, list, initial, documentation)                                      \
    {key, documentation, initial, offsetof(struct live_settings, field), bytes, list},
#include "data/live_settings.def"
#undef SETTING
#undef TEXT
};

void live_settings_init(struct live_settings *self, struct config *config)
{
    memset(self, 0, sizeof(*self));
#define SETTING(field, key, unit, minimum, maximum, initial, documentation) self->field = initial;
#define TEXT(field, key, bytes, list, initial, documentation)
#include "data/live_settings.def"
#undef SETTING
#undef TEXT
    config_table_add(config, rows, (int32_t)ARRAY_COUNT(rows), self);
    config_texts_add(config, texts, (int32_t)ARRAY_COUNT(texts), self);
}
