/* report_fixture.h - databases of runs for the tests of the reports: made by the store itself, filled
 * with rows as SQL text, so that each test shows the rows that it reads.
 * Vector A   the golden vector of FIELD 11 as a run: balance 1000, ten trades, 2025-01-01 to 01-15.
 * Ownership  one folder a process; fixture_remove() takes it away. Failure: the test fails. */
#ifndef TESTS_SUPPORT_REPORT_FIXTURE_H
#define TESTS_SUPPORT_REPORT_FIXTURE_H

#include "core/base.h"

enum { FIXTURE_PATH_BYTES = 512 };

/* 2025-01-01T00:00:00Z, a day and an hour. */
#define FIXTURE_START_US 1735689600000000LL
#define FIXTURE_DAY_US   86400000000LL

/* An empty run of the given status; facts: JSON. path gets its place. */
void fixture_empty(const char *name,
                   const char *status,
                   const char *facts,
                   char path[FIXTURE_PATH_BYTES]);
void fixture_sql(const char *path, const char *sql);
/* The whole of vector A, with its signals, assessments, orders, fills, postings and equity rows. */
void fixture_vector_a(const char *name, char path[FIXTURE_PATH_BYTES]);
/* A path in the folder. */
void fixture_path(const char *name, char path[FIXTURE_PATH_BYTES]);
/* The whole file, closed with a zero byte; the caller frees. NULL: it is not there. */
char *fixture_read(const char *path);
int fixture_remove(void **state);

#endif
