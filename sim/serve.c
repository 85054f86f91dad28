/* cerberus-sim serve: runs cerberus-exchange, which stands beside this program; what it is linked with (OpenSSL, WebSocket)
 * would cost
 * every other command its start-up. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data/error.h"
#include "sim/commands.h"

static const char PROGRAM[] = "cerberus-exchange";

/* The folder of this program, with its last slash. */
static size_t own_folder(char path[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof(PROGRAM));
    if (length <= 0) {
        return 0;
    }
    path[length] = '\0';
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

int command_serve(int argc, char **argv)
{
    char path[PATH_MAX];
    size_t folder = own_folder(path);
    (void)argc;
    memcpy(path + folder, PROGRAM, sizeof(PROGRAM));
    (void)execv(path, argv);
    (void)fprintf(stderr,
                  "cerberus-sim: %s cannot be run (%s): build or install it beside cerberus-sim\n",
                  path, strerror(errno));
    return EXIT_CODE_OPERATING;
}
