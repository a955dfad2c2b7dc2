// Parity of all bits up to each one, by shifts: for instruction sets without a carry-less multiplication.
#include <stdint.h>

CSCAN_PRIMITIVE uint64_t prefix_xor(uint64_t bits) {
  for (unsigned step = 1; step < 64; step *= 2) bits ^= bits << step;
  return bits;
}
