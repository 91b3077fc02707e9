// Products of codes by one set of instructions: scan.c includes this once for each.
//
// It wants these, and takes them back:
//
// - NAME(name), TARGET, VECTOR and ZERO.
// - WIDENED_CODES(pointer): as many codes of a row as a vector holds of 16 bits.
// - QUERY_CODES(pointer): as many codes of a query.
// - ADD_PRODUCTS(sum, a, b): adds two products to each sum of 32 bits.
// - SUMS_OF_FOUR(a, b, c, d): the sums over all lanes of four vectors.

TARGET static void NAME(code_tile)(const void *rows, size_t dimension, const void *queries, void *products, size_t stride) {
  const size_t step = sizeof(VECTOR) / sizeof(int16_t);
  const int8_t *row0 = rows, *row1 = row0 + dimension;
  const int16_t *query0 = queries, *query1 = query0 + dimension, *query2 = query1 + dimension, *query3 = query2 + dimension;
  size_t whole = dimension / step * step;
  VECTOR sum00 = ZERO, sum01 = ZERO, sum02 = ZERO, sum03 = ZERO;
  VECTOR sum10 = ZERO, sum11 = ZERO, sum12 = ZERO, sum13 = ZERO;
  for (size_t index = 0; index < whole; index += step) {
    VECTOR codes0 = WIDENED_CODES(row0 + index), codes1 = WIDENED_CODES(row1 + index);
    VECTOR values = QUERY_CODES(query0 + index);
    sum00 = ADD_PRODUCTS(sum00, codes0, values);
    sum10 = ADD_PRODUCTS(sum10, codes1, values);
    values = QUERY_CODES(query1 + index);
    sum01 = ADD_PRODUCTS(sum01, codes0, values);
    sum11 = ADD_PRODUCTS(sum11, codes1, values);
    values = QUERY_CODES(query2 + index);
    sum02 = ADD_PRODUCTS(sum02, codes0, values);
    sum12 = ADD_PRODUCTS(sum12, codes1, values);
    values = QUERY_CODES(query3 + index);
    sum03 = ADD_PRODUCTS(sum03, codes0, values);
    sum13 = ADD_PRODUCTS(sum13, codes1, values);
  }
  __m128i sums0 = SUMS_OF_FOUR(sum00, sum01, sum02, sum03), sums1 = SUMS_OF_FOUR(sum10, sum11, sum12, sum13);
  // Both rows of a query lie side by side.
  __m128i low = _mm_unpacklo_epi32(sums0, sums1), high = _mm_unpackhi_epi32(sums0, sums1);
  int32_t *out = products;
  _mm_storel_epi64((__m128i *)out, low);
  _mm_storel_epi64((__m128i *)(out + stride), _mm_unpackhi_epi64(low, low));
  _mm_storel_epi64((__m128i *)(out + 2 * stride), high);
  _mm_storel_epi64((__m128i *)(out + 3 * stride), _mm_unpackhi_epi64(high, high));
  if (whole == dimension) return;
  for (size_t query = 0; query < tile_queries; query++) {
    out[query * stride] += code_product(row0, query0 + query * dimension, whole, dimension);
    out[query * stride + 1] += code_product(row1, query0 + query * dimension, whole, dimension);
  }
}

TARGET static void NAME(code_column)(const void *rows, size_t count, size_t dimension, const void *query, void *products) {
  const size_t step = sizeof(VECTOR) / sizeof(int16_t);
  const int8_t *codes = rows;
  int32_t *out = products;
  size_t whole = dimension / step * step, row = 0;
  for (; row + 4 <= count; row += 4) {
    const int8_t *row0 = codes + row * dimension, *row1 = row0 + dimension, *row2 = row1 + dimension, *row3 = row2 + dimension;
    for (size_t byte = 0; byte < 4 * dimension; byte += line_bytes) __builtin_prefetch(row0 + byte + bytes_ahead);
    VECTOR sum0 = ZERO, sum1 = ZERO, sum2 = ZERO, sum3 = ZERO;
    for (size_t index = 0; index < whole; index += step) {
      VECTOR values = QUERY_CODES((const int16_t *)query + index);
      sum0 = ADD_PRODUCTS(sum0, WIDENED_CODES(row0 + index), values);
      sum1 = ADD_PRODUCTS(sum1, WIDENED_CODES(row1 + index), values);
      sum2 = ADD_PRODUCTS(sum2, WIDENED_CODES(row2 + index), values);
      sum3 = ADD_PRODUCTS(sum3, WIDENED_CODES(row3 + index), values);
    }
    _mm_storeu_si128((__m128i *)(out + row), SUMS_OF_FOUR(sum0, sum1, sum2, sum3));
    if (whole == dimension) continue;
    for (size_t next = 0; next < 4; next++) out[row + next] += code_product(row0 + next * dimension, query, whole, dimension);
  }
  for (; row < count; row++) {
    VECTOR sum = ZERO;
    for (size_t index = 0; index < whole; index += step) {
      sum = ADD_PRODUCTS(sum, WIDENED_CODES(codes + row * dimension + index), QUERY_CODES((const int16_t *)query + index));
    }
    out[row] = _mm_cvtsi128_si32(SUMS_OF_FOUR(sum, ZERO, ZERO, ZERO)) +
               code_product(codes + row * dimension, query, whole, dimension);
  }
}

#undef NAME
#undef TARGET
#undef VECTOR
#undef ZERO
#undef WIDENED_CODES
#undef QUERY_CODES
#undef ADD_PRODUCTS
#undef SUMS_OF_FOUR
