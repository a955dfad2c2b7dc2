// Columns of decimals eight at a time, one in each 64-bit lane: the method of DecimalWord.swift, whose comments say why it
// is right. Change both together; the tests compare them with the parser of the row path.

#include "CColumns.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512cd,avx512vl,bmi,bmi2")))

typedef struct {
  __m512i magnitude;
  __m512i scale;
  __mmask8 flawed;
  __mmask8 has_point;
} lanes;

static inline AVX512 __m512i number_of_digits(__m512i digits) {
  // Pairs of bytes, pairs of pairs, pairs of fours.
  __m512i pairs = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(0x010A));
  __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
  return _mm512_add_epi64(_mm512_mul_epu32(fours, _mm512_set1_epi64(10000)), _mm512_srli_epi64(fours, 32));
}

/// The lowest byte of each lane that cannot be a digit because its bit 4 is set: 1 in that byte.
static inline AVX512 __m512i point_unit(__m512i text) {
  __m512i candidates = _mm512_and_si512(text, _mm512_set1_epi8(0x10));
  __m512i lowest = _mm512_and_si512(candidates, _mm512_sub_epi64(_mm512_setzero_si512(), candidates));
  return _mm512_srli_epi64(lowest, 4);
}

/// `text` without the bytes of `before` and `point`.
static inline AVX512 __m512i tail_of(__m512i text, __m512i before, __m512i point) {
  return _mm512_ternarylogic_epi64(text, before, point, 0x10);
}

/// Not 0 in lanes whose point byte holds something else than a point.
static inline AVX512 __m512i wrong_point(__m512i text, __m512i point) {
  return _mm512_ternarylogic_epi64(text, _mm512_set1_epi8(0x1E), point, 0x28);
}

static inline AVX512 __m512i foreign(__m512i digits) { return _mm512_subs_epu8(digits, _mm512_set1_epi8(9)); }

/// Reads the last `digits` characters of each word, at most 8. Lanes in `goes_on` have digits before them.
static inline AVX512 lanes read_short(__m512i word, __m512i digits, __mmask8 goes_on) {
  const __m512i ones = _mm512_set1_epi64(-1);
  __m512i kept = _mm512_sllv_epi64(ones, _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_slli_epi64(digits, 3)));
  // (word ^ zeros) & kept
  __m512i text = _mm512_ternarylogic_epi64(word, _mm512_set1_epi8(0x30), kept, 0x28);
  __m512i unit = point_unit(text);
  __mmask8 has_point = _mm512_test_epi64_mask(unit, unit);
  __m512i before = _mm512_add_epi64(unit, ones);
  __m512i point = _mm512_sub_epi64(_mm512_slli_epi64(unit, 8), unit);
  __m512i head = _mm512_and_si512(text, before);
  head = _mm512_mask_slli_epi64(head, has_point, head, 8);
  __m512i number = _mm512_or_si512(head, tail_of(text, before, point));
  __m512i flaws = _mm512_or_si512(foreign(number), wrong_point(text, point));
  flaws = _mm512_or_si512(flaws, _mm512_srli_epi64(unit, 56));
  lanes result;
  result.magnitude = number_of_digits(number);
  result.scale = _mm512_maskz_srli_epi64(has_point, _mm512_lzcnt_epi64(unit), 3);
  result.flawed = _mm512_test_epi64_mask(flaws, flaws) | (_mm512_testn_epi64_mask(before, kept) & ~goes_on);
  result.has_point = has_point;
  return result;
}

/// Reads the last `digits` characters of two words each, at most 16, wherever the point is.
static inline AVX512 lanes read_anywhere(__m512i low_word, __m512i high_word, __m512i digits) {
  const __m512i ones = _mm512_set1_epi64(-1);
  const __m512i zeros = _mm512_set1_epi8(0x30);
  __m512i bits = _mm512_slli_epi64(digits, 3);
  // Shifts by 64 and more, and negative ones, leave nothing; of a text that is short nothing of the low word is kept.
  __m512i low_bits = _mm512_sub_epi64(_mm512_set1_epi64(128), bits);
  __m512i low_kept = _mm512_sllv_epi64(ones, low_bits);
  __m512i high_bits = _mm512_max_epi64(_mm512_sub_epi64(_mm512_set1_epi64(64), bits), _mm512_setzero_si512());
  __m512i high_kept = _mm512_sllv_epi64(ones, high_bits);
  __m512i low = _mm512_ternarylogic_epi64(low_word, zeros, low_kept, 0x28);
  __m512i high = _mm512_ternarylogic_epi64(high_word, zeros, high_kept, 0x28);
  __m512i low_unit = point_unit(low);
  __mmask8 in_low = _mm512_test_epi64_mask(low_unit, low_unit);
  __m512i high_unit = _mm512_maskz_mov_epi64((__mmask8)~in_low, point_unit(high));
  __mmask8 in_high = _mm512_test_epi64_mask(high_unit, high_unit);
  __m512i low_before = _mm512_add_epi64(low_unit, ones);
  __m512i high_before = _mm512_maskz_add_epi64((__mmask8)~in_low, high_unit, ones);
  __m512i low_point = _mm512_sub_epi64(_mm512_slli_epi64(low_unit, 8), low_unit);
  __m512i high_point = _mm512_sub_epi64(_mm512_slli_epi64(high_unit, 8), high_unit);
  __mmask8 has_point = in_low | in_high;
  __m512i low_head = _mm512_and_si512(low, low_before);
  low_head = _mm512_mask_slli_epi64(low_head, has_point, low_head, 8);
  __m512i high_head = _mm512_and_si512(high, high_before);
  high_head = _mm512_mask_slli_epi64(high_head, has_point, high_head, 8);
  __m512i carried = _mm512_maskz_srli_epi64(in_high, low, 56);
  __m512i low_number = _mm512_or_si512(low_head, tail_of(low, low_before, low_point));
  __m512i high_number = tail_of(high, high_before, high_point);
  high_number = _mm512_ternarylogic_epi64(high_number, high_head, carried, 0xFE);
  __m512i flaws = _mm512_or_si512(foreign(low_number), foreign(high_number));
  flaws = _mm512_ternarylogic_epi64(flaws, wrong_point(low, low_point), wrong_point(high, high_point), 0xFE);
  flaws = _mm512_or_si512(flaws, _mm512_srli_epi64(high_unit, 56));
  // The characters before the point, in both words.
  __m512i whole = _mm512_or_si512(_mm512_and_si512(low_before, low_kept), _mm512_and_si512(high_before, high_kept));
  lanes result;
  __m512i low_value = number_of_digits(low_number);
  result.magnitude = _mm512_add_epi64(
      _mm512_mul_epu32(low_value, _mm512_set1_epi64(100000000)), number_of_digits(high_number));
  __m512i scale = _mm512_srli_epi64(_mm512_lzcnt_epi64(_mm512_or_si512(low_unit, high_unit)), 3);
  scale = _mm512_mask_add_epi64(scale, in_low, scale, _mm512_set1_epi64(8));
  result.scale = _mm512_maskz_mov_epi64(has_point, scale);
  result.has_point = has_point;
  result.flawed = _mm512_test_epi64_mask(flaws, flaws) | _mm512_testn_epi64_mask(whole, whole);
  return result;
}

/// Reads the last `digits` characters of two words each, at most 16.
static inline AVX512 lanes read_long(__m512i low_word, __m512i high_word, __m512i digits) {
  const __m512i eight = _mm512_set1_epi64(8);
  __m512i low_bits = _mm512_sub_epi64(_mm512_set1_epi64(128), _mm512_slli_epi64(digits, 3));
  __m512i low_kept = _mm512_sllv_epi64(_mm512_set1_epi64(-1), low_bits);
  __m512i low = _mm512_ternarylogic_epi64(low_word, _mm512_set1_epi8(0x30), low_kept, 0x28);
  __m512i odd = foreign(low);
  // Hardly a number has its point so far to the left.
  if (_mm512_test_epi64_mask(odd, odd) != 0) return read_anywhere(low_word, high_word, digits);
  lanes result = read_short(high_word, _mm512_min_epi64(digits, eight), _mm512_cmpgt_epi64_mask(digits, eight));
  // With a point among the last 8 characters there are 7 digits.
  __m512i unit = _mm512_mask_mov_epi64(_mm512_set1_epi64(100000000), result.has_point, _mm512_set1_epi64(10000000));
  __m512i head = _mm512_mul_epu32(number_of_digits(low), unit);
  result.magnitude = _mm512_add_epi64(result.magnitude, head);
  return result;
}

/// The 16 bytes before the end of a field.
static inline AVX512 __m128i before_end(const uint8_t *base, const uint8_t *slices, size_t index) {
  uint64_t slice;
  memcpy(&slice, slices + 8 * index, sizeof slice);
  return _mm_loadu_si128((const __m128i *)(base + (uint32_t)slice + (slice >> 32) - 16));
}

static AVX512 size_t read_avx512(const uint8_t *base, const uint8_t *slices, size_t count, int64_t *mantissas,
                                 uint8_t *marks, uint64_t *seen) {
  const __m512i one = _mm512_set1_epi64(1);
  __m512i scales_seen = _mm512_setzero_si512();
  __mmask8 any_rare = 0, any_null = 0;
  size_t index = 0;
  for (; index + 8 <= count; index += 8) {
    // The 16 bytes before the ends, of the even fields and of the odd ones: loads of their own are faster than gathering.
    __m512i even = _mm512_castsi128_si512(before_end(base, slices, index));
    even = _mm512_inserti64x2(even, before_end(base, slices, index + 2), 1);
    even = _mm512_inserti64x2(even, before_end(base, slices, index + 4), 2);
    even = _mm512_inserti64x2(even, before_end(base, slices, index + 6), 3);
    __m512i odd = _mm512_castsi128_si512(before_end(base, slices, index + 1));
    odd = _mm512_inserti64x2(odd, before_end(base, slices, index + 3), 1);
    odd = _mm512_inserti64x2(odd, before_end(base, slices, index + 5), 2);
    odd = _mm512_inserti64x2(odd, before_end(base, slices, index + 7), 3);
    __m512i word = _mm512_unpackhi_epi64(even, odd);
    __m512i length = _mm512_srli_epi64(_mm512_loadu_si512(slices + 8 * index), 32);
    __mmask8 is_long = _mm512_cmpgt_epi64_mask(length, _mm512_set1_epi64(8));
    __mmask8 is_null = _mm512_testn_epi64_mask(length, length);
    __m512i place = _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_slli_epi64(length, 3));
    lanes got;
    __mmask8 minus;
    if (__builtin_expect(is_long == 0, 1)) {
      __m512i first = _mm512_and_si512(_mm512_srlv_epi64(word, place), _mm512_set1_epi64(0xFF));
      minus = _mm512_cmpeq_epi64_mask(first, _mm512_set1_epi64('-'));
      __mmask8 sign = minus | _mm512_cmpeq_epi64_mask(first, _mm512_set1_epi64('+'));
      got = read_short(word, _mm512_mask_sub_epi64(length, sign, length, one), 0);
    } else {
      __m512i low = _mm512_unpacklo_epi64(even, odd);
      place = _mm512_mask_add_epi64(place, is_long, place, _mm512_set1_epi64(64));
      __m512i first = _mm512_srlv_epi64(_mm512_mask_mov_epi64(word, is_long, low), place);
      first = _mm512_and_si512(first, _mm512_set1_epi64(0xFF));
      minus = _mm512_cmpeq_epi64_mask(first, _mm512_set1_epi64('-'));
      __mmask8 sign = minus | _mm512_cmpeq_epi64_mask(first, _mm512_set1_epi64('+'));
      got = read_long(low, word, _mm512_mask_sub_epi64(length, sign, length, one));
      // Of more than 16 characters the first was not seen.
      got.flawed |= _mm512_cmpgt_epi64_mask(length, _mm512_set1_epi64(16));
    }
    __mmask8 rare = (__mmask8)(got.flawed & ~is_null);
    __mmask8 good = (__mmask8)~(got.flawed | is_null);
    any_rare |= rare;
    any_null |= is_null;
    __m512i value = _mm512_mask_sub_epi64(got.magnitude, minus, _mm512_setzero_si512(), got.magnitude);
    _mm512_storeu_si512(mantissas + index, _mm512_maskz_mov_epi64(good, value));
    scales_seen = _mm512_mask_or_epi64(scales_seen, good, scales_seen, _mm512_sllv_epi64(one, got.scale));
    __m512i mark = _mm512_mask_mov_epi64(_mm512_set1_epi64(0xFF), good, got.scale);
    mark = _mm512_mask_mov_epi64(mark, rare, _mm512_set1_epi64(0xFE));
    _mm_storel_epi64((__m128i *)(marks + index), _mm512_cvtepi64_epi8(mark));
  }
  uint64_t all = (uint64_t)_mm512_reduce_or_epi64(scales_seen);
  if (any_rare) all |= 1ull << 62;
  if (any_null) all |= 1ull << 63;
  *seen |= all;
  return index;
}

static int has_avx512(void) {
  // 0: not asked yet. Threads that ask at the same time find the same.
  static int answer = 0;
  int known = __atomic_load_n(&answer, __ATOMIC_RELAXED);
  if (known == 0) {
    const char *forced = getenv("PIPE_SCAN");
    int allowed = forced == NULL || *forced == 0 || strcmp(forced, "avx512") == 0;
    known = allowed && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2")
                ? 1
                : -1;
    __atomic_store_n(&answer, known, __ATOMIC_RELAXED);
  }
  return known > 0;
}

#endif

size_t ccolumns_read_decimals(const uint8_t *base, const void *slices, size_t count, int64_t *mantissas, uint8_t *marks,
                              uint64_t *seen) {
#if defined(__x86_64__)
  if (has_avx512()) return read_avx512(base, slices, count, mantissas, marks, seen);
#endif
  return 0;
}
