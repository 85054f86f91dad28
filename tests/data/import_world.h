/* import_world.h - what the tests of the import share: one text through the probe, its dialect and a
 * sink, and what came of it. */
#ifndef TESTS_DATA_IMPORT_WORLD_H
#define TESTS_DATA_IMPORT_WORLD_H

#include "tests/data/market_files.h"

#include "core/instant.h"
#include "data/import/file.h"
#include "data/text.h"

struct imported {
    struct import_file file;
    struct import_sink sink;
    struct spill spill;
    struct error error;
    bool fine;
    struct tape_record *records; /* of all runs, one behind the other */
    int64_t count;
};

/* contract: --contract-size. */
static inline void import_contracts(struct imported *self,
                                    const char *name,
                                    const char *format,
                                    struct slice text,
                                    struct number contract)
{
    const char *bytes = text.text;
    size_t length = text.length;
    memset(self, 0, sizeof(*self));
    error_init(&self->error);
    spill_init(&self->spill, 0, NULL);
    self->file = (struct import_file){.path = name,
                                      .opened = name,
                                      .part = -1,
                                      .format = format,
                                      .contract = contract,
                                      .said = -1,
                                      .range = {0, INSTANT_NEVER},
                                      .spill = &self->spill};
    struct source *source = source_open_memory(bytes, length, name, &self->error);
    if (source == NULL) {
        import_sink_init(&self->sink, name, "", &self->file.range, &self->spill);
        return;
    }
    self->fine = import_file_read(&self->file, source, &self->sink, &self->error);
    source_close(source);
    assert_int_equal(self->fine, self->error.code == EXIT_CODE_DONE);
    for (int64_t i = 0; self->fine && i < self->sink.run_count; i++) {
        const struct sink_run *run = &self->sink.runs[i];
        size_t room = (size_t)(self->count + run->count) * sizeof(*self->records);
        self->records = realloc(self->records, room);
        assert_non_null(self->records);
        spill_read(&self->spill, run->offset, (uint8_t *)(self->records + self->count),
                   run->count * (int64_t)sizeof(*self->records));
        self->count += run->count;
    }
}

static inline void import_bytes(
    struct imported *self, const char *name, const char *format, const void *bytes, size_t length)
{
    import_contracts(self, name, format, (struct slice){bytes, length}, (struct number){0, 0});
}

static inline void import_text(struct imported *self, const char *name, const char *text)
{
    import_bytes(self, name, "auto", text, strlen(text));
    if (!self->fine) {
        fail_msg("%s: %s", name, self->error.text);
    }
}

static inline void imported_release(struct imported *self)
{
    import_sink_release(&self->sink);
    spill_release(&self->spill);
    free(self->records);
}

/* A record by its numbers; decimals: of its sizes, as the sink keeps them. */
static inline void expect_record(const struct imported *self,
                                 int64_t at,
                                 int64_t time_us,
                                 uint64_t sequence,
                                 int decimals,
                                 const int64_t v[4])
{
    assert_true(at < self->count);
    const struct tape_record *record = &self->records[at];
    assert_int_equal(record->time_us, time_us);
    assert_int_equal(record->sequence, sequence);
    assert_int_equal(record->spare, decimals + SINK_SCALE_BASE);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(record->v[i], v[i]);
    }
}

#endif
