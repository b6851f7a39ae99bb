"""Samples for the registry walk: queues, readers, files, data sets."""

import numpy as np

import pyengine as tf

QUEUES = "ops/test_queues.py"
READERS = "ops/test_readers.py"
FILES = "ops/test_files.py"
DATA = "data/test_dataset.py"
ITERATORS = "data/test_iterator.py"
STRINGS = np.array([b"ab", b"cd"], object)

SAMPLES = {
    "DecodeCSV": (
        [np.array([b"1,a", b",b"], object), [np.array([7], np.int32), np.array(b"", object)]],
        {"OUT_TYPE": [tf.int32, tf.string]},
    ),
    "DecodeRaw": ([STRINGS], {"out_type": tf.uint8}),
}

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
    "FixedLengthRecordReaderV2": READERS,
    "IdentityReaderV2": READERS,
    "ReaderNumRecordsProducedV2": READERS,
    "ReaderNumWorkUnitsCompletedV2": READERS,
    "ReaderReadUpToV2": READERS,
    "ReaderReadV2": READERS,
    "ReaderResetV2": READERS,
    "ReaderRestoreStateV2": READERS,
    "ReaderSerializeStateV2": READERS,
    "TFRecordReaderV2": READERS,
    "TextLineReaderV2": READERS,
    "WholeFileReaderV2": READERS,
    "MatchingFiles": FILES,
    "ReadFile": FILES,
    "WriteFile": FILES,
    "BatchDatasetV2": DATA,
    "CSVDataset": "data/test_csv.py",
    "CacheDataset": DATA,
    "ConcatenateDataset": DATA,
    "DatasetToSingleElement": DATA,
    "ReduceDataset": "data/test_reducing.py",
    "FilterDataset": DATA,
    "FixedLengthRecordDatasetV2": DATA,
    "FlatMapDataset": DATA,
    "PythonGeneratorDataset": DATA,
    "GroupByWindowDataset": DATA,
    "IgnoreErrorsDataset": DATA,
    "InterleaveDataset": DATA,
    "MapDataset": DATA,
    "MatchingFilesDataset": DATA,
    "PaddedBatchDatasetV2": DATA,
    "PrefetchDataset": DATA,
    "RangeDataset": DATA,
    "RepeatDataset": DATA,
    "ScanDataset": DATA,
    "ShardDataset": DATA,
    "ShuffleAndRepeatDataset": DATA,
    "ShuffleDataset": DATA,
    "SkipDataset": DATA,
    "TFRecordDataset": DATA,
    "TakeDataset": DATA,
    "TakeWhileDataset": DATA,
    "TensorDataset": DATA,
    "TensorSliceDataset": DATA,
    "TextLineDataset": DATA,
    "UnbatchDataset": DATA,
    "WindowDataset": DATA,
    "ZipDataset": DATA,
    "IteratorFromStringHandleV2": ITERATORS,
    "IteratorGetNext": ITERATORS,
    "IteratorToStringHandle": ITERATORS,
    "IteratorV2": ITERATORS,
    "MakeIterator": ITERATORS,
    "OneShotIterator": ITERATORS,
}
