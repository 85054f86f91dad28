#include "data/import/probe.h"

#include <stdlib.h>
#include <string.h>

#include "data/market_names.h"
#include "data/number.h"

/* One line without its end, without quotes; returns where the next one begins. */
static const char *line_take(const char *at, const char *end, char *out, size_t capacity)
{
    size_t length = 0;
    while (at < end && *at != '\n') {
        if (length + 1 < capacity && *at != '"' && *at != '\r') {
            out[length++] = *at;
        }
        at++;
    }
    out[length] = '\0';
    return at < end ? at + 1 : end;
}

static void lower(char *text)
{
    for (; *text != '\0'; text++) {
        *text = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
    }
}

/* PROTOCOLS E: a header is a first line whose first field is neither a number nor a time. */
static bool is_header(const char *line)
{
    char first[64] = ""; /* number.h reads 32 bytes */
    size_t length = strcspn(line, ",");
    length = length < 32 ? length : 31;
    memcpy(first, line, length);
    int64_t number = 0;
    struct number volume;
    return number_volume(first, length, &volume) != DECIMAL_OK &&
           !number_time(first, length, &number);
}

static int32_t fields_count(const char *line)
{
    int32_t count = 1;
    for (; *line != '\0'; line++) {
        count += *line == ',';
    }
    return count;
}

static void lines_take(struct import_probe *self)
{
    const char *end = self->bytes + self->length;
    const char *at = self->bytes;
    if (self->length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) {
        at += 3;
    }
    while (at < end && strchr(" \t\r\n", *at) != NULL && *at != '\0') {
        at++;
    }
    self->json = at < end && (*at == '[' || *at == '{');
    char first[sizeof(self->header_line)];
    at = line_take(at, end, first, sizeof(first));
    self->fields = fields_count(first);
    self->header = !self->json && first[0] != '\0' && is_header(first);
    if (self->header) {
        memcpy(self->header_line, first, sizeof(first));
        lower(self->header_line);
        (void)line_take(at, end, self->row_line, sizeof(self->row_line));
    } else {
        memcpy(self->row_line, first, sizeof(first));
    }
}

bool import_probe_fill(struct import_probe *self,
                       struct source *source,
                       const char *name,
                       int32_t said,
                       struct error *error)
{
    memset(self, 0, sizeof(*self));
    self->path = source_path(source);
    self->name = name;
    self->said = said;
    if (!source_peek(source, &self->bytes, &self->length, error)) {
        return false;
    }
    if (!market_name_tells(name, self->symbol)) {
        self->symbol[0] = '\0';
    }
    lines_take(self);
    return true;
}

/* ---- the choice ---- */

const struct import_dialect *import_dialect_find(const char *name)
{
    for (const struct import_dialect *const *at = import_dialects; *at != NULL; at++) {
        if (strcasecmp((*at)->name, name) == 0) {
            return *at;
        }
    }
    return NULL;
}

static void text_add(char *out, size_t capacity, const char *text)
{
    size_t used = strlen(out);
    if (used + strlen(text) + 3 <= capacity) {
        (void)stpcpy(stpcpy(out + used, used > 0 ? ", " : ""), text);
    }
}

static bool refuse_unknown(const struct import_probe *self, struct error *error)
{
    if (self->length == 0) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0, "is empty: fetch it again");
    }
    if (self->length >= strlen(TAPE_MAGIC) &&
        memcmp(self->bytes, TAPE_MAGIC, strlen(TAPE_MAGIC)) == 0) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "is a tape already: `cerberus-sim backtest --market` takes it as it is");
    }
    char names[ERROR_TEXT_BYTES - 160] = "";
    for (const struct import_dialect *const *at = import_dialects; *at != NULL; at++) {
        text_add(names, sizeof(names), (*at)->name);
    }
    return error_set(error, EXIT_CODE_DATA, self->path, 0,
                     "is in no format that is known (first line '%.60s'): name one of: %s",
                     self->header ? self->header_line : self->row_line, names);
}

static bool
refuse_several(const struct import_probe *self, const char *readings, struct error *error)
{
    return error_set(error, EXIT_CODE_DATA, self->path, 0,
                     "may be read in several ways: %s: name the format in the place of auto",
                     readings);
}

bool import_probe_choose(const struct import_probe *self,
                         const char *format,
                         const struct import_dialect **dialect,
                         const char **why,
                         struct error *error)
{
    if (strcmp(format, "auto") != 0) {
        *dialect = import_dialect_find(format);
        *why = "named on the command line";
        return *dialect != NULL || error_set(error, EXIT_CODE_USAGE, NULL, 0,
                                             "format %s is not known: see --help", format);
    }
    char readings[ERROR_TEXT_BYTES / 2] = "";
    int32_t claims = 0;
    for (const struct import_dialect *const *at = import_dialects; *at != NULL; at++) {
        const char *reason = "";
        if (!(*at)->claims(self, &reason)) {
            continue;
        }
        char reading[160];
        (void)snprintf(reading, sizeof(reading), "%s (%s)", (*at)->name, reason);
        text_add(readings, sizeof(readings), reading);
        *dialect = *at;
        *why = reason;
        claims++;
    }
    if (claims == 1) {
        return true;
    }
    return claims == 0 ? refuse_unknown(self, error) : refuse_several(self, readings, error);
}

/* ---- for claims ---- */

bool probe_header_is(const struct import_probe *self, const char *words)
{
    const char *at = self->header_line, *word = words;
    for (; *word != '\0'; word++, at++) {
        at += strspn(at, " \t");
        if (*at != *word) {
            return false;
        }
    }
    /* A last word that goes on is another word: "price" is not "price_usd". */
    at += strspn(at, " \t");
    return *at == '\0' || *at == ',' || (word > words && word[-1] == ',');
}

bool probe_named(const struct import_probe *self, const char *word)
{
    return strcasestr(self->path, word) != NULL || strcasestr(self->name, word) != NULL;
}
