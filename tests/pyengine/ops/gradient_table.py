"""Differentiable functions, by the kind of inputs that they take, for test_gradient_properties.

A row is a name, the kind of its inputs (a strategy of KINDS), and the function of the tensors and
of what else was drawn with them. Values stay away from kinks, poles and ties: differences would
not tell the slope there.
"""

import numpy as np
from hypothesis import strategies as st

import pyengine as tf

SHAPES = st.lists(st.integers(1, 3), max_size=3).map(tuple)
SEEDS = st.integers(0, 2**32 - 1)


def random(draw):
    return np.random.default_rng(draw(SEEDS))


def distinct(rng, shape):
    """Values between 0.3 and 1.3, none near another: the places of extremes are clear."""
    count = max(int(np.prod(shape)), 1)
    return (0.3 + rng.permutation(count) / count).reshape(shape)


@st.composite
def between(draw, low, high):
    """One array of any shape."""
    return [random(draw).uniform(low, high, draw(SHAPES))], {}


@st.composite
def broadcast(draw):
    """Two arrays that broadcast, either of them the larger."""
    rng, shape = random(draw), draw(SHAPES)
    fewer = draw(st.integers(0, 3))
    shapes = [shape, tuple(draw(st.sampled_from([1, n])) for n in shape[fewer:])]
    rng.shuffle(shapes)
    return [rng.uniform(0.3, 1.3, s) for s in shapes], {}


@st.composite
def alike(draw, count=2):
    """Arrays of one shape."""
    rng, shape = random(draw), draw(SHAPES)
    return [rng.uniform(0.3, 1.3, shape) for _ in range(count)], {}


@st.composite
def reduced(draw):
    """An array, axes of it, and whether they are kept."""
    shape = draw(SHAPES)
    axes = st.lists(st.integers(-len(shape), len(shape) - 1), unique_by=lambda a: a % len(shape))
    axis = draw(st.none() | axes) if shape else None
    return [distinct(random(draw), shape)], {"axis": axis, "keepdims": draw(st.booleans())}


@st.composite
def axis(draw):
    """An array and one of its axes, from either end."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple))
    n = len(shape)
    return [distinct(random(draw), shape)], {"axis": draw(st.integers(-n, n - 1))}


@st.composite
def rows(draw, ids=False):
    """An array of rows, and indices of them; `ids` gives one for each row, in rising order."""
    rng, count = random(draw), draw(st.integers(1, 4))
    value = distinct(rng, (count, draw(st.integers(1, 3))))
    at = np.sort(rng.integers(0, 3, count)) if ids else rng.integers(0, count, (2, 2))
    return [value], {"at": at}


@st.composite
def matrix(draw, kind="plain"):
    """Square matrices, perhaps in a batch: plain ones well away from singular, or definite."""
    rng, n = random(draw), draw(st.integers(1, 3))
    batch = draw(st.sampled_from([(), (2,)]))
    value = rng.uniform(-0.5, 0.5, (*batch, n, n)) + np.diag(1.5 + np.arange(n))
    if kind == "definite":
        value = value @ np.swapaxes(value, -1, -2)
    return [value], {}


@st.composite
def system(draw):
    """Square matrices, and right sides for them."""
    (value,), _ = draw(matrix())
    return [value, random(draw).normal(size=(*value.shape[:-1], draw(st.integers(1, 2))))], {}


@st.composite
def product(draw):
    """Factors of a product of matrices, and whether each is transposed."""
    rng = random(draw)
    m, n, k = (draw(st.integers(1, 3)) for _ in range(3))
    batch = draw(st.sampled_from([(), (2,)]))
    ta, tb = draw(st.booleans()), draw(st.booleans())
    a, b = (k, m) if ta else (m, k), (n, k) if tb else (k, n)
    values = [rng.normal(size=(*batch, *a)), rng.normal(size=(*batch, *b))]
    return values, {"transpose_a": ta, "transpose_b": tb}


@st.composite
def images(draw, *filter_shape):
    """Images of four channels or two, a filter for them, a stride and a padding."""
    rng = random(draw)
    size = (draw(st.integers(1, 2)), draw(st.integers(3, 5)), draw(st.integers(3, 5)), 2)
    values = [distinct(rng, size)]
    if filter_shape:
        values.append(rng.normal(size=filter_shape))
    return values, {
        "stride": draw(st.integers(1, 2)), "padding": draw(st.sampled_from(["SAME", "VALID"])),
    }  # fmt: skip


KINDS = {
    "positive": between(0.3, 1.3), "unit": between(-0.8, 0.8), "above": between(1.2, 2.5),
    "negative": between(-1.3, -0.3),
    "broadcast": broadcast(), "alike": alike(), "three": alike(3), "reduced": reduced(),
    "axis": axis(), "rows": rows(), "ids": rows(ids=True), "matrix": matrix(),
    "definite": matrix("definite"), "system": system(), "product": product(), "images": images(),
    "filtered": images(2, 2, 2, 3), "depthwise": images(2, 2, 2, 2),
    "morphology": images(2, 2, 2),
}  # fmt: skip

_UNARY = {
    "positive": (
        "abs asinh atan bessel_i0e bessel_i1e cos cosh digamma erf erfc exp expm1 lgamma log log1p "
        "log_sigmoid negative reciprocal rsqrt sigmoid sin sinh softplus softsign sqrt square tan "
        "tanh"
    ),
    "unit": "acos asin atanh erfinv ndtri",
    "above": "acosh",
}
_BINARY = (
    "add subtract multiply divide truediv realdiv div div_no_nan pow maximum minimum atan2 "
    "squared_difference"
)
_SPECIAL = (
    "bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1 dawsn "
    "expint fresnel_cos fresnel_sin spence"
)
_REDUCED = "sum mean prod max min logsumexp"
_SEGMENTS = "sum mean prod max min"
_UNSORTED = "sum mean prod max min sqrt_n"


def _sparse(x):
    """A sparse matrix [2, 2] of two values."""
    total = tf.reduce_sum(x)
    return tf.SparseTensor([[0, 1], [1, 0]], tf.stack([total, total * total]), [2, 2])


def _rows_of(kind, functions):
    return {name: (kind, function) for name, function in functions.items()}


TABLE = {
    **{
        name: (kind, getattr(tf.math, name))
        for kind, names in _UNARY.items()
        for name in names.split()
    },
    **_rows_of("negative", {
        f"{name} below zero": getattr(tf.nn, name)
        for name in ("elu", "leaky_relu", "relu", "selu", "swish")
    }),
    **_rows_of("positive", {
        "relu": tf.nn.relu, "relu6": tf.nn.relu6, "elu": tf.nn.elu, "selu": tf.nn.selu,
        "leaky_relu": tf.nn.leaky_relu, "crelu": lambda x: tf.nn.crelu(x[None]),
        "swish": tf.nn.swish, "l2_loss": tf.nn.l2_loss, "identity": tf.identity,
        "clip_by_value": lambda x: tf.clip_by_value(x, 0.51, 0.97),
        "clip_by_norm": lambda x: tf.clip_by_norm(x, 0.5),
        "clip_by_average_norm": lambda x: tf.clip_by_average_norm(x, tf.constant(0.1, x.dtype)),
        "norm": tf.norm, "norm of order 1": lambda x: tf.norm(x, 1),
        "zeta": lambda x: tf.zeta(tf.constant(2.5, x.dtype), x),
        "polygamma": lambda x: tf.polygamma(tf.constant(1.0, x.dtype), x),
        "betainc": lambda x: tf.betainc(
            tf.constant(1.2, x.dtype), tf.constant(0.7, x.dtype), x / 1.5),
        "igamma": lambda x: tf.igamma(tf.constant(1.2, x.dtype), x),
        "igammac": lambda x: tf.igammac(tf.constant(1.2, x.dtype), x),
        "reshape": lambda x: tf.reshape(x, [-1]), "transpose": tf.transpose,
        "expand_dims": lambda x: tf.expand_dims(x, -1),
        "squeeze": lambda x: tf.squeeze(x[None], [0]),
        "broadcast_to": lambda x: x + tf.broadcast_to(x, tf.concat([[2], tf.shape(x)], 0)),
        "check_numerics": lambda x: tf.check_numerics(x, "x"),
        "fill": lambda x: tf.fill([2, 2], tf.reduce_sum(x)),
        "flat top_k": lambda x: tf.nn.top_k(tf.reshape(x, [-1]), 1)[0],
        "boolean_mask": lambda x: tf.boolean_mask(x[None], tf.ones_like(x[None]) > 0.0),
        "where": lambda x: tf.where(x > 0.7, x * x, tf.sin(x)),
        "cond": lambda x: tf.cond(tf.size(x) > 2, lambda: x * x, lambda: tf.exp(x)),
        "while_loop": lambda x: tf.while_loop(
            lambda i, y: i < 3, lambda i, y: (i + 1, y * x), (0, x))[1],
        "case": lambda x: tf.case([(tf.size(x) > 2, lambda: x * x)], default=lambda: tf.cos(x)),
        "real and imag": lambda x: tf.real(tf.complex(x, x * x)) + tf.imag(tf.complex(x, x * x)),
        "complex abs": lambda x: tf.abs(tf.complex(x, x * x)),
        "angle": lambda x: tf.angle(tf.complex(x, x * x)),
        "conj": lambda x: tf.imag(tf.conj(tf.complex(x, x * x))),
        "fft": lambda x: tf.abs(tf.fft(tf.complex(tf.reshape(x, [-1]), tf.reshape(x, [-1])))),
        "log_poisson_loss": lambda x: tf.nn.log_poisson_loss(tf.ones_like(x), x),
        "stop_gradient": lambda x: tf.stop_gradient(tf.zeros_like(x)) + x * x,
    }),
    **_rows_of("broadcast", {name: getattr(tf, name) for name in _BINARY.split()}),
    **_rows_of("broadcast", {
        "xlogy": tf.math.xlogy, "xdivy": tf.math.xdivy, "mul_no_nan": tf.math.multiply_no_nan,
        "mod": lambda x, y: tf.floormod(x * 2.0, y * 7.0),
        "complex": lambda x, y: tf.abs(tf.complex(x, y)),
    }),
    **_rows_of("alike", {
        "sigmoid_cross_entropy": lambda x, y: tf.nn.sigmoid_cross_entropy_with_logits(
            labels=x, logits=y),
        "weighted_cross_entropy": lambda x, y: tf.nn.weighted_cross_entropy_with_logits(x, y, 0.3),
        "clip_by_global_norm": lambda x, y: tf.add_n(tf.clip_by_global_norm([x, y], 0.6)[0]),
        "global_norm": lambda x, y: tf.global_norm([x, y]),
        "stack": lambda x, y: tf.stack([x, y], -1), "identity_n": lambda x, y: tf.identity_n(
            [x, y])[1] * x, "tuple": lambda x, y: tf.tuple([x * y, x])[0],
        "dynamic_stitch": lambda x, y: tf.dynamic_stitch([[1], [0]], [x[None], y[None]]),
        "select": lambda x, y: tf.where(x > y + 1.0, x * y, y),
    }),
    **_rows_of("three", {
        "add_n": lambda x, y, z: tf.add_n([x, y * z, z]),
        "accumulate_n": lambda x, y, z: tf.accumulate_n([x, y * z, z]),
        "concat": lambda x, y, z: tf.concat([x[None], y[None], z[None]], 0),
    }),
    **_rows_of("reduced", {
        f"reduce_{name}": getattr(tf, f"reduce_{name}") for name in _REDUCED.split()
    }),
    **_rows_of("reduced", {
        "reduce_variance": tf.math.reduce_variance,
        "reduce_euclidean_norm": tf.math.reduce_euclidean_norm,
    }),
    **_rows_of("axis", {
        "softmax": tf.nn.softmax, "log_softmax": tf.nn.log_softmax, "cumsum": tf.cumsum,
        "cumprod": tf.cumprod, "l2_normalize": tf.nn.l2_normalize, "sort": tf.sort,
        "exclusive cumsum": lambda x, axis: tf.cumsum(x, axis, exclusive=True, reverse=True),
        "exclusive cumprod": lambda x, axis: tf.cumprod(x, axis, exclusive=True, reverse=True),
        "cumulative_logsumexp": tf.math.cumulative_logsumexp,
        "reverse": lambda x, axis: tf.reverse(x, [axis]),
        "roll": lambda x, axis: tf.roll(x, 1, axis),
        "concat along": lambda x, axis: tf.concat([x, x * x], axis),
        "gather along": lambda x, axis: tf.gather(x, [0, 0], axis=axis),
        "expand_dims along": lambda x, axis: tf.expand_dims(x, axis) * 2.0,
    }),
    **_rows_of("rows", {
        "gather": lambda x, at: tf.gather(x, at), "gather_nd": lambda x, at: tf.gather_nd(
            x, at[..., None]), "embedding_lookup": lambda x, at: tf.nn.embedding_lookup(x, at),
        "scatter_nd": lambda x, at: tf.scatter_nd(at[:1, :1], x[:1], tf.shape(x)),
        "slice": lambda x, at: tf.slice(x, [0, 0], [1, -1]), "strided": lambda x, at: x[::-2, :1],
        "pad": lambda x, at: tf.pad(x, [[1, 0], [0, 2]]),
        "reflected": lambda x, at: tf.pad(tf.concat([x, x], 1), [[0, 0], [1, 1]], "REFLECT"),
        "symmetric": lambda x, at: tf.pad(x, [[1, 1], [1, 0]], "SYMMETRIC"),
        "tile": lambda x, at: tf.tile(x, [2, 3]),
        "split": lambda x, at: tf.concat(tf.split(tf.concat([x, x * x], 0), 2), 1),
        "unstack": lambda x, at: tf.add_n(tf.unstack(tf.stack([x, x * x]))),
        "dynamic_partition": lambda x, at: tf.concat(
            tf.dynamic_partition(x, tf.zeros_like(x[:, 0], tf.int32), 2), 0),
        "reverse_sequence": lambda x, at: tf.reverse_sequence(
            x, tf.ones_like(x[:, 0], tf.int32), 1, 0),
        "map_fn": lambda x, at: tf.map_fn(lambda row: row * row, x),
        "scan": lambda x, at: tf.scan(lambda a, row: a * row, x),
        "foldl": lambda x, at: tf.foldl(lambda a, row: a * row, x),
        "foldr": lambda x, at: tf.foldr(lambda a, row: a * row, x),
        "TensorArray": lambda x, at: tf.TensorArray(tf.float64, 2).write(0, x).write(
            1, x * x).stack(),
        "moments": lambda x, at: tf.concat(tf.nn.moments(x, [0]), 0),
        "batch_normalization": lambda x, at: tf.nn.batch_normalization(
            x, x[0], x[0] * x[0], x[0], x[0], 0.1),
        "bias_add": lambda x, at: tf.nn.bias_add(x, x[0]),
        "softmax_cross_entropy": lambda x, at: tf.nn.softmax_cross_entropy_with_logits_v2(
            labels=tf.nn.softmax(x * x), logits=x),
        "sparse_softmax_cross_entropy": lambda x, at:
            tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=tf.zeros_like(x[:, 0], tf.int32), logits=x),
        "matvec": lambda x, at: tf.linalg.matvec(x, x[0]),
        "tensordot": lambda x, at: tf.tensordot(x, x, [[1], [1]]),
        "einsum": lambda x, at: tf.einsum("ij,kj->ik", x, x * x),
        "cross": lambda x, at: tf.cross(tf.stack([x, x * x, x + 1.0], -1), tf.stack(
            [x * x, x, x], -1)),
        "sparse matmul": lambda x, at: tf.sparse_tensor_dense_matmul(tf.SparseTensor(
            [[0, 0], [1, 0]], [0.5, 0.7] * tf.reduce_sum(x), [2, 1]), x[:1]),
    }),
    **_rows_of("ids", {
        f"segment_{name}": lambda x, at, name=name: getattr(tf, f"segment_{name}")(x, at)
        for name in _SEGMENTS.split()
    }),
    **_rows_of("ids", {
        f"unsorted_segment_{name}": lambda x, at, name=name: getattr(
            tf, f"unsorted_segment_{name}")(x, at[::-1].copy(), 3)
        for name in _UNSORTED.split() if name not in ("max", "min")
    }),
    **_rows_of("ids", {
        f"sparse_segment_{name}": lambda x, at, name=name: getattr(
            tf, f"sparse_segment_{name}")(x, np.arange(len(at)), at)
        for name in ("sum", "mean", "sqrt_n")
    }),
    **_rows_of("matrix", {
        "trace": tf.trace, "matrix_determinant": tf.matrix_determinant,
        "matrix_inverse": tf.matrix_inverse, "expm": tf.linalg.expm,
        "matrix_transpose": tf.matrix_transpose, "matrix_diag_part": tf.matrix_diag_part,
        "matrix_diag": lambda x: tf.matrix_diag(x), "adjoint": tf.linalg.adjoint,
        "band_part": lambda x: tf.matrix_band_part(x, 0, -1), "qr": lambda x: tf.qr(x)[1],
        "matrix_set_diag": lambda x: tf.matrix_set_diag(x, x[..., 0] * 2.0),
        "slogdet": lambda x: tf.linalg.slogdet(x)[1],
        "svd": lambda x: tf.svd(x, compute_uv=False),
        "self_adjoint_eigvals": lambda x: tf.self_adjoint_eigvals(x + tf.matrix_transpose(x)),
    }),
    **_rows_of("definite", {
        "cholesky": lambda x: tf.cholesky((x + tf.matrix_transpose(x)) / 2.0),
        "logdet": lambda x: tf.linalg.logdet((x + tf.matrix_transpose(x)) / 2.0),
        "cholesky_solve": lambda x: tf.cholesky_solve(tf.cholesky(
            (x + tf.matrix_transpose(x)) / 2.0), x),
        "sqrtm": lambda x: tf.linalg.sqrtm(x),
    }),
    **_rows_of("system", {
        "matrix_solve": tf.matrix_solve,
        "adjoint matrix_solve": lambda a, b: tf.matrix_solve(a, b, adjoint=True),
        "matrix_triangular_solve": tf.matrix_triangular_solve,
        "upper triangular_solve": lambda a, b: tf.matrix_triangular_solve(a, b, lower=False),
        "matrix_solve_ls": lambda a, b: tf.matrix_solve_ls(a, b, 0.1),
    }),
    **_rows_of("product", {"matmul": tf.matmul}),
    **_rows_of("filtered", {
        "conv2d": lambda x, w, stride, padding: tf.nn.conv2d(x, w, stride, padding),
        "atrous_conv2d": lambda x, w, stride, padding: tf.nn.atrous_conv2d(x, w, 2, "SAME"),
        "convolution": lambda x, w, stride, padding: tf.nn.convolution(
            x, w, padding, strides=[stride] * 2),
        "conv2d_transpose": lambda x, w, stride, padding: tf.nn.conv2d_transpose(
            tf.nn.conv2d(x, w, 1, "SAME"), w, tf.shape(x), 1, "SAME"),
        "conv1d": lambda x, w, stride, padding: tf.nn.conv1d(x[:, 0], w[0], stride, padding),
        "conv3d": lambda x, w, stride, padding: tf.nn.conv3d(
            x[:, :, None], w[None], [1, stride, 1, 1, 1], padding) if padding == "SAME" else
            tf.nn.conv3d(x[:, None], w[None], [1] * 5, padding),
    }),
    **_rows_of("depthwise", {
        "depthwise_conv2d": lambda x, w, stride, padding: tf.nn.depthwise_conv2d(
            x, w, [1, stride, stride, 1], padding),
        "separable_conv2d": lambda x, w, stride, padding: tf.nn.separable_conv2d(
            x, w, tf.reshape(w, [1, 1, 4, 4]), [1, stride, stride, 1], padding),
    }),
    **_rows_of("morphology", {
        "dilation2d": lambda x, w, stride, padding: tf.nn.dilation2d(
            x, w, [1, stride, stride, 1], [1, 1, 1, 1], padding),
    }),
    **_rows_of("images", {
        "max_pool": lambda x, stride, padding: tf.nn.max_pool(x, 2, stride, padding),
        "avg_pool": lambda x, stride, padding: tf.nn.avg_pool(x, 2, stride, padding),
        "extract_image_patches": lambda x, stride, padding: tf.extract_image_patches(
            x, [1, 2, 2, 1], [1, stride, stride, 1], [1, 1, 1, 1], padding),
        "space_to_depth": lambda x, stride, padding: tf.space_to_depth(x[:, :2, :2], 2),
        "depth_to_space": lambda x, stride, padding: tf.depth_to_space(
            tf.concat([x, x * x], -1), 2),
        "space_to_batch_nd": lambda x, stride, padding: tf.space_to_batch_nd(
            x[:, :2, :2], [2, 1], [[1, 1], [0, 1]]),
        "batch_to_space_nd": lambda x, stride, padding: tf.batch_to_space_nd(
            tf.concat([x, x * x], 0), [2, 1], [[1, 0], [0, 1]]),
        "flip": lambda x, stride, padding: tf.image.flip_left_right(x) * x,
        "central_crop": lambda x, stride, padding: tf.image.crop_to_bounding_box(x, 1, 0, 2, 2),
        "total_variation": lambda x, stride, padding: tf.image.total_variation(x),
    }),
    **_rows_of("positive", {
        name: getattr(tf.math.special, name) for name in _SPECIAL.split()
    }),
    **_rows_of("positive", {
        "bessel_i0": tf.math.bessel_i0, "bessel_i1": tf.math.bessel_i1,
        "ensure_shape": lambda x: tf.ensure_shape(x, x.shape), "sign": lambda x: tf.sign(x) * x,
        "padded with a value": lambda x: tf.pad(x[None], tf.concat(
            [[[1, 1]], tf.zeros([tf.rank(x), 2], tf.int32)], 0), constant_values=0.5),
        "placeholder_with_default": lambda x: tf.placeholder_with_default(x, x.shape) * x,
        "Print": lambda x: tf.Print(x, [], "x", first_n=0) * x,
        "SelectV2": lambda x: tf.where_v2(x > 0.7, x * x, 1.0),
        "sparse softmax": lambda x: tf.sparse.softmax(_sparse(x)).values,
        "sparse_add": lambda x: tf.sparse_add(_sparse(x), _sparse(x * x)).values,
        "sparse dense add": lambda x: tf.sparse_add(_sparse(x), tf.fill([2, 2], tf.reduce_sum(x))),
        "sparse dense mul": lambda x: (_sparse(x) * tf.fill([2, 2], tf.reduce_sum(x))).values,
        "sparse dense div": lambda x: (_sparse(x) / tf.fill([2, 2], tf.reduce_sum(x))).values,
        "sparse_reduce_sum": lambda x: tf.sparse_reduce_sum(_sparse(x), 1),
        "sparse_reorder": lambda x: tf.sparse_reorder(_sparse(x)).values,
        "sparse_slice": lambda x: tf.sparse_slice(_sparse(x), [0, 0], [1, 2]).values,
        "sparse_to_dense": lambda x: tf.sparse_tensor_to_dense(_sparse(x)),
        "sparse_fill_empty_rows": lambda x: tf.sparse_fill_empty_rows(
            _sparse(x), tf.reduce_sum(x))[0].values,
    }),
    **_rows_of("broadcast", {"xlog1py": tf.math.xlog1py}),
    **_rows_of("rows", {
        f"tensor_scatter_{name}": lambda x, at, name=name, factor=factor: getattr(
            tf, f"tensor_scatter_{name}")(x, at[:1, :1], x[:1] * x[:1] * factor)
        for name, factor in (
            ("add", 1.0), ("sub", 1.0), ("update", 1.0), ("max", 3.0), ("min", 0.3))
    }),
    **_rows_of("rows", {
        "diag": lambda x, at: tf.diag(x), "diag_part": lambda x, at: tf.diag_part(
            tf.matmul(x, x, transpose_b=True)),
        "split by sizes": lambda x, at: tf.split(tf.concat([x, x * x], 0), [1, -1])[1],
        "TensorArray split": lambda x, at: tf.TensorArray(tf.float64, 2, infer_shape=False).split(
            tf.concat([x, x * x], 0), [1, 2 * tf.shape(x)[0] - 1]).concat(),
        "tridiagonal_solve": lambda x, at: tf.linalg.tridiagonal_solve(
            tf.stack([x * 0.1, x + 2.0, x * 0.2], -2), x, diagonals_format="compact"),
    }),
    **_rows_of("ids", {
        f"unsorted_segment_{name}": lambda x, at, name=name: tf.boolean_mask(
            getattr(tf, f"unsorted_segment_{name}")(x, at, 3), np.isin(np.arange(3), at))
        for name in ("max", "min")
    }),
    **_rows_of("ids", {
        f"sparse_segment_{name} of a number": lambda x, at, name=name: getattr(
            tf, f"sparse_segment_{name}")(x, np.arange(len(at)), at, num_segments=4)
        for name in ("sum", "mean", "sqrt_n")
    }),
    **_rows_of("matrix", {
        name: lambda x, name=name: tf.abs(getattr(tf.signal, name)(tf.complex(x, x * x)))
        for name in ("fft2d", "ifft", "ifft2d")
    }),
    **_rows_of("images", {
        **{name: lambda x, stride, padding, name=name: tf.abs(
            getattr(tf.signal, name)(tf.complex(x, x * x))) for name in ("fft3d", "ifft3d")},
        "rfft and irfft": lambda x, stride, padding: tf.signal.irfft(
            tf.signal.rfft(x) * tf.complex(x[..., :1], x[..., :1])),
        "max_pool_with_argmax": lambda x, stride, padding: tf.nn.max_pool_with_argmax(
            x, [1, 2, 2, 1], [1, stride, stride, 1], padding)[0],
        "avg_pool3d": lambda x, stride, padding: tf.nn.avg_pool3d(
            x[:, None], [1, 1, 2, 2, 1], [1, 1, stride, stride, 1], padding),
        "extract_volume_patches": lambda x, stride, padding: tf.extract_volume_patches(
            x[:, None], [1, 1, 2, 2, 1], [1, 1, stride, stride, 1], padding),
    }),
}  # fmt: skip
