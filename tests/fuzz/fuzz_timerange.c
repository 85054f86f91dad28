/* Time ranges: whatever is taken is a range, and printing it ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/timerange.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "20260104-20260206", "20260104-",         "-20260206", "1609459200-1617321600",
    "1609459200000-",    "20240229-20240301", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[256];
    struct market_range range;
    struct error error;
    size_t length = size < sizeof(text) ? size : sizeof(text) - 1;
    memcpy(text, data, length);
    text[length] = '\0';
    error_init(&error);
    bool parsed = timerange_parse(&range, text, &error);
    CHECK(parsed == (error.code == EXIT_CODE_DONE));
    if (parsed) {
        CHECK(range.first_us >= 0 && range.first_us <= range.last_us);
        char *printed = NULL;
        size_t printed_size = 0;
        FILE *stream = open_memstream(&printed, &printed_size);
        CHECK(stream != NULL);
        timerange_print(&range, stream);
        CHECK(fclose(stream) == 0);
        free(printed);
    }
    return 0;
}
