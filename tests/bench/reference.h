/* reference.h - the reference step: what no engine can do without, as short as it can be written.
 * No product code.
 * A step   one price of one token: state, return, EWMA of its square, stop and target of a small
 *          position, the size that a fixed risk allows, a digest of the event and of what was
 *          decided. Two steps stand for one bar: core and exchange keep separate books. */
#ifndef TESTS_BENCH_REFERENCE_H
#define TESTS_BENCH_REFERENCE_H

#include <stdint.h>

__extension__ typedef __int128 reference_wide;
__extension__ typedef unsigned __int128 reference_product;

struct reference_token {
    int64_t last_e12, variance_e18;
    int64_t size_e6, stop_e12, target_e12, result_e8;
};

struct reference_event {
    int64_t time_us, price_e12;
    int32_t token;
};

static inline uint64_t reference_mix(uint64_t state, int64_t word)
{
    reference_product product = (reference_product)(state ^ (uint64_t)word) * 0xD6E8FEB86659FD93ULL;

    return ((uint64_t)product ^ (uint64_t)(product >> 64)) + 0xA0761D6478BD642FULL;
}

static inline uint64_t
reference_step(struct reference_token *tokens, const struct reference_event *event, uint64_t digest)
{
    struct reference_token *token = &tokens[event->token];
    int64_t move_e12 = event->price_e12 - token->last_e12;
    int64_t return_e9 = (int64_t)((reference_wide)move_e12 * 1000000000 / token->last_e12);
    token->variance_e18 += (return_e9 * return_e9 - token->variance_e18) / 64;
    token->last_e12 = event->price_e12;
    if (token->size_e6 > 0 &&
        (event->price_e12 <= token->stop_e12 || event->price_e12 >= token->target_e12)) {
        token->result_e8 += (int64_t)((reference_wide)token->size_e6 * move_e12 / 10000000000LL);
        token->size_e6 = 0;
    }
    int64_t size_e6 = (int64_t)((reference_wide)token->variance_e18 * 9765625 / 1000000000);
    if (token->size_e6 == 0 && (size_e6 & 1023) == 1) {
        token->size_e6 = size_e6 + 1;
        token->stop_e12 = event->price_e12 - event->price_e12 / 64;
        token->target_e12 = event->price_e12 + event->price_e12 / 32;
    }
    digest = reference_mix(digest, event->time_us);
    digest = reference_mix(digest, event->price_e12);
    digest = reference_mix(digest, event->token);

    return reference_mix(digest, token->size_e6);
}

#endif
