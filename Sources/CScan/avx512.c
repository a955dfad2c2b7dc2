// The kernel for CPUs that can compress bytes by a mask (AVX-512 VBMI2: Ice Lake, Zen 4 and later).
#if defined(__x86_64__)
#include <immintrin.h>
#include <stdint.h>

#define CSCAN_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt,pclmul")))
#define CSCAN_PRIMITIVE CSCAN_TARGET static inline __attribute__((always_inline))

typedef __m512i block;

CSCAN_PRIMITIVE block load(const uint8_t *bytes) { return _mm512_loadu_si512(bytes); }

CSCAN_PRIMITIVE uint64_t matches(block b, uint8_t byte) {
  return _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8((char)byte));
}

CSCAN_PRIMITIVE uint64_t prefix_xor(uint64_t bits) {
  const __m128i product =
    _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

/// Writes base + the place of each bit, 16 at a time. The places are compressed in a register: compressing to memory is
/// ten times as slow on Zen 4.
CSCAN_PRIMITIVE unsigned put_ends(uint32_t *out, uint64_t ends, uint32_t base) {
  const __m512i places = _mm512_set_epi8(
    63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35,
    34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4,
    3, 2, 1, 0);
  const __m512i packed = _mm512_maskz_compress_epi8(ends, places);
  const __m512i bases = _mm512_set1_epi32((int)base);
  const unsigned count = (unsigned)__builtin_popcountll(ends);
  _mm512_storeu_si512(out, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed))));
  if (__builtin_expect(count > 16, 0)) {
    _mm512_storeu_si512(
      out + 16, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 1))));
    if (count > 32) {
      _mm512_storeu_si512(
        out + 32, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 2))));
      _mm512_storeu_si512(
        out + 48, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 3))));
    }
  }
  return count;
}

CSCAN_PRIMITIVE uint64_t gather(uint64_t bits, uint64_t places) { return _pext_u64(bits, places); }

#include "kernel.h"

static int is_supported(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
    && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul");
}

const cscan_implementation cscan_avx512 = {"avx512", is_supported, scan, check, count_lines};
#endif
