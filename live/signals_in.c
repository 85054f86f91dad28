#include "live/signals_in.h"

#include <string.h>

bool signals_in_open(struct sources **out,
                     const struct live_settings *live,
                     struct loop *loop,
                     struct http *http,
                     const struct signal_taker *taker,
                     struct error *error)
{
    char lines[sizeof(live->sources)];
    const char *given[SOURCES_MAX];
    int32_t count = 0;
    *out = NULL;
    memcpy(lines, live->sources, sizeof(lines));
    for (char *line = lines; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        bool last = line[length] == '\0';
        line[length] = '\0';
        if (count == SOURCES_MAX) {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "live.sources has more than %d entries: leave some out", SOURCES_MAX);
        }
        given[count++] = line;
        line += last ? length : length + 1;
    }
    if (count == 0) {
        return true;
    }
    *out = sources_open(loop, http, given, count, taker, error);

    return *out != NULL;
}

struct signal signal_kept(const struct signal *signal, const char *refused)
{
    struct signal kept = *signal;
    if (refused != NULL && kept.bad == 0) {
        kept.bad = SIGNAL_BAD_TEXT;
    }
    return kept;
}
