/* house_world.h - a house on a market of two symbols written as files, and a listener that follows its news.
 * COINUSDT has bars, mark bars and settlements as the test says, GOLDUSDT bars alone; minutes count from START. One bracket
 * table: to 50,000 at 50x with 1 % maintenance, to 1,000,000 at 10x with 2.5 % (amount 750). Maker 0.02 %, taker 0.05 %,
 * clearance 1.25 %; no spread, slippage, impact or share limit unless a test says so. 10,000 USD. */
#ifndef TESTS_SIM_HOUSE_WORLD_H
#define TESTS_SIM_HOUSE_WORLD_H

#include "tests/data/market_files.h"

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/serve/house.h"

/* 2023-11-15 00:00:00 UTC */
#define START  (1700006400LL * US_PER_SECOND)
#define MINUTE US_PER_MINUTE

enum { COIN, GOLD, FOLLOWED = 32, ORDERS_HEARD = 4096, FOLLOWED_LEVELS = 32768 };

/* A client's copy of a book. */
struct followed {
    bool begun;
    uint64_t update_id;
    int32_t count[2];
    struct house_level levels[2][FOLLOWED_LEVELS]; /* best first */
};

struct heard {
    struct house_order order;
    bool filled, amended;
    struct house_trade fill;
};

struct listener {
    struct house *house;
    int64_t now_us;
    int64_t trades, quotes, depths, marks, candles, closed, accounts, settings;
    struct house_candle last_closed[FOLLOWED];
    int64_t closed_of[FOLLOWED];
    int64_t trade_e6[FOLLOWED];
    struct house_market quote[FOLLOWED];
    int64_t changes_e8[4]; /* by cause */
    struct followed books[FOLLOWED];
    int32_t orders;
    struct heard heard[ORDERS_HEARD];
};

struct world {
    struct test_folder folder;
    struct load load;
    struct house *house;
    struct listener ear;
};

/* ---- following ---- */

static inline bool level_before(int side, int64_t a_e12, int64_t b_e12)
{
    return side == SIDE_BUY ? a_e12 > b_e12 : a_e12 < b_e12;
}

static inline void follow_level(struct followed *book, int side, const struct house_level *level)
{
    struct house_level *levels = book->levels[side];
    int32_t place = 0;
    int32_t end = book->count[side];
    while (place < end) {
        int32_t middle = place + (end - place) / 2;
        if (level_before(side, levels[middle].price_e12, level->price_e12)) {
            place = middle + 1;
        } else {
            end = middle;
        }
    }
    bool there = place < book->count[side] && levels[place].price_e12 == level->price_e12;
    size_t behind = (size_t)(book->count[side] - place) * sizeof(*levels);
    if (level->size_e6 == 0 && there) {
        memmove(&levels[place], &levels[place + 1], behind - sizeof(*levels));
        book->count[side]--;
    } else if (level->size_e6 > 0 && there) {
        levels[place] = *level;
    } else if (level->size_e6 > 0) {
        assert_true(book->count[side] < FOLLOWED_LEVELS);
        memmove(&levels[place + 1], &levels[place], behind);
        levels[place] = *level;
        book->count[side]++;
    }
}

static inline void follow(struct followed *book, const struct house_news *news)
{
    if (book->begun) {
        assert_true(news->depth.previous_id == book->update_id);
    }
    assert_true(news->depth.first_id > news->depth.previous_id);
    assert_true(news->depth.first_id <= news->depth.last_id);
    book->begun = true;
    book->update_id = news->depth.last_id;
    for (int32_t i = 0; i < news->depth.bids; i++) {
        follow_level(book, SIDE_BUY, &news->depth.bid[i]);
    }
    for (int32_t i = 0; i < news->depth.asks; i++) {
        follow_level(book, SIDE_SELL, &news->depth.ask[i]);
    }
}

static inline void expect_book(struct world *world, int32_t instrument)
{
    static struct house_book book;
    const struct followed *mine = &world->ear.books[instrument];
    house_book(world->house, instrument, 1000, &book);
    assert_true(book.update_id == mine->update_id);
    assert_int_equal(book.bids, fixed_smaller(mine->count[SIDE_BUY], 1000));
    assert_int_equal(book.asks, fixed_smaller(mine->count[SIDE_SELL], 1000));
    assert_memory_equal(book.bid, mine->levels[SIDE_BUY], (size_t)book.bids * sizeof(book.bid[0]));
    assert_memory_equal(book.ask, mine->levels[SIDE_SELL], (size_t)book.asks * sizeof(book.ask[0]));
}

static inline void hear_order(struct listener *ear, const struct house_news *news)
{
    struct heard *heard = &ear->heard[ear->orders % ORDERS_HEARD];
    *heard = (struct heard){.order = *news->order.order, .amended = news->order.amended};
    if (news->order.fill != NULL) {
        heard->filled = true;
        heard->fill = *news->order.fill;
    }
    ear->orders++;
}

static inline void hear(void *self, const struct house_news *news)
{
    struct listener *ear = self;
    int32_t at = news->instrument;
    assert_true(news->time_us >= ear->now_us);
    assert_true(at < FOLLOWED);
    ear->now_us = news->time_us;
    switch (news->kind) {
    case HOUSE_NEWS_TRADE:
        ear->trades++;
        ear->trade_e6[at] += news->trade.size_e6;
        assert_true(news->trade.size_e6 > 0 && news->trade.price_e12 > 0);
        break;
    case HOUSE_NEWS_QUOTE:
        ear->quotes++;
        ear->quote[at].bid_e12 = news->quote.bid_e12;
        ear->quote[at].ask_e12 = news->quote.ask_e12;
        break;
    case HOUSE_NEWS_DEPTH:
        ear->depths++;
        follow(&ear->books[at], news);
        break;
    case HOUSE_NEWS_MARK: ear->marks++; break;
    case HOUSE_NEWS_CANDLE:
        ear->candles++;
        if (news->candle->closed) {
            ear->closed++;
            ear->closed_of[at]++;
            ear->last_closed[at] = *news->candle;
        }
        break;
    case HOUSE_NEWS_ORDER: hear_order(ear, news); break;
    case HOUSE_NEWS_ACCOUNT:
        ear->accounts++;
        ear->changes_e8[news->account.cause] += news->account.wallet_change_e8;
        break;
    case HOUSE_NEWS_SETTING: ear->settings++; break;
    }
}

/* ---- life ---- */

static inline struct world *world_prepare(void)
{
    struct world *world = calloc(1, sizeof *world);
    char path[TEST_PATH_BYTES];
    assert_non_null(world);
    test_folder_make(&world->folder);
    test_file(&world->folder, path, "tiers.csv",
              "symbol,tier,min_notional,max_notional,maintenance_margin_rate,max_leverage,"
              "maintenance_amount_cum\n"
              "COINUSDT,1,0,50000,0.01,50,0\nCOINUSDT,2,50000,1000000,0.025,10,750\n"
              "GOLDUSDT,1,0,50000,0.01,50,0\nGOLDUSDT,2,50000,1000000,0.025,10,750\n");
    test_file(&world->folder, path, "funding.csv", "funding_time,rate\n");
    return world;
}

/* Rows "open,high,low,close,volume" of minutes from START, one a line, become a file of bars. */
static inline void world_bars(struct world *world, const char *name, const char *const *rows)
{
    static char text[1 << 20];
    char path[TEST_PATH_BYTES];
    size_t used = (size_t)snprintf(text, sizeof(text), "open_time,open,high,low,close,volume\n");
    for (int64_t i = 0; rows[i] != NULL; i++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%lld,%s\n",
                                 (long long)((START + i * MINUTE) / US_PER_MS), rows[i]);
        assert_true(used < sizeof(text));
    }
    test_file(&world->folder, path, name, text);
}

/* more: pairs of an option and its value. */
static inline void world_load(struct world *world, char *market, char **more, int count)
{
    char *argv[24] = {(char[]){"serve"}, (char[]){"--market"}, market};
    struct error error;
    const struct house_options options = {.market_name = "test"};
    const struct house_sink sink = {&world->ear, hear};
    int argc = 3;
    for (int i = 0; i < count; i++) {
        argv[argc++] = more[i];
    }
    error_init(&error);
    if (!load_market_alone(&world->load, argc, argv)) {
        fail_msg("%s", world->load.error.text);
    }
    world->house = house_new(&world->load, &options, &sink, &error);
    if (world->house == NULL) {
        fail_msg("%s", error.text);
    }
    world->ear.house = world->house;
}

/* No costs but fees; participation in per cent of a point's volume, 0: no limit. incidents: text of their file, or NULL. */
static inline void world_begin(struct world *world,
                               const char *manifest,
                               const char *participation,
                               const char *incidents)
{
    char set[] = "--set";
    char spread[] = "sim.spread=0%";
    char slippage[] = "sim.slippage=0%";
    char impact[] = "sim.impact=0%";
    char share[64];
    char option[] = "--incidents";
    char plan[TEST_PATH_BYTES];
    char path[TEST_PATH_BYTES];
    (void)snprintf(share, sizeof(share), "sim.participation=%s%%", participation);
    char *more[] = {set, spread, set, slippage, set, impact, set, share, option, plan};
    test_file(&world->folder, path, "manifest.json", manifest);
    test_file(&world->folder, plan, "incidents.json", incidents == NULL ? "[]" : incidents);
    world_load(world, path, more, incidents == NULL ? 8 : 10);
}

static inline void world_open(struct world *world, bool mark, bool funding)
{
    char manifest[600];
    (void)snprintf(manifest, sizeof(manifest),
                   "{\"klines\":{\"COINUSDT\":\"coin.csv\",\"GOLDUSDT\":\"gold.csv\"},"
                   "\"leverage_tiers\":\"tiers.csv\"%s%s}",
                   mark ? ",\"mark\":{\"COINUSDT\":\"mark.csv\"}" : "",
                   funding ? ",\"funding\":{\"COINUSDT\":\"funding.csv\"}" : "");
    world_begin(world, manifest, "0", NULL);
}

static inline void world_free(struct world *world)
{
    house_free(world->house);
    load_release(&world->load);
    test_folder_remove(&world->folder);
    free(world);
}

static inline void expect_balanced(struct world *world)
{
    char text[200];
    if (!house_balanced(world->house, text, sizeof(text))) {
        fail_msg("%s", text);
    }
}

/* Seconds from START. */
static inline void run_to(struct world *world, int64_t second)
{
    house_advance(world->house, START + second * US_PER_SECOND);
    expect_balanced(world);
}

/* ---- words ---- */

static inline int64_t decimal(const char *text, unsigned scale)
{
    int64_t value = 0;
    assert_int_equal(decimal_parse(text, strlen(text), scale, &value), DECIMAL_OK);
    return value;
}

static inline int64_t px(const char *text)
{
    return decimal(text, 12);
}

static inline int64_t qty(const char *text)
{
    return decimal(text, 6);
}

static inline int64_t usd(const char *text)
{
    return decimal(text, 8);
}

static inline struct action_place market(enum side side, const char *size)
{
    return (struct action_place){.side = side, .type = ORDER_MARKET, .size_e6 = qty(size)};
}

static inline struct action_place limit(enum side side, const char *size, const char *price)
{
    return (struct action_place){
        .side = side, .type = ORDER_LIMIT, .size_e6 = qty(size), .price_e12 = px(price)};
}

static inline struct house_order taken(struct house_answer answer)
{
    assert_int_equal(answer.refusal, HOUSE_TAKEN);
    assert_non_null(answer.order);
    return *answer.order;
}

static inline struct house_order
place(struct world *world, int32_t instrument, struct action_place order)
{
    return taken(house_place(world->house, instrument, &order, NULL));
}

static inline void expect_refused(struct house_answer answer, enum order_reason reason)
{
    assert_int_equal(answer.refusal, HOUSE_REASON);
    assert_int_equal(answer.reason, reason);
}

static inline struct house_balance balance(struct world *world)
{
    struct house_balance out;
    house_balance(world->house, &out);
    return out;
}

static inline struct house_position position(struct world *world, int32_t instrument)
{
    struct house_position out;
    house_position(world->house, instrument, &out);
    return out;
}

static inline int64_t income_of(struct world *world, enum income_kind kind)
{
    int64_t total_e8 = 0;
    for (int64_t i = 0; i < house_income_count(world->house); i++) {
        const struct house_income *row = house_income_at(world->house, i);
        total_e8 += row->kind == kind ? row->amount_e8 : 0;
    }
    return total_e8;
}

#endif
