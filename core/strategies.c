#include "core/strategies.h"

#include <string.h>

void strategies_init(struct strategies *self)
{
    memset(self, 0, sizeof(*self));
}

int32_t strategies_intern(struct strategies *self, const char *source)
{
    for (int32_t index = 0; index < self->count; index++) {
        size_t length = strlen(self->names[index]);
        if (memcmp(self->names[index], source, length + 1) == 0) {
            return index;
        }
    }
    size_t length = strlen(source);
    CHECK(length < SOURCE_BYTES);
    if (self->count == STRATEGIES_MAX) {
        return STRATEGIES_MAX - 1;
    }
    memcpy(self->names[self->count], source, length + 1);
    return self->count++;
}
