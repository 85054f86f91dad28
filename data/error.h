/* error.h - the lane of the failing world: one error with place and remedy, exit codes, and a list of defects found in data.
 * Message  "file:line: what is wrong: what to do" (DESIGN 7).  The first error set wins; later ones are ignored.
 * Defects  a record of each thing in the input that was not as it should be and was survived (a bad row, a gap, a
 *          duplicate): never dropped without one. Bounded: identical (code, file) beyond DEFECTS_MAX_EACH are counted in
 *          the last of their kind. */
#ifndef DATA_ERROR_H
#define DATA_ERROR_H

#include <stdarg.h>
#include <stdio.h>

#include "core/base.h"
#include "core/types.h"

/* DESIGN 7: the exit codes of every program. */
enum exit_code {
    EXIT_CODE_DONE = 0,
    EXIT_CODE_CHECK = 1,
    EXIT_CODE_USAGE = 2,
    EXIT_CODE_DATA = 3,
    EXIT_CODE_OPERATING = 4,
    EXIT_CODE_LATCHED = 5,
    EXIT_CODE_AGAIN = 75
};

enum { ERROR_PATH_BYTES = 512, ERROR_TEXT_BYTES = 768 };

struct error {
    enum exit_code code; /* EXIT_CODE_DONE: no error */
    int64_t line;        /* 0: none */
    char file[ERROR_PATH_BYTES];
    char text[ERROR_TEXT_BYTES]; /* "what is wrong: what to do" */
};

void error_init(struct error *self);
/* Always returns false, so that `return error_set(...)` reads well. file may be NULL. */
bool error_set(struct error *self,
               enum exit_code code,
               const char *file,
               int64_t line,
               const char *format,
               ...) __attribute__((format(printf, 5, 6)));
/* One line on the stream, with "program: " in front; a control byte in the text is shown as \xNN. */
void error_print(const struct error *self, const char *program, FILE *stream);

enum { DEFECT_CODE_BYTES = 32, DEFECTS_MAX_EACH = 1000 };

struct defect {
    enum category category;
    enum severity severity;
    char code[DEFECT_CODE_BYTES]; /* "bad-row", "gap", "duplicate-bar", ... */
    char *message;
    char *file;   /* as given on the command line or in the manifest */
    int64_t line; /* 0: none */
    int64_t count;
    int64_t ordinal; /* private: 1, 2, ... among the records of this code and file */
};

struct defects {
    struct defect *items;
    int64_t count, capacity;
};

void defects_init(struct defects *self);
void defects_release(struct defects *self);
/* Out of memory is a panic: a record may not be lost. */
void defects_add(struct defects *self,
                 const char *code,
                 enum severity severity,
                 const char *file,
                 int64_t line,
                 const char *format,
                 ...) __attribute__((format(printf, 6, 7)));
/* How many of this code, counts included. */
int64_t defects_total(const struct defects *self, const char *code);

#endif
