/* executor_facts.c - evidence on ourselves for the core's health: clock, disk, queues, rules. */
#include <sys/statvfs.h>

#include "core/fixed.h"
#include "live/executor_parts.h"

void executor_fact(
    struct executor *self, int32_t instrument, enum fact fact, int64_t value, int64_t other)
{
    struct event event = {
        .kind = EVENT_FACT,
        .instrument = instrument,
        .fact = {.fact = fact, .value = value, .other = other},
    };
    inbox_evidence(&self->inbox, &event);
}

void executor_rules_fact(struct executor *self)
{
    for (int32_t i = 0; i < self->instruments.count; i++) {
        executor_fact(self, i, FACT_RULES, 0, 0);
    }
}

/* Free bytes where the database lies; -1: it cannot be asked. */
static int64_t free_bytes(const struct executor *self)
{
    struct statvfs status;
    if (statvfs(self->options->database, &status) != 0) {
        return -1;
    }
    return (int64_t)(status.f_bavail * status.f_frsize);
}

void executor_facts(struct executor *self)
{
    int64_t skew_us = -live_clock_offset_us(&self->connection.clock);
    executor_fact(self, INSTRUMENT_NONE, FACT_CLOCK_SKEW, skew_us, 0);
    executor_fact(self, INSTRUMENT_NONE, FACT_STORAGE, free_bytes(self), self->log_bytes);
    executor_fact(self, INSTRUMENT_NONE, FACT_QUEUE, inbox_fill_e9(&self->inbox), ONE_E9);
}
