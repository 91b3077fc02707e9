// What this package calls of OpenBLAS, which is loaded when it is first needed and not linked: see docs/decisions/0008.
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
void openblas_set_num_threads(int count);

#define OPENBLAS_PRODUCTS(real, gemm, gemv)                                                                                    \
  void gemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, enum CBLAS_TRANSPOSE transpose_b, blasint m, blasint n, \
            blasint k, real alpha, const real *a, blasint lda, const real *b, blasint ldb, real beta, real *c, blasint ldc);  \
  void gemv(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, blasint m, blasint n, real alpha, const real *a,        \
            blasint lda, const real *x, blasint incx, real beta, real *y, blasint incy);
OPENBLAS_PRODUCTS(float, cblas_sgemm, cblas_sgemv)
OPENBLAS_PRODUCTS(double, cblas_dgemm, cblas_dgemv)
#undef OPENBLAS_PRODUCTS
