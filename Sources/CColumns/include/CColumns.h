// What Swift cannot say of the loops over columns and groups: vector instructions that are chosen when the program runs,
// and asking for memory ahead. What gives an answer gives that of the plain Swift loop beside which it is called.

#ifndef CCOLUMNS_H
#define CCOLUMNS_H

#include <stddef.h>
#include <stdint.h>

/// Reads fields as decimals of at most 16 characters.
///
/// `slices` are pairs of start and count, 32 bits each, relative to `base`; 16 bytes before every field can be read.
/// For each field its mantissa and its mark are written: the scale, 0xFF for an empty field, 0xFE (and mantissa 0) for
/// what this cannot read. Bit n of `seen` is set for every scale n written, bit 62 and bit 63 for those two marks.
///
/// Returns how many of the fields were read, from the first on: a multiple of 8, and 0 where the processor has nothing
/// that would help, or where the environment variable PIPE_SCAN forces a kernel without wide vectors.
size_t ccolumns_read_decimals(const uint8_t *base, const void *slices, size_t count, int64_t *mantissas, uint8_t *marks,
                              uint64_t *seen);

/// `first` where its upper half is that of `hash`, else `second`: without a branch, because which it is cannot be foretold.
static inline uint64_t ccolumns_choose(uint64_t first, uint64_t second, uint64_t hash) {
    return __builtin_unpredictable((first ^ hash) >> 32 == 0) ? first : second;
}

/// Asks for the memory at `place`, which need not be readable, ahead of its use. Changes nothing but time.
static inline void ccolumns_prefetch(const void *place) { __builtin_prefetch(place); }

#endif
