#include "data/store_account.h"

#include "data/store_rows.h"
#include "tests/data/store_world.h"

#include <sys/wait.h>

static const struct store_owner an_owner = {
    .machine = "0123456789abcdef", .boot = "b-1", .process = 77};

static struct store_run live_run(void)
{
    struct store_run run = a_run;
    run.mode = "live";
    run.venue = "binance";
    return run;
}

static struct store *open_account(struct error *error)
{
    error_init(error);
    struct store *store = store_open_account(db_path, &world, error);
    if (store != NULL) {
        store_strategies(store, &sources);
    }
    return store;
}

static struct store *must_resume(struct store_resume *out)
{
    struct error error;
    struct store *store = open_account(&error);
    struct store_run run = live_run();
    assert_non_null(store);
    if (!store_begin_account(store, &run, &an_owner, out, &error)) {
        error_print(&error, "test", stderr);
        fail();
    }
    return store;
}

/* ---- a state that can be told from another ---- */

struct toy {
    uint8_t byte;
    int64_t events;
};

static size_t toy_encode(void *self, uint8_t *out, size_t capacity)
{
    struct toy *toy = self;
    assert_true(capacity >= 3);
    memset(out, toy->byte, 3);
    return 3;
}
static int64_t toy_events(void *self)
{
    return ((struct toy *)self)->events;
}
static uint64_t toy_digest(void *self)
{
    return 0xFEED0000u + ((struct toy *)self)->byte;
}
static int64_t toy_number(void *self)
{
    (void)self;
    return 4096;
}

static struct toy toy;
static const struct store_state toy_state = {.self = &toy,
                                             .encode = toy_encode,
                                             .events = toy_events,
                                             .digest = toy_digest,
                                             .journal_bytes = toy_number,
                                             .time_us = toy_number};

static void record_error_row(struct store *store)
{
    const struct action action = {.kind = ACTION_ERROR,
                                  .instrument = INSTRUMENT_NONE,
                                  .time_us = 11,
                                  .error = {.code = "x", .message = "y"}};
    store_port(store).record(store, &action);
}

static void commit_one(struct store *store)
{
    struct error error;
    error_init(&error);
    record_error_row(store);
    assert_true(store_commit(store, &error));
}

/* ---- tests ---- */

static void each_start_is_an_epoch_and_takes_up_the_last_commit(void **state)
{
    (void)state;
    struct store_resume resume;
    struct store *store = must_resume(&resume);
    assert_true(resume.fresh);
    assert_int_equal(resume.epoch, 1);
    assert_null(resume.state);
    toy = (struct toy){.byte = 5, .events = 9};
    store_state_from(store, &toy_state);
    commit_one(store);
    toy = (struct toy){.byte = 6, .events = 10};
    record_error_row(store); /* never committed: as after a kill */
    store_close(store);

    store = must_resume(&resume);
    assert_false(resume.fresh);
    assert_false(resume.ended);
    assert_int_equal(resume.epoch, 2);
    assert_int_equal(resume.events, 9);
    assert_int_equal(resume.journal_bytes, 4096);
    assert_string_equal(resume.digest, "00000000feed0005");
    assert_int_equal(resume.state_bytes, 3);
    assert_memory_equal(resume.state, "\5\5\5", 3);
    assert_string_equal(resume.last.machine, an_owner.machine);
    assert_int_equal(resume.last.process, 77);
    struct error error;
    error_init(&error);
    assert_true(store_end(store, "done", 3, "00000000feed0005", 12, &error));
    store_close(store);
    expect("SELECT id, mode, status, venue FROM runs ORDER BY id",
           "1|live|failed|binance|2|live|done|binance");
    expect("SELECT epoch, generation FROM meta", "2|1");
    expect("SELECT count(*) FROM errors", "1");
    expect("SELECT count(*) FROM owners", "2");

    store = must_resume(&resume);
    assert_true(resume.ended);
    assert_int_equal(resume.epoch, 3);
    store_close(store);
}

static void what_sends_money_is_synced(void **state)
{
    (void)state;
    struct store_resume resume;
    struct store *store = must_resume(&resume);
    sqlite3_stmt *row = NULL;
    assert_int_equal(sqlite3_prepare_v2(store->db, "PRAGMA synchronous", -1, &row, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(row, 0), 2); /* FULL */
    (void)sqlite3_finalize(row);
    store_close(store);
}

static void a_simulated_run_is_no_account(void **state)
{
    (void)state;
    struct error error;
    struct store *store = must_begin(false, true);
    error_init(&error);
    assert_true(store_end(store, "done", 1, "0", 2, &error));
    store_close(store);
    struct store_resume resume;
    struct store_run run = live_run();
    store = open_account(&error);
    assert_non_null(store);
    assert_false(store_begin_account(store, &run, &an_owner, &resume, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    assert_non_null(strstr(error.text, "a file of its own"));
    store_close(store);
    expect("SELECT count(*) FROM runs", "1");
}

static void refuse_after(const char *damage, const char *word)
{
    struct store_resume resume;
    struct error error;
    struct store_run run = live_run();
    execute_at(db_path, damage);
    struct store *store = open_account(&error);
    bool refused = store == NULL || !store_begin_account(store, &run, &an_owner, &resume, &error);
    store_close(store);
    assert_true(refused);
    if (strstr(error.text, word) == NULL) {
        error_print(&error, "test", stderr);
        fail();
    }
}

static void what_somebody_changed_is_refused(void **state)
{
    (void)state;
    struct store_resume resume;
    struct store *store = must_resume(&resume);
    const struct action_audit audit = {"a", "operator", "stop", "global", "locked"};
    store_audit(store, 5, &audit);
    store_audit(store, 6, &audit);
    commit_one(store);
    store_close(store);
    refuse_after("INSERT INTO ledger (txn, account, amount_e8, kind, timestamp) "
                 "VALUES (1, 'wallet', 5, 'transfer', 1)",
                 "do not sum to zero");
    execute_at(db_path, "DELETE FROM ledger");
    refuse_after("DROP TRIGGER audit_update; UPDATE audit SET actor = 'b' WHERE seq = 1",
                 "audit chain is broken");
    execute_at(db_path, "UPDATE audit SET actor = 'a' WHERE seq = 1");
    store = must_resume(&resume); /* as it was */
    store_audit(store, 7, &audit);
    commit_one(store);
    store_close(store);
    expect("SELECT a.prev_hash = b.hash FROM audit a, audit b WHERE a.seq = 3 AND b.seq = 2", "1");
    refuse_after("PRAGMA foreign_keys = OFF; INSERT INTO venue_orders VALUES ('binance', "
                 "'DOGEUSDT', '1', 999)",
                 "refers to a row that is missing");
}

static void two_executors_never_share_a_file(void **state)
{
    (void)state;
    struct store_resume resume;
    struct store *first = must_resume(&resume);
    pid_t child = fork();
    if (child == 0) {
        struct error error;
        error_init(&error);
        _exit(store_open_account(db_path, &world, &error) == NULL ? (int)error.code : 0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), EXIT_CODE_USAGE);
    store_close(first);
}

static void what_the_venue_said_is_known_after_a_restart(void **state)
{
    (void)state;
    struct store_resume resume;
    struct store *store = must_resume(&resume);
    assert_false(store_fill_known(store, DOGE, 41));
    const struct action fill = {
        .kind = ACTION_FILL,
        .instrument = DOGE,
        .time_us = 20,
        .fill = {.trade_id = 41, .price_e12 = 1, .size_e6 = 1, .venue_time_us = 19}};
    store_port(store).record(store, &fill);
    struct store_payment payment = {PAYMENT_FUNDING, DOGE, 7, -5, 100};
    assert_true(store_payment(store, &payment));
    assert_false(store_payment(store, &payment));
    payment.kind = PAYMENT_TRANSFER; /* numbers of another kind are others */
    payment.instrument = INSTRUMENT_NONE;
    assert_true(store_payment(store, &payment));
    const struct action order = {.kind = ACTION_ORDER,
                                 .instrument = PEPE,
                                 .time_us = 20,
                                 .order = {.order_id = ORDER_ID(1, 1),
                                           .instrument = PEPE,
                                           .state = ORDER_FILLED,
                                           .leverage = 1,
                                           .intent_us = 1}};
    store_port(store).record(store, &order);
    store_venue_order(store, PEPE, "8886774", ORDER_ID(1, 1));
    store_venue_order(store, PEPE, "8886774", ORDER_ID(1, 1));
    commit_one(store);
    store_close(store);
    store = must_resume(&resume);
    assert_true(store_fill_known(store, DOGE, 41));
    assert_false(store_fill_known(store, PEPE, 41));
    assert_int_equal(store_last_fill_us(store, DOGE), 19);
    assert_int_equal(store_last_fill_us(store, PEPE), 0);
    assert_int_equal(store_last_payment_us(store, PAYMENT_FUNDING), 100);
    payment = (struct store_payment){PAYMENT_FUNDING, DOGE, 7, -5, 100};
    assert_false(store_payment(store, &payment));
    assert_true(store_order_of(store, PEPE, "8886774") == ORDER_ID(1, 1));
    assert_true(store_order_of(store, DOGE, "8886774") == 0);
    store_close(store);
}

static void a_token_is_used_once_and_wrong_ones_void_it(void **state)
{
    (void)state;
    struct store_resume resume;
    struct error error;
    char token[RESET_TOKEN_BYTES];
    char other[RESET_TOKEN_BYTES];
    struct store_token out;
    const struct store_token asked = {.scope = SCOPE_SYMBOL,
                                      .scope_name = "DOGEUSDT",
                                      .requester = "ann",
                                      .reason = "looked at it",
                                      .created_us = 10,
                                      .expires_us = 910};
    struct store *store = must_resume(&resume);
    error_init(&error);
    assert_true(store_token_make(store, &asked, token, &error));
    assert_true(store_token_make(store, &asked, other, &error));
    assert_int_equal(strlen(token), 32);
    assert_string_not_equal(token, other);
    assert_int_equal(store_token_use(store, token, "bob", 910, &out), TOKEN_EXPIRED);
    assert_int_equal(store_token_use(store, token, "bob", 909, &out), TOKEN_GOOD);
    assert_string_equal(out.requester, "ann");
    assert_string_equal(out.scope_name, "DOGEUSDT");
    assert_int_equal(out.scope, SCOPE_SYMBOL);
    assert_int_equal(store_token_use(store, token, "bob", 100, &out), TOKEN_USED);
    for (int tries = 0; tries < RESET_TRIES_MAX; tries++) {
        assert_int_equal(store_token_use(store, "00", "eve", 100, &out), TOKEN_WRONG);
    }
    assert_int_equal(store_token_use(store, other, "bob", 100, &out), TOKEN_VOID);
    store_close(store);
}

static void another_machine_asks_first(void **state)
{
    (void)state;
    struct store_resume resume;
    struct error error;
    struct store *store = must_resume(&resume);
    error_init(&error);
    assert_true(store_adopt(store, 5, "ann", &error));
    store_close(store);
    expect("SELECT generation FROM meta", "2");
    expect("SELECT actor, action FROM audit", "ann|adopt");
    store = must_resume(&resume);
    assert_int_equal(resume.generation, 2);
    store_close(store);
}

static void a_version_1_file_comes_forward(void **state)
{
    (void)state;
    struct store_resume resume;
    struct store *store = must_resume(&resume);
    store_close(store);
    execute_at(db_path, "DROP TABLE state; DROP TABLE owners; DROP TABLE venue_orders; DROP TABLE "
                        "payments; DROP TABLE reconciles; DROP TABLE reset_tokens; DROP TABLE "
                        "config_versions; PRAGMA user_version = 1");
    store = must_resume(&resume);
    assert_int_equal(resume.epoch, 2);
    commit_one(store);
    store_close(store);
    expect("PRAGMA user_version", "2");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(each_start_is_an_epoch_and_takes_up_the_last_commit),
        TEST(what_sends_money_is_synced),
        TEST(a_simulated_run_is_no_account),
        TEST(what_somebody_changed_is_refused),
        TEST(two_executors_never_share_a_file),
        TEST(what_the_venue_said_is_known_after_a_restart),
        TEST(a_token_is_used_once_and_wrong_ones_void_it),
        TEST(another_machine_asks_first),
        TEST(a_version_1_file_comes_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
