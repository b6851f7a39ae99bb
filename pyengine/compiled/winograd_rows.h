/* Winograd's convolution along rows; see ops/winograd.py for what is computed.
 *
 * Images are taken some rows at a time, so that all that is in between stays in the cache:
 *   values   [POINTS][rows + high - 1][tiles][channels]  of the pixels at the points
 *   products [POINTS][rows][tiles][padded outputs]
 */

/* The values of 8 pixels' polynomials, `apart` floats one from the next. */
INLINE void NAME(store_pixels)(const VEC *x, float *to, long apart) {
  VEC pair[3][2] = {
      {x[6] - 4.25f * x[4] + x[2], x[5] - 4.25f * x[3] + x[1]},
      {x[6] - 1.25f * x[4] + 0.25f * x[2], 2 * x[5] - 2.5f * x[3] + 0.5f * x[1]},
      {x[6] - 5 * x[4] + 4 * x[2], 0.5f * x[5] - 2.5f * x[3] + 2 * x[1]},
  };
  STORE(to, x[6] - x[0] + 5.25f * (x[2] - x[4]));
  _Pragma("GCC unroll 3") for (int i = 0; i < 3; i++) {
    STORE(to + (2 * i + 1) * apart, pair[i][0] + pair[i][1]);
    STORE(to + (2 * i + 2) * apart, pair[i][0] - pair[i][1]);
  }
  STORE(to + 7 * apart, x[7] - x[1] + 5.25f * (x[3] - x[5]));
}

/* The values of some rows of an image, with zeros where there are none; `first` may be below 0. */
static TARGET void NAME(take_pixels)(const Convolution *s, const float *image, long first,
                                     long rows, long tiles, float *values) {
  const long channels = s->channels, tile = tiles * channels, apart = rows * tile;
  const long step = POINTS + 1 - s->wide;
  for (long r = 0; r < rows; r++) {
    const long h = first + r;
    float *to = values + r * tile;
    if (h < 0 || h >= s->height) {
      for (int p = 0; p < POINTS; p++) memset(to + p * apart, 0, (size_t)tile * sizeof(float));
      continue;
    }
    for (long t = 0; t < tiles; t++) {
      const long start = t * step - s->left;
      const float *from = image + (h * s->width + start) * channels;
      for (long c = 0; c < channels; c += LANES) {
        VEC x[POINTS];
        _Pragma("GCC unroll 8") for (int j = 0; j < POINTS; j++) {
          const int inside = start + j >= 0 && start + j < s->width;
          x[j] = inside ? LOAD(from + j * channels + c) : (VEC){0};
        }
        NAME(store_pixels)(x, to + t * channels + c, apart);
      }
    }
  }
}

/* The outputs of some rows, from the values at the points; whether all are finite. */
static TARGET int NAME(give_outputs)(const Convolution *s, const float *products, long first,
                                     long rows, long tiles, long padded, const float *bias,
                                     float *image) {
  VEC nothing = {0}; /* 0 times what is not finite is NaN */
  const long step = POINTS + 1 - s->wide, apart = rows * tiles * padded;
  for (long r = 0; r < rows; r++)
    for (long t = 0; t < tiles; t++) {
      const float *from = products + (r * tiles + t) * padded;
      float *to = image + ((first + r) * s->out_width + t * step) * s->outputs;
      const long count = least(step, s->out_width - t * step);
      for (long o = 0; o < s->outputs; o += LANES) {
        VEC m[POINTS];
        _Pragma("GCC unroll 8") for (int p = 0; p < POINTS; p++) m[p] = LOAD(from + p * apart + o);
        /* Even powers of both points of a pair are the same, odd ones differ in sign. */
        VEC even[3] = {m[1] + m[2], m[3] + m[4], m[5] + m[6]};
        VEC odd[3] = {m[1] - m[2], m[3] - m[4], m[5] - m[6]};
        VEC start = bias ? LOAD(bias + o) : (VEC){0};
        _Pragma("GCC unroll 8") for (int i = 0; i < POINTS - 1; i++) {
          if (i >= count) break;
          const VEC *of = i % 2 ? odd : even;
          VEC y = start + of[0] + POWER[1][i] * of[1] + POWER[2][i] * of[2];
          if (i == 0) y += m[0];
          if (i == step - 1) y += m[7];
          STORE(to + i * s->outputs + o, y);
          nothing += 0 * y;
        }
      }
    }
  int finite = 1;
  for (int i = 0; i < LANES; i++) finite &= nothing[i] == 0;
  return finite;
}

/* What the slopes of some rows' outputs are at the points: the transpose of give_outputs. */
static TARGET void NAME(take_slopes)(const Convolution *s, const float *image, long first,
                                     long rows, long tiles, long padded, float *products) {
  const long step = POINTS + 1 - s->wide, apart = rows * tiles * padded;
  for (long r = 0; r < rows; r++)
    for (long t = 0; t < tiles; t++) {
      const float *from = image + ((first + r) * s->out_width + t * step) * s->outputs;
      float *to = products + (r * tiles + t) * padded;
      const long count = least(step, s->out_width - t * step);
      for (long o = 0; o < padded; o += LANES) {
        VEC sums[2][3] = {{{0}}}, first_one = {0}, last = {0};
        _Pragma("GCC unroll 8") for (int i = 0; i < POINTS - 1; i++) {
          if (i >= count || o >= s->outputs) break;
          VEC y = LOAD(from + i * s->outputs + o);
          VEC *of = sums[i % 2];
          of[0] += y, of[1] += POWER[1][i] * y, of[2] += POWER[2][i] * y;
          if (i == 0) first_one = y;
          if (i == step - 1) last = y;
        }
        STORE(to + o, first_one);
        _Pragma("GCC unroll 3") for (int i = 0; i < 3; i++) {
          STORE(to + (2 * i + 1) * apart + o, sums[0][i] + sums[1][i]);
          STORE(to + (2 * i + 2) * apart + o, sums[0][i] - sums[1][i]);
        }
        STORE(to + 7 * apart + o, last);
      }
    }
}

/* A filter's values: packed [POINTS][padded / BLOCK][high][channels][BLOCK]. */
static TARGET void NAME(pack_filter)(const Convolution *s, Filter f, long padded, float *packed) {
  const long apart = s->high * s->channels * padded;
  for (long block = 0; block < padded; block += BLOCK)
    for (long k = 0; k < s->high; k++)
      for (long c = 0; c < s->channels; c++) {
        float row[POINTS][BLOCK];
        const long count = least(BLOCK, s->outputs - block);
        for (long j = 0; j < s->wide; j++) {
          const float *from =
              f.at + k * f.stride[0] + j * f.stride[1] + c * f.stride[2] + block * f.stride[3];
          for (long o = 0; o < BLOCK; o++) row[j][o] = o < count ? from[o * f.stride[3]] : 0;
        }
        float *to = packed + ((block / BLOCK * s->high + k) * s->channels + c) * BLOCK;
        for (long o = 0; o < BLOCK; o += LANES) {
          VEC sums[2][3] = {{{0}}};
          _Pragma("GCC unroll 8") for (int j = 0; j < POINTS - 1; j++) {
            if (j >= s->wide) break;
            VEC w = LOAD(row[j] + o);
            VEC *of = sums[j % 2];
            of[0] += w, of[1] += POWER[1][j] * w, of[2] += POWER[2][j] * w;
          }
          STORE(to + o, AT_ZERO * LOAD(row[0] + o));
          _Pragma("GCC unroll 3") for (int i = 0; i < 3; i++) {
            STORE(to + (2 * i + 1) * apart + o, AT_PAIR[i] * (sums[0][i] + sums[1][i]));
            STORE(to + (2 * i + 2) * apart + o, AT_PAIR[i] * (sums[0][i] - sums[1][i]));
          }
          STORE(to + 7 * apart + o, LOAD(row[s->wide - 1] + o));
        }
      }
}

/* The gradient of a filter, from that of its values [POINTS][high][channels][padded]; whether all
 * of it is finite. */
static TARGET int NAME(unpack_gradient)(const Convolution *s, const float *sums, long padded,
                                        Filter f) {
  float nothing = 0;
  const long apart = s->high * s->channels * padded;
  for (long k = 0; k < s->high; k++)
    for (long c = 0; c < s->channels; c++)
      for (long o = 0; o < s->outputs; o++) {
        const float *u = sums + (k * s->channels + c) * padded + o;
        float even[3], odd[3];
        for (int i = 0; i < 3; i++) {
          even[i] = AT_PAIR[i] * (u[(2 * i + 1) * apart] + u[(2 * i + 2) * apart]);
          odd[i] = AT_PAIR[i] * (u[(2 * i + 1) * apart] - u[(2 * i + 2) * apart]);
        }
        for (long j = 0; j < s->wide; j++) {
          float found = j == 0 ? AT_ZERO * u[0] : 0;
          for (int i = 0; i < 3; i++) found += POWER[i][j] * (j % 2 ? odd[i] : even[i]);
          if (j == s->wide - 1) found += u[7 * apart];
          f.at[k * f.stride[0] + j * f.stride[1] + c * f.stride[2] + o * f.stride[3]] = found;
          nothing += 0 * found;
        }
      }
  return nothing == 0;
}

/* Rows of the outputs that are done at once, for what is in between to take 512 kB. */
static long NAME(rows_at_once)(const Convolution *s, long tiles, long padded) {
  const long each = POINTS * tiles * (s->channels + padded) * (long)sizeof(float);
  return least(s->out_height, most(most(s->high, 4), (512L << 10) / each));
}

static TARGET int NAME(convolve)(const Convolution *s, const float *images, Filter filter,
                                 const float *bias, Window pool, float *out, uint8_t *places) {
  const long step = POINTS + 1 - s->wide, tiles = (s->out_width + step - 1) / step;
  const long padded = (s->outputs + BLOCK - 1) / BLOCK * BLOCK;
  const long at_once = NAME(rows_at_once)(s, tiles, padded), tile = tiles * s->channels;
  float *packed = aligned_floats(POINTS * s->high * s->channels * padded);
  float *values = aligned_floats(POINTS * (at_once + s->high - 1) * tile);
  float *products = aligned_floats(POINTS * at_once * tiles * padded);
  const long size = s->out_height * s->out_width * s->outputs, pooled = pool.high * pool.wide;
  float *whole = pooled > 1 ? aligned_floats(size) : NULL;
  const int fits = packed && values && products && (whole || pooled == 1);
  int finite = 1;
  if (fits) NAME(pack_filter)(s, filter, padded, packed);
  for (long n = 0; fits && n < s->batch; n++) {
    const float *image = images + n * s->height * s->width * s->channels;
    float *result = whole ? whole : out + n * size;
    for (long first = 0; first < s->out_height; first += at_once) {
      const long rows = least(at_once, s->out_height - first), many = rows * tiles;
      const long taken = rows + s->high - 1;
      NAME(take_pixels)(s, image, first - s->above, taken, tiles, values);
      for (int p = 0; p < POINTS; p++)
        for (long block = 0; block < padded; block += BLOCK) {
          const float *a = values + p * taken * tile;
          const float *b = packed + (p * padded + block) * s->high * s->channels;
          float *to = products + p * many * padded + block;
          for (long r = 0; r < many;) {
            /* The filter's rows that meet an image: above and below it there are zeros. */
            const long top = first + r / tiles - s->above;
            const long low = first + least(r + MOST_ROWS, many) / tiles - s->above;
            const long from = most(0, -low), to_row = least(s->high, s->height - top);
            const long segments = most(0, to_row - from);
            r += NAME(some_rows)(many - r, a + r * s->channels + from * tile, s->channels, 1, tile,
                                 segments, s->channels, b + from * s->channels * BLOCK, BLOCK,
                                 to + r * padded, padded, 0);
          }
        }
      finite &= NAME(give_outputs)(s, products, first, rows, tiles, padded, bias, result);
    }
    const long at = n * size / pooled;
    if (whole)
      NAME(pool_rows)(s, pool, s->out_height, whole, out + at, places ? places + at : NULL);
  }
  free(packed);
  free(values);
  free(products);
  free(whole);
  return fits ? !finite : -1;
}

static TARGET int NAME(filter_gradient)(const Convolution *s, const float *images,
                                        const float *slopes, Filter filter) {
  const long step = POINTS + 1 - s->wide, tiles = (s->out_width + step - 1) / step;
  const long padded = (s->outputs + BLOCK - 1) / BLOCK * BLOCK;
  const long at_once = NAME(rows_at_once)(s, tiles, padded), tile = tiles * s->channels;
  const long count = POINTS * s->high * s->channels * padded;
  float *sums = aligned_floats(count);
  float *values = aligned_floats(POINTS * (at_once + s->high - 1) * tile);
  float *products = aligned_floats(POINTS * at_once * tiles * padded);
  const int fits = sums && values && products;
  int finite = 1;
  if (fits) memset(sums, 0, (size_t)count * sizeof(float));
  for (long n = 0; fits && n < s->batch; n++) {
    const float *image = images + n * s->height * s->width * s->channels;
    const float *slope = slopes + n * s->out_height * s->out_width * s->outputs;
    for (long first = 0; first < s->out_height; first += at_once) {
      const long rows = least(at_once, s->out_height - first), taken = rows + s->high - 1;
      NAME(take_pixels)(s, image, first - s->above, taken, tiles, values);
      NAME(take_slopes)(s, slope, first, rows, tiles, padded, products);
      for (int p = 0; p < POINTS; p++)
        for (long k = 0; k < s->high; k++) {
          /* The rows whose pixel under this row of the filter is in the image. */
          const long from = most(0, s->above - k - first);
          const long end = least(rows, s->height + s->above - k - first);
          if (from >= end) continue;
          const float *a = values + (p * taken + from + k) * tile;
          for (long block = 0; block < padded; block += BLOCK) {
            const float *b = products + (p * rows + from) * tiles * padded + block;
            float *to = sums + (p * s->high + k) * s->channels * padded + block;
            for (long c = 0; c < s->channels;)
              c += NAME(some_rows)(s->channels - c, a + c, 1, s->channels, 0, 1,
                                   (end - from) * tiles, b, padded, to + c * padded, padded, 1);
          }
        }
    }
  }
  if (fits) finite = NAME(unpack_gradient)(s, sums, padded, filter);
  free(sums);
  free(values);
  free(products);
  return fits ? !finite : -1;
}

