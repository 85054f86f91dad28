/* memory.h - heap of the reports: an array or a panic. A report that lost a row would lie, so
 * there is no third way.
 * Ownership  the caller frees what it gets with free(). */
#ifndef REPORTS_MEMORY_H
#define REPORTS_MEMORY_H

#include "core/base.h"

/* count items of size bytes, zeroed; never NULL, also for a count of 0. */
void *memory_array(int64_t count, size_t size);
/* Room for one more item: grows *capacity by doubling and moves the array; the new items are not
 * zeroed. */
void *memory_grow(void *array, int64_t count, int64_t *capacity, size_t size);
/* A copy of the text, or of "" for NULL. */
char *memory_text(const char *text);

#endif
