#include "data/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/place.h"
#include "data/store.h"

enum { HEADER_BYTES = 100, HEADER_VERSION = 60, HEADER_APPLICATION = 68 };

/* The bytes that SQLite locks in a database file, whatever its size: pending, reserved, shared. */
enum { LOCK_FIRST = 0x40000000, LOCK_COUNT = 512 };

bool store_sqlite_fixed(int version)
{
    return (version >= 3051003 && version != 3052000) ||
           (version >= 3050007 && version < 3051000) || (version >= 3044006 && version < 3045000);
}

static bool refuse(struct error *error, const char *path, const char *why)
{
    return error_set(error, EXIT_CODE_USAGE, path, 0, "%s", why);
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Whose database is it? From its header alone: a look through SQLite would leave files beside. */
static bool
header_judge(const unsigned char *header, size_t length, const char *path, struct error *error)
{
    if (length < HEADER_BYTES || memcmp(header, "SQLite format 3", 16) != 0) {
        return refuse(error, path, "this file is not a database: choose another name");
    }
    if (big_endian(header + HEADER_APPLICATION) != STORE_APPLICATION_ID) {
        return refuse(error, path,
                      "this is a database of another program: choose another name (--force will "
                      "not replace it)");
    }
    uint32_t version = big_endian(header + HEADER_VERSION);
    if (version > STORE_VERSION) {
        return error_set(error, EXIT_CODE_USAGE, path, 0,
                         "this database was written by a newer Cerberus (schema %u, this program "
                         "knows %d): use that program, or choose another name",
                         version, STORE_VERSION);
    }
    return true;
}

/* Every connection in WAL mode holds a shared lock as long as it lives. Asking takes no lock. */
static bool unused_judge(int file, const char *path, struct error *error)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_FIRST, .l_len = LOCK_COUNT};
    if (fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
        return error_set(error, EXIT_CODE_USAGE, path, 0,
                         "the database is in use by another process (%ld): wait for it, or choose "
                         "another name",
                         (long)lock.l_pid);
    }
    return true;
}

/* The path as an SQLite address that reads the file alone: no lock, no log, no file beside it. */
static bool immutable_address(const char *path, char *out, size_t capacity)
{
    static const char hex[] = "0123456789ABCDEF";
    static const char *const ends[] = {"file:", "?immutable=1"};
    size_t length = strlen(ends[0]);
    memcpy(out, ends[0], length);
    for (const char *cursor = path; *cursor != '\0'; cursor++) {
        if (length + 4 + strlen(ends[1]) > capacity) {
            return false;
        }
        unsigned char byte = (unsigned char)*cursor;
        if (byte == '?' || byte == '#' || byte == '%') {
            out[length++] = '%';
            out[length++] = hex[byte >> 4];
            byte = (unsigned char)hex[byte & 15];
        }
        out[length++] = (char)byte;
    }
    memcpy(out + length, ends[1], strlen(ends[1]) + 1);
    return true;
}

/* Mode and status of the run in the file, as far as they can be read. */
static bool refuse_used(const char *path, struct error *error)
{
    char address[PATH_MAX * 3 + 32];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    if (immutable_address(path, address, sizeof(address)) &&
        sqlite3_open_v2(address, &db, flags, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db,
                           "SELECT mode, CASE status WHEN 'running' THEN 'interrupted' "
                           "ELSE status END FROM runs ORDER BY id DESC LIMIT 1",
                           -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        (void)error_set(error, EXIT_CODE_USAGE, path, 0,
                        "the database holds a run already (%s, %s): choose another name "
                        "(cerberus-sim replaces it with --force)",
                        (const char *)sqlite3_column_text(statement, 0),
                        (const char *)sqlite3_column_text(statement, 1));
    }
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    return refuse(error, path,
                  "the database is used already: choose another name (cerberus-sim replaces it "
                  "with --force)");
}

static bool file_judge(int file, const char *path, bool force, struct error *error)
{
    unsigned char header[HEADER_BYTES];
    ssize_t length = read(file, header, sizeof(header));
    if (length < 0) {
        return place_system_refuses(error, path, "reading the file", "choose another name");
    }
    if (length == 0) {
        return true; /* an empty file is nobody's */
    }
    return header_judge(header, (size_t)length, path, error) && unused_judge(file, path, error) &&
           (force || refuse_used(path, error));
}

bool store_file_judge(const char *path, bool force, struct error *error)
{
    struct stat facts;
    if (path[0] == '\0' || path[0] == ':') {
        return refuse(error, path, "this is not a file name: give one, as in --db RUN.db");
    }
    if (stat(path, &facts) != 0) {
        if (errno != ENOENT) {
            return place_system_refuses(error, path, "the database", "choose another place");
        }
        if (lstat(path, &facts) == 0) {
            return refuse(error, path, "this is a link to nothing: name the file itself");
        }
        return place_judge_folder(path, error);
    }
    if (!S_ISREG(facts.st_mode)) {
        return refuse(error, path,
                      S_ISDIR(facts.st_mode) ? "this is a folder: give the name of a file"
                                             : "this is not a plain file: choose another name");
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return place_system_refuses(error, path, "opening the file", "choose another name");
    }
    bool judged = file_judge(file, path, force, error);
    (void)close(file);
    if (judged && access(path, W_OK) != 0) {
        return place_system_refuses(error, path, "the file cannot be written",
                                    "choose another name");
    }
    return judged && place_judge_folder(path, error);
}

static void remove_beside(const char *path, const char *suffix)
{
    char name[PATH_MAX];
    int length = snprintf(name, sizeof(name), "%s%s", path, suffix);
    if (length > 0 && (size_t)length < sizeof(name)) {
        (void)unlink(name); /* mostly there is none */
    }
}

void store_file_remove(const char *path)
{
    remove_beside(path, "-journal");
    remove_beside(path, "-wal");
    remove_beside(path, "-shm");
    remove_beside(path, "");
}

static bool in_use(const char *path, struct error *error)
{
    return refuse(error, path,
                  "the database is in use by another process: wait for it, or choose another name");
}

bool store_file_mark(const char *path, struct store_mark *out, struct error *error)
{
    struct stat facts;
    if (stat(path, &facts) != 0) {
        return place_system_refuses(error, path, "the database", "choose another place");
    }
    *out = (struct store_mark){.device = facts.st_dev, .number = facts.st_ino};
    return true;
}

bool store_file_is(const char *path, const struct store_mark *mark, struct error *error)
{
    struct store_mark now = {0};
    if (!store_file_mark(path, &now, error)) {
        return false;
    }
    return (now.device == mark->device && now.number == mark->number) || in_use(path, error);
}

/* Writes the old log into the old file, judged already, and locks everybody out: it is whole until
 * it goes. What took its place meanwhile is another run's. */
static bool
hold_old(const char *path, const struct store_mark *judged, sqlite3 **out, struct error *error)
{
    int code = sqlite3_open_v2(path, out, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_exec(*out,
                            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_checkpoint(TRUNCATE); "
                            "BEGIN EXCLUSIVE",
                            NULL, NULL, NULL) &
               0xFF;
    }
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        return in_use(path, error);
    }
    /* One of ours by its header; damaged further in, it may go all the same. */
    return store_file_is(path, judged, error);
}

bool store_file_install(const char *temporary, const char *path, bool force, struct error *error)
{
    struct store_mark before = {0};
    bool there = access(path, F_OK) == 0;
    /* Judged again: what was fresh at the start may be another's by now. */
    if ((there && !store_file_mark(path, &before, error)) ||
        !store_file_judge(path, force, error)) {
        return false;
    }
    sqlite3 *old = NULL;
    bool installed = !there || hold_old(path, &before, &old, error);
    if (installed) {
        remove_beside(path, "-wal");
        remove_beside(path, "-shm");
        remove_beside(path, "-journal");
        installed = place_move(temporary, path, there, error);
    }
    (void)sqlite3_close(old);
    return installed && place_sync_folder(path, error);
}

bool store_file_arrive(const char *finished, const char *path, struct error *error)
{
    return place_sync(finished, error) && place_move(finished, path, true, error) &&
           place_sync_folder(path, error);
}
