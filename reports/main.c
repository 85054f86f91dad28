/* cerberus-report: reads the database of a run and nothing else, and says what happened: a page
 * with pictures, a summary, the story of one signal, the difference of two runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "reports/diff.h"
#include "reports/drift.h"
#include "reports/export.h"
#include "reports/html.h"
#include "reports/why.h"

static const char help[] =
    "usage: cerberus-report RUN.db --out DIR [--json]         index.html, pictures, metrics.json, "
    "trades.csv, equity.csv\n"
    "       cerberus-report summary RUN.db [--json]           the tables on the terminal, or "
    "metrics.json\n"
    "       cerberus-report why RUN.db --signal ID [--json]   the whole story of one signal\n"
    "                                 (or --external ID, the source's own id; or --line N of the "
    "signals file)\n"
    "       cerberus-report diff A.db B.db [--json]           two runs side by side; exit 1 when "
    "they differ\n"
    "       cerberus-report drift LIVE.db SIM.db [--json]     the difference of their profit, "
    "trade "
    "by trade: entry and exit\n"
    "                                 price, size, fees, funding, missed trades, and the times\n"
    "\n"
    "options:\n"
    "  --out DIR      folder of the report, made when it is missing\n"
    "  --no-pictures  leave gnuplot out\n"
    "  --json         print JSON instead of words\n"
    "  -h, --help     this text\n"
    "\n"
    "exit codes: 0 done, 1 the runs differ, 2 usage, a missing, foreign or newer database, 3 "
    "damaged data, 4 operating error\n"
    "The database is opened read-only: a run that still goes on may be read, and is shown as "
    "INCOMPLETE.\n";

struct options {
    const char *words[3]; /* what is not an option, in order */
    int word_count;
    const char *out, *signal, *external, *line;
    bool json, pictures, help;
};

/* The value of --name VALUE or --name=VALUE; NULL when this is another option. */
static const char *option_value(const char *name, char **arguments, int *at)
{
    size_t length = strlen(name);

    if (strncmp(arguments[*at], name, length) != 0) {
        return NULL;
    }
    if (arguments[*at][length] == '=') {
        return arguments[*at] + length + 1;
    }
    if (arguments[*at][length] == '\0' && arguments[*at + 1] != NULL) {
        (*at)++;
        return arguments[*at];
    }
    return NULL;
}

static bool option_named(struct options *self, char **arguments, int *at)
{
    const struct {
        const char *name;
        const char **value;
    } named[] = {{"--out", &self->out},
                 {"--signal", &self->signal},
                 {"--external", &self->external},
                 {"--line", &self->line}};

    for (size_t i = 0; i < ARRAY_COUNT(named); i++) {
        const char *value = option_value(named[i].name, arguments, at);
        if (value != NULL) {
            *named[i].value = value;
            return true;
        }
    }
    return false;
}

static bool options_read(struct options *self, char **arguments, struct error *error)
{
    *self = (struct options){.pictures = true};
    for (int i = 1; arguments[i] != NULL; i++) {
        if (strcmp(arguments[i], "--json") == 0) {
            self->json = true;
        } else if (strcmp(arguments[i], "--no-pictures") == 0) {
            self->pictures = false;
        } else if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0) {
            self->help = true;
        } else if (option_named(self, arguments, &i)) {
            continue;
        } else if (arguments[i][0] == '-' && arguments[i][1] != '\0') {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "'%s' is no option, or lacks its value: see --help", arguments[i]);
        } else if (self->word_count < (int)ARRAY_COUNT(self->words)) {
            self->words[self->word_count++] = arguments[i];
        } else {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "'%s' is one word too many: see --help", arguments[i]);
        }
    }
    return true;
}

/* One run with everything that is computed from it. */
struct report {
    struct run run;
    struct facts facts;
    struct figures figures;
    struct summary summary;
    struct summary_input input;
};

static bool report_read(struct report *self, const char *path, struct error *error)
{
    *self = (struct report){.summary = {.count = 0}};
    if (!run_read(&self->run, path, error)) {
        return false;
    }
    facts_read(&self->facts, &self->run);
    if (!figures_compute(&self->figures, &self->run, &self->facts, error)) {
        return false;
    }
    self->input =
        (struct summary_input){.run = &self->run, .facts = &self->facts, .figures = &self->figures};
    summary_build(&self->summary, &self->input);
    return true;
}

static void report_release(struct report *self)
{
    summary_release(&self->summary);
    figures_release(&self->figures);
    facts_release(&self->facts);
    run_release(&self->run);
}

static bool print(const struct buffer *out, struct error *error)
{
    bool written = fwrite(out->bytes, 1, out->length, stdout) == out->length && fflush(stdout) == 0;

    return written ||
           error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                     "standard output cannot be written (%s): give it room, or another place",
                     strerror(errno));
}

static bool print_report(const struct report *report, bool json, struct error *error)
{
    struct buffer out;

    buffer_init(&out);
    if (json) {
        export_metrics_text(&report->input, &out);
    } else {
        summary_print(&report->summary, &report->input, &out);
    }
    bool printed = print(&out, error);
    buffer_release(&out);
    return printed;
}

static bool folder_make(const char *folder, struct error *error)
{
    struct stat status;

    if (mkdir(folder, 0777) == 0 ||
        (errno == EEXIST && stat(folder, &status) == 0 && S_ISDIR(status.st_mode))) {
        return true;
    }
    return error_set(error, EXIT_CODE_OPERATING, folder, 0,
                     "the folder cannot be made (%s): name another with --out", strerror(errno));
}

/* Pictures first, since the page holds them; a missing gnuplot costs the pictures alone. */
static bool
write_report(const struct report *report, const struct options *options, struct error *error)
{
    struct plots plots = {.count = 0};
    struct error missing;

    error_init(&missing);
    if (!folder_make(options->out, error)) {
        return false;
    }
    if (options->pictures) {
        plots_build(&plots, &report->run, &report->figures);
    }
    bool drawn = options->pictures && plots_draw(&plots, options->out, &missing);
    bool written = export_trades(&report->input, options->out, error) &&
                   export_equity(&report->run, options->out, error) &&
                   export_metrics(&report->input, options->out, error) &&
                   html_write(&report->summary, &report->input, options->pictures ? &plots : NULL,
                              options->out, error);
    plots_release(&plots);
    if (written && !drawn && options->pictures) {
        *error = missing;
        return false;
    }
    return written;
}

static bool command_report(const struct options *options, const char *path, struct error *error)
{
    struct report report;
    bool done = report_read(&report, path, error) && print_report(&report, options->json, error);

    if (done && options->out != NULL) {
        done = write_report(&report, options, error);
        if (done && !options->json) {
            (void)printf("report: %s/index.html\n", options->out);
        }
    }
    report_release(&report);
    return done;
}

static bool command_why(const struct options *options, struct error *error)
{
    struct why_request request = {.key = options->signal != NULL     ? WHY_ID
                                         : options->external != NULL ? WHY_EXTERNAL
                                                                     : WHY_LINE,
                                  .value = options->signal != NULL     ? options->signal
                                           : options->external != NULL ? options->external
                                                                       : options->line,
                                  .json = options->json};
    struct database database = {.connection = NULL};
    struct buffer out;

    if (options->word_count != 2 || request.value == NULL) {
        return error_set(
            error, EXIT_CODE_USAGE, NULL, 0,
            "why needs RUN.db and one of --signal ID, --external ID, --line N: see --help");
    }
    buffer_init(&out);
    bool done = database_open(&database, options->words[1], error) &&
                why_tell(&database, &request, &out, error) && print(&out, error);
    database_close(&database);
    buffer_release(&out);
    return done;
}

static bool command_diff(const struct options *options, bool *equal, struct error *error)
{
    struct diff diff;
    struct buffer out;

    if (options->word_count != 3) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "diff needs two databases: see --help");
    }
    buffer_init(&out);
    bool done = diff_compare(&diff, options->words[1], options->words[2], error) &&
                diff_tell(&diff, options->json, &out, error) && print(&out, error);
    *equal = done && diff_equal(&diff);
    buffer_release(&out);
    return done;
}

static bool command_drift(const struct options *options, struct error *error)
{
    struct drift drift;
    struct buffer out;

    if (options->word_count != 3) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "drift needs two databases: see --help");
    }
    buffer_init(&out);
    bool done = drift_compare(&drift, options->words[1], options->words[2], error);
    if (done) {
        drift_tell(&drift, options->json, &out);
        done = print(&out, error);
    }
    drift_release(&drift);
    buffer_release(&out);
    return done;
}

static bool command_run(const struct options *options, bool *equal, struct error *error)
{
    const char *first = options->word_count > 0 ? options->words[0] : "";

    if (strcmp(first, "why") == 0) {
        return command_why(options, error);
    }
    if (strcmp(first, "diff") == 0) {
        return command_diff(options, equal, error);
    }
    if (strcmp(first, "drift") == 0) {
        return command_drift(options, error);
    }
    if (strcmp(first, "summary") == 0 && options->word_count == 2 && options->out == NULL) {
        return command_report(options, options->words[1], error);
    }
    if (options->word_count == 1 && options->out != NULL) {
        return command_report(options, first, error);
    }
    return error_set(
        error, EXIT_CODE_USAGE, NULL, 0,
        "say what to do: RUN.db --out DIR, summary RUN.db, why, diff or drift: see --help");
}

int main(int count, char **arguments)
{
    struct options options;
    struct error error;
    bool equal = true;

    (void)count;
    error_init(&error);
    bool done = options_read(&options, arguments, &error);
    if (done && options.help) {
        return fputs(help, stdout) < 0 ? EXIT_CODE_OPERATING : EXIT_CODE_DONE;
    }
    done = done && command_run(&options, &equal, &error);
    if (!done) {
        error_print(&error, "cerberus-report", stderr);
        return (int)error.code;
    }
    return equal ? EXIT_CODE_DONE : EXIT_CODE_CHECK;
}
