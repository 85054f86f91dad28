#include "core/text.h"

#include <string.h>

#include "core/fixed.h"

void text_init(struct text *self)
{
    self->length = 0;
    self->bytes[0] = '\0';
}

void text_add(struct text *self, const char *words)
{
    CHECK(self->length < TEXT_BYTES);

    size_t length = strlen(words);
    size_t room = TEXT_BYTES - 1 - self->length;
    size_t taken = length < room ? length : room;
    memcpy(self->bytes + self->length, words, taken);
    self->length += taken;
    self->bytes[self->length] = '\0';
}

void text_add_decimal(struct text *self, int64_t value, unsigned scale)
{
    char digits[DECIMAL_BYTES];
    (void)decimal_format(value, scale, digits);
    text_add(self, digits);
}
