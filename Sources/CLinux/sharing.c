// Memory that processes share, and waiting for a word of it: calls without a wrapper in the C library, and atomic
// access to memory that no Swift object owns. The thread sanitizer sees the atomics, because they are the compiler's
// own.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

int clinux_shared_memory(const char *name, size_t bytes) {
  int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  // Kernels before 6.3 do not know the last flag; later ones may insist on it.
  if (descriptor < 0 && errno == EINVAL) descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -1;
  // The pages are set aside at once: a page that cannot be had later would be SIGBUS.
  int failed = 0;
  do failed = fallocate(descriptor, 0, 0, (off_t)bytes);
  while (failed != 0 && errno == EINTR);
  if (failed == 0) failed = fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  if (failed == 0) return descriptor;
  int error = errno;
  close(descriptor);
  errno = error;
  return -1;
}

int clinux_is_size_sealed(int32_t descriptor) {
  int seals = fcntl(descriptor, F_GET_SEALS);
  if (seals < 0) return -1;
  int wanted = F_SEAL_SHRINK | F_SEAL_GROW;
  return (seals & wanted) == wanted;
}

uint32_t clinux_load(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

void clinux_store(uint32_t *word, uint32_t value) { __atomic_store_n(word, value, __ATOMIC_SEQ_CST); }

uint64_t clinux_load_count(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }

void clinux_store_count(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }

int clinux_replace_count(uint64_t *word, uint64_t expected, uint64_t value) {
  return __atomic_compare_exchange_n(word, &expected, value, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

int clinux_futex_wait(const uint32_t *word, uint32_t value, uint64_t nanoseconds) {
  struct timespec limit = {
    .tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)};
  return (int)syscall(SYS_futex, word, FUTEX_WAIT, value, &limit, NULL, 0);
}

int clinux_futex_wake(uint32_t *word) { return (int)syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0); }
