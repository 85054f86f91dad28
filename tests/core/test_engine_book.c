/* What the book says at the moment of a signal: spread (C7), depth (C4) and slippage (C8); evidence that this market should
 * have and has not denies (RISK 2.2). Numbers by hand. */
#include "tests/core/engine_world.h"

#include "core/prices.h"

/* Bid 0.19999, ask 0.20001: 1 bp; 8 million within 10 bp on either side, at 6 bp from the mid. */
static struct event_book book_of_doge(void)
{
    return (struct event_book){.bid_e12 = price("0.19999"),
                               .ask_e12 = price("0.20001"),
                               .depth_e6 = {number("8000000", 6), number("8000000", 6)},
                               .slippage_e9 = {BPS_E9(6), BPS_E9(6)}};
}

static void look(struct world *world, struct event_book book)
{
    struct event event = {.kind = EVENT_BOOK, .instrument = DOGE, .book = book};
    step(world, event);
}

/* BTC has bars, DOGE its whole book. */
static struct world *world_with_depth(void)
{
    struct world *world = world_new();
    world->instruments.items[DOGE].fidelity = FIDELITY_DEPTH;
    world_start(world);
    return world;
}

static const struct check *find_check(const struct world *world, const char *name)
{
    const struct assessment *assessment = &world->engine.assessment;
    int32_t index = 0;
    while (index < assessment->check_count && strcmp(assessment->checks[index].name, name) != 0) {
        index++;
    }
    assert_true(index < assessment->check_count);
    return &assessment->checks[index];
}

static enum verdict doge_low(struct world *world)
{
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    return send_signal(world, &signal);
}

static void a_market_with_a_book_needs_one(void **state)
{
    (void)state;
    struct world *world = world_with_depth();
    mark(world, DOGE, "0.2");
    assert_int_equal(doge_low(world), VERDICT_SPREAD_WIDE);
    assert_int_equal(find_check(world, "C7.spread")->state, CHECK_FAILED);
    world_free(world);
}

static void the_other_market_needs_none(void **state)
{
    (void)state;
    struct world *world = world_with_depth();
    mark(world, BTC, "50000");
    struct signal signal = a_signal(world, "BTC", "Low", "50000");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    assert_int_equal(find_check(world, "C7.spread")->state, CHECK_NOT_APPLICABLE);
    world_free(world);
}

static void a_good_book_approves_and_its_figures_are_recorded(void **state)
{
    (void)state;
    struct world *world = world_with_depth();
    mark(world, DOGE, "0.2");
    look(world, book_of_doge());
    assert_int_equal(doge_low(world), VERDICT_APPROVED);
    assert_int_equal(find_check(world, "C7.spread")->value, BPS_E9(1));
    assert_int_equal(find_check(world, "C8.slippage")->value, BPS_E9(6));
    assert_int_equal(find_check(world, "C4.depth")->limit, number("2000000", 6)); /* 25 % */
    assert_int_equal(find_check(world, "C7.index")->state, CHECK_NOT_APPLICABLE);
    world_free(world);
}

/* 0.199 to 0.201: 1 % of the mid, against 0.5 %. */
static void a_wide_spread_denies(void **state)
{
    (void)state;
    struct world *world = world_with_depth();
    mark(world, DOGE, "0.2");
    struct event_book book = book_of_doge();
    book.bid_e12 = price("0.199");
    book.ask_e12 = price("0.201");
    look(world, book);
    assert_int_equal(doge_low(world), VERDICT_SPREAD_WIDE);
    assert_int_equal(find_check(world, "C7.spread")->value, PERCENT_E9(1));
    world_free(world);
}

static void an_empty_side_is_missing_evidence(void **state)
{
    (void)state;
    struct world *world = world_with_depth();
    mark(world, DOGE, "0.2");
    struct event_book book = book_of_doge();
    book.ask_e12 = 0;
    look(world, book);
    assert_int_equal(doge_low(world), VERDICT_SPREAD_WIDE);
    world_free(world);
}

/* C4: a quarter of what lies within 10 bp is the most that an order may ask for. */
static void a_thin_book_makes_the_order_small(void **state)
{
    (void)state;
    struct world *world = world_with_depth();
    mark(world, DOGE, "0.2");
    struct event_book book = book_of_doge();
    book.depth_e6[SIDE_BUY] = number("4000", 6);
    look(world, book);
    assert_int_equal(doge_low(world), VERDICT_APPROVED);
    assert_true(world->engine.assessment.position_size_e6 <= number("1000", 6));
    world_free(world);
}

/* 31 bp against the 30 bp of a memecoin. */
static void a_book_that_slips_too_far_denies(void **state)
{
    (void)state;
    struct world *world = world_with_depth();
    mark(world, DOGE, "0.2");
    struct event_book book = book_of_doge();
    book.slippage_e9[SIDE_BUY] = BPS_E9(31);
    look(world, book);
    assert_int_equal(doge_low(world), VERDICT_SLIPPAGE);
    world_free(world);
}

static void an_index_that_the_feed_knows_is_checked(void **state)
{
    (void)state;
    struct world *world = world_with_depth();
    mark(world, DOGE, "0.2");
    struct event_book book = book_of_doge();
    book.index_e12 = price("0.19"); /* the mark is 5 % above it; the limit is 1 % */
    look(world, book);
    assert_int_equal(doge_low(world), VERDICT_REFERENCE_DIVERGED);
    world_free(world);
}

/* Quotes show no depth: that check is not applicable, the spread is. */
static void quotes_know_the_spread_alone(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->instruments.items[DOGE].fidelity = FIDELITY_QUOTES;
    world_start(world);
    mark(world, DOGE, "0.2");
    struct event_book book = book_of_doge();
    book.depth_e6[SIDE_BUY] = BOOK_UNKNOWN;
    book.depth_e6[SIDE_SELL] = BOOK_UNKNOWN;
    look(world, book);
    assert_int_equal(doge_low(world), VERDICT_APPROVED);
    assert_int_equal(find_check(world, "C4.depth")->state, CHECK_NOT_APPLICABLE);
    assert_int_equal(find_check(world, "C7.spread")->state, CHECK_PASSED);
    world_free(world);
}

/* Price at 0 s, book at 3 s, signal at `signal_us` after the book. */
static enum verdict verdict_after(int64_t signal_us)
{
    struct world *world = world_with_depth();
    mark(world, DOGE, "0.2");
    world->now_us += 3 * US_PER_SECOND;
    look(world, book_of_doge());
    world->now_us += signal_us;
    enum verdict verdict = doge_low(world);
    world_free(world);
    return verdict;
}

/* C7: two seconds. The book is a sign of life: what was said last still holds. */
static void a_look_at_the_book_keeps_the_price_fresh(void **state)
{
    (void)state;
    assert_int_equal(verdict_after(2 * US_PER_SECOND), VERDICT_APPROVED);
    assert_int_equal(verdict_after(2 * US_PER_SECOND + 1), VERDICT_REFERENCE_STALE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_market_with_a_book_needs_one),
        cmocka_unit_test(the_other_market_needs_none),
        cmocka_unit_test(a_good_book_approves_and_its_figures_are_recorded),
        cmocka_unit_test(a_wide_spread_denies),
        cmocka_unit_test(an_empty_side_is_missing_evidence),
        cmocka_unit_test(a_thin_book_makes_the_order_small),
        cmocka_unit_test(a_book_that_slips_too_far_denies),
        cmocka_unit_test(an_index_that_the_feed_knows_is_checked),
        cmocka_unit_test(quotes_know_the_spread_alone),
        cmocka_unit_test(a_look_at_the_book_keeps_the_price_fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
