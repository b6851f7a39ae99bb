"""Checkpoint files in the tensor bundle format of TensorFlow ("V2")."""
