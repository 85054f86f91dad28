/* tape.h - the one binary format of events at rest: an import writes it, a live session will write it,
 * the simulator reads it. The layout stands here and, with an example read by `od`, in data/TAPE.md;
 * the two are one contract: version 1.
 *
 * File     a head, then blocks, all little-endian, all in slots of 64 bytes (one cache line).
 *          head (1 slot)   struct tape_head
 *          block           one slot of struct tape_block, then `slots` slots of content; at most 4096
 *                          slots with its own
 *          kinds of block  RECORDS: one struct tape_record a slot; STREAMS: struct tape_stream, two
 *                          slots each, numbered on from 0 in order of appearance, before their first
 *                          record; SIDE: raw bytes (texts of signals, commands, configuration),
 *                          padded with zeros, before the record that names them by their offset in
 *                          the file (the block of one long text may be longer, TAPE_TEXT_MAX);
 *                          END: one struct tape_end: the writer closed the file.
 *          checksum        XXH3-64, seed 0, of the block's head with its checksum field 0, then of
 *                          the content; of the file's head likewise.
 * Laws     records rise by tape_compare(): time, kind (the enum's order is DESIGN law 9), stream,
 *          then the order in which they were given. An import numbers its streams by (symbol, kind,
 *          interval, origin), so that stream order is symbol order. A journal, whose order is that
 *          of the core's steps, sets TAPE_JOURNAL in the head and rises by time. A record is of its
 *          stream's kind. What breaks a law is damage: a reader gives none of it.
 * Torn     a tail whose block is short or whose checksum fails, and all behind it, was never
 *          written: a writer that goes on cuts it (tape_writer_resume), a reader leaves it out and
 *          says it. A bad block with a good one behind it is damage: the reader reads up to it, then
 *          fails with exit 3.
 * Reading  by memory map; a block is checked when it is first met; pages behind the reader are given
 *          back (LIMITS 1), so resident memory does not grow with the tape. A file that gets shorter
 *          while it is read is damaged (asked before each block); when the cut falls between that
 *          question and the last use of the block, the kernel ends the process with SIGBUS: nothing
 *          wrong is read, and what the process was making never takes its name. No program of ours
 *          writes into a tape that stands: an import replaces it by rename (a reader keeps the old
 *          one), a journal only grows.   Cost: a record is a pointer; 3 to 6 ns with its checksum.
 * Writing  a block at a time, up to the next multiple of 256 KiB in the file, into a file without a
 *          name that takes the target's at the end: an interrupted import leaves nothing (where the
 *          system has no O_TMPFILE, a file beside it). A journal is written in place, a block at each
 *          tape_flush(), and locked (flock) against a second writer.
 * Failure  false and an error: exit 2 for a name that cannot be taken; exit 3 for a file that is no
 *          tape, of another version, damaged or torn; exit 4 for the disk. */
#ifndef DATA_TAPE_H
#define DATA_TAPE_H

#include "core/bounds.h"
#include "core/types.h"
#include "data/error.h"

#define TAPE_MAGIC "CERBTAPE"
enum {
    TAPE_VERSION = 1,
    TAPE_SLOT_BYTES = 64,
    TAPE_BLOCK_SLOTS = 4096, /* 256 KiB with the block's own slot */
    TAPE_STREAMS_MAX = 8 * INSTRUMENTS_MAX,
    TAPE_ORIGIN_BYTES = 24,
    TAPE_TEXT_MAX = 64 << 20 /* bytes of one text: the state of a core with all its books fits */
};

/* tape_head.flags */
enum { TAPE_JOURNAL = 1 << 0 }; /* records rise by time alone */

struct tape_head {
    char magic[8];                             /* TAPE_MAGIC, no closing zero */
    uint32_t version, slot_bytes, block_slots; /* as above */
    uint32_t flags;
    uint64_t padding[4]; /* 0 */
    uint64_t checksum;
};
_Static_assert(sizeof(struct tape_head) == TAPE_SLOT_BYTES, "the head is a slot");

/* In the order of DESIGN law 9: what happens first at one instant stands first. Trades come before the book that they have
 * changed, the book before its best prices. Numbers are part of the format: never reuse one. */
enum tape_kind {
    TAPE_MARK_BAR = 1,    /* bars of the mark price; stream.interval_us; stamped with their open */
    TAPE_INDEX_BAR = 2,   /* bars of the index */
    TAPE_PREMIUM_BAR = 3, /* bars of the premium index: ratios in _e12, may be negative */
    TAPE_BAR = 4,         /* bars of trades */
    TAPE_MARK = 8,        /* one mark price */
    TAPE_INDEX = 9,       /* one index price */
    TAPE_FUNDING = 10,    /* one settlement */
    TAPE_OPEN_INTEREST = 11,
    TAPE_LIQUIDATION = 12, /* someone's forced order, as the venue printed it */
    TAPE_TRADE = 16,       /* one trade, or one aggregate of trades of one order at one price */
    TAPE_DEPTH = 17,       /* one level of the book: a snapshot's or an update's row */
    TAPE_QUOTE = 18,       /* best bid and ask */
    TAPE_DEPTH_BAND = 19,  /* cumulative depth within a per cent of the price (Binance bookDepth) */
    /* What a session adds; data/journal.h says what is in them. A stream of kind TAPE_EVENT holds them all. */
    TAPE_CONFIG = 56,   /* text in the side area */
    TAPE_SNAPSHOT = 57, /* state of the core at the start of an epoch; side area */
    TAPE_EPOCH = 58,
    TAPE_EVENT =
        64, /* + enum event_kind: as the core saw it; signals and commands in the side area */
    TAPE_ACTION = 128, /* + enum action_kind: what the core asked of the venue, its verdicts */
    TAPE_STEP = 192,   /* digest of the core after a step */
    TAPE_WORDS = 193,  /* goes on with the record before it */
    TAPE_INPUT = 224   /* + enum feed_kind: an input of the session as it came; 224: a command */
};

/* tape_record.flags */
enum {
    /* trade: the aggressor bought (buyer_is_maker false); depth: a bid; liquidation, fill: a buy */
    TAPE_BUY = 1 << 0,
    TAPE_SNAPSHOT_ROW = 1 << 1, /* depth: of a snapshot: the first row of one empties the book */
    TAPE_LAST = 1 << 2,         /* depth: the last row of its message: the book is whole again */
    TAPE_SIDE_UNKNOWN = 1 << 3, /* trade: the aggressor is not known */
    TAPE_AGGREGATE = 1 << 4,    /* trade: v[2], v[3] are the first and last trade id */
    TAPE_RECEIVED = 1 << 5      /* receive_ns is known */
};

/* One event, 64 bytes. Prices are _e12 (premium: ratio _e12), rates _e16; sizes are integers with stream.size_decimals
 * decimals. v by kind (0 where nothing is said):
 *   bars             open, high, low, close;                    sequence: the volume
 *   MARK, INDEX      price
 *   FUNDING          rate _e16, interval in us;                  sequence: 0
 *   OPEN_INTEREST    size, value _e8
 *   TRADE            price, size; an aggregate: first id, last id; sequence: the trade's or the aggregate's id
 *   LIQUIDATION      price, size, average price;                 sequence: id
 *   DEPTH            price, size (0 deletes), first update id of the message, last one of the message before;
 *                                                                sequence: last update id of the message
 *   QUOTE            bid, bid size, ask, ask size;               sequence: update id
 *   DEPTH_BAND       per cent x 100 (negative: bids), size, notional _e8
 *   texts            offset of the side block's content + offset in it, length */
struct tape_record {
    int64_t time_us;    /* when it happened, by the venue's clock: the order of the tape */
    int64_t receive_ns; /* when it was received, by the receiver's clock; TAPE_RECEIVED */
    uint64_t sequence;
    uint16_t kind, flags;
    uint16_t stream;
    uint16_t spare; /* journals: words in use; else 0 */
    int64_t v[4];
};
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file is mapped as it stands");
_Static_assert(sizeof(struct tape_record) == TAPE_SLOT_BYTES, "a record is a slot");

/* tape_stream.style: how the numbers were written, so that an export writes them so again. */
enum {
    TAPE_PRICE_FIXED = 1 << 0, /* every price has price_decimals decimals; else: shortest form */
    TAPE_SIZE_FIXED = 1 << 1,
    TAPE_TIME_MS = 1 << 2, /* times were whole milliseconds */
    TAPE_TIME_S = 1 << 3
};

/* One series of one kind of one symbol, 128 bytes. */
struct tape_stream {
    char symbol[SYMBOL_BYTES];
    char origin[TAPE_ORIGIN_BYTES]; /* the dialect it was read as: "binance-aggTrades" */
    uint16_t kind, style;
    /* price: most decimals seen; size: scale of every size, -8..18 */
    int8_t price_decimals, size_decimals;
    uint16_t reserved;
    int64_t interval_us; /* bars; else 0 */
    int64_t first_us, last_us,
        count;              /* what the writer knew beforehand: an import all; a journal 0 */
    int64_t receive_min_ns; /* smallest receive - time of the stream; INT64_MAX: no receive times */
    int64_t padding[3];
};
_Static_assert(sizeof(struct tape_stream) == 2 * TAPE_SLOT_BYTES, "a stream is two slots");

enum tape_block_kind { TAPE_RECORDS = 1, TAPE_STREAMS = 2, TAPE_SIDE = 3, TAPE_END = 4 };

struct tape_block {
    uint32_t magic; /* 0x4b4c4254 "TBLK" */
    uint16_t kind, reserved;
    uint32_t slots;            /* content slots behind this one */
    uint32_t bytes;            /* SIDE: content bytes that count; else slots x 64 */
    uint64_t number;           /* of the block in the file, from 0 */
    int64_t first_us, last_us; /* RECORDS */
    uint64_t checksum;
    uint64_t padding[2];
};
_Static_assert(sizeof(struct tape_block) == TAPE_SLOT_BYTES, "a block's head is a slot");

struct tape_end {
    int64_t records;
    /* The identity of what the tape says: XXH3-64, seed 0, of two such hashes, that of all streams
     * in order of their numbers and that of all records in order. */
    uint64_t digest;
    int64_t first_us, last_us;
    uint64_t padding[4];
};

/* Negative, 0 or positive by (time, kind, stream): the order of a tape that is no journal; equal ones keep their order. */
static inline int tape_compare(const struct tape_record *a, const struct tape_record *b)
{
    if (a->time_us != b->time_us) {
        return a->time_us < b->time_us ? -1 : 1;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    return a->stream == b->stream ? 0 : (a->stream < b->stream ? -1 : 1);
}
/* Kind of the stream that a record of this kind stands in. */
static inline uint16_t tape_stream_kind(uint16_t kind)
{
    return kind >= TAPE_CONFIG ? TAPE_EVENT : kind;
}
const char *tape_kind_text(int kind); /* "trade", "depth", ...; "?" */
/* May it stand as the symbol of a market's stream: printable, short enough, without blank, comma or quotes? */
bool tape_symbol_plain(const char *symbol);

/* ---- reading ---- */
struct tape_reader; /* opaque: map, dictionary, place */

/* The whole file is looked at block head by block head: streams, spans, torn tail. NULL and an error: no tape. */
MUST_USE struct tape_reader *tape_open(const char *path, struct error *error);
/* The same from a file that is open, and called so in messages; the caller may close it. */
MUST_USE struct tape_reader *tape_open_file(int file, const char *called, struct error *error);
void tape_close(struct tape_reader *self); /* NULL is fine */
int32_t tape_stream_count(const struct tape_reader *self);
const struct tape_stream *tape_stream(const struct tape_reader *self, int32_t stream);
int64_t tape_record_count(const struct tape_reader *self); /* by the heads of the blocks */
bool tape_complete(const struct tape_reader *self);        /* an END block closes it */
bool tape_is_journal(const struct tape_reader *self);
int64_t tape_torn_bytes(const struct tape_reader *self); /* at the end, left out */
/* From the first record with time_us >= first_us on; may be called again to rewind. */
void tape_seek(struct tape_reader *self, int64_t first_us);
enum tape_status { TAPE_MORE, TAPE_OVER, TAPE_DAMAGED };
/* The next run of records, borrowed until the next call: what is left of a block. TAPE_DAMAGED: all before the damage was
 * given; the error (exit 3) says where and how much is lost. */
MUST_USE enum tape_status tape_run(struct tape_reader *self,
                                   const struct tape_record **records,
                                   int64_t *count,
                                   struct error *error);
/* A text of the side area; NULL and an error when it is outside or damaged. */
MUST_USE const char *tape_text(struct tape_reader *self,
                               const struct tape_record *record,
                               int64_t *length,
                               struct error *error);
/* The digest of struct tape_end, from the file when it is complete, else computed (by reading all). */
MUST_USE bool tape_digest(struct tape_reader *self, uint64_t *out, struct error *error);

/* ---- writing ---- */
struct tape_writer; /* opaque */

/* A new tape at path, visible under its name only after tape_finish(). force: an existing file is replaced then. */
MUST_USE struct tape_writer *tape_create(const char *path, bool force, struct error *error);
/* A tape for this process alone, in an open file without a name, and called so in messages; the caller may close it. */
MUST_USE struct tape_writer *tape_create_in(int file, const char *called, struct error *error);
/* A journal, at its place from the start; an existing one is refused (tape_writer_resume goes on with it). */
MUST_USE struct tape_writer *tape_journal(const char *path, struct error *error);
/* Goes on behind the last good block of a journal; a torn tail, and what lies behind keep_bytes (INT64_MAX: nothing does), is
 * cut: *cut_bytes. */
MUST_USE struct tape_writer *
tape_writer_resume(const char *path, int64_t keep_bytes, int64_t *cut_bytes, struct error *error);
/* What is in the file now, without what is buffered; the time of the last record, 0: none. */
int64_t tape_written(const struct tape_writer *self);
int64_t tape_last_us(const struct tape_writer *self);
/* To the disk itself. */
MUST_USE bool tape_sync(struct tape_writer *self, struct error *error);
/* Adds a stream, returns its number through *number. Fails with more than TAPE_STREAMS_MAX, and
 * when a field is out of range (a symbol with blanks). */
MUST_USE bool tape_add_stream(struct tape_writer *self,
                              const struct tape_stream *stream,
                              uint16_t *number,
                              struct error *error);
/* CHECKs the order, and that the record is of its stream's kind. */
MUST_USE bool
tape_add(struct tape_writer *self, const struct tape_record *record, struct error *error);
/* Puts a text of at most TAPE_TEXT_MAX bytes into the side area and its place into the record's v[0],
 * v[1]; the record is not added. */
MUST_USE bool tape_add_text(struct tape_writer *self,
                            struct tape_record *record,
                            const char *text,
                            int64_t length,
                            struct error *error);
/* Writes what is buffered (page cache). */
MUST_USE bool tape_flush(struct tape_writer *self, struct error *error);
/* END block, sync, name (tape_create_in: the END block). The writer is freed either way. */
MUST_USE bool tape_finish(struct tape_writer *self, struct error *error);
/* Drops it: an import leaves nothing, a journal what was flushed. NULL is fine. */
void tape_abandon(struct tape_writer *self);

#endif
