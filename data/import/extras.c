/* Binance's bookDepth, metrics and liquidationSnapshot: what no run needs and a report may use. */
#include <string.h>

#include "data/csv.h"
#include "data/import/dialects.h"
#include "data/import/probe.h"
#include "data/import/sink.h"
#include "data/number.h"
#include "data/text.h"

struct extras {
    struct import_sink *sink;
    struct error *error;
    /* NULL, or what is wrong with the row. */
    const char *(*row)(struct extras *self, const struct csv_field *fields, int32_t count);
    struct tape_record record;
    struct import_written written;
    int32_t columns; /* of the first row */
    int32_t shift;   /* liquidationSnapshot: 1 with a symbol in the second column */
    char symbol[SYMBOL_BYTES];
    bool header, failed;
};

/* ---- fields ---- */

static const char *time_take(struct extras *self, const struct csv_field *field)
{
    enum { MS_DIGITS = 13 };
    int64_t whole = 0;
    self->written.time_ms =
        field->length == MS_DIGITS && number_whole(field->text, field->length, &whole);
    return number_time(field->text, field->length, &self->record.time_us) ? NULL : "not a time";
}

static const char *scaled_take(const struct csv_field *field, unsigned decimals, int64_t *out)
{
    return decimal_parse(field->text, field->length, decimals, out) == DECIMAL_OK
               ? NULL
               : (field->length == 0 ? "a field is empty" : "not a number of its range");
}

/* A size as it is written: its digits, and how many of them are decimals. */
static const char *size_take(struct extras *self, const struct csv_field *field, int64_t *out)
{
    const char *point = memchr(field->text, '.', field->length);
    int32_t decimals =
        point == NULL ? 0 : (int32_t)(field->length - (size_t)(point - field->text)) - 1;
    if (decimals > NUMBER_DECIMALS_MAX) {
        return "a size with more than 18 decimals";
    }
    self->written.size_decimals = (int8_t)decimals;
    const char *problem = scaled_take(field, (unsigned)decimals, out);
    return problem == NULL && *out < 0 ? "a size below zero" : problem;
}

static const char *price_take(struct extras *self, const struct csv_field *field, int64_t *out)
{
    const char *point = memchr(field->text, '.', field->length);
    int32_t decimals =
        point == NULL ? 0 : (int32_t)(field->length - (size_t)(point - field->text)) - 1;
    self->written.price_mixed = decimals != self->written.price_decimals;
    self->written.price_decimals =
        (int8_t)(decimals > self->written.price_decimals ? decimals : self->written.price_decimals);
    const char *problem = scaled_take(field, 12, out);
    return problem == NULL && *out <= 0 ? "a price is not positive" : problem;
}

/* ---- rows ---- */

static const char *depth_row(struct extras *self, const struct csv_field *fields, int32_t count)
{
    enum { COLUMNS = 4, PERCENT_DECIMALS = 2, NOTIONAL_DECIMALS = 8 };
    if (count != COLUMNS) {
        return "the number of fields is not 4";
    }
    struct tape_record *record = &self->record;
    record->kind = TAPE_DEPTH_BAND;
    const char *problem = time_take(self, &fields[0]);
    problem = problem != NULL ? problem : scaled_take(&fields[1], PERCENT_DECIMALS, &record->v[0]);
    problem = problem != NULL ? problem : size_take(self, &fields[2], &record->v[1]);
    return problem != NULL ? problem : scaled_take(&fields[3], NOTIONAL_DECIMALS, &record->v[2]);
}

static const char *metrics_row(struct extras *self, const struct csv_field *fields, int32_t count)
{
    enum { COLUMNS = 4, VALUE_DECIMALS = 8 };
    if (count < COLUMNS || count != self->columns) {
        return "the number of fields is not that of the first row";
    }
    struct tape_record *record = &self->record;
    record->kind = TAPE_OPEN_INTEREST;
    (void)slice_copy((struct slice){fields[1].text, fields[1].length}, self->symbol,
                     sizeof(self->symbol));
    const char *problem = time_take(self, &fields[0]);
    problem = problem != NULL ? problem : size_take(self, &fields[2], &record->v[0]);
    return problem != NULL ? problem : scaled_take(&fields[3], VALUE_DECIMALS, &record->v[1]);
}

/* What was filled, at its average price (PROTOCOLS E1). */
static const char *
liquidation_row(struct extras *self, const struct csv_field *fields, int32_t count)
{
    enum { COLUMNS = 10 };
    if (count != COLUMNS + self->shift) {
        return "the number of fields is not that of the first row";
    }
    struct tape_record *record = &self->record;
    record->kind = TAPE_LIQUIDATION;
    if (self->shift > 0) {
        (void)slice_copy((struct slice){fields[1].text, fields[1].length}, self->symbol,
                         sizeof(self->symbol));
    }
    const struct csv_field *rest = fields + 1 + self->shift;
    struct slice side = {rest[0].text, rest[0].length};
    if (!slice_is(side, "buy") && !slice_is(side, "sell")) {
        return "a side that is neither BUY nor SELL";
    }
    record->flags = slice_is(side, "buy") ? TAPE_BUY : 0;
    const char *problem = time_take(self, &fields[0]);
    problem = problem != NULL ? problem : price_take(self, &rest[4], &record->v[0]);
    problem = problem != NULL ? problem : price_take(self, &rest[5], &record->v[2]);
    return problem != NULL ? problem : size_take(self, &rest[8], &record->v[1]);
}

static bool
on_row(void *context, const struct csv_field *fields, int32_t count, const struct csv_place *place)
{
    struct extras *self = context;
    if (self->columns == 0) {
        self->columns = count;
        if (self->header) {
            return true;
        }
    }
    memset(&self->record, 0, sizeof(self->record));
    memset(&self->written, 0, sizeof(self->written));
    self->symbol[0] = '\0';
    const char *problem = self->row(self, fields, count);
    if (problem != NULL) {
        import_defect(self->sink, "bad-row", csv_line(place), "%s: the row is left out", problem);
        return true;
    }
    self->record.stream = import_stream(self->sink, self->symbol[0] != '\0' ? self->symbol : NULL,
                                        (enum tape_kind)self->record.kind, 0);
    self->failed =
        !import_add(self->sink, &self->record, self->written, csv_line(place), self->error);
    return !self->failed;
}

static void on_bad(void *context, int64_t line, const char *reason)
{
    struct extras *self = context;
    import_defect(self->sink, "bad-row", line, "%s: the row is left out", reason);
}

/* A format that was named reads no other header: their columns would pass for ours. */
static bool extras_read(struct extras *self,
                        const struct import_probe *probe,
                        struct source *source,
                        bool (*claims)(const struct import_probe *, const char **))
{
    const char *why = "";
    if (probe->header && !claims(probe, &why)) {
        return error_set(self->error, EXIT_CODE_DATA, probe->path, 1,
                         "the header '%.120s' is another format's: name that one, or auto",
                         probe->header_line);
    }
    self->header = probe->header;
    const struct csv_handlers handlers = {.context = self, .narrow = on_row, .bad = on_bad};
    return csv_read(source, &handlers, NULL, self->error) && !self->failed;
}

/* ---- the dialects ---- */

static bool depth_claims(const struct import_probe *probe, const char **why)
{
    *why = "header timestamp,percentage,depth,notional";
    return probe_header_is(probe, "timestamp,percentage,depth,notional");
}

static bool depth_read(const struct import_probe *probe,
                       struct source *source,
                       struct import_sink *sink,
                       struct error *error)
{
    struct extras self = {.sink = sink, .error = error, .row = depth_row};
    return extras_read(&self, probe, source, depth_claims);
}

static bool metrics_claims(const struct import_probe *probe, const char **why)
{
    *why = "header create_time,symbol,sum_open_interest";
    return probe_header_is(probe, "create_time,symbol,sum_open_interest,");
}

static bool metrics_read(const struct import_probe *probe,
                         struct source *source,
                         struct import_sink *sink,
                         struct error *error)
{
    struct extras self = {.sink = sink, .error = error, .row = metrics_row};
    return extras_read(&self, probe, source, metrics_claims);
}

static bool liquidations_claims(const struct import_probe *probe, const char **why)
{
    *why = "header time,side,order_type";
    return probe_header_is(probe, "time,side,order_type,") ||
           probe_header_is(probe, "time,symbol,side,order_type,");
}

static bool liquidations_read(const struct import_probe *probe,
                              struct source *source,
                              struct import_sink *sink,
                              struct error *error)
{
    enum { WITH_SYMBOL = 11 };
    struct extras self = {.sink = sink,
                          .error = error,
                          .row = liquidation_row,
                          .shift = probe->fields == WITH_SYMBOL};
    return extras_read(&self, probe, source, liquidations_claims);
}

const struct import_dialect import_binance_book_depth = {
    "binance-bookDepth", "Binance: timestamp,percentage,depth,notional", depth_claims, depth_read};
const struct import_dialect import_binance_metrics = {
    "binance-metrics", "Binance metrics: the open interest of create_time,symbol,...",
    metrics_claims, metrics_read};
const struct import_dialect import_binance_liquidations = {
    "binance-liquidations", "Binance: time,[symbol,]side,order_type,...", liquidations_claims,
    liquidations_read};
