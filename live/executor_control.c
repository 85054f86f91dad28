/* executor_control.c - what the operator asks at the control socket, and the answers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/json.h"
#include "live/executor_parts.h"

#define TOKEN_LIFE_US (10 * US_PER_MINUTE)

static void say_no(char *answer, size_t size, const char *why)
{
    (void)snprintf(answer, size, "{\"ok\":false,\"why\":\"%s\"}", why);
}

/* False: there is no such symbol or source. */
static bool
scope_index(const struct executor *self, enum breaker_scope scope, const char *name, int32_t *out)
{
    *out = 0;
    if (scope == SCOPE_SYMBOL) {
        *out = instruments_find(&self->instruments, name);
        return *out != INSTRUMENT_NONE;
    }
    return scope == SCOPE_GLOBAL || scope == SCOPE_ACCOUNT;
}

static bool ask_core(struct executor *self,
                     const struct control_request *request,
                     enum command command,
                     enum breaker_scope scope,
                     const char *scope_name)
{
    struct event_command asked = {.command = command, .scope = scope};
    if (!scope_index(self, scope, scope_name, &asked.scope_index)) {
        return false;
    }
    memcpy(asked.principal, request->principal, sizeof(asked.principal));
    memcpy(asked.reason, request->reason, sizeof(asked.reason));

    return inbox_command(&self->inbox, &asked);
}

static void
ask(struct executor *self, const struct control_request *request, char *answer, size_t size)
{
    enum command command = request->verb == CONTROL_STOP ? COMMAND_STOP : COMMAND_FLATTEN;
    if (ask_core(self, request, command, SCOPE_GLOBAL, "")) {
        (void)snprintf(answer, size, "{\"ok\":true}");
    } else {
        say_no(answer, size, "too many commands at once: ask again");
    }
}

/* ---- the reset protocol (RISK 3.3): two people, one token ---- */

static void request_reset(struct executor *self,
                          const struct control_request *request,
                          char *answer,
                          size_t size)
{
    char text[RESET_TOKEN_BYTES];
    struct error error;
    struct store_token token = {.scope = request->scope,
                                .created_us = connection_now_us(&self->connection)};
    token.expires_us = token.created_us + TOKEN_LIFE_US;
    memcpy(token.scope_name, request->scope_name, sizeof(token.scope_name));
    memcpy(token.requester, request->principal, sizeof(token.requester));
    memcpy(token.reason, request->reason, sizeof(token.reason));
    error_init(&error);
    if (!ask_core(self, request, COMMAND_RESET_REQUEST, request->scope, request->scope_name)) {
        say_no(answer, size, "there is no such scope: say global, account, or symbol and its name");
    } else if (!store_token_make(self->store, &token, text, &error)) {
        say_no(answer, size, "the database did not take the token");
    } else {
        (void)snprintf(answer, size, "{\"ok\":true,\"token\":\"%s\",\"expires_us\":%" PRId64 "}",
                       text, token.expires_us);
    }
}

static void approve_reset(struct executor *self,
                          const struct control_request *request,
                          char *answer,
                          size_t size)
{
    struct store_token token;
    enum token_answer good = store_token_use(self->store, request->token, request->principal,
                                             connection_now_us(&self->connection), &token);
    if (good != TOKEN_GOOD) {
        say_no(answer, size, token_answer_text(good));
    } else if (!ask_core(self, request, COMMAND_RESET_APPROVE, token.scope, token.scope_name)) {
        say_no(answer, size, "the scope is not there any more: request anew");
    } else {
        (void)snprintf(answer, size, "{\"ok\":true}");
    }
}

/* ---- status ---- */

static void write_sources(const struct executor *self, FILE *stream)
{
    int32_t count = self->sources != NULL ? sources_count(self->sources) : 0;
    (void)fputs(",\"sources\":[", stream);
    for (int32_t i = 0; i < count; i++) {
        struct source_status status;
        sources_status(self->sources, i, &status);
        (void)fprintf(stream, "%s{\"name\":", i > 0 ? "," : "");
        json_string_write(slice_of(status.name), stream);
        (void)fprintf(stream,
                      ",\"connected\":%s,\"last_us\":%" PRId64 ",\"taken\":%" PRId64
                      ",\"refused\":%" PRId64 ",\"dropped\":%" PRId64 ",\"state\":",
                      status.connected ? "true" : "false", status.last_us, status.taken,
                      status.refused, status.dropped);
        json_string_write(slice_of(status.state), stream);
        (void)fputc('}', stream);
    }
    (void)fputc(']', stream);
}

static void write_positions(const struct executor *self, FILE *stream)
{
    int32_t count = 0;
    const int32_t *open = engine_open_positions(&self->engine, &count);
    (void)fputs(",\"positions\":[", stream);
    for (int32_t i = 0; i < count; i++) {
        const struct holding *holding = &self->engine.positions.items[open[i]];
        char size[DECIMAL_BYTES];
        char stop[DECIMAL_BYTES];
        (void)decimal_format(holding->position.size_e6, 6, size);
        (void)decimal_format(holding->plan.stop_e12, 12, stop);
        (void)fprintf(stream,
                      "%s{\"symbol\":\"%s\",\"side\":\"%s\",\"size\":\"%s\",\"stop\":\"%s\","
                      "\"stop_confirmed\":%s}",
                      i > 0 ? "," : "", self->instruments.items[open[i]].symbol,
                      side_position_text((int)holding->position.side), size, stop,
                      holding->plan.stop_confirmed ? "true" : "false");
    }
    (void)fputc(']', stream);
}

static void write_feeds(struct executor *self, FILE *stream)
{
    struct market_counters counters;
    int64_t now_ns = loop_clock_ns();
    market_counters(self->market, &counters);
    (void)fputs(",\"feeds\":[", stream);
    for (int32_t i = 0; i < self->instruments.count; i++) {
        int64_t heard_ns = market_heard_ns(self->market, i);
        (void)fprintf(stream, "%s{\"symbol\":\"%s\",\"age_ms\":%" PRId64 "}", i > 0 ? "," : "",
                      self->instruments.items[i].symbol,
                      heard_ns == 0 ? -1 : (now_ns - heard_ns) / 1000000);
    }
    (void)fprintf(stream,
                  "],\"market\":{\"records\":%" PRId64 ",\"not_believed\":%" PRId64
                  ",\"gaps\":%" PRId64 ",\"lost\":%" PRId64 "}",
                  counters.records,
                  counters.refused[SANITY_EMPTY] + counters.refused[SANITY_CROSSED] +
                      counters.refused[SANITY_HELD],
                  counters.gaps, counters.lost);
}

static void write_status(struct executor *self, char *answer, size_t size)
{
    FILE *stream = fmemopen(answer, size, "w");
    enum breaker_state worst = breaker_worst(&self->engine.breaker);
    char balance[DECIMAL_BYTES];
    char equity[DECIMAL_BYTES];
    if (stream == NULL) {
        say_no(answer, size, "out of memory");
        return;
    }
    (void)decimal_format(ledger_wallet_e8(&self->engine.ledger), 8, balance);
    (void)decimal_format(engine_equity_e8(&self->engine), 8, equity);
    (void)fprintf(
        stream,
        "{\"ok\":true,\"mode\":\"live\",\"venue\":\"%s\",\"epoch\":%u,\"time_us\":%" PRId64
        ",\"events\":%" PRId64 ",\"breaker\":\"%s\",\"reconciled\":%s,\"unknown\":%d"
        ",\"balance\":\"%s\",\"equity\":\"%s\",\"clock_offset_us\":%" PRId64,
        self->connection.table->name, self->resume.epoch, self->inbox.last_us, self->runner.events,
        breaker_state_text((int)worst), desk_reconciled(&self->desk) ? "true" : "false",
        self->engine.unknown_count, balance, equity, live_clock_offset_us(&self->connection.clock));
    write_positions(self, stream);
    write_feeds(self, stream);
    write_sources(self, stream);
    (void)fputc('}', stream);
    bool whole = ferror(stream) == 0 && fflush(stream) == 0 && (size_t)ftell(stream) < size;
    (void)fclose(stream);
    if (!whole) {
        say_no(answer, size, "the status is too long for an answer");
    }
}

void executor_control(void *self, const struct control_request *request, char *answer, size_t size)
{
    struct executor *executor = self;
    switch (request->verb) {
    case CONTROL_STOP:
    case CONTROL_FLATTEN: ask(executor, request, answer, size); break;
    case CONTROL_RESET_REQUEST: request_reset(executor, request, answer, size); break;
    case CONTROL_RESET_APPROVE: approve_reset(executor, request, answer, size); break;
    case CONTROL_STATUS: write_status(executor, answer, size); break;
    case CONTROL_RELOAD:
        say_no(answer, size, "a running executor keeps its settings: end it and start it again");
        break;
    }
}
