#include "live/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWNER_LINE_BYTES = 256 };

/* The first word of a small file of the system; empty: there is none. */
static void read_word(const char *path, char *out, size_t size)
{
    out[0] = '\0';
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return;
    }
    if (fgets(out, (int)size, file) == NULL) {
        out[0] = '\0';
    }
    out[strcspn(out, " \r\n")] = '\0';
    (void)fclose(file);
}

static void identify(struct store_owner *owner)
{
    memset(owner, 0, sizeof(*owner));
    read_word("/etc/machine-id", owner->machine, sizeof(owner->machine));
    if (owner->machine[0] == '\0' && gethostname(owner->machine, sizeof(owner->machine) - 1) != 0) {
        owner->machine[0] = '\0';
    }
    read_word("/proc/sys/kernel/random/boot_id", owner->boot, sizeof(owner->boot));
    owner->process = getpid();
}

static bool fail(const char *path, const char *what, struct error *error)
{
    return error_set(error, EXIT_CODE_OPERATING, path, 0, "%s (%s): check rights and disk", what,
                     strerror(errno));
}

static bool make_directory(const char *path, struct error *error)
{
    struct stat status;
    if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST) {
        return fail(path, "the state directory cannot be made", error);
    }
    if (stat(path, &status) != 0) {
        return fail(path, "the state directory cannot be looked at", error);
    }
    if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
        (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return error_set(error, EXIT_CODE_OPERATING, path, 0,
                         "is not a directory of ours that only we can write: chown and chmod 700 "
                         "it, or name another by live.state_dir");
    }
    return true;
}

static bool held_by_another(struct lease *self, const char *path, struct error *error)
{
    char line[OWNER_LINE_BYTES] = "";
    ssize_t count = pread(self->descriptor, line, sizeof(line) - 1, 0);
    line[count > 0 ? count : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return error_set(error, EXIT_CODE_OPERATING, path, 0,
                     "another executor holds this account (%s): stop it first, two must never "
                     "trade together",
                     line[0] != '\0' ? line : "it has not said who it is");
}

static bool lock(struct lease *self, const char *path, struct error *error)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(self->descriptor, F_OFD_SETLK, &whole) == 0) {
        return true;
    }
    return errno == EAGAIN || errno == EACCES ? held_by_another(self, path, error)
                                              : fail(path, "cannot be locked", error);
}

static bool sign(struct lease *self, const char *path, struct error *error)
{
    char line[OWNER_LINE_BYTES];
    int length = snprintf(line, sizeof(line), "process %lld, machine %s, boot %s\n",
                          (long long)self->owner.process, self->owner.machine, self->owner.boot);
    if (ftruncate(self->descriptor, 0) != 0 ||
        pwrite(self->descriptor, line, (size_t)length, 0) != length) {
        return fail(path, "cannot be written", error);
    }
    return true;
}

bool lease_take(struct lease *self, const char *directory, struct error *error)
{
    char path[LEASE_PATH_BYTES];
    memset(self, 0, sizeof(*self));
    self->descriptor = -1;
    identify(&self->owner);
    if (strlen(directory) >= sizeof(self->directory)) {
        return error_set(error, EXIT_CODE_USAGE, directory, 0,
                         "the name of the state directory is too long: give a shorter one");
    }
    memcpy(self->directory, directory, strlen(directory) + 1);
    if (!make_directory(directory, error)) {
        return false;
    }
    if (!lease_path(self, "lock", path)) {
        return error_set(error, EXIT_CODE_USAGE, directory, 0,
                         "the name of the state directory is too long: give a shorter one");
    }
    self->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (self->descriptor < 0) {
        return fail(path, "cannot be opened", error);
    }
    if (!lock(self, path, error) || !sign(self, path, error)) {
        lease_release(self);
        return false;
    }
    return true;
}

void lease_release(struct lease *self)
{
    if (self->descriptor >= 0) {
        (void)close(self->descriptor);
    }
    self->descriptor = -1;
}

bool lease_path(const struct lease *self, const char *name, char out[LEASE_PATH_BYTES])
{
    size_t folder = strlen(self->directory);
    size_t length = strlen(name);
    if (folder + 1 + length >= LEASE_PATH_BYTES) {
        return false;
    }
    memcpy(out, self->directory, folder);
    out[folder] = '/';
    memcpy(out + folder + 1, name, length + 1);

    return true;
}
