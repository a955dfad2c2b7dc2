// Which kernel runs: the best that the CPU can, or the one that PIPE_SCAN names.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

static const cscan_implementation *const kernels[] = {
#if defined(__x86_64__)
  &cscan_avx512, &cscan_avx2, &cscan_sse2,
#endif
#if defined(__aarch64__)
  &cscan_neon,
#endif
  &cscan_scalar,
};
static const size_t kernel_count = sizeof kernels / sizeof kernels[0];

static pthread_once_t chosen_once = PTHREAD_ONCE_INIT;
static cscan_kernel chosen;
static cscan_problem problem;
static char wanted[32];

static void choose(void) {
  chosen = kernel_count - 1;
  for (size_t i = kernel_count; i > 0; i--) {
    if (kernels[i - 1]->is_supported()) chosen = i - 1;
  }
  const char *const name = getenv("PIPE_SCAN");
  if (name == NULL || *name == 0) return;
  strncpy(wanted, name, sizeof wanted - 1);
  problem = CSCAN_UNKNOWN_KERNEL;
  for (size_t i = 0; i < kernel_count; i++) {
    if (strcmp(name, kernels[i]->name) != 0) continue;
    problem = kernels[i]->is_supported() ? CSCAN_NO_PROBLEM : CSCAN_UNSUPPORTED_KERNEL;
    if (problem == CSCAN_NO_PROBLEM) chosen = i;
  }
}

cscan_kernel cscan_chosen_kernel(void) {
  pthread_once(&chosen_once, choose);
  return chosen;
}

cscan_problem cscan_choice_problem(void) {
  pthread_once(&chosen_once, choose);
  return problem;
}

const char *cscan_wanted_kernel(void) {
  pthread_once(&chosen_once, choose);
  return wanted;
}

size_t cscan_kernel_count(void) { return kernel_count; }

const char *cscan_kernel_name(cscan_kernel kernel) { return kernels[kernel]->name; }

int cscan_kernel_is_supported(cscan_kernel kernel) { return kernels[kernel]->is_supported(); }

void cscan_scan(
  cscan_kernel kernel, const uint8_t *bytes, size_t from, size_t count, uint8_t delimiter, int quote, size_t line_limit,
  cscan_tape *tape
) {
  kernels[kernel]->scan(bytes, from, count, delimiter, quote, line_limit, tape);
}

cscan_ending cscan_check(
  cscan_kernel kernel, const uint8_t *bytes, size_t from, size_t count, uint8_t delimiter, uint8_t quote
) {
  return kernels[kernel]->check(bytes, from, count, delimiter, quote);
}

size_t cscan_count_lines(cscan_kernel kernel, const uint8_t *bytes, size_t from, size_t to) {
  return kernels[kernel]->count_lines(bytes, from, to);
}
