#include "sim/serve/keys.h"

#include <string.h>

#include "sim/exchange/document.h"

enum { HEX_BYTES = 64 };

static bool add(struct server_keys *self, const struct server_key *key)
{
    if (self->count == self->capacity) {
        return false;
    }
    self->items[self->count] = *key;
    self->count++;
    return true;
}

static int32_t hex_digit(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                                          : -1;
}

static bool read_hex(const char *text, uint8_t out[HEX_BYTES / 2])
{
    for (size_t index = 0; index < HEX_BYTES / 2; index++) {
        int32_t high = hex_digit(text[2 * index]);
        int32_t low = high < 0 ? -1 : hex_digit(text[2 * index + 1]);
        if (low < 0) {
            return false;
        }
        out[index] = (uint8_t)(high << 4 | low);
    }
    return text[HEX_BYTES] == '\0';
}

void server_keys_own(struct server_keys *self)
{
    struct server_key plain = {
        .key = "cerberus-test-key", .secret = "cerberus-test-secret", .can_trade = true};
    struct server_key curve = {
        .key = "cerberus-test-ed25519", .has_ed25519 = true, .can_trade = true};
    CHECK(read_hex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
                   curve.ed25519_public));
    CHECK(add(self, &plain) && add(self, &curve));
}

static bool take_word(struct document *document, struct slice value, char *out, size_t size)
{
    size_t length = 0;
    return (json_text_string(value, out, size, &length) && length > 0) ||
           document_refuse(document, value, "%s: give text of 1 to %zu characters",
                           document_quote(document, value), size - 1);
}

static bool take_truth(struct document *document, struct slice value, bool *out)
{
    *out = document_is(value, "true");
    return *out || document_is(value, "false") ||
           document_refuse(document, value, "%s: write true or false",
                           document_quote(document, value));
}

static bool
take_field(struct document *document, struct server_key *out, struct slice key, struct slice value)
{
    char hex[HEX_BYTES + 1];
    if (document_is(key, "key")) {
        return take_word(document, value, out->key, sizeof(out->key));
    }
    if (document_is(key, "secret")) {
        return take_word(document, value, out->secret, sizeof(out->secret));
    }
    if (document_is(key, "ed25519")) {
        size_t length = 0;
        out->has_ed25519 = json_text_string(value, hex, sizeof(hex), &length) &&
                           length == HEX_BYTES && read_hex(hex, out->ed25519_public);
        return out->has_ed25519 ||
               document_refuse(document, value,
                               "no public key: write its 32 bytes as 64 lower-case hex digits");
    }
    if (document_is(key, "trade")) {
        return take_truth(document, value, &out->can_trade);
    }
    if (document_is(key, "withdraw")) {
        return take_truth(document, value, &out->can_withdraw);
    }
    if (document_is(key, "read_only")) {
        return take_truth(document, value, &out->read_only);
    }
    return document_refuse(document, key,
                           "unknown key %s: known are key, secret, ed25519, trade, withdraw, "
                           "read_only",
                           document_quote(document, key));
}

static bool take_entry(struct document *document, struct server_key *out, struct slice text)
{
    struct json_walk walk;
    struct slice key;
    struct slice value;
    *out = (struct server_key){.can_trade = true};
    if (!json_walk_open(&walk, text, '{')) {
        return document_refuse(document, text,
                               "a key is an object: {\"key\": ..., \"secret\": ...}");
    }
    while (json_walk_next(&walk, &key, &value)) {
        if (!take_field(document, out, key, value)) {
            return false;
        }
    }
    return (out->key[0] != '\0' && (out->secret[0] != '\0') != out->has_ed25519) ||
           document_refuse(document, text,
                           "it needs \"key\", and either \"secret\" or \"ed25519\"");
}

bool server_keys_parse(struct server_keys *self,
                       struct slice text,
                       const char *name,
                       struct error *error)
{
    struct document document = {.text = text, .name = name, .error = error};
    struct json_walk walk;
    struct slice entry;
    struct server_key key;
    if (!document_valid(&document) || !json_walk_open(&walk, text, '[')) {
        return document_refuse(&document, text, "no JSON list: write [{...}, {...}]");
    }
    while (json_walk_next(&walk, NULL, &entry)) {
        if (!take_entry(&document, &key, entry)) {
            return false;
        }
        if (!add(self, &key)) {
            return document_refuse(&document, entry, "more than %d keys: leave some out",
                                   self->capacity);
        }
    }
    return true;
}
