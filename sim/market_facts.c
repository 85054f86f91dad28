#include "sim/market_facts.h"

#include <inttypes.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/market_tapes.h"

enum { NS_DECIMALS = 9 };

/* From the opening of the first bar, or the first tick, to the close of the last one, or the last tick. */
static int64_t span_us(const struct market_symbol *symbol)
{
    const struct series_facts *bars = &symbol->bars_facts;
    struct market_span ticks = market_ticks_span(&symbol->ticks);
    int64_t first_us = INSTANT_NEVER, last_us = 0;
    if (bars->count > 0) {
        first_us = bars->first_us;
        last_us = bars->last_us + bars->interval_us;
    }
    if (ticks.count > 0) {
        first_us = ticks.first_us < first_us ? ticks.first_us : first_us;
        last_us = ticks.last_us > last_us ? ticks.last_us : last_us;
    }
    return last_us > first_us ? last_us - first_us : 0;
}

struct market_served
market_served(const struct market *market, const struct session *session, int32_t instrument)
{
    struct market_served served = {{0}};
    struct exchange_feed feed;
    exchange_feed(session->exchange, instrument, &feed);
    int64_t rest_us = span_us(&market->symbols[instrument]);
    for (int kind = FIDELITY_TRADES; kind <= FIDELITY_DEPTH; kind++) {
        served.us[kind] = feed.served_us[kind];
        rest_us -= feed.served_us[kind];
    }
    if (market->symbols[instrument].bars_facts.count > 0 && rest_us > 0) {
        served.us[FIDELITY_BARS] = rest_us;
    }
    return served;
}

/* ---- JSON ---- */

static int64_t share_ppm(const struct market_served *served, enum fidelity kind)
{
    wide_t whole = 0;
    for (int i = FIDELITY_BARS; i <= FIDELITY_DEPTH; i++) {
        whole += served->us[i];
    }
    return whole == 0 ? 0 : (int64_t)((wide_t)served->us[kind] * ONE_E6 / whole);
}

static json_t *kind_facts(const char *data, const struct market_span *span)
{
    return json_pack("{s:s,s:I,s:I,s:I}", "data", data, "records", (json_int_t)span->count, "first",
                     (json_int_t)span->first_us, "last", (json_int_t)span->last_us);
}

json_t *
market_data_facts(const struct market *market, const struct session *session, int32_t instrument)
{
    static const struct {
        const char *data;
        enum fidelity fidelity; /* FIDELITY_SIGNALS: makes no prices that orders meet */
    } kinds[MARKET_TICK_KINDS] = {
        [MARKET_TRADES] = {"trades", FIDELITY_TRADES},
        [MARKET_DEPTH] = {"depth", FIDELITY_DEPTH},
        [MARKET_QUOTES] = {"quotes", FIDELITY_QUOTES},
        [MARKET_MARK_PRICES] = {"mark prices", FIDELITY_SIGNALS},
        [MARKET_INDEX_PRICES] = {"index prices", FIDELITY_SIGNALS},
    };
    const struct market_symbol *symbol = &market->symbols[instrument];
    const struct series_facts *bars = &symbol->bars_facts;
    struct market_served served = {{0}};
    if (session != NULL) {
        served = market_served(market, session, instrument);
    }
    json_t *list = json_array();
    if (bars->count > 0) {
        struct market_span span = {bars->count, bars->first_us, bars->last_us};
        json_t *object = kind_facts("bars", &span);
        if (session != NULL) {
            int64_t share = share_ppm(&served, FIDELITY_BARS);
            (void)json_object_set_new(object, "share_ppm", json_integer((json_int_t)share));
        }
        (void)json_array_append_new(list, object);
    }
    for (int kind = 0; kind < MARKET_TICK_KINDS; kind++) {
        const struct market_span *span = &symbol->ticks.of[kind];
        if (span->count == 0) {
            continue;
        }
        json_t *object = kind_facts(kinds[kind].data, span);
        if (session != NULL && kinds[kind].fidelity != FIDELITY_SIGNALS) {
            int64_t share = share_ppm(&served, kinds[kind].fidelity);
            (void)json_object_set_new(object, "share_ppm", json_integer((json_int_t)share));
        }
        (void)json_array_append_new(list, object);
    }
    return list;
}

json_t *market_tape_facts(const struct market *market)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < market->tape_count; i++) {
        const struct market_tape *tape = &market->tapes[i];
        char digest[24];
        (void)snprintf(digest, sizeof(digest), "%016" PRIx64, tape->digest);
        (void)json_array_append_new(list, json_pack("{s:s,s:I,s:s}", "path", tape->path, "records",
                                                    (json_int_t)tape->records, "digest", digest));
    }
    return list;
}

/* ---- lines ---- */

const char *market_clock_text(const struct market *market, char out[CLOCK_TEXT_BYTES])
{
    char digits[DECIMAL_BYTES];
    (void)decimal_format(market->clock_offset_ns, NS_DECIMALS, digits);
    (void)snprintf(out, CLOCK_TEXT_BYTES, "+%s s", digits);
    return out;
}

void market_tapes_print(const struct market *market, FILE *stream)
{
    int64_t of[MARKET_TICK_KINDS] = {0};
    int32_t symbols = 0;
    for (int32_t i = 0; market->tape_count > 0 && i < market->instruments->count; i++) {
        const struct market_ticks *ticks = &market->symbols[i].ticks;
        symbols += market_ticks_span(ticks).count > 0;
        for (int kind = 0; kind < MARKET_TICK_KINDS; kind++) {
            of[kind] += ticks->of[kind].count;
        }
    }
    for (int32_t i = 0; i < market->tape_count; i++) {
        (void)fprintf(stream, "tape       %s, %" PRId64 " records\n", market->tapes[i].path,
                      market->tapes[i].records);
    }
    if (market->tick_count > 0) {
        (void)fprintf(stream,
                      "ticks      %" PRId64 " trades, %" PRId64 " depth rows, %" PRId64
                      " quotes, %" PRId64 " mark and index prices of %d symbols\n",
                      of[MARKET_TRADES], of[MARKET_DEPTH], of[MARKET_QUOTES],
                      of[MARKET_MARK_PRICES] + of[MARKET_INDEX_PRICES], symbols);
    }
    if (market->clock_offset_ns != 0) {
        char text[CLOCK_TEXT_BYTES];
        (void)fprintf(stream,
                      "clock      receiver's clock corrected by %s: some records were received "
                      "before they happened\n",
                      market_clock_text(market, text));
    }
}
