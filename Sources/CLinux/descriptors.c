// Descriptors that are close-on-exec from birth, the flags of pipes, and moving files into pipes and sockets.
#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_pipe(int32_t ends[2]) { return pipe2(ends, O_CLOEXEC); }

int clinux_socket_pair(int32_t ends[2]) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends); }

int clinux_stream_pair(int32_t ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }

int clinux_duplicate(int32_t descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

int clinux_set_nonblocking(int32_t descriptor, int on) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return -1;
  int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  return wanted == flags ? 0 : fcntl(descriptor, F_SETFL, wanted);
}

int clinux_set_pipe_size(int32_t descriptor, int bytes) { return fcntl(descriptor, F_SETPIPE_SZ, bytes); }

ssize_t clinux_splice(int32_t file, int64_t offset, int32_t pipe, size_t count) {
  off64_t position = offset;
  return splice(file, &position, pipe, NULL, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

ssize_t clinux_splice_out(int32_t pipe, int32_t file, size_t count) {
  return splice(pipe, NULL, file, NULL, count, SPLICE_F_MOVE);
}

ssize_t clinux_send_file(int32_t file, int64_t offset, int32_t socket, size_t count) {
  off64_t position = offset;
  return sendfile64(socket, file, &position, count);
}

int clinux_event(void) { return eventfd(0, EFD_CLOEXEC); }

int clinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int clinux_count_unexpected_descriptors(const int32_t *expected, uint64_t count) {
  DIR *folder = opendir("/proc/self/fd");
  if (folder == NULL) return -1;
  int unexpected = 0;
  for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    int32_t descriptor = atoi(entry->d_name);
    int is_known = entry->d_name[0] == '.' || descriptor == dirfd(folder);
    for (uint64_t index = 0; index < count && !is_known; index++) is_known = expected[index] == descriptor;
    unexpected += !is_known;
  }
  closedir(folder);
  return unexpected;
}
