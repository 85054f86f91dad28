#include "data/store.h"

#include "data/store_rows.h"
#include "tests/data/store_world.h"

/* ---- the file ---- */

static void a_complete_run_says_so(void **state)
{
    (void)state;
    write_complete(true);
    expect("SELECT id, mode, command, config_hash, data_hash, seed, build, started_at, ended_at, "
           "status, events, digest, venue, facts FROM runs",
           "1|backtest|cerberus-sim backtest|0000000000000abc|0000000000000def|7|test|5|9|done|42|"
           "0123456789abcdef|mock|{\"bars\": 12}");
    expect("PRAGMA integrity_check", "ok");
    expect("PRAGMA foreign_key_check", "");
    expect("PRAGMA application_id", "1129464402");
    expect("PRAGMA user_version", "2");
    expect("PRAGMA journal_mode", "wal");
    expect("SELECT count(*) FROM signals, orders, fills WHERE fills.order_id = orders.id", "2");
    char names[NAME_BYTES];
    (void)unlink(strcat(strcpy(names, db_path), "-wal"));
    (void)unlink(strcat(strcpy(names, db_path), "-shm"));
    list_folder(names, sizeof(names));
    assert_string_equal(names, "run.db\n");
    expect("SELECT status FROM runs", "done"); /* one file holds all of it */
}

static void the_schema_is_the_contract(void **state)
{
    (void)state;
    static const char *const tables[][2] = {
        {"signals", "id timestamp source token confidence price volume data side external_id "
                    "verdict source_line"},
        {"decisions", "id signal_hash decision created_at expires_at"},
        {"positions",
         "id token side size leverage entry_price current_price pnl liquidation_price status "
         "opened_at closed_at signal_id source margin_mode margin_e8 entry_price_e12 size_e6 "
         "realised_pnl_e8 fees_e8 funding_e8 max_favourable_e8 max_adverse_e8 exit_reason"},
        {"metrics", "id timestamp metric_name metric_value metadata"},
        {"runs", "id mode command config config_hash data_hash seed build started_at ended_at "
                 "status events "
                 "digest facts"},
        {"assessments",
         "id signal_id timestamp verdict approved cached base_leverage max_leverage leverage "
         "position_size size_e6 notional_e8 reasoning checks"},
        {"orders",
         "id client_id venue venue_order_id signal_id position_id token side type time_in_force "
         "reduce_only price_e12 trigger_e12 size_e6 filled_e6 leverage state reason intent_at "
         "sent_at acked_at ended_at"},
        {"fills", "id venue trade_id order_id position_id token side price_e12 size_e6 fee_e8 "
                  "liquidity kind "
                  "timestamp"},
        {"ledger", "id txn account amount_e8 kind token position_id timestamp"},
        {"equity", "timestamp balance_e8 equity_e8 margin_used_e8 margin_available_e8 drawdown_ppm "
                   "open_positions breaker_state"},
        {"breaker_events", "id timestamp scope from_state to_state cause baseline_e8 actor"},
        {"audit", "seq timestamp actor role action object result prev_hash hash"},
        {"errors", "id timestamp category severity code message file line count"},
        {"alerts", "id timestamp severity title body channel status attempts"},
    };
    write_complete(true);
    for (size_t index = 0; index < ARRAY_COUNT(tables); index++) {
        char columns[NAME_BYTES];
        (void)snprintf(columns, sizeof(columns), "%s", tables[index][1]);
        char *rest = NULL;
        for (char *name = strtok_r(columns, " ", &rest); name != NULL;
             name = strtok_r(NULL, " ", &rest)) {
            char sql[256];
            (void)snprintf(sql, sizeof(sql),
                           "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'",
                           tables[index][0], name);
            expect(sql, "1");
        }
    }
    expect("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND "
           "name NOT LIKE 'sqlite_%' AND strict = 0",
           "0");
    expect("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name IN "
           "('idx_signals_timestamp', 'idx_signals_token', 'idx_signals_source', "
           "'idx_decisions_hash', 'idx_decisions_expires', 'idx_positions_status', "
           "'idx_positions_token', 'idx_metrics_timestamp', 'idx_metrics_name')",
           "9");
}

static void bulk_and_step_by_step_give_the_same_rows(void **state)
{
    (void)state;
    static const char *const questions[] = {"SELECT * FROM signals",
                                            "SELECT * FROM orders",
                                            "SELECT * FROM fills",
                                            "SELECT * FROM positions",
                                            "SELECT * FROM ledger",
                                            "SELECT * FROM equity",
                                            "SELECT sql FROM sqlite_master ORDER BY name"};
    static char bulk[ARRAY_COUNT(questions)][1 << 15];
    write_complete(true);
    for (size_t index = 0; index < ARRAY_COUNT(questions); index++) {
        ask(questions[index], bulk[index], sizeof(bulk[index]));
        assert_true(strlen(bulk[index]) > 10);
    }
    struct error error;
    error_init(&error);
    struct store *store = must_begin(true, false);
    record_trade(store);
    assert_true(store_commit(store, &error));
    must_end(store);
    for (size_t index = 0; index < ARRAY_COUNT(questions); index++) {
        expect(questions[index], bulk[index]);
    }
}

static void a_step_with_a_broken_reference_is_not_committed(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct store *store = must_begin(false, false);
    struct action action = fill_action(1, SIDE_BUY); /* no order, no position */
    record(store, &action);
    assert_false(store_commit(store, &error));
    assert_non_null(strstr(error.text, "FOREIGN KEY"));
    store_close(store);
    expect("SELECT count(*) FROM fills", "0");
    expect("SELECT status FROM runs", "running");
}

static void a_step_is_durable_once_it_is_committed(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct store *store = must_begin(false, false);
    assert_true(store_commit(store, &error));
    struct signal signal;
    struct action action = signal_action(&signal);
    record(store, &action);
    expect("SELECT count(*) FROM signals", "0");
    assert_true(store_commit(store, &error));
    expect("SELECT count(*) FROM signals", "1");
    signal.id = 2;
    record(store, &action);
    store_close(store); /* without a commit */
    expect("SELECT count(*), max(id) FROM signals", "1|1");
    expect("SELECT status, ended_at, digest FROM runs", "running|NULL|NULL");
    expect("SELECT generation, epoch, build FROM meta", "1|1|test");
}

/* ---- rows ---- */

static void a_signal_keeps_what_was_said(void **state)
{
    (void)state;
    struct store *store = must_begin(false, true);
    struct signal signal;
    struct action action = signal_action(&signal);
    store_metadata(store, "{\"stop\": 0.006}");
    record(store, &action);
    signal.id = 2;
    store_metadata(store, "not \"json");
    action.signal.verdict = VERDICT_BAD_CONFIDENCE;
    action.signal.confidence = -1;
    action.signal.instrument = INSTRUMENT_NONE;
    record(store, &action);
    signal.id = 3;
    signal.bad = SIGNAL_BAD_PRICE | SIGNAL_BAD_VOLUME;
    signal.direction = DIRECTION_CLOSE;
    signal.source_line = 0;
    memcpy(signal.external_id, "x-1", 4);
    record(store, &action);
    signal.id = 4;
    action.signal.verdict = VERDICT_BAD_SIDE;
    record(store, &action);
    must_end(store);
    expect("SELECT id, timestamp, source, token, confidence, price, price_e12, volume, "
           "volume_digits, volume_decimals, data, side, external_id, verdict, source_line, "
           "instrument, confidence_given, stop_e12, received_at FROM signals WHERE id = 1",
           "1|1000|telegram|DOGE|High|0.0061074|6107400000|123.45|12345|2|{\"stop\": 0.006}|long|"
           "NULL|APPROVED|2|DOGEUSDT|high|6000000000|1100");
    expect("SELECT confidence, data, json_extract(data, '$.raw'), instrument, verdict FROM signals "
           "WHERE id = 2",
           "NULL|{\"raw\":\"not \\\"json\"}|not \"json|NULL|BAD_CONFIDENCE");
    expect("SELECT price, price_e12, volume, data, side, external_id, source_line FROM signals "
           "WHERE id = 3",
           "NULL|NULL|NULL|NULL|close|x-1|NULL");
    expect("SELECT side FROM signals WHERE id = 4", "NULL");
}

static void an_assessment_shows_each_check(void **state)
{
    (void)state;
    static struct assessment assessment;
    assessment = (struct assessment){
        .signal_id = 1,
        .verdict = VERDICT_PRICE_COLLAR,
        .base_leverage = 20,
        .max_leverage = 12,
        .leverage = 12,
        .position_size_e6 = 1500000,
        .notional_e8 = 99,
        .stop_source = "default",
        .bound = "C21",
        .check_count = 4,
        .checks = {
            {.name = "C1.breaker", .value = 0, .limit = 3, .state = CHECK_PASSED},
            {.name = "C6.collar",
             .value = 40000000,
             .limit = 30000000,
             .scale = 9,
             .state = CHECK_FAILED,
             .verdict = VERDICT_PRICE_COLLAR},
            {.name = "C3.age", .state = CHECK_NOT_APPLICABLE, .reason = "a \"simulated\" run"},
            {.name = "C13.gross", .value = -5, .limit = 6, .scale = 1, .state = CHECK_WARNED}}};
    struct store *store = must_begin(false, true);
    struct signal signal;
    struct action action = signal_action(&signal);
    record(store, &action);
    action = (struct action){.kind = ACTION_ASSESSMENT, .instrument = DOGE, .time_us = 1100};
    action.assessment = &assessment;
    record(store, &action);
    must_end(store);
    expect("SELECT signal_id, timestamp, verdict, approved, cached, base_leverage, max_leverage, "
           "leverage, position_size, size_e6, notional_e8, reasoning, token, side, price_e12, "
           "limit_entry, stop_e12, stop_source, bound, size_bound FROM assessments",
           "1|1100|PRICE_COLLAR|0|0|20|12|12|1.5|1500000|99|the order's price is outside the "
           "collar|DOGEUSDT|long|NULL|0|NULL|default|C21|NULL");
    expect("SELECT checks FROM assessments",
           "[{\"name\":\"C1.breaker\",\"value\":0,\"limit\":3,\"passed\":true},"
           "{\"name\":\"C6.collar\",\"value\":0.04,\"limit\":0.03,\"passed\":false,"
           "\"verdict\":\"PRICE_COLLAR\"},"
           "{\"name\":\"C3.age\",\"value\":null,\"limit\":null,\"passed\":null,\"reason\":"
           "\"a \\u0022simulated\\u0022 run\"},"
           "{\"name\":\"C13.gross\",\"value\":-0.5,\"limit\":0.6,\"passed\":true,"
           "\"warned\":true}]");
    expect("SELECT value ->> 'name', value ->> 'passed', value ->> 'reason' FROM assessments, "
           "json_each(checks) WHERE key = 2",
           "C3.age|NULL|a \"simulated\" run");
}

static void a_decision_is_replaced_by_the_next_on_its_hash(void **state)
{
    (void)state;
    static struct assessment assessment;
    assessment = (struct assessment){
        .signal_id = 1, .approved = true, .leverage = 5, .position_size_e6 = 2500000};
    struct store *store = must_begin(false, true);
    struct action action = {.kind = ACTION_DECISION, .instrument = DOGE, .time_us = 10};
    action.decision = (struct action_decision){
        .hash = 0xFFEEDDCCBBAA9988ULL, .assessment = &assessment, .expires_us = 70};
    record(store, &action);
    action.time_us = 80;
    action.decision.expires_us = 140;
    assessment.signal_id = 2;
    record(store, &action);
    action.decision.hash = 1;
    record(store, &action);
    must_end(store);
    expect("SELECT id, signal_hash, decision, created_at, expires_at FROM decisions WHERE id = 1",
           "1|ffeeddccbbaa9988|{\"verdict\":\"APPROVED\",\"approved\":true,\"side\":\"long\","
           "\"leverage\":5,\"position_size\":2.5,\"signal_id\":2}|80|140");
    expect("SELECT count(*), max(signal_hash) FROM decisions WHERE signal_hash < '1'",
           "1|0000000000000001");
}

static void an_order_is_its_latest_state(void **state)
{
    (void)state;
    write_complete(true);
    expect(
        "SELECT id, client_id, venue, venue_order_id, signal_id, position_id, token, side, type, "
        "time_in_force, reduce_only, price_e12, trigger_e12, size_e6, filled_e6, leverage, "
        "state, reason, intent_at, sent_at, entry, close_position, trigger_by FROM orders",
        "1099511627777|c1-1-e293|mock|NULL|1|1|DOGEUSDT|buy|market|GTC|0|NULL|NULL|1000000000|"
        "1000000000|20|FILLED|NULL|1200|NULL|1|0|NULL");
}

static void orders_and_positions_that_wait_are_written_at_the_end(void **state)
{
    (void)state;
    struct store *store = must_begin(false, true);
    struct signal signal;
    struct action action = signal_action(&signal);
    record(store, &action);
    for (uint64_t index = 1; index <= 2000; index++) { /* more than the store can hold back */
        action = order_action(ORDER_ACKED);
        action.order.order_id = ORDER_ID(1, index);
        record(store, &action);
    }
    action.order.order_id = ORDER_ID(1, 1500);
    action.order.state = ORDER_PARTIAL;
    record(store, &action);
    for (int64_t index = 1; index <= 1000; index++) {
        action = position_action(POSITION_OPEN);
        action.position.position_id = index;
        record(store, &action);
    }
    action = order_action(ORDER_CANCELED);
    action.order.reason = REASON_REQUESTED;
    action.order.order_id = ORDER_ID(1, 3);
    record(store, &action);
    must_end(store);
    expect("SELECT count(*), count(DISTINCT id) FROM orders", "2000|2000");
    expect("SELECT state FROM orders WHERE id & 0xFFFF = 1500", "PARTIAL");
    expect("SELECT state, reason FROM orders WHERE id & 0xFFFF = 3", "CANCELED|requested");
    expect("SELECT count(*) FROM positions WHERE status = 'open'", "1000");
}

static void a_position_counts_its_money(void **state)
{
    (void)state;
    struct store *store = must_begin(false, true);
    struct signal signal;
    struct action action = signal_action(&signal);
    record(store, &action);
    action = position_action(POSITION_CLOSED);
    record(store, &action);
    action = position_action(POSITION_OPEN);
    action.position.position_id = 2;
    action.position.strategy = 77; /* nobody */
    record(store, &action);
    must_end(store);
    /* -0.01 - 0.0061074 - 0.000001; average entry 6.1074 / 1000 */
    expect(
        "SELECT token, side, size, size_e6, leverage, entry_price, entry_price_e12, "
        "current_price, pnl, pnl_e8, liquidation_price, status, opened_at, closed_at, signal_id, "
        "source, margin_mode, margin_e8, realised_pnl_e8, fees_e8, funding_e8, exit_reason "
        "FROM positions WHERE id = 1",
        "DOGEUSDT|long|1000.0|1000000000|20|0.0061074|6107400000|0.0062|-0.0161084|-1610840|"
        "0.0058|closed|1400|2000|1|telegram|isolated|30537000|-1000000|610740|-100|stop");
    /* unrealised: 0.0062 x 1000 - 6.1074 = 0.0926; - 0.0030537 - 0.000001 */
    expect("SELECT pnl_e8, closed_at, exit_reason, source, margin_e8 FROM positions WHERE id = 2",
           "8954530|NULL|NULL|?|30537000");
}

static void money_is_written_as_it_came(void **state)
{
    (void)state;
    write_complete(true);
    expect(
        "SELECT venue, trade_id, order_id, position_id, token, side, price_e12, size_e6, fee_e8, "
        "liquidity, kind, timestamp, received_at FROM fills WHERE id = 1",
        "mock|1|1099511627777|1|DOGEUSDT|buy|6107400000|1000000000|305370|taker|trade|1400|1500");
    expect("SELECT txn, account, amount_e8, kind, token, position_id, timestamp FROM ledger",
           "1|wallet|-305370|fee|DOGEUSDT|1|1400|1|fees|305370|fee|DOGEUSDT|1|1400");
    expect("SELECT timestamp, balance_e8, breaker_state FROM equity", "2000|1000000000000|CLOSED");
}

static void what_people_read_is_written(void **state)
{
    (void)state;
    struct store *store = must_begin(false, true);
    struct action action = {.kind = ACTION_BREAKER, .instrument = -1, .time_us = 1};
    action.breaker = (struct action_breaker){.scope = SCOPE_STRATEGY,
                                             .from = BREAKER_CLOSED,
                                             .to = BREAKER_TRIPPED,
                                             .cause = "daily_loss",
                                             .value = 3,
                                             .limit = 2,
                                             .baseline_e8 = 100,
                                             .actor = "core"};
    record(store, &action);
    action.breaker.scope = SCOPE_SYMBOL;
    action.breaker.scope_index = PEPE;
    record(store, &action);
    action = (struct action){.kind = ACTION_ALERT, .instrument = DOGE, .time_us = 2};
    action.alert = (struct action_alert){.severity = SEVERITY_HIGH, .title = "t", .body = "b"};
    record(store, &action);
    action = (struct action){.kind = ACTION_ERROR, .instrument = DOGE, .time_us = 3};
    action.error = (struct action_error){
        .category = CATEGORY_RISK, .severity = SEVERITY_LOW, .code = "c", .message = "m"};
    record(store, &action);
    action = (struct action){.kind = ACTION_METRIC, .instrument = DOGE, .time_us = 4};
    action.metric = (struct action_metric){.name = "daily_pnl", .value = -150, .scale = 2};
    record(store, &action);
    struct defects defects;
    defects_init(&defects);
    defects_add(&defects, "bad-row", SEVERITY_MEDIUM, "signals.csv", 17, "seven fields");
    store_defects(store, &defects);
    defects_release(&defects);
    must_end(store);
    expect("SELECT timestamp, scope, from_state, to_state, cause, baseline_e8, actor, scope_index, "
           "scope_name, value, limit_value FROM breaker_events",
           "1|strategy|CLOSED|TRIPPED|daily_loss|100|core|0|telegram|3|2|1|symbol|CLOSED|TRIPPED|"
           "daily_loss|100|core|1|1000PEPEUSDT|3|2");
    expect("SELECT timestamp, severity, title, body, channel, status, attempts FROM alerts",
           "2|high|t|b|NULL|stored|0");
    expect("SELECT timestamp, category, severity, code, message, file, line, count FROM errors",
           "3|risk|low|c|m|NULL|NULL|1|NULL|data|medium|bad-row|seven fields|signals.csv|17|1");
    expect("SELECT metric_name, metric_value, metric_digits, metric_decimals FROM metrics",
           "daily_pnl|-1.5|-150|2");
}

static void audit_rows_are_a_chain_that_nobody_edits(void **state)
{
    (void)state;
    struct store *store = must_begin(false, true);
    struct action action = {.kind = ACTION_AUDIT, .instrument = -1, .time_us = 10};
    action.audit = (struct action_audit){.actor = "operator",
                                         .role = "simulated",
                                         .action = "reset",
                                         .object = "breaker",
                                         .result = "PROBATION"};
    record(store, &action);
    action.time_us = 20;
    record(store, &action);
    must_end(store);
    /* Computed in Python from the definitions in schema.sql and core/digest.h. */
    expect("SELECT seq, prev_hash, hash FROM audit",
           "1|0000000000000000|b1651d70be44d43b|2|b1651d70be44d43b|2c3583ea1192cefa");
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(db_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE audit SET actor = 'me'", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM audit", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    (void)sqlite3_close(db);
}

static void reals_are_the_nearest_doubles(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        unsigned scale;
        double real; /* the compiler reads its decimals correctly rounded */
    } cases[] = {{6107400000, 12, 0.0061074},
                 {0, 12, 0.0},
                 {-1, 12, -1e-12},
                 {67123450000000000, 12, 67123.45},
                 {9223372036854775807, 12, 9223372.036854775807},
                 {-9223372036854775807 - 1, 12, -9223372.036854775808},
                 {9007199254740993, 0, 9007199254740993.0},
                 {1234567890123456789, 8, 12345678901.23456789},
                 {100000000000000001, 16, 10.0000000000000001}};
    for (size_t index = 0; index < ARRAY_COUNT(cases); index++) {
        double got = store_nearest(cases[index].value, cases[index].scale);
        assert_memory_equal(&got, &cases[index].real, sizeof(got));
    }
}

int main(void)
{
    const struct CMUnitTest store[] = {
        STORE_TEST(a_complete_run_says_so),
        STORE_TEST(the_schema_is_the_contract),
        STORE_TEST(bulk_and_step_by_step_give_the_same_rows),
        STORE_TEST(a_step_with_a_broken_reference_is_not_committed),
        STORE_TEST(a_step_is_durable_once_it_is_committed),
        STORE_TEST(a_signal_keeps_what_was_said),
        STORE_TEST(an_assessment_shows_each_check),
        STORE_TEST(a_decision_is_replaced_by_the_next_on_its_hash),
        STORE_TEST(an_order_is_its_latest_state),
        STORE_TEST(orders_and_positions_that_wait_are_written_at_the_end),
        STORE_TEST(a_position_counts_its_money),
        STORE_TEST(money_is_written_as_it_came),
        STORE_TEST(what_people_read_is_written),
        STORE_TEST(audit_rows_are_a_chain_that_nobody_edits),
        STORE_TEST(reals_are_the_nearest_doubles),
    };
    return cmocka_run_group_tests(store, NULL, NULL);
}
