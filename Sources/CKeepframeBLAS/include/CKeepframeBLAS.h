// The functions of OpenBLAS that this package calls. The library is not linked, but loaded when it
// is first needed: see docs/decisions/0009.
//
// No name here is a name of BLAS or of OpenBLAS, so a program may link a BLAS of its own beside
// this package.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ckeepframe_blas_state {
  ckeepframe_blas_ready,
  /// `problem` says why.
  ckeepframe_blas_missing,
  /// The buffer that OpenBLAS works in, one for the whole process, does not fit into memory.
  ckeepframe_blas_short_of_memory,
} ckeepframe_blas_state;

enum { ckeepframe_blas_problem_size = 512 };

/// Loads the library, sets it to one thread and lets it allocate the memory that it works in. After
/// it has succeeded once, it does nothing. Any thread may call it.
///
/// `problem` has room for `ckeepframe_blas_problem_size` bytes; it is empty unless the library is
/// missing.
ckeepframe_blas_state ckeepframe_blas_prepare(char *problem);

/// Whether the library of that name, as dlopen takes it, could be used. It is closed again. For
/// tests.
ckeepframe_blas_state ckeepframe_blas_try(const char *library, char *problem);

// The products of BLAS, for row-major matrices. Each prepares the library if need be. If that
// fails, plain loops multiply instead, many times slower, and the process goes on.
#define CKEEPFRAME_GEMM_PARAMETERS(scalar) \
  bool transpose_a, bool transpose_b, int32_t m, int32_t n, int32_t k, scalar alpha, const scalar *a, int32_t lda, \
      const scalar *b, int32_t ldb, scalar beta, scalar *c, int32_t ldc
#define CKEEPFRAME_GEMV_PARAMETERS(scalar) \
  bool transpose, int32_t m, int32_t n, scalar alpha, const scalar *a, int32_t lda, const scalar *x, int32_t step_x, scalar beta, \
      scalar *y, int32_t step_y
void ckeepframe_sgemm(CKEEPFRAME_GEMM_PARAMETERS(float));
void ckeepframe_dgemm(CKEEPFRAME_GEMM_PARAMETERS(double));
void ckeepframe_sgemv(CKEEPFRAME_GEMV_PARAMETERS(float));
void ckeepframe_dgemv(CKEEPFRAME_GEMV_PARAMETERS(double));

// The plain loops.
void ckeepframe_plain_sgemm(CKEEPFRAME_GEMM_PARAMETERS(float));
void ckeepframe_plain_dgemm(CKEEPFRAME_GEMM_PARAMETERS(double));
void ckeepframe_plain_sgemv(CKEEPFRAME_GEMV_PARAMETERS(float));
void ckeepframe_plain_dgemv(CKEEPFRAME_GEMV_PARAMETERS(double));

/// Square roots as the processor computes them. Swift's `squareRoot()` calls the C library for
/// numbers below 0, to set errno, and loops with such a call in them are not vectorized.
static inline float keepframe_sqrtf(float x) { return __builtin_elementwise_sqrt(x); }
static inline double keepframe_sqrt(double x) { return __builtin_elementwise_sqrt(x); }
