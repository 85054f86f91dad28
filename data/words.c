#include "data/words.h"

#include <string.h>

static size_t append(char *out, size_t size, size_t length, const char *word)
{
    size_t room = size - 1 - length;
    size_t wanted = strlen(word);
    size_t taken = wanted < room ? wanted : room;
    memcpy(out + length, word, taken);
    out[length + taken] = '\0';

    return length + taken;
}

void words_join(char *out, size_t size, const char *first, int argc, char *const *argv)
{
    size_t length = append(out, size, 0, first);
    for (int index = 0; index < argc; index++) {
        length = append(out, size, length, " ");
        length = append(out, size, length, argv[index]);
    }
}
