#include "sim/bounds.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's answer, as it is: both ends are one program. */
struct answer {
    bool done;
    struct run_result result;
    struct error error;
};

/* The run over the best paths: on its way in a child, or over. */
struct best {
    pid_t child; /* 0: none */
    int pipe;    /* to read the answer from */
    struct answer answer;
};

static bool run_end(struct bounds_job *self,
                    enum bounds_end end,
                    struct run_result *result,
                    struct error *error)
{
    static const int64_t modes[BOUNDS_ENDS] = {INTRABAR_BEST, INTRABAR_WORST};
    self->inputs.simulation->exchange.intrabar = modes[end];

    return run_simulation(result, &self->inputs, self->databases[end], self->force, error);
}

static bool write_all(int file, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t count = write(file, at, size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        at += count;
        size -= (size_t)count;
    }
    return true;
}

static bool read_all(int file, void *bytes, size_t size)
{
    char *at = bytes;
    while (size > 0) {
        ssize_t count = read(file, at, size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        at += count;
        size -= (size_t)count;
    }
    return true;
}

/* Leaves without the parent's buffers and exit handlers: what was printed before the fork is the parent's to print. */
_Noreturn static void child_run(struct bounds_job *self, int pipe)
{
    static struct answer answer;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a run that nobody waits for is no run */
    self->inputs.progress = false;
    error_init(&answer.error);
    answer.done = run_end(self, BOUNDS_BEST, &answer.result, &answer.error);
    _exit(write_all(pipe, &answer, sizeof(answer)) ? EXIT_CODE_DONE : EXIT_CODE_OPERATING);
}

static bool child_start(struct bounds_job *self, struct best *best, struct error *error)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0, "no pipe: %s: use --jobs 1",
                         strerror(errno));
    }
    best->child = fork();
    if (best->child == 0) {
        (void)close(ends[0]);
        child_run(self, ends[1]);
    }
    (void)close(ends[1]);
    best->pipe = ends[0];
    if (best->child < 0) {
        (void)close(best->pipe);
        best->child = 0;
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0, "no second process: %s: use --jobs 1",
                         strerror(errno));
    }
    return true;
}

/* Once; later calls find it over. */
static void child_wait(struct best *best)
{
    if (best->child == 0) {
        return;
    }
    bool answered = read_all(best->pipe, &best->answer, sizeof(best->answer));
    (void)close(best->pipe);
    while (waitpid(best->child, NULL, 0) < 0 && errno == EINTR) {
    }
    best->child = 0;
    if (!answered) {
        memset(&best->answer, 0, sizeof(best->answer));
        (void)error_set(&best->answer.error, EXIT_CODE_OPERATING, NULL, 0,
                        "the process of the best paths ended without an answer: run with --jobs 1");
    }
}

static const struct run_result *best_result(void *self)
{
    struct best *best = self;
    child_wait(best);

    return best->answer.done ? &best->answer.result : NULL;
}

bool bounds_run(struct bounds_job *self, struct run_result ends[BOUNDS_ENDS], struct error *error)
{
    static struct best best;
    memset(&best, 0, sizeof(best));
    if (self->jobs > 1) {
        if (!child_start(self, &best, error)) {
            return false;
        }
    } else {
        best.answer.done = run_end(self, BOUNDS_BEST, &best.answer.result, &best.answer.error);
    }
    struct error worst_error;
    error_init(&worst_error);
    bool done = false;
    if (self->jobs > 1 || best.answer.done) {
        self->inputs.other = (struct run_other){.self = &best, .result = best_result};
        done = run_end(self, BOUNDS_WORST, &ends[BOUNDS_WORST], &worst_error);
    }
    child_wait(&best);
    ends[BOUNDS_BEST] = best.answer.result;
    if (!done || !best.answer.done) {
        *error = best.answer.done ? worst_error : best.answer.error;
        return false;
    }
    return true;
}
