/* Signals files: any bytes end in rows, defects or one error; every row is counted once. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/json_text.h"
#include "data/signals_csv.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "timestamp,source,token,confidence,price,volume,metadata\n2021-01-01T02:15:14.000Z,telegram:1,"
    "LTC,Medium,130.23,15986.5,"
    "\"{\"\"side\"\":\"\"long\"\",\"\"entry\"\":[120.0,133.0],\"\"stop\"\":123.1}\"\n2021-01-01T01:"
    "15:14.000Z,t,X,Low,1,1,\n",
    "ts,symbol,side,signal_id,strategy,price,entry_lo,entry_hi,sl,tp1,tp2,leverage,score,ttl_s\n"
    "1609467314,DOGE,SHORT,abc,breakout,0.15,0.149,0.151,0.16,0.14,0.12,10x,0.85,900\n",
    "date,pair,enter_long,enter_short,exit_long,exit_short,enter_tag\n2021-01-01 "
    "00:00:00+00:00,DOGE/USDT:USDT,1,0,0,0,dip\n",
    "timestamp,token,signal\n1609467314000,DOGE,1\n1609467313000,DOGE,-1\n", NULL};

static void laws_check(const struct signals_file *file)
{
    CHECK(file->rows == file->count + file->bad_rows + file->idle_rows);
    for (int64_t i = 0; i < file->count; i++) {
        const struct signal *signal = &file->items[i];
        CHECK(i == 0 || signal->timestamp_us >= file->items[i - 1].timestamp_us);
        CHECK(signal->source_line > 1 && signal->timestamp_us >= 0);
        CHECK(!signal->has_price || signal->price_e12 > 0 || (signal->bad & SIGNAL_BAD_PRICE) != 0);
        CHECK(signal->volume >= 0 && signal->stop_e12 >= 0 && signal->leverage >= 0 &&
              signal->ttl_us >= 0);
        CHECK(file->metadata[i] == NULL || json_text_valid(slice_of(file->metadata[i])));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signals_file file;
    struct error error;
    char path[64];
    int descriptor = memfd_create("fuzz", 0);
    CHECK(descriptor >= 0);
    CHECK(size == 0 || write(descriptor, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    error_init(&error);
    bool loaded = signals_csv_load(&file, path, false, &error);
    CHECK(loaded == (error.code == EXIT_CODE_DONE));
    if (loaded) {
        laws_check(&file);
        signals_file_release(&file);
    }
    (void)close(descriptor);
    return 0;
}
