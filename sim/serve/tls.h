/* tls.h - a certificate authority of one run, and the server's certificate by it (EC P-256, ECDSA with SHA-256).
 * Names    localhost, 127.0.0.1, ::1, the hosts of the venues (VENUE_HOSTS in tls.c), and those given.
 * Files    DIR/ca.pem, made or replaced; DIR is made where it is missing. Private keys stay in memory.
 * Failure  NULL and an error. */
#ifndef SIM_SERVE_TLS_H
#define SIM_SERVE_TLS_H

#include <openssl/ssl.h>

#include "data/error.h"

MUST_USE SSL_CTX *
tls_make(const char *folder, const char *const *hosts, int32_t host_count, struct error *error);

#endif
