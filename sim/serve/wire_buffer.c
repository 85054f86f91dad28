#include "sim/serve/wire_buffer.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 4096 };

void wire_buffer_free(struct wire_buffer *self)
{
    free(self->data);
    *self = (struct wire_buffer){0};
}

char *wire_buffer_bytes(struct wire_buffer *self)
{
    return self->data == NULL ? wire_buffer_room(self, 0) : self->data + self->first;
}

char *wire_buffer_room(struct wire_buffer *self, size_t count)
{
    size_t needed = self->length + count + 1;
    if (self->first > 0 && self->first + needed > self->capacity) {
        memmove(self->data, self->data + self->first, self->length);
        self->first = 0;
    }
    if (needed > self->capacity) {
        size_t capacity = self->capacity == 0 ? CAPACITY_FIRST : self->capacity;
        while (capacity < needed) {
            capacity *= 2;
        }
        self->data = realloc(self->data, capacity);
        CHECK(self->data != NULL);
        self->capacity = capacity;
    }
    return self->data + self->first + self->length;
}

void wire_buffer_grew(struct wire_buffer *self, size_t count)
{
    CHECK(self->first + self->length + count < self->capacity);
    self->length += count;
}

void wire_buffer_add(struct wire_buffer *self, const void *bytes, size_t count)
{
    memcpy(wire_buffer_room(self, count), bytes, count);
    wire_buffer_grew(self, count);
}

void wire_buffer_take(struct wire_buffer *self, size_t count)
{
    CHECK(count <= self->length);
    self->length -= count;
    self->first = self->length == 0 ? 0 : self->first + count;
}
