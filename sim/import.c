/* cerberus-sim import: files of public formats to one tape. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/import/import.h"
#include "data/timerange.h"
#include "data/usage.h"
#include "sim/commands.h"

static const char HELP[] =
    "usage: cerberus-sim import FORMAT|auto FILE|DIR|MANIFEST.json ... --out F.tape\n"
    "\n"
    "  --out F.tape          the tape to write; one that is there is refused without --force\n"
    "  --symbol S            for files whose columns name no symbol\n"
    "  --contract-size N     what one contract holds, for files whose sizes are contracts (OKX "
    "swaps: "
    "BTC-USDT-SWAP 0.01)\n"
    "  --timerange A-B       YYYYMMDD or 10- or 13-digit epochs, either side may be open; else the "
    "window of a manifest\n"
    "  --jobs N              processes that read, a file each at a time (as many as processors); "
    "the tape "
    "is the same for any number\n"
    "  --strict              the first bad row ends the import (exit 3)\n"
    "  --force               replace F.tape\n"
    "  --json                what was done as one JSON object\n"
    "  --quiet               say nothing of what was done\n"
    "\n"
    "Files are plain, .gz, .zst or .zip; a .CHECKSUM beside one is verified. Rows that are bad are "
    "left out and told on\n"
    "standard error. Leverage tiers and the rules of instruments do not go into a tape: they stay "
    "in the manifest.\n"
    "\n"
    "Formats (auto recognises them and says why):\n";

enum option_name {
    OPTION_OUT = 1000,
    OPTION_SYMBOL,
    OPTION_CONTRACT_SIZE,
    OPTION_TIMERANGE,
    OPTION_JOBS,
    OPTION_STRICT,
    OPTION_FORCE,
    OPTION_JSON,
    OPTION_QUIET
};

static const struct option OPTIONS[] = {
    {"out", required_argument, NULL, OPTION_OUT},
    {"symbol", required_argument, NULL, OPTION_SYMBOL},
    {"contract-size", required_argument, NULL, OPTION_CONTRACT_SIZE},
    {"timerange", required_argument, NULL, OPTION_TIMERANGE},
    {"jobs", required_argument, NULL, OPTION_JOBS},
    {"strict", no_argument, NULL, OPTION_STRICT},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"json", no_argument, NULL, OPTION_JSON},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {NULL, 0, NULL, 0},
};

struct import_command {
    struct import_options options;
    bool quiet;
    struct defects defects;
    struct error error;
};

static void help(void)
{
    (void)fputs(HELP, stdout);
    for (const struct import_dialect *const *at = import_dialects; *at != NULL; at++) {
        (void)printf("  %-24s %s\n", (*at)->name, (*at)->format);
    }
}

/* ---- the command line ---- */

static bool take_jobs(struct import_command *self, const char *text)
{
    enum { JOBS_MAX = 256 };
    int64_t jobs = 0;
    if (decimal_parse(text, strlen(text), 0, &jobs) != DECIMAL_OK || jobs < 1 || jobs > JOBS_MAX) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "--jobs %s is not a number from 1 to %d: give one", text, JOBS_MAX);
    }
    self->options.jobs = (int32_t)jobs;
    return true;
}

static bool take_symbol(struct import_command *self, const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length >= SYMBOL_BYTES) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "--symbol %s: a symbol has 1 to %d characters", text, SYMBOL_BYTES - 1);
    }
    self->options.symbol = text;
    return true;
}

/* A number of at most 12 decimals, above zero. */
static bool take_contract(struct import_command *self, const char *text)
{
    struct number size = {0, 0};
    if (number_price(text, strlen(text), &size) != DECIMAL_OK || size.mantissa <= 0) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "--contract-size %s is not a number above zero: give one, as 0.01", text);
    }
    self->options.contract = size;
    return true;
}

static bool take_range(struct import_command *self, const char *text)
{
    struct market_range range;
    if (!timerange_parse(&range, text, &self->error)) {
        return false;
    }
    self->options.first_us = range.first_us;
    self->options.last_us = range.last_us;
    return true;
}

static bool take(struct import_command *self, int name)
{
    switch (name) {
    case OPTION_OUT: self->options.out = optarg; return true;
    case OPTION_SYMBOL: return take_symbol(self, optarg);
    case OPTION_CONTRACT_SIZE: return take_contract(self, optarg);
    case OPTION_TIMERANGE: return take_range(self, optarg);
    case OPTION_JOBS: return take_jobs(self, optarg);
    case OPTION_STRICT: self->options.strict = true; return true;
    case OPTION_FORCE: self->options.force = true; return true;
    case OPTION_JSON: self->options.json = true; return true;
    case OPTION_QUIET: self->quiet = true; return true;
    default: break;
    }
    return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0, "unknown option: see --help");
}

static bool parse(struct import_command *self, int argc, char **argv)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    self->options.jobs = processors > 0 && processors < 64 ? (int32_t)processors : 1;
    self->options.last_us = INSTANT_NEVER;
    opterr = 0;
    optind = 1;
    for (;;) {
        int name = getopt_long(argc, argv, ":", OPTIONS, NULL);
        if (name == -1) {
            break;
        }
        if (name == ':' || name == '?') {
            return usage_refuse(&self->error, OPTIONS, argv, name);
        }
        if (!take(self, name)) {
            return false;
        }
    }
    if (argc - optind < 2) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "give a format (or auto) and the files: see cerberus-sim import --help");
    }
    if (self->options.out == NULL) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "--out F.tape is missing: name the tape to write");
    }
    self->options.format = argv[optind];
    self->options.paths = (const char *const *)(argv + optind + 1);
    self->options.path_count = argc - optind - 1;
    return true;
}

/* ---- what was survived ---- */

/* The first of each code and file, so that a million bad rows do not hide the one of another kind. */
static void defects_tell(const struct defects *defects)
{
    enum { SHOWN = 5 };
    for (int64_t i = 0; i < defects->count; i++) {
        const struct defect *defect = &defects->items[i];
        if (defect->ordinal <= SHOWN) {
            struct error line;
            error_init(&line);
            (void)error_set(&line, EXIT_CODE_DATA, defect->file, defect->line, "%s",
                            defect->message);
            error_print(&line, "cerberus-sim", stderr);
        } else if (defect->ordinal == SHOWN + 1) {
            int64_t more = 0;
            for (int64_t at = i; at < defects->count; at++) {
                const struct defect *other = &defects->items[at];
                bool same = strcmp(other->code, defect->code) == 0 &&
                            strcmp(other->file, defect->file) == 0;
                more += same ? other->count : 0;
            }
            (void)fprintf(stderr, "cerberus-sim: %s: %lld more of %s\n", defect->file,
                          (long long)more, defect->code);
        }
    }
}

static const char *folder_of(const char *path, char out[ERROR_PATH_BYTES])
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (slash == NULL || length == 0 || length >= ERROR_PATH_BYTES) {
        return slash == NULL ? "." : "/";
    }
    memcpy(out, path, length);
    out[length] = '\0';
    return out;
}

int command_import(int argc, char **argv)
{
    if (usage_asks_help(argc, argv)) {
        help();
        return EXIT_CODE_DONE;
    }
    struct import_command self;
    memset(&self, 0, sizeof(self));
    error_init(&self.error);
    defects_init(&self.defects);
    char folder[ERROR_PATH_BYTES];
    bool done = parse(&self, argc, argv);
    if (done) {
        self.options.temporary = folder_of(self.options.out, folder);
        done = import_run(&self.options, &self.defects, &self.error, self.quiet ? NULL : stdout);
        defects_tell(&self.defects);
    }
    if (!done) {
        error_print(&self.error, "cerberus-sim", stderr);
    }
    defects_release(&self.defects);
    return (int)self.error.code;
}
