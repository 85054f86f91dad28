#include "live/keys.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static_assert(ED25519_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "as libsodium has it");

static const char PEM_BEGIN[] = "-----BEGIN "
                                "PRIVATE KEY-----";
static const char PEM_END[] = "-----END PRIVATE KEY-----";
/* RFC 8410: what stands before the 32 bytes of an Ed25519 seed in PKCS#8. */
static const uint8_t PKCS8_HEAD[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                     0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};

enum { SEED_BYTES = crypto_sign_SEEDBYTES, PKCS8_BYTES = sizeof(PKCS8_HEAD) + SEED_BYTES };

/* The whole pages around a struct: madvise() takes no less. */
static void advise(struct keys *self, int advice)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t before = (uintptr_t)self % page;
    char *first = (char *)self - before;
    (void)madvise(first, (before + sizeof(*self) + page - 1) / page * page, advice);
}

static bool lock(struct keys *self, struct error *error)
{
    memset(self, 0, sizeof(*self));
    if (sodium_init() < 0 || mlock(self, sizeof(*self)) != 0) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "the memory of the keys cannot be locked (%s): raise the limit of locked "
                         "memory (ulimit -l)",
                         strerror(errno));
    }
    advise(self, MADV_DONTDUMP);

    return true;
}

void keys_wipe(struct keys *self)
{
    sodium_memzero(self, sizeof(*self));
    (void)munlock(self, sizeof(*self));
    advise(self, MADV_DODUMP);
}

/* ---- the JSON ---- */

/* jansson copies strings about: each of its blocks is wiped when freed. */
static void free_wiped(void *memory)
{
    if (memory != NULL) {
        sodium_memzero(memory, malloc_usable_size(memory));
        free(memory);
    }
}

static bool refused(const char *name, const char *what, struct error *error)
{
    return error_set(error, EXIT_CODE_DATA, name, 0, "%s", what);
}

static bool take_word(char out[KEY_BYTES], const json_t *value)
{
    size_t length = json_string_length(value);
    const char *text = json_string_value(value);
    if (text == NULL || length == 0 || length >= KEY_BYTES) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }
    memcpy(out, text, length);
    out[length] = '\0';

    return true;
}

/* Base64 of exactly size bytes, line ends in it. */
static bool decoded(uint8_t *out, size_t size, const char *text, size_t length)
{
    size_t count = 0;
    const char *rest = NULL;
    return sodium_base642bin(out, size, text, length, "\r\n", &count, &rest,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           count == size && rest == text + length;
}

static bool take_private(struct keys *self, const json_t *value)
{
    uint8_t bytes[PKCS8_BYTES] = {0}, public[crypto_sign_PUBLICKEYBYTES];
    const char *text = json_string_value(value);
    bool fine = false;
    if (text == NULL || strlen(text) != json_string_length(value)) {
        return false;
    }
    size_t at = 0;
    if (strncmp(text, PEM_BEGIN, strlen(PEM_BEGIN)) == 0) {
        const char *begin = text + strlen(PEM_BEGIN);
        const char *end = strstr(begin, PEM_END);
        fine = end != NULL &&
               strspn(end + strlen(PEM_END), "\r\n") == strlen(end + strlen(PEM_END)) &&
               decoded(bytes, PKCS8_BYTES, begin, (size_t)(end - begin)) &&
               memcmp(bytes, PKCS8_HEAD, sizeof(PKCS8_HEAD)) == 0;
        at = sizeof(PKCS8_HEAD);
    } else {
        fine = decoded(bytes, SEED_BYTES, text, strlen(text));
    }
    if (fine) {
        (void)crypto_sign_seed_keypair(public, self->ed25519, bytes + at);
    }
    sodium_memzero(bytes, sizeof(bytes));

    return fine;
}

static bool take(struct keys *self, const json_t *document, const char *name, struct error *error)
{
    const json_t *secret = json_object_get(document, "secret");
    const json_t *private = json_object_get(document, "private_key");
    if (json_object_size(document) != 2 || (secret == NULL) == (private == NULL)) {
        return refused(name,
                       "the members are not \"key\" and one of \"secret\" and \"private_key\": "
                       "write these two and no other",
                       error);
    }
    if (!take_word(self->key, json_object_get(document, "key"))) {
        return refused(name, "\"key\" is not 1 to 255 printable characters: copy it from the venue",
                       error);
    }
    if (secret != NULL && !take_word(self->secret, secret)) {
        return refused(
            name, "\"secret\" is not 1 to 255 printable characters: copy it from the venue", error);
    }
    if (private != NULL && !take_private(self, private)) {
        return refused(name,
                       "\"private_key\" is no Ed25519 key: give PKCS#8 PEM without a password, or "
                       "base64 of the 32 bytes of its seed",
                       error);
    }
    self->kind = secret != NULL ? KEY_HMAC : KEY_ED25519;

    return true;
}

bool keys_parse(
    struct keys *self, const char *text, size_t length, const char *name, struct error *error)
{
    if (!lock(self, error)) {
        return false;
    }
    json_malloc_t take_memory = NULL;
    json_free_t give_memory = NULL;
    json_error_t where;
    json_get_alloc_funcs(&take_memory, &give_memory);
    json_set_alloc_funcs(malloc, free_wiped);
    json_t *document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);
    bool fine = json_is_object(document);
    if (!fine) {
        /* jansson's own words would quote the text. */
        (void)error_set(error, EXIT_CODE_DATA, name, document == NULL ? where.line : 1,
                        "this is no JSON object: write {\"key\":\"..\",\"secret\":\"..\"}");
    }
    fine = fine && take(self, document, name, error);
    json_decref(document);
    json_set_alloc_funcs(take_memory, give_memory);
    sodium_memzero(&where, sizeof(where));
    if (!fine) {
        keys_wipe(self);
    }
    return fine;
}

/* ---- where it is from ---- */

static bool read_whole(struct keys *self, int descriptor, const char *name, struct error *error)
{
    memset(self, 0, sizeof(*self));
    char *text = sodium_init() >= 0 ? sodium_malloc(KEYS_FILE_BYTES + 1) : NULL;
    if (text == NULL) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "no memory for the keys: raise the limit of locked memory (ulimit -l)");
    }
    size_t length = 0;
    ssize_t count = 1;
    while (count != 0 && length <= KEYS_FILE_BYTES) {
        count = read(descriptor, text + length, KEYS_FILE_BYTES + 1 - length);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            break;
        }
        length += (size_t)count;
    }
    bool fine = count == 0;
    if (count < 0) {
        (void)error_set(error, EXIT_CODE_OPERATING, name, 0, "cannot be read: %s", strerror(errno));
    } else if (!fine) {
        (void)error_set(error, EXIT_CODE_DATA, name, 0,
                        "it is longer than %d bytes: is this a file of keys?", KEYS_FILE_BYTES);
    }
    fine = fine && keys_parse(self, text, length, name, error);
    sodium_free(text);

    return fine;
}

static bool may_hold_keys(int descriptor, const char *path, struct error *error)
{
    struct stat about;
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        return refused(path, "it is no plain file: name the file itself", error);
    }
    if (about.st_uid != geteuid()) {
        return refused(path, "it belongs to another user: chown it to the one who runs this",
                       error);
    }
    mode_t mode = about.st_mode & (mode_t)07777;
    if (mode != (S_IRUSR | S_IWUSR) && mode != S_IRUSR) {
        return error_set(error, EXIT_CODE_DATA, path, 0, "its mode is %04o: chmod 600 it",
                         (unsigned)mode);
    }
    return true;
}

bool keys_read_file(struct keys *self, const char *path, struct error *error)
{
    memset(self, 0, sizeof(*self));
    /* NONBLOCK: a pipe of that name must not hold us before it is refused. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0 && errno == ELOOP) {
        return refused(path, "it is a link: name the file itself", error);
    }
    if (descriptor < 0) {
        return error_set(error, EXIT_CODE_DATA, path, 0,
                         "cannot be opened (%s): check name and rights", strerror(errno));
    }
    bool fine = may_hold_keys(descriptor, path, error) && read_whole(self, descriptor, path, error);
    (void)close(descriptor);

    return fine;
}

bool keys_read_descriptor(struct keys *self, int descriptor, struct error *error)
{
    return read_whole(self, descriptor, "the keys' descriptor", error);
}

bool secret_read_file(char *out, size_t size, const char *path, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) {
        return error_set(error, EXIT_CODE_USAGE, path, 0,
                         "the file of the secret cannot be opened (%s): it must be a plain file",
                         strerror(errno));
    }
    bool done = may_hold_keys(descriptor, path, error);
    ssize_t length = done ? read(descriptor, out, size) : 0;
    (void)close(descriptor);
    if (!done) {
        return false;
    }
    while (length > 0 && (out[length - 1] == '\n' || out[length - 1] == '\r')) {
        length--;
    }
    if (length <= 0 || length >= (ssize_t)size || memchr(out, 0, (size_t)length) != NULL) {
        sodium_memzero(out, size);
        return error_set(error, EXIT_CODE_USAGE, path, 0,
                         "the file must hold one secret of 1 to %zu bytes", size - 1);
    }
    memset(out + length, 0, size - (size_t)length);
    return true;
}
