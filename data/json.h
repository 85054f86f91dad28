/* json.h - JSON documents by jansson, and the exact way from a JSON value to a scaled integer.
 * Laws     a JSON real becomes an integer only by printing it with %.15g and parsing that text as a
 *          decimal (DESIGN 7): exact up to 15 significant digits; longer numbers must be strings.
 *          Strings are preferred; a string holds a plain decimal. Duplicate keys are refused.
 * Failure  NULL and an error with file:line and the column; or a decimal_status. */
#ifndef DATA_JSON_H
#define DATA_JSON_H

#include <jansson.h>

#include "core/fixed.h"
#include "data/error.h"
#include "data/text.h"

/* One whole document. first_line: line of the file on which the text begins (1, or that of an
 * NDJSON line); code: what a fault in it means to the caller. The caller owns the answer
 * (json_decref). */
MUST_USE json_t *json_document(struct slice text,
                               const char *file,
                               int64_t first_line,
                               enum exit_code code,
                               struct error *error);

/* Blanks what stands behind "//" outside strings, in place, so that line numbers stay true. */
void json_comments_blank(char *text, size_t length);

/* Number or decimal string, times 10^scale. DECIMAL_EMPTY: the value is NULL, null or "";
 * DECIMAL_SYNTAX: it is of another type. */
enum decimal_status json_decimal(const json_t *value, unsigned scale, int64_t *out);

/* Writes text as a JSON string with its quotes. Control bytes are escaped; a byte that is not UTF-8
 * is written as the character of its number (\u0080..\u00ff), so that nothing is lost. */
void json_string_write(struct slice text, FILE *stream);
/* The same into memory that the caller frees, closed. No memory is a panic. */
char *json_string_new(struct slice text);

#endif
