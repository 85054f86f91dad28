/* cerberus-sim inspect: what is in a tape, what is missing, what is out of order. */
#include "sim/inspect.h"

#include <getopt.h>
#include <string.h>
#include <sys/stat.h>

#include "data/usage.h"
#include "sim/commands.h"

static const char HELP[] =
    "usage: cerberus-sim inspect FILE.tape [--json]\n"
    "\n"
    "Reads the whole tape and says what is in it: streams, times, counts, decimals; what is "
    "missing "
    "(bars, ids of trades, the\n"
    "chain of a book's update ids, the longest silence); what is out of order; how far the "
    "receiver's clock is from the\n"
    "exchange's; the digest. A damaged tape is told up to the damage: exit 3.\n"
    "\n"
    "  --json                the same as one JSON object\n";

struct words {
    const char *path;
    bool json;
};

static bool words_parse(struct words *self, int argc, char **argv, struct error *error)
{
    enum { OPTION_JSON = 1000 };
    static const struct option options[] = {{"json", no_argument, NULL, OPTION_JSON},
                                            {NULL, 0, NULL, 0}};
    *self = (struct words){0};
    opterr = 0;
    optind = 1;
    for (int answer = getopt_long(argc, argv, ":", options, NULL); answer != -1;
         answer = getopt_long(argc, argv, ":", options, NULL)) {
        if (answer != OPTION_JSON) {
            return usage_refuse(error, options, argv, answer);
        }
        self->json = true;
    }
    if (optind == argc) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "the tape is missing: cerberus-sim inspect FILE.tape");
    }
    if (optind + 1 < argc) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "unexpected argument %s: inspect takes one tape, see --help",
                         argv[optind + 1]);
    }
    self->path = argv[optind];
    return true;
}

/* True when all of the tape was read and is what its end block says. */
static bool gather(struct inspection *self, struct error *error)
{
    uint64_t stored = 0;
    if (!tape_facts_gather(&self->facts, self->tape, error)) {
        return false;
    }
    if (!tape_complete(self->tape)) {
        return true;
    }
    self->digest_stored = tape_digest(self->tape, &stored, error) && stored == self->facts.digest;
    return self->digest_stored ||
           error_set(error, EXIT_CODE_DATA, self->path, 0,
                     "the digest of the tape is not that of its records: import the original files "
                     "again");
}

static void inspect(const struct words *words, struct error *error)
{
    CHECK(words->path != NULL);

    struct stat facts = {0};
    struct inspection self = {.path = words->path, .damage = error};
    self.tape = tape_open(words->path, error);
    if (self.tape == NULL) {
        return;
    }
    self.bytes = stat(words->path, &facts) == 0 ? facts.st_size : 0;
    if (gather(&self, error) || error->code == EXIT_CODE_DATA) {
        if (words->json) {
            inspect_json(&self, stdout);
        } else {
            inspect_print(&self, stdout);
        }
    }
    tape_facts_release(&self.facts);
    tape_close(self.tape);
}

int command_inspect(int argc, char **argv)
{
    struct words words;
    struct error error;
    if (usage_asks_help(argc, argv)) {
        (void)fputs(HELP, stdout);
        return EXIT_CODE_DONE;
    }
    error_init(&error);
    if (words_parse(&words, argc, argv, &error)) {
        inspect(&words, &error);
    }
    if (error.code != EXIT_CODE_DONE) {
        (void)fflush(stdout);
        error_print(&error, "cerberus-sim", stderr);
    }
    return (int)error.code;
}
