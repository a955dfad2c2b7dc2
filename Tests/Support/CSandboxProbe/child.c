// Children that report by shared memory.
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// Longer than any call takes on a busy machine, shorter than anybody's patience.
#define PATIENCE 10

void *csandboxprobe_share(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void csandboxprobe_unshare(void *memory, size_t size) { munmap(memory, size); }

void csandboxprobe_settle(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  setsid();
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null >= 0) dup2(null, STDIN_FILENO);
  sigset_t nothing;
  sigemptyset(&nothing);
  sigprocmask(SIG_SETMASK, &nothing, NULL);
  for (int number = 1; number < SIGRTMIN; number++) signal(number, SIG_DFL);
  alarm(PATIENCE);
}

void csandboxprobe_await(pid_t child, struct csandboxprobe_result *result) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  if (WIFEXITED(status) && WEXITSTATUS(status) == CSANDBOXPROBE_DONE) return;
  result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  switch (result->signal) {
  case SIGSYS: result->end = CSANDBOXPROBE_KILLED; break;
  case SIGALRM: result->end = CSANDBOXPROBE_HUNG; break;
  // exit, or rt_sigreturn to nowhere: the kernel did what it was asked for.
  default: result->end = CSANDBOXPROBE_PASSED; break;
  }
}

pid_t csandboxprobe_fork(void) { return fork(); }
