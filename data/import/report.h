/* report.h - what an import says when it is done: each file, what it was taken for and why, its rows; then the tape. */
#ifndef DATA_IMPORT_REPORT_H
#define DATA_IMPORT_REPORT_H

#include "data/import/dictionary.h"

struct import_report {
    const struct import_file *files;
    const struct import_result *results;
    int32_t file_count;
    const int64_t
        *twins; /* of each file: rows that another file, or an earlier run, had told before */
    const struct tape_stream *streams;
    int32_t stream_count;
    int64_t records;
    int64_t cut_sizes;
    const char *out;
};

void import_report_print(const struct import_report *self, FILE *stream);
/* One JSON object and a line end. */
void import_report_json(const struct import_report *self, FILE *stream);

#endif
