/* dialects.c - the venues whose words are spoken here, and which paths are theirs. */
#include <string.h>

#include "sim/serve/server_parts.h"

const struct dialect *const SERVER_DIALECTS[] = {&dialect_binance, NULL};

static const struct {
    const char *prefix, *dialect;
} DOORS[] = {
    {"/fapi/", "binance"},   {"/sapi/", "binance"},    {"/api/", "binance"},
    {"/dapi/", "binance"},   {"/ws", "binance"},       {"/stream", "binance"},
    {"/public/", "binance"}, {"/market/", "binance"},  {"/private/", "binance"},
    {"/ws-fapi", "binance"}, {"/futures/", "binance"}, {"/v5/", "bybit"},
    {"/realtime", "bybit"},
};

const struct dialect *dialect_of(const char *path)
{
    const char *name = NULL;
    for (size_t index = 0; index < ARRAY_COUNT(DOORS) && name == NULL; index++) {
        if (strncmp(path, DOORS[index].prefix, strlen(DOORS[index].prefix)) == 0) {
            name = DOORS[index].dialect;
        }
    }
    for (size_t index = 0; name != NULL && SERVER_DIALECTS[index] != NULL; index++) {
        if (strcmp(SERVER_DIALECTS[index]->name, name) == 0) {
            return SERVER_DIALECTS[index];
        }
    }
    return NULL;
}
