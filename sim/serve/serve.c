/* serve.c - from a command line to a running server, and its end. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/usage.h"
#include "sim/exchange/document.h"
#include "sim/serve/keys.h"
#include "sim/serve/server_parts.h"
#include "sim/serve/tls.h"

const struct server_key *server_key_find(const struct server *self, const char *key)
{
    for (int32_t index = 0; index < self->key_count; index++) {
        if (strcmp(self->keys[index].key, key) == 0) {
            return &self->keys[index];
        }
    }
    return NULL;
}

static bool read_keys(struct server *self)
{
    struct server_keys keys = {.items = self->keys, .capacity = SERVER_KEYS_MAX};
    const char *path = self->options.keys;
    size_t length = 0;
    if (path == NULL) {
        server_keys_own(&keys);
        self->key_count = keys.count;
        return true;
    }
    char *text = document_read(path, &length, &self->error);
    bool fine =
        text != NULL && server_keys_parse(&keys, (struct slice){text, length}, path, &self->error);
    document_free(text);
    self->key_count = keys.count;
    return fine;
}

/* Digits alone are a seed: a file of such a name can be written as ./7. */
static bool read_faults(struct server *self)
{
    const char *word = self->options.faults;
    int64_t seed = self->load->options.seed;
    size_t length = 0;
    if (word == NULL) {
        self->faults = faults_new(NULL, NULL, 0, &self->error);
    } else if (word[0] != '\0' && word[strspn(word, "0123456789")] == '\0') {
        if (strlen(word) > 18) {
            return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                             "--faults %s: a seed has 18 digits at most", word);
        }
        self->faults = faults_new(NULL, NULL, strtoll(word, NULL, 10), &self->error);
    } else {
        char *text = document_read(word, &length, &self->error);
        self->faults = text == NULL ? NULL : faults_new(text, word, seed, &self->error);
        document_free(text);
    }
    return self->faults != NULL;
}

static void announce(const struct server *self)
{
    bool six = strchr(self->options.address, ':') != NULL;
    (void)printf("listening on %s://%s%s%s:%d\n", self->tls != NULL ? "https" : "http",
                 six ? "[" : "", self->options.address, six ? "]" : "", (int)self->options.port);
    (void)fflush(stdout);
}

static void part(const struct server *self)
{
    if (self->options.quiet) {
        return;
    }
    (void)printf("stopped: %" PRId64 " requests, %" PRId64 " connections, %" PRId64
                 " stream messages, %" PRId64 " steps of market time\n",
                 self->requests, self->accepted, self->messages, self->steps);
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        int64_t count = faults_count(self->faults, (enum fault)fault);
        if (count > 0) {
            (void)printf("fault      %s %" PRId64 "\n", fault_text(fault), count);
        }
    }
}

static bool prepare(struct server *self, int argc, char **argv)
{
    if (!serve_options_parse(&self->options, argc, argv, &self->error)) {
        return false;
    }
    if (!load_market_alone(self->load, self->options.market_count, self->options.market_words)) {
        self->error = self->load->error;
        return false;
    }
    if (!read_keys(self) || !read_faults(self)) {
        return false;
    }
    if (self->options.tls != NULL) {
        self->tls = tls_make(self->options.tls, self->options.hosts, self->options.host_count,
                             &self->error);
    }
    return self->options.tls == NULL || self->tls != NULL;
}

static int run(struct server *self, int argc, char **argv)
{
    bool opened = prepare(self, argc, argv) && server_open(self);
    if (opened) {
        announce(self);
        server_run(self);
        part(self);
    } else {
        error_print(&self->error, "cerberus-exchange", stderr);
    }
    server_shut(self);
    SSL_CTX_free(self->tls);
    faults_free(self->faults);
    load_release(self->load);
    return !opened ? (int)self->error.code : self->unbalanced ? EXIT_CODE_CHECK : EXIT_CODE_DONE;
}

int serve_main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    if (usage_asks_help(argc, argv)) {
        serve_options_help(stdout);
        return usage_finish("cerberus-exchange", EXIT_CODE_DONE);
    }
    struct server *self = calloc(1, sizeof(*self));
    struct load *load = calloc(1, sizeof(*load));
    CHECK(self != NULL && load != NULL);
    self->load = load;
    self->epoll = self->listener = self->signals = -1;
    error_init(&self->error);
    int code = run(self, argc, argv);
    free(load);
    free(self);
    return usage_finish("cerberus-exchange", code);
}
