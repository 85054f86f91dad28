/* desk_world.h - a desk between a fake venue and the least that can stand for a core: what it was told, letter by letter.
 * Letters   A acked, R rejected, C canceled, E expired, c cancel rejected, U unknown, N not sent, X absent, F fill. */
#ifndef TESTS_SUPPORT_DESK_WORLD_H
#define TESTS_SUPPORT_DESK_WORLD_H

#include "live/desk.h"
#include "tests/support/fake_venue.h"

enum { WORLD_ORDERS = 512, WORLD_WORD = 24 };
#define WORLD_EPOCH 7

struct world_order {
    struct action_place place;
    int32_t instrument;
    bool live;
    int64_t filled_e6;
    char told[WORLD_WORD];
};

struct desk_test_world {
    struct desk desk;
    struct venue_port port;
    struct fake_venue venue;
    struct instruments instruments;
    int64_t now_ns;
    int32_t count, fills, fills_twice, externals, mismatches, fenced, alarms, deposits;
    int32_t illegal; /* evidence after the end, other than fills */
    bool reconciled;
    int64_t wallet_e8;
    int64_t position_e6[FAKE_MARKETS];
    uint64_t trades[FAKE_TRADES];
    struct world_order orders[WORLD_ORDERS];
    struct flatten_quote quote;
    bool no_quote;
    int32_t lines;
    uint64_t known_trade; /* the store knows it */
};

/* The user stream is up and the first pass is through, unless quiet. */
void world_init(struct desk_test_world *self, uint64_t seed, const struct desk_options *options);
/* Lets the time pass, event by event. */
void world_run(struct desk_test_world *self, int64_t for_ns);
uint64_t world_place(struct desk_test_world *self, const struct action_place *wish);
/* What the core was told of an order. */
const char *world_told(struct desk_test_world *self, uint64_t order_id);

#endif
