#include "core/window.h"

#include <string.h>

static int32_t ring_place(const struct window *self, int32_t place)
{
    int32_t index = self->first + place;
    return index >= self->capacity ? index - self->capacity : index;
}

void window_init(struct window *self, int32_t capacity, const int32_t *spans, int32_t span_count)
{
    CHECK(span_count >= 1 && span_count <= WINDOW_SPANS_MAX);
    CHECK(capacity >= spans[span_count - 1] + 2);
    memset(self, 0, sizeof(*self));
    self->capacity = capacity;
    self->span_count = span_count;
    for (int32_t span = 0; span < span_count; span++) {
        CHECK(spans[span] > (span == 0 ? 0 : spans[span - 1]));
        self->span_minutes[span] = spans[span];
    }
}

static void forget_oldest(struct window *self)
{
    self->first = ring_place(self, 1);
    self->count--;
    for (int32_t span = 0; span < self->span_count; span++) {
        if (self->cursor[span] > 0) {
            self->cursor[span]--;
        }
    }
}

void window_push(struct window *self, struct window_sample *samples, int64_t minute, int64_t value)
{
    CHECK(self->count == 0 || minute > window_last_minute(self, samples));
    int64_t oldest_needed = minute - self->span_minutes[self->span_count - 1];
    /* The oldest is forgotten once the one behind it is old enough for the longest span. */
    while (self->count >= 2 && samples[ring_place(self, 1)].minute <= oldest_needed) {
        forget_oldest(self);
    }
    CHECK(self->count < self->capacity);
    samples[ring_place(self, self->count)] = (struct window_sample){minute, value};
    self->count++;
}

int64_t
window_back(struct window *self, const struct window_sample *samples, int32_t span, int64_t minute)
{
    CHECK(self->count > 0 && span >= 0 && span < self->span_count);
    int64_t wanted = minute - self->span_minutes[span];
    int32_t cursor = self->cursor[span];
    while (cursor + 1 < self->count && samples[ring_place(self, cursor + 1)].minute <= wanted) {
        cursor++;
    }
    self->cursor[span] = cursor;
    return samples[ring_place(self, cursor)].value;
}

struct window_sample *
window_at(const struct window *self, struct window_sample *samples, int32_t place)
{
    CHECK(place >= 0 && place < self->count);
    return &samples[ring_place(self, place)];
}

int64_t window_last_minute(const struct window *self, const struct window_sample *samples)
{
    CHECK(self->count > 0);
    return samples[ring_place(self, self->count - 1)].minute;
}
