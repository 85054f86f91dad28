#include "sim/facts.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/session_facts.h"
#include "sim/market_facts.h"

static json_t *decimal(int64_t value, unsigned scale)
{
    char text[DECIMAL_BYTES];
    (void)decimal_format(value, scale, text);

    return json_string(text);
}

static json_t *
symbol_facts(const struct market *market, int32_t instrument, const struct session *session)
{
    const struct market_symbol *symbol = &market->symbols[instrument];
    const struct instrument *item = &market->instruments->items[instrument];
    const struct series_facts *facts = &symbol->bars_facts;
    json_t *object =
        json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "symbol", item->symbol, "bars",
                  (json_int_t)facts->count, "first", (json_int_t)facts->first_us, "last",
                  (json_int_t)facts->last_us, "interval_us", (json_int_t)facts->interval_us, "gaps",
                  (json_int_t)facts->gaps, "missing", (json_int_t)facts->missing, "duplicates",
                  (json_int_t)facts->duplicates, "unsorted", (json_int_t)facts->unsorted, "funding",
                  (json_int_t)symbol->funding_count);
    if (session != NULL) { /* the exchange knows where its marks came from */
        (void)json_object_set_new(object, "mark_source",
                                  json_string(exchange_mark_source(session->exchange, instrument)));
        (void)json_object_set_new(
            object, "funding_missing",
            json_integer((json_int_t)exchange_funding_missing(session->exchange, instrument)));
    }
    (void)json_object_set_new(object, "dialect",
                              json_string(facts->dialect == NULL ? "none" : facts->dialect));
    (void)json_object_set_new(
        object, "tiers",
        json_string(item->tiers_default ? "default (conservative)" : market->tiers_path));
    (void)json_object_set_new(
        object, "rules",
        json_string(
            item->rules_default
                ? "default: tick from the candles, lot worth at most 1 USD, minimum notional 5"
                : "from the instrument table"));
    (void)json_object_set_new(object, "data", market_data_facts(market, session, instrument));
    (void)json_object_set_new(object, "tick", decimal(item->tick_e12, 12));
    (void)json_object_set_new(object, "lot", decimal(item->lot_e6, 6));
    return object;
}

static json_t *symbols(const struct market *market, const struct session *session)
{
    json_t *list = json_array();
    for (int32_t instrument = 0; instrument < market->instruments->count; instrument++) {
        (void)json_array_append_new(list, symbol_facts(market, instrument, session));
    }
    return list;
}

static json_t *market_change(const struct market *market)
{
    json_t *list = json_array();
    for (int32_t instrument = 0; instrument < market->instruments->count; instrument++) {
        const struct market_symbol *symbol = &market->symbols[instrument];
        bool bars = symbol->bars_facts.count > 0;
        int64_t first_e12 =
            bars ? symbol->bars_facts.first_price_e12 : symbol->ticks.first_price_e12;
        if (first_e12 == 0) {
            continue;
        }
        json_t *row = json_object();
        (void)json_object_set_new(row, "symbol",
                                  json_string(market->instruments->items[instrument].symbol));
        (void)json_object_set_new(row, "first", decimal(first_e12, 12));
        (void)json_object_set_new(
            row, "last",
            decimal(bars ? symbol->bars_facts.last_price_e12 : symbol->ticks.last_price_e12, 12));
        (void)json_array_append_new(list, row);
    }
    return list;
}

static json_t *signal_facts(const struct signals_file *signals)
{
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:s}", "rows", (json_int_t)signals->rows, "bad_rows",
                     (json_int_t)signals->bad_rows, "moved_rows", (json_int_t)signals->moved_rows,
                     "without_confidence", (json_int_t)signals->without_confidence, "without_price",
                     (json_int_t)signals->without_price, "without_volume",
                     (json_int_t)signals->without_volume, "time_unit",
                     signals->time_unit == NULL ? "none" : signals->time_unit);
}

static void add_note(json_t *notes, bool wanted, const char *text)
{
    if (wanted) {
        (void)json_array_append_new(notes, json_string(text));
    }
}

static json_t *notes_of(const struct market *market)
{
    json_t *notes = json_array();
    bool rules = false;
    bool tiers = false;
    bool no_funding = false;
    for (int32_t instrument = 0; instrument < market->instruments->count; instrument++) {
        rules = rules || market->instruments->items[instrument].rules_default;
        tiers = tiers || market->instruments->items[instrument].tiers_default;
        no_funding = no_funding || market->symbols[instrument].funding_count == 0;
    }
    add_note(notes, rules,
             "Instrument rules are the documented default where no dated table names the symbol.");
    add_note(notes, tiers,
             "Leverage brackets are the documented conservative default where no dated table names "
             "the symbol.");
    add_note(notes, !tiers && market->tiers_path[0] != '\0',
             "Leverage brackets are those of the table's own date, not of the run's.");
    add_note(notes, no_funding,
             "Symbols without a funding file pay and receive no funding; see the symbol table.");
    add_note(notes, market->tape_count > 0,
             "A tape was read: the hash of the data is that of its records, not of the files that "
             "it was imported from; the results are those of the files.");
    if (market->clock_offset_ns != 0) {
        char text[CLOCK_TEXT_BYTES];
        (void)json_array_append_new(
            notes, json_sprintf("The receiver's clock was corrected by %s: without it some records "
                                "were received before they happened.",
                                market_clock_text(market, text)));
    }
    return notes;
}

static json_t *bounds_facts(const struct run_result *one, const struct run_result *other)
{
    struct run_bounds bounds = run_bounds(one, other);

    return json_pack("{s:o,s:o,s:I,s:I}", "profit_low", decimal(bounds.profit_low_e8, 8),
                     "profit_high", decimal(bounds.profit_high_e8, 8), "liquidations_low",
                     (json_int_t)bounds.liquidations_low, "liquidations_high",
                     (json_int_t)bounds.liquidations_high);
}

char *facts_json(const struct run_inputs *inputs,
                 const struct session *session,
                 const struct run_result *result)
{
    const struct market *market = inputs->market;
    char *own = session_facts_json(inputs->simulation, session);
    json_t *root = own == NULL ? NULL : json_loads(own, 0, NULL);
    free(own);
    if (root == NULL) {
        return NULL;
    }
    (void)json_object_set_new(root, "venue", json_string(market->venue));
    (void)json_object_set_new(
        root, "window",
        json_pack("[I,I]", (json_int_t)market->range.first_us, (json_int_t)market->range.last_us));
    (void)json_object_set_new(root, "symbols", symbols(market, session));
    (void)json_object_set_new(root, "tapes", market_tape_facts(market));
    (void)json_object_set_new(root, "clock_offset_ns",
                              json_integer((json_int_t)market->clock_offset_ns));
    (void)json_object_set_new(root, "market_change", market_change(market));
    (void)json_object_set_new(root, "signals", signal_facts(inputs->signals));
    (void)json_object_set_new(root, "notes", notes_of(market));
    const struct run_result *other = result != NULL && inputs->other.result != NULL
                                         ? inputs->other.result(inputs->other.self)
                                         : NULL;
    if (other != NULL) {
        (void)json_object_set_new(root, "bounds", bounds_facts(result, other));
    }
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);

    return text;
}
