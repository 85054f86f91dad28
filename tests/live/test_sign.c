#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "live/sign.h"

/* Key texts and expected signatures: PROTOCOLS A2 (Binance) and B1 (Bybit). */
#define BINANCE                                                                                    \
    "{\"key\":\"k\",\"secret\":"                                                                   \
    "\"2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9\"}"
#define BYBIT "{\"key\":\"XXXXXXXXXX\",\"secret\":\"test-secret\"}"
/* The seed 00 01 .. 1f, as base64 and as PKCS#8 (RFC 8410) of it. */
#define SEED "{\"key\":\"k\",\"private_key\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}"
#define PEM                                                                                        \
    "{\"key\":\"k\",\"private_key\":\"-----BEGIN "                                                 \
    "PRIVATE KEY-----\\n"                                                                          \
    "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\\n"                          \
    "-----END PRIVATE KEY-----\\n\"}"

static const struct {
    const char *keys, *text, *signature;
} vectors[] = {
    {BINANCE,
     "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&"
     "timestamp=1591702613943",
     "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"},
    {BINANCE,
     "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
     "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
     "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4"},
    {BYBIT, "1658384314791XXXXXXXXXX5000category=linear&symbol=DOGEUSDT",
     "b22c4023c46663e69057d228696b94a27af18bb2c32254cebe0479e313bbeb94"},
    {BYBIT,
     "1658384314791XXXXXXXXXX5000{\"category\":\"linear\",\"symbol\":\"DOGEUSDT\",\"side\":\"Buy\","
     "\"orderType\":\"Limit\",\"qty\":\"100\",\"price\":\"0.15\",\"timeInForce\":\"GTC\","
     "\"orderLinkId\":\"mm-0001\"}",
     "7748ee16ce704760359282c678ba3118913dc63562d8273ad65e3b2a2dc385ef"},
    {BYBIT, "GET/realtime1662350400000",
     "f072aab6fa18cd774da998325df6cfc87c3ccf10d5722e6b43b570c5feaf6172"},
    {SEED,
     "symbol=DOGEUSDT&side=BUY&type=MARKET&quantity=100&recvWindow=5000&timestamp=1700000000000",
     "5sBCfYPtJ3gVpofMA9tzmEV/j52xaW0MmpIual/eStnZy50+XYqpMegJqZhGOtl8muU7awmaVg+BgmtuUpafDw=="},
    {PEM,
     "symbol=DOGEUSDT&side=BUY&type=MARKET&quantity=100&recvWindow=5000&timestamp=1700000000000",
     "5sBCfYPtJ3gVpofMA9tzmEV/j52xaW0MmpIual/eStnZy50+XYqpMegJqZhGOtl8muU7awmaVg+BgmtuUpafDw=="},
};

static void the_published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
        struct error error;
        struct keys keys;
        char out[SIGNATURE_BYTES];
        error_init(&error);
        if (!keys_parse(&keys, vectors[i].keys, strlen(vectors[i].keys), "test", &error)) {
            fail_msg("vector %zu: %s", i, error.text);
        }
        struct signer *signer = signer_new(&keys, &error);
        assert_non_null(signer);
        assert_int_equal(signer_kind(signer), keys.kind);
        keys_wipe(&keys); /* the signer has its own */
        for (int again = 0; again < 3; again++) {
            signer_sign(signer, "another text", 5, out);
            signer_sign(signer, vectors[i].text, strlen(vectors[i].text), out);
            assert_string_equal(out, vectors[i].signature);
        }
        signer_free(signer);
    }
}

static void without_a_key_there_is_no_signer(void **state)
{
    (void)state;
    struct error error;
    struct keys keys = {.kind = KEY_NONE};
    error_init(&error);
    assert_null(signer_new(&keys, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    signer_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vectors),
        cmocka_unit_test(without_a_key_there_is_no_signer),
    };
    return cmocka_run_group_tests_name("sign", tests, NULL, NULL);
}
