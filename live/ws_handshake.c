#include "live/ws_handshake.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

enum { NONCE_BYTES = 16, SHA1_BYTES = 20, VALUE_BYTES = 256 };

static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

bool ws_target_parse(struct ws_target *self, const char *url)
{
    bool tls = strncasecmp(url, "wss://", 6) == 0;
    if (!tls && strncasecmp(url, "ws://", 5) != 0) {
        return false;
    }
    const char *host = url + (tls ? 6 : 5);
    size_t host_length = strcspn(host, "/?#"), length = strlen(url);
    for (size_t i = 0; i < length; i++) {
        if (url[i] <= ' ' || url[i] > '~' || url[i] == '#' ||
            (url[i] == '@' && url + i < host + host_length)) {
            return false;
        }
    }
    if (host_length == 0 || length + 2 >= WS_URL_BYTES) {
        return false;
    }
    const char *path = host + host_length;
    (void)snprintf(self->url, sizeof(self->url), "http%s://%s", tls ? "s" : "", host);
    (void)snprintf(self->path, sizeof(self->path), "%s%s", path[0] == '/' ? "" : "/", path);
    memcpy(self->host, host, host_length);
    self->host[host_length] = '\0';

    return true;
}

bool ws_key_make(char key[WS_KEY_BYTES])
{
    unsigned char nonce[NONCE_BYTES];
    if (getrandom(nonce, sizeof(nonce), 0) != (ssize_t)sizeof(nonce)) {
        return false;
    }
    (void)EVP_EncodeBlock((unsigned char *)key, nonce, sizeof(nonce));

    return true;
}

void ws_accept_of(const char *key, char accept[WS_ACCEPT_BYTES])
{
    char text[WS_KEY_BYTES + sizeof(GUID)];
    unsigned char digest[SHA1_BYTES];
    int length = snprintf(text, sizeof(text), "%s%s", key, GUID);
    CHECK(length > 0 && EVP_Digest(text, (size_t)length, digest, NULL, EVP_sha1(), NULL) == 1);
    (void)EVP_EncodeBlock((unsigned char *)accept, digest, sizeof(digest));
}

size_t ws_request_write(const struct ws_target *target, const char *key, char *out, size_t size)
{
    int length = snprintf(out, size,
                          "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                          "Sec-WebSocket-Version: 13\r\n\r\n",
                          target->path, target->host, key);
    CHECK(length > 0 && (size_t)length < size);

    return (size_t)length;
}

/* False: the header is not there, or twice, or longer than any that we accept. */
static bool header_of(const char *head, const char *name, char value[VALUE_BYTES])
{
    size_t length = strlen(name);
    int found = 0;
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        const char *text = line + 2;
        if (strncasecmp(text, name, length) != 0 || text[length] != ':') {
            continue;
        }
        text += length + 1;
        text += strspn(text, " \t");
        size_t count = strcspn(text, "\r\n");
        while (count > 0 && (text[count - 1] == ' ' || text[count - 1] == '\t')) {
            count--;
        }
        if (count >= VALUE_BYTES) {
            return false;
        }
        memcpy(value, text, count);
        value[count] = '\0';
        found++;
    }
    return found == 1;
}

/* Among words that commas part. */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    while (*list != '\0') {
        list += strspn(list, " \t,");
        size_t count = strcspn(list, " \t,");
        if (count == length && strncasecmp(list, word, length) == 0) {
            return true;
        }
        list += count;
    }
    return false;
}

const char *ws_answer_fault(const char *head, const char *key)
{
    char value[VALUE_BYTES], accept[WS_ACCEPT_BYTES];
    if (strncmp(head, "HTTP/1.1 101", 12) != 0 || (head[12] != ' ' && head[12] != '\r')) {
        return "the server did not switch to WebSocket";
    }
    if (!header_of(head, "Upgrade", value) || strcasecmp(value, "websocket") != 0) {
        return "the answer has no Upgrade: websocket";
    }
    if (!header_of(head, "Connection", value) || !has_word(value, "upgrade")) {
        return "the answer has no Connection: Upgrade";
    }
    ws_accept_of(key, accept);
    if (!header_of(head, "Sec-WebSocket-Accept", value) || strcmp(value, accept) != 0) {
        return "the answer's Sec-WebSocket-Accept does not fit our key";
    }
    if (strcasestr(head, "\r\nSec-WebSocket-Extensions:") != NULL ||
        strcasestr(head, "\r\nSec-WebSocket-Protocol:") != NULL) {
        return "the server chose an extension or protocol that was not offered";
    }
    return NULL;
}
