// What experiments of `pipe lab` time: the plainest form of each thing, so that what is measured is the system and not the
// language around it. Nothing but C runs between a fork and the end of its child.
#ifndef CLINUX_LAB_H
#define CLINUX_LAB_H

#include <stddef.h>
#include <stdint.h>

// Cores.

/// Writes the numbers of the cores that the calling thread may use, and returns how many there are: at most capacity; -1
/// and errno.
int clinux_lab_cores(int32_t *cores, size_t capacity);
/// Has the calling thread, and all that it starts from now on, run on these cores only. 0, or -1 and errno.
int clinux_lab_pin(const int32_t *cores, size_t count);

// Creating; each writes the nanoseconds from before the creation to after the end of what was created, count times, and
// returns 0 or an errno.

/// Starts a thread that does nothing, and joins it.
int clinux_lab_time_threads(uint64_t *nanoseconds, size_t count);
/// Forks a child that ends at once, and waits for it. For processes of one thread.
int clinux_lab_time_forks(uint64_t *nanoseconds, size_t count);
/// Starts a program by vfork and exec, and waits for its end; arguments are the texts one after another, each with its
/// terminating NUL. ECHILD if it ends with another status than 0.
int clinux_lab_time_vforks(
  const char *path, const char *arguments, size_t argument_count, uint64_t *nanoseconds, size_t count);
/// The same by posix_spawn.
int clinux_lab_time_spawns(
  const char *path, const char *arguments, size_t argument_count, uint64_t *nanoseconds, size_t count);

// Computing.

/// The sum of the squares of all numbers below a bound, as low and high word. Every square is made: the compiler, which
/// knows the closed form of such sums, is kept from seeing that they are ones.
void clinux_lab_sum_of_squares(uint64_t below, uint64_t sum[2]);

/// What a worker of a crew has done.
struct clinux_lab_slot {
  /// Times that it went through its memory.
  uint64_t units;
  /// Context switches while it worked.
  uint64_t voluntary, involuntary;
  /// When it began and ended, on the monotonic clock, and the time on a core in between, in nanoseconds.
  uint64_t began, ended, running;
};

/// What all workers of a crew are told: in memory that they share.
struct clinux_lab_board {
  /// Bytes of memory that each worker goes through again and again.
  uint64_t bytes;
  /// When to end, on the monotonic clock; 0 for not before the units are done.
  uint64_t deadline;
  /// How many units to do; 0 for as many as there is time for.
  uint64_t units;
  struct clinux_lab_slot slots[];
};

/// A worker, in the calling thread: sets its memory aside, writes a byte to `ready`, waits for the end of `go`, and works.
/// 0 or an errno.
int clinux_lab_work(struct clinux_lab_board *board, size_t index, int32_t ready, int32_t go);
/// The same in a child, which closes `gate`, the other end of `go`, and ends with its parent's thread; returns its number,
/// or -1 and errno. For processes of one thread.
int32_t clinux_lab_fork_worker(struct clinux_lab_board *board, size_t index, int32_t ready, int32_t go, int32_t gate);

// Message queues.

/// Makes a POSIX message queue that nobody else can find: its name is gone again when this returns. Close-on-exec; -1 and
/// errno.
int clinux_lab_queue(const char *name, long messages, long bytes);
/// Removes the name of a message queue.
int clinux_lab_remove_queue(const char *name);
/// Sends a message; ETIMEDOUT after so many seconds. 0, or -1 and errno.
int clinux_lab_queue_send(int32_t queue, const void *bytes, size_t count, unsigned seconds);
/// Receives a message; capacity is at least what the queue was made for. Its length, or -1 and errno.
ssize_t clinux_lab_queue_receive(int32_t queue, void *bytes, size_t capacity, unsigned seconds);

// Messages.

/// The sum of all bytes.
uint64_t clinux_lab_sum_of_bytes(const uint8_t *bytes, size_t count);
/// Moves the pages of memory into a pipe without copying them: they are not to be changed before they have been read. How
/// many bytes, or -1 and errno.
ssize_t clinux_lab_splice_memory(int32_t pipe, const void *bytes, size_t count);

#endif
