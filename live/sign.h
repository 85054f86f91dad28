/* sign.h - signatures of requests: HMAC-SHA256 (OpenSSL EVP_MAC, its context kept: LIMITS 5) and Ed25519 (libsodium).
 * Vectors  PROTOCOLS A2, B1. */
#ifndef LIVE_SIGN_H
#define LIVE_SIGN_H

#include "live/keys.h"

enum { SIGNATURE_BYTES = 96 }; /* 64 hex digits, or 88 of base64, and the end */

struct signer; /* opaque: the keyed context */

/* keys are read here and not kept by reference. NULL and an error: no memory, or no key. */
MUST_USE struct signer *signer_new(const struct keys *keys, struct error *error);
void signer_free(struct signer *self); /* wipes; NULL is fine */
enum key_kind signer_kind(const struct signer *self);
/* HMAC: lowercase hex; Ed25519: standard base64, padded (not percent-encoded). */
void signer_sign(struct signer *self, const char *text, size_t length, char out[SIGNATURE_BYTES]);

#endif
