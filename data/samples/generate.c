/* generate.c - cerberus-sample: a small made-up market of five perpetuals and the signals of three simple rules on it.
 *   cerberus-sample --out DIR [--seed N] [--days N]
 * Writes DIR/manifest.json, signals.csv, tiers.csv and per symbol candles (1m), mark candles (1m) and funding.
 *
 * Prices are fictional; what happens is staged, so that a run meets what real markets do: quiet and wild hours, a pump, an
 * outage after which the market opens far lower (positions with much leverage are liquidated there), a crash, a late
 * listing. The signals are honest: each rests on bars that had closed when it was published. A few of them are spoiled on
 * purpose: bad rows, duplicates, unknown tokens, absurd prices, stops on the wrong side.
 *
 * Laws     same seed and days, same bytes, on any machine. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/samples/files.h"
#include "data/samples/output.h"
#include "data/samples/prices.h"
#include "data/samples/rules.h"
#include "data/samples/spoiled.h"

static bool number_read(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || value < minimum ||
        value > maximum) {
        return false;
    }
    *out = value;
    return true;
}

static int usage(FILE *stream, int code)
{
    (void)fprintf(stream,
                  "usage: cerberus-sample --out DIR [--seed N] [--days N]\n"
                  "  writes a made-up market of %d perpetuals and its signals into DIR\n"
                  "  --seed N  another market (default 1)\n"
                  "  --days N  %d to %d (default %d)\n",
                  SYMBOLS, DAYS_MIN, DAYS_MAX, STORY_DAYS);
    return code;
}

/* -1: go on; else the exit code. */
static int arguments_read(struct world *self, int argc, char **argv)
{
    uint64_t seed = 1;
    uint64_t days = STORY_DAYS;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return usage(stdout, 0);
        }
        bool taken = false;
        if (strcmp(argv[i], "--out") == 0) {
            self->folder = value;
            taken = *value != '\0';
        } else if (strcmp(argv[i], "--seed") == 0) {
            taken = number_read(value, 0, UINT64_MAX, &seed);
        } else if (strcmp(argv[i], "--days") == 0) {
            taken = number_read(value, DAYS_MIN, DAYS_MAX, &days);
        }
        if (!taken) {
            (void)fprintf(stderr,
                          "cerberus-sample: '%s' is not an option, or its value is missing or out "
                          "of range: see the usage\n",
                          argv[i]);
            return usage(stderr, 2);
        }
    }
    if (self->folder == NULL) {
        (void)fputs("cerberus-sample: no folder: give --out DIR\n", stderr);
        return usage(stderr, 2);
    }
    self->state = seed + 2; /* any constant will do; with this one seed 1 is a lively market */
    self->days = (int64_t)days;
    self->minutes = self->days * MINUTES_PER_DAY;
    return -1;
}

static void world_run(struct world *self)
{
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        self->series[symbol].bars = calloc((size_t)self->minutes, sizeof(struct bar));
        if (self->series[symbol].bars == NULL) {
            (void)fputs("cerberus-sample: no memory: ask for fewer days\n", stderr);
            exit(4);
        }
        self->series[symbol].fine = SAMPLE_SYMBOLS[symbol].first_ticks << FINE_BITS;
        self->series[symbol].excited_e9 = 1000000000;
    }
    (void)fputs("timestamp,source,token,confidence,price,volume,metadata\n", self->signals);
    for (int64_t minute = 0; minute < self->minutes; minute++) {
        prices_make(self, minute);
        for (int symbol = 0; symbol < SYMBOLS && minute + 1 < self->minutes; symbol++) {
            rules_run(self, symbol, minute);
        }
        spoiled_write(self, minute);
    }
}

int main(int argc, char **argv)
{
    static struct world world;
    int code = arguments_read(&world, argc, argv);
    if (code >= 0) {
        return code;
    }
    if (mkdir(world.folder, 0777) != 0 && errno != EEXIST) {
        (void)fprintf(stderr, "cerberus-sample: %s: %s: choose a folder that can be made\n",
                      world.folder, strerror(errno));
        return 4;
    }
    world.signals = output_open(&world, "signals.csv");
    world_run(&world);
    output_close(world.signals, "signals.csv");
    files_write(&world);
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        free(world.series[symbol].bars);
    }
    (void)printf("%s: %d symbols, %" PRId64 " days, %" PRId64 " signal rows\n", world.folder,
                 SYMBOLS, world.days, world.rows);
    return 0;
}
