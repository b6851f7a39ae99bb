/* Winograd's convolution along rows; see winograd.py for what is computed.
 *
 * winograd_rows.h holds the code. It is included here once for each kind of vector registers: those
 * of AVX-512, of AVX2, and what every processor has.
 */
#ifndef PYENGINE_WINOGRAD_H
#define PYENGINE_WINOGRAD_H

#include <stdlib.h>
#include <string.h>

/* Sizes of a convolution of stride 1. */
typedef struct {
  long batch, height, width, channels; /* of the images */
  long high, wide, outputs;            /* of the filter */
  long above, left;                    /* rows and columns of zeros before the images */
  long out_height, out_width;
} Convolution;

/* An array of four axes, whose elements are anywhere: strides count elements. */
typedef struct {
  float *at;
  long stride[4];
} Filter;

enum { POINTS = 8 }; /* 0, 1, -1, 2, -2, 1/2, -1/2, infinity */

/* What a filter's values at the points are divided by, pair by pair. */
static const float AT_ZERO = -1.0f, AT_PAIR[3] = {-1 / 4.5f, 1 / 90.0f, 1 / 1.40625f};
/* The powers of each pair's first point. */
static const float POWER[3][POINTS - 1] = {
    {1, 1, 1, 1, 1, 1, 1},
    {1, 2, 4, 8, 16, 32, 64},
    {1, 0.5f, 0.25f, 0.125f, 0.0625f, 0.03125f, 0.015625f},
};

static long least(long a, long b) { return a < b ? a : b; }
static long most(long a, long b) { return a > b ? a : b; }

static float *aligned_floats(long count) {
  void *found = NULL;
  return posix_memalign(&found, 64, (size_t)count * sizeof(float)) ? NULL : (float *)found;
}

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma,prefer-vector-width=512")))
#define LANES 16
#define MOST_ROWS 12
#define NAME(name) name##_avx512
#include "winograd_rows.h"

#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define MOST_ROWS 6
#define NAME(name) name##_avx2
#include "winograd_rows.h"
#endif

#define TARGET
#define LANES 4
#define MOST_ROWS 12
#define NAME(name) name##_plain
#include "winograd_rows.h"

/* How wide the processor's vectors are, in floats; 0 where the plain code is not worth it. */
static int widest_lanes(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return 16;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 8 : 0;
#elif defined(__aarch64__)
  return 4;
#else
  return 0;
#endif
}

/* Both return 0, 1 if what they found is not all finite, or -1 if there is no memory. */
static int convolve(int lanes, const Convolution *sizes, const float *images, Filter filter,
                    const float *bias, float *out) {
#if defined(__x86_64__)
  if (lanes == 16) return convolve_avx512(sizes, images, filter, bias, out);
  if (lanes == 8) return convolve_avx2(sizes, images, filter, bias, out);
#endif
  return convolve_plain(sizes, images, filter, bias, out);
}

static int filter_gradient(int lanes, const Convolution *sizes, const float *images,
                           const float *slopes, Filter filter) {
#if defined(__x86_64__)
  if (lanes == 16) return filter_gradient_avx512(sizes, images, slopes, filter);
  if (lanes == 8) return filter_gradient_avx2(sizes, images, slopes, filter);
#endif
  return filter_gradient_plain(sizes, images, slopes, filter);
}

#endif
