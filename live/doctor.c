#include "live/doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/instant.h"
#include "data/store.h"
#include "live/connection.h"

#define NS_PER_MS      1000000LL
#define STREAM_WAIT_NS (10LL * 1000000000LL)
#define STREAM_AGE_MS  3000

struct doctor {
    const struct live_options *options;
    struct simulation *simulation;
    struct connection connection;
    struct instruments instruments;
    struct error error;
    bool wrong;
    int64_t heard_ns[INSTRUMENTS_MAX];
};

static void line(struct doctor *self, bool well, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void line(struct doctor *self, bool well, const char *what, const char *format, ...)
{
    va_list arguments;
    self->wrong = self->wrong || !well;
    (void)printf("%-5s  %-13s  ", well ? "ok" : "WRONG", what);
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    (void)putchar('\n');
    (void)fflush(stdout);
}

/* The error that was set, as a line. */
static void complain(struct doctor *self, const char *what)
{
    line(self, false, what, "%s%s%s", self->error.file, self->error.file[0] != '\0' ? ": " : "",
         self->error.text);
    error_init(&self->error);
}

static void take_news(void *self, const struct news *news)
{
    struct doctor *doctor = self;
    if (news->kind == NEWS_MARKET && news->instrument != INSTRUMENT_NONE) {
        doctor->heard_ns[news->instrument] = news->received_ns;
    }
}

/* ---- the host ---- */

static const char *folder_of(const char *path, char out[ERROR_PATH_BYTES])
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length == 0 || length >= ERROR_PATH_BYTES) {
        return slash == path ? "/" : ".";
    }
    memcpy(out, path, length);
    out[length] = '\0';

    return out;
}

static void look_at_disk(struct doctor *self, const char *folder)
{
    struct statvfs status;
    if (statvfs(folder, &status) != 0) {
        line(self, false, "disk", "%s cannot be looked at (%s): check name and rights", folder,
             strerror(errno));
        return;
    }
    int64_t free_bytes = (int64_t)(status.f_bavail * status.f_frsize);
    int64_t limit = self->simulation->settings.storage_free_warn;
    line(self, free_bytes > limit, "disk", "%" PRId64 " MB free%s", free_bytes >> 20,
         free_bytes > limit ? "" : ", which is below breaker.storage.free_warn: free some");
}

static void look_at_database(struct doctor *self)
{
    char buffer[ERROR_PATH_BYTES];
    const char *path = self->options->database;
    if (path == NULL) {
        look_at_disk(self, ".");
        return;
    }
    const char *folder = folder_of(path, buffer);
    bool there = access(path, F_OK) == 0;
    bool writable = access(there ? path : folder, there ? R_OK | W_OK : W_OK | X_OK) == 0;
    line(self, writable, "database", "%s %s", path,
         !writable ? "cannot be written: check rights"
         : there   ? "is there, an account to go on with"
                   : "will be made");
    look_at_disk(self, folder);
}

/* ---- the venue ---- */

static void look_at_clock(struct doctor *self)
{
    int64_t offset_us = live_clock_offset_us(&self->connection.clock);
    int64_t away_us = offset_us < 0 ? -offset_us : offset_us;
    bool venue_time = self->simulation->live.clock == CLOCK_VENUE;
    bool well = venue_time || away_us < self->simulation->settings.clock_reduce;
    line(self, well, "clock", "the venue's is %" PRId64 " ms ahead of ours%s",
         (int64_t)(offset_us / US_PER_MS), well ? "" : ": let NTP set ours (breaker.clock.reduce)");
}

static void look_at_keys(struct doctor *self)
{
    struct connection *connection = &self->connection;
    struct venue_permissions rights;
    if (connection->signer == NULL) {
        line(self, true, "keys", "none given: public data alone, enough for --mode paper");
        return;
    }
    if (!connection->table->permissions(connection->venue, &rights, &self->error)) {
        complain(self, "keys");
        return;
    }
    if (!rights.known) {
        line(self, true, "keys", "taken; the venue does not say what they may do: look yourself");
    } else if (rights.withdraw) {
        line(self, false, "keys", "they may withdraw: make a key that may only trade");
    } else if (!rights.trade) {
        line(self, false, "keys", "they may not trade: allow it at the venue");
    } else {
        line(self, true, "keys", "they may trade and not withdraw%s",
             rights.ip_bound ? ", from named addresses"
                             : "; better: bind them to this host's address");
    }
}

static void look_at_modes(struct doctor *self)
{
    struct connection *connection = &self->connection;
    struct venue_account_modes modes;
    if (connection->signer == NULL) {
        return;
    }
    if (!connection->table->modes(connection->venue, &modes, &self->error)) {
        complain(self, "account");
        return;
    }
    line(self, !modes.hedge, "position mode", "%s",
         modes.hedge ? "hedge: set it to one-way at the venue" : "one-way");
    line(self, !modes.multi_asset, "assets", "%s",
         modes.multi_asset ? "multi-assets: set it to single-asset at the venue" : "single-asset");
    line(self, modes.can_trade, "account", "%s",
         modes.can_trade ? "may trade" : "may not trade: ask the venue why");
}

static void look_at_rules(struct doctor *self)
{
    for (int32_t i = 0; i < self->instruments.count; i++) {
        const struct instrument *item = &self->instruments.items[i];
        bool well = item->tick_e12 > 0 && item->lot_e6 > 0 && item->tier_count > 0;
        line(self, well, "rules", "%s, %d brackets%s", item->symbol, item->tier_count,
             well ? "" : ": the venue's rules are not whole: try again");
    }
}

static int32_t silent(const struct doctor *self)
{
    int32_t count = 0;
    for (int32_t i = 0; i < self->instruments.count; i++) {
        count += self->heard_ns[i] == 0 ? 1 : 0;
    }
    return count;
}

static void look_at_streams(struct doctor *self)
{
    struct connection *connection = &self->connection;
    int64_t until_ns = loop_clock_ns() + STREAM_WAIT_NS;
    bool turned = connection->table->stream_market(connection->venue, &self->error);
    while (turned && silent(self) > 0 && loop_clock_ns() < until_ns) {
        turned = loop_turn(connection->loop, until_ns, &self->error);
    }
    if (!turned) {
        complain(self, "streams");
        return;
    }
    for (int32_t i = 0; i < self->instruments.count; i++) {
        const char *symbol = self->instruments.items[i].symbol;
        int64_t age_ms = (loop_clock_ns() - self->heard_ns[i]) / NS_PER_MS;
        if (self->heard_ns[i] == 0) {
            line(self, false, "stream", "%s: nothing in 10 s: check live.stream_url", symbol);
        } else {
            line(self, age_ms <= STREAM_AGE_MS, "stream", "%s: heard %" PRId64 " ms ago", symbol,
                 age_ms);
        }
    }
}

static void look_at_settings(struct doctor *self)
{
    bool trading = self->options->mode == MODE_LIVE;
    if (!trading) {
        return;
    }
    if (simulation_resolve_live(self->simulation, &self->instruments, &self->error)) {
        line(self, true, "limits", "C5 and C12 and the list of symbols are given");
    } else {
        complain(self, "limits");
    }
}

static void look_at_venue(struct doctor *self, const struct venue_table *table)
{
    struct connection_wish wish = {
        .options = self->options,
        .simulation = self->simulation,
        .table = table,
        .instruments = &self->instruments,
        .sink = {.self = self, .take = take_news},
        .trading = self->options->mode == MODE_LIVE,
    };
    if (!connection_open(&self->connection, &wish, &self->error) ||
        !connection_load(&self->connection, &self->error)) {
        complain(self, "venue");
        return;
    }
    line(self, true, "venue", "%s answers", self->connection.table->name);
    look_at_clock(self);
    look_at_keys(self);
    look_at_modes(self);
    look_at_rules(self);
    look_at_settings(self);
    look_at_streams(self);
}

int doctor_run(const struct live_options *options,
               struct simulation *simulation,
               const struct venue_table *table)
{
    struct doctor *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return EXIT_CODE_OPERATING;
    }
    self->options = options;
    self->simulation = simulation;
    error_init(&self->error);
    instruments_init(&self->instruments);
    look_at_venue(self, table);
    look_at_database(self);
    connection_close(&self->connection);
    bool wrong = self->wrong;
    free(self);

    return wrong ? EXIT_CODE_OPERATING : EXIT_CODE_DONE;
}
