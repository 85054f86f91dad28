/* Steps of a fee ladder: what is taken ascends from zero with fees below one, and a meter over it
 * stays within its steps; what is refused has a reason. */
#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/fee_ladder.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

const char *const fuzz_seeds[] = {"0:0.02%:0.05%",
                                  "0:0.02%:0.05%,5000000:0.015%:0.04%,25000000:0:0.035%",
                                  "0:0.0002:0.0005,1.5:1e-4:4e-4", "0:0:0", NULL};

static void ladder_check(const struct fee_ladder *ladder)
{
    struct fee_meter meter;
    for (int32_t i = 0; i < ladder->count; i++) {
        const struct fee_step *step = &ladder->steps[i];
        CHECK(i == 0 ? step->volume_e8 == 0 : step->volume_e8 > ladder->steps[i - 1].volume_e8);
        CHECK(step->maker_e9 >= 0 && step->maker_e9 < ONE_E9);
        CHECK(step->taker_e9 >= 0 && step->taker_e9 < ONE_E9);
    }
    if (ladder->count == 0) {
        return;
    }
    fee_meter_init(&meter, ladder, 2, ladder->steps[ladder->count - 1].volume_e8);
    CHECK(fee_meter_rate_e9(&meter, US_PER_DAY, LIQUIDITY_TAKER) ==
          ladder->steps[ladder->count - 1].taker_e9);
    fee_meter_add(&meter, US_PER_DAY, 0);
    CHECK(fee_meter_rate_e9(&meter, 4 * US_PER_DAY, LIQUIDITY_TAKER) == ladder->steps[0].taker_e9);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct config_list texts;
    static struct fee_ladder ladder;
    struct error error;
    size_t used = 0;
    texts.count = 0;
    while (used < size && texts.count < CONFIG_LIST_MAX) {
        char *name = texts.names[texts.count++];
        size_t length = 0;
        while (used < size && data[used] != ',' && length + 1 < CONFIG_NAME_BYTES) {
            name[length++] = (char)data[used++];
        }
        name[length] = '\0';
        used++;
    }
    error_init(&error);
    if (fee_ladder_parse(&ladder, &texts, &error)) {
        ladder_check(&ladder);
    } else {
        CHECK(error.code == EXIT_CODE_USAGE && error.text[0] != '\0');
    }
    return 0;
}
