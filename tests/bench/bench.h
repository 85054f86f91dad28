/* bench.h - what every benchmark program shares: a clock, and the figures of many latencies.
 * Rule     programs named limit_* hold no product code: they are what a path is measured against.
 *          Those named ours_* run the product's own. scripts/bench runs both alternately; each
 *          prints its figure on standard output. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t bench_read(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);

    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* For latencies. */
static inline int64_t bench_ns(void)
{
    return bench_read(CLOCK_MONOTONIC);
}

/* For work: of the processor, so that what else runs on the machine does not count. */
static inline int64_t bench_work_ns(void)
{
    return bench_read(CLOCK_PROCESS_CPUTIME_ID);
}

static inline int bench_order(const void *left, const void *right)
{
    const int64_t *a = left;
    const int64_t *b = right;

    return (*a > *b) - (*a < *b);
}

/* p50, p99 and p99.9 of count latencies; sorts them. */
static inline void bench_latencies(int64_t *latencies_ns, int64_t count)
{
    qsort(latencies_ns, (size_t)count, sizeof(*latencies_ns), bench_order);
    (void)printf("%" PRId64 " %" PRId64 " %" PRId64 "\n", latencies_ns[count / 2],
                 latencies_ns[count * 99 / 100], latencies_ns[count * 999 / 1000]);
}

/* Ends the program: a benchmark that did not do its work must not print a figure. */
_Noreturn static inline void bench_fail(const char *what)
{
    (void)fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

#endif
