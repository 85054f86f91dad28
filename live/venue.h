/* venue.h - a real exchange as the executor sees it: one table of functions out, one stream of news in. A third venue is a new
 * folder beside binance/ and bybit/ and a row in live/venues/list.c; nothing else changes.
 *
 * Words    everything is in the core's units and types: instrument index, order ids of ours (core/action.h; the client id on the
 *          wire is client_id_format() of it), sides, _e12 _e6 _e8. Decimal strings become integers exactly (core/fixed.h); what
 *          does not fit its scale is an error of that message, never rounded.
 * Calls    never block, never answer inside the call; each is answered once by news with its `tag`. A call that the budget holds
 *          back waits in the venue's queue (looks) or is answered NOT_SENT at once (orders that may increase exposure).
 * Evidence news says what is known and no more: see answer_outcome. The desk (live/desk.h) draws the conclusions of RISK 5.1-5.2;
 *          a venue never sends anything twice by itself that changes something.
 * Streams  market and user streams reconnect by themselves (0.5 s doubling to 30 s, jitter seeded), resync their books, renew
 * their
 *          listen key, replace a connection before the venue's 24 h; each change is NEWS_STREAM. After NEWS_STREAM up of the user
 *          stream the desk reconciles before it trusts it.
 * Failure  a message that cannot be understood is NEWS_TROUBLE with its text (first 200 bytes); never dropped without.
 * Ownership  news and all they point to are borrowed for the call of the sink. */
#ifndef LIVE_VENUE_H
#define LIVE_VENUE_H

#include "core/action.h"
#include "core/event.h"
#include "core/instruments.h"
#include "data/feed_json.h"
#include "live/budget.h"
#include "live/clock.h"
#include "live/http.h"
#include "live/sign.h"
#include "live/ws.h"

enum { VENUE_ID_BYTES = 48, VENUE_WORD_BYTES = 32 };

/* What became of a request of ours. */
enum answer_outcome {
    ANSWER_DONE,    /* accepted; for questions: all rows were given before this */
    ANSWER_REFUSED, /* proven not carried out, by a code documented as such; `reason` in the core's words, `code` the venue's */
    ANSWER_NOT_SENT, /* nothing left this host */
    ANSWER_UNKNOWN, /* it may have been carried out (5xx, -1006, -1007, cut answers, time outs, what cannot be read, ...) */
    ANSWER_EXISTS,  /* of a place: this client id is there already (-4116, 110072): ask for it */
    ANSWER_NONE, /* of a question about one order: the venue does not know it. Not yet proof of absence (RISK 5.2 rule 3) */
    ANSWER_FAILED /* of a question: no answer that can be used; ask again */
};

/* What the venue says of one order. */
enum venue_order_state {
    VENUE_ORDER_OPEN,      /* rests, or waits for its trigger; executed part in filled_e6 */
    VENUE_ORDER_TRIGGERED, /* a conditional whose child is at work (venue_id of the child in child_id) */
    VENUE_ORDER_FILLED,
    VENUE_ORDER_CANCELED,
    VENUE_ORDER_EXPIRED,
    VENUE_ORDER_REJECTED
};

struct venue_order {
    uint64_t
        order_id; /* by its client id; 0: not ours (foreign, or the venue's own: liquidation) */
    char client_id[VENUE_ID_BYTES], venue_id[VENUE_ID_BYTES], child_id[VENUE_ID_BYTES];
    bool conditional;
    enum venue_order_state state;
    enum order_reason reason;
    enum side side;
    enum order_type type;
    bool reduce_only, close_position;
    int64_t size_e6, filled_e6, price_e12, trigger_e12;
    int64_t update_us; /* venue time */
};

struct venue_fill {
    uint64_t order_id; /* 0: by the venue (kind says) or of an order that is not ours */
    char venue_order_id[VENUE_ID_BYTES];
    uint64_t
        trade_id; /* unique per instrument; venues whose ids are texts: a 64-bit digest of it (sign.h: not secret) */
    enum side side;
    enum liquidity liquidity;
    enum fill_kind kind;
    int64_t price_e12, size_e6, fee_e8; /* fee in the quote currency; positive = paid */
    int64_t time_us;
};

struct venue_position {
    enum side side;
    int64_t size_e6; /* 0: flat */
    int64_t entry_e12, mark_e12, liquidation_e12, margin_e8;
    int32_t leverage; /* 0: not said */
    enum margin_mode margin_mode;
    bool mode_said;
};

enum venue_stream { STREAM_MARKET, STREAM_USER };

enum news_kind {
    NEWS_ANSWER, /* to the call with this tag */
    NEWS_ORDER,  /* stream, or a row of a question (tag) */
    NEWS_FILL,   /* likewise */
    NEWS_POSITION, /* likewise; of a question: instruments without a row are flat only once ANSWER_DONE has come */
    NEWS_BALANCE,
    NEWS_FUNDING, /* a payment: positive received */
    NEWS_TRANSFER,
    NEWS_SETTING, /* leverage or margin mode of an instrument, changed by somebody or asked for */
    NEWS_MARKET,  /* one record of a feed: tick, bar (closed), funding rate (settlement due) */
    NEWS_STREAM, /* up or down; the account's up again: a sign of life, its pong came (about once a second) */
    NEWS_REQUEST, /* health of one request: failed?, round trip */
    NEWS_LIMIT,   /* 429 or ban, until when */
    NEWS_RULES,   /* filters, status or brackets of an instrument changed: load again */
    NEWS_TROUBLE /* what could not be understood, or an execution type that is not known (RISK F21): never a fill */
};

struct news {
    enum news_kind kind;
    int32_t instrument; /* INSTRUMENT_NONE: none, or a symbol that we do not trade */
    uint64_t tag;       /* 0: by itself (stream) */
    int64_t received_ns;
    union {
        struct {
            enum answer_outcome outcome;
            enum order_reason reason;
            int64_t code;
            const char *text; /* the venue's words, or ours */
            char venue_id[VENUE_ID_BYTES];
        } answer;
        struct venue_order order;
        struct venue_fill fill;
        struct venue_position position;
        struct {
            int64_t wallet_e8, available_e8;
        } balance;
        struct {
            int64_t amount_e8, time_us;
            uint64_t id; /* the venue's, unique per kind: income tranId; 0: none said */
        } payment;       /* funding and transfer */
        struct {
            int32_t leverage; /* 0: not said */
            bool mode_said;
            enum margin_mode margin_mode;
        } setting;
        const struct feed_record *market;
        struct {
            enum venue_stream stream;
            bool up;
            const char *why;
        } stream;
        struct {
            bool failed;
            int64_t round_trip_ns;
        } request;
        struct {
            bool banned;
            int64_t until_ns;
        } limit;
        const char *text; /* TROUBLE, RULES */
    };
};

struct news_sink {
    void *self;
    void (*take)(void *self, const struct news *news);
};

/* Where and how; borrowed for life. */
struct venue_options {
    const char *rest_url; /* https://fapi.binance.com */
    const char *stream_url,
        *user_url;       /* wss://fstream.binance.com, wss://stream.bybit.com/v5/private */
    const char *ca_file; /* NULL: the system's */
    int64_t recv_window_us, request_timeout_ns; /* 5 s and less */
    uint64_t seed;                              /* of jitter */
    int64_t share_e9, reserve_e9;               /* of the budget */
    bool depth, trades, quotes, marks;          /* market streams wanted */
    int64_t bar_interval_us;                    /* closed klines; 0: none */
};

struct venue_world {
    struct loop *loop;
    struct http *http;
    struct live_clock *clock;
    struct signer *signer; /* NULL: public data alone (paper) */
    const char *key;
    struct instruments *instruments; /* filled by load(), then constant */
    struct news_sink sink;
};

struct venue_symbol {
    const char *symbol;
};

/* Answers that doctor and start-up need at once. */
struct venue_permissions {
    bool known, trade, withdraw, ip_bound;
};

struct venue_account_modes {
    bool hedge, multi_asset; /* hedge: refused at start */
    bool can_trade;
    int64_t maker_fee_e9, taker_fee_e9; /* of the first symbol */
};

struct venue; /* opaque: a connector's own */

/* The table. `tag` is the caller's, not 0. */
struct venue_table {
    const char *name; /* "binance", "bybit": orders.venue */
    struct venue *(*open)(const struct venue_options *options,
                          const struct venue_world *world,
                          struct error *error);
    void (*close)(struct venue *self);

    /* Start-up: these three turn the loop until they are answered (no trading yet). symbols: count names; rules, brackets and
     * fees
     * of each go into world.instruments; limits of the venue into the budget. */
    bool (*load)(struct venue *self,
                 const struct venue_symbol *symbols,
                 int32_t count,
                 struct error *error);
    bool (*permissions)(struct venue *self, struct venue_permissions *out, struct error *error);
    bool (*modes)(struct venue *self, struct venue_account_modes *out, struct error *error);
    /* One sample of the venue's clock into world.clock. */
    void (*ask_time)(struct venue *self, uint64_t tag);

    /* Streams of all instruments / of the account; they go on until close. */
    bool (*stream_market)(struct venue *self, struct error *error);
    bool (*stream_user)(struct venue *self, struct error *error);

    /* Orders. valid_until: the venue must refuse it later (recvWindow). */
    void (*place)(struct venue *self,
                  uint64_t tag,
                  int32_t instrument,
                  const struct action_place *order);
    void (*cancel)(
        struct venue *self, uint64_t tag, int32_t instrument, uint64_t order_id, bool conditional);
    void (*set_leverage)(struct venue *self, uint64_t tag, int32_t instrument, int32_t leverage);
    void (*set_margin_mode)(struct venue *self,
                            uint64_t tag,
                            int32_t instrument,
                            enum margin_mode mode);
    /* Every open order of one symbol that is not conditional / that is; foreign ones too. */
    void (*cancel_all)(struct venue *self, uint64_t tag, int32_t instrument, bool conditional);
    /* Dead man's switch of one symbol (RISK 5.4); 0: off. Venues without a usable one answer REFUSED. */
    void (*countdown)(struct venue *self, uint64_t tag, int32_t instrument, int64_t within_us);

    /* Questions; INSTRUMENT_NONE: all. */
    void (*ask_order)(
        struct venue *self, uint64_t tag, int32_t instrument, uint64_t order_id, bool conditional);
    void (*ask_open_orders)(struct venue *self, uint64_t tag, int32_t instrument); /* both kinds */
    void (*ask_positions)(struct venue *self, uint64_t tag);
    void (*ask_balance)(struct venue *self, uint64_t tag);
    void (*ask_fills)(struct venue *self, uint64_t tag, int32_t instrument, int64_t since_us);
    void (*ask_income)(struct venue *self,
                       uint64_t tag,
                       int64_t since_us);                   /* funding and transfers */
    void (*ask_settings)(struct venue *self, uint64_t tag); /* leverage and margin mode of each */

    /* BOOTTIME after which a request placed now can no longer be accepted; for ABSENT and the fence. */
    int64_t (*valid_until_ns)(const struct venue *self, int64_t now_ns);
    const struct budget *(*budget)(const struct venue *self);
};

/* By name; NULL: none. live/venues/list.c */
const struct venue_table *venue_find(const char *name);
/* "binance, bybit" for messages. */
const char *venue_names(void);

#endif
