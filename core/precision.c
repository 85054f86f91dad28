#include "core/precision.h"

#include "core/fixed.h"

enum { POWER_MAX = 18 };

static int64_t power_of_ten(int64_t exponent)
{
    int64_t power = 1;
    for (int64_t i = 0; i < exponent && i < POWER_MAX; i++) {
        power *= 10;
    }
    return power;
}

static int64_t digits_of(int64_t value)
{
    int64_t digits = 1;
    while (value >= 10) {
        value /= 10;
        digits++;
    }
    return digits;
}

int64_t precision_step(enum precision_mode mode, int64_t precision, unsigned scale, int64_t value)
{
    CHECK(scale <= POWER_MAX);
    switch (mode) {
    case PRECISION_TICK: CHECK(precision > 0); return precision;
    case PRECISION_DECIMALS:
        CHECK(precision >= -POWER_MAX);
        return power_of_ten((int64_t)scale - precision);
    case PRECISION_SIGNIFICANT:
        CHECK(precision > 0);
        CHECK(value >= 0);
        return power_of_ten(digits_of(value) - precision);
    }
    CHECK(false);
    return 1;
}

bool precision_lot(int64_t contracts, int64_t contract_size, unsigned scale, int64_t *out)
{
    CHECK(contracts > 0);
    CHECK(contract_size > 0);
    CHECK(scale <= POWER_MAX);
    wide_t product = (wide_t)contracts * contract_size;
    wide_t one = power_of_ten(scale);
    return product % one == 0 && fixed_narrow(product / one, out);
}

int64_t precision_round(int64_t value, int64_t step, enum rounding rounding)
{
    int64_t below = fixed_floor_to(value, step);
    int64_t rest = value - below;
    bool up =
        (rounding == ROUND_UP && rest > 0) || (rounding == ROUND_NEAREST && rest >= step - rest);
    return up && below <= INT64_MAX - step ? below + step : below;
}
