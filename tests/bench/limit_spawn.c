/* limit_spawn COUNT PROGRAM [ARGUMENT...] - median us from starting a program to its end, its
 * output thrown away. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

int main(int argc, char **argv)
{
    if (argc < 3) {
        bench_fail("usage: limit_spawn COUNT PROGRAM [ARGUMENT...]");
    }
    int64_t count = strtoll(argv[1], NULL, 10);
    int64_t *latencies_ns = calloc((size_t)count, sizeof(*latencies_ns));
    posix_spawn_file_actions_t actions;
    if (latencies_ns == NULL || posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0) {
        bench_fail("no memory");
    }
    for (int64_t index = 0; index < count; index++) {
        pid_t child = 0;
        int status = 0;
        int64_t started_ns = bench_ns();
        if (posix_spawn(&child, argv[2], &actions, NULL, argv + 2, environ) != 0 ||
            waitpid(child, &status, 0) != child || status != 0) {
            bench_fail("the program did not run");
        }
        latencies_ns[index] = bench_ns() - started_ns;
    }
    qsort(latencies_ns, (size_t)count, sizeof(*latencies_ns), bench_order);
    (void)printf("%.1f\n", (double)latencies_ns[count / 2] / 1000.0);
    (void)posix_spawn_file_actions_destroy(&actions);
    free(latencies_ns);

    return 0;
}
