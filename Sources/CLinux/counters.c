// Counters that workers share, with and without care, and locks for threads or for processes. In C, because a loop of
// Swift takes ten times as long without optimisation, and the locks lie in memory that no Swift object owns.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <pthread.h>

void clinux_count_apart(uint64_t *counter, uint64_t times) {
  for (uint64_t turn = 0; turn < times; turn++) {
    uint64_t value = __atomic_load_n(counter, __ATOMIC_RELAXED);
    __atomic_store_n(counter, value + 1, __ATOMIC_RELAXED);
  }
}

void clinux_count_atomically(uint64_t *counter, uint64_t times) {
  for (uint64_t turn = 0; turn < times; turn++) __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

int clinux_count_locked(uint64_t *counter, uint64_t times, void *lock) {
  for (uint64_t turn = 0; turn < times; turn++) {
    int failed = clinux_take_lock(lock);
    if (failed != 0) return failed;
    // The lock alone is what makes this right: load and store are as above.
    uint64_t value = __atomic_load_n(counter, __ATOMIC_RELAXED);
    __atomic_store_n(counter, value + 1, __ATOMIC_RELAXED);
    failed = clinux_leave_lock(lock);
    if (failed != 0) return failed;
  }
  return 0;
}

uint64_t clinux_add(uint64_t *counter, uint64_t number) {
  return __atomic_add_fetch(counter, number, __ATOMIC_SEQ_CST);
}

_Static_assert(sizeof(pthread_mutex_t) <= CLINUX_LOCK_SIZE, "a lock fits its place");

int clinux_make_lock(void *place, int is_shared) {
  pthread_mutexattr_t attributes;
  int failed = pthread_mutexattr_init(&attributes);
  if (failed != 0) return failed;
  if (is_shared) {
    failed = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    if (failed == 0) failed = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  }
  if (failed == 0) failed = pthread_mutex_init(place, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return failed;
}

int clinux_take_lock(void *place) {
  int failed = pthread_mutex_lock(place);
  if (failed != EOWNERDEAD) return failed;
  // Without this, the lock could never be taken again.
  int unrepaired = pthread_mutex_consistent(place);
  return unrepaired == 0 ? EOWNERDEAD : unrepaired;
}

int clinux_leave_lock(void *place) { return pthread_mutex_unlock(place); }
