/* The CSV reader: any bytes end in rows, bad rows, skipped and blank lines; both ways of reading
 * hear the same. */
#include <string.h>

#include "data/csv.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {"a,b,c\n1,2,3\n4,5,6\n",
                                  "\xef\xbb\xbf"
                                  "a,b\r\n1,\"x\ny\"\r\n\r\n2,\"z\"\"\"\r\n",
                                  "  a , b\t\n 11, 22\n\n\t\n33,44",
                                  "1,\"2\n3,4\n5,6\"7\n8,9\n",
                                  "a\rb\rc,\"d\"\n",
                                  NULL};

struct heard {
    uint64_t mix; /* of lines, fields and lengths, in order */
    int64_t last_line;
    struct csv_facts facts;
};

static void mix(struct heard *self, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        self->mix = (self->mix ^ (uint8_t)text[i]) * 0x100000001b3ULL;
    }
    self->mix = (self->mix ^ length) * 0x100000001b3ULL;
}

static bool on_row(void *context, const struct csv_field *fields, int32_t count, int64_t line)
{
    struct heard *self = context;
    CHECK(line >= 1 && line >= self->last_line);
    self->last_line = line;
    mix(self, (const char *)&line, sizeof(line));
    for (int32_t i = 0; i < count && i < CSV_FIELDS_MAX; i++) {
        mix(self, fields[i].text, fields[i].length);
    }
    return true;
}

static bool on_narrow(void *context,
                      const struct csv_field *fields,
                      int32_t count,
                      const struct csv_place *place)
{
    return on_row(context, fields, count, csv_line(place));
}

static void on_bad(void *context, int64_t line, const char *reason)
{
    struct heard *self = context;
    CHECK(reason != NULL && line >= self->last_line);
    mix(self, (const char *)&line, sizeof(line));
}

static void hear(struct heard *self, bool narrow, const uint8_t *data, size_t size)
{
    struct error error;
    error_init(&error);
    memset(self, 0, sizeof(*self));
    struct csv_handlers handlers = {.context = self,
                                    .row = narrow ? NULL : on_row,
                                    .narrow = narrow ? on_narrow : NULL,
                                    .bad = on_bad};
    struct source *source = source_open_memory(data, size, "fuzz", &error);
    bool fine = source != NULL && csv_read(source, &handlers, &self->facts, &error);
    CHECK(fine == (error.code == EXIT_CODE_DONE));
    source_close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct heard rows, narrow;
    hear(&rows, false, data, size);
    hear(&narrow, true, data, size);
    CHECK(rows.mix == narrow.mix);
    CHECK(rows.facts.rows == narrow.facts.rows && rows.facts.lines == narrow.facts.lines);
    CHECK(rows.facts.bad_rows <= rows.facts.lines);
    return 0;
}
