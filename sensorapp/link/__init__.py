"""The async shell between a Bluetooth stack and the pure session."""
