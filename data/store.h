/* store.h - the one SQLite database of a run: schema, writer of records, opening rules.
 * Laws     exactly one read-write connection a file (RISK 8.1); WAL; STRICT tables; foreign keys on. A bulk run writes in
 *          large transactions and builds the indexes at the end; killed at any moment the file says runs.status='running' or
 *          is complete. Refused by name: a file of another program (application_id), a newer user_version, a used file
 *          without --force, a file that another process writes.
 * Place    a bulk run is written beside its place (PATH-new) and moves there when it is whole; until then the file in its
 *          place says 'running', is held against other runs and has no rows. A step-by-step run is in its place at once.
 * Failure  open and close say so with an error (exit 4, or 2 for a refused file); a failing record is kept as the store's
 *          first error and reported by store_close(): records are many, checks are few. */
#ifndef DATA_STORE_H
#define DATA_STORE_H

#include "core/action.h"
#include "core/instruments.h"
#include "core/ports.h"
#include "core/strategies.h"
#include "data/error.h"

enum { STORE_APPLICATION_ID = 0x43524252 /* "CRBR" */, STORE_VERSION = 2 };

struct store; /* opaque: owns the connection */

struct store_run {
    const char *mode;    /* backtest, paper, live, replay, whatif */
    const char *command; /* the command line */
    const char *config;  /* JSON of every setting in force */
    const char *venue;   /* word of orders.venue and fills.venue: "mock" */
    const char *build;   /* version */
    const char *
        facts; /* JSON: what the report prints of data, fidelity, n/a, assumptions, defaults used */
    uint64_t config_hash, data_hash;
    int64_t seed;
    int64_t started_at_us, ended_at_us; /* wall clock; outside digests */
};

/* The wall clock, for the run's own row alone: it decides nothing. */
int64_t store_wall_us(void);
/* Whether a run may begin there, asked ahead; false and an error that says why not. Nothing changes. */
MUST_USE bool store_free(const char *path, bool force, struct error *error);
/* force: replace an existing Cerberus database. bulk: a simulated run; else each step commits by itself. */
struct store *store_open(const char *path,
                         bool force,
                         bool bulk,
                         const struct instruments *instruments,
                         struct error *error);
/* Begins the run: row in `runs` with status running, committed. */
MUST_USE bool store_begin(struct store *self, const struct store_run *run, struct error *error);
/* Names of the sources by index (positions.source), borrowed for life. */
void store_strategies(struct store *self, const struct strategies *strategies);
/* The raw metadata JSON of the signal that is recorded next (column `data`); borrowed until that record; NULL: none. */
void store_metadata(struct store *self, const char *json);
struct store_port store_port(struct store *self);
void store_defects(struct store *self, const struct defects *defects);
/* End of one step, for stores that are not bulk: commits. */
MUST_USE bool store_commit(struct store *self, struct error *error);
/* The facts as the end of the run knows them; borrowed until store_end, which writes them. */
void store_facts(struct store *self, const char *json);
/* Ends the run: last rows, indexes, digest, status; one transaction at the very end sets the status. */
MUST_USE bool store_end(struct store *self,
                        const char *status,
                        int64_t events,
                        const char *digest,
                        int64_t ended_at_us,
                        struct error *error);
/* Closes; after a failure it removes nothing: the file says 'running'. NULL is fine. */
void store_close(struct store *self);
/* True and the first failure of a record, if there was one. */
bool store_failed(const struct store *self, struct error *error);

#endif
