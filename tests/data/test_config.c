#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "core/settings.h"
#include "data/config.h"
#include "data/json.h"
#include "sim/exchange/exchange.h"

/* The two tables of a simulated run. */
struct world {
    struct config config;
    struct settings settings;
    struct exchange_settings exchange;
    struct error error;
};

static struct world *world_new(void)
{
    struct world *world = malloc(sizeof(*world));
    assert_non_null(world);
    settings_defaults(&world->settings);
    exchange_settings_defaults(&world->exchange);
    config_init(&world->config);
    config_table_add(&world->config, settings_rows, settings_row_count, &world->settings);
    config_table_add(&world->config, exchange_rows, exchange_row_count, &world->exchange);
    error_init(&world->error);
    return world;
}

static void load(struct world *world, const char *text)
{
    if (!config_load_text(&world->config, text, strlen(text), "c.json", &world->error)) {
        fail_msg("%s", world->error.text);
    }
}

static void refused(const char *text, int64_t line, const char *words)
{
    struct world *world = world_new();
    assert_false(config_load_text(&world->config, text, strlen(text), "c.json", &world->error));
    assert_int_equal(world->error.code, EXIT_CODE_USAGE);
    assert_string_equal(world->error.file, "c.json");
    if (strstr(world->error.text, words) == NULL || world->error.line != line) {
        fail_msg("%s gave line %d: %s", text, (int)world->error.line, world->error.text);
    }
    free(world);
}

static void set(struct world *world, const char *assignment)
{
    if (!config_set(&world->config, assignment, &world->error)) {
        fail_msg("%s", world->error.text);
    }
}

static void set_refused(const char *assignment, const char *words)
{
    struct world *world = world_new();
    assert_false(config_set(&world->config, assignment, &world->error));
    assert_int_equal(world->error.code, EXIT_CODE_USAGE);
    if (strstr(world->error.text, words) == NULL) {
        fail_msg("%s gave: %s", assignment, world->error.text);
    }
    free(world);
}

static void every_unit_is_read_from_json(void **state)
{
    (void)state;
    struct world *world = world_new();
    load(world, "// a configuration\n"
                "{ \"risk\": { \"per_trade\": 0.0025, \"c5\": { \"value\": \"1500.5\" }, "
                "\"c12.value\": 2000 },\n"
                "  \"risk.c15.positions\": 7, \"risk.sizing\": \"stake\",\n"
                "  \"breaker\": { \"clutch\": true, \"dwell\": \"90s\", \"day_loss\": { \"trip\": "
                "\"2.5%\" } },\n"
                "  \"sim\": { \"latency.order\": \"250ms\", \"operator\": \"none\" } // the last\n"
                "}\n");
    assert_int_equal(world->settings.risk_per_trade, 2500000);       /* 0.25 % of 1e9 */
    assert_int_equal(world->settings.order_value_max, 150050000000); /* 1500.5 * 1e8 */
    assert_int_equal(world->settings.position_value_max, 200000000000);
    assert_int_equal(world->settings.positions_max, 7);
    assert_int_equal(world->settings.sizing, SIZING_STAKE);
    assert_int_equal(world->settings.clutch, 1);
    assert_int_equal(world->settings.dwell, 90 * US_PER_SECOND);
    assert_int_equal(world->settings.day_loss_trip, 25000000);
    assert_int_equal(world->exchange.latency_order, 250 * US_PER_MS);
    assert_int_equal(world->exchange.operator, OPERATOR_NONE);
    free(world);
}

static void ratio_is_the_same_as_number_text_and_percent(void **state)
{
    (void)state;
    static const char *const forms[] = {"risk.per_trade=0.005", "risk.per_trade=0.5%",
                                        "risk.per_trade= 5e-3 ", "risk.per_trade=0.500000 %"};
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        struct world *world = world_new();
        world->settings.risk_per_trade = 0;
        set(world, forms[i]);
        assert_int_equal(world->settings.risk_per_trade, 5000000);
        free(world);
    }
    /* one third of 1 % with 10 decimals does not fit 1e-9: refused, never rounded */
    set_refused("risk.per_trade=0.0033333333", "more decimals");
    set_refused("risk.per_trade=0.33333333%", "more decimals");
}

static void set_takes_every_unit(void **state)
{
    (void)state;
    struct world *world = world_new();
    set(world, "risk.c5.value=250.25");
    set(world, "breaker.clutch=true");
    set(world, "position.max_age=2d");
    set(world, "position.on_opposite=reverse");
    set(world, "sim.starting_balance=5000");
    set(world, "risk.kelly_drift=-0.5");
    assert_int_equal(world->settings.order_value_max, 25025000000);
    assert_int_equal(world->settings.clutch, 1);
    assert_int_equal(world->settings.max_age, 2 * US_PER_DAY);
    assert_int_equal(world->settings.on_opposite, OPPOSITE_REVERSE);
    assert_int_equal(world->exchange.starting_balance, 5000 * ONE_E8);
    assert_int_equal(world->settings.kelly_drift, -500000000);
    set(world, "risk.c5.value=null");
    assert_int_equal(world->settings.order_value_max, -1);
    free(world);
}

static void set_refuses_with_the_remedy(void **state)
{
    (void)state;
    set_refused("nonsense", "key=value");
    set_refused("=1", "key=value");
    set_refused("risk.per_trad=1", "did you mean risk.per_trade?");
    set_refused("starting_balance=1", "did you mean sim.starting_balance?");
    set_refused("risk.per_trade=5", "out of range");
    set_refused("risk.per_trade=abc", "write a ratio");
    set_refused("risk.per_trade=", "write a ratio");
    set_refused("risk.per_trade=null", "no unset state");
    set_refused("breaker.dwell=60", "with its unit");
    set_refused("breaker.dwell=-1s", "with its unit");
    set_refused("breaker.clutch=yes", "true or false");
    set_refused("position.on_opposite=maybe", "close, reverse, ignore");
    set_refused("risk.c15.positions=2.5", "whole number");
    set_refused("risk.c15.positions=99999999999999999999", "whole number");
    set_refused("risk.c5.value=-0.00000001", "out of range");
    set_refused("symbols.alias.x=", "NAME=SYMBOL");
    set_refused("symbols.alias=x", "NAME=SYMBOL");
    set_refused("symbols.allow=A,,B", "no name");
}

static void bounds_are_inclusive(void **state)
{
    (void)state;
    struct world *world = world_new();
    set(world, "risk.per_trade=0.0001");
    set(world, "risk.per_trade=0.01");
    free(world);
    set_refused("risk.per_trade=0.000099999", "out of range");
    set_refused("risk.per_trade=0.010000001", "out of range");
}

static void every_row_takes_its_ends_and_refuses_one_beyond(void **state)
{
    (void)state;
    struct world *world = world_new();
    for (int32_t table = 0; table < world->config.table_count; table++) {
        for (int32_t row = 0; row < world->config.tables[table].row_count; row++) {
            const struct setting_row *setting = &world->config.tables[table].rows[row];
            if (setting->unit != UNIT_COUNT && setting->unit != UNIT_DURATION) {
                continue;
            }
            char assignment[160];
            const char *unit = setting->unit == UNIT_DURATION ? "us" : "";
            int64_t ends[] = {setting->minimum, setting->maximum};
            for (int end = 0; end < 2; end++) {
                (void)snprintf(assignment, sizeof(assignment), "%s=%lld%s", setting->key,
                               (long long)ends[end], unit);
                set(world, assignment);
            }
            if (setting->maximum < INT64_MAX) {
                (void)snprintf(assignment, sizeof(assignment), "%s=%lld%s", setting->key,
                               (long long)setting->maximum + 1, unit);
                set_refused(assignment, "out of range");
            }
        }
    }
    free(world);
}

static void unknown_keys_are_named_with_line_and_neighbour(void **state)
{
    (void)state;
    refused("{\n\"risk\": {\n  \"per_trade\": 0.005,\n  \"c5\": { \"valu\": 1 }\n}\n}", 4,
            "risk.c5.valu: there is no such key: did you mean risk.c5.value?");
    refused("{\"rsik.per_trade\": 1}", 1, "did you mean risk.per_trade?");
    refused("{\n\n\"nonsense\": 3}", 3, "did you mean");
    refused("{\"\": 3}", 1, "did you mean");
}

static void wrong_values_are_named_with_the_line_of_their_key(void **state)
{
    (void)state;
    refused("{\n\"risk\": {\n\"per_trade\":\n 0.5 }}", 3, "risk.per_trade: '0.5' is out of range");
    refused("{\"risk\": {\"per_trade\": true}}", 1, "no number");
    refused("{\"risk\": {\"per_trade\": [1]}}", 1, "one value");
    refused("{\"risk\": {\"per_trade\": {}}}", 1, "one value");
    refused("{\"risk.per_trade\": null}", 1, "no unset state");
    refused("{\"breaker.dwell\": 60}", 1, "with its unit");
    refused("{\"breaker.clutch\": 1}", 1, "true or false");
    refused("{\"breaker.clutch\": \"true\"}", 1, "true or false");
    refused("{\"symbols.allow\": \"DOGE\"}", 1, "not a list");
    refused("{\"symbols\": {\"allow\": [1]}}", 1, "no name");
    refused("{\"symbols\": {\"alias\": [\"a\"]}}", 1, "not an object");
    refused("{\"symbols\": {\"alias\": {\"a\": 1}}}", 1, "not name and symbol");
}

static void a_key_may_stand_once_in_a_file(void **state)
{
    (void)state;
    refused("{\"risk.per_trade\": 0.001,\n\"risk\": {\"per_trade\": 0.002}}", 1, "twice");
    refused("{\"risk.per_trade\": 0.001,\n\"risk.per_trade\": 0.002}", 2, "duplicate");
}

static void files_that_are_no_objects_are_refused(void **state)
{
    (void)state;
    refused("", 1, "JSON");
    refused("[]", 1, "not a JSON object");
    refused("{", 1, "JSON");
    refused("// only a comment\n", 2, "JSON");
    refused("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}", 1,
            "too deep");
}

static void later_sources_win_and_given_says_what_was_set(void **state)
{
    (void)state;
    struct world *world = world_new();
    assert_false(config_given(&world->config, "risk.per_trade"));
    load(world, "{\"risk.per_trade\": 0.001}");
    load(world, "{\"risk.per_trade\": 0.002}");
    assert_int_equal(world->settings.risk_per_trade, 2000000);
    set(world, "risk.per_trade=0.003");
    assert_int_equal(world->settings.risk_per_trade, 3000000);
    assert_true(config_given(&world->config, "risk.per_trade"));
    assert_false(config_given(&world->config, "risk.stake"));
    assert_false(config_given(&world->config, "no.such.key"));
    free(world);
}

static void lists_are_replaced_and_aliases_added(void **state)
{
    (void)state;
    struct world *world = world_new();
    load(world,
         "{\"symbols\": {\"allow\": [\"DOGEUSDT\"], \"alias\": {\"doge.x\": \"DOGEUSDT\"}}}");
    assert_int_equal(world->config.allow.count, 1);
    set(world, "symbols.allow=PEPEUSDT, WIFUSDT");
    assert_int_equal(world->config.allow.count, 2);
    assert_string_equal(world->config.allow.names[1], "WIFUSDT");
    set(world, "symbols.alias.doge.x=WIFUSDT");
    set(world, "symbols.alias.frog=PEPEUSDT");
    assert_int_equal(world->config.alias_name.count, 2);
    assert_string_equal(world->config.alias_symbol.names[0], "WIFUSDT");
    assert_string_equal(world->config.alias_name.names[1], "frog");
    assert_false(config_given(&world->config, "symbols.liquid"));
    set(world, "symbols.liquid=");
    assert_true(config_given(&world->config, "symbols.liquid"));
    assert_int_equal(world->config.liquid.count, 0);
    free(world);
}

static void json_of_the_settings_in_force_is_read_back_to_the_same(void **state)
{
    (void)state;
    struct world *world = world_new();
    set(world, "risk.per_trade=0.123%");
    set(world, "risk.c5.value=92233720368.54775807");
    set(world, "symbols.alias.a\"b=X");
    set(world, "symbols.allow=A,B");
    char *text = config_json(&world->config);
    struct world *again = world_new();
    load(again, text);
    assert_memory_equal(&again->settings, &world->settings, sizeof(world->settings));
    assert_memory_equal(&again->exchange, &world->exchange, sizeof(world->exchange));
    char *second = config_json(&again->config);
    assert_string_equal(second, text);
    free(text);
    free(second);
    free(world);
    free(again);
}

static char *printed(const struct config *config)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    config_print(config, stream);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void reference_names_every_key_and_is_a_valid_file(void **state)
{
    (void)state;
    struct world *world = world_new();
    char *text = printed(&world->config);
    struct world *again = world_new();
    load(again, text);
    assert_memory_equal(&again->settings, &world->settings, sizeof(world->settings));
    for (int32_t table = 0; table < again->config.table_count; table++) {
        for (int32_t row = 0; row < again->config.tables[table].row_count; row++) {
            const struct setting_row *setting = &again->config.tables[table].rows[row];
            assert_true(config_given(&again->config, setting->key));
            assert_non_null(strstr(text, setting->documentation));
        }
    }
    assert_false(again->config.allow_given);
    free(text);
    set(world, "symbols.allow=A,B");
    set(world, "risk.per_trade=0.3%");
    text = printed(&world->config);
    load(again, text);
    assert_int_equal(again->config.allow.count, 2);
    assert_int_equal(again->settings.risk_per_trade, 3000000);
    free(text);
    free(world);
    free(again);
}

static void a_missing_file_is_a_usage_error(void **state)
{
    (void)state;
    struct world *world = world_new();
    assert_false(config_load_file(&world->config, "/nonexistent/c.json", &world->error));
    assert_int_equal(world->error.code, EXIT_CODE_USAGE);
    assert_non_null(strstr(world->error.text, ":"));
    free(world);
}

/* ---- texts ---- */

struct paths {
    char one[8], list[16];
};

static const struct text_row path_rows[] = {
    {"p.one", "One", "x", offsetof(struct paths, one), 8, false},
    {"p.list", "Some", "", offsetof(struct paths, list), 16, true},
};

static void texts_are_read_printed_and_read_again(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct paths paths;
    config_texts_add(&world->config, path_rows, 2, &paths);
    assert_string_equal(paths.one, "x");
    assert_false(config_given(&world->config, "p.one"));
    load(world, "{\"p\": {\"one\": \"a\\\"b\", \"list\": [\"c:1\", \"d\"]}}");
    assert_string_equal(paths.one, "a\"b");
    assert_string_equal(paths.list, "c:1\nd");
    assert_true(config_given(&world->config, "p.list"));
    char *json = config_json(&world->config);
    assert_non_null(strstr(json, "\"p.one\": \"a\\\"b\", \"p.list\": [\"c:1\", \"d\"]"));
    set(world, "p.list=e,f");
    assert_string_equal(paths.list, "e\nf");
    set(world, "p.one=");
    assert_string_equal(paths.one, "");
    load(world, json);
    assert_string_equal(paths.one, "a\"b");
    free(json);
    free(world);
}

static void texts_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{\"p.one\": \"12345678\"}",
        "{\"p.one\": 1}",
        "{\"p.one\": [\"a\"]}",
        "{\"p.list\": \"a\"}",
        "{\"p.list\": [\"a\", \"\"]}",
        "{\"p.list\": [\"1234567\", \"12345678\"]}",
        "{\"p.one\": \"a\", \"p.one\": \"b\"}",
        "{\"p.one\": \"a\\nb\"}",
    };
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        struct world *world = world_new();
        struct paths paths;
        config_texts_add(&world->config, path_rows, 2, &paths);
        if (config_load_text(&world->config, wrong[i], strlen(wrong[i]), "c.json", &world->error)) {
            fail_msg("%s was taken", wrong[i]);
        }
        assert_int_equal(world->error.code, EXIT_CODE_USAGE);
        free(world);
    }
}

int main(void)
{
    const struct CMUnitTest config[] = {
        cmocka_unit_test(every_unit_is_read_from_json),
        cmocka_unit_test(ratio_is_the_same_as_number_text_and_percent),
        cmocka_unit_test(set_takes_every_unit),
        cmocka_unit_test(set_refuses_with_the_remedy),
        cmocka_unit_test(bounds_are_inclusive),
        cmocka_unit_test(every_row_takes_its_ends_and_refuses_one_beyond),
        cmocka_unit_test(unknown_keys_are_named_with_line_and_neighbour),
        cmocka_unit_test(wrong_values_are_named_with_the_line_of_their_key),
        cmocka_unit_test(a_key_may_stand_once_in_a_file),
        cmocka_unit_test(files_that_are_no_objects_are_refused),
        cmocka_unit_test(later_sources_win_and_given_says_what_was_set),
        cmocka_unit_test(lists_are_replaced_and_aliases_added),
        cmocka_unit_test(json_of_the_settings_in_force_is_read_back_to_the_same),
        cmocka_unit_test(reference_names_every_key_and_is_a_valid_file),
        cmocka_unit_test(a_missing_file_is_a_usage_error),
        cmocka_unit_test(texts_are_read_printed_and_read_again),
        cmocka_unit_test(texts_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(config, NULL, NULL);
}
