/* Philox4x32-10, for as many counters at once as there are lanes; see ops/philox.py. */

static TARGET void NAME(philox)(const uint64_t *counters, long count, uint64_t high, uint32_t key0,
                                uint32_t key1, uint32_t *out) {
  uint32_t c[4][LANES];
  for (long start = 0; start < count; start += LANES) {
    const long some = least(LANES, count - start);
    for (long i = 0; i < LANES; i++) {
      const uint64_t low = counters[start + least(i, some - 1)];
      c[0][i] = (uint32_t)low, c[1][i] = (uint32_t)(low >> 32);
      c[2][i] = (uint32_t)high, c[3][i] = (uint32_t)(high >> 32);
    }
    uint32_t k0 = key0, k1 = key1;
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < LANES; i++) {
        const uint64_t a = (uint64_t)0xD2511F53 * c[0][i], b = (uint64_t)0xCD9E8D57 * c[2][i];
        c[0][i] = (uint32_t)(b >> 32) ^ c[1][i] ^ k0;
        c[2][i] = (uint32_t)(a >> 32) ^ c[3][i] ^ k1;
        c[1][i] = (uint32_t)b;
        c[3][i] = (uint32_t)a;
      }
      k0 += 0x9E3779B9, k1 += 0xBB67AE85;
    }
    for (long i = 0; i < some; i++)
      for (int word = 0; word < 4; word++) out[(start + i) * 4 + word] = c[word][i];
  }
}
