/* Metadata: what our reader takes as JSON is JSON for jansson too, and the signal keeps its laws. */
#include <jansson.h>
#include <string.h>

#include "core/fixed.h"
#include "data/json_text.h"
#include "data/signals_csv.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "{\"origin\":\"real\",\"side\":\"long\",\"entry\":[120.0,133.0],\"targets\":[141.0,155.0,162.0]"
    ",\"stop\":123.1,"
    "\"leverage_stated\":[10],\"msg_id\":1547,\"edited_after_s\":null}",
    "{\"targets\":[1,\"2\",3.5],\"target_shares\":[0.5,\"25%\",0.25],\"trailing\":\"2%\"}",
    "{\"sl\":\"0.24\",\"leverage_stated\":\"20x\",\"st\\u006fp\":1.8998e-05}",
    "[]",
    "{}",
    NULL};

static void laws_check(const struct signal *signal)
{
    int64_t shares_e9 = 0;
    CHECK(signal->target_count >= 0 && signal->target_count <= TARGETS_MAX);
    CHECK(signal->target_share_count >= 0 && signal->target_share_count <= TARGETS_MAX);
    for (int32_t i = 0; i < signal->target_count; i++) {
        CHECK(signal->target_e12[i] > 0);
    }
    for (int32_t i = 0; i < signal->target_share_count; i++) {
        CHECK(signal->target_share_e9[i] > 0);
        shares_e9 += signal->target_share_e9[i];
    }
    CHECK(shares_e9 <= ONE_E9);
    CHECK(signal->stop_metadata_e12 >= 0 && signal->leverage_stated >= 0);
    CHECK(signal->entry_low_e12 >= 0 && signal->entry_low_e12 <= signal->entry_high_e12);
    CHECK(signal->trailing_e9 >= 0 && signal->trailing_e9 < ONE_E9);
}

/* jansson refuses what is valid JSON but not for it: lone surrogates, numbers beyond its types. */
static bool jansson_may_refuse(const char *text, size_t size)
{
    size_t run = 0;
    for (size_t i = 0; i < size; i++) {
        run = text[i] >= '0' && text[i] <= '9' ? run + 1 : 0;
        if (run >= 18) {
            return true;
        }
    }
    return memmem(text, size, "\\u", 2) != NULL || memchr(text, 'e', size) != NULL ||
           memchr(text, 'E', size) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct signal signal;
    memset(&signal, 0, sizeof(signal));
    bool parsed = signal_metadata_parse(&signal, text, size);
    laws_check(&signal);
    bool valid = json_text_valid((struct slice){text, size});
    CHECK(!parsed || valid);
    json_error_t fault;
    json_t *document = json_loadb(text, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &fault);
    /* Our nesting is bounded, theirs less so; and jansson loses a zero byte that follows a number. */
    bool comparable = memchr(text, '[', size) == NULL && memchr(text, '\0', size) == NULL;
    if (document != NULL && comparable) {
        CHECK(valid || size > 128);
    }
    CHECK(document != NULL || !valid || jansson_may_refuse(text, size) || size == 0);
    json_decref(document);
    return 0;
}
