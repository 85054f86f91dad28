/* fuzz_ticks.c - the exchange under any records: each 8 bytes of input are one record or one order, with prices and sizes from
 * the whole range that a tape can hold. The account's laws are checked at each answer. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/exchange.h"

#define START (1700000040LL * US_PER_SECOND)

const char *const fuzz_seeds[] = {
    "S1\x01\x10\x20\x03..S1\x02\x12\x20\x03..O1\x01\x10\x20\x03..T1\x01\x10\x20\x03..",
    "T1\x01\x10\x20\x03..Q1\x01\x10\x20\x03..O2\x05\x10\x20\x03..M1\x01\x09\x20\x03.."
    "D1\x01\x10\x20\x03..",
    NULL};

struct room {
    struct instruments instruments;
    struct exchange_settings settings;
    struct exchange *exchange;
    struct venue_port venue;
    int64_t now_us;
    uint64_t order_id, sequence;
};

static struct room *room_open(uint8_t choice)
{
    struct instrument item = {.symbol = "COINUSDT",
                              .tick_e12 = ONE_E12 / 100,
                              .lot_e6 = 1000,
                              .size_min_e6 = 1000,
                              .size_max_e6 = 1000000 * ONE_E6,
                              .maker_fee_e9 = BPS_E9(2),
                              .taker_fee_e9 = BPS_E9(5),
                              .pack = 1};
    struct tier tier = {
        .cap_e8 = 1000000000LL * ONE_E8, .maintenance_rate_e9 = BPS_E9(50), .leverage_max = 50};
    struct room *room = calloc(1, sizeof *room);
    int32_t index = 0;
    CHECK(room != NULL);
    instruments_init(&room->instruments);
    CHECK(instruments_add(&room->instruments, &item, &index));
    CHECK(instruments_tiers(&room->instruments, index, &tier, 1));
    exchange_settings_defaults(&room->settings);
    room->settings.queue = choice % (QUEUE_LOG2 + 1);
    room->settings.self_trade = choice % (SELF_TRADE_NONE + 1);
    room->settings.latency_order = 0;
    room->settings.latency_response = 0;
    room->exchange = exchange_new(&room->instruments, &room->settings, choice >= 128);
    CHECK(room->exchange != NULL);
    room->venue = exchange_venue(room->exchange);
    CHECK(exchange_covers(room->exchange, 0, FIDELITY_DEPTH, START, START + US_PER_DAY));
    exchange_transfer(room->exchange, START - 1, 100000 * ONE_E8);
    room->now_us = START;
    return room;
}

static void drain(struct room *room, int64_t until_us)
{
    struct event event;
    while (exchange_next(room->exchange, until_us, &event)) {
    }
}

/* Small bytes are prices near 100, large ones anything. */
static int64_t number_of(const uint8_t *bytes, int64_t unit)
{
    if (bytes[0] < 240) {
        return bytes[0] * unit;
    }
    uint64_t wild = (uint64_t)bytes[1] * 0x9E3779B97F4A7C15ULL;
    return (int64_t)(wild >> (bytes[0] - 240));
}

static void send_order(struct room *room, const uint8_t *bytes)
{
    struct action_place place = {.order_id = ++room->order_id,
                                 .side = (bytes[2] & 1) != 0 ? SIDE_BUY : SIDE_SELL,
                                 .type = (bytes[2] & 2) != 0 ? ORDER_LIMIT : ORDER_MARKET,
                                 .tif = (enum time_in_force)(bytes[2] >> 2 & 3),
                                 .reduce_only = (bytes[2] & 16) != 0,
                                 .size_e6 = bytes[4] * 10000LL};
    if (room->order_id >= ORDERS_MAX) {
        return;
    }
    place.price_e12 = place.type == ORDER_LIMIT ? number_of(&bytes[3], ONE_E12) : 0;
    room->venue.place(room->venue.self, room->now_us, 0, &place);
    drain(room, room->now_us);
}

static void give_record(struct room *room, const uint8_t *bytes)
{
    struct tape_record record = {.time_us = room->now_us,
                                 .flags = bytes[2],
                                 .v = {number_of(&bytes[3], ONE_E12), number_of(&bytes[4], 1000)}};
    switch (bytes[0]) {
    case 'T': record.kind = TAPE_TRADE; break;
    case 'M': record.kind = TAPE_MARK; break;
    case 'I': record.kind = TAPE_INDEX; break;
    case 'Q':
        record.kind = TAPE_QUOTE;
        record.v[2] = number_of(&bytes[5], ONE_E12);
        record.v[3] = number_of(&bytes[6], 1000);
        break;
    default:
        record.kind = TAPE_DEPTH;
        record.flags |= bytes[0] == 'S' ? TAPE_SNAPSHOT_ROW : 0;
        record.v[3] = (int64_t)room->sequence;
        record.v[2] = record.v[3] + bytes[5] % 3;
        room->sequence += bytes[6] % 3;
        record.sequence = room->sequence;
        break;
    }
    exchange_tick(room->exchange, 0, &record, bytes[7] % 19 - 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct room *room = room_open(size > 0 ? data[size - 1] : 0);
    for (size_t at = 0; at + 8 <= size && at < 8 * 512; at += 8) {
        const uint8_t *bytes = &data[at];
        if ((bytes[1] & 1) != 0) {
            room->now_us += bytes[1] * US_PER_MS;
            drain(room, room->now_us - 1);
        }
        if (bytes[0] == 'O') {
            send_order(room, bytes);
        } else {
            give_record(room, bytes);
        }
    }
    drain(room, room->now_us + US_PER_MINUTE);
    exchange_free(room->exchange);
    free(room);
    return 0;
}
