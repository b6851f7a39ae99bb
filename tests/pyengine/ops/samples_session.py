"""Where `test_registry_walk` finds the tests of the ops that savers and summaries add."""

WITH_STATE = {
    "AudioSummaryV2": "ops/test_summary.py",
    "HistogramSummary": "ops/test_summary.py",
    "ImageSummary": "ops/test_summary.py",
    "MergeSummary": "ops/test_summary.py",
    "MergeV2Checkpoints": "ops/test_checkpoint.py",
    "Restore": "ops/test_checkpoint.py",
    "RestoreSlice": "ops/test_checkpoint.py",
    "RestoreV2": "ops/test_checkpoint.py",
    "Save": "ops/test_checkpoint.py",
    "SaveSlices": "ops/test_checkpoint.py",
    "SaveV2": "ops/test_checkpoint.py",
    "ScalarSummary": "ops/test_summary.py",
    "ShardedFilename": "ops/test_checkpoint.py",  # a scalar string: it has no array's dtype
    "TensorSummaryV2": "ops/test_summary.py",
    "DeleteSessionTensor": "ops/test_session_handles.py",
    "GetSessionHandle": "ops/test_session_handles.py",
    "GetSessionTensor": "ops/test_session_handles.py",
}
