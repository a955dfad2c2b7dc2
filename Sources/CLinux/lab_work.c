// What experiments of `pipe lab` have their workers do, and message queues, which have macros and variadic calls.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void clinux_lab_sum_of_squares(uint64_t below, uint64_t sum[2]) {
  unsigned __int128 total = 0;
  for (uint64_t number = 0; number < below; number++) {
    uint64_t value = number;
    // The compiler must take it that this changes the value to anything.
    __asm__ volatile("" : "+r"(value));
    total += (unsigned __int128)value * value;
  }
  sum[0] = (uint64_t)total;
  sum[1] = (uint64_t)(total >> 64);
}

// Goes through the memory once: every byte of it is read, and changed by what was read before.
static uint64_t go_through(uint64_t *words, size_t count, uint64_t state) {
  for (size_t index = 0; index < count; index++) {
    state = (state ^ words[index]) * 0x9E3779B97F4A7C15u;
    words[index] = state;
  }
  return state;
}

int clinux_lab_work(struct clinux_lab_board *board, size_t index, int32_t ready, int32_t go) {
  size_t bytes = board->bytes;
  uint64_t *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int failed = memory == MAP_FAILED ? errno : 0;
  if (failed == 0) memset(memory, 1, bytes);
  // Even a worker without memory is waited for.
  char byte = 1;
  while (write(ready, &byte, 1) < 0 && errno == EINTR) {}
  while (read(go, &byte, 1) < 0 && errno == EINTR) {}
  if (failed != 0) return failed;
  struct clinux_lab_slot *slot = &board->slots[index];
  struct rusage before, after;
  getrusage(RUSAGE_THREAD, &before);
  uint64_t running = read_clock(CLOCK_THREAD_CPUTIME_ID);
  slot->began = read_clock(CLOCK_MONOTONIC);
  uint64_t state = index, units = 0;
  do {
    state = go_through(memory, bytes / sizeof(uint64_t), state);
    units++;
  } while (board->units > 0 ? units < board->units : read_clock(CLOCK_MONOTONIC) < board->deadline);
  slot->ended = read_clock(CLOCK_MONOTONIC);
  slot->running = read_clock(CLOCK_THREAD_CPUTIME_ID) - running;
  getrusage(RUSAGE_THREAD, &after);
  slot->units = units;
  slot->voluntary = (uint64_t)(after.ru_nvcsw - before.ru_nvcsw);
  slot->involuntary = (uint64_t)(after.ru_nivcsw - before.ru_nivcsw);
  munmap(memory, bytes);
  return 0;
}

int32_t clinux_lab_fork_worker(struct clinux_lab_board *board, size_t index, int32_t ready, int32_t go, int32_t gate) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) _exit(1);
  close(gate);
  _exit(clinux_lab_work(board, index, ready, go) == 0 ? 0 : 2);
}

int clinux_lab_queue(const char *name, long messages, long bytes) {
  struct mq_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.mq_maxmsg = messages;
  attributes.mq_msgsize = bytes;
  // On Linux the number of a queue is a descriptor, and close-on-exec always.
  mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);
  if (queue == (mqd_t)-1) return -1;
  int failed = mq_unlink(name) != 0 ? errno : 0;
  if (failed == 0) return (int)queue;
  mq_close(queue);
  errno = failed;
  return -1;
}

int clinux_lab_remove_queue(const char *name) { return mq_unlink(name); }

static struct timespec in_seconds(unsigned seconds) {
  // These calls know no other clock than the wall's.
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_sec += seconds;
  return time;
}

int clinux_lab_queue_send(int32_t queue, const void *bytes, size_t count, unsigned seconds) {
  struct timespec limit = in_seconds(seconds);
  int failed;
  do failed = mq_timedsend(queue, bytes, count, 0, &limit);
  while (failed != 0 && errno == EINTR);
  return failed;
}

ssize_t clinux_lab_queue_receive(int32_t queue, void *bytes, size_t capacity, unsigned seconds) {
  struct timespec limit = in_seconds(seconds);
  ssize_t count;
  do count = mq_timedreceive(queue, bytes, capacity, NULL, &limit);
  while (count < 0 && errno == EINTR);
  return count;
}

uint64_t clinux_lab_sum_of_bytes(const uint8_t *bytes, size_t count) {
  uint64_t sum = 0;
  for (size_t index = 0; index < count; index++) sum += bytes[index];
  return sum;
}

ssize_t clinux_lab_splice_memory(int32_t pipe, const void *bytes, size_t count) {
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  return vmsplice(pipe, &part, 1, 0);
}
