"""What tests ask of their surroundings."""

import os
import subprocess
import sys

import pyengine as tf


def test_devices():
    assert not tf.test.is_gpu_available()
    assert not tf.test.is_gpu_available(cuda_only=True)
    assert tf.test.gpu_device_name() == ""
    assert not tf.test.is_built_with_cuda()
    assert not tf.test.is_built_with_gpu_support()
    assert not tf.test.is_built_with_rocm()
    assert not tf.test.is_built_with_xla()


def test_folders():
    assert os.path.isdir(tf.test.get_temp_dir())
    assert tf.test.get_temp_dir() == tf.test.get_temp_dir()
    assert os.path.isfile(tf.test.test_src_dir_path("version.py"))


def test_a_program_of_tests(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import pyengine as tf\n"
        "class T(tf.test.TestCase):\n"
        "    def test_it(self):\n"
        "        self.assertAllEqual(self.evaluate(tf.constant([1]) + 1), [2])\n"
        "tf.test.main()\n"
    )
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "OK" in done.stderr
