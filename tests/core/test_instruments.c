#include "core/instruments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct instruments world;

static int32_t add(const char *symbol, int32_t pack)
{
    struct instrument item = {.tick_e12 = 1, .lot_e6 = 1, .size_max_e6 = INT64_MAX, .pack = pack};
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    int32_t index = INSTRUMENT_NONE;
    assert_true(instruments_add(&world, &item, &index));
    const struct tier tier = {
        .cap_e8 = INT64_MAX, .maintenance_rate_e9 = 5000000, .leverage_max = 75};
    assert_true(instruments_tiers(&world, index, &tier, 1));
    return index;
}

static int32_t doge, pepe, mog, shib, baby, perp, bare, usdc;

static int make_world(void **state)
{
    (void)state;
    instruments_init(&world);
    doge = add("DOGEUSDT", 1);
    pepe = add("1000PEPEUSDT", 1000);
    mog = add("1000000MOGUSDT", 1000000);
    shib = add("SHIB1000USDT", 1000);
    baby = add("1MBABYDOGEUSDT", 1000000);
    perp = add("PERPUSDT", 1);
    bare = add("WIF", 1);
    usdc = add("TRUMPUSDC", 1);
    instruments_check(&world);
    return 0;
}

static void expect(const char *token, int32_t instrument, int32_t factor)
{
    struct resolution got = instruments_resolve(&world, token);
    if (got.instrument != instrument || got.price_factor != factor) {
        print_error("%s: instrument %d factor %d\n", token, got.instrument, got.price_factor);
    }
    assert_int_equal(got.instrument, instrument);
    assert_int_equal(got.price_factor, factor);
}

static void any_way_people_write_a_token(void **state)
{
    (void)state;
    static const char *const ways[] = {"DOGEUSDT",
                                       "doge",
                                       "Doge",
                                       "DOGE/USDT",
                                       "DOGE/USDT:USDT",
                                       "DOGEUSDT.P",
                                       "dogeusdt.p",
                                       "DOGE-USDT",
                                       "DOGE_USDT",
                                       "BINANCE:DOGEUSDT",
                                       "BINANCE:DOGEUSDT.P",
                                       "DOGEPERP",
                                       "DOGE-PERP",
                                       "DOGEUSDTPERP",
                                       "DOGE-USDT-SWAP",
                                       " DOGE ",
                                       "$DOGE",
                                       "#doge",
                                       "DOGE_USDT_PERP",
                                       "BYBIT:DOGE/USDT:USDT"};
    for (size_t index = 0; index < ARRAY_COUNT(ways); index++) {
        expect(ways[index], doge, 1);
    }
}

static void packs_multiply_a_price_per_coin(void **state)
{
    (void)state;
    expect("1000PEPEUSDT", pepe, 1);
    expect("1000PEPEUSDT.P", pepe, 1);
    expect("1000PEPE", pepe, 1);
    expect("pepe", pepe, 1000);
    expect("PEPEUSDT", pepe, 1000);
    expect("PEPE/USDT:USDT", pepe, 1000);
    expect("kPEPE", pepe, 1);
    expect("MOG", mog, 1000000);
    expect("1000000MOG", mog, 1);
    expect("BABYDOGE", baby, 1000000);
    expect("1MBABYDOGE", baby, 1);
}

static void the_pack_may_stand_behind_the_coin(void **state)
{
    (void)state;
    expect("SHIB", shib, 1000);
    expect("SHIBUSDT", shib, 1000);
    expect("SHIB1000", shib, 1);
    expect("1000SHIB", shib, 1);
    expect("1000SHIBUSDT", shib, 1);
    expect("PEPE1000", pepe, 1);
}

static void a_coin_with_a_number_in_its_name_is_no_pack(void **state)
{
    (void)state;
    int32_t sats = add("1000SATSUSDT", 1);
    expect("1000SATS", sats, 1);
    expect("SATS", INSTRUMENT_NONE, 1);
}

static void quotes_are_tried_in_order(void **state)
{
    (void)state;
    expect("TRUMP", usdc, 1);
    int32_t usdt = add("TRUMPUSDT", 1);
    expect("TRUMP", usdt, 1);
    expect("TRUMPUSDC", usdc, 1);
    expect("DOGEUSDC", INSTRUMENT_NONE, 1);
}

static void a_suffix_is_not_cut_from_a_coin_of_that_name(void **state)
{
    (void)state;
    expect("PERP", perp, 1);
    expect("PERPUSDT", perp, 1);
    expect("PERP-PERP", perp, 1);
    expect("WIF", bare, 1);
    expect("WIFUSDT", bare, 1);
}

static void nonsense_is_unknown(void **state)
{
    (void)state;
    static const char *const tokens[] = {"",
                                         " ",
                                         ":",
                                         "/",
                                         "USDT",
                                         "USD",
                                         ".P",
                                         "-SWAP",
                                         "PEPEPEPE",
                                         "1000",
                                         "DOGE/USDT:USDT-240329",
                                         "DOGEUSDTUSDT",
                                         "0DOGE",
                                         "BINANCE:",
                                         "DOGE DOGE",
                                         "\xF0\x9F\x90\xB6",
                                         "A_TOKEN_THAT_IS_MUCH_LONGER_THAN_ANY_VENUE_WRITES_THEM"};
    for (size_t index = 0; index < ARRAY_COUNT(tokens); index++) {
        expect(tokens[index], INSTRUMENT_NONE, 1);
    }
}

static void an_exact_symbol_wins_then_an_alias(void **state)
{
    (void)state;
    assert_true(instruments_alias(&world, "Dogecoin", doge));
    assert_true(instruments_alias(&world, "Dogecoin", doge));
    assert_false(instruments_alias(&world, "DOGECOIN", pepe));
    expect("dogecoin", doge, 1);
    expect("DOGECOIN.P", doge, 1);
    assert_true(instruments_alias(&world, "DOGEUSDT", pepe));
    expect("DOGEUSDT", doge, 1);
    assert_true(instruments_alias(&world, "XBT", doge));
    add("XBTUSDT", 1);
    expect("XBT", doge, 1);
    assert_true(instruments_alias(&world, "a-b:c", mog));
    expect("A-B:C", mog, 1);
    assert_true(instruments_alias(&world, "PEPE", pepe));
    expect("PEPE", pepe, 1000);
    assert_true(instruments_alias(&world, "FROG", pepe));
    expect("FROG", pepe, 1);
    assert_false(instruments_alias(&world, "", doge));
    assert_false(instruments_alias(&world, "a_name_of_thirty_two_letters_xxx", doge));
}

static void a_symbol_stands_once(void **state)
{
    (void)state;
    struct instrument item = {.symbol = "DOGEUSDT", .tick_e12 = 1, .lot_e6 = 1, .pack = 1};
    int32_t index = 99;
    assert_false(instruments_add(&world, &item, &index));
    assert_int_equal(index, 99);
    assert_int_equal(instruments_find(&world, "DOGEUSDT"), doge);
    assert_int_equal(instruments_find(&world, "DOGE"), INSTRUMENT_NONE);
    assert_int_equal(instruments_find(&world, ""), INSTRUMENT_NONE);
}

static void the_table_is_bounded(void **state)
{
    (void)state;
    int32_t index = 0;
    struct instrument item = {.symbol = "X000", .tick_e12 = 1, .lot_e6 = 1, .pack = 1};
    while (world.count < INSTRUMENTS_MAX) {
        item.symbol[1] = (char)('0' + world.count / 100);
        item.symbol[2] = (char)('0' + world.count / 10 % 10);
        item.symbol[3] = (char)('0' + world.count % 10);
        assert_true(instruments_add(&world, &item, &index));
    }
    item.symbol[0] = 'Y';
    assert_false(instruments_add(&world, &item, &index));
}

static void tiers_without_order_are_refused(void **state)
{
    (void)state;
    struct instrument item = {.symbol = "NEWUSDT", .tick_e12 = 1, .lot_e6 = 1, .pack = 1};
    int32_t index = 0;
    assert_true(instruments_add(&world, &item, &index));
    struct tier tiers[2] = {
        {.floor_e8 = 0, .cap_e8 = 100, .maintenance_rate_e9 = 10, .leverage_max = 20},
        {.floor_e8 = 100, .cap_e8 = 200, .maintenance_rate_e9 = 20, .leverage_max = 10}};
    assert_false(instruments_tiers(&world, index, tiers, 0));
    assert_false(instruments_tiers(&world, index, tiers, TIERS_PER_INSTRUMENT + 1));
    tiers[1].floor_e8 = 101; /* a hole */
    assert_false(instruments_tiers(&world, index, tiers, 2));
    tiers[1].floor_e8 = 100;
    tiers[0].floor_e8 = 1;
    assert_false(instruments_tiers(&world, index, tiers, 2));
    tiers[0].floor_e8 = 0;
    tiers[1].maintenance_rate_e9 = 1000000000;
    assert_false(instruments_tiers(&world, index, tiers, 2));
    tiers[1].maintenance_rate_e9 = 20;
    tiers[1].leverage_max = 0;
    assert_false(instruments_tiers(&world, index, tiers, 2));
    tiers[1].leverage_max = 10;
    int32_t before = world.tier_count;
    assert_true(instruments_tiers(&world, index, tiers, 2));
    assert_int_equal(world.tier_count, before + 2);
    assert_int_equal(instrument_tiers(&world, &world.items[index])[1].cap_e8, 200);
    assert_false(instruments_tiers(&world, index, tiers, 2));
}

int main(void)
{
    const struct CMUnitTest instruments[] = {
        cmocka_unit_test_setup(any_way_people_write_a_token, make_world),
        cmocka_unit_test_setup(packs_multiply_a_price_per_coin, make_world),
        cmocka_unit_test_setup(the_pack_may_stand_behind_the_coin, make_world),
        cmocka_unit_test_setup(a_coin_with_a_number_in_its_name_is_no_pack, make_world),
        cmocka_unit_test_setup(quotes_are_tried_in_order, make_world),
        cmocka_unit_test_setup(a_suffix_is_not_cut_from_a_coin_of_that_name, make_world),
        cmocka_unit_test_setup(nonsense_is_unknown, make_world),
        cmocka_unit_test_setup(an_exact_symbol_wins_then_an_alias, make_world),
        cmocka_unit_test_setup(a_symbol_stands_once, make_world),
        cmocka_unit_test_setup(the_table_is_bounded, make_world),
        cmocka_unit_test_setup(tiers_without_order_are_refused, make_world),
    };
    return cmocka_run_group_tests(instruments, NULL, NULL);
}
