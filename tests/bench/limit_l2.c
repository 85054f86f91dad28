/* limit_l2 FOLDER - ns a row of what no L2 replay can do without: each row of S4 into an array book that keeps its best
 * prices, and a digest of what was read. The tick is known beforehand, the book starts at price 0, nothing is checked. */
#include "tests/bench/bench.h"
#include "tests/bench/reference.h"
#include "tests/support/s4.h"

enum { ROUNDS = 8, TICKS = 1 << 22 };

struct array_book {
    int64_t *sizes[2];
    int64_t best[2];
};

static void book_row(struct array_book *book, const struct tape_record *record, int64_t tick_e12)
{
    int32_t side = (record->flags & TAPE_BUY) != 0 ? 0 : 1;
    int64_t tick = record->v[0] / tick_e12;
    int64_t *sizes = book->sizes[side];
    if (tick >= TICKS) {
        return;
    }
    sizes[tick] = record->v[1];
    if (record->v[1] != 0) {
        if (side == 0 ? tick > book->best[0] : tick < book->best[1]) {
            book->best[side] = tick;
        }
        return;
    }
    while (book->best[side] > 0 && book->best[side] < TICKS - 1 && sizes[book->best[side]] == 0) {
        book->best[side] += side == 0 ? -1 : 1;
    }
}

static uint64_t replay(struct array_book *books, const struct s4 *s4, uint64_t digest)
{
    static const int64_t ticks_e12[S4_SYMBOLS] = {100000000000LL, 10000000000LL};
    for (int64_t i = 0; i < s4->count; i++) {
        const struct tape_record *record = &s4->records[i];
        int32_t symbol = record->stream / 3;
        struct array_book *book = &books[symbol];
        if (record->kind == TAPE_DEPTH) {
            book_row(book, record, ticks_e12[symbol]);
        }
        digest = reference_mix(digest, record->time_us);
        digest = reference_mix(digest, record->v[0]);
        digest = reference_mix(digest, record->v[1]);
        digest = reference_mix(digest, book->best[0] - book->best[1]);
    }
    return digest;
}

int main(int count, char **words)
{
    struct s4 s4 = {NULL, 0};
    struct array_book books[S4_SYMBOLS];
    for (int32_t symbol = 0; symbol < S4_SYMBOLS; symbol++) {
        if (count != 2 || !s4_add(&s4, words[1], symbol, (uint16_t)(3 * symbol))) {
            bench_fail("usage: limit_l2 FOLDER, which must hold S4");
        }
        for (int32_t side = 0; side < 2; side++) {
            books[symbol].sizes[side] = calloc(TICKS, sizeof(int64_t));
            books[symbol].best[side] = side == 0 ? 0 : TICKS - 1;
        }
    }
    uint64_t digest = 0;
    int64_t started_ns = bench_work_ns();
    for (int32_t round = 0; round < ROUNDS; round++) {
        digest = replay(books, &s4, digest);
    }
    int64_t passed_ns = bench_work_ns() - started_ns;
    (void)fprintf(stderr, "digest %016" PRIx64 "\n", digest);
    (void)printf("%.2f\n", (double)passed_ns / ((double)s4.count * ROUNDS));

    return 0;
}
