#include "reports/plots.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/instant.h"
#include "reports/memory.h"

static const char prelude[] = "set encoding utf8\n"
                              "set datafile separator whitespace\n"
                              "set style line 100 lc rgb '#DDDDDD' lw 0.6\n"
                              "set border 3 lc rgb '#555555'\n"
                              "set tics nomirror out textcolor rgb '#222222'\n"
                              "set style fill solid 1.0 noborder\n";

void plots_build(struct plots *self, const struct run *run, const struct figures *figures)
{
    *self = (struct plots){.run = run, .figures = figures};
    buffer_init(&self->script);
    buffer_add(&self->script, prelude);
    plot_account(self);
    plot_returns(self);
    plot_trades(self);
    plot_prices(self);
    buffer_add(&self->script, "unset output\n");
}

void plots_release(struct plots *self)
{
    for (int64_t i = 0; i < self->count; i++) {
        free(self->pictures[i].title);
    }
    free(self->pictures);
    buffer_release(&self->script);
}

static bool file_taken(const struct plots *self, const char *file)
{
    bool taken = false;

    for (int64_t i = 0; i < self->count; i++) {
        taken = taken || strcmp(self->pictures[i].file, file) == 0;
    }
    return taken;
}

/* Letters, digits and what is harmless in a file's name; all else becomes '_'. Two symbols that
 * come out alike are told apart by a number. */
static void file_name(const struct plots *self, const char *raw, char out[PICTURE_FILE_BYTES])
{
    size_t length = 0;

    for (; *raw != '\0' && length < PICTURE_FILE_BYTES - 16; raw++, length++) {
        bool safe = (*raw >= 'a' && *raw <= 'z') || (*raw >= 'A' && *raw <= 'Z') ||
                    (*raw >= '0' && *raw <= '9') || *raw == '-';
        out[length] = '_';
        if (safe) {
            out[length] = *raw;
        }
    }
    (void)snprintf(out + length, PICTURE_FILE_BYTES - length, ".svg");
    for (unsigned copy = 2; file_taken(self, out); copy++) {
        (void)snprintf(out + length, PICTURE_FILE_BYTES - length, "-%u.svg", copy);
    }
}

void plot_begin(struct plots *self, const char *file, int height, const char *title)
{
    char name[PICTURE_FILE_BYTES];

    file_name(self, file, name);
    self->pictures =
        memory_grow(self->pictures, self->count, &self->capacity, sizeof(struct picture));
    struct picture *picture = &self->pictures[self->count++];
    *picture = (struct picture){.title = memory_text(title)};
    memcpy(picture->file, name, sizeof(name));
    buffer_format(
        &self->script,
        "reset\n%s"
        "set terminal svg size %d,%d dynamic noenhanced font 'DejaVu Sans,Arial,sans-serif,13' "
        "background '#FFFFFF'\nset output '%s'\n"
        "set grid xtics ytics ls 100\nset key bmargin left horizontal Left reverse noenhanced\n"
        "set rmargin 6\nset title ",
        prelude, PLOT_WIDTH, height, picture->file);
    buffer_gnuplot(&self->script, title);
    buffer_add(&self->script, " noenhanced\n");
}

/* Seconds between dates of a window of a few days: gnuplot alone sets them so close that they
 * overlap. */
static int64_t short_step(int64_t span_us)
{
    enum { DATES_MAX = 7 };
    static const int64_t minutes[] = {1, 5, 15, 30, 60, 120, 180, 360, 720};

    for (size_t i = 0; i < ARRAY_COUNT(minutes); i++) {
        if (span_us / (minutes[i] * US_PER_MINUTE) < DATES_MAX) {
            return minutes[i] * 60;
        }
    }
    return 86400;
}

void plot_time_axis(struct plots *self, int64_t first_us, int64_t last_us)
{
    int64_t span_us = last_us > first_us ? last_us - first_us : US_PER_HOUR;
    const char *format = span_us < 4 * US_PER_DAY     ? "%d %b %Y\\n%H:%M UTC"
                         : span_us < 200 * US_PER_DAY ? "%d %b\\n%Y UTC"
                                                      : "%b\\n%Y UTC";

    /* A blank label keeps a line free between the dates and the key. */
    buffer_format(&self->script,
                  "set xdata time\nset timefmt '%%s'\nset format x \"%s\"\nset xlabel ' '\n"
                  "set xrange [%.6f:%.6f]\n",
                  format, (double)first_us / 1e6, (double)(first_us + span_us) / 1e6);
    if (span_us < 4 * US_PER_DAY) {
        buffer_format(&self->script, "set xtics %lld\n", (long long)short_step(span_us));
    }
}

void plot_range(struct plots *self, const char *axis, double lowest, double highest)
{
    double air = (highest - lowest) * 0.05;

    if (!(air > 0)) {
        air = fabs(highest) > 0 ? fabs(highest) * 0.02 : 1.0;
    }
    buffer_format(&self->script, "set %srange [%.17g:%.17g]\n", axis, lowest - air, highest + air);
}

double plot_step(double at_least)
{
    static const double steps[] = {1, 2, 5, 10};
    double raw = fmax(at_least, 1e-4);
    double unit = pow(10, floor(log10(raw)));

    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        if (steps[i] * unit >= raw) {
            return steps[i] * unit;
        }
    }
    return 10 * unit;
}

void plot_curve(struct plots *self, const char *name, const struct curve *curve)
{
    buffer_format(&self->script, "$%s << EOD\n", name);
    for (int64_t i = 0; i < curve->count; i++) {
        buffer_format(&self->script, "%.3f %.10g\n", (double)curve->points[i].time_us / 1e6,
                      curve->points[i].value);
    }
    buffer_add(&self->script, "EOD\n");
}

static bool draw_failed(const char *folder, int status, struct error *error)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "gnuplot is not installed: install gnuplot-nox; the tables are written, "
                         "the pictures are not");
    }
    return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                     "gnuplot failed on %s/pictures.gp: see pictures.log beside it; the tables "
                     "are written",
                     folder);
}

/* Runs gnuplot in the folder and waits; its wait status, as a shell's 127 when it is not there. */
static int gnuplot_run(const char *folder)
{
    enum { NOT_FOUND = 127 << 8, LOG_MODE = 0666 };
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int status = NOT_FOUND;
    char program[] = "gnuplot";
    char script[] = "pictures.gp";
    char *arguments[] = {program, script, NULL};

    if (posix_spawn_file_actions_init(&actions) != 0) {
        return status;
    }
    bool ready = posix_spawn_file_actions_addchdir_np(&actions, folder) == 0 &&
                 posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "pictures.log",
                                                  O_WRONLY | O_CREAT | O_TRUNC, LOG_MODE) == 0;
    if (ready && posix_spawnp(&child, program, &actions, NULL, arguments, environ) == 0) {
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return status;
}

static void file_remove(const char *folder, const char *file)
{
    struct buffer path;

    buffer_init(&path);
    buffer_format(&path, "%s/%s", folder, file);
    (void)unlink(path.bytes);
    buffer_release(&path);
}

bool plots_draw(const struct plots *self, const char *folder, struct error *error)
{
    struct buffer path;

    buffer_init(&path);
    buffer_format(&path, "%s/pictures.gp", folder);
    bool saved = buffer_save(&self->script, path.bytes, error);
    buffer_release(&path);
    if (!saved) {
        return false;
    }
    int status = gnuplot_run(folder);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return draw_failed(folder, status, error);
    }
    file_remove(folder, "pictures.gp");
    file_remove(folder, "pictures.log");
    return true;
}
