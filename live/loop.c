#include "live/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "data/memory.h"

#define NS_PER_SECOND 1000000000LL

enum {
    TURN_EVENTS = 64, /* of one epoll_wait; more come in the next */
    TURN_ENDS = 4096, /* runs of one stage: an end that sets itself again cannot hold the turn */
    TIMERS_START = 64
};

struct ends {
    struct loop_end *first, *last;
};

struct loop {
    int epoll;
    struct loop_watch alarm, signals;
    void (*caught)(void *owner, int number);
    void *owner;
    sigset_t mask_before;
    int64_t now_ns, armed_ns; /* INT64_MAX: the alarm is off */
    uint64_t order;           /* of the last timer that was set */
    struct loop_timer **heap; /* from 1; least (at_ns, order) first */
    int32_t count, capacity;
    struct ends ends[LOOP_STAGES];
    int ready, next; /* of events: how many, and the first that is still to be done */
    struct epoll_event events[TURN_EVENTS];
};

static bool failed(const char *what, struct error *error)
{
    return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                     "%s failed (%s): raise the limit of open files", what, strerror(errno));
}

int64_t loop_clock_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_BOOTTIME, &now);

    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* The alarm only wakes epoll: the timers are looked at in every turn. */
static void on_alarm(void *self, int events)
{
    struct loop *loop = self;
    (void)events;
    uint64_t times = 0;
    ssize_t ignored = read(loop->alarm.descriptor, &times, sizeof(times));
    (void)ignored;
    loop->armed_ns = INT64_MAX;
}

struct loop *loop_new(struct error *error)
{
    struct loop *self = memory_zeros(1, sizeof(*self));
    self->alarm = (struct loop_watch){.ready = on_alarm, .self = self};
    self->armed_ns = INT64_MAX;
    self->now_ns = loop_clock_ns();
    self->epoll = epoll_create1(EPOLL_CLOEXEC);
    int alarm = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (self->epoll < 0 || alarm < 0) {
        (void)failed("epoll or timerfd", error);
    }
    if (self->epoll < 0 || alarm < 0 || !loop_watch(self, &self->alarm, alarm, LOOP_READ, error)) {
        if (alarm >= 0) {
            (void)close(alarm);
        }
        self->alarm.descriptor = -1;
        loop_free(self);
        return NULL;
    }
    return self;
}

void loop_free(struct loop *self)
{
    if (self == NULL) {
        return;
    }
    if (self->caught != NULL) {
        (void)close(self->signals.descriptor);
        (void)pthread_sigmask(SIG_SETMASK, &self->mask_before, NULL);
    }
    if (self->alarm.descriptor >= 0) {
        (void)close(self->alarm.descriptor);
    }
    if (self->epoll >= 0) {
        (void)close(self->epoll);
    }
    free(self->heap);
    free(self);
}

int64_t loop_now_ns(const struct loop *self)
{
    return self->now_ns;
}

/* ---- descriptors ---- */

bool loop_watch(
    struct loop *self, struct loop_watch *watch, int descriptor, int events, struct error *error)
{
    CHECK(watch->ready != NULL);

    if (watch->watched && watch->descriptor != descriptor) {
        loop_unwatch(self, watch);
    }
    struct epoll_event event = {.data.ptr = watch};
    event.events = ((events & LOOP_READ) != 0 ? (uint32_t)EPOLLIN : 0U) |
                   ((events & LOOP_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0U);
    int change = watch->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(self->epoll, change, descriptor, &event) != 0) {
        return failed("epoll_ctl", error);
    }
    watch->descriptor = descriptor;
    watch->watched = true;

    return true;
}

void loop_unwatch(struct loop *self, struct loop_watch *watch)
{
    if (!watch->watched) {
        return;
    }
    /* Fails for a descriptor that was closed before: epoll has forgotten it then. */
    (void)epoll_ctl(self->epoll, EPOLL_CTL_DEL, watch->descriptor, NULL);
    watch->watched = false;
    for (int i = self->next; i < self->ready; i++) {
        if (self->events[i].data.ptr == watch) {
            self->events[i].data.ptr = NULL;
        }
    }
}

/* ---- timers: a binary heap that knows each timer's place ---- */

static bool is_before(const struct loop_timer *one, const struct loop_timer *other)
{
    return one->at_ns != other->at_ns ? one->at_ns < other->at_ns : one->order < other->order;
}

static void put(struct loop *self, struct loop_timer *timer, int32_t place)
{
    self->heap[place] = timer;
    timer->place = place;
}

static void sift_up(struct loop *self, struct loop_timer *timer, int32_t place)
{
    while (place > 1 && is_before(timer, self->heap[place / 2])) {
        put(self, self->heap[place / 2], place);
        place /= 2;
    }
    put(self, timer, place);
}

static void sift_down(struct loop *self, struct loop_timer *timer, int32_t place)
{
    for (int32_t child = place * 2; child <= self->count; child = place * 2) {
        if (child < self->count && is_before(self->heap[child + 1], self->heap[child])) {
            child++;
        }
        if (!is_before(self->heap[child], timer)) {
            break;
        }
        put(self, self->heap[child], place);
        place = child;
    }
    put(self, timer, place);
}

void loop_timer_set(struct loop *self, struct loop_timer *timer, int64_t at_ns)
{
    CHECK(timer->due != NULL);

    loop_timer_stop(self, timer);
    if (self->count + 1 >= self->capacity) {
        self->capacity = self->capacity > 0 ? self->capacity * 2 : TIMERS_START;
        self->heap = memory_or_panic(
            realloc(self->heap, (size_t)self->capacity * sizeof(struct loop_timer *)));
    }
    timer->at_ns = at_ns;
    timer->order = ++self->order;
    self->count++;
    sift_up(self, timer, self->count);
}

void loop_timer_stop(struct loop *self, struct loop_timer *timer)
{
    int32_t place = timer->place;
    if (place == 0) {
        return;
    }
    CHECK(place <= self->count && self->heap[place] == timer);

    struct loop_timer *last = self->heap[self->count];
    self->count--;
    timer->place = 0;
    if (last != timer) {
        sift_down(self, last, place);
        sift_up(self, last, last->place);
    }
}

static void fire_timers(struct loop *self)
{
    uint64_t newest = self->order;
    while (self->count > 0) {
        struct loop_timer *timer = self->heap[1];
        if (timer->at_ns > self->now_ns || timer->order > newest) {
            return;
        }
        loop_timer_stop(self, timer);
        timer->due(timer->self);
    }
}

/* ---- the end of a turn ---- */

void loop_end_set(struct loop *self, struct loop_end *end, enum loop_stage stage)
{
    CHECK(end->run != NULL);

    if (end->waits) {
        return;
    }
    struct ends *ends = &self->ends[stage];
    end->waits = true;
    end->next = NULL;
    if (ends->last != NULL) {
        ends->last->next = end;
    } else {
        ends->first = end;
    }
    ends->last = end;
}

void loop_end_stop(struct loop *self, struct loop_end *end)
{
    for (int stage = 0; end->waits && stage < LOOP_STAGES; stage++) {
        struct ends *ends = &self->ends[stage];
        struct loop_end *before = NULL;
        for (struct loop_end *each = ends->first; each != NULL; each = each->next) {
            if (each == end) {
                *(before != NULL ? &before->next : &ends->first) = end->next;
                ends->last = ends->last == end ? before : ends->last;
                end->waits = false;
                break;
            }
            before = each;
        }
    }
}

static void run_ends(struct loop *self)
{
    for (int stage = 0; stage < LOOP_STAGES; stage++) {
        for (int runs = 0; self->ends[stage].first != NULL && runs < TURN_ENDS; runs++) {
            struct loop_end *end = self->ends[stage].first;
            loop_end_stop(self, end);
            end->run(end->self);
        }
    }
}

static bool ends_wait(const struct loop *self)
{
    return self->ends[LOOP_SEND].first != NULL || self->ends[LOOP_ANSWER].first != NULL;
}

/* ---- signals ---- */

static void on_signal(void *self, int events)
{
    struct loop *loop = self;
    (void)events;
    struct signalfd_siginfo info;
    while (read(loop->signals.descriptor, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        loop->caught(loop->owner, (int)info.ssi_signo);
    }
}

bool loop_signals(struct loop *self,
                  void (*caught)(void *self, int number),
                  void *owner,
                  struct error *error)
{
    CHECK(self->caught == NULL && caught != NULL);

    sigset_t mask;
    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGTERM);
    (void)sigaddset(&mask, SIGINT);
    (void)sigaddset(&mask, SIGHUP);
    (void)sigaddset(&mask, SIGUSR1);
    int descriptor = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor < 0) {
        return failed("signalfd", error);
    }
    self->signals = (struct loop_watch){.ready = on_signal, .self = self};
    if (!loop_watch(self, &self->signals, descriptor, LOOP_READ, error)) {
        (void)close(descriptor);
        return false;
    }
    (void)signal(SIGPIPE, SIG_IGN); // NOLINT(bugprone-signal-handler): ignored, not handled
    (void)pthread_sigmask(SIG_BLOCK, &mask, &self->mask_before);
    self->caught = caught;
    self->owner = owner;

    return true;
}

/* ---- the turn ---- */

static bool arm(struct loop *self, int64_t at_ns, struct error *error)
{
    if (at_ns == self->armed_ns) {
        return true;
    }
    struct itimerspec when = {0};
    if (at_ns != INT64_MAX) {
        when.it_value.tv_sec = at_ns / NS_PER_SECOND;
        when.it_value.tv_nsec = at_ns % NS_PER_SECOND;
    }
    if (timerfd_settime(self->alarm.descriptor, TFD_TIMER_ABSTIME, &when, NULL) != 0) {
        return failed("timerfd_settime", error);
    }
    self->armed_ns = at_ns;

    return true;
}

static bool wait_ready(struct loop *self, int64_t at_ns, struct error *error)
{
    int64_t until_ns =
        self->count > 0 && self->heap[1]->at_ns < at_ns ? self->heap[1]->at_ns : at_ns;
    bool at_once = ends_wait(self) || until_ns <= loop_clock_ns();
    if (!at_once && !arm(self, until_ns, error)) {
        return false;
    }
    self->next = 0;
    self->ready = epoll_wait(self->epoll, self->events, TURN_EVENTS, at_once ? 0 : -1);
    if (self->ready < 0) {
        bool interrupted = errno == EINTR;
        self->ready = 0;
        return interrupted || failed("epoll_wait", error);
    }
    return true;
}

bool loop_turn(struct loop *self, int64_t at_ns, struct error *error)
{
    if (!wait_ready(self, at_ns, error)) {
        return false;
    }
    self->now_ns = loop_clock_ns();
    while (self->next < self->ready) {
        const struct epoll_event *event = &self->events[self->next];
        struct loop_watch *watch = event->data.ptr;
        uint32_t bits = event->events;
        self->next++;
        if (watch != NULL) {
            int events = ((bits & (uint32_t)EPOLLIN) != 0 ? LOOP_READ : 0) |
                         ((bits & (uint32_t)EPOLLOUT) != 0 ? LOOP_WRITE : 0) |
                         ((bits & (uint32_t)(EPOLLERR | EPOLLHUP)) != 0 ? LOOP_HANGUP : 0);
            watch->ready(watch->self, events);
        }
    }
    fire_timers(self);
    run_ends(self);

    return true;
}
