#include "tests/data/market_files.h"

#include "core/instant.h"
#include "data/series.h"

struct found {
    char text[2048];
};

static void on_duplicate(void *context, const struct series_point *point)
{
    struct found *self = context;
    size_t used = strlen(self->text);
    (void)snprintf(self->text + used, sizeof(self->text) - used, "dup %lld line %lld file %d\n",
                   (long long)(point->time_us / US_PER_MINUTE), (long long)point->line,
                   point->file);
}

static void on_gap(void *context, int64_t first_us, int64_t missing)
{
    struct found *self = context;
    size_t used = strlen(self->text);
    (void)snprintf(self->text + used, sizeof(self->text) - used, "gap %lld x%lld\n",
                   (long long)(first_us / US_PER_MINUTE), (long long)missing);
}

struct fixture {
    struct spill spill;
    struct series *series;
    struct series_facts facts;
    struct found found;
    struct error error;
};

static void fixture_begin(struct fixture *self, int64_t limit)
{
    memset(self, 0, sizeof(*self));
    error_init(&self->error);
    spill_init(&self->spill, limit, "/tmp");
    self->series = series_new(&self->spill);
}

static void fixture_end(struct fixture *self)
{
    series_free(self->series);
    assert_int_equal(self->spill.memory_used, 0);
    spill_release(&self->spill);
}

/* A bar of one minute: price = 100 + minute/100, with two decimals. */
static void put(struct fixture *self, int64_t minute)
{
    struct series_point point = {.time_us = minute * US_PER_MINUTE,
                                 .open = 10000 + minute,
                                 .high = 10010 + minute,
                                 .low = 9990 + minute,
                                 .close = 10001 + minute,
                                 .volume = 5 * minute,
                                 .decimals = 2,
                                 .line = minute + 1000,
                                 .file = 3};
    assert_true(series_append(self->series, &point, &self->error));
}

static void seal(struct fixture *self, int64_t keep_from_us)
{
    const struct series_findings findings = {&self->found, on_duplicate, on_gap};
    assert_true(series_seal(self->series, keep_from_us, &findings, &self->facts, &self->error));
}

static void expect_bar(const struct bar *bar, int64_t minute)
{
    assert_non_null(bar);
    assert_int_equal(bar->open_time_us, minute * US_PER_MINUTE);
    assert_int_equal(bar->open_e12, (10000 + minute) * 10000000000LL);
    assert_int_equal(bar->high_e12, (10010 + minute) * 10000000000LL);
    assert_int_equal(bar->low_e12, (9990 + minute) * 10000000000LL);
    assert_int_equal(bar->close_e12, (10001 + minute) * 10000000000LL);
    assert_int_equal(bar->volume, 5 * minute);
}

static void expect_minutes(const struct fixture *self, int64_t first, int64_t count)
{
    struct series_cursor cursor;
    series_open(&cursor, self->series);
    for (int64_t i = 0; i < count; i++) {
        expect_bar(series_next(&cursor), first + i);
    }
    assert_null(series_next(&cursor));
    assert_null(series_next(&cursor));
    series_close(&cursor);
}

static void bars_come_back_as_they_went_in(void **state)
{
    (void)state;
    const int64_t counts[] = {1, 2, 255, 256, 257, 512, 2000};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct fixture fixture;
        fixture_begin(&fixture, 1 << 20);
        for (int64_t minute = 0; minute < counts[i]; minute++) {
            put(&fixture, minute);
        }
        seal(&fixture, 0);
        expect_minutes(&fixture, 0, counts[i]);
        assert_int_equal(fixture.facts.count, counts[i]);
        assert_int_equal(fixture.facts.interval_us, counts[i] > 1 ? US_PER_MINUTE : 0);
        assert_int_equal(fixture.facts.first_price_e12, 100 * 1000000000000LL);
        assert_int_equal(fixture.facts.price_decimals, 2);
        assert_int_equal(fixture.facts.last_us, (counts[i] - 1) * US_PER_MINUTE);
        assert_int_equal(fixture.facts.last_price_e12, (10000 + counts[i]) * 10000000000LL);
        assert_string_equal(fixture.found.text, "");
        fixture_end(&fixture);
    }
}

static void a_series_may_be_empty(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    seal(&fixture, 0);
    expect_minutes(&fixture, 0, 0);
    assert_int_equal(fixture.facts.count, 0);
    fixture_end(&fixture);
}

static void what_does_not_fit_goes_to_a_file_and_comes_back(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 6000);
    for (int64_t minute = 0; minute < 5000; minute++) {
        put(&fixture, minute);
    }
    assert_true(fixture.spill.written > 0);
    assert_true(fixture.spill.memory_used <= 6000);
    seal(&fixture, 0);
    expect_minutes(&fixture, 0, 5000);
    fixture_end(&fixture);
}

static void a_folder_that_is_not_there_is_an_operating_error(void **state)
{
    (void)state;
    char *old = getenv("TMPDIR");
    char *kept = old != NULL ? strdup(old) : NULL;
    assert_int_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
    struct fixture fixture;
    fixture_begin(&fixture, 0);
    bool fine = true;
    for (int64_t minute = 0; fine && minute < 256; minute++) {
        struct series_point point = {
            .time_us = minute, .open = 1, .high = 1, .low = 1, .close = 1, .volume = minute};
        fine = series_append(fixture.series, &point, &fixture.error);
    }
    assert_false(fine);
    assert_int_equal(fixture.error.code, EXIT_CODE_OPERATING);
    fixture_end(&fixture);
    if (kept != NULL) {
        (void)setenv("TMPDIR", kept, 1);
    } else {
        (void)unsetenv("TMPDIR");
    }
    free(kept);
}

static void late_bars_are_put_in_their_place(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    put(&fixture, 0);
    put(&fixture, 4);
    put(&fixture, 2);
    put(&fixture, 5);
    put(&fixture, 1);
    put(&fixture, 3);
    seal(&fixture, 0);
    expect_minutes(&fixture, 0, 6);
    assert_int_equal(fixture.facts.unsorted, 3);
    assert_int_equal(fixture.facts.interval_us, US_PER_MINUTE);
    assert_string_equal(fixture.found.text, "");
    fixture_end(&fixture);
}

static void newest_first_is_turned_round(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    for (int64_t minute = 999; minute >= 0; minute--) {
        put(&fixture, minute);
    }
    seal(&fixture, 0);
    expect_minutes(&fixture, 0, 1000);
    assert_int_equal(fixture.facts.unsorted, 999);
    fixture_end(&fixture);
}

static void of_two_bars_at_one_time_the_first_is_kept(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    put(&fixture, 0);
    put(&fixture, 1);
    struct series_point other = {.time_us = US_PER_MINUTE,
                                 .open = 7,
                                 .high = 7,
                                 .low = 7,
                                 .close = 7,
                                 .line = 77,
                                 .file = 1};
    assert_true(series_append(fixture.series, &other, &fixture.error));
    put(&fixture, 2);
    other.time_us = 0;
    other.line = 78;
    assert_true(series_append(fixture.series, &other, &fixture.error));
    seal(&fixture, 0);
    expect_minutes(&fixture, 0, 3);
    assert_int_equal(fixture.facts.duplicates, 2);
    assert_string_equal(fixture.found.text, "dup 0 line 78 file 1\ndup 1 line 77 file 1\n");
    fixture_end(&fixture);
}

static void gaps_are_named_with_first_and_length(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    for (int64_t minute = 0; minute < 1000; minute++) {
        /* 100..109 within a chunk; 512..514 across the border of two: 502 bars stand before it. */
        if ((minute < 100 || minute > 109) && (minute < 522 || minute > 524) && minute != 700) {
            put(&fixture, minute);
        }
    }
    seal(&fixture, 0);
    assert_string_equal(fixture.found.text, "gap 100 x10\ngap 522 x3\ngap 700 x1\n");
    assert_int_equal(fixture.facts.gaps, 3);
    assert_int_equal(fixture.facts.missing, 14);
    fixture_end(&fixture);
}

static void a_bar_that_covers_the_first_instant_is_kept(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    for (int64_t minute = 0; minute < 600; minute++) {
        put(&fixture, minute);
    }
    seal(&fixture, 300 * US_PER_MINUTE + 1);
    expect_minutes(&fixture, 300, 300);
    assert_int_equal(fixture.facts.count, 300);
    assert_int_equal(fixture.facts.first_us, 300 * US_PER_MINUTE);
    fixture_end(&fixture);
    fixture_begin(&fixture, 1 << 20);
    for (int64_t minute = 0; minute < 600; minute++) {
        put(&fixture, minute);
    }
    /* Minute 299 ends as minute 300 begins: it covers nothing any more. */
    seal(&fixture, 300 * US_PER_MINUTE);
    expect_minutes(&fixture, 300, 300);
    fixture_end(&fixture);
    fixture_begin(&fixture, 1 << 20);
    put(&fixture, 0);
    put(&fixture, 1);
    seal(&fixture, 50 * US_PER_MINUTE);
    expect_minutes(&fixture, 0, 0);
    fixture_end(&fixture);
}

static void put_point(struct fixture *self,
                      int64_t minute,
                      int64_t price,
                      int32_t decimals,
                      int64_t volume,
                      int32_t volume_decimals)
{
    struct series_point point = {.time_us = minute * US_PER_MINUTE,
                                 .open = price,
                                 .high = price,
                                 .low = price,
                                 .close = price,
                                 .decimals = decimals,
                                 .volume = volume,
                                 .volume_decimals = volume_decimals};
    assert_true(series_append(self->series, &point, &self->error));
}

static void finer_prices_refine_what_stands_before(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    put_point(&fixture, 0, 9223372, 0, 0, 0); /* the largest price at 1e-12 */
    put_point(&fixture, 1, 1, 12, 0, 0);      /* and the smallest, in one chunk */
    put_point(&fixture, 2, 5, 1, 0, 0);
    seal(&fixture, 0);
    struct series_cursor cursor;
    series_open(&cursor, fixture.series);
    assert_int_equal(series_next(&cursor)->open_e12, 9223372000000000000LL);
    assert_int_equal(series_next(&cursor)->open_e12, 1);
    assert_int_equal(series_next(&cursor)->open_e12, 500000000000LL);
    series_close(&cursor);
    assert_int_equal(fixture.facts.price_decimals, 12);
    fixture_end(&fixture);
}

static void
expect_volumes(struct fixture *self, int32_t exponent, const int64_t *volumes, int count)
{
    seal(self, 0);
    assert_int_equal(self->facts.volume_exponent, exponent);
    struct series_cursor cursor;
    series_open(&cursor, self->series);
    for (int i = 0; i < count; i++) {
        assert_int_equal(series_next(&cursor)->volume, volumes[i]);
    }
    series_close(&cursor);
    fixture_end(self);
}

static void volumes_share_the_finest_scale_that_holds_the_largest(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    put_point(&fixture, 0, 1, 0, 1598651818, 5); /* 15986.51818 */
    put_point(&fixture, 1, 1, 0, 12, 0);
    const int64_t plain[] = {1598651818, 1200000};
    expect_volumes(&fixture, 5, plain, 2);
    fixture_begin(&fixture, 1 << 20);
    put_point(&fixture, 0, 1, 0, 64292530000000, 0); /* S7 */
    put_point(&fixture, 1, 1, 0, 15, 1);
    const int64_t large[] = {642925300000000, 15};
    expect_volumes(&fixture, 1, large, 2);
    fixture_begin(&fixture, 1 << 20);
    put_point(&fixture, 0, 1, 0, 9000000000000000000, 0);
    put_point(&fixture, 1, 1, 0, 15, 1); /* 1.5: no room for its decimal */
    const int64_t cut[] = {9000000000000000000, 1};
    expect_volumes(&fixture, 0, cut, 2);
    fixture_begin(&fixture, 1 << 20);
    put_point(&fixture, 0, 1, 0, 9000000000000000000, -8); /* 9e26 units */
    const int64_t huge[] = {9000000000000000000};
    expect_volumes(&fixture, -8, huge, 1);
}

static void the_scale_is_one_for_all_chunks(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_begin(&fixture, 1 << 20);
    for (int64_t minute = 0; minute < 256; minute++) {
        put_point(&fixture, minute, 1, 0, 15, 1);
    }
    put_point(&fixture, 256, 1, 0, 9000000000000000000, 0);
    seal(&fixture, 0);
    assert_int_equal(fixture.facts.volume_exponent, 0);
    struct series_cursor cursor;
    series_open(&cursor, fixture.series);
    for (int64_t minute = 0; minute < 256; minute++) {
        assert_int_equal(series_next(&cursor)->volume, 1);
    }
    assert_int_equal(series_next(&cursor)->volume, 9000000000000000000);
    series_close(&cursor);
    fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_come_back_as_they_went_in),
        cmocka_unit_test(a_series_may_be_empty),
        cmocka_unit_test(what_does_not_fit_goes_to_a_file_and_comes_back),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_operating_error),
        cmocka_unit_test(late_bars_are_put_in_their_place),
        cmocka_unit_test(newest_first_is_turned_round),
        cmocka_unit_test(of_two_bars_at_one_time_the_first_is_kept),
        cmocka_unit_test(gaps_are_named_with_first_and_length),
        cmocka_unit_test(a_bar_that_covers_the_first_instant_is_kept),
        cmocka_unit_test(finer_prices_refine_what_stands_before),
        cmocka_unit_test(volumes_share_the_finest_scale_that_holds_the_largest),
        cmocka_unit_test(the_scale_is_one_for_all_chunks),
    };
    return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
