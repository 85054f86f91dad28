/* paper.h - paper trading on a feed: the same core and the same mock exchange as a backtest, one line at a time.
 * Laws     a line is carried out whole, and its records committed, before the next is looked at; a decision is printed on
 *          standard output as soon as it is made.
 * SIGTERM, SIGINT  entries off, resting entries cancelled, positions held and reported, clean end. */
#ifndef LIVE_PAPER_H
#define LIVE_PAPER_H

#include "live/options.h"

/* Answers an exit code; the error has been printed. */
int paper_run(const struct live_options *options,
              struct simulation *simulation,
              const char *command);

#endif
