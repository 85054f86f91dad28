/* server.c - the turn: wait, serve, let market time move, write, bury. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "core/instant.h"
#include "sim/serve/listen.h"
#include "sim/serve/server_parts.h"

enum { EVENTS_A_TURN = 256, WAIT_MOST_MS = 250, SWEEP_MS = 250, SLICE_US = 5000 };

struct faults *server_faults(struct server *self)
{
    return self->faults;
}

struct house *server_house(struct server *self)
{
    return self->house;
}

static int64_t real_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

struct server_dialect *server_dialect_at(struct server *self, const char *path)
{
    const struct dialect *table = dialect_of(path);
    for (int32_t index = 0; table != NULL && index < self->dialect_count; index++) {
        if (self->dialects[index].table == table) {
            return &self->dialects[index];
        }
    }
    return NULL;
}

/* ---- market time ---- */

static void take_news(void *user, const struct house_news *news)
{
    struct server *self = user;
    for (int32_t index = 0; index < self->dialect_count; index++) {
        self->dialects[index].table->news(self->dialects[index].self, news);
    }
}

static void advance(struct server *self, int64_t until_us)
{
    house_advance(self->house, until_us);
    self->steps++;
    for (int32_t index = 0; index < self->dialect_count; index++) {
        self->dialects[index].table->tick(self->dialects[index].self, until_us);
    }
    if (!self->unbalanced &&
        !house_balanced(self->house, self->imbalance, sizeof(self->imbalance))) {
        self->unbalanced = true;
        (void)fprintf(stderr, "cerberus-exchange: the books do not balance: %s\n", self->imbalance);
    }
}

/* Record by record, so that nothing is told late within one call, and not for longer than a slice of real time. */
static void advance_slice(struct server *self, int64_t target_us)
{
    int64_t stop_ns = real_ns() + SLICE_US * INT64_C(1000);
    for (int32_t count = 1; house_now_us(self->house) < target_us; count++) {
        int64_t next_us = house_next_us(self->house);
        advance(self, next_us < target_us ? next_us : target_us);
        if (count % 16 == 0 && real_ns() > stop_ns) {
            return;
        }
    }
}

static struct pacing_view view_of(const struct server *self)
{
    return (struct pacing_view){
        .now_us = house_now_us(self->house),
        .next_us = house_next_us(self->house),
        .real_ns = self->now_ns,
        .sockets = self->sockets,
    };
}

void server_touch(struct server *self)
{
    if (self->pacing.pace == PACE_CLOCK) {
        struct pacing_view view = view_of(self);
        advance_slice(self, pacing_target(&self->pacing, &view));
    }
}

/* Every socket is asked, not only the first that lags: they answer at the same time. */
static bool everybody_caught_up(struct server *self)
{
    bool busy = false;
    bool all = true;
    for (const struct connection *one = self->first; one != NULL; one = one->next) {
        busy = busy || connection_busy(one);
    }
    for (struct connection *one = self->first; one != NULL && !busy; one = one->next) {
        if (one->state == CONNECTION_SOCKET && !socket_caught_up(&one->socket)) {
            all = false;
        }
    }
    return !busy && all;
}

/* Lock-step takes one instant after the other until somebody was told something. */
static void move_market(struct server *self)
{
    if (self->pacing.pace == PACE_CLOCK) {
        server_touch(self);
        return;
    }
    int64_t stop_ns = self->now_ns + SLICE_US * INT64_C(1000);
    for (int32_t count = 1;; count++) {
        struct pacing_view view = view_of(self);
        if (!pacing_wants(&self->pacing, &view)) {
            return;
        }
        view.caught_up = everybody_caught_up(self);
        int64_t target_us = pacing_target(&self->pacing, &view);
        if (target_us <= view.now_us) {
            return;
        }
        advance(self, target_us);
        if (count % 16 == 0) {
            self->now_ns = real_ns();
            if (self->now_ns > stop_ns) {
                return;
            }
        }
    }
}

/* ---- the turn ---- */

static void take_signal(struct server *self)
{
    struct signalfd_siginfo told;
    while (read(self->signals, &told, sizeof(told)) == (ssize_t)sizeof(told)) {
        self->stopping = true;
    }
}

static void sweep(struct server *self)
{
    struct connection *next = NULL;
    if (self->now_ns - self->swept_ns < SWEEP_MS * NS_PER_MS) {
        return;
    }
    self->swept_ns = self->now_ns;
    for (struct connection *one = self->first; one != NULL; one = next) {
        next = one->next;
        connection_sweep(one);
    }
    connection_accept(self); /* who could not be taken for want of a descriptor */
}

/* Answers that a fault delayed, events that it kept back. */
static void release_late(struct server *self)
{
    for (struct connection *one = self->first; one != NULL; one = one->next) {
        if (one->later_ns != 0 && self->now_ns >= one->later_ns && !one->doomed) {
            wire_buffer_add(&one->out, wire_buffer_bytes(&one->later), one->later.length);
            wire_buffer_free(&one->later);
            one->later_ns = 0;
            connection_stir(one);
            connection_serve(one); /* what was asked behind it */
        }
        if (one->state == CONNECTION_SOCKET) {
            socket_release_held(&one->socket);
        }
    }
}

/* Answers before events: a venue's answer is on its way when the event is made. */
static void write_out(struct server *self)
{
    struct connection *list = self->dirty;
    self->dirty = NULL;
    for (int pass = 0; pass < 2; pass++) {
        for (struct connection *one = list; one != NULL; one = one->dirty_next) {
            if ((one->state == CONNECTION_SOCKET) == (pass == 1)) {
                connection_flush(one);
            }
        }
    }
    for (struct connection *next = NULL; list != NULL; list = next) {
        next = list->dirty_next;
        list->dirty = false;
        if (list->doomed) {
            connection_bury(list);
        } else if (list->socket.closing) {
            socket_bury(&list->socket);
        }
    }
}

static int wait_ms(struct server *self)
{
    int64_t most = WAIT_MOST_MS * NS_PER_MS;
    struct pacing_view view = view_of(self);
    if (self->dirty != NULL) {
        return 0;
    }
    if (self->pacing.pace != PACE_CLOCK && pacing_wants(&self->pacing, &view)) {
        view.caught_up = everybody_caught_up(self);
        if (view.caught_up || self->dirty != NULL) {
            return 0;
        }
    }
    most = pacing_wait_ns(&self->pacing, &view, most);
    for (const struct connection *one = self->first; one != NULL; one = one->next) {
        int64_t due = one->later_ns != 0 ? one->later_ns : one->socket.held.due_ns;
        if (due != 0 && due - self->now_ns < most) {
            most = due > self->now_ns ? due - self->now_ns : 0;
        }
    }
    return (int)((most + NS_PER_MS - 1) / NS_PER_MS);
}

static void serve_events(struct server *self, struct epoll_event *events, int count)
{
    for (int index = 0; index < count; index++) {
        if (events[index].data.ptr == &self->listener) {
            connection_accept(self);
        } else if (events[index].data.ptr == &self->signals) {
            take_signal(self);
        } else {
            connection_event(events[index].data.ptr, events[index].events);
        }
    }
}

static bool ended(struct server *self)
{
    return self->options.end_with_data && house_next_us(self->house) == INSTANT_NEVER &&
           (self->pacing.pace == PACE_CLOCK || everybody_caught_up(self));
}

void server_run(struct server *self)
{
    struct epoll_event events[EVENTS_A_TURN];
    self->now_ns = real_ns();
    if (self->options.at_once) {
        pacing_begin(&self->pacing, self->now_ns);
    }
    while (!self->stopping && !ended(self)) {
        int count = epoll_wait(self->epoll, events, EVENTS_A_TURN, wait_ms(self));
        self->now_ns = real_ns();
        serve_events(self, events, count < 0 ? 0 : count);
        if (count < EVENTS_A_TURN) { /* all that had arrived is served: now time may move */
            move_market(self);
        }
        door_settle(self);
        release_late(self);
        sweep(self);
        write_out(self);
    }
    write_out(self);
}

/* ---- life ---- */

static bool open_dialects(struct server *self)
{
    for (size_t index = 0; SERVER_DIALECTS[index] != NULL; index++) {
        CHECK(self->dialect_count < SERVER_DIALECTS_MAX);
        void *made = SERVER_DIALECTS[index]->open(self, self->house);
        if (made == NULL) {
            return error_set(&self->error, EXIT_CODE_OPERATING, NULL, 0,
                             "out of memory: free some and run again");
        }
        self->dialects[self->dialect_count] = (struct server_dialect){SERVER_DIALECTS[index], made};
        self->dialect_count++;
    }
    return true;
}

static bool watch(struct server *self, int fd, void *mark)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = mark};
    return (fd >= 0 && epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &event) == 0) ||
           error_set(&self->error, EXIT_CODE_OPERATING, NULL, 0,
                     "the system gives no more descriptors: %s", strerror(errno));
}

static bool open_ears(struct server *self)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    self->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    self->epoll = epoll_create1(EPOLL_CLOEXEC);
    return listen_open(self->options.address, &self->options.port, &self->listener, &self->error) &&
           watch(self, self->listener, &self->listener) &&
           watch(self, self->signals, &self->signals);
}

bool server_open(struct server *self)
{
    struct house_options house = {.spread_e9 = self->options.spread_e9};
    struct house_sink sink = {self, take_news};
    self->epoll = self->listener = self->signals = -1;
    self->house = house_new(self->load, &house, &sink, &self->error);
    if (self->house == NULL || !open_dialects(self) || !open_ears(self)) {
        return false;
    }
    pacing_start(&self->pacing, &self->options, house_now_us(self->house));
    return true;
}

static void close_fd(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}

void server_shut(struct server *self)
{
    while (self->first != NULL) {
        self->first->doomed = true;
        connection_bury(self->first);
    }
    for (int32_t index = 0; index < self->dialect_count; index++) {
        self->dialects[index].table->close(self->dialects[index].self);
    }
    house_free(self->house);
    close_fd(self->listener);
    close_fd(self->signals);
    close_fd(self->epoll);
}
