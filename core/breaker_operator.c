/* What people order, and the reset protocol (RISK 3.3). */
#include "core/breaker_cells.h"

#include <string.h>

/* ---- orders ---- */

static void obey(struct breaker *self,
                 int64_t time_us,
                 const struct breaker_order *order,
                 enum breaker_state state)
{
    int32_t place = breaker_place(order->scope, order->index);
    CHECK(place >= 0);
    struct breaker_cell *cell = &self->cells[place];
    struct breaker_finding finding = {.cause = CAUSE_MANUAL, .actor = order->actor};
    breaker_latch_cell(self, time_us, place, state, &finding);
    if (order->flatten && !cell->flatten) {
        cell->flatten = true;
        self->epoch++;
    }
}

void breaker_trip(struct breaker *self, int64_t time_us, const struct breaker_order *order)
{
    obey(self, time_us, order, BREAKER_TRIPPED);
}

void breaker_lock(struct breaker *self, int64_t time_us, const struct breaker_order *order)
{
    obey(self, time_us, order, BREAKER_LOCKED);
}

void breaker_clutch(struct breaker *self, int64_t time_us, bool on)
{
    (void)time_us;
    if (self->clutch != on) {
        self->clutch = on;
        self->epoch++;
    }
}

/* ---- the reset protocol ---- */

const char *reset_result_text(int result)
{
    static const char *const texts[] = {
        [RESET_ACCEPTED] = "accepted",
        [RESET_BAD_SCOPE] = "there is no such scope",
        [RESET_NOT_LATCHED] = "the scope is not latched",
        [RESET_NO_PRINCIPAL] = "the principal is missing or too long",
        [RESET_REASON_SHORT] = "the written reason has fewer than 20 characters",
        [RESET_COOLING] = "the minimum cool-down is not over",
        [RESET_CAUSE_STANDS] = "the cause is not cleared",
        [RESET_NO_REQUEST] = "nobody has requested this reset",
        [RESET_REQUEST_EXPIRED] = "the request is older than 15 minutes",
        [RESET_SAME_PRINCIPAL] = "the approver must be another principal than the requester",
        [RESET_NOT_RECONCILED] = "the venue is not reconciled",
        [RESET_UNKNOWN_ORDERS] = "an order is UNKNOWN",
        [RESET_STOPS_UNCONFIRMED] = "a protective stop is not confirmed",
    };
    bool known = result >= 0 && result < (int)ARRAY_COUNT(texts);
    return known ? texts[result] : "?";
}

/* Characters between the first and the last that is not blank; a UTF-8 sequence is one. */
static int32_t written_length(const char *text)
{
    int32_t length = 0;
    int32_t written = 0;
    if (text == NULL) {
        return 0;
    }
    for (; *text != 0; text++) {
        unsigned char byte = (unsigned char)*text;
        bool blank = byte <= ' ';
        bool continues = (byte & 0xC0U) == 0x80U;
        if ((blank && length == 0) || continues) {
            continue;
        }
        length++;
        written = blank ? written : length;
    }
    return written;
}

static bool principal_valid(const char *principal)
{
    return principal != NULL && principal[0] != 0 && strlen(principal) < PRINCIPAL_BYTES;
}

/* What request and approval have in common. */
static enum reset_result
judge_common(const struct breaker *self, int64_t time_us, const struct breaker_reset *reset)
{
    int32_t place = breaker_place(reset->scope, reset->index);
    if (place < 0) {
        return RESET_BAD_SCOPE;
    }
    const struct breaker_cell *cell = &self->cells[place];
    if (cell->latched == BREAKER_CLOSED) {
        return RESET_NOT_LATCHED;
    }
    if (!principal_valid(reset->principal)) {
        return RESET_NO_PRINCIPAL;
    }
    if (written_length(reset->reason) < RESET_REASON_MIN) {
        return RESET_REASON_SHORT;
    }
    return time_us < cell->reset_from_us ? RESET_COOLING : RESET_ACCEPTED;
}

enum reset_result
breaker_reset_request(struct breaker *self, int64_t time_us, const struct breaker_reset *reset)
{
    enum reset_result result = judge_common(self, time_us, reset);
    if (result != RESET_ACCEPTED) {
        return result;
    }
    struct breaker_cell *cell = &self->cells[breaker_place(reset->scope, reset->index)];
    memset(cell->requester, 0, sizeof(cell->requester));
    memcpy(cell->requester, reset->principal, strlen(reset->principal));
    cell->requested_us = time_us;
    return RESET_ACCEPTED;
}

static bool same_principal(const struct breaker_cell *cell, const char *principal)
{
    return memcmp(cell->requester, principal, strlen(principal) + 1) == 0;
}

static enum reset_result judge_request(const struct breaker *self,
                                       int64_t time_us,
                                       const struct breaker_cell *cell,
                                       const char *principal)
{
    if (cell->requester[0] == 0) {
        return RESET_NO_REQUEST;
    }
    if (time_us > breaker_later(cell->requested_us, RESET_REQUEST_LIFE_US)) {
        return RESET_REQUEST_EXPIRED;
    }
    if (self->settings->dual_control != 0 && same_principal(cell, principal)) {
        return RESET_SAME_PRINCIPAL;
    }
    return RESET_ACCEPTED;
}

static enum reset_result judge_evidence(const struct breaker_cell *cell,
                                        const struct breaker_evidence *evidence)
{
    /* A symbol's own losses are facts of the past like the account's: its windows start anew. */
    uint32_t forgiven = breaker_bit(CAUSE_VELOCITY_5_MINUTES) | breaker_bit(CAUSE_VELOCITY_HOUR);
    if ((cell->standing & ~forgiven) != 0) {
        return RESET_CAUSE_STANDS;
    }
    if (!evidence->reconciled) {
        return RESET_NOT_RECONCILED;
    }
    if (!evidence->no_unknown) {
        return RESET_UNKNOWN_ORDERS;
    }
    return evidence->stops_confirmed ? RESET_ACCEPTED : RESET_STOPS_UNCONFIRMED;
}

enum reset_result breaker_reset_approve(struct breaker *self,
                                        int64_t time_us,
                                        const struct breaker_reset *reset,
                                        const struct breaker_evidence *evidence)
{
    enum reset_result result = judge_common(self, time_us, reset);
    if (result != RESET_ACCEPTED) {
        return result;
    }
    int32_t place = breaker_place(reset->scope, reset->index);
    struct breaker_cell *cell = &self->cells[place];
    result = judge_request(self, time_us, cell, reset->principal);
    if (result == RESET_ACCEPTED) {
        result = judge_evidence(cell, evidence);
    }
    if (result != RESET_ACCEPTED) {
        return result;
    }
    if (reset->scope == SCOPE_SYMBOL) {
        breaker_forget_symbol(self, time_us, reset->index);
    }
    if (reset->scope == SCOPE_ACCOUNT) {
        breaker_raise_levels(self);
    }
    breaker_enter_probation(self, time_us, place, reset->principal);
    breaker_quiet_band(self);
    return RESET_ACCEPTED;
}
