#include "data/steps.h"

void steps_add_other(struct steps *self, int64_t length_us)
{
    int32_t at = 0;
    while (at < self->count && self->items[at].length_us != length_us) {
        at++;
    }
    if (at == STEPS_MAX) {
        return;
    }
    if (at == self->count) {
        self->items[at] = (struct step){length_us, 0};
        self->count++;
    }
    self->items[at].count++;
    self->recent = at;
}

int64_t steps_interval(const struct steps *self)
{
    struct step best = {0, 0};
    for (int32_t i = 0; i < self->count; i++) {
        const struct step *step = &self->items[i];
        if (step->count > best.count ||
            (step->count == best.count && step->length_us < best.length_us)) {
            best = *step;
        }
    }
    return best.length_us;
}
