"""The one session: it can't tell a live sensor from a replay or a virtual one.

`feed` takes everything that happened and gives back what follows from it. It reads no
clock, does no I/O and never raises because of data; the same inputs with the same settings
give the same outputs, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sensorapp.drivers.base import DriverOutput, SensorDriver
from sensorapp.model.actions import Action
from sensorapp.model.device import ClockPing, DeviceInfo, DeviceStatus
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import (
    ActionFailed,
    ChannelChanged,
    Command,
    Connected,
    Disconnected,
    Input,
    LinkChanged,
    Notification,
    ProfileChanged,
    QuietChanged,
    RecordingChanged,
    SettingsChanged,
    Stored,
    Tick,
    UserCommand,
)
from sensorapp.model.motor import OwnAlertSet
from sensorapp.model.outputs import Fault, Output
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from sensorapp.session.frames import Told, ToldEach
from sensorapp.session.row import Row
from sensorapp.session.sensor import Sensor
from sensorapp.session.state import SessionState
from sensorapp.session.summary import summarise

_OFTEN = (Notification, Tick, Stored)
"""Inputs that come again and again, and after which a sensor's samples mostly just go on."""


class Session:
    """Everything that is known about a wearer's sensors, from the first input to the last."""

    def __init__(self, settings: SessionSettings, drivers: Mapping[str, SensorDriver]) -> None:
        self._settings = settings
        self._drivers = drivers
        self._sensors: dict[str, Sensor] = {}
        self._recording: str | None = None
        self._recording_trouble = ""
        self._quiet: QuietChanged | None = None
        self._inputs = 0

    @property
    def inputs(self) -> int:
        """How many inputs were fed; what `Stored` counts."""
        return self._inputs

    @property
    def positions(self) -> tuple[StreamPosition | None, ...]:
        """How far the stream of each sensor has come, None where it ended or can't go on."""
        return tuple(sensor.position for sensor in self._sensors.values())

    @property
    def sensor_ids(self) -> tuple[str, ...]:
        """Sensors met so far, in order of appearance."""
        return tuple(self._sensors)

    @property
    def state(self) -> SessionState:
        """A frozen picture for screens, of the first sensor."""
        first = next(iter(self._sensors.values()), None)
        if first is None:
            first = Sensor("", self._settings)
        return first.picture(self._recording, self._recording_trouble)

    def feed(self, item: Input) -> tuple[Output, ...]:
        """Digest one input; outputs are in the order in which they became known."""
        self._inputs += 1
        if isinstance(item, RecordingChanged):
            self._recording = item.name if item.recording else None
            self._recording_trouble = item.message
            return ()
        if isinstance(item, (Stored, Tick)):
            return tuple(
                output
                for sensor in self._sensors.values()
                for output in self._digest(sensor, sensor.tell(item))
            )
        if isinstance(item, SettingsChanged):
            return self._change_settings(item)
        if isinstance(item, QuietChanged):
            self._quiet = item
            for sensor in self._sensors.values():
                sensor.command(item)
            return ()
        if isinstance(item, ChannelChanged):
            return tuple(s.fault("channel", item.message) for s in self._sensors.values())
        if item.sensor_id not in self._sensors:
            if not isinstance(item, LinkChanged | Connected):
                return ()
            self._sensors[item.sensor_id] = Sensor(item.sensor_id, self._settings)
            if self._quiet is not None:
                self._sensors[item.sensor_id].command(replace(self._quiet, t_ns=None))
        return tuple(self._of_sensor(self._sensors[item.sensor_id], item))

    def feed_all(self, items: Sequence[Input]) -> ToldEach:
        """What `feed` gives for each of these inputs, and the same to the bit, in less time.

        Samples of packets that follow each other are worked on together: a minute of them at a
        time makes it as quick as it gets, more takes memory. Frames are made when somebody looks.
        """
        told: list[list[Told]] = [[] for _ in items]
        row = Row(told)
        sensor = self._only
        for place, item in enumerate(items):
            if sensor is None or not sensor.joins or not isinstance(item, _OFTEN):
                row.end()
                told[place] += self.feed(item)
                sensor = self._only
                continue
            self._inputs += 1
            if isinstance(item, Notification):
                if sensor.takes(item):
                    row.took(sensor, place)
                    continue
                if item.sensor_id not in self._sensors:
                    continue
            things = sensor.tell(item)
            if sensor.stopping:
                row.end()
                told[place] += self._digest(sensor, things)
                continue
            for thing in things:
                if isinstance(thing, ImuBlock):
                    row.add(sensor, thing, place)
                elif not isinstance(thing, DeviceStatus) or sensor.is_news(thing):
                    if not (isinstance(thing, Action) and row.is_before(place)):
                        row.end()
                    told[place] += self._digest(sensor, (thing,))
        row.end()
        return ToldEach(told)

    @property
    def _only(self) -> Sensor | None:
        """The sensor, if there is one and no other."""
        return next(iter(self._sensors.values())) if len(self._sensors) == 1 else None

    def host_ns(self, sensor_id: str, t_ns: int) -> int | None:
        """The host's clock when a sensor took its sample of `t_ns`; None while nobody can tell."""
        sensor = self._sensors.get(sensor_id)
        return None if sensor is None else sensor.host_ns(t_ns)

    def finish(self) -> tuple[Output, ...]:
        """Close what is open and sum up; call once, after the last input."""
        outputs: list[Output] = []
        for sensor in self._sensors.values():
            outputs += sensor.finish()
        outputs.append(summarise([sensor.tally for sensor in self._sensors.values()]))
        return tuple(outputs)

    def _change_settings(self, item: SettingsChanged) -> tuple[Output, ...]:
        """For all sensors, and those that are met later."""
        if item.slouch is not None:
            self._settings = replace(self._settings, slouch=item.slouch)
        if item.motor is not None and self._settings.motor is not None:
            self._settings = replace(self._settings, motor=item.motor)
        if item.coaching is not None:
            self._settings = replace(self._settings, coaching=item.coaching)
        outputs: list[Output] = []
        for sensor in self._sensors.values():
            sensor.command(item)
            if item.message:
                outputs.append(sensor.fault("settings", item.message))
        return tuple(outputs)

    def _of_sensor(self, sensor: Sensor, item: Input) -> list[Output]:
        if isinstance(item, Notification):  # nearly always
            return self._digest(sensor, sensor.tell(item))
        if isinstance(item, LinkChanged):
            return sensor.link_changed(item.state, item.reason)
        if isinstance(item, UserCommand | ProfileChanged):
            if isinstance(item, UserCommand) and item.command is Command.STOP:
                return [*sensor.stop(), *sensor.ended()]
            sensor.command(item)
            return []
        outputs: list[Output] = []
        if isinstance(item, Connected):
            driver = self._drivers.get(item.driver)
            if driver is None:
                message = f"This program has no driver called {item.driver!r}."
                return [sensor.fault("driver", message)]
            sensor.connect(driver, item)
        elif isinstance(item, Disconnected):
            outputs += sensor.disconnect(item)
        elif isinstance(item, ActionFailed):
            message = f"{item.action} on {item.channel} failed: {item.message}"
            outputs.append(sensor.fault("action", message))
        return outputs + self._digest(sensor, sensor.tell(item))

    def _digest(self, sensor: Sensor, told: tuple[DriverOutput, ...]) -> list[Output]:
        outputs: list[Output] = []
        for thing in told:
            if isinstance(thing, ImuBlock):
                outputs += sensor.add(thing)
            elif isinstance(thing, LostSamples):
                outputs += sensor.lost(thing)
            elif isinstance(thing, DeviceStatus):
                outputs += sensor.status(thing)
            elif isinstance(thing, ClockPing):
                outputs += sensor.ping(thing)
            elif isinstance(thing, DeviceInfo):
                outputs += sensor.info(thing)
            elif isinstance(thing, OwnAlertSet):
                outputs += sensor.alone(thing)
            elif isinstance(thing, Fault):
                outputs.append(sensor.fault(thing.kind, thing.message))
            else:
                outputs.append(thing)
        return outputs + sensor.ended()


def actions_in(outputs: tuple[Output, ...]) -> list[Action]:
    """The actions among a session's outputs, in order."""
    return [output for output in outputs if isinstance(output, Action)]
