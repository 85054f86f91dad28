/* params.h - the parameters of one request: "a=1&b=2" of query and body, percent-decoded, or the members of a JSON object.
 * Laws     the query wins over the body where both have a name (PROTOCOLS A2). The order is kept; a name twice: the first.
 * Memory   one block a request, as long as the text.   Failure: false: too many, or a broken escape. */
#ifndef SIM_SERVE_BINANCE_PARAMS_H
#define SIM_SERVE_BINANCE_PARAMS_H

#include "data/text.h"

enum { PARAMS_MAX = 64 };

struct param {
    const char *name, *value;
};

struct params {
    int32_t count;
    struct param items[PARAMS_MAX];
    char *memory;
};

/* Needs params_release() either way. */
MUST_USE bool params_read(struct params *self, const char *query, const char *body);
/* The members of one JSON object: texts and numbers as they are written. */
MUST_USE bool params_read_object(struct params *self, struct slice object);
void params_release(struct params *self);
/* NULL: it was not sent. */
const char *params_get(const struct params *self, const char *name);

#endif
