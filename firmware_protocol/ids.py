"""Numbers of the protocol. Generated from `spec.toml`; do not edit."""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum
from typing import Final

MAJOR: Final = 1
"""Major version: bits 7-5 of Motion Data, Status and service data."""
MINOR: Final = 0
"""Minor version: additions that an older peer can ignore."""
TICK_HZ: Final = 32768
"""Ticks per second of the sensor clock; a tick count is u32 and wraps."""
ANCHOR_SPAN_SAMPLES: Final = 1024
"""A packet begins at every index that is a multiple of this."""
NO_INDEX: Final = 0xFFFFFFFF
"""Stands for 'no sample yet'; never the index of a sample."""
BATTERY_UNKNOWN: Final = 0xFF
"""Battery per cent where it can't be told."""
LOW_BATTERY_PCT: Final = 10
"""At or below this the low-battery bits are set."""
DEFAULT_ACCEL_EXP: Final = 12
"""Accelerometer LSB 2^-12 g: +-8 g."""
DEFAULT_GYRO_EXP: Final = 4
"""Gyroscope LSB 2^-4 deg/s: +-2048 deg/s."""
MIN_ATT_MTU: Final = 23
"""Smallest ATT_MTU of Bluetooth LE."""
MAX_VALUE_BYTES: Final = 512
"""Longest attribute value, and longest assembled answer."""
REPLY: Final = 0x80
"""First byte of an answer, or of the last part of a split one."""
REPLY_MORE: Final = 0x81
"""First byte of a part of an answer that goes on in the next indication."""
HAPTIC_CUSTOM: Final = 0xFF
"""HAPTIC pattern whose pulses are listed in the request."""
CONFIRMATION: Final = 0xA55A
"""Sent along with ERASE and FACTORY_RESET."""
STANDARD_GRAVITY_MPS2: Final = 9.80665
"""1 g, exactly."""

# Wire layouts, for `struct`; field by field in the appendix of SPEC.md.
MOTION_HEADER_LAYOUT: Final = "<BBBBI"
TICKS_LAYOUT: Final = "<I"
STATUS_LAYOUT: Final = "<BBHBBHIII"
SERVICE_DATA_LAYOUT: Final = "<BBBHB"
START_REQUEST_LAYOUT: Final = "<BIBBB"
START_ANSWER_LAYOUT: Final = "<BIII"
POSITION_LAYOUT: Final = "<BI"
AVAILABLE_LAYOUT: Final = "<II"
BACKFILL_REQUEST_LAYOUT: Final = "<BII"
BACKFILL_END_LAYOUT: Final = "<I"
TIME_SYNC_REQUEST_LAYOUT: Final = "<Q"
TIME_SYNC_ANSWER_LAYOUT: Final = "<QQQ"
UNIX_TIME_LAYOUT: Final = "<QQ"
SET_ALERT_REQUEST_LAYOUT: Final = "<BHHBBH"
STOP_ANSWER_LAYOUT: Final = "<I"


class Characteristic(StrEnum):
    """Our service and its characteristics."""

    SERVICE = "66430001-e53d-4bac-a2d2-c460c499e51d"
    """primary service"""
    INFO = "66430002-e53d-4bac-a2d2-c460c499e51d"
    """read"""
    CONTROL = "66430003-e53d-4bac-a2d2-c460c499e51d"
    """write, write without response, indicate"""
    MOTION = "66430004-e53d-4bac-a2d2-c460c499e51d"
    """notify"""
    STATUS = "66430005-e53d-4bac-a2d2-c460c499e51d"
    """read, notify"""


class SigCharacteristic(StrEnum):
    """Reused unchanged from the Bluetooth SIG: Device Information and Battery."""

    DEVICE_INFORMATION = "0000180a-0000-1000-8000-00805f9b34fb"
    """primary service"""
    BATTERY = "0000180f-0000-1000-8000-00805f9b34fb"
    """primary service"""
    BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
    """read, notify"""
    MODEL_NUMBER = "00002a24-0000-1000-8000-00805f9b34fb"
    """read"""
    SERIAL_NUMBER = "00002a25-0000-1000-8000-00805f9b34fb"
    """read"""
    FIRMWARE_REVISION = "00002a26-0000-1000-8000-00805f9b34fb"
    """read"""


class MotionFormat(IntEnum):
    """What one sample of Motion Data holds."""

    GYRO_ACCEL = 0x00
    """gyroscope xyz, accelerometer xyz, int16: 12 bytes"""
    ACCEL = 0x01
    """accelerometer xyz, int16: 6 bytes"""
    QUATERNION = 0x02
    """smallest-three quaternion: 8 bytes; later"""
    GYRO_ACCEL_MAG = 0x03
    """gyroscope, accelerometer, magnetometer, int16: 18 bytes; later"""
    ANGLES = 0x04
    """angles made on the sensor, 3 x int16, 0.01 deg: 6 bytes; later"""
    DELTA = 0x05
    """reserved for compressed samples"""


class MotionFlag(IntFlag):
    """Flags of a Motion Data packet."""

    BACKFILL = 1 << 0
    """sent again, or from the store; not live"""
    GAP = 1 << 1
    """samples right before the first one are lost for good"""
    ACCEL_CLIPPED = 1 << 2
    """an accelerometer value in this packet is clipped"""
    GYRO_CLIPPED = 1 << 3
    """a gyroscope value in this packet is clipped"""
    WORN = 1 << 4
    """on the body when the packet was finished"""
    WORN_VALID = 1 << 5
    """bit 4 means something"""
    CLOCK_STEP = 1 << 6
    """the tick clock was moved; stays until an anchor packet has gone out"""
    HAPTIC_RAN = 1 << 7
    """the motor ran during this packet"""


class StatusState(IntEnum):
    """What the sensor is doing."""

    IDLE = 0x00
    """no samples are taken"""
    STREAMING = 0x01
    """samples are taken and sent"""
    BUFFERING = 0x02
    """samples are taken and kept, nobody fetches them"""
    BACKGROUND = 0x03
    """not worn: accelerometer only"""
    GUARDING = 0x04
    """no stream, but the local alert watches"""
    ASLEEP = 0x05
    """about to switch off"""
    FAULT = 0x06
    """the inertial sensor or the store failed"""


class StatusFlag(IntFlag):
    """Flags of Status."""

    WORN = 1 << 0
    """on the body"""
    WORN_VALID = 1 << 1
    """bit 0 means something"""
    CHARGING = 1 << 2
    """the battery is being charged"""
    EXTERNAL_POWER = 1 << 3
    """a charger is connected"""
    LOW_BATTERY = 1 << 4
    """10 % or less"""
    TIME_SET = 1 << 5
    """Unix time is known"""
    TARE_SET = 1 << 6
    """a gravity vector is stored"""
    HAPTIC_PRESENT = 1 << 7
    """there is a motor"""
    BUTTON = 1 << 8
    """pressed since the last Status"""
    STORAGE_PRESENT = 1 << 9
    """there is a store beyond RAM"""
    OVERRUN = 1 << 10
    """samples of this epoch were lost"""
    IMU_FAULT = 1 << 11
    """the inertial sensor failed"""
    FLASH_FAULT = 1 << 12
    """the store failed"""
    WATCHDOG_RESET = 1 << 13
    """the last boot came from the watchdog"""
    LOCAL_ALERT = 1 << 14
    """the local alert has fired since the last Status"""


class ScanFlag(IntFlag):
    """Flags of the service data in the scan response."""

    WORN = 1 << 0
    """on the body; 0 also if unknown"""
    STREAMING = 1 << 1
    """samples are taken"""
    BACKLOG = 1 << 2
    """samples wait to be fetched"""
    CHARGING = 1 << 3
    """the battery is being charged"""
    LOW_BATTERY = 1 << 4
    """10 % or less"""
    OWNED = 1 << 5
    """an identity key is set"""
    FAULT = 1 << 6
    """the inertial sensor or the store failed"""


class Op(IntEnum):
    """Operations of the control point; 0x20-0x2F are kept for the identity check."""

    GET_CAPS = 0x01
    """the Info TLVs"""
    START = 0x02
    """begin a stream in a new epoch"""
    STOP = 0x03
    """end the stream"""
    RESUME = 0x05
    """go on from an index of an epoch"""
    BACKFILL = 0x06
    """send a range again"""
    ACK = 0x07
    """all below an index is safely stored; no answer"""
    TIME_SYNC = 0x08
    """a round trip of clocks"""
    SET_TIME = 0x09
    """Unix time at a tick"""
    GET_TIME = 0x0A
    """Unix time at a tick"""
    HAPTIC = 0x0B
    """run the motor"""
    IDENTIFY = 0x0C
    """blink"""
    TARE = 0x0D
    """set, clear or get the gravity vector"""
    SET_ALERT = 0x0E
    """buzz on a slouch with no host near"""
    SLEEP = 0x0F
    """idle or ship mode"""
    PROFILE = 0x10
    """low power, balanced or live"""
    ERASE = 0x11
    """forget stored samples"""
    FACTORY_RESET = 0x12
    """forget everything"""


class Result(IntEnum):
    """How an operation ended."""

    OK = 0x00
    """done"""
    UNKNOWN_OP = 0x01
    """no such operation"""
    LENGTH = 0x02
    """parameters too short"""
    PARAMETER = 0x03
    """a parameter is out of its range"""
    UNSUPPORTED = 0x04
    """known, but this sensor doesn't do it"""
    STATE = 0x05
    """not possible now"""
    BUSY = 0x06
    """another operation is under way"""
    EPOCH_UNKNOWN = 0x07
    """nothing is held of that epoch"""
    RANGE_LOST = 0x08
    """part of the range is lost"""
    ON_CHARGER = 0x09
    """not while charging"""
    STORAGE_FAULT = 0x0A
    """the store failed"""
    SENSOR_FAULT = 0x0B
    """the inertial sensor failed"""


class StartOption(IntFlag):
    """Options of START; a sensor without the feature ignores them."""

    BUFFER = 1 << 0
    """keep samples while the link is lost"""
    RAM_ONLY = 1 << 1
    """do not write to flash"""
    ACCEL_IF_NOT_WORN = 1 << 2
    """accelerometer only while not worn"""


class Tlv(IntEnum):
    """Types of the Info records; 0x20-0x2F are kept for identity, 0xF0-0xFF for experiments."""

    PROTOCOL = 0x01
    """u8 major, u8 minor"""
    MODEL = 0x02
    """1-32 printable ASCII characters"""
    FIRMWARE = 0x03
    """1-32 printable ASCII characters"""
    BOOT_ID = 0x04
    """u32, another one after every reboot"""
    FEATURES = 0x05
    """u32, Feature"""
    RATES = 0x06
    """1-63 x u32, mHz, rising"""
    ACCEL_RANGE = 0x07
    """u32, 0.001 g, one side"""
    GYRO_RANGE = 0x08
    """u32, 0.001 deg/s, one side"""
    BUFFER = 0x09
    """u32 samples of format 0, u32 bytes; 0 without a buffer"""
    SECURITY = 0x0A
    """u8: 0 open link, 1 encrypted link required"""
    FORMATS = 0x0B
    """u16, bit n set if format n can be sent"""
    SHORT_ID = 0x0C
    """u16, as in name and service data"""


class HapticPattern(IntEnum):
    """Stored patterns of HAPTIC and SET_ALERT, repeated with a pause of 200 ms."""

    SHORT = 0x00
    """100 ms"""
    DOUBLE = 0x01
    """100 ms on, 100 ms off, 100 ms on"""
    LONG = 0x02
    """500 ms"""


class TareAction(IntEnum):
    """What TARE does before it answers with the vector in force."""

    GET = 0x00
    """nothing"""
    SET_NOW = 0x01
    """take the mean of the newest samples"""
    CLEAR = 0x02
    """forget it"""
    SET = 0x03
    """take the vector in the request"""


class SleepMode(IntEnum):
    """How deep SLEEP is."""

    IDLE = 0x00
    """a touch, a charger or a connection wakes it"""
    SHIP = 0x01
    """a charger alone wakes it"""


class Profile(IntEnum):
    """What PROFILE asks the radio for; BALANCED after each connection."""

    LOW_POWER = 0x00
    """interval 100-125 ms, latency 2, supervision timeout 6 s"""
    BALANCED = 0x01
    """interval 15-30 ms, latency 0, supervision timeout 4 s"""
    LIVE = 0x02
    """interval 7.5-15 ms, latency 0, supervision timeout 4 s"""


class Feature(IntFlag):
    """What a sensor can do beyond GET_CAPS, START, STOP and ACK."""

    RESUME = 1 << 0
    """RESUME"""
    BACKFILL = 1 << 1
    """BACKFILL"""
    RAM_BUFFER = 1 << 2
    """keeps samples in RAM while the link is lost"""
    FLASH_BUFFER = 1 << 3
    """keeps samples in flash"""
    TIME_SYNC = 1 << 4
    """TIME_SYNC"""
    WALL_TIME = 1 << 5
    """SET_TIME, GET_TIME"""
    HAPTIC = 1 << 6
    """HAPTIC"""
    IDENTIFY = 1 << 7
    """IDENTIFY"""
    TARE = 1 << 8
    """TARE"""
    LOCAL_ALERT = 1 << 9
    """SET_ALERT"""
    SLEEP = 1 << 10
    """SLEEP"""
    PROFILES = 1 << 11
    """PROFILE"""
    ERASE = 1 << 12
    """ERASE, FACTORY_RESET"""
    WORN_DETECTION = 1 << 13
    """knows whether it is worn"""
    IDENTITY = 1 << 14
    """the identity check, operations 0x20-0x2F"""


class AttCode(IntEnum):
    """ATT error codes that the sensor uses (Bluetooth Core, vol 3 part F 3.4.1.1; CSS part B)."""

    READ_NOT_PERMITTED = 0x02
    """the characteristic can't be read"""
    WRITE_NOT_PERMITTED = 0x03
    """the characteristic can't be written"""
    REQUEST_NOT_SUPPORTED = 0x06
    """the characteristic has no notifications"""
    ATTRIBUTE_NOT_FOUND = 0x0A
    """no such characteristic"""
    INVALID_LENGTH = 0x0D
    """a control write without operation and token"""
    UNLIKELY_ERROR = 0x0E
    """the value isn't known"""
    CCCD_IMPROPERLY_CONFIGURED = 0xFD
    """control written while its indications are off"""
    PROCEDURE_IN_PROGRESS = 0xFE
    """control written before the last answer was confirmed"""
