// The kernel for every x86-64 CPU: SSE2 belongs to the architecture.
#if defined(__x86_64__)
#include <emmintrin.h>
#include <stdint.h>

#define CSCAN_TARGET
#define CSCAN_PRIMITIVE static inline __attribute__((always_inline))

typedef struct block {
  __m128i part[4];
} block;

CSCAN_PRIMITIVE block load(const uint8_t *bytes) {
  block b;
  for (unsigned i = 0; i < 4; i++) b.part[i] = _mm_loadu_si128((const __m128i *)(bytes + 16 * i));
  return b;
}

CSCAN_PRIMITIVE uint64_t matches(block b, uint8_t byte) {
  const __m128i wanted = _mm_set1_epi8((char)byte);
  uint64_t bits = 0;
  for (unsigned i = 0; i < 4; i++) {
    bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(b.part[i], wanted)) << 16 * i;
  }
  return bits;
}

#include "prefix-shift.h"
#include "bit-walk.h"
#include "kernel.h"

static int is_supported(void) { return 1; }

const cscan_implementation cscan_sse2 = {"sse2", is_supported, scan, check, count_lines};
#endif
