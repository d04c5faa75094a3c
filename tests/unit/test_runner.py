"""The order that the runner keeps: recorder, session, link, sinks; and how it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from firmware_protocol.commands import Request
from firmware_protocol.ids import Characteristic, Op
from sensorapp.model.actions import Write
from sensorapp.model.device import LinkState
from sensorapp.model.errors import LinkLost, RecordingError
from sensorapp.model.inputs import (
    HOST,
    Command,
    Input,
    LinkChanged,
    Notification,
    RecordingChanged,
    SettingsChanged,
    Stored,
    Tick,
    UserCommand,
)
from sensorapp.model.motor import MotorSettings
from sensorapp.model.outputs import Fault, Output, Summary
from sensorapp.model.posture import PostureFrame
from sensorapp.model.settings import ChangedSettings, SlouchSettings
from sensorapp.runner import STOP_WAIT_S, Runner
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from tests.unit.runner_support import ListLink, ListRecorder, Witness, acks, at_once, ticking
from tests.unit.session_support import Clip, of, session, sits


def runner(
    link: ListLink,
    recorder: ListRecorder | None = None,
    sink: Witness | None = None,
    *,
    acknowledge: bool = True,
) -> Runner:
    return Runner(
        link,
        session(),
        LoopClock(),
        recorder=recorder,
        recording_name="r.mcap" if recorder else "",
        sinks=[sink] if sink else [],
        blocking=at_once,
        acknowledge=acknowledge,
    )


def test_the_recorder_has_an_input_before_anybody_sees_what_it_led_to() -> None:
    async def main() -> None:
        link = ListLink(ticking(Clip().connects().feels(sits(4.0))))
        recorder = ListRecorder()
        sink = Witness(recorder)
        closing = await runner(link, recorder, sink).run()
        assert sink.inputs[:-1] == recorder.written
        assert recorder.closed
        (summary,) = closing
        assert isinstance(summary, Summary)
        assert (summary.samples, sink.outputs[-1]) == (400, summary)
        assert len(of(Stored, sink.inputs)) == 3
        assert [len(request.parameters) for request in acks(link)] == [5, 5, 5]
        assert LinkState.STREAMING in link.states

    run_jumping(main())


def test_recording_trouble_is_said_once_each_way_and_nothing_is_acknowledged_meanwhile() -> None:
    async def main() -> None:
        link = ListLink(ticking(Clip().connects().feels(sits(6.0))))
        recorder = ListRecorder([None, "Disk full.", "Disk full.", None])
        sink = Witness(recorder)
        await runner(link, recorder, sink).run()
        told = [(change.recording, change.message) for change in of(RecordingChanged, sink.inputs)]
        assert told == [(True, ""), (False, "Disk full."), (True, "")]
        kinds = [type(item) for item in sink.inputs if isinstance(item, Tick | Stored)]
        assert kinds == [Tick, Stored, Tick, Tick, Tick, Stored, Tick, Stored, Tick]
        assert len(of(PostureFrame, sink.outputs)) == 60

    run_jumping(main())


def test_a_recording_that_is_not_all_on_the_disk_at_the_end_is_an_error() -> None:
    async def main() -> None:
        link = ListLink(ticking(Clip().connects().feels(sits(2.0))))
        recorder = ListRecorder([None, "The disk is full."])
        sink = Witness()
        with pytest.raises(RecordingError, match="The disk is full"):
            await runner(link, recorder, sink).run()
        assert isinstance(sink.outputs[-1], Summary)

    run_jumping(main())


class Changes:
    """A settings source that tells what a test gave it, one at each tick."""

    def __init__(self, *told: ChangedSettings | None) -> None:
        self._told = iter(told)

    def changed(self) -> ChangedSettings | None:
        return next(self._told, None)


def test_changed_settings_are_an_input_like_any_other() -> None:
    async def main() -> None:
        link = ListLink(ticking(Clip().connects().feels(sits(5.0))))
        recorder = ListRecorder()
        sink = Witness(recorder)
        one = Runner(
            link,
            session(),
            LoopClock(),
            recorder=recorder,
            sinks=[sink],
            blocking=at_once,
            settings=Changes(
                None,
                ChangedSettings(SlouchSettings(dwell_s=3.0), MotorSettings()),
                ChangedSettings(message="Wrong."),
            ),
        )
        await one.run()
        changes = of(SettingsChanged, recorder.written)
        assert [(change.slouch, change.motor, change.message) for change in changes] == [
            (SlouchSettings(dwell_s=3.0), MotorSettings(), ""),
            (None, None, "Wrong."),
        ]
        assert {change.sensor_id for change in changes} == {HOST}
        first = recorder.written.index(changes[0])
        assert isinstance(recorder.written[first - 2], Tick)
        assert isinstance(recorder.written[first - 1], Stored)
        assert changes[0].t_ns == 1_990_000_000
        assert one.session.state.dwell_s == 3.0
        assert [fault.message for fault in of(Fault, sink.outputs)] == ["Wrong."]

    run_jumping(main())


def test_without_a_recorder_nobody_wants_it_kept_and_a_replay_has_its_own_word() -> None:
    async def main() -> None:
        items = ticking(Clip().connects().feels(sits(3.0)))
        live = ListLink(items)
        await runner(live).run()
        assert len(acks(live)) == 2
        replay = ListLink(items)
        await runner(replay, acknowledge=False).run()
        assert acks(replay) == []

    run_jumping(main())


def test_keys_pressed_while_the_disk_is_busy_wait_until_it_is_done() -> None:
    async def main() -> None:
        busy = asyncio.Event()

        async def slow(call: Callable[[], str | None]) -> str | None:
            busy.set()
            await asyncio.sleep(0.5)
            return call()

        recorder = ListRecorder()
        sink = Witness(recorder)
        link = ListLink(ticking(Clip().connects().feels(sits(1.5))))
        one = Runner(link, session(), LoopClock(), recorder=recorder, sinks=[sink], blocking=slow)
        pump = asyncio.create_task(one.run())
        await busy.wait()
        one.send(Command.MARKER)
        assert of(UserCommand, sink.inputs) == []
        await pump
        (pressed,) = of(UserCommand, sink.inputs)
        assert pressed.t_ns == 990_000_000
        position = sink.inputs.index(pressed)
        assert isinstance(sink.inputs[position - 1], Stored)

    run_jumping(main())


def test_stop_waits_for_the_sensors_word() -> None:
    async def main() -> None:
        clip = Clip().connects().feels(sits(1.0)).stops()
        control = Characteristic.CONTROL
        answer = clip.items[-1]
        assert isinstance(answer, Notification)
        assert answer.channel == control
        link = ListLink(clip.items[:-2], stays=True)
        link.after_stop = [answer]
        one = runner(link)
        pump = asyncio.create_task(one.run())
        await asyncio.sleep(0.1)
        began_s = asyncio.get_running_loop().time()
        await asyncio.gather(one.stop(), one.stop())
        assert asyncio.get_running_loop().time() - began_s < 0.1
        await pump
        assert link.states[-1] is LinkState.STOPPED
        stops = [Request.unpack(a.data).op for a in of(Write, link.performed)].count(Op.STOP)
        assert stops == 1

    run_jumping(main())


def test_stop_leaves_a_silent_sensor_in_bounded_time_and_a_scan_at_once() -> None:
    async def left_after_s(items: list[Input]) -> float:
        link = ListLink(items, stays=True)
        one = runner(link)
        pump = asyncio.create_task(one.run())
        await asyncio.sleep(0.1)
        began_s = asyncio.get_running_loop().time()
        await one.stop()
        await pump
        assert link.closings >= 1
        return asyncio.get_running_loop().time() - began_s

    streaming = Clip().connects().feels(sits(1.0)).items
    assert run_jumping(left_after_s(streaming)) == pytest.approx(STOP_WAIT_S, abs=0.05)
    scanning: list[Input] = [LinkChanged(0, "clip", LinkState.SCANNING)]
    assert run_jumping(left_after_s(scanning)) < 0.05
    assert run_jumping(left_after_s([])) < 0.05


def test_an_error_of_the_link_passes_through_after_everything_was_closed() -> None:
    async def main() -> None:
        link = ListLink(Clip().connects().feels(sits(1.0)).items)
        link.error = LinkLost("Gone.", "Come closer.", retryable=False)
        recorder = ListRecorder()
        sink = Witness(recorder)
        with pytest.raises(LinkLost):
            await runner(link, recorder, sink).run()
        assert (recorder.closed, link.closings) == (True, 1)
        assert isinstance(sink.outputs[-1], Summary)

    run_jumping(main())


@pytest.mark.parametrize("where", ["link", "sink"])
def test_the_recorder_is_closed_whatever_else_fails(where: str) -> None:
    class Broken(Witness):
        def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
            del item, outputs
            raise BrokenPipeError

    async def main() -> None:
        link = ListLink(Clip().connects().items)
        link.close_error = BrokenPipeError() if where == "link" else None
        recorder = ListRecorder()
        sink = Broken() if where == "sink" else None
        with pytest.raises(BrokenPipeError):
            await runner(link, recorder, sink).run()
        assert recorder.closed
        assert link.closings == 1

    run_jumping(main())


def test_commands_go_to_every_sensor_at_the_instant_that_was_seen() -> None:
    async def main() -> None:
        sink = Witness()
        link = ListLink(Clip().connects().feels(sits(1.0)).items, stays=True)
        one = runner(link, sink=sink)
        pump = asyncio.create_task(one.run())
        await asyncio.sleep(0.1)
        one.send(Command.SNOOZE, 5.0)
        (pressed,) = of(UserCommand, sink.inputs)
        assert (pressed.sensor_id, pressed.t_ns, pressed.value) == ("clip", 990_000_000, 5.0)
        assert pressed.sensor_id != HOST
        await one.stop()
        await pump

    run_jumping(main())
