/* The order desk: each row of RISK 5.1's table of evidence, and F1-F20 as far as this seam shows them. Expected words are written
 * from the handbook (letters: tests/support/desk_world.h).
 * Mutants of RISK 6.5 and who should catch them (tried: absence without time, absence after one round, no memory of fills):
 * retry on 5xx: lost_answers_are_found; -2013 as absent: absence_needs_time_and_proof and the random test; a failed position as
 * flat:
 * a_failed_position_is_not_flat; fills by order id: partial_fills_are_told_each; ms for s in the switch: test_flatten.c.
 * Not caught here: a late CANCELED that overwrites FILLED within the desk; `told` keeps it from the core all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/desk_world.h"

#define SECOND 1000000000LL

static const struct action_place LIMIT = {
    .side = SIDE_BUY, .type = ORDER_LIMIT, .size_e6 = 4000000, .price_e12 = 99000000000000};
static const struct action_place MARKET = {
    .side = SIDE_BUY, .type = ORDER_MARKET, .tif = TIF_IOC, .size_e6 = 4000000};
static const struct action_place STOP = {.side = SIDE_SELL,
                                         .type = ORDER_STOP_MARKET,
                                         .reduce_only = true,
                                         .close_position = true,
                                         .trigger_e12 = 90000000000000};

static struct desk_test_world *world_new(const struct desk_options *options)
{
    static struct desk_test_world world;
    world_init(&world, 1, options);
    return &world;
}

static void the_table_of_evidence(void **state)
{
    (void)state;
    static const struct {
        enum fake_fate fate;
        const char *told; /* after 60 s */
    } rows[] = {
        {FATE_NORMAL, "A"},       {FATE_NOT_SENT, "N"},
        {FATE_REFUSED, "R"},      {FATE_LOST_REQUEST, "UX"},    /* F1, F4 */
        {FATE_LOST_ANSWER, "AU"},                               /* the stream is first: see below */
        {FATE_EXISTS, "A"},       {FATE_REFUSED_ACCEPTED, "A"}, /* F6 */
        {FATE_MUTE, "UX"},
    };
    for (size_t index = 0; index < ARRAY_COUNT(rows); index++) {
        struct desk_test_world *world = world_new(NULL);
        world->venue.next_place = rows[index].fate;
        uint64_t id = world_place(world, &LIMIT);
        world_run(world, 90 * SECOND);
        bool lost = rows[index].fate == FATE_LOST_ANSWER;
        /* F2, F3, F5: the answer's loss may come before or after the stream's word; never an end */
        const char *told = world_told(world, id);
        assert_true(lost ? strcmp(told, "A") == 0 || strcmp(told, "UA") == 0
                         : strcmp(told, rows[index].told) == 0 ||
                               (rows[index].fate == FATE_EXISTS && strcmp(told, "UA") == 0));
        assert_int_equal(world->venue.places, 1);
        assert_int_equal(world->venue.twice, 0);
        assert_true(desk_settled(&world->desk));
    }
}

static void lost_answers_are_found(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    world_run(world, SECOND); /* away from the pass that is due just now */
    world->venue.silent_stream = true;
    world->venue.next_place = FATE_LOST_ANSWER;
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND / 10);
    assert_string_equal(world_told(world, id), "U");
    world_run(world, SECOND / 5);
    assert_string_equal(world_told(world, id), "UA"); /* the first question, at 0.2 s */
    assert_int_equal(world->venue.order_questions, 2);
    assert_int_equal(world->venue.places, 1);
}

static void absence_needs_time_and_proof(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    world->venue.next_place = FATE_LOST_REQUEST;
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, 7 * SECOND); /* validity 5 s, margin 2 s */
    assert_string_equal(world_told(world, id), "U");
    world_run(world, 4 * SECOND); /* the round at 10 s is the first that counts */
    assert_string_equal(world_told(world, id), "U");
    world_run(world, 10 * SECOND);
    assert_string_equal(world_told(world, id), "UX");
}

static void a_position_that_is_not_explained_forbids_absence(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    world->venue.next_place = FATE_LOST_REQUEST;
    uint64_t id = world_place(world, &LIMIT);
    world->venue.position_e6[0] = 4000000;
    world_run(world, 120 * SECOND);
    assert_string_equal(world_told(world, id), "U");
    world->venue.position_e6[0] = 0;
    world->venue.fail_positions = true; /* F20 */
    world_run(world, 120 * SECOND);
    assert_string_equal(world_told(world, id), "U");
    world->venue.fail_positions = false;
    world_run(world, 60 * SECOND);
    assert_string_equal(world_told(world, id), "UX");
}

static void partial_fills_are_told_each(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    world->venue.repeat_event = 1000; /* F8: everything twice */
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    fake_venue_fill(&world->venue, fake_venue_find(&world->venue, id), 1000000);
    fake_venue_fill(&world->venue, fake_venue_find(&world->venue, id), 1000000);
    world_run(world, SECOND);
    fake_venue_end(&world->venue, fake_venue_find(&world->venue, id), VENUE_ORDER_CANCELED);
    world_run(world, SECOND);
    assert_string_equal(world_told(world, id), "AFFC"); /* F12 */
    assert_int_equal(world->fills_twice, 0);
    assert_int_equal(world->position_e6[0], 2000000);
}

static void a_fill_never_pushed_is_found(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    world->venue.silent_stream = true; /* F10 */
    fake_venue_fill(&world->venue, fake_venue_find(&world->venue, id), 4000000);
    world_run(world, 40 * SECOND);
    assert_string_equal(world_told(world, id), "AF");
    assert_true(desk_settled(&world->desk));
}

static void a_fill_of_an_earlier_life_is_not_told_again(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    world->known_trade = 1000; /* F9: the store has it */
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    fake_venue_fill(&world->venue, fake_venue_find(&world->venue, id), 1000000);
    world_run(world, SECOND);
    assert_string_equal(world_told(world, id), "A");
}

static void an_immediate_order_that_filled_in_part_ends_after_its_fills(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    struct fake_order *order = fake_venue_find(&world->venue, id);
    world->venue.silent_stream = true;
    fake_venue_fill(&world->venue, order, 1000000);
    world->venue.silent_stream = false;
    fake_venue_end(&world->venue, order, VENUE_ORDER_EXPIRED); /* says: 1 of 4 (F17, F11) */
    world_run(world, SECOND / 10);
    assert_string_equal(world_told(world, id), "A");
    world_run(world, SECOND);
    assert_string_equal(world_told(world, id), "AFE");
}

static void a_cancel_that_was_too_late_is_a_question(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    world->venue.silent_stream = true;
    fake_venue_fill(&world->venue, fake_venue_find(&world->venue, id), 4000000);
    world->venue.next_cancel = FATE_REFUSED; /* F13: -2011 because it is filled */
    world->port.cancel(world->port.self, 0, 0, id);
    world_run(world, 2 * SECOND);
    assert_string_equal(world_told(world, id), "AF");
}

static void a_cancel_without_an_answer_is_pursued(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    world->venue.next_cancel = FATE_LOST_REQUEST;
    world->port.cancel(world->port.self, 0, 0, id);
    world_run(world, 5 * SECOND);
    assert_string_equal(world_told(world, id), "AUAC");
    assert_int_equal(world->venue.cancels, 2);
}

static void a_cancel_refused_twice_is_told(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    world->venue.refuse = 1000;
    world->port.cancel(world->port.self, 0, 0, id);
    world_run(world, 5 * SECOND);
    assert_string_equal(world_told(world, id), "Ac");
}

static void a_fill_wins_over_a_cancel(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    struct fake_order *order = fake_venue_find(&world->venue, id);
    fake_venue_end(&world->venue, order, VENUE_ORDER_CANCELED);
    world_run(world, SECOND);
    fake_venue_fill(&world->venue, order, 4000000); /* F14 */
    fake_venue_run(&world->venue, world->now_ns);
    world_run(world, SECOND);
    order->state = VENUE_ORDER_CANCELED;
    fake_venue_stream(&world->venue, false);
    fake_venue_stream(&world->venue, true);
    world_run(world, 10 * SECOND);
    assert_string_equal(world_told(world, id), "ACF");
    assert_int_equal(world->illegal, 0);
}

static void a_reject_after_the_acknowledgement(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &LIMIT);
    world_run(world, SECOND);
    fake_venue_end(&world->venue, fake_venue_find(&world->venue, id), VENUE_ORDER_REJECTED);
    world_run(world, SECOND);
    assert_string_equal(world_told(world, id), "AR"); /* F16 */
}

static void an_omitted_order_is_not_gone(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &LIMIT);
    world->venue.omit_open = true; /* F19 */
    world_run(world, 60 * SECOND);
    assert_string_equal(world_told(world, id), "A");
    assert_true(world->venue.order_questions > 0);
}

static void a_stop_that_vanished_is_told(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    uint64_t id = world_place(world, &STOP);
    world_run(world, SECOND);
    fake_venue_find(&world->venue, id)->place.order_id = 0; /* as if it had never been */
    world_run(world, 60 * SECOND);
    assert_string_equal(world_told(world, id), "AC"); /* F24: the core protects anew */
}

static void a_failed_position_is_not_flat(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    (void)world_place(world, &MARKET);
    world_run(world, SECOND);
    assert_int_equal(world->position_e6[0], 4000000);
    world->venue.fail_positions = true;
    world_run(world, 120 * SECOND);
    assert_int_equal(world->mismatches, 0); /* F20 */
    assert_false(world->reconciled);        /* five failures: alarm, no trading */
    assert_true(world->alarms > 0);
    world->venue.fail_positions = false;
    world_run(world, 120 * SECOND);
    assert_true(world->reconciled);
}

static void another_executor_fences(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    struct news news = {.kind = NEWS_ORDER, .instrument = 0};
    news.order.order_id = ORDER_ID(WORLD_EPOCH + 1, 3);
    world->venue.sink.take(world->venue.sink.self, &news);
    news.order.order_id = ORDER_ID(WORLD_EPOCH, 99); /* of ours, but never made: a twin */
    world->venue.sink.take(world->venue.sink.self, &news);
    assert_int_equal(world->fenced, 1);
}

static void entries_wait_for_their_leverage(void **state)
{
    (void)state;
    struct desk_test_world *world = world_new(NULL);
    struct action_leverage setting = {.leverage = 5};
    world->port.leverage(world->port.self, 0, 0, &setting);
    uint64_t id = world_place(world, &LIMIT);
    assert_int_equal(world->venue.places, 0);
    world_run(world, SECOND);
    assert_int_equal(world->venue.places, 1);
    assert_int_equal(world->venue.leverage[0], 5);
    assert_string_equal(world_told(world, id), "A");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_evidence),
        cmocka_unit_test(lost_answers_are_found),
        cmocka_unit_test(absence_needs_time_and_proof),
        cmocka_unit_test(a_position_that_is_not_explained_forbids_absence),
        cmocka_unit_test(partial_fills_are_told_each),
        cmocka_unit_test(a_fill_never_pushed_is_found),
        cmocka_unit_test(a_fill_of_an_earlier_life_is_not_told_again),
        cmocka_unit_test(an_immediate_order_that_filled_in_part_ends_after_its_fills),
        cmocka_unit_test(a_cancel_that_was_too_late_is_a_question),
        cmocka_unit_test(a_cancel_without_an_answer_is_pursued),
        cmocka_unit_test(a_cancel_refused_twice_is_told),
        cmocka_unit_test(a_fill_wins_over_a_cancel),
        cmocka_unit_test(a_reject_after_the_acknowledgement),
        cmocka_unit_test(an_omitted_order_is_not_gone),
        cmocka_unit_test(a_stop_that_vanished_is_told),
        cmocka_unit_test(a_failed_position_is_not_flat),
        cmocka_unit_test(another_executor_fences),
        cmocka_unit_test(entries_wait_for_their_leverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
