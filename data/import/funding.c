/* Funding rates: one reader (data/funding.h), told apart by their columns. */
#include "data/funding.h"

#include <string.h>

#include "data/import/dialects.h"
#include "data/import/probe.h"
#include "data/import/sink.h"
#include "data/market_names.h"
#include "data/number.h"

/* ---- what a file is ---- */

static bool said_otherwise(const struct import_probe *probe)
{
    return probe->said >= 0 && probe->said != MANIFEST_FUNDING;
}

static bool named_funding(const struct import_probe *probe)
{
    return probe->said == MANIFEST_FUNDING || market_name_kind(probe->name) == MANIFEST_FUNDING;
}

static bool binance_claims(const struct import_probe *probe, const char **why)
{
    *why = "header calc_time,funding_interval_hours";
    return !said_otherwise(probe) && probe_header_is(probe, "calc_time,funding_interval_hours");
}

static bool okx_claims(const struct import_probe *probe, const char **why)
{
    *why = "header instrument_name,funding_rate";
    return !said_otherwise(probe) && probe_header_is(probe, "instrument_name,funding_rate");
}

static bool csv_claims(const struct import_probe *probe, const char **why)
{
    enum { COLUMNS_MAX = 3 };
    if (said_otherwise(probe) || probe->json || binance_claims(probe, why) ||
        okx_claims(probe, why)) {
        return false;
    }
    *why = "header ts_ms,funding_rate";
    if (probe_header_is(probe, "ts_ms,funding_rate")) {
        return true;
    }
    *why = probe->said == MANIFEST_FUNDING ? "the manifest says so" : "funding in its name";
    return named_funding(probe) && (probe->header || probe->fields <= COLUMNS_MAX);
}

static bool json_claims(const struct import_probe *probe, const char **why)
{
    *why = probe->said == MANIFEST_FUNDING ? "the manifest says so" : "funding in its name";
    return probe->json && named_funding(probe);
}

/* ---- reading ---- */

struct rates {
    struct import_sink *sink;
};

static bool
take_rate(void *context, const struct funding_row *row, int64_t line, struct error *error)
{
    enum { MS_DIGITS = 12, US_DIGITS = 15 };
    struct rates *self = context;
    char symbol[SYMBOL_BYTES];
    bool named = row->symbol.length > 0;
    if (named && !slice_copy(row->symbol, symbol, sizeof(symbol))) {
        import_defect(self->sink, "bad-row", line, "the symbol is longer than any");
        return true;
    }
    struct tape_record record = {
        .time_us = row->rate.time_us,
        .kind = TAPE_FUNDING,
        .stream = import_stream(self->sink, named ? symbol : NULL, TAPE_FUNDING, 0),
        .v = {row->rate.rate_e16, row->interval_us}};
    const struct import_written as = {
        .price_decimals = (int8_t)row->decimals,
        .time_ms = row->time_digits >= MS_DIGITS &&
                   row->time_digits<US_DIGITS, .time_s = row->time_digits> 0 &&
                   row->time_digits < MS_DIGITS};
    return import_add(self->sink, &record, as, line, error);
}

static bool rates_read(const struct import_probe *probe,
                       struct source *source,
                       struct import_sink *sink,
                       struct error *error)
{
    (void)probe;
    struct rates self = {sink};
    const struct funding_taker taker = {&self, take_rate};
    struct funding_file file = {.path = sink->path, .range = sink->range, .taker = &taker};
    bool fine = funding_read_source(NULL, source, &file, &sink->defects, error);
    import_sink_count(sink, file.bad, file.outside);
    return fine;
}

const struct import_dialect import_binance_funding = {
    "binance-fundingRate", "Binance: calc_time,funding_interval_hours,last_funding_rate",
    binance_claims, rates_read};
const struct import_dialect import_okx_funding = {
    "okx-fundingrates", "OKX: instrument_name,funding_rate,funding_time", okx_claims, rates_read};
const struct import_dialect import_funding = {
    "funding", "ts_ms,funding_rate; by its name any CSV of a time and a rate", csv_claims,
    rates_read};
const struct import_dialect import_funding_json = {
    "json-funding", "ccxt, freqtrade: [[time,rate,...],...], \"funding\" in the name", json_claims,
    rates_read};
