/* plots.h - the pictures of a run: one gnuplot script that holds its data, run once, one SVG a
 * picture.
 * Laws     every picture has a title, units on its axes, UTC dates, and colours that a
 *          colour-blind reader can tell apart (Okabe and Ito); no meaning hangs on colour alone.
 *          Names from the database stand in the script only as quoted strings, with gnuplot's
 *          own mark-up off. Curves are reduced before they are written (reduce.h).
 * Failure  plots_draw(): an error (4) when gnuplot is missing or fails; the script is kept for a
 *          look at it.
 * Cost     about 20 ms a picture. */
#ifndef REPORTS_PLOTS_H
#define REPORTS_PLOTS_H

#include "reports/figures.h"
#include "reports/reduce.h"

enum { PICTURE_FILE_BYTES = 96, PLOT_WIDTH = 1000, PLOT_COLUMNS = 1200, PRICE_PICTURES_MAX = 40 };

struct picture {
    char file[PICTURE_FILE_BYTES]; /* "equity.svg": safe characters only */
    char *title;
    bool price; /* one of the pictures a symbol */
};

struct plots {
    const struct run *run;
    const struct figures *figures;
    struct buffer script;
    struct picture *pictures;
    int64_t count, capacity;
    int64_t left_out; /* symbols beyond PRICE_PICTURES_MAX */
};

/* Writes the script; nothing is drawn yet. */
void plots_build(struct plots *self, const struct run *run, const struct figures *figures);
void plots_release(struct plots *self);
/* Runs gnuplot once in the folder. */
MUST_USE bool plots_draw(const struct plots *self, const char *folder, struct error *error);

/* Okabe and Ito's palette, and greys. */
#define COLOUR_BLACK  "#000000"
#define COLOUR_ORANGE "#E69F00"
#define COLOUR_SKY    "#56B4E9"
#define COLOUR_GREEN  "#009E73"
#define COLOUR_YELLOW "#F0E442"
#define COLOUR_BLUE   "#0072B2"
#define COLOUR_RED    "#D55E00"
#define COLOUR_PURPLE "#CC79A7"
#define COLOUR_GREY   "#7F7F7F"

/* ---- for the files that draw ---- */
/* Opens a picture: output, size, title (raw text). file without its ending. */
void plot_begin(struct plots *self, const char *file, int height, const char *title);
/* Time axis over the run's window with UTC dates. */
void plot_time_axis(struct plots *self, int64_t first_us, int64_t last_us);
/* y range with 5 % of air at both ends, never empty. */
void plot_range(struct plots *self, const char *axis, double lowest, double highest);
/* The next round step (1, 2 or 5 times a power of ten) that is not below at_least. */
double plot_step(double at_least);
/* $name << EOD ... EOD of a curve, times in seconds. */
void plot_curve(struct plots *self, const char *name, const struct curve *curve);

void plot_account(struct plots *self); /* plot_account.c: equity, underwater, leverage, funding */
void plot_returns(struct plots *self); /* plot_returns.c: heat map, histogram */
void plot_trades(
    struct plots *self); /* plot_trades.c: profit bars, bubbles, distance to liquidation */
void plot_prices(struct plots *self); /* plot_prices.c: one a symbol */

#endif
