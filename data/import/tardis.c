/* Tardis.dev's data sets (PROTOCOLS E3): timestamp is the venue's clock, local_timestamp the receiver's, both in us. */
#include <stdlib.h>

#include "data/import/dialects.h"
#include "data/import/probe.h"
#include "data/import/tardis.h"
#include "data/text.h"

/* ---- trades and liquidations: id,side,price,amount ---- */

static void event_read(struct ticks *self, const struct csv_field *fields)
{
    tardis_begin(self, fields);
    if (fields[TARDIS_FIRST].length > 0) {
        self->record.sequence = ticks_id(self, &fields[TARDIS_FIRST]);
    }
    self->record.v[0] = ticks_price(self, &fields[TARDIS_FIRST + 2]);
    self->record.v[1] = ticks_size(self, &fields[TARDIS_FIRST + 3]);
}

static void trade_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    const struct csv_field *side = &fields[TARDIS_FIRST + 1];
    event_read(self, fields);
    if (slice_is((struct slice){side->text, side->length}, "unknown")) {
        self->record.flags |= TAPE_SIDE_UNKNOWN;
    } else {
        ticks_side(self, side);
    }
    ticks_add(self, TAPE_TRADE);
}

/* side is the liquidating order's: sell closes a long. */
static void liquidation_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    event_read(self, fields);
    ticks_side(self, &fields[TARDIS_FIRST + 1]);
    ticks_add(self, TAPE_LIQUIDATION);
}

/* ---- quotes: ask_amount,ask_price,bid_price,bid_amount ---- */

static void quote_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    tardis_begin(self, fields);
    record->v[2] = ticks_price(self, &fields[TARDIS_FIRST + 1]);
    record->v[0] = ticks_price(self, &fields[TARDIS_FIRST + 2]);
    const struct csv_field *const sizes[2] = {&fields[TARDIS_FIRST + 3], &fields[TARDIS_FIRST]};
    int64_t read[2] = {0, 0};
    ticks_sizes(self, sizes, read);
    record->v[1] = read[0];
    record->v[3] = read[1];
    ticks_add(self, TAPE_QUOTE);
}

/* ---- the book by its changes: is_snapshot,side,price,amount ---- */

/* By stream: the message before was of a snapshot. */
struct snapshots {
    bool open[TAPE_STREAMS_MAX];
    bool row[TAPE_STREAMS_MAX]; /* the message being read is the first of a snapshot */
    int64_t time_us[TAPE_STREAMS_MAX], receive_ns[TAPE_STREAMS_MAX]; /* of that message */
};

/* "When is_snapshot goes from false to true the book is cleared": a snapshot that comes in several messages clears it once, and
 * what follows in it are plain levels. */
static void snapshot_judge(struct ticks *self, bool snapshot)
{
    struct snapshots *all = self->state;
    struct tape_record *record = &self->record;
    uint16_t stream = ticks_stream(self, TAPE_DEPTH);
    if (stream >= TAPE_STREAMS_MAX) {
        return;
    }
    bool same = all->time_us[stream] == record->time_us &&
                all->receive_ns[stream] == record->receive_ns && all->open[stream] == snapshot;
    if (!same) {
        all->row[stream] = snapshot && !all->open[stream];
        all->open[stream] = snapshot;
        all->time_us[stream] = record->time_us;
        all->receive_ns[stream] = record->receive_ns;
    }
    record->flags |= all->row[stream] ? TAPE_SNAPSHOT_ROW : 0;
}

static void book_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    tardis_begin(self, fields);
    bool snapshot = ticks_truth(self, &fields[TARDIS_FIRST]);
    ticks_side(self, &fields[TARDIS_FIRST + 1]);
    self->record.v[0] = ticks_price(self, &fields[TARDIS_FIRST + 2]);
    self->record.v[1] = ticks_size(self, &fields[TARDIS_FIRST + 3]);
    if (self->problem == NULL && !self->failed) {
        snapshot_judge(self, snapshot);
    }
    ticks_level(self);
}

/* ---- the book as it stands: asks[0].price,asks[0].amount,bids[0].price,bids[0].amount,asks[1]... ---- */

enum { SIDES = 2, LEVELS_MAX = 60 };

/* Asks and bids take turns; a level that is not there has empty cells. */
static int32_t levels_read(struct ticks *self,
                           const struct csv_field *fields,
                           int32_t cells,
                           struct ticks_held *levels)
{
    int32_t found = 0;
    uint16_t flags = self->record.flags | TAPE_SNAPSHOT_ROW;
    for (int32_t i = 0; i < cells; i++, fields += 2) {
        if (fields[0].length == 0 && fields[1].length == 0) {
            continue;
        }
        ticks_price_begin(self);
        self->record.flags = flags | (i % SIDES == 1 ? TAPE_BUY : 0);
        self->record.v[0] = ticks_price(self, &fields[0]);
        self->record.v[1] = ticks_size(self, &fields[1]);
        levels[found++] = (struct ticks_held){self->record, self->written, true};
    }
    return found;
}

static void snapshot_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    struct ticks_held levels[LEVELS_MAX * SIDES];
    int32_t cells = (count - TARDIS_FIRST) / 2;
    if ((count - TARDIS_FIRST) % (2 * SIDES) != 0 || cells > LEVELS_MAX * SIDES) {
        ticks_refuse(self, NULL, "the number of fields is not four a level");
        return;
    }
    tardis_begin(self, fields);
    int32_t found = levels_read(self, fields + TARDIS_FIRST, cells, levels);
    if (found == 0) {
        ticks_refuse(self, NULL, "a book without a level");
    }
    for (int32_t i = 0; i < found; i++) {
        self->record = levels[i].record;
        self->written = levels[i].written;
        ticks_level(self);
    }
    ticks_level_end(self);
}

/* ---- the dialects ---- */

static const char *const trade_headers[] = {TARDIS_COLUMNS "id,side,price,amount", NULL};
static const char *const quote_headers[] = {
    TARDIS_COLUMNS "ask_amount,ask_price,bid_price,bid_amount", NULL};
static const char *const book_headers[] = {TARDIS_COLUMNS "is_snapshot,side,price,amount", NULL};
static const char *const snapshot_headers[] = {
    TARDIS_COLUMNS "asks[0].price,asks[0].amount,bids[0].price,bids[0].amount", NULL};
static const struct ticks_format trade_format = {trade_headers, NULL, 8, 8, trade_row};
static const struct ticks_format liquidation_format = {trade_headers, NULL, 8, 8, liquidation_row};
static const struct ticks_format quote_format = {quote_headers, NULL, 8, 8, quote_row};
static const struct ticks_format book_format = {book_headers, NULL, 8, 8, book_row};
static const struct ticks_format snapshot_format = {
    snapshot_headers, NULL, TARDIS_FIRST + 2 * SIDES, CSV_FIELDS_MAX, snapshot_row};
TICKS_READ(trade)
TICKS_READ(liquidation)
TICKS_CLAIMS(quote)
TICKS_READ(quote)
TICKS_CLAIMS(book)
TICKS_CLAIMS(snapshot)
TICKS_READ(snapshot)

/* Trades and liquidations have the same columns: the name of the file tells, "deribit_liquidations_2020-03-01_OPTIONS". */
static bool trade_claims(const struct import_probe *probe, const char **why)
{
    return !probe_named(probe, "liquidation") && ticks_claim(probe, &trade_format, why);
}

static bool liquidation_claims(const struct import_probe *probe, const char **why)
{
    return probe_named(probe, "liquidation") && ticks_claim(probe, &trade_format, why);
}

static bool book_read(const struct import_probe *probe,
                      struct source *source,
                      struct import_sink *sink,
                      struct error *error)
{
    struct ticks ticks;
    ticks_init(&ticks, probe, sink, error);
    ticks.state = calloc(1, sizeof(struct snapshots));
    CHECK(ticks.state != NULL);
    bool fine = ticks_read(&ticks, &book_format, source);
    free(ticks.state);
    return fine;
}

const struct import_dialect import_tardis_trades = {
    "tardis-trades", "Tardis trades: exchange,symbol,timestamp,...,id,side,price,amount",
    trade_claims, trade_read};
const struct import_dialect import_tardis_liquidations = {
    "tardis-liquidations", "Tardis liquidations: columns as its trades, told by the file's name",
    liquidation_claims, liquidation_read};
const struct import_dialect import_tardis_quotes = {
    "tardis-quotes", "Tardis quotes, book_ticker: ...,ask_amount,ask_price,bid_price,bid_amount",
    quote_claims, quote_read};
const struct import_dialect import_tardis_book = {
    "tardis-book-L2", "Tardis incremental_book_L2: ...,is_snapshot,side,price,amount", book_claims,
    book_read};
const struct import_dialect import_tardis_book_snapshot = {
    "tardis-book-snapshot", "Tardis book_snapshot_5, _25: ...,asks[0].price,asks[0].amount,...",
    snapshot_claims, snapshot_read};
