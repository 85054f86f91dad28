/* json_text.h - strict JSON (RFC 8259) walked in its own text: members and elements as slices, so that a number
 * is cut from the text and never passes through a floating type.
 * Laws     what is walked to its end was valid: syntax, UTF-8, no control byte in a string, nesting at most
 *          JSON_TEXT_DEPTH. Duplicate keys are the caller's to refuse.
 * Memory   no heap, no recursion.
 * Cost     about 1 ns a byte. */
#ifndef DATA_JSON_TEXT_H
#define DATA_JSON_TEXT_H

#include "data/text.h"

enum { JSON_TEXT_DEPTH = 64 };

/* One object or array being walked. */
struct json_walk {
    const char *at, *end;
    char close; /* the bracket that ends it */
    bool first, failed, closed;
};

/* True when text is one whole JSON value, with nothing behind it but blanks. */
bool json_text_valid(struct slice text);
/* Starts at an object ('{') or array ('['), as said by open. False: text is something else. */
bool json_walk_open(struct json_walk *self, struct slice text, char open);
/* The next member or element; key (raw, without its quotes) is empty in an array and may be NULL.
 * False at the end and at an error: json_walk_ended() tells which. */
bool json_walk_next(struct json_walk *self, struct slice *key, struct slice *value);
/* True when the walk reached its closing bracket and only blanks follow. */
bool json_walk_ended(const struct json_walk *self);

/* Inside of a string value ("..."), its escapes resolved into out (closed). False: no string, too
 * long, a lone surrogate, or an escaped zero byte. */
bool json_text_string(struct slice value, char *out, size_t capacity, size_t *length);
/* The digits of a number, or of a string that holds them ("12.5"); false for any other value. */
bool json_text_number(struct slice value, struct slice *out);

#endif
