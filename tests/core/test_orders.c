/* The order machine of RISK 5.1: the whole transition table, sticky ends, fills that win, and the table of live orders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/orders.h"

/* Rows and columns in the order of enum order_state: INTENT SENDING UNKNOWN ACKED PARTIAL PENDING_CANCEL FILLED CANCELED
 * EXPIRED REJECTED EXT_CLOSED NOT_SENT ABSENT. Written from RISK 5.1, not from the code. */
static const char *const ALLOWED[ORDER_STATE_COUNT] = {
    ".x.........x.", /* INTENT: sent, or never sent */
    "..xxxxxxxxxx.", /* SENDING: any evidence, or proven not sent */
    "...xxxxxxxx.x", /* UNKNOWN: any evidence, or proven absent */
    "....xxxxxxx..", /* ACKED */
    "....xxxxx.x..", /* PARTIAL: an order that has filled cannot be rejected any more */
    "..xxx.xxxxx..", /* PENDING_CANCEL: back to life when the cancel fails, or UNKNOWN */
    ".............", /* the ends are sticky */
    ".............", ".............", ".............",
    ".............", ".............", ".............",
};

static void every_transition_is_the_handbooks(void **state)
{
    (void)state;
    for (int from = 0; from < ORDER_STATE_COUNT; from++) {
        for (int to = 0; to < ORDER_STATE_COUNT; to++) {
            struct order order = {.state = (enum order_state)from};
            bool wanted = ALLOWED[from][to] == 'x';
            assert_int_equal(order_move(&order, (enum order_state)to, REASON_NONE, 7), wanted);
            assert_int_equal(order.state, wanted ? to : from);
        }
    }
}

static void a_fill_is_legal_in_every_state_and_wins(void **state)
{
    (void)state;
    for (int from = 0; from < ORDER_STATE_COUNT; from++) {
        struct order order = {.state = (enum order_state)from, .size_e6 = 10};
        order_fill(&order, 10, 7);
        assert_int_equal(order.state, ORDER_FILLED);
        assert_int_equal(order.ended_us, 7);
    }
}

static void filled_quantity_is_monotone_up_to_the_size(void **state)
{
    (void)state;
    struct order order = {.state = ORDER_ACKED, .size_e6 = 10};
    order_fill(&order, 4, 1);
    assert_int_equal(order.state, ORDER_PARTIAL);
    order_fill(&order, 6, 2);
    assert_int_equal(order.filled_e6, 10);
    assert_int_equal(order.state, ORDER_FILLED);
}

static void a_partial_fill_does_not_forget_the_cancel_on_its_way(void **state)
{
    (void)state;
    struct order order = {.state = ORDER_PENDING_CANCEL, .size_e6 = 10};
    order_fill(&order, 4, 1);
    assert_int_equal(order.state, ORDER_PENDING_CANCEL);
    assert_true(order_move(&order, ORDER_CANCELED, REASON_REQUESTED, 2));
    assert_int_equal(order.filled_e6, 4);
}

static void a_close_position_order_takes_its_size_from_its_fills(void **state)
{
    (void)state;
    struct order order = {.state = ORDER_ACKED, .close_position = true};
    order_fill(&order, 4, 1);
    order_fill(&order, 3, 2);
    assert_int_equal(order.size_e6, 7);
    assert_int_equal(order.state, ORDER_PARTIAL);
}

static struct orders *table(void)
{
    struct orders *orders = malloc(sizeof(*orders));
    assert_non_null(orders);
    orders_init(orders, 3);
    return orders;
}

static void ids_are_epoch_and_sequence_and_never_come_back(void **state)
{
    (void)state;
    struct orders *orders = table();
    struct order wish = {.instrument = 5, .size_e6 = 1};
    uint64_t last = 0;
    for (uint64_t sequence = 1; sequence < 3 * ORDERS_MAX; sequence++) {
        struct order *order = orders_create(orders, &wish);
        assert_int_equal(order->order_id, ORDER_ID(3, sequence));
        assert_true(order->order_id > last);
        last = order->order_id;
        assert_true(order_move(order, ORDER_NOT_SENT, REASON_NONE, 1));
        orders_remove(orders, order);
    }
    orders_check(orders);
    free(orders);
}

static void a_full_table_sends_nothing(void **state)
{
    (void)state;
    struct orders *orders = table();
    struct order wish = {.instrument = 1, .entry = true};
    for (int index = 0; index < ORDERS_MAX; index++) {
        wish.instrument = index % INSTRUMENTS_MAX;
        assert_non_null(orders_create(orders, &wish));
    }
    assert_null(orders_create(orders, &wish));
    assert_int_equal(orders->entries, ORDERS_MAX);
    orders_check(orders);
    free(orders);
}

static void orders_of_one_instrument_are_walked_in_order_of_creation(void **state)
{
    (void)state;
    struct orders *orders = table();
    struct order wish = {.instrument = 2};
    struct order other = {.instrument = 9};
    uint64_t ids[3];
    for (int index = 0; index < 3; index++) {
        ids[index] = orders_create(orders, &wish)->order_id;
        (void)orders_create(orders, &other);
    }
    struct order *middle = orders_find(orders, 2, ids[1]);
    assert_true(order_move(middle, ORDER_NOT_SENT, REASON_NONE, 1));
    orders_remove(orders, middle);
    struct order *first = orders_first(orders, 2);
    assert_int_equal(first->order_id, ids[0]);
    assert_int_equal(orders_after(orders, first)->order_id, ids[2]);
    assert_null(orders_find(orders, 2, ids[1]));
    assert_null(orders_find(orders, 9, ids[0]));
    orders_check(orders);
    free(orders);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transition_is_the_handbooks),
        cmocka_unit_test(a_fill_is_legal_in_every_state_and_wins),
        cmocka_unit_test(filled_quantity_is_monotone_up_to_the_size),
        cmocka_unit_test(a_partial_fill_does_not_forget_the_cancel_on_its_way),
        cmocka_unit_test(a_close_position_order_takes_its_size_from_its_fills),
        cmocka_unit_test(ids_are_epoch_and_sequence_and_never_come_back),
        cmocka_unit_test(a_full_table_sends_nothing),
        cmocka_unit_test(orders_of_one_instrument_are_walked_in_order_of_creation),
    };
    return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
