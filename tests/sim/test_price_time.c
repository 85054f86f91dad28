/* test_price_time.c - price-time priority, proven on small books: every sequence of up to five orders from a small alphabet,
 * against a reference that is slow and obvious: one list of all orders, the market's levels the oldest of them, searched
 * from its start for each fill.
 * Market   bids 1 at 99, 2 at 98; asks 1 at 101, 2 at 102. Alphabet: limits of both sides at 99, 100, 101 of sizes 1 and 2;
 *          market orders of both sides of size 2; cancel of the oldest and of the newest that rests. sim.stp = none. */
#include "tests/sim/tick_world.h"

enum {
    LIMITS = 12,
    MARKETS = 2,
    ALPHABET = LIMITS + MARKETS + 2,
    LENGTH = 5,
    ENTRIES = 16,
    FILLS = 64
};

struct letter {
    bool cancel, newest, market;
    enum side side;
    int64_t price, size; /* whole */
};

struct entry {
    uint64_t order_id; /* 0: the market's */
    enum side side;
    int64_t price, size;
};

struct fill {
    uint64_t order_id;
    int64_t price, size;
    bool maker;
};

struct fills {
    int32_t count;
    struct fill items[FILLS];
};

/* In order of time. */
struct reference {
    int32_t count;
    struct entry entries[ENTRIES];
};

static struct letter letter_of(int32_t index)
{
    if (index < LIMITS) {
        return (struct letter){.side = index % 2 == 0 ? SIDE_BUY : SIDE_SELL,
                               .size = 1 + index / 2 % 2,
                               .price = 99 + index / 4};
    }
    if (index < LIMITS + MARKETS) {
        return (struct letter){
            .market = true, .side = index % 2 == 0 ? SIDE_BUY : SIDE_SELL, .size = 2};
    }
    return (struct letter){.cancel = true, .newest = index % 2 == 1};
}

/* Two parts of one execution are one fill. */
static void fills_add(struct fills *fills, struct fill fill)
{
    struct fill *last = fills->count > 0 ? &fills->items[fills->count - 1] : NULL;
    if (last != NULL && last->order_id == fill.order_id && last->price == fill.price &&
        last->maker == fill.maker) {
        last->size += fill.size;
        return;
    }
    assert_true(fills->count < FILLS);
    fills->items[fills->count++] = fill;
}

static bool fills_equal(const struct fills *a, const struct fills *b)
{
    for (int32_t i = 0; i < a->count && i < b->count; i++) {
        const struct fill *x = &a->items[i];
        const struct fill *y = &b->items[i];
        if (x->order_id != y->order_id || x->price != y->price || x->size != y->size ||
            x->maker != y->maker) {
            return false;
        }
    }
    return a->count == b->count;
}

/* ---- the reference ---- */

static void reference_add(struct reference *self, struct entry entry)
{
    assert_true(self->count < ENTRIES);
    self->entries[self->count++] = entry;
}

static void reference_remove(struct reference *self, int32_t index)
{
    self->count--;
    for (int32_t i = index; i < self->count; i++) {
        self->entries[i] = self->entries[i + 1];
    }
}

static int32_t reference_best(const struct reference *self, enum side side)
{
    int32_t best = -1;
    for (int32_t i = 0; i < self->count; i++) {
        int64_t price = self->entries[i].price;
        if (self->entries[i].side == side &&
            (best < 0 || (side == SIDE_BUY ? price > self->entries[best].price
                                           : price < self->entries[best].price))) {
            best = i;
        }
    }
    return best;
}

static void reference_order(struct reference *self,
                            const struct letter *letter,
                            uint64_t order_id,
                            struct fills *fills)
{
    int64_t left = letter->size;
    while (left > 0) {
        int32_t best = reference_best(self, side_opposite(letter->side));
        if (best < 0) {
            break;
        }
        struct entry *entry = &self->entries[best];
        bool beyond =
            letter->side == SIDE_BUY ? entry->price > letter->price : entry->price < letter->price;
        if (!letter->market && beyond) {
            break;
        }
        int64_t size = entry->size < left ? entry->size : left;
        int64_t price = entry->price;
        if (entry->order_id != 0) {
            fills_add(fills, (struct fill){entry->order_id, price, size, true});
        }
        fills_add(fills, (struct fill){order_id, price, size, false});
        left -= size;
        entry->size -= size;
        if (entry->size == 0) {
            reference_remove(self, best);
        }
    }
    if (left > 0 && !letter->market) {
        reference_add(self, (struct entry){order_id, letter->side, letter->price, left});
    }
}

/* The order that a cancel names; 0: none rests. */
static uint64_t reference_cancel(struct reference *self, bool newest)
{
    int32_t found = -1;
    for (int32_t i = 0; i < self->count; i++) {
        if (self->entries[i].order_id != 0 && (found < 0 || newest)) {
            found = i;
        }
    }
    if (found < 0) {
        return 0;
    }
    uint64_t order_id = self->entries[found].order_id;
    reference_remove(self, found);
    return order_id;
}

/* ---- the exchange ---- */

static void collect(struct world *world, struct fills *fills)
{
    struct event event;
    while (exchange_next(world->exchange, world->now_us, &event)) {
        if (event.kind == EVENT_FILL) {
            fills_add(fills, (struct fill){event.fill.order_id, event.fill.price_e12 / ONE_E12,
                                           event.fill.size_e6 / ONE_E6,
                                           event.fill.liquidity == LIQUIDITY_MAKER});
        }
        if (event.kind == EVENT_ORDER) {
            assert_int_not_equal(event.order.evidence, EVIDENCE_REJECTED);
            assert_int_not_equal(event.order.evidence, EVIDENCE_CANCEL_REJECTED);
        }
    }
}

static void send_order(struct world *world, const struct letter *letter, uint64_t order_id)
{
    struct action_place place = {.order_id = order_id,
                                 .side = letter->side,
                                 .type = letter->market ? ORDER_MARKET : ORDER_LIMIT,
                                 .price_e12 = letter->price * ONE_E12,
                                 .size_e6 = letter->size * ONE_E6};
    world->venue.place(world->venue.self, world->now_us, COIN, &place);
}

static void reset(struct world *world, struct reference *reference)
{
    struct fills none = {0};
    for (int32_t i = 0; i < reference->count; i++) {
        uint64_t order_id = reference->entries[i].order_id;
        if (order_id != 0) {
            world->venue.cancel(world->venue.self, world->now_us, COIN, order_id);
        }
    }
    collect(world, &none);
    small_book(world, 0);
    collect(world, &none);
    *reference = (struct reference){4,
                                    {{0, SIDE_BUY, 99, 1},
                                     {0, SIDE_BUY, 98, 2},
                                     {0, SIDE_SELL, 101, 1},
                                     {0, SIDE_SELL, 102, 2}}};
}

static void
run_letter(struct world *world, struct reference *reference, int32_t index, const int32_t *word)
{
    struct letter letter = letter_of(index);
    struct fills expected = {0};
    struct fills got = {0};
    if (letter.cancel) {
        uint64_t order_id = reference_cancel(reference, letter.newest);
        if (order_id != 0) {
            world->venue.cancel(world->venue.self, world->now_us, COIN, order_id);
        }
    } else {
        uint64_t order_id = ++world->order_id;
        reference_order(reference, &letter, order_id, &expected);
        send_order(world, &letter, order_id);
    }
    collect(world, &got);
    if (!fills_equal(&got, &expected)) {
        fail_msg("word %d %d %d %d %d", word[0], word[1], word[2], word[3], word[4]);
    }
}

static struct world *open_market(void)
{
    struct world *world = world_prepare();
    world->settings.self_trade = SELF_TRADE_NONE;
    world->settings.rate_10s = 1000000; /* all of it happens in one second */
    world->settings.rate_1m = 1000000;
    tick_world_open(world, false, false, true);
    exchange_transfer(world->exchange, START, usd("1000000000"));
    small_book(world, 0);
    run_until(world, START);
    return world;
}

/* All words of one length; a new world for each first letter, so that positions stay small. */
static int64_t run_words(int32_t length)
{
    int32_t word[LENGTH] = {0};
    int64_t count = 0;
    int64_t words = 1;
    for (int32_t i = 0; i < length; i++) {
        words *= ALPHABET;
    }
    struct world *world = NULL;
    struct reference reference = {0};
    for (int64_t number = 0; number < words; number++) {
        int64_t rest = number;
        for (int32_t i = length - 1; i >= 0; i--) {
            word[i] = (int32_t)(rest % ALPHABET);
            rest /= ALPHABET;
        }
        if (number % 4096 == 0) {
            if (world != NULL) {
                world_free(world);
            }
            world = open_market();
            reference.count = 0;
        }
        reset(world, &reference);
        for (int32_t i = 0; i < length; i++) {
            run_letter(world, &reference, word[i], word);
        }
        count++;
    }
    world_free(world);
    return count;
}

static void test_every_sequence_of_up_to_five_orders(void **state)
{
    (void)state;
    int64_t count = 0;
    for (int32_t length = 1; length <= LENGTH; length++) {
        count += run_words(length);
    }
    print_message("%lld sequences of up to %d orders, alphabet of %d: fills equal\n",
                  (long long)count, LENGTH, ALPHABET);
    assert_int_equal(count, 16 + 256 + 4096 + 65536 + 1048576);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_sequence_of_up_to_five_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
