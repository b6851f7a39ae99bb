"""Samples for the registry walk: queues, readers, files, data sets."""

QUEUES = "ops/test_queues.py"

SAMPLES: dict = {}

WITH_STATE = {
    "FIFOQueueV2": QUEUES,
    "PaddingFIFOQueueV2": QUEUES,
    "PriorityQueueV2": QUEUES,
    "QueueCloseV2": QUEUES,
    "QueueDequeueManyV2": QUEUES,
    "QueueDequeueUpToV2": QUEUES,
    "QueueDequeueV2": QUEUES,
    "QueueEnqueueManyV2": QUEUES,
    "QueueEnqueueV2": QUEUES,
    "QueueIsClosedV2": QUEUES,
    "QueueSizeV2": QUEUES,
    "RandomShuffleQueueV2": QUEUES,
}
