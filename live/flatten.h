/* flatten.h - flat without the core and without the database: the procedure of RISK 5.5 as one state machine for each instrument.
 * When     the core's COMMAND_FLATTEN closes positions by the core's own exits: booked, audited, replayed. This is the fallback
 * when
 *          that way is shut: the store is read-only or full (no durable intent, so no order), or the core's books are locked
 *          because they do not agree with the venue's. It reads the venue's positions, not the core's.
 * Steps    cancel entries (stops stay); positions; two sane quotes 200 ms apart; a reduce-only IOC limit at the far touch plus a
 * collar
 *          of 2 x the spread, at least 5 bp, doubled each attempt up to 2 %; its fate is known before the next; the position
 *          again. After 8 attempts one reduce-only market order. Flat counts when two answers in a row say so; then conditional
 *          and plain orders left of that instrument are cancelled.
 *          10 attempts or 10 min: FLATTEN_FAILED, a human is called, stops stay where they are.
 * Prices   sane: bid < ask, both > 0, not older than 5 s, the middle within 2 % of the mark and within 1 % of the one before.
 * Ids      FLATTEN_ID(epoch, n), a kind of their own: bit 63 of the order id; "f<epoch36>-<n36>-<crc>" on the wire. n begins at
 *          the second of the start, so that a restart within one epoch (no database to count in) never uses an id again.
 * File     one line per act before it is done, O_APPEND and synced: emergency_file of the shell. A file that fails does not stop
 * it. */
#ifndef LIVE_FLATTEN_H
#define LIVE_FLATTEN_H

#include "core/action.h"
#include "core/base.h"
#include "core/bounds.h"
#include "live/venue.h"

struct desk;

#define FLATTEN_BIT                 (1ULL << 63)
#define FLATTEN_ID(epoch, sequence) (FLATTEN_BIT | ORDER_ID(epoch, sequence))

/* What the procedure needs of the shell. */
struct flatten_quote {
    int64_t bid_e12, ask_e12, mark_e12;
    int64_t age_ns;
};

struct flatten_world {
    void *self;
    bool (*quote)(void *self, int32_t instrument, struct flatten_quote *out); /* false: none */
    void (*write)(void *self, const char *line); /* to the emergency file; live/emergency.h */
};

enum flatten_state { FLATTEN_IDLE, FLATTEN_RUNNING, FLATTEN_FLAT, FLATTEN_FAILED };

enum flatten_phase {
    PHASE_NONE, /* nothing to do here */
    PHASE_PRICE,
    PHASE_SLICE, /* sent, not answered */
    PHASE_FATE,  /* it is asked for */
    PHASE_LOOK,  /* positions wanted */
    PHASE_SWEEP, /* flat twice: what rests is cancelled */
    PHASE_FLAT,
    PHASE_FAILED
};

struct flatten_leg {
    enum flatten_phase phase;
    int64_t position_e6; /* + long */
    int32_t attempts, flats, sweeps;
    uint64_t order_id;
    int32_t absences;
    int32_t waiting;
    bool none[2], found, over;
    int64_t sent_ns, valid_ns, next_ns;
    int64_t middle_e12, middle_ns; /* the quote before */
};

struct flatten {
    enum flatten_state state;
    int64_t began_ns, look_ns;
    uint64_t look_tag;
    bool cancelled; /* entries */
    struct flatten_leg legs[INSTRUMENTS_MAX];
    int64_t seen_e6[INSTRUMENTS_MAX];
};

void flatten_begin(struct desk *desk);
void flatten_turn(struct desk *desk);
int64_t flatten_deadline_ns(const struct desk *desk);
/* News of its orders and questions. */
void flatten_order(struct desk *desk, int32_t instrument, const struct venue_order *told);
void flatten_position(struct desk *desk, const struct news *news);
struct desk_request;
void flatten_answer(struct desk *desk, const struct desk_request *request, const struct news *news);

#endif
