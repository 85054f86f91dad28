/* A script from its file, and back with what happened under each event. */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "tests/support/scenario.h"

size_t script_add(char *out, size_t size, size_t length, const char *text)
{
    size_t room = size - 1 - length;
    size_t wanted = strlen(text);
    size_t taken = wanted < room ? wanted : room;
    (void)memcpy(out + length, text, taken);
    out[length + taken] = '\0';
    return length + taken;
}

static void time_print(int64_t time_us, char *out, size_t size)
{
    int64_t since_us = time_us - SCRIPT_DAY_ONE;
    int64_t of_day_us = since_us % US_PER_DAY;
    (void)snprintf(out, size, "%d/%02d:%02d:%02d", (int)(since_us / US_PER_DAY) + 1,
                   (int)(of_day_us / US_PER_HOUR), (int)(of_day_us / US_PER_MINUTE % 60),
                   (int)(of_day_us / US_PER_SECOND % 60));
}

bool script_read(struct script *self, const char *path)
{
    FILE *file = fopen(path, "r");
    char text[SCRIPT_LINE_BYTES];
    (void)memset(self, 0, sizeof(*self));
    if (file == NULL) {
        return false;
    }
    bool fits = true;
    while (fits && fgets(text, sizeof(text), file) != NULL) {
        size_t length = strlen(text);
        bool outcome = strncmp(text, "    ", 4) == 0;
        fits =
            length > 0 && text[length - 1] == '\n' && (outcome || self->count < SCRIPT_LINES_MAX);
        if (fits && !outcome) {
            text[length - 1] = '\0';
            (void)memcpy(self->lines[self->count].text, text, length);
            self->lines[self->count].time_us = INT64_MIN;
            self->count++;
        }
    }
    (void)fclose(file);
    return fits;
}

static size_t append(char *out, size_t size, size_t length, const char *text)
{
    return script_add(out, size, script_add(out, size, length, text), "\n");
}

static int64_t next_time(const struct script *self, int32_t from)
{
    for (int32_t index = from; index < self->count; index++) {
        if (self->lines[index].time_us != INT64_MIN) {
            return self->lines[index].time_us;
        }
    }
    return INT64_MAX;
}

/* An outcome stands under the last line whose time has come; what happens at an event's own instant, under the first. */
void script_print(const struct script *self, char *out, size_t size)
{
    size_t length = 0;
    int32_t result = 0;
    out[0] = '\0';
    for (int32_t index = 0; index < self->count; index++) {
        length = append(out, size, length, self->lines[index].text);
        if (self->lines[index].time_us == INT64_MIN) {
            continue;
        }
        int64_t until_us = next_time(self, index + 1);
        for (; result < self->outcomes && self->results[result].time_us < until_us; result++) {
            char time[64];
            time_print(self->results[result].time_us, time, sizeof(time));
            length = script_add(out, size, length, "    ");
            length = script_add(out, size, length, time);
            length = script_add(out, size, length, "  ");
            length = append(out, size, length, self->results[result].text);
        }
    }
}
