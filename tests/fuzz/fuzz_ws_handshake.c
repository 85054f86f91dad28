/* The answer to a WebSocket handshake: any bytes are refused, but for those that carry the one accept that fits the key. */
#include <stdlib.h>
#include <string.h>

#include "live/ws_handshake.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", "wss://example.com:8443/ws?x=1", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ws_target target;
    char request[WS_URL_BYTES * 3];
    char *text = calloc(1, size + 1);
    CHECK(text != NULL);
    memcpy(text, data, size);
    if (ws_answer_fault(text, "dGhlIHNhbXBsZSBub25jZQ==") == NULL) {
        CHECK(strstr(text, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != NULL);
    }
    if (ws_target_parse(&target, text)) {
        size_t length =
            ws_request_write(&target, "dGhlIHNhbXBsZSBub25jZQ==", request, sizeof(request));
        /* Whatever the address, the head ends once, at its end. */
        CHECK(strstr(request, "\r\n\r\n") == request + length - 4);
    }
    free(text);
    return 0;
}
