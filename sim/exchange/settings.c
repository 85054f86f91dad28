#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/exchange.h"

const struct setting_row exchange_rows[] = {
#define SETTING(field, key, unit, minimum, maximum, initial, documentation)                        \
    {key,     documentation, offsetof(struct exchange_settings, field), UNIT_##unit, minimum,      \
     maximum, initial},
#include "sim/exchange/settings.def"
#undef SETTING
};

const int32_t exchange_row_count = (int32_t)ARRAY_COUNT(exchange_rows);

void exchange_settings_defaults(struct exchange_settings *self)
{
    memset(self, 0, sizeof *self); /* no ladder */
#define SETTING(field, key, unit, minimum, maximum, initial, documentation) self->field = initial;
#include "sim/exchange/settings.def"
#undef SETTING
}
