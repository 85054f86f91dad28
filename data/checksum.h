/* checksum.h - the SHA-256 that stands beside a file in <name>.CHECKSUM, as Binance publishes it: "<64 hex digits>  <name>".
 * Law      no such file: true, *present false. The name in it is not looked at: files get renamed.
 * Failure  false and an error (exit 3): the digests differ (both names are told), the file holds no digest.
 * By       libsodium: one function, 0.02 ms at the start of a program (libcrypto: 0.8 ms). */
#ifndef DATA_CHECKSUM_H
#define DATA_CHECKSUM_H

#include "data/error.h"

MUST_USE bool checksum_verify(const char *path, bool *present, struct error *error);

#endif
