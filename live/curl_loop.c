#include "live/curl_loop.h"

#include <stdlib.h>
#include <string.h>

#include "data/memory.h"

#define NS_PER_MS 1000000LL

struct curl_socket {
    struct curl_loop *owner;
    struct loop_watch watch;
    int descriptor;
};

/* What is finished is told here, when curl's own functions have returned. */
static void act(struct curl_loop *self, curl_socket_t socket, int events)
{
    int running = 0, left = 0;
    (void)curl_multi_socket_action(self->multi, socket, events, &running);
    for (CURLMsg *message = curl_multi_info_read(self->multi, &left); message != NULL;
         message = curl_multi_info_read(self->multi, &left)) {
        if (message->msg == CURLMSG_DONE) {
            self->done(self->self, message->easy_handle, message->data.result);
        }
    }
}

static void on_socket(void *self, int events)
{
    const struct curl_socket *socket = self; /* may be gone after act() */
    act(socket->owner, socket->descriptor,
        ((events & LOOP_READ) != 0 ? CURL_CSELECT_IN : 0) |
            ((events & LOOP_WRITE) != 0 ? CURL_CSELECT_OUT : 0) |
            ((events & LOOP_HANGUP) != 0 ? CURL_CSELECT_ERR : 0));
}

static void on_timer(void *self)
{
    curl_loop_kick(self);
}

static int on_want(CURL *easy, curl_socket_t descriptor, int what, void *self, void *known)
{
    struct curl_loop *owner = self;
    struct curl_socket *socket = known;
    struct error error;
    error_init(&error);
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (socket != NULL) {
            loop_unwatch(owner->loop, &socket->watch);
            free(socket);
        }
        return 0;
    }
    if (socket == NULL) {
        socket = memory_zeros(1, sizeof(*socket));
        socket->owner = owner;
        socket->descriptor = descriptor;
        socket->watch = (struct loop_watch){.ready = on_socket, .self = socket};
        (void)curl_multi_assign(owner->multi, descriptor, socket);
    }
    int events = ((what & CURL_POLL_IN) != 0 ? LOOP_READ : 0) |
                 ((what & CURL_POLL_OUT) != 0 ? LOOP_WRITE : 0);
    /* -1: curl ends its transfers as failed. */
    return loop_watch(owner->loop, &socket->watch, descriptor, events, &error) ? 0 : -1;
}

static int on_timeout(CURLM *multi, long timeout_ms, void *self)
{
    struct curl_loop *owner = self;
    (void)multi;
    if (timeout_ms < 0) {
        loop_timer_stop(owner->loop, &owner->timer);
    } else {
        loop_timer_set(owner->loop, &owner->timer, loop_clock_ns() + timeout_ms * NS_PER_MS);
    }
    return 0;
}

void curl_loop_init(struct curl_loop *self, struct loop *loop)
{
    memset(self, 0, sizeof(*self));
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); /* counted: one release each */
    self->loop = loop;
    self->multi = memory_or_panic(curl_multi_init());
    self->timer = (struct loop_timer){.due = on_timer, .self = self};
    (void)curl_multi_setopt(self->multi, CURLMOPT_SOCKETFUNCTION, on_want);
    (void)curl_multi_setopt(self->multi, CURLMOPT_SOCKETDATA, self);
    (void)curl_multi_setopt(self->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    (void)curl_multi_setopt(self->multi, CURLMOPT_TIMERDATA, self);
}

void curl_loop_release(struct curl_loop *self)
{
    (void)curl_multi_cleanup(self->multi);
    loop_timer_stop(self->loop, &self->timer);
    curl_global_cleanup();
}

void curl_loop_kick(struct curl_loop *self)
{
    act(self, CURL_SOCKET_TIMEOUT, 0);
}
