/* usage.h - what the programs share at their edges: what is said of an option that getopt_long refused (as it was written,
 * what is wrong, the nearest that there is), help, and whether all that was printed arrived.
 * Use      getopt_long with opterr = 0 and a short list that begins with ':'; after it answered ':' or '?'. */
#ifndef DATA_USAGE_H
#define DATA_USAGE_H

#include <getopt.h>

#include "data/error.h"

/* answer: ':' or '?'. Always false, with an error (exit 2). */
bool usage_refuse(struct error *error, const struct option *options, char **argv, int answer);
/* True when --help or -h stands anywhere in the words after the first. */
bool usage_asks_help(int argc, char **argv);
/* What a program says last: flushes standard output; when that, or a print before it, failed, says so on standard error and
 * answers exit 4 in the place of 0. Other codes come back as they are. */
int usage_finish(const char *program, int code);

#endif
