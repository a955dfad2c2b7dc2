// What experiments with threads and processes need of C: a fork, locks that processes share, counters that lose updates,
// a real crash, and what somebody would try who has taken a process over.
#ifndef CLINUX_EXPERIMENTS_H
#define CLINUX_EXPERIMENTS_H

#include <stdint.h>

// Children.

/// fork, which Swift does not offer. Only for processes that have one thread.
int32_t clinux_fork(void);
/// Makes this process the one that takes over the children of its children that end; 0, or -1 and errno.
int clinux_adopt_orphans(void);

// Counters.

/// Adds 1 so many times, each time by a load and a store that are atomic each, and not together.
void clinux_count_apart(uint64_t *counter, uint64_t times);
/// Adds 1 so many times, each time as a whole.
void clinux_count_atomically(uint64_t *counter, uint64_t times);
/// Adds 1 so many times, each time with the lock held. 0 or an errno.
int clinux_count_locked(uint64_t *counter, uint64_t times, void *lock);
/// Adds a number as a whole, and gives the sum.
uint64_t clinux_add(uint64_t *counter, uint64_t number);

// Locks.

/// Bytes that a lock takes, aligned to 16.
#define CLINUX_LOCK_SIZE 64

/// Makes a lock: for the threads of this process, or, if it is shared, for all processes that share its memory; then it
/// survives an owner that dies. 0 or an errno.
int clinux_make_lock(void *place, int is_shared);
/// Takes a lock, and waits until it can. 0; EOWNERDEAD if it was taken from a dead owner, and is in order again; any
/// other errno: it was not taken.
int clinux_take_lock(void *place);
/// 0 or an errno.
int clinux_leave_lock(void *place);

// Crashes.

/// From now on a crash by SIGSEGV writes the name of its thread and the address to the descriptor, and then ends the
/// process as before. 0, or -1 and errno.
int clinux_tell_crashes(int32_t descriptor);
/// Sees to it that no core file is left of this process, however it ends. Nothing is lost where that is refused.
void clinux_leave_no_core(void);
/// Writes to an address at which there is no memory, and leaves no core file.
_Noreturn void clinux_crash(void);

// Serving.

/// The answer to a request: how many steps the numbers from `number` on, a hundred of them, take to 1 (half of an even
/// number, three times an odd one and 1). Some 10,000 steps that no compiler can shorten.
uint64_t clinux_answer(uint64_t number);
/// Reads a request (a number of 8 bytes) from a connection and writes its answer (8 bytes). 0, or -1 and errno.
int clinux_serve(int32_t connection);
/// Forks a child that serves the connection and ends, and gives its number, or -1 and errno. The child does without
/// `listener`. Only for processes that have one thread.
int32_t clinux_fork_to_serve(int32_t connection, int32_t listener);

// Attempts.

/// What is tried. What is said of another process is about `pid` and `address` of the target.
enum clinux_attempt {
  /// To read through a pointer.
  CLINUX_ATTEMPT_POINTER,
  /// process_vm_readv.
  CLINUX_ATTEMPT_READ_CALL,
  /// /proc/PID/mem.
  CLINUX_ATTEMPT_READ_FILE,
  /// PTRACE_SEIZE.
  CLINUX_ATTEMPT_TRACE,
  /// kill, with a signal that does nothing.
  CLINUX_ATTEMPT_SIGNAL,
  /// /etc/passwd, which everybody may read.
  CLINUX_ATTEMPT_OPEN,
  /// A file in /tmp, without a name.
  CLINUX_ATTEMPT_CREATE,
  /// A TCP socket.
  CLINUX_ATTEMPT_SOCKET,
  /// This program, which says its version.
  CLINUX_ATTEMPT_EXECUTE,
  /// A process.
  CLINUX_ATTEMPT_FORK,
};

/// Another process, and where it has so many bytes that the attempt is after.
struct clinux_target {
  int32_t pid;
  uint64_t address;
  uint64_t length;
};

/// Makes an attempt; 0, with the bytes of the target in `bytes` if it was to read them, or an errno. An attempt can end
/// the process.
int clinux_make_attempt(enum clinux_attempt attempt, const struct clinux_target *target, uint8_t *bytes);
/// Forbids (0) or allows (1) processes of the same user to look into this one. 0, or -1 and errno.
int clinux_set_dumpable(int on);

#endif
