/* test_house_random.c - sessions of requests drawn from a seed over drawn bars: after every step the house's books are the
 * exchange's to the last unit, income explains the wallet, orders keep their laws, and the same seed gives the same news. */
#include "tests/sim/house_world.h"

#include "core/digest.h"
#include "sim/exchange/random.h"

enum { BARS = 40, SEEDS = 200, STEPS = 400, ROW_BYTES = 128 };

struct play {
    struct random dice;
    struct world *world;
    struct digest digest;
    int64_t taken, refused;
};

static int64_t draw(struct play *play, int64_t low, int64_t high)
{
    return low + (int64_t)random_below(&play->dice, (uint64_t)(high - low + 1));
}

/* A walk in cents. */
static void draw_bars(struct play *play, const char *name, int64_t price)
{
    static char rows[BARS][ROW_BYTES];
    const char *list[BARS + 1];
    for (int i = 0; i < BARS; i++) {
        int64_t close = price + draw(play, -price / 25, price / 25);
        int64_t high = fixed_larger(price, close) + draw(play, 0, price / 50);
        int64_t low = fixed_smaller(price, close) - draw(play, 0, price / 50);
        (void)snprintf(rows[i], ROW_BYTES, "%lld.%02lld,%lld.%02lld,%lld.%02lld,%lld.%02lld,%lld",
                       (long long)price / 100, (long long)price % 100, (long long)high / 100,
                       (long long)high % 100, (long long)low / 100, (long long)low % 100,
                       (long long)close / 100, (long long)close % 100,
                       (long long)draw(play, 0, 400));
        list[i] = rows[i];
        price = close + draw(play, -price / 200, price / 200);
    }
    list[BARS] = NULL;
    world_bars(play->world, name, list);
}

static void open_session(struct play *play, int64_t seed)
{
    char path[TEST_PATH_BYTES];
    char text[600];
    int used = snprintf(text, sizeof(text), "funding_time,rate\n");
    memset(play, 0, sizeof(*play));
    random_start(&play->dice, seed, 7);
    digest_init(&play->digest);
    play->world = world_prepare();
    draw_bars(play, "coin.csv", 10007);
    draw_bars(play, "gold.csv", 200003);
    draw_bars(play, "mark.csv", 10007);
    for (int i = 1; i < 10; i++) {
        used += snprintf(text + used, sizeof(text) - (size_t)used, "%lld,0.%03lld\n",
                         (long long)((START + 4 * i * MINUTE) / US_PER_MS),
                         (long long)draw(play, 0, 9));
    }
    test_file(&play->world->folder, path, "funding.csv", text);
    world_open(play->world, draw(play, 0, 1) == 1, true);
}

/* ---- requests ---- */

static void count(struct play *play, struct house_answer answer)
{
    bool taken = answer.refusal == HOUSE_TAKEN;
    play->taken += taken;
    play->refused += !taken;
    digest_word(&play->digest, (uint64_t)answer.refusal << 32 | (uint64_t)answer.reason);
}

static int64_t near(struct play *play, int32_t instrument)
{
    int64_t last_e12 = house_market(play->world->house, instrument)->last_e12;
    return last_e12 / 1000 * draw(play, 960, 1040) / (ONE_E12 / 100) * (ONE_E12 / 100);
}

static void draw_place(struct play *play, int32_t instrument)
{
    static const enum order_type types[] = {ORDER_MARKET, ORDER_LIMIT, ORDER_STOP_MARKET,
                                            ORDER_TAKE_PROFIT_MARKET, ORDER_TRAILING_STOP};
    static const enum time_in_force tifs[] = {TIF_GTC, TIF_IOC, TIF_FOK, TIF_POST_ONLY, TIF_GTD};
    struct action_place place = {
        .side = draw(play, 0, 1) == 1 ? SIDE_SELL : SIDE_BUY,
        .type = types[draw(play, 0, 4)],
        .reduce_only = draw(play, 0, 3) == 0,
        .size_e6 = draw(play, 1, 4000) * 100000,
    };
    place.size_e6 = instrument == GOLD ? place.size_e6 / 20000 * 1000 : place.size_e6;
    if (place.type == ORDER_LIMIT) {
        place.price_e12 = near(play, instrument);
        place.tif = tifs[draw(play, 0, 4)];
    } else if (place.type != ORDER_MARKET) {
        place.trigger_e12 = near(play, instrument);
        place.callback_e9 = place.type == ORDER_TRAILING_STOP ? PERCENT_E9(1) : 0;
        place.close_position = draw(play, 0, 2) == 0;
        place.size_e6 = place.close_position ? 0 : place.size_e6;
    }
    if (place.tif == TIF_GTD) {
        place.expires_us = house_now_us(play->world->house) + draw(play, 1, 4 * MINUTE);
    }
    char id[HOUSE_ID_BYTES];
    (void)snprintf(id, sizeof(id), "id%d", (int)draw(play, 0, 20));
    count(play,
          house_place(play->world->house, instrument, &place, draw(play, 0, 2) == 0 ? id : NULL));
}

static void draw_request(struct play *play)
{
    struct house *house = play->world->house;
    int32_t instrument = (int32_t)draw(play, 0, 1);
    uint64_t number = (uint64_t)draw(play, 1, house_order_count(house) + 1);
    switch (draw(play, 0, 12)) {
    case 0:
        count(play, house_cancel(house, instrument, number, NULL, draw(play, 0, 1) == 1));
        break;
    case 1:
    case 2:
        count(play, house_amend(house, instrument, number, NULL, near(play, instrument),
                                draw(play, 0, 300) * 100000));
        break;
    case 3: count(play, house_leverage(house, instrument, (int32_t)draw(play, 1, 51))); break;
    case 4:
        count(play, house_margin_mode(house, instrument,
                                      draw(play, 0, 1) == 1 ? MARGIN_CROSS : MARGIN_ISOLATED));
        break;
    case 5: count(play, house_margin(house, instrument, draw(play, -500, 500) * ONE_E8)); break;
    case 6: play->taken += house_transfer(house, draw(play, -3000, 3000) * ONE_E8); break;
    case 7: house_countdown(house, instrument, draw(play, 0, 2) * MINUTE); break;
    case 8: (void)house_cancel_all(house, instrument, draw(play, 0, 1) == 1); break;
    default: draw_place(play, instrument); break;
    }
}

/* ---- laws ---- */

static void expect_wallet_explained(struct world *world)
{
    int64_t sum_e8 = 0;
    for (int64_t i = 0; i < house_income_count(world->house); i++) {
        sum_e8 += house_income_at(world->house, i)->amount_e8;
    }
    assert_true(sum_e8 == balance(world).wallet_e8);
}

/* Fills make the order; a child and its parent name each other and agree. */
static void expect_orders(struct world *world)
{
    for (int64_t i = 0; i < house_order_count(world->house); i++) {
        const struct house_order *order = house_order_at(world->house, i);
        assert_true(order->filled_e6 <= order->place.size_e6 || order->place.close_position);
        assert_true(order->state != HOUSE_FILLED || order->filled_e6 > 0);
        assert_true(order->state != HOUSE_TRIGGERED);
        assert_true(order->state != HOUSE_NEW || order->filled_e6 == 0);
        if (order->child_id != 0) {
            const struct house_order *child =
                house_order(world->house, order->instrument, order->child_id, NULL, false);
            assert_true(child->parent_id == order->venue_id);
            assert_int_equal(child->state, order->state);
            assert_true(child->filled_e6 == order->filled_e6);
        }
    }
}

static void expect_trades(struct world *world)
{
    int64_t fee_e8 = 0;
    int64_t realised_e8 = 0;
    for (int64_t i = 0; i < house_trade_count(world->house); i++) {
        fee_e8 += house_trade_at(world->house, i)->fee_e8;
        realised_e8 += house_trade_at(world->house, i)->realised_e8;
    }
    for (int64_t i = 0; i < house_order_count(world->house); i++) {
        const struct house_order *order = house_order_at(world->house, i);
        fee_e8 -= order->conditional ? 0 : order->fee_e8;
        realised_e8 -= order->conditional ? 0 : order->realised_e8;
    }
    assert_true(fee_e8 == 0 && realised_e8 == 0);
}

static uint64_t run_session(int64_t seed, int64_t *fills, int64_t *forced)
{
    static struct play play;
    open_session(&play, seed);
    struct world *world = play.world;
    for (int step = 0; step < STEPS; step++) {
        house_advance(world->house,
                      house_now_us(world->house) + draw(&play, 0, 2 * BARS * MINUTE / STEPS));
        expect_balanced(world);
        draw_request(&play);
        expect_balanced(world);
        expect_orders(world);
    }
    expect_book(world, COIN);
    expect_book(world, GOLD);
    house_advance(world->house,
                  fixed_larger(START + (BARS + 1) * MINUTE, house_now_us(world->house)));
    expect_balanced(world);
    expect_wallet_explained(world);
    expect_orders(world);
    expect_trades(world);
    *fills += house_trade_count(world->house);
    for (int64_t i = 0; i < house_order_count(world->house); i++) {
        *forced += house_order_at(world->house, i)->venue_made;
    }
    assert_true(play.taken > 0 && play.refused > 0);
    digest_word(&play.digest, (uint64_t)balance(world).wallet_e8);
    digest_word(&play.digest, (uint64_t)world->ear.orders);
    digest_word(&play.digest, (uint64_t)world->ear.trades);
    digest_word(&play.digest, (uint64_t)world->ear.depths);
    world_free(world);
    return play.digest.state;
}

static void books_are_one_after_every_step_of_any_session(void **state)
{
    (void)state;
    int64_t fills = 0;
    int64_t forced = 0;
    for (int64_t seed = 1; seed <= SEEDS; seed++) {
        uint64_t first = run_session(seed, &fills, &forced);
        if (seed <= 3) {
            assert_true(first == run_session(seed, &fills, &forced));
        }
    }
    /* the sessions have met what they are for */
    assert_true(fills > 1000);
    assert_true(forced > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_are_one_after_every_step_of_any_session),
    };
    return cmocka_run_group_tests_name("the house at random", tests, NULL, NULL);
}
