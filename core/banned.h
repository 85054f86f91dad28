/* banned.h - force-included into every source of the core (-include core/banned.h): what the core may not
 * even name. Both compilers refuse a poisoned word, in code and in headers alike. STYLE 7. */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

/* The five headers the core may include, read before the words that they themselves contain are poisoned. */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma GCC poison float double
#pragma GCC poison malloc calloc realloc free alloca
#pragma GCC poison printf fprintf snprintf sprintf vsnprintf puts fputs
#pragma GCC poison fopen fread fwrite fclose
#pragma GCC poison time clock clock_gettime gettimeofday localtime gmtime strftime
#pragma GCC poison rand random srand getenv setenv setlocale exit abort
#pragma GCC poison strcpy strcat strncpy strncat strtok strtol strtod atoi atof qsort

#endif
