// The table of kernels: what a file of one instruction set offers to the choice at run time.
#ifndef CSCAN_KERNELS_H
#define CSCAN_KERNELS_H

#include "CScan.h"

typedef void cscan_scan_function(
  const uint8_t *bytes, size_t from, size_t count, uint8_t delimiter, int quote, size_t line_limit, cscan_tape *tape);
typedef cscan_ending cscan_check_function(
  const uint8_t *bytes, size_t from, size_t count, uint8_t delimiter, uint8_t quote);
typedef size_t cscan_count_function(const uint8_t *bytes, size_t from, size_t to);

/// One instruction set.
typedef struct cscan_implementation {
  const char *name;
  int (*is_supported)(void);
  cscan_scan_function *scan;
  cscan_check_function *check;
  cscan_count_function *count_lines;
} cscan_implementation;

#if defined(__x86_64__)
extern const cscan_implementation cscan_avx512, cscan_avx2, cscan_sse2;
#endif
#if defined(__aarch64__)
extern const cscan_implementation cscan_neon;
#endif
extern const cscan_implementation cscan_scalar;

#endif
