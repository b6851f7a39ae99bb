/* Products of small matrices, whose sums stay in registers. */

/* So that each is compiled as it stands, for all strides: copies for some of them run out of
 * registers. */
#define NEVER_INLINE __attribute__((noinline))

/* out [ROWS][BLOCK] = (or +=) a [ROWS][segments * depth] times b [segments * depth][BLOCK].
 * Strides are in floats: `row` and `step` of a's rows and columns, `jump` of its segments. */
#define PRODUCT(ROWS)                                                                              \
  static TARGET NEVER_INLINE void NAME(product##ROWS)(                                             \
      const float *a, long row, long step, long jump, long segments, long depth, const float *b,   \
      long next, float *out, long out_row, int add) {                                              \
    VEC low[ROWS], high[ROWS];                                                                     \
    _Pragma("GCC unroll 16") for (int i = 0; i < ROWS; i++) {                                      \
      low[i] = add ? LOAD(out + i * out_row) : (VEC){0};                                           \
      high[i] = add ? LOAD(out + i * out_row + LANES) : (VEC){0};                                  \
    }                                                                                              \
    const long row3 = 3 * row;                                                                     \
    for (long s = 0; s < segments; s++) {                                                          \
      const float *p0 = a + s * jump, *p4 = p0 + 4 * row, *p8 = p0 + 8 * row;                      \
      for (long k = 0; k < depth; k++) {                                                           \
        VEC b0 = LOAD(b), b1 = LOAD(b + LANES);                                                    \
        _Pragma("GCC unroll 16") for (int i = 0; i < ROWS; i++) {                                  \
          const float *p = i < 4 ? p0 : i < 8 ? p4 : p8;                                           \
          const int j = i % 4;                                                                     \
          VEC v = (VEC){0} + p[j == 0 ? 0 : j == 1 ? row : j == 2 ? 2 * row : row3];               \
          low[i] += v * b0;                                                                        \
          high[i] += v * b1;                                                                       \
        }                                                                                          \
        p0 += step, p4 += step, p8 += step, b += next;                                             \
      }                                                                                            \
    }                                                                                              \
    _Pragma("GCC unroll 16") for (int i = 0; i < ROWS; i++) {                                      \
      STORE(out + i * out_row, low[i]);                                                            \
      STORE(out + i * out_row + LANES, high[i]);                                                   \
    }                                                                                              \
  }
#if MOST_ROWS == 12
PRODUCT(12)
PRODUCT(8)
#endif
PRODUCT(6)
PRODUCT(4)
PRODUCT(2)
PRODUCT(1)
#undef PRODUCT

/* As many of `rows` rows as go at once; returns how many. */
static TARGET long NAME(some_rows)(long rows, const float *a, long row, long step, long jump,
                                   long segments, long depth, const float *b, long next, float *out,
                                   long out_row, int add) {
#define TRY(ROWS)                                                                                \
  if (rows >= ROWS) {                                                                            \
    NAME(product##ROWS)(a, row, step, jump, segments, depth, b, next, out, out_row, add);        \
    return ROWS;                                                                                 \
  }
#if MOST_ROWS == 12
  TRY(12)
  TRY(8)
#endif
  TRY(6)
  TRY(4)
  TRY(2)
  TRY(1)
#undef TRY
  return 0;
}

#undef NEVER_INLINE
