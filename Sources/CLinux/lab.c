// What experiments of `pipe lab` time: creating threads and processes.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int clinux_lab_cores(int32_t *cores, size_t capacity) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
  size_t count = 0;
  for (int32_t core = 0; core < CPU_SETSIZE && count < capacity; core++) {
    if (CPU_ISSET(core, &set)) cores[count++] = core;
  }
  return (int)count;
}

int clinux_lab_pin(const int32_t *cores, size_t count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (size_t index = 0; index < count; index++) {
    if (cores[index] >= 0 && cores[index] < CPU_SETSIZE) CPU_SET(cores[index], &set);
  }
  return sched_setaffinity(0, sizeof set, &set);
}

static void *do_nothing(void *context) { return context; }

int clinux_lab_time_threads(uint64_t *nanoseconds, size_t count) {
  for (size_t index = 0; index < count; index++) {
    uint64_t start = now();
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, do_nothing, NULL);
    if (failed == 0) failed = pthread_join(thread, NULL);
    if (failed != 0) return failed;
    nanoseconds[index] = now() - start;
  }
  return 0;
}

// Waits for a child that is to end with status 0. 0 or an errno.
static int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) != child) {
    if (errno != EINTR) return errno;
  }
  return status == 0 ? 0 : ECHILD;
}

int clinux_lab_time_forks(uint64_t *nanoseconds, size_t count) {
  for (size_t index = 0; index < count; index++) {
    uint64_t start = now();
    pid_t child = fork();
    if (child == 0) _exit(0);
    int failed = child < 0 ? errno : wait_for(child);
    if (failed != 0) return failed;
    nanoseconds[index] = now() - start;
  }
  return 0;
}

// Pointers to texts that lie one after another, and a NULL behind them.
static char **vector_of(const char *texts, size_t count) {
  char **vector = calloc(count + 1, sizeof(char *));
  if (vector == NULL) return NULL;
  for (size_t index = 0; index < count; index++) {
    vector[index] = (char *)texts;
    texts += strlen(texts) + 1;
  }
  return vector;
}

int clinux_lab_time_vforks(
  const char *path, const char *arguments, size_t argument_count, uint64_t *nanoseconds, size_t count) {
  char **vector = vector_of(arguments, argument_count);
  if (vector == NULL) return ENOMEM;
  int failed = 0;
  for (size_t index = 0; index < count && failed == 0; index++) {
    uint64_t start = now();
    // The parent stands still until the child has become the program, so nothing of the memory that they share changes.
    pid_t child = vfork();
    if (child == 0) {
      execve(path, vector, environ);
      _exit(127);
    }
    failed = child < 0 ? errno : wait_for(child);
    nanoseconds[index] = now() - start;
  }
  free(vector);
  return failed;
}

int clinux_lab_time_spawns(
  const char *path, const char *arguments, size_t argument_count, uint64_t *nanoseconds, size_t count) {
  char **vector = vector_of(arguments, argument_count);
  if (vector == NULL) return ENOMEM;
  int failed = 0;
  for (size_t index = 0; index < count && failed == 0; index++) {
    uint64_t start = now();
    pid_t child;
    failed = posix_spawn(&child, path, NULL, NULL, vector, environ);
    if (failed == 0) failed = wait_for(child);
    nanoseconds[index] = now() - start;
  }
  free(vector);
  return failed;
}
