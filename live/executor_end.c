/* executor_end.c - the end: entries off, what is not known settled, every position looked at, books closed. */
#include <inttypes.h>
#include <stdio.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "live/executor_parts.h"

#define SETTLE_NS  (10LL * 1000000000LL) /* DESIGN 3 */
#define FLATTEN_NS (45LL * 1000000000LL) /* systemd kills after 60 */

static bool flattens(const struct executor *self)
{
    return self->simulation->live.on_shutdown == SHUTDOWN_FLATTEN;
}

void executor_ask_end(struct executor *self)
{
    self->asked++;
    if (self->phase != EXECUTOR_TRADING) {
        return;
    }
    self->phase = EXECUTOR_ENDING;
    self->end_by_ns = loop_clock_ns() + (flattens(self) ? FLATTEN_NS : SETTLE_NS);
    executor_command(self, COMMAND_SHUTDOWN, "signal", "the process was asked to end");
    if (flattens(self)) {
        executor_command(self, COMMAND_FLATTEN, "signal", "live.on_shutdown is flatten");
    }
}

bool executor_may_end(struct executor *self)
{
    int32_t count = 0;
    (void)engine_open_positions(&self->engine, &count);
    return inbox_empty(&self->inbox) && desk_settled(&self->desk) &&
           (count == 0 || !flattens(self));
}

static void report_positions(const struct executor *self)
{
    int32_t count = 0;
    const int32_t *open = engine_open_positions(&self->engine, &count);
    (void)printf("%d open positions\n", count);
    for (int32_t index = 0; index < count; index++) {
        const struct holding *holding = &self->engine.positions.items[open[index]];
        char size[DECIMAL_BYTES];
        char stop[DECIMAL_BYTES];
        (void)decimal_format(holding->position.size_e6, 6, size);
        (void)decimal_format(holding->plan.stop_e12, 12, stop);
        (void)printf("held: %s %s %s, leverage %d, stop %s %s\n",
                     self->instruments.items[open[index]].symbol,
                     side_position_text((int)holding->position.side), size,
                     holding->position.leverage, stop,
                     holding->plan.stop_confirmed ? "confirmed at the venue" : "NOT confirmed");
    }
}

static bool end_store(struct executor *self, const char *status)
{
    char digest[DIGEST_BYTES];
    int64_t bytes = 0;
    digest_format(&self->engine.digest, digest);
    bool done = store_checkpoint(self->store, true, &bytes, &self->error);
    done = store_end(self->store, status, self->runner.events, digest, store_wall_us(),
                     &self->error) &&
           done;
    (void)printf("digest %s over %" PRId64 " events\n", digest, self->runner.events);

    return done;
}

static void report_money(const struct executor *self)
{
    char balance[DECIMAL_BYTES];
    char equity[DECIMAL_BYTES];
    (void)decimal_format(ledger_wallet_e8(&self->engine.ledger), 8, balance);
    (void)decimal_format(engine_equity_e8(&self->engine), 8, equity);
    (void)printf("balance %s, equity %s\ndatabase %s: cerberus-report %s --out report\n", balance,
                 equity, self->options->database, self->options->database);
}

int executor_finish(struct executor *self, bool done)
{
    bool latched = false;
    if (self->running) {
        latched = breaker_worst(&self->engine.breaker) >= BREAKER_TRIPPED;
        report_positions(self);
        done = journal_close(&self->journal) && done;
        done = end_store(self, !done ? "failed" : latched ? "latched" : "done") && done;
        report_money(self);
    }
    if (!done) {
        error_print(&self->error, "cerberus-live", stderr);
        return self->error.code != EXIT_CODE_DONE ? (int)self->error.code : EXIT_CODE_OPERATING;
    }
    return latched ? EXIT_CODE_LATCHED : EXIT_CODE_DONE;
}
