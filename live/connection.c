#include "live/connection.h"

#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/instant.h"
#include "data/store.h"
#include "version.h"

#define NS_PER_US           1000LL
#define TIME_WAIT_NS        (10LL * 1000000000LL)
#define CONNECTION_ASK_TIME 1 /* tag of the first question */

static const char *given(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void forward(void *self, const struct news *news)
{
    struct connection *connection = self;
    connection->sink.take(connection->sink.self, news);
}

/* ---- keys ---- */

static bool
read_keys(struct connection *self, const struct connection_wish *wish, struct error *error)
{
    const struct live_options *options = wish->options;
    const char *file =
        options->keys != NULL ? options->keys : given(self->simulation->live.keys_file);
    if (options->keys_descriptor >= 0) {
        return keys_read_descriptor(&self->keys, options->keys_descriptor, error);
    }
    if (file != NULL) {
        return keys_read_file(&self->keys, file, error);
    }
    return !wish->trading || error_set(error, EXIT_CODE_USAGE, NULL, 0,
                                       "there is no API key: give --keys FILE, --keys-fd N or "
                                       "live.keys_file (a file of ours, mode 0600)");
}

static bool
make_signer(struct connection *self, const struct connection_wish *wish, struct error *error)
{
    if (!read_keys(self, wish, error)) {
        return false;
    }
    if (self->keys.kind == KEY_NONE) {
        return true;
    }
    self->signer = signer_new(&self->keys, error);
    char key[KEY_BYTES];
    memcpy(key, self->keys.key, sizeof(key));
    keys_wipe(&self->keys);
    memcpy(self->keys.key, key, sizeof(key));

    return self->signer != NULL;
}

/* ---- the connector ---- */

static bool
find_table(struct connection *self, const struct connection_wish *wish, struct error *error)
{
    const char *name = self->simulation->live.venue;
    self->table = wish->table != NULL ? wish->table : venue_find(name);
    return self->table != NULL ||
           error_set(error, EXIT_CODE_USAGE, NULL, 0, "live.venue '%s' is no venue: say one of %s",
                     name, venue_names());
}

static void fill_options(struct connection *self)
{
    const struct live_settings *live = &self->simulation->live;
    const struct settings *settings = &self->simulation->settings;
    self->options = (struct venue_options){
        .rest_url = given(live->rest_url),
        .stream_url = given(live->stream_url),
        .user_url = given(live->user_url),
        .ca_file = given(live->ca_file),
        .recv_window_us = live->recv_window,
        .request_timeout_ns = live->request_timeout * NS_PER_US,
        .share_e9 = settings->message_share,
        .reserve_e9 = settings->message_reserve,
        .depth = live->depth != 0,
        .trades = live->trades != 0,
        .quotes = live->quotes != 0,
        .marks = true,
        .bar_interval_us = live->bars,
    };
    if (getrandom(&self->options.seed, sizeof(self->options.seed), 0) < 0) {
        self->options.seed = (uint64_t)loop_clock_ns(); /* jitter alone hangs on it */
    }
}

static bool open_venue(struct connection *self, struct error *error)
{
    struct http_options http = {.ca_file = self->options.ca_file,
                                .user_agent = "cerberus/" CERBERUS_VERSION};
    self->http = http_new(self->loop, &http, error);
    if (self->http == NULL) {
        return false;
    }
    struct venue_world world = {
        .loop = self->loop,
        .http = self->http,
        .clock = &self->clock,
        .signer = self->signer,
        .key = self->keys.key,
        .instruments = self->instruments,
        .sink = {.self = self, .take = forward},
    };
    self->venue = self->table->open(&self->options, &world, error);

    return self->venue != NULL;
}

bool connection_open(struct connection *self,
                     const struct connection_wish *wish,
                     struct error *error)
{
    memset(self, 0, sizeof(*self));
    self->simulation = wish->simulation;
    self->instruments = wish->instruments;
    self->sink = wish->sink;
    self->speed = wish->options->speed > 0 ? wish->options->speed : 1;
    fill_options(self);
    self->loop = loop_new(error);
    if (self->loop == NULL) {
        return false;
    }
    live_clock_start(&self->clock, store_wall_us(), loop_clock_ns(), self->speed);
    return find_table(self, wish, error) && make_signer(self, wish, error) &&
           open_venue(self, error);
}

void connection_close(struct connection *self)
{
    if (self->venue != NULL) {
        self->table->close(self->venue);
    }
    if (self->http != NULL) {
        http_free(self->http);
    }
    signer_free(self->signer);
    keys_wipe(&self->keys);
    loop_free(self->loop);
    memset(self, 0, sizeof(*self));
}

int64_t connection_now_us(struct connection *self)
{
    return live_clock_us(&self->clock, loop_now_ns(self->loop));
}

/* ---- what the venue says before all ---- */

struct time_answer {
    bool answered, failed;
};

static void take_time(void *self, const struct news *news)
{
    struct time_answer *answer = self;
    if (news->kind == NEWS_ANSWER && news->tag == CONNECTION_ASK_TIME) {
        answer->answered = true;
        answer->failed = news->answer.outcome != ANSWER_DONE;
    }
}

/* Before the streams are open: nothing else is news. */
static bool sample_clock(struct connection *self, struct error *error)
{
    struct time_answer answer = {false, false};
    struct news_sink kept = self->sink;
    int64_t until_ns = loop_clock_ns() + TIME_WAIT_NS;
    self->sink = (struct news_sink){.self = &answer, .take = take_time};
    self->table->ask_time(self->venue, CONNECTION_ASK_TIME);
    bool turned = true;
    while (turned && !answer.answered && loop_clock_ns() < until_ns) {
        turned = loop_turn(self->loop, until_ns, error);
    }
    self->sink = kept;
    if (!turned) {
        return false;
    }
    return (answer.answered && !answer.failed) ||
           error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                     "%s does not say what time it is: check live.rest_url and the network",
                     self->table->name);
}

/* The session's time begins with the venue's where live.clock says so: for servers that play the past. */
static void base_on_venue(struct connection *self)
{
    int64_t now_ns = loop_clock_ns();
    int64_t venue_us = live_clock_venue_us(&self->clock, now_ns);
    live_clock_start(&self->clock, venue_us, now_ns, self->speed);
}

bool connection_load(struct connection *self, struct error *error)
{
    const struct config_list *allow = &self->simulation->config.allow;
    struct venue_symbol symbols[CONFIG_LIST_MAX];
    if (allow->count == 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "symbols.allow is empty: list the symbols that the venue's streams are "
                         "opened for");
    }
    for (int32_t i = 0; i < allow->count; i++) {
        symbols[i].symbol = allow->names[i];
    }
    if (!sample_clock(self, error)) {
        return false;
    }
    if (self->simulation->live.clock == CLOCK_VENUE) {
        base_on_venue(self);
    }
    return self->table->load(self->venue, symbols, allow->count, error);
}
