#include "data/import/jobs.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/checksum.h"

/* The processes at work: of each place its process and file. */
struct crew {
    struct import_jobs *jobs;
    struct import_file *files;
    pid_t *processes; /* 0: idle */
    int32_t *files_at;
    int32_t running;
    int32_t failed; /* the first file in the list that did; -1: none */
};

static void *zeros(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    CHECK(memory != NULL);
    return memory;
}

/* ---- the process of one file ---- */

static int file_work(struct import_file *file)
{
    struct error outcome, error;
    struct import_sink sink;
    error_init(&outcome);
    error_init(&error);
    bool checked = false;
    struct source *source = NULL;
    if (checksum_verify(file->opened, &checked, &outcome)) {
        source = file->part < 0 ? source_open(file->opened, &outcome)
                                : source_open_part(file->opened, file->part, &outcome);
    }
    if (source == NULL) {
        import_sink_init(&sink, file->path, "", &file->range, file->spill);
    } else {
        bool fine = import_file_read(file, source, &sink, &outcome);
        size_t length = strlen(file->why);
        if (checked) {
            (void)snprintf(file->why + length, sizeof(file->why) - length, "; checksum verified");
        }
        CHECK(fine == (outcome.code == EXIT_CODE_DONE));
    }
    return import_result_write(file, &sink, &outcome, &error) ? 0 : EXIT_CODE_OPERATING;
}

static bool process_start(struct crew *self, int32_t place, int32_t index, struct error *error)
{
    pid_t parent = getpid();
    self->files[index].spill = &self->jobs->spills[place];
    (void)fflush(NULL);
    pid_t process = fork();
    if (process < 0) {
        return error_set(error, EXIT_CODE_OPERATING, self->files[index].path, 0,
                         "no process to read it: %s: end others, or give --jobs 1",
                         strerror(errno));
    }
    if (process == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(getppid() == parent ? file_work(&self->files[index]) : EXIT_CODE_OPERATING);
    }
    self->processes[place] = process;
    self->files_at[place] = index;
    self->jobs->places[index] = place;
    self->running++;
    return true;
}

/* ---- the parent ---- */

static void died(struct import_result *result, const char *path, int status)
{
    if (WIFSIGNALED(status)) {
        (void)error_set(&result->error, EXIT_CODE_OPERATING, path, 0,
                        "the process that read it was ended by signal %d: run again",
                        WTERMSIG(status));
    } else {
        (void)error_set(&result->error, EXIT_CODE_OPERATING, path, 0,
                        "what was read could not be kept: set TMPDIR to a folder with room");
    }
}

/* One process has ended: its result. */
static bool process_wait(struct crew *self, struct error *error)
{
    int status = 0;
    pid_t process = waitpid(-1, &status, 0);
    if (process < 0) {
        return errno == EINTR ||
               error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "waiting for the reading processes: %s: run again", strerror(errno));
    }
    int32_t place = 0;
    while (place < self->jobs->spill_count && self->processes[place] != process) {
        place++;
    }
    if (place == self->jobs->spill_count) {
        return true; /* somebody else's */
    }
    int32_t index = self->files_at[place];
    struct import_result *result = &self->jobs->results[index];
    self->processes[place] = 0;
    self->running--;
    bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!import_result_read(result, self->files[index].path, &self->jobs->spills[place]) ||
        !ended) {
        result->fine = false;
        died(result, self->files[index].path, status);
    }
    if (!result->fine && (self->failed < 0 || index < self->failed)) {
        self->failed = index;
    }
    return true;
}

static int32_t place_free(const struct crew *self)
{
    for (int32_t place = 0; place < self->jobs->spill_count; place++) {
        if (self->processes[place] == 0) {
            return place;
        }
    }
    return -1;
}

static bool crew_run(struct crew *self, struct error *error)
{
    int32_t next = 0;
    bool fine = true;
    while (self->running > 0 || (fine && self->failed < 0 && next < self->jobs->file_count)) {
        int32_t place = place_free(self);
        bool more = fine && self->failed < 0 && next < self->jobs->file_count;
        if (more && place >= 0) {
            fine = process_start(self, place, next, error);
            next += fine;
        } else if (!process_wait(self, error)) {
            return false;
        }
    }
    if (fine && self->failed >= 0) {
        *error = self->jobs->results[self->failed].error;
    }
    return fine && self->failed < 0;
}

bool import_jobs_run(struct import_jobs *self,
                     struct import_file *files,
                     int32_t file_count,
                     int32_t jobs,
                     const char *folder,
                     struct error *error)
{
    int32_t places = jobs < file_count ? jobs : file_count;
    self->spills = zeros((size_t)places, sizeof(*self->spills));
    self->results = zeros((size_t)file_count, sizeof(*self->results));
    self->places = zeros((size_t)file_count, sizeof(*self->places));
    self->spill_count = places;
    self->file_count = file_count;
    bool fine = true;
    for (int32_t i = 0; i < places; i++) {
        spill_init(&self->spills[i], 0, folder);
    }
    for (int32_t i = 0; fine && i < places; i++) {
        fine = spill_open(&self->spills[i], error);
    }
    struct crew crew = {.jobs = self, .files = files, .failed = -1};
    crew.processes = zeros((size_t)places, sizeof(*crew.processes));
    crew.files_at = zeros((size_t)places, sizeof(*crew.files_at));
    fine = fine && crew_run(&crew, error);
    free(crew.processes);
    free(crew.files_at);
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
