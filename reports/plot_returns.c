/* Returns by calendar and by size: monthly heat map (a calendar of days while the run is short),
 * histogram of days. */
#include <math.h>
#include <stdlib.h>

#include "core/instant.h"
#include "reports/memory.h"
#include "reports/plots.h"
#include "reports/sample.h"

enum { CALENDAR_DAYS = 93, WEEKS_NAMED = 7 };

/* Red below, blue above, white at nothing; symmetric about 0. */
static void heat_palette(struct plots *self, double largest)
{
    double bound = largest > 0 ? largest : 1;

    buffer_format(
        &self->script,
        "set palette defined (-1 '" COLOUR_RED "', 0 '#F7F7F7', 1 '" COLOUR_BLUE "')\n"
        "set cbrange [%.6f:%.6f]\nset format cb '%%+.3g %%%%'\nunset key\nunset grid\nset "
        "border 0\nset tics scale 0\n"
        "set rmargin 12\n",
        -bound, bound);
}

/* One coloured cell: column, row, value; the words are written by a second pass over the same
 * block. */
static void heat_cell(struct plots *self, double x, double y, double value, const char *words)
{
    buffer_format(&self->script, "%.3f %.3f %.6f \"%s\"\n", x, y, value, words);
}

static void heat_plot(struct plots *self, const char *size)
{
    buffer_format(&self->script,
                  "plot $heat using 1:2:(0.48):(0.46):3 with boxxyerror fc palette notitle, "
                  "$heat using 1:2:4 with labels font ',%s' textcolor rgb '#111111' notitle\n",
                  size);
}

static double *day_returns(const struct figures *figures)
{
    double *returns = memory_array(figures->day_count, sizeof(double));

    statistics_returns(figures->day_equity, figures->day_count, figures->start, returns);
    return returns;
}

/* Columns are weeks, rows are weekdays, Monday on top. */
static void heat_calendar(struct plots *self, const double *returns)
{
    const struct figures *figures = self->figures;
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    int64_t first_week_us = instant_week(figures->first_day_us);
    int64_t weeks = (instant_week(figures->last_us) - first_week_us) / (7 * US_PER_DAY) + 1;
    double largest = 0;
    char words[32];

    plot_begin(self, "heatmap", 340, "Return of each day, %, marked to market");
    buffer_add(&self->script, "$heat << EOD\n");
    for (int64_t day = 0; day < figures->day_count; day++) {
        int64_t at_us = figures->first_day_us + day * US_PER_DAY;
        int64_t week = (instant_week(at_us) - first_week_us) / (7 * US_PER_DAY);
        int64_t weekday = (at_us - instant_week(at_us)) / US_PER_DAY;
        double percent = returns[day] * 100;
        largest = fmax(largest, fabs(percent));
        (void)snprintf(words, sizeof(words), fabs(percent) < 0.005 ? "0" : "%+.2f", percent);
        heat_cell(self, (double)week, (double)weekday, percent, words);
    }
    buffer_add(&self->script, "EOD\n");
    heat_palette(self, largest);
    buffer_format(&self->script, "set xrange [-0.6:%lld.6]\nset yrange [6.6:-0.6]\nset ytics (",
                  (long long)weeks - 1);
    for (int i = 0; i < 7; i++) {
        buffer_format(&self->script, "%s'%s' %d", i > 0 ? ", " : "", names[i], i);
    }
    buffer_add(&self->script, ")\nset xlabel 'week from Monday, UTC'\nset xtics (");
    for (int64_t week = 0; week < weeks; week += 1 + weeks / WEEKS_NAMED) {
        char date[INSTANT_BYTES];
        (void)instant_format(first_week_us + week * 7 * US_PER_DAY, date);
        buffer_format(&self->script, "%s'%.10s' %lld", week > 0 ? ", " : "", date, (long long)week);
    }
    buffer_add(&self->script, ")\n");
    heat_plot(self, "10");
}

static void month_of(int64_t time_us, int *year, int *month)
{
    char date[INSTANT_BYTES];

    (void)instant_format(time_us, date);
    *year = (int)strtol(date, NULL, 10);
    *month = (int)strtol(date + 5, NULL, 10);
}

/* Columns are months, rows are years. */
static void heat_months(struct plots *self, const double *returns)
{
    const struct figures *figures = self->figures;
    int first_year;
    int last_year;
    int month;
    double largest = 0;
    double growth = 1;
    char words[32];

    month_of(figures->first_day_us, &first_year, &month);
    month_of(figures->last_us, &last_year, &month);
    int years = last_year - first_year + 1;
    plot_begin(self, "heatmap", 200 + 44 * (years < 20 ? years : 20),
               "Return of each month, %, marked to market");
    buffer_add(&self->script, "$heat << EOD\n");
    for (int64_t day = 0; day < figures->day_count; day++) {
        int64_t at_us = figures->first_day_us + day * US_PER_DAY;
        growth *= 1 + returns[day];
        if (day + 1 == figures->day_count ||
            instant_month(at_us) != instant_month(at_us + US_PER_DAY)) {
            int year;
            double percent = (growth - 1) * 100;
            month_of(at_us, &year, &month);
            largest = fmax(largest, fabs(percent));
            (void)snprintf(words, sizeof(words), fabs(percent) < 0.005 ? "0" : "%+.2f", percent);
            heat_cell(self, month, year, percent, words);
            growth = 1;
        }
    }
    buffer_add(&self->script, "EOD\n");
    heat_palette(self, largest);
    buffer_format(&self->script,
                  "set xrange [0.4:12.6]\nset yrange [%d.6:%d.4]\nset ytics 1\nset format y "
                  "'%%.0f'\n"
                  "set xlabel 'month, UTC'\n"
                  "set xtics ('Jan' 1, 'Feb' 2, 'Mar' 3, 'Apr' 4, 'May' 5, 'Jun' 6, 'Jul' 7, 'Aug' "
                  "8, 'Sep' 9, "
                  "'Oct' 10, 'Nov' 11, 'Dec' 12)\n",
                  last_year, first_year - 1);
    heat_plot(self, "11");
}

static void plot_histogram(struct plots *self, const double *returns)
{
    enum { BINS_MAX = 128 };
    int64_t bins[BINS_MAX] = {0};
    const struct daily_statistics *daily = &self->figures->daily;
    double width = plot_step((daily->best - daily->worst) * 100 / 30);
    double first = floor(daily->worst * 100 / width);
    int64_t most = 1;

    for (int64_t day = 0; day < self->figures->day_count; day++) {
        double bin = floor(returns[day] * 100 / width) - first;
        int64_t at = bin < 0 ? 0 : bin >= BINS_MAX ? BINS_MAX - 1 : (int64_t)bin;
        bins[at]++;
        most = bins[at] > most ? bins[at] : most;
    }
    plot_begin(self, "histogram", 400, "Daily returns: how often which");
    buffer_add(&self->script, "set bmargin 6\n$bins << EOD\n");
    for (int i = 0; i < BINS_MAX; i++) {
        if (bins[i] > 0) {
            double middle = (first + i + 0.5) * width;
            buffer_format(&self->script, "%.6f %lld %d\n", middle, (long long)bins[i],
                          middle < 0 ? 0xD55E00 : 0x0072B2);
        }
    }
    double low = first * width;
    double high = (floor(daily->best * 100 / width) + 1) * width;
    buffer_format(
        &self->script,
        "EOD\nset boxwidth %.6f\nset style fill solid 0.85 border rgb '#FFFFFF'\n"
        "set xlabel 'Return of a day, %%, bins of %.4g %%' offset 0,0.4\nset ylabel 'Days'\nset "
        "ytics %.0f\nset yrange [0:%.2f]\nset xrange [%.6f:%.6f]\n"
        "set arrow from first %.6f, graph 0 to first %.6f, graph 1 nohead lc rgb "
        "'#000000' lw 1.2 dt 2 front\n"
        "plot $bins using 1:2:3 with boxes lc rgb variable notitle, "
        "keyentry with boxes fc rgb '" COLOUR_RED "' title 'losing days', "
        "keyentry with boxes fc rgb '" COLOUR_BLUE "' title 'winning and flat days', "
        "keyentry with lines lc rgb '#000000' lw 1.2 dt 2 title 'mean %+.3f %%'\n",
        width, width, fmax(1, plot_step((double)most / 6)), (double)most * 1.08, low - width,
        high + width, daily->mean * 100, daily->mean * 100, daily->mean * 100);
}

void plot_returns(struct plots *self)
{
    double *returns = day_returns(self->figures);

    if (self->run->equity_count > 0 && self->figures->day_count > 0) {
        if (self->figures->day_count <= CALENDAR_DAYS) {
            heat_calendar(self, returns);
        } else {
            heat_months(self, returns);
        }
        plot_histogram(self, returns);
    }
    free(returns);
}
