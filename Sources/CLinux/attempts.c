// What somebody who has taken a process over would try: to look into another process, and to open something new.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int outcome(long result) { return result < 0 ? errno : 0; }

static int read_by_call(const struct clinux_target *target, uint8_t *bytes) {
  struct iovec here = {.iov_base = bytes, .iov_len = target->length};
  struct iovec there = {.iov_base = (void *)(uintptr_t)target->address, .iov_len = target->length};
  ssize_t count = process_vm_readv(target->pid, &here, 1, &there, 1, 0);
  if (count < 0) return errno;
  return (uint64_t)count == target->length ? 0 : EFAULT;
}

static int read_by_file(const struct clinux_target *target, uint8_t *bytes) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/mem", target->pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  ssize_t count = pread(file, bytes, target->length, (off_t)target->address);
  int failed = count < 0 ? errno : (uint64_t)count == target->length ? 0 : EFAULT;
  close(file);
  return failed;
}

static int trace(const struct clinux_target *target) {
  if (ptrace(PTRACE_SEIZE, target->pid, NULL, NULL) < 0) return errno;
  // Detaching wants a target that is stopped; the end of this process lets it go as well.
  return 0;
}

static int open_and_close(int descriptor) {
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}

static int fork_and_wait(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
  return 0;
}

static int execute(void) {
  char *arguments[] = {"pipe", "--version", NULL}, *environment[] = {NULL};
  execve("/proc/self/exe", arguments, environment);
  return errno;
}

int clinux_make_attempt(enum clinux_attempt attempt, const struct clinux_target *target, uint8_t *bytes) {
  switch (attempt) {
  case CLINUX_ATTEMPT_POINTER:
    clinux_leave_no_core();
    // Byte by byte and volatile, so that the compiler asks no questions about the address.
    for (uint64_t index = 0; index < target->length; index++) {
      bytes[index] = ((const volatile uint8_t *)(uintptr_t)target->address)[index];
    }
    return 0;
  case CLINUX_ATTEMPT_READ_CALL: return read_by_call(target, bytes);
  case CLINUX_ATTEMPT_READ_FILE: return read_by_file(target, bytes);
  case CLINUX_ATTEMPT_TRACE: return trace(target);
  case CLINUX_ATTEMPT_SIGNAL: return outcome(kill(target->pid, 0));
  case CLINUX_ATTEMPT_OPEN: return open_and_close(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
  case CLINUX_ATTEMPT_CREATE: return open_and_close(open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  case CLINUX_ATTEMPT_SOCKET: return open_and_close(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  case CLINUX_ATTEMPT_EXECUTE: return execute();
  case CLINUX_ATTEMPT_FORK: return fork_and_wait();
  }
  return EINVAL;
}

int clinux_set_dumpable(int on) { return prctl(PR_SET_DUMPABLE, on ? 1 : 0, 0, 0, 0); }
