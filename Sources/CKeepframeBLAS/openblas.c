#define _GNU_SOURCE
#include "CKeepframeBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

// As in cblas.h of OpenBLAS with 32-bit integers, which is what Debian's libopenblas.so.0 is.
enum { row_major = 101, not_transposed = 111, transposed = 112 };
#define CBLAS_GEMM(scalar) \
  void (*)(int, int, int, int32_t, int32_t, int32_t, scalar, const scalar *, int32_t, const scalar *, int32_t, scalar, scalar *, \
           int32_t)
#define CBLAS_GEMV(scalar) \
  void (*)(int, int, int32_t, int32_t, scalar, const scalar *, int32_t, const scalar *, int32_t, scalar, scalar *, int32_t)

typedef struct openblas {
  __typeof__((CBLAS_GEMM(float))0) sgemm;
  __typeof__((CBLAS_GEMM(double))0) dgemm;
  __typeof__((CBLAS_GEMV(float))0) sgemv;
  __typeof__((CBLAS_GEMV(double))0) dgemv;
  void (*set_num_threads)(int);
} openblas;

static openblas library;
static atomic_bool is_ready;
/// OpenBLAS was looked for and is missing, so products need not look for it again each time.
static atomic_bool is_missing;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/// Whether there is room for the memory that OpenBLAS works in. It maps 128 MiB at its first call
/// and keeps them. If the system refuses, it asks again for ever, so this is checked before.
static bool has_room(void) {
  size_t size = (size_t)160 << 20;
  void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return false;
  munmap(room, size);
  return true;
}

/// OpenBLAS chooses its kernels by the processor's model number. For a processor newer than itself
/// it takes its oldest kernels, at a quarter of the speed. So it is told what the processor can do,
/// unless the environment says so already.
static void choose_kernels(void) {
#ifdef __x86_64__
  __builtin_cpu_init();
  bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_avx512 || has_avx2) setenv("OPENBLAS_CORETYPE", has_avx512 ? "SkylakeX" : "Haswell", 0);
#endif
}

/// Returns the library's handle, or NULL with `problem` filled.
static void *load(const char *name, openblas *into, char *problem) {
  choose_kernels();
  void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    snprintf(problem, ckeepframe_blas_problem_size, "%s", reason ? reason : name);
    return NULL;
  }
  *(void **)&into->sgemm = dlsym(handle, "cblas_sgemm");
  *(void **)&into->dgemm = dlsym(handle, "cblas_dgemm");
  *(void **)&into->sgemv = dlsym(handle, "cblas_sgemv");
  *(void **)&into->dgemv = dlsym(handle, "cblas_dgemv");
  *(void **)&into->set_num_threads = dlsym(handle, "openblas_set_num_threads");
  if (into->sgemm && into->dgemm && into->sgemv && into->dgemv && into->set_num_threads) return handle;
  snprintf(problem, ckeepframe_blas_problem_size, "%s is not OpenBLAS", name);
  dlclose(handle);
  return NULL;
}

static ckeepframe_blas_state prepare(char *problem) {
  if (!has_room()) return ckeepframe_blas_short_of_memory;
  if (!load("libopenblas.so.0", &library, problem)) return ckeepframe_blas_missing;
  library.set_num_threads(1);
  if (!has_room()) return ckeepframe_blas_short_of_memory;  // loading it took some
  float one = 1, product;
  library.sgemm(row_major, not_transposed, not_transposed, 1, 1, 1, 1, &one, 1, &one, 1, 0, &product, 1);
  is_ready = true;
  return ckeepframe_blas_ready;
}

ckeepframe_blas_state ckeepframe_blas_prepare(char *problem) {
  problem[0] = 0;
  pthread_mutex_lock(&lock);
  ckeepframe_blas_state state = is_ready ? ckeepframe_blas_ready : prepare(problem);
  is_missing = state == ckeepframe_blas_missing;
  pthread_mutex_unlock(&lock);
  return state;
}

ckeepframe_blas_state ckeepframe_blas_try(const char *name, char *problem) {
  problem[0] = 0;
  openblas functions;
  void *handle = load(name, &functions, problem);
  if (!handle) return ckeepframe_blas_missing;
  dlclose(handle);
  return ckeepframe_blas_ready;
}

static bool can_call(void) {
  if (is_ready) return true;  // a product of a few rows should not cost a lock
  char problem[ckeepframe_blas_problem_size];
  return !is_missing && ckeepframe_blas_prepare(problem) == ckeepframe_blas_ready;
}

static int order(bool is_transposed) { return is_transposed ? transposed : not_transposed; }

// If beta is 0, the old content of the result is not read: it may be NaN.
#define GEMM(name, scalar) \
  void ckeepframe_plain_##name(CKEEPFRAME_GEMM_PARAMETERS(scalar)) { \
    for (size_t row = 0; row < (size_t)m; row++) \
      for (size_t column = 0; column < (size_t)n; column++) { \
        scalar sum = 0; \
        for (size_t i = 0; i < (size_t)k; i++) \
          sum += a[transpose_a ? i * lda + row : row * lda + i] * b[transpose_b ? column * ldb + i : i * ldb + column]; \
        scalar *to = &c[row * ldc + column]; \
        *to = alpha * sum + (beta == 0 ? 0 : beta * *to); \
      } \
  } \
  void ckeepframe_##name(CKEEPFRAME_GEMM_PARAMETERS(scalar)) { \
    if (can_call()) \
      library.name(row_major, order(transpose_a), order(transpose_b), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc); \
    else \
      ckeepframe_plain_##name(transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc); \
  }
#define GEMV(name, scalar) \
  void ckeepframe_plain_##name(CKEEPFRAME_GEMV_PARAMETERS(scalar)) { \
    for (size_t row = 0; row < (size_t)(transpose ? n : m); row++) { \
      scalar sum = 0; \
      for (size_t i = 0; i < (size_t)(transpose ? m : n); i++) \
        sum += a[transpose ? i * lda + row : row * lda + i] * x[i * step_x]; \
      scalar *to = &y[row * step_y]; \
      *to = alpha * sum + (beta == 0 ? 0 : beta * *to); \
    } \
  } \
  void ckeepframe_##name(CKEEPFRAME_GEMV_PARAMETERS(scalar)) { \
    if (can_call()) \
      library.name(row_major, order(transpose), m, n, alpha, a, lda, x, step_x, beta, y, step_y); \
    else \
      ckeepframe_plain_##name(transpose, m, n, alpha, a, lda, x, step_x, beta, y, step_y); \
  }
GEMM(sgemm, float)
GEMM(dgemm, double)
GEMV(sgemv, float)
GEMV(dgemv, double)
