// Products of many rows with a few queries, for the search of a library.
//
// Each set of instructions gives the same bits: floats are added up in one stated order, and whole
// numbers have no order.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Which instructions to use.
typedef enum ckeepframe_instructions {
  /// What the compiler makes for every processor of the architecture.
  ckeepframe_portable,
  ckeepframe_avx2,
  /// AVX-512 with VNNI, and AVX2 for what AVX-512 is of no use to.
  ckeepframe_avx512_vnni,
} ckeepframe_instructions;

/// Whether this processor has them, and the system keeps their registers.
bool ckeepframe_has(ckeepframe_instructions instructions);

/// The best that this processor has. It costs a few nanoseconds.
ckeepframe_instructions ckeepframe_best_instructions(void);

/// Products of rows with queries, each with the bits of `dot` in KeepframeNumerics.
///
/// `rows` is [row_count, dimension] and `queries` [query_count, dimension], both row-major.
/// Product (q, r) goes to products[q * stride + r]. Nothing need be aligned beyond its type.
void ckeepframe_row_products(
    ckeepframe_instructions instructions, const float *rows, size_t row_count, size_t dimension, const float *queries,
    size_t query_count, float *products, size_t stride);

/// The same for codes, exact where no sum of `dimension` products leaves the range of 32 bits. A sum
/// that does is taken modulo 2^32.
void ckeepframe_code_products(
    ckeepframe_instructions instructions, const int8_t *codes, size_t row_count, size_t dimension, const int16_t *queries,
    size_t query_count, int32_t *products, size_t stride);
