#include "data/journal_inputs.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/feed_ticks.h"

enum {
    BAR_WORDS = 8,
    TICK_WORDS = 8,
    COVER_WORDS = 4,
    SHAPE_FLAGS = 16, /* a tick's shape: kind, flags << 16, size decimals << 32 */
    SHAPE_DECIMALS = 32
};

static void set(struct journal_words *out, const int64_t *words, int32_t count)
{
    memset(out, 0, sizeof(*out));
    memcpy(out->words, words, (size_t)count * sizeof(words[0]));
    out->count = count;
}

static void of_bar(const struct feed_record *record, struct journal_words *out)
{
    const struct feed_bar *bar = &record->bar;
    const int64_t words[BAR_WORDS] = {record->time_us, bar->interval_us,    bar->open_e12,
                                      bar->high_e12,   bar->low_e12,        bar->close_e12,
                                      bar->volume,     bar->volume_exponent};
    set(out, words, BAR_WORDS);
}

/* What most ticks have comes first, in the five words of the record itself. */
static void of_tick(const struct feed_record *record, struct journal_words *out)
{
    const struct tape_record *tick = record->tick.record;
    int64_t decimals = record->tick.size_decimals - FEED_SIZE_SCALE_MIN;
    int64_t shape = tick->kind | (int64_t)tick->flags << SHAPE_FLAGS | decimals << SHAPE_DECIMALS;
    const int64_t words[TICK_WORDS] = {
        record->time_us,  shape,      tick->v[0], tick->v[1], (int64_t)tick->sequence,
        tick->receive_ns, tick->v[2], tick->v[3]};
    set(out, words, TICK_WORDS);
}

static void of_cover(const struct feed_record *record, struct journal_words *out)
{
    const struct feed_cover *cover = &record->cover;
    const int64_t words[COVER_WORDS] = {record->time_us, (int64_t)cover->fidelity, cover->first_us,
                                        cover->last_us};
    set(out, words, COVER_WORDS);
}

void journal_of_input(const struct feed_record *record, struct journal_words *out)
{
    switch (record->kind) {
    case FEED_BAR:
    case FEED_MARK: of_bar(record, out); break;
    case FEED_TICK: of_tick(record, out); break;
    case FEED_COVERS: of_cover(record, out); break;
    case FEED_FUNDING: set(out, (const int64_t[]){record->time_us, record->rate_e16}, 2); break;
    case FEED_PRICE: set(out, (const int64_t[]){record->time_us, record->price_e12}, 2); break;
    case FEED_CLOCK: set(out, (const int64_t[]){record->time_us, record->offset_ns}, 2); break;
    case FEED_START:
    case FEED_SIGNAL:
    case FEED_SYMBOL_END:
    case FEED_FINISH: set(out, &record->time_us, 1); break;
    }
}

/* ---- back ---- */

static bool to_bar(const struct journal_words *words, bool mark, struct feed_bar *bar)
{
    const int64_t *word = words->words;
    *bar = (struct feed_bar){.interval_us = word[1],
                             .open_e12 = word[2],
                             .high_e12 = word[3],
                             .low_e12 = word[4],
                             .close_e12 = word[5],
                             .volume = word[6],
                             .volume_exponent = (int32_t)word[7]};
    bool enclosed = bar->low_e12 >= 1 && bar->low_e12 <= bar->open_e12 &&
                    bar->low_e12 <= bar->close_e12 && bar->high_e12 >= bar->open_e12 &&
                    bar->high_e12 >= bar->close_e12;
    bool volume = word[7] >= 0 && word[7] <= FEED_VOLUME_SCALE_MAX && bar->volume >= 0 &&
                  (!mark || (word[6] == 0 && word[7] == 0));
    return words->count == BAR_WORDS && enclosed && volume && bar->interval_us >= 1 &&
           bar->interval_us <= 366 * US_PER_DAY;
}

static bool tick_fits(const struct tape_record *tick, const struct feed_tick_kind *kind)
{
    for (int i = 0; i < FEED_TICK_FIELDS; i++) {
        const struct feed_tick_field *field = &kind->fields[i];
        bool id = field->key != NULL && field->unit == FEED_TICK_ID;
        bool price = field->key != NULL && field->unit == FEED_TICK_PRICE;
        if ((field->key == NULL && tick->v[i] != 0) || (!id && tick->v[i] < (price ? 1 : 0))) {
            return false;
        }
    }
    return true;
}

static unsigned known_flags(void)
{
    unsigned known = TAPE_RECEIVED;
    for (int i = 0; i < FEED_TICK_FLAGS; i++) {
        known |= feed_tick_flags[i].bit;
    }
    return known;
}

static bool
to_tick(const struct journal_words *words, struct tape_record *tick, struct feed_tick *out)
{
    const int64_t *word = words->words;
    int64_t decimals = (word[1] >> SHAPE_DECIMALS) + FEED_SIZE_SCALE_MIN;
    *tick = (struct tape_record){.time_us = word[0],
                                 .receive_ns = word[5],
                                 .sequence = (uint64_t)word[4],
                                 .kind = (uint16_t)word[1],
                                 .flags = (uint16_t)(word[1] >> SHAPE_FLAGS),
                                 .v = {word[2], word[3], word[6], word[7]}};
    *out = (struct feed_tick){tick, (int32_t)decimals};
    const struct feed_tick_kind *kind = feed_tick_of_kind(tick->kind);
    return words->count == TICK_WORDS && kind != NULL && tick_fits(tick, kind) &&
           decimals >= (kind->sized ? FEED_SIZE_SCALE_MIN : 0) &&
           decimals <= (kind->sized ? FEED_SIZE_SCALE_MAX : 0) &&
           (tick->flags & ~known_flags()) == 0;
}

static bool to_cover(const struct journal_words *words, struct feed_cover *out)
{
    const int64_t *word = words->words;
    *out = (struct feed_cover){
        .fidelity = (enum fidelity)word[1], .first_us = word[2], .last_us = word[3]};
    return words->count == COVER_WORDS && word[1] >= FIDELITY_TRADES && word[1] <= FIDELITY_DEPTH &&
           word[2] >= 0 && word[2] <= word[3] && word[3] < FEED_TIME_MAX_US;
}

bool journal_to_input(const struct journal_words *words,
                      struct feed_record *record,
                      struct tape_record *tick)
{
    int64_t value = words->words[1];
    record->time_us = words->words[0];
    if (words->count < 1 || record->time_us < 0 || record->time_us >= FEED_TIME_MAX_US) {
        return false;
    }
    switch (record->kind) {
    case FEED_BAR:
    case FEED_MARK: return to_bar(words, record->kind == FEED_MARK, &record->bar);
    case FEED_TICK: return to_tick(words, tick, &record->tick);
    case FEED_COVERS: return to_cover(words, &record->cover);
    case FEED_FUNDING: record->rate_e16 = value; return words->count == 2 && value >= -ONE_E16;
    case FEED_PRICE: record->price_e12 = value; return words->count == 2 && value >= 1;
    case FEED_CLOCK: record->offset_ns = value; return words->count == 2;
    case FEED_SYMBOL_END:
    case FEED_FINISH: return words->count == 1;
    case FEED_START:
    case FEED_SIGNAL: return false;
    }
    return false;
}
