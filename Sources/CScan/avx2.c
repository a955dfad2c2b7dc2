// The kernel for CPUs with AVX2 (Haswell, Zen and later): masks by comparison, offsets by walking their bits.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stdint.h>

#define CSCAN_TARGET __attribute__((target("avx2,bmi,popcnt,pclmul")))
#define CSCAN_PRIMITIVE CSCAN_TARGET static inline __attribute__((always_inline))

typedef struct block {
  __m256i low, high;
} block;

CSCAN_PRIMITIVE block load(const uint8_t *bytes) {
  return (block){_mm256_loadu_si256((const __m256i *)bytes), _mm256_loadu_si256((const __m256i *)(bytes + 32))};
}

CSCAN_PRIMITIVE uint64_t matches(block b, uint8_t byte) {
  const __m256i wanted = _mm256_set1_epi8((char)byte);
  const uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b.low, wanted));
  const uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b.high, wanted));
  return (uint64_t)high << 32 | low;
}

CSCAN_PRIMITIVE uint64_t prefix_xor(uint64_t bits) {
  const __m128i product =
    _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

#include "bit-walk.h"
#include "kernel.h"

static int is_supported(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt")
    && __builtin_cpu_supports("pclmul");
}

const cscan_implementation cscan_avx2 = {"avx2", is_supported, scan, check, count_lines};
#endif
