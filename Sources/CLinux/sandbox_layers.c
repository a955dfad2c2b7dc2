// Entering the sandbox, layer by layer. The order matters: root becomes nobody while it still has the right to, Landlock
// and seccomp want no_new_privs first, Landlock needs a descriptor that a limit might refuse, and after seccomp there is
// nothing left to enter.
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// What a process may still write to standard error where that is a file: its last words, but not the disk full.
#define ROOM_FOR_MESSAGES (1 << 20)

// The user.

static int is_root(void) {
  uid_t real, effective, saved;
  if (getresuid(&real, &effective, &saved) != 0) return 1;
  return real == 0 || effective == 0 || saved == 0;
}

// Makes sure that no capability is left: all go with the change of user, but an ordinary user can have some too.
static int drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
  memset(sets, 0, sizeof sets);
  if (syscall(SYS_capset, &header, sets) != 0 || syscall(SYS_capget, &header, sets) != 0) return -1;
  for (size_t index = 0; index < _LINUX_CAPABILITY_U32S_3; index++) {
    if (sets[index].effective != 0 || sets[index].permitted != 0) {
      errno = EPERM;
      return -1;
    }
  }
  return 0;
}

// Capabilities go even where the user cannot be changed (a name space with no other user in it): still less to lose.
static int drop_user(uint32_t user) {
  int reason = 0;
  if (is_root() && (setgroups(0, NULL) != 0 || setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0)) {
    reason = errno;
  }
  if (drop_capabilities() != 0 && reason == 0) reason = errno;
  if (reason == 0 && is_root()) reason = EPERM;
  errno = reason;
  return reason == 0 ? 0 : -1;
}

static int tie_to_parent(int32_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -1;
  if (getppid() == parent) return 0;
  errno = ESRCH;
  return -1;
}

// Privileges and Landlock.

static int give_up_privileges(void) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) return 0;
  errno = EPERM;
  return -1;
}

// Of <linux/landlock.h>, which is older than the kernel on most systems.
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif
#ifndef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self 446
#endif
#define LANDLOCK_VERSION 1u

struct landlock_attributes {
  // What is forbidden unless a rule allows it: rights to files, to TCP ports; and whom signals and sockets reach.
  uint64_t files, network, scope;
};

// Everything that a version of Landlock knows: rights that it does not know are an error. Versions after 7 are asked
// for what 7 knows.
static size_t landlock_attributes(long version, struct landlock_attributes *attributes) {
  // 13 rights; moving between directories; truncating; ioctl of devices.
  unsigned rights = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
  attributes->files = (UINT64_C(1) << rights) - 1;
  // Binding and connecting.
  attributes->network = version >= 4 ? 3 : 0;
  // Abstract Unix sockets, signals.
  attributes->scope = version >= 6 ? 3 : 0;
  return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

static int forbid_paths(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);
  if (version < 0) return -1;
  struct landlock_attributes attributes;
  size_t size = landlock_attributes(version, &attributes);
  int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
  if (rules < 0) return -1;
  long failed = syscall(SYS_landlock_restrict_self, rules, 0);
  int reason = errno;
  close(rules);
  errno = reason;
  return (int)failed;
}

// Limits.

// A limit is never raised.
static int lower(__rlimit_resource_t resource, uint64_t wanted) {
  struct rlimit limit;
  if (wanted == CLINUX_SANDBOX_UNLIMITED) return 0;
  if (getrlimit(resource, &limit) != 0) return -1;
  rlim_t value = wanted < limit.rlim_max ? (rlim_t)wanted : limit.rlim_max;
  if (value < limit.rlim_cur) limit.rlim_cur = value;
  limit.rlim_max = value;
  return setrlimit(resource, &limit);
}

static int lower_limits(const struct clinux_sandbox_options *options) {
  struct stat messages;
  uint64_t size = 0;
  if (fstat(STDERR_FILENO, &messages) == 0 && S_ISREG(messages.st_mode)) {
    size = (uint64_t)messages.st_size + ROOM_FOR_MESSAGES;
  }
  // RLIMIT_FSIZE is about files only, not about pipes and sockets.
  int failed = lower(RLIMIT_CORE, 0) | lower(RLIMIT_FSIZE, size) | lower(RLIMIT_NOFILE, options->descriptors)
    | lower(RLIMIT_NPROC, options->tasks) | lower(RLIMIT_DATA, options->memory);
  return failed == 0 ? 0 : -1;
}

// All of it.

// The directory has a link for itself, one from above, and one for each thread.
static int has_other_threads(void) {
  struct stat tasks;
  return stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > 3;
}

static int enter(enum clinux_sandbox_layer layer, const struct clinux_sandbox_options *options) {
  switch (layer) {
  case CLINUX_SANDBOX_USER: return drop_user(options->user);
  case CLINUX_SANDBOX_PRIVILEGES: return give_up_privileges();
  case CLINUX_SANDBOX_LANDLOCK: return forbid_paths();
  case CLINUX_SANDBOX_LIMITS: return lower_limits(options);
  default: return clinux_install_sandbox_filter(EPERM);
  }
}

int clinux_enter_sandbox(const struct clinux_sandbox_options *options, struct clinux_sandbox_outcome *outcome) {
  memset(outcome, 0, sizeof *outcome);
  if (has_other_threads()) {
    errno = EBUSY;
    return -1;
  }
  for (int layer = 0; layer < CLINUX_SANDBOX_LAYERS; layer++) {
    if ((options->layers & 1u << layer) != 0) {
      if (enter((enum clinux_sandbox_layer)layer, options) == 0) outcome->in_force |= 1u << layer;
      else outcome->reasons[layer] = errno;
    }
    // Behind the change of user, which unties it, and before the calls for it are gone.
    if (layer == CLINUX_SANDBOX_USER && options->parent != 0 && tie_to_parent(options->parent) != 0) return -1;
  }
  return 0;
}

#ifndef __has_feature
#define __has_feature(name) 0
#endif

int clinux_is_sanitized(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 1;
#else
  return __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer);
#endif
}
