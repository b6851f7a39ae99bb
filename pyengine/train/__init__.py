"""Training: the `tf.train` namespace."""

from __future__ import annotations

from pyengine.train.adadelta import AdadeltaOptimizer
from pyengine.train.adagrad import AdagradOptimizer
from pyengine.train.adagrad_da import AdagradDAOptimizer
from pyengine.train.adam import AdamOptimizer
from pyengine.train.batching import *
from pyengine.train.coordinator import *
from pyengine.train.ftrl import FtrlOptimizer
from pyengine.train.gradient_descent import GradientDescentOptimizer
from pyengine.train.input import *
from pyengine.train.learning_rate_decay import *
from pyengine.train.momentum import MomentumOptimizer
from pyengine.train.moving_averages import ExponentialMovingAverage
from pyengine.train.optimizer import Optimizer
from pyengine.train.proximal_adagrad import ProximalAdagradOptimizer
from pyengine.train.proximal_gradient_descent import ProximalGradientDescentOptimizer
from pyengine.train.queue_runner import *
from pyengine.train.rmsprop import RMSPropOptimizer
from pyengine.train.training_util import *

# Files and messages: imported when they are first used.
_LAZY = {
    name: f"pyengine.train.{module}"
    for module, names in {
        "checkpoint": "Checkpoint",
        "checkpoint_manager": "CheckpointManager checkpoints_iterator",
        "checkpoint_management": (
            "checkpoint_exists generate_checkpoint_state_proto get_checkpoint_mtimes "
            "get_checkpoint_state latest_checkpoint remove_checkpoint update_checkpoint_state"
        ),
        "checkpoint_utils": (
            "NewCheckpointReader init_from_checkpoint list_variables load_checkpoint load_variable"
        ),
        "basic_session_run_hooks": (
            "CheckpointSaverHook CheckpointSaverListener FeedFnHook FinalOpsHook "
            "GlobalStepWaiterHook LoggingTensorHook NanLossDuringTrainingError NanTensorHook "
            "ProfilerHook SecondOrStepTimer StepCounterHook StopAtStepHook SummarySaverHook"
        ),
        "device_setter": "replica_device_setter",
        "graph_io": "write_graph",
        "meta_graph": "export_meta_graph import_meta_graph",
        "early_stopping": "EarlyStoppingHook",
        "monitored_session": ("MonitoredSession MonitoredTrainingSession SingularMonitoredSession"),
        "saver": "Saver",
        "scaffold": "ChiefSessionCreator Scaffold SessionCreator WorkerSessionCreator",
        "session_manager": "SessionManager",
        "session_run_hook": "SessionRunArgs SessionRunContext SessionRunHook SessionRunValues",
        "supervisor": "Supervisor",
    }.items()
    for name in names.split()
}
_MESSAGES = (
    "BytesList", "CheckpointState", "ClusterDef", "Example", "Feature", "FeatureList",
    "FeatureLists", "Features", "FloatList", "Int64List", "JobDef", "SaverDef", "SequenceExample",
)  # fmt: skip
_LAZY |= dict.fromkeys(_MESSAGES, "pyengine.protos")
_LAZY |= {
    "SummaryWriter": "pyengine.summary.writer",
    "summary_iterator": "pyengine.summary.reader",
}

# What runs several processes, which this engine does not.
_DISTRIBUTED = frozenset(("ClusterSpec", "Server", "SyncReplicasOptimizer"))


def __getattr__(name: str) -> object:
    import importlib

    if name in _LAZY:
        found = getattr(importlib.import_module(_LAZY[name]), name)
        globals()[name] = found
        return found
    if name in _DISTRIBUTED:
        raise AttributeError(
            f"tf.train.{name} is a part of distributed TensorFlow, and everything runs in one "
            f"process here: leave it out, and use tf.Session() or MonitoredTrainingSession()"
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
