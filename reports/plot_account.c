/* The account over time: equity with drawdown and breaker bands, underwater, leverage and
 * margin, funding. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "reports/memory.h"
#include "reports/plots.h"

static const char *const state_colours[BREAKER_STATES] = {
    "#FFFFFF", COLOUR_YELLOW, COLOUR_SKY, COLOUR_ORANGE, COLOUR_PURPLE, COLOUR_BLACK};

/* The gravest state of each pixel column: a short latch must not vanish between two pixels. */
static void states_by_column(const struct plots *self, uint8_t columns[PLOT_WIDTH])
{
    const struct figures *figures = self->figures;
    double span = (double)(figures->last_us - figures->first_us);

    memset(columns, 0, PLOT_WIDTH);
    for (int64_t i = 0; i < self->run->equity_count && span > 0; i++) {
        const struct run_equity *row = &self->run->equity[i];
        int64_t end_us = i + 1 < self->run->equity_count ? row[1].timestamp_us : figures->last_us;
        double from = (double)(row->timestamp_us - figures->first_us) / span * PLOT_WIDTH;
        double to = (double)(end_us - figures->first_us) / span * PLOT_WIDTH;
        for (int column = from > 0 ? (int)from : 0; column <= to && column < PLOT_WIDTH; column++) {
            if (row->breaker_state > columns[column]) {
                columns[column] = (uint8_t)row->breaker_state;
            }
        }
    }
}

/* Breaker states as bands behind the curve; returns which states occur, a bit each. */
static unsigned breaker_bands(struct plots *self)
{
    uint8_t columns[PLOT_WIDTH];
    unsigned seen = 0;
    double first = (double)self->figures->first_us / 1e6;
    double width = (double)(self->figures->last_us - self->figures->first_us) / 1e6 / PLOT_WIDTH;

    states_by_column(self, columns);
    for (int from = 0, to = 0; from < PLOT_WIDTH; from = to) {
        while (to < PLOT_WIDTH && columns[to] == columns[from]) {
            to++;
        }
        if (columns[from] == BREAKER_CLOSED) {
            continue;
        }
        seen |= 1U << columns[from];
        buffer_format(
            &self->script,
            "set object rectangle from first %.3f, graph 0 to first %.3f, graph 1 fc rgb '%s' "
            "fs transparent solid 0.35 noborder behind\n",
            first + width * from, first + width * to, state_colours[columns[from]]);
    }
    return seen;
}

static void equity_curves(struct plots *self)
{
    const struct figures *figures = self->figures;
    struct curve equity;
    struct curve balance;
    struct curve below;
    double lowest;
    double highest;

    curve_begin(&equity, figures->first_us, figures->last_us, PLOT_COLUMNS);
    curve_begin(&balance, figures->first_us, figures->last_us, PLOT_COLUMNS);
    curve_begin(&below, figures->first_us, figures->last_us, PLOT_COLUMNS);
    for (int64_t i = 0; i < self->run->equity_count; i++) {
        const struct run_equity *row = &self->run->equity[i];
        curve_add(&equity, row->timestamp_us, figure_money(row->equity_e8));
        curve_add(&balance, row->timestamp_us, figure_money(row->balance_e8));
        curve_add(&below, row->timestamp_us, -(double)row->drawdown_ppm / 1e4);
    }
    curve_end(&equity);
    curve_end(&balance);
    curve_end(&below);
    plot_curve(self, "equity", &equity);
    plot_curve(self, "balance", &balance);
    plot_curve(self, "below", &below);
    curve_range(&below, &lowest, &highest);
    lowest = lowest < -0.1 ? lowest * 1.08 : -0.1;
    buffer_format(&self->script, "below_lowest = %.6f\nbelow_step = %.6f\n", lowest,
                  plot_step(-lowest / 4));
    curve_range(&equity, &lowest, &highest);
    plot_range(self, "y", lowest, highest);
    curve_release(&equity);
    curve_release(&balance);
    curve_release(&below);
}

/* One panel of a picture of several: its lower and upper edge as shares of the height. */
static void panel(struct plots *self, double bottom, double top)
{
    buffer_format(&self->script,
                  "set lmargin at screen 0.10\nset rmargin at screen 0.955\nset bmargin at screen "
                  "%.3f\nset tmargin at screen %.3f\n",
                  bottom, top);
}

/* Time axis without words, for a panel that stands above another. */
static void panel_axis_silent(struct plots *self)
{
    plot_time_axis(self, self->figures->first_us, self->figures->last_us);
    buffer_add(&self->script, "unset xlabel\nset format x ''\n");
}

/* The title stands on top of the page, not on the first panel, where the key is. */
static void panel_title(struct plots *self, const char *title)
{
    buffer_add(&self->script, "unset title\nset label 99 ");
    buffer_gnuplot(&self->script, title);
    buffer_add(&self->script, " at screen 0.5, screen 0.975 center font ',14'\n");
}

static void equity_panel(struct plots *self)
{
    panel(self, 0.46, 0.88);
    panel_axis_silent(self);
    buffer_format(
        &self->script,
        "set key at screen 0.10, screen 0.885 left bottom horizontal Left reverse maxrows 1\n"
        "set ylabel 'Equity, %s' offset 0.5\nset format y '%%.6g'\n",
        self->figures->quote);
    unsigned seen = breaker_bands(self);
    buffer_add(&self->script,
               "plot $balance using 1:2 with steps lc rgb '" COLOUR_BLACK
               "' lw 1 dt 3 title 'balance', "
               "$equity using 1:2 with lines lc rgb '" COLOUR_BLUE "' lw 1.5 title 'equity'");
    for (int state = 1; state < BREAKER_STATES; state++) {
        if ((seen >> state & 1U) != 0) {
            buffer_format(
                &self->script,
                ", keyentry with boxes fc rgb '%s' fs transparent solid 0.35 noborder title '%s'",
                state_colours[state], breaker_state_text(state));
        }
    }
    buffer_add(&self->script, "\nunset label 99\nunset object\nunset key\n");
}

/* The same states as heights, for an eye that does not tell the colours apart. */
static void state_panel(struct plots *self)
{
    struct curve states;

    curve_begin(&states, self->figures->first_us, self->figures->last_us, PLOT_COLUMNS);
    for (int64_t i = 0; i < self->run->equity_count; i++) {
        curve_add(&states, self->run->equity[i].timestamp_us,
                  (double)self->run->equity[i].breaker_state);
    }
    curve_add(&states, self->figures->last_us,
              (double)self->run->equity[self->run->equity_count - 1].breaker_state);
    curve_end(&states);
    plot_curve(self, "states", &states);
    curve_release(&states);
    panel(self, 0.115, 0.245);
    plot_time_axis(self, self->figures->first_us, self->figures->last_us);
    buffer_add(&self->script,
               "set ylabel 'Breaker' offset 0.5\nset yrange [-0.3:5.3]\nset ytics (");
    for (int state = 0; state < BREAKER_STATES; state++) {
        buffer_format(&self->script, "%s'%s' %d", state > 0 ? ", " : "", breaker_state_text(state),
                      state);
    }
    buffer_add(&self->script, ") font ',9'\nunset ylabel\nplot $states using 1:2 with fillsteps fc "
                              "rgb '#BBBBBB' fs solid notitle, "
                              "$states using 1:2 with steps lc rgb '" COLOUR_BLACK
                              "' lw 1.2 notitle\nunset multiplot\n");
}

static void plot_equity(struct plots *self)
{
    plot_begin(self, "equity", 760, "Equity, drawdown and breaker state");
    equity_curves(self);
    buffer_add(&self->script, "set multiplot\n");
    panel_title(self, "Equity, drawdown and breaker state");
    equity_panel(self);
    panel(self, 0.27, 0.43);
    panel_axis_silent(self);
    buffer_add(&self->script, "set ylabel 'Drawdown, %' offset 0.5\nset yrange [below_lowest:0]\n"
                              "set ytics below_step\n"
                              "plot $below using 1:2 with filledcurves y1=0 fc rgb '" COLOUR_RED
                              "' fs transparent solid 0.5 notitle\n");
    state_panel(self);
}

static void plot_underwater(struct plots *self)
{
    const struct run_equity *deepest = self->run->equity;
    char title[400]; /* the longest double fits */
    char date[INSTANT_BYTES];

    for (int64_t i = 0; i < self->run->equity_count; i++) {
        deepest = self->run->equity[i].drawdown_ppm > deepest->drawdown_ppm ? &self->run->equity[i]
                                                                            : deepest;
    }
    double depth = -(double)deepest->drawdown_ppm / 1e4;
    (void)instant_format(deepest->timestamp_us, date);
    (void)snprintf(title, sizeof(title),
                   "Underwater: share below the running peak; deepest %.2f %% on %.10s", depth,
                   date);
    plot_begin(self, "underwater", 340, title);
    plot_time_axis(self, self->figures->first_us, self->figures->last_us);
    buffer_format(
        &self->script,
        "set ylabel 'Below the peak, %%'\nset yrange [%.6f:0]\nset format y '%%.6g'\nunset key\n"
        "$deepest << EOD\n%.3f %.6f\nEOD\n"
        "plot $below using 1:2 with filledcurves y1=0 fc rgb '" COLOUR_RED
        "' fs transparent solid 0.5 notitle, "
        "$below using 1:2 with lines lc rgb '" COLOUR_RED "' lw 1 notitle, "
        "$deepest using 1:2 with points pt 6 ps 1 lw 2 lc rgb '" COLOUR_BLACK "' notitle\n",
        depth < -0.1 ? depth * 1.12 : -0.1, (double)deepest->timestamp_us / 1e6, depth);
}

static void plot_leverage(struct plots *self)
{
    const struct figures *figures = self->figures;
    double *exposure = memory_array(self->run->equity_count, sizeof(double));
    struct curve leverage;
    struct curve margin;

    figures_exposure(self->run, exposure);
    curve_begin(&leverage, figures->first_us, figures->last_us, PLOT_COLUMNS);
    curve_begin(&margin, figures->first_us, figures->last_us, PLOT_COLUMNS);
    for (int64_t i = 0; i < self->run->equity_count; i++) {
        const struct run_equity *row = &self->run->equity[i];
        double equity = figure_money(row->equity_e8);
        bool positive = equity > 0;
        curve_add(&leverage, row->timestamp_us, positive ? exposure[i] / equity : 0);
        curve_add(&margin, row->timestamp_us,
                  positive ? figure_money(row->margin_used_e8) / equity * 100 : 0);
    }
    curve_end(&leverage);
    curve_end(&margin);
    plot_begin(self, "leverage", 520, "Effective leverage and margin ratio");
    plot_curve(self, "leverage", &leverage);
    plot_curve(self, "margin", &margin);
    buffer_add(&self->script, "set multiplot\nunset key\n");
    panel_title(self, "Effective leverage and margin ratio");
    panel(self, 0.56, 0.93);
    panel_axis_silent(self);
    buffer_format(
        &self->script,
        "set ylabel 'Exposure / equity, x' offset 0.5\nset format y '%%.4g'\nset yrange [0:%.6f]\n"
        "plot $leverage using 1:2 with steps lc rgb '" COLOUR_BLUE
        "' lw 1.2 notitle\nunset label 99\n",
        figures->leverage_max > 0 ? figures->leverage_max * 1.08 : 1);
    panel(self, 0.16, 0.52);
    plot_time_axis(self, figures->first_us, figures->last_us);
    buffer_format(&self->script,
                  "set ylabel 'Margin used / equity, %%' offset 0.5\nset yrange [0:%.6f]\n"
                  "plot $margin using 1:2 with steps lc rgb '" COLOUR_RED
                  "' lw 1.2 notitle\nunset multiplot\n",
                  figures->margin_ratio_max > 0 ? figures->margin_ratio_max * 108 : 1);
    curve_release(&leverage);
    curve_release(&margin);
    free(exposure);
}

static void plot_funding(struct plots *self)
{
    struct curve paid;
    double sum = 0;
    double lowest;
    double highest;

    curve_begin(&paid, self->figures->first_us, self->figures->last_us, PLOT_COLUMNS);
    curve_add(&paid, self->figures->first_us, 0);
    for (int64_t i = 0; i < self->run->posting_count; i++) {
        if (strcmp(run_word(self->run, self->run->postings[i].kind), "funding") == 0) {
            sum -= figure_money(self->run->postings[i].amount_e8);
            curve_add(&paid, self->run->postings[i].timestamp_us, sum);
        }
    }
    curve_add(&paid, self->figures->last_us, sum);
    curve_end(&paid);
    plot_begin(self, "funding", 340, "Funding paid, cumulative (below zero: received)");
    plot_time_axis(self, self->figures->first_us, self->figures->last_us);
    plot_curve(self, "paid", &paid);
    curve_range(&paid, &lowest, &highest);
    plot_range(self, "y", fmin(lowest, 0), fmax(highest, 0));
    buffer_format(&self->script,
                  "set ylabel 'Paid, %s'\nset format y '%%.6g'\nunset key\nset arrow from graph 0, "
                  "first 0 to graph 1, first 0 nohead lc rgb '#555555' lw 1\n"
                  "plot $paid using 1:2 with steps lc rgb '" COLOUR_PURPLE "' lw 1.8 notitle\n",
                  self->figures->quote);
    curve_release(&paid);
}

void plot_account(struct plots *self)
{
    if (self->run->equity_count == 0) {
        return;
    }
    plot_equity(self);
    plot_underwater(self);
    plot_leverage(self);
    plot_funding(self);
}
