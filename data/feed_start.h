/* feed_start.h - the first line of a feed: settings that matter, instruments with their tiers, aliases. For feed_json. */
#ifndef DATA_FEED_START_H
#define DATA_FEED_START_H

#include "data/feed_fields.h"
#include "data/feed_json.h"

/* Fills the start and, from empty, the instruments. Faults go to fields. */
void feed_start_read(struct feed_fields *fields,
                     struct feed_start *out,
                     struct instruments *instruments);

#endif
