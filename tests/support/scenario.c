/* The words of a script, one event a line; outcomes are the lines that begin with four blanks, empty lines and # are prose.
 *   set KEY=VALUE                                     a setting (`cerberus-sim config`), before the first event
 *   bar   TIME SYMBOL OPEN HIGH LOW CLOSE [xN]        one minute; xN: N of them, the later ones flat at CLOSE
 *   quiet TIME xN                                     N minutes in which every market so far stands still
 *   mark  TIME SYMBOL OPEN HIGH LOW CLOSE             the mark bar of the same minute
 *   funding TIME SYMBOL RATE
 *   signal TIME TOKEN CONFIDENCE SIDE PRICE [stop P] [targets P,P] [entry LOW,HIGH] [ttl 10m] [trailing 0.01]
 *          [leverage N] [id TEXT] [source TEXT]
 *   command TIME stop|flatten|reset|approve|rebase|clutch|unclutch|shutdown SCOPE WHO REASON ...
 *   venue TIME SYMBOL NUMBER EVIDENCE                 what a connector says of our order (unknown, not_sent, absent, ...)
 *   fact  TIME SYMBOL|account FACT VALUE [OTHER]      what the shell knows (reconciled 0, external 1, ...)
 *   last  TIME SYMBOL                                 the data of this symbol end
 *   end   TIME                                        the data end
 * TIME is DAY/HH:MM[:SS]; day 1 is Wednesday 2023-11-15 (UTC). Everything of the market comes before its signals at one time.
 * World    the two of tests/core/engine_world.h: DOGEUSDT (tick 0.00001, lot 1) and BTCUSDT (0.1, 0.001), one bracket at 75x,
 *          10,000 on the account; no latency, no spread, no slippage, no impact unless set; the operator is absent unless set. */
#include "tests/support/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/duration.h"
#include "sim/exchange/session.h"
#include "sim/exchange/simulation.h"

enum { WORDS_MAX = 32 };

struct play {
    struct script *script;
    struct simulation *simulation;
    struct instruments *instruments;
    struct session session;
    bool started;
    int64_t signals;
    struct exchange_bar latest[2]; /* by instrument; interval 0: none yet */
    int32_t word_count;
    char *words[WORDS_MAX];
    char text[SCRIPT_LINE_BYTES];
};

static char problem[SCRIPT_LINE_BYTES * 3];

/* ---- numbers ---- */

static bool scaled(const char *text, unsigned scale, int64_t *out)
{
    return decimal_parse(text, strlen(text), scale, out) == DECIMAL_OK;
}

static bool price_list(char *text, int64_t *out, int32_t most, int32_t *count)
{
    char *rest = NULL;
    *count = 0;
    for (char *word = strtok_r(text, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest)) {
        if (*count == most || !scaled(word, 12, &out[*count])) {
            return false;
        }
        (*count)++;
    }
    return *count > 0;
}

static bool time_parse(const char *text, int64_t *out)
{
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (sscanf(text, "%d/%d:%d:%d", &day, &hour, &minute, &second) < 3) {
        return false;
    }
    *out = SCRIPT_DAY_ONE + (day - 1) * US_PER_DAY + hour * US_PER_HOUR + minute * US_PER_MINUTE +
           second * US_PER_SECOND;
    return true;
}

/* ---- the world ---- */

static bool add_instrument(struct play *self, const char *symbol, const char *tick, const char *lot)
{
    struct instrument item = {
        .size_max_e6 = 9000000000000000LL,
        .notional_min_e8 = 5 * ONE_E8,
        .maker_fee_e9 = self->simulation->exchange.maker_fee,
        .taker_fee_e9 = self->simulation->exchange.taker_fee,
        .liquidation_fee_e9 = self->simulation->exchange.liquidation_fee,
        .pack = 1,
        .liquid = symbol[0] == 'B',
    };
    struct tier tier = {
        .cap_e8 = 100000000LL * ONE_E8, .maintenance_rate_e9 = BPS_E9(50), .leverage_max = 75};
    int32_t index = 0;
    (void)memcpy(item.symbol, symbol, strlen(symbol) + 1);
    return scaled(tick, 12, &item.tick_e12) && scaled(lot, 6, &item.lot_e6) &&
           scaled(lot, 6, &item.size_min_e6) && instruments_add(self->instruments, &item, &index) &&
           instruments_tiers(self->instruments, index, &tier, 1);
}

static void record(void *context, const struct action *action)
{
    struct play *self = context;
    struct script *script = self->script;
    if (script->outcomes == SCRIPT_LINES_MAX) {
        return;
    }
    struct script_line *line = &script->results[script->outcomes];
    if (script_tell(self->instruments, action, line->text, sizeof(line->text))) {
        line->time_us = action->time_us;
        script->outcomes++;
    }
}

static bool start(struct play *self, int64_t time_us)
{
    struct error error;
    struct store_port store = {.self = self, .record = record};
    if (self->started) {
        return true;
    }
    if (!add_instrument(self, "BTCUSDT", "0.1", "0.001") ||
        !add_instrument(self, "DOGEUSDT", "0.00001", "1") ||
        !simulation_resolve(self->simulation, self->instruments, FIDELITY_BARS, US_PER_MINUTE,
                            &error) ||
        !session_init(&self->session, self->instruments, &self->simulation->settings,
                      &self->simulation->exchange, &store)) {
        return false;
    }
    self->started = true;
    session_start(&self->session, time_us);
    return true;
}

/* ---- events ---- */

static bool instrument_of(const struct play *self, int32_t *out)
{
    *out = self->word_count > 2 ? instruments_resolve(self->instruments, self->words[2]).instrument
                                : INSTRUMENT_NONE;
    return *out != INSTRUMENT_NONE;
}

static bool play_bar(struct play *self, int64_t time_us)
{
    int32_t instrument = 0;
    struct exchange_bar bar = {
        .open_time_us = time_us, .interval_us = US_PER_MINUTE, .volume = 1000000000000LL};
    if (self->word_count < 7 || !instrument_of(self, &instrument) ||
        !scaled(self->words[3], 12, &bar.open_e12) || !scaled(self->words[4], 12, &bar.high_e12) ||
        !scaled(self->words[5], 12, &bar.low_e12) || !scaled(self->words[6], 12, &bar.close_e12)) {
        return false;
    }
    int count = self->word_count > 7 ? atoi(self->words[7] + 1) : 1;
    if (strcmp(self->words[0], "mark") == 0) {
        session_mark_bar(&self->session, instrument, &bar);
        return true;
    }
    for (int index = 0; index < count; index++) {
        session_bar(&self->session, instrument, &bar);
        self->latest[instrument] = bar;
        bar.open_time_us += US_PER_MINUTE;
        bar.open_e12 = bar.high_e12 = bar.low_e12 = bar.close_e12;
    }
    return true;
}

static bool play_quiet(struct play *self, int64_t time_us)
{
    int count = self->word_count == 3 ? atoi(self->words[2] + 1) : 0;
    for (int minute = 0; minute < count; minute++) {
        for (int32_t instrument = 0; instrument < 2; instrument++) {
            struct exchange_bar bar = self->latest[instrument];
            bar.open_time_us = time_us + minute * US_PER_MINUTE;
            bar.open_e12 = bar.high_e12 = bar.low_e12 = bar.close_e12;
            if (bar.interval_us > 0) {
                session_bar(&self->session, instrument, &bar);
            }
        }
    }
    return count > 0;
}

static bool signal_option(struct signal *signal, const char *name, char *value)
{
    int32_t count = 0;
    if (strcmp(name, "stop") == 0) {
        return scaled(value, 12, &signal->stop_e12);
    }
    if (strcmp(name, "targets") == 0) {
        return price_list(value, signal->target_e12, TARGETS_MAX, &signal->target_count);
    }
    if (strcmp(name, "entry") == 0) {
        int64_t zone[2] = {0, 0};
        bool read = price_list(value, zone, 2, &count) && count == 2;
        signal->entry_low_e12 = zone[0];
        signal->entry_high_e12 = zone[1];
        return read;
    }
    if (strcmp(name, "ttl") == 0) {
        return duration_parse((struct slice){value, strlen(value)}, &signal->ttl_us);
    }
    if (strcmp(name, "trailing") == 0) {
        return scaled(value, 9, &signal->trailing_e9);
    }
    if (strcmp(name, "leverage") == 0) {
        signal->leverage = atoi(value);
        return signal->leverage > 0;
    }
    if (strcmp(name, "id") == 0) {
        (void)script_add(signal->external_id, sizeof(signal->external_id), 0, value);
        return true;
    }
    if (strcmp(name, "source") == 0) {
        (void)script_add(signal->source, sizeof(signal->source), 0, value);
        return true;
    }
    return false;
}

static enum signal_direction direction_of(const char *word)
{
    if (strcmp(word, "long") == 0) {
        return DIRECTION_LONG;
    }
    if (strcmp(word, "short") == 0) {
        return DIRECTION_SHORT;
    }
    return strcmp(word, "close") == 0 ? DIRECTION_CLOSE : DIRECTION_INVALID;
}

static bool play_signal(struct play *self, int64_t time_us)
{
    struct signal signal = {.timestamp_us = time_us,
                            .source = "story",
                            .has_price = true,
                            .has_volume = true,
                            .volume = 1000};
    if (self->word_count < 6 || !scaled(self->words[5], 12, &signal.price_e12)) {
        return false;
    }
    self->signals++;
    signal.id = self->signals;
    (void)script_add(signal.token, sizeof(signal.token), 0, self->words[2]);
    (void)script_add(signal.confidence, sizeof(signal.confidence), 0, self->words[3]);
    signal.direction = direction_of(self->words[4]);
    for (int32_t index = 6; index + 1 < self->word_count; index += 2) {
        if (!signal_option(&signal, self->words[index], self->words[index + 1])) {
            return false;
        }
    }
    session_signal(&self->session, &signal, time_us + self->simulation->exchange.latency_signal);
    return true;
}

static bool command_of(const char *word, enum command *out)
{
    static const char *const words[] = {"stop",   "flatten", "reset",    "approve",
                                        "rebase", "clutch",  "unclutch", "shutdown"};
    for (size_t index = 0; index < sizeof(words) / sizeof(words[0]); index++) {
        if (strcmp(word, words[index]) == 0) {
            *out = (enum command)index;
            return true;
        }
    }
    return false;
}

static bool play_command(struct play *self, int64_t time_us)
{
    struct event_command command = {.scope = SCOPE_ACCOUNT};
    if (self->word_count < 5 || !command_of(self->words[2], &command.command)) {
        return false;
    }
    command.scope = strcmp(self->words[3], "global") == 0 ? SCOPE_GLOBAL : SCOPE_ACCOUNT;
    (void)script_add(command.principal, sizeof(command.principal), 0, self->words[4]);
    size_t length = 0;
    for (int32_t index = 5; index < self->word_count; index++) {
        length = script_add(command.reason, sizeof(command.reason), length, index > 5 ? " " : "");
        length = script_add(command.reason, sizeof(command.reason), length, self->words[index]);
    }
    session_command(&self->session, &command, time_us);
    return true;
}

static bool play_funding(struct play *self, int64_t time_us)
{
    int32_t instrument = 0;
    int64_t rate_e16 = 0;
    if (self->word_count != 4 || !instrument_of(self, &instrument) ||
        !scaled(self->words[3], 16, &rate_e16)) {
        return false;
    }
    session_funding(&self->session, instrument, time_us, rate_e16);
    return true;
}

static int word_place(const char *word, const char *(*text)(int), int count)
{
    for (int place = 0; place < count; place++) {
        if (strcmp(word, text(place)) == 0) {
            return place;
        }
    }
    return -1;
}

static bool play_venue(struct play *self, int64_t time_us)
{
    struct event event = {.kind = EVENT_ORDER, .time_us = time_us, .venue_time_us = time_us};
    int evidence = self->word_count == 5
                       ? word_place(self->words[4], order_evidence_text, EVIDENCE_ABSENT + 1)
                       : -1;
    if (evidence < 0 || !instrument_of(self, &event.instrument)) {
        return false;
    }
    event.order.order_id = ORDER_ID(1, strtoll(self->words[3], NULL, 10));
    event.order.evidence = (enum order_evidence)evidence;
    session_event(&self->session, &event);
    return true;
}

static bool play_fact(struct play *self, int64_t time_us)
{
    struct event event = {.kind = EVENT_FACT, .time_us = time_us, .venue_time_us = time_us};
    int fact = self->word_count >= 5 ? word_place(self->words[3], fact_text, FACT_BUDGET + 1) : -1;
    bool account = self->word_count > 2 && strcmp(self->words[2], "account") == 0;
    event.instrument = INSTRUMENT_NONE;
    if (fact < 0 || (!account && !instrument_of(self, &event.instrument))) {
        return false;
    }
    event.fact.fact = (enum fact)fact;
    event.fact.value = strtoll(self->words[4], NULL, 10);
    event.fact.other = self->word_count > 5 ? strtoll(self->words[5], NULL, 10) : 0;
    session_event(&self->session, &event);
    return true;
}

static bool play_last(struct play *self, int64_t time_us)
{
    int32_t instrument = 0;
    if (!instrument_of(self, &instrument)) {
        return false;
    }
    session_symbol_end(&self->session, instrument, time_us);
    return true;
}

static void told(struct script *script, int64_t time_us, const char *text)
{
    if (script->outcomes < SCRIPT_LINES_MAX) {
        struct script_line *line = &script->results[script->outcomes];
        line->time_us = time_us;
        (void)script_add(line->text, sizeof(line->text), 0, text);
        script->outcomes++;
    }
}

static bool play_end(struct play *self, int64_t time_us)
{
    struct books_account books;
    char text[SCRIPT_LINE_BYTES];
    session_end(&self->session, time_us);
    engine_books_account(self->session.engine, &books);
    engine_check(self->session.engine);
    (void)snprintf(text, sizeof(text),
                   "wallet %s = 10000 price %s fees %s funding %s; open positions %d, orders %d",
                   script_decimal(books.wallet_e8, 8), script_decimal(books.realised_e8, 8),
                   script_decimal(-books.fees_e8, 8), script_decimal(books.funding_e8, 8),
                   books.open_positions, self->session.engine->orders.live);
    told(self->script, self->session.now_us, text);
    return true;
}

static bool play_event(struct play *self, int64_t time_us)
{
    static const struct {
        const char *word;
        bool (*play)(struct play *self, int64_t time_us);
    } events[] = {
        {"bar", play_bar},         {"quiet", play_quiet},   {"mark", play_bar},
        {"funding", play_funding}, {"signal", play_signal}, {"command", play_command},
        {"last", play_last},       {"end", play_end},       {"venue", play_venue},
        {"fact", play_fact},
    };
    for (size_t index = 0; index < sizeof(events) / sizeof(events[0]); index++) {
        if (strcmp(self->words[0], events[index].word) == 0) {
            return start(self, time_us) && events[index].play(self, time_us);
        }
    }
    return false;
}

/* ---- the script ---- */

static void cut(struct play *self, const char *text)
{
    char *rest = NULL;
    self->word_count = 0;
    (void)script_add(self->text, sizeof(self->text), 0, text);
    for (char *word = strtok_r(self->text, " ", &rest);
         word != NULL && self->word_count < WORDS_MAX; word = strtok_r(NULL, " ", &rest)) {
        self->words[self->word_count++] = word;
    }
}

static bool play_line(struct play *self, struct script_line *line)
{
    struct error error;
    cut(self, line->text);
    if (self->word_count == 0 || line->text[0] == '#') {
        return true;
    }
    if (strcmp(self->words[0], "set") == 0) {
        return !self->started && self->word_count == 2 &&
               config_set(&self->simulation->config, self->words[1], &error);
    }
    return self->word_count >= 2 && time_parse(self->words[1], &line->time_us) &&
           play_event(self, line->time_us);
}

static const char *play(struct play *self)
{
    for (int32_t index = 0; index < self->script->count; index++) {
        struct script_line *line = &self->script->lines[index];
        if (!play_line(self, line)) {
            (void)script_add(problem, sizeof(problem),
                             script_add(problem, sizeof(problem), 0, "not understood: "),
                             line->text);
            return problem;
        }
        if (self->started && session_failed(&self->session)) {
            session_difference(&self->session, problem, sizeof(problem));
            return problem;
        }
    }
    return self->script->outcomes == SCRIPT_LINES_MAX ? "too many outcomes" : NULL;
}

const char *script_run(struct script *self)
{
    static const char *const quiet[] = {"sim.latency.signal=0s", "sim.latency.feed=0s",
                                        "sim.latency.order=0s",  "sim.latency.response=0s",
                                        "sim.spread=0",          "sim.slippage=0",
                                        "sim.impact=0",          "sim.operator=none"};
    struct play player = {.script = self};
    struct error error;
    const char *answer = "no memory";
    player.simulation = malloc(sizeof(*player.simulation));
    player.instruments = malloc(sizeof(*player.instruments));
    if (player.simulation != NULL && player.instruments != NULL) {
        simulation_init(player.simulation);
        instruments_init(player.instruments);
        answer = NULL;
        for (size_t index = 0; index < sizeof(quiet) / sizeof(quiet[0]) && answer == NULL;
             index++) {
            answer =
                config_set(&player.simulation->config, quiet[index], &error) ? NULL : quiet[index];
        }
        answer = answer == NULL ? play(&player) : answer;
    }
    if (player.started) {
        session_release(&player.session);
    }
    free(player.simulation);
    free(player.instruments);
    return answer;
}
