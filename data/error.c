#include "data/error.h"

#include <stdlib.h>
#include <string.h>

#include "data/memory.h"

void error_init(struct error *self)
{
    memset(self, 0, sizeof(*self));
}

bool error_set(struct error *self,
               enum exit_code code,
               const char *file,
               int64_t line,
               const char *format,
               ...)
{
    CHECK(code != EXIT_CODE_DONE);

    if (self->code != EXIT_CODE_DONE) {
        return false; /* the first error is the cause, later ones are its echo */
    }
    self->code = code;
    self->line = line;
    if (file != NULL) {
        size_t length = strlen(file);
        length = length < sizeof(self->file) ? length : sizeof(self->file) - 1;
        memcpy(self->file, file, length);
        self->file[length] = '\0';
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(self->text, sizeof(self->text), format, arguments);
    va_end(arguments);
    return false;
}

/* Bytes of the input may stand in a message: none may move the cursor of the terminal that shows
 * it. */
static void text_print(const char *text, FILE *stream)
{
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20 || byte == 0x7f) {
            (void)fprintf(stream, "\\x%02x", byte);
        } else {
            (void)fputc(byte, stream);
        }
    }
}

void error_print(const struct error *self, const char *program, FILE *stream)
{
    text_print(program, stream);
    (void)fputs(": ", stream);
    if (self->file[0] != '\0') {
        text_print(self->file, stream);
        if (self->line > 0) {
            (void)fprintf(stream, ":%lld", (long long)self->line);
        }
        (void)fputs(": ", stream);
    }
    text_print(self->text, stream);
    (void)fputc('\n', stream);
}

void defects_init(struct defects *self)
{
    memset(self, 0, sizeof(*self));
}

void defects_release(struct defects *self)
{
    for (int64_t i = 0; i < self->count; i++) {
        free(self->items[i].message);
        free(self->items[i].file);
    }
    free(self->items);
    defects_init(self);
}

static bool defect_same_kind(const struct defect *defect, const char *code, const char *file)
{
    return strcmp(defect->code, code) == 0 && strcmp(defect->file, file) == 0;
}

/* The newest record of this kind, or NULL. Defects come in runs of one file: the walk is short. */
static struct defect *defects_newest(const struct defects *self, const char *code, const char *file)
{
    for (int64_t i = self->count - 1; i >= 0; i--) {
        if (defect_same_kind(&self->items[i], code, file)) {
            return &self->items[i];
        }
    }
    return NULL;
}

static struct defect *defects_append(struct defects *self)
{
    if (self->count == self->capacity) {
        int64_t capacity = self->capacity > 0 ? self->capacity * 2 : 16;
        size_t bytes = (size_t)capacity * sizeof(struct defect);
        self->items = memory_or_panic(realloc(self->items, bytes));
        self->capacity = capacity;
    }
    struct defect *defect = &self->items[self->count];
    memset(defect, 0, sizeof(*defect));
    self->count++;
    return defect;
}

static char *message_format(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));

static char *message_format(const char *format, va_list arguments)
{
    char text[ERROR_TEXT_BYTES];
    (void)vsnprintf(text, sizeof(text), format, arguments);
    return memory_or_panic(strdup(text));
}

void defects_add(struct defects *self,
                 const char *code,
                 enum severity severity,
                 const char *file,
                 int64_t line,
                 const char *format,
                 ...)
{
    CHECK(strlen(code) < DEFECT_CODE_BYTES);

    const char *path = file != NULL ? file : "";
    struct defect *newest = defects_newest(self, code, path);
    int64_t ordinal = newest != NULL ? newest->ordinal + 1 : 1;
    if (ordinal > DEFECTS_MAX_EACH) {
        newest->count++;
        return;
    }
    struct defect *defect = defects_append(self);
    defect->category = CATEGORY_DATA;
    defect->severity = severity;
    memcpy(defect->code, code, strlen(code) + 1);
    defect->file = memory_or_panic(strdup(path));
    defect->line = line;
    defect->count = 1;
    defect->ordinal = ordinal;
    va_list arguments;
    va_start(arguments, format);
    defect->message = message_format(format, arguments);
    va_end(arguments);
}

int64_t defects_total(const struct defects *self, const char *code)
{
    int64_t total = 0;
    for (int64_t i = 0; i < self->count; i++) {
        if (strcmp(self->items[i].code, code) == 0) {
            total += self->items[i].count;
        }
    }
    return total;
}
