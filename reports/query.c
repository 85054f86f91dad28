#include "reports/query.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

bool query_open(struct query *self,
                const struct database *database,
                const char *sql,
                struct error *error)
{
    *self =
        (struct query){.database = database, .statement = database_prepare(database, sql, error)};
    return self->statement != NULL;
}

void query_bind(struct query *self, int place, int64_t value)
{
    CHECK(sqlite3_bind_int64(self->statement, place, value) == SQLITE_OK);
}

void query_bind_text(struct query *self, int place, const char *value)
{
    CHECK(sqlite3_bind_text(self->statement, place, value, -1, SQLITE_TRANSIENT) == SQLITE_OK);
}

bool query_next(struct query *self)
{
    return sqlite3_step(self->statement) == SQLITE_ROW;
}

bool query_close(struct query *self, struct error *error)
{
    int code = sqlite3_finalize(self->statement);

    self->statement = NULL;
    return code == SQLITE_OK ||
           error_set(error, EXIT_CODE_OPERATING, self->database->path, 0,
                     "cannot be read (%s): try again", sqlite3_errmsg(self->database->connection));
}

int query_column(const struct query *self, const char *name)
{
    int count = sqlite3_column_count(self->statement);

    for (int column = 0; column < count; column++) {
        if (strcmp(sqlite3_column_name(self->statement, column), name) == 0) {
            return column;
        }
    }
    return -1;
}

const char *query_text(const struct query *self, const char *name)
{
    int column = query_column(self, name);
    const char *text =
        column < 0 ? NULL : (const char *)sqlite3_column_text(self->statement, column);

    return text == NULL ? "" : text;
}

int64_t query_integer(const struct query *self, const char *name)
{
    int column = query_column(self, name);

    return column < 0 ? 0 : sqlite3_column_int64(self->statement, column);
}

bool query_null(const struct query *self, const char *name)
{
    int column = query_column(self, name);

    return column < 0 || sqlite3_column_type(self->statement, column) == SQLITE_NULL;
}

const char *query_decimal(const struct query *self, const char *name, unsigned scale, char out[64])
{
    char text[DECIMAL_BYTES];

    if (query_null(self, name)) {
        (void)snprintf(out, 64, "none");
        return out;
    }
    (void)decimal_format(query_integer(self, name), scale, text);
    (void)snprintf(out, 64, "%s", text);
    return out;
}

const char *query_instant(const struct query *self, const char *name, char out[64])
{
    char text[INSTANT_BYTES];

    if (query_null(self, name) || query_integer(self, name) <= 0) {
        (void)snprintf(out, 64, "never");
        return out;
    }
    (void)instant_format(query_integer(self, name), text);
    text[10] = ' ';
    (void)snprintf(out, 64, "%.23s", text);
    return out;
}

static void json_value(const struct query *self, int column, bool raw, struct buffer *out)
{
    const char *text = (const char *)sqlite3_column_text(self->statement, column);

    switch (sqlite3_column_type(self->statement, column)) {
    case SQLITE_NULL: buffer_add(out, "null"); break;
    case SQLITE_INTEGER: buffer_add(out, text); break;
    case SQLITE_FLOAT:
        buffer_format(out, "%.17g", sqlite3_column_double(self->statement, column));
        break;
    default:
        if (raw) {
            buffer_add(out, text);
        } else {
            buffer_json(out, text);
        }
        break;
    }
}

void query_json(const struct query *self, const char *const *raw, struct buffer *out)
{
    int count = sqlite3_column_count(self->statement);

    buffer_add(out, "{");
    for (int column = 0; column < count; column++) {
        const char *name = sqlite3_column_name(self->statement, column);
        bool is_raw = false;
        for (const char *const *at = raw; *at != NULL; at++) {
            is_raw = is_raw || strcmp(*at, name) == 0;
        }
        buffer_add(out, column > 0 ? ", " : "");
        buffer_json(out, name);
        buffer_add(out, ": ");
        json_value(self, column, is_raw, out);
    }
    buffer_add(out, "}");
}
