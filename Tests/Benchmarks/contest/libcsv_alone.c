// libcsv with empty callbacks: what the library itself costs, for comparison with `pipe run --parser libcsv`.
// usage: libcsv_alone FILE DELIMITER
#include <csv.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void field(void *bytes, size_t count, void *data) {
  (void)bytes, (void)count, (void)data;
}

static void record(int end, void *data) {
  (void)end, (void)data;
}

int main(int argc, char **argv) {
  static char block[256 * 1024];
  struct csv_parser parser;
  if (argc != 3 || csv_init(&parser, 0) != 0) return 2;
  csv_set_delim(&parser, (unsigned char)argv[2][0]);
  int file = open(argv[1], O_RDONLY);
  if (file < 0) return perror(argv[1]), 1;
  ssize_t count;
  while ((count = read(file, block, sizeof block)) > 0) {
    if (csv_parse(&parser, block, (size_t)count, field, record, NULL) != (size_t)count) return 1;
  }
  csv_fini(&parser, field, record, NULL);
  csv_free(&parser);
  return count < 0;
}
