#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/loop.h"

enum { NOTES_BYTES = 128, TIMERS = 500 };

/* What happened, one letter each. */
struct notes {
    struct loop *loop;
    char text[NOTES_BYTES];
};

struct item {
    struct notes *notes;
    char letter;
    struct loop_timer timer;
    struct loop_watch watch;
    struct loop_end end;
    struct item *other; /* stopped by this one, or set again */
};

static void note(struct item *item)
{
    size_t length = strlen(item->notes->text);
    assert_true(length + 1 < NOTES_BYTES);
    item->notes->text[length] = item->letter;
}

static void on_item(void *self)
{
    note(self);
}

static void on_ready(void *self, int events)
{
    struct item *item = self;
    char bytes[8];
    note(item);
    if ((events & LOOP_READ) != 0) {
        assert_true(read(item->watch.descriptor, bytes, sizeof(bytes)) >= 0);
    }
}

static struct item item_of(struct notes *notes, char letter)
{
    struct item item = {.notes = notes, .letter = letter};
    item.timer.due = on_item;
    item.watch.ready = on_ready;
    item.end.run = on_item;
    return item;
}

static void own(struct item *item)
{
    item->timer.self = item->watch.self = item->end.self = item;
}

static void begin(struct notes *notes)
{
    struct error error;
    error_init(&error);
    memset(notes, 0, sizeof(*notes));
    notes->loop = loop_new(&error);
    assert_non_null(notes->loop);
}

static void turn(struct notes *notes, int64_t at_ns)
{
    struct error error;
    error_init(&error);
    assert_true(loop_turn(notes->loop, at_ns, &error));
}

static void watch(struct item *item, int descriptor, int events)
{
    struct error error;
    error_init(&error);
    assert_true(loop_watch(item->notes->loop, &item->watch, descriptor, events, &error));
}

static void timers_fire_by_deadline_then_by_setting(void **state)
{
    (void)state;
    struct notes notes;
    begin(&notes);
    struct item a = item_of(&notes, 'a'), b = item_of(&notes, 'b'), c = item_of(&notes, 'c'),
                d = item_of(&notes, 'd'), e = item_of(&notes, 'e');
    own(&a);
    own(&b);
    own(&c);
    own(&d);
    own(&e);
    int64_t now = loop_clock_ns();
    loop_timer_set(notes.loop, &a.timer, now - 10);
    loop_timer_set(notes.loop, &b.timer, now - 20);
    loop_timer_set(notes.loop, &c.timer, now - 10);
    loop_timer_set(notes.loop, &d.timer, now - 30);
    loop_timer_set(notes.loop, &e.timer, now - 5);
    loop_timer_set(notes.loop, &a.timer, now - 10); /* moved: behind c now */
    loop_timer_stop(notes.loop, &d.timer);
    loop_timer_stop(notes.loop, &d.timer);
    turn(&notes, 0);
    assert_string_equal(notes.text, "bcae");
    loop_free(notes.loop);
}

static void a_timer_is_not_early_and_the_turn_ends_when_told(void **state)
{
    (void)state;
    struct notes notes;
    begin(&notes);
    struct item a = item_of(&notes, 'a');
    own(&a);
    int64_t at = loop_clock_ns() + 20000000;
    loop_timer_set(notes.loop, &a.timer, at);
    turn(&notes, at - 10000000);
    assert_string_equal(notes.text, "");
    assert_true(loop_clock_ns() >= at - 10000000);
    while (notes.text[0] == '\0') {
        turn(&notes, INT64_MAX);
    }
    assert_true(loop_now_ns(notes.loop) >= at);
    loop_free(notes.loop);
}

struct many {
    struct loop *loop;
    int64_t last_ns;
    int fired;
    struct many_timer {
        struct many *all;
        struct loop_timer timer;
    } timers[TIMERS];
};

static void on_many(void *self)
{
    struct many_timer *timer = self;
    struct many *all = timer->all;
    assert_true(timer->timer.at_ns >= all->last_ns);
    all->last_ns = timer->timer.at_ns;
    all->fired++;
    struct many_timer *next = &all->timers[(timer - all->timers) / 2];
    all->fired += next->timer.place != 0; /* stopped in its stead */
    loop_timer_stop(all->loop, &next->timer);
}

static void the_heap_keeps_its_order_under_sets_moves_and_stops(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    static struct many all;
    memset(&all, 0, sizeof(all));
    all.loop = loop_new(&error);
    uint32_t seed = 7;
    for (int i = 0; i < TIMERS * 3; i++) {
        seed = seed * 1664525U + 1013904223U;
        struct many_timer *timer = &all.timers[i % TIMERS];
        timer->all = &all;
        timer->timer.due = on_many;
        timer->timer.self = timer;
        loop_timer_set(all.loop, &timer->timer, 1 + (int64_t)(seed >> 16));
    }
    assert_true(loop_turn(all.loop, 0, &error));
    assert_int_equal(all.fired, TIMERS);
    loop_free(all.loop);
}

static void again(void *self)
{
    struct item *item = self;
    note(item);
    loop_timer_set(item->notes->loop, &item->timer, 1);
}

static void a_timer_set_in_a_turn_waits_for_the_next(void **state)
{
    (void)state;
    struct notes notes;
    begin(&notes);
    struct item a = item_of(&notes, 'a');
    own(&a);
    a.timer.due = again;
    loop_timer_set(notes.loop, &a.timer, 1);
    turn(&notes, INT64_MAX);
    assert_string_equal(notes.text, "a");
    turn(&notes, INT64_MAX);
    assert_string_equal(notes.text, "aa");
    loop_free(notes.loop);
}

/* Frees the other, which is ready in the same turn. */
static void kill_other(void *self, int events)
{
    struct item *item = self;
    on_ready(self, events);
    loop_unwatch(item->notes->loop, &item->other->watch);
    memset(item->other, 0xee, sizeof(*item->other));
}

static void a_handler_may_free_what_is_ready_too(void **state)
{
    (void)state;
    struct notes notes;
    begin(&notes);
    int one[2], two[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, one), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, two), 0);
    struct item a = item_of(&notes, 'a'), b = item_of(&notes, 'b');
    own(&a);
    own(&b);
    a.other = &b;
    b.other = &a;
    a.watch.ready = b.watch.ready = kill_other;
    watch(&a, one[0], LOOP_READ);
    watch(&b, two[0], LOOP_READ);
    assert_int_equal(write(one[1], "x", 1) + write(two[1], "x", 1), 2);
    turn(&notes, INT64_MAX);
    assert_int_equal(strlen(notes.text), 1); /* whichever epoll had first */
    loop_free(notes.loop);
    (void)close(one[0]);
    (void)close(one[1]);
    (void)close(two[0]);
    (void)close(two[1]);
}

static void events_are_those_asked_for_and_a_hangup(void **state)
{
    (void)state;
    struct notes notes;
    begin(&notes);
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    struct item a = item_of(&notes, 'a');
    own(&a);
    watch(&a, pair[0], LOOP_READ);
    turn(&notes, 0);
    assert_string_equal(notes.text, "");
    watch(&a, pair[0], LOOP_READ | LOOP_WRITE);
    turn(&notes, INT64_MAX);
    assert_string_equal(notes.text, "a");
    watch(&a, pair[0], 0);
    turn(&notes, 0);
    assert_string_equal(notes.text, "a");
    (void)close(pair[1]);
    turn(&notes, INT64_MAX);
    assert_string_equal(notes.text, "aa");
    loop_unwatch(notes.loop, &a.watch);
    loop_unwatch(notes.loop, &a.watch);
    turn(&notes, 0);
    assert_string_equal(notes.text, "aa");
    (void)close(pair[0]);
    loop_free(notes.loop);
}

static void send_ends_run_before_answers_after_timers(void **state)
{
    (void)state;
    struct notes notes;
    begin(&notes);
    struct item a = item_of(&notes, 'a'), s = item_of(&notes, 's'), t = item_of(&notes, 't'),
                u = item_of(&notes, 'u');
    own(&a);
    own(&s);
    own(&t);
    own(&u);
    loop_end_set(notes.loop, &a.end, LOOP_ANSWER);
    loop_end_set(notes.loop, &u.end, LOOP_SEND);
    loop_end_set(notes.loop, &s.end, LOOP_SEND);
    loop_end_set(notes.loop, &s.end, LOOP_SEND);
    loop_end_stop(notes.loop, &u.end);
    loop_timer_set(notes.loop, &t.timer, 1);
    turn(&notes, INT64_MAX);
    assert_string_equal(notes.text, "tsa");
    turn(&notes, 0);
    assert_string_equal(notes.text, "tsa");
    loop_free(notes.loop);
}

static void on_caught(void *self, int number)
{
    struct item *item = self;
    item->letter = number == SIGTERM ? 'T' : number == SIGUSR1 ? 'U' : '?';
    note(item);
}

static void signals_come_as_calls(void **state)
{
    (void)state;
    struct notes notes;
    struct error error;
    error_init(&error);
    begin(&notes);
    struct item a = item_of(&notes, 'a');
    assert_true(loop_signals(notes.loop, on_caught, &a, &error));
    assert_int_equal(raise(SIGUSR1), 0);
    assert_int_equal(raise(SIGTERM), 0);
    turn(&notes, INT64_MAX);
    assert_string_equal(notes.text, "UT");
    loop_free(notes.loop);
}

static void a_file_cannot_be_waited_for(void **state)
{
    (void)state;
    struct notes notes;
    struct error error;
    error_init(&error);
    begin(&notes);
    struct item a = item_of(&notes, 'a');
    assert_false(loop_watch(notes.loop, &a.watch, -1, LOOP_READ, &error));
    assert_int_equal(error.code, EXIT_CODE_OPERATING);
    loop_unwatch(notes.loop, &a.watch);
    loop_free(notes.loop);
    loop_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_by_deadline_then_by_setting),
        cmocka_unit_test(a_timer_is_not_early_and_the_turn_ends_when_told),
        cmocka_unit_test(the_heap_keeps_its_order_under_sets_moves_and_stops),
        cmocka_unit_test(a_timer_set_in_a_turn_waits_for_the_next),
        cmocka_unit_test(a_handler_may_free_what_is_ready_too),
        cmocka_unit_test(events_are_those_asked_for_and_a_hangup),
        cmocka_unit_test(send_ends_run_before_answers_after_timers),
        cmocka_unit_test(signals_come_as_calls),
        cmocka_unit_test(a_file_cannot_be_waited_for),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
