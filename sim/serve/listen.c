#include "sim/serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { BACKLOG = 1024 };

union any_address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

static socklen_t address_read(const char *text, uint16_t port, union any_address *out)
{
    memset(out, 0, sizeof(*out));
    if (inet_pton(AF_INET, text, &out->four.sin_addr) == 1) {
        out->four.sin_family = AF_INET;
        out->four.sin_port = htons(port);
        return sizeof(out->four);
    }
    if (inet_pton(AF_INET6, text, &out->six.sin6_addr) == 1) {
        out->six.sin6_family = AF_INET6;
        out->six.sin6_port = htons(port);
        return sizeof(out->six);
    }
    return 0;
}

bool listen_open(const char *address, uint16_t *port, int *fd, struct error *error)
{
    union any_address bound;
    socklen_t length = address_read(address, *port, &bound);
    int one = 1;
    if (length == 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--listen %s is no address: write numbers, as 127.0.0.1:8080", address);
    }
    *fd = socket(bound.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0 || setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
        bind(*fd, &bound.any, length) != 0 || listen(*fd, BACKLOG) != 0) {
        const char *remedy = errno == EADDRINUSE
                                 ? "another program has this port: stop it, or choose another (0: "
                                   "any that is free)"
                                 : strerror(errno);
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0, "cannot listen on %s port %d: %s",
                         address, (int)*port, remedy);
    }
    length = sizeof(bound);
    if (getsockname(*fd, &bound.any, &length) == 0) {
        *port = ntohs(bound.any.sa_family == AF_INET ? bound.four.sin_port : bound.six.sin6_port);
    }
    return true;
}
