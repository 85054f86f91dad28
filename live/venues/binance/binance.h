/* binance.h - the inside of the Binance USD-M connector, shared by its files alone:
 *   binance.c (table, opening), binance_calls.c (one request each: signed, weighed, judged, answered), binance_orders.c (what the
 *   table asks for), binance_rules.c (start-up: rules, brackets, fees, modes), binance_streams.c (life of the connections).
 * Calls    a call is one request and one answer; several may belong to one tag (open orders: both doors; pages of trades): the
 * last
 *          of them answers. Nothing is answered inside a call of the table: what ends at once ends by a timer. */
#ifndef LIVE_VENUES_BINANCE_BINANCE_H
#define LIVE_VENUES_BINANCE_BINANCE_H

#include "live/venues/binance/binance_errors.h"
#include "live/venues/binance/binance_market.h"
#include "live/venues/binance/binance_read.h"
#include "live/venues/binance/binance_text.h"
#include "live/venues/binance/binance_user.h"

extern const struct venue_table venue_binance;

enum { BINANCE_WEIGHT, BINANCE_ORDERS_10S, BINANCE_ORDERS_1M, BINANCE_WINDOWS };
enum { BINANCE_UNOWNED_MAX = 256, BINANCE_ID_TEXT_BYTES = 64 };

struct binance_call;

/* What a tag waits for. */
struct binance_asked {
    uint64_t tag;
    int32_t left; /* calls on their way */
    struct binance_verdict worst;
    char venue_id[VENUE_ID_BYTES];
};

struct binance_call {
    struct venue *venue;
    struct binance_call *next; /* of all that live */
    struct binance_asked *asked;
    enum http_method method;
    const char *path;
    const char *base; /* NULL: options.rest_url */
    struct query query;
    bool is_signed, keyed, changes, urgent, rows;
    enum binance_intent intent;
    enum budget_use use;
    int64_t costs[BUDGET_WINDOWS_MAX];
    binance_reader *reader; /* NULL: the answer itself is all */
    int32_t instrument;
    int64_t since_us, until_us; /* of pages */
    bool waits;
    int64_t at_ns;              /* sent, or answered by ourselves, then */
    struct binance_verdict own; /* the answer by ourselves */
    bool answers_itself;
    /* NULL: the common way */
    void (*answered)(struct binance_call *call,
                     const struct http_answer *answer,
                     const struct binance_verdict *verdict);
};

/* One connection for streams. */
struct binance_socket {
    struct venue *venue;
    enum binance_class class;
    bool wanted, up;
    struct ws *ws;
    struct loop_timer timer; /* opens it, or looks after it */
    int64_t backoff_ns, opened_ns, heard_ns;
};

struct binance_unowned {
    int64_t at_ns;
    size_t length;
    char *text;
};

struct venue {
    struct venue_options options;
    struct venue_world world;
    struct budget budget;
    char key_header[KEY_BYTES + 32];
    uint64_t dice;
    struct binance_call *calls;
    struct loop_timer turn; /* of calls that wait */
    struct binance_ids ids;
    struct binance_reading reading;
    struct binance_market market;
    struct binance_socket sockets[BINANCE_CLASSES];
    bool market_up, user_up;
    char listen_key[128];
    struct loop_timer keep_alive, again;
    int32_t unowned_count;
    struct binance_unowned unowned[BINANCE_UNOWNED_MAX];
    struct binance_waiting *waiting; /* start-up's one question; NULL: none */
    int64_t last_row_us;             /* newest time of the rows of the page under way */
};

/* ---- binance_calls.c ---- */
struct binance_asked *binance_ask(uint64_t tag);
/* A call of that tag; the caller adds its parameters, then sends it. */
struct binance_call *binance_call(struct venue *self,
                                  struct binance_asked *asked,
                                  enum http_method method,
                                  const char *path,
                                  int64_t weight);
void binance_send(struct binance_call *call);
/* Answers without asking. */
void binance_answer(struct binance_call *call, enum answer_outcome outcome, const char *text);
void binance_calls_free(struct venue *self);
int64_t binance_venue_us(const struct venue *self);
/* start-up: sends it and turns the loop until it is answered; *body is the caller's to free. False and an error. */
MUST_USE bool
binance_wait(struct binance_call *call, char **body, size_t *length, struct error *error);

/* ---- binance_streams.c ---- */
void binance_streams_init(struct venue *self);
void binance_streams_free(struct venue *self);
MUST_USE bool binance_stream_market(struct venue *self, struct error *error);
MUST_USE bool binance_stream_user(struct venue *self, struct error *error);

/* ---- binance_rules.c ---- */
MUST_USE bool binance_load(struct venue *self,
                           const struct venue_symbol *symbols,
                           int32_t count,
                           struct error *error);
MUST_USE bool
binance_permissions(struct venue *self, struct venue_permissions *out, struct error *error);
MUST_USE bool
binance_modes(struct venue *self, struct venue_account_modes *out, struct error *error);

/* ---- binance_orders.c: the rest of the table ---- */
void binance_ask_time(struct venue *self, uint64_t tag);
void binance_place(struct venue *self,
                   uint64_t tag,
                   int32_t instrument,
                   const struct action_place *order);
void binance_cancel(
    struct venue *self, uint64_t tag, int32_t instrument, uint64_t order_id, bool conditional);
void binance_set_leverage(struct venue *self, uint64_t tag, int32_t instrument, int32_t leverage);
void binance_set_margin_mode(struct venue *self,
                             uint64_t tag,
                             int32_t instrument,
                             enum margin_mode mode);
void binance_cancel_all(struct venue *self, uint64_t tag, int32_t instrument, bool conditional);
void binance_countdown(struct venue *self, uint64_t tag, int32_t instrument, int64_t within_us);
void binance_ask_order(
    struct venue *self, uint64_t tag, int32_t instrument, uint64_t order_id, bool conditional);
void binance_ask_open_orders(struct venue *self, uint64_t tag, int32_t instrument);
void binance_ask_positions(struct venue *self, uint64_t tag);
void binance_ask_balance(struct venue *self, uint64_t tag);
void binance_ask_fills(struct venue *self, uint64_t tag, int32_t instrument, int64_t since_us);
void binance_ask_income(struct venue *self, uint64_t tag, int64_t since_us);
void binance_ask_settings(struct venue *self, uint64_t tag);

#endif
