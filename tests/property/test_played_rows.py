"""Rows that are rounded by the thousand and packed by the packet, against row by row."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2, TICK_HZ, MotionFlag
from firmware_protocol.peripheral import Peripheral, PeripheralConfig, Send
from firmware_protocol.quantise import clip_threshold, pack_row, quantise
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.actions import Action, Read, Subscribe, Write
from sensorapp.model.inputs import (
    Connected,
    Disconnected,
    Input,
    Notification,
    Tick,
    ValueRead,
)
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.quantised import quantise_rows
from sensorapp.virtual.samples import Floats, Row, SampleStream, rows_of_table, stream_of_arrays
from sensorapp.virtual.wire import WIRE_MTU, play_through

NS = 1_000_000_000
REAL = st.one_of(
    st.floats(-1e3, 1e3),
    st.floats(-1e300, 1e300),
    st.integers(-70_000, 70_000).map(lambda counts: counts / 2.0 / 4096 * STANDARD_GRAVITY_MPS2),
    st.integers(-70_000, 70_000).map(lambda counts: math.radians(counts / 2.0 / 16)),
)
ROW = st.tuples(REAL, REAL, REAL, REAL, REAL, REAL)
RANGES = st.tuples(st.sampled_from([2.0, 4.0, 8.0, 16.0]), st.sampled_from([125.0, 500.0, 2000.0]))


def reference(
    row: Row, accel_exp: int, gyro_exp: int, accel_range_g: float, gyro_range_dps: float
) -> tuple[bytes, int]:
    """A row in wire form, value by value, and what of it is clipped."""
    accel_g = tuple(value / STANDARD_GRAVITY_MPS2 for value in row[:3])
    gyro_dps = tuple(math.degrees(value) for value in row[3:])
    clipped = 0
    for flag, values, exponent, most in (
        (MotionFlag.ACCEL_CLIPPED, accel_g, accel_exp, accel_range_g),
        (MotionFlag.GYRO_CLIPPED, gyro_dps, gyro_exp, gyro_range_dps),
    ):
        threshold = clip_threshold(most, exponent)
        if any(abs(quantise(value, exponent)) >= threshold for value in values):
            clipped |= flag
    (a, b, c), (x, y, z) = accel_g, gyro_dps
    return pack_row((x, y, z), (a, b, c), gyro_exp, accel_exp), clipped


@given(
    rows=st.lists(ROW, min_size=1, max_size=20),
    accel_exp=st.integers(0, 15),
    gyro_exp=st.integers(0, 15),
    ranges=RANGES,
)
def test_many_rows_are_rounded_as_one(
    rows: list[Row], accel_exp: int, gyro_exp: int, ranges: tuple[float, float]
) -> None:
    wire = quantise_rows(np.array(rows), accel_exp, gyro_exp, *ranges)
    one_by_one = [reference(row, accel_exp, gyro_exp, *ranges) for row in rows]
    assert wire.data == b"".join(data for data, _ in one_by_one)
    assert list(wire.clipped) == [clipped for _, clipped in one_by_one]


class OneByOne:
    """A sensor on a wire that takes row by row, and the host that it talks to."""

    def __init__(self, config: PeripheralConfig) -> None:
        self.items: list[Input] = []
        self._sensor, self._config = Peripheral(config), config
        self._rate_mhz = config.rates_mhz[0]
        self._host = DRIVER.open("clip", self._rate_mhz)
        self._actions: deque[Action] = deque()
        self._taken = 0

    def play(self, rows: Iterable[Row]) -> None:
        self._sensor.connected(WIRE_MTU)
        self._tell(Connected(0, "clip", DRIVER.key, self._config.name, "wire"))
        second = 0
        for row in rows:
            self._take(row)
            if self._host_ns // NS > second:
                second = self._host_ns // NS
                self._send(self._sensor.status_due(self._ticks))
                self._tell(Tick(self._host_ns))
        self._send(self._sensor.flush(self._ticks))
        self._tell(Disconnected(self._host_ns, "clip", wanted=True))

    def _take(self, row: Row) -> None:
        sensor, config = self._sensor, self._config
        scale, ranges = (sensor.accel_exp, sensor.gyro_exp), ranges_of(config)
        data, clipped = reference(row, *scale, *ranges)
        accel, gyro = (
            flag in MotionFlag(clipped)
            for flag in (MotionFlag.ACCEL_CLIPPED, MotionFlag.GYRO_CLIPPED)
        )
        sends = sensor.add_sample(data, self._ticks, accel, gyro)
        self._taken += 1
        self._send(sends)

    @property
    def _host_ns(self) -> int:
        return self._taken * 1000 * NS // self._rate_mhz

    @property
    def _ticks(self) -> int:
        return (self._taken * 1000 * TICK_HZ // self._rate_mhz) & 0xFFFFFFFF

    def _send(self, sends: Iterable[Send]) -> None:
        notified = (
            Notification(self._host_ns, "clip", send.characteristic, send.data) for send in sends
        )
        self._tell(*notified)

    def _tell(self, *items: Input) -> None:
        for item in items:
            self.items.append(item)
            told = self._host.on_input(item)
            self._actions += [thing for thing in told if isinstance(thing, Action)]
        while self._actions:
            self._perform(self._actions.popleft())

    def _perform(self, action: Action) -> None:
        sensor, ticks = self._sensor, self._ticks
        match action:
            case Subscribe():
                self._send(sensor.subscribed(action.channel, True, ticks))
            case Read():
                data = sensor.read(action.channel, ticks)
                self._tell(ValueRead(self._host_ns, "clip", action.channel, data))
            case Write():
                self._send(sensor.write(action.channel, action.data, ticks))


def ranges_of(config: PeripheralConfig) -> tuple[float, float]:
    return config.accel_range_g, config.gyro_range_dps


def played(config: PeripheralConfig, stream: SampleStream) -> list[Input]:
    run = DRIVER.open("clip", stream.rate_mhz)
    items: list[Input] = []

    def feed(item: Input) -> list[Action]:
        items.append(item)
        return [told for told in run.on_input(item) if isinstance(told, Action)]

    play_through(config, stream, DRIVER.key, "clip", feed)
    return items


def check(rate_mhz: int, table: Floats, ranges: tuple[float, float]) -> None:
    base = virtual_config(rate_mhz)
    config = replace(base, accel_range_g=ranges[0], gyro_range_dps=ranges[1])
    old = OneByOne(config)
    old.play(rows_of_table(table))
    there = stream_of_arrays(table[:, :3], table[:, 3:], rate_mhz)
    coming = SampleStream(rate_mhz, rows_of_table(table), len(table))
    assert played(config, there) == old.items
    assert played(config, coming) == old.items


@settings(max_examples=20, deadline=None)
@given(
    rate_mhz=st.integers(1000, 500_000),
    count=st.integers(0, 150),
    seed=st.integers(0, 1000),
    ranges=RANGES,
)
def test_a_recording_of_many_rows_is_that_of_row_by_row(
    rate_mhz: int, count: int, seed: int, ranges: tuple[float, float]
) -> None:
    check(rate_mhz, np.random.default_rng(seed).normal(size=(count, 6)) * 20.0, ranges)


def test_more_rows_than_are_read_ahead() -> None:
    check(104_000, np.random.default_rng(1).normal(size=(4_500, 6)) * 20.0, (8.0, 2000.0))
