/* certificate.h - a certificate for 127.0.0.1 and "localhost", made in the test and signed by itself: its own authority.
 * Failure  a CHECK. */
#ifndef TESTS_SUPPORT_CERTIFICATE_H
#define TESTS_SUPPORT_CERTIFICATE_H

/* An SSL_CTX for servers (wire.h); its certificate is written to path, as ca_file for clients. SSL_CTX_free() it. */
void *certificate_server(const char *path);

#endif
