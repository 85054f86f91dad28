/* store_signals.c - signals, assessments and decisions as rows of data/schema.sql. */
#include "data/store_rows.h"

/* ---- signals ---- */

/* What the source asked for; NULL where it was not understood. */
static const char *signal_side(const struct action_signal *record)
{
    const struct signal *signal = record->signal;
    bool silent = signal->direction == DIRECTION_UNSAID;
    enum signal_direction direction = silent ? signal->direction_metadata : signal->direction;
    if (record->verdict == VERDICT_BAD_SIDE || signal->direction == DIRECTION_INVALID) {
        return NULL;
    }
    return direction == DIRECTION_CLOSE ? "close" : side_position_text((int)record->side);
}

static void signal_volume(struct store_row *row, const struct signal *signal)
{
    bool told = signal->has_volume && (signal->bad & SIGNAL_BAD_VOLUME) == 0 &&
                signal->volume_exponent >= 0 && signal->volume_exponent <= 18;
    if (!told) {
        row_null(row);
        row_null(row);
        row_null(row);
        return;
    }
    row_real(row, signal->volume, (unsigned)signal->volume_exponent);
    row_int(row, signal->volume);
    row_int(row, signal->volume_exponent);
}

void store_record_signal(struct store *self, const struct action *action)
{
    const struct action_signal *record = &action->signal;
    const struct signal *signal = record->signal;
    bool priced = signal->has_price && (signal->bad & SIGNAL_BAD_PRICE) == 0;
    struct store_row row = row_begin(self, ROW_SIGNAL);
    row_int(&row, signal->id);
    row_int(&row, signal->timestamp_us);
    row_text(&row, signal->source);
    row_text(&row, signal->token);
    row_text(&row, record->confidence >= 0 ? confidence_text(record->confidence) : NULL);
    if (priced) {
        row_real(&row, signal->price_e12, 12);
        row_int(&row, signal->price_e12);
    } else {
        row_null(&row);
        row_null(&row);
    }
    signal_volume(&row, signal);
    row_text(&row, self->metadata);
    row_text(&row, signal_side(record));
    row_text(&row, signal->external_id[0] != '\0' ? signal->external_id : NULL);
    row_text(&row, verdict_code((int)record->verdict));
    row_int_or_null(&row, signal->source_line);
    row_text(&row, store_token(self, record->instrument));
    row_text(&row, signal->confidence);
    row_int_or_null(&row, signal->stop_e12 != 0 ? signal->stop_e12 : signal->stop_metadata_e12);
    row_int(&row, action->time_us);
    row_end(&row);
    self->metadata = NULL;
}

/* ---- assessments and decisions ---- */

static void check_text(struct store_text *out, const struct check *check)
{
    static const char *const passed[] = {[CHECK_PASSED] = ",\"passed\":true",
                                         [CHECK_FAILED] = ",\"passed\":false",
                                         [CHECK_WARNED] = ",\"passed\":true,\"warned\":true",
                                         [CHECK_NOT_APPLICABLE] =
                                             ",\"value\":null,\"limit\":null,\"passed\":null"};
    store_text_add(out, "{\"name\":");
    store_text_string(out, check->name);
    if (check->state != CHECK_NOT_APPLICABLE) {
        store_text_add(out, ",\"value\":");
        store_text_decimal(out, check->value, (unsigned)check->scale);
        store_text_add(out, ",\"limit\":");
        store_text_decimal(out, check->limit, (unsigned)check->scale);
    }
    store_text_add(out, passed[check->state]);
    if (check->reason != NULL) {
        store_text_add(out, ",\"reason\":");
        store_text_string(out, check->reason);
    }
    if (check->state == CHECK_FAILED) {
        store_text_add(out, ",\"verdict\":\"");
        store_text_add(out, verdict_code((int)check->verdict));
        store_text_add(out, "\"");
    }
    store_text_add(out, "}");
}

static const char *checks_text(struct store *self, const struct assessment *assessment)
{
    struct store_text *out = &self->text;
    store_text_clear(out);
    store_text_add(out, "[");
    for (int32_t index = 0; index < assessment->check_count; index++) {
        store_text_add(out, index > 0 ? "," : "");
        check_text(out, &assessment->checks[index]);
    }
    store_text_add(out, "]");
    return out->bytes;
}

void store_record_assessment(struct store *self, const struct action *action)
{
    const struct assessment *assessment = action->assessment;
    struct store_row row = row_begin(self, ROW_ASSESSMENT);
    row_int(&row, assessment->signal_id);
    row_int(&row, action->time_us);
    row_text(&row, verdict_code((int)assessment->verdict));
    row_int(&row, assessment->approved ? 1 : 0);
    row_int(&row, assessment->cached ? 1 : 0);
    row_int(&row, assessment->base_leverage);
    row_int(&row, assessment->max_leverage);
    row_int(&row, assessment->leverage);
    row_real(&row, assessment->position_size_e6, 6);
    row_int(&row, assessment->position_size_e6);
    row_int(&row, assessment->notional_e8);
    row_text(&row, verdict_sentence((int)assessment->verdict));
    row_text(&row, checks_text(self, assessment));
    row_text(&row, store_token(self, assessment->instrument));
    row_text(&row, side_position_text((int)assessment->side));
    row_int_or_null(&row, assessment->price_e12);
    row_int(&row, assessment->limit_entry ? 1 : 0);
    row_int_or_null(&row, assessment->stop_e12);
    row_text(&row, assessment->stop_source);
    row_text(&row, assessment->bound);
    row_text(&row, assessment->size_bound);
    row_end(&row);
}

static const char *decision_text(struct store *self, const struct assessment *assessment)
{
    struct store_text *out = &self->text;
    store_text_clear(out);
    store_text_add(out, "{\"verdict\":");
    store_text_string(out, verdict_code((int)assessment->verdict));
    store_text_add(out, assessment->approved ? ",\"approved\":true" : ",\"approved\":false");
    store_text_add(out, ",\"side\":");
    store_text_string(out, side_position_text((int)assessment->side));
    store_text_add(out, ",\"leverage\":");
    store_text_decimal(out, assessment->leverage, 0);
    store_text_add(out, ",\"position_size\":");
    store_text_decimal(out, assessment->position_size_e6, 6);
    store_text_add(out, ",\"signal_id\":");
    store_text_decimal(out, assessment->signal_id, 0);
    store_text_add(out, "}");
    return out->bytes;
}

void store_record_decision(struct store *self, const struct action *action)
{
    const struct action_decision *decision = &action->decision;
    char hash[DIGEST_BYTES];
    digest_format(&(struct digest){.state = decision->hash}, hash);
    struct store_row row = row_begin(self, ROW_DECISION);
    row_text(&row, hash);
    row_text(&row, decision_text(self, decision->assessment));
    row_int(&row, action->time_us);
    row_int(&row, decision->expires_us);
    row_end(&row);
}
