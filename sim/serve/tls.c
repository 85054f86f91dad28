#include "sim/serve/tls.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { DAYS = 3650, NAMES_BYTES = 16384, SERIAL_BITS = 127, PATH_BYTES = 4096 };

static const char *const VENUE_HOSTS[] = {
    "localhost",
    "fapi.binance.com",
    "fstream.binance.com",
    "ws-fapi.binance.com",
    "api.binance.com",
    "stream.binance.com",
    "sapi.binance.com",
    "dapi.binance.com",
    "dstream.binance.com",
    "eapi.binance.com",
    "papi.binance.com",
    "www.binance.com",
    "demo-fapi.binance.com",
    "demo-fstream.binance.com",
    "demo-dapi.binance.com",
    "testnet.binancefuture.com",
    "fstream.binancefuture.com",
    "stream.binancefuture.com",
    "testnet.binance.vision",
    "api.bybit.com",
    "api.bytick.com",
    "stream.bybit.com",
    "api-testnet.bybit.com",
    "stream-testnet.bybit.com",
    "api-demo.bybit.com",
    "stream-demo.bybit.com",
};

struct making {
    EVP_PKEY *ca_key, *key;
    X509 *ca, *certificate;
    char names[NAMES_BYTES];
};

static bool add_extension(X509 *to, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    context.db = NULL; /* as X509V3_set_ctx_nodb() does, whose own semicolon is one too many */
    X509V3_set_ctx(&context, issuer, to, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    bool done = extension != NULL && X509_add_ext(to, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static bool set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();
    bool done = number != NULL &&
                BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
                BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return done;
}

static X509 *blank(EVP_PKEY *key, const char *name)
{
    X509 *made = X509_new();
    bool fine = made != NULL && X509_set_version(made, 2) == 1 && set_serial(made) &&
                X509_gmtime_adj(X509_getm_notBefore(made), -86400) != NULL &&
                X509_time_adj_ex(X509_getm_notAfter(made), DAYS, 0, NULL) != NULL &&
                X509_set_pubkey(made, key) == 1 &&
                X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                                           (const unsigned char *)name, -1, -1, 0) == 1;
    if (!fine) {
        X509_free(made);
        return NULL;
    }
    return made;
}

static bool make_ca(struct making *self)
{
    self->ca_key = EVP_EC_gen("P-256");
    self->ca = self->ca_key == NULL ? NULL : blank(self->ca_key, "Cerberus mock exchange CA");
    return self->ca != NULL &&
           X509_set_issuer_name(self->ca, X509_get_subject_name(self->ca)) == 1 &&
           add_extension(self->ca, self->ca, NID_basic_constraints, "critical,CA:TRUE") &&
           add_extension(self->ca, self->ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           add_extension(self->ca, self->ca, NID_subject_key_identifier, "hash") &&
           X509_sign(self->ca, self->ca_key, EVP_sha256()) > 0;
}

static void make_names(struct making *self, const char *const *hosts, int32_t host_count)
{
    char *at = stpcpy(self->names, "IP:127.0.0.1,IP:::1");
    for (size_t index = 0; index < ARRAY_COUNT(VENUE_HOSTS); index++) {
        at = stpcpy(stpcpy(at, ",DNS:"), VENUE_HOSTS[index]);
    }
    for (int32_t index = 0; index < host_count; index++) { /* at most 32 of 253 bytes */
        at = stpcpy(stpcpy(at, ",DNS:"), hosts[index]);
    }
}

static bool make_certificate(struct making *self)
{
    self->key = EVP_EC_gen("P-256");
    self->certificate = self->key == NULL ? NULL : blank(self->key, "localhost");
    return self->certificate != NULL &&
           X509_set_issuer_name(self->certificate, X509_get_subject_name(self->ca)) == 1 &&
           add_extension(self->certificate, self->ca, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(self->certificate, self->ca, NID_key_usage, "critical,digitalSignature") &&
           add_extension(self->certificate, self->ca, NID_ext_key_usage, "serverAuth") &&
           add_extension(self->certificate, self->ca, NID_subject_key_identifier, "hash") &&
           add_extension(self->certificate, self->ca, NID_authority_key_identifier, "keyid") &&
           add_extension(self->certificate, self->ca, NID_subject_alt_name, self->names) &&
           X509_sign(self->certificate, self->ca_key, EVP_sha256()) > 0;
}

static bool write_ca(const struct making *self, const char *folder, struct error *error)
{
    char path[PATH_BYTES];
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        return error_set(error, EXIT_CODE_OPERATING, folder, 0, "cannot make the folder: %s",
                         strerror(errno));
    }
    if (snprintf(path, sizeof(path), "%s/ca.pem", folder) >= (int)sizeof(path)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "the name of --tls is too long: shorten it");
    }
    FILE *file = fopen(path, "we");
    bool written = file != NULL && PEM_write_X509(file, self->ca) == 1;
    bool closed = file != NULL && fclose(file) == 0;
    return (written && closed) || error_set(error, EXIT_CODE_OPERATING, path, 0,
                                            "cannot be written: make room, or name another --tls");
}

static SSL_CTX *make_context(const struct making *self)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate(context, self->certificate) != 1 ||
        SSL_CTX_use_PrivateKey(context, self->key) != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    (void)SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    (void)SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
    return context;
}

SSL_CTX *
tls_make(const char *folder, const char *const *hosts, int32_t host_count, struct error *error)
{
    struct making making = {0};
    SSL_CTX *context = NULL;
    make_names(&making, hosts, host_count);
    if (!make_ca(&making) || !make_certificate(&making)) {
        (void)error_set(error, EXIT_CODE_OPERATING, NULL, 0, "no certificate can be made: %s",
                        ERR_reason_error_string(ERR_peek_last_error()));
    } else if (write_ca(&making, folder, error)) {
        context = make_context(&making);
        if (context == NULL) {
            (void)error_set(error, EXIT_CODE_OPERATING, NULL, 0, "TLS cannot be set up: %s",
                            ERR_reason_error_string(ERR_peek_last_error()));
        }
    }
    X509_free(making.ca);
    X509_free(making.certificate);
    EVP_PKEY_free(making.ca_key);
    EVP_PKEY_free(making.key);
    return context;
}
