/* limit_decision - p50 p99 p99.9 in ns of the least that a decision is: token by hash, a look into
 * a cache of 4096, one reference step, 30 checks computed and recorded, and the digest that DESIGN
 * law 3 wants: the signal, and the checks with their names in two actions (the assessment and the
 * decision). Each one is timed alone. */
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/reference.h"

enum {
    TOKENS = 512,
    SLOTS = 1024,
    CACHE = 4096,
    CACHE_SLOTS = 8192,
    CHECKS = 30,
    SIGNAL_WORDS = 24,
    SIGNALS = 200000
};

struct name {
    uint64_t words[2];
    int32_t token;
};

struct entry {
    uint64_t key;
    int32_t before, after;
};

struct check {
    const char *name;
    int64_t value, limit;
    int32_t scale, passed;
};

struct world {
    struct name names[SLOTS];
    struct entry entries[CACHE];
    int32_t slots[CACHE_SLOTS];
    int32_t head, next;
    struct reference_token tokens[TOKENS];
    struct check checks[CHECKS];
};

static uint64_t hash_of(uint64_t left, uint64_t right)
{
    return reference_mix(reference_mix(0, (int64_t)left), (int64_t)right);
}

static int32_t token_find(const struct world *world, const uint64_t words[2])
{
    uint64_t slot = hash_of(words[0], words[1]) % SLOTS;
    while (world->names[slot].words[0] != words[0] || world->names[slot].words[1] != words[1]) {
        slot = (slot + 1) % SLOTS;
    }
    return world->names[slot].token;
}

static void token_add(struct world *world, const uint64_t words[2], int32_t token)
{
    uint64_t slot = hash_of(words[0], words[1]) % SLOTS;
    while (world->names[slot].words[0] != 0) {
        slot = (slot + 1) % SLOTS;
    }
    world->names[slot] = (struct name){{words[0], words[1]}, token};
}

/* A direct-mapped index over a ring: the cheapest cache that forgets the oldest. */
static int cache_touch(struct world *world, uint64_t key)
{
    int32_t *slot = &world->slots[key % CACHE_SLOTS];
    if (world->entries[*slot].key == key) {
        return 1;
    }
    world->next = (world->next + 1) % CACHE;
    world->entries[world->next] = (struct entry){.key = key, .before = world->head};
    world->entries[world->head].after = world->next;
    world->head = world->next;
    *slot = world->next;

    return 0;
}

static void checks_record(struct world *world, const struct reference_event *event)
{
    const struct reference_token *token = &world->tokens[event->token];
    for (int32_t index = 0; index < CHECKS; index++) {
        struct check *check = &world->checks[index];
        check->name = "C6.price_collar";
        check->value = token->last_e12 / 64 + index;
        check->limit = event->price_e12;
        check->scale = 12;
        check->passed =
            (reference_wide)check->value * 1000 < (reference_wide)check->limit * (900 + index);
    }
}

static uint64_t text_mix(uint64_t digest, const char *text)
{
    int64_t words[2];
    memcpy(words, text, sizeof(words));
    digest = reference_mix(digest, (int64_t)strlen(text));
    digest = reference_mix(digest, words[0]);

    return reference_mix(digest, words[1]);
}

static uint64_t checks_mix(const struct world *world, uint64_t digest)
{
    for (int32_t index = 0; index < CHECKS; index++) {
        const struct check *check = &world->checks[index];
        digest = text_mix(digest, check->name);
        digest = reference_mix(digest, check->value);
        digest = reference_mix(digest, check->limit);
        digest = reference_mix(digest, (int64_t)check->scale | (int64_t)check->passed << 32);
    }
    return digest;
}

static uint64_t signal_mix(uint64_t digest, int64_t first)
{
    for (int64_t word = 0; word < SIGNAL_WORDS; word++) {
        digest = reference_mix(digest, first + word);
    }
    return digest;
}

int main(void)
{
    struct world *world = calloc(1, sizeof(*world));
    int64_t *latencies_ns = calloc(SIGNALS, sizeof(*latencies_ns));
    if (world == NULL || latencies_ns == NULL) {
        bench_fail("no memory");
    }
    for (int32_t token = 0; token < TOKENS; token++) {
        uint64_t words[2] = {(uint64_t)token + 1, (uint64_t)token * 7919};
        token_add(world, words, token);
        world->tokens[token].last_e12 = 1000000000000LL;
    }
    uint64_t digest = 0;
    for (int32_t index = 0; index < SIGNALS; index++) {
        uint64_t number = (uint64_t)index * UINT64_C(2654435761) % (uint64_t)TOKENS;
        uint64_t words[2] = {number + 1, number * 7919};
        int64_t started_ns = bench_ns();
        struct reference_event event = {.time_us = index,
                                        .price_e12 = 1000000000000LL + index,
                                        .token = token_find(world, words)};
        digest += (uint64_t)cache_touch(world, hash_of(words[0], (uint64_t)index / 3));
        digest = reference_step(world->tokens, &event, digest);
        checks_record(world, &event);
        digest = signal_mix(digest, index);
        digest = checks_mix(world, checks_mix(world, digest));
        latencies_ns[index] = bench_ns() - started_ns;
    }
    (void)fprintf(stderr, "digest %016" PRIx64 "\n", digest);
    bench_latencies(latencies_ns, SIGNALS);
    free(latencies_ns);
    free(world);

    return 0;
}
