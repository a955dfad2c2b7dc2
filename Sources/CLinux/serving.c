// A small server's work: a request of eight bytes, a computation, an answer of eight bytes. In C, so that a child that was
// forked for one request does nothing but this.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int32_t clinux_fork(void) { return fork(); }

int clinux_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

uint64_t clinux_answer(uint64_t number) {
  uint64_t steps = 0;
  for (uint64_t first = number; first < number + 100; first++) {
    for (uint64_t value = first; value > 1; steps++) value = value % 2 == 0 ? value / 2 : 3 * value + 1;
  }
  return steps;
}

int clinux_serve(int32_t connection) {
  uint64_t word = 0;
  size_t done = 0;
  while (done < sizeof word) {
    ssize_t count = recv(connection, (char *)&word + done, sizeof word - done, 0);
    if (count > 0) done += (size_t)count;
    else if (count == 0) {
      errno = ECONNRESET;
      return -1;
    } else if (errno != EINTR) return -1;
  }
  word = clinux_answer(word);
  for (done = 0; done < sizeof word;) {
    ssize_t count = send(connection, (const char *)&word + done, sizeof word - done, MSG_NOSIGNAL);
    if (count > 0) done += (size_t)count;
    else if (errno != EINTR) return -1;
  }
  return 0;
}

int32_t clinux_fork_to_serve(int32_t connection, int32_t listener) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child != 0) return child;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(1);
  close(listener);
  _exit(clinux_serve(connection) == 0 ? 0 : 1);
}
