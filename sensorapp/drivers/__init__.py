"""One file per sensor: bytes in, samples and actions out. Nothing here does I/O."""
