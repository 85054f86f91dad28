#include "data/tape_layout.h"

#include <string.h>

const char *tape_kind_text(int kind)
{
    switch (kind) {
    case TAPE_MARK_BAR: return "mark-bar";
    case TAPE_INDEX_BAR: return "index-bar";
    case TAPE_PREMIUM_BAR: return "premium-bar";
    case TAPE_BAR: return "bar";
    case TAPE_MARK: return "mark";
    case TAPE_INDEX: return "index";
    case TAPE_FUNDING: return "funding";
    case TAPE_OPEN_INTEREST: return "open-interest";
    case TAPE_LIQUIDATION: return "liquidation";
    case TAPE_TRADE: return "trade";
    case TAPE_DEPTH: return "depth";
    case TAPE_QUOTE: return "quote";
    case TAPE_DEPTH_BAND: return "depth-band";
    case TAPE_CONFIG: return "config";
    case TAPE_SNAPSHOT: return "snapshot";
    case TAPE_EPOCH: return "epoch";
    case TAPE_STEP: return "step";
    case TAPE_WORDS: return "words";
    default: break;
    }
    if (kind >= TAPE_INPUT) {
        return "input";
    }
    if (kind >= TAPE_ACTION) {
        return kind < TAPE_STEP ? "action" : "?";
    }
    return kind >= TAPE_EVENT ? "event" : "?";
}

void tape_head_make(struct tape_head *out, uint32_t flags)
{
    *out = (struct tape_head){.version = TAPE_VERSION,
                              .slot_bytes = TAPE_SLOT_BYTES,
                              .block_slots = TAPE_BLOCK_SLOTS,
                              .flags = flags};
    memcpy(out->magic, TAPE_MAGIC, sizeof(out->magic));
    out->checksum = XXH3_64bits(out, sizeof(*out));
}

const char *tape_head_judge(const struct tape_head *head)
{
    if (memcmp(head->magic, TAPE_MAGIC, sizeof(head->magic)) != 0) {
        return "this is not a tape: make one with cerberus-sim import";
    }
    if (head->version != TAPE_VERSION) {
        return "this tape is of another version than this program reads (1): import the original "
               "files again, or use the program that wrote it";
    }
    struct tape_head now;
    tape_head_make(&now, head->flags & TAPE_JOURNAL);
    if (memcmp(head, &now, sizeof(now)) != 0) {
        return "the head of this tape is damaged: import the original files again";
    }
    return NULL;
}

static bool block_slots_possible(const struct tape_block *block)
{
    int64_t content = (int64_t)block->slots * TAPE_SLOT_BYTES;
    if (block->slots == 0) {
        return false;
    }
    switch (block->kind) {
    case TAPE_RECORDS: return block->slots <= TAPE_CONTENT_SLOTS && block->bytes == content;
    case TAPE_STREAMS:
        return block->slots <= TAPE_CONTENT_SLOTS && block->bytes == content &&
               block->slots % TAPE_STREAM_SLOTS == 0;
    case TAPE_SIDE:
        /* The last slot is not all padding. */
        return block->bytes <= TAPE_TEXT_MAX && block->bytes <= content &&
               block->bytes > content - TAPE_SLOT_BYTES;
    case TAPE_END: return block->slots == 1 && block->bytes == content;
    default: return false;
    }
}

bool tape_block_possible(const struct tape_block *block, uint64_t number, int64_t room)
{
    return block->magic == TAPE_BLOCK_MAGIC && block->number == number &&
           block_slots_possible(block) && tape_block_bytes(block) <= room;
}

int64_t tape_block_bytes(const struct tape_block *block)
{
    return ((int64_t)block->slots + 1) * TAPE_SLOT_BYTES;
}

static void hash(XXH3_state_t *state, const void *bytes, size_t length)
{
    XXH_errorcode status = XXH3_64bits_update(state, bytes, length);
    CHECK(status == XXH_OK);
}

uint64_t tape_block_checksum(const struct tape_block *block, XXH3_state_t *state)
{
    struct tape_block head = *block;
    head.checksum = 0;
    XXH_errorcode status = XXH3_64bits_reset(state);
    CHECK(status == XXH_OK);
    hash(state, &head, sizeof(head));
    hash(state, block + 1, (size_t)tape_block_bytes(block) - sizeof(head));
    return XXH3_64bits_digest(state);
}

/* Text that a terminal and a CSV may show: closed, something in it when needed, zeros behind it. */
static bool name_plain(const char *text, size_t capacity, bool needed)
{
    size_t length = strnlen(text, capacity);
    if (length == capacity || (needed && length == 0)) {
        return false;
    }
    for (size_t i = 0; i < capacity; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (i < length ? (byte <= ' ' || byte > '~' || byte == ',' || byte == '"') : byte != 0) {
            return false;
        }
    }
    return true;
}

bool tape_symbol_plain(const char *symbol)
{
    char name[SYMBOL_BYTES] = "";
    size_t length = strnlen(symbol, sizeof(name));
    memcpy(name, symbol, length);
    return name_plain(name, sizeof(name), true);
}

const char *tape_stream_judge(const struct tape_stream *stream)
{
    enum { STYLES = TAPE_PRICE_FIXED | TAPE_SIZE_FIXED | TAPE_TIME_MS | TAPE_TIME_S };
    if (strcmp(tape_kind_text(stream->kind), "?") == 0) {
        return "its kind is unknown";
    }
    /* Commands, configuration and timers belong to no symbol. */
    if (!name_plain(stream->symbol, sizeof(stream->symbol), stream->kind < TAPE_CONFIG)) {
        return "its symbol is no name";
    }
    if (!name_plain(stream->origin, sizeof(stream->origin), false)) {
        return "its origin is no name";
    }
    if (stream->price_decimals < 0 || stream->price_decimals > 16 || stream->size_decimals < -8 ||
        stream->size_decimals > 18) {
        return "its decimals are out of range";
    }
    if ((stream->style & ~STYLES) != 0 || stream->reserved != 0 || stream->interval_us < 0 ||
        stream->count < 0) {
        return "its style, interval or count is out of range";
    }
    return NULL;
}

bool tape_records_lawful(const struct tape_block *block,
                         const struct tape_stream *streams,
                         int32_t stream_count,
                         const struct tape_record *previous,
                         bool journal)
{
    const struct tape_record *records = (const struct tape_record *)(block + 1);
    const struct tape_record *before = previous != NULL ? previous : records;
    bool lawful = records[0].time_us == block->first_us &&
                  records[block->slots - 1].time_us == block->last_us;
    for (uint32_t i = 0; i < block->slots; i++) {
        const struct tape_record *record = &records[i];
        if (record->stream >= stream_count ||
            tape_stream_kind(record->kind) != streams[record->stream].kind) {
            return false;
        }
        lawful &= journal ? record->time_us >= before->time_us : tape_compare(before, record) <= 0;
        before = record;
    }
    return lawful;
}

bool tape_digest_begin(struct tape_digest *self)
{
    self->streams = XXH3_createState();
    self->records = XXH3_createState();
    if (self->streams == NULL || self->records == NULL) {
        tape_digest_end(self);
        return false;
    }
    XXH_errorcode first = XXH3_64bits_reset(self->streams);
    XXH_errorcode second = XXH3_64bits_reset(self->records);
    CHECK(first == XXH_OK && second == XXH_OK);
    return true;
}

void tape_digest_add(XXH3_state_t *state, const void *bytes, size_t length)
{
    hash(state, bytes, length);
}

uint64_t tape_digest_value(const struct tape_digest *self)
{
    uint64_t both[2] = {XXH3_64bits_digest(self->streams), XXH3_64bits_digest(self->records)};
    return XXH3_64bits(both, sizeof(both));
}

void tape_digest_end(struct tape_digest *self)
{
    (void)XXH3_freeState(self->streams);
    (void)XXH3_freeState(self->records);
    *self = (struct tape_digest){0};
}
