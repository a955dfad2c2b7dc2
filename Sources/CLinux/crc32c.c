// CRC-32C (Castagnoli polynomial 0x1EDC6F41, reflected 0x82F63B78; RFC 3720): the checksum of frames. It finds every
// single-bit error and every burst of up to 32 bits. With SSE 4.2 the CPU computes it 8 bytes a step; else by table.
#include "CLinux.h"

#include <string.h>

// Filled in before main by a constructor, so that threads only ever read it.
static uint32_t table[8][256];

__attribute__((constructor)) static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1)));
    table[0][byte] = crc;
  }
  for (int slice = 1; slice < 8; slice++) {
    for (uint32_t byte = 0; byte < 256; byte++) {
      uint32_t crc = table[slice - 1][byte];
      table[slice][byte] = (crc >> 8) ^ table[0][crc & 0xFF];
    }
  }
}

uint32_t clinux_crc32c_portable(uint32_t crc, const uint8_t *bytes, size_t length) {
  crc = ~crc;
  for (; length >= 8; bytes += 8, length -= 8) {
    uint32_t low = crc ^ ((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24);
    crc = table[7][low & 0xFF] ^ table[6][low >> 8 & 0xFF] ^ table[5][low >> 16 & 0xFF] ^ table[4][low >> 24]
      ^ table[3][bytes[4]] ^ table[2][bytes[5]] ^ table[1][bytes[6]] ^ table[0][bytes[7]];
  }
  for (; length > 0; bytes++, length--) crc = (crc >> 8) ^ table[0][(crc ^ *bytes) & 0xFF];
  return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const uint8_t *bytes, size_t length) {
  uint64_t sum = ~crc;
  for (; length >= 8; bytes += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    sum = _mm_crc32_u64(sum, word);
  }
  for (; length > 0; bytes++, length--) sum = _mm_crc32_u8((uint32_t)sum, *bytes);
  return ~(uint32_t)sum;
}

uint32_t clinux_crc32c(uint32_t crc, const uint8_t *bytes, size_t length) {
  return __builtin_cpu_supports("sse4.2") ? by_instruction(crc, bytes, length)
                                          : clinux_crc32c_portable(crc, bytes, length);
}
#else
uint32_t clinux_crc32c(uint32_t crc, const uint8_t *bytes, size_t length) {
  return clinux_crc32c_portable(crc, bytes, length);
}
#endif
