/* The import's pipeline: order, twins, scales, streams, jobs, what is left behind. */
#include "tests/data/import_world.h"

#include "data/tape.h"

#define HEADER "ts_ms,open,high,low,close,volume\n"

/* A tape with all that it says, read back. */
struct tape {
    struct tape_reader *reader;
    struct tape_record *records;
    int64_t count;
    uint64_t digest;
};

struct world {
    struct test_folder folder;
    char out[TEST_PATH_BYTES];
    struct defects defects;
    struct error error;
    struct import_options options;
};

static void world_make(struct world *self)
{
    memset(self, 0, sizeof(*self));
    test_folder_make(&self->folder);
    (void)snprintf(self->out, sizeof(self->out), "%.150s/out.tape", self->folder.path);
    defects_init(&self->defects);
    error_init(&self->error);
    self->options = (struct import_options){
        .format = "auto", .out = self->out, .jobs = 1, .force = true, .last_us = INSTANT_NEVER};
}

static void world_release(struct world *self)
{
    defects_release(&self->defects);
    test_folder_remove(&self->folder);
}

static bool world_import(struct world *self, const char *const *paths, int32_t count)
{
    self->options.paths = paths;
    self->options.path_count = count;
    return import_run(&self->options, &self->defects, &self->error, NULL);
}

static void tape_read(struct tape *self, struct world *world)
{
    memset(self, 0, sizeof(*self));
    self->reader = tape_open(world->out, &world->error);
    if (self->reader == NULL) {
        fail_msg("%s", world->error.text);
    }
    assert_true(tape_complete(self->reader));
    const struct tape_record *records = NULL;
    int64_t count = 0;
    tape_seek(self->reader, 0);
    while (tape_run(self->reader, &records, &count, &world->error) == TAPE_MORE) {
        size_t room = (size_t)(self->count + count) * sizeof(*records);
        self->records = realloc(self->records, room);
        assert_non_null(self->records);
        memcpy(self->records + self->count, records, (size_t)count * sizeof(*records));
        self->count += count;
    }
    assert_true(tape_digest(self->reader, &self->digest, &world->error));
    for (int64_t i = 1; i < self->count; i++) {
        assert_true(tape_compare(&self->records[i - 1], &self->records[i]) <= 0);
    }
}

static void tape_release(struct tape *self)
{
    tape_close(self->reader);
    free(self->records);
}

static void import_or_fail(struct world *self, const char *const *paths, int32_t count)
{
    if (!world_import(self, paths, count)) {
        fail_msg("%s: %s", self->error.file, self->error.text);
    }
}

static void files_of_one_symbol_are_one_stream(void **state)
{
    (void)state;
    struct world world;
    struct tape tape;
    char a[TEST_PATH_BYTES], b[TEST_PATH_BYTES], c[TEST_PATH_BYTES];
    world_make(&world);
    test_file(&world.folder, a, "BUSDT-1.csv",
              HEADER "1700000040000,1,2,1,2,1.5\n1700000100000,1,2,1,2,2\n");
    test_file(&world.folder, b, "BUSDT-2.csv",
              HEADER "1700000100000,1,2,1,2,2\n1700000160000,1,2,1,2,0.25\n");
    test_file(&world.folder, c, "AUSDT.csv",
              HEADER "1700000040000,5,6,5,6,1\n1700000100000,5,6,5,6,1\n");
    const char *const paths[] = {a, b, c};
    import_or_fail(&world, paths, 3);
    tape_read(&tape, &world);
    assert_int_equal(tape_stream_count(tape.reader), 2);
    const struct tape_stream *first = tape_stream(tape.reader, 0);
    const struct tape_stream *second = tape_stream(tape.reader, 1);
    assert_string_equal(first->symbol, "AUSDT");
    assert_string_equal(second->symbol, "BUSDT");
    assert_string_equal(second->origin, "candles");
    assert_int_equal(second->count, 3);
    assert_int_equal(second->interval_us, 60000000);
    assert_int_equal(second->first_us, 1700000040000000);
    assert_int_equal(second->last_us, 1700000160000000);
    /* 1.5, 2 and 0.25: two decimals */
    assert_int_equal(second->size_decimals, 2);
    assert_int_equal(tape.count, 5);
    const int64_t streams[] = {0, 1, 0, 1, 1}, volumes[] = {1, 150, 1, 200, 25};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(tape.records[i].stream, streams[i]);
        assert_int_equal(tape.records[i].sequence, volumes[i]);
        assert_int_equal(tape.records[i].spare, 0);
    }
    assert_int_equal(defects_total(&world.defects, "duplicate-row"), 1);
    tape_release(&tape);
    world_release(&world);
}

static void bars_that_differ_stay_in_the_order_of_the_files(void **state)
{
    (void)state;
    struct world world;
    struct tape tape;
    char a[TEST_PATH_BYTES], b[TEST_PATH_BYTES];
    world_make(&world);
    test_file(&world.folder, a, "BUSDT-1.csv",
              HEADER "1700000100000,1,2,1,2,7\n1700000040000,1,2,1,2,1\n1700000100000,1,3,1,2,7\n");
    test_file(&world.folder, b, "BUSDT-2.csv", HEADER "1700000100000,1,4,1,2,7\n");
    const char *const paths[] = {a, b};
    import_or_fail(&world, paths, 2);
    tape_read(&tape, &world);
    assert_int_equal(tape.count, 4);
    const int64_t highs[] = {2, 2, 3, 4};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(tape.records[i].v[1], highs[i] * 1000000000000);
    }
    assert_int_equal(defects_total(&world.defects, "duplicate-row"), 0);
    tape_release(&tape);
    world_release(&world);
}

static void a_size_too_large_for_the_finest_scale_coarsens_it(void **state)
{
    (void)state;
    struct world world;
    struct tape tape;
    char a[TEST_PATH_BYTES];
    world_make(&world);
    /* 9e17 fits with one decimal (9e18), not with two. */
    test_file(&world.folder, a, "BUSDT.csv",
              HEADER "1700000040000,1,2,1,2,0.25\n1700000100000,1,2,1,2,900000000000000000\n");
    const char *const paths[] = {a};
    import_or_fail(&world, paths, 1);
    tape_read(&tape, &world);
    assert_int_equal(tape_stream(tape.reader, 0)->size_decimals, 1);
    assert_int_equal(tape.records[0].sequence, 2);
    assert_int_equal(tape.records[1].sequence, 9000000000000000000);
    assert_int_equal(defects_total(&world.defects, "size-cut"), 1);
    tape_release(&tape);
    world_release(&world);
}

static char *bars_text(int64_t count, int64_t step, int64_t modulus)
{
    char *text = malloc((size_t)count * 64 + 64);
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, HEADER);
    for (int64_t i = 0; i < count; i++) {
        long long time_s = 1700000040 + (i * step % modulus) * 60;
        used += (size_t)sprintf(text + used, "%lld,1,2,1,2,%lld\n", time_s * 1000, (long long)i);
    }
    return text;
}

/* Any order of rows gives one order of records; more than a buffer makes several runs. */
static void rows_out_of_order_are_sorted(void **state)
{
    (void)state;
    const int64_t counts[] = {20000, SINK_RECORDS_MAX + 5000};
    const int64_t primes[] = {19997, 529999};
    for (int i = 0; i < 2; i++) {
        struct world world;
        struct tape tape;
        char a[TEST_PATH_BYTES];
        world_make(&world);
        char *text = bars_text(counts[i], 7919, primes[i]);
        test_file(&world.folder, a, "BUSDT.csv", text);
        free(text);
        const char *const paths[] = {a};
        import_or_fail(&world, paths, 1);
        tape_read(&tape, &world);
        assert_int_equal(tape.count, counts[i]);
        for (int64_t at = 1; at < tape.count; at++) {
            /* equal times keep the order of the file: the volume is the row */
            assert_true(tape.records[at].time_us > tape.records[at - 1].time_us ||
                        tape.records[at].sequence > tape.records[at - 1].sequence);
        }
        assert_int_equal(tape_stream(tape.reader, 0)->interval_us, 60000000);
        assert_int_equal(defects_total(&world.defects, "unsorted-rows"), 1);
        tape_release(&tape);
        world_release(&world);
    }
}

static void a_late_row_moves_a_little_without_a_sort(void **state)
{
    (void)state;
    struct imported got;
    import_text(&got, "BUSDT.csv",
                HEADER "1700000040000,1,2,1,2,1\n1700000160000,1,2,1,2,3\n"
                       "1700000100000,1,2,1,2,2\n1700000220000,1,2,1,2,4\n");
    assert_int_equal(got.count, 4);
    assert_int_equal(got.sink.run_count, 1);
    assert_int_equal(got.sink.moved, 1);
    for (int64_t i = 0; i < 4; i++) {
        assert_int_equal(got.records[i].sequence, i + 1);
    }
    imported_release(&got);
}

static void a_copy_of_a_file_is_left_out(void **state)
{
    (void)state;
    struct world world;
    struct tape tape;
    char a[TEST_PATH_BYTES], b[TEST_PATH_BYTES];
    world_make(&world);
    test_file(&world.folder, a, "BUSDT.csv", HEADER "1700000040000,1,2,1,2,1\n");
    test_file(&world.folder, b, "BUSDT-copy.csv", HEADER "1700000040000,1,2,1,2,1\n");
    const char *const paths[] = {a, b};
    import_or_fail(&world, paths, 2);
    tape_read(&tape, &world);
    assert_int_equal(tape.count, 1);
    assert_int_equal(defects_total(&world.defects, "same-file"), 1);
    tape_release(&tape);
    world_release(&world);
}

static void the_range_cuts_and_counts(void **state)
{
    (void)state;
    struct world world;
    struct tape tape;
    char a[TEST_PATH_BYTES];
    world_make(&world);
    test_file(&world.folder, a, "BUSDT.csv",
              HEADER "1700000040000,1,2,1,2,1\n1700000100000,1,2,1,2,1\n"
                     "1700000160000,1,2,1,2,1\n");
    const char *const paths[] = {a};
    world.options.first_us = world.options.last_us = 1700000100000000;
    import_or_fail(&world, paths, 1);
    tape_read(&tape, &world);
    assert_int_equal(tape.count, 1);
    assert_int_equal(tape.records[0].time_us, 1700000100000000);
    tape_release(&tape);
    world.options.first_us = world.options.last_us = 1;
    assert_false(world_import(&world, paths, 1));
    assert_int_equal(world.error.code, EXIT_CODE_DATA);
    world_release(&world);
}

static void bad_rows_are_told_or_end_a_strict_import(void **state)
{
    (void)state;
    struct world world;
    char a[TEST_PATH_BYTES];
    world_make(&world);
    test_file(&world.folder, a, "BUSDT.csv",
              HEADER "1700000040000,1,2,1,2,1\nnonsense\n1700000160000,1,2,3,2,1\n");
    const char *const paths[] = {a};
    import_or_fail(&world, paths, 1);
    assert_int_equal(defects_total(&world.defects, "bad-bar"), 2);
    world.options.strict = true;
    assert_false(world_import(&world, paths, 1));
    assert_int_equal(world.error.code, EXIT_CODE_DATA);
    assert_int_equal(world.error.line, 3);
    world_release(&world);
}

/* The first failure in the order of the files counts, and no tape is left. */
static void a_failure_leaves_no_tape(void **state)
{
    (void)state;
    struct world world;
    char a[TEST_PATH_BYTES], b[TEST_PATH_BYTES], c[TEST_PATH_BYTES];
    world_make(&world);
    test_file(&world.folder, a, "AUSDT.csv", HEADER "1700000040000,1,2,1,2,1\n");
    test_file(&world.folder, b, "BUSDT.csv", HEADER "junk\n");
    test_file(&world.folder, c, "CUSDT.csv", "what is this\n");
    const char *const paths[] = {a, b, c};
    for (int32_t jobs = 1; jobs <= 3; jobs++) {
        error_init(&world.error);
        world.options.jobs = jobs;
        assert_false(world_import(&world, paths, 3));
        assert_int_equal(world.error.code, EXIT_CODE_DATA);
        assert_string_equal(world.error.file, b);
        assert_int_equal(access(world.out, F_OK), -1);
    }
    world_release(&world);
}

static const char *data_path(const char *name, char out[TEST_PATH_BYTES])
{
    const char *folder = getenv("CERBERUS_DATA");
    if (folder == NULL) {
        return NULL;
    }
    (void)snprintf(out, TEST_PATH_BYTES, "%.150s/scenarios/%.100s/manifest.json", folder, name);
    return out;
}

static void manifests_become_tapes_for_any_number_of_jobs(void **state)
{
    (void)state;
    char path[TEST_PATH_BYTES];
    const char *const scenarios[] = {"S2_pepe_shib_jan_2026_perp_1m",
                                     "S3_one_year_28_perps_1h_with_funding"};
    for (int i = 0; i < 2; i++) {
        if (data_path(scenarios[i], path) == NULL) {
            skip();
        }
        uint64_t digests[2] = {0, 0};
        int64_t counts[2] = {0, 0};
        const char *const paths[] = {path};
        for (int round = 0; round < 2; round++) {
            struct world world;
            struct tape tape;
            world_make(&world);
            world.options.jobs = round == 0 ? 1 : 4;
            import_or_fail(&world, paths, 1);
            tape_read(&tape, &world);
            digests[round] = tape.digest;
            int64_t sum = 0;
            for (int32_t at = 0; at < tape_stream_count(tape.reader); at++) {
                sum += tape_stream(tape.reader, at)->count;
            }
            assert_int_equal(sum, tape.count);
            counts[round] = tape.count;
            tape_release(&tape);
            world_release(&world);
        }
        assert_true(digests[0] == digests[1]);
        assert_int_equal(counts[0], counts[1]);
        assert_int_equal(counts[0], i == 0 ? 637964 : 531182);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_one_symbol_are_one_stream),
        cmocka_unit_test(bars_that_differ_stay_in_the_order_of_the_files),
        cmocka_unit_test(a_size_too_large_for_the_finest_scale_coarsens_it),
        cmocka_unit_test(rows_out_of_order_are_sorted),
        cmocka_unit_test(a_late_row_moves_a_little_without_a_sort),
        cmocka_unit_test(a_copy_of_a_file_is_left_out),
        cmocka_unit_test(the_range_cuts_and_counts),
        cmocka_unit_test(bad_rows_are_told_or_end_a_strict_import),
        cmocka_unit_test(a_failure_leaves_no_tape),
        cmocka_unit_test(manifests_become_tapes_for_any_number_of_jobs),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
