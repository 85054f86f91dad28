#include "core/codec.h"

#include <string.h>

#include "core/digest.h"

enum { WORD = 8 };

static void put_bytes(uint8_t *out, uint64_t value, size_t count)
{
    for (size_t byte = 0; byte < count; byte++) {
        out[byte] = (uint8_t)(value >> (8 * byte));
    }
}

static uint64_t get_bytes(const uint8_t *in, size_t count)
{
    uint64_t value = 0;
    for (size_t byte = 0; byte < count; byte++) {
        value |= (uint64_t)in[byte] << (8 * byte);
    }
    return value;
}

static uint64_t digest_of_words(const uint8_t *bytes, size_t size)
{
    struct digest digest;
    digest_init(&digest);
    digest_word(&digest, size);
    for (size_t place = 0; place + WORD <= size; place += WORD) {
        digest_word(&digest, get_bytes(bytes + place, WORD));
    }
    return digest.state;
}

void codec_write(struct codec *self, uint8_t *out, size_t capacity)
{
    CHECK(capacity >= CODEC_HEAD_BYTES);
    *self =
        (struct codec){.writing = true, .out = out, .place = CODEC_HEAD_BYTES, .size = capacity};
}

size_t codec_finish(struct codec *self, uint32_t magic, uint32_t version)
{
    CHECK(self->writing && !self->failed);
    size_t length = self->place - CODEC_HEAD_BYTES;
    put_bytes(self->out, magic, 4);
    put_bytes(self->out + 4, version, 4);
    put_bytes(self->out + 8, length, 8);
    put_bytes(self->out + 16, digest_of_words(self->out + CODEC_HEAD_BYTES, length), 8);
    return self->place;
}

enum codec_status
codec_read(struct codec *self, const uint8_t *bytes, size_t size, uint32_t magic, uint32_t version)
{
    *self = (struct codec){.in = bytes, .place = CODEC_HEAD_BYTES, .size = size};
    if (size < CODEC_HEAD_BYTES) {
        return CODEC_SHORT;
    }
    if (get_bytes(bytes, 4) != magic) {
        return CODEC_FOREIGN;
    }
    if (get_bytes(bytes + 4, 4) != version) {
        return CODEC_VERSION;
    }
    size_t length = size - CODEC_HEAD_BYTES;
    if (get_bytes(bytes + 8, 8) != length || length % WORD != 0) {
        return CODEC_SHORT;
    }
    bool same = digest_of_words(bytes + CODEC_HEAD_BYTES, length) == get_bytes(bytes + 16, 8);
    return same ? CODEC_OK : CODEC_CHECKSUM;
}

bool codec_over(const struct codec *self)
{
    return !self->failed && self->place == self->size;
}

void codec_word(struct codec *self, int64_t *value)
{
    if (self->failed || self->size - self->place < WORD) {
        self->failed = true;
        return;
    }
    if (self->writing) {
        put_bytes(self->out + self->place, (uint64_t)*value, WORD);
    } else {
        *value = (int64_t)get_bytes(self->in + self->place, WORD);
    }
    self->place += WORD;
}

void codec_unsigned(struct codec *self, uint64_t *value)
{
    int64_t word = (int64_t)*value;
    codec_word(self, &word);
    *value = (uint64_t)word;
}

void codec_number(struct codec *self, int32_t *value, int32_t lowest, int32_t highest)
{
    int64_t wide = *value;
    codec_word(self, &wide);
    if (wide < lowest || wide > highest) {
        self->failed = true;
        return;
    }
    *value = (int32_t)wide;
}

void codec_flag(struct codec *self, bool *value)
{
    int32_t wide = *value ? 1 : 0;
    codec_number(self, &wide, 0, 1);
    *value = wide == 1;
}

void codec_bits(struct codec *self, uint32_t *value)
{
    int64_t wide = *value;
    codec_word(self, &wide);
    if (wide < 0 || wide > UINT32_MAX) {
        self->failed = true;
        return;
    }
    *value = (uint32_t)wide;
}

void codec_text(struct codec *self, char *text, size_t size)
{
    CHECK(size % WORD == 0);
    for (size_t place = 0; place < size; place += WORD) {
        uint8_t part[WORD];
        memcpy(part, text + place, WORD);
        int64_t value = (int64_t)get_bytes(part, WORD);
        codec_word(self, &value);
        put_bytes(part, (uint64_t)value, WORD);
        memcpy(text + place, part, WORD);
    }
    if (text[size - 1] != 0) {
        self->failed = true;
    }
}

void codec_bytes(struct codec *self, const uint8_t **bytes, size_t *size)
{
    int64_t length = (int64_t)*size;
    codec_word(self, &length);
    size_t left = self->size - self->place;
    if (self->failed || length < 0 || (uint64_t)length > left) {
        self->failed = true;
        return;
    }
    size_t filled = ((size_t)length + WORD - 1) / WORD * WORD;
    if (filled > left) {
        self->failed = true;
        return;
    }
    if (self->writing) {
        memset(self->out + self->place, 0, filled);
        memcpy(self->out + self->place, *bytes, (size_t)length);
    } else {
        *bytes = self->in + self->place;
        *size = (size_t)length;
    }
    self->place += filled;
}
