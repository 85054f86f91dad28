/* journal_settings.h - the core's settings as a text of a journal, and back (EVENT_SETTINGS).
 * Form     one JSON object: every row of core/settings.def by its key, as an integer in its own unit, and what the program sets
 *          beside them (allow-list, fidelity).
 * Laws     what is read is what was written, value by value, and lies within its rows' ranges.
 * Failure  no memory: NULL. Reading: false and an error (exit 3) that names the key. */
#ifndef DATA_JOURNAL_SETTINGS_H
#define DATA_JOURNAL_SETTINGS_H

#include "core/settings.h"
#include "data/feed_fields.h"

/* The caller frees it. */
MUST_USE char *journal_settings_text(const struct settings *settings);
/* Takes every key of an opened object. */
MUST_USE bool journal_settings_fields(struct feed_fields *fields, struct settings *out);

#endif
