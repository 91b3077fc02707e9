#include "CKeepframeScan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// `dot` rounds each product before it adds it: no multiplication may be fused with an addition.
#pragma STDC FP_CONTRACT OFF

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2")))
#define AVX512_VNNI __attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vnni")))

enum {
  /// Rows and queries of a tile: eight sums, which fit into 16 registers beside their factors.
  tile_rows = 2,
  tile_queries = 4,
  /// Bytes of rows that all queries meet before the next rows come: half of a first-level cache.
  block_bytes = 16 << 10,
  /// How far ahead of a single query rows are asked for. A processor alone stops at each page.
  bytes_ahead = 768,
  line_bytes = 64,
};

/// Two ways through rows. All of them have products of four bytes.
typedef struct kernel {
  /// Products of `tile_rows` rows with `tile_queries` queries.
  /// Product (q, r) goes to products[q * stride + r].
  void (*tile)(const void *rows, size_t dimension, const void *queries, void *products, size_t stride);
  /// Products of `count` rows with one query.
  void (*column)(const void *rows, size_t count, size_t dimension, const void *query, void *products);
} kernel;

static void multiply(
    const kernel *kernel, const char *rows, size_t row_bytes, size_t row_count, size_t dimension, const char *queries,
    size_t query_bytes, size_t query_count, char *products, size_t stride) {
  const size_t product_bytes = 4;
  size_t tiled_queries = query_count / tile_queries * tile_queries;
  size_t block = row_bytes > block_bytes / 4 ? 4 : block_bytes / row_bytes / 4 * 4;
  for (size_t start = 0; start < row_count; start += block) {
    size_t count = row_count - start < block ? row_count - start : block;
    size_t tiled_rows = count / tile_rows * tile_rows;
    const char *here = rows + start * row_bytes;
    for (size_t query = 0; query < tiled_queries; query += tile_queries) {
      const char *four_queries = queries + query * query_bytes;
      char *out = products + (query * stride + start) * product_bytes;
      for (size_t row = 0; row < tiled_rows; row += tile_rows) {
        if (query == 0) {  // the next block, while this one is worked on
          const char *next = here + (block + row) * row_bytes;
          for (size_t byte = 0; byte < tile_rows * row_bytes; byte += line_bytes) __builtin_prefetch(next + byte);
        }
        kernel->tile(here + row * row_bytes, dimension, four_queries, out + row * product_bytes, stride);
      }
      for (size_t q = 0; q < tile_queries && tiled_rows < count; q++) {
        kernel->column(
            here + tiled_rows * row_bytes, count - tiled_rows, dimension, four_queries + q * query_bytes,
            out + (q * stride + tiled_rows) * product_bytes);
      }
    }
    for (size_t query = tiled_queries; query < query_count; query++) {
      kernel->column(
          here, count, dimension, queries + query * query_bytes, products + (query * stride + start) * product_bytes);
    }
  }
}

// Floats, in the order of `dot`: 32 lanes are summed and joined to 8, which are added one after the
// other. What is left of the row comes then, one by one.

typedef float eight __attribute__((vector_size(32)));
typedef float four __attribute__((vector_size(16)));
typedef float eight_anywhere __attribute__((vector_size(32), aligned(4), may_alias));
typedef float four_anywhere __attribute__((vector_size(16), aligned(4), may_alias));

#define EIGHT(pointer) (*(const eight_anywhere *)(pointer))
#define FOUR(pointer) (*(const four_anywhere *)(pointer))

enum { lanes = 32, lane_groups = 4, group_lanes = 8 };

/// Adds up the 8 lanes of each of four sums: [4, 8] to [4].
ALWAYS_INLINE void add_lanes(const float *joined, float *totals) {
  four total = {0};
  for (size_t half = 0; half < group_lanes; half += 4) {
    four a = FOUR(joined + half), b = FOUR(joined + 8 + half), c = FOUR(joined + 16 + half), d = FOUR(joined + 24 + half);
    four ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    four cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    four lane0 = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
    total = half == 0 ? lane0 : total + lane0;
    total += __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
    total += __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
    total += __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
  }
  *(four_anywhere *)totals = total;
}

ALWAYS_INLINE float add_rest(float total, const float *a, const float *b, size_t from, size_t to) {
  for (size_t index = from; index < to; index++) total += a[index] * b[index];
  return total;
}

/// One group of lanes after another, so that all sums of a tile stay in registers.
ALWAYS_INLINE void float_tile(const float *rows, size_t dimension, const float *queries, float *products, size_t stride) {
  enum { pairs = tile_rows * tile_queries };
  size_t whole = dimension / lanes * lanes;
  eight joined[pairs], third[pairs];
  for (size_t group = 0; group < lane_groups; group++) {
    eight sum[pairs] = {{0}};
    for (size_t index = group * group_lanes; index < whole; index += lanes) {
      eight row0 = EIGHT(rows + index), row1 = EIGHT(rows + dimension + index);
      for (size_t query = 0; query < tile_queries; query++) {
        eight values = EIGHT(queries + query * dimension + index);
        sum[query] += row0 * values;
        sum[tile_queries + query] += row1 * values;
      }
    }
    // (first + second) + (third + fourth)
    if (group == 0) {
      for (size_t pair = 0; pair < pairs; pair++) joined[pair] = sum[pair];
    } else if (group == 1) {
      for (size_t pair = 0; pair < pairs; pair++) joined[pair] += sum[pair];
    } else if (group == 2) {
      for (size_t pair = 0; pair < pairs; pair++) third[pair] = sum[pair];
    } else {
      for (size_t pair = 0; pair < pairs; pair++) joined[pair] += third[pair] + sum[pair];
    }
  }
  float totals[pairs];
  add_lanes((const float *)joined, totals);
  add_lanes((const float *)(joined + tile_queries), totals + tile_queries);
  for (size_t row = 0; row < tile_rows; row++) {
    for (size_t query = 0; query < tile_queries; query++) {
      products[query * stride + row] = add_rest(
          totals[row * tile_queries + query], rows + row * dimension, queries + query * dimension, whole, dimension);
    }
  }
}

ALWAYS_INLINE void float_column(const float *rows, size_t count, size_t dimension, const float *query, float *products) {
  size_t whole = dimension / lanes * lanes;
  eight joined[4] = {{0}};
  float totals[4];
  for (size_t start = 0; start < count; start += 4) {
    size_t rows_here = count - start < 4 ? count - start : 4;
    for (size_t row = 0; row < rows_here; row++) {
      const float *values = rows + (start + row) * dimension;
      eight sum0 = {0}, sum1 = {0}, sum2 = {0}, sum3 = {0};
      for (size_t index = 0; index < whole; index += lanes) {
        __builtin_prefetch((const char *)(values + index) + bytes_ahead);
        __builtin_prefetch((const char *)(values + index) + bytes_ahead + line_bytes);
        sum0 += EIGHT(values + index) * EIGHT(query + index);
        sum1 += EIGHT(values + index + 8) * EIGHT(query + index + 8);
        sum2 += EIGHT(values + index + 16) * EIGHT(query + index + 16);
        sum3 += EIGHT(values + index + 24) * EIGHT(query + index + 24);
      }
      joined[row] = (sum0 + sum1) + (sum2 + sum3);
    }
    add_lanes((const float *)joined, totals);
    for (size_t row = 0; row < rows_here; row++) {
      products[start + row] = add_rest(totals[row], rows + (start + row) * dimension, query, whole, dimension);
    }
  }
}

static void float_tile_portable(const void *rows, size_t dimension, const void *queries, void *products, size_t stride) {
  float_tile(rows, dimension, queries, products, stride);
}

static void float_column_portable(const void *rows, size_t count, size_t dimension, const void *query, void *products) {
  float_column(rows, count, dimension, query, products);
}

// Codes.

/// Out of line: it is vectorized, and long. Codes of a damaged file may overflow, as vectors do.
static __attribute__((noinline)) int32_t code_product(const int8_t *codes, const int16_t *query, size_t from, size_t to) {
  uint32_t sum = 0;
  for (size_t index = from; index < to; index++) sum += (uint32_t)((int32_t)codes[index] * query[index]);
  return (int32_t)sum;
}

static void code_tile_portable(const void *codes, size_t dimension, const void *queries, void *products, size_t stride) {
  for (size_t query = 0; query < tile_queries; query++) {
    for (size_t row = 0; row < tile_rows; row++) {
      ((int32_t *)products)[query * stride + row] =
          code_product((const int8_t *)codes + row * dimension, (const int16_t *)queries + query * dimension, 0, dimension);
    }
  }
}

static void code_column_portable(const void *codes, size_t count, size_t dimension, const void *query, void *products) {
  for (size_t row = 0; row < count; row++) {
    const int8_t *values = (const int8_t *)codes + row * dimension;
    for (size_t byte = 0; byte < dimension; byte += line_bytes) __builtin_prefetch(values + byte + bytes_ahead);
    ((int32_t *)products)[row] = code_product(values, query, 0, dimension);
  }
}

#if defined(__x86_64__)

AVX2 static void float_tile_avx2(const void *rows, size_t dimension, const void *queries, void *products, size_t stride) {
  float_tile(rows, dimension, queries, products, stride);
}

AVX2 static void float_column_avx2(const void *rows, size_t count, size_t dimension, const void *query, void *products) {
  float_column(rows, count, dimension, query, products);
}

AVX2 static inline __m128i sums_of_four_avx2(__m256i a, __m256i b, __m256i c, __m256i d) {
  __m256i sums = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
  return _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
}

AVX512_VNNI static inline __m256i joined_halves(__m512i sum) {
  return _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64(sum, 1));
}

AVX512_VNNI static inline __m128i sums_of_four_avx512(__m512i a, __m512i b, __m512i c, __m512i d) {
  return sums_of_four_avx2(joined_halves(a), joined_halves(b), joined_halves(c), joined_halves(d));
}

#define NAME(name) name##_avx2
#define TARGET AVX2
#define VECTOR __m256i
#define ZERO _mm256_setzero_si256()
#define WIDENED_CODES(pointer) _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(pointer)))
#define QUERY_CODES(pointer) _mm256_loadu_si256((const __m256i *)(pointer))
#define ADD_PRODUCTS(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
#define SUMS_OF_FOUR sums_of_four_avx2
#include "code_kernels.h"

#define NAME(name) name##_avx512
#define TARGET AVX512_VNNI
#define VECTOR __m512i
#define ZERO _mm512_setzero_si512()
#define WIDENED_CODES(pointer) _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(pointer)))
#define QUERY_CODES(pointer) _mm512_loadu_si512(pointer)
#define ADD_PRODUCTS(sum, a, b) _mm512_dpwssd_epi32(sum, a, b)
#define SUMS_OF_FOUR sums_of_four_avx512
#include "code_kernels.h"

#endif

// Which to use.

static const kernel float_portable = {float_tile_portable, float_column_portable};
static const kernel code_portable = {code_tile_portable, code_column_portable};
#if defined(__x86_64__)
static const kernel float_avx2 = {float_tile_avx2, float_column_avx2};
static const kernel code_avx2 = {code_tile_avx2, code_column_avx2};
static const kernel code_avx512 = {code_tile_avx512, code_column_avx512};
// By `ckeepframe_instructions`.
static const kernel *const float_kernels[] = {&float_portable, &float_avx2, &float_avx2};
static const kernel *const code_kernels[] = {&code_portable, &code_avx2, &code_avx512};
#else
static const kernel *const float_kernels[] = {&float_portable, &float_portable, &float_portable};
static const kernel *const code_kernels[] = {&code_portable, &code_portable, &code_portable};
#endif

bool ckeepframe_has(ckeepframe_instructions instructions) {
  if (instructions == ckeepframe_portable) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (instructions == ckeepframe_avx2) return __builtin_cpu_supports("avx2");
  if (instructions == ckeepframe_avx512_vnni) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
  }
#endif
  return false;
}

ckeepframe_instructions ckeepframe_best_instructions(void) {
  if (ckeepframe_has(ckeepframe_avx512_vnni)) return ckeepframe_avx512_vnni;
  return ckeepframe_has(ckeepframe_avx2) ? ckeepframe_avx2 : ckeepframe_portable;
}

void ckeepframe_row_products(
    ckeepframe_instructions instructions, const float *rows, size_t row_count, size_t dimension, const float *queries,
    size_t query_count, float *products, size_t stride) {
  multiply(
      float_kernels[instructions], (const char *)rows, dimension * sizeof *rows, row_count, dimension, (const char *)queries,
      dimension * sizeof *queries, query_count, (char *)products, stride);
}

void ckeepframe_code_products(
    ckeepframe_instructions instructions, const int8_t *codes, size_t row_count, size_t dimension, const int16_t *queries,
    size_t query_count, int32_t *products, size_t stride) {
  multiply(
      code_kernels[instructions], (const char *)codes, dimension * sizeof *codes, row_count, dimension, (const char *)queries,
      dimension * sizeof *queries, query_count, (char *)products, stride);
}
