/* buffer.h - text that grows: printf into it, escape into it, write it to a file whole.
 * Laws     what comes from a database is data: it enters HTML, SVG, gnuplot, CSV and JSON only
 *          by the function that escapes for it. Control bytes become '?' everywhere but in JSON,
 *          which has its own escapes.
 * Ownership  buffer_init() makes it usable, buffer_release() frees it.   Failure  out of memory
 *            is a panic; buffer_save() says so. */
#ifndef REPORTS_BUFFER_H
#define REPORTS_BUFFER_H

#include "core/base.h"
#include "data/error.h"

struct buffer {
    char *bytes; /* closed with a zero byte */
    size_t length, capacity;
};

void buffer_init(struct buffer *self);
void buffer_release(struct buffer *self);
void buffer_clear(struct buffer *self);
void buffer_append(struct buffer *self, const char *bytes, size_t length);
void buffer_add(struct buffer *self, const char *words);
/* True and the bytes gone when the text ends with them. */
bool buffer_cut(struct buffer *self, const char *end);
/* Drops the blanks at the end. */
void buffer_trim(struct buffer *self);
void buffer_format(struct buffer *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void buffer_html(struct buffer *self, const char *raw); /* & < > " ' escaped */
void buffer_gnuplot(struct buffer *self,
                    const char *raw); /* a whole single-quoted string, quotes doubled */
void buffer_csv(struct buffer *self,
                const char *raw); /* quoted where it must be; a formula sign is disarmed */
void buffer_json(struct buffer *self, const char *raw); /* a whole double-quoted string */
void buffer_plain(struct buffer *self,
                  const char *raw); /* for a terminal: control bytes become '?' */
void buffer_base64(struct buffer *self, const void *bytes, size_t length);

/* Writes the file whole; false and an error (exit 4). */
MUST_USE bool buffer_save(const struct buffer *self, const char *path, struct error *error);
/* Appends the whole file; false when it cannot be read. */
MUST_USE bool buffer_load(struct buffer *self, const char *path);

/* How many columns the UTF-8 text takes on a terminal (one a code point). */
int64_t buffer_columns(const char *words);

#endif
