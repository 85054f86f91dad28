/* cerberus-sim export: the streams of a tape as CSV files that an import reads back. */
#include <getopt.h>
#include <string.h>

#include "data/usage.h"
#include "sim/commands.h"
#include "sim/outputs.h"

static const char HELP[] =
    "usage: cerberus-sim export FILE.tape --out DIR [--symbol SYMBOL] [--kind KIND] [--force]\n"
    "\n"
    "Writes one CSV file a stream, in the order of the tape, with the numbers as they were "
    "written; "
    "an import reads them back.\n"
    "data/TAPE.md lists the columns. A damaged tape is exported up to the damage: exit 3.\n"
    "\n"
    "  --out DIR             the folder, made when it is missing\n"
    "  --symbol SYMBOL       the streams of this symbol alone\n"
    "  --kind KIND           the streams of this kind alone, as `cerberus-sim inspect` names them\n"
    "  --force               files that are there already are replaced\n";

struct words {
    const char *path, *out, *symbol, *kind;
    bool force;
};

enum { OPTION_OUT = 1000, OPTION_SYMBOL, OPTION_KIND, OPTION_FORCE };

static const struct option OPTIONS[] = {{"out", required_argument, NULL, OPTION_OUT},
                                        {"symbol", required_argument, NULL, OPTION_SYMBOL},
                                        {"kind", required_argument, NULL, OPTION_KIND},
                                        {"force", no_argument, NULL, OPTION_FORCE},
                                        {NULL, 0, NULL, 0}};

static bool words_take(struct words *self, int answer, char **argv, struct error *error)
{
    switch (answer) {
    case OPTION_OUT: self->out = optarg; return true;
    case OPTION_SYMBOL: self->symbol = optarg; return true;
    case OPTION_KIND: self->kind = optarg; return true;
    case OPTION_FORCE: self->force = true; return true;
    default: return usage_refuse(error, OPTIONS, argv, answer);
    }
}

static bool words_parse(struct words *self, int argc, char **argv, struct error *error)
{
    *self = (struct words){0};
    opterr = 0;
    optind = 1;
    for (int answer = getopt_long(argc, argv, ":", OPTIONS, NULL); answer != -1;
         answer = getopt_long(argc, argv, ":", OPTIONS, NULL)) {
        if (!words_take(self, answer, argv, error)) {
            return false;
        }
    }
    if (optind == argc || self->out == NULL || self->out[0] == '\0') {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "%s is missing: cerberus-sim export "
                         "FILE.tape --out DIR",
                         optind == argc ? "the tape" : "--out DIR");
    }
    if (optind + 1 < argc) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "unexpected argument %s: export takes one tape, see --help",
                         argv[optind + 1]);
    }
    self->path = argv[optind];
    return true;
}

static bool wanted(const struct words *words, const struct tape_stream *stream)
{
    return (words->symbol == NULL || strcmp(words->symbol, stream->symbol) == 0) &&
           (words->kind == NULL || strcmp(words->kind, tape_kind_text(stream->kind)) == 0);
}

static bool any_wanted(const struct words *words, struct tape_reader *tape, struct error *error)
{
    for (int32_t i = 0; i < tape_stream_count(tape); i++) {
        if (wanted(words, tape_stream(tape, i))) {
            return true;
        }
    }
    return error_set(error, EXIT_CODE_USAGE, words->path, 0,
                     "no stream of %s %s in this tape: see cerberus-sim inspect",
                     words->symbol != NULL ? words->symbol : "any symbol",
                     words->kind != NULL ? words->kind : "and any kind");
}

/* A damage ends the reading, not the export: what stands before it is worth having. */
static bool copy_records(const struct words *words,
                         struct tape_reader *tape,
                         struct outputs *outputs,
                         struct error *damage,
                         struct error *error)
{
    const struct tape_record *records = NULL;
    int64_t count = 0;
    while (tape_run(tape, &records, &count, damage) == TAPE_MORE) {
        for (int64_t i = 0; i < count; i++) {
            const struct tape_stream *stream = tape_stream(tape, records[i].stream);
            if (wanted(words, stream) && !outputs_add(outputs, stream, &records[i], error)) {
                return false;
            }
        }
    }
    return true;
}

static void export(const struct words *words, struct error *error)
{
    struct error damage;
    struct outputs outputs = {0};
    error_init(&damage);
    struct tape_reader *tape = tape_open(words->path, error);
    if (tape == NULL) {
        return;
    }
    if (any_wanted(words, tape, error) &&
        outputs_open(&outputs, words->out, words->force, tape_stream_count(tape), error) &&
        copy_records(words, tape, &outputs, &damage, error) &&
        outputs_finish(&outputs, stdout, error)) {
        *error = damage;
    }
    outputs_release(&outputs);
    tape_close(tape);
}

int command_export(int argc, char **argv)
{
    struct words words;
    struct error error;
    if (usage_asks_help(argc, argv)) {
        (void)fputs(HELP, stdout);
        return EXIT_CODE_DONE;
    }
    error_init(&error);
    if (words_parse(&words, argc, argv, &error)) {
        export(&words, &error);
    }
    if (error.code != EXIT_CODE_DONE) {
        (void)fflush(stdout);
        error_print(&error, "cerberus-sim", stderr);
    }
    return (int)error.code;
}
