/* fake_venue.h - a venue behind live/venue.h without a socket, and the oracle of what it did.
 * Scripted `next_place`, `next_cancel` say what the next call comes to; or random: chances in per mille, all from one seed.
 * Time      messages wait in a queue with their time; fake_venue_run() delivers what is due. */
#ifndef TESTS_SUPPORT_FAKE_VENUE_H
#define TESTS_SUPPORT_FAKE_VENUE_H

#include "live/venue.h"

enum { FAKE_ORDERS = 512, FAKE_TRADES = 2048, FAKE_QUEUE = 8192, FAKE_MARKETS = 2 };
#define FAKE_VALID_NS 5000000000LL

enum fake_fate {
    FATE_NORMAL,
    FATE_LOST_REQUEST, /* F1, F4: it never arrived; the answer is UNKNOWN */
    FATE_LOST_ANSWER,  /* F2, F3, F5: it arrived; the answer is UNKNOWN */
    FATE_REFUSED,
    FATE_NOT_SENT,
    FATE_EXISTS,           /* accepted, and answered "this id is there" */
    FATE_REFUSED_ACCEPTED, /* F6: accepted, the answer is an error */
    FATE_MUTE              /* nothing is ever answered, and nothing arrived */
};

struct fake_order {
    struct action_place place;
    int32_t instrument;
    enum venue_order_state state;
    int64_t filled_e6;
    bool foreign;
    char venue_id[VENUE_ID_BYTES];
};

enum message_kind { MESSAGE_NEWS, MESSAGE_PLACE, MESSAGE_CANCEL };

struct fake_message {
    enum message_kind kind;
    int64_t due_ns;
    uint64_t sequence;
    struct news news;
    struct action_place place;
    uint64_t order_id;
};

struct fake_venue {
    struct news_sink sink;
    int64_t now_ns;
    uint64_t random, sequence;
    /* chances per mille */
    int32_t lose_request, lose_answer, refuse, lose_event, repeat_event, fail_question;
    int64_t delay_ns; /* the most */
    enum fake_fate next_place, next_cancel;
    bool silent_stream;  /* events are not pushed */
    bool omit_open;      /* F19: the list of open orders is empty */
    bool fail_positions; /* F20 */
    int64_t wallet_e8;
    int64_t position_e6[FAKE_MARKETS];
    int32_t leverage[FAKE_MARKETS];
    int32_t order_count, trade_count, queued;
    int32_t twice; /* orders that were placed although their id had been placed: I2, I3 */
    int32_t places, cancels, countdowns, cancel_alls, order_questions;
    int64_t countdown_us[FAKE_MARKETS];
    struct fake_order orders[FAKE_ORDERS];
    struct {
        struct venue_fill fill;
        int32_t instrument;
    } trades[FAKE_TRADES];
    struct fake_message queue[FAKE_QUEUE];
};

extern const struct venue_table fake_venue_table;

void fake_venue_init(struct fake_venue *self, uint64_t seed);
uint64_t fake_venue_roll(struct fake_venue *self, uint64_t below);
/* Delivers the first message due at now_ns; false: none. */
bool fake_venue_run(struct fake_venue *self, int64_t now_ns);
struct fake_order *fake_venue_find(struct fake_venue *self, uint64_t order_id);
/* Executes size_e6 of an order. */
void fake_venue_fill(struct fake_venue *self, struct fake_order *order, int64_t size_e6);
/* Ends an order at the venue's own will. */
void fake_venue_end(struct fake_venue *self,
                    struct fake_order *order,
                    enum venue_order_state state);
void fake_venue_stream(struct fake_venue *self, bool up);
struct fake_order *fake_venue_foreign(struct fake_venue *self, int32_t instrument);

#endif
