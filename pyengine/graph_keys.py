"""The names of the standard graph collections."""

from __future__ import annotations

from typing import ClassVar


class GraphKeys:
    """Standard names of graph collections."""

    GLOBAL_VARIABLES: ClassVar[str] = "variables"
    VARIABLES: ClassVar[str] = "variables"
    LOCAL_VARIABLES: ClassVar[str] = "local_variables"
    METRIC_VARIABLES: ClassVar[str] = "metric_variables"
    MODEL_VARIABLES: ClassVar[str] = "model_variables"
    TRAINABLE_VARIABLES: ClassVar[str] = "trainable_variables"
    MOVING_AVERAGE_VARIABLES: ClassVar[str] = "moving_average_variables"
    CONCATENATED_VARIABLES: ClassVar[str] = "concatenated_variables"
    REGULARIZATION_LOSSES: ClassVar[str] = "regularization_losses"
    LOSSES: ClassVar[str] = "losses"
    SUMMARIES: ClassVar[str] = "summaries"
    SUMMARY_OP: ClassVar[str] = "summary_op"
    TABLE_INITIALIZERS: ClassVar[str] = "table_initializer"
    QUEUE_RUNNERS: ClassVar[str] = "queue_runners"
    ASSET_FILEPATHS: ClassVar[str] = "asset_filepaths"
    SAVERS: ClassVar[str] = "savers"
    SAVEABLE_OBJECTS: ClassVar[str] = "saveable_objects"
    RESOURCES: ClassVar[str] = "resources"
    LOCAL_RESOURCES: ClassVar[str] = "local_resources"
    TRAINABLE_RESOURCE_VARIABLES: ClassVar[str] = "trainable_resource_variables"
    EVAL_STEP: ClassVar[str] = "eval_step"
    WEIGHTS: ClassVar[str] = "weights"
    BIASES: ClassVar[str] = "biases"
    ACTIVATIONS: ClassVar[str] = "activations"
    UPDATE_OPS: ClassVar[str] = "update_ops"
    READY_OP: ClassVar[str] = "ready_op"
    READY_FOR_LOCAL_INIT_OP: ClassVar[str] = "ready_for_local_init_op"
    LOCAL_INIT_OP: ClassVar[str] = "local_init_op"
    INIT_OP: ClassVar[str] = "init_op"
    TRAIN_OP: ClassVar[str] = "train_op"
    GLOBAL_STEP: ClassVar[str] = "global_step"
    COND_CONTEXT: ClassVar[str] = "cond_context"
    WHILE_CONTEXT: ClassVar[str] = "while_context"
