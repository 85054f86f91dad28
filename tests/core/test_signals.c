#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "core/signals.h"

#define T0       1700000000000000LL
#define CENT_E12 10000000000LL

static struct settings settings;
static struct instruments instruments;
static struct signals signals;
static struct signal signal;
static struct normal_signal normal;
static int32_t doge, pepe;

static void instrument_add(const char *symbol, int32_t pack, int32_t *index)
{
    struct instrument item;
    memset(&item, 0, sizeof(item));
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    item.tick_e12 = 10000000;
    item.lot_e6 = 1000000;
    item.pack = pack;
    assert_true(instruments_add(&instruments, &item, index));
}

static int setup(void **state)
{
    (void)state;
    settings_defaults(&settings);
    instruments_init(&instruments);
    instrument_add("DOGEUSDT", 1, &doge);
    instrument_add("1000PEPEUSDT", 1000, &pepe);
    signals_init(&signals);
    memset(&signal, 0, sizeof(signal));
    signal.id = 1;
    signal.timestamp_us = T0;
    memcpy(signal.token, "DOGE", 5);
    memcpy(signal.source, "test", 5);
    memcpy(signal.confidence, "High", 5);
    signal.has_price = true;
    signal.price_e12 = 20 * CENT_E12;
    return 0;
}

static enum verdict normalise(void)
{
    return signals_normalise(&settings, &instruments, &signal, &normal);
}

static enum verdict judge_at(int64_t mark_e12, int64_t now_us)
{
    struct signals_market market = {.known = mark_e12 > 0, .mark_e12 = mark_e12};
    return signals_judge(&signals, &settings, &signal, &market, now_us, &normal);
}

static void set_text(char *field, const char *text)
{
    memcpy(field, text, strlen(text) + 1);
}

/* ---- confidence ---- */

struct confidence_row {
    const char *text;
    int expected; /* -1: refused */
};
static const struct confidence_row confidence_rows[] = {
    {"Low", CONFIDENCE_LOW},
    {"medium", CONFIDENCE_MEDIUM},
    {"HIGH", CONFIDENCE_HIGH},
    {"eXtReMe", CONFIDENCE_EXTREME},
    {"", CONFIDENCE_LOW}, /* a dialect without one */
    {"0", CONFIDENCE_LOW},
    {"0.39", CONFIDENCE_LOW},
    {"0.4", CONFIDENCE_MEDIUM},
    {"0.5999999999999", CONFIDENCE_MEDIUM},
    {"0.6", CONFIDENCE_HIGH},
    {"0.799", CONFIDENCE_HIGH},
    {"0.8", CONFIDENCE_EXTREME},
    {"1", CONFIDENCE_EXTREME}, /* up to 1 the scale is 0..1 */
    {"1.0", CONFIDENCE_EXTREME},
    {"1.01", CONFIDENCE_LOW},
    {"39.9", CONFIDENCE_LOW},
    {"40", CONFIDENCE_MEDIUM},
    {"60", CONFIDENCE_HIGH},
    {"80", CONFIDENCE_EXTREME},
    {"100", CONFIDENCE_EXTREME},
    {"85%", CONFIDENCE_EXTREME},
    {"1%", CONFIDENCE_LOW},
    {"7e1", CONFIDENCE_HIGH},
    {"100.01", -1},
    {"-0.1", -1},
    {"nan", -1},
    {"inf", -1},
    {"Highest", -1},
    {"Hig", -1},
    {"%", -1},
    {"1e999", -1},
    {"0x10", -1},
};

static void confidence_is_a_word_in_any_case_or_a_score(void **state)
{
    (void)state;
    for (size_t row = 0; row < ARRAY_COUNT(confidence_rows); row++) {
        enum confidence value = CONFIDENCE_LOW;
        bool read = signals_confidence(&settings, confidence_rows[row].text, &value);
        assert_int_equal(read ? (int)value : -1, confidence_rows[row].expected);
    }
    set_text(signal.confidence, "maybe");
    assert_int_equal(normalise(), VERDICT_BAD_CONFIDENCE);
}

/* ---- side ---- */

static void the_column_says_the_side_then_metadata_then_long(void **state)
{
    (void)state;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.direction, DIRECTION_LONG);
    signal.direction_metadata = DIRECTION_SHORT;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.side, SIDE_SHORT);
    signal.direction = DIRECTION_LONG;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.side, SIDE_LONG);
    signal.direction = DIRECTION_CLOSE;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.direction, DIRECTION_CLOSE);
    signal.direction = DIRECTION_INVALID;
    assert_int_equal(normalise(), VERDICT_BAD_SIDE);
    signal.direction = DIRECTION_UNSAID;
    settings.use_side = 0;
    signal.direction_metadata = DIRECTION_INVALID;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.side, SIDE_LONG);
}

/* ---- refusals ---- */

struct refusal_row {
    uint32_t bad;
    enum verdict verdict;
};
static const struct refusal_row refusal_rows[] = {
    {SIGNAL_BAD_PRICE, VERDICT_BAD_PRICE},
    {SIGNAL_BAD_VOLUME, VERDICT_BAD_VOLUME},
    {SIGNAL_BAD_STOP, VERDICT_BAD_FIELD},
    {SIGNAL_BAD_TARGET, VERDICT_BAD_FIELD},
    {SIGNAL_BAD_LEVERAGE, VERDICT_BAD_FIELD},
    {SIGNAL_BAD_TTL, VERDICT_BAD_FIELD},
    {SIGNAL_BAD_ENTRY, VERDICT_BAD_FIELD},
    {SIGNAL_BAD_METADATA, VERDICT_BAD_FIELD},
    {SIGNAL_BAD_TEXT, VERDICT_BAD_FIELD},
    {SIGNAL_BAD_PRICE | SIGNAL_BAD_STOP, VERDICT_BAD_PRICE},
};

static void what_the_reader_could_not_read_refuses(void **state)
{
    (void)state;
    for (size_t row = 0; row < ARRAY_COUNT(refusal_rows); row++) {
        signal.bad = refusal_rows[row].bad;
        assert_int_equal(normalise(), refusal_rows[row].verdict);
        assert_int_equal(normal.instrument, doge); /* still known: for the record */
    }
}

static void tokens_are_known_or_refused(void **state)
{
    (void)state;
    set_text(signal.token, "");
    assert_int_equal(normalise(), VERDICT_BAD_TOKEN);
    set_text(signal.token, "NOSUCHCOIN");
    assert_int_equal(normalise(), VERDICT_UNKNOWN_TOKEN);
    assert_int_equal(normal.instrument, INSTRUMENT_NONE);
    set_text(signal.token, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"); /* 31 characters and cut */
    signal.bad = SIGNAL_BAD_TEXT;
    assert_int_equal(normalise(), VERDICT_BAD_TOKEN);
}

static void prices_are_positive_or_refused(void **state)
{
    (void)state;
    signal.price_e12 = 0;
    assert_int_equal(normalise(), VERDICT_BAD_PRICE);
    signal.price_e12 = -1;
    assert_int_equal(normalise(), VERDICT_BAD_PRICE);
    set_text(signal.token, "PEPE");
    signal.price_e12 = INT64_MAX / 1000 + 1; /* times the pack it leaves int64 */
    assert_int_equal(normalise(), VERDICT_BAD_PRICE);
    signal.price_e12 = INT64_MAX / 1000;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    signal.has_volume = true;
    signal.volume = -1;
    assert_int_equal(normalise(), VERDICT_BAD_VOLUME);
}

/* PEPE at 0.000018 in a market of 1000PEPE is 0.018 a unit; all prices of the signal. */
static void prices_of_a_coin_are_multiplied_by_the_pack(void **state)
{
    (void)state;
    set_text(signal.token, "PEPE");
    signal.price_e12 = 18000000;
    signal.stop_e12 = 17000000;
    signal.entry_low_e12 = 17500000;
    signal.entry_high_e12 = 18500000;
    signal.target_count = 1;
    signal.target_e12[0] = 20000000;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.instrument, pepe);
    assert_int_equal(normal.price_e12, 18000000000LL);
    assert_int_equal(normal.stop_e12, 17000000000LL);
    assert_int_equal(normal.entry_low_e12, 17500000000LL);
    assert_int_equal(normal.entry_high_e12, 18500000000LL);
    assert_int_equal(normal.target_e12[0], 20000000000LL);
    set_text(signal.token, "1000PEPEUSDT.P");
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.price_e12, 18000000);
}

/* ---- stop, entry, targets, leverage, times ---- */

static void the_stop_column_comes_before_metadata(void **state)
{
    (void)state;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.stop_e12, 0);
    assert_string_equal(normal.stop_source, "default");
    signal.stop_metadata_e12 = 18 * CENT_E12;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.stop_e12, 18 * CENT_E12);
    assert_string_equal(normal.stop_source, "metadata.stop");
    signal.stop_e12 = 19 * CENT_E12;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.stop_e12, 19 * CENT_E12);
    assert_string_equal(normal.stop_source, "stop_loss");
    signal.stop_e12 = 0;
    settings.use_stop = 0;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_string_equal(normal.stop_source, "default");
    signal.stop_e12 = -1;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
}

static void an_entry_zone_is_lowest_to_highest(void **state)
{
    (void)state;
    signal.entry_low_e12 = 19 * CENT_E12;
    signal.entry_high_e12 = 21 * CENT_E12;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.entry_high_e12, 21 * CENT_E12);
    signal.entry_low_e12 = 22 * CENT_E12;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
    signal.entry_low_e12 = 0;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
    settings.use_entry = 0;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.entry_high_e12, 0);
}

static void targets_are_equal_parts_and_the_last_takes_the_rest(void **state)
{
    (void)state;
    signal.target_count = 3;
    signal.target_e12[0] = 23 * CENT_E12;
    signal.target_e12[1] = 21 * CENT_E12;
    signal.target_e12[2] = 22 * CENT_E12;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.target_count, 3);
    /* In the order in which a long reaches them; the rest went with the last given. */
    assert_int_equal(normal.target_e12[0], 21 * CENT_E12);
    assert_int_equal(normal.target_e12[2], 23 * CENT_E12);
    int64_t sum = normal.target_share_e9[0] + normal.target_share_e9[1] + normal.target_share_e9[2];
    assert_int_equal(sum, ONE_E9);
    signal.direction = DIRECTION_SHORT;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.target_e12[0], 23 * CENT_E12);
    signal.target_e12[1] = 0;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
}

static void target_shares_follow_their_targets(void **state)
{
    (void)state;
    signal.target_count = 2;
    signal.target_share_count = 2;
    signal.target_e12[0] = 23 * CENT_E12;
    signal.target_e12[1] = 21 * CENT_E12;
    signal.target_share_e9[0] = PERCENT_E9(30);
    signal.target_share_e9[1] = PERCENT_E9(50);
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.target_share_e9[0], PERCENT_E9(70)); /* of 21: the last given */
    assert_int_equal(normal.target_share_e9[1], PERCENT_E9(30));
    signal.target_share_e9[1] = PERCENT_E9(71);
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
    signal.target_share_e9[1] = 0;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
    signal.target_share_count = 1;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
}

static void metadata_targets_can_be_switched_off(void **state)
{
    (void)state;
    signal.target_count = 1;
    signal.target_e12[0] = 23 * CENT_E12;
    signal.target_metadata = true;
    settings.use_targets = 0;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.target_count, 0);
    signal.target_metadata = false; /* the column always counts */
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.target_count, 1);
}

static void stated_leverage_is_a_cap_the_lowest_counts(void **state)
{
    (void)state;
    signal.leverage_stated = 10;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.leverage_cap, 10);
    signal.leverage = 20;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.leverage_cap, 10);
    settings.use_leverage = 0;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.leverage_cap, 20);
    signal.leverage = -1;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
}

static void ttl_and_trailing_fall_back_to_the_settings(void **state)
{
    (void)state;
    settings.trailing = PERCENT_E9(3);
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.ttl_us, US_PER_HOUR);
    assert_int_equal(normal.trailing_e9, PERCENT_E9(3));
    signal.ttl_us = 7;
    signal.trailing_e9 = PERCENT_E9(1);
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(normal.ttl_us, 7);
    assert_int_equal(normal.trailing_e9, PERCENT_E9(1));
    signal.ttl_us = -1;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
    signal.ttl_us = SIGNAL_TTL_MAX_US;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    signal.ttl_us = SIGNAL_TTL_MAX_US + 1;
    assert_int_equal(normalise(), VERDICT_BAD_FIELD);
}

/* ---- against the market ---- */

static void market_volume_time_and_price_are_judged_in_order(void **state)
{
    (void)state;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(judge_at(0, T0), VERDICT_NO_MARKET);
    settings.volume_min = 1000;
    signal.has_volume = true;
    signal.volume = 99999; /* 999.99 */
    signal.volume_exponent = 2;
    assert_int_equal(judge_at(20 * CENT_E12, T0), VERDICT_VOLUME_FLOOR);
    signal.volume = 100000;
    assert_int_equal(judge_at(20 * CENT_E12, T0), VERDICT_APPROVED);
    assert_int_equal(judge_at(20 * CENT_E12, T0 - settings.future_max), VERDICT_APPROVED);
    assert_int_equal(judge_at(20 * CENT_E12, T0 - settings.future_max - 1),
                     VERDICT_FROM_THE_FUTURE);
    /* 5 %: 0.20 in a market of 0.19047619... is the edge. */
    assert_int_equal(judge_at(190476190477LL, T0), VERDICT_APPROVED);
    assert_int_equal(judge_at(190476190476LL, T0), VERDICT_OFF_MARKET);
    assert_int_equal(judge_at(210526315789LL, T0), VERDICT_APPROVED);
    assert_int_equal(judge_at(210526315790LL, T0), VERDICT_OFF_MARKET);
}

static void a_close_is_let_through_where_an_entry_is_not(void **state)
{
    (void)state;
    signal.direction = DIRECTION_CLOSE;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(judge_at(10 * CENT_E12, T0), VERDICT_APPROVED);
}

static void a_missing_price_is_the_markets(void **state)
{
    (void)state;
    signal.has_price = false;
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(judge_at(25 * CENT_E12, T0), VERDICT_APPROVED);
    assert_int_equal(normal.price_e12, 25 * CENT_E12);
}

/* ---- duplicates ---- */

static enum verdict duplicate_at(int64_t now_us)
{
    assert_int_equal(normalise(), VERDICT_APPROVED);
    assert_int_equal(judge_at(20 * CENT_E12, now_us), VERDICT_APPROVED);
    return normal.duplicate;
}

static void an_id_is_good_once_for_ever(void **state)
{
    (void)state;
    set_text(signal.external_id, "abc-1");
    assert_int_equal(duplicate_at(T0), VERDICT_APPROVED);
    signal.timestamp_us += US_PER_DAY;
    signal.price_e12 += 1;
    assert_int_equal(duplicate_at(T0 + US_PER_DAY), VERDICT_DUPLICATE_ID);
    set_text(signal.external_id, "abc-2");
    signal.timestamp_us += US_PER_DAY;
    assert_int_equal(duplicate_at(T0 + 2 * US_PER_DAY), VERDICT_APPROVED);
}

static void the_same_content_is_a_duplicate_for_five_seconds(void **state)
{
    (void)state;
    assert_int_equal(duplicate_at(T0), VERDICT_APPROVED);
    signal.id = 2;
    signal.timestamp_us = T0 + 5 * US_PER_SECOND;
    assert_int_equal(duplicate_at(T0 + 5 * US_PER_SECOND), VERDICT_DUPLICATE_CONTENT);
    signal.timestamp_us = T0 + 5 * US_PER_SECOND + 1;
    assert_int_equal(duplicate_at(T0 + 5 * US_PER_SECOND + 1), VERDICT_APPROVED);
}

static void the_same_content_of_the_same_moment_is_a_duplicate_for_ever(void **state)
{
    (void)state;
    assert_int_equal(duplicate_at(T0), VERDICT_APPROVED);
    assert_int_equal(duplicate_at(T0 + US_PER_HOUR), VERDICT_DUPLICATE_CONTENT);
}

static void other_content_is_no_duplicate(void **state)
{
    (void)state;
    assert_int_equal(duplicate_at(T0), VERDICT_APPROVED);
    signal.direction = DIRECTION_SHORT;
    assert_int_equal(duplicate_at(T0), VERDICT_APPROVED);
    signal.stop_e12 = 22 * CENT_E12;
    assert_int_equal(duplicate_at(T0), VERDICT_APPROVED);
    set_text(signal.confidence, "Low");
    assert_int_equal(duplicate_at(T0), VERDICT_APPROVED);
    assert_int_equal(duplicate_at(T0), VERDICT_DUPLICATE_CONTENT);
}

static void two_sources_may_use_the_same_ids(void **state)
{
    (void)state;
    set_text(signal.external_id, "1");
    assert_int_equal(normalise(), VERDICT_APPROVED);
    normal.strategy = 4;
    assert_int_equal(judge_at(20 * CENT_E12, T0), VERDICT_APPROVED);
    assert_int_equal(normalise(), VERDICT_APPROVED);
    normal.strategy = 5;
    assert_int_equal(judge_at(20 * CENT_E12, T0), VERDICT_APPROVED);
    assert_int_equal(normal.duplicate, VERDICT_APPROVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(confidence_is_a_word_in_any_case_or_a_score, setup),
        cmocka_unit_test_setup(the_column_says_the_side_then_metadata_then_long, setup),
        cmocka_unit_test_setup(what_the_reader_could_not_read_refuses, setup),
        cmocka_unit_test_setup(tokens_are_known_or_refused, setup),
        cmocka_unit_test_setup(prices_are_positive_or_refused, setup),
        cmocka_unit_test_setup(prices_of_a_coin_are_multiplied_by_the_pack, setup),
        cmocka_unit_test_setup(the_stop_column_comes_before_metadata, setup),
        cmocka_unit_test_setup(an_entry_zone_is_lowest_to_highest, setup),
        cmocka_unit_test_setup(targets_are_equal_parts_and_the_last_takes_the_rest, setup),
        cmocka_unit_test_setup(target_shares_follow_their_targets, setup),
        cmocka_unit_test_setup(metadata_targets_can_be_switched_off, setup),
        cmocka_unit_test_setup(stated_leverage_is_a_cap_the_lowest_counts, setup),
        cmocka_unit_test_setup(ttl_and_trailing_fall_back_to_the_settings, setup),
        cmocka_unit_test_setup(market_volume_time_and_price_are_judged_in_order, setup),
        cmocka_unit_test_setup(a_close_is_let_through_where_an_entry_is_not, setup),
        cmocka_unit_test_setup(a_missing_price_is_the_markets, setup),
        cmocka_unit_test_setup(an_id_is_good_once_for_ever, setup),
        cmocka_unit_test_setup(the_same_content_is_a_duplicate_for_five_seconds, setup),
        cmocka_unit_test_setup(the_same_content_of_the_same_moment_is_a_duplicate_for_ever, setup),
        cmocka_unit_test_setup(other_content_is_no_duplicate, setup),
        cmocka_unit_test_setup(two_sources_may_use_the_same_ids, setup),
    };
    return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
