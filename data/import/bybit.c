/* Bybit: trades of derivatives and of spot as CSV, the book as NDJSON (PROTOCOLS E2). */
#include <string.h>

#include "data/import/dialects.h"
#include "data/import/messages.h"
#include "data/import/reversed.h"
#include "data/import/ticks.h"

/* ---- derivatives ---- */

/* timestamp,symbol,side,size,price,tickDirection,trdMatchID and what was appended over the years. */
static void trade_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    enum { MATCH_ID = 6 };
    struct tape_record *record = &self->record;
    ticks_time(self, &fields[0]);
    ticks_symbol(self, &fields[1]);
    ticks_side(self, &fields[2]);
    record->v[1] = ticks_size(self, &fields[3]);
    record->v[0] = ticks_price(self, &fields[4]);
    if (count > MATCH_ID) {
        record->sequence = ticks_id(self, &fields[MATCH_ID]);
    }
    reversed_add(self, TAPE_TRADE);
}

static const char *const trade_headers[] = {"timestamp,symbol,side,size,price", NULL};
static const struct ticks_format trade_format = {trade_headers, NULL, 5, 32, trade_row};

TICKS_CLAIMS(trade)

/* Older files begin with the newest. */
static bool trade_read(const struct import_probe *probe,
                       struct source *source,
                       struct import_sink *sink,
                       struct error *error)
{
    struct ticks ticks;
    struct reversed reversed = {0};
    ticks_init(&ticks, probe, sink, error);
    ticks.state = &reversed;
    bool fine = ticks_read(&ticks, &trade_format, source);
    fine = reversed_end(&ticks) && fine;
    return fine;
}

/* ---- spot ---- */

static void spot_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    record->sequence = (uint64_t)ticks_whole(self, &fields[0]);
    ticks_time(self, &fields[1]);
    record->v[0] = ticks_price(self, &fields[2]);
    record->v[1] = ticks_size(self, &fields[3]);
    ticks_side(self, &fields[4]);
    ticks_add(self, TAPE_TRADE);
}

static const char *const spot_headers[] = {"id,timestamp,price,volume,side", NULL};
static const struct ticks_format spot_format = {spot_headers, NULL, 5, 32, spot_row};
TICKS_CLAIMS(spot)
TICKS_READ(spot)

/* ---- the book ---- */

/* u of the message that was met last, and of the one that was taken last: they differ after one that had no levels. */
struct book_chain {
    int64_t met, taken;
    char symbol[SYMBOL_BYTES];
};

/* "u" is always in sequence (Bybit's description of the topic), so a delta follows u - 1; u = 1 is a snapshot after a restart. */
static void ids_read(struct ticks *self, const struct csv_field *update, bool *snapshot)
{
    struct book_chain *chain = self->state;
    int64_t number = ticks_whole(self, update);
    if (strcmp(chain->symbol, self->symbol) != 0) {
        *chain = (struct book_chain){0};
        memcpy(chain->symbol, self->symbol, sizeof(chain->symbol));
    }
    *snapshot = *snapshot || number == 1;
    self->record.sequence = (uint64_t)number;
    if (!*snapshot && number > 0) {
        self->record.v[2] = number;
        self->record.v[3] = number == chain->met + 1 ? chain->taken : number - 1;
    }
}

static void chain_go_on(struct ticks *self, const struct messages *message)
{
    struct book_chain *chain = self->state;
    int64_t number = (int64_t)self->record.sequence;
    if (self->problem == NULL) {
        chain->taken =
            message_count(message) > 0 || number != chain->met + 1 ? number : chain->taken;
        chain->met = number;
    }
}

/* {"topic","type":"snapshot"|"delta","ts","data":{"s","b","a","u","seq"},"cts"}; cts is the matching engine's clock, as in
 * trades; older frames have ts alone. */
static void book_line(struct ticks *self, struct messages *message, struct slice text)
{
    enum { TYPE, TS, DATA, CTS, KEYS };
    enum { SYMBOL, BIDS, ASKS, UPDATE, DATA_KEYS };
    static const char *const names[KEYS] = {"type", "ts", "data", "cts"};
    static const char *const data_names[DATA_KEYS] = {"s", "b", "a", "u"};
    struct slice values[KEYS] = {{NULL, 0}}, data[DATA_KEYS] = {{NULL, 0}};
    struct csv_field type, time, symbol, update;
    if (!message_members(self, text, (struct message_keys){names, values, KEYS}) ||
        !message_members(self, values[DATA], (struct message_keys){data_names, data, DATA_KEYS}) ||
        !message_text(self, values[TYPE], &type) ||
        !message_text(self, values[values[CTS].length > 0 ? CTS : TS], &time) ||
        !message_text(self, data[SYMBOL], &symbol) || !message_text(self, data[UPDATE], &update)) {
        return;
    }
    ticks_symbol(self, &symbol);
    ticks_time(self, &time);
    bool snapshot = slice_is((struct slice){type.text, type.length}, "snapshot");
    if (!snapshot && !slice_is((struct slice){type.text, type.length}, "delta")) {
        ticks_refuse(self, &type, "neither snapshot nor delta");
    }
    ids_read(self, &update, &snapshot);
    message_levels(self, message, data[BIDS], TAPE_BUY);
    message_levels(self, message, data[ASKS], 0);
    chain_go_on(self, message);
    message_add(self, message, snapshot);
}

static bool book_claims(const struct import_probe *probe, const char **why)
{
    static const char topic[] = "\"orderbook.";
    *why = "objects with the topic orderbook";
    return probe->json && memmem(probe->bytes, probe->length, topic, sizeof(topic) - 1) != NULL;
}

static bool book_read(const struct import_probe *probe,
                      struct source *source,
                      struct import_sink *sink,
                      struct error *error)
{
    struct ticks ticks;
    struct book_chain chain = {0};
    ticks_init(&ticks, probe, sink, error);
    ticks.state = &chain;
    return messages_read(&ticks, source, book_line);
}

const struct import_dialect import_bybit_trades = {
    "bybit-trades", "Bybit derivatives: timestamp,symbol,side,size,price,...", trade_claims,
    trade_read};
const struct import_dialect import_bybit_spot_trades = {
    "bybit-spot-trades", "Bybit spot: id,timestamp,price,volume,side[,rpi]", spot_claims,
    spot_read};
const struct import_dialect import_bybit_book = {
    "bybit-book", "Bybit: NDJSON of orderbook.200, orderbook.500: type, ts, data, cts", book_claims,
    book_read};
