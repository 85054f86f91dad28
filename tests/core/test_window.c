/* A value over the last minutes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/window.h"

enum { CAPACITY = 62 };

static struct window window;
static struct window_sample samples[CAPACITY];

static int setup(void **state)
{
    static const int32_t spans[] = {5, 60};
    (void)state;
    window_init(&window, CAPACITY, spans, 2);
    return 0;
}

static void before_the_span_is_full_the_oldest_sample_answers(void **state)
{
    (void)state;
    window_push(&window, samples, 100, 7);
    assert_int_equal(window_back(&window, samples, 0, 100), 7);
    window_push(&window, samples, 103, 9);
    assert_int_equal(window_back(&window, samples, 0, 104), 7);
}

static void the_newest_sample_at_least_the_span_old_answers(void **state)
{
    (void)state;
    window_push(&window, samples, 100, 7);
    window_push(&window, samples, 101, 8);
    window_push(&window, samples, 103, 9);
    assert_int_equal(window_back(&window, samples, 0, 105), 7);
    assert_int_equal(window_back(&window, samples, 0, 106), 8);
    assert_int_equal(window_back(&window, samples, 0, 107), 8);
    assert_int_equal(window_back(&window, samples, 0, 108), 9);
    assert_int_equal(window_back(&window, samples, 0, 5000), 9);
    assert_int_equal(window_back(&window, samples, 1, 160), 7);
}

/* The slow, obvious form: every sample ever pushed, searched from the end. */
static int64_t slow_back(const int64_t *minutes, const int64_t *values, int count, int64_t wanted)
{
    for (int place = count - 1; place > 0; place--) {
        if (minutes[place] <= wanted) {
            return values[place];
        }
    }
    return values[0];
}

static void a_long_run_agrees_with_the_slow_form(void **state)
{
    enum { PUSHES = 3000 };
    static int64_t minutes[PUSHES];
    static int64_t values[PUSHES];
    uint32_t seed = 12345;
    int64_t minute = 1000;
    (void)state;
    for (int push = 0; push < PUSHES; push++) {
        seed = seed * 1664525U + 1013904223U;
        minute += 1 + (int64_t)(seed >> 24) % ((seed >> 16 & 31U) == 0 ? 90 : 3);
        minutes[push] = minute;
        values[push] = (int64_t)(seed >> 8);
        window_push(&window, samples, minute, values[push]);
        assert_true(window.count <= CAPACITY);
        assert_int_equal(window_back(&window, samples, 0, minute),
                         slow_back(minutes, values, push + 1, minute - 5));
        /* Once something was forgotten, the first value of all no longer answers. */
        if (minute - minutes[0] > 60) {
            assert_int_equal(window_back(&window, samples, 1, minute),
                             slow_back(minutes, values, push + 1, minute - 60));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(before_the_span_is_full_the_oldest_sample_answers, setup),
        cmocka_unit_test_setup(the_newest_sample_at_least_the_span_old_answers, setup),
        cmocka_unit_test_setup(a_long_run_agrees_with_the_slow_form, setup),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
