/* signals.h - the signal processor: judges one struct signal and turns it into a struct
 * normal_signal, or says why not.
 * Order    signals_normalise() (form and token), then signals_judge() (market, volume floor, clock,
 *          price, duplicates). Both answer VERDICT_APPROVED or the first denial in the order of
 *          core/verdict.h.
 * Laws     column before metadata, for the side and for the stop; a silent side is long; confidence
 *          is a word in any case or a score (0..1, or above 1 up to 100; "85%"), empty is Low;
 *          prices of a signal that names the coin of a 1000-contract are multiplied by the pack;
 *          stated leverage is a cap. What a settings switch turns off is not read at all. Anything
 *          that is not what it must be refuses the signal: nothing is repaired.
 * Units    prices _e12 per unit of the instrument.
 * Failure  verdicts only. Price missing at the source: the market's is taken (signals_judge).
 * Memory   two rings of DUPLICATES_MAX keys; the oldest is forgotten, and counted. Cost: no
 *          heap, no clock. */
#ifndef CORE_SIGNALS_H
#define CORE_SIGNALS_H

#include "core/base.h"
#include "core/digest.h"
#include "core/instruments.h"
#include "core/recent.h"
#include "core/settings.h"
#include "core/signal.h"
#include "core/types.h"
#include "core/verdict.h"

struct normal_signal {
    int64_t signal_id;
    int64_t timestamp_us;
    int32_t instrument;
    int32_t strategy; /* index of the source; the caller sets it before signals_judge */
    enum confidence confidence;
    enum signal_direction direction;       /* LONG, SHORT or CLOSE */
    enum side side;                        /* of the direction; CLOSE: long, without meaning */
    bool price_from_market;                /* the signal had none */
    int64_t price_e12;                     /* > 0 after signals_judge */
    int64_t entry_low_e12, entry_high_e12; /* zone; 0: none, both or neither */
    int64_t stop_e12;                      /* 0: the tier's default distance serves */
    const char *stop_source;               /* "stop_loss", "metadata.stop", "default" */
    int32_t target_count;
    int64_t target_e12[TARGETS_MAX];      /* in the order in which the price reaches them */
    int64_t target_share_e9[TARGETS_MAX]; /* their sum is exactly ONE_E9 */
    int64_t trailing_e9;    /* callback; 0: none; the setting where the signal has none */
    int32_t leverage_cap;   /* 0: none stated */
    int64_t ttl_us;         /* of the entry; the setting where the signal has none */
    enum verdict duplicate; /* APPROVED, DUPLICATE_ID or DUPLICATE_CONTENT: risk C10 */
};

/* What the core knows of the instrument's market when the signal comes. */
struct signals_market {
    bool known; /* false: no price yet, delisted, in an outage */
    int64_t mark_e12;
};

struct signals {
    struct recent identities; /* external ids, by source */
    struct recent contents;
};

void signals_init(struct signals *self);

/* Form and token: BAD_TOKEN .. UNKNOWN_TOKEN. On success *out is complete but for strategy,
 * duplicate and a missing price; on failure out->instrument (INSTRUMENT_NONE: unknown), side,
 * direction and confidence are as far as they could be read. */
enum verdict signals_normalise(const struct settings *settings,
                               const struct instruments *instruments,
                               const struct signal *signal,
                               struct normal_signal *out);
/* The confidence a text means; false: neither word nor score. */
bool signals_confidence(const struct settings *settings, const char *text, enum confidence *out);
/* Adds what the signal says, the price given apart; not id, time and volume. */
void signals_mix(struct digest *digest, const struct normal_signal *normal, int64_t price);

/* NO_MARKET, VOLUME_FLOOR, FROM_THE_FUTURE, OFF_MARKET. Fills a missing price, and
 * normal->duplicate: a duplicate is no verdict here, because C1 to C3 come before C10 (RISK
 * 2.2). A signal without denial is remembered, duplicate or not. Content is a duplicate within
 * the window, and for ever when the publication time is the same too. */
enum verdict signals_judge(struct signals *self,
                           const struct settings *settings,
                           const struct signal *signal,
                           const struct signals_market *market,
                           int64_t now_us,
                           struct normal_signal *normal);

#endif
