// Signal masks, and signals taken from a descriptor: sigaction's union and the set macros do not exist in Swift.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t set_of(const int32_t *signals, size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
  return set;
}

int clinux_mask_signals(int how, const int32_t *signals, size_t count) {
  sigset_t set = set_of(signals, count);
  return pthread_sigmask(how ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

int clinux_signal_descriptor(const int32_t *signals, size_t count) {
  sigset_t set = set_of(signals, count);
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_read_signal(int32_t descriptor) {
  struct signalfd_siginfo information;
  ssize_t length = read(descriptor, &information, sizeof information);
  if (length == (ssize_t)sizeof information) return (int)information.ssi_signo;
  if (length >= 0) errno = EIO;
  return -1;
}

int clinux_is_ignored(int32_t signal) {
  struct sigaction action;
  if (sigaction(signal, NULL, &action) != 0) return -1;
  return action.sa_handler == SIG_IGN;
}

int clinux_set_ignored(int32_t signal, int ignored) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = ignored ? SIG_IGN : SIG_DFL;
  return sigaction(signal, &action, NULL);
}
