/* probe.h - the first bytes of a file cut into lines, for the dialects to look at (data/import/import.h), and the choice of
 * the one that reads it.
 * Failure  false and an error (exit 3): nobody claims the file (the known formats are told), or several do (their readings). */
#ifndef DATA_IMPORT_PROBE_H
#define DATA_IMPORT_PROBE_H

#include "data/import/import.h"

/* name: of the file or of the zip's member; said: of a manifest, else -1. path and name are borrowed. */
MUST_USE bool import_probe_fill(struct import_probe *self,
                                struct source *source,
                                const char *name,
                                int32_t said,
                                struct error *error);
/* format: "auto", or the name of a dialect, which is then taken unasked. */
MUST_USE bool import_probe_choose(const struct import_probe *self,
                                  const char *format,
                                  const struct import_dialect **dialect,
                                  const char **why,
                                  struct error *error);
/* NULL: there is none of that name. */
const struct import_dialect *import_dialect_find(const char *name);

/* ---- for claims ---- */

/* The header line begins with these words, each whole, without blanks in it: "ts_ms,open,high". */
bool probe_header_is(const struct import_probe *self, const char *words);
/* The name or the folders of the path have this word, in any case. */
bool probe_named(const struct import_probe *self, const char *word);

#endif
