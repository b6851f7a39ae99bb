"""Sparse tensors: the `tf.sparse` namespace."""

from __future__ import annotations

from pyengine.ops.sparse import sparse_reorder as reorder
from pyengine.ops.sparse import sparse_reset_shape as reset_shape
from pyengine.ops.sparse import sparse_reshape as reshape
from pyengine.ops.sparse import sparse_tensor_to_dense as to_dense
from pyengine.ops.sparse import sparse_transpose as transpose
from pyengine.ops.sparse_cross import cross, cross_hashed
from pyengine.ops.sparse_math import sparse_add as add
from pyengine.ops.sparse_math import sparse_maximum as maximum
from pyengine.ops.sparse_math import sparse_minimum as minimum
from pyengine.ops.sparse_math import sparse_tensor_dense_matmul as sparse_dense_matmul
from pyengine.ops.sparse_parts import sparse_concat as concat
from pyengine.ops.sparse_parts import sparse_mask as mask
from pyengine.ops.sparse_parts import sparse_retain as retain
from pyengine.ops.sparse_parts import sparse_slice as slice
from pyengine.ops.sparse_parts import sparse_split as split
from pyengine.ops.sparse_reduce import sparse_reduce_max as reduce_max
from pyengine.ops.sparse_reduce import sparse_reduce_max_sparse as reduce_max_sparse
from pyengine.ops.sparse_reduce import sparse_reduce_sum as reduce_sum
from pyengine.ops.sparse_reduce import sparse_reduce_sum_sparse as reduce_sum_sparse
from pyengine.ops.sparse_reduce import sparse_softmax as softmax
from pyengine.ops.sparse_rows import expand_dims, eye, from_dense
from pyengine.ops.sparse_rows import sparse_fill_empty_rows as fill_empty_rows
from pyengine.ops.sparse_rows import sparse_merge as merge
from pyengine.ops.sparse_rows import sparse_to_indicator as to_indicator
from pyengine.ops.sparse_segment import sparse_segment_mean as segment_mean
from pyengine.ops.sparse_segment import sparse_segment_sqrt_n as segment_sqrt_n
from pyengine.ops.sparse_segment import sparse_segment_sum as segment_sum
from pyengine.sparse_tensor import SparseTensor
from pyengine.sparse_tensor import sparse_placeholder as placeholder

matmul = sparse_dense_matmul
