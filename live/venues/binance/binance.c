/* binance.c - the table of the Binance USD-M connector. */
#include "live/venues/binance/binance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows pass here on their way, so that pages know where they end. */
static void pass_row(void *context, const struct news *news)
{
    struct venue *self = context;
    int64_t time_us = news->kind == NEWS_FILL ? news->fill.time_us
                      : news->kind == NEWS_FUNDING || news->kind == NEWS_TRANSFER
                          ? news->payment.time_us
                          : 0;
    self->last_row_us = time_us > self->last_row_us ? time_us : self->last_row_us;
    self->world.sink.take(self->world.sink.self, news);
}

static struct venue *binance_open(const struct venue_options *options,
                                  const struct venue_world *world,
                                  struct error *error)
{
    struct venue *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        (void)error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                        "out of memory: free some and run again");
        return NULL;
    }
    self->options = *options;
    self->world = *world;
    self->dice = options->seed * 2 + 1;
    budget_init(&self->budget, options->share_e9, options->reserve_e9);
    (void)snprintf(self->key_header, sizeof(self->key_header), "X-MBX-APIKEY: %s",
                   world->key == NULL ? "" : world->key);
    self->reading = (struct binance_reading){.instruments = world->instruments,
                                             .quote = "USDT",
                                             .ids = &self->ids,
                                             .sink = {.self = self, .take = pass_row}};
    binance_market_init(&self->market, world->instruments, &world->sink);
    binance_streams_init(self);
    return self;
}

static void binance_close(struct venue *self)
{
    binance_streams_free(self);
    binance_calls_free(self);
    binance_market_release(&self->market);
    memset(self->key_header, 0, sizeof(self->key_header));
    free(self);
}

/* A request signed now is refused after its window; what is on its way longer than the timeout is given up. The window is the
 * venue's
 * time, which may run faster than ours. */
static int64_t binance_valid_until(const struct venue *self, int64_t now_ns)
{
    return now_ns + self->options.request_timeout_ns +
           self->options.recv_window_us * 1000 / self->world.clock->speed;
}

static const struct budget *binance_budget(const struct venue *self)
{
    return &self->budget;
}

const struct venue_table venue_binance = {
    .name = "binance",
    .open = binance_open,
    .close = binance_close,
    .load = binance_load,
    .permissions = binance_permissions,
    .modes = binance_modes,
    .ask_time = binance_ask_time,
    .stream_market = binance_stream_market,
    .stream_user = binance_stream_user,
    .place = binance_place,
    .cancel = binance_cancel,
    .set_leverage = binance_set_leverage,
    .set_margin_mode = binance_set_margin_mode,
    .cancel_all = binance_cancel_all,
    .countdown = binance_countdown,
    .ask_order = binance_ask_order,
    .ask_open_orders = binance_ask_open_orders,
    .ask_positions = binance_ask_positions,
    .ask_balance = binance_ask_balance,
    .ask_fills = binance_ask_fills,
    .ask_income = binance_ask_income,
    .ask_settings = binance_ask_settings,
    .valid_until_ns = binance_valid_until,
    .budget = binance_budget,
};
