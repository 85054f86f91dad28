/* test_inbox.c - the order and the times in which the core hears of things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live/inbox.h"

static struct inbox *open_inbox(void)
{
    struct inbox *inbox = calloc(1, sizeof(*inbox));
    assert_non_null(inbox);
    inbox_init(inbox, NULL, 1000, 7);
    return inbox;
}

static void close_inbox(struct inbox *inbox)
{
    inbox_release(inbox);
    free(inbox);
}

static void evidence_before_signals_and_times_that_rise(void **state)
{
    (void)state;
    struct inbox *inbox = open_inbox();
    struct feed_port port = inbox_port(inbox);
    struct signal signal = {.timestamp_us = 900};
    struct event fill = {.kind = EVENT_FILL, .venue_time_us = 5000};
    struct event_command command = {.command = COMMAND_STOP};
    struct event event;
    assert_true(inbox_signal(inbox, &signal, "{\"a\":1}"));
    inbox_evidence(inbox, &fill);
    assert_true(inbox_command(inbox, &command));
    inbox->now_us = 2000;
    assert_int_equal(port.next(port.self, 3000, &event), FEED_EVENT);
    assert_int_equal(event.kind, EVENT_COMMAND);
    assert_int_equal(event.time_us, 2000);
    assert_int_equal(port.next(port.self, 3000, &event), FEED_EVENT);
    assert_int_equal(event.kind, EVENT_FILL);
    assert_int_equal(event.time_us, 2001);
    assert_int_equal(event.venue_time_us, 2001); /* the venue's clock is ahead: never later */
    assert_int_equal(port.next(port.self, 3000, &event), FEED_EVENT);
    assert_int_equal(event.kind, EVENT_SIGNAL);
    assert_int_equal(event.signal->id, 8);
    assert_int_equal(event.venue_time_us, 900);
    assert_string_equal(inbox_metadata(inbox), "{\"a\":1}");
    assert_int_equal(port.next(port.self, 3000, &event), FEED_WAIT);
    close_inbox(inbox);
}

/* A timer of the core that is due before comes first. */
static void nothing_is_given_beyond_the_bound(void **state)
{
    (void)state;
    struct inbox *inbox = open_inbox();
    struct feed_port port = inbox_port(inbox);
    struct event fill = {.kind = EVENT_FILL};
    struct event event;
    inbox_evidence(inbox, &fill);
    inbox->now_us = 2000;
    assert_int_equal(port.next(port.self, 1999, &event), FEED_WAIT);
    assert_int_equal(port.next(port.self, 2000, &event), FEED_EVENT);
    close_inbox(inbox);
}

static void a_full_queue_refuses_a_signal_and_counts_it(void **state)
{
    (void)state;
    struct inbox *inbox = open_inbox();
    struct signal signal = {.timestamp_us = 900};
    for (int32_t i = 0; i < INBOX_SIGNALS; i++) {
        assert_true(inbox_signal(inbox, &signal, "{}"));
    }
    assert_int_equal(inbox_fill_e9(inbox), 1000000000);
    assert_false(inbox_signal(inbox, &signal, "{}"));
    assert_int_equal(inbox->dropped, 1);
    close_inbox(inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_before_signals_and_times_that_rise),
        cmocka_unit_test(nothing_is_given_beyond_the_bound),
        cmocka_unit_test(a_full_queue_refuses_a_signal_and_counts_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
