/* cerberus-sim whatif: the inputs of a recorded session under another configuration, and what that did to the money. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/store.h"
#include "data/usage.h"
#include "data/words.h"
#include "sim/commands.h"
#include "sim/exchange/session_facts.h"
#include "sim/whatif_changes.h"
#include "sim/whatif_side.h"
#include "sim/whatif_tell.h"
#include "version.h"

static const char HELP[] =
    "usage: cerberus-sim whatif --journal FILE --db R.db [--config FILE] [--set KEY=VALUE] "
    "[--force] [--json]\n"
    "\n"
    "Runs the inputs of a recorded session (cerberus-live --journal FILE) twice, through core and "
    "mock exchange: under the\n"
    "recorded configuration, which must come to the recorded digest, and under the recorded one "
    "with your changes. Names the\n"
    "first decision that is another, the check behind it, and what it did to the money.\n"
    "\n"
    "  --journal FILE   the journal\n"
    "  --db R.db        the database to write, of mode whatif\n"
    "  --config FILE    settings to change; repeatable, the last one wins\n"
    "  --set KEY=VALUE  one setting to change; repeatable\n"
    "  --force          replace R.db\n"
    "  --json           the result as one JSON object\n"
    "\n"
    "What the recorded session derived from its market and balance (aliases, hard caps of three "
    "balances) stays as it was;\n"
    "signals arrive when they arrived.\n"
    "Exit codes: 0 done, 1 the recording is not come to again, or books differ, 2 usage or "
    "configuration, 3 no journal or\n"
    "damaged, 4 operating error.\n";

enum { COMMAND_BYTES = 4096, RECORDED = 0, NOW = 1, CHANGES_MAX = 64 };

struct change {
    bool file;
    const char *text;
};

struct whatif {
    const char *journal, *database;
    bool force, json, over;
    struct change changes[CHANGES_MAX];
    int32_t change_count;
    struct instruments instruments;
    struct feed_start start;
    struct journal_reader *reader;
    struct journal_entry entry;
    struct journal_input input;
    struct whatif_side sides[2];
    struct store *store;
    struct whatif_outcome outcome;
    /* of the recording: steps, of them before the last input, inputs, and its digest */
    int64_t steps, steps_before, inputs;
    uint64_t digest;
    struct error error;
};

static const struct option OPTIONS[] = {
    {"journal", required_argument, NULL, 'j'},
    {"db", required_argument, NULL, 'd'},
    {"config", required_argument, NULL, 'c'},
    {"set", required_argument, NULL, 's'},
    {"force", no_argument, NULL, 'f'},
    {"json", no_argument, NULL, 'o'},
    {NULL, 0, NULL, 0},
};

static bool add_change(struct whatif *self, bool file)
{
    if (self->change_count == CHANGES_MAX) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "more than %d times --config and --set: put them into one file",
                         CHANGES_MAX);
    }
    self->changes[self->change_count++] = (struct change){file, optarg};
    return true;
}

static bool parse(struct whatif *self, int argc, char **argv)
{
    bool done = true;
    opterr = 0;
    for (int name = 0; done && (name = getopt_long(argc, argv, ":", OPTIONS, NULL)) != -1;) {
        switch (name) {
        case 'j': self->journal = optarg; break;
        case 'd': self->database = optarg; break;
        case 'c':
        case 's': done = add_change(self, name == 'c'); break;
        case 'f': self->force = true; break;
        case 'o': self->json = true; break;
        default: return usage_refuse(&self->error, OPTIONS, argv, name);
        }
    }
    if (done && optind < argc) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "unexpected argument %s: see --help", argv[optind]);
    }
    if (done && (self->journal == NULL || self->database == NULL)) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "--journal FILE and --db R.db are both needed: name the recorded session "
                         "and the database to write");
    }
    return done;
}

/* ---- two configurations ---- */

static bool apply_changes(const struct whatif *self, struct config *config, struct error *error)
{
    for (int32_t index = 0; index < self->change_count; index++) {
        const struct change *change = &self->changes[index];
        if (!(change->file ? config_load_file(config, change->text, error)
                           : config_set(config, change->text, error))) {
            return false;
        }
    }
    return true;
}

static bool configure(struct whatif *self, int side, const char *config)
{
    struct simulation *simulation = &self->sides[side].simulation;
    simulation_init(simulation);
    return config_load_text(&simulation->config, config, strlen(config), self->journal,
                            &self->error) &&
           (side == RECORDED || apply_changes(self, &simulation->config, &self->error)) &&
           simulation_restore(simulation, &self->instruments, self->start.fidelity,
                              self->start.interval_us, &self->error);
}

/* ---- the database ---- */

static bool begin_store(struct whatif *self, const char *command)
{
    const struct simulation *simulation = &self->sides[NOW].simulation;
    self->store = store_open(self->database, self->force, true, &self->instruments, &self->error);
    if (self->store == NULL) {
        return false;
    }
    char *config = config_json(&simulation->config);
    char *facts = session_facts_json(simulation, NULL);
    struct store_run row = {
        .mode = "whatif",
        .command = command,
        .config = config,
        .venue = "mock",
        .build = CERBERUS_VERSION,
        .facts = facts,
        .config_hash = digest_of_text(config),
        .started_at_us = store_wall_us(),
    };
    bool done = store_begin(self->store, &row, &self->error);
    free(config);
    free(facts);
    return done;
}

static bool end_store(struct whatif *self, const char *status)
{
    struct whatif_side *side = &self->sides[NOW];
    char *facts = session_facts_json(&side->simulation, &side->session);
    store_facts(self->store, facts);
    bool done = store_end(self->store, status, self->outcome.events[NOW],
                          self->outcome.digests[NOW], store_wall_us(), &self->error);
    free(facts);
    return done;
}

static bool restore(struct whatif *self, const char *command)
{
    const struct store_port none = {.self = NULL};
    const char *config = NULL;
    self->reader =
        journal_read_open(self->journal, &self->instruments, &self->start, &config, &self->error);
    if (self->reader == NULL || !configure(self, RECORDED, config) ||
        !configure(self, NOW, config) ||
        !whatif_changes(&self->sides[RECORDED].simulation.config,
                        &self->sides[NOW].simulation.config, &self->outcome.changes,
                        &self->error) ||
        !begin_store(self, command)) {
        return false;
    }
    struct store_port port = store_port(self->store);
    if (!whatif_side_open(&self->sides[RECORDED], &self->instruments, &none, &self->error) ||
        !whatif_side_open(&self->sides[NOW], &self->instruments, &port, &self->error)) {
        return false;
    }
    store_strategies(self->store, &self->sides[NOW].session.engine->strategies);
    return true;
}

/* ---- both sides, input by input ---- */

/* What the recorded configuration made of the last input is what was recorded. A killed session may have been in the
 * midst of it: its last events then were not written down. */
static bool reproduced(struct whatif *self, bool last)
{
    const struct whatif_side *side = &self->sides[RECORDED];
    int64_t steps = self->steps - self->steps_before;
    bool short_end = last && steps < side->step_count;
    bool same = steps == side->step_count || short_end;
    if (same && steps > 0) {
        same = side->digests[steps - 1] == self->digest;
    }
    return same ||
           error_set(&self->error, EXIT_CODE_CHECK, self->journal, self->steps,
                     "event: the recorded configuration does not come to the recorded session "
                     "again: the program is another, or the journal is not of a paper session: "
                     "cerberus-sim replay names the first difference");
}

static bool acts_equal(const struct whatif_act *a, const struct whatif_act *b)
{
    return a->kind == b->kind && a->instrument == b->instrument && a->time_us == b->time_us &&
           a->words.count == b->words.count &&
           memcmp(a->words.words, b->words.words, sizeof(a->words.words)) == 0;
}

static void compare_acts(struct whatif *self)
{
    struct whatif_outcome *outcome = &self->outcome;
    const struct whatif_side *was = &self->sides[RECORDED];
    const struct whatif_side *is = &self->sides[NOW];
    int32_t most = was->act_count > is->act_count ? was->act_count : is->act_count;
    for (int32_t index = 0; index < most && !outcome->acted; index++) {
        bool there[2] = {index < was->act_count, index < is->act_count};
        if (there[0] && there[1] && acts_equal(&was->acts[index], &is->acts[index])) {
            continue;
        }
        outcome->acted = true;
        for (int side = 0; side < 2; side++) {
            outcome->there[side] = there[side];
            if (there[side]) {
                outcome->acts[side] = self->sides[side].acts[index];
            }
        }
    }
}

static void compare_decisions(struct whatif *self)
{
    struct whatif_outcome *outcome = &self->outcome;
    const struct whatif_decision *was = &self->sides[RECORDED].decision;
    const struct whatif_decision *is = &self->sides[NOW].decision;
    outcome->signals++;
    if (whatif_decisions_equal(was, is)) {
        return;
    }
    outcome->differing++;
    if (!outcome->decided) {
        outcome->decided = true;
        outcome->decisions[RECORDED] = *was;
        outcome->decisions[NOW] = *is;
    }
}

static bool take_input(struct whatif *self)
{
    if (!reproduced(self, false) || !journal_read_input(self->reader, &self->input, &self->error)) {
        return false;
    }
    const struct journal_input *input = &self->input;
    bool signal = input->record != NULL && input->record->kind == FEED_SIGNAL;
    if (self->over || input->time_us < self->sides[NOW].session.now_us) {
        return error_set(&self->error, EXIT_CODE_DATA, self->journal, self->inputs + 1,
                         "input: it comes after the session's end: the journal was changed");
    }
    self->inputs++;
    self->steps_before = self->steps;
    self->over = input->record != NULL ? input->record->kind == FEED_FINISH
                                       : input->command->command == COMMAND_SHUTDOWN;
    int64_t first_us = journal_read_first_us(self->reader);
    if (!whatif_side_take(&self->sides[RECORDED], input, first_us, &self->error)) {
        return false;
    }
    if (signal) {
        store_metadata(self->store, input->record->signal.metadata);
    }
    if (!whatif_side_take(&self->sides[NOW], input, first_us, &self->error)) {
        return false;
    }
    compare_acts(self);
    if (signal) {
        compare_decisions(self);
    }
    return true;
}

static bool take_all(struct whatif *self)
{
    for (;;) {
        if (!journal_read(self->reader, &self->entry, &self->error)) {
            return false;
        }
        if (self->entry.kind == JOURNAL_OVER) {
            break;
        }
        if (self->entry.kind == JOURNAL_STEP) {
            self->steps++;
            self->digest = self->entry.digest;
        } else if (self->entry.kind == JOURNAL_INPUT && !take_input(self)) {
            return false;
        }
    }
    if (self->inputs == 0 && self->steps > 0) {
        return error_set(&self->error, EXIT_CODE_DATA, self->journal, 0,
                         "it holds events, but no inputs: record it again with this version");
    }
    return reproduced(self, true);
}

static void gather(struct whatif *self)
{
    struct whatif_outcome *outcome = &self->outcome;
    outcome->journal = self->journal;
    outcome->database = self->database;
    outcome->instruments = &self->instruments;
    for (int side = 0; side < 2; side++) {
        const struct session *session = &self->sides[side].session;
        outcome->sides[side] = &self->sides[side];
        outcome->events[side] = session->runner.events;
        digest_format(&session->engine->digest, outcome->digests[side]);
    }
}

static bool run(struct whatif *self)
{
    bool done = take_all(self);
    gather(self);
    if (!done) {
        /* What stands in the database is no session's: it says so. The first error is the one that counts. */
        struct error first = self->error;
        (void)end_store(self, "failed");
        self->error = first;
        return false;
    }
    const struct breaker *breaker = &self->sides[NOW].session.engine->breaker;
    if (!end_store(self, breaker_worst(breaker) >= BREAKER_TRIPPED ? "latched" : "done")) {
        return false;
    }
    if (self->json) {
        whatif_tell_json(&self->outcome, stdout);
    } else {
        whatif_tell(&self->outcome, stdout);
    }
    return true;
}

static void release(struct whatif *self)
{
    store_close(self->store);
    whatif_side_release(&self->sides[RECORDED]);
    whatif_side_release(&self->sides[NOW]);
    journal_read_close(self->reader);
    json_decref(self->outcome.changes);
    free(self);
}

int command_whatif(int argc, char **argv)
{
    struct whatif *self = calloc(1, sizeof(*self));
    char command[COMMAND_BYTES];
    if (self == NULL) {
        return EXIT_CODE_OPERATING;
    }
    error_init(&self->error);
    words_join(command, sizeof(command), "cerberus-sim", argc, argv);
    int code = EXIT_CODE_DONE;
    if (usage_asks_help(argc, argv)) {
        (void)fputs(HELP, stdout);
    } else if (!parse(self, argc, argv) || !restore(self, command) || !run(self)) {
        error_print(&self->error, "cerberus-sim", stderr);
        code = (int)self->error.code;
    }
    release(self);

    return code;
}
