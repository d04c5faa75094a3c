"""A companion for a Bluetooth IMU sensor clipped to the upper back."""

__version__ = "0.1.0"
