/* serve_binance_world.h - the Binance dialect over a house on two symbols of bars, without sockets: requests are calls, what
 * would go out on a WebSocket is kept. The clock is the market's. */
#ifndef TESTS_SIM_SERVE_BINANCE_WORLD_H
#define TESTS_SIM_SERVE_BINANCE_WORLD_H

#include <openssl/hmac.h>
#include <sodium.h>

#include "data/memory.h"
#include "sim/serve/binance/binance.h"
#include "tests/sim/house_world.h"

#define KEY    "test-key-of-the-desk"
#define SECRET "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"

enum { SENT_MAX = 4096 };

struct server_socket {
    char *sent[SENT_MAX];
    int32_t count;
    int closed; /* code; 0: open */
    void *tag;
};

struct server {
    struct faults *faults;
    struct server_key keys[3];
};

struct wire {
    struct world *world;
    struct server server;
    void *dialect;
    const char *key;    /* the header; NULL: none */
    const char *client; /* address */
    int64_t real_ns, skew_us;
    struct server_answer answer;
};

/* ---- the seams of server.h ---- */

const char *server_header(const struct server_request *request, const char *name)
{
    const struct wire *wire = request->connection;
    return strcmp(name, "x-mbx-apikey") == 0 ? wire->key : NULL;
}

void server_send(struct server_socket *socket, const char *text, size_t length, bool user)
{
    (void)user;
    assert_true(socket->count < SENT_MAX);
    socket->sent[socket->count++] = strndup(text, length);
}

void server_close(struct server_socket *socket, int code, const char *why)
{
    (void)why;
    socket->closed = code;
}

struct faults *server_faults(struct server *self)
{
    return self->faults;
}

const struct server_key *server_key_find(const struct server *self, const char *key)
{
    for (size_t i = 0; i < ARRAY_COUNT(self->keys); i++) {
        if (strcmp(self->keys[i].key, key) == 0) {
            return &self->keys[i];
        }
    }
    return NULL;
}

/* ---- life ---- */

static inline void wire_hear(void *self, const struct house_news *news)
{
    struct wire *wire = self;
    if (wire->dialect != NULL) {
        dialect_binance.news(wire->dialect, news);
    }
}

static inline void wire_keys(struct wire *wire)
{
    struct server_key *keys = wire->server.keys;
    keys[0] = (struct server_key){.key = KEY, .secret = SECRET, .can_trade = true};
    keys[1] = (struct server_key){.key = "reader-key", .secret = SECRET, .read_only = true};
    keys[2] = (struct server_key){.key = "ed25519-key", .has_ed25519 = true, .can_trade = true};
    /* RFC 8032's form: the public key of the seed 00 01 .. 1f, PROTOCOLS A2. */
    size_t length = 0;
    assert_int_equal(
        sodium_hex2bin(keys[2].ed25519_public, 32,
                       "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8", 64, NULL,
                       &length, NULL),
        0);
}

/* Bars as rows of world_bars(); more settings as "--set" pairs. */
static inline struct wire *wire_open(const char *const *coin, const char *const *gold)
{
    struct wire *wire = calloc(1, sizeof(*wire));
    struct error error;
    char manifest[TEST_PATH_BYTES];
    assert_non_null(wire);
    wire->world = world_prepare();
    world_bars(wire->world, "coin.csv", coin);
    world_bars(wire->world, "gold.csv", gold);
    test_file(&wire->world->folder, manifest, "manifest.json",
              "{\"klines\":{\"COINUSDT\":\"coin.csv\",\"GOLDUSDT\":\"gold.csv\"},"
              "\"leverage_tiers\":\"tiers.csv\"}");
    char *argv[] = {(char[]){"serve"},
                    (char[]){"--market"},
                    manifest,
                    (char[]){"--set"},
                    (char[]){"sim.spread=0%"},
                    (char[]){"--set"},
                    (char[]){"sim.slippage=0%"},
                    (char[]){"--set"},
                    (char[]){"sim.impact=0%"},
                    (char[]){"--set"},
                    (char[]){"sim.participation=0%"}};
    const struct house_options options = {.market_name = "test"};
    const struct house_sink sink = {wire, wire_hear};
    error_init(&error);
    if (!load_market_alone(&wire->world->load, (int)ARRAY_COUNT(argv), argv)) {
        fail_msg("%s", wire->world->load.error.text);
    }
    wire->world->house = house_new(&wire->world->load, &options, &sink, &error);
    assert_non_null(wire->world->house);
    wire_keys(wire);
    wire->key = KEY;
    wire->client = "127.0.0.1";
    wire->dialect = dialect_binance.open(&wire->server, wire->world->house);
    return wire;
}

static inline void wire_close(struct wire *wire)
{
    dialect_binance.close(wire->dialect);
    wire->dialect = NULL;
    free(wire->answer.body);
    faults_free(wire->server.faults);
    world_free(wire->world);
    free(wire);
}

/* Market time to so many milliseconds after START, in steps of ten. */
static inline void wire_to(struct wire *wire, int64_t ms)
{
    int64_t now_us = house_now_us(wire->world->house);
    int64_t end_us = START + ms * US_PER_MS;
    while (now_us < end_us) {
        now_us = fixed_smaller(end_us, fixed_larger(now_us, START) + 10 * US_PER_MS);
        house_advance(wire->world->house, now_us);
        dialect_binance.tick(wire->dialect, now_us);
    }
    expect_balanced(wire->world);
}

static inline void wire_faults(struct wire *wire, const char *plan)
{
    struct error error;
    error_init(&error);
    faults_free(wire->server.faults);
    wire->server.faults = faults_new(plan, "plan", 1, &error);
    if (wire->server.faults == NULL) {
        fail_msg("%s", error.text);
    }
}

/* ---- requests ---- */

static inline const char *ask_raw(
    struct wire *wire, const char *method, const char *path, const char *query, const char *body)
{
    struct server_request request = {.method = method,
                                     .path = path,
                                     .query = query,
                                     .body = body,
                                     .body_length = strlen(body),
                                     .connection = wire,
                                     .client = wire->client,
                                     .now_us = house_now_us(wire->world->house),
                                     .real_ns = wire->real_ns};
    request.clock_us = request.now_us + wire->skew_us;
    wire->answer.status = 0;
    wire->answer.length = 0;
    wire->answer.header_count = 0;
    dialect_binance.request(wire->dialect, &request, &wire->answer);
    assert_true(wire->answer.length > 0);
    return wire->answer.body;
}

static inline const char *ask(struct wire *wire, const char *path, const char *query)
{
    return ask_raw(wire, "GET", path, query, "");
}

static inline void hmac_hex(const char *text, char out[65])
{
    unsigned char digest[32];
    assert_non_null(HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), (const unsigned char *)text,
                         strlen(text), digest, NULL));
    (void)sodium_bin2hex(out, 65, digest, sizeof(digest));
}

/* Signed, with the market's time. */
static inline const char *
ask_signed(struct wire *wire, const char *method, const char *path, const char *query)
{
    char text[4096];
    char all[4300];
    char signature[65];
    (void)snprintf(text, sizeof(text), "%s%stimestamp=%lld", query, query[0] == '\0' ? "" : "&",
                   (long long)((house_now_us(wire->world->house) + wire->skew_us) / US_PER_MS));
    hmac_hex(text, signature);
    (void)snprintf(all, sizeof(all), "%s&signature=%s", text, signature);
    bool body = strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0;
    return ask_raw(wire, method, path, body ? "" : all, body ? all : "");
}

static inline const char *post(struct wire *wire, const char *path, const char *query)
{
    return ask_signed(wire, "POST", path, query);
}

static inline const char *get(struct wire *wire, const char *path, const char *query)
{
    return ask_signed(wire, "GET", path, query);
}

static inline const char *order_post(struct wire *wire, const char *query)
{
    return post(wire, "/fapi/v1/order", query);
}

static inline void expect_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("no %s in %s", part, text);
    }
}

static inline void expect_not(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) {
        fail_msg("%s in %s", part, text);
    }
}

/* The answer is an error of this number and HTTP status. */
static inline void expect_code(struct wire *wire, int32_t code, int32_t status)
{
    char part[40];
    (void)snprintf(part, sizeof(part), "{\"code\":%d,\"msg\":\"", code);
    if (strncmp(wire->answer.body, part, strlen(part)) != 0 || wire->answer.status != status) {
        fail_msg("not %d (%d) but %d %s", code, status, wire->answer.status, wire->answer.body);
    }
}

static inline void expect_fine(struct wire *wire)
{
    if (wire->answer.status != 200) {
        fail_msg("%d %s", wire->answer.status, wire->answer.body);
    }
}

/* Value of an answer's header; -1: it is not there. */
static inline long header_of(const struct wire *wire, const char *name)
{
    for (int32_t i = 0; i < wire->answer.header_count; i++) {
        const char *line = wire->answer.headers[i];
        if (strncmp(line, name, strlen(name)) == 0) {
            return strtol(line + strlen(name) + 1, NULL, 10);
        }
    }
    return -1;
}

/* ---- sockets ---- */

static inline struct server_socket *
socket_new(struct wire *wire, const char *path, const char *query)
{
    struct server_socket *socket = memory_zeros(1, sizeof(*socket));
    if (!dialect_binance.socket_opened(wire->dialect, socket, path, query, &socket->tag)) {
        fail_msg("refused: %s", path);
    }
    return socket;
}

static inline void expect_no_socket(struct wire *wire, const char *path)
{
    struct server_socket socket = {0};
    assert_false(dialect_binance.socket_opened(wire->dialect, &socket, path, "", &socket.tag));
}

static inline void socket_end(struct wire *wire, struct server_socket *socket)
{
    dialect_binance.socket_closed(wire->dialect, socket, socket->tag);
    for (int32_t i = 0; i < socket->count; i++) {
        free(socket->sent[i]);
    }
    free(socket);
}

static inline void socket_say(struct wire *wire, struct server_socket *socket, const char *text)
{
    dialect_binance.socket_message(wire->dialect, socket, socket->tag, text, strlen(text));
}

/* Messages from `from` on that hold the part; *first: index of the first of them, or -1. */
static inline int32_t
sent_with(const struct server_socket *socket, int32_t from, const char *part, int32_t *first)
{
    int32_t count = 0;
    int32_t found = -1;
    for (int32_t i = from; i < socket->count; i++) {
        if (strstr(socket->sent[i], part) != NULL) {
            found = found < 0 ? i : found;
            count++;
        }
    }
    if (first != NULL) {
        *first = found;
    }
    return count;
}

static inline struct server_socket *user_socket(struct wire *wire)
{
    char path[120];
    (void)ask_raw(wire, "POST", "/fapi/v1/listenKey", "", "");
    expect_fine(wire);
    (void)snprintf(path, sizeof(path), "/private/ws/%.64s", wire->answer.body + 14);
    return socket_new(wire, path, "");
}

#endif
