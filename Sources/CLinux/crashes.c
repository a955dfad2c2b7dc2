// A real crash, and the last words of a program that crashes.
#define _GNU_SOURCE
#include "CLinux.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t told = -1;

// Appends a text; gives its new end. Only what a signal handler may do.
static char *append(char *end, const char *text) {
  while (*text != 0) *end++ = *text++;
  return end;
}

static char *append_hexadecimal(char *end, uintptr_t number) {
  int shift = (int)sizeof number * 8 - 4;
  while (shift > 0 && number >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) *end++ = "0123456789abcdef"[number >> shift & 15];
  return end;
}

static void tell(int signal, siginfo_t *facts, void *context) {
  (void)context;
  char name[17] = "", line[96];
  prctl(PR_GET_NAME, name, 0, 0, 0);
  char *end = append(line, "crash thread ");
  end = append(end, name);
  end = append(end, " at address 0x");
  end = append_hexadecimal(end, (uintptr_t)facts->si_addr);
  *end++ = '\n';
  // Nobody could be told of a failure.
  if (write(told, line, (size_t)(end - line)) < 0) (void)0;
  // The instruction is tried again when this returns, and then ends the process.
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, NULL);
}

int clinux_tell_crashes(int32_t descriptor) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = tell;
  action.sa_flags = SA_SIGINFO;
  told = descriptor;
  return sigaction(SIGSEGV, &action, NULL);
}

void clinux_leave_no_core(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  // A program that collects cores is not held to the limit, but is not told of such a process either.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

_Noreturn void clinux_crash(void) {
  clinux_leave_no_core();
  // The first pages of memory are nobody's.
  *(volatile int *)(uintptr_t)0x10 = 1;
  abort();
}
