/* wire_buffer.h - bytes on their way in or out of one connection: appended at the end, taken from the front.
 * Memory   grows by doubling; what is taken from the front is moved away only when room is asked for. Out of memory is a panic.
 * */
#ifndef SIM_SERVE_WIRE_BUFFER_H
#define SIM_SERVE_WIRE_BUFFER_H

#include "core/base.h"

struct wire_buffer {
    char *data;
    size_t first, length, capacity; /* the bytes are data[first, first + length) */
};

void wire_buffer_free(struct wire_buffer *self);
char *wire_buffer_bytes(struct wire_buffer *self);
/* Room for count bytes behind the last, and one more for a closing zero; wire_buffer_grew() says how many were used. */
char *wire_buffer_room(struct wire_buffer *self, size_t count);
void wire_buffer_grew(struct wire_buffer *self, size_t count);
void wire_buffer_add(struct wire_buffer *self, const void *bytes, size_t count);
void wire_buffer_take(struct wire_buffer *self, size_t count);

#endif
