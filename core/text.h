/* text.h - sentences for alerts, errors and audit, built without stdio: appends to a fixed buffer, cuts what does not fit. */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "core/base.h"

enum { TEXT_BYTES = 256 };

struct text {
    size_t length;
    char bytes[TEXT_BYTES]; /* always closed with a zero byte */
};

void text_init(struct text *self);
void text_add(struct text *self, const char *words);
/* value / 10^scale in its shortest exact form. */
void text_add_decimal(struct text *self, int64_t value, unsigned scale);

#endif
