/* scenario.h - one text scenario: events in, actions out, as a trader writes them down (the words: scenario.c).
 * A script is read whole, run through the mock exchange and the core (books compared after every event), and printed again
 * with what happened under the line that let it happen. */
#ifndef TESTS_SUPPORT_SCENARIO_H
#define TESTS_SUPPORT_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCRIPT_DAY_ONE 1700006400000000LL /* day 1: Wednesday 2023-11-15 00:00:00 UTC */

enum { SCRIPT_LINES_MAX = 2000, SCRIPT_LINE_BYTES = 200 };

struct script_line {
    char text[SCRIPT_LINE_BYTES];
    int64_t time_us; /* of an event; INT64_MIN: none */
};

struct script {
    int32_t count;    /* lines as written, without the expectations */
    int32_t outcomes; /* what the core did, in order */
    struct script_line lines[SCRIPT_LINES_MAX];
    struct script_line results[SCRIPT_LINES_MAX];
};

/* False: the file is not there or too long. */
bool script_read(struct script *self, const char *path);
/* NULL: it ran; else what was wrong, in a static buffer. */
const char *script_run(struct script *self);
/* The script with its outcomes, as it should stand in the file; out is closed. */
void script_print(const struct script *self, char *out, size_t size);

/* Adds as much of a text as fits behind length; answers the new length. */
size_t script_add(char *out, size_t size, size_t length, const char *text);

/* ---- scenario_words.c ---- */
struct action;
struct instruments;
/* One record in words; false: it is not told. */
bool script_tell(const struct instruments *instruments,
                 const struct action *action,
                 char *out,
                 size_t size);
/* "12.5": a scaled integer without closing zeros, in one of a few buffers that take turns. */
const char *script_decimal(int64_t value, unsigned scale);

#endif
