// The wall around a process's private memory, and the last words of a process that runs into it: a failed allocation
// ends a Swift program by a signal, and whoever reads of its end should not take that for a crash.
#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

#include <stdint.h>

/// Sets RLIMIT_DATA, which bounds private writable memory, whether or not it was touched; never above what the process may
/// set. With `is_final` it cannot be raised again. 0, or -1 and errno.
int clinux_limit_data(uint64_t bytes, int is_final);
/// Sets how large the stacks of threads are for which nobody says it, from now on. 0 or an errno.
int clinux_set_stack_size(uint64_t bytes);
/// The signals of a failing process go to a handler from now on. Where the process's own failed allocation was the
/// reason, which shows by errno and by what the Swift runtime writes before it ends the process, the handler removes the
/// files at `paths` (`path_count` texts one after another, each with its NUL), writes `explanation` to standard error as
/// it was, and ends the process with `status`. Any other failure ends the process by its signal as before.
///
/// Standard error becomes a pipe, so that what the runtime writes can be looked at first; whoever has something to say
/// writes to messages[0]. messages[1] is the reading end of the pipe. 0, or -1 and errno; nothing has changed then. To be
/// called once.
int clinux_guard_memory(
  int32_t status, const char *explanation, const char *paths, uint64_t path_count, int32_t messages[2]);

#endif
