#include "data/import/result.h"

#include <stdlib.h>
#include <string.h>

/* Between processes of one program: no format. The last of what is written. */
struct fixed {
    struct error error;
    int32_t dialect; /* place in import_dialects; -1: none */
    char why[160];
    uint64_t hash;
    int64_t added, outside, left_out, moved, duplicates;
    int64_t stream_count, run_count, defect_count;
    int64_t facts; /* where the first of them stands in the spill */
};

struct fixed_defect {
    enum severity severity;
    char code[DEFECT_CODE_BYTES];
    int64_t line, count, message_bytes;
};

static int32_t place_of(const struct import_dialect *dialect)
{
    for (int32_t i = 0; import_dialects[i] != NULL; i++) {
        if (import_dialects[i] == dialect) {
            return i;
        }
    }
    return -1;
}

static bool put(struct spill *spill, const void *bytes, size_t length, struct error *error)
{
    return length == 0 || spill_write(spill, bytes, (int64_t)length, error);
}

static bool put_defects(struct spill *spill, const struct defects *defects, struct error *error)
{
    for (int64_t i = 0; i < defects->count; i++) {
        const struct defect *defect = &defects->items[i];
        struct fixed_defect fixed;
        memset(&fixed, 0, sizeof(fixed));
        fixed.severity = defect->severity;
        memcpy(fixed.code, defect->code, sizeof(fixed.code));
        fixed.line = defect->line;
        fixed.count = defect->count;
        fixed.message_bytes = (int64_t)strlen(defect->message);
        if (!put(spill, &fixed, sizeof(fixed), error) ||
            !put(spill, defect->message, (size_t)fixed.message_bytes, error)) {
            return false;
        }
    }
    return true;
}

bool import_result_write(const struct import_file *file,
                         const struct import_sink *sink,
                         const struct error *outcome,
                         struct error *error)
{
    struct spill *spill = sink->spill;
    struct fixed fixed;
    memset(&fixed, 0, sizeof(fixed));
    fixed.error = *outcome;
    fixed.dialect = place_of(file->dialect);
    memcpy(fixed.why, file->why, sizeof(fixed.why));
    fixed.hash = file->hash;
    fixed.added = sink->added;
    fixed.outside = sink->outside;
    fixed.left_out = sink->left_out;
    fixed.moved = sink->moved;
    fixed.duplicates = sink->duplicates;
    fixed.stream_count = sink->stream_count;
    fixed.run_count = sink->run_count;
    fixed.defect_count = sink->defects.count;
    fixed.facts = spill->written;
    return put(spill, sink->streams, (size_t)sink->stream_count * sizeof(*sink->streams), error) &&
           put(spill, sink->runs, (size_t)sink->run_count * sizeof(*sink->runs), error) &&
           put_defects(spill, &sink->defects, error) && put(spill, &fixed, sizeof(fixed), error);
}

/* ---- reading ---- */

struct place {
    const struct spill *spill;
    int64_t at;
};

static void take(struct place *place, void *bytes, int64_t length)
{
    spill_read(place->spill, place->at, bytes, length);
    place->at += length;
}

static void *take_new(struct place *place, int64_t length)
{
    void *bytes = malloc((size_t)length + 1);
    CHECK(bytes != NULL);
    if (length > 0) {
        take(place, bytes, length);
    }
    return bytes;
}

static void
take_defects(struct import_result *self, const char *path, struct place *place, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        struct fixed_defect fixed;
        take(place, &fixed, sizeof(fixed));
        char *message = take_new(place, fixed.message_bytes);
        message[fixed.message_bytes] = '\0';
        defects_add(&self->defects, fixed.code, fixed.severity, path, fixed.line, "%s", message);
        self->defects.items[self->defects.count - 1].count = fixed.count;
        free(message);
    }
}

bool import_result_read(struct import_result *self,
                        const char *path,
                        const struct spill *spill,
                        int64_t end,
                        struct error *error)
{
    memset(self, 0, sizeof(*self));
    defects_init(&self->defects);
    struct fixed fixed;
    spill_read(spill, end - (int64_t)sizeof(fixed), (uint8_t *)&fixed, sizeof(fixed));
    if (fixed.error.code != EXIT_CODE_DONE) {
        *error = fixed.error;
        return false;
    }
    struct place place = {spill, fixed.facts};
    self->dialect = fixed.dialect >= 0 ? import_dialects[fixed.dialect] : NULL;
    memcpy(self->why, fixed.why, sizeof(self->why));
    self->hash = fixed.hash;
    self->added = fixed.added;
    self->outside = fixed.outside;
    self->left_out = fixed.left_out;
    self->moved = fixed.moved;
    self->duplicates = fixed.duplicates;
    self->stream_count = (int32_t)fixed.stream_count;
    self->run_count = fixed.run_count;
    self->streams = take_new(&place, fixed.stream_count * (int64_t)sizeof(struct sink_stream));
    self->runs = take_new(&place, fixed.run_count * (int64_t)sizeof(struct sink_run));
    take_defects(self, path, &place, fixed.defect_count);
    return true;
}

void import_result_release(struct import_result *self)
{
    free(self->streams);
    free(self->runs);
    defects_release(&self->defects);
}
