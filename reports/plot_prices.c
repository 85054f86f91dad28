/* One picture a symbol: the prices at which it was entered and left, the stops and liquidation
 * prices that stood meanwhile. The store holds no candles, so the market is a thin line through
 * the prices of assessments and fills, and no more. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/groups.h"
#include "reports/memory.h"
#include "reports/plots.h"

enum { POSITIONS_MAX = 400 };

/* What a picture of one symbol is made from. */
struct price_view {
    int32_t token;
    int64_t every; /* one of so many positions is drawn */
    int64_t first_us, last_us;
    double lowest, highest;
};

static double seconds(int64_t us)
{
    return (double)us / 1e6;
}

static void view_include(struct price_view *view, int64_t time_us, double price)
{
    if (price > 0) {
        view->lowest = fmin(view->lowest, price);
        view->highest = fmax(view->highest, price);
        view->first_us = time_us < view->first_us ? time_us : view->first_us;
        view->last_us = time_us > view->last_us ? time_us : view->last_us;
    }
}

static bool view_shows(const struct price_view *view, const struct run_position *position)
{
    return position->token == view->token && position->id % view->every == 0;
}

static int64_t end_of(const struct plots *self, int64_t ended_us)
{
    return ended_us > 0 ? ended_us : self->figures->last_us;
}

/* The market as the store saw it: prices of assessments and fills, in order of time. */
static void block_market(struct plots *self, struct price_view *view)
{
    const struct run *run = self->run;
    struct curve line;
    int64_t next = 0;

    curve_begin(&line, self->figures->first_us, self->figures->last_us, PLOT_COLUMNS);
    for (int64_t i = 0; i <= run->fill_count; i++) {
        const struct run_fill *fill = i < run->fill_count ? &run->fills[i] : NULL;
        if (fill != NULL && fill->token != view->token) {
            continue;
        }
        int64_t until_us = fill != NULL ? fill->timestamp_us : INT64_MAX;
        for (; next < run->assessment_count && run->assessments[next].timestamp_us <= until_us;
             next++) {
            const struct run_assessment *item = &run->assessments[next];
            if (item->token == view->token && item->price_e12 > 0) {
                curve_add(&line, item->timestamp_us, figure_price(item->price_e12));
                view_include(view, item->timestamp_us, figure_price(item->price_e12));
            }
        }
        if (fill != NULL) {
            curve_add(&line, fill->timestamp_us, figure_price(fill->price_e12));
            view_include(view, fill->timestamp_us, figure_price(fill->price_e12));
        }
    }
    curve_end(&line);
    plot_curve(self, "line", &line);
    curve_release(&line);
}

/* Holdings as segments from entry to exit. */
static void
block_holdings(struct plots *self, const struct price_view *view, const char *name, bool wins)
{
    buffer_format(&self->script, "$%s << EOD\n0 NaN 0 0\n", name);
    for (int64_t i = 0; i < self->figures->trade_count; i++) {
        const struct trade *trade = &self->figures->trades[i];
        if (view_shows(view, trade->position) && (trade->profit >= 0) == wins &&
            isfinite(trade->exit_price)) {
            buffer_format(&self->script, "%.3f %.10g %.3f %.10g\n",
                          seconds(trade->position->opened_us), trade->entry_price,
                          seconds(trade->duration_us), trade->exit_price - trade->entry_price);
        }
    }
    buffer_add(&self->script, "EOD\n");
}

static void
block_entries(struct plots *self, const struct price_view *view, const char *name, enum side side)
{
    buffer_format(&self->script, "$%s << EOD\n0 NaN\n", name);
    for (int64_t i = 0; i < self->run->position_count; i++) {
        const struct run_position *position = &self->run->positions[i];
        if (view_shows(view, position) && position->side == side && position->entry_price_e12 > 0) {
            buffer_format(&self->script, "%.3f %.10g\n", seconds(position->opened_us),
                          figure_price(position->entry_price_e12));
        }
    }
    buffer_add(&self->script, "EOD\n");
}

enum exit_mark { MARK_STOP, MARK_TARGET, MARK_LIQUIDATION, MARK_OTHER };

static enum exit_mark mark_of(const struct run *run, const struct run_position *position)
{
    const char *reason = run_word(run, position->exit_reason);

    return strcmp(reason, "stop") == 0 || strcmp(reason, "trailing_stop") == 0 ? MARK_STOP
           : strcmp(reason, "take_profit") == 0                                ? MARK_TARGET
           : strcmp(reason, "liquidation") == 0                                ? MARK_LIQUIDATION
                                                                               : MARK_OTHER;
}

static void block_exits(struct plots *self,
                        const struct price_view *view,
                        const char *name,
                        enum exit_mark mark)
{
    buffer_format(&self->script, "$%s << EOD\n0 NaN\n", name);
    for (int64_t i = 0; i < self->figures->trade_count; i++) {
        const struct trade *trade = &self->figures->trades[i];
        if (view_shows(view, trade->position) && mark_of(self->run, trade->position) == mark &&
            isfinite(trade->exit_price)) {
            buffer_format(&self->script, "%.3f %.10g\n", seconds(trade->position->closed_us),
                          trade->exit_price);
        }
    }
    buffer_add(&self->script, "EOD\n");
}

/* A level that stood from one time to another; one that was short is drawn long enough to see. */
static void level_put(struct plots *self, int64_t from_us, int64_t to_us, double price)
{
    enum { SHORTEST = 200 }; /* of the picture's width */
    int64_t shortest_us = (self->figures->last_us - self->figures->first_us) / SHORTEST;
    int64_t length_us = to_us - from_us > shortest_us ? to_us - from_us : shortest_us;

    buffer_format(&self->script, "%.3f %.10g %.3f 0\n", seconds(from_us), price,
                  seconds(length_us));
}

/* Triggers of stop orders while they stood. */
static void block_stops(struct plots *self, const struct price_view *view)
{
    buffer_add(&self->script, "$stops << EOD\n0 NaN 0 0\n");
    for (int64_t i = 0; i < self->run->order_count; i++) {
        const struct run_order *order = &self->run->orders[i];
        if (order->token == view->token && order->position_id % view->every == 0 &&
            order->trigger_e12 > 0 &&
            strcmp(run_word(self->run, order->type), "stop_market") == 0) {
            level_put(self, order->intent_us, end_of(self, order->ended_us),
                      figure_price(order->trigger_e12));
        }
    }
    buffer_add(&self->script, "EOD\n");
}

static void block_liquidations(struct plots *self, const struct price_view *view)
{
    buffer_add(&self->script, "$liquidation << EOD\n0 NaN 0 0\n");
    for (int64_t i = 0; i < self->run->position_count; i++) {
        const struct run_position *position = &self->run->positions[i];
        if (view_shows(view, position) && position->liquidation_price_e12 > 0) {
            level_put(self, position->opened_us, end_of(self, position->closed_us),
                      figure_price(position->liquidation_price_e12));
        }
    }
    buffer_add(&self->script, "EOD\n");
}

/* The market's own range and half as much again on both sides: the liquidation price of a
 * position at 1x lies so far away that it would press all else into a line. */
static void price_range(struct plots *self, const struct price_view *view)
{
    double span = view->highest - view->lowest;
    double least = view->highest * 0.06; /* a quiet market: stops within some percent are seen */
    double air = (span > least ? span : least) * 0.5;

    buffer_format(&self->script, "set yrange [%.10g:%.10g]\n", fmax(view->lowest - air, 0),
                  view->highest + air);
}

static const char price_plot[] =
    "plot $line using 1:2 with lines lc rgb '#BBBBBB' lw 0.8 title 'prices met', "
    "$stops using 1:2:3:4 with vectors nohead lw 1.4 lc rgb '" COLOUR_ORANGE "' notitle, "
    "$liquidation using 1:2:3:4 with vectors nohead lw 1.6 lc rgb '" COLOUR_PURPLE "' notitle, "
    "$won using 1:2:3:4 with vectors nohead lw 2 lc rgb '" COLOUR_BLUE "' notitle, "
    "$lost using 1:2:3:4 with vectors nohead lw 2 lc rgb '" COLOUR_RED "' notitle, "
    "$longs using 1:2 with points pt 9 ps 0.8 lc rgb '" COLOUR_GREEN "' title 'long entry', "
    "$shorts using 1:2 with points pt 11 ps 0.8 lc rgb '" COLOUR_BLACK "' title 'short entry', "
    "$stopped using 1:2 with points pt 2 ps 0.7 lw 1.6 lc rgb '" COLOUR_RED "' title 'stop', "
    "$target using 1:2 with points pt 7 ps 0.6 lc rgb '" COLOUR_BLUE "' title 'target', "
    "$other using 1:2 with points pt 6 ps 0.7 lw 1.4 lc rgb '#444444' title 'other exit', "
    "$dead using 1:2 with points pt 3 ps 1.2 lw 1.8 lc rgb '" COLOUR_BLACK "' title 'liquidated', "
    "keyentry with lines lw 1.6 lc rgb '" COLOUR_ORANGE "' title 'stop level', "
    "keyentry with lines lw 1.8 lc rgb '" COLOUR_PURPLE "' title 'liquidation level in sight', "
    "keyentry with lines lw 2 lc rgb '" COLOUR_BLUE "' title 'held at a profit', "
    "keyentry with lines lw 2 lc rgb '" COLOUR_RED "' title 'held at a loss'\n";

static void plot_price(struct plots *self, const struct group *group)
{
    char file[PICTURE_FILE_BYTES];
    char title[160];
    const char *symbol = run_word(self->run, group->word);
    struct price_view view = {.token = group->word,
                              .every = group->trades / POSITIONS_MAX + 1,
                              .first_us = self->figures->last_us,
                              .last_us = self->figures->first_us,
                              .lowest = HUGE_VAL,
                              .highest = 0};

    (void)snprintf(file, sizeof(file), "price-%.80s", symbol);
    if (view.every > 1) {
        (void)snprintf(title, sizeof(title), "%.60s: one of every %lld of %lld positions", symbol,
                       (long long)view.every, (long long)group->trades);
    } else {
        (void)snprintf(title, sizeof(title), "%.60s: entries, exits, stops and liquidation prices",
                       symbol);
    }
    plot_begin(self, file, 540, title);
    self->pictures[self->count - 1].price = true;
    block_market(self, &view);
    block_holdings(self, &view, "won", true);
    block_holdings(self, &view, "lost", false);
    block_entries(self, &view, "longs", SIDE_LONG);
    block_entries(self, &view, "shorts", SIDE_SHORT);
    block_exits(self, &view, "stopped", MARK_STOP);
    block_exits(self, &view, "target", MARK_TARGET);
    block_exits(self, &view, "dead", MARK_LIQUIDATION);
    block_exits(self, &view, "other", MARK_OTHER);
    block_stops(self, &view);
    block_liquidations(self, &view);
    int64_t air_us = (view.last_us - view.first_us) / 50;
    plot_time_axis(self, view.first_us - air_us, view.last_us + air_us);
    price_range(self, &view);
    buffer_format(&self->script,
                  "set ylabel 'Price, %s'\nset format y '%%.6g'\nset key maxcols 5\n",
                  self->figures->quote);
    buffer_add(&self->script, price_plot);
}

static int trades_compare(const void *left, const void *right)
{
    int64_t a = ((const struct group *)left)->trades;
    int64_t b = ((const struct group *)right)->trades;

    return (a < b) - (a > b);
}

void plot_prices(struct plots *self)
{
    struct groups groups;

    groups_by_key(&groups, self->run, self->figures, GROUP_TOKEN, false);
    if (groups.count > 0) {
        qsort(groups.items, (size_t)groups.count, sizeof(struct group), trades_compare);
    }
    for (int64_t i = 0; i < groups.count && i < PRICE_PICTURES_MAX; i++) {
        plot_price(self, &groups.items[i]);
    }
    self->left_out = groups.count > PRICE_PICTURES_MAX ? groups.count - PRICE_PICTURES_MAX : 0;
    groups_release(&groups);
}
