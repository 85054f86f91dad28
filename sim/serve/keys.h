/* keys.h - the API keys that the server takes: those of a file, or two of its own for tests.
 * File     a JSON list: {"key": "...", "secret": "..."} or {"key": "...", "ed25519": "64 hex digits of the public key"}, and,
 *          where it is not a trading key without withdrawals, "trade", "withdraw", "read_only": true or false.
 * Own      cerberus-test-key with the secret cerberus-test-secret, and cerberus-test-ed25519 with the public key of the seed
 *          00 01 .. 1f (PROTOCOLS A2).
 * Failure  false and file:line: what is wrong: what to do. */
#ifndef SIM_SERVE_KEYS_H
#define SIM_SERVE_KEYS_H

#include "data/text.h"
#include "sim/serve/server.h"

struct server_keys {
    struct server_key *items;
    int32_t count, capacity;
};

void server_keys_own(struct server_keys *self);
MUST_USE bool server_keys_parse(struct server_keys *self,
                                struct slice text,
                                const char *name,
                                struct error *error);

#endif
