/* memory.h - memory without which nothing goes on: a panic where there is none. The caller frees it. */
#ifndef DATA_MEMORY_H
#define DATA_MEMORY_H

#include <stdlib.h>

#include "core/base.h"

static inline void *memory_or_panic(void *memory)
{
    CHECK(memory != NULL);
    return memory;
}

/* At least one byte, so that nothing is not NULL. */
static inline void *memory_zeros(size_t count, size_t size)
{
    return memory_or_panic(calloc(count > 0 ? count : 1, size));
}

#endif
