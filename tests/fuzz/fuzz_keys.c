/* Texts of keys: any bytes end in one whole key of one kind, or in an error and nothing kept. */
#include <string.h>

#include "live/keys.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "{\"key\":\"abc\",\"secret\":\"def\"}",
    "{\"key\":\"k\",\"private_key\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}",
    ("{\"key\":\"k\",\"private_key\":\"-----BEGIN "
     "PRIVATE KEY-----\\n"
     "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\\n"
     "-----END PRIVATE KEY-----\\n\"}"),
    NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct keys nothing;
    struct error error;
    struct keys keys;
    error_init(&error);
    bool fine = keys_parse(&keys, size > 0 ? (const char *)data : "", size, "fuzz", &error);
    CHECK(fine == (error.code == EXIT_CODE_DONE));
    if (fine) {
        CHECK(keys.key[0] != '\0' && strpbrk(keys.key, " \r\n") == NULL);
        CHECK((keys.kind == KEY_HMAC) == (keys.secret[0] != '\0'));
        keys_wipe(&keys);
    }
    CHECK(memcmp(&keys, &nothing, sizeof(keys)) == 0);
    return 0;
}
