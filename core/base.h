/* base.h - what every file of the core may use: CHECK, the wide integer, array sizes.
 * Failure  CHECK is the lane of our own bugs: always on, also in production; it calls core_panic(), which
 *          each program provides (data/panic.c) and which never returns. Business answers are verdicts
 *          (core/verdict.h); the failing world is an error record (data/error.h). The lanes never mix. */
#ifndef CORE_BASE_H
#define CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 128 bits: every product of price, quantity, money and rate passes through it. */
__extension__ typedef __int128 wide_t;

_Noreturn void core_panic(const char *file, int line, const char *what);

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0)) {                                                   \
            core_panic(__FILE__, __LINE__, #condition);                                            \
        }                                                                                          \
    } while (0)

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MUST_USE           __attribute__((warn_unused_result))

#endif
