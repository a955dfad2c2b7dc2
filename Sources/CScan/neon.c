// The kernel for 64-bit ARM: NEON belongs to the architecture.
#if defined(__aarch64__)
#include <arm_neon.h>
#include <stdint.h>

#define CSCAN_TARGET
#define CSCAN_PRIMITIVE static inline __attribute__((always_inline))

typedef struct block {
  uint8x16_t part[4];
} block;

CSCAN_PRIMITIVE block load(const uint8_t *bytes) {
  block b;
  for (unsigned i = 0; i < 4; i++) b.part[i] = vld1q_u8(bytes + 16 * i);
  return b;
}

/// There is no instruction for it: each byte keeps its own bit of eight, and adding neighbours three times over gathers
/// eight bytes into one.
CSCAN_PRIMITIVE uint64_t matches(block b, uint8_t byte) {
  static const uint8_t own_bits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t bit = vld1q_u8(own_bits);
  const uint8x16_t wanted = vdupq_n_u8(byte);
  const uint8x16_t parts[4] = {
    vandq_u8(vceqq_u8(b.part[0], wanted), bit), vandq_u8(vceqq_u8(b.part[1], wanted), bit),
    vandq_u8(vceqq_u8(b.part[2], wanted), bit), vandq_u8(vceqq_u8(b.part[3], wanted), bit)};
  const uint8x16_t sums = vpaddq_u8(vpaddq_u8(parts[0], parts[1]), vpaddq_u8(parts[2], parts[3]));
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

#include "prefix-shift.h"
#include "bit-walk.h"
#include "kernel.h"

static int is_supported(void) { return 1; }

const cscan_implementation cscan_neon = {"neon", is_supported, scan, check, count_lines};
#endif
