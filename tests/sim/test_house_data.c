/* test_house_data.c - recorded markets behind the wire: S4 (trades, quotes and depth of two symbols), S1a (bars of 5 minutes).
 * Needs CERBERUS_DATA. */
#include "tests/sim/house_world.h"

#include "sim/exchange/random.h"

static struct world *world_of(const char *manifest)
{
    static char path[TEST_PATH_BYTES];
    const char *data = getenv("CERBERUS_DATA");
    if (data == NULL) {
        return NULL;
    }
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    test_folder_make(&world->folder);
    (void)snprintf(path, sizeof(path), "%.200s/%s", data, manifest);
    world_load(world, path, NULL, 0);
    return world;
}

/* expected_counts of the manifest: 21,313 and 14,076 trades, 66,089 and 53,992 quotes, of which the window may cut the last. */
static void s4_is_passed_on_and_its_book_follows_from_its_messages(void **state)
{
    (void)state;
    struct world *world = world_of("scenarios/S4_l2_tape_btc_eth_20240808/manifest.json");
    if (world == NULL) {
        skip();
    }
    int64_t first_us = house_first_us(world->house);
    int64_t seconds = 0;
    while (house_next_us(world->house) != INSTANT_NEVER) {
        seconds++;
        house_advance(world->house, first_us + seconds * US_PER_SECOND);
        if (seconds > 3) {
            expect_book(world, 0);
            expect_book(world, 1);
        }
    }
    assert_int_equal(world->ear.trades, 21313 + 14076);
    const struct market_symbol *symbols = world->load.market.symbols;
    int64_t quotes =
        symbols[0].ticks.of[MARKET_QUOTES].count + symbols[1].ticks.of[MARKET_QUOTES].count;
    assert_int_equal(world->ear.quotes, quotes);
    assert_true(quotes >= 66089 + 53992 - 1);
    assert_true(world->ear.depths > 1000);
    assert_int_equal(house_candle_interval_us(world->house, 0), US_PER_MINUTE);
    assert_true(world->ear.closed_of[0] >= 5);
    struct house_candle candles[10];
    int32_t count =
        house_candles(world->house, 0, US_PER_MINUTE, 0, INSTANT_NEVER - 1, candles, 10);
    int64_t volume_e6 = 0;
    for (int32_t i = 0; i < count; i++) {
        volume_e6 += candles[i].volume_e6;
    }
    assert_true(volume_e6 == world->ear.trade_e6[0]);
    world_free(world);
}

/* An order each second against the recorded book; after each the books are one. */
static void s4_trades_against_its_book(void **state)
{
    (void)state;
    struct world *world = world_of("scenarios/S4_l2_tape_btc_eth_20240808/manifest.json");
    if (world == NULL) {
        skip();
    }
    struct random dice;
    random_start(&dice, 4, 4);
    (void)house_leverage(world->house, 0, 20);
    for (int64_t second = 5; house_next_us(world->house) != INSTANT_NEVER; second++) {
        house_advance(world->house, house_first_us(world->house) + second * US_PER_SECOND);
        expect_balanced(world);
        const struct house_market *now = house_market(world->house, 0);
        struct action_place order = {
            .side = random_below(&dice, 2) == 0 ? SIDE_BUY : SIDE_SELL,
            .type = random_below(&dice, 2) == 0 ? ORDER_MARKET : ORDER_LIMIT,
            .size_e6 = (int64_t)(1 + random_below(&dice, 200)) * 1000,
        };
        if (order.type == ORDER_LIMIT) {
            order.price_e12 = order.side == SIDE_BUY ? now->bid_e12 : now->ask_e12;
        }
        (void)house_place(world->house, 0, &order, NULL);
        expect_balanced(world);
    }
    assert_true(house_trade_count(world->house) > 100);
    world_free(world);
}

/* A group of five minutes is the row of the file that opens with it, also where the file has gaps. */
static void s1a_gives_its_bars_as_candles(void **state)
{
    (void)state;
    struct world *world = world_of("scenarios/S1a_doge_first_pump_jan_apr_2021/manifest.json");
    if (world == NULL) {
        skip();
    }
    static const int64_t to_e6[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    static struct house_candle candles[2 * 288];
    const struct market *data = &world->load.market;
    int32_t doge = instruments_find(data->instruments, "DOGEUSDT");
    assert_true(doge >= 0);
    house_advance(world->house, house_first_us(world->house) + 2 * US_PER_DAY);
    int32_t count = house_candles(world->house, doge, 5 * US_PER_MINUTE, 0, INSTANT_NEVER - 1,
                                  candles, 2 * 288);
    struct series_cursor cursor;
    series_open(&cursor, data->symbols[doge].bars);
    int32_t exponent = data->symbols[doge].bars_facts.volume_exponent;
    int32_t same = 0;
    const struct bar *bar = series_next(&cursor);
    for (int32_t i = 0; i < count - 1 && bar != NULL; i++) {
        while (bar != NULL && bar->open_time_us < candles[i].open_us) {
            bar = series_next(&cursor);
        }
        if (bar == NULL || bar->open_time_us != candles[i].open_us) {
            continue;
        }
        assert_true(candles[i].open_e12 == bar->open_e12 && candles[i].high_e12 == bar->high_e12);
        assert_true(candles[i].low_e12 == bar->low_e12 && candles[i].close_e12 == bar->close_e12);
        assert_true(exponent > 6 || candles[i].volume_e6 == bar->volume * to_e6[exponent]);
        assert_true(candles[i].closed);
        same++;
    }
    assert_true(same >= 2 * 288 - 10);
    series_close(&cursor);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s4_is_passed_on_and_its_book_follows_from_its_messages),
        cmocka_unit_test(s4_trades_against_its_book),
        cmocka_unit_test(s1a_gives_its_bars_as_candles),
    };
    return cmocka_run_group_tests_name("the house on recorded markets", tests, NULL, NULL);
}
