"""The clip sensor's GATT protocol: packets, commands and the sensor's behaviour, without I/O.

`SPEC.md` is the authority and `spec.toml` its numbers as data; `ids.py` is generated from them.
Standard library only, so that firmware tools can use this package alone.
"""
