/* Feed lines: any text is a record or an error; a record that was taken is written and read to the same. */
#include <stdlib.h>
#include <string.h>

#include "data/feed_json.h"
#include "tests/fuzz/fuzz.h"

#define START                                                                                      \
    "{\"kind\":\"start\",\"version\":1,\"t\":1000,\"starting_balance\":\"10000\",\"fidelity\":"    \
    "\"bars\",\"interval_us\":60000000,"                                                           \
    "\"first_us\":0,\"last_us\":9,\"symbols\":[{\"symbol\":\"DOGEUSDT\",\"tick\":\"0.00001\","     \
    "\"lot\":\"1\",\"size_min\":\"1\","                                                            \
    "\"size_max\":\"30000000\",\"notional_min\":\"5\",\"maker_fee\":\"0.0002\",\"taker_fee\":\"0." \
    "0005\","                                                                                      \
    "\"liquidation_fee\":\"0.0125\",\"margin_model\":\"binance\",\"pack\":1,\"tiers\":[[\"0\","    \
    "\"5000\",\"0.01\",\"0\",50]]}],"                                                              \
    "\"aliases\":{\"DOGGO\":\"DOGEUSDT\"}}"

#define COVERS                                                                                     \
    "{\"kind\":\"covers\",\"t\":1000,\"symbol\":\"DOGEUSDT\",\"fidelity\":\"depth\",\"first_us\":" \
    "1000,"                                                                                        \
    "\"last_us\":9000}"

const char *const fuzz_seeds[] = {
    START,
    "{\"kind\":\"bar\",\"t\":2000,\"symbol\":\"DOGEUSDT\",\"interval_us\":60000000,\"open\":\"1\","
    "\"high\":\"2\",\"low\":\"0.5\","
    "\"close\":\"1.5\",\"volume\":\"1234.5\",\"volume_exponent\":1}",
    "{\"kind\":\"funding\",\"t\":2000,\"symbol\":\"DOGEUSDT\",\"rate\":\"-0.0001\"}",
    "{\"kind\":\"signal\",\"t\":3000,\"id\":1,\"timestamp\":2900,\"token\":\"DOGE\",\"source\":"
    "\"s\",\"confidence\":\"High\","
    "\"price\":\"0.08\",\"targets\":[\"0.09\"],\"metadata\":\"{}\",\"direction\":\"long\"}",
    COVERS,
    "{\"kind\":\"clock\",\"t\":1000,\"offset_ns\":1272402468}",
    "{\"kind\":\"trade\",\"t\":2000,\"symbol\":\"DOGEUSDT\",\"price\":\"0.08\",\"size\":\"1.5\","
    "\"size_decimals\":1,\"first_id\":1,\"last_id\":2,\"sequence\":3,\"buy\":true,\"receive_ns\":-"
    "5}",
    "{\"kind\":\"depth\",\"t\":2000,\"symbol\":\"DOGEUSDT\",\"price\":\"0.08\",\"size\":\"0\","
    "\"size_decimals\":-2,\"previous_id\":1,\"snapshot\":true,\"last\":true}",
    "{\"kind\":\"quote\",\"t\":2000,\"symbol\":\"DOGEUSDT\",\"bid\":\"0\",\"bid_size\":\"0\","
    "\"ask\":\"0.09\",\"ask_size\":\"7\",\"size_decimals\":0}",
    "{\"kind\":\"mark_price\",\"t\":2000,\"symbol\":\"DOGEUSDT\",\"price\":\"0.08\"}",
    "{\"kind\":\"symbol_end\",\"t\":4000,\"symbol\":\"DOGEUSDT\"}",
    "{\"kind\":\"end\",\"t\":5000}",
    NULL};

static struct instruments instruments;

/* The record as text again, and that text as a record. */
static void again_check(struct feed_parser *parser, const struct feed_record *record)
{
    char *text = NULL;
    size_t size = 0;
    struct feed_record again;
    struct error error;
    struct tape_record tick = parser->tick;
    FILE *stream = open_memstream(&text, &size);
    CHECK(stream != NULL);
    feed_json_write(stream, record, &instruments);
    CHECK(fclose(stream) == 0 && size > 1);
    parser->ended = false;
    memset(parser->symbol_ended, 0, sizeof(parser->symbol_ended));
    memset(parser->last_us, 0xff, sizeof(parser->last_us));
    error_init(&error);
    CHECK(feed_parser_line(parser, &again, text, size - 1, &error));
    CHECK(again.kind == record->kind && again.time_us == record->time_us);
    CHECK(record->kind != FEED_SIGNAL ||
          memcmp(&again.signal.signal, &record->signal.signal, sizeof(struct signal)) == 0);
    CHECK((record->kind != FEED_BAR && record->kind != FEED_MARK) ||
          memcmp(&again.bar, &record->bar, sizeof(again.bar)) == 0);
    CHECK(record->kind != FEED_TICK || (memcmp(again.tick.record, &tick, sizeof(tick)) == 0 &&
                                        again.tick.size_decimals == record->tick.size_decimals));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed_parser parser;
    struct feed_record record;
    struct error error;
    error_init(&error);
    feed_parser_init(&parser, "fuzz", &instruments);
    if (size % 8 != 0) { /* else the input itself stands where the start line belongs */
        CHECK(feed_parser_line(&parser, &record, START, strlen(START), &error));
        CHECK(feed_parser_line(&parser, &record, COVERS, strlen(COVERS), &error));
    }
    bool taken = feed_parser_line(&parser, &record, (const char *)data, size, &error);
    CHECK(taken == (error.code == EXIT_CODE_DONE));
    if (taken && record.kind != FEED_START) {
        again_check(&parser, &record);
    }
    feed_parser_release(&parser);
    return 0;
}
