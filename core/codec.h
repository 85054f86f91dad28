/* codec.h - state as bytes: one visitor for both directions, so that writing and reading cannot drift apart.
 * Form     little-endian: magic (4 bytes), version (4), length of what follows the head (8), its digest (8), then words of 8
 * bytes.
 *          The digest is core/digest.h over the length and the words.
 * Laws     canonical: equal states give equal bytes. Reading, a value outside its range, or too few bytes, sets `failed`;
 * nothing is
 *          read any more then, and the caller's state is unusable.  No heap. */
#ifndef CORE_CODEC_H
#define CORE_CODEC_H

#include "core/base.h"

enum codec_status { CODEC_OK, CODEC_SHORT, CODEC_FOREIGN, CODEC_VERSION, CODEC_CHECKSUM };
enum { CODEC_HEAD_BYTES = 24 };

struct codec {
    bool writing;
    const uint8_t *in;
    uint8_t *out;
    size_t place, size;
    bool failed;
};

void codec_write(struct codec *self, uint8_t *out, size_t capacity);
/* The head; CHECKs that all fitted. Bytes written. */
size_t codec_finish(struct codec *self, uint32_t magic, uint32_t version);
/* Judges head and digest. */
MUST_USE enum codec_status
codec_read(struct codec *self, const uint8_t *bytes, size_t size, uint32_t magic, uint32_t version);
/* Reading: everything was read, and nothing was wrong. */
bool codec_over(const struct codec *self);

void codec_word(struct codec *self, int64_t *value);
void codec_unsigned(struct codec *self, uint64_t *value);
/* A number within a range; what lies outside was written by no program of ours. */
void codec_number(struct codec *self, int32_t *value, int32_t lowest, int32_t highest);
void codec_flag(struct codec *self, bool *value);
void codec_bits(struct codec *self, uint32_t *value);
/* A text in a field of `size` bytes (a multiple of 8), closed. */
void codec_text(struct codec *self, char *text, size_t size);
/* Bytes of a state within the state: their length, then words, the last one filled up with zeros. Writing: copies; reading:
 * *bytes
 * points into the input. */
void codec_bytes(struct codec *self, const uint8_t **bytes, size_t *size);

#endif
