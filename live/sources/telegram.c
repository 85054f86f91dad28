/* telegram.c - a Telegram bot (telegram:URL#TOKENFILE, URL as https://api.telegram.org): getUpdates with a long poll, texts by
 * Cornix'
 * rules. Each chat is a source of its own, "telegram:<chat>"; a signal's id is "<chat>:<message>", so that an edit of a message
 * is
 * known as its repetition; edits themselves are refused by name.
 * Laws     an update is confirmed (offset) by the next poll, once it is in our queue: none is lost, repeats carry their ids.
 *          The token stands in the URL, as Telegram wants it, and in no message of ours. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/json.h"
#include "live/sources/cornix.h"
#include "live/sources/parts.h"

#define POLL_S         25
#define PATIENCE_NS    ((POLL_S + 10) * 1000000000LL)
#define RETRY_FIRST_NS 500000000LL
#define RETRY_LAST_NS  30000000000LL
enum { URL_BYTES = 1024, WHERE_BYTES = 512 };

struct telegram {
    struct signal_source *source;
    char base[WHERE_BYTES];
    int64_t offset;
    int64_t retry_ns;
    bool asking;
    struct loop_timer timer;
};

/* ---- updates ---- */

static void take_text(struct telegram *self, const json_t *post, bool edited)
{
    const json_t *chat = json_object_get(json_object_get(post, "chat"), "id");
    const json_t *number = json_object_get(post, "message_id");
    const json_t *date = json_object_get(post, "date");
    const json_t *text = json_object_get(post, "text");
    text = text == NULL ? json_object_get(post, "caption") : text;
    if (!json_is_integer(chat) || !json_is_integer(number) || !json_is_string(text)) {
        return; /* a picture, a poll, a join: not a word for us */
    }
    struct message message;
    char name[SOURCE_BYTES];
    (void)snprintf(name, sizeof(name), "telegram:%" JSON_INTEGER_FORMAT, json_integer_value(chat));
    cornix_read(&message, (struct slice){json_string_value(text), json_string_length(text)}, name,
                source_now_us(self->source));
    if (json_is_integer(date) && json_integer_value(date) > 0 &&
        json_integer_value(date) < FEED_TIME_MAX_US / 1000000) {
        message.signal.timestamp_us = json_integer_value(date) * 1000000;
    }
    (void)snprintf(message.signal.external_id, sizeof(message.signal.external_id),
                   "%" JSON_INTEGER_FORMAT ":%" JSON_INTEGER_FORMAT, json_integer_value(chat),
                   json_integer_value(number));
    if (edited) {
        (void)strcpy(message.refused, "an edit of an earlier message is no signal");
    }
    (void)source_offer(self->source, &message);
}

static void take_update(struct telegram *self, const json_t *update)
{
    static const struct {
        const char *key;
        bool edited;
    } kinds[] = {{"message", false},
                 {"channel_post", false},
                 {"edited_message", true},
                 {"edited_channel_post", true}};
    const json_t *number = json_object_get(update, "update_id");
    if (!json_is_integer(number) || json_integer_value(number) < self->offset) {
        return; /* told again */
    }
    self->offset = json_integer_value(number) + 1;
    for (size_t at = 0; at < ARRAY_COUNT(kinds); at++) {
        const json_t *post = json_object_get(update, kinds[at].key);
        if (json_is_object(post)) {
            take_text(self, post, kinds[at].edited);
        }
    }
}

/* ---- polling ---- */

static void ask_at(struct telegram *self, int64_t wait_ns)
{
    loop_timer_set(source_loop(self->source), &self->timer,
                   loop_now_ns(source_loop(self->source)) + wait_ns);
}

static void failed(struct telegram *self, const char *why)
{
    source_state(self->source, false, "%s: asked again in %" PRId64 " ms", why,
                 self->retry_ns / 1000000);
    ask_at(self, self->retry_ns);
    self->retry_ns = self->retry_ns * 2 > RETRY_LAST_NS ? RETRY_LAST_NS : self->retry_ns * 2;
}

static void answered(void *context, const struct http_answer *answer)
{
    struct telegram *self = context;
    struct error error;
    error_init(&error);
    self->asking = false;
    if (answer->outcome != HTTP_ANSWERED) {
        failed(self, "no answer");
        return;
    }
    if (answer->status != 200) {
        failed(self,
               answer->status == 401 ? "the token is refused" : "an answer that is no success");
        return;
    }
    json_t *document = json_document((struct slice){answer->body, answer->length}, "telegram", 1,
                                     EXIT_CODE_DATA, &error);
    const json_t *updates = json_object_get(document, "result");
    if (!json_is_array(updates)) {
        failed(self, "an answer that cannot be read");
    } else {
        for (size_t at = 0; at < json_array_size(updates); at++) {
            take_update(self, json_array_get(updates, at));
        }
        self->retry_ns = RETRY_FIRST_NS;
        source_state(self->source, true, "polling");
        ask_at(self, 0);
    }
    json_decref(document);
}

static void ask(void *context)
{
    struct telegram *self = context;
    char url[URL_BYTES];
    (void)snprintf(url, sizeof(url), "%s/bot%s/getUpdates?timeout=%d&offset=%" PRId64, self->base,
                   self->source->secret, POLL_S, self->offset);
    const struct http_request request = {
        .method = HTTP_GET, .url = url, .timeout_ns = PATIENCE_NS, .done = answered, .self = self};
    self->asking = true;
    http_send(source_http(self->source), &request);
    memset(url, 0, sizeof(url));
}

static bool open_telegram(struct signal_source *source, const char *where, struct error *error)
{
    if (source->secret[0] == '\0' || strncmp(where, "http", 4) != 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "signal source telegram:%s: give telegram:URL#TOKENFILE, as "
                         "telegram:https://api.telegram.org#/etc/cerberus/bot.token",
                         where);
    }
    struct telegram *self = calloc(1, sizeof(*self));
    CHECK(self != NULL);
    source->inside = self;
    self->source = source;
    self->retry_ns = RETRY_FIRST_NS;
    (void)strncpy(self->base, where, sizeof(self->base) - 1);
    self->timer = (struct loop_timer){.due = ask, .self = self};
    source_state(source, false, "not asked yet");
    ask_at(self, 0);
    return true;
}

static void close_telegram(struct signal_source *source)
{
    struct telegram *self = source->inside;
    loop_timer_stop(source_loop(source), &self->timer);
    /* With a question on its way its memory must outlive it: http_free() comes after. */
    if (!self->asking) {
        free(self);
        source->inside = NULL;
    }
}

const struct source_kind source_telegram = {"telegram", open_telegram, close_telegram};
