#include "data/samples/files.h"

#include <inttypes.h>

#include "data/samples/output.h"

static void candles_write(const struct world *self, int symbol)
{
    char name[64];
    char cells[4][TEXT_NUMBER];
    (void)snprintf(name, sizeof(name), "%s-1m.csv", SAMPLE_SYMBOLS[symbol].name);
    FILE *file = output_open(self, name);
    (void)fputs("ts_ms,open,high,low,close,volume\n", file);
    for (int64_t minute = 0; minute < self->minutes; minute++) {
        const struct bar *bar = &self->series[symbol].bars[minute];
        if (bar->there) {
            int decimals = SAMPLE_SYMBOLS[symbol].decimals;
            (void)fprintf(file, "%" PRId64 ",%s,%s,%s,%s,%" PRId64 "\n",
                          (START_S + minute * 60) * 1000,
                          decimal_text(bar->open, decimals, cells[0]),
                          decimal_text(bar->high, decimals, cells[1]),
                          decimal_text(bar->low, decimals, cells[2]),
                          decimal_text(bar->close, decimals, cells[3]), bar->volume);
        }
    }
    output_close(file, name);
}

/* The mark follows the trades, its wicks are shorter by a third; one decimal more than the tick. */
static void marks_write(const struct world *self, int symbol)
{
    char name[64];
    char cells[4][TEXT_NUMBER];
    (void)snprintf(name, sizeof(name), "%s-mark-1m.csv", SAMPLE_SYMBOLS[symbol].name);
    FILE *file = output_open(self, name);
    (void)fputs("ts_ms,open,high,low,close\n", file);
    for (int64_t minute = 0; minute < self->minutes; minute++) {
        const struct bar *bar = &self->series[symbol].bars[minute];
        if (!bar->there) {
            continue;
        }
        int64_t top = bar->open > bar->close ? bar->open : bar->close;
        int64_t bottom = bar->open < bar->close ? bar->open : bar->close;
        int decimals = SAMPLE_SYMBOLS[symbol].decimals + 1;
        (void)fprintf(file, "%" PRId64 ",%s,%s,%s,%s\n", (START_S + minute * 60) * 1000,
                      decimal_text(bar->open * 10, decimals, cells[0]),
                      decimal_text(top * 10 + (bar->high - top) * 20 / 3, decimals, cells[1]),
                      decimal_text(bottom * 10 - (bottom - bar->low) * 20 / 3, decimals, cells[2]),
                      decimal_text(bar->close * 10, decimals, cells[3]));
    }
    output_close(file, name);
}

/* Every eight hours: 0.01 %, more when the price rose over the eight hours before, within +-0.3 %. */
static void funding_write(const struct world *self, int symbol)
{
    char name[64];
    char rate[TEXT_NUMBER];
    (void)snprintf(name, sizeof(name), "%s-funding.csv", SAMPLE_SYMBOLS[symbol].name);
    FILE *file = output_open(self, name);
    (void)fputs("ts_ms,funding_rate\n", file);
    for (int64_t minute = 480; minute < self->minutes; minute += 480) {
        const struct bar *now = &self->series[symbol].bars[minute];
        const struct bar *then = &self->series[symbol].bars[minute - 480];
        if (now->there && then->there) {
            int64_t rate_e8 = 10000 + (now->open - then->open) * 1000000 / then->open;
            rate_e8 = rate_e8 > 300000 ? 300000 : rate_e8;
            rate_e8 = rate_e8 < -300000 ? -300000 : rate_e8;
            (void)fprintf(file, "%" PRId64 ",%s\n", (START_S + minute * 60) * 1000,
                          decimal_text(rate_e8, 8, rate));
        }
    }
    output_close(file, name);
}

/* Brackets in the columns of the dated tables; cum by the venue's recursion (PROTOCOLS D1). */
static void tiers_write(const struct world *self)
{
    static const int64_t floors[2][5] = {{0, 50000, 600000, 3000000, 12000000},
                                         {0, 10000, 50000, 250000, 1000000}};
    static const int64_t rates_e4[2][5] = {{40, 50, 100, 250, 500}, {100, 150, 250, 500, 1000}};
    static const int leverages[2][5] = {{125, 100, 50, 20, 10}, {50, 40, 25, 10, 5}};
    FILE *file = output_open(self, "tiers.csv");
    (void)fputs("symbol,tier,min_notional,max_notional,maintenance_margin_rate,max_leverage,"
                "maintenance_amount_cum\n",
                file);
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        int class = SAMPLE_SYMBOLS[symbol].meme ? 1 : 0;
        int64_t amount_e4 = 0;
        for (int tier = 0; tier < 5; tier++) {
            char rate[TEXT_NUMBER];
            char amount[TEXT_NUMBER];
            int64_t cap = tier < 4 ? floors[class][tier + 1] : floors[class][4] * 10;
            int64_t step_e4 = tier > 0 ? rates_e4[class][tier] - rates_e4[class][tier - 1] : 0;
            amount_e4 += floors[class][tier] * step_e4;
            (void)fprintf(file, "%s,%d,%" PRId64 ",%" PRId64 ",%s,%d,%s\n",
                          SAMPLE_SYMBOLS[symbol].name, tier + 1, floors[class][tier], cap,
                          decimal_text(rates_e4[class][tier], 4, rate), leverages[class][tier],
                          decimal_text(amount_e4, 4, amount));
        }
    }
    output_close(file, "tiers.csv");
}

static void manifest_files(FILE *file, const char *key, const char *tail)
{
    (void)fprintf(file, " \"%s\": {\n", key);
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        const char *comma = symbol + 1 < SYMBOLS ? "," : "";
        (void)fprintf(file, "  \"%s\": \"%s%s\"%s\n", SAMPLE_SYMBOLS[symbol].name,
                      SAMPLE_SYMBOLS[symbol].name, tail, comma);
    }
    (void)fputs(" },\n", file);
}

static void manifest_write(const struct world *self)
{
    char first[TEXT_NUMBER];
    char last[TEXT_NUMBER];
    instant_text(START_S * 1000, first);
    instant_text((START_S + self->minutes * 60) * 1000, last);
    FILE *file = output_open(self, "manifest.json");
    (void)fprintf(
        file,
        "{\n \"name\": \"sample\",\n \"signals\": \"signals.csv\",\n \"n_signals\": %" PRId64
        ",\n \"venue\": \"made up by cerberus-sample, fictional prices\",\n \"timeframe\": "
        "\"1m\",\n"
        " \"window\": [\n  \"%.19sZ\",\n  \"%.19sZ\"\n ],\n",
        self->signal_count, first, last);
    manifest_files(file, "klines", "-1m.csv");
    manifest_files(file, "funding", "-funding.csv");
    manifest_files(file, "mark", "-mark-1m.csv");
    (void)fputs(" \"leverage_tiers\": \"tiers.csv\"\n}\n", file);
    output_close(file, "manifest.json");
}

void files_write(const struct world *self)
{
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        candles_write(self, symbol);
        marks_write(self, symbol);
        funding_write(self, symbol);
    }
    tiers_write(self);
    manifest_write(self);
}
