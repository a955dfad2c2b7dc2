// The sandbox of a process that handles foreign bytes: what Swift cannot say of it. Each layer can be asked for alone,
// and what a layer took or refused is answered, so that nothing is claimed that is not in force.
#ifndef CLINUX_SANDBOX_H
#define CLINUX_SANDBOX_H

#include <stdint.h>

// Layers.

/// The layers in the order in which they are entered; a layer's bit is 1 << its number.
enum clinux_sandbox_layer {
  /// The process is nobody's: neither root, nor with any capability.
  CLINUX_SANDBOX_USER,
  /// No program that it could execute would give it more rights (no_new_privs).
  CLINUX_SANDBOX_PRIVILEGES,
  /// Landlock without a single rule: no file by its path, no TCP port, no signal to anybody outside.
  CLINUX_SANDBOX_LANDLOCK,
  /// Resource limits are lowered.
  CLINUX_SANDBOX_LIMITS,
  /// System calls by the list of clinux_sandbox_decide.
  CLINUX_SANDBOX_SECCOMP,
};

#define CLINUX_SANDBOX_LAYERS 5

/// A limit that is left as it is.
#define CLINUX_SANDBOX_UNLIMITED UINT64_MAX

/// What is wanted of the sandbox.
struct clinux_sandbox_options {
  /// The bits of the layers.
  uint32_t layers;
  /// Who root becomes: the number of a user and of a group, not 0.
  uint32_t user;
  /// The parent's process id: this process is tied to its life, after the change of user, which unties it. 0: no tie.
  int32_t parent;
  /// Descriptors that can be open (RLIMIT_NOFILE).
  uint64_t descriptors;
  /// Processes and threads that the *user* may have when one more is made (RLIMIT_NPROC): all that run under the same
  /// number count, also those of others if the user is `nobody`; root is never held to it.
  uint64_t tasks;
  /// Bytes of private memory (RLIMIT_DATA).
  uint64_t memory;
};

/// What became of it.
struct clinux_sandbox_outcome {
  /// The bits of the layers that are in force, each looked at after it was entered where the kernel shows it.
  uint32_t in_force;
  /// For each layer that was wanted and is not in force: the errno that says why; else 0.
  int32_t reasons[CLINUX_SANDBOX_LAYERS];
};

/// Enters the sandbox, which nothing undoes. Tries every wanted layer, whatever became of the others: without
/// PRIVILEGES the kernel grants LANDLOCK and SECCOMP to privileged processes only. 0, or -1 and errno: EBUSY if there
/// are other threads (most layers would not hold them; nothing was done), ESRCH if the parent is another than expected.
int clinux_enter_sandbox(const struct clinux_sandbox_options *options, struct clinux_sandbox_outcome *outcome);

/// Whether this code was built with a sanitizer, whose own work the sandbox would kill.
int clinux_is_sanitized(void);

// System calls.

/// What happens to a system call.
enum clinux_sandbox_action {
  /// It answers EPERM, which libraries know how to take. So do all calls that no rule names.
  CLINUX_SANDBOX_REFUSE,
  /// It is carried out.
  CLINUX_SANDBOX_ALLOW,
  /// It answers ENOSYS, as on a kernel that does not have it, so that the C library uses an older one.
  CLINUX_SANDBOX_ABSENT,
  /// It ends the process by SIGSYS: nothing that these processes run has a use for it, but whoever took one over has.
  CLINUX_SANDBOX_KILL,
  /// Refused, but newer kernels do not ask any filter about it: they call it in the name of programs that are being
  /// probed, and whoever else does gets nothing but an error or SIGILL.
  CLINUX_SANDBOX_UNFILTERED,
};

/// What the sandbox declares for a system call with these arguments, made by the calling process. The filter is made of
/// the same table.
enum clinux_sandbox_action clinux_sandbox_decide(uint32_t number, const uint64_t arguments[6]);

/// Puts the filter in force for all threads of this process. `refusal` is the errno of refused calls: EPERM, but a test
/// may choose one that the kernel has no use for, and so tell a refusal from a call that failed. Needs no_new_privs, or
/// CAP_SYS_ADMIN. 0, or -1 and errno.
int clinux_install_sandbox_filter(int refusal);

// What a process was started with.

/// How many descriptors are open that are not among the expected ones, or -1 (without /proc).
int clinux_count_unexpected_descriptors(const int32_t *expected, uint64_t count);
/// The variable of the environment at this place (`NAME=value`), NULL behind the last. Valid until it is changed.
const char *clinux_variable(uint64_t index);

#endif
