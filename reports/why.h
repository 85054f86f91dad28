/* why.h - the whole story of one signal: what came in, how it was read, every check with value,
 * limit and outcome, size and leverage with what bound them, orders, fills, the life of the
 * position, the money.
 * Failure  an error: 2 when no signal bears the name, else of database.h. */
#ifndef REPORTS_WHY_H
#define REPORTS_WHY_H

#include "reports/buffer.h"
#include "reports/database.h"

enum why_key { WHY_ID, WHY_EXTERNAL, WHY_LINE };

struct why_request {
    enum why_key key;
    const char *value; /* as typed */
    bool json;
};

/* Several signals may bear one external id: each story is told. */
MUST_USE bool why_tell(const struct database *database,
                       const struct why_request *request,
                       struct buffer *out,
                       struct error *error);

#endif
