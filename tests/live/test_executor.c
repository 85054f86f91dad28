/* test_executor.c - the executor whole, on the fake venue of the desk's tests, in real time: start, a trade, the end, refusals.
 * */
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/store.h"
#include "live/doctor.h"
#include "live/executor.h"
#include "live/lease.h"
#include "live/paper_venue.h"
#include "tests/support/fake_venue.h"

#define TICK_NS     10000000LL
#define SIGNAL_TICK 130
#define END_TICK    220

/* One venue, for the table has no self before open(); in shared memory, so that it outlives an executor that is killed. */
static struct {
    struct fake_venue fake;
    struct venue_world world;
    struct loop_timer pump;
    int64_t ticks;
    bool market, withdraw, hedge;
    bool known;        /* a restart: it has the account as it was left */
    int64_t kill_tick; /* 0: never */
    bool kill_at_place;
    const char *signals;
} * venue;

static char folder[] = "/tmp/cerberus-executor-XXXXXX";

static void tell(const struct news *news)
{
    venue->world.sink.take(venue->world.sink.self, news);
}

/* The fake's stamps count from the start of the machine. */
static void in_our_time(void *self, const struct news *news)
{
    struct news stamped = *news;
    int64_t now_us = live_clock_us(venue->world.clock, loop_clock_ns());
    (void)self;
    if (news->kind == NEWS_FILL) {
        stamped.fill.time_us = now_us;
    } else if (news->kind == NEWS_ORDER) {
        stamped.order.update_us = now_us;
    }
    tell(&stamped);
}

static void give(uint16_t kind, uint16_t flags, int64_t a, int64_t b, int64_t c, int64_t d)
{
    struct tape_record record = {.kind = kind, .flags = flags, .v = {a, b, c, d}};
    record.time_us = live_clock_us(venue->world.clock, loop_clock_ns());
    struct feed_record feed = {.kind = FEED_TICK, .instrument = 0, .time_us = record.time_us};
    feed.tick = (struct feed_tick){.record = &record, .size_decimals = 0};
    struct news news = {.kind = NEWS_MARKET, .instrument = 0, .received_ns = loop_clock_ns()};
    news.market = &feed;
    tell(&news);
}

/* What the controls want to know of the past: the last settlement, the last closed bar. */
static void give_past(void)
{
    int64_t now_us = live_clock_us(venue->world.clock, loop_clock_ns());
    struct feed_record record = {
        .kind = FEED_FUNDING, .instrument = 0, .time_us = now_us - US_PER_HOUR};
    struct news news = {.kind = NEWS_MARKET, .instrument = 0, .received_ns = loop_clock_ns()};
    record.rate_e16 = 1000000000000;
    news.market = &record;
    tell(&news);
    record = (struct feed_record){
        .kind = FEED_BAR, .instrument = 0, .time_us = now_us - US_PER_MINUTE - US_PER_SECOND};
    record.bar = (struct feed_bar){.interval_us = US_PER_MINUTE,
                                   .open_e12 = 100 * ONE_E12,
                                   .high_e12 = 100 * ONE_E12,
                                   .low_e12 = 100 * ONE_E12,
                                   .close_e12 = 100 * ONE_E12,
                                   .volume = 1000000};
    tell(&news);
}

static void trade_market(void)
{
    int64_t price = 100 * ONE_E12;
    int64_t tick = ONE_E12 / 100;
    if (venue->ticks == 1) {
        give(TAPE_DEPTH, TAPE_BUY | TAPE_SNAPSHOT_ROW, price - tick, 100000, 0, 0);
        give(TAPE_DEPTH, TAPE_SNAPSHOT_ROW | TAPE_LAST, price + tick, 100000, 0, 0);
    }
    give(TAPE_TRADE, TAPE_BUY, price, 100, 0, 0);
    if (venue->ticks == 2) {
        give_past();
    }
    give(TAPE_MARK, 0, price, 0, 0, 0);
    give(TAPE_INDEX, 0, price, 0, 0, 0);
    give(TAPE_QUOTE, 0, price - tick, 100000, price + tick, 100000);
}

static void write_signal(void)
{
    FILE *file = fopen(venue->signals, "ae");
    assert_non_null(file);
    (void)fprintf(file, "%lld,test,BTCUSDT,High,100,5,long,98\n",
                  (long long)(live_clock_us(venue->world.clock, loop_clock_ns()) / 1000));
    (void)fclose(file);
}

static void fill_all(void)
{
    for (int32_t i = 0; i < venue->fake.order_count; i++) {
        struct fake_order *order = &venue->fake.orders[i];
        if (order->state == VENUE_ORDER_OPEN && !order->place.close_position &&
            order->place.trigger_e12 == 0) {
            fake_venue_fill(&venue->fake, order, order->place.size_e6 - order->filled_e6);
        }
    }
}

static void pump(void *self)
{
    (void)self;
    venue->ticks++;
    if (venue->market) {
        trade_market();
    }
    while (fake_venue_run(&venue->fake, loop_clock_ns())) {
    }
    fill_all();
    if (venue->ticks == SIGNAL_TICK) {
        write_signal();
    }
    if (venue->ticks == venue->kill_tick) {
        (void)raise(SIGKILL);
    }
    if (venue->ticks == END_TICK) {
        (void)raise(SIGTERM);
    }
    loop_timer_set(venue->world.loop, &venue->pump, loop_clock_ns() + TICK_NS);
}

/* ---- what the fake has not ---- */

static struct venue *open_venue(const struct venue_options *options,
                                const struct venue_world *world,
                                struct error *error)
{
    (void)options;
    (void)error;
    if (!venue->known) {
        fake_venue_init(&venue->fake, 1);
    }
    venue->fake.now_ns = loop_clock_ns();
    venue->world = *world;
    venue->fake.sink = (struct news_sink){.take = in_our_time};
    venue->pump = (struct loop_timer){.due = pump};
    loop_timer_set(world->loop, &venue->pump, loop_clock_ns());
    return (struct venue *)(void *)&venue->fake;
}

static void close_venue(struct venue *self)
{
    (void)self;
}

static bool
load(struct venue *self, const struct venue_symbol *symbols, int32_t count, struct error *error)
{
    (void)self;
    (void)error;
    assert_int_equal(count, 1);
    struct instrument item = {
        .tick_e12 = ONE_E12 / 100,
        .lot_e6 = 1000,
        .size_min_e6 = 1000,
        .size_max_e6 = 1000000LL * ONE_E6,
        .notional_min_e8 = 5 * ONE_E8,
        .maker_fee_e9 = BPS_E9(2),
        .taker_fee_e9 = BPS_E9(5),
        .liquidation_fee_e9 = BPS_E9(125),
        .pack = 1,
        .liquid = true,
    };
    struct tier tier = {
        .cap_e8 = 1000000000LL * ONE_E8, .maintenance_rate_e9 = BPS_E9(50), .leverage_max = 100};
    int32_t index = 0;
    (void)strcpy(item.symbol, symbols[0].symbol);
    return instruments_add(venue->world.instruments, &item, &index) &&
           instruments_tiers(venue->world.instruments, index, &tier, 1);
}

static bool permissions(struct venue *self, struct venue_permissions *out, struct error *error)
{
    (void)self;
    (void)error;
    *out = (struct venue_permissions){.known = true, .trade = true, .withdraw = venue->withdraw};
    return true;
}

static bool modes(struct venue *self, struct venue_account_modes *out, struct error *error)
{
    (void)self;
    (void)error;
    *out = (struct venue_account_modes){.can_trade = true, .hedge = venue->hedge};
    return true;
}

static void ask_time(struct venue *self, uint64_t tag)
{
    (void)self;
    int64_t now_ns = loop_clock_ns();
    struct news news = {.kind = NEWS_ANSWER, .instrument = INSTRUMENT_NONE, .tag = tag};
    live_clock_sample(venue->world.clock, live_clock_us(venue->world.clock, now_ns), now_ns,
                      now_ns);
    tell(&news);
}

static bool stream_market(struct venue *self, struct error *error)
{
    (void)self;
    (void)error;
    venue->market = true;
    venue->ticks = 0;
    return true;
}

static bool stream_user(struct venue *self, struct error *error)
{
    (void)self;
    (void)error;
    fake_venue_stream(&venue->fake, true);
    return true;
}

/* The order has arrived, its answer has not. */
static void
place(struct venue *self, uint64_t tag, int32_t instrument, const struct action_place *order)
{
    fake_venue_table.place(self, tag, instrument, order);
    if (venue->kill_at_place) {
        while (fake_venue_run(&venue->fake, loop_clock_ns()) && venue->fake.order_count == 0) {
        }
        (void)raise(SIGKILL);
    }
}

static struct venue_table table_of_test(void)
{
    struct venue_table table = fake_venue_table;
    table.place = place;
    table.open = open_venue;
    table.close = close_venue;
    table.load = load;
    table.permissions = permissions;
    table.modes = modes;
    table.ask_time = ask_time;
    table.stream_market = stream_market;
    table.stream_user = stream_user;
    return table;
}

/* ---- runs ---- */

struct run {
    struct simulation *simulation;
    struct live_options options;
    char database[128], keys[128], signals[128], state[128];
};

static void set(struct run *run, const char *assignment)
{
    struct error error;
    error_init(&error);
    if (!config_set(&run->simulation->config, assignment, &error)) {
        fail_msg("%s", error.text);
    }
}

static void configure(struct run *run)
{
    char text[256];
    simulation_init(run->simulation);
    (void)snprintf(text, sizeof(text), "live.sources=tail:%s", run->signals);
    set(run, text);
    set(run, "symbols.allow=BTCUSDT");
    set(run, "risk.c5.value=100000");
    set(run, "risk.c12.value=100000");
}

static struct run *prepare(const char *name)
{
    struct run *run = calloc(1, sizeof(*run));
    assert_non_null(run);
    run->simulation = calloc(1, sizeof(*run->simulation));
    assert_non_null(run->simulation);
    (void)snprintf(run->database, sizeof(run->database), "%s/%s.db", folder, name);
    (void)snprintf(run->keys, sizeof(run->keys), "%s/keys", folder);
    (void)snprintf(run->signals, sizeof(run->signals), "%s/%s.csv", folder, name);
    FILE *file = fopen(run->keys, "we");
    assert_non_null(file);
    (void)fputs("{\"key\":\"k\",\"secret\":\"s\"}", file);
    (void)fclose(file);
    assert_int_equal(chmod(run->keys, 0600), 0);
    file = fopen(run->signals, "we");
    assert_non_null(file);
    (void)fputs("timestamp,source,token,confidence,price,volume,side,stop_loss\n", file);
    (void)fclose(file);
    configure(run);
    run->options = (struct live_options){
        .database = run->database, .keys = run->keys, .keys_descriptor = -1, .mode = MODE_LIVE};
    memset(venue, 0, sizeof(*venue));
    venue->signals = run->signals;
    return run;
}

static int go(struct run *run)
{
    struct venue_table table = table_of_test();
    return executor_run(&run->options, run->simulation, "test", &table);
}

static void finish(struct run *run)
{
    free(run->simulation);
    free(run);
}

static int64_t ask(const struct run *run, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(run->database, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t answer = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    return answer;
}

static void a_signal_becomes_a_position_with_its_stop(void **state)
{
    (void)state;
    struct run *run = prepare("trade");
    int code = go(run);
    assert_int_equal(code, EXIT_CODE_DONE);
    assert_int_equal(ask(run, "SELECT count(*) FROM signals"), 1);
    assert_int_equal(ask(run, "SELECT count(*) FROM positions WHERE closed_at IS NULL"), 1);
    assert_true(venue->fake.places >= 2); /* the entry, and its stop */
    assert_int_equal(venue->fake.twice, 0);
    assert_true(venue->fake.position_e6[0] > 0);

    /* The next epoch takes the account up: its position, its stop, its latch; the same signal again is refused for it. */
    int32_t places = venue->fake.places;
    venue->known = true;
    configure(run);
    assert_int_equal(go(run), EXIT_CODE_DONE);
    assert_int_equal(venue->fake.places, places);
    assert_int_equal(venue->fake.twice, 0);
    assert_int_equal(ask(run, "SELECT count(*) FROM runs"), 2);
    assert_int_equal(ask(run, "SELECT count(*) FROM positions WHERE closed_at IS NULL"), 1);
    assert_int_equal(ask(run, "SELECT count(*) FROM signals WHERE verdict = 'DUPLICATE_CONTENT'"),
                     1);
    assert_int_equal(ask(run, "SELECT count(*) FROM errors"), 0);
    assert_int_equal(ask(run, "SELECT count(*) FROM ledger WHERE kind = 'funding'"), 0);
    finish(run);
}

/* The same market and signal, no key, our exchange: a fill at the ask, and nothing reaches the venue-> */
static void paper_fills_on_the_streams_of_a_venue(void **state)
{
    (void)state;
    struct run *run = prepare("paper");
    char journal[160];
    (void)snprintf(journal, sizeof(journal), "%s.tape", run->database);
    run->options.keys = NULL;
    run->options.mode = MODE_PAPER;
    run->options.speed = 60; /* the controls want a closed bar: a minute in a second */
    run->options.journal = journal;
    struct venue_table table = table_of_test();
    assert_int_equal(paper_venue_run(&run->options, run->simulation, "test", &table),
                     EXIT_CODE_DONE);
    assert_int_equal(venue->fake.places, 0);
    assert_int_equal(ask(run, "SELECT count(*) FROM positions WHERE closed_at IS NULL"), 1);
    assert_int_equal(ask(run, "SELECT entry_price_e12 FROM positions"),
                     100 * ONE_E12 + ONE_E12 / 100);
    assert_int_equal(ask(run, "SELECT count(*) FROM orders WHERE type = 'stop_market'"), 1);
    finish(run);
}

/* Killed between the signal and its stop, wherever it was: the next start finds one entry, one position and its stop. */
static void a_killed_executor_is_taken_up_by_the_next(void **state)
{
    (void)state;
    static const char *const names[] = {"kill1", "kill2", "kill3"};
    static const int64_t ticks[] = {0, SIGNAL_TICK + 15, SIGNAL_TICK + 24}; /* 0: at the send */
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        struct run *run = prepare(names[i]);
        venue->kill_tick = ticks[i];
        venue->kill_at_place = ticks[i] == 0;
        pid_t child = fork();
        if (child == 0) {
            _exit(go(run));
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        venue->kill_tick = 0;
        venue->kill_at_place = false;
        venue->known = true;
        assert_int_equal(go(run), EXIT_CODE_DONE);
        assert_int_equal(venue->fake.twice, 0);
        assert_int_equal(ask(run, "SELECT coalesce(sum(size_e6), 0) FROM positions "
                                  "WHERE closed_at IS NULL"),
                         venue->fake.position_e6[0]);
        assert_int_equal(ask(run, "SELECT count(*) FROM orders WHERE type = 'market' AND "
                                  "state = 'FILLED'"),
                         1);
        assert_true(venue->fake.position_e6[0] == 0 ||
                    ask(run, "SELECT count(*) FROM orders WHERE type = 'stop_market' AND "
                             "state = 'ACKED'") == 1);
        finish(run);
    }
}

/* RISK 5.5: the order to be flat latches, so the end says 5. */
static void an_end_may_close_what_is_open(void **state)
{
    (void)state;
    struct run *run = prepare("flat");
    set(run, "live.on_shutdown=flatten");
    assert_int_equal(go(run), EXIT_CODE_LATCHED);
    assert_int_equal(venue->fake.position_e6[0], 0);
    assert_int_equal(ask(run, "SELECT count(*) FROM positions WHERE closed_at IS NOT NULL"), 1);
    finish(run);
}

static int examine(struct run *run)
{
    struct venue_table table = table_of_test();
    return doctor_run(&run->options, run->simulation, &table);
}

static void doctor_says_what_is_wrong_and_writes_nothing(void **state)
{
    (void)state;
    struct run *run = prepare("doctor");
    assert_int_equal(examine(run), EXIT_CODE_DONE);
    venue->hedge = true;
    assert_int_equal(examine(run), EXIT_CODE_OPERATING);
    venue->hedge = false;
    venue->withdraw = true;
    assert_int_equal(examine(run), EXIT_CODE_OPERATING);
    assert_int_not_equal(access(run->database, F_OK), 0);
    finish(run);
}

static void a_second_executor_is_refused(void **state)
{
    (void)state;
    struct run *run = prepare("second");
    struct lease lease;
    struct error error;
    char directory[160];
    error_init(&error);
    (void)snprintf(directory, sizeof(directory), "%s-state", run->database);
    assert_true(lease_take(&lease, directory, &error));
    assert_int_equal(go(run), EXIT_CODE_OPERATING);
    assert_int_not_equal(access(run->database, F_OK), 0);
    lease_release(&lease);
    finish(run);
}

static void refused(const char *name, const char *setting, void (*change)(void))
{
    struct run *run = prepare(name);
    if (setting != NULL) {
        set(run, setting);
    }
    if (change != NULL) {
        change();
    }
    int code = go(run);
    assert_true(code == EXIT_CODE_USAGE || code == EXIT_CODE_OPERATING);
    assert_int_equal(venue->fake.places, 0);
    assert_int_not_equal(access(run->database, F_OK), 0); /* nothing was begun */
    finish(run);
}

static void allow_withdrawals(void)
{
    venue->withdraw = true;
}

static void hedge(void)
{
    venue->hedge = true;
}

static void what_is_not_safe_does_not_start(void **state)
{
    (void)state;
    refused("c5", "risk.c5.value=null", NULL);
    refused("c12", "risk.c12.value=null", NULL);
    refused("withdraw", NULL, allow_withdrawals);
    refused("hedge", NULL, hedge);
}

static int setup(void **state)
{
    (void)state;
    venue = mmap(NULL, sizeof(*venue), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return venue != MAP_FAILED && mkdtemp(folder) != NULL ? 0 : -1;
}

static int
remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place_in_tree)
{
    (void)facts;
    (void)kind;
    (void)place_in_tree;
    return remove(path);
}

static int teardown(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_becomes_a_position_with_its_stop),
        cmocka_unit_test(a_killed_executor_is_taken_up_by_the_next),
        cmocka_unit_test(paper_fills_on_the_streams_of_a_venue),
        cmocka_unit_test(an_end_may_close_what_is_open),
        cmocka_unit_test(doctor_says_what_is_wrong_and_writes_nothing),
        cmocka_unit_test(a_second_executor_is_refused),
        cmocka_unit_test(what_is_not_safe_does_not_start),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
