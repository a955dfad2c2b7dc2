// Tries from within the sandbox what it is there to prevent, each attempt in a child of its own, and says what became of
// it. In C, because the children are forked from a process with threads: they make system calls and nothing else.
#ifndef CSANDBOXPROBE_H
#define CSANDBOXPROBE_H

#include "CLinux.h"

#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>

/// What became of a call or an attempt.
enum csandboxprobe_end {
  /// The child died before it came to it.
  CSANDBOXPROBE_NOT_TRIED,
  /// It succeeded, or failed for a reason of its own; or ended the child as it would without a sandbox.
  CSANDBOXPROBE_PASSED,
  /// It failed with the errno that `error` names.
  CSANDBOXPROBE_FAILED,
  /// It ended the child by SIGSYS.
  CSANDBOXPROBE_KILLED,
  /// It had not returned after seconds.
  CSANDBOXPROBE_HUNG,
};

struct csandboxprobe_result {
  enum csandboxprobe_end end;
  /// The errno of a failure, else 0.
  int32_t error;
  /// The signal that ended the child, else 0.
  int32_t signal;
};

// System calls by their numbers.

/// Makes system calls under the filter, whose refusals have this errno: those with the numbers from `first` on, `count`
/// of them, each with all six arguments the same. Only ENOSYS and the refusal count as failures, as nothing else tells
/// what the filter did. Goes on in another child behind each call that ended one. 0, or -1 if nothing could be tried.
int csandboxprobe_try_numbers(
  uint32_t first, uint32_t count, uint64_t argument, int refusal, struct csandboxprobe_result *results);
/// The same for one call with any arguments.
int csandboxprobe_try_call(
  uint32_t number, const uint64_t arguments[6], int refusal, struct csandboxprobe_result *result);
/// A call as 32-bit programs make it (`int 0x80`, getpid); not tried on other machines than x86-64.
int csandboxprobe_try_old_entry(struct csandboxprobe_result *result);

// Attempts: what somebody who took the process over would try, or what a layer limits.

enum csandboxprobe_attempt {
  /// A file that everybody may read.
  CSANDBOXPROBE_OPEN,
  CSANDBOXPROBE_OPENAT2,
  CSANDBOXPROBE_SOCKET,
  /// Over TCP to this machine, where somebody listens, with a socket made before.
  CSANDBOXPROBE_CONNECT,
  CSANDBOXPROBE_BIND,
  CSANDBOXPROBE_EXECUTE,
  CSANDBOXPROBE_FORK,
  /// On another process of the same user, as it was before the sandbox; so the next two.
  CSANDBOXPROBE_TRACE,
  CSANDBOXPROBE_SIGNAL,
  CSANDBOXPROBE_READ_PROCESS,
  CSANDBOXPROBE_EXECUTE_NEW_MEMORY,
  /// With a memory file made before.
  CSANDBOXPROBE_EXECUTE_OLD_MEMORY,
  CSANDBOXPROBE_RING,
  CSANDBOXPROBE_BPF,
  /// A file system that does not exist, on the root directory.
  CSANDBOXPROBE_MOUNT,
  CSANDBOXPROBE_BECOME_ROOT,
  CSANDBOXPROBE_MAP_CODE,
  /// To a file (in memory) made before.
  CSANDBOXPROBE_WRITE_FILE,
  /// 300 of them.
  CSANDBOXPROBE_DUPLICATE,
  /// 1 GiB.
  CSANDBOXPROBE_ALLOCATE,
};

#define CSANDBOXPROBE_ATTEMPTS 20

/// Makes an attempt after the sandbox was entered, which `outcome` is about. A parent of 0 in the options stays 0.
/// 0, or -1 and errno if nothing could be tried.
int csandboxprobe_attempt(
  enum csandboxprobe_attempt attempt, const struct clinux_sandbox_options *options,
  struct clinux_sandbox_outcome *outcome, struct csandboxprobe_result *result);

/// fork, which Swift does not offer. Only for processes in which no other thread does anything.
pid_t csandboxprobe_fork(void);

#endif
