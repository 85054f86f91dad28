#include "core/action.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct actions list;

static uint64_t digest_of(const struct action *action)
{
    struct digest digest;
    digest_init(&digest);
    action_mix(&digest, action);
    return digest.state;
}

#define DIFFERS(action, field)                                                                     \
    do {                                                                                           \
        uint64_t before = digest_of(action);                                                       \
        (field)++;                                                                                 \
        assert_int_not_equal(digest_of(action), before);                                           \
    } while (0)
#define FLIPS(action, field)                                                                       \
    do {                                                                                           \
        uint64_t before = digest_of(action);                                                       \
        (field) = !(field);                                                                        \
        assert_int_not_equal(digest_of(action), before);                                           \
    } while (0)
#define SAYS(action, field)                                                                        \
    do {                                                                                           \
        uint64_t before = digest_of(action);                                                       \
        (field) = "";                                                                              \
        uint64_t empty = digest_of(action);                                                        \
        (field) = "x";                                                                             \
        assert_true(before != empty && empty != digest_of(action) && before != digest_of(action)); \
    } while (0)

static void a_new_action_is_zero_but_for_its_head(void **state)
{
    (void)state;
    memset(&list, 0xFF, sizeof(list));
    list.count = 0;
    struct action *action = actions_add(&list, ACTION_ORDER, 123, 4);
    assert_ptr_equal(action, &list.items[0]);
    assert_int_equal(list.count, 1);
    assert_int_equal(action->kind, ACTION_ORDER);
    assert_int_equal(action->time_us, 123);
    assert_int_equal(action->instrument, 4);
    assert_int_equal(action->order.order_id, 0);
    assert_int_equal(action->order.ended_us, 0);
}

static void a_cancel_is_encoded_as_written(void **state)
{
    (void)state;
    struct action action = {.kind = ACTION_CANCEL, .instrument = 4, .time_us = 99};
    action.cancel.order_id = ORDER_ID(1, 5);
    assert_int_equal(digest_of(&action), 0x8c4d2cbbf5292e2bULL); /* computed in Python */
}

static void each_field_of_an_order_counts(void **state)
{
    (void)state;
    struct action action = {.kind = ACTION_ORDER};
    struct order *order = &action.order;
    DIFFERS(&action, action.instrument);
    DIFFERS(&action, action.time_us);
    DIFFERS(&action, order->order_id);
    DIFFERS(&action, order->signal_id);
    DIFFERS(&action, order->position_id);
    DIFFERS(&action, order->instrument);
    DIFFERS(&action, order->side);
    DIFFERS(&action, order->type);
    DIFFERS(&action, order->tif);
    DIFFERS(&action, order->trigger_by);
    FLIPS(&action, order->reduce_only);
    FLIPS(&action, order->close_position);
    FLIPS(&action, order->entry);
    DIFFERS(&action, order->leverage);
    DIFFERS(&action, order->state);
    DIFFERS(&action, order->reason);
    DIFFERS(&action, order->exit_reason);
    DIFFERS(&action, order->price_e12);
    DIFFERS(&action, order->trigger_e12);
    DIFFERS(&action, order->callback_e9);
    DIFFERS(&action, order->size_e6);
    DIFFERS(&action, order->filled_e6);
    DIFFERS(&action, order->expires_us);
    DIFFERS(&action, order->intent_us);
    DIFFERS(&action, order->sent_us);
    DIFFERS(&action, order->acked_us);
    DIFFERS(&action, order->ended_us);
}

static void each_field_of_a_position_counts(void **state)
{
    (void)state;
    struct action action = {.kind = ACTION_POSITION};
    struct position *position = &action.position;
    DIFFERS(&action, position->position_id);
    DIFFERS(&action, position->signal_id);
    DIFFERS(&action, position->instrument);
    DIFFERS(&action, position->strategy);
    DIFFERS(&action, position->side);
    DIFFERS(&action, position->margin_mode);
    DIFFERS(&action, position->status);
    DIFFERS(&action, position->exit_reason);
    DIFFERS(&action, position->leverage);
    DIFFERS(&action, position->size_e6);
    DIFFERS(&action, position->size_total_e6);
    DIFFERS(&action, position->cost_e8);
    DIFFERS(&action, position->cost_total_e8);
    DIFFERS(&action, position->margin_e8);
    DIFFERS(&action, position->margin_peak_e8);
    DIFFERS(&action, position->realised_e8);
    DIFFERS(&action, position->fees_e8);
    DIFFERS(&action, position->funding_e8);
    DIFFERS(&action, position->favourable_e8);
    DIFFERS(&action, position->adverse_e8);
    DIFFERS(&action, position->mark_e12);
    DIFFERS(&action, position->liquidation_e12);
    DIFFERS(&action, position->stop_e12);
    DIFFERS(&action, position->opened_us);
    DIFFERS(&action, position->closed_us);
}

static void each_field_of_an_assessment_counts(void **state)
{
    (void)state;
    struct assessment assessment = {.check_count = 1, .checks = {{.name = "C6.collar"}}};
    struct action action = {.kind = ACTION_ASSESSMENT, .assessment = &assessment};
    DIFFERS(&action, assessment.signal_id);
    DIFFERS(&action, assessment.verdict);
    FLIPS(&action, assessment.approved);
    FLIPS(&action, assessment.cached);
    DIFFERS(&action, assessment.side);
    DIFFERS(&action, assessment.instrument);
    DIFFERS(&action, assessment.base_leverage);
    DIFFERS(&action, assessment.max_leverage);
    DIFFERS(&action, assessment.leverage);
    DIFFERS(&action, assessment.position_size_e6);
    DIFFERS(&action, assessment.notional_e8);
    DIFFERS(&action, assessment.price_e12);
    FLIPS(&action, assessment.limit_entry);
    DIFFERS(&action, assessment.stop_e12);
    SAYS(&action, assessment.stop_source);
    SAYS(&action, assessment.bound);
    SAYS(&action, assessment.size_bound);
    struct check *check = &assessment.checks[0];
    SAYS(&action, check->name);
    DIFFERS(&action, check->value);
    DIFFERS(&action, check->limit);
    DIFFERS(&action, check->scale);
    DIFFERS(&action, check->state);
    SAYS(&action, check->reason);
    DIFFERS(&action, check->verdict);
}

static void each_field_of_orders_to_the_venue_counts(void **state)
{
    (void)state;
    struct action action = {.kind = ACTION_PLACE};
    struct action_place *place = &action.place;
    DIFFERS(&action, place->order_id);
    DIFFERS(&action, place->side);
    DIFFERS(&action, place->type);
    DIFFERS(&action, place->tif);
    DIFFERS(&action, place->trigger_by);
    FLIPS(&action, place->reduce_only);
    FLIPS(&action, place->close_position);
    DIFFERS(&action, place->size_e6);
    DIFFERS(&action, place->price_e12);
    DIFFERS(&action, place->trigger_e12);
    DIFFERS(&action, place->callback_e9);
    DIFFERS(&action, place->expires_us);
    action = (struct action){.kind = ACTION_LEVERAGE};
    DIFFERS(&action, action.leverage.leverage);
    DIFFERS(&action, action.leverage.margin_mode);
}

static void each_field_of_money_counts(void **state)
{
    (void)state;
    struct action action = {.kind = ACTION_FILL};
    struct action_fill *fill = &action.fill;
    DIFFERS(&action, fill->order_id);
    DIFFERS(&action, fill->trade_id);
    DIFFERS(&action, fill->position_id);
    DIFFERS(&action, fill->side);
    DIFFERS(&action, fill->liquidity);
    DIFFERS(&action, fill->kind);
    DIFFERS(&action, fill->price_e12);
    DIFFERS(&action, fill->size_e6);
    DIFFERS(&action, fill->fee_e8);
    DIFFERS(&action, fill->venue_time_us);
    action = (struct action){.kind = ACTION_POSTING};
    DIFFERS(&action, action.posting.txn);
    DIFFERS(&action, action.posting.account);
    DIFFERS(&action, action.posting.kind);
    DIFFERS(&action, action.posting.amount_e8);
    DIFFERS(&action, action.posting.position_id);
    DIFFERS(&action, action.posting.venue_time_us);
    action = (struct action){.kind = ACTION_EQUITY};
    DIFFERS(&action, action.equity.balance_e8);
    DIFFERS(&action, action.equity.equity_e8);
    DIFFERS(&action, action.equity.margin_used_e8);
    DIFFERS(&action, action.equity.margin_available_e8);
    DIFFERS(&action, action.equity.drawdown_ppm);
    DIFFERS(&action, action.equity.open_positions);
    DIFFERS(&action, action.equity.breaker_state);
}

static void each_field_of_the_records_in_words_counts(void **state)
{
    (void)state;
    struct action action = {.kind = ACTION_BREAKER};
    DIFFERS(&action, action.breaker.scope);
    DIFFERS(&action, action.breaker.scope_index);
    DIFFERS(&action, action.breaker.from);
    DIFFERS(&action, action.breaker.to);
    SAYS(&action, action.breaker.cause);
    DIFFERS(&action, action.breaker.value);
    DIFFERS(&action, action.breaker.limit);
    DIFFERS(&action, action.breaker.baseline_e8);
    SAYS(&action, action.breaker.actor);
    action = (struct action){.kind = ACTION_AUDIT};
    SAYS(&action, action.audit.actor);
    SAYS(&action, action.audit.role);
    SAYS(&action, action.audit.action);
    SAYS(&action, action.audit.object);
    SAYS(&action, action.audit.result);
    action = (struct action){.kind = ACTION_ALERT};
    DIFFERS(&action, action.alert.severity);
    SAYS(&action, action.alert.title);
    SAYS(&action, action.alert.body);
    action = (struct action){.kind = ACTION_ERROR};
    DIFFERS(&action, action.error.category);
    DIFFERS(&action, action.error.severity);
    SAYS(&action, action.error.code);
    SAYS(&action, action.error.message);
    action = (struct action){.kind = ACTION_METRIC};
    SAYS(&action, action.metric.name);
    DIFFERS(&action, action.metric.value);
    DIFFERS(&action, action.metric.scale);
    SAYS(&action, action.metric.metadata);
}

static void each_field_of_signals_and_decisions_counts(void **state)
{
    (void)state;
    struct signal signal = {.id = 1};
    struct action action = {.kind = ACTION_SIGNAL};
    action.signal.signal = &signal;
    DIFFERS(&action, signal.id);
    DIFFERS(&action, action.signal.verdict);
    DIFFERS(&action, action.signal.instrument);
    DIFFERS(&action, action.signal.side);
    DIFFERS(&action, action.signal.confidence);
    struct assessment assessment = {.signal_id = 1};
    action = (struct action){.kind = ACTION_DECISION};
    action.decision.assessment = &assessment;
    DIFFERS(&action, action.decision.hash);
    DIFFERS(&action, action.decision.expires_us);
    DIFFERS(&action, assessment.verdict);
}

/* The checksums were computed with Python's binascii.crc_hqx(text, 0xFFFF). */
static void client_ids_carry_epoch_sequence_and_checksum(void **state)
{
    (void)state;
    char id[CLIENT_ID_BYTES];
    client_id_format(ORDER_ID(1, 1), id);
    assert_string_equal(id, "c1-1-e293");
    client_id_format(0, id);
    assert_string_equal(id, "c0-0-c582");
    client_id_format(ORDER_ID(46655, 1099511627775ULL), id);
    assert_string_equal(id, "czzz-e13wu1of-a6c6");
    client_id_format(UINT64_MAX, id);
    assert_true(strlen(id) <= 36);
    for (const char *cursor = id; *cursor != '\0'; cursor++) {
        assert_true((*cursor >= 'a' && *cursor <= 'z') || (*cursor >= '0' && *cursor <= '9') ||
                    *cursor == '-');
    }
}

static void client_ids_are_read_back_or_refused(void **state)
{
    (void)state;
    const uint64_t ids[] = {0, ORDER_ID(1, 1), ORDER_ID(46655, 1099511627775ULL), UINT64_MAX};
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
        char text[CLIENT_ID_BYTES];
        uint64_t id = 7;
        client_id_format(ids[i], text);
        assert_true(client_id_parse(text, &id));
        assert_int_equal(id, ids[i]);
    }
    const char *const strangers[] = {"",
                                     "c",
                                     "c1-1",
                                     "c1-1-",
                                     "c1-1-e294",
                                     "c1-1-E293",
                                     "C1-1-e293",
                                     "c01-1-e293",
                                     "c1-1-e2933",
                                     " c1-1-e293",
                                     "x1-1-e293",
                                     "c1_1-e293",
                                     "autoclose-1700000000000",
                                     "adl_autoclose",
                                     "web_AbCdEf0123456789",
                                     "c0000000000000000000000000000-1-e293"};
    for (size_t i = 0; i < ARRAY_COUNT(strangers); i++) {
        uint64_t id = 7;
        assert_false(client_id_parse(strangers[i], &id));
        assert_int_equal(id, 7);
    }
}

int main(void)
{
    const struct CMUnitTest action[] = {
        cmocka_unit_test(a_new_action_is_zero_but_for_its_head),
        cmocka_unit_test(a_cancel_is_encoded_as_written),
        cmocka_unit_test(each_field_of_an_order_counts),
        cmocka_unit_test(each_field_of_a_position_counts),
        cmocka_unit_test(each_field_of_an_assessment_counts),
        cmocka_unit_test(each_field_of_orders_to_the_venue_counts),
        cmocka_unit_test(each_field_of_money_counts),
        cmocka_unit_test(each_field_of_the_records_in_words_counts),
        cmocka_unit_test(each_field_of_signals_and_decisions_counts),
        cmocka_unit_test(client_ids_carry_epoch_sequence_and_checksum),
        cmocka_unit_test(client_ids_are_read_back_or_refused),
    };
    return cmocka_run_group_tests(action, NULL, NULL);
}
