#include "data/feed_fields.h"

#include <string.h>

#include "core/fixed.h"
#include "data/text.h"

void feed_fields_open(struct feed_fields *self,
                      const json_t *object,
                      const char *what,
                      const char *file,
                      int64_t line,
                      struct error *error)
{
    *self = (struct feed_fields){.object = object, .file = file, .line = line, .error = error};
    if (!json_is_object(object)) {
        self->failed = true;
        (void)error_set(error, EXIT_CODE_DATA, file, line,
                        "%s is not a JSON object: write one record of the feed", what);
    }
}

bool feed_fields_fail(struct feed_fields *self, const char *key, const char *why)
{
    self->failed = true;
    return error_set(self->error, EXIT_CODE_DATA, self->file, self->line, "\"%s\" %s", key, why);
}

const json_t *feed_value(struct feed_fields *self, const char *key, enum feed_need need)
{
    if (self->failed) {
        return NULL;
    }
    const json_t *value = json_object_get(self->object, key);
    if (value != NULL) {
        self->taken++;
    } else if (need == FEED_REQUIRED) {
        (void)feed_fields_fail(self, key, "is missing: write it in every record of this kind");
    }
    return value;
}

int64_t feed_integer(struct feed_fields *self,
                     const char *key,
                     enum feed_need need,
                     int64_t minimum,
                     int64_t maximum)
{
    const json_t *value = feed_value(self, key, need);
    if (value == NULL) {
        return 0;
    }
    int64_t integer = json_is_integer(value) ? json_integer_value(value) : 0;
    if (!json_is_integer(value) || integer < minimum || integer > maximum) {
        (void)feed_fields_fail(self, key, "is not an integer within its range: correct it");
        return 0;
    }
    return integer;
}

static bool decimal_string(const json_t *value, unsigned scale, int64_t minimum, int64_t *out)
{
    if (!json_is_string(value)) {
        return false;
    }
    const char *text = json_string_value(value);
    int64_t parsed = 0;
    if (decimal_parse(text, json_string_length(value), scale, &parsed) != DECIMAL_OK ||
        parsed < minimum) {
        return false;
    }
    *out = parsed;
    return true;
}

int64_t feed_decimal(struct feed_fields *self,
                     const char *key,
                     enum feed_need need,
                     unsigned scale,
                     int64_t minimum,
                     bool *there)
{
    const json_t *value = feed_value(self, key, need);
    int64_t out = 0;
    if (there != NULL) {
        *there = value != NULL;
    }
    if (value != NULL && !decimal_string(value, scale, minimum, &out)) {
        (void)feed_fields_fail(
            self, key, "is not a string with a decimal within its range and scale: write \"0.1\"");
    }
    return out;
}

int32_t feed_decimals(
    struct feed_fields *self, const char *key, unsigned scale, int64_t *out, int32_t capacity)
{
    const json_t *value = feed_value(self, key, FEED_OPTIONAL);
    if (value == NULL) {
        return 0;
    }
    size_t count = json_array_size(value);
    bool good = json_is_array(value) && count <= (size_t)capacity;
    for (size_t i = 0; good && i < count; i++) {
        good = decimal_string(json_array_get(value, i), scale, 1, &out[i]);
    }
    if (!good) {
        (void)feed_fields_fail(self, key, "is not a list of decimal strings above 0: correct it");
        return 0;
    }
    return (int32_t)count;
}

void feed_text(
    struct feed_fields *self, const char *key, enum feed_need need, char *out, size_t capacity)
{
    const json_t *value = feed_value(self, key, need);
    out[0] = '\0';
    if (value == NULL) {
        return;
    }
    struct slice text = {json_string_value(value), json_string_length(value)};
    if (!json_is_string(value) || !slice_copy(text, out, capacity)) {
        (void)feed_fields_fail(self, key,
                               "is not a string that fits, without control bytes: correct it");
    }
}

const char *feed_string(struct feed_fields *self, const char *key, enum feed_need need)
{
    const json_t *value = feed_value(self, key, need);
    if (value != NULL && !json_is_string(value)) {
        (void)feed_fields_fail(self, key, "is not a string: write it in quotes");
        return NULL;
    }
    return value != NULL ? json_string_value(value) : NULL;
}

int feed_word_index(const char *word, const char *(*text)(int), int count)
{
    for (int i = 0; i < count; i++) {
        if (word != NULL && strcmp(word, text(i)) == 0) {
            return i;
        }
    }
    return -1;
}

bool feed_true(struct feed_fields *self, const char *key)
{
    const json_t *value = feed_value(self, key, FEED_OPTIONAL);
    if (value != NULL && !json_is_boolean(value)) {
        return feed_fields_fail(self, key, "is neither true nor false: write one of them");
    }
    return value != NULL && json_is_true(value);
}

bool feed_fields_done(struct feed_fields *self)
{
    if (!self->failed && self->taken != json_object_size(self->object)) {
        return feed_fields_fail(
            self, "kind", "has a record with a key that does not belong to it: remove that key");
    }
    return !self->failed;
}
