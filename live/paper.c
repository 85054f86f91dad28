#include "live/paper.h"

#include <stdlib.h>

#include "live/lines.h"
#include "live/paper_session.h"
#include "live/stop.h"

struct feed_input {
    struct paper paper;
    struct lines lines;
    struct feed_parser parser;
    struct feed_record record;
    int64_t started_ns; /* monotonic time of the start line */
};

/* With --speed: not before its time. */
static void wait_for(const struct feed_input *self)
{
    const struct live_options *options = self->paper.options;
    if (options->speed > 0) {
        stop_wait_until(self->started_ns +
                        (self->record.time_us - self->paper.first_us) * 1000 / options->speed);
    }
}

static bool take_record(struct feed_input *self)
{
    if (self->record.kind == FEED_START) {
        self->started_ns = stop_now_ns();
        return paper_start(&self->paper, self->record.time_us, &self->record.start);
    }
    wait_for(self);

    return stop_asked() || paper_take(&self->paper, &self->record);
}

static bool take_lines(struct feed_input *self)
{
    struct error *error = &self->paper.error;
    while (!stop_asked() && !self->paper.finished) {
        const char *text = NULL;
        size_t length = 0;
        enum lines_status status = lines_next(&self->lines, &text, &length, error);
        if (status == LINES_INTERRUPTED) {
            continue;
        }
        if (status == LINES_END) {
            return feed_parser_finish(&self->parser, error);
        }
        if (status == LINES_FAILED ||
            !feed_parser_line(&self->parser, &self->record, text, length, error) ||
            !take_record(self)) {
            return false;
        }
    }
    return true;
}

int paper_run(const struct live_options *options,
              struct simulation *simulation,
              const char *command)
{
    struct feed_input *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return EXIT_CODE_OPERATING;
    }
    struct paper *paper = &self->paper;
    paper->options = options;
    paper->simulation = simulation;
    paper->command = command;
    error_init(&paper->error);
    instruments_init(&paper->instruments);
    feed_parser_init(&self->parser, options->feed, &paper->instruments);
    bool done = stop_catch(&paper->error) &&
                lines_open(&self->lines, options->feed, &paper->error) && take_lines(self);
    int code = paper_finish(paper, done);
    paper_release(paper);
    feed_parser_release(&self->parser);
    lines_close(&self->lines);
    free(self);

    return code;
}
