/* Binance's bookDepth, metrics and liquidationSnapshot: what no run needs and a report may use (PROTOCOLS E1). */
#include "data/import/dialects.h"
#include "data/import/ticks.h"

/* ---- bookDepth ---- */

static void depth_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    enum { PERCENT_DECIMALS = 2, NOTIONAL_DECIMALS = 8 };
    ticks_time(self, &fields[0]);
    self->record.v[0] = ticks_scaled(self, &fields[1], PERCENT_DECIMALS);
    self->record.v[1] = ticks_size(self, &fields[2]);
    self->record.v[2] = ticks_scaled(self, &fields[3], NOTIONAL_DECIMALS);
    ticks_add(self, TAPE_DEPTH_BAND);
}

static const char *const depth_headers[] = {"timestamp,percentage,depth,notional", NULL};
static const struct ticks_format depth_format = {depth_headers, NULL, 4, 4, depth_row};

TICKS_CLAIMS(depth)
TICKS_READ(depth)

/* ---- metrics: the open interest; the ratios of accounts behind it are nobody's input ---- */

static void metrics_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    (void)count;
    enum { VALUE_DECIMALS = 8 };
    ticks_time(self, &fields[0]);
    ticks_symbol(self, &fields[1]);
    self->record.v[0] = ticks_size(self, &fields[2]);
    self->record.v[1] = ticks_scaled(self, &fields[3], VALUE_DECIMALS);
    ticks_add(self, TAPE_OPEN_INTEREST);
}

static const char *const metrics_headers[] = {
    "create_time,symbol,sum_open_interest,sum_open_interest_value", NULL};
static const struct ticks_format metrics_format = {metrics_headers, NULL, 4, 8, metrics_row};

TICKS_CLAIMS(metrics)
TICKS_READ(metrics)

/* ---- liquidationSnapshot: what was filled, at its average price ---- */

static void liquidation_row(struct ticks *self, const struct csv_field *fields, int32_t count)
{
    enum { WITH_SYMBOL = 11 };
    ticks_time(self, &fields[0]);
    if (count == WITH_SYMBOL) {
        ticks_symbol(self, &fields[1]);
        fields++;
    }
    ticks_side(self, &fields[1]);
    self->record.v[0] = ticks_price(self, &fields[5]);
    self->record.v[2] = ticks_price(self, &fields[6]);
    self->record.v[1] = ticks_size(self, &fields[9]);
    ticks_add(self, TAPE_LIQUIDATION);
}

static const char *const liquidation_headers[] = {
    "time,side,order_type,time_in_force", "time,symbol,side,order_type,time_in_force", NULL};
static const struct ticks_format liquidation_format = {liquidation_headers, NULL, 10, 11,
                                                       liquidation_row};

TICKS_CLAIMS(liquidation)
TICKS_READ(liquidation)

const struct import_dialect import_binance_book_depth = {
    "binance-bookDepth", "Binance: timestamp,percentage,depth,notional", depth_claims, depth_read};
const struct import_dialect import_binance_metrics = {
    "binance-metrics", "Binance metrics: the open interest of create_time,symbol,...",
    metrics_claims, metrics_read};
const struct import_dialect import_binance_liquidations = {
    "binance-liquidations", "Binance: time,[symbol,]side,order_type,...", liquidation_claims,
    liquidation_read};
