/* house.h - the mock exchange as a venue with one account behind a wire, in nobody's dialect: it keeps what a venue
 * keeps beside its engine (client ids, order history, trades, income, settings, candles, recent trades, candles' and
 * book's present state), and tells what happened. binance/ and bybit/ put it into words; nothing of their spelling
 * stands here.
 *
 * Truth    orders, margin, funding, liquidation are sim/exchange (exchange.h, requests.h), latencies zero: the wire has
 *          its own. A request is answered inside the call: the exchange is let happen up to the present instant.
 * Market   sim/inputs (files, folder, manifest, tape) without signals, its records as they come due. Where the data are
 *          bars, the points of their paths become trades of a quarter of the volume (at least one lot), the quote is
 *          half the configured spread around them, and the book has HOUSE_LEVELS steps of a basis point, each with a
 *          tenth of the point's volume; where the data have trades, quotes or depth, these are passed on as they are.
 *          The book's messages chain without a gap whatever the data do: previous_id is the last_id of the one before.
 *          Mark prices are told once a second of market time, candles every second if they have changed, and when they
 *          close. Candles are of a minute (of the bars' interval where that is no whole number of minutes), flat where
 *          nothing was traded; coarser ones are sums of them, finer ones there are not.
 * Time     market time, told by the caller; never falls. House times are microseconds since the epoch.
 * Ids      venue ids of orders rise from 1 across all symbols, conditional ones in a space of their own; trade ids per
 *          symbol, income ids likewise; the same requests at the same instants give the same ids (no clock, no dice).
 * Orders   conditional ones (stop, take profit, trailing) are records of their own, with the child order made at the
 *          trigger; it has the same client id. A refused order leaves no record. What the venue does by itself
 *          (liquidation, ADL, settlement of a delisting) is a record for each execution, venue_made.
 * Books    the house keeps its own account from what the exchange tells (each event once, in order), so that an answer
 *          fits the news told so far; it must equal the exchange's own to the last unit (house_balanced). One-way mode,
 *          20x everywhere at first (or the first bracket's most), margin mode as position.margin_mode says.
 * Memory   grows with orders and trades of the account (a test's life); market history is bounded (HOUSE_CANDLES_KEPT
 *          a symbol, ...). Out of memory while it runs is a panic.
 * Cost     45 ns a record of S4's books, 65 ns a news of bars (14 days of 5 symbols: 0.5 s), exchange included; a request
 *          costs the exchange's own and O(open orders) more, one by the client id of a closed order O(orders).
 * Failure  open: NULL and an error; data that break off: house_failed(). Requests: enum house_refusal or the exchange's
 *          order_reason. */
#ifndef SIM_SERVE_HOUSE_H
#define SIM_SERVE_HOUSE_H

#include "core/action.h"
#include "core/instruments.h"
#include "data/feed_json.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/requests.h"
#include "sim/exchange/terms.h"
#include "sim/load.h"

enum {
    HOUSE_ID_BYTES = 40,
    HOUSE_LEVELS = 100,
    HOUSE_CANDLES_KEPT = 4500, /* three days of minutes */
    HOUSE_TRADES_KEPT = 1000
};

enum house_order_state {
    HOUSE_NEW,
    HOUSE_PARTIAL,
    HOUSE_FILLED,
    HOUSE_CANCELED,
    HOUSE_REJECTED,
    HOUSE_EXPIRED,
    HOUSE_TRIGGERED /* a conditional: the child is at work; ends as FILLED, CANCELED or EXPIRED with it */
};

struct house_order {
    uint64_t venue_id;              /* of a conditional: its own number space (algo id) */
    uint64_t child_id;              /* a conditional, triggered; 0: not */
    uint64_t parent_id;             /* a child of a conditional */
    char client_id[HOUSE_ID_BYTES]; /* given, or made from the number */
    int32_t instrument;
    bool conditional;
    struct action_place place; /* as accepted; order_id: the exchange's, private */
    enum house_order_state state;
    enum order_reason reason;
    int64_t filled_e6, cost_e8; /* cost: sum of the fills' notionals, so average = cost / filled */
    int64_t fee_e8, realised_e8;
    int64_t created_us, updated_us, triggered_us;
    int32_t amends;
    bool venue_made; /* by the venue itself: then forced says why; FILL_TRADE: a delisting */
    enum fill_kind forced;
};

struct house_trade {
    uint64_t trade_id, venue_order_id;
    int32_t instrument;
    enum side side;
    enum liquidity liquidity;
    enum fill_kind kind;
    int64_t price_e12, size_e6, fee_e8, realised_e8, time_us;
};

enum income_kind {
    INCOME_TRANSFER,
    INCOME_REALISED,
    INCOME_FUNDING,
    INCOME_COMMISSION,
    INCOME_INSURANCE
};
struct house_income {
    enum income_kind kind;
    uint64_t id;
    int32_t instrument; /* NONE: transfer */
    int64_t amount_e8, time_us;
    uint64_t trade_id;
};

struct house_position {
    enum side side; /* size 0: flat */
    int64_t size_e6, cost_e8, margin_e8, unrealised_e8, maintenance_e8, initial_e8;
    int64_t mark_e12, liquidation_e12; /* 0: none */
    int32_t leverage;
    enum margin_mode margin_mode;
    int64_t updated_us;
};

struct house_balance {
    int64_t wallet_e8, available_e8, unrealised_e8, position_margin_e8, order_margin_e8,
        maintenance_e8;
};

struct house_level {
    int64_t price_e12, size_e6;
};
/* Best first. */
struct house_book {
    uint64_t update_id;
    int64_t time_us;
    int32_t bids, asks;
    struct house_level bid[1000], ask[1000];
};

struct house_candle {
    int64_t open_us, interval_us, open_e12, high_e12, low_e12, close_e12, volume_e6,
        quote_volume_e8, trades;
    bool closed;
};

struct house_market {
    int64_t last_e12, mark_e12, index_e12, bid_e12, ask_e12, bid_e6, ask_e6;
    int64_t funding_rate_e16, next_funding_us, funding_interval_us;
    int64_t open_24h_e12, high_24h_e12, low_24h_e12, volume_24h_e6, quote_volume_24h_e8;
    int64_t time_us;
    bool trading;
};

enum house_news_kind {
    HOUSE_NEWS_TRADE, /* of the market */
    HOUSE_NEWS_QUOTE,
    HOUSE_NEWS_DEPTH, /* changed levels of the book, absolute; size 0: gone */
    HOUSE_NEWS_MARK,
    HOUSE_NEWS_CANDLE,
    HOUSE_NEWS_ORDER,   /* of the account; `fill` NULL: no execution */
    HOUSE_NEWS_ACCOUNT, /* balance or position changed: why, and what changed */
    HOUSE_NEWS_SETTING  /* leverage, margin mode */
};

enum account_cause { ACCOUNT_BY_ORDER, ACCOUNT_BY_FUNDING, ACCOUNT_BY_TRANSFER, ACCOUNT_BY_MARGIN };

struct house_news {
    enum house_news_kind kind;
    int32_t instrument; /* INSTRUMENT_NONE: none */
    int64_t time_us;
    union {
        struct {
            uint64_t id;
            int64_t price_e12, size_e6;
            bool buyer_is_maker;
        } trade;
        struct {
            uint64_t update_id;
            int64_t bid_e12, bid_e6, ask_e12, ask_e6;
        } quote;
        struct {
            uint64_t first_id, last_id, previous_id;
            int32_t bids, asks;
            const struct house_level *bid, *ask;
        } depth;
        struct {
            const struct house_market *market;
        } mark;
        const struct house_candle *candle;
        struct {
            const struct house_order *order;
            const struct house_trade *fill;
            bool amended;
        } order;
        struct {
            enum account_cause cause;
            int64_t wallet_change_e8; /* without P&L and fees: funding, transfers */
        } account;
        struct {
            int32_t leverage;
            enum margin_mode margin_mode;
        } setting;
    };
};

struct house_sink {
    void *self;
    void (*news)(void *self, const struct house_news *news);
};

/* What a request wants to know beside the exchange's own refusals (order_reason). */
enum house_refusal {
    HOUSE_TAKEN,
    HOUSE_REASON,     /* `reason` says it */
    HOUSE_NO_ORDER,   /* unknown to query (-2013) or cancel (-2011) */
    HOUSE_WRONG_DOOR, /* conditional at the plain door or the reverse */
    HOUSE_SAME,       /* is so already (-4046, -4059, 110043) */
    HOUSE_NOT_OFFERED
};

struct house_answer {
    enum house_refusal refusal;
    enum order_reason reason;
    enum terms_answer terms; /* of a leverage that is refused: the venue's own number and words */
    const struct house_order
        *order; /* the order meant; NULL: none. Borrowed until the next request or advance */
};

struct house; /* opaque */

struct house_options {
    const char *market_name; /* for messages */
    int64_t spread_e9;       /* where the data have no book; 0: twice sim.spread */
};

/* load holds market, instruments and configuration as a backtest's; borrowed for life. */
MUST_USE struct house *house_new(struct load *load,
                                 const struct house_options *options,
                                 const struct house_sink *sink,
                                 struct error *error);
void house_free(struct house *self);
const struct instruments *house_instruments(const struct house *self);
int64_t house_first_us(
    const struct house *self); /* first instant of the market: house_new() has it behind it */
int64_t house_now_us(const struct house *self);
int64_t house_next_us(
    const struct house *self); /* of the next record; INSTANT_NEVER: the data have ended */
/* All records and everything of the exchange up to and including until_us, news as they happen. */
void house_advance(struct house *self, int64_t until_us);
/* False: the exchange's parties do not balance, or its account is not the house's; the sentence is in out. Asked after each
 * advance. */
bool house_balanced(struct house *self, char *out, size_t size);
/* True: the data ended early (a tape that changed, prices that are no market), for this reason. */
bool house_failed(const struct house *self, struct error *error);

/* ---- requests, at house_now_us() ---- */
/* client_id empty: made. place.order_id is set here. */
struct house_answer house_place(struct house *self,
                                int32_t instrument,
                                const struct action_place *place,
                                const char *client_id);
/* By venue id, or (0) by client id; `conditional` is the door. instrument: INSTRUMENT_NONE: whichever. */
struct house_answer house_cancel(struct house *self,
                                 int32_t instrument,
                                 uint64_t venue_id,
                                 const char *client_id,
                                 bool conditional);
struct house_answer house_amend(struct house *self,
                                int32_t instrument,
                                uint64_t venue_id,
                                const char *client_id,
                                int64_t price_e12,
                                int64_t size_e6);
int32_t house_cancel_all(struct house *self, int32_t instrument, bool conditional); /* how many */
struct house_answer house_leverage(struct house *self, int32_t instrument, int32_t leverage);
struct house_answer
house_margin_mode(struct house *self, int32_t instrument, enum margin_mode mode);
struct house_answer house_margin(struct house *self, int32_t instrument, int64_t amount_e8);
/* Cancel all plain orders of the symbol at now + within_us of market time unless told again; 0: off. */
void house_countdown(struct house *self, int32_t instrument, int64_t within_us);
MUST_USE bool house_transfer(struct house *self, int64_t amount_e8);

/* ---- questions ---- */
const struct house_order *house_order(const struct house *self,
                                      int32_t instrument,
                                      uint64_t venue_id,
                                      const char *client_id,
                                      bool conditional);
/* All orders ever, oldest first, by index; conditionals and plain in one list. */
int64_t house_order_count(const struct house *self);
const struct house_order *house_order_at(const struct house *self, int64_t index);
bool house_order_open(const struct house_order *order);
int64_t house_trade_count(const struct house *self);
const struct house_trade *house_trade_at(const struct house *self, int64_t index);
int64_t house_income_count(const struct house *self);
const struct house_income *house_income_at(const struct house *self, int64_t index);
void house_position(const struct house *self, int32_t instrument, struct house_position *out);
void house_balance(const struct house *self, struct house_balance *out);
const struct house_market *house_market(const struct house *self, int32_t instrument);
/* At most `levels` a side. Applying the depth news to it that came after it gives any later book. */
void house_book(const struct house *self,
                int32_t instrument,
                int32_t levels,
                struct house_book *out);
/* Of the candles of house_candles() and of HOUSE_NEWS_CANDLE; 0: the market has none. */
int64_t house_candle_interval_us(const struct house *self, int32_t instrument);
/* Newest last; the newest `most` of those that opened in [from, to], at most. Interval: a multiple of the market's own. */
int32_t house_candles(const struct house *self,
                      int32_t instrument,
                      int64_t interval_us,
                      int64_t from_us,
                      int64_t to_us,
                      struct house_candle *out,
                      int32_t most);
int32_t house_recent_trades(const struct house *self,
                            int32_t instrument,
                            struct house_news *out,
                            int32_t most);
/* Settled rates, newest last; the newest `most` of [from, to]. */
struct house_funding {
    int64_t time_us, rate_e16, mark_e12;
};
int32_t house_fundings(const struct house *self,
                       int32_t instrument,
                       int64_t from_us,
                       int64_t to_us,
                       struct house_funding *out,
                       int32_t most);

#endif
