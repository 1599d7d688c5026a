/*
 * A disk that forgets what was not synced. Loaded in front of libc, it notes, before each write to a regular file, what was there
 * before; a sync of the file forgets the notes. Whoever applies the notes that are left, newest first, has what a disk holds
 * after a power loss that no unsynced write survived. One file of notes for each file, named by its inode and time of birth, in
 * the folder FAULTY_DISK.
 *
 * If that folder holds a file 'full', writes that would make a file longer fail with ENOSPC; with a file 'slow', a sync takes
 * 100 ms more.
 *
 * Not modelled: creating, renaming and deleting files is durable at once; what is written by stdio is never lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct note {
  int64_t offset;
  int64_t saved;
  int64_t size;
};

static const char *folder(void) { return getenv("FAULTY_DISK"); }

static int is_ordered(const char *what) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder(), what);
  return access(path, F_OK) == 0;
}

/* Opens and locks the notes of that file; -1 if it is none that matters. */
static int open_notes(int fd, int64_t *size) {
  struct statx st;
  char path[4096];
  int kept = errno;
  if (fd <= 2 || folder() == NULL) return -1;
  if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st) != 0 || !S_ISREG(st.stx_mode)) {
    errno = kept;
    return -1;
  }
  snprintf(path, sizeof path, "%s/%llu-%lld-%u.notes", folder(), (unsigned long long) st.stx_ino,
           (long long) st.stx_btime.tv_sec, st.stx_btime.tv_nsec);
  int notes = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (notes < 0) abort();
  while (syscall(SYS_flock, notes, LOCK_EX) != 0) {
  }
  /* Again, now that nobody else changes it. */
  syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_SIZE, &st);
  *size = (int64_t) st.stx_size;
  errno = kept;
  return notes;
}

static void close_notes(int notes) {
  int kept = errno;
  if (notes >= 0) syscall(SYS_close, notes);
  errno = kept;
}

/* Notes what is at [offset, offset + length) now. */
static void keep(int notes, int fd, int64_t offset, int64_t length, int64_t size) {
  int kept = errno;
  int64_t saved = offset >= size ? 0 : (size - offset < length ? size - offset : length);
  char *bytes = malloc(sizeof(struct note) + (size_t) saved);
  struct note *note = (struct note *) bytes;
  if (bytes == NULL) abort();
  int64_t done = 0;
  while (done < saved) {
    /* The file may be open for writing only. */
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    int in = syscall(SYS_openat, AT_FDCWD, self, O_RDONLY | O_CLOEXEC);
    if (in < 0) abort();
    ssize_t got = syscall(SYS_pread64, in, bytes + sizeof *note + done, (size_t) (saved - done), offset + done);
    syscall(SYS_close, in);
    if (got <= 0) abort();
    done += got;
  }
  note->offset = offset;
  note->saved = saved;
  note->size = size;
  size_t total = sizeof *note + (size_t) saved;
  if (syscall(SYS_write, notes, bytes, total) != (long) total) abort();
  free(bytes);
  errno = kept;
}

static int is_full(int64_t end, int64_t size) {
  if (end > size && is_ordered("full")) {
    errno = ENOSPC;
    return 1;
  }
  return 0;
}

ssize_t pwrite(int fd, const void *buffer, size_t length, off_t offset) {
  int64_t size;
  int notes = open_notes(fd, &size);
  ssize_t written = -1;
  if (notes < 0) return syscall(SYS_pwrite64, fd, buffer, length, offset);
  if (!is_full(offset + (int64_t) length, size)) {
    keep(notes, fd, offset, (int64_t) length, size);
    written = syscall(SYS_pwrite64, fd, buffer, length, offset);
  }
  close_notes(notes);
  return written;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  int64_t size;
  int64_t length = 0;
  int notes = open_notes(fd, &size);
  ssize_t written = -1;
  for (int i = 0; i < count; i++) length += (int64_t) parts[i].iov_len;
  if (notes < 0) return syscall(SYS_pwritev, fd, parts, count, offset, 0);
  if (!is_full(offset + length, size)) {
    keep(notes, fd, offset, length, size);
    written = syscall(SYS_pwritev, fd, parts, count, offset, 0);
  }
  close_notes(notes);
  return written;
}

ssize_t write(int fd, const void *buffer, size_t length) {
  int64_t size;
  int notes = open_notes(fd, &size);
  ssize_t written = -1;
  if (notes < 0) return syscall(SYS_write, fd, buffer, length);
  int64_t offset = fcntl(fd, F_GETFL) & O_APPEND ? size : syscall(SYS_lseek, fd, 0, SEEK_CUR);
  if (!is_full(offset + (int64_t) length, size)) {
    keep(notes, fd, offset, (int64_t) length, size);
    written = syscall(SYS_write, fd, buffer, length);
  }
  close_notes(notes);
  return written;
}

int ftruncate(int fd, off_t length) {
  int64_t size;
  int notes = open_notes(fd, &size);
  int done = -1;
  if (notes < 0) return syscall(SYS_ftruncate, fd, length);
  if (!is_full(length, size)) {
    keep(notes, fd, length, size > length ? size - length : 0, size);
    done = syscall(SYS_ftruncate, fd, length);
  }
  close_notes(notes);
  return done;
}

int truncate(const char *path, off_t length) {
  int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return -1;
  int done = ftruncate(fd, length);
  close_notes(fd);
  return done;
}

int posix_fallocate(int fd, off_t offset, off_t length) {
  int64_t size;
  int notes = open_notes(fd, &size);
  int failure = ENOSPC;
  if (notes < 0) return syscall(SYS_fallocate, fd, 0, offset, length) == 0 ? 0 : errno;
  if (!is_full(offset + length, size)) {
    keep(notes, fd, size, 0, size);
    failure = syscall(SYS_fallocate, fd, 0, offset, length) == 0 ? 0 : errno;
  }
  close_notes(notes);
  return failure;
}

int open(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | O_TMPFILE)) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  int fd = syscall(SYS_openat, AT_FDCWD, path, flags & ~O_TRUNC, mode);
  if (fd >= 0 && (flags & O_TRUNC) && ftruncate(fd, 0) != 0) {
    close_notes(fd);
    return -1;
  }
  return fd;
}

static int sync_file(int fd) {
  int64_t size;
  int notes = open_notes(fd, &size);
  if (notes < 0) return 0;
  if (is_ordered("slow")) {
    struct timespec pause = {0, 100000000};
    nanosleep(&pause, NULL);
  }
  /* The kernel keeps what it has; only these notes know a power loss. */
  int done = syscall(SYS_ftruncate, notes, 0);
  close_notes(notes);
  return done;
}

int fsync(int fd) { return sync_file(fd); }

int fdatasync(int fd) { return sync_file(fd); }
