/* house_market.c - the market's news from its records: the points of bars as trades, records of trades, quotes and depth as
 * they are, marks once a second. */
#include <stdlib.h>

#include "core/fixed.h"
#include "core/precision.h"
#include "data/memory.h"
#include "sim/exchange/ticks.h"
#include "sim/serve/house_private.h"

enum { VOLUME_DECIMALS = 6 };

bool market_covers(const struct house_listing *listing, int64_t time_us)
{
    return time_us >= listing->covers_first_us && time_us <= listing->covers_last_us;
}

/* ---- trades ---- */

static void remember(struct house_listing *listing, const struct house_news *news)
{
    if (listing->trades == NULL) {
        listing->trades = memory_or_panic(calloc(HOUSE_TRADES_KEPT, sizeof(*listing->trades)));
    }
    listing->trades[listing->trade_count % HOUSE_TRADES_KEPT] = *news;
    listing->trade_count++;
}

static void tell_trade(
    struct house *self, int32_t instrument, int64_t price_e12, int64_t size_e6, bool buyer_is_maker)
{
    struct house_listing *listing = &self->listings[instrument];
    const struct house_news news = {
        .kind = HOUSE_NEWS_TRADE,
        .instrument = instrument,
        .time_us = self->now_us,
        .trade = {listing->trade_id, price_e12, size_e6, buyer_is_maker},
    };
    remember(listing, &news);
    house_tell(self, &news);
}

static void price_move(struct house *self, int32_t instrument, int64_t price_e12, int64_t size_e6)
{
    struct house_market *market = &self->listings[instrument].market;
    market->last_e12 = price_e12;
    market->time_us = self->now_us;
    candle_move(self, instrument, price_e12, size_e6);
}

/* Without an index in the data the mark is shown for it. */
static void index_follows(struct house_listing *listing)
{
    if (!listing->index_told) {
        listing->market.index_e12 = listing->market.mark_e12;
    }
}

/* ---- bars ---- */

static void points_schedule(struct house *self, int32_t instrument)
{
    const struct house_listing *listing = &self->listings[instrument];
    int64_t time_us = path_time(&listing->path, listing->next);
    queue_set(&self->points, instrument, fixed_larger(time_us, self->now_us), 0);
}

void market_bar(struct house *self, int32_t instrument, const struct exchange_bar *bar)
{
    struct house_listing *listing = &self->listings[instrument];
    (void)path_bar(&listing->path, bar, self->settings.outage_intervals);
    points_schedule(self, instrument);
}

void market_mark_bar(struct house *self, int32_t instrument, const struct exchange_bar *bar)
{
    path_mark_bar(&self->listings[instrument].path, bar);
}

static int64_t volume_e6(const struct exchange_bar *bar)
{
    wide_t volume = bar->volume;
    int32_t exponent = bar->volume_exponent;
    for (; exponent < VOLUME_DECIMALS; exponent++) {
        volume *= 10;
    }
    for (; exponent > VOLUME_DECIMALS; exponent--) {
        volume /= 10;
    }
    return volume < INT64_MAX ? (int64_t)volume : INT64_MAX;
}

/* A quarter of the bar's, in whole lots; the last point has what is left. */
static int64_t
point_volume_e6(const struct house *self, int32_t instrument, struct path_place place)
{
    const struct exchange_bar *bar = &path_record(&self->listings[instrument].path, place.bar)->bar;
    int64_t total_e6 = volume_e6(bar);
    int64_t quarter_e6 =
        precision_round(total_e6 / PATH_POINTS, house_item(self, instrument)->lot_e6, ROUND_DOWN);
    bool last = place.point == PATH_POINTS - 1;
    return last ? total_e6 - (PATH_POINTS - 1) * quarter_e6 : quarter_e6;
}

/* Of the candle that holds a point; what is left of a bar that was cut short belongs to its own time. */
static int64_t
candle_open_us(const struct house_listing *listing, const struct path_record *record, int32_t point)
{
    int64_t open_us = record->bar.open_time_us;
    int64_t time_us = fixed_smaller(path_point_time(record, point), record->end_us - 1);
    return time_us - (time_us - open_us) % listing->interval_us;
}

/* A price without a size is no trade: at least a lot is told, but candles count what the data have. */
static void point_happens(struct house *self, int32_t instrument, struct path_place place)
{
    struct house_listing *listing = &self->listings[instrument];
    const struct path_record *record = path_record(&listing->path, place.bar);
    struct path_prices prices = path_prices(&listing->path, place);
    int64_t before_e12 = listing->market.last_e12;
    int64_t size_e6 = point_volume_e6(self, instrument, place);
    listing->market.mark_e12 = prices.mark_e12;
    index_follows(listing);
    listing->candle_open_us = candle_open_us(listing, record, place.point);
    listing->point_e6 = size_e6;
    listing->trade_id++;
    price_move(self, instrument, prices.last_e12, size_e6);
    tell_trade(self, instrument, prices.last_e12,
               fixed_larger(size_e6, house_item(self, instrument)->lot_e6),
               prices.last_e12 < before_e12);
    book_rebuild(self, instrument);
}

void market_points(struct house *self)
{
    while (queue_time(&self->points) <= self->now_us) {
        int32_t instrument = queue_instrument(&self->points);
        struct house_listing *listing = &self->listings[instrument];
        struct path_place place = listing->next;
        if (!market_covers(listing, path_time(&listing->path, place))) {
            point_happens(self, instrument, place);
        }
        listing->next = path_after(&listing->path, place);
        points_schedule(self, instrument);
    }
}

/* As track.c turns the path: by the side that the position has when it leaves the open. */
void market_orient(struct house *self)
{
    if (self->settings.intrabar == INTRABAR_ADAPTIVE) {
        return;
    }
    for (int32_t place = 0; place < self->account.open_count; place++) {
        int32_t instrument = self->account.open[place];
        struct house_listing *listing = &self->listings[instrument];
        struct path_place next = listing->next;
        if (next.point == 1 &&
            path_record(&listing->path, next.bar)->bar.open_time_us == self->now_us) {
            bool is_long = account_net_side(&self->account, instrument) == SIDE_LONG;
            path_orient(&listing->path, next.bar,
                        is_long == (self->settings.intrabar == INTRABAR_WORST));
        }
    }
}

/* ---- records ---- */

static void tick_mark(struct house *self, struct house_listing *listing)
{
    struct house_market *market = &listing->market;
    if (market->last_e12 == 0) {
        return;
    }
    if (!listing->mark_told && listing->path.mark_count > 0) {
        market->mark_e12 = path_clamp_e12(&listing->path, self->now_us, market->last_e12);
    } else if (!listing->mark_told) {
        market->mark_e12 = listing->index_told ? market->index_e12 : market->last_e12;
    }
    index_follows(listing);
}

static void tick_price(struct house *self, int32_t instrument, int64_t price_e12, int64_t size_e6)
{
    struct house_listing *listing = &self->listings[instrument];
    if (listing->interval_us > 0) {
        listing->candle_open_us = self->now_us - self->now_us % listing->interval_us;
    }
    listing->point_e6 = size_e6;
    price_move(self, instrument, price_e12, size_e6);
    tick_mark(self, listing);
}

/* Without trades the middle of the best prices is the last price. */
static void tick_middle(struct house *self, int32_t instrument)
{
    const struct house_listing *listing = &self->listings[instrument];
    const struct house_market *market = &listing->market;
    if (listing->has_trades || market->bid_e12 <= 0 || market->ask_e12 <= 0) {
        return;
    }
    int64_t middle_e12 = (int64_t)(((wide_t)market->bid_e12 + market->ask_e12) / 2);
    int64_t last_e12 =
        precision_round(middle_e12, house_item(self, instrument)->tick_e12, ROUND_NEAREST);
    if (last_e12 > 0 && last_e12 != market->last_e12) {
        tick_price(self, instrument, last_e12, 0);
    }
}

static void tick_trade(struct house *self, int32_t instrument, const struct feed_tick *tick)
{
    struct house_listing *listing = &self->listings[instrument];
    const struct tape_record *record = tick->record;
    if (record->v[0] <= 0) {
        return;
    }
    int64_t size_e6 = tick_size_e6(record->v[1], tick->size_decimals);
    listing->trade_id =
        record->sequence > listing->trade_id ? record->sequence : listing->trade_id + 1;
    tick_price(self, instrument, record->v[0], size_e6);
    tell_trade(self, instrument, record->v[0], size_e6, (record->flags & TAPE_BUY) == 0);
    if (!listing->has_quotes && !listing->has_depth) {
        book_rebuild(self, instrument);
    }
}

static void tick_quote(struct house *self, int32_t instrument, const struct feed_tick *tick)
{
    const struct tape_record *record = tick->record;
    struct house_market *market = &self->listings[instrument].market;
    market->bid_e12 = fixed_larger(record->v[0], 0);
    market->bid_e6 = market->bid_e12 > 0 ? tick_size_e6(record->v[1], tick->size_decimals) : 0;
    market->ask_e12 = fixed_larger(record->v[2], 0);
    market->ask_e6 = market->ask_e12 > 0 ? tick_size_e6(record->v[3], tick->size_decimals) : 0;
    book_quote(self, instrument, record->sequence);
    tick_middle(self, instrument);
}

static void tick_priced(struct house_listing *listing, const struct tape_record *record)
{
    if (record->v[0] <= 0) {
        return;
    }
    if (record->kind == TAPE_MARK) {
        listing->mark_told = true;
        listing->market.mark_e12 = record->v[0];
    } else {
        listing->index_told = true;
        listing->market.index_e12 = record->v[0];
    }
}

void market_tick(struct house *self, int32_t instrument, const struct feed_tick *tick)
{
    struct house_listing *listing = &self->listings[instrument];
    const struct tape_record *record = tick->record;
    if (listing->ended) {
        return;
    }
    switch (record->kind) {
    case TAPE_TRADE: tick_trade(self, instrument, tick); break;
    case TAPE_QUOTE: tick_quote(self, instrument, tick); break;
    case TAPE_DEPTH:
        book_row(self, instrument, record, tick->size_decimals);
        if (!listing->has_quotes && (record->flags & TAPE_LAST) != 0) {
            tick_middle(self, instrument);
        }
        break;
    default:
        tick_priced(listing, record);
        tick_mark(self, listing);
        break;
    }
}

/* ---- what is said once a second ---- */

static void refresh_funding(const struct house *self, int32_t instrument)
{
    struct house_listing *listing = &self->listings[instrument];
    const struct market_symbol *symbol = &self->load->market.symbols[instrument];
    const struct house_funding *settled = listing->fundings.items;
    int64_t count = listing->fundings.count;
    struct house_market *market = &listing->market;
    if (count > 1) {
        market->funding_interval_us = settled[count - 1].time_us - settled[count - 2].time_us;
    }
    if (symbol->funding != NULL && listing->funding_index < symbol->funding_count) {
        const struct funding_rate *next = &symbol->funding[listing->funding_index];
        market->funding_rate_e16 = next->rate_e16;
        market->next_funding_us = next->time_us;
        if (count == 1) {
            market->funding_interval_us = next->time_us - settled[0].time_us;
        }
    } else if (count > 0) {
        market->funding_rate_e16 = settled[count - 1].rate_e16;
        market->next_funding_us = settled[count - 1].time_us + market->funding_interval_us;
    }
}

void market_refresh(const struct house *self, int32_t instrument)
{
    struct house_listing *listing = &self->listings[instrument];
    listing->market.trading =
        !listing->ended && exchange_open(self->exchange, instrument, self->now_us);
    refresh_funding(self, instrument);
}

static void tell_mark(struct house *self, int32_t instrument)
{
    const struct house_news news = {
        .kind = HOUSE_NEWS_MARK,
        .instrument = instrument,
        .time_us = self->now_us,
        .mark = {&self->listings[instrument].market},
    };
    market_refresh(self, instrument);
    house_tell(self, &news);
}

void market_second(struct house *self)
{
    for (int32_t i = 0; i < self->instruments->count; i++) {
        const struct house_listing *listing = &self->listings[i];
        if (listing->market.last_e12 > 0 && listing->market.mark_e12 > 0 && !listing->ended) {
            tell_mark(self, i);
        }
        candle_second(self, i);
    }
}

void market_end(struct house *self, int32_t instrument)
{
    if (!self->listings[instrument].ended) {
        self->listings[instrument].ended = true;
        exchange_end(self->exchange, instrument, self->now_us);
    }
}

/* ---- questions ---- */

const struct house_market *house_market(const struct house *self, int32_t instrument)
{
    market_refresh(self, instrument);
    candle_day(self, instrument, &self->listings[instrument].market);
    return &self->listings[instrument].market;
}

int32_t house_recent_trades(const struct house *self,
                            int32_t instrument,
                            struct house_news *out,
                            int32_t most)
{
    const struct house_listing *listing = &self->listings[instrument];
    int64_t count = fixed_smaller(fixed_smaller(listing->trade_count, HOUSE_TRADES_KEPT), most);
    for (int64_t i = 0; i < count; i++) {
        out[i] = listing->trades[(listing->trade_count - count + i) % HOUSE_TRADES_KEPT];
    }
    return (int32_t)count;
}

int32_t house_fundings(const struct house *self,
                       int32_t instrument,
                       int64_t from_us,
                       int64_t to_us,
                       struct house_funding *out,
                       int32_t most)
{
    const struct house_list *list = &self->listings[instrument].fundings;
    const struct house_funding *items = list->items;
    int64_t end = list->count;
    while (end > 0 && items[end - 1].time_us > to_us) {
        end--;
    }
    int64_t begin = end;
    while (begin > 0 && end - begin < most && items[begin - 1].time_us >= from_us) {
        begin--;
    }
    for (int64_t i = begin; i < end; i++) {
        out[i - begin] = items[i];
    }
    return (int32_t)(end - begin);
}
