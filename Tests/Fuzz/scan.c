// Fuzz target: all scan kernels of this CPU against plain C.
#include "scan-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check_scan(data, size);
  return 0;
}
