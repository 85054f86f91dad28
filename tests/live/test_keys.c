#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/keys.h"

#define GOOD "{\"key\":\"K1\",\"secret\":\"S1\"}"

enum { PATH_BYTES = 128 };

static char directory[] = "/tmp/test_keys.XXXXXX";

static const char *path_of(const char *name)
{
    static char path[PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    return path;
}

static void put(const char *name, const char *text, mode_t mode)
{
    int descriptor = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(descriptor, mode), 0);
    assert_int_equal(close(descriptor), 0);
}

static void only_a_private_plain_file_is_read(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        bool fine;
    } cases[] = {{0600, true},  {0400, true},  {0640, false},  {0604, false},
                 {0700, false}, {0200, false}, {04600, false}, {0660, false}};
    struct keys keys;
    struct error error;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        error_init(&error);
        put("k", GOOD, cases[i].mode);
        bool fine = keys_read_file(&keys, path_of("k"), &error);
        assert_int_equal(fine, cases[i].fine);
        assert_int_equal(keys.kind, fine ? KEY_HMAC : KEY_NONE);
        keys_wipe(&keys);
        assert_int_equal(unlink(path_of("k")), 0);
    }
    put("k", GOOD, 0600);
    char target[PATH_BYTES];
    (void)snprintf(target, sizeof(target), "%s", path_of("k"));
    assert_int_equal(symlink(target, path_of("link")), 0);
    assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
    static const char *const names[] = {"link", "pipe", "none", ""};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        error_init(&error);
        assert_false(keys_read_file(&keys, path_of(names[i]), &error));
        assert_int_equal(error.code, EXIT_CODE_DATA);
        assert_string_equal(error.file, path_of(names[i]));
    }
    assert_int_equal(unlink(path_of("link")) + unlink(path_of("pipe")) + unlink(path_of("k")), 0);
}

static void keys_come_through_a_pipe(void **state)
{
    (void)state;
    int ends[2];
    struct keys keys;
    struct error error;
    error_init(&error);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], GOOD, strlen(GOOD)), strlen(GOOD));
    (void)close(ends[1]);
    assert_true(keys_read_descriptor(&keys, ends[0], &error));
    assert_string_equal(keys.key, "K1");
    assert_string_equal(keys.secret, "S1");
    keys_wipe(&keys);
    static const struct keys nothing;
    assert_memory_equal(&keys, &nothing, sizeof(keys));
    (void)close(ends[0]);
    assert_false(keys_read_descriptor(&keys, ends[0], &error));
}

/* Each holds "SECRET"; no message may. */
static void what_is_no_key_is_refused_without_a_byte_of_it(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "SECRET",
        "[\"SECRET\"]",
        "{\"key\":\"K\",\"secret\":\"SECRET",
        "{\"key\":\"K\",\"secret\":\"SECRET\" \"SECRET\"}",
        "{\"key\":\"K\",\"secret\":\"SECRET\",\"secret\":\"SECRET\"}",
        "{\"key\":\"K\",\"secret\":\"SECRET\",\"SECRET\":1}",
        "{\"key\":\"K\",\"secret\":\"SECRET\",\"private_key\":\"SECRET\"}",
        "{\"key\":\"K\"}",
        "{\"secret\":\"SECRET\"}",
        "{\"key\":\"\",\"secret\":\"SECRET\"}",
        "{\"key\":\"K\",\"secret\":\"\"}",
        "{\"key\":\"K\\r\\nX: y\",\"secret\":\"SECRET\"}",
        "{\"key\":\"K\",\"secret\":\"SECRET \"}",
        "{\"key\":1,\"secret\":\"SECRET\"}",
        "{\"key\":\"K\",\"secret\":7}",
        "{\"key\":\"K\",\"private_key\":\"SECRET\"}",
        "{\"key\":\"K\",\"private_key\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==\"}",
        ("{\"key\":\"K\",\"private_key\":\"-----BEGIN "
         "PRIVATE KEY-----\\n"
         "MC4CAQAwBQYDK2VuBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\\n"
         "-----END PRIVATE KEY-----\\n\"}"), /* X25519 */
        ("{\"key\":\"K\",\"private_key\":\"-----BEGIN "
         "PRIVATE KEY-----\\n"
         "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\\n\"}"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct keys keys;
        struct error error;
        error_init(&error);
        if (keys_parse(&keys, texts[i], strlen(texts[i]), "test", &error)) {
            fail_msg("%s was taken", texts[i]);
        }
        assert_int_equal(error.code, EXIT_CODE_DATA);
        assert_null(strstr(error.text, "SECRET"));
        assert_int_equal(keys.kind, KEY_NONE);
    }
}

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static int drop_directory(void **state)
{
    (void)state;
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_private_plain_file_is_read),
        cmocka_unit_test(keys_come_through_a_pipe),
        cmocka_unit_test(what_is_no_key_is_refused_without_a_byte_of_it),
    };
    return cmocka_run_group_tests_name("keys", tests, make_directory, drop_directory);
}
