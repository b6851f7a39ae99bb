"""Images: the `tf.image` namespace."""

from __future__ import annotations

from pyengine.image.boxes import *
from pyengine.image.color import *
from pyengine.image.geometry import *
from pyengine.image.quality import *
from pyengine.image.resizing import *
from pyengine.ops.image_color import hsv_to_rgb, rgb_to_hsv
from pyengine.ops.image_crop import crop_and_resize
from pyengine.ops.image_distort import sample_distorted_bounding_box
from pyengine.ops.image_draw import draw_bounding_boxes
from pyengine.ops.image_encode import *
from pyengine.ops.image_files import *
from pyengine.ops.image_glimpse import extract_glimpse
from pyengine.ops.image_webp import decode_webp
from pyengine.ops.patches import extract_image_patches, extract_patches
