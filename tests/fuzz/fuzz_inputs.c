/* Inputs of a journal: any row of words is a record or none; one that is taken has these words again, and a line of a feed that
 * a feed's parser takes too: the two have one law.
 * Input    decimal numbers: the kind, whether it has an instrument, then the words. */
#include <stdlib.h>
#include <string.h>

#include "data/journal_inputs.h"
#include "tests/fuzz/fuzz.h"

#define START                                                                                      \
    "{\"kind\":\"start\",\"version\":1,\"t\":1000,\"starting_balance\":\"10000\",\"fidelity\":"    \
    "\"bars\",\"interval_us\":60000000,\"first_us\":0,\"last_us\":9,\"symbols\":[{\"symbol\":"     \
    "\"DOGEUSDT\",\"tick\":\"0.00001\",\"lot\":\"1\",\"size_min\":\"1\",\"size_max\":"             \
    "\"30000000\",\"notional_min\":\"5\",\"maker_fee\":\"0.0002\",\"taker_fee\":\"0.0005\","       \
    "\"liquidation_fee\":\"0.0125\",\"margin_model\":\"binance\",\"pack\":1,\"tiers\":[[\"0\","    \
    "\"5000\",\"0.01\",\"0\",50]]}],\"aliases\":{}}"

#define COVERS                                                                                     \
    "{\"kind\":\"covers\",\"t\":1000,\"symbol\":\"DOGEUSDT\",\"fidelity\":\"depth\",\"first_us\":" \
    "1000,\"last_us\":9000}"

/* A tick's second word: kind, flags << 16, size decimals + 8 << 32. */
const char *const fuzz_seeds[] = {"2 1 2000 60000000 5 9 4 6 77 8",
                                  "3 1 2000 60000000 5 9 4 6 0 0",
                                  "4 1 2000 -12345",
                                  "5 1 2000 7",
                                  "7 1 2000",
                                  "8 0 2000",
                                  "9 1 2000 34359738384 5 6 7 0 8 9",
                                  "9 1 2000 47246114834 0 0 3 0 12 13",
                                  "9 1 2000 34359738376 5 0 0 0 0 0",
                                  "10 1 1000 3 1000 2000",
                                  "11 0 1000 -5",
                                  NULL};

static struct instruments instruments;

static int64_t number(const uint8_t **at, const uint8_t *end)
{
    char text[32] = "";
    size_t length = 0;
    while (*at < end && **at == ' ') {
        (*at)++;
    }
    while (*at < end && **at != ' ' && length + 1 < sizeof(text)) {
        text[length++] = (char)*(*at)++;
    }
    return strtoll(text, NULL, 10);
}

static void parser_start(struct feed_parser *parser, bool covers)
{
    struct feed_record record;
    struct error error;
    error_init(&error);
    feed_parser_init(parser, "fuzz", &instruments);
    CHECK(feed_parser_line(parser, &record, START, strlen(START), &error));
    CHECK(!covers || feed_parser_line(parser, &record, COVERS, strlen(COVERS), &error));
}

static void line_check(const struct feed_record *record, bool taken, bool covers)
{
    struct feed_parser parser;
    struct feed_record again;
    struct error error;
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    CHECK(stream != NULL);
    feed_json_write(stream, record, &instruments);
    CHECK(fclose(stream) == 0 && size > 1);
    error_init(&error);
    parser_start(&parser, covers);
    CHECK(feed_parser_line(&parser, &again, text, size - 1, &error) == taken);
    feed_parser_release(&parser);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *at = data;
    struct journal_words words = {.count = 0};
    struct journal_words again;
    struct tape_record tick;
    struct feed_record record;
    memset(&record, 0, sizeof(record));
    int64_t kind = number(&at, data + size);
    record.instrument = number(&at, data + size) == 0 ? INSTRUMENT_NONE : 0;
    while (at < data + size && words.count < JOURNAL_WORDS_MAX) {
        words.words[words.count++] = number(&at, data + size);
    }
    bool none = kind == FEED_SIGNAL || kind == FEED_FINISH || kind == FEED_CLOCK;
    if (kind <= FEED_START || kind > FEED_CLOCK || none != (record.instrument == INSTRUMENT_NONE)) {
        return 0;
    }
    record.kind = (enum feed_kind)kind;
    if (!journal_to_input(&words, &record, &tick)) {
        return 0;
    }
    journal_of_input(&record, &again);
    CHECK(memcmp(&words, &again, sizeof(words)) == 0);
    bool covers = kind == FEED_TICK;
    struct feed_parser parser;
    parser_start(&parser, covers);
    bool taken = feed_parser_record(&parser, &record) == NULL;
    feed_parser_release(&parser);
    line_check(&record, taken, covers);
    return 0;
}
