/* limit_tape read|write FILE COUNT - ns a slot of 64 bytes. read: a scan through a plain file of them by
 * memory map, pages given back each 16 MiB, and nothing else; makes the file first, where there is none.
 * write: filling and writing 256 KiB at a time, without checksum. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/bench/bench.h"

enum { SLOT_WORDS = 8, SLOT_BYTES = 64, BEHIND_BYTES = 16 << 20, BLOCK_SLOTS = 4096 };

static void put(const char *path, int64_t count)
{
    static int64_t block[BLOCK_SLOTS][SLOT_WORDS];
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    for (int64_t index = 0; index < count; index++) {
        const int64_t slot[SLOT_WORDS] = {1700006400000000LL + index, 0, index, 16, index, 1, 2, 3};
        memcpy(block[index % BLOCK_SLOTS], slot, sizeof(slot));
        int64_t filled = index % BLOCK_SLOTS + 1;
        if (filled == BLOCK_SLOTS || index + 1 == count) {
            ssize_t length = (ssize_t)filled * SLOT_BYTES;
            if (write(file, block, (size_t)length) != length) {
                bench_fail("the file cannot be written");
            }
        }
    }
    (void)close(file);
}

static int64_t scan_ns(const char *path, int64_t count)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    int64_t started_ns = bench_work_ns();
    void *map = mmap(NULL, (size_t)count * SLOT_BYTES, PROT_READ, MAP_SHARED, file, 0);
    if (file < 0 || map == MAP_FAILED) {
        bench_fail("the file cannot be mapped");
    }
    const int64_t *slots = map;
    const int64_t step = BEHIND_BYTES / SLOT_BYTES;
    int64_t sum = 0;
    for (int64_t index = 0; index < count; index++) {
        sum += slots[index * SLOT_WORDS] + slots[index * SLOT_WORDS + 4];
        if (index % step == step - 1) {
            (void)madvise((char *)map + (index + 1 - step) * SLOT_BYTES, BEHIND_BYTES,
                          MADV_DONTNEED);
        }
    }
    (void)munmap(map, (size_t)count * SLOT_BYTES);
    int64_t passed_ns = bench_work_ns() - started_ns;
    if (sum == 0) {
        bench_fail("the file is empty");
    }
    return passed_ns;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        bench_fail("usage: limit_tape read|write FILE COUNT");
    }
    int64_t count = strtoll(argv[3], NULL, 10);
    int64_t passed_ns = 0;
    if (strcmp(argv[1], "write") == 0) {
        passed_ns = -bench_work_ns();
        put(argv[2], count);
        passed_ns += bench_work_ns();
        (void)unlink(argv[2]);
    } else {
        if (access(argv[2], F_OK) != 0) {
            put(argv[2], count);
        }
        passed_ns = scan_ns(argv[2], count);
    }
    (void)printf("%.2f\n", (double)passed_ns / (double)count);

    return 0;
}
