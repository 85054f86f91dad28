/* live_settings.h - the executor's settings, generated from data/live_settings.def. They stand in the data room because one
 * configuration file serves every program: the simulator reads it, and does not use them. No secret is among them. */
#ifndef DATA_LIVE_SETTINGS_H
#define DATA_LIVE_SETTINGS_H

#include "data/config.h"

struct live_settings {
#define SETTING(field, key, unit, minimum, maximum, initial, documentation) int64_t field;
#define TEXT(field, key, bytes, list, initial, documentation)               char field[bytes];
#include "data/live_settings.def"
#undef SETTING
#undef TEXT
};

/* Defaults, and the two tables of it into the configuration; borrowed for life. */
void live_settings_init(struct live_settings *self, struct config *config);

#endif
