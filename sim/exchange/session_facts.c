/* What a simulated session says of itself; see session_facts.h. */
#include "sim/exchange/session_facts.h"

#include <jansson.h>

#include "core/fixed.h"

/* RISK 2.2, evidence by fidelity: decided once, listed here and written into each assessment's checks. */
struct absence {
    enum fidelity first, last; /* where it holds */
    const char *check, *reason;
};

static const struct absence ABSENCES[] = {
    {FIDELITY_SIGNALS, FIDELITY_SIGNALS, "C4", "no volume or depth without a market"},
    {FIDELITY_SIGNALS, FIDELITY_SIGNALS, "C7",
     "the market is the last signal price; its age limit is C9's"},
    {FIDELITY_SIGNALS, FIDELITY_SIGNALS, "C8", "no book and no slippage evidence without a market"},
    {FIDELITY_BARS, FIDELITY_BARS, "C4 depth", "bars have no book"},
    {FIDELITY_TRADES, FIDELITY_QUOTES, "C4 depth", "trades and best prices show no depth"},
    {FIDELITY_BARS, FIDELITY_BARS, "C7 spread and index", "bars have neither"},
    {FIDELITY_TRADES, FIDELITY_TRADES, "C7 spread", "trades show no best prices"},
    {FIDELITY_TRADES, FIDELITY_DEPTH, "C7 index", "judged where the data have an index price"},
    {FIDELITY_BARS, FIDELITY_TRADES, "C8",
     "the slippage model's figure is checked instead of a book"},
    {FIDELITY_BARS, FIDELITY_DEPTH, "C3 age", "rules of a simulated run are those of its tables"},
    {FIDELITY_BARS, FIDELITY_DEPTH, "latency, clock skew, API errors",
     "no network in a simulated run"},
};

static json_t *not_applicable(enum fidelity fidelity)
{
    json_t *list = json_array();
    for (size_t index = 0; index < ARRAY_COUNT(ABSENCES); index++) {
        if (ABSENCES[index].first <= fidelity && fidelity <= ABSENCES[index].last) {
            (void)json_array_append_new(list, json_pack("{s:s,s:s}", "check", ABSENCES[index].check,
                                                        "reason", ABSENCES[index].reason));
        }
    }
    return list;
}

static json_t *assumptions(void)
{
    json_t *list = json_array();
    for (const char *const *text = exchange_assumptions(); *text != NULL; text++) {
        (void)json_array_append_new(list, json_string(*text));
    }
    return list;
}

static json_t *operator_facts(const struct simulation *simulation, const struct session *session)
{
    json_t *object = json_object();
    const char *word = setting_word(UNIT_OPERATOR, simulation->exchange.operator);
    (void)json_object_set_new(object, "model", json_string(word));
    if (session != NULL) {
        int64_t resets = counters_value(&session->engine->counters, COUNTER_BREAKER_RESETS);
        (void)json_object_set_new(object, "resets", json_integer((json_int_t)resets));
    }
    return object;
}

static json_t *incident_facts(const struct exchange *exchange)
{
    json_t *object = json_object();
    int64_t begun = 0;
    const char *kind = exchange_incident(exchange, 0, &begun);
    for (int32_t index = 1; kind != NULL; index++) {
        if (begun > 0) {
            (void)json_object_set_new(object, kind, json_integer((json_int_t)begun));
        }
        kind = exchange_incident(exchange, index, &begun);
    }
    return object;
}

/* What bad hours, limits and requests have done; all of it 0 on a good day. */
static json_t *trouble_facts(const struct exchange_counters *counters)
{
    return json_pack(
        "{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "feed_lost", (json_int_t)counters->feed_lost,
        "held", (json_int_t)counters->held, "refused", (json_int_t)counters->refused, "halted",
        (json_int_t)counters->halted, "delistings", (json_int_t)counters->delistings,
        "rate_refusals", (json_int_t)counters->rate_refusals, "bans", (json_int_t)counters->bans,
        "conflated", (json_int_t)counters->conflated, "crowded", (json_int_t)counters->crowded);
}

static json_t *latency_facts(const struct exchange_settings *settings)
{
    return json_pack(
        "{s:s,s:I,s:I,s:I,s:I}", "model", setting_word(UNIT_LATENCY, settings->latency_model),
        "signal_us", (json_int_t)settings->latency_signal, "feed_us",
        (json_int_t)settings->latency_feed, "order_us", (json_int_t)settings->latency_order,
        "response_us", (json_int_t)settings->latency_response);
}

static void add_money(json_t *object, const char *name, int64_t amount_e8)
{
    char text[DECIMAL_BYTES];
    (void)decimal_format(amount_e8, 8, text);
    (void)json_object_set_new(object, name, json_string(text));
}

/* The insurance fund: without a limit it counts from zero. */
static void add_fund(json_t *root, const struct session *session)
{
    const struct exchange_counters *counters = exchange_counters(session->exchange);
    json_t *object = json_object();
    (void)json_object_set_new(object, "limited",
                              json_boolean(session->settings->insurance_fund >= 0));
    add_money(object, "balance", counters->fund_e8);
    add_money(object, "losses", counters->fund_losses_e8);
    (void)json_object_set_new(root, "insurance_fund", object);
}

static void add_counters(json_t *root, const struct session *session)
{
    const struct exchange_counters *counters = exchange_counters(session->exchange);
    const struct decisions *cache = &session->engine->decisions;
    (void)json_object_set_new(
        root, "exchange",
        json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "depth_gaps",
                  (json_int_t)counters->depth_gaps, "depth_skipped",
                  (json_int_t)counters->depth_skipped, "points", (json_int_t)counters->points,
                  "funding_missing", (json_int_t)counters->funding_missing, "outages",
                  (json_int_t)counters->outages, "liquidations", (json_int_t)counters->liquidations,
                  "step_downs", (json_int_t)counters->step_downs, "takeovers",
                  (json_int_t)counters->takeovers, "deleveraged", (json_int_t)counters->deleveraged,
                  "rejects", (json_int_t)counters->rejects, "partial_fills",
                  (json_int_t)counters->partial_fills));
    (void)json_object_set_new(root, "incidents", incident_facts(session->exchange));
    (void)json_object_set_new(root, "trouble", trouble_facts(counters));
    (void)json_object_set_new(root, "cache",
                              json_pack("{s:I,s:I,s:I,s:I}", "hits", (json_int_t)cache->hits,
                                        "misses", (json_int_t)cache->misses, "evictions",
                                        (json_int_t)cache->evictions, "expiries",
                                        (json_int_t)cache->expiries));
    (void)json_object_set_new(root, "comparisons",
                              json_integer((json_int_t)session->runner.comparisons));
}

char *session_facts_json(const struct simulation *simulation, const struct session *session)
{
    char balance[DECIMAL_BYTES];
    json_t *root = json_object();
    (void)decimal_format(simulation->exchange.starting_balance, 8, balance);
    (void)json_object_set_new(root, "fidelity",
                              json_string(fidelity_text((int)simulation->settings.fidelity)));
    (void)json_object_set_new(root, "starting_balance", json_string(balance));
    (void)json_object_set_new(root, "assumptions", assumptions());
    (void)json_object_set_new(root, "not_applicable",
                              not_applicable(simulation->settings.fidelity));
    (void)json_object_set_new(root, "latency", latency_facts(&simulation->exchange));
    (void)json_object_set_new(root, "operator", operator_facts(simulation, session));
    if (session != NULL) {
        add_counters(root, session);
        add_fund(root, session);
    }
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);

    return text;
}
