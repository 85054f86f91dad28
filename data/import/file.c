#include "data/import/file.h"

#include <string.h>

#include "data/import/probe.h"
#include "data/market_names.h"

/* Not one good row of many: another format, or none at all. */
static bool
rows_judge(const struct import_file *self, const struct import_sink *sink, struct error *error)
{
    if (sink->added > 0 || sink->outside > 0) {
        return true;
    }
    if (sink->left_out == 0) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "has no row of data: fetch it again");
    }
    const struct defect *first = &sink->defects.items[0];
    return error_set(error, EXIT_CODE_DATA, self->path, first->line,
                     "none of %lld rows is good as %s, here the first: %s",
                     (long long)sink->left_out, self->dialect->name, first->message);
}

bool import_file_read(struct import_file *self,
                      struct source *source,
                      struct import_sink *sink,
                      struct error *error)
{
    struct import_probe probe;
    bool filled = import_probe_fill(&probe, source, source_name(source), self->said, error);
    probe.contract = self->contract;
    /* The member's name tells more than the archive's, unless it tells nothing. */
    if (filled && probe.symbol[0] == '\0' && !market_name_tells(self->path, probe.symbol)) {
        probe.symbol[0] = '\0';
    }
    if (filled && self->symbol != NULL) {
        (void)snprintf(probe.symbol, sizeof(probe.symbol), "%s", self->symbol);
    }
    import_sink_init(sink, self->path, probe.symbol, &self->range, self->spill);
    sink->symbol_fixed = self->symbol_fixed;
    const char *why = "";
    if (!filled || !import_probe_choose(&probe, self->format, &self->dialect, &why, error)) {
        return false;
    }
    (void)snprintf(self->why, sizeof(self->why), "%s", why);
    if (!self->dialect->read(&probe, source, sink, error) || !rows_judge(self, sink, error)) {
        return false;
    }
    self->hash = source_hash(source);
    return import_sink_finish(sink, error);
}
