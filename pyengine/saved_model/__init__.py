"""`tf.saved_model`: models as directories that TensorFlow Serving and others load.

A directory has the graph in `saved_model.pb`, the variables' values as a checkpoint in
`variables/`, and files that the graph reads in `assets/`.
"""

from __future__ import annotations

from pyengine.saved_model import builder, loader, main_op, signature_def_utils, utils
from pyengine.saved_model.builder import SavedModelBuilder, simple_save
from pyengine.saved_model.builder import SavedModelBuilder as Builder
from pyengine.saved_model.constants import constants, signature_constants, tag_constants
from pyengine.saved_model.loader import contains_saved_model, load, maybe_saved_model_directory
from pyengine.saved_model.main_op import main_op_with_restore
from pyengine.saved_model.signature_def_utils import (
    build_signature_def,
    classification_signature_def,
    is_valid_signature,
    predict_signature_def,
    regression_signature_def,
)
from pyengine.saved_model.utils import build_tensor_info, get_tensor_from_tensor_info

ASSETS_DIRECTORY = constants.ASSETS_DIRECTORY
ASSETS_KEY = constants.ASSETS_KEY
LEGACY_INIT_OP_KEY = constants.LEGACY_INIT_OP_KEY
MAIN_OP_KEY = constants.MAIN_OP_KEY
SAVED_MODEL_FILENAME_PB = constants.SAVED_MODEL_FILENAME_PB
SAVED_MODEL_FILENAME_PBTXT = constants.SAVED_MODEL_FILENAME_PBTXT
SAVED_MODEL_SCHEMA_VERSION = constants.SAVED_MODEL_SCHEMA_VERSION
VARIABLES_DIRECTORY = constants.VARIABLES_DIRECTORY
VARIABLES_FILENAME = constants.VARIABLES_FILENAME
SERVING = tag_constants.SERVING
TRAINING = tag_constants.TRAINING
GPU = tag_constants.GPU
TPU = tag_constants.TPU
DEFAULT_SERVING_SIGNATURE_DEF_KEY = signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
CLASSIFY_INPUTS = signature_constants.CLASSIFY_INPUTS
CLASSIFY_METHOD_NAME = signature_constants.CLASSIFY_METHOD_NAME
CLASSIFY_OUTPUT_CLASSES = signature_constants.CLASSIFY_OUTPUT_CLASSES
CLASSIFY_OUTPUT_SCORES = signature_constants.CLASSIFY_OUTPUT_SCORES
PREDICT_INPUTS = signature_constants.PREDICT_INPUTS
PREDICT_METHOD_NAME = signature_constants.PREDICT_METHOD_NAME
PREDICT_OUTPUTS = signature_constants.PREDICT_OUTPUTS
REGRESS_INPUTS = signature_constants.REGRESS_INPUTS
REGRESS_METHOD_NAME = signature_constants.REGRESS_METHOD_NAME
REGRESS_OUTPUTS = signature_constants.REGRESS_OUTPUTS
