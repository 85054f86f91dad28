#include "data/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(struct error *error, const char *path, const char *why)
{
    return error_set(error, EXIT_CODE_USAGE, path, 0, "%s", why);
}

bool place_system_refuses(struct error *error,
                          const char *path,
                          const char *doing,
                          const char *remedy)
{
    return error_set(error, EXIT_CODE_OPERATING, path, 0, "%s: %s: %s", doing, strerror(errno),
                     remedy);
}

/* The folder that holds the file; false: longer than any path. */
static bool folder_of(const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length + 1 >= PATH_MAX) {
        return false;
    }
    if (slash == NULL) {
        memcpy(out, ".", 2);
        return true;
    }
    length += length == 0 ? 1 : 0; /* the root keeps its slash */
    memcpy(out, path, length);
    out[length] = '\0';
    return true;
}

bool place_judge_folder(const char *path, struct error *error)
{
    char folder[PATH_MAX];
    struct stat facts;
    if (!folder_of(path, folder)) {
        return refuse(error, path, "the name is too long: give a shorter one");
    }
    if (stat(folder, &facts) != 0) {
        return place_system_refuses(error, path, "its folder", "make it first");
    }
    if (!S_ISDIR(facts.st_mode)) {
        return refuse(error, path, "its folder is a file: choose another place");
    }
    if (access(folder, W_OK | X_OK) != 0) {
        return place_system_refuses(error, path, "its folder cannot be written",
                                    "choose another place");
    }
    return true;
}

static const char temporary_mark[] = ".begin-";

/* What a killed process left of its beginning: the number after the mark is that of the process. */
static bool is_stale(const char *process)
{
    long owner = strtol(process, NULL, 10);
    return owner > 0 && kill((pid_t)owner, 0) != 0 && errno == ESRCH;
}

static void sweep(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t length = strlen(name), mark = sizeof(temporary_mark) - 1;
    DIR *entries = folder_of(path, folder) ? opendir(folder) : NULL;
    if (entries == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        const char *other = entry->d_name;
        if (strncmp(other, name, length) == 0 &&
            strncmp(other + length, temporary_mark, mark) == 0 && is_stale(other + length + mark)) {
            (void)unlinkat(dirfd(entries), other, 0);
        }
    }
    (void)closedir(entries);
}

bool place_temporary(const char *path, char *out, size_t capacity, struct error *error)
{
    int length = snprintf(out, capacity, "%s%s%ld", path, temporary_mark, (long)getpid());
    if (length < 0 || (size_t)length + sizeof("-journal") > capacity) {
        return refuse(error, path, "the name is too long: give a shorter one");
    }
    sweep(path);
    return true;
}

bool place_sync_folder(const char *path, struct error *error)
{
    char folder[PATH_MAX];
    if (!folder_of(path, folder)) {
        return refuse(error, path, "the name is too long: give a shorter one");
    }
    int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = handle >= 0 && fsync(handle) == 0;
    if (handle >= 0) {
        (void)close(handle);
    }
    return synced ||
           place_system_refuses(error, path, "making the new file durable", "check the disk");
}

bool place_sync(const char *path, struct error *error)
{
    int handle = open(path, O_RDONLY | O_CLOEXEC);
    bool synced = handle >= 0 && fsync(handle) == 0;
    if (handle >= 0) {
        (void)close(handle);
    }
    return synced || place_system_refuses(error, path, "writing the new file", "check the disk");
}

bool place_move(const char *temporary, const char *path, bool replace, struct error *error)
{
    /* A fresh name must still be fresh: of two runs that start at once, one is refused. */
    int moved = replace ? rename(temporary, path)
                        : renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE);
    if (moved != 0 && !replace && (errno == EINVAL || errno == ENOSYS)) {
        moved = rename(temporary, path); /* a file system without that promise */
    }
    if (moved != 0 && errno == EEXIST) {
        return refuse(error, path, "another process made this file just now: choose another name");
    }
    return moved == 0 ||
           place_system_refuses(error, path, "moving the new file to its place", "check the disk");
}
