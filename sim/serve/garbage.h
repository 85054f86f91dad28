/* garbage.h - FAULT_GARBAGE: an answer turned into what broken gateways send (RISK F31). */
#ifndef SIM_SERVE_GARBAGE_H
#define SIM_SERVE_GARBAGE_H

#include "sim/serve/server.h"

enum {
    GARBAGE_CUT,    /* half of it */
    GARBAGE_PAGE,   /* a page of HTML with status 200 */
    GARBAGE_NAN,    /* every number is NaN */
    GARBAGE_HUGE,   /* every number is 1e999 */
    GARBAGE_TWICE,  /* the object's first key twice, with another value */
    GARBAGE_NESTED, /* 100,000 brackets deep */
    GARBAGE_BYTES,  /* bytes that are no UTF-8 */
    GARBAGE_KINDS
};

/* kind: below GARBAGE_KINDS. */
void garbage_make(struct server_answer *answer, int64_t kind);

#endif
