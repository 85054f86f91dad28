#include "data/samples/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Written from its last digit on. */
const char *decimal_text(int64_t value, int decimals, char out[TEXT_NUMBER])
{
    char digits[TEXT_NUMBER];
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int count = 0;
    while (rest > 0 || count <= decimals) {
        if (count == decimals && decimals > 0) {
            digits[count] = '.';
            count++;
        }
        digits[count] = (char)('0' + rest % 10);
        rest /= 10;
        count++;
    }
    int at = 0;
    if (value < 0) {
        out[at] = '-';
        at++;
    }
    while (count > 0) {
        count--;
        out[at] = digits[count];
        at++;
    }
    out[at] = '\0';
    return out;
}

void instant_text(int64_t time_ms, char out[TEXT_NUMBER])
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm parts;
    char text[24];
    (void)gmtime_r(&seconds, &parts);
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    (void)snprintf(out, TEXT_NUMBER, "%s.%03dZ", text, (int)(time_ms % 1000));
}

FILE *output_open(const struct world *self, const char *name)
{
    char path[TEXT_BYTES];
    int length = snprintf(path, sizeof(path), "%s/%s", self->folder, name);
    FILE *file = length > 0 && length < (int)sizeof(path) ? fopen(path, "w") : NULL;
    if (file == NULL) {
        (void)fprintf(stderr, "cerberus-sample: %s/%s: %s: choose a folder that can be written\n",
                      self->folder, name, strerror(errno));
        exit(4);
    }
    return file;
}

void output_close(FILE *file, const char *name)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        (void)fprintf(stderr, "cerberus-sample: %s: not written in full: make room on the disk\n",
                      name);
        exit(4);
    }
}
