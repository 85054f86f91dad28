/* cerberus-sim replay: a recorded session through the same core, which must ask for the same and come to the same digest. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "data/journal.h"
#include "data/store.h"
#include "data/usage.h"
#include "data/words.h"
#include "sim/commands.h"
#include "sim/exchange/simulation.h"
#include "version.h"

static const char HELP[] =
    "usage: cerberus-sim replay --journal FILE [--db RUN.db] [--force]\n"
    "\n"
    "Steps the core over a recorded session (cerberus-live --journal FILE) and requires the same "
    "orders, the same verdicts\n"
    "and the same digest after every event. Names the first difference with both sides.\n"
    "\n"
    "  --journal FILE  the journal\n"
    "  --db RUN.db     write what the core decided into a database, as a run of mode replay\n"
    "  --force         replace RUN.db\n"
    "\n"
    "Exit codes: 0 the same, 1 another, 2 usage, 3 no journal or damaged, 4 operating error.\n";

enum { COMMAND_BYTES = 4096 };

struct replay {
    const char *journal, *database;
    bool force;
    struct simulation simulation;
    struct instruments instruments;
    struct feed_start start;
    struct journal_reader *reader;
    struct engine *engine;
    struct actions *actions;
    struct store *store;
    struct store_port port;
    struct journal_entry entry;
    struct event event; /* under way; its signal is the reader's */
    int64_t number, orders, epochs;
    int32_t next; /* of the actions: the first that was not compared yet */
    bool stepped; /* the event under way waits for its digest */
    bool diverged;
    struct error error;
};

static const struct option OPTIONS[] = {
    {"journal", required_argument, NULL, 'j'},
    {"db", required_argument, NULL, 'd'},
    {"force", no_argument, NULL, 'f'},
    {NULL, 0, NULL, 0},
};

static bool parse(struct replay *self, int argc, char **argv)
{
    opterr = 0;
    for (int name = 0; (name = getopt_long(argc, argv, ":", OPTIONS, NULL)) != -1;) {
        switch (name) {
        case 'j': self->journal = optarg; break;
        case 'd': self->database = optarg; break;
        case 'f': self->force = true; break;
        default: return usage_refuse(&self->error, OPTIONS, argv, name);
        }
    }
    if (optind < argc) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "unexpected argument %s: see --help", argv[optind]);
    }
    return self->journal != NULL ||
           error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                     "--journal FILE is missing: name the recorded session");
}

/* ---- the session as it was ---- */

static bool begin_store(struct replay *self, const char *config, const char *command)
{
    if (self->database == NULL) {
        return true;
    }
    self->store = store_open(self->database, self->force, true, &self->instruments, &self->error);
    if (self->store == NULL) {
        return false;
    }
    struct store_run row = {
        .mode = "replay",
        .command = command,
        .config = config,
        .venue = "mock",
        .build = CERBERUS_VERSION,
        .facts = "{}",
        .config_hash = digest_of_text(config),
        .started_at_us = store_wall_us(),
    };
    store_strategies(self->store, &self->engine->strategies);
    if (!store_begin(self->store, &row, &self->error)) {
        return false;
    }
    self->port = store_port(self->store);

    return true;
}

/* The core as it began: its settings and instruments, nothing in its books; a later epoch's first event brings them. */
static bool begin_epoch(struct replay *self)
{
    const char *config = journal_read_config(self->reader);
    const struct feed_start *start = journal_read_start(self->reader);
    struct simulation *simulation = &self->simulation;
    simulation_init(simulation);
    if (!config_load_text(&simulation->config, config, strlen(config), self->journal,
                          &self->error) ||
        !simulation_restore(simulation, &self->instruments, start->fidelity, start->interval_us,
                            &self->error)) {
        return false;
    }
    engine_init(self->engine, &simulation->settings, &self->instruments,
                journal_read_epoch(self->reader));
    self->epochs++;
    self->stepped = false;
    return true;
}

static bool restore(struct replay *self, const char *command)
{
    const char *config = NULL;
    self->reader =
        journal_read_open(self->journal, &self->instruments, &self->start, &config, &self->error);
    if (self->reader == NULL) {
        return false;
    }
    self->engine = malloc(sizeof(*self->engine));
    self->actions = malloc(sizeof(*self->actions));
    if (self->engine == NULL || self->actions == NULL) {
        return error_set(&self->error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    return begin_epoch(self) && begin_store(self, config, command);
}

/* ---- step by step ---- */

static const char *symbol_of(const struct replay *self, int32_t instrument)
{
    return instrument == INSTRUMENT_NONE ? "account" : self->instruments.items[instrument].symbol;
}

static void say_divergence(struct replay *self)
{
    self->diverged = true;
    (void)printf("diverged at event %" PRId64 ": ", self->number);
    journal_event_text(&self->event, symbol_of(self, self->event.instrument), stdout);
    (void)putchar('\n');
}

static void say_action(const struct replay *self,
                       const char *side,
                       int kind,
                       int32_t instrument,
                       const struct journal_words *words)
{
    (void)printf("  %s: ", side);
    journal_action_text(kind, symbol_of(self, instrument), words, stdout);
    (void)putchar('\n');
}

/* The next action of this step that a journal holds; NULL: no more. */
static const struct action *next_action(struct replay *self, struct journal_words *words)
{
    while (self->next < self->actions->count) {
        const struct action *action = &self->actions->items[self->next];
        self->next++;
        if (journal_of_action(action, words)) {
            return action;
        }
    }
    return NULL;
}

static void step(struct replay *self)
{
    self->event = self->entry.event;
    self->number = self->entry.number;
    self->next = 0;
    self->stepped = true;
    engine_step(self->engine, &self->event, self->actions);
    for (int32_t index = 0; self->store != NULL && index < self->actions->count; index++) {
        const struct action *action = &self->actions->items[index];
        if (action->kind >= ACTION_SIGNAL) {
            self->port.record(self->port.self, action);
        }
    }
}

static void compare_action(struct replay *self)
{
    struct journal_words words;
    const struct journal_entry *entry = &self->entry;
    const struct action *action = next_action(self, &words);
    bool same = action != NULL && (int)action->kind == entry->action_kind &&
                action->instrument == entry->instrument &&
                journal_words_equal(&words, &entry->words);
    self->orders += entry->action_kind == ACTION_PLACE;
    if (same) {
        return;
    }
    say_divergence(self);
    say_action(self, "recorded", entry->action_kind, entry->instrument, &entry->words);
    if (action == NULL) {
        (void)printf("  replayed: nothing more\n");
    } else {
        say_action(self, "replayed", (int)action->kind, action->instrument, &words);
    }
}

static void compare_digest(struct replay *self)
{
    struct journal_words words;
    const struct action *action = next_action(self, &words);
    self->stepped = false;
    if (action != NULL) {
        say_divergence(self);
        (void)printf("  recorded: nothing more\n");
        say_action(self, "replayed", (int)action->kind, action->instrument, &words);
    } else if (self->engine->digest.state != self->entry.digest) {
        say_divergence(self);
        (void)printf("  the same orders and verdicts, but another digest: recorded %016" PRIx64
                     ", replayed %016" PRIx64 "\n",
                     self->entry.digest, self->engine->digest.state);
    }
}

/* False: the journal could not be read to its end. */
static bool step_all(struct replay *self)
{
    while (!self->diverged) {
        if (!journal_read(self->reader, &self->entry, &self->error)) {
            return false;
        }
        if (self->entry.kind == JOURNAL_OVER) {
            return true;
        }
        if (self->entry.kind == JOURNAL_EPOCH) {
            if (!begin_epoch(self)) {
                return false;
            }
            continue;
        }
        if (self->entry.kind == JOURNAL_INPUT) {
            continue; /* what set off the events that follow */
        }
        if (self->entry.kind == JOURNAL_EVENT) {
            if (self->entry.event.time_us < self->engine->now_us) {
                return error_set(&self->error, EXIT_CODE_DATA, self->journal, self->entry.number,
                                 "event: it is older than the one before it: the journal was "
                                 "changed");
            }
            step(self);
        } else if (!self->stepped) {
            return error_set(&self->error, EXIT_CODE_DATA, self->journal, self->number,
                             "event: actions stand before it: the journal was changed");
        } else if (self->entry.kind == JOURNAL_ACTION) {
            compare_action(self);
        } else {
            compare_digest(self);
        }
    }
    return true;
}

static bool finish_store(struct replay *self, const char *digest)
{
    return self->store == NULL || store_end(self->store, self->diverged ? "failed" : "done",
                                            self->number, digest, store_wall_us(), &self->error);
}

static int finish(struct replay *self)
{
    char digest[DIGEST_BYTES];
    digest_format(&self->engine->digest, digest);
    if (!finish_store(self, digest)) {
        return EXIT_CODE_OPERATING;
    }
    if (self->diverged) {
        return EXIT_CODE_CHECK;
    }
    if (self->stepped) {
        (void)printf("the last event has no digest: the process was killed while it acted\n");
    }
    (void)printf("the same: %" PRId64 " events, %" PRId64 " orders, digest %s\n", self->number,
                 self->orders, digest);
    if (self->epochs > 1) {
        (void)printf("%" PRId64 " epochs: the process was started so often\n", self->epochs);
    }
    return EXIT_CODE_DONE;
}

static void release(struct replay *self)
{
    store_close(self->store);
    journal_read_close(self->reader);
    free(self->engine);
    free(self->actions);
    free(self);
}

int command_replay(int argc, char **argv)
{
    struct replay *self = calloc(1, sizeof(*self));
    char command[COMMAND_BYTES];
    if (self == NULL) {
        return EXIT_CODE_OPERATING;
    }
    error_init(&self->error);
    words_join(command, sizeof(command), "cerberus-sim", argc, argv);
    int code = EXIT_CODE_DONE;
    if (usage_asks_help(argc, argv)) {
        (void)fputs(HELP, stdout);
    } else if (parse(self, argc, argv) && restore(self, command) && step_all(self)) {
        code = finish(self);
    } else {
        code = (int)self->error.code;
    }
    if (self->error.code != 0) {
        error_print(&self->error, "cerberus-sim", stderr);
        code = (int)self->error.code;
    }
    release(self);

    return code;
}
