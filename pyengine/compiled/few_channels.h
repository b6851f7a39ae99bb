/* Convolutions of images of few channels, such as photographs, with the pooling behind them; see
 * ops/pooled.py. A product's rows are pixels side by side, a segment of its sums a row of the
 * filter: that is how an image with a border lies in memory, so that no patches are made. The
 * outputs of as many rows as are pooled together stay in the cache.
 */

/* Copies an image to where a border of zeros is around it. */
static TARGET void NAME(put_inside)(const Convolution *s, const float *image, float *bordered) {
  const long columns = s->out_width + s->wide - 1, rows = s->out_height + s->high - 1;
  const size_t line = (size_t)(least(s->width, columns - s->left) * s->channels) * sizeof(float);
  for (long h = 0; h < least(s->height, rows - s->above); h++)
    memcpy(bordered + ((h + s->above) * columns + s->left) * s->channels,
           image + h * s->width * s->channels, line);
}

/* A filter as the blocks of columns that products take. */
static TARGET void NAME(pack_blocks)(const Convolution *s, Filter f, float *packed) {
  for (long block = 0; block < s->outputs; block += BLOCK)
    for (long k = 0; k < s->high; k++)
      for (long j = 0; j < s->wide; j++)
        for (long c = 0; c < s->channels; c++)
          for (long o = 0; o < BLOCK; o++)
            *packed++ = f.at[k * f.stride[0] + j * f.stride[1] + c * f.stride[2] +
                             (block + o) * f.stride[3]];
}

static TARGET int NAME(convolve_few)(const Convolution *s, const float *images, Filter filter,
                                     const float *bias, Window pool, float *out, uint8_t *places) {
  const long columns = (s->out_width + s->wide - 1) * s->channels, depth = s->wide * s->channels;
  const long border = (s->out_height + s->high - 1) * columns, line = s->out_width * s->outputs;
  float *bordered = aligned_floats(border), *lines = aligned_floats(pool.high * line);
  float *packed = aligned_floats(s->high * depth * s->outputs);
  const int fits = bordered && lines && packed;
  int nan = 0;
  if (fits) {
    memset(bordered, 0, (size_t)border * sizeof(float));
    NAME(pack_blocks)(s, filter, packed);
  }
  for (long n = 0; fits && n < s->batch; n++) {
    NAME(put_inside)(s, images + n * s->height * s->width * s->channels, bordered);
    for (long h = 0; h < s->out_height; h += pool.high) {
      for (long i = 0; i < pool.high; i++)
        for (long block = 0; block < s->outputs; block += BLOCK) {
          float *to = lines + i * line + block;
          for (long w = 0; w < s->out_width; w++) {
            STORE(to + w * s->outputs, LOAD(bias + block));
            STORE(to + w * s->outputs + LANES, LOAD(bias + block + LANES));
          }
          for (long w = 0; w < s->out_width;)
            w += NAME(some_rows)(s->out_width - w,
                                 bordered + (h + i) * columns + w * s->channels, s->channels, 1,
                                 columns, s->high, depth, packed + block * s->high * depth, BLOCK,
                                 to + w * s->outputs, s->outputs, 1);
        }
      const long at = (n * s->out_height + h) / pool.high * (line / pool.wide);
      nan |= NAME(pool_rows)(s, pool, pool.high, lines, out + at, places ? places + at : NULL);
    }
  }
  free(bordered);
  free(lines);
  free(packed);
  return fits ? nan : -1;
}
