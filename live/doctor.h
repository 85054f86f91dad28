/* doctor.h - `cerberus-live doctor`: everything that trading rests on, looked at once; nothing is traded and nothing is written.
 * Prints   one line each: "ok" or "WRONG" and what to do: venue and clock, keys and their rights, account modes, rules and
 * brackets,
 *          market streams with their ages, state directory, database, disk.
 * Exit     0: all is well; 4: something is wrong. */
#ifndef LIVE_DOCTOR_H
#define LIVE_DOCTOR_H

#include "live/options.h"
#include "live/venue.h"

/* table NULL: by live.venue. */
int doctor_run(const struct live_options *options,
               struct simulation *simulation,
               const struct venue_table *table);

#endif
