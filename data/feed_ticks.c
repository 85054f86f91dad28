#include "data/feed_ticks.h"

#include <string.h>

static const struct feed_tick_kind kinds[] = {
    {"trade",
     TAPE_TRADE,
     true,
     {{"price", FEED_TICK_PRICE},
      {"size", FEED_TICK_SIZE},
      {"first_id", FEED_TICK_ID},
      {"last_id", FEED_TICK_ID}}},
    {"depth",
     TAPE_DEPTH,
     true,
     {{"price", FEED_TICK_PRICE},
      {"size", FEED_TICK_SIZE},
      {"first_id", FEED_TICK_ID},
      {"previous_id", FEED_TICK_ID}}},
    {"quote",
     TAPE_QUOTE,
     true,
     {{"bid", FEED_TICK_PRICE_OR_NONE},
      {"bid_size", FEED_TICK_SIZE},
      {"ask", FEED_TICK_PRICE_OR_NONE},
      {"ask_size", FEED_TICK_SIZE}}},
    {"mark_price", TAPE_MARK, false, {{"price", FEED_TICK_PRICE}}},
    {"index_price", TAPE_INDEX, false, {{"price", FEED_TICK_PRICE}}},
};

const struct feed_tick_flag feed_tick_flags[FEED_TICK_FLAGS] = {
    {"buy", TAPE_BUY},
    {"snapshot", TAPE_SNAPSHOT_ROW},
    {"last", TAPE_LAST},
    {"side_unknown", TAPE_SIDE_UNKNOWN},
    {"aggregate", TAPE_AGGREGATE},
};

const struct feed_tick_kind *feed_tick_of_kind(int kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        if ((int)kinds[i].kind == kind) {
            return &kinds[i];
        }
    }
    return NULL;
}

const struct feed_tick_kind *feed_tick_of_word(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        if (strcmp(kinds[i].word, word) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}
