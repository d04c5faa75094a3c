"""Every driver that the catalogue finds passes the same checks."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sensorapp.drivers
from sensorapp.drivers.base import Example, SensorDriver
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.actions import Read, Subscribe, Write
from sensorapp.model.device import Advertisement
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import Connected, Disconnected, Notification, Stored, ValueRead
from sensorapp.model.motor import Buzz, BuzzPattern, OwnAlert
from sensorapp.model.outputs import Fault

DRIVERS = [pytest.param(driver, id=key) for key, driver in drivers().items()]
EXAMPLES = [
    pytest.param(module.DRIVER, example, id=f"{module.DRIVER.key}: {example.title}")
    for info in pkgutil.iter_modules(sensorapp.drivers.__path__)
    if hasattr(
        module := importlib.import_module(f"{sensorapp.drivers.__name__}.{info.name}"), "DRIVER"
    )
    for example in module.EXAMPLES
]


def channels_of(driver: SensorDriver) -> list[str]:
    """All that the driver subscribes to or reads."""
    run = driver.open("s", 100_000)
    asked = run.on_input(Connected(0, "s", driver.key, "a sensor", ""))
    return [action.channel for action in asked if isinstance(action, Subscribe | Read)]


def test_there_is_a_driver_and_each_has_examples() -> None:
    assert "posture_clip" in drivers()
    for key in drivers():
        assert any(str(param.id).startswith(f"{key}: ") for param in EXAMPLES)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_tells_its_sensor_from_others(driver: SensorDriver) -> None:
    def heard(*services: str) -> Advertisement:
        return Advertisement("anything", "00:11", None, services)

    assert driver.service_uuids
    assert all(uuid == uuid.lower() for uuid in driver.service_uuids)
    assert driver.match(heard(*driver.service_uuids))
    assert not driver.match(heard("0000180f-0000-1000-8000-00805f9b34fb"))
    assert driver.label


@pytest.mark.parametrize(("driver", "example"), EXAMPLES)
def test_examples_hold_what_they_say(driver: SensorDriver, example: Example) -> None:
    run = driver.open(example.block.sensor_id, example.block.rate_mhz)
    told = [run.on_input(item) for item in example.inputs]
    blocks = [[output for output in outputs if isinstance(output, ImuBlock)] for outputs in told]
    assert [len(made) for made in blocks] == [0] * (len(told) - 1) + [1]
    block = blocks[-1][0]
    for field in fields(ImuBlock):
        got, known = getattr(block, field.name), getattr(example.block, field.name)
        if isinstance(known, np.ndarray):
            np.testing.assert_allclose(got, known, rtol=1e-12, atol=0.0, err_msg=field.name)
        else:
            assert got == known, field.name


@pytest.mark.parametrize(("driver", "example"), EXAMPLES)
def test_blocks_are_what_the_model_promises(driver: SensorDriver, example: Example) -> None:
    run = driver.open(example.block.sensor_id, example.block.rate_mhz)
    outputs = [output for item in example.inputs for output in run.on_input(item)]
    (block,) = [output for output in outputs if isinstance(output, ImuBlock)]
    assert block.accel_mps2.shape == block.gyro_rads.shape == (block.count, 3)
    for values in (block.accel_mps2, block.gyro_rads):
        assert values.dtype == np.float64
        assert values.flags.c_contiguous
    assert block.clipped.dtype == np.bool_
    assert block.clipped.shape == (block.count,)
    assert np.isnan(block.gyro_rads).all() == (not block.has_gyro)


@pytest.mark.parametrize("driver", DRIVERS)
def test_before_a_connection_there_is_nothing_to_stop(driver: SensorDriver) -> None:
    run = driver.open("s", 100_000)
    assert run.stop() == ()
    assert not run.streaming
    assert run.on_input(Stored(0, "host", 5)) == ()


@pytest.mark.parametrize(("driver", "example"), EXAMPLES)
def test_a_stream_ends_with_its_link(driver: SensorDriver, example: Example) -> None:
    run = driver.open(example.block.sensor_id, example.block.rate_mhz)
    for item in example.inputs:
        run.on_input(item)
    streaming = [run.streaming]
    assert any(isinstance(action, Write) for action in run.stop())
    run.on_input(Disconnected(99, example.block.sensor_id, wanted=False))
    streaming.append(run.streaming)
    assert streaming == [True, False]
    assert run.stop() == ()


@pytest.mark.parametrize(("driver", "example"), EXAMPLES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_bytes_on_any_channel_raise(
    driver: SensorDriver, example: Example, data: st.DataObject
) -> None:
    run = driver.open(example.block.sensor_id, example.block.rate_mhz)
    channel = st.sampled_from([*channels_of(driver), "no such channel"])
    kind: st.SearchStrategy[type[Notification | ValueRead]]
    kind = st.sampled_from([Notification, ValueRead])
    start = data.draw(st.integers(0, len(example.inputs)))
    for item in example.inputs[:start]:
        run.on_input(item)
    for _ in range(data.draw(st.integers(1, 4))):
        junk = data.draw(kind)
        for output in run.on_input(junk(9, "s", data.draw(channel), data.draw(_bytes(example)))):
            assert not isinstance(output, ImuBlock) or np.isfinite(output.accel_mps2).all()
            assert not isinstance(output, Fault) or output.message


def _bytes(example: Example) -> st.SearchStrategy[bytes]:
    """Anything, and what the sensor did send with a few bytes changed."""
    sent = [item.data for item in example.inputs if isinstance(item, Notification | ValueRead)]

    def changed(args: tuple[bytes, list[tuple[int, int]]]) -> bytes:
        raw = bytearray(args[0])
        for position, value in args[1]:
            raw[position % len(raw)] = value
        return bytes(raw)

    changes = st.lists(st.tuples(st.integers(0, 63), st.integers(0, 255)), max_size=4)
    return st.binary(max_size=64) | st.tuples(st.sampled_from(sent), changes).map(changed)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_motor_is_asked_for_nothing_without_a_stream(driver: SensorDriver) -> None:
    run = driver.open("s", 100_000)
    alert = OwnAlert((0.0, 1.0, 0.0), 15.0, 15.0, 900.0, BuzzPattern.SHORT)
    for item in (Connected(0, "s", driver.key, "a sensor", ""), Disconnected(1, "s", False)):
        assert run.buzz(Buzz(50, ((100, 0),))) == ()
        assert run.guard(alert) == run.guard(None) == ()
        run.on_input(item)
