/* journal.h - what a session lived through, on a tape: each event before the core acts on it, what the core then asked of the
 * venue, and its digest. `cerberus-sim replay` steps the same core over it and must come to the same.
 *
 * On tape  streams: one a symbol, number = instrument, and one more for what has none. Two CONFIG texts first: the start
 *          line of a feed (data/feed_json.h: instruments with their rules), then every setting in force as JSON. Then an event
 *          (TAPE_EVENT + kind; receive_ns: its venue time; signals as a feed's line, commands and settings as JSON,
 *          states as bytes in the side area), its
 *          actions (TAPE_ACTION + kind: leverage, place, cancel, and the verdict on a signal), the digest (TAPE_STEP).
 *          More than five words go on in TAPE_WORDS.
 *          A restart begins a new epoch in the same file: streams again where the symbols are others, the two CONFIG texts again
 *          (v[2]: the epoch's first stream, v[3]: its number), then EVENT_SNAPSHOT: the state it begins with.
 *          What set the events off stands before them: TAPE_INPUT + feed kind (data/journal_inputs.h; signals as a feed's
 *          line) or + 0 for a command. `replay` passes over the inputs; `whatif` runs a session on them and on nothing else.
 * Laws     an event is in the page cache before the core sees it: a killed process loses none, and of the inputs none that
 *          set off an event. Times never fall; an input's own time is its first word's, and in receive_ns.
 * Failure  writing: the first fault stays in `error`, later calls do nothing: the caller asks journal_failed() and ends.
 *          reading: false and an error (exit 3) for what is no journal, damaged, or holds what cannot be an event. */
#ifndef DATA_JOURNAL_H
#define DATA_JOURNAL_H

#include "core/ports.h"
#include "data/feed_json.h"
#include "data/journal_words.h"
#include "data/tape.h"

struct journal {
    struct tape_writer *tape;
    const struct instruments *instruments;
    struct error *error;
    int64_t time_us; /* of the event under way */
    int32_t base;    /* the epoch's first stream */
    uint32_t epoch;
    bool failed;
};

/* time_us: not after the first event. start: as the feed's own start line, with the instruments as they are traded.
 * config: config_json(). All borrowed for life. */
MUST_USE bool journal_open(struct journal *self,
                           const char *path,
                           int64_t time_us,
                           const struct feed_start *start,
                           const struct instruments *instruments,
                           const char *config,
                           struct error *error);
/* What a new epoch of a live account begins with. */
struct journal_epoch {
    uint32_t epoch;
    int64_t time_us; /* it begins then */
    int64_t
        keep_bytes; /* as the database says; what lies behind has no consequence there and is cut */
    int64_t cut_bytes,
        missing_bytes; /* out: cut; the file ends before keep_bytes by so much (a power cut): it has a gap */
};
/* The same for the next epoch of a journal that stands; where there is none, one is begun. Its time is never before the last
 * record's: ask journal_last_us(). */
MUST_USE bool journal_resume(struct journal *self,
                             const char *path,
                             const struct feed_start *start,
                             const struct instruments *instruments,
                             const char *config,
                             struct journal_epoch *epoch,
                             struct error *error);
/* Of a journal that is not open: 0. */
int64_t journal_last_us(const struct journal *self);
/* What the file holds so far; everything that was handed over is in the page cache after it. */
int64_t journal_bytes(struct journal *self);
/* To the disk: once a second, and at the end. */
MUST_USE bool journal_sync(struct journal *self);
struct journal_port journal_port(struct journal *self);
/* What the session takes next, before it takes it. Of a journal that was never opened (all zero): nothing happens. */
void journal_input(struct journal *self, const struct feed_record *record);
void journal_input_command(struct journal *self,
                           const struct event_command *command,
                           int64_t time_us);
bool journal_failed(const struct journal *self);
/* Writes what is left and closes the tape. */
MUST_USE bool journal_close(struct journal *self);

/* ---- reading ---- */

enum journal_entry_kind {
    JOURNAL_EVENT,
    JOURNAL_ACTION,
    JOURNAL_STEP,
    JOURNAL_INPUT,
    JOURNAL_EPOCH, /* a restart: instruments, start, config and epoch are others from here */
    JOURNAL_OVER
};

struct journal_entry {
    enum journal_entry_kind kind;
    int64_t number; /* of the event, from 1 */
    struct event
        event; /* JOURNAL_EVENT: its signal or command is the reader's, until the next entry */
    int32_t action_kind, instrument;
    struct journal_words words; /* JOURNAL_ACTION */
    uint64_t digest;            /* JOURNAL_STEP */
};

/* Borrowed from the reader until the next entry. */
struct journal_input {
    const struct feed_record *record;    /* NULL: a command */
    const struct event_command *command; /* NULL: a record */
    int64_t time_us;
};

struct journal_reader; /* opaque */

/* Fills instruments, start and *config (borrowed, closed text) from the journal's head. NULL and an error: no journal. */
MUST_USE struct journal_reader *journal_read_open(const char *path,
                                                  struct instruments *instruments,
                                                  struct feed_start *start,
                                                  const char **config,
                                                  struct error *error);
MUST_USE bool
journal_read(struct journal_reader *self, struct journal_entry *out, struct error *error);
/* The input of an entry of that kind, right behind it: shape and order are those of a feed. */
MUST_USE bool
journal_read_input(struct journal_reader *self, struct journal_input *out, struct error *error);
/* Of the epoch under way, borrowed until the next. */
const struct feed_start *journal_read_start(const struct journal_reader *self);
const char *journal_read_config(const struct journal_reader *self);
uint32_t journal_read_epoch(const struct journal_reader *self);
/* When the session began: the time of its start line. */
int64_t journal_read_first_us(const struct journal_reader *self);
void journal_read_close(struct journal_reader *self); /* NULL is fine */

#endif
