/* Tardis' derivative_ticker: mark and index price, open interest and funding of perpetuals (PROTOCOLS E3), and how each of its
 * rows begins. */
#include "data/import/tardis.h"

#include <stdlib.h>
#include <string.h>

#include "data/import/dialects.h"

/* Venues whose amounts are contracts of some coin, by how their names begin. (Contracts of one or ten dollars, as those of
 * BitMEX and Deribit, are what the tape counts for inverse instruments.) */
static bool venue_has_contracts(const struct csv_field *exchange)
{
    static const char *const venues[] = {"okex-swap", "okex-futures", "huobi-dm-linear-swap",
                                         "gate-io-futures", "kucoin-futures"};
    for (size_t i = 0; i < ARRAY_COUNT(venues); i++) {
        size_t length = strlen(venues[i]);
        if (exchange->length >= length && memcmp(exchange->text, venues[i], length) == 0) {
            return true;
        }
    }
    return false;
}

void tardis_begin(struct ticks *self, const struct csv_field *fields)
{
    self->contracts = venue_has_contracts(&fields[TARDIS_EXCHANGE]);
    if (self->contracts && self->probe->contract.mantissa == 0) {
        ticks_contract_missing(self, &fields[TARDIS_SYMBOL]);
        return;
    }
    ticks_symbol(self, &fields[TARDIS_SYMBOL]);
    ticks_time(self, &fields[TARDIS_TIME]);
    ticks_receive(self, &fields[TARDIS_LOCAL]);
}

/* ---- the ticker ---- */

enum {
    FUNDING_TIME = TARDIS_FIRST,
    FUNDING_RATE,
    PREDICTED_RATE,
    OPEN_INTEREST,
    LAST_PRICE,
    INDEX_PRICE,
    MARK_PRICE,
    COLUMNS
};

/* A number as it stood in the row before; a record is written when it changes. */
struct told {
    int64_t value;
    struct import_written written;
    bool is;
};

struct ticker {
    char symbol[SYMBOL_BYTES];
    struct told mark, index, interest;
    int64_t funding_us, rate_e16; /* of the settlement to come; 0: none told */
};

struct tickers {
    struct ticker *items;
    int32_t count, recent;
};

static struct ticker *ticker_find(struct tickers *self, const char *symbol)
{
    for (int32_t i = 0; i < self->count; i++) {
        int32_t at = (self->recent + i) % self->count;
        if (strcmp(self->items[at].symbol, symbol) == 0) {
            self->recent = at;
            return &self->items[at];
        }
    }
    self->items = realloc(self->items, (size_t)(self->count + 1) * sizeof(*self->items));
    CHECK(self->items != NULL);
    struct ticker *ticker = &self->items[self->count];
    memset(ticker, 0, sizeof(*ticker));
    (void)snprintf(ticker->symbol, sizeof(ticker->symbol), "%s", symbol);
    self->recent = self->count++;
    return ticker;
}

/* Empty cells say nothing. */
static struct told told_read(struct ticks *self, const struct csv_field *field, bool price)
{
    struct told told = {.is = field->length > 0};
    if (told.is) {
        ticks_price_begin(self);
        told.value = price ? ticks_price(self, field) : ticks_size(self, field);
        told.written = self->written;
    }
    return told;
}

static void told_add(struct ticks *self, struct told *before, struct told now, enum tape_kind kind)
{
    bool same = before->is && before->value == now.value &&
                before->written.size_decimals == now.written.size_decimals;
    if (!now.is || same) {
        return;
    }
    *before = now;
    self->record.v[0] = now.value;
    self->written = now.written;
    ticks_add(self, kind);
}

/* funding_rate takes effect at funding_timestamp: when that moves on, what was told last before it is what was settled. Of a
 * settlement that lay before the file's first row nothing is known. */
static void funding_add(struct ticks *self, struct ticker *ticker, int64_t funding_us, int64_t rate)
{
    const struct tape_record row = self->record;
    int64_t settled_us = ticker->funding_us;
    if (settled_us > 0 && funding_us > settled_us) {
        self->record = (struct tape_record){.time_us = settled_us,
                                            .v = {ticker->rate_e16, funding_us - settled_us}};
        self->written = (struct import_written){.time_ms = settled_us % 1000 == 0,
                                                .time_s = settled_us % 1000000 == 0};
        ticks_add(self, TAPE_FUNDING);
        self->record = row;
    }
    if (funding_us >= row.time_us) {
        ticker->funding_us = funding_us;
        ticker->rate_e16 = rate;
    } else if (funding_us > settled_us) {
        ticker->funding_us = 0;
    }
}

static void ticker_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    enum { RATE_DECIMALS = 16 };
    int64_t funding_us = 0, rate = 0;
    tardis_begin(self, fields);
    bool funding = fields[FUNDING_TIME].length > 0 && fields[FUNDING_RATE].length > 0;
    if (funding) {
        funding_us = ticks_time_us(self, &fields[FUNDING_TIME]);
        rate = ticks_scaled(self, &fields[FUNDING_RATE], RATE_DECIMALS);
    }
    struct told mark = told_read(self, &fields[MARK_PRICE], true);
    struct told index = told_read(self, &fields[INDEX_PRICE], true);
    struct told interest = told_read(self, &fields[OPEN_INTEREST], false);
    if (self->problem != NULL || self->failed) {
        return;
    }
    struct ticker *ticker = ticker_find(self->state, self->symbol);
    if (funding) {
        funding_add(self, ticker, funding_us, rate);
    }
    told_add(self, &ticker->mark, mark, TAPE_MARK);
    told_add(self, &ticker->index, index, TAPE_INDEX);
    told_add(self, &ticker->interest, interest, TAPE_OPEN_INTEREST);
}

static const char *const ticker_headers[] = {
    TARDIS_COLUMNS "funding_timestamp,funding_rate,predicted_funding_rate,open_interest,last_price,"
                   "index_price,mark_price",
    NULL};
static const struct ticks_format ticker_format = {ticker_headers, NULL, COLUMNS, COLUMNS,
                                                  ticker_row};
TICKS_CLAIMS(ticker)

static bool ticker_read(const struct import_probe *probe,
                        struct source *source,
                        struct import_sink *sink,
                        struct error *error)
{
    struct ticks ticks;
    struct tickers tickers = {0};
    ticks_init(&ticks, probe, sink, error);
    ticks.state = &tickers;
    bool fine = ticks_read(&ticks, &ticker_format, source);
    free(tickers.items);
    return fine;
}

const struct import_dialect import_tardis_ticker = {
    "tardis-ticker", "Tardis derivative_ticker: ...,funding_timestamp,...,index_price,mark_price",
    ticker_claims, ticker_read};
