/* Pooling by windows that cover images, one beside the other; see ops/tiles.py. */

static TARGET int NAME(largest)(const Tiles *s, const float *images, float *out, uint8_t *places) {
  const long line = s->columns * s->wide * s->channels;
  MASK nan = {0};
  for (long r = 0; r < s->rows; r++)
    for (long w = 0; w < s->columns; w++) {
      const float *window = images + r * s->high * line + w * s->wide * s->channels;
      const long at = (r * s->columns + w) * s->channels;
      for (long c = 0; c < s->channels; c += LANES) {
        VEC best = LOAD(window + c);
        MASK place = {0};
        nan |= best != best;
        int k = 0;
        for (long i = 0; i < s->high; i++)
          for (long j = 0; j < s->wide; j++, k++) {
            const VEC x = LOAD(window + i * line + j * s->channels + c);
            const MASK more = x > best; /* so the first of equals stays */
            nan |= x != x;
            best = (VEC)(((MASK)x & more) | ((MASK)best & ~more));
            place = (more & k) | (place & ~more);
          }
        STORE(out + at + c, best);
        if (places)
          *(NAME(loose_bytes) *)(places + at + c) = __builtin_convertvector(place, NAME(bytes));
      }
    }
  int found = 0;
  for (int i = 0; i < LANES; i++) found |= nan[i] != 0;
  return found;
}

/* The same of some rows of a convolution's outputs. */
static TARGET int NAME(pool_rows)(const Convolution *s, Window pool, long rows, const float *lines,
                                  float *out, uint8_t *places) {
  const Tiles tiles = {
      rows / pool.high, s->out_width / pool.wide, pool.high, pool.wide, s->outputs,
  };
  return NAME(largest)(&tiles, lines, out, places);
}

static TARGET void NAME(share_out)(const Tiles *s, const uint8_t *places, const float *slopes,
                                   float *images) {
  const long line = s->columns * s->wide * s->channels;
  for (long r = 0; r < s->rows; r++)
    for (long w = 0; w < s->columns; w++) {
      float *window = images + r * s->high * line + w * s->wide * s->channels;
      const long at = (r * s->columns + w) * s->channels;
      for (long c = 0; c < s->channels; c += LANES) {
        const NAME(bytes) bytes = *(const NAME(loose_bytes) *)(places + at + c);
        const MASK place = __builtin_convertvector(bytes, MASK);
        const VEC slope = LOAD(slopes + at + c);
        int k = 0;
        for (long i = 0; i < s->high; i++)
          for (long j = 0; j < s->wide; j++, k++)
            STORE(window + i * line + j * s->channels + c, (VEC)((MASK)slope & (place == k)));
      }
    }
}
