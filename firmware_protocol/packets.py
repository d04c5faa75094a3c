"""The packets of the protocol in one place; each has a module of its own."""

from firmware_protocol.advertising import ServiceData
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from firmware_protocol.status import Status

__all__ = ["Info", "MotionPacket", "ServiceData", "Status"]
