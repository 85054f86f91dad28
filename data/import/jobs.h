/* jobs.h - processes that read and sort the files, each the next one that nobody has taken, into a spill of its own.
 *
 * Laws     results come by the place of the file in the list, whoever was first; of several failures that of the first file
 *          in the list counts. A process that dies is an error with the name of its file. Spills have no name: whatever ends
 *          the processes, nothing is left. The processes end with their parent.
 * Failure  false and an error: that of the file (exit 3 or 4); no process, no spill (exit 4).
 * Cost     a fork a process, none a file: 100,000 small files are a matter of their opening. */
#ifndef DATA_IMPORT_JOBS_H
#define DATA_IMPORT_JOBS_H

#include "data/import/result.h"

struct import_jobs {
    struct spill *spills; /* one a process */
    int32_t spill_count;
    struct import_result *results; /* one a file */
    int32_t *places;               /* of each file: its spill */
    int32_t file_count;
};

/* files: spill is set here. folder: for the spills, or NULL. */
MUST_USE bool import_jobs_run(struct import_jobs *self,
                              struct import_file *files,
                              int32_t file_count,
                              int32_t jobs,
                              const char *folder,
                              struct error *error);
void import_jobs_release(struct import_jobs *self);

#endif
