#define _GNU_SOURCE
#include "CKeepframeBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static struct {
  atomic_bool is_ready;
  __typeof__(&cblas_sgemm) sgemm;
  __typeof__(&cblas_dgemm) dgemm;
  __typeof__(&cblas_sgemv) sgemv;
  __typeof__(&cblas_dgemv) dgemv;
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
  void (*set_num_threads)(int) = NULL;
  *(void **)&library.sgemm = dlsym(handle, "cblas_sgemm");
  *(void **)&library.dgemm = dlsym(handle, "cblas_dgemm");
  *(void **)&library.sgemv = dlsym(handle, "cblas_sgemv");
  *(void **)&library.dgemv = dlsym(handle, "cblas_dgemv");
  *(void **)&set_num_threads = dlsym(handle, "openblas_set_num_threads");
  if (!library.sgemm || !library.dgemm || !library.sgemv || !library.dgemv || !set_num_threads) {
    *problem = "libopenblas.so.0 is not OpenBLAS";
    return openblas_missing;
  }
  set_num_threads(1);
  if (!has_room()) return openblas_short_of_memory;  // loading it took some
  float one = 1, product;
  library.sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1, &one, 1, &one, 1, 0, &product, 1);
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
  if (library.is_ready) return;  // a product of a few rows should not cost a lock
  const char *problem = "not enough memory for it";
  if (openblas_prepare(&problem) == openblas_ready) return;
  fprintf(stderr, "OpenBLAS: %s\n", problem);
  abort();
}

void cblas_sgemm(KEEPFRAME_GEMM_PARAMETERS(float)) {
  need();
  library.sgemm(order, transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void cblas_dgemm(KEEPFRAME_GEMM_PARAMETERS(double)) {
  need();
  library.dgemm(order, transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void cblas_sgemv(KEEPFRAME_GEMV_PARAMETERS(float)) {
  need();
  library.sgemv(order, transpose, m, n, alpha, a, lda, x, step_x, beta, y, step_y);
}

void cblas_dgemv(KEEPFRAME_GEMV_PARAMETERS(double)) {
  need();
  library.dgemv(order, transpose, m, n, alpha, a, lda, x, step_x, beta, y, step_y);
}
