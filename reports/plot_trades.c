/* Trades: profit a symbol and a source, bubbles over time, distance to liquidation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/groups.h"
#include "reports/memory.h"
#include "reports/plots.h"

enum { BARS_MAX = 30, SEGMENTS_MAX = 1500 };

static int profit_size_compare(const void *left, const void *right)
{
    double a = fabs(((const struct group *)left)->profit);
    double b = fabs(((const struct group *)right)->profit);

    return (a < b) - (a > b);
}

static int profit_compare(const void *left, const void *right)
{
    double a = ((const struct group *)left)->profit;
    double b = ((const struct group *)right)->profit;

    return (a > b) - (a < b);
}

/* The largest BARS_MAX by size, then in order of profit; the rest in one bar without a word. */
static void bars_choose(struct groups *groups)
{
    if (groups->count > BARS_MAX) {
        qsort(groups->items, (size_t)groups->count, sizeof(struct group), profit_size_compare);
        struct group rest = {.word = -1};
        for (int64_t i = BARS_MAX - 1; i < groups->count; i++) {
            rest.profit += groups->items[i].profit;
            rest.trades += groups->items[i].trades;
        }
        groups->items[BARS_MAX - 1] = rest;
        groups->count = BARS_MAX;
    }
    if (groups->count > 0) {
        qsort(groups->items, (size_t)groups->count, sizeof(struct group), profit_compare);
    }
}

static void
bars_data(struct plots *self, const struct groups *groups, double *lowest, double *highest)
{
    buffer_add(&self->script, "$bars << EOD\n");
    for (int64_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->items[i];
        *lowest = fmin(*lowest, group->profit);
        *highest = fmax(*highest, group->profit);
        buffer_format(&self->script, "%.8g %lld %d \"%+.2f (%lld)\"\n", group->profit, (long long)i,
                      group->profit < 0 ? 0xD55E00 : 0x0072B2, group->profit,
                      (long long)group->trades);
    }
    buffer_add(&self->script, "EOD\nset ytics (");
    for (int64_t i = 0; i < groups->count; i++) {
        char words[40];
        const char *name =
            groups->items[i].word < 0 ? "all others" : run_word(self->run, groups->items[i].word);
        (void)snprintf(words, sizeof(words), "%.30s%s", name, strlen(name) > 30 ? "..." : "");
        buffer_add(&self->script, i > 0 ? ", " : "");
        buffer_gnuplot(&self->script, words);
        buffer_format(&self->script, " %lld", (long long)i);
    }
    buffer_add(&self->script, ")\n");
}

static void plot_bars(struct plots *self, const char *file, const char *title, enum group_key key)
{
    struct groups groups;
    double lowest = 0;
    double highest = 0;

    groups_by_key(&groups, self->run, self->figures, key, false);
    bars_choose(&groups);
    plot_begin(self, file, 130 + 26 * (int)groups.count, title);
    bars_data(self, &groups, &lowest, &highest);
    double air = fmax((highest - lowest) * 0.22, 1e-6); /* room for the figures beside the bars */
    buffer_format(
        &self->script,
        "unset key\nset grid noytics xtics\nset xlabel 'Profit, %s (trades)'\nset format x "
        "'%%.6g'\n"
        "set xrange [%.8g:%.8g]\nset yrange [-0.7:%lld.7]\n"
        "set arrow from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#555555' lw 1 front\n"
        "plot $bars using (0):2:(0):1:($2-0.38):($2+0.38):3 with boxxyerror fc rgb variable "
        "notitle",
        self->figures->quote, lowest - (lowest < 0 ? air : air * 0.1),
        highest + (highest > 0 ? air : air * 0.1), (long long)groups.count - 1);
    /* gnuplot 5.4 dies of labels without a single point, so each kind is asked for only if it is
     * there. The bars stand in order of profit. */
    if (groups.count > 0 && groups.items[0].profit < 0) {
        buffer_add(&self->script, ", $bars using ($1 < 0 ? $1 : NaN):2:4 with labels right "
                                  "offset -0.6,0 font ',11' notitle");
    }
    if (groups.count > 0 && !(groups.items[groups.count - 1].profit < 0)) {
        buffer_add(&self->script, ", $bars using ($1 >= 0 ? $1 : NaN):2:4 with labels left "
                                  "offset 0.6,0 font ',11' notitle");
    }
    buffer_add(&self->script, "\n");
    groups_release(&groups);
}

/* True the first time that a cell of a few pixels is used: a million bubbles draw as many as can
 * be seen. */
static bool cell_free(uint8_t *cells, int64_t x, int64_t y)
{
    enum { CELLS_X = 250, CELLS_Y = 80 };

    if (x < 0 || x >= CELLS_X || y < 0 || y >= CELLS_Y) {
        return true;
    }
    bool was_free = cells[y * CELLS_X + x] == 0;
    cells[y * CELLS_X + x] = 1;
    return was_free;
}

static bool liquidated(const struct run *run, const struct run_position *position)
{
    return strcmp(run_word(run, position->exit_reason), "liquidation") == 0;
}

static void
bubbles_data(struct plots *self, const char *block, bool wins, double span, double stake_max)
{
    uint8_t *cells = memory_array((int64_t)250 * 80, 1);
    const struct figures *figures = self->figures;
    double window = (double)(figures->last_us - figures->first_us);

    buffer_format(&self->script, "$%s << EOD\n", block);
    for (int64_t i = 0; i < figures->trade_count; i++) {
        const struct trade *trade = &figures->trades[i];
        if (!isfinite(trade->ratio) || (trade->profit >= 0) != wins) {
            continue;
        }
        double x = window > 0
                       ? (double)(trade->position->closed_us - figures->first_us) / window * 250
                       : 0;
        double y = span > 0 ? trade->ratio / span * 39 + 40 : 0;
        if (cell_free(cells, (int64_t)x, (int64_t)y)) {
            double size = stake_max > 0 ? 0.35 + 1.9 * sqrt(trade->stake / stake_max) : 0.6;
            buffer_format(&self->script, "%.0f %.6g %.3f\n",
                          (double)trade->position->closed_us / 1e6, trade->ratio * 100, size);
        }
    }
    buffer_add(&self->script, "EOD\n");
    free(cells);
}

static void bubbles_liquidations(struct plots *self)
{
    buffer_add(&self->script, "$dead << EOD\n");
    for (int64_t i = 0; i < self->figures->trade_count; i++) {
        const struct trade *trade = &self->figures->trades[i];
        if (isfinite(trade->ratio) && liquidated(self->run, trade->position)) {
            buffer_format(&self->script, "%.0f %.6g\n", (double)trade->position->closed_us / 1e6,
                          trade->ratio * 100);
        }
    }
    buffer_add(&self->script, "EOD\n");
}

static void plot_bubbles(struct plots *self)
{
    const struct figures *figures = self->figures;
    double lowest = 0;
    double highest = 0;
    double stake_max = 0;

    for (int64_t i = 0; i < figures->trade_count; i++) {
        double ratio = isfinite(figures->trades[i].ratio) ? figures->trades[i].ratio : 0;
        lowest = fmin(lowest, ratio);
        highest = fmax(highest, ratio);
        stake_max = fmax(stake_max, figures->trades[i].stake);
    }
    plot_begin(self, "trades", 460, "Each trade at its close: result on its margin; area = margin");
    plot_time_axis(self, figures->first_us, figures->last_us);
    plot_range(self, "y", lowest * 100, highest * 100);
    bubbles_data(self, "wins", true, fmax(highest, -lowest), stake_max);
    bubbles_data(self, "losses", false, fmax(highest, -lowest), stake_max);
    bubbles_liquidations(self);
    buffer_add(&self->script,
               "set ylabel 'Profit / margin, %'\nset format y '%.6g'\n"
               "set arrow from graph 0, first 0 to graph 1, first 0 nohead lc rgb '#555555' lw 1\n"
               "plot $wins using 1:2:3 with points pt 7 ps variable lc rgb '#800072B2' notitle, "
               "$losses using 1:2:3 with points pt 7 ps variable lc rgb '#80D55E00' notitle, ");
    if (figures->liquidations > 0) {
        buffer_add(
            &self->script,
            "$dead using 1:2 with points pt 2 ps 1.1 lw 2 lc rgb '#000000' title 'liquidation', ");
    }
    buffer_add(&self->script,
               "keyentry with points pt 7 ps 1.2 lc rgb '" COLOUR_BLUE "' title 'profit', "
               "keyentry with points pt 7 ps 1.2 lc rgb '" COLOUR_RED "' title 'loss'\n");
}

/* How far the price may go before liquidation, percent of the price. */
static double distance_percent(const struct run_position *position, double price)
{
    double liquidation = figure_price(position->liquidation_price_e12);
    double way = position->side == SIDE_LONG ? price - liquidation : liquidation - price;

    return price > 0 ? way / price * 100 : 0;
}

static void distance_data(struct plots *self, const char *block, enum side side, double *highest)
{
    const struct figures *figures = self->figures;
    int64_t every = figures->trade_count / SEGMENTS_MAX + 1;

    buffer_format(&self->script, "$%s << EOD\n0 NaN 0 0\n", block);
    for (int64_t i = 0; i < figures->trade_count; i += every) {
        const struct trade *trade = &figures->trades[i];
        const struct run_position *position = trade->position;
        if (position->side != side || position->liquidation_price_e12 <= 0 ||
            !isfinite(trade->exit_price)) {
            continue;
        }
        double from = distance_percent(position, trade->entry_price);
        double to = fmax(distance_percent(position, trade->exit_price), 0);
        *highest = fmax(*highest, fmax(from, to));
        buffer_format(&self->script, "%.0f %.5g %.0f %.5g\n", (double)position->opened_us / 1e6,
                      from, (double)trade->duration_us / 1e6, to - from);
    }
    buffer_add(&self->script, "EOD\n");
}

static void distance_liquidations(struct plots *self)
{
    buffer_add(&self->script, "$dead << EOD\n0 NaN\n");
    for (int64_t i = 0; i < self->figures->trade_count; i++) {
        if (liquidated(self->run, self->figures->trades[i].position)) {
            buffer_format(&self->script, "%.0f 0\n",
                          (double)self->figures->trades[i].position->closed_us / 1e6);
        }
    }
    buffer_add(&self->script, "EOD\n");
}

static void plot_distance(struct plots *self)
{
    double highest = 0;

    plot_begin(self, "liquidation", 400,
               "Distance to liquidation of each position, from its entry to its exit");
    plot_time_axis(self, self->figures->first_us, self->figures->last_us);
    distance_data(self, "longs", SIDE_LONG, &highest);
    distance_data(self, "shorts", SIDE_SHORT, &highest);
    distance_liquidations(self);
    buffer_format(
        &self->script,
        "set ylabel 'Distance, %% of the price'\nset format y '%%.4g'\nset yrange [%.4f:%.4f]\n"
        "plot $longs using 1:2:3:4 with vectors nohead lw 1.2 lc rgb '" COLOUR_BLUE "' notitle, "
        "$longs using 1:2 with points pt 7 ps 0.35 lc rgb '" COLOUR_BLUE "' notitle, "
        "$shorts using 1:2:3:4 with vectors nohead lw 1.2 lc rgb '" COLOUR_ORANGE "' notitle, "
        "$shorts using 1:2 with points pt 5 ps 0.35 lc rgb '" COLOUR_ORANGE "' notitle, "
        "$dead using 1:2 with points pt 2 ps 1.1 lw 2 lc rgb '#000000' notitle, "
        "keyentry with linespoints pt 7 ps 0.6 lw 1.5 lc rgb '" COLOUR_BLUE
        "' title 'long (dot: entry)', "
        "keyentry with linespoints pt 5 ps 0.6 lw 1.5 lc rgb '" COLOUR_ORANGE
        "' title 'short (square: entry)', "
        "keyentry with points pt 2 ps 1 lw 2 lc rgb '#000000' title 'liquidated'\n",
        -highest * 0.03 - 0.01, highest > 0 ? highest * 1.06 : 1);
}

void plot_trades(struct plots *self)
{
    if (self->figures->trade_count == 0) {
        return;
    }
    plot_bars(self, "profit-symbols", "Profit per symbol", GROUP_TOKEN);
    plot_bars(self, "profit-sources", "Profit per source", GROUP_SOURCE);
    plot_bubbles(self);
    plot_distance(self);
}
