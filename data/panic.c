/* panic.c - the end of a program that found its own bug: says where, leaves a core, loses nothing durable. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base.h"

_Noreturn void core_panic(const char *file, int line, const char *what)
{
    (void)fprintf(stderr,
                  "%s:%d: broken invariant: %s: this is a bug of Cerberus, please report it\n",
                  file, line, what);
    abort();
}
