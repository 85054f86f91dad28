#include "reports/facts.h"

#include <stdlib.h>
#include <string.h>

#include "reports/sample.h"

static json_t *object_of(const char *text)
{
    json_t *document = json_loads(text == NULL ? "" : text, 0, NULL);

    if (!json_is_object(document)) {
        json_decref(document);
        document = json_object();
    }
    CHECK(document != NULL);
    return document;
}

void facts_read(struct facts *self, const struct run *run)
{
    self->facts = object_of(run->facts);
    self->config = object_of(run->config);
}

void facts_release(struct facts *self)
{
    json_decref(self->facts);
    json_decref(self->config);
    *self = (struct facts){0};
}

json_t *facts_member(const struct facts *self, const char *name)
{
    return json_object_get(self->facts, name);
}

json_t *facts_setting(const struct facts *self, const char *key)
{
    json_t *at = json_object_get(self->config, key);
    char part[128];

    if (at != NULL) {
        return at;
    }
    at = self->config;
    while (at != NULL && *key != '\0') {
        size_t length = strcspn(key, ".");
        if (length >= sizeof(part)) {
            return NULL;
        }
        memcpy(part, key, length);
        part[length] = '\0';
        at = json_object_get(at, part);
        key += length + (key[length] == '.');
    }
    return at;
}

const char *facts_text(const struct facts *self, const char *name)
{
    return json_string_value(facts_member(self, name));
}

static void scalar_words(const json_t *value, struct buffer *out)
{
    if (json_is_string(value)) {
        buffer_add(out, json_string_value(value));
    } else if (json_is_integer(value)) {
        buffer_format(out, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        buffer_format(out, "%.10g", json_real_value(value));
    } else if (json_is_boolean(value)) {
        buffer_add(out, json_is_true(value) ? "yes" : "no");
    } else if (json_is_array(value)) {
        buffer_format(out, "%zu", json_array_size(value));
    }
}

void fact_words(json_t *value, struct buffer *out)
{
    const char *name;
    json_t *member;
    const char *gap = "";

    scalar_words(value, out);
    json_object_foreach(value, name, member)
    {
        buffer_format(out, "%s%s ", gap, name);
        scalar_words(member, out);
        gap = ", ";
    }
}

double fact_number(const json_t *value)
{
    if (json_is_number(value)) {
        return json_number_value(value);
    }
    const char *text = json_string_value(value);
    char *end = NULL;
    double number = text == NULL ? UNDEFINED : strtod(text, &end);
    return text != NULL && end != text && *end == '\0' ? number : UNDEFINED;
}

int64_t fact_integer(const json_t *value)
{
    if (json_is_integer(value)) {
        return json_integer_value(value);
    }
    double number = fact_number(value);
    return number > -9e15 && number < 9e15 ? (int64_t)number : 0;
}
