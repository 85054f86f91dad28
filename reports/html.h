/* html.h - the run as one page: inline style, pictures inside as data, no script, no link to the
 * world; opens from disk.
 * Laws     every word from the database is escaped.   Failure  an error (4) when the page cannot
 *          be written. */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include "reports/plots.h"
#include "reports/summary.h"

/* Pictures are read from folder; one that is not there is said in words. plots may be NULL: no
 * pictures. */
MUST_USE bool html_write(const struct summary *summary,
                         const struct summary_input *input,
                         const struct plots *plots,
                         const char *folder,
                         struct error *error);

#endif
