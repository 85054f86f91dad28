/* file.h - one file through one dialect into one sink. */
#ifndef DATA_IMPORT_FILE_H
#define DATA_IMPORT_FILE_H

#include "data/import/sink.h"

struct import_file {
    /* in */
    const char *path;          /* as it stands in messages: of a zip's member "a.zip/b.csv" */
    const char *opened;        /* the file itself */
    int32_t part;              /* of a zip archive; -1: the only one */
    const char *format;        /* "auto" or a dialect's name */
    const char *symbol;        /* of the manifest or of --symbol; NULL: columns or name tell */
    bool symbol_fixed;         /* symbol counts against columns: the manifest's */
    struct number contract;    /* of --contract-size; mantissa 0: not said */
    int32_t said;              /* enum manifest_kind; -1: nothing */
    struct market_range range; /* both inclusive */
    struct spill *spill;
    /* out */
    const struct import_dialect *dialect;
    char why[160];
    uint64_t hash; /* of the raw bytes */
};

/* Initialises the sink, which the caller releases either way. source: open, stays open. */
MUST_USE bool import_file_read(struct import_file *self,
                               struct source *source,
                               struct import_sink *sink,
                               struct error *error);

#endif
