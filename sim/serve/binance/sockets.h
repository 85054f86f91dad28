/* sockets.h - WebSocket connections of the dialect and what each is subscribed to (PROTOCOLS A1, A10). Shared by sockets.c and
 * the streams alone. */
#ifndef SIM_SERVE_BINANCE_SOCKETS_H
#define SIM_SERVE_BINANCE_SOCKETS_H

#include "sim/serve/binance/binance.h"

enum stream_kind {
    STREAM_AGG_TRADE,
    STREAM_TRADE,
    STREAM_MARK, /* step: 1 or 3 s */
    STREAM_MARK_ALL,
    STREAM_KLINE, /* step: the interval */
    STREAM_BOOK_TICKER,
    STREAM_BOOK_TICKER_ALL,
    STREAM_DEPTH,   /* step: the cadence */
    STREAM_PARTIAL, /* step: the cadence; levels */
    STREAM_TICKER,
    STREAM_MINI_TICKER,
    STREAM_FORCED,
    STREAM_FORCED_ALL,
    STREAM_CONTRACT_INFO,
    STREAM_ACCOUNT /* a listen key */
};

enum { STREAM_NAME_BYTES = 80, STREAMS_MAX = 1024, EVENT_FILTER_BYTES = 256 };

struct stream {
    enum stream_kind kind;
    int32_t instrument; /* INSTRUMENT_NONE: all */
    int64_t step_us;
    int32_t levels;
    char name[STREAM_NAME_BYTES];
};

struct socket {
    struct socket *next;
    struct server_socket *wire;
    bool combined; /* messages are wrapped with their stream's name */
    int64_t opened_us;
    int32_t count, capacity;
    struct stream *streams;
    char events[EVENT_FILTER_BYTES]; /* of the account: "ORDER_TRADE_UPDATE/.."; "": all */
};

/* self->event goes to this one, wrapped where the socket is a combined one. user: server.h. */
void sockets_send(struct binance *self,
                  const struct socket *socket,
                  const struct stream *stream,
                  bool user);
/* self->event goes to every subscription of this kind, instrument (or of all) and step (0: any). */
void sockets_publish(struct binance *self,
                     enum stream_kind kind,
                     int32_t instrument,
                     int64_t step_us);
/* Does anybody listen? */
bool sockets_want(const struct binance *self,
                  enum stream_kind kind,
                  int32_t instrument,
                  int64_t step_us);

#endif
