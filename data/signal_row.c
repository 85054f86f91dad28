#include "data/signal_row.h"

#include <string.h>

#include "core/fixed.h"
#include "data/signals_csv.h"

struct slice signal_row_field(const struct signal_columns *columns,
                              enum signal_column column,
                              const struct csv_field *fields)
{
    int32_t index = columns->index[column];
    if (index == COLUMN_ABSENT) {
        return (struct slice){"", 0};
    }
    return slice_trim((struct slice){fields[index].text, fields[index].length});
}

static void text_read(struct signal *self, struct slice text, char *out, size_t capacity)
{
    if (!slice_copy(text, out, capacity)) {
        self->bad |= SIGNAL_BAD_TEXT;
    }
}

/* A confidence that was cut must not become a number that nobody wrote: its last byte is marked. */
static void confidence_read(struct signal *self, struct slice text)
{
    if (!slice_copy(text, self->confidence, sizeof(self->confidence))) {
        size_t length = strlen(self->confidence);
        self->confidence[length > 0 ? length - 1 : 0] = '~';
    }
}

enum flag { FLAG_OFF, FLAG_ON, FLAG_INVALID };

static enum flag flag_read(struct slice text)
{
    if (text.length == 0 || slice_is(text, "0") || slice_is(text, "0.0") ||
        slice_is(text, "false")) {
        return FLAG_OFF;
    }
    bool on = slice_is(text, "1") || slice_is(text, "1.0") || slice_is(text, "true");
    return on ? FLAG_ON : FLAG_INVALID;
}

/* freqtrade's four flags: an entry wins over the exit of the other side, which it implies. */
static enum signal_direction flags_direction(const enum flag flags[4])
{
    for (int i = 0; i < 4; i++) {
        if (flags[i] == FLAG_INVALID) {
            return DIRECTION_INVALID;
        }
    }
    if (flags[0] == FLAG_ON || flags[1] == FLAG_ON) {
        bool both = flags[0] == flags[1];
        enum signal_direction one = flags[0] == FLAG_ON ? DIRECTION_LONG : DIRECTION_SHORT;
        return both ? DIRECTION_INVALID : one;
    }
    bool exit = flags[2] == FLAG_ON || flags[3] == FLAG_ON;
    return exit ? DIRECTION_CLOSE : DIRECTION_UNSAID;
}

/* False: the row has flags, and none of them is set. */
static bool
side_read(struct signal *self, const struct signal_columns *columns, const struct csv_field *fields)
{
    self->direction = signal_direction_parse(signal_row_field(columns, COLUMN_SIDE, fields));
    enum flag flags[4];
    bool flagged = false;
    for (int i = 0; i < 4; i++) {
        enum signal_column column = (enum signal_column)(COLUMN_ENTER_LONG + i);
        flags[i] = flag_read(signal_row_field(columns, column, fields));
        flagged = flagged || signal_columns_has(columns, column);
    }
    if (signal_columns_has(columns, COLUMN_SIDE) || !flagged) {
        return true;
    }
    self->direction = flags_direction(flags);
    return self->direction != DIRECTION_UNSAID;
}

static void numbers_read(struct signal *self,
                         const struct signal_columns *columns,
                         const struct csv_field *fields)
{
    struct slice price = signal_row_field(columns, COLUMN_PRICE, fields);
    struct slice volume = signal_row_field(columns, COLUMN_VOLUME, fields);
    struct slice leverage = signal_row_field(columns, COLUMN_LEVERAGE, fields);
    struct slice ttl = signal_row_field(columns, COLUMN_TTL, fields);
    self->has_price = price.length > 0;
    self->has_volume = volume.length > 0;
    if (self->has_price && !signal_price_parse(price, &self->price_e12)) {
        self->bad |= SIGNAL_BAD_PRICE;
    }
    if (self->has_volume && !signal_volume_parse(volume, &self->volume, &self->volume_exponent)) {
        self->bad |= SIGNAL_BAD_VOLUME;
    }
    if (leverage.length > 0 && !signal_leverage_parse(leverage, &self->leverage)) {
        self->bad |= SIGNAL_BAD_LEVERAGE;
    }
    if (ttl.length > 0 && !signal_ttl_parse(ttl, &self->ttl_us)) {
        self->bad |= SIGNAL_BAD_TTL;
    }
}

static void entry_add(struct signal *self, struct slice text)
{
    int64_t prices_e12[TARGETS_MAX];
    int32_t count = 0;
    if (text.length == 0) {
        return;
    }
    if (!signal_prices_parse(text, prices_e12, TARGETS_MAX, &count)) {
        self->bad |= SIGNAL_BAD_ENTRY;
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        bool first = self->entry_low_e12 == 0;
        if (first || prices_e12[i] < self->entry_low_e12) {
            self->entry_low_e12 = prices_e12[i];
        }
        if (first || prices_e12[i] > self->entry_high_e12) {
            self->entry_high_e12 = prices_e12[i];
        }
    }
}

static void targets_bad(struct signal *self)
{
    self->bad |= SIGNAL_BAD_TARGET;
    self->target_count = 0;
    memset(self->target_e12, 0, sizeof(self->target_e12));
}

/* take_profit, else tp1 .. tpN in the order of their numbers, empty ones left out. */
static void targets_read(struct signal *self,
                         const struct signal_columns *columns,
                         const struct csv_field *fields)
{
    struct slice list = signal_row_field(columns, COLUMN_TAKE_PROFIT, fields);
    if (list.length > 0) {
        if (!signal_prices_parse(list, self->target_e12, TARGETS_MAX, &self->target_count)) {
            targets_bad(self);
        }
        return;
    }
    for (int i = 0; i < TARGETS_MAX; i++) {
        enum signal_column column = (enum signal_column)(COLUMN_TARGET_FIRST + i);
        struct slice one = signal_row_field(columns, column, fields);
        if (one.length == 0) {
            continue;
        }
        if (!signal_price_parse(one, &self->target_e12[self->target_count])) {
            targets_bad(self);
            return;
        }
        self->target_count++;
    }
}

bool signal_row_read(struct signal *self,
                     const struct signal_columns *columns,
                     const struct csv_field *fields)
{
    struct slice token = signal_row_field(columns, COLUMN_TOKEN, fields);
    struct slice source = signal_row_field(columns, COLUMN_SOURCE, fields);
    struct slice id = signal_row_field(columns, COLUMN_ID, fields);
    struct slice stop = signal_row_field(columns, COLUMN_STOP, fields);
    struct slice metadata = signal_row_field(columns, COLUMN_METADATA, fields);
    text_read(self, token, self->token, sizeof(self->token));
    text_read(self, source.length > 0 ? source : slice_of("csv"), self->source,
              sizeof(self->source));
    text_read(self, id, self->external_id, sizeof(self->external_id));
    confidence_read(self, signal_row_field(columns, COLUMN_CONFIDENCE, fields));
    if (!side_read(self, columns, fields)) {
        return false;
    }
    numbers_read(self, columns, fields);
    if (stop.length > 0 && !signal_price_parse(stop, &self->stop_e12)) {
        self->bad |= SIGNAL_BAD_STOP;
    }
    targets_read(self, columns, fields);
    if (metadata.length > 0) {
        (void)signal_metadata_parse(self, metadata.text, metadata.length);
    }
    entry_add(self, signal_row_field(columns, COLUMN_ENTRY, fields));
    entry_add(self, signal_row_field(columns, COLUMN_ENTRY_LOW, fields));
    entry_add(self, signal_row_field(columns, COLUMN_ENTRY_HIGH, fields));
    return true;
}
