#include "live/sources/fields.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "data/json_text.h"

enum { NAME_BYTES = 96, PADDING_BYTES = 32 /* readers of numbers look ahead (data/csv.h) */ };

void fields_clear(struct fields *self)
{
    self->count = 0;
    self->used = 0;
    self->full = false;
}

/* A copy in the pool, closed. */
static struct csv_field keep(struct fields *self, struct slice text)
{
    struct csv_field out = {"", 0};
    if (text.length + 1 + PADDING_BYTES > FIELDS_POOL_BYTES - self->used) {
        self->full = true;
        return out;
    }
    char *place = self->pool + self->used;
    memcpy(place, text.text, text.length);
    memset(place + text.length, 0, 1 + PADDING_BYTES);
    self->used += text.length + 1;
    out = (struct csv_field){place, text.length};
    return out;
}

static int32_t find(const struct fields *self, const char *name)
{
    int32_t at = 0;
    while (at < self->count &&
           !(strlen(name) == self->names[at].length &&
             strncasecmp(self->names[at].text, name, self->names[at].length) == 0)) {
        at++;
    }
    return at;
}

void fields_set(struct fields *self, const char *name, struct slice value)
{
    int32_t at = find(self, name);
    if (at == FIELDS_MAX) {
        self->full = true;
        return;
    }
    if (at == self->count) {
        self->names[at] = keep(self, slice_of(name));
        self->count++;
    }
    self->values[at] = keep(self, value);
}

void fields_drop(struct fields *self, const char *name)
{
    int32_t at = find(self, name);
    if (at < self->count) {
        self->count--;
        memmove(&self->names[at], &self->names[at + 1],
                (size_t)(self->count - at) * sizeof(self->names[0]));
        memmove(&self->values[at], &self->values[at + 1],
                (size_t)(self->count - at) * sizeof(self->values[0]));
    }
}

bool fields_has(const struct fields *self, const char *name)
{
    return find(self, name) < self->count;
}

struct slice fields_get(const struct fields *self, const char *name)
{
    int32_t at = find(self, name);
    if (at == self->count) {
        return (struct slice){"", 0};
    }
    return slice_trim((struct slice){self->values[at].text, self->values[at].length});
}

/* One member; null is as if absent. */
static bool
add_member(struct fields *self, const char *prefix, struct slice key, struct slice value)
{
    char name[NAME_BYTES];
    char text[NAME_BYTES];
    size_t length = 0;
    const struct slice quoted = {key.text - 1, key.length + 2};
    if (!json_text_string(quoted, text, sizeof(text), &length) ||
        snprintf(name, sizeof(name), "%s%s", prefix == NULL ? "" : prefix, text) >=
            (int)sizeof(name)) {
        return true; /* a name that long is none that we know */
    }
    if (fields_has(self, name)) {
        return false;
    }
    if (slice_is(value, "null")) {
        return true;
    }
    if (value.text[0] != '"') {
        fields_set(self, name, value);
        return true;
    }
    /* Its inside is never longer than it. */
    char *inside = self->pool + self->used;
    if (value.length + 1 + PADDING_BYTES > FIELDS_POOL_BYTES - self->used) {
        self->full = true;
        return true;
    }
    if (!json_text_string(value, inside, value.length, &length)) {
        return false;
    }
    self->used += length + 1;
    fields_set(self, name, (struct slice){inside, length});
    return true;
}

bool fields_add_object(struct fields *self, struct slice json, const char *prefix)
{
    struct json_walk walk;
    struct slice key;
    struct slice value;
    if (!json_walk_open(&walk, json, '{')) {
        return false;
    }
    while (json_walk_next(&walk, &key, &value)) {
        if (!add_member(self, prefix, key, value)) {
            return false;
        }
    }
    return json_walk_ended(&walk);
}
