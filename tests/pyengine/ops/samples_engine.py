"""Samples of CTC, edit distances, glimpses and printing, for `test_registry_walk`."""

import numpy as np

rng = np.random.default_rng(7)
LOGITS = rng.normal(size=(4, 2, 3))
LABELS = [np.array([[0, 0], [0, 1], [1, 0]]), np.array([0, 1, 1], np.int32)]
LENGTHS = np.array([4, 3], np.int32)
TEXT = np.array(b"text", object)
SAMPLES = {
    "CTCLoss": ([LOGITS, *LABELS, LENGTHS], {}),
    "CTCGreedyDecoder": ([LOGITS, LENGTHS], {"merge_repeated": True}),
    "CTCBeamSearchDecoder": ([LOGITS, LENGTHS], {"beam_width": 5, "top_paths": 2}),
}
WITH_STATE = {
    "EditDistance": "its shapes are int64; see test_edit_distance",
    "ExtractGlimpse": "it is of float32 alone; see test_image_glimpse",
    "PrintV2": "it has no output; see test_printing",
}
NUMERIC_EXEMPT = {"CTCLoss": "its second output is the slope; see test_ctc"}
