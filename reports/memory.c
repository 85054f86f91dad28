#include "reports/memory.h"

#include <stdlib.h>
#include <string.h>

void *memory_array(int64_t count, size_t size)
{
    CHECK(count >= 0);

    void *array = calloc(count > 0 ? (size_t)count : 1, size);
    CHECK(array != NULL);
    return array;
}

void *memory_grow(void *array, int64_t count, int64_t *capacity, size_t size)
{
    CHECK(count <= *capacity);

    if (count < *capacity) {
        return array;
    }
    *capacity = *capacity > 0 ? *capacity * 2 : 64;
    void *moved = reallocarray(array, (size_t)*capacity, size);
    CHECK(moved != NULL);
    return moved;
}

char *memory_text(const char *text)
{
    size_t size = text == NULL ? 1 : strlen(text) + 1;
    char *copy = memory_array((int64_t)size, 1);

    if (text != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}
