/* Tapes: a good one with any bytes changed, cut at any length, with or without checksums made good
 * again, is read to its end or to a damage, and what it gives keeps the laws; a journal of it can be
 * gone on with, or is refused.
 * Input    one byte: 1 checksums are made good again, 2 a journal, 4 cut; then triples: place (two
 *          bytes), what is changed there. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/tape_facts.h"
#include "data/tape_layout.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "\1\2\3\4", "\6\5\6\7aaabbb", "0\1\2\3", "1A\1\1B\2\2", "3aaaaaaaaa", "4zz", "7xyzxyz", NULL};

enum { FLAG_RESEAL = 1, FLAG_JOURNAL = 2, FLAG_CUT = 4, TAPE_BYTES_MAX = 8192, PATH_BYTES = 64 };

struct image {
    uint8_t bytes[TAPE_BYTES_MAX] __attribute__((aligned(64)));
    size_t length;
};

/* ---- a good tape ---- */

static void fill(struct tape_writer *writer)
{
    struct error error;
    uint16_t trades = 0, signals = 0;
    static const struct tape_stream streams[2] = {
        {.symbol = "BTCUSDT", .kind = TAPE_TRADE, .receive_min_ns = INT64_MAX},
        {.symbol = "", .kind = TAPE_EVENT, .receive_min_ns = INT64_MAX}};
    error_init(&error);
    bool fine = tape_add_stream(writer, &streams[0], &trades, &error) &&
                tape_add_stream(writer, &streams[1], &signals, &error);
    for (int64_t i = 0; fine && i < 12; i++) {
        struct tape_record trade = {
            .time_us = i, .sequence = (uint64_t)i, .kind = TAPE_TRADE, .stream = trades};
        struct tape_record signal = {.time_us = i, .kind = TAPE_CONFIG, .stream = signals};
        fine = tape_add(writer, &trade, &error) &&
               tape_add_text(writer, &signal, "a text of a signal", i + 1, &error) &&
               tape_add(writer, &signal, &error) && (i % 4 != 3 || tape_flush(writer, &error));
    }
    CHECK(fine);
}

/* Made once, in the file system: names are a writer's. */
static void make(struct image *out, bool journal)
{
    char folder[] = "/tmp/fuzz-tape-XXXXXX", path[PATH_BYTES];
    struct error error;
    error_init(&error);
    CHECK(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof(path), "%s/t", folder);
    struct tape_writer *writer =
        journal ? tape_journal(path, &error) : tape_create(path, false, &error);
    CHECK(writer != NULL);
    fill(writer);
    bool finished = tape_finish(writer, &error);
    FILE *file = fopen(path, "rb");
    CHECK(finished && file != NULL);
    out->length = fread(out->bytes, 1, sizeof(out->bytes), file);
    (void)fclose(file);
    (void)unlink(path);
    (void)rmdir(folder);
}

/* ---- spoiling ---- */

static void change(struct image *image, const uint8_t *data, size_t size)
{
    for (size_t at = 1; at + 2 < size; at += 3) {
        size_t place = ((size_t)data[at] << 8 | data[at + 1]) % image->length;
        image->bytes[place] ^= data[at + 2];
    }
    if ((data[0] & FLAG_CUT) != 0 && size > 1) {
        image->length -= (size_t)data[size - 1] * 16 % image->length;
    }
}

/* What a hostile writer would do. */
static void reseal(struct image *image)
{
    XXH3_state_t *state = XXH3_createState();
    struct tape_head *head = (void *)image->bytes;
    CHECK(state != NULL);
    if (image->length >= sizeof(*head)) {
        head->checksum = 0;
        head->checksum = XXH3_64bits(head, sizeof(*head));
    }
    for (size_t at = sizeof(*head); at + sizeof(struct tape_block) <= image->length;) {
        struct tape_block *block = (void *)(image->bytes + at);
        if (!tape_block_possible(block, block->number, (int64_t)(image->length - at))) {
            break;
        }
        block->checksum = tape_block_checksum(block, state);
        at += (size_t)tape_block_bytes(block);
    }
    (void)XXH3_freeState(state);
}

/* ---- reading ---- */

static void records_check(const struct tape_reader *reader,
                          const struct tape_record *records,
                          int64_t count,
                          int64_t *last_us)
{
    for (int64_t i = 0; i < count; i++) {
        CHECK(records[i].time_us >= *last_us && records[i].stream < tape_stream_count(reader));
        CHECK(tape_stream_kind(records[i].kind) == tape_stream(reader, records[i].stream)->kind);
        *last_us = records[i].time_us;
    }
}

/* The hash of all that the texts say: it reads them to their last byte. */
static uint64_t
texts_read(struct tape_reader *reader, const struct tape_record *records, int64_t count)
{
    uint64_t hash = 0;
    for (int64_t i = 0; i < count; i++) {
        struct error error;
        int64_t length = 0;
        error_init(&error);
        const char *text = tape_text(reader, &records[i], &length, &error);
        CHECK((text == NULL) == (error.code != EXIT_CODE_DONE));
        if (text != NULL) {
            CHECK(length >= 0 && length <= TAPE_BYTES_MAX);
            hash ^= XXH3_64bits(text, (size_t)length);
        }
    }
    return hash;
}

static void read_all(struct tape_reader *reader)
{
    struct error error;
    struct tape_facts facts;
    const struct tape_record *records = NULL;
    int64_t count = 0, read = 0, last_us = INT64_MIN;
    error_init(&error);
    enum tape_status status = tape_run(reader, &records, &count, &error);
    while (status == TAPE_MORE) {
        CHECK(count > 0);
        records_check(reader, records, count, &last_us);
        /* twice the same, or the map is not what it was */
        CHECK(texts_read(reader, records, count) == texts_read(reader, records, count));
        read += count;
        status = tape_run(reader, &records, &count, &error);
    }
    CHECK((status == TAPE_DAMAGED) == (error.code == EXIT_CODE_DATA));
    CHECK(status == TAPE_DAMAGED || read == tape_record_count(reader));
    error_init(&error);
    bool whole = tape_facts_gather(&facts, reader, &error);
    CHECK(whole == (status == TAPE_OVER) && facts.records == read);
    tape_facts_release(&facts);
    tape_seek(reader, 5);
    error_init(&error);
    if (tape_run(reader, &records, &count, &error) == TAPE_MORE) {
        CHECK(records[0].time_us >= 5);
    }
}

static void go_on(const char *path)
{
    struct error error;
    int64_t cut = 0;
    error_init(&error);
    struct tape_writer *writer = tape_writer_resume(path, INT64_MAX, &cut, &error);
    CHECK((writer == NULL) == (error.code != EXIT_CODE_DONE));
    if (writer != NULL) {
        bool finished = tape_finish(writer, &error);
        CHECK(finished || error.code == EXIT_CODE_OPERATING);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct image good[2], image;
    if (size == 0) {
        return 0;
    }
    bool journal = (data[0] & FLAG_JOURNAL) != 0;
    if (good[journal].length == 0) {
        make(&good[journal], journal);
    }
    image = good[journal];
    change(&image, data, size);
    if ((data[0] & FLAG_RESEAL) != 0) {
        reseal(&image);
    }
    int file = memfd_create("tape", MFD_CLOEXEC);
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    CHECK(file >= 0 && write(file, image.bytes, image.length) == (ssize_t)image.length);
    struct error error;
    error_init(&error);
    struct tape_reader *reader = tape_open(path, &error);
    CHECK((reader == NULL) == (error.code != EXIT_CODE_DONE));
    if (reader != NULL) {
        read_all(reader);
        tape_close(reader);
    }
    go_on(path);
    (void)close(file);
    return 0;
}
