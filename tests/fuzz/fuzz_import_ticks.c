/* Importers of ticks, each with any bytes: records that keep the laws of the tape and rows that are counted, or one error. */
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/import/dialects.h"
#include "data/import/file.h"
#include "tests/data/tick_samples.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    UM_AGG,          SPOT_AGG,   UM_TRADES,     SPOT_TRADES,   BOOK_TICKER,   BYBIT_TRADES,
    BYBIT_SPOT,      BYBIT_BOOK, TARDIS_TRADES, TARDIS_BOOK,   TARDIS_QUOTES, TARDIS_TICKER,
    TARDIS_SNAPSHOT, OKX_TRADES, OKX_BOOK,      FOLDER_TRADES, FOLDER_QUOTES, FOLDER_DEPTH,
    FOLDER_SNAPSHOT, FOLDER_AGG, NULL};

static void record_check(const struct tape_record *record)
{
    CHECK(record->time_us >= 0 && record->time_us <= INT64_MAX / 1000);
    CHECK((record->flags & TAPE_RECEIVED) != 0 || record->receive_ns == 0);
    CHECK(record->receive_ns >= 0);
    bool priced = record->kind == TAPE_TRADE || record->kind == TAPE_DEPTH ||
                  record->kind == TAPE_QUOTE || record->kind == TAPE_LIQUIDATION ||
                  record->kind == TAPE_MARK || record->kind == TAPE_INDEX;
    CHECK(!priced || record->v[0] > 0);
    CHECK(record->kind == TAPE_FUNDING || priced || record->kind == TAPE_OPEN_INTEREST);
    CHECK(record->kind == TAPE_FUNDING || (record->v[1] >= 0 && record->v[2] >= 0));
}

/* Every book ends whole, as far as it goes. */
static void run_check(const struct import_sink *sink, const struct sink_run *run)
{
    struct tape_record *records = malloc((size_t)run->count * sizeof(*records));
    CHECK(records != NULL && run->count > 0);
    spill_read(sink->spill, run->offset, (uint8_t *)records,
               run->count * (int64_t)sizeof(*records));
    for (int64_t i = 0; i < run->count; i++) {
        record_check(&records[i]);
        CHECK(records[i].stream < sink->stream_count);
    }
    free(records);
}

static void read_once(const struct import_dialect *dialect, const uint8_t *data, size_t size)
{
    struct error error;
    struct spill spill;
    struct import_sink sink;
    error_init(&error);
    spill_init(&spill, 0, NULL);
    struct import_file file = {.path = "BTCUSDT.csv",
                               .opened = "BTCUSDT.csv",
                               .part = -1,
                               .format = dialect->name,
                               .contract = {1, 2},
                               .said = -1,
                               .range = {0, INSTANT_NEVER},
                               .spill = &spill};
    struct source *source = source_open_memory(data, size, file.path, &error);
    if (source == NULL) {
        spill_release(&spill);
        return;
    }
    bool fine = import_file_read(&file, source, &sink, &error);
    CHECK(fine == (error.code == EXIT_CODE_DONE));
    int64_t records = 0;
    for (int64_t i = 0; fine && i < sink.run_count; i++) {
        run_check(&sink, &sink.runs[i]);
        records += sink.runs[i].count;
    }
    CHECK(!fine || (sink.added > 0 && records + sink.duplicates == sink.added));
    source_close(source);
    import_sink_release(&sink);
    spill_release(&spill);
}

static bool of_ticks(const struct import_dialect *dialect)
{
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples); i++) {
        if (strcmp(tick_samples[i].dialect, dialect->name) == 0) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (const struct import_dialect *const *at = import_dialects; *at != NULL; at++) {
        if (of_ticks(*at)) {
            read_once(*at, data, size);
        }
    }
    return 0;
}
