#include "live/venues/binance/binance_text.h"

#include <stdio.h>
#include <string.h>

void query_init(struct query *self)
{
    self->text[0] = '\0';
    self->length = 0;
    self->full = false;
}

static void query_put(struct query *self, const char *bytes, size_t length)
{
    if (self->full || length >= sizeof self->text - self->length) {
        self->full = true;
        return;
    }
    memcpy(self->text + self->length, bytes, length);
    self->length += length;
    self->text[self->length] = '\0';
}

static bool unreserved(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void query_add(struct query *self, const char *name, const char *value)
{
    if (self->length > 0) {
        query_put(self, "&", 1);
    }
    query_put(self, name, strlen(name));
    query_put(self, "=", 1);
    for (const char *at = value; *at != '\0'; at++) {
        unsigned byte = (unsigned char)*at;
        const char escaped[3] = {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
        bool plain = unreserved(*at);
        query_put(self, plain ? at : escaped, plain ? 1 : sizeof escaped);
    }
}

void query_add_whole(struct query *self, const char *name, int64_t value)
{
    query_add_decimal(self, name, value, 0);
}

void query_add_decimal(struct query *self, const char *name, int64_t value, unsigned scale)
{
    char text[DECIMAL_BYTES];
    (void)decimal_format(value, scale, text);
    query_add(self, name, text);
}

/* ---- addresses ---- */

bool binance_url_split(const char *base)
{
    const char *host = strstr(base, "://");
    host = host != NULL ? host + 3 : base;
    const char *path = strchr(host, '/');
    return path == NULL || path[1] == '\0';
}

static bool url_join(char out[BINANCE_URL_BYTES], const char *base, const char *tail)
{
    size_t length = strlen(base);
    while (length > 0 && base[length - 1] == '/') {
        length--;
    }
    if (length + strlen(tail) >= BINANCE_URL_BYTES) {
        return false;
    }
    (void)slice_copy((struct slice){base, length}, out, BINANCE_URL_BYTES);
    (void)slice_copy(slice_of(tail), out + length, BINANCE_URL_BYTES - length);
    return true;
}

bool binance_stream_url(const char *base,
                        enum binance_class class,
                        const char *listen_key,
                        char out[BINANCE_URL_BYTES])
{
    static const char *const paths[BINANCE_CLASSES] = {"/public/ws", "/market/ws", "/private/ws"};
    char tail[BINANCE_URL_BYTES];
    int written = snprintf(tail, sizeof tail, "%s%s%s", binance_url_split(base) ? paths[class] : "",
                           listen_key != NULL ? "/" : "", listen_key != NULL ? listen_key : "");
    return written >= 0 && (size_t)written < sizeof tail && url_join(out, base, tail);
}

bool binance_spot_url(const char *rest_url, char out[BINANCE_URL_BYTES])
{
    bool real = strncmp(rest_url, "https://fapi.binance.com", 24) == 0;
    return url_join(out, real ? "https://api.binance.com" : rest_url, "");
}

const char *binance_interval(int64_t interval_us)
{
    static const struct {
        int32_t minutes;
        const char *text;
    } intervals[] = {{1, "1m"},   {3, "3m"},   {5, "5m"},    {15, "15m"},
                     {30, "30m"}, {60, "1h"},  {120, "2h"},  {240, "4h"},
                     {360, "6h"}, {480, "8h"}, {720, "12h"}, {1440, "1d"}};
    for (size_t i = 0; i < ARRAY_COUNT(intervals); i++) {
        if (interval_us == (int64_t)intervals[i].minutes * 60000000) {
            return intervals[i].text;
        }
    }
    return NULL;
}
