/* store_records.c - which record of the core is which row; and the rows that people read. */
#include <string.h>

#include "data/store_rows.h"

const char *store_token(const struct store *self, int32_t instrument)
{
    if (instrument < 0 || instrument >= self->instruments->count) {
        return NULL;
    }
    return self->instruments->items[instrument].symbol;
}

const char *store_source(const struct store *self, int32_t strategy)
{
    if (self->strategies == NULL || strategy < 0 || strategy >= self->strategies->count) {
        return "?";
    }
    return self->strategies->names[strategy];
}

static const char *words(const char *text)
{
    return text != NULL ? text : "";
}

/* ---- what people read ---- */

static const char *scope_name(const struct store *self, const struct action_breaker *breaker)
{
    switch (breaker->scope) {
    case SCOPE_GLOBAL:
    case SCOPE_ACCOUNT: return NULL;
    case SCOPE_STRATEGY: return store_source(self, breaker->scope_index);
    case SCOPE_SYMBOL: return store_token(self, breaker->scope_index);
    case SCOPE_SIDE: return side_position_text(breaker->scope_index);
    }
    return NULL;
}

static void record_breaker(struct store *self, const struct action *action)
{
    const struct action_breaker *breaker = &action->breaker;
    struct store_row row = row_begin(self, ROW_BREAKER);
    row_int(&row, action->time_us);
    row_text(&row, breaker_scope_text((int)breaker->scope));
    row_text(&row, breaker_state_text((int)breaker->from));
    row_text(&row, breaker_state_text((int)breaker->to));
    row_text(&row, words(breaker->cause));
    row_int(&row, breaker->baseline_e8);
    row_text(&row, words(breaker->actor));
    row_int(&row, breaker->scope_index);
    row_text(&row, scope_name(self, breaker));
    row_int(&row, breaker->value);
    row_int(&row, breaker->limit);
    row_end(&row);
}

static void record_audit(struct store *self, const struct action *action)
{
    const struct action_audit *audit = &action->audit;
    const char *const said[] = {words(audit->actor), words(audit->role), words(audit->action),
                                words(audit->object), words(audit->result)};
    int64_t seq = self->audit.seq + 1;
    char previous[DIGEST_BYTES];
    memcpy(previous, self->audit.hash, sizeof(previous));
    struct digest digest;
    digest_init(&digest);
    digest_text(&digest, previous);
    digest_signed(&digest, seq);
    digest_signed(&digest, action->time_us);
    struct store_row row = row_begin(self, ROW_AUDIT);
    row_int(&row, seq);
    row_int(&row, action->time_us);
    for (size_t index = 0; index < ARRAY_COUNT(said); index++) {
        digest_text(&digest, said[index]);
        row_text(&row, said[index]);
    }
    digest_format(&digest, self->audit.hash);
    self->audit.seq = seq;
    row_text(&row, previous);
    row_text(&row, self->audit.hash);
    row_end(&row);
}

static void record_alert(struct store *self, const struct action *action)
{
    struct store_row row = row_begin(self, ROW_ALERT);
    row_int(&row, action->time_us);
    row_text(&row, severity_text((int)action->alert.severity));
    row_text(&row, words(action->alert.title));
    row_text(&row, words(action->alert.body));
    row_text(&row, store_token(self, action->instrument));
    row_end(&row);
}

static void record_error(struct store *self, const struct action *action)
{
    const struct action_error *error = &action->error;
    struct store_row row = row_begin(self, ROW_ERROR);
    row_int(&row, action->time_us);
    row_text(&row, category_text((int)error->category));
    row_text(&row, severity_text((int)error->severity));
    row_text(&row, words(error->code));
    row_text(&row, words(error->message));
    row_null(&row);
    row_null(&row);
    row_int(&row, 1);
    row_end(&row);
}

static void record_metric(struct store *self, const struct action *action)
{
    const struct action_metric *metric = &action->metric;
    struct store_row row = row_begin(self, ROW_METRIC);
    row_int(&row, action->time_us);
    row_text(&row, metric->name);
    row_real(&row, metric->value, (unsigned)metric->scale);
    row_int(&row, metric->value);
    row_int(&row, metric->scale);
    row_text(&row, metric->metadata);
    row_end(&row);
}

void store_defects(struct store *self, const struct defects *defects)
{
    for (int64_t index = 0; index < defects->count; index++) {
        const struct defect *defect = &defects->items[index];
        struct store_row row = row_begin(self, ROW_ERROR);
        row_null(&row);
        row_text(&row, category_text((int)defect->category));
        row_text(&row, severity_text((int)defect->severity));
        row_text(&row, defect->code);
        row_text(&row, words(defect->message));
        row_text(&row, defect->file);
        row_int_or_null(&row, defect->line);
        row_int(&row, defect->count);
        row_end(&row);
    }
}

void store_record(void *store, const struct action *action)
{
    struct store *self = store;
    switch (action->kind) {
    case ACTION_LEVERAGE:
    case ACTION_PLACE:
    case ACTION_CANCEL: break; /* the venue's; the order's own record tells of them */
    case ACTION_SIGNAL: store_record_signal(self, action); break;
    case ACTION_ASSESSMENT: store_record_assessment(self, action); break;
    case ACTION_DECISION: store_record_decision(self, action); break;
    case ACTION_ORDER: store_record_order(self, action); break;
    case ACTION_FILL: store_record_fill(self, action); break;
    case ACTION_POSITION: store_record_position(self, action); break;
    case ACTION_POSTING: store_record_posting(self, action); break;
    case ACTION_EQUITY: store_record_equity(self, action); break;
    case ACTION_BREAKER: record_breaker(self, action); break;
    case ACTION_AUDIT: record_audit(self, action); break;
    case ACTION_ALERT: record_alert(self, action); break;
    case ACTION_ERROR: record_error(self, action); break;
    case ACTION_METRIC: record_metric(self, action); break;
    }
}
