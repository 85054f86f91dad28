#include "sim/serve/wire_text.h"

#include <string.h>
#include <strings.h>

enum { STATUS_MORE = 0, STATUS_DONE = 200, LENGTH_DIGITS = 10 };

static bool is_token(const char *text)
{
    static const char OTHERS[] = "!#$%&'*+-.^_`|~";
    for (const char *at = text; *at != '\0'; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
        if (!letter && !(*at >= '0' && *at <= '9') && strchr(OTHERS, *at) == NULL) {
            return false;
        }
    }
    return *text != '\0';
}

/* A request target is visible characters; what a control byte or a blank in it would mean is nobody's to guess. */
static bool is_target(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at <= ' ' || *at == 0x7f) {
            return false;
        }
    }
    return *text == '/';
}

static int32_t split_first(struct wire_request *self, char *line)
{
    char *target = strchr(line, ' ');
    char *version = target == NULL ? NULL : strchr(target + 1, ' ');
    if (version == NULL) {
        return 400;
    }
    *target = '\0';
    *version = '\0';
    target++;
    version++;
    if (strlen(target) > WIRE_TARGET_BYTES) {
        return 414;
    }
    if (!is_token(line) || !is_target(target) || strncmp(version, "HTTP/", 5) != 0) {
        return 400;
    }
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) {
        return 505;
    }
    self->keep = version[7] == '1';
    self->method = line;
    self->path = target;
    char *query = strchr(target, '?');
    self->query = query == NULL ? "" : query + 1;
    if (query != NULL) {
        *query = '\0';
    }
    return STATUS_DONE;
}

static int32_t split_field(struct wire_request *self, char *line)
{
    char *colon = strchr(line, ':');
    if (colon == NULL) {
        return 400;
    }
    *colon = '\0';
    if (!is_token(line)) { /* also a folded line, which begins with a blank */
        return 400;
    }
    if (self->field_count == WIRE_FIELDS) {
        return 431;
    }
    for (char *at = line; *at != '\0'; at++) {
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    }
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t length = strlen(value);
    while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t')) {
        length--;
    }
    value[length] = '\0';
    self->fields[self->field_count] = (struct wire_field){line, value};
    self->field_count++;
    return STATUS_DONE;
}

const char *wire_request_field(const struct wire_request *self, const char *name)
{
    for (int32_t index = 0; index < self->field_count; index++) {
        if (strcmp(self->fields[index].name, name) == 0) {
            return self->fields[index].value;
        }
    }
    return NULL;
}

bool wire_words_hold(const char *value, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = value; at != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        size_t here = strcspn(at, " \t,");
        if (here == length && strncasecmp(at, word, length) == 0) {
            return true;
        }
        at += here;
    }
    return false;
}

static int32_t read_length(struct wire_request *self, size_t body_limit)
{
    bool given = false;
    for (int32_t index = 0; index < self->field_count; index++) {
        const struct wire_field *field = &self->fields[index];
        if (strcmp(field->name, "transfer-encoding") == 0) {
            return 501;
        }
        if (strcmp(field->name, "content-length") != 0) {
            continue;
        }
        size_t digits = strspn(field->value, "0123456789");
        if (given || digits == 0 || field->value[digits] != '\0') {
            return 400;
        }
        given = true;
        if (digits > LENGTH_DIGITS) {
            return 413;
        }
        for (size_t at = 0; at < digits; at++) {
            self->body_length = self->body_length * 10 + (size_t)(field->value[at] - '0');
        }
        if (self->body_length > body_limit) {
            return 413;
        }
    }
    return STATUS_DONE;
}

static void read_wishes(struct wire_request *self)
{
    const char *connection = wire_request_field(self, "connection");
    const char *upgrade = wire_request_field(self, "upgrade");
    const char *expect = wire_request_field(self, "expect");
    if (wire_words_hold(connection, "close")) {
        self->keep = false;
    } else if (wire_words_hold(connection, "keep-alive")) {
        self->keep = true;
    }
    self->upgrade = wire_words_hold(connection, "upgrade") && wire_words_hold(upgrade, "websocket");
    self->expects = expect != NULL && strcasecmp(expect, "100-continue") == 0;
}

/* Lines end with CR LF, or with LF alone as RFC 9112 2.2 lets a server take. */
static size_t head_end(const char *bytes, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        if (bytes[at] != '\n') {
            continue;
        }
        if (at + 1 < length && bytes[at + 1] == '\n') {
            return at + 2;
        }
        if (at + 2 < length && bytes[at + 1] == '\r' && bytes[at + 2] == '\n') {
            return at + 3;
        }
    }
    return 0;
}

static int32_t split(struct wire_request *self)
{
    int32_t status = STATUS_DONE;
    bool first = true;
    char *at = self->head;
    while (status == STATUS_DONE) {
        char *end = strchr(at, '\n');
        CHECK(end != NULL);
        char *next = end + 1;
        if (end > at && end[-1] == '\r') {
            end--;
        }
        *end = '\0';
        if (*at == '\0') {
            break;
        }
        status = first ? split_first(self, at) : split_field(self, at);
        first = false;
        at = next;
    }
    return status;
}

int32_t
wire_request_read(struct wire_request *self, const char *bytes, size_t length, size_t body_limit)
{
    size_t blank = 0; /* empty lines before a request are passed over (RFC 9112 2.2) */
    while (blank < length && (bytes[blank] == '\r' || bytes[blank] == '\n')) {
        blank++;
    }
    size_t end = head_end(bytes + blank, length - blank);
    if (end == 0 || end > WIRE_HEAD_BYTES) {
        return length - blank > WIRE_HEAD_BYTES || blank > WIRE_HEAD_BYTES ? 431 : STATUS_MORE;
    }
    if (memchr(bytes + blank, '\0', end) != NULL) {
        return 400;
    }
    memcpy(self->head, bytes + blank, end);
    self->head[end] = '\0';
    self->head_length = blank + end;
    self->body_length = 0;
    self->field_count = 0;
    self->method = self->path = self->query = "";
    int32_t status = split(self);
    status = status == STATUS_DONE ? read_length(self, body_limit) : status;
    if (status == STATUS_DONE) {
        read_wishes(self);
    }
    return status;
}

const char *wire_status_text(int32_t status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 418: return "I'm a teapot";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
    }
}
