// The table of system calls as a program for the kernel (seccomp, classic BPF). The program asks for one number after
// the other, which is slow to read and costs nothing: the kernel runs it once for every number when it is installed, and
// from then on keeps in a bitmap which numbers are allowed whatever their arguments (Linux 5.11 and later).
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#if defined(MACHINE) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

// Ends that come in any case, and at most seven steps for a rule.
#define CAPACITY 2048

struct program {
  struct sock_filter steps[CAPACITY];
  unsigned short count;
  int is_full;
};

static void add(struct program *program, struct sock_filter step) {
  if (program->count == CAPACITY) program->is_full = 1;
  else program->steps[program->count++] = step;
}

static void load(struct program *program, uint32_t offset) {
  add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

// Skips so many steps unless what was loaded has this value.
static void unless_equal(struct program *program, uint32_t value, uint8_t skipped) {
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped));
}

static void end(struct program *program, uint32_t verdict) {
  add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

static uint32_t verdict(enum clinux_sandbox_action action, int refusal) {
  switch (action) {
  case CLINUX_SANDBOX_ALLOW: return SECCOMP_RET_ALLOW;
  case CLINUX_SANDBOX_ABSENT: return SECCOMP_RET_ERRNO | ENOSYS;
  case CLINUX_SANDBOX_KILL: return SECCOMP_RET_KILL_PROCESS;
  default: return SECCOMP_RET_ERRNO | ((uint32_t)refusal & SECCOMP_RET_DATA);
  }
}

static void add_rule(struct program *program, const struct clinux_sandbox_rule *rule, int refusal) {
  uint32_t result = verdict(rule->action, refusal);
  if (rule->condition == CLINUX_SANDBOX_ALWAYS) {
    unless_equal(program, rule->number, 1);
    end(program, result);
    return;
  }
  int is_own = rule->condition == CLINUX_SANDBOX_OWN_PID;
  unless_equal(program, rule->number, 5);
  // The lower half of an argument comes first in memory.
  load(program, (uint32_t)offsetof(struct seccomp_data, args) + 8 * rule->argument);
  add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, is_own ? UINT32_MAX : rule->mask));
  unless_equal(program, is_own ? (uint32_t)getpid() : rule->value, 1);
  end(program, result);
  // For the rules behind this one.
  load(program, offsetof(struct seccomp_data, nr));
}

int clinux_install_sandbox_filter(int refusal) {
  struct program program = {.count = 0};
  // A number means another call where another convention is used (32-bit code on a 64-bit kernel).
  load(&program, offsetof(struct seccomp_data, arch));
  add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0));
  end(&program, SECCOMP_RET_KILL_PROCESS);
  load(&program, offsetof(struct seccomp_data, nr));
#ifdef CLINUX_SANDBOX_FOREIGN_NUMBERS
  add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, CLINUX_SANDBOX_FOREIGN_NUMBERS, 0, 1));
  end(&program, SECCOMP_RET_KILL_PROCESS);
#endif
  for (size_t index = 0; index < clinux_sandbox_rule_count; index++) {
    add_rule(&program, &clinux_sandbox_rules[index], refusal);
  }
  end(&program, verdict(CLINUX_SANDBOX_REFUSE, refusal));
  if (program.is_full) {
    errno = E2BIG;
    return -1;
  }
  struct sock_fprog installed = {.len = program.count, .filter = program.steps};
  long failed = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &installed);
  // A positive answer is the number of a thread that has a filter of its own.
  if (failed > 0) errno = EBUSY;
  return failed == 0 ? 0 : -1;
}

#else

// No list of calls has been tried on this machine.
int clinux_install_sandbox_filter(int refusal) {
  (void)refusal;
  errno = ENOSYS;
  return -1;
}

#endif
