/* Copies of arrays by rows into memory by columns, as R's, with a cast on the way.
 *
 * Such a copy turns the axes round. Either side alone could be gone through in order; the other
 * would then touch a line of the cache for each number. So it goes by tiles of 16 times 16 numbers,
 * whose rows stay in the cache while its columns are written.
 */
#ifndef BRIDGE_COLUMNS_H
#define BRIDGE_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

enum {
  BRIDGE_TILE = 16,
  BRIDGE_BLOCK_ROWS = 256,
  BRIDGE_BLOCK_COLUMNS = 512,
  BRIDGE_RANK = 64
};

/* What is to be copied: a matrix of the first and the last axis for each index of those between.
 * Strides count elements. */
typedef struct {
  const void *source;
  void *target;
  char cast; /* the dtype of the source as NumPy's letter, which says that of the target too */
  size_t rows, columns, row_stride, column_stride;
  int between;
  size_t sizes[BRIDGE_RANK], source_strides[BRIDGE_RANK], target_strides[BRIDGE_RANK];
} BridgeColumns;

#if defined(__GNUC__) && !defined(__clang__)
#define BRIDGE_UNROLLED _Pragma("GCC unroll 16")
#else
#define BRIDGE_UNROLLED
#endif

static inline size_t bridge_least(size_t a, size_t b) { return a < b ? a : b; }

#define BRIDGE_COPY(name, from, to)                                                                \
  static void name(const from *source, to *target, size_t rows, size_t columns, size_t row_stride, \
                   size_t column_stride) {                                                         \
    for (size_t i = 0; i < rows; i += BRIDGE_TILE) {                                               \
      const size_t high = bridge_least(BRIDGE_TILE, rows - i);                                     \
      for (size_t j = 0; j < columns; j += BRIDGE_TILE) {                                          \
        const size_t wide = bridge_least(BRIDGE_TILE, columns - j);                                \
        for (size_t l = 0; l < wide; l++) {                                                        \
          const from *read = source + i * row_stride + j + l;                                      \
          to *write = target + (j + l) * column_stride + i;                                        \
          if (high == BRIDGE_TILE) /* a number that is known: the loop is unrolled */              \
            BRIDGE_UNROLLED for (size_t k = 0; k < BRIDGE_TILE; k++) write[k] =                    \
                (to)read[k * row_stride];                                                          \
          else                                                                                     \
            for (size_t k = 0; k < high; k++)                                                      \
              write[k] = (to)read[k * row_stride];                                                 \
        }                                                                                          \
      }                                                                                            \
    }                                                                                              \
  }

BRIDGE_COPY(bridge_copy_float, float, double)
BRIDGE_COPY(bridge_copy_double, double, double)
BRIDGE_COPY(bridge_copy_int, int32_t, int32_t)
BRIDGE_COPY(bridge_copy_long, int64_t, double)
BRIDGE_COPY(bridge_copy_byte, uint8_t, int32_t)

/* How many blocks there are. */
static inline size_t bridge_count_blocks(const BridgeColumns *c) {
  size_t count = (c->rows + BRIDGE_BLOCK_ROWS - 1) / BRIDGE_BLOCK_ROWS;
  count *= (c->columns + BRIDGE_BLOCK_COLUMNS - 1) / BRIDGE_BLOCK_COLUMNS;
  for (int i = 0; i < c->between; i++)
    count *= c->sizes[i];
  return count;
}

/* Copies one block. */
static inline void bridge_copy_block(const BridgeColumns *c, size_t block) {
  const size_t across = (c->columns + BRIDGE_BLOCK_COLUMNS - 1) / BRIDGE_BLOCK_COLUMNS;
  size_t from = 0, to = 0, rows, columns;
  const size_t column = block % across * BRIDGE_BLOCK_COLUMNS;
  block /= across;
  /* The last of the axes between turns fastest: the source's next elements are read next. */
  for (int i = c->between - 1; i >= 0; i--) {
    from += block % c->sizes[i] * c->source_strides[i];
    to += block % c->sizes[i] * c->target_strides[i];
    block /= c->sizes[i];
  }
  const size_t row = block * BRIDGE_BLOCK_ROWS;
  from += row * c->row_stride + column;
  to += column * c->column_stride + row;
  rows = bridge_least(BRIDGE_BLOCK_ROWS, c->rows - row);
  columns = bridge_least(BRIDGE_BLOCK_COLUMNS, c->columns - column);
#define BRIDGE_CASE(letter, name, source_type, target_type)                                        \
  case letter:                                                                                     \
    name((const source_type *)c->source + from, (target_type *)c->target + to, rows, columns,      \
         c->row_stride, c->column_stride);                                                         \
    break;
  switch (c->cast) {
    BRIDGE_CASE('f', bridge_copy_float, float, double)
    BRIDGE_CASE('d', bridge_copy_double, double, double)
    BRIDGE_CASE('i', bridge_copy_int, int32_t, int32_t)
    BRIDGE_CASE('l', bridge_copy_long, int64_t, double)
    BRIDGE_CASE('?', bridge_copy_byte, uint8_t, int32_t)
    BRIDGE_CASE('B', bridge_copy_byte, uint8_t, int32_t)
  }
#undef BRIDGE_CASE
}

#endif
