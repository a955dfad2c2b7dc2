// What somebody who took a sandboxed process over would try. Everything that the attempt needs is made before the sandbox
// is entered, so that each fails by nothing but what it is about.
#define _GNU_SOURCE
#include "child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#endif

static const char program[] = "/bin/true";

// What was there before the sandbox.
struct stock {
  // A process of the same user, its memory the same as here.
  pid_t neighbour;
  int memory_file, program_file, free_socket;
  struct sockaddr_in listener;
};

struct report {
  volatile int is_entered;
  int entering_failed;
  struct clinux_sandbox_outcome outcome;
  struct csandboxprobe_result result;
};

// Ends with this process, by the end of a pipe: a death signal would be sent in the name of this process, and a sandbox may
// forbid it that. What does not end has copies of all descriptors of the test, which would wait for the last one to be
// closed.
static pid_t start_neighbour(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    char byte;
    close(ends[1]);
    while (read(ends[0], &byte, 1) != 0) {}
    _exit(0);
  }
  return child;
}

static int copy_of_program(void) {
  int source = open(program, O_RDONLY | O_CLOEXEC);
  int copy = memfd_create("program", MFD_CLOEXEC);
  char block[4096];
  for (ssize_t count; (count = read(source, block, sizeof block)) > 0;) {
    if (write(copy, block, (size_t)count) != count) break;
  }
  close(source);
  return copy;
}

static struct stock prepare(enum csandboxprobe_attempt attempt) {
  struct stock stock = {.neighbour = -1, .memory_file = -1, .program_file = -1, .free_socket = -1};
  switch (attempt) {
  case CSANDBOXPROBE_TRACE:
  case CSANDBOXPROBE_SIGNAL:
  case CSANDBOXPROBE_READ_PROCESS: stock.neighbour = start_neighbour(); break;
  case CSANDBOXPROBE_EXECUTE_OLD_MEMORY: stock.program_file = copy_of_program(); break;
  case CSANDBOXPROBE_WRITE_FILE: stock.memory_file = memfd_create("file", MFD_CLOEXEC); break;
  case CSANDBOXPROBE_CONNECT:
  case CSANDBOXPROBE_BIND: {
    socklen_t length = sizeof stock.listener;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    stock.listener.sin_family = AF_INET;
    stock.listener.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    stock.free_socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (attempt == CSANDBOXPROBE_CONNECT) {
      bind(listener, (struct sockaddr *)&stock.listener, length);
      listen(listener, 1);
      getsockname(listener, (struct sockaddr *)&stock.listener, &length);
    }
    break;
  }
  default: break;
  }
  return stock;
}

static long duplicate_often(void) {
  for (int count = 0; count < 300; count++) {
    if (fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) < 0) return -1;
  }
  return 0;
}

static long wait_for(pid_t child) {
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, NULL, 0);
  return child;
}

// -1 and errno for failure.
static long carry_out(enum csandboxprobe_attempt attempt, const struct stock *stock) {
  static char here[8];
  char *const arguments[] = {"true", NULL};
  const struct sockaddr *listener = (const struct sockaddr *)&stock->listener;
  uint64_t description[16];
  memset(description, 0, sizeof description);
  switch (attempt) {
  case CSANDBOXPROBE_OPEN: return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  case CSANDBOXPROBE_OPENAT2: return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", description, 24);
  case CSANDBOXPROBE_SOCKET: return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  case CSANDBOXPROBE_CONNECT: return connect(stock->free_socket, listener, sizeof stock->listener);
  case CSANDBOXPROBE_BIND: return bind(stock->free_socket, listener, sizeof stock->listener);
  case CSANDBOXPROBE_EXECUTE: return execv(program, arguments);
  case CSANDBOXPROBE_FORK: return wait_for(fork());
  case CSANDBOXPROBE_TRACE: return ptrace(PTRACE_SEIZE, stock->neighbour, 0, 0);
  case CSANDBOXPROBE_SIGNAL: return kill(stock->neighbour, 0);
  case CSANDBOXPROBE_READ_PROCESS: {
    char bytes[sizeof here];
    struct iovec to = {bytes, sizeof bytes}, from = {here, sizeof here};
    return process_vm_readv(stock->neighbour, &to, 1, &from, 1, 0);
  }
  case CSANDBOXPROBE_EXECUTE_NEW_MEMORY: return fexecve(copy_of_program(), arguments, environ);
  case CSANDBOXPROBE_EXECUTE_OLD_MEMORY: return fexecve(stock->program_file, arguments, environ);
  case CSANDBOXPROBE_RING: return syscall(SYS_io_uring_setup, 1, description);
  case CSANDBOXPROBE_BPF: {
    union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    return syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map);
  }
  case CSANDBOXPROBE_MOUNT: return mount("none", "/", "nosuchfilesystem", 0, NULL);
  case CSANDBOXPROBE_BECOME_ROOT: return setuid(0);
  case CSANDBOXPROBE_MAP_CODE: {
    void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return code == MAP_FAILED ? -1 : 0;
  }
  case CSANDBOXPROBE_WRITE_FILE: return write(stock->memory_file, "x", 1);
  case CSANDBOXPROBE_DUPLICATE: return duplicate_often();
  case CSANDBOXPROBE_ALLOCATE: {
    void *memory = mmap(NULL, 1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? -1 : 0;
  }
  }
  errno = EINVAL;
  return -1;
}

static void try_it(
  enum csandboxprobe_attempt attempt, const struct clinux_sandbox_options *options, struct report *report) {
  csandboxprobe_settle();
  // A file as standard error would be given room for messages.
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0) dup2(null, STDERR_FILENO);
  struct stock stock = prepare(attempt);
  if (clinux_enter_sandbox(options, &report->outcome) != 0) {
    report->entering_failed = errno;
    _exit(1);
  }
  report->is_entered = 1;
  if (carry_out(attempt, &stock) < 0) {
    report->result.error = errno;
    report->result.end = CSANDBOXPROBE_FAILED;
  } else {
    report->result.end = CSANDBOXPROBE_PASSED;
  }
  _exit(CSANDBOXPROBE_DONE);
}

int csandboxprobe_attempt(
  enum csandboxprobe_attempt attempt, const struct clinux_sandbox_options *options,
  struct clinux_sandbox_outcome *outcome, struct csandboxprobe_result *result) {
  struct report *report = csandboxprobe_share(sizeof *report);
  if (report == NULL) return -1;
  pid_t child = fork();
  if (child == 0) try_it(attempt, options, report);
  int failed = child < 0 ? errno : 0;
  if (child > 0) csandboxprobe_await(child, &report->result);
  if (failed == 0 && !report->is_entered) failed = report->entering_failed != 0 ? report->entering_failed : ECHILD;
  *outcome = report->outcome;
  *result = report->result;
  csandboxprobe_unshare(report, sizeof *report);
  errno = failed;
  return failed == 0 ? 0 : -1;
}
