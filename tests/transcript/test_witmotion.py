"""Conversations with a WitMotion sensor: what it is told and when, and what is made of it."""

from __future__ import annotations

import struct
from typing import Self

import pytest

from sensorapp.drivers.base import DriverOutput
from sensorapp.drivers.witmotion import DRIVER
from sensorapp.model.actions import Reconnect, Subscribe, Write
from sensorapp.model.device import Advertisement, DeviceInfo, DeviceStatus
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import ActionFailed, Connected, Disconnected, Notification
from sensorapp.model.outputs import Fault

WIT = "wit"
SERVICE = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE = "0000ffe9-0000-1000-8000-00805f9a34fb"
DUAL_SERVICE = "49535343-fe7d-4ae5-8fa9-9fafd205e455"
DUAL_NOTIFY = "49535343-1e4d-4bd9-ba61-23c647249616"
DUAL_WRITE = "49535343-8841-43f4-a8d4-ecbe34729bb3"
SIG_LOOKALIKE = "0000ffe5-0000-1000-8000-00805f9b34fb"

FRAME = struct.pack("<2B9h", 0x55, 0x61, 0, 0, 2048, 0, 0, 0, 0, 0, 0)
READ_RATE, READ_BATTERY, UNLOCK = "ffaa270300", "ffaa276400", "ffaa6988b5"
SIX_AXES, RATE_10, RATE_100 = "ffaa240100", "ffaa030600", "ffaa030900"
PREPARE = [READ_RATE, UNLOCK, SIX_AXES, RATE_100, READ_RATE]
MS = 1_000_000


def answer(register: int, word: int) -> bytes:
    return struct.pack("<2B5H8x", 0x55, 0x71, register, word, 0, 0, 0)


class Talk:
    """One conversation on a clock of its own; `heard` is all that came of it."""

    def __init__(self, rate_mhz: int = 100_000) -> None:
        self.run = DRIVER.open(WIT, rate_mhz)
        self.now_ns = 0
        self.channel = NOTIFY
        self.heard: list[DriverOutput] = []

    def connects(self) -> Self:
        self.heard += self.run.on_input(Connected(self.now_ns, WIT, DRIVER.key, "WT901BLE68", ""))
        return self

    def leaves(self) -> Self:
        self.heard += self.run.on_input(Disconnected(self.now_ns, WIT, wanted=False))
        return self

    def fails(self, action: str, channel: str, why: str = "No such characteristic.") -> Self:
        self.heard += self.run.on_input(ActionFailed(self.now_ns, WIT, action, channel, why))
        return self

    def hears(self, *frames: bytes, after_ms: int = 10) -> Self:
        self.now_ns += after_ms * MS
        data = b"".join(frames)
        self.heard += self.run.on_input(Notification(self.now_ns, WIT, self.channel, data))
        return self

    def frames(self, count: int, every_ms: int = 10) -> Self:
        for _ in range(count):
            self.hears(FRAME, after_ms=every_ms)
        return self

    def streams(self) -> bool:
        return self.run.streaming

    def stops(self) -> Self:
        self.heard += self.run.stop()
        return self

    def prepares(self, code: int = 9) -> Self:
        """From the connection to the sensor's word and the second after it."""
        self.connects().frames(1, 100).hears(answer(3, 6)).frames(4, 100)
        self.hears(answer(3, code), after_ms=20).frames(99)
        self.heard.clear()
        return self

    def told(self) -> list[str]:
        """What was written since, as hex."""
        written = [said.data.hex() for said in self.heard if isinstance(said, Write)]
        self.heard = [said for said in self.heard if not isinstance(said, Write)]
        return written

    def blocks(self) -> list[ImuBlock]:
        found = [said for said in self.heard if isinstance(said, ImuBlock)]
        self.heard.clear()
        return found


def heard_as(name: str, *services: str) -> Advertisement:
    return Advertisement(name, "00:11", -60, services)


def test_which_sensors_are_meant() -> None:
    assert DRIVER.match(heard_as("WT901BLE68", SERVICE))
    assert DRIVER.match(heard_as("", SERVICE))
    assert DRIVER.match(heard_as("HC-WT901", DUAL_SERVICE))
    assert not DRIVER.match(heard_as("RN4870-1234", DUAL_SERVICE))
    assert not DRIVER.match(heard_as("WT901BLE68", SIG_LOOKALIKE))
    assert not DRIVER.match(heard_as("WT901BLE68"))


def test_commands_wait_for_each_other_and_nothing_is_saved() -> None:
    talk = Talk().connects()
    assert talk.heard == [Subscribe(WIT, NOTIFY)]
    for expected in PREPARE:
        talk.told()
        talk.frames(1, 100)
        write = talk.heard[-1]
        assert write == Write(WIT, WRITE, bytes.fromhex(expected), response=False)
        talk.told()
        talk.frames(9)  # 90 ms: too soon for the next one
        assert talk.told() == []
        talk.now_ns -= 90 * MS
    assert "ffaa000000" not in PREPARE


def test_the_stream_begins_a_second_after_the_sensors_word() -> None:
    talk = Talk().connects().frames(5, 100)
    assert talk.told() == PREPARE
    talk.heard.clear()
    assert not talk.streams()
    talk.hears(FRAME, answer(3, 9), FRAME, after_ms=20)
    assert talk.streams()
    (device,) = talk.heard
    assert isinstance(device, DeviceInfo)
    assert (device.model, device.boot_id) == ("WT901BLE68", None)
    assert device.rates_mhz == (10_000, 20_000, 50_000, 100_000, 200_000)
    assert (device.accel_range_g, device.gyro_range_dps, device.buffer_s) == (16.0, 2000.0, 0.0)
    talk.heard.clear()
    talk.frames(99)
    assert talk.told() == [READ_BATTERY]
    assert talk.heard == []
    (block,) = talk.hears(FRAME, FRAME).blocks()
    assert (block.epoch, block.first_index, block.count, block.rate_mhz) == (1, 0, 2, 100_000)
    assert block.ticks is not None


@pytest.mark.parametrize(
    ("wanted_mhz", "code"), [(100_000, 9), (190_000, 10), (52_000, 8), (1_000, 6), (24_000, 7)]
)
def test_the_nearest_rate_that_there_is(wanted_mhz: int, code: int) -> None:
    talk = Talk(wanted_mhz).connects().frames(5, 100)
    assert talk.told()[3] == f"ffaa03{code:02x}00"


def test_a_sensor_that_keeps_another_rate_is_taken_at_its_word() -> None:
    talk = Talk().connects().frames(5, 100).hears(answer(3, 6))
    assert not talk.streams()  # may be the answer to the question before
    talk.frames(1, 100)
    assert talk.told() == [*PREPARE, READ_RATE]
    talk.hears(answer(3, 6), FRAME)
    assert talk.streams()
    (block,) = talk.frames(11, 100).blocks()[:1]
    assert block.rate_mhz == 10_000


def test_a_rate_that_nobody_knows_ends_the_connection() -> None:
    talk = Talk().connects().frames(5, 100).hears(answer(3, 3)).frames(1, 100)
    talk.told()
    talk.heard.clear()
    talk.hears(answer(3, 3))
    message = "The sensor's rate can't be used (rate code 3)."
    assert talk.heard == [Fault(WIT, None, "start_refused", message), Reconnect(WIT, message)]
    assert not talk.streams()


def test_a_sensor_that_answers_nothing_is_counted() -> None:
    talk = Talk().connects().frames(5, 100).frames(230)
    assert not talk.streams()
    assert talk.told() == [*PREPARE, READ_RATE]
    talk.frames(20)
    assert talk.streams()
    assert talk.frames(100).blocks()[0].rate_mhz == 100_000


def test_a_count_that_fits_no_rate_ends_the_connection() -> None:
    talk = Talk().connects().frames(5, 100).frames(200, 15)
    assert isinstance(talk.heard[-1], Reconnect)
    assert not talk.streams()


def test_the_dual_mode_service_is_tried_where_the_other_is_missing() -> None:
    talk = Talk().connects().fails("Subscribe", NOTIFY)
    assert talk.heard == [Subscribe(WIT, NOTIFY), Subscribe(WIT, DUAL_NOTIFY)]
    talk.channel = DUAL_NOTIFY
    talk.frames(1)
    assert talk.heard[-1] == Write(WIT, DUAL_WRITE, bytes.fromhex(READ_RATE), response=False)


@pytest.mark.parametrize(
    ("action", "channel"), [("Subscribe", DUAL_NOTIFY), ("Write", WRITE), ("Write", DUAL_WRITE)]
)
def test_without_a_way_to_talk_another_connection_is_tried(action: str, channel: str) -> None:
    talk = Talk().connects().fails(action, channel, "It was refused.")
    assert talk.heard[-1] == Reconnect(WIT, "It was refused.")
    talk.heard.clear()
    assert talk.fails(action, channel).heard == []


def test_a_battery_that_can_not_be_read_ends_no_stream() -> None:
    talk = Talk().prepares().fails("Write", WRITE)
    assert talk.heard == []
    assert talk.streams()


def test_the_battery_is_asked_for_once_a_minute() -> None:
    talk = Talk().prepares().frames(1)
    talk.hears(answer(0x64, 395))
    status = talk.heard[-1]
    assert status == DeviceStatus(WIT, talk.now_ns, 85, None, None, None)
    talk.told()
    talk.frames(58, 1000)
    assert talk.told() == []
    talk.frames(62, 1000)
    assert talk.told() == [READ_BATTERY] * 2


def test_answers_between_samples_are_no_samples() -> None:
    talk = Talk().prepares()
    blocks = talk.hears(FRAME, answer(0x64, 395), FRAME, answer(0x51, 1), FRAME).blocks()
    assert [(block.first_index, block.count) for block in blocks] == [(0, 1), (1, 1), (2, 1)]


def test_fragments_and_junk() -> None:
    talk = Talk().prepares()
    talk.hears(FRAME[:13]).hears(FRAME[13:], FRAME[:1])
    assert [block.count for block in talk.blocks()] == [1]
    talk.hears(FRAME[1:])
    assert [block.count for block in talk.blocks()] == [1]
    talk.hears(b"\x00\x55\x33")
    message = "3 bytes were part of no frame and were left out."
    assert talk.heard == [Fault(WIT, None, "packet_framing", message)]


def test_blocks_begin_where_the_clock_is_looked_at() -> None:
    talk = Talk().prepares()
    for _ in range(103):
        talk.hears(*[FRAME] * 10, after_ms=100)
    blocks = talk.blocks()
    assert [(block.first_index, block.count) for block in blocks[-2:]] == [(1020, 4), (1024, 6)]
    ticked = {block.first_index: block.ticks for block in blocks if block.ticks is not None}
    assert list(ticked) == [0, 1024]
    assert ticked[1024] - ticked[0] == pytest.approx(10.24 * 32_768, abs=2)
    assert sum(block.count for block in blocks) == 1030


def test_stop_puts_the_rate_back_and_the_answer_ends_the_stream() -> None:
    talk = Talk().prepares().frames(5)
    talk.told()
    talk.stops()
    assert talk.told() == [UNLOCK]
    talk.hears(answer(3, 9)).frames(20)
    assert talk.told() == [RATE_10, READ_RATE]
    assert talk.streams()
    talk.heard.clear()
    talk.hears(FRAME, answer(3, 6), FRAME)
    assert not talk.streams()
    assert talk.blocks() == []  # came at the rate that was put back
    assert talk.stops().heard == []


def test_stop_before_the_stream_has_nothing_to_end() -> None:
    talk = Talk().connects().frames(2, 100)
    talk.heard.clear()
    assert talk.stops().frames(20).heard == []


def test_each_connection_is_an_epoch_and_the_rate_found_first_is_kept() -> None:
    talk = Talk().prepares().frames(5)
    assert {block.epoch for block in talk.blocks()} == {1}
    talk.hears(FRAME[:9]).leaves()
    assert not talk.streams()
    talk.connects().frames(1, 100).hears(answer(3, 9)).frames(4, 100).hears(answer(3, 9))
    talk.heard.clear()
    (block, *_) = talk.frames(103).blocks()
    assert (block.epoch, block.first_index) == (2, 0)
    talk.stops().frames(25)
    assert talk.told() == [UNLOCK, RATE_10, READ_RATE]
