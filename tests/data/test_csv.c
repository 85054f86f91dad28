#include "tests/data/market_files.h"

#include "data/csv.h"

/* What was heard, one line each: "12: a|b|c" for a row, "12! reason" for a bad one. */
struct heard {
    char text[4096];
    int64_t rows, bad;
    int64_t last_line;
    size_t longest;
    bool narrow;
    int64_t stop_after;
};

static void hear(struct heard *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void hear(struct heard *self, const char *format, ...)
{
    size_t used = strlen(self->text);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(self->text + used, sizeof(self->text) - used, format, arguments);
    va_end(arguments);
}

static bool on_row(void *context, const struct csv_field *fields, int32_t count, int64_t line)
{
    struct heard *self = context;
    hear(self, "%lld:", (long long)line);
    for (int32_t i = 0; i < count && i < CSV_FIELDS_MAX; i++) {
        if (!self->narrow) {
            assert_int_equal(fields[i].text[fields[i].length], 0);
        }
        self->longest = fields[i].length > self->longest ? fields[i].length : self->longest;
        hear(self, "%s%.*s", i > 0 ? "|" : " ", (int)fields[i].length, fields[i].text);
    }
    hear(self, "\n");
    self->rows++;
    self->last_line = line;
    return self->stop_after == 0 || self->rows < self->stop_after;
}

static bool on_narrow(void *context,
                      const struct csv_field *fields,
                      int32_t count,
                      const struct csv_place *place)
{
    int64_t line = csv_line(place);
    assert_int_equal(csv_line(place), line); /* it may be asked for again */
    return on_row(context, fields, count, line);
}

static void on_bad(void *context, int64_t line, const char *reason)
{
    struct heard *self = context;
    (void)reason;
    self->bad++;
    hear(self, "%lld!\n", (long long)line);
}

static struct csv_facts
read_bytes(struct heard *self, bool narrow, char delimiter, const char *text, size_t length)
{
    struct error error;
    error_init(&error);
    self->narrow = narrow;
    struct csv_handlers handlers = {.context = self,
                                    .row = narrow ? NULL : on_row,
                                    .narrow = narrow ? on_narrow : NULL,
                                    .bad = on_bad,
                                    .delimiter = delimiter};
    struct source *source = source_open_memory(text, length, "memory", &error);
    assert_non_null(source);
    struct csv_facts facts;
    assert_true(csv_read(source, &handlers, &facts, &error));
    assert_int_equal(error.code, EXIT_CODE_DONE);
    assert_int_equal(facts.rows, self->rows);
    assert_int_equal(facts.bad_rows, self->bad);
    source_close(source);
    return facts;
}

static void expect_rows(const char *text, const char *expected)
{
    for (int narrow = 0; narrow < 2; narrow++) {
        struct heard heard;
        memset(&heard, 0, sizeof(heard));
        (void)read_bytes(&heard, narrow == 1, 0, text, strlen(text));
        assert_string_equal(heard.text, expected);
    }
}

static void plain_rows_have_their_lines(void **state)
{
    (void)state;
    expect_rows("a,b\n1,2\n3,4\n", "1: a|b\n2: 1|2\n3: 3|4\n");
    expect_rows("a,b\n1,2", "1: a|b\n2: 1|2\n");
    expect_rows("", "");
    expect_rows("a,,b\n,\n", "1: a||b\n2: |\n");
}

static void marks_line_ends_and_blank_lines_are_fine(void **state)
{
    (void)state;
    expect_rows("\xef\xbb\xbf"
                "a,b\r\n1,2\r\n\r\n\n3,4\r\n",
                "1: a|b\n2: 1|2\n5: 3|4\n");
    expect_rows("\n\n  \n\t\na\n", "5: a\n");
    expect_rows("a\rb\rc\n", "1: a\n1: b\n1: c\n");
}

static void blanks_around_fields_are_trimmed(void **state)
{
    (void)state;
    expect_rows("  a , b\t,c\n11,22 ,33\n44,55,66\n", "1: a|b|c\n2: 11|22|33\n3: 44|55|66\n");
    /* The same length at another place: a reader that guesses places would take 11 for 22. */
    expect_rows("  \n11,22\n", "2: 11|22\n");
}

static void quotes_hold_delimiters_and_line_ends(void **state)
{
    (void)state;
    expect_rows("x,\"a,b\"\ny,\"c\nd\"\nz,\"e\"\"f\"\n", "1: x|a,b\n2: y|c\nd\n4: z|e\"f\n");
    expect_rows("x,\" a \"\n", "1: x| a \n");
}

static void a_stray_quote_costs_one_row(void **state)
{
    (void)state;
    expect_rows("1,2\n3,4\"5\n6,7\n", "1: 1|2\n2!\n3: 6|7\n");
    expect_rows("1,\"2\"3\n4,5\n", "1!\n2: 4|5\n");
}

static void a_quote_never_closed_costs_one_row(void **state)
{
    (void)state;
    expect_rows("1,2\n3,\"4\n5,6\n7,8\n", "1: 1|2\n2!\n3: 5|6\n4: 7|8\n");
    expect_rows("3,\"4", "1!\n");
    /* The next quote ends it, and shows by its neighbour that it was not meant to. */
    expect_rows("1,\"2\n3,4\n5,\"6\"\n7,8\n", "1!\n2: 3|4\n3: 5|6\n4: 7|8\n");
}

static void rows_delivered_before_a_refusal_stay_delivered(void **state)
{
    (void)state;
    expect_rows("\"a\nb\nc\"\rd\"e\nf\n", "1: a\nb\nc\n3!\n4: f\n");
    expect_rows("a\r\"b\nc\n", "1: a\n1!\n2: c\n");
}

static void other_delimiters_are_an_option(void **state)
{
    (void)state;
    for (int narrow = 0; narrow < 2; narrow++) {
        struct heard heard;
        memset(&heard, 0, sizeof(heard));
        (void)read_bytes(&heard, narrow == 1, ';', "a;b,c\n1;2\n", 10);
        assert_string_equal(heard.text, "1: a|b,c\n2: 1|2\n");
    }
}

static void a_long_line_passes_without_being_kept(void **state)
{
    (void)state;
    size_t length = 20 << 20;
    char *text = malloc(length);
    assert_non_null(text);
    for (int quoted = 0; quoted < 2; quoted++) {
        memset(text, 'x', length);
        memcpy(text, "a,b\n", 4);
        text[4] = quoted == 1 ? '"' : 'x';
        memcpy(text + length - 5, "\nc,d\n", 5);
        struct heard heard;
        memset(&heard, 0, sizeof(heard));
        struct csv_facts facts = read_bytes(&heard, false, 0, text, length);
        assert_string_equal(heard.text, "1: a|b\n2!\n3: c|d\n");
        assert_int_equal(facts.lines, 3);
    }
    free(text);
}

static void a_row_at_the_limit_is_read(void **state)
{
    (void)state;
    size_t length = CSV_ROW_BYTES;
    char *text = malloc(length + 1);
    assert_non_null(text);
    memset(text, 'x', length);
    text[length - 1] = '\n';
    struct heard heard;
    memset(&heard, 0, sizeof(heard));
    (void)read_bytes(&heard, false, 0, text, length);
    assert_int_equal(heard.rows, 1);
    assert_int_equal(heard.longest, length - 1);
    text[length - 1] = 'x';
    text[length] = '\n';
    memset(&heard, 0, sizeof(heard));
    (void)read_bytes(&heard, false, 0, text, length + 1);
    assert_int_equal(heard.bad, 1);
    free(text);
}

static void rows_cross_the_blocks_of_the_window(void **state)
{
    (void)state;
    enum { ROWS = 40000 };
    char *text = malloc(ROWS * 24);
    assert_non_null(text);
    size_t used = 0;
    for (int i = 0; i < ROWS; i++) {
        used += (size_t)sprintf(text + used, i % 3 == 0 ? "%d,\"q%d\"\n" : "%d,v%d\n", i, i);
    }
    for (int narrow = 0; narrow < 2; narrow++) {
        struct heard heard;
        memset(&heard, 0, sizeof(heard));
        struct csv_facts facts = read_bytes(&heard, narrow == 1, 0, text, used);
        assert_int_equal(facts.rows, ROWS);
        assert_int_equal(facts.lines, ROWS);
        assert_int_equal(heard.last_line, ROWS);
    }
    free(text);
}

static void more_fields_than_are_kept_are_counted(void **state)
{
    (void)state;
    char text[2 * (CSV_FIELDS_MAX + 10)];
    for (size_t i = 0; i < sizeof(text); i += 2) {
        memcpy(text + i, "1,", 2);
    }
    text[sizeof(text) - 1] = '\n';
    for (int narrow = 0; narrow < 2; narrow++) {
        struct heard heard;
        memset(&heard, 0, sizeof(heard));
        (void)read_bytes(&heard, narrow == 1, 0, text, sizeof(text));
        assert_int_equal(heard.rows, 1);
    }
}

static void a_handler_may_stop(void **state)
{
    (void)state;
    struct heard heard;
    memset(&heard, 0, sizeof(heard));
    heard.stop_after = 2;
    (void)read_bytes(&heard, false, 0, "1\n2\n3\n4\n", 8);
    assert_string_equal(heard.text, "1: 1\n2: 2\n");
}

static bool skip_zeros(void *context, const char *line, size_t length)
{
    (void)context;
    return length > 0 && line[0] == '0';
}

static void skipped_lines_keep_the_count(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct heard heard;
    memset(&heard, 0, sizeof(heard));
    const char *text = "0,a\n0,b\n1,c\n2,d\n";
    struct csv_handlers handlers = {
        .context = &heard, .row = on_row, .bad = on_bad, .skip = skip_zeros};
    struct source *source = source_open_memory(text, strlen(text), "memory", &error);
    struct csv_facts facts;
    assert_true(csv_read(source, &handlers, &facts, &error));
    source_close(source);
    assert_string_equal(heard.text, "3: 1|c\n4: 2|d\n");
    assert_int_equal(facts.skipped, 2);
    assert_int_equal(facts.lines, 4);
}

static void junk_is_read_without_harm(void **state)
{
    (void)state;
    char text[5000];
    uint32_t seed = 12345;
    for (size_t i = 0; i < sizeof(text); i++) {
        seed = seed * 1103515245U + 12345U;
        text[i] = (char)(seed >> 16);
    }
    text[0] = 'x';
    for (int narrow = 0; narrow < 2; narrow++) {
        struct heard heard;
        memset(&heard, 0, sizeof(heard));
        (void)read_bytes(&heard, narrow == 1, 0, text, sizeof(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_rows_have_their_lines),
        cmocka_unit_test(marks_line_ends_and_blank_lines_are_fine),
        cmocka_unit_test(blanks_around_fields_are_trimmed),
        cmocka_unit_test(quotes_hold_delimiters_and_line_ends),
        cmocka_unit_test(a_stray_quote_costs_one_row),
        cmocka_unit_test(a_quote_never_closed_costs_one_row),
        cmocka_unit_test(rows_delivered_before_a_refusal_stay_delivered),
        cmocka_unit_test(other_delimiters_are_an_option),
        cmocka_unit_test(a_long_line_passes_without_being_kept),
        cmocka_unit_test(a_row_at_the_limit_is_read),
        cmocka_unit_test(rows_cross_the_blocks_of_the_window),
        cmocka_unit_test(more_fields_than_are_kept_are_counted),
        cmocka_unit_test(a_handler_may_stop),
        cmocka_unit_test(skipped_lines_keep_the_count),
        cmocka_unit_test(junk_is_read_without_harm),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
