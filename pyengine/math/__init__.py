"""Mathematical functions: the `tf.math` namespace."""

from __future__ import annotations

from pyengine.math import special
from pyengine.ops.array import invert_permutation
from pyengine.ops.check import is_non_decreasing, is_strictly_increasing
from pyengine.ops.compare import (
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    not_equal,
)
from pyengine.ops.complex import angle, imag, real
from pyengine.ops.confusion import confusion_matrix
from pyengine.ops.cumulative import cumprod, cumsum, cumulative_logsumexp
from pyengine.ops.elementwise import (
    abs,
    ceil,
    digamma,
    erf,
    exp,
    expm1,
    floor,
    is_finite,
    is_inf,
    is_nan,
    lgamma,
    log,
    log1p,
    log_sigmoid,
    polygamma,
    reciprocal,
    rint,
    round,
    rsqrt,
    sigmoid,
    sign,
    sqrt,
    square,
    tanh,
    zeta,
)
from pyengine.ops.histograms import bincount
from pyengine.ops.math import (
    add,
    conj,
    divide,
    floordiv,
    floormod,
    maximum,
    minimum,
    mod,
    multiply,
    negative,
    pow,
    squared_difference,
    subtract,
    truediv,
)
from pyengine.ops.nn import in_top_k, l2_normalize, softplus, softsign, top_k
from pyengine.ops.nonan import (
    div_no_nan as divide_no_nan,
)
from pyengine.ops.nonan import (
    multiply_no_nan,
    nextafter,
    polyval,
    reciprocal_no_nan,
    scalar_mul,
    xdivy,
    xlog1py,
    xlogy,
)
from pyengine.ops.reduce import (
    argmax,
    argmin,
    reduce_all,
    reduce_any,
    reduce_logsumexp,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
)
from pyengine.ops.segment import (
    segment_max,
    segment_mean,
    segment_min,
    segment_prod,
    segment_sum,
    unsorted_segment_max,
    unsorted_segment_mean,
    unsorted_segment_min,
    unsorted_segment_prod,
    unsorted_segment_sqrt_n,
    unsorted_segment_sum,
)
from pyengine.ops.softmax import log_softmax, softmax
from pyengine.ops.special import (
    bessel_i0,
    bessel_i0e,
    bessel_i1,
    bessel_i1e,
    betainc,
    erfc,
    erfcinv,
    erfinv,
    igamma,
    igammac,
    lbeta,
    ndtri,
)
from pyengine.ops.statistics import (
    count_nonzero,
    reduce_euclidean_norm,
    reduce_std,
    reduce_variance,
    zero_fraction,
)
from pyengine.ops.sums import accumulate_n, add_n
from pyengine.ops.trigonometry import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    sin,
    sinh,
    tan,
)
