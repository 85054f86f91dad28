#include "sim/whatif_tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

static const char *const NAMES[2] = {"recorded", "now"};

static const struct {
    const char *words, *key;
    unsigned scale, printed; /* of the integer; decimals of the key's value, 0: an integer */
} FIGURES[WHATIF_FIGURES] = {
    [WHATIF_BALANCE] = {"final balance", "final_balance", 8, 8},
    [WHATIF_PROFIT] = {"profit", "profit", 8, 8},
    [WHATIF_EQUITY] = {"final equity", "final_equity", 8, 8},
    [WHATIF_FEES] = {"fees paid", "fees", 8, 8},
    [WHATIF_FUNDING] = {"funding received", "funding", 8, 8},
    [WHATIF_TRADES] = {"trades", "trades", 0, 0},
    [WHATIF_WON] = {"won", "won", 0, 0},
    [WHATIF_LOST] = {"lost", "lost", 0, 0},
    [WHATIF_LIQUIDATIONS] = {"liquidations", "liquidations", 0, 0},
    [WHATIF_DRAWDOWN] = {"worst drawdown, %", "max_drawdown_ppm", 4, 0},
};

bool whatif_decisions_equal(const struct whatif_decision *a, const struct whatif_decision *b)
{
    const struct assessment *left = &a->assessment;
    const struct assessment *right = &b->assessment;
    if (a->verdict != b->verdict || a->assessed != b->assessed) {
        return false;
    }
    return !a->assessed || !left->approved ||
           (left->side == right->side && left->position_size_e6 == right->position_size_e6 &&
            left->leverage == right->leverage && left->price_e12 == right->price_e12 &&
            left->limit_entry == right->limit_entry && left->stop_e12 == right->stop_e12);
}

static const char *
symbol_of(const struct whatif_outcome *self, int32_t instrument, const char *other)
{
    return instrument == INSTRUMENT_NONE ? other : self->instruments->items[instrument].symbol;
}

static const char *decimal(int64_t value, unsigned scale, char out[DECIMAL_BYTES])
{
    (void)decimal_format(value, scale, out);
    return out;
}

/* ---- a decision ---- */

static void tell_decision(const struct whatif_decision *decision, FILE *stream)
{
    const struct assessment *found = &decision->assessment;
    char size[DECIMAL_BYTES];
    char price[DECIMAL_BYTES];
    char stop[DECIMAL_BYTES];
    (void)fputs(verdict_code((int)decision->verdict), stream);
    if (!decision->assessed || !found->approved || found->position_size_e6 == 0) {
        (void)fprintf(stream, ": %s", verdict_sentence((int)decision->verdict));
        return;
    }
    (void)fprintf(stream, " %s size %s, leverage %d, %s %s, stop %s",
                  side_position_text((int)found->side), decimal(found->position_size_e6, 6, size),
                  found->leverage, found->limit_entry ? "limit at" : "at market near",
                  decimal(found->price_e12, 12, price), decimal(found->stop_e12, 12, stop));
    if (found->size_bound != NULL && found->bound != NULL) {
        (void)fprintf(stream, " (size bound by %s, leverage by %s)", found->size_bound,
                      found->bound);
    }
}

static const struct check *check_named(const struct whatif_decision *decision, const char *name)
{
    for (int32_t index = 0; decision->assessed && index < decision->assessment.check_count;
         index++) {
        if (strcmp(decision->assessment.checks[index].name, name) == 0) {
            return &decision->assessment.checks[index];
        }
    }
    return NULL;
}

static const struct check *check_failed(const struct whatif_decision *decision)
{
    for (int32_t index = 0; decision->assessed && index < decision->assessment.check_count;
         index++) {
        const struct check *check = &decision->assessment.checks[index];
        if (check->state == CHECK_FAILED && check->verdict == decision->verdict) {
            return check;
        }
    }
    return NULL;
}

static bool limits_equal(const struct check *a, const struct check *b)
{
    return b != NULL && a->limit == b->limit;
}

/* The check behind a difference: the one that refused on one side; else the first that holds another limit. */
static const struct check *check_behind(const struct whatif_outcome *self)
{
    const struct whatif_decision *was = &self->decisions[0];
    const struct whatif_decision *is = &self->decisions[1];
    const struct check *failed = check_failed(is) != NULL ? check_failed(is) : check_failed(was);
    if (was->verdict != is->verdict && failed != NULL) {
        return failed;
    }
    for (int32_t index = 0; is->assessed && index < is->assessment.check_count; index++) {
        const struct check *check = &is->assessment.checks[index];
        if (!limits_equal(check, check_named(was, check->name))) {
            return check;
        }
    }
    return NULL;
}

static void tell_check(const struct check *check, FILE *stream)
{
    static const char *const STATES[] = {[CHECK_PASSED] = "passed",
                                         [CHECK_FAILED] = "failed",
                                         [CHECK_WARNED] = "passed with a warning"};
    char value[DECIMAL_BYTES];
    char limit[DECIMAL_BYTES];
    if (check == NULL) {
        (void)fputs("was not asked", stream);
    } else if (check->state == CHECK_NOT_APPLICABLE) {
        (void)fprintf(stream, "not applicable (%s)", check->reason != NULL ? check->reason : "");
    } else {
        (void)fprintf(stream, "value %s, limit %s, %s",
                      decimal(check->value, (unsigned)check->scale, value),
                      decimal(check->limit, (unsigned)check->scale, limit), STATES[check->state]);
    }
}

static void tell_first_decision(const struct whatif_outcome *self, FILE *stream)
{
    const struct whatif_decision *is = &self->decisions[1];
    char time[INSTANT_BYTES];
    (void)instant_format(is->time_us, time);
    (void)fprintf(stream, "first divergent decision: signal %" PRId64 " %s at %s, from %s\n",
                  is->signal_id, symbol_of(self, is->instrument, is->token), time, is->source);
    for (int side = 0; side < 2; side++) {
        (void)fprintf(stream, "  %-9s ", NAMES[side]);
        tell_decision(&self->decisions[side], stream);
        (void)fputc('\n', stream);
    }
    const struct check *behind = check_behind(self);
    if (behind != NULL) {
        (void)fprintf(stream, "  because   %s: recorded ", behind->name);
        tell_check(check_named(&self->decisions[0], behind->name), stream);
        (void)fputs("; now ", stream);
        tell_check(check_named(is, behind->name), stream);
        (void)fputc('\n', stream);
    }
    (void)fprintf(stream, "  in all    %" PRId64 " of %" PRId64 " decisions are others\n",
                  self->differing, self->signals);
}

/* ---- an order ---- */

static void tell_act(const struct whatif_outcome *self, int side, FILE *stream)
{
    const struct whatif_act *act = &self->acts[side];
    char time[INSTANT_BYTES];
    if (!self->there[side]) {
        (void)fputs("nothing more", stream);
        return;
    }
    (void)instant_format(act->time_us, time);
    (void)fprintf(stream, "%s ", time);
    journal_action_text(act->kind, symbol_of(self, act->instrument, "account"), &act->words,
                        stream);
}

static void tell_first_act(const struct whatif_outcome *self, FILE *stream)
{
    (void)fprintf(stream, "first divergent action\n");
    for (int side = 0; side < 2; side++) {
        (void)fprintf(stream, "  %-9s ", NAMES[side]);
        tell_act(self, side, stream);
        (void)fputc('\n', stream);
    }
}

/* ---- money ---- */

static void tell_money(const struct whatif_outcome *self, FILE *stream)
{
    char words[3][DECIMAL_BYTES];
    (void)fprintf(stream, "%-18s %20s %20s %20s\n", "", "recorded", "now", "difference");
    for (int figure = 0; figure < WHATIF_FIGURES; figure++) {
        unsigned scale = FIGURES[figure].scale;
        int64_t was = whatif_side_figure(self->sides[0], (enum whatif_figure)figure);
        int64_t is = whatif_side_figure(self->sides[1], (enum whatif_figure)figure);
        (void)fprintf(stream, "%-18s %20s %20s %20s\n", FIGURES[figure].words,
                      decimal(was, scale, words[0]), decimal(is, scale, words[1]),
                      decimal(is - was, scale, words[2]));
    }
}

static void tell_changes(const struct whatif_outcome *self, FILE *stream)
{
    const char *key = NULL;
    json_t *pair = NULL;
    if (json_object_size(self->changes) == 0) {
        (void)fputs("changes    none\n", stream);
    }
    json_object_foreach(self->changes, key, pair)
    {
        (void)fprintf(stream, "changes    %s: recorded ", key);
        (void)json_dumpf(json_object_get(pair, "recorded"), stream,
                         JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
        (void)fputs(", now ", stream);
        (void)json_dumpf(json_object_get(pair, "now"), stream,
                         JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
        (void)fputc('\n', stream);
    }
}

void whatif_tell(const struct whatif_outcome *self, FILE *stream)
{
    (void)fprintf(stream,
                  "recorded   %s: %" PRId64 " events, %" PRId64
                  " signals, digest %s, come to again from its inputs\n",
                  self->journal, self->events[0], self->signals, self->digests[0]);
    tell_changes(self, stream);
    (void)fprintf(stream, "now        %s: %" PRId64 " events, digest %s\n\n", self->database,
                  self->events[1], self->digests[1]);
    bool same = strcmp(self->digests[0], self->digests[1]) == 0;
    if (self->acted) {
        tell_first_act(self, stream);
    }
    if (self->decided) {
        tell_first_decision(self, stream);
    } else {
        (void)fputs(same ? "nothing changes: every event, decision and order is the same\n"
                         : "every decision is the same\n",
                    stream);
    }
    (void)fputc('\n', stream);
    tell_money(self, stream);
}

/* ---- JSON ---- */

static char *text_of(const struct whatif_outcome *self,
                     int side,
                     void (*tell)(const struct whatif_outcome *, int, FILE *))
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL) {
        return NULL;
    }
    tell(self, side, stream);
    if (fclose(stream) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static void tell_side_decision(const struct whatif_outcome *self, int side, FILE *stream)
{
    tell_decision(&self->decisions[side], stream);
}

static void tell_behind(const struct whatif_outcome *self, int side, FILE *stream)
{
    tell_check(check_named(&self->decisions[side], check_behind(self)->name), stream);
}

static json_t *sides_json(const struct whatif_outcome *self,
                          void (*tell)(const struct whatif_outcome *, int, FILE *))
{
    json_t *object = json_object();
    for (int side = 0; side < 2; side++) {
        char *text = text_of(self, side, tell);
        (void)json_object_set_new(object, NAMES[side], json_string(text));
        free(text);
    }
    return object;
}

static json_t *decision_json(const struct whatif_outcome *self)
{
    const struct whatif_decision *is = &self->decisions[1];
    json_t *object = sides_json(self, tell_side_decision);
    (void)json_object_set_new(object, "signal_id", json_integer((json_int_t)is->signal_id));
    (void)json_object_set_new(object, "time_us", json_integer((json_int_t)is->time_us));
    (void)json_object_set_new(object, "symbol",
                              json_string(symbol_of(self, is->instrument, is->token)));
    const struct check *behind = check_behind(self);
    if (behind != NULL) {
        json_t *check = sides_json(self, tell_behind);
        (void)json_object_set_new(check, "name", json_string(behind->name));
        (void)json_object_set_new(object, "check", check);
    }
    return object;
}

static json_t *figure_json(int64_t value, int figure)
{
    char text[DECIMAL_BYTES];
    return FIGURES[figure].printed == 0
               ? json_integer((json_int_t)value)
               : json_string(decimal(value, FIGURES[figure].printed, text));
}

static json_t *money_json(const struct whatif_outcome *self)
{
    json_t *object = json_object();
    for (int figure = 0; figure < WHATIF_FIGURES; figure++) {
        int64_t was = whatif_side_figure(self->sides[0], (enum whatif_figure)figure);
        int64_t is = whatif_side_figure(self->sides[1], (enum whatif_figure)figure);
        json_t *row = json_object();
        (void)json_object_set_new(row, "recorded", figure_json(was, figure));
        (void)json_object_set_new(row, "now", figure_json(is, figure));
        (void)json_object_set_new(row, "difference", figure_json(is - was, figure));
        (void)json_object_set_new(object, FIGURES[figure].key, row);
    }
    return object;
}

void whatif_tell_json(const struct whatif_outcome *self, FILE *stream)
{
    json_t *object = json_object();
    bool same = strcmp(self->digests[0], self->digests[1]) == 0;
    (void)json_object_set_new(object, "journal", json_string(self->journal));
    (void)json_object_set_new(object, "database", json_string(self->database));
    (void)json_object_set_new(object, "same", json_boolean(same));
    (void)json_object_set_new(object, "recorded_digest", json_string(self->digests[0]));
    (void)json_object_set_new(object, "digest", json_string(self->digests[1]));
    (void)json_object_set(object, "changes", self->changes);
    (void)json_object_set_new(object, "signals", json_integer((json_int_t)self->signals));
    (void)json_object_set_new(object, "differing", json_integer((json_int_t)self->differing));
    if (self->decided) {
        (void)json_object_set_new(object, "first_decision", decision_json(self));
    }
    if (self->acted) {
        (void)json_object_set_new(object, "first_action", sides_json(self, tell_act));
    }
    (void)json_object_set_new(object, "money", money_json(self));
    (void)json_dumpf(object, stream, JSON_COMPACT | JSON_REAL_PRECISION(15));
    (void)fputc('\n', stream);
    json_decref(object);
}
