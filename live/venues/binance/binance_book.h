/* binance_book.h - the depth stream of one symbol, joined to a snapshot and kept whole (PROTOCOLS A12). Pure: text in, records
 * out.
 * States   OFF; WAITING: messages are kept until the snapshot comes; JOINING: the snapshot was given, the first message must hold
 *          its id; LIVE: each names the one before (pu). A gap, too much kept, or a snapshot older than what is kept: WAITING
 *          again, and the caller asks for another snapshot.
 * Out      records of TAPE_DEPTH with the flags of data/tape.h; v[3] is the id of the message that was given before, so that a
 *          message without levels leaves no hole in the chain. */
#ifndef LIVE_VENUES_BINANCE_BINANCE_BOOK_H
#define LIVE_VENUES_BINANCE_BINANCE_BOOK_H

#include "data/tape.h"
#include "data/text.h"

enum book_state { BOOK_OFF, BOOK_WAITING, BOOK_JOINING, BOOK_LIVE };
enum { BOOK_KEPT_MAX = 512 };

struct book_out {
    void *self;
    void (*take)(void *self, const struct tape_record *record);
};

struct kept_message;

struct binance_book {
    enum book_state state;
    int32_t size_decimals;
    uint64_t seen, given; /* last ids of the stream, and of what was given */
    int32_t kept;
    struct kept_message *first, *last;
    struct book_out out;
};

enum book_answer { BOOK_FINE, BOOK_ASK, BOOK_BAD };

void book_off(struct binance_book *self); /* frees what is kept */
/* From here on messages are kept; the caller asks for a snapshot. */
void book_wait(struct binance_book *self);
/* A depthUpdate. ASK: a gap; the book waits again. BAD: not understood; likewise waits again. */
enum book_answer book_message(struct binance_book *self, struct slice text, int64_t receive_ns);
/* The answer of GET depth. ASK: older than what is kept. BAD: not understood: ask again. */
enum book_answer book_snapshot(struct binance_book *self, struct slice text, int64_t receive_ns);

#endif
