/* Prices, amounts and contracts to a venue's precision: core/precision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/precision.h"
#include "tests/oracles/oracle.h"

enum { SCALE = 12, CCXT_DECIMALS = 2, CCXT_TICK = 4 };

static enum precision_mode mode_of(const char *word)
{
    if (strcmp(word, "TICK_SIZE") == 0) {
        return PRECISION_TICK;
    }
    return strcmp(word, "DECIMAL_PLACES") == 0 ? PRECISION_DECIMALS : PRECISION_SIGNIFICANT;
}

static enum oracle_answer
expect_rounded(const struct oracle *self, int64_t value, enum rounding rounding)
{
    enum precision_mode mode = mode_of(oracle_text(self, "precision_mode"));
    int64_t precision = oracle_input(self, "precision", mode == PRECISION_TICK ? SCALE : 0);
    int64_t step = precision_step(mode, precision, SCALE, value);
    int64_t rounded = precision_round(value, step, rounding);
    int64_t expected = oracle_scaled(json_object_get(self->expected, "expected"), SCALE);
    /* Exact: equal to the last unit. */
    return oracle_close(self, "rounded", (double)(rounded - expected), 0, 0, 0);
}

enum oracle_answer oracle_amount(struct oracle *self)
{
    return expect_rounded(self, oracle_input(self, "amount", SCALE), ROUND_DOWN);
}

enum oracle_answer oracle_price(struct oracle *self)
{
    const char *word = oracle_text(self, "rounding_mode");
    enum rounding rounding =
        ROUND_DOWN; /* TRUNCATE and ROUND_DOWN are one for what is not negative */
    if (strcmp(word, "ROUND_UP") == 0) {
        rounding = ROUND_UP;
    } else if (strcmp(word, "ROUND") == 0) {
        rounding = ROUND_NEAREST;
    }
    /* One row has sixteen digits; the decimal text of a double has fifteen (DESIGN 7). */
    return expect_rounded(self, oracle_input(self, "price", SCALE), rounding);
}

/* Sizes of a run are _e6: so is this one. */
enum oracle_answer oracle_contracts(struct oracle *self)
{
    int64_t mode = oracle_input(self, "precision_mode", 0);
    assert_true(mode == CCXT_DECIMALS || mode == CCXT_TICK);
    int64_t contracts_e6 =
        mode == CCXT_TICK
            ? precision_step(PRECISION_TICK, oracle_input(self, "precision", 6), 6, 0)
            : precision_step(PRECISION_DECIMALS, oracle_input(self, "precision", 0), 6, 0);
    int64_t lot_e6 = 0;
    assert_true(precision_lot(contracts_e6, oracle_input(self, "contract_size", 6), 6, &lot_e6));
    int64_t rounded_e6 = precision_round(oracle_input(self, "amount", 6), lot_e6, ROUND_DOWN);
    int64_t expected_e6 = oracle_scaled(json_object_get(self->expected, "expected"), 6);
    return oracle_close(self, "amount", (double)(rounded_e6 - expected_e6), 0, 0, 0);
}
