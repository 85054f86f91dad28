#include "data/csv.h"

#include <csv.h>
#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_BYTES = 128 << 10, /* one reading of the source; both buffers stay in the second cache */
    WINDOW_BYTES = CSV_ROW_BYTES + BLOCK_BYTES,
    ENTRY_BYTES = 16 << 10, /* libcsv's field buffer grows by this */
    NARROW_READ_BYTES = 32, /* what handlers may read from a line whatever its length */
    ROW_TEXT_BYTES = CSV_ROW_BYTES + CSV_FIELDS_MAX + 1 + NARROW_READ_BYTES
};

/* The window holds the bytes from `at`, where a row begins, to `filled`. Rows without quotes are
 * fed to libcsv in runs (strict mode cannot refuse them); a row with quotes is fed line by line, so
 * that the place of a refusal is known and the lines after it can be read again. */
struct csv {
    struct source *source;
    const struct csv_handlers *handlers;
    struct csv_parser parser;
    int idle; /* parser.pstate between two rows */
    char *window;
    size_t at, filled;
    bool source_end;
    int64_t line; /* number of the line that begins at `at` */
    bool stopped;
    struct csv_facts facts;

    char delimiter;
    struct csv_place place;
    int32_t columns; /* of the row being parsed */
    char *text;      /* copies of its fields */
    size_t text_used;
    struct csv_field fields[CSV_FIELDS_MAX];

    /* The run being parsed, and how far line numbers were worked out in it. */
    const char *walk, *run_end;
    int64_t walk_line, walk_rows, run_rows;
    int64_t row_line; /* of the last row walked over: it may be asked for twice */
};

static void on_field_copy(void *text, size_t length, void *context)
{
    struct csv *self = context;
    if (self->columns < CSV_FIELDS_MAX) {
        char *copy = self->text + self->text_used;
        memcpy(copy, text, length);
        copy[length] = '\0';
        self->fields[self->columns] = (struct csv_field){copy, length};
        self->text_used += length + 1;
    }
    self->columns++;
}

static void on_row_copy(int end, void *context)
{
    (void)end;
    struct csv *self = context;
    self->run_rows++;
    if (!self->stopped) {
        const struct csv_handlers *handlers = self->handlers;
        int64_t line = csv_line(&self->place);
        self->stopped = !handlers->row(handlers->context, self->fields, self->columns, line);
        self->facts.rows++;
    }
    self->columns = 0;
    self->text_used = 0;
}

static void on_field_narrow(void *text, size_t length, void *context)
{
    struct csv *self = context;
    if (self->columns < CSV_FIELDS_MAX) {
        char *copy = self->text + self->text_used;
        memcpy(copy, text, length);
        self->text_used += length;
        self->fields[self->columns] = (struct csv_field){copy, length};
    }
    self->columns++;
}

static void row_end_narrow(struct csv *self)
{
    const struct csv_handlers *handlers = self->handlers;
    self->run_rows++;
    if (!self->stopped) {
        self->stopped =
            !handlers->narrow(handlers->context, self->fields, self->columns, &self->place);
        self->facts.rows++;
    }
    self->columns = 0;
    self->text_used = 0;
}

static void on_row_narrow(int end, void *context)
{
    (void)end;
    row_end_narrow(context);
}

static size_t parse(struct csv *self, const char *bytes, size_t length)
{
    bool narrow = self->handlers->narrow != NULL;
    return csv_parse(&self->parser, bytes, length, narrow ? on_field_narrow : on_field_copy,
                     narrow ? on_row_narrow : on_row_copy, self);
}

static bool parser_begin(struct csv *self, struct error *error)
{
    if (csv_init(&self->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        const char *path = source_path(self->source);
        return error_set(error, EXIT_CODE_OPERATING, path, 0, "libcsv could not start");
    }
    csv_set_blk_size(&self->parser, ENTRY_BYTES);
    csv_set_delim(&self->parser, (unsigned char)self->delimiter);
    self->idle = self->parser.pstate;
    return true;
}

/* ---- line numbers ---- */

typedef unsigned char lanes __attribute__((vector_size(16)));

static int64_t newlines_count(const char *text, const char *end)
{
    int64_t count = 0;
    while (end - text >= 16) {
        /* A lane holds up to 255 before it must be emptied. */
        int64_t steps = (end - text) / 16 < 255 ? (end - text) / 16 : 255;
        lanes sums = {0};
        for (int64_t i = 0; i < steps; i++, text += 16) {
            lanes bytes;
            memcpy(&bytes, text, sizeof(bytes));
            sums -= (lanes)(bytes == '\n');
        }
        for (int lane = 0; lane < 16; lane++) {
            count += sums[lane];
        }
    }
    for (; text < end; text++) {
        count += *text == '\n';
    }
    return count;
}

static void run_begin(struct csv *self, const char *begin, const char *end)
{
    self->walk = begin;
    self->run_end = end;
    self->walk_line = self->line;
    self->walk_rows = 0;
    self->run_rows = 0;
    self->row_line = self->line;
}

static void run_close(struct csv *self)
{
    self->line = self->walk_line + newlines_count(self->walk, self->run_end);
}

/* A row is what stands between two line ends outside quotes, unless it is blank. Walks to the end
 * of the rows delivered so far; the line on which the last of them begins. */
static int64_t run_line(struct csv *self)
{
    while (self->walk_rows < self->run_rows && self->walk < self->run_end) {
        bool blank = true, quoted = false;
        self->row_line = self->walk_line;
        const char *at = self->walk;
        for (; at < self->run_end && (quoted || (*at != '\n' && *at != '\r')); at++) {
            quoted = quoted != (*at == '"');
            blank = blank && (*at == ' ' || *at == '\t');
            self->walk_line += *at == '\n';
        }
        self->walk_rows += !blank;
        self->walk_line += at < self->run_end && *at == '\n';
        self->walk = at < self->run_end ? at + 1 : at;
    }
    return self->row_line;
}

int64_t csv_line(const struct csv_place *place)
{
    return place->csv != NULL ? run_line(place->csv) : place->line;
}

/* ---- the window ---- */

static bool window_fill(struct csv *self, struct error *error)
{
    size_t left = self->filled - self->at;
    if (self->at > 0 && left > 0) {
        memmove(self->window, self->window + self->at, left);
    }
    self->at = 0;
    self->filled = left;
    size_t room = WINDOW_BYTES - left, got = 0;
    CHECK(room > 0);
    if (!source_read(self->source, self->window + left, room < BLOCK_BYTES ? room : BLOCK_BYTES,
                     &got, error)) {
        return false;
    }
    self->filled += got;
    self->source_end = got == 0;
    return true;
}

static void bad_row(struct csv *self, int64_t line, const char *reason)
{
    self->columns = 0;
    self->text_used = 0;
    self->facts.bad_rows++;
    if (!self->stopped) {
        self->handlers->bad(self->handlers->context, line, reason);
    }
}

/* Lets the rest of a line stream by without keeping it. */
static bool line_pass(struct csv *self, struct error *error)
{
    for (;;) {
        char *begin = self->window + self->at;
        char *end = memchr(begin, '\n', self->filled - self->at);
        if (end != NULL) {
            self->at += (size_t)(end - begin) + 1;
            self->line++;
            return true;
        }
        self->at = self->filled;
        if (self->source_end) {
            self->line++;
            return true;
        }
        if (!window_fill(self, error)) {
            return false;
        }
    }
}

static bool long_line_pass(struct csv *self, struct error *error)
{
    bad_row(self, self->line, "the line is longer than 1 MiB");
    return line_pass(self, error);
}

/* ---- one row, line by line ---- */

/* Goes on with the line after the one on which the bad row began. (Rows may end in a lone carriage
 * return: some of this run may have been delivered.) */
static bool row_refuse(struct csv *self, const char *reason, struct error *error)
{
    (void)run_line(self);
    self->line = self->walk_line;
    self->at = (size_t)(self->walk - self->window);
    bad_row(self, self->line, reason);
    csv_free(&self->parser);
    if (!parser_begin(self, error)) {
        return false;
    }
    return line_pass(self, error);
}

static bool parser_finish(struct csv *self)
{
    bool narrow = self->handlers->narrow != NULL;
    return csv_fini(&self->parser, narrow ? on_field_narrow : on_field_copy,
                    narrow ? on_row_narrow : on_row_copy, self) == 0;
}

/* The file ends within this row: `fed` bytes of it went to libcsv already. */
static bool row_last(struct csv *self, size_t fed, struct error *error)
{
    size_t length = self->filled - self->at - fed;
    bool fine = parse(self, self->window + self->at + fed, length) == length;
    if (fine) {
        fine = parser_finish(self);
    }
    if (!fine) {
        return row_refuse(self, "a quote is not closed, or stands inside a field", error);
    }
    run_close(self);
    if (self->window[self->filled - 1] != '\n') {
        self->line++;
    }
    self->at = self->filled;
    return true;
}

/* More bytes of the row that begins at `at`; its run moves with the window. */
static bool row_fill(struct csv *self, struct error *error)
{
    ptrdiff_t walked = self->walk - (self->window + self->at);
    if (!window_fill(self, error)) {
        return false;
    }
    self->walk = self->window + self->at + walked;
    return true;
}

static bool row_feed(struct csv *self, struct error *error)
{
    size_t fed = 0;
    run_begin(self, self->window + self->at, self->window + self->at);
    for (;;) {
        char *begin = self->window + self->at + fed;
        size_t left = self->filled - self->at - fed;
        char *end = memchr(begin, '\n', left);
        size_t length = end != NULL ? (size_t)(end - begin) + 1 : left;
        if (fed + length > CSV_ROW_BYTES) {
            return row_refuse(self, "the row is longer than 1 MiB: is a quote not closed?", error);
        }
        if (end == NULL) {
            if (!self->source_end) {
                if (!row_fill(self, error)) {
                    return false;
                }
                continue;
            }
            self->run_end = begin + length;
            return row_last(self, fed, error);
        }
        self->run_end = begin + length;
        if (parse(self, begin, length) != length) {
            return row_refuse(self, "a quote stands inside a field", error);
        }
        fed += length;
        if (self->parser.pstate == self->idle) {
            run_close(self);
            self->at += fed;
            return true;
        }
    }
}

/* ---- the whole ---- */

static void lines_skip(struct csv *self, const char *end)
{
    const struct csv_handlers *handlers = self->handlers;
    char *at = self->window + self->at;
    while (at < end) {
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        CHECK(line_end != NULL);
        if (!handlers->skip(handlers->context, at, (size_t)(line_end - at))) {
            break;
        }
        self->facts.skipped++;
        self->line++;
        at = line_end + 1;
    }
    self->at = (size_t)(at - self->window);
}

/* Bit i: byte i of the sixteen from text ends a field. */
static inline uint32_t marks_find(const char *text, __m128i delimiter)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i_u *)(const void *)text);
    __m128i ends = _mm_cmpeq_epi8(bytes, delimiter);
    ends = _mm_or_si128(ends, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
    ends = _mm_or_si128(ends, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
    return (uint32_t)_mm_movemask_epi8(ends);
}

static inline bool blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* One field, without the blanks around it; end is what ended it. */
static inline void field_take(struct csv *self, const char *begin, const char *end)
{
    const char *last = end;
    while (begin < last && blank(*begin)) {
        begin++;
    }
    while (begin < last && blank(last[-1])) {
        last--;
    }
    if (*end != self->delimiter && self->columns == 0 && begin == last) {
        return; /* a blank line */
    }
    if (self->columns < CSV_FIELDS_MAX) {
        self->fields[self->columns] = (struct csv_field){begin, (size_t)(last - begin)};
    }
    self->columns++;
    if (*end != self->delimiter) {
        row_end_narrow(self);
    }
}

/* Rows without quotes as libcsv splits them (tests/fuzz/fuzz_csv.c holds the two against each other), sixteen bytes at a
 * time and without a copy: 25 ns a row of 53 bytes against 120. The last byte ends a line. */
static void run_split(struct csv *self, const char *begin, const char *end)
{
    enum { LANES = 16 };
    const __m128i delimiter = _mm_set1_epi8(self->delimiter);
    const char *field = begin;
    for (const char *at = begin; at < end && !self->stopped; at += LANES) {
        uint32_t marks = marks_find(at, delimiter);
        if (end - at < LANES) {
            marks &= (UINT32_C(1) << (end - at)) - 1;
        }
        for (; marks != 0; marks &= marks - 1) {
            const char *mark = at + __builtin_ctz(marks);
            field_take(self, field, mark);
            field = mark + 1;
        }
    }
    self->columns = 0;
}

/* Feeds the lines from `at` up to end, which has no quote before it. */
static void run_feed(struct csv *self, const char *end)
{
    if (self->handlers->skip != NULL) {
        lines_skip(self, end);
    }
    const char *begin = self->window + self->at;
    size_t length = (size_t)(end - begin);
    run_begin(self, begin, end);
    if (self->handlers->narrow != NULL) {
        run_split(self, begin, end);
    } else {
        size_t done = parse(self, begin, length);
        CHECK(done == length); /* strict mode refuses nothing but quotes */
    }
    run_close(self);
    self->at += length;
}

/* One step: a run of plain lines, or one row with quotes, or one line that is too long. */
static bool csv_step(struct csv *self, struct error *error)
{
    char *begin = self->window + self->at;
    size_t left = self->filled - self->at;
    size_t reach = left < CSV_ROW_BYTES ? left : CSV_ROW_BYTES;
    char *last = memrchr(begin, '\n', reach);
    if (last == NULL) {
        if (self->source_end) {
            return left > CSV_ROW_BYTES ? long_line_pass(self, error) : row_feed(self, error);
        }
        return left >= CSV_ROW_BYTES ? long_line_pass(self, error) : window_fill(self, error);
    }
    char *quote = memchr(begin, '"', (size_t)(last - begin));
    if (quote != NULL) {
        last = memrchr(begin, '\n', (size_t)(quote - begin));
    }
    if (last == NULL) {
        return row_feed(self, error);
    }
    run_feed(self, last + 1);
    return true;
}

static void mark_skip(struct csv *self)
{
    if (self->filled >= 3 && memcmp(self->window, "\xef\xbb\xbf", 3) == 0) {
        self->at = 3;
    }
}

static bool csv_run(struct csv *self, struct error *error)
{
    while (self->filled < 3 && !self->source_end) {
        if (!window_fill(self, error)) {
            return false;
        }
    }
    mark_skip(self);
    while (!self->stopped) {
        if (self->at == self->filled) {
            if (self->source_end) {
                break;
            }
            if (!window_fill(self, error)) {
                return false;
            }
            continue;
        }
        if (!csv_step(self, error)) {
            return false;
        }
    }
    return true;
}

bool csv_read(struct source *source,
              const struct csv_handlers *handlers,
              struct csv_facts *facts,
              struct error *error)
{
    CHECK((handlers->row != NULL) != (handlers->narrow != NULL));

    struct csv *self = calloc(1, sizeof(*self));
    char *window = malloc(WINDOW_BYTES + NARROW_READ_BYTES);
    char *text = malloc(ROW_TEXT_BYTES);
    bool fine = false;
    if (self == NULL || window == NULL || text == NULL) {
        (void)error_set(error, EXIT_CODE_OPERATING, source_path(source), 0, "no memory to read it");
    } else {
        self->source = source;
        self->handlers = handlers;
        self->window = window;
        self->text = text;
        self->line = 1;
        self->place.csv = self;
        self->delimiter = handlers->delimiter != 0 ? handlers->delimiter : ',';
        fine = parser_begin(self, error) && csv_run(self, error);
        self->facts.lines = self->line - 1;
        csv_free(&self->parser);
    }
    if (facts != NULL && self != NULL) {
        *facts = self->facts;
    }
    free(text);
    free(window);
    free(self);
    return fine;
}
