/* A step of Adam in one pass; see ops/training.py. */

/* What the floats at these places become; a vector of them. */
INLINE void NAME(adam_vector)(const AdamSettings *s, float *var, float *m, float *v,
                              const float *slopes) {
  const VEC g = LOAD(slopes);
  const VEC first = LOAD(m) + (g - LOAD(m)) * s->share1;
  const VEC second = LOAD(v) + (g * g - LOAD(v)) * s->share2;
  const VEC direction = s->nesterov ? first * (1 - s->share1) + g * s->share1 : first;
  float roots[LANES];
  STORE(roots, second);
  for (int i = 0; i < LANES; i++) roots[i] = sqrtf(roots[i]);
  STORE(var, LOAD(var) - direction * s->alpha / (LOAD(roots) + s->epsilon));
  STORE(m, first);
  STORE(v, second);
}

static TARGET void NAME(adam)(const AdamSettings *s, long count, float *var, float *m, float *v,
                              const float *slopes) {
  const long whole = count / LANES * LANES;
  for (long i = 0; i < whole; i += LANES) NAME(adam_vector)(s, var + i, m + i, v + i, slopes + i);
  if (whole == count) return;
  float *from[4] = {var + whole, m + whole, v + whole, (float *)slopes + whole};
  float rest[4][LANES] = {{0}};
  const size_t bytes = (size_t)(count - whole) * sizeof(float);
  for (int i = 0; i < 4; i++) memcpy(rest[i], from[i], bytes);
  NAME(adam_vector)(s, rest[0], rest[1], rest[2], rest[3]);
  for (int i = 0; i < 3; i++) memcpy(from[i], rest[i], bytes);
}
