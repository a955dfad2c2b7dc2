// What Linux offers and Swift cannot say: variadic calls, control-message macros, spawn attributes, calls without a C
// library wrapper. Every function returns what its system call returns, with -1 and errno for failure, unless said
// otherwise; nothing here keeps state, but the guard of CLinuxMemory.h, or allocates beyond its own call.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "CLinuxExperiments.h"
#include "CLinuxLab.h"
#include "CLinuxMemory.h"
#include "CLinuxSandbox.h"

// Descriptors.

/// Makes a pipe, both ends close-on-exec: ends[0] reads, ends[1] writes.
int clinux_pipe(int32_t ends[2]);
/// Makes a connected pair of Unix packet sockets (SOCK_SEQPACKET), both close-on-exec.
int clinux_socket_pair(int32_t ends[2]);
/// Makes a connected pair of Unix stream sockets, both close-on-exec.
int clinux_stream_pair(int32_t ends[2]);
/// Duplicates a descriptor to the lowest free number, close-on-exec.
int clinux_duplicate(int32_t descriptor);
/// Switches O_NONBLOCK on or off.
int clinux_set_nonblocking(int32_t descriptor, int on);
/// Asks for a pipe buffer of this many bytes; returns what the pipe has got, or -1.
int clinux_set_pipe_size(int32_t descriptor, int bytes);
/// Moves up to count bytes of a file from offset on into a pipe, without waiting for room (EAGAIN); 0 where the file
/// ends.
ssize_t clinux_splice(int32_t file, int64_t offset, int32_t pipe, size_t count);
/// Moves up to count bytes of a file from offset on into a stream socket, which says by O_NONBLOCK whether to wait for
/// room; 0 where the file ends.
ssize_t clinux_send_file(int32_t file, int64_t offset, int32_t socket, size_t count);
/// Moves up to count bytes out of a pipe to where a file stands, and waits until there are any; 0 where the pipe ends.
/// EINVAL if it is no pipe.
ssize_t clinux_splice_out(int32_t pipe, int32_t file, size_t count);
/// Makes a descriptor that counts (eventfd), close-on-exec.
int clinux_event(void);
/// Makes a file of length 0 in memory (memfd), close-on-exec, which is gone with its last descriptor.
int clinux_memory_file(const char *name);

// Packets with descriptors (Unix sockets).

/// The most descriptors that go with one packet.
#define CLINUX_MAX_DESCRIPTORS 16

/// What came with a packet: its length, how many descriptors, whether the packet or its descriptors were cut off.
struct clinux_packet {
  int64_t length;
  int32_t descriptors;
  int32_t truncated;
};

/// Sends header and payload as one packet with the descriptors; never raises SIGPIPE. E2BIG for too many descriptors.
ssize_t clinux_send_packet(
  int32_t socket, const uint8_t *header, size_t header_length, const uint8_t *payload, size_t payload_length,
  const int32_t *descriptors, size_t count);
/// Receives one packet into buffer and up to CLINUX_MAX_DESCRIPTORS descriptors, close-on-exec, into descriptors.
/// 0, or -1 and errno. The end of the stream is a packet of length 0. The caller owns the descriptors, even of a
/// packet that was cut off.
int clinux_receive_packet(
  int32_t socket, uint8_t *buffer, size_t capacity, int32_t descriptors[CLINUX_MAX_DESCRIPTORS],
  struct clinux_packet *packet);

// Memory shared between processes.

/// Makes a file in memory of this many bytes, all of them set aside and zero, close-on-exec. Its size is sealed: nobody
/// can change it again, so that memory which is mapped from it stays there.
int clinux_shared_memory(const char *name, size_t bytes);
/// Whether the size of such a file is sealed: 1, 0, or -1 if it is no file that can be.
int clinux_is_size_sealed(int32_t descriptor);
/// Loads a word that another process may change at any time (sequentially consistent).
uint32_t clinux_load(const uint32_t *word);
/// Stores such a word, after everything that was stored before it (sequentially consistent).
void clinux_store(uint32_t *word, uint32_t value);
/// The same for words of 64 bits, which are counters as a rule: cheaper, but only ordered pairwise (acquire, release).
uint64_t clinux_load_count(const uint64_t *word);
void clinux_store_count(uint64_t *word, uint64_t value);
/// Stores such a counter if it still has the value that is expected: 1, or 0 if it had another.
int clinux_replace_count(uint64_t *word, uint64_t expected, uint64_t value);
/// Sleeps while the word has this value, until another process wakes those who wait for it: 0 then; -1 with EAGAIN if
/// it had another value, ETIMEDOUT when the time is over, EINTR.
int clinux_futex_wait(const uint32_t *word, uint32_t value, uint64_t nanoseconds);
/// Wakes one who waits for this word, in whatever process; returns how many there were.
int clinux_futex_wake(uint32_t *word);

// Processes.

/// Starts a program. arguments and environment are the texts one after another, each with its terminating NUL.
/// The child has, besides what is said by sources and targets, only standard error as it is here; its standard input
/// and output are /dev/null. Signals in blocked are blocked in it, all others unblocked, all have their default action.
/// Returns 0 or an errno; errno itself is not set.
int clinux_spawn(
  const char *path, const char *arguments, size_t argument_count, const char *environment, size_t environment_count,
  const int32_t *sources, const int32_t *targets, size_t descriptor_count, const int32_t *blocked,
  size_t blocked_count, int32_t *pid);
/// Opens a descriptor for a process (close-on-exec always); it reads as ready when the process has ended.
int clinux_pidfd_open(int32_t pid);
/// Sends a signal to the process of such a descriptor, never to another that got its number later.
int clinux_pidfd_send_signal(int32_t pidfd, int32_t signal);

// The process itself.

/// Names the calling thread (15 bytes at most; more is cut).
int clinux_set_name(const char *name);
/// Asks for a signal to this process when the thread that started it ends; 0 for none.
int clinux_set_parent_death_signal(int32_t signal);
/// The kernel's number of the calling thread.
int32_t clinux_thread_id(void);

// Signals.

/// Blocks (how = 1) or unblocks (how = 0) the signals in the calling thread. 0 or an errno.
int clinux_mask_signals(int how, const int32_t *signals, size_t count);
/// A descriptor from which clinux_read_signal takes these signals, which must be blocked; close-on-exec.
int clinux_signal_descriptor(const int32_t *signals, size_t count);
/// Takes the next signal from such a descriptor and returns its number, or -1.
int clinux_read_signal(int32_t descriptor);
/// Whether the action of the signal is to be ignored: 1, 0, or -1.
int clinux_is_ignored(int32_t signal);
/// Sets the action of the signal: ignored (1) or default (0).
int clinux_set_ignored(int32_t signal, int ignored);

// Checksums.

/// CRC-32C (Castagnoli) of the bytes, continuing from the CRC of what came before them (0 at the start).
uint32_t clinux_crc32c(uint32_t crc, const uint8_t *bytes, size_t length);
/// The same by table alone, whatever the CPU can do.
uint32_t clinux_crc32c_portable(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
