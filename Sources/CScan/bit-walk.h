// The put functions of instruction sets that cannot compress by a mask: bit after bit, eight without a branch in between,
// because how many there are is hard to predict and that there are few is not. What walks past the last bit counts for
// nothing.
#include <stdint.h>

/// The place of the lowest bit; of none any number, where `__builtin_ctzll` would be undefined.
CSCAN_PRIMITIVE uint32_t lowest(uint64_t bits) { return (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63); }

CSCAN_PRIMITIVE unsigned put_ends(uint32_t *out, uint64_t ends, uint32_t base) {
  const unsigned count = (unsigned)__builtin_popcountll(ends);
  unsigned done = 0;
  do {
    for (unsigned i = 0; i < 8; i++) {
      out[done + i] = base + lowest(ends);
      ends &= ends - 1;
    }
    done += 8;
  } while (done < count);
  return count;
}

CSCAN_PRIMITIVE unsigned put_lines(uint32_t *out, uint64_t lines, uint64_t ends, uint32_t base) {
  const unsigned count = (unsigned)__builtin_popcountll(lines);
  unsigned done = 0;
  while (done < count) {
    for (unsigned i = 0; i < 4; i++) {
      // Up to and with the lowest line: all ones where there is none, which counts for nothing.
      out[done + i] = base + (uint32_t)__builtin_popcountll(ends & (lines ^ (lines - 1)));
      lines &= lines - 1;
    }
    done += 4;
  }
  return count;
}
