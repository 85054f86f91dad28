#include "sim/serve/garbage.h"

#include <stdlib.h>
#include <string.h>

enum { NESTED_DEPTH = 100000 };

static bool is_number(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '.';
}

/* Runs of digits become the word, inside strings too: prices are strings. */
static void replace_numbers(struct server_answer *out, const char *body, const char *word)
{
    for (const char *at = body; *at != '\0';) {
        if (!is_number(*at)) {
            answer_printf(out, "%c", *at);
            at++;
            continue;
        }
        answer_printf(out, "%s", word);
        while (is_number(*at)) {
            at++;
        }
    }
}

static void repeat_key(struct server_answer *out, const char *body)
{
    const char *key = strchr(body, '"');
    const char *end = key == NULL ? NULL : strchr(key + 1, '"');
    if (end == NULL) {
        answer_printf(out, "{\"a\":1,\"a\":2}");
        return;
    }
    answer_printf(out, "%.*s%.*s:null,%s", (int)(key - body), body, (int)(end + 1 - key), key, key);
}

void garbage_make(struct server_answer *answer, int64_t kind)
{
    struct server_answer out = *answer;
    const char *body = answer->body == NULL ? "" : answer->body;
    out.body = NULL;
    out.length = out.capacity = 0;
    switch (kind) {
    case GARBAGE_CUT: answer_printf(&out, "%.*s", (int)(answer->length / 2), body); break;
    case GARBAGE_PAGE:
        out.status = 200;
        answer_printf(&out, "<html><head><title>502 Bad Gateway</title></head></html>");
        break;
    case GARBAGE_NAN: replace_numbers(&out, body, "NaN"); break;
    case GARBAGE_HUGE: replace_numbers(&out, body, "1e999"); break;
    case GARBAGE_TWICE: repeat_key(&out, body); break;
    case GARBAGE_NESTED:
        for (int depth = 0; depth < NESTED_DEPTH; depth++) {
            answer_printf(&out, "[");
        }
        break;
    default: answer_printf(&out, "{\"\xff\xfe\xc0\x80\":%s", body); break;
    }
    free(answer->body);
    *answer = out;
}
