/* main.c - a plain main for every fuzz target, for compilers without libFuzzer.
 *   fuzz_x [RUNS [SEED]]   mutates the target's own seeds, RUNS times (default 20000), the same way for the same SEED
 *   fuzz_x FILE...         replays files, for example a crash
 * A target file defines LLVMFuzzerTestOneInput() and fuzz_seeds[], texts closed by NULL. A crash leaves its input in
 * fuzz-crash-<target>.bin in the current folder, which replays it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

enum { INPUT_BYTES = 1 << 16, RUNS_DEFAULT = 20000, MUTATIONS_MAX = 8 };

struct fuzzer {
    uint64_t state;
    size_t seed_count;
};

/* The input being tried, where the handler of a crash finds it. */
static unsigned char current[INPUT_BYTES];
static size_t current_length;
static char crash_path[256];

static void on_crash(int number)
{
    int descriptor = open(crash_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (descriptor >= 0) {
        ssize_t written = write(descriptor, current, current_length);
        (void)written;
        (void)close(descriptor);
        written = write(STDERR_FILENO, "fuzz: the input is kept in ", 27);
        written = write(STDERR_FILENO, crash_path, strlen(crash_path));
        written = write(STDERR_FILENO, "\n", 1);
        (void)written;
    }
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* splitmix64 */
static uint64_t random_word(struct fuzzer *self)
{
    self->state += 0x9E3779B97F4A7C15ULL;
    uint64_t word = self->state;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ULL;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBULL;
    return word ^ (word >> 31);
}

static size_t random_below(struct fuzzer *self, size_t bound)
{
    return (size_t)(random_word(self) % bound);
}

static void insert_bytes(struct fuzzer *self, const char *bytes, size_t count)
{
    if (count > INPUT_BYTES - current_length) {
        return;
    }
    size_t at = random_below(self, current_length + 1);
    memmove(current + at + count, current + at, current_length - at);
    memcpy(current + at, bytes, count);
    current_length += count;
}

static void remove_bytes(struct fuzzer *self)
{
    size_t at = random_below(self, current_length);
    size_t count = 1 + random_below(self, current_length - at < 64 ? current_length - at : 64);
    memmove(current + at, current + at + count, current_length - at - count);
    current_length -= count;
}

static void repeat_bytes(struct fuzzer *self)
{
    char piece[64];
    size_t at = random_below(self, current_length);
    size_t room = current_length - at < sizeof(piece) ? current_length - at : sizeof(piece);
    size_t count = 1 + random_below(self, room);
    memcpy(piece, current + at, count);
    insert_bytes(self, piece, count);
}

/* Pieces that parsers stumble over. */
static void insert_word(struct fuzzer *self)
{
    static const char *const words[] = {"\"",
                                        "\"\"",
                                        ",",
                                        "\n",
                                        "\r\n",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        ":",
                                        "-",
                                        "+",
                                        ".",
                                        "e",
                                        "1e999",
                                        "nan",
                                        "inf",
                                        "null",
                                        "true",
                                        "\\u0000",
                                        "\\ud800",
                                        "\\",
                                        "//",
                                        "%",
                                        "0",
                                        "9223372036854775808",
                                        "0.0000000000001",
                                        "\xEF\xBB\xBF",
                                        "\xFF",
                                        "99999999999999999999999999999999999999999",
                                        "\t",
                                        " ",
                                        "'",
                                        ";",
                                        "20210101",
                                        "1609459200000",
                                        "ms",
                                        "x"};
    const char *word = words[random_below(self, sizeof(words) / sizeof(words[0]))];
    insert_bytes(self, word, strlen(word));
}

static void splice_seed(struct fuzzer *self)
{
    const char *seed = fuzz_seeds[random_below(self, self->seed_count)];
    size_t length = strlen(seed);
    if (length > 0) {
        size_t at = random_below(self, length);
        insert_bytes(self, seed + at, 1 + random_below(self, length - at));
    }
}

static void mutate(struct fuzzer *self)
{
    if (current_length == 0) {
        insert_word(self);
        return;
    }
    switch (random_below(self, 7)) {
    case 0:
        current[random_below(self, current_length)] ^= (unsigned char)(1U << random_below(self, 8));
        break;
    case 1: current[random_below(self, current_length)] = (unsigned char)random_word(self); break;
    case 2: remove_bytes(self); break;
    case 3: repeat_bytes(self); break;
    case 4: insert_word(self); break;
    case 5: splice_seed(self); break;
    default: current_length = random_below(self, current_length + 1); break;
    }
}

static void run_once(struct fuzzer *self)
{
    const char *seed = fuzz_seeds[random_below(self, self->seed_count)];
    current_length = strlen(seed);
    current_length = current_length < INPUT_BYTES ? current_length : INPUT_BYTES;
    memcpy(current, seed, current_length);
    size_t mutations =
        random_below(self, MUTATIONS_MAX + 1); /* sometimes none: the seeds themselves */
    for (size_t i = 0; i < mutations; i++) {
        mutate(self);
    }
    (void)LLVMFuzzerTestOneInput(current, current_length);
}

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        (void)fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
        return 1;
    }
    current_length = fread(current, 1, sizeof(current), file);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(current, current_length);
    return 0;
}

/* A whole number, or -1: then the arguments are files. */
static long long number_of(const char *text)
{
    char *end = NULL;
    long long value = strtoll(text, &end, 10);
    return *text != '\0' && *end == '\0' && value >= 0 ? value : -1;
}

static void crash_path_set(const char *program)
{
    const char *slash = strrchr(program, '/');
    (void)snprintf(crash_path, sizeof(crash_path), "fuzz-crash-%.200s.bin",
                   slash != NULL ? slash + 1 : program);
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        (void)signal(signals[i], on_crash);
    }
}

int main(int argc, char **argv)
{
    long long runs = argc > 1 ? number_of(argv[1]) : RUNS_DEFAULT;
    long long seed = argc > 2 ? number_of(argv[2]) : 1;
    crash_path_set(argv[0]);
    if (runs < 0 || seed < 0) {
        int failed = 0;
        for (int i = 1; i < argc; i++) {
            failed |= replay(argv[i]);
        }
        return failed;
    }
    struct fuzzer fuzzer = {.state = (uint64_t)seed, .seed_count = 0};
    while (fuzz_seeds[fuzzer.seed_count] != NULL) {
        fuzzer.seed_count++;
    }
    for (long long run = 0; run < runs; run++) {
        run_once(&fuzzer);
    }
    (void)printf("%s: %lld runs, seed %lld: no crash\n", argv[0], runs, seed);
    return 0;
}
