/* OKX: trades and aggtrades as CSV, the book as NDJSON (PROTOCOLS E5). Sizes of swaps and futures are contracts, and the file
 * does not say what one holds. */
#include <string.h>

#include "data/import/dialects.h"
#include "data/import/messages.h"
#include "data/import/ticks.h"

/* "BTC-USDT" is spot; "BTC-USDT-SWAP" and "BTC-USDT-250328" are contracts. */
static bool instrument_has_contracts(const char *text, size_t length)
{
    const char *first = memchr(text, '-', length);
    return first != NULL && memchr(first + 1, '-', length - (size_t)(first + 1 - text)) != NULL;
}

static void instrument_read(struct ticks *self, const struct csv_field *field)
{
    self->contracts = instrument_has_contracts(field->text, field->length);
    if (self->contracts && self->probe->contract.mantissa == 0) {
        ticks_contract_missing(self, field);
        return;
    }
    ticks_symbol(self, field);
}

/* ---- trades ---- */

static void trade_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    struct tape_record *record = &self->record;
    instrument_read(self, &fields[0]);
    record->sequence = (uint64_t)ticks_whole(self, &fields[1]);
    ticks_side(self, &fields[2]);
    record->v[0] = ticks_price(self, &fields[3]);
    record->v[1] = ticks_size(self, &fields[4]);
    ticks_time(self, &fields[5]);
    ticks_add(self, TAPE_TRADE);
}

static const char *const trade_headers[] = {"instrument_name,trade_id,side,price,size,created_time",
                                            NULL};
static const struct ticks_format trade_format = {trade_headers, NULL, 6, 8, trade_row};
TICKS_CLAIMS(trade)
TICKS_READ(trade)

/* ---- the book ---- */

/* {"instId","action":"snapshot"|"update","ts","asks":[[price,size,orders]...],"bids":...}; where the recorder kept them also
 * "seqId" and "prevSeqId". */
static void book_line(struct ticks *self, struct messages *message, struct slice text)
{
    enum { ID, ACTION, TS, ASKS, BIDS, SEQUENCE, BEFORE, KEYS };
    static const char *const names[KEYS] = {"instId", "action", "ts",       "asks",
                                            "bids",   "seqId",  "prevSeqId"};
    struct slice values[KEYS] = {{NULL, 0}};
    struct csv_field id, action, time;
    if (!message_members(self, text, (struct message_keys){names, values, KEYS}) ||
        !message_text(self, values[ID], &id) || !message_text(self, values[ACTION], &action) ||
        !message_text(self, values[TS], &time)) {
        return;
    }
    instrument_read(self, &id);
    ticks_time(self, &time);
    bool snapshot = slice_is((struct slice){action.text, action.length}, "snapshot");
    if (!snapshot && !slice_is((struct slice){action.text, action.length}, "update")) {
        ticks_refuse(self, &action, "neither snapshot nor update");
    }
    struct csv_field sequence, before;
    if (values[SEQUENCE].length > 0 && message_text(self, values[SEQUENCE], &sequence)) {
        self->record.v[2] = ticks_whole(self, &sequence);
        self->record.sequence = (uint64_t)self->record.v[2];
    }
    if (!snapshot && values[BEFORE].length > 0 && message_text(self, values[BEFORE], &before)) {
        self->record.v[3] = ticks_whole(self, &before);
    }
    message_levels(self, message, values[BIDS], TAPE_BUY);
    message_levels(self, message, values[ASKS], 0);
    message_add(self, message, snapshot);
}

static bool book_claims(const struct import_probe *probe, const char **why)
{
    *why = "objects with instId and action";
    return probe->json && memmem(probe->bytes, probe->length, "\"instId\"", 8) != NULL &&
           memmem(probe->bytes, probe->length, "\"action\"", 8) != NULL;
}

static bool book_read(const struct import_probe *probe,
                      struct source *source,
                      struct import_sink *sink,
                      struct error *error)
{
    struct ticks ticks;
    ticks_init(&ticks, probe, sink, error);
    return messages_read(&ticks, source, book_line);
}

const struct import_dialect import_okx_trades = {
    "okx-trades", "OKX: instrument_name,trade_id,side,price,size,created_time[,source]",
    trade_claims, trade_read};
const struct import_dialect import_okx_book = {
    "okx-book", "OKX: NDJSON of the book: instId, action, ts, asks, bids", book_claims, book_read};
