#include "sim/serve/binance/params.h"

#include <string.h>

#include "data/json_text.h"
#include "data/memory.h"

static int hex_value(char letter)
{
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    if (letter >= 'a' && letter <= 'f') {
        return letter - 'a' + 10;
    }
    return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
}

/* Decodes length bytes into *out and closes them; *out moves behind the end. A zero byte would hide what stands behind it. */
static bool text_decode(const char *text, size_t length, char **out)
{
    char *at = *out;
    for (size_t i = 0; i < length; i++) {
        char letter = text[i];
        if (letter == '%') {
            int high = i + 2 < length ? hex_value(text[i + 1]) : -1;
            int low = high >= 0 ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0 || high + low == 0) {
                return false;
            }
            letter = (char)(high * 16 + low);
            i += 2;
        } else if (letter == '+') {
            letter = ' ';
        }
        *at++ = letter;
    }
    *at++ = '\0';
    *out = at;

    return true;
}

static bool params_add(struct params *self, const char *name, const char *value)
{
    if (params_get(self, name) != NULL) {
        return true;
    }
    if (self->count == PARAMS_MAX) {
        return false;
    }
    self->items[self->count++] = (struct param){name, value};

    return true;
}

static bool params_pair(struct params *self, const char *text, size_t length, char **out)
{
    const char *equals = memchr(text, '=', length);
    size_t name_length = equals == NULL ? length : (size_t)(equals - text);
    size_t value_length = equals == NULL ? 0 : length - name_length - 1;
    const char *name = *out;
    if (!text_decode(text, name_length, out)) {
        return false;
    }
    const char *value = *out;

    return text_decode(equals == NULL ? "" : equals + 1, value_length, out) &&
           params_add(self, name, value);
}

static bool params_text(struct params *self, const char *text, char **out)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "&");
        if (length > 0 && !params_pair(self, text, length, out)) {
            return false;
        }
        text += length + (text[length] == '&' ? 1 : 0);
    }
    return true;
}

bool params_read(struct params *self, const char *query, const char *body)
{
    *self = (struct params){0};
    /* Two ends a pair, and a pair has at least one byte and its '&'. */
    self->memory = memory_zeros(2 * (strlen(query) + strlen(body)) + 4, 1);
    char *out = self->memory;

    return params_text(self, query, &out) && params_text(self, body, &out);
}

static bool params_member(struct params *self, struct slice key, struct slice value, char **out)
{
    char *name = *out;
    memcpy(name, key.text, key.length);
    char *text = name + key.length + 1;
    size_t length = 0;
    if (value.length > 0 && value.text[0] == '"') {
        if (!json_text_string(value, text, value.length + 1, &length)) {
            return false;
        }
    } else {
        memcpy(text, value.text, value.length);
        length = value.length;
    }
    *out = text + length + 1;

    return params_add(self, name, text);
}

bool params_read_object(struct params *self, struct slice object)
{
    *self = (struct params){0};
    self->memory = memory_zeros(2 * object.length + 4, 1);
    char *out = self->memory;
    struct json_walk walk;
    struct slice key = {0};
    struct slice value = {0};
    if (!json_walk_open(&walk, object, '{')) {
        return false;
    }
    while (json_walk_next(&walk, &key, &value)) {
        if (!params_member(self, key, value, &out)) {
            return false;
        }
    }
    return json_walk_ended(&walk);
}

void params_release(struct params *self)
{
    free(self->memory);
    self->memory = NULL;
}

const char *params_get(const struct params *self, const char *name)
{
    for (int32_t i = 0; i < self->count; i++) {
        if (strcmp(self->items[i].name, name) == 0) {
            return self->items[i].value;
        }
    }
    return NULL;
}
