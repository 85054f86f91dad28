/* test_depth_s4.c - the recorded books of S4: where a message of the depth stream ends at the id of a book ticker row, the
 * rebuilt best prices and sizes must be that row's, all of them. Needs CERBERUS_DATA. */
#include "tests/sim/test_exchange_world.h"

#include "sim/exchange/state.h"
#include "tests/support/s4.h"

struct meeting {
    int64_t compared, equal, crossed, messages;
};

/* The recorded row of an update id; NULL: the venue published none. */
static const struct tape_record *row_of(const struct s4 *quotes, uint64_t id)
{
    int64_t low = 0;
    int64_t high = quotes->count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (quotes->records[middle].sequence < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < quotes->count && quotes->records[low].sequence == id;
    return found ? &quotes->records[low] : NULL;
}

static struct s4 quotes_of(const struct s4 *s4)
{
    struct s4 quotes = {malloc((size_t)s4->count * sizeof *quotes.records), 0};
    assert_non_null(quotes.records);
    for (int64_t i = 0; i < s4->count; i++) {
        if (s4->records[i].kind == TAPE_QUOTE) {
            quotes.records[quotes.count++] = s4->records[i];
        }
    }
    return quotes;
}

static void meet(const struct ticks *ticks, const struct tape_record *row, struct meeting *meeting)
{
    struct depth_level bid;
    struct depth_level ask;
    assert_true(depth_best(&ticks->depth, SIDE_BUY, &bid));
    assert_true(depth_best(&ticks->depth, SIDE_SELL, &ask));
    meeting->messages++;
    meeting->crossed += bid.price_e12 >= ask.price_e12;
    if (row != NULL) {
        meeting->compared++;
        meeting->equal += bid.price_e12 == row->v[0] && bid.size_e6 == row->v[1] * 1000 &&
                          ask.price_e12 == row->v[2] && ask.size_e6 == row->v[3] * 1000;
    }
}

static struct meeting replay(struct world *world, const struct s4 *s4)
{
    const struct ticks *ticks = world->exchange->tracks[COIN].ticks;
    struct s4 quotes = quotes_of(s4);
    struct meeting meeting = {0, 0, 0, 0};
    struct event event;
    for (int64_t i = 0; i < s4->count; i++) {
        const struct tape_record *record = &s4->records[i];
        while (exchange_next(world->exchange, record->time_us - 1, &event)) {
        }
        exchange_tick(world->exchange, COIN, record, S4_SIZE_DECIMALS);
        if (record->kind == TAPE_DEPTH && (record->flags & TAPE_LAST) != 0 && ticks_book(ticks)) {
            meet(ticks, row_of(&quotes, record->sequence), &meeting);
        }
    }
    free(quotes.records);
    return meeting;
}

static void rebuild(int32_t symbol, struct meeting *out)
{
    const char *folder = getenv("CERBERUS_DATA");
    struct s4 s4 = {NULL, 0};
    if (folder == NULL) {
        print_message("skipped: S4: CERBERUS_DATA is not set\n");
        skip();
    }
    assert_true(s4_add(&s4, folder, symbol, 0));
    struct world *world = world_prepare();
    world->exchange = exchange_new(world->instruments, &world->settings, false);
    assert_non_null(world->exchange);
    assert_true(exchange_covers(world->exchange, COIN, FIDELITY_DEPTH, s4.records[0].time_us,
                                s4.records[s4.count - 1].time_us));
    *out = replay(world, &s4);
    const struct sync *sync = &world->exchange->tracks[COIN].ticks->sync;
    print_message("%s: %lld messages applied, %lld skipped, %lld gaps; met the book ticker %lld "
                  "times, equal %lld; crossed %lld; levels lost %lld\n",
                  s4_symbols[symbol], (long long)out->messages, (long long)sync->skipped,
                  (long long)sync->gaps, (long long)out->compared, (long long)out->equal,
                  (long long)out->crossed,
                  (long long)world->exchange->tracks[COIN].ticks->depth.lost);
    assert_int_equal(sync->gaps, 0);
    assert_int_equal(world->exchange->tracks[COIN].ticks->depth.lost, 0);
    free(s4.records);
    world_free(world);
}

/* BTC: 6551 update messages of which those before the snapshot's id are skipped; 629 ids meet in the whole recording. */
static void test_btc_equals_the_recorded_ticker(void **state)
{
    (void)state;
    struct meeting meeting;
    rebuild(0, &meeting);
    assert_true(meeting.compared > 600);
    assert_int_equal(meeting.equal, meeting.compared);
    assert_int_equal(meeting.crossed, 0);
}

static void test_eth_equals_the_recorded_ticker(void **state)
{
    (void)state;
    struct meeting meeting;
    rebuild(1, &meeting);
    assert_true(meeting.compared > 500);
    assert_int_equal(meeting.equal, meeting.compared);
    assert_int_equal(meeting.crossed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_btc_equals_the_recorded_ticker),
        cmocka_unit_test(test_eth_equals_the_recorded_ticker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
