/* fuzz.h - what a fuzz target gives to main.c, or to libFuzzer. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Whole inputs that are well formed, closed by NULL: mutations start from them. */
extern const char *const fuzz_seeds[];
/* Tries one input; returns 0. What must hold is a CHECK: it aborts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
