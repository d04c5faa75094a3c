"""Who is called when the link is lost: the virtual wearer slouches, and the sensor's motor runs.

The whole way, on a loop that jumps over waiting: the session tells the sensor its limits, the
air takes the link away, and the peripheral judges by itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from firmware_protocol.acts import RunMotor
from sensorapp.app.demo_air import SensorInAir
from sensorapp.app.demo_source import DemoOptions, Source, source_of
from sensorapp.app.stream import Stream
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.motor import MotorSettings
from sensorapp.model.outputs import LinkStatus, Output
from sensorapp.model.posture import SlouchAlert
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.virtual.air import Air
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from sensorapp.virtual.scenarios import AirChange
from sensorapp.virtual.wearer import Activity, Phase, Pose, Script, Wearer
from tests.replay.playing import Heard

RATE_MHZ = 25_000
CALL = RunMotor(70, ((100, 100), (100, 0)))
CUE = RunMotor(40, ((50, 0),))
AWAY = (AirChange(t_s=6.0, in_range=False), AirChange(t_s=30.0, in_range=True))
DELAY_S = 6.0
RING = 8192


def leans(slouch_s: float, air: tuple[AirChange, ...]) -> Source:
    """Sits up for 12 s, slouches, and sits up until 36 s are over."""
    phases = (
        Phase(Activity.SIT, 12.0, 1.0, Pose()),
        Phase(Activity.SLOUCH, slouch_s, 1.0, Pose(25.0)),
        Phase(Activity.SIT, 24.0 - slouch_s, 1.0, Pose()),
    )
    source = source_of(DemoOptions(scenario="slouch"))
    slouch = replace(source.settings.slouch, dwell_s=DELAY_S)
    settings = replace(source.settings, slouch=slouch, motor=MotorSettings(), rate_mhz=RATE_MHZ)
    stream = Wearer(Script(phases), seed=3, rate_mhz=RATE_MHZ).stream()
    return replace(source, stream=stream, settings=settings, air=air, buffer_samples=RING)


def felt(source: Source) -> tuple[list[RunMotor], list[Output]]:
    """What the motor ran and what the session said, over the whole source."""
    heard = Heard()

    async def main() -> tuple[RunMotor, ...]:
        air = Air(random.Random(1))
        around = SensorInAir(air, source)
        radio = Radio(
            {"backend": VirtualScanner, "air": air}, {"backend": VirtualClient, "air": air}
        )
        clock, known = LoopClock(), tuple(drivers().values())
        link = BleLink(radio, known, clock, sensor_id=around.sensor.name, rng=random.Random(1))
        session = Session(source.settings, drivers())
        runner = Runner(link, session, clock, sinks=[heard], blocking=_at_once)
        await Stream(runner, ended=around.finished, around=around).run()
        return around.sensor.motor_runs

    return list(run_jumping(main())), heard.outputs


async def _at_once(call: Callable[[], str | None]) -> str | None:
    return call()


def test_with_the_host_near_the_motor_runs_when_it_says_so_and_not_twice() -> None:
    runs, outputs = felt(leans(15.0, ()))
    assert runs == [CALL, CUE]
    assert [alert.sounds for alert in outputs if isinstance(alert, SlouchAlert)] == [True, False]


def test_without_a_link_the_sensor_calls_by_itself_once() -> None:
    runs, outputs = felt(leans(12.0, AWAY))
    assert runs == [CALL]
    assert any(isinstance(one, LinkStatus) and one.state == "recovering" for one in outputs)
    assert not any(alert.sounds for alert in outputs if isinstance(alert, SlouchAlert))
