/* queue.c - the heap: keys move by a hole, so that each level costs one store. */
#include "sim/exchange/queue.h"

#include "core/instant.h"

static bool key_before(struct queue_key a, struct queue_key b)
{
    return a.time_us != b.time_us ? a.time_us < b.time_us : a.rank < b.rank;
}

static void key_store(struct queue *self, int32_t place, struct queue_key key)
{
    self->keys[place] = key;
    self->places[key.rank & 0xFFFF] = place;
}

void queue_init(struct queue *self, int32_t count)
{
    CHECK(count > 0 && count <= INSTRUMENTS_MAX);

    self->count = count;
    for (int32_t i = 0; i < count; i++) {
        key_store(self, i, (struct queue_key){INSTANT_NEVER, (uint32_t)i});
    }
}

static int32_t hole_up(struct queue *self, int32_t hole, struct queue_key key)
{
    while (hole > 0) {
        int32_t parent = (hole - 1) / 2;
        if (!key_before(key, self->keys[parent])) {
            break;
        }
        key_store(self, hole, self->keys[parent]);
        hole = parent;
    }
    return hole;
}

static int32_t hole_down(struct queue *self, int32_t hole, struct queue_key key)
{
    for (;;) {
        int32_t child = 2 * hole + 1;
        if (child >= self->count) {
            return hole;
        }
        if (child + 1 < self->count && key_before(self->keys[child + 1], self->keys[child])) {
            child++;
        }
        if (!key_before(self->keys[child], key)) {
            return hole;
        }
        key_store(self, hole, self->keys[child]);
        hole = child;
    }
}

void queue_set(struct queue *self, int32_t instrument, int64_t time_us, uint32_t step)
{
    CHECK(instrument >= 0 && instrument < self->count);

    struct queue_key key = {time_us, step << 16 | (uint32_t)instrument};
    int32_t hole = self->places[instrument];
    if (key_before(key, self->keys[hole])) {
        hole = hole_up(self, hole, key);
    } else {
        hole = hole_down(self, hole, key);
    }
    key_store(self, hole, key);
}
