#define _GNU_SOURCE
#include "COpenBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define FUNCTIONS(each) \
  each(openblas_set_num_threads) each(cblas_sgemm) each(cblas_sgemv) each(cblas_dgemm) each(cblas_dgemv)

static struct {
  bool is_ready;
#define POINTER(name) __typeof__(&name) name;
  FUNCTIONS(POINTER)
} library;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/// OpenBLAS maps 128 MiB at its first call and keeps them. Where they are refused it asks again, for ever: so ask before it does.
static bool has_room(void) {
  size_t size = (size_t)160 << 20;
  void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return false;
  munmap(room, size);
  return true;
}

static openblas_state prepare(const char **problem) {
  if (!has_room()) return openblas_short_of_memory;
  void *handle = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    *problem = dlerror();
    return openblas_missing;
  }
#define LOAD(name)                                              \
  if (!(*(void **)&library.name = dlsym(handle, #name))) {      \
    *problem = "libopenblas.so.0 lacks " #name;                 \
    return openblas_missing;                                    \
  }
  FUNCTIONS(LOAD)
  library.openblas_set_num_threads(1);
  if (!has_room()) return openblas_short_of_memory;  // loading it took some
  float one = 1, product;
  library.cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1, &one, 1, &one, 1, 0, &product, 1);
  library.is_ready = true;
  return openblas_ready;
}

openblas_state openblas_prepare(const char **problem) {
  pthread_mutex_lock(&lock);
  openblas_state state = library.is_ready ? openblas_ready : prepare(problem);
  pthread_mutex_unlock(&lock);
  return state;
}

static void need(void) {
  const char *problem = "not enough memory for it";
  if (openblas_prepare(&problem) == openblas_ready) return;
  fprintf(stderr, "OpenBLAS: %s\n", problem);
  abort();
}

void openblas_set_num_threads(int count) {
  need();
  library.openblas_set_num_threads(count);
}

#define PRODUCTS(real, gemm, gemv)                                                                                             \
  void gemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, enum CBLAS_TRANSPOSE transpose_b, blasint m, blasint n, \
            blasint k, real alpha, const real *a, blasint lda, const real *b, blasint ldb, real beta, real *c, blasint ldc) { \
    need();                                                                                                                    \
    library.gemm(order, transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);                               \
  }                                                                                                                            \
  void gemv(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, blasint m, blasint n, real alpha, const real *a,        \
            blasint lda, const real *x, blasint incx, real beta, real *y, blasint incy) {                                     \
    need();                                                                                                                    \
    library.gemv(order, transpose_a, m, n, alpha, a, lda, x, incx, beta, y, incy);                                             \
  }
PRODUCTS(float, cblas_sgemm, cblas_sgemv)
PRODUCTS(double, cblas_dgemm, cblas_dgemv)
