// The scan itself, written once. A file of one instruction set defines the primitives below and then includes this file,
// which makes `scan`, `check` and `count_lines` of them.
//
// CSCAN_TARGET      attributes of every function that uses the instruction set
// block             64 bytes in registers
// load(bytes)       the 64 bytes from there on
// matches(b, byte)  a bit for each byte of the block that equals this one, the first in bit 0
// prefix_xor(bits)  bit i is the parity of bits 0...i
// put_ends(out, ends, base)          writes base + the place of each bit; returns how many
// gather(bits, places)               the bits at these places side by side, the first in bit 0; `bits` has no others
//
// Before you change it: the put functions may write CSCAN_OVERRUN entries more than they count. Blocks lie at multiples
// of 64 bytes from `bytes`, so that loads are aligned where the buffer is. Carries between blocks are zero after a block
// without quotes and CRs outside quotes; the short way through relies on that.

#include <string.h>

#include "kernels.h"

#define CSCAN_OVERRUN 16
#define CSCAN_INLINE static inline __attribute__((always_inline))

/// The 64 bytes from `offset` on, with zeros for those that are not before `count`: what lies behind is not ours.
CSCAN_INLINE CSCAN_TARGET block load_before(const uint8_t *bytes, size_t offset, size_t count) {
  if (count - offset >= 64) return load(bytes + offset);
  uint8_t copy[64] __attribute__((aligned(64))) = {0};
  memcpy(copy, bytes + offset, count - offset);
  return load(copy);
}

/// What one block must know of those before it.
typedef struct carries {
  /// All ones where the block starts within quotes.
  uint64_t inside;
  /// In bit 0: whether the byte before the block is a closing quote; a CR outside quotes.
  uint64_t close, carriage_return;
  /// In bit 63: whether a quote may open at the first byte of the block.
  uint64_t before;
} carries;

/// A scan on its way: the question, how far it has come, and what it has met.
typedef struct state {
  const uint8_t *bytes;
  /// Up to here there are whole blocks.
  size_t blocks_end;
  uint8_t delimiter, quote;
  /// All ones where something is quoted.
  uint64_t quote_mask;
  uint32_t *ends;
  uint64_t *line_bits;
  /// No block is begun behind these counts.
  size_t last_ends_count, line_limit;

  size_t offset;
  size_t ends_count, lines_count;
  /// The word of `line_bits` that `ends_count` lies in.
  uint64_t line_word;
  carries carry;
  /// Bits that were met in any block: quotes, doubled quotes, CRs outside quotes, line ends within quotes.
  uint64_t quotes, doubled, returns, inner_lines;
  /// Bits of the last block at which toggling failed.
  uint64_t bad;
} state;

/// Adds bits for `count` new entries. Returns the word that the entries behind them lie in.
CSCAN_INLINE CSCAN_TARGET uint64_t put_line_bits(
  uint64_t *line_bits, uint64_t word, size_t ends_count, unsigned count, uint64_t lines
) {
  const unsigned used = ends_count & 63;
  const size_t place = ends_count >> 6;
  word |= lines << used;
  // In two steps, because a shift by 64 is none.
  const uint64_t rest = lines >> 1 >> (63 - used);
  line_bits[place] = word;
  line_bits[place + 1] = rest;
  return used + count < 64 ? word : rest;
}

/// Takes blocks without quotes and CRs. Stops before the first that has one.
CSCAN_TARGET static __attribute__((noinline)) void take_plain_blocks(state *s) {
  const uint8_t *const bytes = s->bytes;
  const uint8_t delimiter = s->delimiter, quote = s->quote;
  const uint64_t quote_mask = s->quote_mask;
  uint32_t *const ends_out = s->ends;
  uint64_t *const line_bits = s->line_bits;
  const size_t blocks_end = s->blocks_end, last_ends_count = s->last_ends_count, line_limit = s->line_limit;
  size_t offset = s->offset, ends_count = s->ends_count, lines_count = s->lines_count;
  uint64_t ends = s->carry.before, line_word = s->line_word;
  while (offset < blocks_end && ends_count <= last_ends_count && lines_count < line_limit) {
    const block b = load(bytes + offset);
    if (__builtin_expect(((matches(b, quote) & quote_mask) | matches(b, '\r')) != 0, 0)) break;
    const uint64_t lines = matches(b, '\n');
    ends = matches(b, delimiter) | lines;
    const unsigned count = put_ends(ends_out + ends_count, ends, (uint32_t)offset);
    line_word = put_line_bits(line_bits, line_word, ends_count, count, gather(lines, ends));
    lines_count += (size_t)__builtin_popcountll(lines);
    ends_count += count;
    offset += 64;
  }
  s->offset = offset;
  s->ends_count = ends_count;
  s->lines_count = lines_count;
  s->line_word = line_word;
  s->carry.before = ends;
}

/// The bytes that count in a block, and what its quotes do.
typedef struct marks {
  uint64_t delimiters, feeds, returns, quotes;
  /// Bytes within quotes, opening ones with them; opening quotes; bytes behind closing quotes.
  uint64_t inside, opening, closed;
  /// Where toggling fails.
  uint64_t bad;
} marks;

/// Marks a block of which only the bytes in `valid` count, and takes on what the next must know, but for CRs.
CSCAN_INLINE CSCAN_TARGET marks mark(
  block b, uint8_t delimiter, uint8_t quote, uint64_t quote_mask, uint64_t valid, uint64_t start, carries *carry
) {
  marks m = {
    .delimiters = matches(b, delimiter) & valid, .feeds = matches(b, '\n') & valid, .returns = matches(b, '\r') & valid,
    .quotes = matches(b, quote) & quote_mask & valid};
  const uint64_t known = m.delimiters | m.feeds | m.returns | m.quotes;
  m.inside = prefix_xor(m.quotes) ^ carry->inside;
  m.opening = m.quotes & m.inside;
  const uint64_t closing = m.quotes & ~m.inside;
  m.closed = closing << 1 | carry->close;
  m.bad = ((m.opening & ~(known << 1 | carry->before >> 63 | start)) | (m.closed & ~known)) & valid;
  carry->inside = (uint64_t)((int64_t)m.inside >> 63);
  carry->close = closing >> 63;
  carry->before = known;
  return m;
}

/// Takes one block, whatever is in it, of which only the bytes in `valid` count; `start` is the bit of the first byte of
/// all, if it is here. Where toggling fails, entries before that are put. Returns whether the block is not plain.
CSCAN_INLINE CSCAN_TARGET int take_block(state *s, block b, uint64_t valid, uint64_t start) {
  const marks m = mark(b, s->delimiter, s->quote, s->quote_mask, valid, start, &s->carry);
  const uint64_t returns_outside = m.returns & ~m.inside;
  uint64_t lines = (m.feeds & ~m.inside & ~(returns_outside << 1 | s->carry.carriage_return)) | returns_outside;
  uint64_t ends = (m.delimiters & ~m.inside) | lines;
  s->bad = m.bad;
  s->quotes |= m.quotes;
  s->doubled |= m.opening & m.closed;
  s->returns |= returns_outside;
  s->inner_lines |= (m.feeds | m.returns) & m.inside;
  s->carry.carriage_return = returns_outside >> 63;
  if (__builtin_expect(s->bad != 0, 0)) {
    const uint64_t before_bad = (s->bad & -s->bad) - 1;
    ends &= before_bad;
    lines &= before_bad;
  }
  const unsigned count = put_ends(s->ends + s->ends_count, ends, (uint32_t)s->offset);
  s->line_word = put_line_bits(s->line_bits, s->line_word, s->ends_count, count, gather(lines, ends));
  s->lines_count += (size_t)__builtin_popcountll(lines);
  s->ends_count += count;
  s->offset += 64;
  return (m.quotes | m.returns | m.inside) != 0;
}

CSCAN_INLINE int has_room(const state *s) {
  return s->bad == 0 && s->ends_count <= s->last_ends_count && s->lines_count < s->line_limit;
}

/// Takes whole blocks until some in a row have been plain, so that text with a quote here and there does not jump to and
/// fro.
CSCAN_TARGET static __attribute__((noinline)) void take_any_blocks(state *shared) {
  const unsigned calm_blocks = 4;
  state s = *shared;
  unsigned calm = 0;
  while (s.offset < s.blocks_end && has_room(&s) && calm < calm_blocks) {
    calm = take_block(&s, load(s.bytes + s.offset), UINT64_MAX, 0) ? 0 : calm + 1;
  }
  *shared = s;
}

CSCAN_TARGET static void scan(
  const uint8_t *bytes, size_t from, size_t count, uint8_t delimiter, int quote, size_t line_limit, cscan_tape *tape
) {
  state s = {
    .bytes = bytes, .blocks_end = count & ~(size_t)63, .delimiter = delimiter, .quote = (uint8_t)quote,
    .quote_mask = quote < 0 ? 0 : UINT64_MAX, .ends = tape->ends, .line_bits = tape->line_bits,
    .last_ends_count = tape->capacity - 64 - CSCAN_OVERRUN, .line_limit = line_limit, .offset = from & ~(size_t)63,
    .carry = {.before = UINT64_MAX}};
  s.line_bits[0] = s.line_bits[1] = 0;
  const unsigned skipped = from & 63;
  if (skipped != 0 && s.offset < s.blocks_end) {
    take_block(&s, load(bytes + s.offset), UINT64_MAX << skipped, (uint64_t)1 << skipped);
  }
  while (s.offset < s.blocks_end && has_room(&s)) {
    if ((s.carry.inside | s.carry.close | s.carry.carriage_return) == 0) take_plain_blocks(&s);
    take_any_blocks(&s);
  }
  if (s.offset < count && s.offset >= s.blocks_end && has_room(&s)) {
    // The last bytes, and the first ones too where there are so few.
    const uint64_t present = ((uint64_t)1 << (count - s.offset)) - 1;
    // Behind the block of `from` all bits count.
    const unsigned before = from > s.offset ? skipped : 0;
    take_block(&s, load_before(bytes, s.offset, count), present & (UINT64_MAX << before), (uint64_t)(from >= s.offset) << before);
    if (s.bad == 0) s.offset = count;
  }
  if (s.bad != 0) s.offset = s.offset - 64 + (size_t)__builtin_ctzll(s.bad);
  s.line_bits[(s.ends_count >> 6) + 1] = 0;
  tape->ends_count = s.ends_count;
  tape->lines_count = s.lines_count;
  tape->scanned = s.offset;
  tape->has_quotes = s.quotes != 0;
  tape->has_doubled = s.doubled != 0;
  tape->has_returns = s.returns != 0;
  tape->has_inner_lines = s.inner_lines != 0;
  tape->is_quoted = s.carry.inside != 0;
  tape->is_irregular = s.bad != 0;
}

CSCAN_TARGET static cscan_ending check(
  const uint8_t *bytes, size_t from, size_t count, uint8_t delimiter, uint8_t quote
) {
  carries carry = {.before = UINT64_MAX};
  uint64_t valid = UINT64_MAX << (from & 63), start = (uint64_t)1 << (from & 63);
  for (size_t offset = from & ~(size_t)63; offset < count; offset += 64) {
    if (count - offset < 64) valid &= ((uint64_t)1 << (count - offset)) - 1;
    if (mark(load_before(bytes, offset, count), delimiter, quote, UINT64_MAX, valid, start, &carry).bad != 0) return CSCAN_IRREGULAR;
    valid = UINT64_MAX;
    start = 0;
  }
  return carry.inside != 0 ? CSCAN_WITHIN_QUOTES : CSCAN_OUTSIDE_QUOTES;
}

CSCAN_TARGET static size_t count_lines(const uint8_t *bytes, size_t from, size_t to) {
  size_t found = 0;
  uint64_t carry = 0;
  for (size_t offset = from; offset < to; offset += 64) {
    const block b = load_before(bytes, offset, to);
    const uint64_t feeds = matches(b, '\n');
    const uint64_t returns = matches(b, '\r');
    found += (size_t)__builtin_popcountll((feeds & ~(returns << 1 | carry)) | returns);
    carry = returns >> 63;
  }
  return found;
}
