// The declaration of the sandbox: which system calls a parser or reader process may make, which end it, and which only
// fail. The filter is made of this table, and a test tries every number against it.
//
// To whoever changes it: a call that is missing shows as EPERM in `strace -f`, one that kills as SIGSYS. Calls of the C
// library differ between its versions and between machines (`poll` is ppoll on aarch64), so allow a whole family or none.
// What open() and its kin answer must stay an error and not an end: the C library tries files that it can do without
// (malloc reads /proc/sys/vm/overcommit_memory when it gives memory back).
#define _GNU_SOURCE
#include "sandbox.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Later than the headers of some systems; these numbers are the same on all machines.
#ifndef SYS_rseq
#if defined(__x86_64__)
#define SYS_rseq 334
#else
#define SYS_rseq 293
#endif
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef SYS_process_mrelease
#define SYS_process_mrelease 448
#endif

// Exactly a thread: shares all that threads share. What a C library may add to that, and nothing else: no new name
// spaces, no tracing, no signal at the end.
#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
#define THREAD_EXTRAS \
  (CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED)

#define ALLOW(name) {.number = SYS_##name, .action = CLINUX_SANDBOX_ALLOW}
#define ALLOW_IF(name, index, bits, wanted) \
  {.number = SYS_##name, \
   .action = CLINUX_SANDBOX_ALLOW, \
   .condition = CLINUX_SANDBOX_MASKED, \
   .argument = index, \
   .mask = bits, \
   .value = wanted}
#define ALLOW_OWN(name, index) \
  {.number = SYS_##name, .action = CLINUX_SANDBOX_ALLOW, .condition = CLINUX_SANDBOX_OWN_PID, .argument = index}
#define ABSENT(name) {.number = SYS_##name, .action = CLINUX_SANDBOX_ABSENT}
#define KILL(name) {.number = SYS_##name, .action = CLINUX_SANDBOX_KILL}
#define EVERY_BIT UINT32_MAX

const struct clinux_sandbox_rule clinux_sandbox_rules[] = {
  // Bytes in and out of descriptors that the process has been given. No pwrite, no ioctl, no sockets of its own.
  ALLOW(read),
  ALLOW(write),
  ALLOW(readv),
  ALLOW(writev),
  ALLOW(pread64),
  ALLOW(splice),
  ALLOW(sendfile),
  ALLOW(lseek),
  ALLOW(close),
#ifdef SYS_poll
  ALLOW(poll),
#endif
  ALLOW(ppoll),
  ALLOW(sendmsg),
  ALLOW(recvmsg),
  ALLOW(shutdown),
  // Not F_SETOWN: the kernel would send signals in this process's name.
  ALLOW_IF(fcntl, 1, EVERY_BIT, F_GETFL),
  ALLOW_IF(fcntl, 1, EVERY_BIT, F_SETFL),
  ALLOW_IF(fcntl, 1, EVERY_BIT, F_DUPFD_CLOEXEC),
  ALLOW_IF(fcntl, 1, EVERY_BIT, F_SETPIPE_SZ),
  ALLOW_IF(fcntl, 1, EVERY_BIT, F_GETPIPE_SZ),
  ALLOW_IF(fcntl, 1, EVERY_BIT, F_GET_SEALS),
  // The fstat of glibc before 2.39 is newfstatat with an empty path. A filter cannot read the path, so with this flag
  // files can also be looked at by name (size and times, not contents); Landlock does not know that right either. Who
  // has taken the process over learns whether files exist: accepted, because the alternative is to patch the C library.
  ALLOW(fstat),
  ALLOW_IF(newfstatat, 3, EVERY_BIT, AT_EMPTY_PATH),

  // Memory, never executable.
  ALLOW(brk),
  ALLOW_IF(mmap, 2, PROT_EXEC, 0),
  ALLOW_IF(mprotect, 2, PROT_EXEC, 0),
  ALLOW(munmap),
  ALLOW(mremap),
  ALLOW(madvise),

  // Threads. The flags of clone3 are behind a pointer, which a filter cannot follow: the C library falls back to clone.
  ALLOW(futex),
  ABSENT(clone3),
  ALLOW_IF(clone, 0, ~(uint32_t)THREAD_EXTRAS, THREAD_FLAGS),
  KILL(clone),
  ALLOW(set_robust_list),
  ALLOW(rseq),
  ALLOW_IF(prctl, 0, EVERY_BIT, PR_SET_NAME),
  ALLOW(sched_yield),
  ALLOW(sched_getaffinity),
  ALLOW(exit),
  ALLOW(exit_group),

  // Signals, to this process only (abort, raise).
  ALLOW(rt_sigaction),
  ALLOW(rt_sigprocmask),
  ALLOW(rt_sigreturn),
  ALLOW(sigaltstack),
  ALLOW(restart_syscall),
  ALLOW_OWN(tgkill, 0),
  KILL(tgkill),

  // Time, and what the process knows of itself.
  ALLOW(clock_gettime),
  ALLOW(clock_getres),
  ALLOW(gettimeofday),
#ifdef SYS_time
  ALLOW(time),
#endif
  ALLOW(clock_nanosleep),
  ALLOW(nanosleep),
  ALLOW(getpid),
  ALLOW(getppid),
  ALLOW(gettid),
  ALLOW(getrusage),
  ALLOW(getrandom),

  // Hostile: other programs,
  KILL(execve),
  KILL(execveat),
#ifdef SYS_fork
  KILL(fork),
#endif
#ifdef SYS_vfork
  KILL(vfork),
#endif
  KILL(memfd_create),
  KILL(memfd_secret),
#ifdef SYS_uselib
  KILL(uselib),
#endif
  KILL(personality),
  // other processes,
  KILL(ptrace),
  KILL(process_vm_readv),
  KILL(process_vm_writev),
  KILL(process_madvise),
  KILL(process_mrelease),
  KILL(kcmp),
  KILL(kill),
  KILL(tkill),
  KILL(rt_sigqueueinfo),
  KILL(rt_tgsigqueueinfo),
  KILL(pidfd_open),
  KILL(pidfd_getfd),
  KILL(pidfd_send_signal),
  // parts of the kernel with a history of holes, or that pass by this filter,
  KILL(bpf),
  KILL(io_uring_setup),
  KILL(io_uring_enter),
  KILL(io_uring_register),
  KILL(perf_event_open),
  KILL(userfaultfd),
  KILL(keyctl),
  KILL(add_key),
  KILL(request_key),
  KILL(fanotify_init),
  KILL(fanotify_mark),
  KILL(name_to_handle_at),
  KILL(open_by_handle_at),
#ifdef SYS_modify_ldt
  KILL(modify_ldt),
#endif
#ifdef SYS_iopl
  KILL(iopl),
#endif
#ifdef SYS_ioperm
  KILL(ioperm),
#endif
  // another view of the machine,
  KILL(unshare),
  KILL(setns),
  KILL(chroot),
  KILL(pivot_root),
  KILL(mount),
  KILL(umount2),
  KILL(mount_setattr),
  KILL(move_mount),
  KILL(open_tree),
  KILL(open_tree_attr),
  KILL(fsopen),
  KILL(fsconfig),
  KILL(fsmount),
  KILL(fspick),
  // another user,
  KILL(setuid),
  KILL(setgid),
  KILL(setreuid),
  KILL(setregid),
  KILL(setresuid),
  KILL(setresgid),
  KILL(setfsuid),
  KILL(setfsgid),
  KILL(setgroups),
  KILL(capset),
  // and the machine itself.
  KILL(init_module),
  KILL(finit_module),
  KILL(delete_module),
  KILL(kexec_load),
  KILL(kexec_file_load),
  KILL(reboot),
  KILL(swapon),
  KILL(swapoff),
  KILL(acct),
  KILL(quotactl),
  KILL(quotactl_fd),
  KILL(sethostname),
  KILL(setdomainname),
  KILL(settimeofday),
  KILL(clock_settime),
  KILL(syslog),
  KILL(vhangup),

#if defined(__x86_64__)
  // uretprobe and uprobe (seen with Linux 6.18): nothing can be done about them, and nothing with them.
  {.number = 335, .action = CLINUX_SANDBOX_UNFILTERED},
  {.number = 336, .action = CLINUX_SANDBOX_UNFILTERED},
#endif
};

const size_t clinux_sandbox_rule_count = sizeof clinux_sandbox_rules / sizeof clinux_sandbox_rules[0];

static int applies(const struct clinux_sandbox_rule *rule, const uint64_t arguments[6]) {
  uint32_t argument = (uint32_t)arguments[rule->argument];
  switch (rule->condition) {
  case CLINUX_SANDBOX_MASKED: return (argument & rule->mask) == rule->value;
  case CLINUX_SANDBOX_OWN_PID: return argument == (uint32_t)getpid();
  default: return 1;
  }
}

enum clinux_sandbox_action clinux_sandbox_decide(uint32_t number, const uint64_t arguments[6]) {
#ifdef CLINUX_SANDBOX_FOREIGN_NUMBERS
  if (number >= CLINUX_SANDBOX_FOREIGN_NUMBERS) return CLINUX_SANDBOX_KILL;
#endif
  for (size_t index = 0; index < clinux_sandbox_rule_count; index++) {
    const struct clinux_sandbox_rule *rule = &clinux_sandbox_rules[index];
    if (rule->number == number && applies(rule, arguments)) return rule->action;
  }
  return CLINUX_SANDBOX_REFUSE;
}
