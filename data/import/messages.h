/* messages.h - files with one JSON object a line (NDJSON), each a message of a book.
 * Laws     numbers are cut from the text, never through a floating type. A line is taken whole or is one defect "bad-row": a
 *          message of which a level is missing would be a wrong book. A message without levels is a defect
 *          "empty-message": it has nothing to say.
 * Bounds   a line of MESSAGE_BYTES; a longer one is bad and streams by.
 * Failure  false and an error: the source, the sink. */
#ifndef DATA_IMPORT_MESSAGES_H
#define DATA_IMPORT_MESSAGES_H

#include "data/import/ticks.h"
#include "data/text.h"

enum { MESSAGE_BYTES = 8 << 20 };

/* The levels of the message being read. */
struct messages;
typedef void message_line(struct ticks *self, struct messages *message, struct slice text);

MUST_USE bool messages_read(struct ticks *self, struct source *source, message_line *line);

/* The members of an object that are wanted. Values are empty before, and stay so where there is none. False and refused: it is
 * no object, or a key stands twice. */
struct message_keys {
    const char *const *names;
    struct slice *values;
    int32_t count;
};
MUST_USE bool message_members(struct ticks *self, struct slice text, struct message_keys keys);
/* What stands in a string, or a number as text. False and refused: it is neither, or missing. */
MUST_USE bool message_text(struct ticks *self, struct slice value, struct csv_field *out);
/* [[price, size, ...], ...] as levels with these flags. */
void message_levels(struct ticks *self,
                    struct messages *message,
                    struct slice value,
                    uint16_t flags);
int32_t message_count(const struct messages *message);
/* self->record (time, ids) with each of the levels. */
void message_add(struct ticks *self, struct messages *message, bool snapshot);

#endif
