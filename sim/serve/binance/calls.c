/* calls.c - reading parameters and refusing requests, in the venue's sentences (PROTOCOLS A15). */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "sim/exchange/errors.h"
#include "sim/serve/binance/binance.h"

static bool call_refused(struct call *call, int32_t code, const char *sentence)
{
    call->refused = true;
    if (!call->batch) {
        call->answer->status = error_status(code);
    }
    answer_printf(call->answer, "{\"code\":%" PRId32 ",\"msg\":\"%s\"}", code, sentence);

    return false;
}

bool call_refuse(struct call *call, int32_t code)
{
    return call_refused(call, code, error_sentence(code));
}

bool call_refuse_text(struct call *call, int32_t code, const char *format, ...)
{
    char sentence[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);

    return call_refused(call, code, sentence);
}

bool call_refuse_house(struct call *call, const struct house_answer *answer, bool by_cancel)
{
    switch (answer->refusal) {
    case HOUSE_NO_ORDER:
    case HOUSE_WRONG_DOOR: return call_refuse(call, by_cancel ? -2011 : -2013);
    case HOUSE_SAME: return call_refuse(call, -4046);
    case HOUSE_NOT_OFFERED: return call_refuse(call, -1116);
    case HOUSE_TAKEN:
    case HOUSE_REASON: break;
    }
    int32_t code = error_number(answer->reason);

    return call_refuse(call, code != 0 ? code : -2010);
}

void call_success(struct call *call)
{
    answer_printf(call->answer, "{\"code\":200,\"msg\":\"success\"}");
}

const char *call_text(const struct call *call, const char *name)
{
    const char *value = params_get(call->params, name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

bool call_must(struct call *call, const char *name, const char **out)
{
    *out = call_text(call, name);
    if (*out != NULL) {
        return true;
    }
    return call_refuse_text(
        call, -1102, "Mandatory parameter '%s' was not sent, was empty/null, or malformed.", name);
}

bool call_symbol(struct call *call, int32_t *instrument)
{
    const char *symbol = NULL;
    if (!call_must(call, "symbol", &symbol)) {
        return false;
    }
    *instrument = instruments_find(house_instruments(call->self->house), symbol);

    return *instrument != INSTRUMENT_NONE || call_refuse(call, -1121);
}

bool call_symbol_or_all(struct call *call, int32_t *instrument)
{
    *instrument = INSTRUMENT_NONE;
    return call_text(call, "symbol") == NULL || call_symbol(call, instrument);
}

bool call_whole(struct call *call, const char *name, struct whole bounds, int64_t *out)
{
    const char *text = call_text(call, name);
    *out = bounds.fallback;
    if (text == NULL) {
        return true;
    }
    if (decimal_parse(text, strlen(text), 0, out) != DECIMAL_OK) {
        return call_refuse_text(
            call, -1100,
            "Illegal characters found in parameter '%s'; legal range is '^[0-9]{1,20}$'.", name);
    }
    if (*out < bounds.minimum || *out > bounds.maximum) {
        return call_refuse_text(call, -1130, "Data sent for parameter '%s' is not valid.", name);
    }
    return true;
}

bool call_switch(struct call *call, const char *name, bool fallback, bool *out)
{
    const char *text = call_text(call, name);
    *out = fallback;
    if (text == NULL) {
        return true;
    }
    *out = slice_is(slice_of(text), "true");
    if (*out || slice_is(slice_of(text), "false")) {
        return true;
    }
    return call_refuse_text(call, -1130, "Data sent for parameter '%s' is not valid.", name);
}

bool call_decimal(struct call *call, const char *name, unsigned scale, int64_t *out, bool *sent)
{
    const char *text = call_text(call, name);
    *out = 0;
    *sent = text != NULL;
    if (text == NULL) {
        return true;
    }
    switch (decimal_parse(text, strlen(text), scale, out)) {
    case DECIMAL_OK: return true;
    case DECIMAL_PRECISION: return call_refuse(call, -1111);
    case DECIMAL_RANGE:
        return call_refuse_text(call, -1130, "Data sent for parameter '%s' is not valid.", name);
    case DECIMAL_EMPTY:
    case DECIMAL_SYNTAX: break;
    }
    return call_refuse_text(call, -1100,
                            "Illegal characters found in parameter '%s'; legal range is "
                            "'^([0-9]{1,20})(\\\\.[0-9]{1,20})?$'.",
                            name);
}

bool call_span(struct call *call, struct whole limit, int64_t days, struct span *out)
{
    const struct whole time = {0, 0, INT64_MAX / US_PER_MS};
    *out = (struct span){.to_us = INT64_MAX};
    int64_t from = 0;
    int64_t to = 0;
    if (!call_whole(call, "startTime", time, &from) || !call_whole(call, "endTime", time, &to) ||
        !call_whole(call, "limit", limit, &out->limit)) {
        return false;
    }
    out->from_sent = call_text(call, "startTime") != NULL;
    out->to_sent = call_text(call, "endTime") != NULL;
    out->from_us = from * US_PER_MS;
    /* Milliseconds name their whole length. */
    out->to_us = out->to_sent
                     ? fixed_smaller(to, INT64_MAX / US_PER_MS - 1) * US_PER_MS + US_PER_MS - 1
                     : INT64_MAX;
    if (out->from_sent && out->to_sent && to < from) {
        return call_refuse_text(call, -1023, "Start time is greater than end time.");
    }
    if (days > 0 && out->from_sent && out->to_sent && to - from > days * (US_PER_DAY / US_PER_MS)) {
        return call_refuse_text(call, -4165, "Maximum time interval is %" PRId64 " days.", days);
    }
    return true;
}

const struct instrument *item_of(const struct binance *self, int32_t instrument)
{
    return &house_instruments(self->house)->items[instrument];
}

int64_t ms_of(int64_t time_us)
{
    return time_us / US_PER_MS;
}
