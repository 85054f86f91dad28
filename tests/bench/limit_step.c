/* limit_step - ns of two reference steps, the least work for one bar: 36 tokens by turns. */
#include "tests/bench/bench.h"
#include "tests/bench/reference.h"

enum { TOKENS = 36, EVENTS = 1 << 16, ROUNDS = 64 };

int main(void)
{
    struct reference_event *events = calloc(EVENTS, sizeof(*events));
    struct reference_token tokens[TOKENS] = {{0}};
    uint64_t random = 88172645463325252ULL;
    if (events == NULL) {
        bench_fail("no memory");
    }
    for (int32_t index = 0; index < EVENTS; index++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        int64_t noise = (int64_t)(random >> 44) - (1 << 19);
        events[index] = (struct reference_event){
            .time_us = index * 1000LL,
            .price_e12 = 1000000000000LL + noise * 10000,
            .token = index % TOKENS,
        };
    }
    for (int32_t index = 0; index < TOKENS; index++) {
        tokens[index].last_e12 = 1000000000000LL;
    }
    uint64_t digest = 0;
    int64_t started_ns = bench_work_ns();
    for (int32_t round = 0; round < ROUNDS; round++) {
        for (int32_t index = 0; index < EVENTS; index++) {
            digest = reference_step(tokens, &events[index], digest);
        }
    }
    int64_t passed_ns = bench_work_ns() - started_ns;
    (void)fprintf(stderr, "digest %016" PRIx64 "\n", digest);
    (void)printf("%.2f\n", 2.0 * (double)passed_ns / ((double)EVENTS * ROUNDS));
    free(events);

    return 0;
}
