/* latency.h - how long a message travels on each of the three legs.
 * Legs     feed: prices and bars, exchange to core; order: requests, core to exchange; response: answers, fills, funding
 *          settlements and transfers, exchange to core. (A settlement changes books: on the feed it could overtake the fill
 *          that it is paid on.) sim.latency.signal is a fourth way, outside the exchange.
 * Models   constant   sim.latency.feed, .order, .response.
 *          sampled    drawn from a table (--latency FILE), one stream of dice a leg, seeded by the run's --seed. Quantiles
 *                     q[0] <= ... <= q[n-1] stand at the shares 0, 1/(n-1), ..., 1 and are joined by straight lines; samples
 *                     are drawn evenly. A leg that the table leaves out keeps its constant.
 *          measured   a tape record that carries its receive time has taken receive + offset - happened, never less than 0,
 *                     rounded up to 1 us. The newest one holds for all three legs (the way out is taken to be as slow as the
 *                     way in) until the next; before the first one the constants hold.
 * Clocks   offset: where the smallest receive - happened of a tape is below zero the receiver's clock is behind the venue's
 *          by at least that much: it is added to every receive time (offset_ns, which data/market.h finds). The fastest
 *          message then took no time: latencies are lower bounds there, which the report must say.
 * Wires    a latency is drawn when a message is sent; a later message never overtakes (messages.h).
 * Failure  none after loading.   Cost: constant 1 ns, sampled 3 ns. */
#ifndef SIM_EXCHANGE_LATENCY_H
#define SIM_EXCHANGE_LATENCY_H

#include "data/tape.h"
#include "data/text.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/random.h"

enum leg { LEG_FEED, LEG_ORDER, LEG_RESPONSE };
enum { LATENCY_LEGS = 3, LATENCY_VALUES_MAX = 1024 };

struct latency_leg {
    bool quantiles; /* else samples */
    int32_t count;  /* 0: not given; quantiles: at least 2 */
    int64_t values_us[LATENCY_VALUES_MAX];
};

struct latency_table {
    struct latency_leg legs[LATENCY_LEGS];
};

struct latency {
    int64_t model;
    int64_t latest_us[LATENCY_LEGS]; /* of the message sent last; at the start the constants */
    int64_t constant_us[LATENCY_LEGS];
    const struct latency_table *table; /* sampled; NULL: constants */
    struct random dice[LATENCY_LEGS];
    int64_t offset_ns;
};

void latency_init(struct latency *self, const struct exchange_settings *settings);
/* table may be NULL; borrowed for life. */
void latency_seed(struct latency *self, const struct latency_table *table, int64_t seed);
/* Draws anew. */
int64_t latency_draw_us(struct latency *self, enum leg leg);
/* Of the next message on a leg. */
static inline int64_t latency_next_us(struct latency *self, enum leg leg)
{
    return self->table == NULL ? self->latest_us[leg] : latency_draw_us(self, leg);
}
/* A record whose latency holds from now on: model `measured` and TAPE_RECEIVED only, else nothing. */
void latency_measure(struct latency *self, const struct tape_record *record);

/* ---- latency_file.c ---- */
/* {"feed": {"quantiles_us": [900, 1500, 40000]}, "order": {"samples_us": [700, 800]}, "response": ...}. False: file:line. */
MUST_USE bool latency_table_load(struct latency_table *self, const char *path, struct error *error);
MUST_USE bool latency_table_parse(struct latency_table *self,
                                  struct slice text,
                                  const char *name,
                                  struct error *error);

#endif
