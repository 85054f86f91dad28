/* limit_tape FILE COUNT - ns a slot of a scan through a plain file of 64-byte slots by memory map, pages given back each
 * 16 MiB, and of nothing else. Makes the file first, where there is none. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/bench/bench.h"

enum { SLOT_WORDS = 8, BEHIND_BYTES = 16 << 20 };

static void make(const char *path, int64_t count)
{
    FILE *file = fopen(path, "wbx");
    for (int64_t index = 0; file != NULL && index < count; index++) {
        int64_t slot[SLOT_WORDS] = {1700006400000000LL + index, 0, index, 16, index, 1, 2, 3};
        if (fwrite(slot, sizeof(slot), 1, file) != 1) {
            bench_fail("the file cannot be written");
        }
    }
    if (file != NULL && fclose(file) != 0) {
        bench_fail("the file cannot be written");
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        bench_fail("usage: limit_tape FILE COUNT");
    }
    int64_t count = strtoll(argv[2], NULL, 10);
    make(argv[1], count);
    int file = open(argv[1], O_RDONLY | O_CLOEXEC);
    size_t length = (size_t)count * SLOT_WORDS * sizeof(int64_t);
    int64_t started_ns = bench_work_ns();
    void *map = mmap(NULL, length, PROT_READ, MAP_SHARED, file, 0);
    if (file < 0 || map == MAP_FAILED) {
        bench_fail("the file cannot be mapped");
    }
    const int64_t *slots = map;
    const int64_t step = BEHIND_BYTES / (SLOT_WORDS * (int64_t)sizeof(int64_t));
    int64_t sum = 0;
    for (int64_t index = 0; index < count; index++) {
        sum += slots[index * SLOT_WORDS] + slots[index * SLOT_WORDS + 4];
        if (index % step == step - 1) {
            (void)madvise((char *)map + (index + 1 - step) * 64, BEHIND_BYTES, MADV_DONTNEED);
        }
    }
    int64_t passed_ns = bench_work_ns() - started_ns;
    if (sum == 0) {
        bench_fail("the file is empty");
    }
    (void)printf("%.2f\n", (double)passed_ns / (double)count);

    return 0;
}
