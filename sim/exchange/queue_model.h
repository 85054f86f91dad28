/* queue_model.h - how much of the market stands before a resting order of ours at its price.
 * Source   hftbacktest (Rust, models/queue.rs; docs "Queue Models", "Order Fill"), after Rigtorp, "Estimating order queue
 *          position" (2013). On arrival everything displayed at the price is ahead.
 *          trade of q at the price:  front -= q, and what was before the front is ours; traded += q
 *          level goes from a to b:   d = a - b - traded (what trades do not explain), traded = 0;
 *                                    d < 0: front = min(front, b); else with back = a - front and p the chance that a
 *                                    cancelled order stood behind us:
 *                                    front = min(front - (1 - p) d + min(back - p d, 0), b)
 *          conservative (RiskAdverseQueueModel): front = min(front, b): cancels are all behind us, as far as that can be
 *          power   (PowerProbQueueFunc)   p = f(back) / (f(back) + f(front)),   f(x) = x^n
 *          power2  (PowerProbQueueFunc2)  p = f(back) / f(back + front)
 *          power3  (PowerProbQueueFunc3)  p = 1 - f(front / (front + back))
 *          log     (LogProbQueueFunc)     as power with f(x) = log(1 + x), x in units of the instrument
 *          log2    (LogProbQueueFunc2)    as power2 with that f
 * Differs  front never falls below 0: what was traded beyond it fills at once (queue_place_trade). Both sizes 0: p = 1.
 * Numbers  integers only: powers in 60, logarithms in 40 binary places, (1 - p) d rounded to the nearest 1e-6.
 * Cost     conservative: nothing; else two powers or two logarithms for a change of the level at which we stand. */
#ifndef SIM_EXCHANGE_QUEUE_MODEL_H
#define SIM_EXCHANGE_QUEUE_MODEL_H

#include "core/base.h"
#include "core/settings.h"

#define QUEUE_UNKNOWN INT64_MAX /* front: nobody says what stands at our price */

struct queue_place {
    int64_t front_e6;  /* of the market, before us; QUEUE_UNKNOWN */
    int64_t traded_e6; /* at our price since the level was last stated */
};

struct queue_model {
    int64_t kind;  /* QUEUE_ of core/settings.h */
    int64_t power; /* 1..10 */
};

/* A trade at the place's price, of which those of ours before it have left left_e6; returns how much of that goes beyond the
 * front. */
int64_t queue_place_trade(struct queue_place *self, int64_t size_e6, int64_t left_e6);
/* The level was stated: its displayed size before and after. */
void queue_place_level(struct queue_place *self,
                       const struct queue_model *model,
                       int64_t before_e6,
                       int64_t after_e6);

#endif
