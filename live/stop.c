#include "live/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND 1000000000LL

enum { PIPE_READ, PIPE_WRITE, PIPE_ENDS };

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): a signal handler has no self
static volatile sig_atomic_t asked;
static int ends[PIPE_ENDS] = {-1, -1};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

static void on_stop(int number)
{
    (void)number;
    int kept = errno;
    asked = 1;
    /* A full pipe says it too. */
    ssize_t ignored = write(ends[PIPE_WRITE], "", 1);
    (void)ignored;
    errno = kept;
}

bool stop_catch(struct error *error)
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_stop;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0 || sigaction(SIGTERM, &action, NULL) != 0 ||
        sigaction(SIGINT, &action, NULL) != 0) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "signals cannot be caught (%s): raise the limit of open files",
                         strerror(errno));
    }
    return true;
}

bool stop_asked(void)
{
    return asked != 0;
}

bool stop_wait_readable(int descriptor)
{
    struct pollfd waits[] = {{.fd = descriptor, .events = POLLIN},
                             {.fd = ends[PIPE_READ], .events = POLLIN}};
    while (!stop_asked()) {
        int count = poll(waits, ARRAY_COUNT(waits), -1);
        if (count < 0 && errno != EINTR) {
            return true; /* the read that follows says what is wrong */
        }
        if (count > 0 && waits[0].revents != 0) {
            return true;
        }
    }
    return false;
}

int64_t stop_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);

    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

void stop_wait_until(int64_t at_ns)
{
    struct pollfd wait = {.fd = ends[PIPE_READ], .events = POLLIN};
    int64_t left_ns = at_ns - stop_now_ns();
    while (!stop_asked() && left_ns > 0) {
        struct timespec left = {.tv_sec = left_ns / NS_PER_SECOND,
                                .tv_nsec = left_ns % NS_PER_SECOND};
        (void)ppoll(&wait, 1, &left, NULL);
        left_ns = at_ns - stop_now_ns();
    }
}
