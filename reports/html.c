#include "reports/html.h"

#include <string.h>

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light}\n"
    "body{font:15px/1.5 system-ui,'DejaVu Sans',Arial,sans-serif;color:#1a1a1a;background:#fff;"
    "max-width:1180px;margin:0 auto;padding:16px}\n"
    "h1{font-size:1.5em;margin:.2em 0}h2{font-size:1.2em;margin:1.6em 0 .4em;border-bottom:2px "
    "solid #0072B2}\n"
    "code,td,th{font-variant-numeric:tabular-nums}code{overflow-wrap:anywhere}\n"
    ".warning{background:#D55E00;color:#fff;font-weight:bold;padding:12px 16px;font-size:1.1em}\n"
    ".tiles{display:flex;flex-wrap:wrap;gap:8px;margin:12px 0}\n"
    ".tile{border:1px solid #ccc;border-radius:6px;padding:6px 14px;min-width:120px}\n"
    ".tile b{display:block;font-size:1.25em}.tile span{color:#555;font-size:.85em}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;margin:4px 0 12px}\n"
    "th,td{padding:2px 10px;text-align:left;border-bottom:1px solid #e4e4e4;white-space:pre}\n"
    "td:last-child{white-space:pre-wrap}th{border-bottom:2px solid #888}.n{text-align:right}\n"
    "tr.rule td{border-top:2px solid #888;font-weight:bold}\n"
    "details{margin:6px 0}summary{cursor:pointer;font-weight:bold;padding:4px 0}\n"
    "figure{margin:12px 0}img{width:100%;height:auto;border:1px solid #e4e4e4}\n"
    "nav a{margin-right:14px}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 "
    "14px}dd{margin:0}\n"
    "@media (max-width:700px){figure{overflow-x:auto}figure img{width:720px}}\n"
    "@media print{details{display:block}}\n"
    "</style>\n";

static void tile(struct buffer *out, const char *name, const char *value)
{
    buffer_add(out, "<div class=\"tile\"><b>");
    buffer_html(out, value);
    buffer_add(out, "</b><span>");
    buffer_html(out, name);
    buffer_add(out, "</span></div>\n");
}

static void tile_money(struct buffer *out, const char *name, double value, const char *quote)
{
    char cell[CELL_BYTES];
    char words[CELL_BYTES + 20];

    (void)snprintf(words, sizeof(words), "%s %.16s", cell_number(value, 2, cell), quote);
    tile(out, name, words);
}

static void tiles(struct buffer *out, const struct figures *figures)
{
    char cell[CELL_BYTES];

    buffer_add(out, "<div class=\"tiles\">\n");
    tile_money(out, "final balance", figures->final, figures->quote);
    tile(out, "total profit",
         cell_percent((figures->final - figures->start) / figures->start, 2, cell));
    tile(out, "max drawdown, marked", cell_percent(figures->drawdown_max, 2, cell));
    tile(out, "trades", cell_number((double)figures->trade_count, 0, cell));
    tile(out, "win rate", cell_percent(figures->closed.win_rate, 1, cell));
    tile(out, "profit factor", cell_number(figures->closed.profit_factor, 2, cell));
    tile(out, "liquidations", cell_number((double)figures->liquidations, 0, cell));
    tile_money(out, "fees paid", figures->fees, figures->quote);
    tile_money(out, "funding received", figures->funding, figures->quote);
    tile(out, "max effective leverage", cell_number(figures->leverage_max, 2, cell));
    buffer_add(out, "</div>\n");
}

static void term(struct buffer *out, const char *name, const char *value)
{
    buffer_format(out, "<dt>%s</dt><dd><code>", name);
    buffer_html(out, value);
    buffer_add(out, "</code></dd>\n");
}

static void identity(struct buffer *out, const struct run *run)
{
    char cell[CELL_BYTES];

    buffer_add(out, "<dl>\n");
    term(out, "command", run->command);
    term(out, "status", run->status);
    term(out, "digest", *run->digest == '\0' ? "none yet" : run->digest);
    term(out, "config hash", run->config_hash);
    term(out, "data hash", run->data_hash);
    term(out, "seed", cell_number((double)run->seed, 0, cell));
    term(out, "build", run->build);
    buffer_add(out, "</dl>\n");
}

static void picture_put(struct buffer *out, const struct picture *picture, const char *folder)
{
    struct buffer path;
    struct buffer image;

    buffer_init(&path);
    buffer_init(&image);
    buffer_format(&path, "%s/%s", folder, picture->file);
    buffer_add(out, "<figure>");
    if (buffer_load(&image, path.bytes) && image.length > 0) {
        buffer_add(out, "<img alt=\"");
        buffer_html(out, picture->title);
        buffer_add(out, "\" src=\"data:image/svg+xml;base64,");
        buffer_base64(out, image.bytes, image.length);
        buffer_add(out, "\">");
    } else {
        buffer_html(out, picture->title);
        buffer_add(out, ": the picture could not be drawn");
    }
    buffer_add(out, "</figure>\n");
    buffer_release(&path);
    buffer_release(&image);
}

static void pictures(struct buffer *out, const struct plots *plots, const char *folder, bool prices)
{
    for (int64_t i = 0; plots != NULL && i < plots->count; i++) {
        if (plots->pictures[i].price == prices) {
            picture_put(out, &plots->pictures[i], folder);
        }
    }
}

static void head(struct buffer *out, const struct run *run)
{
    buffer_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    "<title>Cerberus: ");
    buffer_html(out, run->mode);
    buffer_add(out, " report</title>\n");
    buffer_add(out, style);
    buffer_add(out, "</head>\n<body>\n");
}

static void page(struct buffer *out,
                 const struct summary *summary,
                 const struct summary_input *input,
                 const struct plots *plots,
                 const char *folder)
{
    const struct run *run = input->run;
    const char *warning = summary_warning(run);

    head(out, run);
    if (*warning != '\0') {
        buffer_format(out, "<p class=\"warning\">%s</p>\n", warning);
    }
    buffer_add(out, "<h1>Cerberus: ");
    buffer_html(out, run->mode);
    buffer_add(out, "</h1>\n<nav><a href=\"#pictures\">Pictures</a><a href=\"#tables\">Tables</a>"
                    "<a href=\"#prices\">Prices</a></nav>\n");
    tiles(out, input->figures);
    identity(out, run);
    buffer_add(out, "<h2 id=\"pictures\">Pictures</h2>\n");
    if (input->figures->trade_count == 0) {
        buffer_add(out, "<p>");
        buffer_html(out, summary->tables[0].note != NULL ? summary->tables[0].note : "No trades.");
        buffer_add(out, "</p>\n");
    }
    pictures(out, plots, folder, false);
    buffer_add(out, "<h2 id=\"tables\">Tables</h2>\n");
    for (int i = 0; i < summary->count; i++) {
        table_html(&summary->tables[i], out);
    }
    buffer_add(out, "<h2 id=\"prices\">Prices, one picture a symbol</h2>\n");
    if (plots != NULL && plots->left_out > 0) {
        buffer_format(out, "<p>%lld more symbols with fewer trades are not drawn.</p>\n",
                      (long long)plots->left_out);
    }
    pictures(out, plots, folder, true);
    buffer_add(out, "</body>\n</html>\n");
}

bool html_write(const struct summary *summary,
                const struct summary_input *input,
                const struct plots *plots,
                const char *folder,
                struct error *error)
{
    struct buffer out;
    struct buffer path;

    buffer_init(&out);
    buffer_init(&path);
    page(&out, summary, input, plots, folder);
    buffer_format(&path, "%s/index.html", folder);
    bool saved = buffer_save(&out, path.bytes, error);
    buffer_release(&out);
    buffer_release(&path);
    return saved;
}
