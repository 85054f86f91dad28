/* words.h - a command line as one text, for `runs.command`: words joined by blanks, cut at the end of the buffer. */
#ifndef DATA_WORDS_H
#define DATA_WORDS_H

#include <stddef.h>

/* first, then argv[0..argc). */
void words_join(char *out, size_t size, const char *first, int argc, char *const *argv);

#endif
