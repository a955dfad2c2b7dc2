// System calls by their numbers, as many in one child as it survives.
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct walk {
  // The call that is being tried, counted from 0; behind the last one there is nothing to do.
  volatile uint32_t position;
  struct csandboxprobe_result results[];
};

static void enter_filter(int refusal) {
  csandboxprobe_settle();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || clinux_install_sandbox_filter(refusal) != 0) _exit(1);
}

static struct csandboxprobe_result make_call(uint32_t number, const uint64_t arguments[6], int refusal) {
  errno = 0;
  long answer = syscall(
    (long)number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
  struct csandboxprobe_result result = {.end = CSANDBOXPROBE_PASSED};
  if (answer == -1 && (errno == refusal || errno == ENOSYS)) {
    result.end = CSANDBOXPROBE_FAILED;
    result.error = errno;
  }
  return result;
}

// Makes the calls in children until all are made; `arguments` are those of every call.
static int walk_through(
  uint32_t first, uint32_t count, const uint64_t arguments[6], int refusal, struct csandboxprobe_result *results) {
  size_t size = sizeof(struct walk) + count * sizeof *results;
  struct walk *walk = csandboxprobe_share(size);
  if (walk == NULL) return -1;
  int failed = 0;
  while (walk->position < count && failed == 0) {
    uint32_t start = walk->position;
    walk->results[start].end = CSANDBOXPROBE_NOT_TRIED;
    pid_t child = fork();
    if (child < 0) failed = -1;
    if (child == 0) {
      enter_filter(refusal);
      for (; walk->position < count; walk->position++) {
        // Written first, so that the position is the call's that ends this child.
        walk->results[walk->position].end = CSANDBOXPROBE_PASSED;
        walk->results[walk->position] = make_call(first + walk->position, arguments, refusal);
      }
      _exit(CSANDBOXPROBE_DONE);
    }
    if (child > 0) {
      struct csandboxprobe_result last = {.end = CSANDBOXPROBE_NOT_TRIED};
      csandboxprobe_await(child, &last);
      if (walk->position >= count) break;
      // Where nothing was tried, the filter could not be installed.
      if (walk->results[walk->position].end == CSANDBOXPROBE_NOT_TRIED) failed = -1;
      walk->results[walk->position++] = last;
    }
  }
  memcpy(results, walk->results, count * sizeof *results);
  csandboxprobe_unshare(walk, size);
  return failed;
}

int csandboxprobe_try_numbers(
  uint32_t first, uint32_t count, uint64_t argument, int refusal, struct csandboxprobe_result *results) {
  const uint64_t arguments[6] = {argument, argument, argument, argument, argument, argument};
  return walk_through(first, count, arguments, refusal, results);
}

int csandboxprobe_try_call(
  uint32_t number, const uint64_t arguments[6], int refusal, struct csandboxprobe_result *result) {
  return walk_through(number, 1, arguments, refusal, result);
}

int csandboxprobe_try_old_entry(struct csandboxprobe_result *result) {
  memset(result, 0, sizeof *result);
#if defined(__x86_64__)
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    enter_filter(EPERM);
    // getpid of 32-bit programs.
    long answer = 20;
    __asm__ volatile("int $0x80" : "+a"(answer) : : "memory", "r8", "r9", "r10", "r11");
    _exit(CSANDBOXPROBE_DONE);
  }
  result->end = CSANDBOXPROBE_PASSED;
  csandboxprobe_await(child, result);
#endif
  return 0;
}
