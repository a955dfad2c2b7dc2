// The wall around a process's private memory, and the handler that tells a failed allocation from a crash. What the handler
// needs is put here before, and it calls nothing but what may be called in a signal handler.
#define _GNU_SOURCE
#include "CLinuxMemory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

int clinux_limit_data(uint64_t bytes, int is_final) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return -1;
  rlim_t value = bytes < limit.rlim_max ? (rlim_t)bytes : limit.rlim_max;
  limit.rlim_cur = value;
  if (is_final) limit.rlim_max = value;
  return setrlimit(RLIMIT_DATA, &limit);
}

int clinux_set_stack_size(uint64_t bytes) {
  pthread_attr_t attributes;
  int failed = pthread_getattr_default_np(&attributes);
  if (failed != 0) return failed;
  failed = pthread_attr_setstacksize(&attributes, (size_t)bytes);
  if (failed == 0) failed = pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
  return failed;
}

// What the handler needs: written once, before there is a handler.
static struct {
  int32_t status;
  // Standard error as it was, and the end from which what was written since can be read.
  int32_t messages, held;
  size_t explanation_length, path_count;
  char explanation[2048];
  char paths[4 * 4097];
} guard;

static int is_ending;

// What the runtime says of an allocation that failed (Swift 5.9 and later).
static const char failed_allocation[] = "failed to allocate";

static int holds(const char *text, size_t length, const char *wanted) {
  size_t count = strlen(wanted);
  for (size_t start = 0; start + count <= length; start++) {
    if (memcmp(text + start, wanted, count) == 0) return 1;
  }
  return 0;
}

static void say(const char *text, size_t length) {
  while (length > 0) {
    ssize_t written = write(guard.messages, text, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    length -= (size_t)written;
  }
}

// Whether the wall leaves room for as much as an allocator takes at a time.
static int has_room(void) {
  const size_t length = 1 << 20;
  void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 0;
  munmap(memory, length);
  return 1;
}

static void on_failure(int signal, siginfo_t *information, void *context) {
  (void)context;
  int reason = errno;
  // Another thread has failed before and ends the process.
  if (__atomic_exchange_n(&is_ending, 1, __ATOMIC_SEQ_CST)) {
    for (;;) pause();
  }
  static char text[4096];
  ssize_t length = read(guard.held, text, sizeof text);
  if (length < 0) length = 0;
  // A signal of the kernel's, or one that the process sent itself (abort); not one that somebody else has sent.
  int is_own = information->si_code > 0 || information->si_pid == getpid();
  // Whoever gives up may have given up for want of memory; a fault says nothing about it, whatever call had failed before,
  // unless it is one at the null pointer that a failed allocation left and there is no memory to be had at this moment: so
  // ends the runtime when it has no memory for the sentence that says it has none.
  int gave_up = signal == SIGABRT || signal == SIGILL || signal == SIGTRAP;
  int is_null = signal == SIGSEGV && information->si_code == SEGV_MAPERR && (uintptr_t)information->si_addr < 4096;
  if (is_own
      && ((reason == ENOMEM && (gave_up || (is_null && !has_room())))
          || holds(text, (size_t)length, failed_allocation))) {
    const char *path = guard.paths;
    for (size_t index = 0; index < guard.path_count; index++) {
      unlink(path);
      path += strlen(path) + 1;
    }
    say(guard.explanation, guard.explanation_length);
    _exit(guard.status);
  }
  while (length > 0) {
    say(text, (size_t)length);
    length = read(guard.held, text, sizeof text);
  }
  // The action is the default again, and the signal is taken when this returns. It was not before: a thread that fails while
  // another one ends the process would end it the other way.
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, NULL);
  errno = reason;
  raise(signal);
}

static int fill(int32_t status, const char *explanation, const char *paths, uint64_t path_count) {
  guard.status = status;
  guard.explanation_length = strlen(explanation);
  size_t length = 0;
  for (uint64_t index = 0; index < path_count; index++) length += strlen(paths + length) + 1;
  if (guard.explanation_length > sizeof guard.explanation || length > sizeof guard.paths) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(guard.explanation, explanation, guard.explanation_length);
  memcpy(guard.paths, paths, length);
  guard.path_count = path_count;
  return 0;
}

int clinux_guard_memory(
  int32_t status, const char *explanation, const char *paths, uint64_t path_count, int32_t messages[2]) {
  int ends[2];
  if (fill(status, explanation, paths, path_count) != 0) return -1;
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  guard.held = ends[0];
  guard.messages = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (guard.messages < 0 || dup2(ends[1], STDERR_FILENO) < 0) {
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    if (guard.messages >= 0) close(guard.messages);
    errno = error;
    return -1;
  }
  close(ends[1]);
  messages[0] = guard.messages;
  messages[1] = guard.held;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_failure;
  action.sa_flags = SA_SIGINFO;
  static const int signals[] = {SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGSYS};
  for (size_t index = 0; index < sizeof signals / sizeof *signals; index++) {
    if (sigaction(signals[index], &action, NULL) != 0) return -1;
  }
  return 0;
}
