/* unix.c - signals by a unix socket (unix:PATH, mode 0600): one message a line, one answer a line, {"ok":true} or
 * {"ok":false,"why":".."}. PEERS_MAX at once; a line that is too long closes its peer. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "data/json.h"
#include "live/sources/parts.h"

enum { PEERS_MAX = 16, CHUNK_BYTES = 1 << 14 };

struct peer {
    struct unix_door *door;
    int descriptor; /* -1: free */
    struct loop_watch watch;
    struct source_lines lines;
    bool broken;
};

struct unix_door {
    struct signal_source *source;
    char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
    int listener;
    struct loop_watch watch;
    struct peer peers[PEERS_MAX];
};

static void drop(struct peer *peer)
{
    loop_unwatch(source_loop(peer->door->source), &peer->watch);
    (void)close(peer->descriptor);
    peer->descriptor = -1;
}

static void answer(struct peer *peer, const char *why)
{
    char *quoted = why == NULL ? NULL : json_string_new(slice_of(why));
    char *line = NULL;
    int length = why == NULL ? asprintf(&line, "{\"ok\":true}\n")
                             : asprintf(&line, "{\"ok\":false,\"why\":%s}\n", quoted);
    CHECK(length > 0);
    /* A peer that does not read its answers is no peer. */
    peer->broken = peer->broken || send(peer->descriptor, line, (size_t)length,
                                        MSG_DONTWAIT | MSG_NOSIGNAL) != length;
    free(line);
    free(quoted);
}

static void take_line(void *owner, const char *line, size_t length)
{
    struct peer *peer = owner;
    struct signal_source *source = peer->door->source;
    struct message message;
    if (line == NULL) {
        answer(peer, "the line is longer than 65536 bytes");
        peer->broken = true;
        return;
    }
    message_read(&message, (struct slice){line, length}, source->status.name,
                 source_now_us(source));
    char why[MESSAGE_REFUSED_BYTES];
    memcpy(why, message.refused, sizeof(why));
    if (!source_offer(source, &message)) {
        (void)strcpy(why, "the queue is full: send it again later");
    }
    answer(peer, why[0] == '\0' ? NULL : why);
}

static void peer_ready(void *context, int events)
{
    static char chunk[CHUNK_BYTES];
    struct peer *peer = context;
    (void)events;
    ssize_t count = recv(peer->descriptor, chunk, sizeof(chunk), MSG_DONTWAIT);
    if (count > 0) {
        source_lines_take(&peer->lines, chunk, (size_t)count, take_line, peer);
    }
    if (count == 0 || peer->broken || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        drop(peer);
    }
}

static struct peer *free_peer(struct unix_door *self)
{
    for (int at = 0; at < PEERS_MAX; at++) {
        if (self->peers[at].descriptor < 0) {
            return &self->peers[at];
        }
    }
    return NULL;
}

static void knocked(void *context, int events)
{
    struct unix_door *self = context;
    struct error error;
    (void)events;
    int descriptor = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0) {
        return;
    }
    struct peer *peer = free_peer(self);
    error_init(&error);
    if (peer == NULL) {
        self->source->status.dropped++;
        (void)close(descriptor);
        return;
    }
    peer->descriptor = descriptor;
    peer->lines.used = 0;
    peer->lines.overlong = peer->broken = false;
    peer->watch = (struct loop_watch){.ready = peer_ready, .self = peer};
    if (!loop_watch(source_loop(self->source), &peer->watch, descriptor, LOOP_READ, &error)) {
        (void)close(descriptor);
        peer->descriptor = -1;
    }
}

static bool listen_at(struct unix_door *self, const char *where, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (where[0] == '\0' || strlen(where) >= sizeof(address.sun_path)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "signal source unix:%s: give a path of 1 to %zu bytes", where,
                         sizeof(address.sun_path) - 1);
    }
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", where);
    (void)snprintf(self->path, sizeof(self->path), "%s", where);
    self->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct stat facts;
    if (lstat(where, &facts) == 0 && S_ISSOCK(facts.st_mode)) {
        (void)unlink(
            where); /* of an executor that was killed: the lock on the state says that none lives */
    }
    mode_t before = umask(0177);
    bool done = self->listener >= 0 &&
                bind(self->listener, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
                listen(self->listener, PEERS_MAX) == 0;
    (void)umask(before);
    return done ||
           error_set(error, EXIT_CODE_OPERATING, where, 0,
                     "the socket cannot be made (%s): choose another place", strerror(errno));
}

static bool open_unix(struct signal_source *source, const char *where, struct error *error)
{
    struct unix_door *self = calloc(1, sizeof(*self));
    CHECK(self != NULL);
    source->inside = self;
    self->source = source;
    self->listener = -1;
    for (int at = 0; at < PEERS_MAX; at++) {
        self->peers[at].descriptor = -1;
        self->peers[at].door = self;
    }
    self->watch = (struct loop_watch){.ready = knocked, .self = self};
    source_state(source, true, "listening");
    if (listen_at(self, where, error) &&
        loop_watch(source_loop(source), &self->watch, self->listener, LOOP_READ, error)) {
        return true;
    }
    if (self->listener >= 0) {
        (void)close(self->listener);
    }
    free(self);
    return false;
}

static void close_unix(struct signal_source *source)
{
    struct unix_door *self = source->inside;
    for (int at = 0; at < PEERS_MAX; at++) {
        if (self->peers[at].descriptor >= 0) {
            drop(&self->peers[at]);
        }
    }
    loop_unwatch(source_loop(source), &self->watch);
    (void)close(self->listener);
    (void)unlink(self->path);
    free(self);
}

const struct source_kind source_unix = {"unix", open_unix, close_unix};
