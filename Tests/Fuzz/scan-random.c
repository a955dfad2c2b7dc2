// The comparison of the fuzz target on random inputs, for where there is no fuzzer: `scan-random RUNS [SEED]`. Names the
// kernels that it has compared.
#include "scan-check.h"

static uint64_t state;

/// SplitMix64 (Steele, Lea, Flood 2014).
static uint64_t draw(uint64_t below) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return (z ^ z >> 31) % below;
}

int main(int argc, char **argv) {
  const unsigned long long runs = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
  state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  static const char *const nasty[] = {
    "\"", "\"\"", ",", ";", "\n", "\r", "\r\n", "a", "ab,", "\"a\",", "\"a\nb\"\n", "some longer text", "12.3\n", "'", "\t"};
  static uint8_t data[4 + 1024 + 32];
  for (unsigned long long run = 0; run < runs; run++) {
    const size_t wanted = 4 + draw(draw(4) == 0 ? 1024 : 200);
    // Some inputs are tame, so that long ones without a defect occur too.
    const uint64_t choices = draw(2) == 0 ? 15 : 9;
    const uint64_t first = choices == 9 ? 2 + draw(3) : 0;
    size_t size = 0;
    while (size < 4) data[size++] = (uint8_t)draw(256);
    if (draw(2) == 0) data[0] &= 0x87;
    while (size < wanted) {
      const char *const text = nasty[(first + draw(choices)) % 15];
      memcpy(data + size, text, strlen(text));
      size += strlen(text);
    }
    check_scan(data, size);
  }
  printf("%llu inputs:", runs);
  for (cscan_kernel kernel = 0; kernel < cscan_kernel_count(); kernel++) {
    if (cscan_kernel_is_supported(kernel)) printf(" %s", cscan_kernel_name(kernel));
  }
  printf(" agree with plain C\n");
  return 0;
}
