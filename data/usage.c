#include "data/usage.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "data/text.h"

enum { NAME_BYTES = 64, DISTANCE_MAX = 3 };

/* The name of an option as it was written: without dashes and value. */
static void name_of(const char *word, char out[NAME_BYTES])
{
    word += strspn(word, "-");
    size_t length = strcspn(word, "=");
    length = length < NAME_BYTES ? length : NAME_BYTES - 1;
    memcpy(out, word, length);
    out[length] = '\0';
}

/* NULL: nothing is near enough to be meant. */
static const char *nearest(const struct option *options, const char *name)
{
    const char *found = NULL;
    int best = DISTANCE_MAX + 1;
    for (; options->name != NULL; options++) {
        int distance = text_distance(options->name, name);
        if (distance < best) {
            best = distance;
            found = options->name;
        }
    }
    return found;
}

static bool refuse_unknown(struct error *error, const struct option *options, const char *word)
{
    char name[NAME_BYTES];
    name_of(word, name);
    const char *meant = nearest(options, name);
    if (meant == NULL) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "option %s is not known: see --help",
                         word);
    }
    return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                     "option %s is not known: did you mean --%s? see --help", word, meant);
}

bool usage_refuse(struct error *error, const struct option *options, char **argv, int answer)
{
    const char *word = argv[optind - 1];
    if (answer == ':') {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "option %s needs a value: see --help",
                         word);
    }
    /* Of a long option that may have none getopt tells which it is, of a short one its letter. */
    if (optopt > 0 && optopt <= UCHAR_MAX) {
        const char letter[] = {'-', (char)optopt, '\0'};
        return refuse_unknown(error, options, letter);
    }
    if (optopt != 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "option %s takes no value: leave it out",
                         word);
    }
    return refuse_unknown(error, options, word);
}

bool usage_asks_help(int argc, char **argv)
{
    for (int index = 1; index < argc; index++) {
        if (strcmp(argv[index], "--help") == 0 || strcmp(argv[index], "-h") == 0) {
            return true;
        }
    }
    return false;
}

int usage_finish(const char *program, int code)
{
    errno = 0;
    bool arrived = fflush(stdout) == 0 && ferror(stdout) == 0;
    if (arrived || code != EXIT_CODE_DONE) {
        return code;
    }
    struct error error;
    error_init(&error);
    (void)error_set(&error, EXIT_CODE_OPERATING, NULL, 0,
                    "standard output cannot be written (%s): give it room, or another place",
                    errno != 0 ? strerror(errno) : "an earlier write failed");
    error_print(&error, program, stderr);
    return EXIT_CODE_OPERATING;
}
