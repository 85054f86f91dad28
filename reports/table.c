#include "reports/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "reports/memory.h"

void table_init(struct table *self, const char *title)
{
    *self = (struct table){.title = title};
}

void table_release(struct table *self)
{
    for (int64_t i = 0; i < self->cell_count; i++) {
        free(self->cells[i]);
    }
    free(self->cells);
    free(self->rules);
    free(self->note);
    *self = (struct table){0};
}

void table_column(struct table *self, const char *name, enum align align)
{
    CHECK(self->column_count < TABLE_COLUMNS_MAX);
    CHECK(self->cell_count == 0);
    self->columns[self->column_count++] = (struct table_column){name, align};
}

static char *formatted(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

static char *formatted(const char *format, va_list arguments)
{
    char *text = NULL;

    CHECK(vasprintf(&text, format, arguments) >= 0);
    return text;
}

void table_note(struct table *self, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    free(self->note);
    self->note = formatted(format, arguments);
    va_end(arguments);
}

void table_cell(struct table *self, const char *format, ...)
{
    va_list arguments;

    self->cells = memory_grow(self->cells, self->cell_count, &self->cell_capacity, sizeof(char *));
    va_start(arguments, format);
    self->cells[self->cell_count++] = formatted(format, arguments);
    va_end(arguments);
}

void table_rule(struct table *self)
{
    self->rules = memory_grow(self->rules, self->rule_count, &self->rule_capacity, sizeof(int64_t));
    self->rules[self->rule_count++] = table_rows(self);
}

int64_t table_rows(const struct table *self)
{
    return self->column_count > 0 ? self->cell_count / self->column_count : 0;
}

const char *table_at(const struct table *self, int64_t row, int column)
{
    int64_t cell = row * self->column_count + column;

    return cell < self->cell_count ? self->cells[cell] : "";
}

static bool table_ruled(const struct table *self, int64_t row)
{
    bool ruled = false;

    for (int64_t i = 0; i < self->rule_count; i++) {
        ruled = ruled || self->rules[i] == row;
    }
    return ruled;
}

/* ---- terminal ---- */

enum { TERMINAL_COLUMNS = 132, LAST_COLUMNS_MIN = 40, GAP_COLUMNS = 3 };

struct widths {
    int64_t columns[TABLE_COLUMNS_MAX];
    int64_t all; /* of a row with its gaps */
};

static struct widths table_widths(const struct table *self)
{
    struct widths widths = {.all = 0};

    for (int c = 0; c < self->column_count; c++) {
        int64_t widest = buffer_columns(self->columns[c].name);
        for (int64_t row = 0; row < table_rows(self); row++) {
            int64_t columns = buffer_columns(table_at(self, row, c));
            widest = columns > widest ? columns : widest;
        }
        if (c + 1 == self->column_count && self->columns[c].align == ALIGN_LEFT) {
            /* Sentences stand in the last column: they are wrapped, all else is not. */
            int64_t left = TERMINAL_COLUMNS - widths.all - (c > 0 ? GAP_COLUMNS : 0);
            int64_t most = left > LAST_COLUMNS_MIN ? left : LAST_COLUMNS_MIN;
            widest = widest < most ? widest : most;
        }
        widths.columns[c] = widest;
        widths.all += widest + (c > 0 ? GAP_COLUMNS : 0);
    }
    return widths;
}

static void
print_padded(struct buffer *out, const char *words, int64_t width, enum align align, bool last)
{
    int pad = (int)(width - buffer_columns(words));

    if (align == ALIGN_RIGHT) {
        buffer_format(out, "%*s", pad, "");
    }
    buffer_plain(out, words);
    if (align == ALIGN_LEFT && !last) {
        buffer_format(out, "%*s", pad, "");
    }
}

static void print_rule(const struct table *self, const struct widths *widths, struct buffer *out)
{
    for (int c = 0; c < self->column_count; c++) {
        buffer_add(out, c > 0 ? "-+-" : "");
        for (int64_t i = 0; i < widths->columns[c]; i++) {
            buffer_add(out, "-");
        }
    }
    buffer_add(out, "\n");
}

/* Bytes of the text that fit into a line: up to the last blank before the width, else to the
 * width. */
static size_t line_length(const char *words, int64_t width)
{
    size_t length = 0;
    size_t blank = 0;

    for (int64_t columns = 0; words[length] != '\0'; length++) {
        columns += ((unsigned char)words[length] & 0xc0) != 0x80;
        if (columns > width) {
            return blank > 0 ? blank : length;
        }
        blank = words[length] == ' ' ? length : blank;
    }
    return length;
}

/* The last cell, on as many lines as it needs; the lines after the first begin below it. */
static void print_last(const struct table *self,
                       const struct widths *widths,
                       const char *words,
                       struct buffer *out)
{
    int last = self->column_count - 1;
    int lead = (int)(widths->all - widths->columns[last]);
    struct buffer line;

    buffer_init(&line);
    for (bool first = true; first || *words != '\0'; first = false) {
        size_t length = line_length(words, widths->columns[last]);
        buffer_clear(&line);
        buffer_append(&line, words, length);
        if (!first) {
            buffer_format(out, "\n%*s", lead, "");
        }
        print_padded(out, line.bytes, widths->columns[last], self->columns[last].align, true);
        words += length;
        words += *words == ' ';
    }
    buffer_release(&line);
    buffer_trim(out);
    buffer_add(out, "\n");
}

static void
print_row(const struct table *self, const struct widths *widths, int64_t row, struct buffer *out)
{
    for (int c = 0; c + 1 < self->column_count; c++) {
        print_padded(out, table_at(self, row, c), widths->columns[c], self->columns[c].align,
                     false);
        buffer_add(out, " | ");
    }
    print_last(self, widths, table_at(self, row, self->column_count - 1), out);
}

void table_print(const struct table *self, struct buffer *out)
{
    struct widths widths = table_widths(self);
    int64_t lead = (widths.all - buffer_columns(self->title)) / 2;

    buffer_format(out, "%*s%s\n", (int)(lead > 0 ? lead : 0), "", self->title);
    if (self->note != NULL) {
        buffer_plain(out, self->note);
        buffer_add(out, "\n");
    }
    for (int c = 0; c < self->column_count; c++) {
        buffer_add(out, c > 0 ? " | " : "");
        print_padded(out, self->columns[c].name, widths.columns[c], self->columns[c].align,
                     c + 1 == self->column_count);
    }
    buffer_add(out, "\n");
    print_rule(self, &widths, out);
    for (int64_t row = 0; row < table_rows(self); row++) {
        if (table_ruled(self, row)) {
            print_rule(self, &widths, out);
        }
        print_row(self, &widths, row, out);
    }
    buffer_add(out, "\n");
}

/* ---- page ---- */

void table_html(const struct table *self, struct buffer *out)
{
    buffer_format(out, "<details%s><summary>", self->folded ? "" : " open");
    buffer_html(out, self->title);
    buffer_add(out, "</summary>\n");
    if (self->note != NULL) {
        buffer_add(out, "<p>");
        buffer_html(out, self->note);
        buffer_add(out, "</p>\n");
    }
    buffer_add(out, "<div class=\"wide\"><table><thead><tr>");
    for (int c = 0; c < self->column_count; c++) {
        buffer_format(out, "<th%s>", self->columns[c].align == ALIGN_RIGHT ? " class=\"n\"" : "");
        buffer_html(out, self->columns[c].name);
        buffer_add(out, "</th>");
    }
    buffer_add(out, "</tr></thead>\n<tbody>\n");
    for (int64_t row = 0; row < table_rows(self); row++) {
        buffer_add(out, table_ruled(self, row) ? "<tr class=\"rule\">" : "<tr>");
        for (int c = 0; c < self->column_count; c++) {
            buffer_add(out, self->columns[c].align == ALIGN_RIGHT ? "<td class=\"n\">" : "<td>");
            buffer_html(out, table_at(self, row, c));
            buffer_add(out, "</td>");
        }
        buffer_add(out, "</tr>\n");
    }
    buffer_add(out, "</tbody></table></div></details>\n");
}

/* ---- cells ---- */

/* A finite number with 0 to 14 decimals; what would fill a cell is written with an exponent. */
static void decimals_write(double value, int decimals, char out[CELL_BYTES])
{
    char wide[400]; /* the largest double has 309 digits */
    int places = decimals < 0 ? 0 : decimals > 14 ? 14 : decimals;

    if (fabs(value) >= 1e15) {
        (void)snprintf(out, CELL_BYTES, "%.6g", value);
    } else {
        (void)snprintf(wide, sizeof(wide), "%.*f", places, value);
        (void)snprintf(out, CELL_BYTES, "%.47s", wide);
    }
}

const char *cell_number(double value, int decimals, char out[CELL_BYTES])
{
    if (!isfinite(value)) {
        (void)snprintf(out, CELL_BYTES, "n/a");
    } else {
        /* No "-0.00". */
        double least = 0.5 * pow(10, -decimals);
        decimals_write(fabs(value) < least ? 0.0 : value, decimals, out);
    }
    return out;
}

const char *cell_percent(double ratio, int decimals, char out[CELL_BYTES])
{
    (void)cell_number(ratio * 100, decimals, out);
    if (isfinite(ratio)) {
        size_t length = strlen(out);
        (void)snprintf(out + length, CELL_BYTES - length, "%%");
    }
    return out;
}

const char *cell_price(double price, char out[CELL_BYTES])
{
    if (!isfinite(price)) {
        (void)snprintf(out, CELL_BYTES, "n/a");
        return out;
    }
    double magnitude = price > 0 ? floor(log10(price)) : 0;
    decimals_write(price, 6 - (int)magnitude, out);
    return out;
}

const char *cell_duration(int64_t us, char out[CELL_BYTES])
{
    int64_t seconds = us / US_PER_SECOND;
    int64_t days = seconds / 86400;
    int hours = (int)(seconds / 3600 % 24);
    int minutes = (int)(seconds / 60 % 60);

    if (days > 0) {
        (void)snprintf(out, CELL_BYTES, "%lld day%s, %d:%02d:%02d", (long long)days,
                       days == 1 ? "" : "s", hours, minutes, (int)(seconds % 60));
    } else {
        (void)snprintf(out, CELL_BYTES, "%d:%02d:%02d", hours, minutes, (int)(seconds % 60));
    }
    return out;
}

const char *cell_instant(int64_t us, char out[CELL_BYTES])
{
    char text[INSTANT_BYTES];

    if (us <= 0 || us == INSTANT_NEVER) {
        (void)snprintf(out, CELL_BYTES, "n/a");
        return out;
    }
    (void)instant_format(us, text);
    text[10] = ' ';
    (void)snprintf(out, CELL_BYTES, "%.19s", text);
    return out;
}

const char *cell_date(int64_t us, char out[CELL_BYTES])
{
    (void)cell_instant(us, out);
    out[us > 0 && us != INSTANT_NEVER ? 10 : 3] = '\0';
    return out;
}
