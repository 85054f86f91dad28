/* oracle.h - published expected numbers of other projects, case by case, against the functions
 * that a run uses. A file is {cases: [{id, inputs, expected}], fixed_inputs, class}; its place is
 * CERBERUS_DATA/oracles/<name>.json.
 * Laws     every case ends in exactly one answer and is counted; a number of the files becomes an
 *          integer by its decimal text, never by multiplying a double (DESIGN 7). A failing case
 *          prints its id and both numbers.
 * Failure  a file that cannot be read or lacks a field fails the test by name. */
#ifndef TESTS_ORACLES_ORACLE_H
#define TESTS_ORACLES_ORACLE_H

#include <jansson.h>

#include "core/base.h"

enum oracle_answer { ORACLE_PASSED, ORACLE_FAILED, ORACLE_NOT_OFFERED, ORACLE_NEXT_ISSUE };
enum { ORACLE_ANSWERS = 4 };

struct oracle {
    const char *name;                /* "freqtrade/pnl_calc_profit" */
    const json_t *file;              /* the whole document */
    const json_t *inputs, *expected; /* of the case at hand */
    const json_t *item;              /* the case at hand */
    const char *reason;              /* why a case is not offered, static text */
    const char *reasons[8];          /* the distinct reasons of the file */
    int32_t reason_cases[8];
    int32_t cases[ORACLE_ANSWERS];
};

/* Judges one case. */
typedef enum oracle_answer (*oracle_judge)(struct oracle *self);

/* Runs every case of one file through its judge and prints its line. False: the file could not be
 * read. */
bool oracle_run(struct oracle *self, const char *folder, const char *name, oracle_judge judge);
/* Notes the reason; for `return oracle_not_offered(self, "...")`. */
enum oracle_answer oracle_not_offered(struct oracle *self, const char *reason);

/* Exact integer of a number or a decimal text at a scale; fails the test when it is neither or too
 * fine. */
int64_t oracle_scaled(const json_t *value, unsigned scale);
int64_t oracle_input(const struct oracle *self, const char *key, unsigned scale);
int64_t oracle_fixed(const struct oracle *self, const char *key, unsigned scale);
const char *oracle_text(const struct oracle *self,
                        const char *key); /* "" where it is null or absent */
bool oracle_flag(const struct oracle *self, const char *key);
/* Number as double; "nan" and "inf" as texts; null is NaN. */
double oracle_double(const json_t *value);
double oracle_expected(const struct oracle *self, const char *key);

/* PASSED when both are undefined, or within relative or absolute tolerance; prints what differs. */
enum oracle_answer oracle_close(const struct oracle *self,
                                const char *what,
                                double actual,
                                double expected,
                                double relative,
                                double absolute);
/* The worse of two answers: FAILED wins. */
enum oracle_answer oracle_both(enum oracle_answer first, enum oracle_answer second);

/* The judges, by theme. */
enum oracle_answer oracle_liquidation(struct oracle *self);
enum oracle_answer oracle_tier(struct oracle *self);
enum oracle_answer oracle_funding_single(struct oracle *self);
enum oracle_answer oracle_funding_period(struct oracle *self);
enum oracle_answer oracle_nautilus(struct oracle *self);
enum oracle_answer oracle_lean_binance(struct oracle *self);
enum oracle_answer oracle_lean_bybit(struct oracle *self);
enum oracle_answer oracle_open_value(struct oracle *self);
enum oracle_answer oracle_close_value(struct oracle *self);
enum oracle_answer oracle_open_close(struct oracle *self);
enum oracle_answer oracle_profit(struct oracle *self);
enum oracle_answer oracle_amount(struct oracle *self);
enum oracle_answer oracle_contracts(struct oracle *self);
enum oracle_answer oracle_price(struct oracle *self);
enum oracle_answer oracle_empyrical(struct oracle *self);
enum oracle_answer oracle_backtrader(struct oracle *self);

#endif
