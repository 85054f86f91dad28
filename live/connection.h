/* connection.h - the venue that the configuration names, with all that it stands on: loop, HTTP, clock, keys, signer, connector.
 * Used by the executor, by paper trading on a live feed, and by doctor.
 * Start    connection_open(): nothing is asked of the venue. connection_load(): rules of symbols.allow (turns the loop), and the
 * clock:
 *          a first sample of the venue's, and with live.clock = venue the session's own base.
 * Keys     by --keys, --keys-fd or live.keys_file; wiped from our memory once the signer has them. None: public data alone.
 * Failure  false and an error (2: configuration or keys; 4: the venue does not answer). */
#ifndef LIVE_CONNECTION_H
#define LIVE_CONNECTION_H

#include "live/options.h"
#include "live/venue.h"

struct connection {
    const struct simulation *simulation;
    const struct venue_table *table;
    struct loop *loop;
    struct http *http;
    struct signer *signer;
    struct live_clock clock;
    struct keys keys; /* the key alone; the secret is wiped */
    struct venue_options options;
    struct venue *venue;
    struct instruments *instruments;
    struct news_sink sink; /* where news go after connection_load() */
    int64_t speed;
};

/* With keys: `private` says that there must be some. instruments: filled by connection_load(); borrowed, like sink's self. table
 * NULL: by
 * live.venue. */
struct connection_wish {
    const struct live_options *options;
    const struct simulation *simulation;
    const struct venue_table *table;
    struct instruments *instruments;
    struct news_sink sink;
    bool trading; /* keys are needed */
};
MUST_USE bool
connection_open(struct connection *self, const struct connection_wish *wish, struct error *error);
MUST_USE bool connection_load(struct connection *self, struct error *error);
void connection_close(struct connection *self);
/* Event time. */
int64_t connection_now_us(struct connection *self);

#endif
