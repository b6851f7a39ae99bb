"""The versions of the API and of its graphs: the `tf.version` namespace.

Example:
    >>> import pyengine as tf
    >>> tf.version.VERSION == tf.__version__
    True
"""

from __future__ import annotations

import pyengine as _tf

VERSION = _tf.VERSION
GIT_VERSION = _tf.GIT_VERSION
COMPILER_VERSION = _tf.COMPILER_VERSION
GRAPH_DEF_VERSION = _tf.GRAPH_DEF_VERSION
GRAPH_DEF_VERSION_MIN_CONSUMER = _tf.GRAPH_DEF_VERSION_MIN_CONSUMER
GRAPH_DEF_VERSION_MIN_PRODUCER = _tf.GRAPH_DEF_VERSION_MIN_PRODUCER
