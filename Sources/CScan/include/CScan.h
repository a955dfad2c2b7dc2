// Structural scanning of CSV bytes, 64 at a time: where fields and records end outside quotes. Kernels for several
// instruction sets give the same answer; the best that the CPU can run is chosen once, or the one that PIPE_SCAN names.
//
// A kernel decides nothing difficult: quotes toggle, and at the first quote that toggling cannot explain (one within an
// unquoted field, text behind a closing quote) it stops and says so.
#ifndef CSCAN_H
#define CSCAN_H

#include <stddef.h>
#include <stdint.h>

/// The fewest entries that a tape must have room for: up to 64 of one block, and what is written beyond.
#define CSCAN_MIN_CAPACITY 128

/// What a scan found. Offsets are relative to `bytes`, so there can be less than 4 GiB of them.
typedef struct cscan_tape {
  /// Offsets of delimiters and record ends outside quotes, ascending. A CRLF is the offset of its CR.
  uint32_t *ends;
  /// Which of `ends` are record ends: bit i % 64 of word i / 64. There must be room for capacity / 64 + 2 words.
  uint64_t *line_bits;
  /// Entries that there is room for, at least CSCAN_MIN_CAPACITY. The kernels also write behind the entries that count,
  /// within the capacity; bits behind them are 0 in the last word and the one behind it.
  size_t capacity;
  /// Entries, and record ends among them.
  size_t ends_count, lines_count;
  /// All bytes before this offset are accounted for.
  size_t scanned;
  /// Whether a quote was met; two quotes in a row within quotes; a CR outside quotes; a line end within quotes. They may
  /// be set by bytes behind the entries that count.
  uint8_t has_quotes, has_doubled, has_returns, has_inner_lines;
  /// Whether `scanned` lies within quotes.
  uint8_t is_quoted;
  /// Whether the scan stopped because of a quote that toggling cannot explain. The entries, all before it, are valid.
  uint8_t is_irregular;
} cscan_tape;

/// A kernel, by its place in the table of all that were built, the best first.
typedef size_t cscan_kernel;

/// Finds the ends of fields and records in bytes[from..<count]. `from` must be the start of a record; no byte outside
/// bytes[0..<count] is read. Stops at `count`, at an irregular quote, once `line_limit` record ends have been found (with
/// those of the same 64 bytes), or when the next 64 bytes might not find room.
///
/// - delimiter, quote: bytes that are neither CR nor LF nor each other; quote is -1 where nothing is quoted.
void cscan_scan(
  cscan_kernel kernel, const uint8_t *bytes, size_t from, size_t count, uint8_t delimiter, int quote, size_t line_limit,
  cscan_tape *tape);

/// Where bytes end that begin at a record.
typedef enum cscan_ending {
  CSCAN_OUTSIDE_QUOTES,
  CSCAN_WITHIN_QUOTES,
  /// There is a quote that toggling cannot explain.
  CSCAN_IRREGULAR,
} cscan_ending;

/// Follows the quotes in bytes[from..<count], and notes nothing else: several times as fast as a scan. `from` must be the
/// start of a record. Bytes behind a closing quote that is the last byte are not looked for.
///
/// - delimiter, quote: as for a scan, but there is a quote.
cscan_ending cscan_check(
  cscan_kernel kernel, const uint8_t *bytes, size_t from, size_t count, uint8_t delimiter, uint8_t quote);

/// Counts the line ends (LF, CRLF, CR: each one) in bytes[from..<to].
size_t cscan_count_lines(cscan_kernel kernel, const uint8_t *bytes, size_t from, size_t to);

/// How many kernels were built for this architecture.
size_t cscan_kernel_count(void);
/// avx512, avx2, sse2, neon or scalar.
const char *cscan_kernel_name(cscan_kernel kernel);
/// Whether this CPU can run it.
int cscan_kernel_is_supported(cscan_kernel kernel);

/// The kernel to use: the best that this CPU can run, or what the environment variable PIPE_SCAN names. Chosen at the
/// first call.
cscan_kernel cscan_chosen_kernel(void);
/// What is wrong with PIPE_SCAN.
typedef enum cscan_problem {
  /// Nothing.
  CSCAN_NO_PROBLEM,
  /// It names no kernel.
  CSCAN_UNKNOWN_KERNEL,
  /// It names a kernel that this CPU cannot run.
  CSCAN_UNSUPPORTED_KERNEL,
} cscan_problem;
/// Whether PIPE_SCAN could be obeyed; where not, the best kernel is chosen and the caller should refuse to run.
cscan_problem cscan_choice_problem(void);
/// What PIPE_SCAN said at the first call; empty where it is not set.
const char *cscan_wanted_kernel(void);

#endif
