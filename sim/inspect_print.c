#include <inttypes.h>
#include <string.h>

#include "core/instant.h"
#include "data/duration.h"
#include "sim/inspect.h"

enum { WORD_BYTES_MAX = 48, LINE_BYTES = 128, NS_PER_US = 1000 };

/* ---- words ---- */

/* 1,234,567 */
static const char *grouped(int64_t count, char out[WORD_BYTES_MAX])
{
    char digits[WORD_BYTES_MAX];
    int length = snprintf(digits, sizeof(digits), "%" PRId64, count);
    char *to = out;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}

/* "12.5 min": one decimal of the unit that fits, cut. */
static const char *span(int64_t span_us, char out[WORD_BYTES_MAX])
{
    static const struct {
        int64_t from_us, unit_us;
        const char *name;
    } units[] = {
        {2 * US_PER_DAY, US_PER_DAY, "days"},
        {2 * US_PER_HOUR, US_PER_HOUR, "h"},
        {2 * US_PER_MINUTE, US_PER_MINUTE, "min"},
        {US_PER_SECOND, US_PER_SECOND, "s"},
        {0, US_PER_MS, "ms"},
    };
    if (span_us < US_PER_MS) {
        (void)snprintf(out, WORD_BYTES_MAX, "%" PRId64 " us", span_us);
        return out;
    }
    size_t at = 0;
    while (span_us < units[at].from_us) {
        at++;
    }
    int64_t unit = units[at].unit_us;
    (void)snprintf(out, WORD_BYTES_MAX, "%" PRId64 ".%" PRId64 " %s", span_us / unit,
                   span_us % unit / (unit / 10), units[at].name);
    return out;
}

/* Milliseconds with three decimals, cut toward zero. */
static const char *lag(int64_t lag_ns, char out[LINE_BYTES])
{
    int64_t us = lag_ns / NS_PER_US, size = us < 0 ? -us : us;
    char whole[WORD_BYTES_MAX];
    (void)snprintf(out, LINE_BYTES, "%s%s.%03" PRId64, us < 0 ? "-" : "",
                   grouped(size / 1000, whole), size % 1000);
    return out;
}

static const char *instant(int64_t time_us, char out[INSTANT_BYTES])
{
    (void)instant_format(time_us, out);
    return out;
}

/* "BTCUSDT bar 1m" as far as it has these. */
static const char *name_of(const struct tape_stream *stream, char out[LINE_BYTES])
{
    char interval[DURATION_BYTES + 1] = "";
    if (stream->interval_us > 0) {
        interval[0] = ' ';
        (void)duration_format(stream->interval_us, interval + 1);
    }
    (void)snprintf(out, LINE_BYTES, "%s %s%s", stream->symbol[0] != '\0' ? stream->symbol : "-",
                   tape_kind_text(stream->kind), interval);
    return out;
}

/* ---- the parts ---- */

static void print_head(const struct inspection *self, FILE *stream)
{
    const struct tape_facts *facts = &self->facts;
    char count[WORD_BYTES_MAX], bytes[WORD_BYTES_MAX], length[WORD_BYTES_MAX];
    char first[INSTANT_BYTES], last[INSTANT_BYTES];
    (void)fprintf(stream, "%s: %s record%s in %d stream%s, %s bytes\n", self->path,
                  grouped(facts->records, count), facts->records == 1 ? "" : "s",
                  facts->stream_count, facts->stream_count == 1 ? "" : "s",
                  grouped(self->bytes, bytes));
    if (facts->records > 0) {
        (void)fprintf(stream, "  from      %s\n  to        %s (%s)\n",
                      instant(facts->first_us, first), instant(facts->last_us, last),
                      span(facts->span_us, length));
    }
    (void)fprintf(stream, "  written   %s, %s\n",
                  tape_is_journal(self->tape) ? "as a journal" : "by an import",
                  tape_complete(self->tape) ? "complete" : "without its end");
    if (tape_torn_bytes(self->tape) > 0) {
        (void)fprintf(stream,
                      "  torn      %s bytes at the end were never written whole: left out\n",
                      grouped(tape_torn_bytes(self->tape), bytes));
    }
    (void)fprintf(stream, "  digest    %016" PRIx64 "%s\n", facts->digest,
                  self->digest_stored ? "" : " (of what was read)");
}

static void print_streams(const struct inspection *self, FILE *stream)
{
    (void)fprintf(stream, "\n  %4s  %-16s %-13s %9s %14s  %-27s  %-27s %5s %4s  %s\n", "#",
                  "symbol", "kind", "interval", "records", "first", "last", "price", "size",
                  "read as");
    for (int32_t i = 0; i < self->facts.stream_count; i++) {
        const struct tape_stream *known = tape_stream(self->tape, i);
        const struct tape_stream_facts *facts = &self->facts.streams[i];
        char count[WORD_BYTES_MAX], interval[DURATION_BYTES] = "";
        char first[INSTANT_BYTES] = "", last[INSTANT_BYTES] = "";
        if (known->interval_us > 0) {
            (void)duration_format(known->interval_us, interval);
        }
        if (facts->count > 0) {
            (void)instant(facts->first_us, first);
            (void)instant(facts->last_us, last);
        }
        (void)fprintf(stream, "  %4d  %-16s %-13s %9s %14s  %-27s  %-27s %5d %4d  %s\n", i,
                      known->symbol, tape_kind_text(known->kind), interval,
                      grouped(facts->count, count), first, last, known->price_decimals,
                      known->size_decimals, known->origin[0] != '\0' ? known->origin : "-");
    }
    (void)fputs("  (price, size: decimals)\n", stream);
}

static void print_breaks(const struct tape_stream_facts *facts, FILE *stream)
{
    for (int64_t i = 0; i < facts->breaks && i < TAPE_BREAKS_KEPT; i++) {
        const struct tape_break *broken = &facts->first_breaks[i];
        char at[INSTANT_BYTES];
        (void)fprintf(stream,
                      "%36s%s: after update %" PRIu64 " came one that follows %" PRIu64 "\n", "",
                      instant(broken->time_us, at), broken->expected, broken->found);
    }
    if (facts->breaks > TAPE_BREAKS_KEPT) {
        (void)fprintf(stream, "%36s... and %" PRId64 " more\n", "",
                      facts->breaks - TAPE_BREAKS_KEPT);
    }
}

static void
print_missing(const struct tape_stream *known, const struct tape_stream_facts *facts, FILE *stream)
{
    char name[LINE_BYTES], a[WORD_BYTES_MAX], b[WORD_BYTES_MAX], at[INSTANT_BYTES];
    (void)fprintf(stream, "  %-32s  ", name_of(known, name));
    if (known->kind <= TAPE_BAR) {
        (void)fprintf(stream, "%s missing in %s gap%s", grouped(facts->missing, a),
                      grouped(facts->gaps, b), facts->gaps == 1 ? "" : "s");
        if (facts->off_grid > 0) {
            (void)fprintf(stream, ", %s off the grid", grouped(facts->off_grid, a));
        }
        (void)fputs("; ", stream);
    } else if (known->kind == TAPE_TRADE) {
        (void)fprintf(stream, "%s ids missing; ", grouped(facts->missing, a));
    } else if (known->kind == TAPE_DEPTH) {
        (void)fprintf(stream, "%s messages, %s snapshot%s, chain broken %s times; ",
                      grouped(facts->messages, a), grouped(facts->snapshots, b),
                      facts->snapshots == 1 ? "" : "s", grouped(facts->breaks, name));
    }
    if (facts->count > 1) {
        (void)fprintf(stream, "longest silence %s from %s", span(facts->silence_us, a),
                      instant(facts->silence_from_us, at));
    }
    (void)fputc('\n', stream);
    print_breaks(facts, stream);
}

static void print_order(const struct inspection *self, FILE *stream)
{
    bool any = false;
    (void)fputs("\nout of order\n", stream);
    for (int32_t i = 0; i < self->facts.stream_count; i++) {
        const struct tape_stream_facts *facts = &self->facts.streams[i];
        const struct {
            int64_t count;
            const char *what;
        } said[] = {{facts->backward, "ids go back"},
                    {facts->repeated, "twice there"},
                    {facts->crossed, "bid at or above ask"},
                    {facts->receive_back, "receive clock goes back"}};
        char name[LINE_BYTES], count[WORD_BYTES_MAX];
        const char *between = "";
        if (tape_order_violations(facts) == 0) {
            continue;
        }
        any = true;
        (void)fprintf(stream, "  %-32s  ", name_of(tape_stream(self->tape, i), name));
        for (size_t k = 0; k < ARRAY_COUNT(said); k++) {
            if (said[k].count > 0) {
                (void)fprintf(stream, "%s%s: %s", between, said[k].what,
                              grouped(said[k].count, count));
                between = ", ";
            }
        }
        (void)fputc('\n', stream);
    }
    if (!any) {
        (void)fputs("  nothing\n", stream);
    }
}

static void print_clocks(const struct inspection *self, FILE *stream)
{
    char name[LINE_BYTES], low[LINE_BYTES], middle[LINE_BYTES], high[LINE_BYTES];
    bool any = false;
    for (int32_t i = 0; i < self->facts.stream_count; i++) {
        const struct tape_stream_facts *facts = &self->facts.streams[i];
        if (facts->received == 0) {
            continue;
        }
        if (!any) {
            (void)fprintf(stream, "\nreceived after it happened, ms\n  %-32s  %14s %14s %14s\n", "",
                          "least", "median", "most");
        }
        any = true;
        (void)fprintf(stream, "  %-32s  %14s %14s %14s\n",
                      name_of(tape_stream(self->tape, i), name), lag(facts->lag_min_ns, low),
                      lag(facts->lag_median_ns, middle), lag(facts->lag_max_ns, high));
    }
    if (self->facts.correction_ns > 0) {
        (void)fprintf(
            stream,
            "  the exchange's clock is ahead of the receiver's: a run adds %s ns to every "
            "receive time\n",
            grouped(self->facts.correction_ns, name));
    }
}

void inspect_print(const struct inspection *self, FILE *stream)
{
    print_head(self, stream);
    if (self->facts.stream_count > 0) {
        print_streams(self, stream);
        (void)fputs("\nmissing\n", stream);
        for (int32_t i = 0; i < self->facts.stream_count; i++) {
            print_missing(tape_stream(self->tape, i), &self->facts.streams[i], stream);
        }
        print_order(self, stream);
        print_clocks(self, stream);
    }
    if (self->damage->code != EXIT_CODE_DONE) {
        (void)fputs("\nDAMAGED: all of the above is of what stands before the damage\n", stream);
    }
}
