"""What the sensor does: conversations of a host with it, without a radio."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware_protocol.advertising import ServiceData, find_service_data
from firmware_protocol.clock_parameters import TimeSyncAnswer, TimeSyncRequest
from firmware_protocol.commands import Request
from firmware_protocol.errors import LocalProtocolError
from firmware_protocol.ids import (
    AttCode,
    Characteristic,
    Feature,
    MotionFormat,
    Op,
    Result,
    ScanFlag,
    SigCharacteristic,
    StatusFlag,
    StatusState,
)
from firmware_protocol.packets import Info, Status
from firmware_protocol.parameters import Position, StartAnswer, StartRequest
from firmware_protocol.peripheral import AttError, Peripheral, PeripheralConfig
from tests.unit.protocol_support import (
    CONFIG,
    ask,
    att_code,
    connected,
    start,
    status,
    stream,
)


def test_advertises_service_and_name_in_31_bytes() -> None:
    sensor = Peripheral(CONFIG)
    assert CONFIG.name == "TP-3F9A"
    assert sensor.advertising_data().hex() == (
        "02010611071de599c460c4d2a2ac4b3de501004366080954502d33463941"
    )


def test_scan_response_tells_state_and_battery() -> None:
    sensor = connected()
    assert find_service_data(sensor.scan_response()) == ServiceData(
        ScanFlag(0), None, CONFIG.short_id, 0
    )
    start(sensor)
    sensor.set_battery(10)
    sensor.set_worn(True)
    sensor.set_charging(True)
    flags = ScanFlag.WORN | ScanFlag.STREAMING | ScanFlag.CHARGING | ScanFlag.LOW_BATTERY
    assert find_service_data(sensor.scan_response()) == ServiceData(flags, 10, CONFIG.short_id, 0)


def test_control_point_needs_indications() -> None:
    sensor = Peripheral(CONFIG)
    sensor.connected(247)
    with pytest.raises(AttError) as caught:
        sensor.write(Characteristic.CONTROL, Request(Op.START, 1).pack(), 0)
    assert att_code(caught) == 0xFD
    assert sensor.write(Characteristic.CONTROL, Request(Op.ACK, 1, bytes(5)).pack(), 0) == ()


@pytest.mark.parametrize("data", [b"", b"\x02", b"\x80\x02\x00\x00", b"\x81\x02\x00\x00"])
def test_write_without_a_request_is_refused(data: bytes) -> None:
    with pytest.raises(AttError) as caught:
        connected().write(Characteristic.CONTROL, data, 0)
    assert att_code(caught) == 0x0D


@pytest.mark.parametrize(
    ("characteristic", "code"),
    [(Characteristic.INFO, 0x03), (SigCharacteristic.BATTERY_LEVEL, 0x03), ("no uuid", 0x0A)],
)
def test_other_characteristics_are_not_written(characteristic: str, code: int) -> None:
    with pytest.raises(AttError) as caught:
        connected().write(characteristic, b"\x01\x01", 0)
    assert att_code(caught) == code


@pytest.mark.parametrize(
    ("characteristic", "code"),
    [
        (Characteristic.CONTROL, AttCode.READ_NOT_PERMITTED),
        (Characteristic.MOTION, AttCode.READ_NOT_PERMITTED),
        (SigCharacteristic.BATTERY_LEVEL, AttCode.UNLIKELY_ERROR),
        ("no uuid", AttCode.ATTRIBUTE_NOT_FOUND),
    ],
)
def test_what_cannot_be_read(characteristic: str, code: AttCode) -> None:
    with pytest.raises(AttError, match=code.name) as caught:
        connected().read(characteristic, 0)
    assert att_code(caught) == code


def test_info_has_no_notifications() -> None:
    with pytest.raises(AttError) as caught:
        connected().subscribed(Characteristic.INFO, True, 0)
    assert att_code(caught) == AttCode.REQUEST_NOT_SUPPORTED


def test_standard_services_are_answered() -> None:
    sensor = connected()
    sensor.set_battery(83)
    assert sensor.read(SigCharacteristic.BATTERY_LEVEL, 0) == b"\x53"
    assert sensor.read(SigCharacteristic.MODEL_NUMBER, 0) == b"TP-1"
    assert sensor.read(SigCharacteristic.FIRMWARE_REVISION, 0) == b"0.1.0"
    assert sensor.read(SigCharacteristic.SERIAL_NUMBER, 0) == b"TP-3F9A"


@pytest.mark.parametrize(("att_mtu", "parts"), [(23, 5), (100, 1), (247, 1), (517, 1)])
def test_capabilities_are_the_info_value_at_any_mtu(att_mtu: int, parts: int) -> None:
    sensor = connected(att_mtu)
    sent = sensor.write(Characteristic.CONTROL, Request(Op.GET_CAPS, 9).pack(), 0)
    assert len(sent) == parts
    assert all(len(item.data) <= att_mtu - 3 for item in sent)
    assert [item.data[0] for item in sent] == [0x81] * (parts - 1) + [0x80]
    reply, _ = ask(sensor, Op.GET_CAPS)
    assert reply.parameters == sensor.read(Characteristic.INFO, 0)
    assert Info.unpack(reply.parameters).rates_mhz == (26_000, 52_000, 104_000)


@pytest.mark.parametrize(
    ("wanted_mhz", "given_mhz"),
    [(1, 26_000), (38_999, 26_000), (39_000, 52_000), (52_000, 52_000), (2**32 - 1, 104_000)],
)
def test_start_takes_the_nearest_rate_and_the_higher_of_two(
    wanted_mhz: int, given_mhz: int
) -> None:
    sensor = connected()
    assert start(sensor, rate_mhz=wanted_mhz) == StartAnswer(1, 0, given_mhz, 1000)
    assert sensor.rate_mhz == given_mhz


@pytest.mark.parametrize(
    ("parameters", "result"),
    [
        (StartRequest(0, 50_000, 12, 4).pack()[:-1], Result.LENGTH),
        (StartRequest(0, 0, 12, 4).pack(), Result.PARAMETER),
        (StartRequest(16, 50_000, 12, 4).pack(), Result.PARAMETER),
        (StartRequest(2, 50_000, 12, 4).pack(), Result.UNSUPPORTED),
        (StartRequest(15, 50_000, 12, 4).pack(), Result.UNSUPPORTED),
    ],
)
def test_a_wrong_start_changes_nothing(parameters: bytes, result: Result) -> None:
    sensor = connected()
    start(sensor)
    stream(sensor, 5)
    reply, packets = ask(sensor, Op.START, parameters)
    assert (reply.result, reply.parameters, packets) == (result, b"", [])
    assert (sensor.epoch, sensor.next_index, sensor.streaming) == (1, 5, True)


def test_start_with_surplus_bytes_is_understood() -> None:
    reply, _ = ask(connected(), Op.START, StartRequest(0, 50_000, 12, 4).pack() + b"\x01")
    assert reply.ok


@pytest.mark.parametrize(("att_mtu", "parts"), [(23, 2), (31, 1), (247, 1)])
def test_a_round_trip_of_clocks(att_mtu: int, parts: int) -> None:
    sensor = Peripheral(replace(CONFIG, syncs_time=True))
    assert Feature.TIME_SYNC in Info.unpack(sensor.read(Characteristic.INFO, 0)).features
    sensor.connected(att_mtu)
    sensor.subscribed(Characteristic.CONTROL, True, 0)
    asked = TimeSyncRequest(123)
    sent = sensor.write(
        Characteristic.CONTROL, Request(Op.TIME_SYNC, 1, asked.pack()).pack(), 2**32 + 5
    )
    assert len(sent) == parts
    reply, _ = ask(sensor, Op.TIME_SYNC, asked.pack(), ticks=2**32 + 5)
    assert TimeSyncAnswer.unpack(reply.parameters) == TimeSyncAnswer(123, 2**32 + 5, 2**32 + 5)
    assert ask(sensor, Op.TIME_SYNC, bytes(7))[0].result is Result.LENGTH


@pytest.mark.parametrize("op", [5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18])
def test_operations_of_later_are_unsupported(op: int) -> None:
    reply, _ = ask(connected(), op, bytes(8))
    assert reply.result is Result.UNSUPPORTED


@pytest.mark.parametrize("op", [0x00, 0x04, 0x13, 0x20, 0x2F, 0x7E, 0xFF])
def test_operations_that_do_not_exist_are_unknown(op: int) -> None:
    reply, _ = ask(connected(), op)
    assert reply.result is Result.UNKNOWN_OP


@pytest.mark.parametrize(
    ("epoch", "next_index", "acked"),
    [(1, 0, 4), (1, 3, 4), (1, 4, 4), (1, 10, 10), (1, 11, 4), (0, 10, 4), (2, 10, 4)],
)
def test_acknowledgements_only_go_forward(epoch: int, next_index: int, acked: int) -> None:
    sensor = connected()
    start(sensor)
    stream(sensor, 10)
    for position in (Position(1, 4), Position(epoch, next_index)):
        request = Request(Op.ACK, 0, position.pack())
        assert sensor.write(Characteristic.CONTROL, request.pack(), 0) == ()
    assert sensor.acked_index == acked


def test_a_short_acknowledgement_is_passed_over() -> None:
    sensor = connected()
    assert sensor.write(Characteristic.CONTROL, b"\x07\x00\x01", 0) == ()
    assert sensor.acked_index == 0


def test_status_comes_at_once_and_when_due() -> None:
    sensor = Peripheral(CONFIG)
    sensor.connected(23)
    assert sensor.status_due(7) == ()
    (first,) = sensor.subscribed(Characteristic.STATUS, True, 2**32 + 7)
    assert (first.characteristic, first.indicate) == (Characteristic.STATUS.value, False)
    assert Status.unpack(first.data) == Status(
        state=StatusState.IDLE,
        flags=StatusFlag(0),
        epoch=0,
        battery_pct=None,
        lost_samples=0,
        newest_index=None,
        oldest_index=0,
        ticks=7,
    )
    (due,) = sensor.status_due(2**32 + 7)
    assert due == first


def test_status_tells_newest_sample_and_what_is_held() -> None:
    sensor = connected()
    start(sensor)
    sensor.set_battery(11)
    sensor.set_worn(False)
    sensor.set_charging(True)
    stream(sensor, 22)
    now = status(sensor, ticks=99)
    assert now.state is StatusState.STREAMING
    assert now.flags == StatusFlag.WORN_VALID | StatusFlag.CHARGING | StatusFlag.EXTERNAL_POWER
    assert (now.newest_index, now.oldest_index, now.ticks) == (21, 19, 5000 + 630 * 21)
    sensor.flush(0)
    assert status(sensor).oldest_index == 22


def test_properties_before_the_first_start() -> None:
    sensor = Peripheral(CONFIG)
    assert (sensor.rate_mhz, sensor.max_batch, sensor.epoch, sensor.acked_index) == (0, 0, 0, 0)
    assert (sensor.format, sensor.accel_exp, sensor.gyro_exp) == (MotionFormat.GYRO_ACCEL, 12, 4)
    assert sensor.flush(0) == ()


def test_our_own_misuse_is_told() -> None:
    sensor = connected()
    start(sensor)
    with pytest.raises(LocalProtocolError, match="11 bytes of rows, 1 ticks"):
        sensor.add_sample(bytes(11), 0)
    with pytest.raises(LocalProtocolError, match="ATT_MTU 22"):
        sensor.mtu_changed(22)
    with pytest.raises(LocalProtocolError, match="101"):
        sensor.set_battery(101)
    with pytest.raises(LocalProtocolError, match="rates"):
        Peripheral(PeripheralConfig("m", "f", 1, 1, ()))
    with pytest.raises(LocalProtocolError, match="u16"):
        _ = PeripheralConfig("m", "f", 0x10000, 1, (50_000,)).name
