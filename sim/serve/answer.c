/* answer.c - what a dialect fills, and how it goes onto the wire. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/serve/server.h"

enum { CAPACITY_FIRST = 1024 };

static void grow(struct server_answer *self, size_t needed)
{
    if (needed <= self->capacity) {
        return;
    }
    size_t capacity = self->capacity == 0 ? CAPACITY_FIRST : self->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    self->body = realloc(self->body, capacity);
    CHECK(self->body != NULL);
    self->capacity = capacity;
}

void answer_printf(struct server_answer *self, const char *format, ...)
{
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    grow(self, self->length + CAPACITY_FIRST / 4);
    size_t room = self->capacity - self->length;
    int length = vsnprintf(self->body + self->length, room, format, arguments);
    CHECK(length >= 0);
    if ((size_t)length >= room) {
        grow(self, self->length + (size_t)length + 1);
        (void)vsnprintf(self->body + self->length, (size_t)length + 1, format, again);
    }
    self->length += (size_t)length;
    va_end(again);
    va_end(arguments);
}

void answer_header(struct server_answer *self, const char *format, ...)
{
    CHECK(self->header_count < (int32_t)ARRAY_COUNT(self->headers));
    char *line = self->headers[self->header_count];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof(self->headers[0]), format, arguments);
    va_end(arguments);
    CHECK(length > 0 && length < (int)sizeof(self->headers[0]));
    self->header_count++;
}
