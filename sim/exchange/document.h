/* document.h - a small JSON file beside the command line (latencies, incidents), read whole and strictly.
 * Laws     every fault is told as file:line: what is wrong: what to do; the first one wins. Values are slices of the text,
 *          so that each has its line.
 * Failure  false and the error, exit 2: the file is part of the call. Memory: the caller frees the text. */
#ifndef SIM_EXCHANGE_DOCUMENT_H
#define SIM_EXCHANGE_DOCUMENT_H

#include "data/error.h"
#include "data/json_text.h"

enum { DOCUMENT_QUOTE_BYTES = 48 };

struct document {
    struct slice text;
    const char *name;
    struct error *error;
    char quote[DOCUMENT_QUOTE_BYTES];
};

/* The whole file; NULL: error. document_free() takes NULL. */
char *document_read(const char *path, size_t *length, struct error *error);
void document_free(char *text);
/* The text is one JSON value. */
bool document_valid(const struct document *self);
/* Always false, with the line on which place begins. */
bool document_refuse(struct document *self, struct slice place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A piece of the text fit to be shown, in quotes; good until the next call. */
const char *document_quote(struct document *self, struct slice place);
bool document_is(struct slice key, const char *word);
/* A whole number within its bounds; a string of digits is one too. */
MUST_USE bool document_integer(struct slice value, int64_t minimum, int64_t maximum, int64_t *out);

#endif
