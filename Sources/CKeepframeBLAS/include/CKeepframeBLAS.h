// What this package calls of OpenBLAS, which is loaded when it is first needed and not linked: see docs/decisions/0009.
#pragma once

#include <stdint.h>

typedef int32_t blasint;
enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112 };

typedef enum openblas_state {
  openblas_ready,
  /// `problem` says why, in a string that stays.
  openblas_missing,
  /// The buffer that it works in, once for the whole process, does not fit into memory.
  openblas_short_of_memory,
} openblas_state;

/// Loads the library, sets it to one thread and lets it take the memory that it works in; done once it has succeeded. Any thread.
openblas_state openblas_prepare(const char **problem);

// As in cblas.h. Each prepares the library if need be, and ends the process with a line on stderr where that fails.
#define KEEPFRAME_GEMM_PARAMETERS(scalar) \
  enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, enum CBLAS_TRANSPOSE transpose_b, blasint m, blasint n, blasint k, \
      scalar alpha, const scalar *a, blasint lda, const scalar *b, blasint ldb, scalar beta, scalar *c, blasint ldc
#define KEEPFRAME_GEMV_PARAMETERS(scalar) \
  enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose, blasint m, blasint n, scalar alpha, const scalar *a, blasint lda, \
      const scalar *x, blasint step_x, scalar beta, scalar *y, blasint step_y
void cblas_sgemm(KEEPFRAME_GEMM_PARAMETERS(float));
void cblas_dgemm(KEEPFRAME_GEMM_PARAMETERS(double));
void cblas_sgemv(KEEPFRAME_GEMV_PARAMETERS(float));
void cblas_dgemv(KEEPFRAME_GEMV_PARAMETERS(double));

/// Square roots as the processor computes them. Swift's `squareRoot()` turns to the C library for numbers below 0, to set
/// errno, and loops with such a call in them are not vectorized.
static inline float keepframe_sqrtf(float x) { return __builtin_elementwise_sqrt(x); }
static inline double keepframe_sqrt(double x) { return __builtin_elementwise_sqrt(x); }
