/* The engine's compiled kernels. Each is there once for each kind of vector registers: those of
 * AVX-512, of AVX2, and what every processor has. `lanes` says which: how many floats one holds.
 */
#ifndef PYENGINE_KERNELS_H
#define PYENGINE_KERNELS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------- Winograd's convolution */

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

/* What a filter's values at the points are multiplied by, pair by pair. */
static const float AT_ZERO = -1.0f, AT_PAIR[3] = {-1 / 4.5f, 1 / 90.0f, 1 / 1.40625f};
/* The powers of each pair's first point. */
static const float POWER[3][POINTS - 1] = {
    {1, 1, 1, 1, 1, 1, 1},
    {1, 2, 4, 8, 16, 32, 64},
    {1, 0.5f, 0.25f, 0.125f, 0.0625f, 0.03125f, 0.015625f},
};

/* ------------------------------------------------------------- windows beside each other */

typedef struct {
  long high, wide;
} Window;

/* Images whose windows cover them whole. */
typedef struct {
  long rows, columns; /* of windows, those of all images below each other */
  long high, wide;    /* of a window */
  long channels;      /* a multiple of the lanes */
} Tiles;

/* ------------------------------------------------------------- Adam */

typedef struct {
  float alpha;          /* the step, corrected for the moments' start at 0 */
  float share1, share2; /* of what is new in the moments: 1 less their betas */
  float epsilon;
  int nesterov;
} AdamSettings;

/* ------------------------------------------------------------- what all share */

static inline long least(long a, long b) { return a < b ? a : b; }
static inline long most(long a, long b) { return a > b ? a : b; }

static inline float *aligned_floats(long count) {
  void *found = NULL;
  return posix_memalign(&found, 64, (size_t)count * sizeof(float)) ? NULL : (float *)found;
}

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma")))
#define LANES 16
#define MOST_ROWS 12
#define NAME(name) name##_avx512
#include "each_target.h"

#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define MOST_ROWS 6
#define NAME(name) name##_avx2
#include "each_target.h"
#endif

#define TARGET
#define LANES 4
#define MOST_ROWS 12
#define NAME(name) name##_plain
#include "each_target.h"

/* How many lanes the processor has; 0 where the plain kernels are not worth it. */
static inline int widest_lanes(void) {
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

#if defined(__x86_64__)
#define CALL(lanes, name, ...)               \
  (lanes == 16  ? name##_avx512(__VA_ARGS__) \
   : lanes == 8 ? name##_avx2(__VA_ARGS__)   \
                : name##_plain(__VA_ARGS__))
#else
#define CALL(lanes, name, ...) name##_plain(__VA_ARGS__)
#endif

/* These return 0, 1 if what they found is not all finite, or -1 if there is no memory. The outputs
 * of a convolution are pooled, by windows of one pixel if not at all; `places` may be NULL. */
static inline int convolve(int lanes, const Convolution *sizes, const float *images, Filter filter,
                           const float *bias, Window pool, float *out, uint8_t *places) {
  return CALL(lanes, convolve, sizes, images, filter, bias, pool, out, places);
}

static inline int filter_gradient(int lanes, const Convolution *sizes, const float *images,
                                  const float *slopes, Filter filter) {
  return CALL(lanes, filter_gradient, sizes, images, slopes, filter);
}

/* A plain convolution, for few channels, of as many outputs as fill blocks. Returns 0, 1 if one is
 * NaN, or -1. */
static inline int convolve_few(int lanes, const Convolution *sizes, const float *images,
                               Filter filter, const float *bias, Window pool, float *out,
                               uint8_t *places) {
  return CALL(lanes, convolve_few, sizes, images, filter, bias, pool, out, places);
}

/* The largest elements of windows, and unless it is NULL, the place of each in its window. Returns
 * whether one is NaN. */
static inline int largest(int lanes, const Tiles *sizes, const float *images, float *out,
                          uint8_t *places) {
  return CALL(lanes, largest, sizes, images, out, places);
}

/* Images that are 0 but for the slopes at those places. */
static inline void share_out(int lanes, const Tiles *sizes, const uint8_t *places,
                             const float *slopes, float *images) {
  CALL(lanes, share_out, sizes, places, slopes, images);
}

/* The blocks of four numbers for some counters, whose upper half is `high`. */
static inline void philox(int lanes, const uint64_t *counters, long count, uint64_t high,
                          uint32_t key0, uint32_t key1, uint32_t *out) {
  CALL(lanes, philox, counters, count, high, key0, key1, out);
}

/* A step of Adam, in place, of a variable and its moments by their slopes. */
static inline void adam(int lanes, const AdamSettings *settings, long count, float *var, float *m,
                        float *v, const float *slopes) {
  CALL(lanes, adam, settings, count, var, m, v, slopes);
}

#undef CALL
#endif
