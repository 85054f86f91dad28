/* wire_text.h - the head of an HTTP/1.1 request, split where it stands (RFC 9112): nothing is decoded, joined or trimmed but the
 * blanks around a field's value, since venues sign the very bytes of query and body.
 * Laws     refused with a status: a head above WIRE_HEAD_BYTES (431) or of more than WIRE_FIELDS (431), a target above
 *          WIRE_TARGET_BYTES (414), another version (505), a zero byte, a folded field, a body in chunks (501), two lengths or
 *          one that is no number (400), a body above the caller's limit (413).
 * Method   any token; the dialect refuses what it does not know.
 * Memory   the head is copied into the struct and split there; the body stays with the caller. */
#ifndef SIM_SERVE_WIRE_TEXT_H
#define SIM_SERVE_WIRE_TEXT_H

#include "core/base.h"

enum { WIRE_HEAD_BYTES = 32768, WIRE_TARGET_BYTES = 16384, WIRE_FIELDS = 100 };

struct wire_field {
    const char *name, *value; /* the name in lower case */
};

struct wire_request {
    const char *method, *path, *query; /* query: behind the first '?', "" without one */
    struct wire_field fields[WIRE_FIELDS];
    int32_t field_count;
    size_t head_length, body_length;
    bool keep, upgrade,
        expects; /* connection stays; asks for a WebSocket; waits for "100 Continue" */
    char head[WIRE_HEAD_BYTES + 1];
};

/* 0: there is more to come; 200: the head is whole and split; else the status to refuse it with. */
int32_t
wire_request_read(struct wire_request *self, const char *bytes, size_t length, size_t body_limit);
/* By lower-case name; NULL: none. The first wins. */
const char *wire_request_field(const struct wire_request *self, const char *name);
/* Is the word among a value's words between commas, whatever its case? */
bool wire_words_hold(const char *value, const char *word);
const char *wire_status_text(int32_t status);

#endif
