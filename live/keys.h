/* keys.h - the venue's API key and secret, from a descriptor or a 0600 file; never from configuration, environment,
 * arguments.
 * Form     JSON: {"key":"..","secret":".."} (HMAC) or {"key":"..","private_key":"<PEM or base64 seed>"} (Ed25519).
 *          A key is 1 to 255 printable ASCII characters without blanks (it becomes a header); so is a secret.
 * Laws     the file belongs to us, has mode 0600 or 0400 and is no link; refused else, by name. Memory is locked, left
 *          out of core dumps, wiped by keys_wipe(). No message ever shows a byte of it. */
#ifndef LIVE_KEYS_H
#define LIVE_KEYS_H

#include "core/base.h"
#include "data/error.h"

enum { KEY_BYTES = 256, ED25519_SECRET_BYTES = 64 };
enum key_kind { KEY_NONE, KEY_HMAC, KEY_ED25519 };

struct keys {
    enum key_kind kind;
    char key[KEY_BYTES];
    char secret[KEY_BYTES];                /* HMAC */
    uint8_t ed25519[ED25519_SECRET_BYTES]; /* as libsodium has it */
};

enum { KEYS_FILE_BYTES = 1 << 14 };

/* False: *self holds nothing. */
MUST_USE bool keys_read_file(struct keys *self, const char *path, struct error *error);
/* Up to its end; it is not closed. */
MUST_USE bool keys_read_descriptor(struct keys *self, int descriptor, struct error *error);
/* name: of where the text is from, for messages. */
MUST_USE bool keys_parse(
    struct keys *self, const char *text, size_t length, const char *name, struct error *error);
void keys_wipe(struct keys *self);
/* One line of text (a webhook's secret, a bot's token) from a file under the same rules. */
MUST_USE bool secret_read_file(char *out, size_t size, const char *path, struct error *error);

#endif
