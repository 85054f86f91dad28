#include "live/venues/row.h"

#include <string.h>

static bool json_row_wrong(struct row *self, int32_t member)
{
    if (self->bad == NULL) {
        self->bad = self->names[member];
    }
    return false;
}

bool json_row_open(struct row *self, struct slice text, const char *const *names, int32_t count)
{
    CHECK(count <= ROW_MEMBERS_MAX);
    *self = (struct row){.names = names, .count = count};
    struct json_walk walk;
    struct slice key = {NULL, 0}, value = {NULL, 0};
    if (!json_walk_open(&walk, text, '{')) {
        self->bad = "the object";
        return false;
    }
    while (json_walk_next(&walk, &key, &value)) {
        for (int32_t i = 0; i < count; i++) {
            if (key.length != strlen(names[i]) || memcmp(key.text, names[i], key.length) != 0) {
                continue;
            }
            if (self->values[i].length > 0) {
                return json_row_wrong(self, i);
            }
            self->values[i] = value;
            break;
        }
    }
    if (!json_walk_ended(&walk)) {
        self->bad = "the object";
    }
    return self->bad == NULL;
}

bool json_row_has(const struct row *self, int32_t member)
{
    struct slice value = self->values[member];
    return value.length > 0 && value.text[0] != 'n';
}

static bool json_row_empty(const struct row *self, int32_t member)
{
    return !json_row_has(self, member) ||
           (self->values[member].length == 2 && self->values[member].text[0] == '"');
}

int64_t json_row_decimal(struct row *self, int32_t member, unsigned scale)
{
    struct slice digits;
    int64_t out = 0;
    if (!json_row_has(self, member) || !json_text_number(self->values[member], &digits) ||
        decimal_parse(digits.text, digits.length, scale, &out) != DECIMAL_OK) {
        (void)json_row_wrong(self, member);
        return 0;
    }
    return out;
}

int64_t json_row_decimal_if(struct row *self, int32_t member, unsigned scale)
{
    return json_row_empty(self, member) ? 0 : json_row_decimal(self, member, scale);
}

int64_t json_row_time_us(struct row *self, int32_t member)
{
    const int64_t last_ms = INT64_C(253402300799999); /* the year 9999 */
    int64_t time_ms = json_row_decimal(self, member, 0);
    if (time_ms < 0 || time_ms > last_ms) {
        (void)json_row_wrong(self, member);
        return 0;
    }
    return time_ms * 1000;
}

bool json_row_flag(struct row *self, int32_t member)
{
    struct slice value = self->values[member];
    if (value.length > 2 && value.text[0] == '"') {
        value = (struct slice){value.text + 1, value.length - 2};
    }
    bool yes = slice_is(value, "true");
    if (!yes && !slice_is(value, "false")) {
        (void)json_row_wrong(self, member);
    }
    return yes;
}

bool json_row_flag_if(struct row *self, int32_t member)
{
    return json_row_empty(self, member) ? false : json_row_flag(self, member);
}

void json_row_text(struct row *self, int32_t member, char *out, size_t capacity)
{
    size_t length = 0;
    out[0] = '\0';
    if (json_row_has(self, member) &&
        !json_text_string(self->values[member], out, capacity, &length)) {
        out[0] = '\0';
        (void)json_row_wrong(self, member);
    }
}

void json_row_id(struct row *self, int32_t member, char *out, size_t capacity)
{
    struct slice value = self->values[member];
    bool whole = value.length > 0 && value.text[0] >= '0' && value.text[0] <= '9';
    for (size_t i = 0; whole && i < value.length; i++) {
        whole = value.text[i] >= '0' && value.text[i] <= '9';
    }
    if (!whole) {
        json_row_text(self, member, out, capacity);
    } else if (value.length < capacity) {
        memcpy(out, value.text, value.length);
        out[value.length] = '\0';
    } else {
        out[0] = '\0';
        (void)json_row_wrong(self, member);
    }
}

bool json_row_is(const struct row *self, int32_t member, const char *word)
{
    struct slice value = self->values[member];
    return value.length == strlen(word) + 2 && value.text[0] == '"' &&
           memcmp(value.text + 1, word, value.length - 2) == 0;
}

enum side json_row_side(struct row *self, int32_t member)
{
    struct slice value = self->values[member];
    if (value.length > 2) {
        value = (struct slice){value.text + 1, value.length - 2};
    }
    bool buy = slice_is(value, "buy");
    if (!buy && !slice_is(value, "sell")) {
        (void)json_row_wrong(self, member);
    }
    return buy ? SIDE_BUY : SIDE_SELL;
}
