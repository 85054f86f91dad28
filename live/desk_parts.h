/* desk_parts.h - what the files of the desk share; for live/desk*.c, reconcile.c, flatten.c and deadman.c only. */
#ifndef LIVE_DESK_PARTS_H
#define LIVE_DESK_PARTS_H

#include "live/desk.h"

#define NS_PER_MS   1000000LL
#define NS_PER_S    1000000000LL
#define MARGIN_NS   (2 * NS_PER_S)   /* RISK 5.2 rule 3: beyond the validity */
#define OVERLAP_US  (60 * 1000000LL) /* fills are asked for from so long before the last known */
#define ANSWER_NS   (30 * NS_PER_S)  /* a call not answered by then counts as unknown */
#define ACTIVITY_NS (5 * NS_PER_S)   /* RISK 5.3: what moved so lately is not compared */
#define NEVER_NS    INT64_MAX

/* A request with its own tag; NULL: no room. */
struct desk_request *
desk_request(struct desk *self, enum desk_call call, int32_t instrument, uint64_t order_id);
struct desk_request *desk_request_find(struct desk *self, uint64_t tag); /* NULL: not ours */

/* ---- to the core ---- */
void desk_tell(struct desk *self,
               struct desk_order *order,
               enum order_evidence evidence,
               enum order_reason why);
void desk_fact(struct desk *self, int32_t instrument, enum fact fact, int64_t value, int64_t other);
void desk_say(struct desk *self, enum severity severity, int32_t instrument, const char *what);

/* ---- desk_orders.c ---- */
struct desk_order *desk_order_find(struct desk *self, uint64_t order_id);
struct desk_order *desk_order_new(struct desk *self, uint64_t order_id, int32_t instrument);
struct desk_order *desk_order_of_venue(struct desk *self, int32_t instrument, const char *venue_id);
/* Takes over what the core holds live and the desk does not know. */
struct desk_order *desk_order_adopt(struct desk *self, const struct order *order);
bool desk_order_live(const struct desk_order *order);
/* The venue has shown that it has, or had, this order. */
void desk_order_accepted(struct desk *self, struct desk_order *order);
void desk_order_learn(struct desk *self, struct desk_order *order, const struct venue_order *told);
/* Tells the end when all its fills were told, and asks for them else. */
void desk_order_settle(struct desk *self, struct desk_order *order);
void desk_place_answer(struct desk *self, struct desk_order *order, const struct news *news);
void desk_cancel_answer(struct desk *self, struct desk_order *order, const struct news *news);
void desk_cancel_send(struct desk *self, struct desk_order *order);
/* True when the id shows another executor at work; told to the core once. */
bool desk_fenced(struct desk *self, int32_t instrument, uint64_t order_id);

/* ---- desk_inquiry.c ---- */
void desk_doubt_begin(struct desk *self, struct desk_order *order, enum desk_doubt doubt);
void desk_doubt_end(struct desk *self, struct desk_order *order);
void desk_inquiry_turn(struct desk *self);
int64_t desk_inquiry_deadline_ns(const struct desk *self);
void desk_inquiry_answer(struct desk *self,
                         const struct desk_request *request,
                         const struct news *news);

/* ---- desk_fills.c ---- */
void desk_fill(struct desk *self, const struct news *news);
void desk_fills_turn(struct desk *self);
int64_t desk_fills_deadline_ns(const struct desk *self);
/* False: it was seen before; now it is remembered. kind tells ids of different things apart. */
enum seen_kind { SEEN_TRADE, SEEN_FUNDING, SEEN_TRANSFER };
bool desk_first_seen(struct desk *self, enum seen_kind kind, int32_t instrument, uint64_t id);
void desk_payment(struct desk *self, const struct news *news);

/* ---- desk_leverage.c ---- */
void desk_leverage_want(struct desk *self, int32_t instrument, int32_t wanted);
/* True: the order waits for its leverage. */
bool desk_leverage_hold(struct desk *self, int32_t instrument, const struct action_place *place);
void desk_leverage_answer(struct desk *self,
                          const struct desk_request *request,
                          const struct news *news);
void desk_place_now(struct desk *self, int32_t instrument, const struct action_place *place);

#endif
