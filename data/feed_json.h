/* feed_json.h - a recorded market and its signals as newline-delimited JSON: what `cerberus-sim feed` writes and
 * `cerberus-live --mode paper --feed` reads. One JSON object a line, one input of the run a line, in the order in which
 * the backtest takes them.
 *
 * Every line has "kind". Instants ("t" and others named *_us or t) are integers: microseconds since the epoch, UTC; "t"
 * never falls from line to line. Prices, rates, sizes and money are strings with exact decimals. Symbols are those of the
 * first line. Keys are known or refused; those in [brackets] may be absent and then are 0, false or empty.
 *
 * {"kind":"start","version":1,"t":T,"starting_balance":"10000","fidelity":"bars","interval_us":60000000,
 *  "first_us":A,"last_us":B,"symbols":[...],"aliases":{"doge":"DOGEUSDT"}}
 *     the first line, once. fidelity: signals, bars, trades, quotes, depth. interval_us: of the finest bars, 0 = none.
 *     first_us, last_us: the window, both ends inside. Each of symbols:
 *     {"symbol":"DOGEUSDT","tick":"0.00001","lot":"1","size_min":"1","size_max":"30000000","notional_min":"5",
 *      "maker_fee":"0.0002","taker_fee":"0.0005","liquidation_fee":"0.0125","margin_model":"binance","pack":1,
 *      ["leverage_max":N,"liquid":true,"rules_default":true,"tiers_default":true,"fidelity":"depth",]
 *      "tiers":[["0","5000","0.01","0",50], ...]}   floor, cap, maintenance rate, maintenance amount, highest leverage
 * {"kind":"bar","t":T,"symbol":"DOGEUSDT","interval_us":I,"open":"..","high":"..","low":"..","close":"..",
 *  "volume":"1234.5","volume_exponent":1}
 *     a bar that opens at T; the exchange may use it then, the core sees it at T + I. The volume has volume_exponent
 *     (0 to 8) decimals, as the whole series has.
 * {"kind":"mark","t":T,"symbol":"DOGEUSDT","interval_us":I,"open":"..","high":"..","low":"..","close":".."}
 * {"kind":"funding","t":T,"symbol":"DOGEUSDT","rate":"0.0001"}        a settlement; rate with up to 16 decimals
 * {"kind":"price","t":T,"symbol":"DOGEUSDT","price":"0.08"}           runs on signals only: the market from T on
 * {"kind":"signal","t":T,"id":1,"timestamp":S,"token":"DOGE","source":"telegram:1",["external_id":"x","confidence":"High",
 *  "bad":N,"direction":"long","direction_metadata":"short","price":"0.08","volume":"5","volume_exponent":0,"stop":"..",
 *  "stop_metadata":"..","targets":["..",".."],"target_shares":["0.5","0.5"],"target_metadata":true,"entry_low":"..",
 *  "entry_high":"..","trailing":"0.02","leverage":10,"leverage_stated":20,"ttl_us":N,"line":N,"metadata":"{...}"]}
 *     T is the instant at which the core hears of it, timestamp its own. The fields are those of struct signal: absent
 *     price and volume = the dialect has none; bad: the bits of enum signal_field; direction: long, short, close, invalid;
 *     metadata: the raw JSON text, as one string.
 * {"kind":"clock","t":T,"offset_ns":1270000000}      what is added to every receive_ns before a latency is measured from it
 * {"kind":"covers","t":T,"symbol":"BTCUSDT","fidelity":"depth","first_us":A,"last_us":B}
 *     from A to B the symbol has trades, quotes or depth: one line for each of the three that it has. Clock and covers stand
 *     right behind the start; the lines below are of symbols with covers.
 * {"kind":"trade","t":T,"symbol":"BTCUSDT","price":"61800.3","size":"0.006","size_decimals":3,["first_id":N,"last_id":N,]
 *  ["sequence":N,"buy":true,"side_unknown":true,"aggregate":true,"receive_ns":N]}
 * {"kind":"depth","t":T,"symbol":"BTCUSDT","price":"61800.3","size":"0.5","size_decimals":3,["first_id":N,"previous_id":N,]
 *  ["sequence":N,"buy":true,"snapshot":true,"last":true,"receive_ns":N]}
 * {"kind":"quote","t":T,"symbol":"BTCUSDT","bid":"61800.2","bid_size":"2.5","ask":"61800.3","ask_size":"2.5",
 *  "size_decimals":3,["sequence":N,"receive_ns":N]}          bid or ask "0": no such side
 * {"kind":"mark_price","t":T,"symbol":"BTCUSDT","price":"61795.12345678",["sequence":N,"receive_ns":N]}
 * {"kind":"index_price","t":T,"symbol":"BTCUSDT","price":"61795.1",["sequence":N,"receive_ns":N]}
 *     one record of a tape (data/tape.h): its flags and ids by name, sizes with size_decimals (-8 to 18) decimals; below 0
 *     they are in tens, hundreds, ... sequence: as a signed integer of 64 bits. receive_ns: by the receiver's clock. The
 *     number of its stream is the tape's own affair: a read record has 0.
 * {"kind":"symbol_end","t":T,"symbol":"DOGEUSDT"}                     no more lines of this symbol's market will come
 * {"kind":"end","t":T}                                                the last line
 *
 * Laws     bars, marks and settlements of one symbol rise strictly in time, each kind for itself; "price" stands where the
 *          fidelity is signals, "bar" and "mark" where it is not. "t" lies before the year 10000.
 *          Writing and reading give the same record, bit for bit. A parser takes one line at a time, holds one, and
 *          answers it before it sees the next.
 * Failure  false and an error (exit 3) with file:line; nothing of a refused line is taken.
 * Cost     writing about 0.5 us a bar, reading 3 us (jansson). */
#ifndef DATA_FEED_JSON_H
#define DATA_FEED_JSON_H

#include "core/event.h"
#include "core/instruments.h"
#include "data/error.h"
#include "data/tape.h"

enum {
    FEED_VERSION = 1,
    FEED_LINE_BYTES = 8 << 20,
    FEED_VOLUME_SCALE_MAX = 8,
    FEED_SIZE_SCALE_MIN = -8,
    FEED_SIZE_SCALE_MAX = 18
};
/* The year 10000: times from it on are no times, and sums with them would leave int64. */
#define FEED_TIME_MAX_US (INT64_C(253402300800) * 1000000)

enum feed_kind {
    FEED_START = 1,
    FEED_BAR,
    FEED_MARK,
    FEED_FUNDING,
    FEED_PRICE,
    FEED_SIGNAL,
    FEED_SYMBOL_END,
    FEED_FINISH, /* "end" */
    FEED_TICK,   /* one record of a tape: trade, depth row, quote, mark or index price */
    FEED_COVERS, /* behind the start: from when to when a symbol has trades, quotes or depth */
    FEED_CLOCK   /* behind the start: the receiver's clock against the venue's */
};

struct feed_start {
    int64_t starting_balance_e8;
    enum fidelity fidelity;
    int64_t interval_us;
    int64_t first_us, last_us;
};

struct feed_bar {
    int64_t interval_us;
    int64_t open_e12, high_e12, low_e12, close_e12;
    int64_t volume; /* units times 10^volume_exponent; mark bars: 0 */
    int32_t volume_exponent;
};

struct feed_signal {
    struct signal signal;
    const char *metadata; /* NULL: none. A parsed one is borrowed until the next line */
};

struct feed_cover {
    enum fidelity fidelity; /* trades, quotes or depth */
    int64_t first_us, last_us;
};

struct feed_tick {
    const struct tape_record *record; /* borrowed until the next record */
    int32_t size_decimals;            /* of its stream */
};

struct feed_record {
    enum feed_kind kind;
    int32_t instrument; /* INSTRUMENT_NONE where it has none */
    int64_t time_us;
    union {
        struct feed_start start; /* the instruments stand in the parser's or writer's table */
        struct feed_bar bar;     /* bar and mark */
        int64_t rate_e16;        /* funding */
        int64_t price_e12;       /* price */
        struct feed_signal signal;
        struct feed_tick tick;
        struct feed_cover cover;
        int64_t offset_ns; /* clock */
    };
};

const char *feed_kind_text(int kind);
/* What stands before the first input, and before session_start(). */
static inline bool feed_kind_foreword(enum feed_kind kind)
{
    return kind == FEED_START || kind == FEED_CLOCK || kind == FEED_COVERS;
}

/* One line with its end. Buffered by the stream; the caller asks the stream for failures (ferror, fclose). */
void feed_json_write(FILE *stream,
                     const struct feed_record *record,
                     const struct instruments *instruments);

/* The state that one stream of lines has. */
struct feed_parser {
    const char *file;                /* for messages; borrowed */
    struct instruments *instruments; /* borrowed; filled by the start line */
    int64_t line;                    /* lines taken so far */
    int64_t time_us;
    bool started, ended;
    enum fidelity fidelity; /* of the start line */
    bool symbol_ended[INSTRUMENTS_MAX];
    int64_t last_us[INSTRUMENTS_MAX][FEED_FUNDING + 1]; /* of bar, mark, funding; -1: none yet */
    bool under_way;                   /* an input has come: too late for "clock" and "covers" */
    uint8_t covered[INSTRUMENTS_MAX]; /* a bit a fidelity: what "covers" said of it */
    struct tape_record tick;          /* of the last line, where it was one */
    void *document;                   /* private: holds the texts of the last record */
};

void feed_parser_init(struct feed_parser *self, const char *file, struct instruments *instruments);
/* One line without its end. A blank line is an error, like everything that is not a record. */
MUST_USE bool feed_parser_line(struct feed_parser *self,
                               struct feed_record *out,
                               const char *text,
                               size_t length,
                               struct error *error);
/* The same laws for a record of this feed that came another way (a journal), whole in itself: NULL and it is taken, or why
 * not. */
MUST_USE const char *feed_parser_record(struct feed_parser *self, const struct feed_record *record);
/* False and an error when the stream ended before its "end" line. */
MUST_USE bool feed_parser_finish(const struct feed_parser *self, struct error *error);
void feed_parser_release(struct feed_parser *self);

#endif
