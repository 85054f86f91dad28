/* curl_loop.h - a curl multi handle driven by the loop: its sockets are watches, its timeout is a timer.
 * http.c and ws.c stand on it.
 * Laws     done() is called outside of curl, so that it may add and remove handles.
 * Failure  no memory is a panic. */
#ifndef LIVE_CURL_LOOP_H
#define LIVE_CURL_LOOP_H

#include <curl/curl.h>

#include "live/loop.h"

struct curl_loop {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer timer;
    void (*done)(void *self, CURL *easy, CURLcode code); /* the handle is still in the multi */
    void *self;
};

/* The caller sets done and self after it. */
void curl_loop_init(struct curl_loop *self, struct loop *loop);
void curl_loop_release(struct curl_loop *self); /* after the removal of its handles */
/* Lets curl do at once what it can do: a handle that was added is connected, or its request written on a kept
 * connection. */
void curl_loop_kick(struct curl_loop *self);

#endif
