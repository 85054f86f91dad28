/* ours_rows FILE COUNT - ns a row of ledger postings through the product's store, as a bulk run
 * writes them; the indexes at the end are not in it. */
#include <string.h>

#include "data/store.h"
#include "tests/bench/bench.h"

static void record_all(struct store *store, int64_t count)
{
    struct store_port port = store_port(store);
    struct action action = {.kind = ACTION_POSTING, .instrument = 0};
    for (int64_t index = 0; index < count; index++) {
        action.time_us = 1700006400000000LL + index;
        action.posting = (struct action_posting){
            .txn = index / 2 + 1,
            .account = index % 2 == 0 ? ACCOUNT_WALLET : ACCOUNT_REALISED_PNL,
            .kind = LEDGER_TRADE,
            .amount_e8 = index % 2 == 0 ? 123456789 : -123456789,
            .venue_time_us = action.time_us,
        };
        port.record(port.self, &action);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        bench_fail("usage: ours_rows FILE COUNT");
    }
    int64_t count = strtoll(argv[2], NULL, 10);
    struct error error;
    error_init(&error);
    struct instruments *instruments = calloc(1, sizeof(*instruments));
    if (instruments == NULL) {
        bench_fail("no memory");
    }
    instruments_init(instruments);
    struct instrument item = {.symbol = "BTCUSDT", .tick_e12 = 1, .lot_e6 = 1, .pack = 1};
    int32_t index = 0;
    if (!instruments_add(instruments, &item, &index)) {
        bench_fail("the instrument was refused");
    }
    struct store *store = store_open(argv[1], true, true, instruments, &error);
    struct store_run run = {.mode = "backtest",
                            .command = "bench",
                            .config = "{}",
                            .venue = "mock",
                            .build = "bench",
                            .facts = "{}"};
    if (store == NULL || !store_begin(store, &run, &error)) {
        bench_fail(error.text);
    }
    int64_t started_ns = bench_work_ns();
    record_all(store, count);
    if (!store_commit(store, &error)) {
        bench_fail(error.text);
    }
    int64_t passed_ns = bench_work_ns() - started_ns;
    if (!store_end(store, "done", count, "0000000000000000", 0, &error)) {
        bench_fail(error.text);
    }
    store_close(store);
    free(instruments);
    (void)printf("%.2f\n", (double)passed_ns / (double)count);

    return 0;
}
