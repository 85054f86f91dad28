/* session_words.c - why a session has failed, in words. */
#include <inttypes.h>
#include <stdio.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/session.h"

void session_difference(const struct session *self, char *out, size_t size)
{
    const struct runner *runner = &self->runner;
    char time[INSTANT_BYTES];
    int32_t instrument = runner->difference_instrument;
    if (self->money_e8 != 0) {
        char amount[DECIMAL_BYTES];
        (void)instant_format(self->engine->now_us, time);
        (void)decimal_format(self->money_e8, 8, amount);
        (void)snprintf(out, size,
                       "money is not conserved at the exchange at %s (event %" PRId64
                       "): %s too much",
                       time, runner->events, amount);
        return;
    }
    (void)instant_format(runner->difference_us, time);
    (void)snprintf(
        out, size,
        "books differ at %s (event %" PRId64 "): %s %s: core %" PRId64 ", exchange %" PRId64, time,
        runner->events,
        instrument == INSTRUMENT_NONE ? "account"
                                      : self->engine->instruments->items[instrument].symbol,
        runner->difference.field, runner->difference.core, runner->difference.venue);
}

void session_error(const struct session *self, struct error *error)
{
    if (self->memory_failed) {
        (void)error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                        "out of memory: free some and run again");
        return;
    }
    if (self->jump.to_e12 == 0) {
        char text[ERROR_TEXT_BYTES / 2];
        session_difference(self, text, sizeof(text));
        (void)error_set(error, EXIT_CODE_CHECK, NULL, 0,
                        "%s: stopped: this is a bug of Cerberus, please report it", text);
        return;
    }
    char time[INSTANT_BYTES];
    char from[DECIMAL_BYTES];
    char to[DECIMAL_BYTES];
    (void)instant_format(self->jump.time_us, time);
    (void)decimal_format(self->jump.from_e12, 12, from);
    (void)decimal_format(self->jump.to_e12, 12, to);
    (void)error_set(error, EXIT_CODE_DATA, NULL, 0,
                    "%s at %s: the price jumps from %s to %s, more than a thousandfold: stopped: "
                    "correct the data",
                    self->engine->instruments->items[self->jump.instrument].symbol, time, from, to);
}
