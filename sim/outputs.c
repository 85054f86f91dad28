#include "sim/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/duration.h"
#include "data/place.h"

enum { BUFFER_BYTES = 1 << 14 };

struct output {
    char path[PATH_MAX], temporary[PATH_MAX];
    bool begun; /* the temporary file is there */
    enum tape_table table;
    struct tape_record first;
    int64_t rows;
    size_t used;
    char buffer[BUFFER_BYTES];
};

static bool no_memory(struct error *error)
{
    return error_set(error, EXIT_CODE_OPERATING, NULL, 0, "out of memory: free some and run again");
}

bool outputs_open(
    struct outputs *self, const char *folder, bool force, int32_t streams, struct error *error)
{
    *self = (struct outputs){.folder = folder, .force = force};
    struct stat facts;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return place_system_refuses(error, folder, "the folder cannot be made",
                                    "choose another place");
    }
    if (stat(folder, &facts) != 0 || !S_ISDIR(facts.st_mode)) {
        return error_set(error, EXIT_CODE_USAGE, folder, 0,
                         "this is not a folder: give one, as in --out DIR");
    }
    self->places = malloc(((size_t)streams + 1) * sizeof(self->places[0]));
    if (self->places == NULL) {
        return no_memory(error);
    }
    memset(self->places, 0xff, ((size_t)streams + 1) * sizeof(self->places[0]));
    return true;
}

void outputs_release(struct outputs *self)
{
    for (int32_t i = 0; i < self->count; i++) {
        if (self->files[i]->begun) {
            (void)unlink(self->files[i]->temporary);
        }
        free(self->files[i]);
    }
    free(self->files);
    free(self->places);
    *self = (struct outputs){0};
}

/* ---- names ---- */

static bool name_taken(const struct outputs *self, const char *path)
{
    for (int32_t i = 0; i < self->count; i++) {
        if (strcmp(self->files[i]->path, path) == 0) {
            return true;
        }
    }
    return false;
}

/* "BTCUSDT_candles_1m.csv"; a second stream of the same name has its number behind. */
static bool name_file(const struct outputs *self,
                      struct output *output,
                      const struct tape_stream *stream,
                      struct error *error)
{
    char symbol[SYMBOL_BYTES], interval[DURATION_BYTES + 1] = "", twin[16] = "";
    (void)snprintf(symbol, sizeof(symbol), "%s",
                   stream->symbol[0] != '\0' ? stream->symbol : "all");
    for (char *at = symbol; *at != '\0'; at++) {
        *at = *at == '/' || (*at == '.' && at == symbol) ? '_' : *at;
    }
    if (stream->interval_us > 0) {
        interval[0] = '_';
        (void)duration_format(stream->interval_us, interval + 1);
    }
    for (int number = 2;; number++) {
        int length =
            snprintf(output->path, sizeof(output->path), "%s/%s_%s%s%s.csv", self->folder, symbol,
                     tape_table_name(output->table, (enum tape_kind)stream->kind), interval, twin);
        if (length < 0 || (size_t)length >= sizeof(output->path)) {
            return error_set(error, EXIT_CODE_USAGE, self->folder, 0,
                             "the name is too long: give a shorter one");
        }
        if (!name_taken(self, output->path)) {
            break;
        }
        (void)snprintf(twin, sizeof(twin), "_%d", number);
    }
    if (!self->force && access(output->path, F_OK) == 0) {
        return error_set(error, EXIT_CODE_USAGE, output->path, 0,
                         "the file is there already: choose another folder, or give --force");
    }
    return place_temporary(output->path, output->temporary, sizeof(output->temporary), error);
}

/* ---- bytes ---- */

static bool write_all(int file, const char *bytes, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t put = write(file, bytes + done, length - done);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        done += (size_t)put;
    }
    return true;
}

static bool output_flush(struct output *self, struct error *error)
{
    int file = open(self->temporary,
                    O_WRONLY | O_CREAT | O_CLOEXEC | (self->begun ? O_APPEND : O_TRUNC), 0666);
    bool written = file >= 0 && write_all(file, self->buffer, self->used);
    self->begun = self->begun || file >= 0;
    self->used = 0;
    if (!written) {
        (void)place_system_refuses(error, self->path, "writing the file", "make room on the disk");
    }
    return file >= 0 && (close(file) == 0 || !written) && written;
}

static struct output *output_begin(struct outputs *self,
                                   const struct tape_stream *stream,
                                   const struct tape_record *record,
                                   struct error *error)
{
    if (self->count == self->capacity) {
        int32_t capacity = self->capacity > 0 ? self->capacity * 2 : 16;
        void *files = realloc(self->files, (size_t)capacity * sizeof(struct output *));
        if (files == NULL) {
            (void)no_memory(error);
            return NULL;
        }
        self->files = files;
        self->capacity = capacity;
    }
    struct output *output = calloc(1, sizeof(*output));
    if (output == NULL) {
        (void)no_memory(error);
        return NULL;
    }
    output->table = tape_table_of(record);
    output->first = *record;
    if (!name_file(self, output, stream, error)) {
        free(output);
        return NULL;
    }
    output->used = tape_table_header(output->buffer, output->table, stream, record);
    self->files[self->count++] = output;
    return output;
}

/* ---- records ---- */

/* A stream has one table, or two: trades and aggregates, updates and snapshots. */
static int second_table(enum tape_table table)
{
    return table == TAPE_TABLE_AGGREGATES || table == TAPE_TABLE_DEPTH_SNAPSHOT;
}

bool outputs_add(struct outputs *self,
                 const struct tape_stream *stream,
                 const struct tape_record *record,
                 struct error *error)
{
    int32_t *place = &self->places[record->stream][second_table(tape_table_of(record))];
    struct output *output = NULL;
    if (*place < 0) {
        output = output_begin(self, stream, record, error);
        if (output == NULL) {
            return false;
        }
        *place = self->count - 1;
    }
    output = self->files[*place];
    if (output->used + TAPE_ROW_BYTES > sizeof(output->buffer) && !output_flush(output, error)) {
        return false;
    }
    output->used += tape_table_row(output->buffer + output->used, output->table, stream, record,
                                   &output->first);
    output->rows++;
    return true;
}

bool outputs_finish(struct outputs *self, FILE *say, struct error *error)
{
    for (int32_t i = 0; i < self->count; i++) {
        if (!output_flush(self->files[i], error)) {
            return false;
        }
    }
    for (int32_t i = 0; i < self->count; i++) {
        struct output *output = self->files[i];
        if (!place_sync(output->temporary, error) ||
            !place_move(output->temporary, output->path, self->force, error)) {
            return false;
        }
        output->begun = false;
        (void)fprintf(say, "%s: %" PRId64 " row%s\n", output->path, output->rows,
                      output->rows == 1 ? "" : "s");
    }
    return self->count == 0 || place_sync_folder(self->files[0]->path, error);
}
