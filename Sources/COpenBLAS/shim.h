#pragma once
#include <cblas.h>

/// Square roots as the processor computes them. Swift's `squareRoot()` turns to the C library for numbers below 0, to set
/// errno, and loops with such a call in them are not vectorized.
static inline float keepframe_sqrtf(float x) { return __builtin_elementwise_sqrt(x); }
static inline double keepframe_sqrt(double x) { return __builtin_elementwise_sqrt(x); }
