// Starting programs, and descriptors for processes.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Pointers to `count` texts that lie one after another, and a NULL behind them.
static char **vector_of(const char *texts, size_t count) {
  char **vector = calloc(count + 1, sizeof(char *));
  if (vector == NULL) return NULL;
  for (size_t index = 0; index < count; index++) {
    vector[index] = (char *)texts;
    texts += strlen(texts) + 1;
  }
  return vector;
}

static int is_target(int32_t descriptor, const int32_t *targets, size_t count) {
  for (size_t index = 0; index < count; index++) {
    if (targets[index] == descriptor) return 1;
  }
  return 0;
}

// The child's descriptors. copies[i] is a duplicate of sources[i] above every target, so that no step can overwrite
// what a later one still needs; dup2 leaves the target open across exec.
static int describe_descriptors(
  posix_spawn_file_actions_t *actions, const int32_t *copies, const int32_t *targets, size_t count, int32_t highest) {
  int failed = 0;
  for (size_t index = 0; index < count && failed == 0; index++) {
    failed = posix_spawn_file_actions_adddup2(actions, copies[index], targets[index]);
  }
  for (int32_t descriptor = 0; descriptor <= highest && failed == 0; descriptor++) {
    if (is_target(descriptor, targets, count) || descriptor == STDERR_FILENO) continue;
    if (descriptor == STDIN_FILENO || descriptor == STDOUT_FILENO) {
      int flags = descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY;
      failed = posix_spawn_file_actions_addopen(actions, descriptor, "/dev/null", flags, 0);
    } else {
      failed = posix_spawn_file_actions_addclose(actions, descriptor);
    }
  }
  if (failed == 0) failed = posix_spawn_file_actions_addclosefrom_np(actions, highest + 1);
  return failed;
}

static int describe_signals(posix_spawnattr_t *attributes, const int32_t *blocked, size_t count) {
  sigset_t mask, all;
  sigemptyset(&mask);
  sigfillset(&all);
  for (size_t index = 0; index < count; index++) sigaddset(&mask, blocked[index]);
  int failed = posix_spawnattr_setsigmask(attributes, &mask);
  if (failed == 0) failed = posix_spawnattr_setsigdefault(attributes, &all);
  if (failed == 0) failed = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return failed;
}

int clinux_spawn(
  const char *path, const char *arguments, size_t argument_count, const char *environment, size_t environment_count,
  const int32_t *sources, const int32_t *targets, size_t descriptor_count, const int32_t *blocked,
  size_t blocked_count, int32_t *pid) {
  int32_t highest = STDERR_FILENO;
  for (size_t index = 0; index < descriptor_count; index++) {
    if (targets[index] > highest) highest = targets[index];
  }
  int failed = 0;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if ((failed = posix_spawn_file_actions_init(&actions)) != 0) return failed;
  if ((failed = posix_spawnattr_init(&attributes)) != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return failed;
  }
  char **argument_vector = vector_of(arguments, argument_count);
  char **environment_vector = vector_of(environment, environment_count);
  int32_t *copies = calloc(descriptor_count + 1, sizeof(int32_t));
  size_t copied = 0;
  if (argument_vector == NULL || environment_vector == NULL || copies == NULL) failed = ENOMEM;
  while (failed == 0 && copied < descriptor_count) {
    copies[copied] = fcntl(sources[copied], F_DUPFD_CLOEXEC, highest + 1);
    if (copies[copied] < 0) failed = errno;
    else copied++;
  }
  if (failed == 0) failed = describe_descriptors(&actions, copies, targets, descriptor_count, highest);
  if (failed == 0) failed = describe_signals(&attributes, blocked, blocked_count);
  if (failed == 0) failed = posix_spawn(pid, path, &actions, &attributes, argument_vector, environment_vector);

  for (size_t index = 0; index < copied; index++) close(copies[index]);
  free(copies);
  free(argument_vector);
  free(environment_vector);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

int clinux_pidfd_open(int32_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int clinux_pidfd_send_signal(int32_t pidfd, int32_t signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int clinux_set_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int clinux_set_parent_death_signal(int32_t signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

int32_t clinux_thread_id(void) { return (int32_t)syscall(SYS_gettid); }

const char *clinux_variable(uint64_t index) {
  if (environ == NULL) return NULL;
  for (uint64_t before = 0; before < index; before++) {
    if (environ[before] == NULL) return NULL;
  }
  return environ[index];
}
