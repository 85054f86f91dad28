#include "sim/serve/options.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "data/usage.h"

enum { SECONDS_MOST = 1000000, SPEED_MOST = 1000000000, PORT_MOST = 65535, SPREAD_SCALE = 9 };

static const char HELP[] =
    "usage: cerberus-sim serve --market PATH [OPTIONS]\n\n"
    "The mock exchange behind a real venue's protocol, on this machine.\n\n"
    "  --market PATH         CSV, folder, manifest.json or TAPE.tape; repeatable\n"
    "  --listen ADDR:PORT    where to listen (127.0.0.1:0; port 0: any, printed as the first "
    "line)\n"
    "  --speed N             market time runs N times real time (1), from a client's first "
    "request\n"
    "  --speed lockstep      market time goes on when every client has caught up\n"
    "  --speed manual        market time goes on by POST /cerberus/advance alone\n"
    "  --at-once             with --speed N: from the start\n"
    "  --hold MS             lock-step: at least so long from step to step (0)\n"
    "  --sockets N           lock-step begins when N sockets are open (1)\n"
    "  --end-with-data       stop when the data have ended\n"
    "  --faults FILE|SEED    what goes wrong: a plan, or a mix of everything by a seed\n"
    "  --keys FILE           API keys as JSON (cerberus-test-key, cerberus-test-secret)\n"
    "  --tls DIR             TLS too: a certificate authority is made, DIR/ca.pem is to be "
    "trusted\n"
    "  --host NAME           one more name in the certificate; repeatable\n"
    "  --ping S              seconds from ping to ping on a socket (180)\n"
    "  --socket-life S       seconds after which a socket is closed (86400)\n"
    "  --spread RATE         of the quotes made for bars (0.0002)\n"
    "  --quiet               no line at the end\n\n"
    "--config, --set, --timerange, --starting-balance, --fee, --seed, --rules and --strict as "
    "in\ncerberus-sim backtest.\n";

void serve_options_help(FILE *stream)
{
    (void)fputs(HELP, stream);
}

static bool
take_number(const char *name, const char *text, int64_t least, int64_t *out, struct error *error)
{
    int64_t most = strcmp(name, "--speed") == 0 ? SPEED_MOST : SECONDS_MOST;
    return (decimal_parse(text, strlen(text), 0, out) == DECIMAL_OK && *out >= least &&
            *out <= most) ||
           error_set(error, EXIT_CODE_USAGE, NULL, 0, "%s %s: give a whole number, %d to %lld",
                     name, text, (int)least, (long long)most);
}

static bool take_speed(struct serve_options *self, const char *text, struct error *error)
{
    if (strcmp(text, "lockstep") == 0) {
        self->pace = PACE_LOCKSTEP;
        return true;
    }
    if (strcmp(text, "manual") == 0) {
        self->pace = PACE_MANUAL;
        return true;
    }
    self->pace = PACE_CLOCK;
    if (text[0] < '0' || text[0] > '9') {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--speed %s: say a whole number, lockstep or manual", text);
    }
    return take_number("--speed", text, 1, &self->speed, error);
}

static bool take_listen(struct serve_options *self, const char *text, struct error *error)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    int64_t port = 0;
    if (length > 2 && text[0] == '[' && text[length - 1] == ']') { /* [::1]:8080 */
        text++;
        length -= 2;
    }
    if (length == 0 || length >= sizeof(self->address) ||
        decimal_parse(colon + 1, strlen(colon + 1), 0, &port) != DECIMAL_OK || port < 0 ||
        port > PORT_MOST) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--listen %s: write an address and a port, as 127.0.0.1:8080", text);
    }
    memcpy(self->address, text, length);
    self->address[length] = '\0';
    self->port = (uint16_t)port;
    return true;
}

static bool take_spread(struct serve_options *self, const char *text, struct error *error)
{
    return (decimal_parse(text, strlen(text), SPREAD_SCALE, &self->spread_e9) == DECIMAL_OK &&
            self->spread_e9 >= 0 && self->spread_e9 < 100000000) ||
           error_set(error, EXIT_CODE_USAGE, NULL, 0,
                     "--spread %s: give a rate below 0.1, as 0.0002", text);
}

static bool take_host(struct serve_options *self, const char *text, struct error *error)
{
    if (self->host_count == SERVE_HOSTS_MAX || strlen(text) > 253 ||
        text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-")] != '\0' || text[0] == '\0') {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--host %s: a host's name in small letters, at most %d of them", text,
                         SERVE_HOSTS_MAX);
    }
    self->hosts[self->host_count] = text;
    self->host_count++;
    return true;
}

/* ---- the server's own words ---- */

enum serve_option {
    SERVE_LISTEN,
    SERVE_SPEED,
    SERVE_HOLD,
    SERVE_SOCKETS,
    SERVE_FAULTS,
    SERVE_KEYS,
    SERVE_TLS,
    SERVE_HOST,
    SERVE_PING,
    SERVE_LIFE,
    SERVE_SPREAD,
    SERVE_AT_ONCE, /* from here on without a value */
    SERVE_END,
    SERVE_QUIET,
    SERVE_COUNT
};

static const char *const WORDS[SERVE_COUNT] = {
    "--listen", "--speed", "--hold",        "--sockets", "--faults",  "--keys",          "--tls",
    "--host",   "--ping",  "--socket-life", "--spread",  "--at-once", "--end-with-data", "--quiet",
};

static bool
take(struct serve_options *self, enum serve_option word, const char *value, struct error *error)
{
    switch (word) {
    case SERVE_LISTEN: return take_listen(self, value, error);
    case SERVE_SPEED: return take_speed(self, value, error);
    case SERVE_HOLD: return take_number(WORDS[word], value, 0, &self->hold_ms, error);
    case SERVE_SOCKETS: return take_number(WORDS[word], value, 1, &self->first_sockets, error);
    case SERVE_PING: return take_number(WORDS[word], value, 1, &self->ping_seconds, error);
    case SERVE_LIFE: return take_number(WORDS[word], value, 1, &self->life_seconds, error);
    case SERVE_FAULTS: self->faults = value; return true;
    case SERVE_KEYS: self->keys = value; return true;
    case SERVE_TLS: self->tls = value; return true;
    case SERVE_HOST: return take_host(self, value, error);
    case SERVE_SPREAD: return take_spread(self, value, error);
    case SERVE_AT_ONCE: self->at_once = true; return true;
    case SERVE_END: self->end_with_data = true; return true;
    case SERVE_QUIET: self->quiet = true; return true;
    case SERVE_COUNT: break;
    }
    return false;
}

/* "--name" or "--name=value"; SERVE_COUNT: not the server's. */
static enum serve_option find(const char *text, const char **value)
{
    const char *equals = strchr(text, '=');
    size_t length = equals == NULL ? strlen(text) : (size_t)(equals - text);
    *value = equals == NULL ? NULL : equals + 1;
    for (int word = 0; word < SERVE_COUNT; word++) {
        if (strlen(WORDS[word]) == length && strncmp(WORDS[word], text, length) == 0) {
            return (enum serve_option)word;
        }
    }
    return SERVE_COUNT;
}

static bool pass_on(struct serve_options *self, char *word, struct error *error)
{
    if (self->market_count + 1 == SERVE_WORDS_MAX) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "more than %d words: name a folder or a manifest", SERVE_WORDS_MAX);
    }
    self->market_words[self->market_count] = word;
    self->market_count++;
    return true;
}

bool serve_options_parse(struct serve_options *self, int argc, char **argv, struct error *error)
{
    static char NAME[] = "serve";
    *self = (struct serve_options){.address = "127.0.0.1",
                                   .speed = 1,
                                   .first_sockets = 1,
                                   .ping_seconds = 180,
                                   .life_seconds = 86400,
                                   .spread_e9 = 200000,
                                   .market_words = {NAME},
                                   .market_count = 1};
    for (int index = 1; index < argc; index++) {
        const char *value = NULL;
        enum serve_option word = find(argv[index], &value);
        bool fine = false;
        if (word == SERVE_COUNT) {
            fine = pass_on(self, argv[index], error);
        } else if (word >= SERVE_AT_ONCE) {
            fine = value == NULL ? take(self, word, NULL, error)
                                 : error_set(error, EXIT_CODE_USAGE, NULL, 0,
                                             "option %s takes no value: leave it out", argv[index]);
        } else if (value != NULL || index + 1 < argc) {
            index += value == NULL ? 1 : 0;
            fine = take(self, word, value == NULL ? argv[index] : value, error);
        } else {
            fine = error_set(error, EXIT_CODE_USAGE, NULL, 0, "option %s needs a value: see --help",
                             argv[index]);
        }
        if (!fine) {
            return false;
        }
    }
    return true;
}
