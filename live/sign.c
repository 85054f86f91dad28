#include "live/sign.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

enum { HMAC_BYTES = 32 };

struct signer {
    enum key_kind kind;
    EVP_MAC_CTX *
        mac; /* HMAC: keyed once; EVP_MAC_init() without a key begins the next text with it (LIMITS 5) */
    uint8_t ed25519[ED25519_SECRET_BYTES];
};

static_assert(ED25519_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "as libsodium has it");
static_assert(SIGNATURE_BYTES > 2 * HMAC_BYTES, "hex and its end");
static_assert(SIGNATURE_BYTES >=
                  sodium_base64_ENCODED_LEN(crypto_sign_BYTES, sodium_base64_VARIANT_ORIGINAL),
              "base64 and its end");

static EVP_MAC_CTX *hmac_new(const char *secret)
{
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    EVP_MAC_free(mac); /* the context holds it */
    if (context != NULL &&
        EVP_MAC_init(context, (const unsigned char *)secret, strlen(secret), parameters) != 1) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

struct signer *signer_new(const struct keys *keys, struct error *error)
{
    if (keys->kind == KEY_NONE) {
        (void)error_set(error, EXIT_CODE_USAGE, NULL, 0,
                        "there is no key to sign with: give the account one");
        return NULL;
    }
    /* sodium_malloc: locked, out of core dumps, wiped when freed. */
    struct signer *self = sodium_init() >= 0 ? sodium_malloc(sizeof(*self)) : NULL;
    if (self != NULL) {
        memset(self, 0, sizeof(*self));
        self->kind = keys->kind;
        memcpy(self->ed25519, keys->ed25519, sizeof(self->ed25519));
        self->mac = keys->kind == KEY_HMAC ? hmac_new(keys->secret) : NULL;
    }
    if (self == NULL || (keys->kind == KEY_HMAC && self->mac == NULL)) {
        signer_free(self);
        (void)error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                        "no memory for the signing key: raise the limit of locked memory");
        return NULL;
    }
    return self;
}

void signer_free(struct signer *self)
{
    if (self != NULL) {
        EVP_MAC_CTX_free(self->mac);
        sodium_free(self);
    }
}

enum key_kind signer_kind(const struct signer *self)
{
    return self->kind;
}

void signer_sign(struct signer *self, const char *text, size_t length, char out[SIGNATURE_BYTES])
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (self->kind == KEY_HMAC) {
        unsigned char mac[HMAC_BYTES];
        size_t size = 0;
        CHECK(EVP_MAC_init(self->mac, NULL, 0, NULL) == 1 &&
              EVP_MAC_update(self->mac, bytes, length) == 1 &&
              EVP_MAC_final(self->mac, mac, &size, sizeof(mac)) == 1 && size == sizeof(mac));
        (void)sodium_bin2hex(out, SIGNATURE_BYTES, mac, sizeof(mac));
        return;
    }
    unsigned char signature[crypto_sign_BYTES];
    CHECK(crypto_sign_detached(signature, NULL, bytes, length, self->ed25519) == 0);
    (void)sodium_bin2base64(out, SIGNATURE_BYTES, signature, sizeof(signature),
                            sodium_base64_VARIANT_ORIGINAL);
}
