/* binance.h - the Binance USD-M dialect of the mock exchange (PROTOCOLS A), parts of one room: what they share.
 * Parts    binance.c (table, faults of answers, tick), routes.c (paths, weights, security), auth, limits, params, words;
 *          info, market, candles; orders, order_checks, order_queries, algo, settings, account, income; sockets, streams,
 *          depth_window, aggregates; user (events of the account), keys (listen keys).
 * One way  the account is in one-way mode with one asset, USDT; hedge and multi-assets mode are refused.
 * Not here RPI, options, coin-margined (an empty exchangeInfo), WS-API, STOP and TAKE_PROFIT with a limit child (-1116), 1M
 *          candles (-1120). Mark and index candles show the trade candles: the house keeps no others.
 * Ids      update ids of the book are twice the house's (+1 in a snapshot): a snapshot always lies inside an event, as on the
 *          venue, where ids run through all symbols. */
#ifndef SIM_SERVE_BINANCE_BINANCE_H
#define SIM_SERVE_BINANCE_BINANCE_H

#include "sim/serve/binance/limits.h"
#include "sim/serve/binance/params.h"
#include "sim/serve/binance/words.h"
#include "sim/serve/server.h"

struct aggregates;
struct socket;
struct depth_windows;

/* A change of an isolated position's margin that was asked for. */
struct margin_change {
    int32_t instrument;
    int64_t amount_e8, time_us;
};

enum { LISTEN_KEY_BYTES = 65 };

struct binance {
    struct server *server;
    struct house *house;
    struct limits limits;
    struct aggregates *aggregates;
    struct socket *sockets;
    struct depth_windows *windows[INSTRUMENTS_MAX]; /* of the books; NULL: no change yet */
    struct server_answer event;                     /* text of the event being told */
    struct house_order *phantoms; /* acknowledged, then rejected (F16): the house never had them */
    int32_t phantom_count;
    struct margin_change *changes;
    int32_t change_count;
    int64_t realised_e8[INSTRUMENTS_MAX];         /* ACCOUNT_UPDATE's cr */
    struct house_position stale[INSTRUMENTS_MAX]; /* as they were last told right (F20) */
    char listen_key[LISTEN_KEY_BYTES];            /* "": none */
    int64_t listen_until_us;
    int64_t listen_made; /* keys so far: each is another */
    int64_t second;      /* of the last tick */
    bool rules_changed;  /* F27: the smallest notional has doubled */
    bool used;           /* a signed request has come: the account is this dialect's */
};

/* One request, or one element of a batch: there a refusal is an element too. */
struct call {
    struct binance *self;
    const struct server_request *request;
    const struct params *params;
    struct server_answer *answer;
    bool batch;
    bool refused;
};

/* ---- answers ---- */
/* Says the venue's sentence of the code. Always false, so that `return call_refuse(..)` reads well. */
bool call_refuse(struct call *call, int32_t code);
bool call_refuse_text(struct call *call, int32_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The refusal of the house in numbers; by_cancel: an unknown order is -2011, else -2013. */
bool call_refuse_house(struct call *call, const struct house_answer *answer, bool by_cancel);
void call_success(struct call *call); /* {"code":200,"msg":"success"} */

/* ---- parameters; false: refused ---- */
const char *call_text(const struct call *call, const char *name); /* NULL: not sent, or empty */
MUST_USE bool call_must(struct call *call, const char *name, const char **out);
MUST_USE bool call_symbol(struct call *call, int32_t *instrument);
/* INSTRUMENT_NONE where it was not sent. */
MUST_USE bool call_symbol_or_all(struct call *call, int32_t *instrument);
/* fallback where it was not sent; beyond the bounds: -1130. */
struct whole {
    int64_t fallback, minimum, maximum;
};
MUST_USE bool call_whole(struct call *call, const char *name, struct whole bounds, int64_t *out);
MUST_USE bool call_switch(struct call *call, const char *name, bool fallback, bool *out);
/* Decimal text times 10^scale. *sent: false: *out is 0. */
MUST_USE bool
call_decimal(struct call *call, const char *name, unsigned scale, int64_t *out, bool *sent);
/* startTime, endTime (ms) as us; and limit. days: how far apart they may be; 0: any. */
struct span {
    int64_t from_us, to_us, limit;
    bool from_sent, to_sent;
};
MUST_USE bool call_span(struct call *call, struct whole limit, int64_t days, struct span *out);

const struct instrument *item_of(const struct binance *self, int32_t instrument);
int64_t ms_of(int64_t time_us);

/* ---- auth.c ---- */
enum security { SECURITY_NONE, SECURITY_KEY, SECURITY_SIGNED, SECURITY_TRADE };
/* False: refused. */
MUST_USE bool auth_check(struct call *call, enum security security);

/* ---- routes.c ---- */
struct route {
    const char *method, *path;
    enum security security;
    void (*handle)(struct call *call);
    int32_t weight;
    int32_t (*weigh)(const struct call *call); /* NULL: weight */
    int32_t orders;                            /* on each order counter; batches count their own */
};
const struct route *route_find(const char *method, const char *path);

/* ---- handlers ---- */
void handle_info(struct call *call);
void handle_spot_info(struct call *call);
void handle_ping(struct call *call);
void handle_time(struct call *call);
void handle_depth(struct call *call);
void handle_trades(struct call *call);
void handle_agg_trades(struct call *call);
void handle_klines(struct call *call);
void handle_pair_klines(struct call *call);
void handle_premium_klines(struct call *call);
void handle_premium_index(struct call *call);
void handle_funding_rate(struct call *call);
void handle_funding_info(struct call *call);
void handle_ticker_24h(struct call *call);
void handle_ticker_price(struct call *call);
void handle_book_ticker(struct call *call);
void handle_open_interest(struct call *call);
void handle_order_post(struct call *call);
void handle_order_test(struct call *call);
void handle_order_put(struct call *call);
void handle_order_get(struct call *call);
void handle_order_delete(struct call *call);
void handle_batch_post(struct call *call);
void handle_batch_put(struct call *call);
void handle_batch_delete(struct call *call);
void handle_open_delete(struct call *call);
void handle_open_order(struct call *call);
void handle_open_orders(struct call *call);
void handle_all_orders(struct call *call);
void handle_countdown(struct call *call);
void handle_user_trades(struct call *call);
void handle_force_orders(struct call *call);
void handle_algo_post(struct call *call);
void handle_algo_get(struct call *call);
void handle_algo_delete(struct call *call);
void handle_algo_open(struct call *call);
void handle_algo_all(struct call *call);
void handle_algo_open_delete(struct call *call);
void handle_leverage(struct call *call);
void handle_margin_type(struct call *call);
void handle_dual_post(struct call *call);
void handle_dual_get(struct call *call);
void handle_assets_mode_post(struct call *call);
void handle_assets_mode_get(struct call *call);
void handle_position_margin(struct call *call);
void handle_margin_history(struct call *call);
void handle_brackets(struct call *call);
void handle_symbol_config(struct call *call);
void handle_account_config(struct call *call);
void handle_commission(struct call *call);
void handle_rate_limits(struct call *call);
void handle_fee_burn_post(struct call *call);
void handle_fee_burn_get(struct call *call);
void handle_position_risk_v2(struct call *call);
void handle_position_risk_v3(struct call *call);
void handle_balance(struct call *call);
void handle_account_v2(struct call *call);
void handle_account_v3(struct call *call);
void handle_income(struct call *call);
void handle_adl_quantile(struct call *call);
void handle_restrictions(struct call *call);
void handle_list_empty(struct call *call);
void handle_object_empty(struct call *call);
void handle_listen_post(struct call *call);
void handle_listen_put(struct call *call);
void handle_listen_delete(struct call *call);

/* ---- orders ---- */
/* What the parameters ask for, checked as far as the venue's front door checks it. */
MUST_USE bool order_read(struct call *call, int32_t *instrument, struct action_place *place);
MUST_USE bool algo_read(struct call *call, int32_t *instrument, struct action_place *place);
/* clientOrderId or clientAlgoId, "" where none was sent. */
MUST_USE bool client_id_read(struct call *call, const char *name, const char **out);
/* Quantity by LOT_SIZE and price by PRICE_FILTER (A5). */
MUST_USE bool quantity_read(struct call *call, const struct instrument *item, int64_t *out);
MUST_USE bool
price_read(struct call *call, const struct instrument *item, const char *name, int64_t *out);
/* priceMatch: OPPONENT_5 and its like from the book; *sent false: none. */
MUST_USE bool
price_match_read(struct call *call, int32_t instrument, enum side side, int64_t *out, bool *sent);
MUST_USE bool price_band(struct call *call, int32_t instrument, const struct action_place *place);
MUST_USE bool
notional_check(struct call *call, int32_t instrument, const struct action_place *place);
int64_t notional_min_e8(const struct binance *self, int32_t instrument);
/* The fields that a reply, a query and a list have in common, and those of a query alone. */
enum order_form { ORDER_ACK, ORDER_RESULT, ORDER_QUERY };
void order_write(const struct binance *self,
                 struct server_answer *out,
                 const struct house_order *order,
                 enum order_form form);
void algo_write(const struct binance *self,
                struct server_answer *out,
                const struct house_order *order,
                bool query);
/* By orderId or origClientOrderId. */
MUST_USE bool order_named(struct call *call, uint64_t *venue_id, const char **client_id);
const struct house_order *
phantom_find(const struct binance *self, uint64_t venue_id, const char *client_id);

/* ---- aggregates.c ---- */
struct aggregate {
    int64_t id, price_e12, size_e6, first_us, last_us;
    uint64_t first_id, last_id;
    bool buyer_is_maker;
};
struct aggregates *aggregates_new(void);
void aggregates_free(struct aggregates *self);
/* Those that have closed, oldest first, are told through `told`. */
struct aggregate_sink {
    void *self;
    void (*told)(void *self, int32_t instrument, const struct aggregate *aggregate);
};
void aggregates_trade(struct aggregates *self,
                      const struct house_news *news,
                      const struct aggregate_sink *sink);
void aggregates_until(struct aggregates *self, int64_t now_us, const struct aggregate_sink *sink);
/* The last ones of an instrument, the newest last. */
int32_t aggregates_count(const struct aggregates *self, int32_t instrument);
const struct aggregate *
aggregates_at(const struct aggregates *self, int32_t instrument, int32_t index);

/* ---- sockets.c, streams.c ---- */
bool client_open(struct binance *self,
                 struct server_socket *wire,
                 const char *path,
                 const char *query,
                 void **tag);
void client_hear(struct binance *self, void *tag, const char *text, size_t length);
void client_close(struct binance *self, void *tag);
void sockets_free(struct binance *self);
void sockets_tick(struct binance *self, int64_t now_us); /* 24 hours */
/* self->event goes to every socket of the account that asks for this kind ("ORDER_TRADE_UPDATE"). */
void sockets_tell_user(struct binance *self, const char *kind);
void streams_news(struct binance *self, const struct house_news *news);
/* Everything that is due by its cadence up to now. */
void streams_until(struct binance *self, int64_t now_us);
void streams_free(struct binance *self);
void streams_forced(struct binance *self, const struct house_order *order, int64_t time_us);
void streams_rules(struct binance *self, int32_t instrument, int64_t time_us);

/* ---- user.c ---- */
void user_news(struct binance *self, const struct house_news *news);
void user_phantom(struct binance *self, const struct house_order *order);
/* ---- keys.c ---- */
bool listen_key_live(const struct binance *self, const char *key);
void keys_tick(struct binance *self, int64_t now_us);
/* ---- trouble.c: faults that happen by themselves ---- */
void trouble_tick(struct binance *self, int64_t now_us);
bool strikes(struct binance *self, enum fault fault, const struct call *call);

#endif
