/* What became of the signals: refused by reason, the breaker, the decision cache. */
#include <stdlib.h>
#include <string.h>

#include "core/verdict.h"
#include "reports/memory.h"
#include "reports/summary.h"

/* One verdict and how many signals it met. */
struct tally {
    int32_t word;
    int64_t count;
};

static int tally_compare(const void *left, const void *right)
{
    const struct tally *a = left;
    const struct tally *b = right;

    return a->count != b->count ? (a->count < b->count ? 1 : -1)
                                : (a->word > b->word) - (a->word < b->word);
}

/* Verdicts by frequency; the caller frees. */
static struct tally *tallies_of(const struct run *run, int64_t *count)
{
    struct tally *tallies = memory_array(run->words.count, sizeof(*tallies));

    for (int64_t i = 0; i < run->signal_count; i++) {
        tallies[run->signals[i].verdict].count++;
    }
    *count = 0;
    for (int32_t word = 0; word < run->words.count; word++) {
        if (tallies[word].count > 0) {
            tallies[*count] = (struct tally){word, tallies[word].count};
            (*count)++;
        }
    }
    qsort(tallies, (size_t)*count, sizeof(*tallies), tally_compare);
    return tallies;
}

/* The verdict of this code, or -1. */
static int verdict_of(const char *code)
{
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        if (strcmp(verdict_code(verdict), code) == 0) {
            return verdict;
        }
    }
    return -1;
}

static bool refused(const char *code)
{
    int verdict = verdict_of(code);

    return verdict < 0 || !verdict_approved((enum verdict)verdict);
}

static const char *sentence_of(const char *code)
{
    int verdict = verdict_of(code);

    return verdict >= 0    ? verdict_sentence(verdict)
           : *code == '\0' ? "no verdict was recorded"
                           : "";
}

void summary_refusals(const struct run *run, struct buffer *out)
{
    enum { SHOWN = 3 };
    int64_t count = 0;
    int shown = 0;
    struct tally *tallies = tallies_of(run, &count);

    for (int64_t i = 0; i < count && shown < SHOWN; i++) {
        const char *code = run_word(run, tallies[i].word);
        if (refused(code)) {
            buffer_add(out, shown == 0 ? "Most frequent reasons: " : ", ");
            buffer_format(out, "%s %lldx (%s)", code, (long long)tallies[i].count,
                          sentence_of(code));
            shown++;
        }
    }
    if (run->signal_count == 0) {
        buffer_add(out, "The run met no signal in its window");
    } else if (shown == 0) {
        buffer_add(out, "No signal was refused: no order was filled");
    }
    buffer_add(out, ".");
    free(tallies);
}

static void decisions_refused(struct summary *self, const struct run *run)
{
    struct table *table = summary_table(self, "REJECTED SIGNALS");
    int64_t count = 0;
    int64_t approved = 0;
    struct tally *tallies = tallies_of(run, &count);
    char cell[CELL_BYTES];

    table_column(table, "Reason", ALIGN_LEFT);
    table_column(table, "Control", ALIGN_LEFT);
    table_column(table, "Signals", ALIGN_RIGHT);
    table_column(table, "Share", ALIGN_RIGHT);
    table_column(table, "Meaning", ALIGN_LEFT);
    for (int64_t i = 0; i < count; i++) {
        const char *code = run_word(run, tallies[i].word);
        if (!refused(code)) {
            approved += tallies[i].count;
            continue;
        }
        table_cell(table, "%s", *code == '\0' ? "(none)" : code);
        table_cell(table, "%s", verdict_of(code) >= 0 ? verdict_control(verdict_of(code)) : "");
        table_cell(table, "%lld", (long long)tallies[i].count);
        table_cell(table, "%s",
                   cell_percent((double)tallies[i].count / (double)run->signal_count, 1, cell));
        table_cell(table, "%s", sentence_of(code));
    }
    table_rule(table);
    table_cell(table, "TOTAL");
    table_cell(table, "%s", "");
    int64_t rest = run->signal_count - approved;
    table_cell(table, "%lld", (long long)rest);
    table_cell(table, "%s",
               run->signal_count > 0
                   ? cell_percent((double)rest / (double)run->signal_count, 1, cell)
                   : "n/a");
    table_cell(table, "of %lld signals; %lld approved", (long long)run->signal_count,
               (long long)approved);
    free(tallies);
}

static void decisions_breaker(struct summary *self, const struct summary_input *input)
{
    const struct breaker_figures *breaker = &input->figures->breaker;
    struct table *table = summary_table(self, "CIRCUIT BREAKER");
    struct buffer words;
    char cell[CELL_BYTES];
    char share[CELL_BYTES];
    int64_t all_us = input->figures->last_us - input->figures->first_us;

    table_column(table, "Metric", ALIGN_LEFT);
    table_column(table, "Value", ALIGN_LEFT);
    table_cell(table, "First latch");
    table_cell(table, "%s",
               breaker->first_latch_us > 0 ? cell_instant(breaker->first_latch_us, cell) : "never");
    table_cell(table, "Resets of a latch");
    table_cell(table, "%lld", (long long)breaker->resets);
    table_cell(table, "Signals denied under a latch");
    table_cell(table, "%lld", (long long)breaker->denied);
    table_cell(table, "Transitions");
    table_cell(table, "%lld", (long long)breaker->transitions);
    buffer_init(&words);
    json_t *operator_model = facts_member(input->facts, "operator");
    json_t *model = json_object_get(operator_model, "model");
    fact_words(model != NULL ? model : operator_model, &words);
    if (words.length > 0) {
        table_cell(table, "Operator model");
        table_cell(table, "%s", words.bytes);
    }
    buffer_release(&words);
    for (int state = 0; state < BREAKER_STATES; state++) {
        double part = all_us > 0 ? (double)breaker->state_us[state] / (double)all_us : 0;
        table_cell(table, "Time in %s", breaker_state_text(state));
        table_cell(table, "%s (%s)", cell_duration(breaker->state_us[state], cell),
                   cell_percent(part, 1, share));
    }
}

static void decisions_causes(struct summary *self, const struct run *run)
{
    struct table *table = summary_table(self, "BREAKER TRANSITIONS");
    char cell[CELL_BYTES];

    table_column(table, "Time", ALIGN_LEFT);
    table_column(table, "Scope", ALIGN_LEFT);
    table_column(table, "From", ALIGN_LEFT);
    table_column(table, "To", ALIGN_LEFT);
    table_column(table, "Cause", ALIGN_LEFT);
    table_column(table, "Actor", ALIGN_LEFT);
    for (int64_t i = 0; i < run->transition_count; i++) {
        const struct run_transition *step = &run->transitions[i];
        table_cell(table, "%s", cell_instant(step->timestamp_us, cell));
        table_cell(table, "%s", run_word(run, step->scope));
        table_cell(table, "%s", breaker_state_text((int)step->from));
        table_cell(table, "%s", breaker_state_text((int)step->to));
        table_cell(table, "%s", run_word(run, step->cause));
        table_cell(table, "%s", run_word(run, step->actor));
    }
    table->folded = run->transition_count > 12 || run->transition_count == 0;
}

/* One assessment in the counts of what bound it. */
static void bound_count(struct table *table, const struct run *run, bool of_size)
{
    int64_t *counts = memory_array(run->words.count, sizeof(int64_t));

    for (int64_t i = 0; i < run->assessment_count; i++) {
        const struct run_assessment *item = &run->assessments[i];
        if (item->approved) {
            counts[of_size ? item->size_bound : item->bound]++;
        }
    }
    for (int32_t word = 0; word < run->words.count; word++) {
        if (counts[word] > 0) {
            table_cell(table, "%s", of_size ? "size" : "leverage");
            table_cell(table, "%s",
                       *run_word(run, word) == '\0' ? "(not recorded)" : run_word(run, word));
            table_cell(table, "%lld", (long long)counts[word]);
        }
    }
    free(counts);
}

static void decisions_bounds(struct summary *self, const struct run *run)
{
    struct table *table = summary_table(self, "WHAT BOUND THE APPROVED ENTRIES");

    table_column(table, "Of", ALIGN_LEFT);
    table_column(table, "Cap that bound", ALIGN_LEFT);
    table_column(table, "Entries", ALIGN_RIGHT);
    bound_count(table, run, false);
    bound_count(table, run, true);
    table->folded = table_rows(table) == 0;
}

static void decisions_cache(struct summary *self, const struct summary_input *input)
{
    static const char *const names[] = {"hits", "misses", "evictions", "expiries"};
    const json_t *cache = facts_member(input->facts, "cache");
    const struct run *run = input->run;
    struct table *table = summary_table(self, "DECISION CACHE");
    struct buffer words;
    int64_t approved = 0;
    int64_t cached = 0;

    for (int64_t i = 0; i < run->assessment_count; i++) {
        approved += run->assessments[i].approved;
        cached += run->assessments[i].cached;
    }
    buffer_init(&words);
    table_column(table, "Metric", ALIGN_LEFT);
    table_column(table, "Value", ALIGN_RIGHT);
    table_cell(table, "Assessments");
    table_cell(table, "%lld", (long long)run->assessment_count);
    table_cell(table, "of them approved");
    table_cell(table, "%lld", (long long)approved);
    table_cell(table, "of them from the cache");
    table_cell(table, "%lld", (long long)cached);
    for (size_t i = 0; i < ARRAY_COUNT(names) && json_is_object(cache); i++) {
        buffer_clear(&words);
        fact_words(json_object_get(cache, names[i]), &words);
        table_cell(table, "Cache %s", names[i]);
        table_cell(table, "%s", words.length > 0 ? words.bytes : "n/a");
    }
    buffer_release(&words);
}

void summary_decisions(struct summary *self, const struct summary_input *input)
{
    decisions_refused(self, input->run);
    decisions_bounds(self, input->run);
    decisions_breaker(self, input);
    decisions_causes(self, input->run);
    decisions_cache(self, input);
}
