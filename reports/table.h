/* table.h - a table of words: built once, printed on a terminal or into a page.
 * Laws     cells come row by row, left to right; a row is full when it has all columns. Cells
 *          are raw text: each way out escapes for itself.   Ownership  table_release() frees
 *          what table_init() began. */
#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include "reports/buffer.h"

enum { TABLE_COLUMNS_MAX = 12 };
enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct table_column {
    const char *name; /* static text, or one that outlives the table */
    enum align align;
};

struct table {
    const char *title; /* static text */
    char *note;        /* a sentence below the title, or NULL */
    bool folded;       /* long: closed at first on a page, left out on a terminal */
    int column_count;
    struct table_column columns[TABLE_COLUMNS_MAX];
    int64_t cell_count, cell_capacity, rule_count, rule_capacity;
    char **cells;
    int64_t *rules; /* a line is drawn above each of these rows */
};

void table_init(struct table *self, const char *title);
void table_release(struct table *self);
void table_column(struct table *self, const char *name, enum align align);
void table_note(struct table *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
void table_cell(struct table *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line above the next row. */
void table_rule(struct table *self);
int64_t table_rows(const struct table *self);
/* The cell at a row and column, "" beyond the end. */
const char *table_at(const struct table *self, int64_t row, int column);

void table_print(const struct table *self, struct buffer *out);
void table_html(const struct table *self, struct buffer *out);

/* Numbers for cells, "n/a" for what is not finite. Each returns the buffer that it is given. */
enum { CELL_BYTES = 48 };
const char *cell_number(double value, int decimals, char out[CELL_BYTES]);
const char *cell_percent(double ratio, int decimals, char out[CELL_BYTES]); /* 0.0123 -> "1.23%" */
const char *cell_price(double price, char out[CELL_BYTES]);  /* 7 significant digits */
const char *cell_duration(int64_t us, char out[CELL_BYTES]); /* "1 day, 2:03:04" */
const char *cell_instant(int64_t us, char out[CELL_BYTES]);  /* "2021-01-01 02:15:14" */
const char *cell_date(int64_t us, char out[CELL_BYTES]);     /* "2021-01-01" */

#endif
