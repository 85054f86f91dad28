#include "sim/serve/door.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/serve/server_parts.h"

enum { VALUE_BYTES = 64 };

bool door_value(const char *query, const char *name, char *out, size_t size)
{
    size_t length = strlen(name);
    for (const char *at = query; *at != '\0';) {
        size_t here = strcspn(at, "&");
        if (here > length && at[length] == '=' && strncmp(at, name, length) == 0) {
            size_t value = here - length - 1;
            if (value >= size) {
                return false;
            }
            memcpy(out, at + length + 1, value);
            out[value] = '\0';
            return true;
        }
        at += here + (at[here] == '&');
    }
    return false;
}

static bool door_number(const char *query, const char *name, unsigned scale, int64_t *out)
{
    char text[VALUE_BYTES];
    return door_value(query, name, text, sizeof(text)) &&
           decimal_parse(text, strlen(text), scale, out) == DECIMAL_OK;
}

static void refuse(struct server_answer *answer, int32_t status, const char *why)
{
    answer->status = status;
    answer_printf(answer, "{\"error\":\"%s\"}\n", why);
}

static void refuse_text(struct server_answer *answer, const char *text)
{
    answer->status = 400;
    answer_printf(answer, "{\"error\":\"");
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        bool plain = byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\';
        answer_printf(answer, plain ? "%c" : "\\u%04x", byte);
    }
    answer_printf(answer, "\"}\n");
}

static void
advance(struct connection *self, const struct server_request *request, struct server_answer *answer)
{
    struct server *server = self->server;
    int64_t to_us = 0;
    int64_t by_us = 0;
    if (server->pacing.pace == PACE_CLOCK) {
        refuse(answer, 409, "market time runs by the clock: use --speed lockstep or manual");
        return;
    }
    if (door_number(request->query, "by_us", 0, &by_us) && by_us >= 0 &&
        by_us < INSTANT_NEVER - request->now_us) {
        to_us = request->now_us + by_us;
    } else if (!door_number(request->query, "to_us", 0, &to_us) || to_us < 0 ||
               to_us == INSTANT_NEVER) {
        refuse(answer, 400, "say to_us=T or by_us=N, whole microseconds");
        return;
    }
    self->waiting_us = to_us;
    if (server->pacing.goal_us == INSTANT_NEVER || server->pacing.goal_us < to_us) {
        server->pacing.goal_us = to_us;
    }
}

void door_settle(struct server *self)
{
    int64_t now_us = house_now_us(self->house);
    if (self->pacing.goal_us <= now_us) {
        self->pacing.goal_us = INSTANT_NEVER;
    }
    for (struct connection *one = self->first; one != NULL; one = one->next) {
        if (one->waiting_us <= now_us && !one->doomed) {
            struct server_answer answer = {.status = 200};
            answer_printf(&answer, "{\"now_us\":%" PRId64 "}\n", now_us);
            one->waiting_us = INSTANT_NEVER;
            connection_answer(one, &answer, 0);
            connection_serve(one);
        }
    }
}

static void
plan(struct server *self, const struct server_request *request, struct server_answer *answer)
{
    struct error error;
    error_init(&error);
    if (faults_plan(self->faults, request->body, "plan", &error)) {
        answer_printf(answer, "{}\n");
        return;
    }
    char text[ERROR_TEXT_BYTES + ERROR_PATH_BYTES + 32];
    (void)snprintf(text, sizeof(text), "%s:%" PRId64 ": %s", error.file, error.line, error.text);
    refuse_text(answer, text);
}

static void
transfer(struct server *self, const struct server_request *request, struct server_answer *answer)
{
    int64_t amount_e8 = 0;
    if (!door_number(request->query, "amount", 8, &amount_e8)) {
        refuse(answer, 400, "say amount=X, in the collateral, eight decimals at most");
    } else if (!house_transfer(self->house, amount_e8)) {
        refuse(answer, 400, "the account does not allow this transfer");
    } else {
        answer_printf(answer, "{}\n");
    }
}

/* False: the request does not say it. */
static bool
read_order(struct server *self, const char *query, int32_t *instrument, struct action_place *place)
{
    char text[VALUE_BYTES];
    *place = (struct action_place){.type = ORDER_MARKET, .tif = TIF_IOC};
    if (!door_value(query, "symbol", text, sizeof(text))) {
        return false;
    }
    *instrument = instruments_resolve(house_instruments(self->house), text).instrument;
    if (*instrument == INSTRUMENT_NONE || !door_value(query, "side", text, sizeof(text))) {
        return false;
    }
    place->side = strcmp(text, "sell") == 0 ? SIDE_SELL : SIDE_BUY;
    if (door_number(query, "price", 12, &place->price_e12)) {
        place->type = ORDER_LIMIT;
        place->tif = TIF_GTC;
    }
    return (place->side == SIDE_SELL || strcmp(text, "buy") == 0) &&
           door_number(query, "size", 6, &place->size_e6) && place->size_e6 > 0;
}

static void
foreign(struct server *self, const struct server_request *request, struct server_answer *answer)
{
    struct action_place place;
    int32_t instrument = INSTRUMENT_NONE;
    char client_id[HOUSE_ID_BYTES];
    if (!read_order(self, request->query, &instrument, &place)) {
        refuse(answer, 400, "say symbol=S, side=buy or sell, size=X and perhaps price=P");
        return;
    }
    self->foreign++;
    (void)snprintf(client_id, sizeof(client_id), "foreign-%" PRId64, self->foreign);
    struct house_answer made = house_place(self->house, instrument, &place, client_id);
    if (made.refusal != HOUSE_TAKEN || made.order == NULL) {
        refuse(answer, 400,
               made.refusal == HOUSE_REASON ? order_reason_text((int)made.reason)
                                            : "the venue refuses it");
        return;
    }
    answer_printf(answer, "{\"id\":%" PRIu64 ",\"client_id\":\"%s\"}\n", made.order->venue_id,
                  client_id);
}

void door_request(struct connection *self,
                  const struct server_request *request,
                  struct server_answer *answer)
{
    struct server *server = self->server;
    const char *name = request->path + strlen("/cerberus/");
    bool post = strcmp(request->method, "POST") == 0;
    bool state = strcmp(name, "state") == 0;
    if (state && strcmp(request->method, "GET") == 0) {
        door_state(server, answer);
    } else if (post && strcmp(name, "advance") == 0) {
        advance(self, request, answer);
    } else if (post && strcmp(name, "faults") == 0) {
        plan(server, request, answer);
    } else if (post && strcmp(name, "transfer") == 0) {
        transfer(server, request, answer);
    } else if (post && strcmp(name, "foreign") == 0) {
        foreign(server, request, answer);
    } else if (post && strcmp(name, "stop") == 0) {
        server->stopping = true;
        answer_printf(answer, "{}\n");
    } else {
        refuse(answer, 404,
               "no such door: state (GET); advance, faults, transfer, foreign, stop (POST)");
    }
}
