#include "tests/support/desk_world.h"

#include <stdio.h>
#include <string.h>

static struct world_order *find(struct desk_test_world *self, uint64_t order_id)
{
    uint64_t sequence = order_id - ORDER_ID(WORLD_EPOCH, 0);
    return sequence >= 1 && sequence <= (uint64_t)self->count ? &self->orders[sequence - 1] : NULL;
}

static void letter(struct world_order *order, char what)
{
    size_t length = strlen(order->told);
    if (length + 1 < sizeof order->told) {
        order->told[length] = what;
    }
}

static void on_fill(struct desk_test_world *self, const struct event *event)
{
    struct world_order *order = find(self, event->fill.order_id);
    for (int32_t index = 0; index < self->fills; index++) {
        self->fills_twice += self->trades[index] == event->fill.trade_id;
    }
    self->trades[self->fills++] = event->fill.trade_id;
    self->position_e6[event->instrument] += side_sign(event->fill.side) * event->fill.size_e6;
    if (order == NULL) {
        self->externals++;
        return;
    }
    letter(order, 'F');
    order->filled_e6 += event->fill.size_e6;
    if (!order->place.close_position && order->filled_e6 >= order->place.size_e6) {
        order->live = false;
    }
}

static void on_order(struct desk_test_world *self, const struct event *event)
{
    struct world_order *order = find(self, event->order.order_id);
    int evidence = (int)event->order.evidence;
    CHECK(order != NULL);
    CHECK(evidence < 9);
    self->illegal += !order->live;
    letter(order, "ARCEcaUNX"[evidence]);
    if (strchr("RCENX", "ARCEcaUNX"[evidence]) != NULL) {
        order->live = false;
    }
}

static void take(void *context, const struct event *event)
{
    struct desk_test_world *self = context;
    if (event->kind == EVENT_FILL) {
        on_fill(self, event);
    } else if (event->kind == EVENT_ORDER) {
        on_order(self, event);
    } else if (event->kind == EVENT_TRANSFER) {
        self->deposits++;
        self->wallet_e8 += event->transfer.amount_e8;
    } else if (event->kind == EVENT_FACT) {
        self->reconciled =
            event->fact.fact == FACT_RECONCILED ? event->fact.value != 0 : self->reconciled;
        self->mismatches += event->fact.fact == FACT_MISMATCH;
        self->externals += event->fact.fact == FACT_EXTERNAL && event->fact.value != 0;
        self->fenced += event->fact.fact == FACT_FENCED;
    }
}

static int32_t core_orders(void *context, int32_t instrument, struct order *out, int32_t most)
{
    struct desk_test_world *self = context;
    int32_t count = 0;
    for (int32_t index = 0; index < self->count && count < most; index++) {
        const struct world_order *order = &self->orders[index];
        if (order->live && order->instrument == instrument) {
            out[count++] = (struct order){.order_id = order->place.order_id,
                                          .instrument = instrument,
                                          .side = order->place.side,
                                          .type = order->place.type,
                                          .reduce_only = order->place.reduce_only,
                                          .close_position = order->place.close_position,
                                          .size_e6 = order->place.size_e6,
                                          .filled_e6 = order->filled_e6,
                                          .acked_us = strchr(order->told, 'A') != NULL};
        }
    }
    return count;
}

static bool core_made(void *context, uint64_t order_id)
{
    return find(context, order_id) != NULL;
}

static int64_t core_position(void *context, int32_t instrument)
{
    const struct desk_test_world *self = context;
    return self->position_e6[instrument];
}

static int64_t core_wallet(void *context)
{
    const struct desk_test_world *self = context;
    return self->wallet_e8;
}

static bool fill_known(void *context, int32_t instrument, uint64_t trade_id)
{
    const struct desk_test_world *self = context;
    (void)instrument;
    return self->known_trade == trade_id;
}

static bool
payment_known(void *context, bool transfer, int32_t instrument, int64_t time_us, uint64_t id)
{
    (void)context, (void)transfer, (void)instrument, (void)time_us, (void)id;
    return false;
}

static void venue_order(void *context, int32_t instrument, uint64_t order_id, const char *venue_id)
{
    (void)instrument;
    (void)context, (void)order_id, (void)venue_id;
}

static uint64_t order_of_venue(void *context, int32_t instrument, const char *venue_id)
{
    (void)context, (void)instrument, (void)venue_id;
    return 0;
}

static void say(void *context, enum severity severity, int32_t instrument, const char *what)
{
    struct desk_test_world *self = context;
    (void)severity, (void)instrument, (void)what;
    self->alarms++;
}

static bool quote(void *context, int32_t instrument, struct flatten_quote *out)
{
    const struct desk_test_world *self = context;
    (void)instrument;
    *out = self->quote;
    return !self->no_quote;
}

static void write_line(void *context, const char *line)
{
    struct desk_test_world *self = context;
    (void)line;
    self->lines++;
}

void world_init(struct desk_test_world *self, uint64_t seed, const struct desk_options *options)
{
    memset(self, 0, sizeof *self);
    fake_venue_init(&self->venue, seed);
    self->now_ns = 1000000000000;
    self->wallet_e8 = self->venue.wallet_e8;
    self->instruments.count = FAKE_MARKETS;
    for (int32_t index = 0; index < FAKE_MARKETS; index++) {
        (void)snprintf(self->instruments.items[index].symbol, SYMBOL_BYTES, "M%dUSDT", (int)index);
        self->instruments.items[index].tick_e12 = 10000000000;
    }
    self->quote = (struct flatten_quote){
        .bid_e12 = 99990000000000, .ask_e12 = 100010000000000, .mark_e12 = 100000000000000};
    struct desk_options mine =
        options != NULL ? *options
                        : (struct desk_options){.known_until_us = 1, .wallet_tolerance_e8 = 0};
    mine.epoch = WORLD_EPOCH;
    struct desk_world world = {
        .table = &fake_venue_table,
        .venue = (struct venue *)(void *)&self->venue,
        .instruments = &self->instruments,
        .events = {self, take},
        .core = {self, core_orders, core_made, core_position, core_wallet},
        .memory = {self, fill_known, payment_known, venue_order, order_of_venue},
        .alarm = {self, say},
        .flatten = {self, quote, write_line},
    };
    desk_init(&self->desk, &world, &mine, self->now_ns, self->now_ns / 1000);
    self->port = desk_port(&self->desk);
    self->venue.sink = desk_news(&self->desk);
    self->venue.now_ns = self->now_ns;
    fake_venue_stream(&self->venue, true);
    world_run(self, 10000000000);
}

static int64_t next_ns(const struct desk_test_world *self)
{
    int64_t at_ns = desk_deadline_ns(&self->desk);
    for (int32_t index = 0; index < self->venue.queued; index++) {
        at_ns = self->venue.queue[index].due_ns < at_ns ? self->venue.queue[index].due_ns : at_ns;
    }
    return at_ns > self->now_ns ? at_ns : self->now_ns + 1000000; /* a turn is never for nothing */
}

void world_run(struct desk_test_world *self, int64_t for_ns)
{
    int64_t until_ns = self->now_ns + for_ns;
    for (;;) {
        desk_turn(&self->desk, self->now_ns, self->now_ns / 1000);
        while (fake_venue_run(&self->venue, self->now_ns)) {
        }
        desk_turn(&self->desk, self->now_ns, self->now_ns / 1000);
        int64_t at_ns = next_ns(self);
        if (at_ns > until_ns) {
            self->now_ns = self->venue.now_ns = until_ns;
            desk_turn(&self->desk, self->now_ns, self->now_ns / 1000);
            return;
        }
        self->now_ns = self->venue.now_ns = at_ns;
    }
}

uint64_t world_place(struct desk_test_world *self, const struct action_place *wish)
{
    CHECK(self->count < WORLD_ORDERS);
    struct world_order *order = &self->orders[self->count++];
    *order = (struct world_order){.place = *wish, .live = true};
    order->place.order_id = ORDER_ID(WORLD_EPOCH, self->count);
    self->port.place(self->port.self, 0, 0, &order->place);
    return order->place.order_id;
}

const char *world_told(struct desk_test_world *self, uint64_t order_id)
{
    return find(self, order_id)->told;
}
