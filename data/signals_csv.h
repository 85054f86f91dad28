/* signals_csv.h - the signals file: any dialect of DESIGN 7 and PROTOCOLS F4, to struct signal in order of time.
 *
 * Columns  a header is required; columns by name, in any order and case, blanks and '-' read as '_':
 *            timestamp (ts, time, date, datetime, date/time)   required; token (symbol, pair, ticker)   required
 *            source (strategy, channel, group, enter_tag), confidence (score), price, volume, metadata (data)
 *            side (direction, action, signal): long buy 1 | short sell -1 | close flat exit 0; empty: unsaid
 *            enter_long, enter_short, exit_long, exit_short: 1 or 0, where there is no side
 *            id (signal_id, external_id), stop_loss (stop, sl), take_profit (targets, tp): a price, a JSON array or a list
 *            parted by ';' or '|'; tp1 .. tp16; entry, entry_lo (entry_low), entry_hi (entry_high)
 *            leverage (lev): 10, 10x; ttl (ttl_s): seconds, or a duration as "15m"
 *          The first name of a line wins over those in brackets. Other columns are named in a defect "unused-column".
 * Time     s, ms, us, ns since the epoch by magnitude (10, 13, 16, 19 digits; seconds may have a fraction), or ISO-8601 with
 *          zone. One unit for the whole column: a mix, or numbers that have no such magnitude, is refused with both readings.
 * Laws     every row ends in exactly one place: a signal (judged later, perhaps refused by verdict), an idle row (all of
 *          enter_* and exit_* are 0), or a defect with code "bad-row" and its line (wrong number of fields, unreadable time).
 *          Sorted by time, stable; rows moved are counted. Prices are cut from the text, in metadata too; only a JSON number
 *          with more decimals than a price holds is first rounded to 15 digits, as DESIGN 7 says of reals.
 *          Text is valid UTF-8 without control bytes afterwards; where it was not, SIGNAL_BAD_TEXT says so.
 * Failure  false and an error (2, 3 or 4). `strict`: the first bad row is that error (exit 3). No token or time column, no
 *          header, an empty file: exit 3. A header alone is a valid file of 0 signals.
 * Cost     about 1.5 us a row with metadata, of which 0.4 libcsv. */
#ifndef DATA_SIGNALS_CSV_H
#define DATA_SIGNALS_CSV_H

#include "core/signal.h"
#include "data/error.h"

struct signals_file {
    struct signal *items;
    /* Raw JSON text of each signal, NULL where there is none: for the store's `data` column. What was not JSON is there as one
     * JSON string, so that it is always valid JSON. */
    char **metadata;
    int64_t count, capacity;
    int64_t rows; /* data rows of the file */
    int64_t bad_rows, idle_rows, moved_rows;
    int64_t without_confidence, without_price, without_volume;
    const char *time_unit; /* static text: "s", "ms", "us", "ns", "ISO-8601"; "none" without rows */
    uint64_t data_hash;    /* XXH3 of the raw bytes */
    struct defects defects;
};

MUST_USE bool
signals_csv_load(struct signals_file *self, const char *path, bool strict, struct error *error);
void signals_file_release(struct signals_file *self);

/* One metadata JSON object into the fields of a signal (also used by the live feed), after its columns: column targets win.
 * Keys: side, entry, targets, target_shares, stop, sl, trailing, leverage_stated; null and "" are as if absent. False: not
 * a JSON object (or one of these keys twice); then SIGNAL_BAD_METADATA is set, and nothing else. */
bool signal_metadata_parse(struct signal *signal, const char *json, size_t length);

#endif
