// The kernel for every CPU: eight bytes in a word, plain C.
#include <stdint.h>
#include <string.h>

#define CSCAN_TARGET
#define CSCAN_PRIMITIVE static inline __attribute__((always_inline))

typedef struct block {
  uint64_t words[8];
} block;

CSCAN_PRIMITIVE block load(const uint8_t *bytes) {
  block b;
  for (unsigned i = 0; i < 8; i++) {
    uint64_t word;
    memcpy(&word, bytes + 8 * i, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    b.words[i] = word;
  }
  return b;
}

CSCAN_PRIMITIVE uint64_t matches(block b, uint8_t byte) {
  const uint64_t low_bits = 0x7F7F7F7F7F7F7F7F;
  const uint64_t wanted = UINT64_C(0x0101010101010101) * byte;
  uint64_t bits = 0;
  for (unsigned i = 0; i < 8; i++) {
    const uint64_t difference = b.words[i] ^ wanted;
    // The highest bit of each byte that is zero, exactly: no carry crosses a byte.
    const uint64_t zeros = ~(((difference & low_bits) + low_bits) | difference | low_bits);
    // Their eight bits side by side: the multiplication moves bit 7 + 8 * i to bit 56 + i.
    bits |= ((zeros >> 7) * 0x0102040810204080 >> 56) << 8 * i;
  }
  return bits;
}

#include "prefix-shift.h"
#include "bit-walk.h"
#include "kernel.h"

static int is_supported(void) { return 1; }

const cscan_implementation cscan_scalar = {"scalar", is_supported, scan, check, count_lines};
