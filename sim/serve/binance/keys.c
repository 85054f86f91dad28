/* keys.c - listen keys (PROTOCOLS A13): one for the account, 60 minutes of market time, extended by POST and PUT. */
#include <string.h>

#include "core/instant.h"
#include "sim/serve/binance/binance.h"

#define LISTEN_LIFE_US (60 * US_PER_MINUTE)

bool listen_key_live(const struct binance *self, const char *key)
{
    return self->listen_key[0] != '\0' && strcmp(self->listen_key, key) == 0;
}

/* 64 letters that no two keys share; what they hide is no secret here. */
static void key_make(struct binance *self)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    uint64_t state = (uint64_t)++self->listen_made * 0x9e3779b97f4a7c15ULL;
    for (int32_t i = 0; i < LISTEN_KEY_BYTES - 1; i++) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        self->listen_key[i] = LETTERS[(state >> 33) % (sizeof(LETTERS) - 1)];
    }
    self->listen_key[LISTEN_KEY_BYTES - 1] = '\0';
}

static void key_extend(struct binance *self)
{
    self->listen_until_us = house_now_us(self->house) + LISTEN_LIFE_US;
}

static void key_told(struct call *call)
{
    answer_printf(call->answer, "{\"listenKey\":\"%s\"}", call->self->listen_key);
}

void handle_listen_post(struct call *call)
{
    struct binance *self = call->self;
    if (self->listen_key[0] == '\0') {
        key_make(self);
    }
    key_extend(self);
    key_told(call);
}

void handle_listen_put(struct call *call)
{
    if (call->self->listen_key[0] == '\0') {
        (void)call_refuse(call, -1125);
        return;
    }
    key_extend(call->self);
    key_told(call);
}

void handle_listen_delete(struct call *call)
{
    if (call->self->listen_key[0] == '\0') {
        (void)call_refuse(call, -1125);
        return;
    }
    call->self->listen_key[0] = '\0';
    answer_printf(call->answer, "{}");
}

void keys_tick(struct binance *self, int64_t now_us)
{
    if (self->listen_key[0] == '\0') {
        return;
    }
    if (now_us < self->listen_until_us && !strikes(self, FAULT_KEY_EXPIRED, NULL)) {
        return;
    }
    self->event.length = 0;
    answer_printf(&self->event, "{\"e\":\"listenKeyExpired\",\"E\":%lld,\"listenKey\":\"%s\"}",
                  (long long)ms_of(now_us), self->listen_key);
    sockets_tell_user(self, "listenKeyExpired");
    self->listen_key[0] = '\0';
}
