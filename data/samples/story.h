/* story.h - what is staged in the sample market, and when: a pump, an outage after which the market opens far lower, a crash,
 * a late listing. The story is told in 14 days; other lengths stretch it. */
#ifndef DATA_SAMPLES_STORY_H
#define DATA_SAMPLES_STORY_H

#include "data/samples/world.h"

/* No market for 150 minutes, for anybody, from this minute on. */
int64_t story_outage_begin(const struct world *self);
bool story_outage(const struct world *self, int64_t minute);
/* The first minute after the outage. */
bool story_reopens(const struct world *self, int64_t minute);
bool story_listed(const struct world *self, int symbol, int64_t minute);
/* What is staged for this minute: a push on the price (per minute) and a factor on the activity. */
void story_staged(
    const struct world *self, int symbol, int64_t minute, int64_t *push_e9, int64_t *activity);

#endif
