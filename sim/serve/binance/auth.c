/* auth.c - who asks, and whether the bytes are his (PROTOCOLS A2). What is signed is the query followed by the body as they came,
 * without the signature, which is the last parameter of its part. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

#include "data/memory.h"
#include "sim/serve/binance/binance.h"

enum { RECV_WINDOW = 5000, RECV_WINDOW_MAX = 60000, AHEAD_MS = 1000, KEY_MIN = 8, KEY_MAX = 79 };

/* Length of a part without its signature; *found: it has one, and it is the last parameter. False: one that is not the last. */
static bool part_length(const char *part, size_t *length, bool *found)
{
    static const char NAME[] = "signature=";
    size_t name = sizeof(NAME) - 1;
    *length = strlen(part);
    for (const char *at = part; (at = strstr(at, NAME)) != NULL; at += name) {
        if (at != part && at[-1] != '&') {
            continue;
        }
        if (strchr(at, '&') != NULL || *found) {
            return false;
        }
        *found = true;
        *length = (size_t)(at - part) - (at != part ? 1 : 0);
        return true;
    }
    return true;
}

static bool
hmac_right(const struct server_key *key, const char *text, size_t length, const char *hex)
{
    unsigned char digest[32];
    unsigned int size = 0;
    char expected[65];
    if (HMAC(EVP_sha256(), key->secret, (int)strlen(key->secret), (const unsigned char *)text,
             length, digest, &size) == NULL) {
        return false;
    }
    (void)sodium_bin2hex(expected, sizeof(expected), digest, sizeof(digest));

    return strlen(hex) == 64 && sodium_memcmp(expected, hex, 64) == 0;
}

static bool
ed25519_right(const struct server_key *key, const char *text, size_t length, const char *base64)
{
    unsigned char signature[crypto_sign_BYTES];
    size_t size = 0;
    const char *end = NULL;
    if (sodium_base642bin(signature, sizeof(signature), base64, strlen(base64), NULL, &size, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        size != sizeof(signature) || *end != '\0') {
        return false;
    }
    return crypto_sign_verify_detached(signature, (const unsigned char *)text, length,
                                       key->ed25519_public) == 0;
}

static bool
signature_right(const struct call *call, const struct server_key *key, const char *signature)
{
    const struct server_request *request = call->request;
    size_t query = 0;
    size_t body = 0;
    bool found = false;
    if (!part_length(request->query, &query, &found) ||
        !part_length(request->body, &body, &found)) {
        return false;
    }
    char *text = memory_zeros(query + body + 1, 1);
    memcpy(text, request->query, query);
    memcpy(text + query, request->body, body);
    bool right = key->has_ed25519 ? ed25519_right(key, text, query + body, signature)
                                  : hmac_right(key, text, query + body, signature);
    free(text);

    return right;
}

/* timestamp < server time + 1000 and server time - timestamp <= recvWindow. */
static bool time_right(struct call *call)
{
    const char *sent = NULL;
    int64_t timestamp = 0;
    int64_t window = 0;
    if (!call_must(call, "timestamp", &sent) ||
        !call_whole(call, "timestamp", (struct whole){0, 0, INT64_MAX / 2}, &timestamp) ||
        !call_whole(call, "recvWindow", (struct whole){RECV_WINDOW, 0, INT64_MAX / 2}, &window)) {
        return false;
    }
    if (window > RECV_WINDOW_MAX) {
        return call_refuse(call, -1131);
    }
    int64_t now = ms_of(call->request->clock_us);
    if (timestamp >= now + AHEAD_MS) {
        return call_refuse_text(
            call, -1021, "Timestamp for this request was 1000ms ahead of the server's time.");
    }
    return now - timestamp <= window || call_refuse(call, -1021);
}

static bool key_format_right(const char *key)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < length; i++) {
        if (key[i] <= ' ' || key[i] > '~') {
            return false;
        }
    }
    return length >= KEY_MIN && length <= KEY_MAX;
}

bool auth_check(struct call *call, enum security security)
{
    if (security == SECURITY_NONE) {
        return true;
    }
    const char *name = server_header(call->request, "x-mbx-apikey");
    if (name == NULL || !key_format_right(name)) {
        return call_refuse(call, -2014);
    }
    const struct server_key *key = server_key_find(call->self->server, name);
    if (key == NULL || strikes(call->self, FAULT_KEY_REVOKED, call)) {
        return call_refuse(call, -2015);
    }
    if (security == SECURITY_KEY) {
        return true;
    }
    const char *signature = NULL;
    if (!time_right(call) || !call_must(call, "signature", &signature)) {
        return false;
    }
    if (!signature_right(call, key, signature)) {
        return call_refuse(call, -1022);
    }
    if (security == SECURITY_TRADE && (!key->can_trade || key->read_only)) {
        return call_refuse(call, -2015);
    }
    call->self->used = true;

    return true;
}
