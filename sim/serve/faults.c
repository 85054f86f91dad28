#include "sim/serve/faults.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/document.h"
#include "sim/exchange/random.h"

enum { PATH_BYTES = 128, METHOD_BYTES = 16, WORD_BYTES = 32, COUNT_MOST = 1000000000 };

/* One line of the plan. */
struct entry {
    enum fault fault;
    char path[PATH_BYTES], method[METHOD_BYTES]; /* "": any */
    int64_t after, times, share_e6, at_us, for_us;
    int64_t seen, done;
    struct random dice;
};

struct faults {
    struct entry items[FAULTS_PLAN_MAX];
    int32_t count;
    int64_t seed;
    int64_t struck[FAULT_COUNT];
    struct random dice;
};

static const char *const NAMES[FAULT_COUNT] = {
    [FAULT_REQUEST_LOST] = "request_lost",
    [FAULT_RESPONSE_LOST] = "response_lost",
    [FAULT_503_DONE] = "503_done",
    [FAULT_503_NOT_DONE] = "503_not_done",
    [FAULT_STATUS_UNKNOWN] = "status_unknown",
    [FAULT_STREAM_FIRST] = "stream_first",
    [FAULT_EVENT_TWICE] = "event_twice",
    [FAULT_EVENT_LOST] = "event_lost",
    [FAULT_EVENT_REORDERED] = "event_reordered",
    [FAULT_EVENT_LATE] = "event_late",
    [FAULT_REJECT_LATE] = "reject_late",
    [FAULT_OPEN_ORDERS_OMIT] = "open_orders_omit",
    [FAULT_POSITIONS_STALE] = "positions_stale",
    [FAULT_UNKNOWN_EXECUTION] = "unknown_execution",
    [FAULT_FOREIGN_ORDER] = "foreign_order",
    [FAULT_FOREIGN_POSITION] = "foreign_position",
    [FAULT_STOP_REFUSED] = "stop_refused",
    [FAULT_MODE_CHANGED] = "mode_changed",
    [FAULT_RULES_CHANGED] = "rules_changed",
    [FAULT_SOCKET_DROP] = "socket_drop",
    [FAULT_SOCKET_STALL] = "socket_stall",
    [FAULT_KEY_EXPIRED] = "key_expired",
    [FAULT_RATE_LIMIT] = "rate_limit",
    [FAULT_BAN] = "ban",
    [FAULT_GARBAGE] = "garbage",
    [FAULT_CLOCK_STEP] = "clock_step",
    [FAULT_SLOW] = "slow",
    [FAULT_KEY_REVOKED] = "key_revoked",
    [FAULT_BAD_TICK] = "bad_tick",
    [FAULT_DEPTH_GAP] = "depth_gap",
    [FAULT_LIQUIDATION] = "liquidation",
    [FAULT_ADL] = "adl",
};

/* A seed alone. Shares are of what each is asked about: a request, an event, a message, a second of the venue. */
static const struct {
    enum fault fault;
    int32_t share_ppm, times; /* times 0: for ever */
} MIX[] = {
    {FAULT_REQUEST_LOST, 10000, 0},
    {FAULT_RESPONSE_LOST, 10000, 0},
    {FAULT_503_DONE, 5000, 0},
    {FAULT_503_NOT_DONE, 5000, 0},
    {FAULT_STATUS_UNKNOWN, 5000, 0},
    {FAULT_STREAM_FIRST, 50000, 0},
    {FAULT_EVENT_TWICE, 30000, 0},
    {FAULT_EVENT_LOST, 10000, 0},
    {FAULT_EVENT_REORDERED, 30000, 0},
    {FAULT_EVENT_LATE, 30000, 0},
    {FAULT_REJECT_LATE, 5000, 0},
    {FAULT_OPEN_ORDERS_OMIT, 10000, 0},
    {FAULT_POSITIONS_STALE, 10000, 0},
    {FAULT_UNKNOWN_EXECUTION, 5000, 0},
    {FAULT_FOREIGN_ORDER, 50, 1},
    {FAULT_FOREIGN_POSITION, 50, 1},
    {FAULT_STOP_REFUSED, 10000, 0},
    {FAULT_MODE_CHANGED, 50, 1},
    {FAULT_RULES_CHANGED, 50, 1},
    {FAULT_SOCKET_DROP, 200, 0},
    {FAULT_SOCKET_STALL, 20, 0},
    {FAULT_KEY_EXPIRED, 200, 0},
    {FAULT_RATE_LIMIT, 2000, 0},
    {FAULT_BAN, 50, 1},
    {FAULT_GARBAGE, 500, 0},
    {FAULT_CLOCK_STEP, 500, 0},
    {FAULT_SLOW, 5000, 0},
    {FAULT_KEY_REVOKED, 20, 1},
    {FAULT_BAD_TICK, 200, 0},
    {FAULT_DEPTH_GAP, 500, 0},
    {FAULT_LIQUIDATION, 20, 1},
    {FAULT_ADL, 20, 1},
};

const char *fault_text(int fault)
{
    return fault >= 0 && fault < FAULT_COUNT ? NAMES[fault] : "?";
}

/* ---- the plan ---- */

static bool take_fault(struct document *document, struct slice value, enum fault *out)
{
    char text[WORD_BYTES];
    size_t length = 0;
    bool word = json_text_string(value, text, sizeof(text), &length);
    for (int fault = 0; word && fault < FAULT_COUNT; fault++) {
        if (strcmp(text, NAMES[fault]) == 0) {
            *out = (enum fault)fault;
            return true;
        }
    }
    return document_refuse(document, value, "%s is no fault: the README lists them",
                           document_quote(document, value));
}

static bool take_word(struct document *document, struct slice value, char *out, size_t size)
{
    size_t length = 0;
    return json_text_string(value, out, size, &length) ||
           document_refuse(document, value, "%s: give text of at most %zu characters",
                           document_quote(document, value), size - 1);
}

static bool take_share(struct document *document, struct slice value, int64_t *out)
{
    struct slice digits;
    return (json_text_number(value, &digits) &&
            decimal_parse(digits.text, digits.length, 6, out) == DECIMAL_OK && *out >= 0 &&
            *out <= ONE_E6) ||
           document_refuse(document, value,
                           "%s: a share is a number from 0 to 1 with six decimals at most",
                           document_quote(document, value));
}

static bool take_whole(struct document *document, struct slice value, int64_t most, int64_t *out)
{
    return document_integer(value, 0, most, out) ||
           document_refuse(document, value, "%s: give a whole number, 0 or more",
                           document_quote(document, value));
}

static bool
take_field(struct document *document, struct entry *out, struct slice key, struct slice value)
{
    if (document_is(key, "fault")) {
        return take_fault(document, value, &out->fault);
    }
    if (document_is(key, "path")) {
        return take_word(document, value, out->path, sizeof(out->path));
    }
    if (document_is(key, "method")) {
        return take_word(document, value, out->method, sizeof(out->method));
    }
    if (document_is(key, "share")) {
        return take_share(document, value, &out->share_e6);
    }
    if (document_is(key, "after")) {
        return take_whole(document, value, COUNT_MOST, &out->after);
    }
    if (document_is(key, "times")) {
        return take_whole(document, value, COUNT_MOST, &out->times);
    }
    if (document_is(key, "at_us")) {
        return take_whole(document, value, INSTANT_NEVER - 1, &out->at_us);
    }
    if (document_is(key, "for_us")) {
        return take_whole(document, value, INSTANT_NEVER - 1, &out->for_us);
    }
    return document_refuse(document, key,
                           "unknown key %s: known are fault, path, method, after, times, share, "
                           "at_us, for_us",
                           document_quote(document, key));
}

static bool take_entry(struct document *document, struct entry *out, struct slice text)
{
    struct json_walk walk;
    struct slice key;
    struct slice value;
    *out = (struct entry){
        .fault = FAULT_COUNT, .times = INT64_MAX, .share_e6 = ONE_E6, .for_us = INSTANT_NEVER};
    if (!json_walk_open(&walk, text, '{')) {
        return document_refuse(document, text, "a fault is an object: {\"fault\": ...}");
    }
    while (json_walk_next(&walk, &key, &value)) {
        if (!take_field(document, out, key, value)) {
            return false;
        }
    }
    return out->fault != FAULT_COUNT ||
           document_refuse(document, text, "it has no \"fault\": say which");
}

static bool take_plan(struct document *document, struct entry *out, int32_t *count)
{
    struct json_walk walk;
    struct slice entry;
    if (!document_valid(document) || !json_walk_open(&walk, document->text, '[')) {
        return document_refuse(document, document->text, "no JSON list: write [{...}, {...}]");
    }
    while (json_walk_next(&walk, NULL, &entry)) {
        if (*count == FAULTS_PLAN_MAX) {
            return document_refuse(document, entry, "more than %d entries: leave some out",
                                   FAULTS_PLAN_MAX);
        }
        if (!take_entry(document, &out[*count], entry)) {
            return false;
        }
        (*count)++;
    }
    return true;
}

static void start_dice(struct faults *self)
{
    random_start(&self->dice, self->seed, 0);
    for (int32_t index = 0; index < self->count; index++) {
        random_start(&self->items[index].dice, self->seed, (uint32_t)index + 1);
    }
}

bool faults_plan(struct faults *self, const char *text, const char *name, struct error *error)
{
    struct document document = {.text = {text, strlen(text)}, .name = name, .error = error};
    struct entry *items = calloc(FAULTS_PLAN_MAX, sizeof(*items));
    int32_t count = 0;
    CHECK(items != NULL);
    bool fine = take_plan(&document, items, &count);
    if (fine) {
        memcpy(self->items, items, sizeof(self->items));
        self->count = count;
        start_dice(self);
    }
    free(items);
    return fine;
}

static void mix(struct faults *self)
{
    for (size_t index = 0; index < ARRAY_COUNT(MIX); index++) {
        self->items[index] = (struct entry){
            .fault = MIX[index].fault,
            .times = MIX[index].times == 0 ? INT64_MAX : MIX[index].times,
            .share_e6 = MIX[index].share_ppm,
            .for_us = INSTANT_NEVER,
        };
    }
    self->count = (int32_t)ARRAY_COUNT(MIX);
    start_dice(self);
}

struct faults *faults_new(const char *text, const char *name, int64_t seed, struct error *error)
{
    struct faults *self = calloc(1, sizeof(*self));
    CHECK(self != NULL);
    self->seed = seed;
    start_dice(self);
    if (text == NULL && seed != 0) {
        mix(self);
    }
    if (text != NULL && !faults_plan(self, text, name, error)) {
        faults_free(self);
        return NULL;
    }
    return self;
}

void faults_free(struct faults *self)
{
    free(self);
}

/* ---- striking ---- */

static bool matches(const struct entry *self, const char *method, const char *path, int64_t now_us)
{
    bool here = self->path[0] == '\0' ||
                (path != NULL && strncmp(path, self->path, strlen(self->path)) == 0);
    bool so = self->method[0] == '\0' || (method != NULL && strcmp(method, self->method) == 0);
    return here && so && now_us >= self->at_us &&
           (self->for_us == INSTANT_NEVER || now_us - self->at_us < self->for_us);
}

bool faults_strike(
    struct faults *self, enum fault fault, const char *method, const char *path, int64_t now_us)
{
    bool struck = false;
    for (int32_t index = 0; index < self->count; index++) {
        struct entry *entry = &self->items[index];
        if (entry->fault != fault || !matches(entry, method, path, now_us)) {
            continue;
        }
        entry->seen++;
        if (struck || entry->seen <= entry->after || entry->done >= entry->times ||
            random_below(&entry->dice, ONE_E6) >= (uint64_t)entry->share_e6) {
            continue;
        }
        entry->done++;
        struck = true;
    }
    self->struck[fault] += struck ? 1 : 0;
    return struck;
}

int64_t faults_dice(struct faults *self, int64_t bound)
{
    CHECK(bound > 0);
    return (int64_t)random_below(&self->dice, (uint64_t)bound);
}

int64_t faults_count(const struct faults *self, enum fault fault)
{
    CHECK(fault >= 0 && fault < FAULT_COUNT);
    return self->struck[fault];
}
