/* Included by kernels.h once for each kind of vector registers:
 *   TARGET     the attribute that lets the compiler use them
 *   LANES      how many floats one holds
 *   MOST_ROWS  rows of a product whose sums, two vectors each, fit into them
 *   NAME(name) the name of a function for them
 */
typedef float NAME(vec) __attribute__((vector_size(LANES * 4)));
typedef float NAME(unaligned) __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int32_t NAME(mask) __attribute__((vector_size(LANES * 4)));
typedef uint8_t NAME(bytes) __attribute__((vector_size(LANES)));
typedef uint8_t NAME(loose_bytes) __attribute__((vector_size(LANES), aligned(1), may_alias));
#define VEC NAME(vec)
#define MASK NAME(mask)
#define LOAD(p) ((VEC) * (const NAME(unaligned) *)(p))
#define STORE(p, v) (*(NAME(unaligned) *)(p) = (v))

#define BLOCK (2 * LANES) /* columns of a product at once */
#define INLINE static inline __attribute__((always_inline)) TARGET

#include "pool_tiles.h"

#include "products.h"

#include "winograd_rows.h"

#include "few_channels.h"

#include "philox_blocks.h"

#include "adam_step.h"

#undef VEC
#undef MASK
#undef LOAD
#undef STORE
#undef BLOCK
#undef INLINE
#undef TARGET
#undef LANES
#undef MOST_ROWS
#undef NAME
