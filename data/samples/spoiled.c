#include "data/samples/spoiled.h"

#include "data/samples/output.h"
#include "data/samples/story.h"

static void row_raw(struct world *self, int64_t minute, const char *rest, bool signal)
{
    char when[TEXT_NUMBER];
    instant_text((START_S + (minute + 1) * 60) * 1000 + 3000, when);
    (void)fprintf(self->signals, "%s,%s\n", when, rest);
    self->rows++;
    self->signal_count += signal ? 1 : 0;
}

void spoiled_write(struct world *self, int64_t minute)
{
    static const char *const rows[] = {
        "sample:spoiled,MOONDOG,High,0.05,1000,\"{\"\"side\"\":\"\"long\"\"}\"",
        "sample:spoiled,DOGE,Huge,0.14,1000,",
        "sample:spoiled,DOGE,High,nan,1000,\"{\"\"side\"\":\"\"long\"\"}\"",
        "sample:spoiled,SOL,Medium,-150,1000,",
        "sample:spoiled,BTC,High,999999,10,\"{\"\"side\"\":\"\"short\"\"}\"",
        "sample:spoiled,WIF,High,2.1,1000,\"{\"\"side\"\":\"\"long\"\"}\"",
        "sample:spoiled,1000PEPE,High,,1000,\"{\"\"side\"\":\"\"sideways\"\"}\"",
        "sample:spoiled,SOL,High,,1000,\"{\"\"side\"\":\"\"long\"\",\"\"stop\"\":900}\"",
        "sample:spoiled,,High,1,1000,",
        "sample:spoiled,DOGE,Low,,1000,not json",
        "sample:spoiled,DOGE,Low,,1000,\"{\"\"side\"\":\"\"close\"\"}\"",
    };
    int64_t step = self->minutes / 12;
    int64_t place = minute / step;
    if (minute % step == step / 2 && place < (int64_t)(sizeof(rows) / sizeof(rows[0]))) {
        row_raw(self, minute, rows[place], true);
    }
    if (minute == step + 7) {
        row_raw(self, minute, "sample:spoiled,DOGE,High", false); /* fields are missing */
    }
    if (minute == 2 * step + 7) {
        (void)fprintf(self->signals, "yesterday,sample:spoiled,DOGE,High,0.14,1000,\n");
        self->rows++;
    }
    if (minute == story_outage_begin(self) + 60 || minute % (self->minutes / 5) == 400) {
        /* twice in a row: the second is a duplicate, whatever becomes of the first */
        row_raw(self, minute, "sample:echo,SOL,Low,,20000,\"{\"\"side\"\":\"\"long\"\"}\"", true);
        row_raw(self, minute, "sample:echo,SOL,Low,,20000,\"{\"\"side\"\":\"\"long\"\"}\"", true);
    }
}
