"""Where `test_registry_walk` finds the tests of the ops that savers and summaries add."""

WITH_STATE = {
    "MergeV2Checkpoints": "ops/test_checkpoint.py",
    "RestoreV2": "ops/test_checkpoint.py",
    "SaveV2": "ops/test_checkpoint.py",
    "ShardedFilename": "ops/test_checkpoint.py",  # a scalar string: it has no array's dtype
}
