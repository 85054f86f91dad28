/* why_parts.h - the chapters of one signal's story, shared by the files why*.c.
 * Failure  false and an error of database.h. */
#ifndef REPORTS_WHY_PARTS_H
#define REPORTS_WHY_PARTS_H

#include "reports/query.h"

/* Statements on one signal, ?1. */
extern const char why_assessments_sql[], why_orders_sql[], why_fills_sql[], why_positions_sql[],
    why_postings_sql[];

/* A line "label value" of an integer column of a scale; nothing when it is NULL or 0. */
void tell_decimal(struct buffer *out,
                  const struct query *row,
                  const char *column,
                  unsigned scale,
                  const char *label);

/* ---- why_decision.c: what came in, the account then, the decision with its checks ---- */
void tell_signal(struct buffer *out, const struct query *signal);
MUST_USE bool tell_account(const struct database *database,
                           int64_t time_us,
                           struct buffer *out,
                           struct error *error);
MUST_USE bool tell_assessments(const struct database *database,
                               int64_t signal,
                               struct buffer *out,
                               struct error *error);

/* ---- why_trade.c: orders, fills, positions, money ---- */
MUST_USE bool tell_orders(const struct database *database,
                          int64_t signal,
                          struct buffer *out,
                          struct error *error);
MUST_USE bool tell_fills(const struct database *database,
                         int64_t signal,
                         struct buffer *out,
                         struct error *error);
MUST_USE bool tell_positions(const struct database *database,
                             int64_t signal,
                             struct buffer *out,
                             struct error *error);
MUST_USE bool tell_postings(const struct database *database,
                            int64_t signal,
                            struct buffer *out,
                            struct error *error);

#endif
