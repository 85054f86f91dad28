#include "data/import/jobs.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/checksum.h"
#include "data/memory.h"

/* Where a file's result stands. */
struct slot {
    int64_t offset; /* in the spill of its place; -1: there is none */
    int32_t place;
};

/* What the processes share. A file that was taken is read, also when another has failed by then: so all files before a
 * failed one are known. */
struct board {
    atomic_int next;
    atomic_bool stop; /* no further file is taken */
    struct slot slots[];
};

struct worker {
    pid_t process;
    int status; /* of waitpid */
};

struct crew {
    struct import_jobs *jobs;
    struct import_file *files;
    struct board *board;
    struct worker *workers;
    int32_t worker_count;
};

/* ---- a process ---- */

static struct source *file_open(const struct import_file *file, bool *checked, struct error *error)
{
    if (!checksum_verify(file->opened, checked, error)) {
        return NULL;
    }
    return file->part < 0 ? source_open(file->opened, error)
                          : source_open_part(file->opened, file->part, error);
}

/* Its result behind its records; false: the spill. */
static bool file_work(struct import_file *file, bool *fine)
{
    struct error outcome, error;
    struct import_sink sink;
    error_init(&outcome);
    error_init(&error);
    bool checked = false;
    struct source *source = file_open(file, &checked, &outcome);
    if (source == NULL) {
        import_sink_init(&sink, file->path, "", &file->range, file->spill);
    } else {
        *fine = import_file_read(file, source, &sink, &outcome);
        CHECK(*fine == (outcome.code == EXIT_CODE_DONE));
        size_t length = strlen(file->why);
        if (checked) {
            (void)snprintf(file->why + length, sizeof(file->why) - length, "; checksum verified");
        }
    }
    bool kept = import_result_write(file, &sink, &outcome, &error);
    import_sink_release(&sink);
    source_close(source);
    return kept;
}

static int worker_run(struct crew *self, int32_t place)
{
    struct board *board = self->board;
    struct spill *spill = &self->jobs->spills[place];
    while (!atomic_load(&board->stop)) {
        int32_t index = atomic_fetch_add(&board->next, 1);
        if (index >= self->jobs->file_count) {
            break;
        }
        bool fine = false;
        board->slots[index].place = place;
        self->files[index].spill = spill;
        if (!file_work(&self->files[index], &fine)) {
            return EXIT_CODE_OPERATING;
        }
        board->slots[index].offset = spill->written;
        if (!fine) {
            atomic_store(&board->stop, true);
        }
    }
    return EXIT_CODE_DONE;
}

static bool worker_start(struct crew *self, int32_t place)
{
    pid_t parent = getpid();
    (void)fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(getppid() == parent ? worker_run(self, place) : EXIT_CODE_OPERATING);
    }
    self->workers[place].process = process;
    return process > 0;
}

/* ---- the parent ---- */

static bool ended_well(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CODE_DONE;
}

static bool crew_wait(struct crew *self, struct error *error)
{
    for (int32_t running = self->worker_count; running > 0;) {
        int status = 0;
        pid_t process = waitpid(-1, &status, 0);
        if (process < 0 && errno != EINTR) {
            return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                             "waiting for the reading processes: %s: run again", strerror(errno));
        }
        for (int32_t place = 0; place < self->worker_count; place++) {
            if (process > 0 && self->workers[place].process == process) {
                self->workers[place].status = status;
                running--;
            }
        }
        if (process > 0 && !ended_well(status)) {
            atomic_store(&self->board->stop, true);
        }
    }
    return true;
}

static bool died(const struct crew *self, int32_t index, struct error *error)
{
    int status = self->workers[self->board->slots[index].place].status;
    const char *path = self->files[index].path;
    if (WIFSIGNALED(status)) {
        return error_set(error, EXIT_CODE_OPERATING, path, 0,
                         "the process that read it was ended by signal %d: run again",
                         WTERMSIG(status));
    }
    return error_set(error, EXIT_CODE_OPERATING, path, 0,
                     "what was read could not be kept: set TMPDIR to a folder with room");
}

/* In the order of the list, whoever was first. */
static bool results_take(struct crew *self, struct error *error)
{
    struct import_jobs *jobs = self->jobs;
    for (int32_t i = 0; i < jobs->file_count; i++) {
        const struct slot *slot = &self->board->slots[i];
        if (slot->offset < 0) {
            return died(self, i, error);
        }
        jobs->places[i] = slot->place;
        if (!import_result_read(&jobs->results[i], self->files[i].path, &jobs->spills[slot->place],
                                slot->offset, error)) {
            return false;
        }
    }
    return true;
}

static bool crew_run(struct crew *self, struct error *error)
{
    for (int32_t place = 0; place < self->jobs->spill_count; place++) {
        if (!worker_start(self, place)) {
            break; /* those that run do the work */
        }
        self->worker_count++;
    }
    if (self->worker_count == 0) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "no process to read the files: %s: end others", strerror(errno));
    }
    return crew_wait(self, error) && results_take(self, error);
}

static struct board *board_new(int32_t file_count, size_t *bytes)
{
    *bytes = sizeof(struct board) + (size_t)file_count * sizeof(struct slot);
    struct board *board =
        mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(board != MAP_FAILED);
    for (int32_t i = 0; i < file_count; i++) {
        board->slots[i].offset = -1;
    }
    return board;
}

static bool spills_open(struct import_jobs *self, const char *folder, struct error *error)
{
    for (int32_t i = 0; i < self->spill_count; i++) {
        spill_init(&self->spills[i], 0, folder);
    }
    for (int32_t i = 0; i < self->spill_count; i++) {
        if (!spill_open(&self->spills[i], error)) {
            return false;
        }
    }
    return true;
}

bool import_jobs_run(struct import_jobs *self,
                     struct import_file *files,
                     int32_t file_count,
                     int32_t jobs,
                     const char *folder,
                     struct error *error)
{
    int32_t places = jobs < file_count ? jobs : file_count;
    self->spills = memory_zeros((size_t)places, sizeof(*self->spills));
    self->results = memory_zeros((size_t)file_count, sizeof(*self->results));
    self->places = memory_zeros((size_t)file_count, sizeof(*self->places));
    self->spill_count = places;
    self->file_count = file_count;
    if (!spills_open(self, folder, error)) {
        return false;
    }
    size_t board_bytes = 0;
    struct crew crew = {.jobs = self, .files = files};
    crew.board = board_new(file_count, &board_bytes);
    crew.workers = memory_zeros((size_t)places, sizeof(*crew.workers));
    bool fine = crew_run(&crew, error);
    (void)munmap(crew.board, board_bytes);
    free(crew.workers);
    return fine;
}

void import_jobs_release(struct import_jobs *self)
{
    for (int32_t i = 0; i < self->file_count; i++) {
        import_result_release(&self->results[i]);
    }
    for (int32_t i = 0; i < self->spill_count; i++) {
        spill_release(&self->spills[i]);
    }
    free(self->results);
    free(self->spills);
    free(self->places);
    memset(self, 0, sizeof(*self));
}
