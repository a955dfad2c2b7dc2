// What every scan kernel must answer, byte by byte in plain C, and the comparison of all kernels with it on one input.
// Used by the fuzz target and by the driver that runs NEON under an emulator.
#ifndef SCAN_CHECK_H
#define SCAN_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CScan.h"

/// A question to the kernels.
typedef struct question {
  const uint8_t *bytes;
  size_t from, count, capacity, line_limit;
  uint8_t delimiter;
  int quote;
} question;

/// The answer without limits: all ends, and for each whether it ends a record.
typedef struct plain_answer {
  uint32_t *ends;
  uint8_t *is_line;
  size_t ends_count;
  /// Where toggling fails, or the end of the bytes.
  size_t stop;
  int is_irregular, is_quoted, has_quotes, has_doubled, has_returns, has_inner_lines;
} plain_answer;

static void fail(const question *q, const char *kernel, const char *what) {
  fprintf(
    stderr, "%s: %s differs: from %zu count %zu delimiter %d quote %d capacity %zu limit %zu\n", kernel, what, q->from,
    q->count, q->delimiter, q->quote, q->capacity, q->line_limit);
  for (size_t i = 0; i < q->count; i++) fprintf(stderr, "%02x", q->bytes[i]);
  fputc('\n', stderr);
  abort();
}

static plain_answer answer_plainly(const question *q) {
  plain_answer a = {.stop = q->count};
  a.ends = malloc(sizeof(uint32_t) * (q->count + 1));
  a.is_line = malloc(q->count + 1);
  enum { fresh, plain, quoted, closed } place = fresh;
  int was_return = 0;
  for (size_t at = q->from; at < q->count; at++) {
    const uint8_t byte = q->bytes[at];
    const int is_quote = q->quote >= 0 && byte == (uint8_t)q->quote;
    const int is_end = byte == q->delimiter || byte == '\n' || byte == '\r';
    if (place == quoted) {
      if (is_quote) place = closed;
      a.has_inner_lines |= byte == '\n' || byte == '\r';
      continue;
    }
    if ((is_quote && place == plain) || (place == closed && !is_end && !is_quote)) {
      a.stop = at;
      a.is_irregular = 1;
      break;
    }
    a.has_quotes |= is_quote;
    if (is_quote) {
      a.has_doubled |= place == closed;
      place = quoted;
    } else if (is_end) {
      a.has_returns |= byte == '\r';
      if (!(byte == '\n' && was_return)) {
        a.ends[a.ends_count] = (uint32_t)at;
        a.is_line[a.ends_count++] = byte != q->delimiter;
      }
      place = fresh;
    } else {
      place = plain;
    }
    was_return = byte == '\r';
  }
  a.is_quoted = place == quoted;
  return a;
}

static void check_kernel(const question *q, const plain_answer *a, cscan_kernel kernel) {
  const char *const name = cscan_kernel_name(kernel);
  cscan_tape tape = {.capacity = q->capacity};
  // Exactly as much memory as is asked for, so that the address sanitizer sees what goes beyond.
  tape.ends = malloc(sizeof(uint32_t) * q->capacity);
  tape.line_bits = malloc(sizeof(uint64_t) * (q->capacity / 64 + 2));
  cscan_scan(kernel, q->bytes, q->from, q->count, q->delimiter, q->quote, q->line_limit, &tape);
  if (tape.scanned > a->stop) fail(q, name, "scanned");
  size_t ends = 0, lines = 0;
  while (ends < a->ends_count && a->ends[ends] < tape.scanned) {
    if (ends >= tape.ends_count || tape.ends[ends] != a->ends[ends]) fail(q, name, "an end");
    if ((tape.line_bits[ends / 64] >> ends % 64 & 1) != a->is_line[ends]) fail(q, name, "a record end");
    lines += a->is_line[ends++];
  }
  if (tape.ends_count != ends || tape.lines_count != lines) fail(q, name, "the count");
  if (tape.line_bits[ends / 64] >> ends % 64 != 0) fail(q, name, "what lies behind the last bit");
  if (tape.line_bits[ends / 64 + 1] != 0) fail(q, name, "the word behind the last bit");
  const int has_stopped = tape.scanned < q->count;
  if (tape.is_irregular && !(a->is_irregular && tape.scanned == a->stop)) fail(q, name, "is_irregular");
  if (has_stopped && !tape.is_irregular && lines < q->line_limit && ends + 80 <= q->capacity) {
    fail(q, name, "where it stopped");
  }
  if (!has_stopped && tape.is_quoted != a->is_quoted) fail(q, name, "is_quoted");
  if (!has_stopped || tape.is_irregular) {
    if (tape.has_quotes < a->has_quotes || tape.has_doubled < a->has_doubled || tape.has_returns < a->has_returns
      || tape.has_inner_lines < a->has_inner_lines) fail(q, name, "what was met");
  }
  free(tape.ends);
  free(tape.line_bits);
}

static void check_lines(const question *q, cscan_kernel kernel) {
  size_t lines = 0;
  for (size_t at = q->from; at < q->count; at++) {
    lines += q->bytes[at] == '\r' || (q->bytes[at] == '\n' && (at == q->from || q->bytes[at - 1] != '\r'));
  }
  if (cscan_count_lines(kernel, q->bytes, q->from, q->count) != lines) fail(q, cscan_kernel_name(kernel), "line ends");
}

/// Compares all kernels that this CPU can run. The first bytes choose the question, the others are what is scanned.
static void check_scan(const uint8_t *data, size_t size) {
  if (size < 4) return;
  static const uint8_t delimiters[] = {',', ';', '\t', ' ', 0, 'a', 0xFF, '|'};
  static const int quotes[] = {'"', '"', '"', '\'', -1, 0xC3, 1, 0x22};
  const size_t count = size - 4;
  uint8_t *const bytes = malloc(count);
  memcpy(bytes, data + 4, count);
  const question q = {
    .bytes = bytes, .from = count == 0 ? 0 : (data[0] & 0x80 ? data[1] % (count + 1) : 0), .count = count,
    .capacity = CSCAN_MIN_CAPACITY + (data[2] & 0x0F) * 37, .line_limit = data[3] & 0x80 ? data[3] & 0x7F : SIZE_MAX,
    .delimiter = delimiters[data[0] & 7], .quote = quotes[data[0] >> 3 & 7]};
  plain_answer a = answer_plainly(&q);
  for (cscan_kernel kernel = 0; kernel < cscan_kernel_count(); kernel++) {
    if (!cscan_kernel_is_supported(kernel)) continue;
    check_kernel(&q, &a, kernel);
    check_lines(&q, kernel);
  }
  free(a.ends);
  free(a.is_line);
  free(bytes);
}

#endif
