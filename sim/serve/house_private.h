/* house_private.h - the inside of the house, shared by its own files and by no one else.
 * Flow     house.c takes records and time, house_market.c makes news of them (house_candle.c, house_book.c keep what a market
 *          shows), house_events.c turns what the exchange tells into records and news, house_orders.c asks it.
 * Memory   what grows (orders, trades, income, settled rates) doubles; out of memory is a panic. */
#ifndef SIM_SERVE_HOUSE_PRIVATE_H
#define SIM_SERVE_HOUSE_PRIVATE_H

#include "core/instant.h"
#include "sim/exchange/account.h"
#include "sim/exchange/depth.h"
#include "sim/exchange/path.h"
#include "sim/exchange/queue.h"
#include "sim/exchange/sync.h"
#include "sim/inputs.h"
#include "sim/serve/house.h"

enum { HOUSE_BARS_KEPT = 8 }; /* of a path: what closes, what opens, marks that lag */

/* A list that doubles. */
struct house_list {
    void *items;
    int64_t count, capacity;
};
/* The next item, zeroed; the others may have moved. */
void *house_list_add(struct house_list *self, size_t item_bytes);

/* One side of a book as a list, best first. */
struct house_side {
    int32_t count, capacity;
    struct house_level *levels;
};

enum house_book_source { BOOK_NONE_YET, BOOK_SYNTHETIC, BOOK_DEPTH };

/* What one market shows. */
struct house_listing {
    /* the path of its bars */
    struct path path;
    struct path_record records[HOUSE_BARS_KEPT];
    struct exchange_bar marks[HOUSE_BARS_KEPT];
    struct path_place next;
    bool ended;
    /* records: what covers it, from when to when */
    bool has_trades, has_quotes, has_depth, mark_told, index_told;
    int64_t covers_first_us, covers_last_us;
    bool jumped; /* a price has come; see house.c */
    int64_t jump_e12;
    /* now */
    struct house_market market;
    uint64_t trade_id;
    int64_t point_e6; /* volume that the last trade stands for */
    /* candles, trades: rings, made when the first one comes */
    int64_t interval_us, candle_count, trade_count;
    struct house_candle *candles;
    bool candle_moved;      /* since it was told */
    int64_t candle_open_us; /* of the price that comes */
    struct house_news *trades;
    /* book */
    enum house_book_source source;
    uint64_t update_id;
    int64_t book_us;
    struct house_side sides[2]; /* shown, where the source is synthetic */
    struct depth depth;
    struct sync sync;
    struct house_side changed[2]; /* of the message in progress */
    struct house_side before[2];  /* the book that a snapshot replaces */
    bool replaced;
    uint64_t message_first;
    /* funding */
    int64_t funding_index;
    struct house_list fundings; /* struct house_funding */
    /* the account's */
    int32_t leverage;
    int64_t countdown_us; /* INSTANT_NEVER: off */
    int64_t position_us;
};

/* The answer of the exchange to the request in progress. */
struct house_asked {
    uint64_t id; /* 0: none */
    bool answered;
    enum order_evidence evidence;
    enum order_reason reason;
};

struct house {
    const char *market_name;
    struct load *load;
    const struct instruments *instruments;
    struct house_sink sink;
    struct exchange_settings settings;
    struct exchange_conditions conditions;
    struct exchange *exchange;
    struct venue_port venue;
    struct inputs inputs;
    struct feed_record record; /* the next one */
    bool more, failed;
    struct error error;
    int64_t now_us, first_us, second_us;
    struct queue points; /* when each path has its next point */
    struct house_listing *listings;
    struct account account; /* the house's own */
    /* orders: all records; by number of each door; by the exchange's id; open ones */
    struct house_list orders;              /* struct house_order */
    struct house_list plain, conditionals; /* int64_t: index of an order */
    struct house_list asked_ids;           /* int64_t: index of an order, -1 none; by id - 1 */
    struct house_list open;                /* int64_t: index of an order */
    struct house_list trades, income;      /* struct house_trade, house_income */
    struct house_order candidate;          /* sent, not answered yet */
    uint64_t candidate_id;
    struct house_asked asked;
};

static inline struct house_order *house_order_mutable(const struct house *self, int64_t index)
{
    return (struct house_order *)self->orders.items + index;
}
static inline const struct instrument *house_item(const struct house *self, int32_t instrument)
{
    return &self->instruments->items[instrument];
}

/* ---- house.c ---- */
void house_tell(struct house *self, const struct house_news *news);
/* Everything of the exchange up to and including the present instant. */
void house_drain(struct house *self);

/* ---- house_market.c ---- */
void market_bar(struct house *self, int32_t instrument, const struct exchange_bar *bar);
void market_mark_bar(struct house *self, int32_t instrument, const struct exchange_bar *bar);
void market_tick(struct house *self, int32_t instrument, const struct feed_tick *tick);
/* The points of paths that are due now. */
void market_points(struct house *self);
/* Behind the exchange's own events of an instant: which extreme of a bar comes first may follow from the position. */
void market_orient(struct house *self);
void market_second(struct house *self);
void market_end(struct house *self, int32_t instrument);
/* What is not kept at every price: funding, is it open. */
void market_refresh(const struct house *self, int32_t instrument);
bool market_covers(const struct house_listing *listing, int64_t time_us);

/* ---- house_candle.c ---- */
void candle_move(struct house *self, int32_t instrument, int64_t price_e12, int64_t size_e6);
/* Told if it has moved; closed if its end has come. */
void candle_second(struct house *self, int32_t instrument);
void candle_day(const struct house *self, int32_t instrument, struct house_market *out);

/* ---- house_book.c ---- */
/* The book around the last price, or of the last quote; told as far as it has changed. */
void book_rebuild(struct house *self, int32_t instrument);
void book_row(struct house *self,
              int32_t instrument,
              const struct tape_record *row,
              int32_t size_decimals);
/* A quote of the data is in the market: told, and the book where there is no other. */
void book_quote(struct house *self, int32_t instrument, uint64_t update_id);
void book_release(struct house_listing *listing);

/* ---- house_events.c ---- */
void event_take(struct house *self, const struct event *event);

/* ---- house_account.c ---- */
/* Books an execution of an order; the trade's record (index of it). */
int64_t account_trade(struct house *self, const struct event *event, struct house_order *order);
void account_settle(struct house *self, const struct event *event);
void account_moved(struct house *self, const struct event *event);

#endif
