// What instruction sets do that cannot compress by a mask: bit after bit. Offsets are written eight without a branch in
// between, because how many there are is hard to predict; what walks past the last bit counts for nothing.
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

/// PEXT would do it at once, but is slow where it is not in hardware (Zen 1 and 2).
CSCAN_PRIMITIVE uint64_t gather(uint64_t bits, uint64_t places) {
  uint64_t gathered = 0;
  for (; bits != 0; bits &= bits - 1) {
    gathered |= (uint64_t)1 << (unsigned)__builtin_popcountll(places & ((bits & -bits) - 1));
  }
  return gathered;
}
