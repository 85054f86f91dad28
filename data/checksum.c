#include "data/checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { DIGEST_BYTES = crypto_hash_sha256_BYTES, DIGITS = 2 * DIGEST_BYTES };

static bool read_failed(const char *path, struct error *error)
{
    return error_set(error, EXIT_CODE_OPERATING, path, 0, "cannot be read: %s", strerror(errno));
}

/* The first digits of the file beside it. */
static bool digits_read(const char *path, bool *present, char out[DIGITS + 1], struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    *present = file >= 0;
    if (file < 0) {
        return errno == ENOENT || read_failed(path, error);
    }
    ssize_t got = read(file, out, DIGITS);
    (void)close(file);
    if (got < 0) {
        return read_failed(path, error);
    }
    out[got] = '\0';
    if (strspn(out, "0123456789abcdefABCDEF") != DIGITS) {
        return error_set(error, EXIT_CODE_DATA, path, 1,
                         "holds no SHA-256 digest: fetch it again, or remove it");
    }
    return true;
}

static bool digest_find(const char *path, uint8_t digest[DIGEST_BYTES], struct error *error)
{
    static uint8_t block[128 << 10];
    crypto_hash_sha256_state state;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return read_failed(path, error);
    }
    (void)crypto_hash_sha256_init(&state);
    ssize_t got = 0;
    do {
        got = read(file, block, sizeof(block));
        if (got > 0) {
            (void)crypto_hash_sha256_update(&state, block, (unsigned long long)got);
        }
    } while (got > 0 || (got < 0 && errno == EINTR));
    bool fine = got == 0 || read_failed(path, error);
    (void)close(file);
    (void)crypto_hash_sha256_final(&state, digest);
    return fine;
}

bool checksum_verify(const char *path, bool *present, struct error *error)
{
    char beside[ERROR_PATH_BYTES], stated[DIGITS + 1], found[DIGITS + 1];
    uint8_t digest[DIGEST_BYTES];
    int length = snprintf(beside, sizeof(beside), "%s.CHECKSUM", path);
    *present = false;
    if (length < 0 || length >= (int)sizeof(beside)) {
        return true;
    }
    if (!digits_read(beside, present, stated, error) || !*present) {
        return !*present && error->code == EXIT_CODE_DONE;
    }
    if (!digest_find(path, digest, error)) {
        return false;
    }
    (void)sodium_bin2hex(found, sizeof(found), digest, sizeof(digest));
    return strcasecmp(found, stated) == 0 ||
           error_set(error, EXIT_CODE_DATA, path, 0,
                     "is not the file that %s speaks of: SHA-256 %s, not %s: fetch both again",
                     beside, found, stated);
}
