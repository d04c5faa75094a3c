"""Conversations with a clip that is connected and says how it does, but sends no samples."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from firmware_protocol.commands import Reply, Request
from firmware_protocol.ids import Op
from firmware_protocol.ids import StatusState as State
from firmware_protocol.info import Info
from firmware_protocol.parameters import Available, Position, StartAnswer
from sensorapp.model.actions import Reconnect, Write
from sensorapp.model.device import DeviceStatus
from sensorapp.model.inputs import Tick, ValueRead
from sensorapp.virtual.identity import virtual_config
from tests.transcript.player import CLIP, CONTROL, INFO, MOTION, STATUS, Player, Samples, packet
from tests.transcript.test_posture_clip_holes import KEEPS, S, status

NO_SAMPLES = Reconnect(CLIP, "The sensor is connected but sends no samples.")


class Quiet(Player):
    """Twenty samples came, then none; a Status and a tick each second if it is heard at all."""

    def __init__(self, info: Info, *, newest: int = 19, state: State = State.STREAMING) -> None:
        super().__init__()
        self.newest, self.state, self.epoch = newest, state, 1
        self.second = 0
        self.connects().tells_info(info).answers_start().sends(0, 20).gives(Samples(1, 0, 20))

    def lasts(self, seconds: int, *, heard: bool = True) -> list[tuple[int, object]]:
        """Time passes; what the driver says, and when."""
        said: list[tuple[int, object]] = []
        for _ in range(seconds):
            self.second += 1
            if heard:
                report = status(self.newest, state=self.state, epoch=self.epoch)
                self.hears(STATUS, report, self.second * S)
            self.does(Tick(self.second * S))
            said += [(self.second, one) for one in self.gave() if not isinstance(one, DeviceStatus)]
        return said

    def replies(self, op: Op, parameters: bytes) -> None:
        (part,) = Reply(op, self.token, 0, parameters).pack()
        self.hears(CONTROL, part, self.second * S).gives()

    def asked(self, said: Iterable[tuple[int, object]], op: Op) -> tuple[int, bytes]:
        ((second, write),) = said
        assert isinstance(write, Write)
        request = Request.unpack(write.data)
        assert request.op == op
        self.token = request.token
        return second, request.parameters


def test_a_clip_that_keeps_its_samples_is_asked_to_go_on_then_started_anew() -> None:
    with Quiet(KEEPS) as clip:
        assert clip.asked(clip.lasts(4), Op.RESUME) == (4, Position(1, 20).pack())
        clip.replies(Op.RESUME, Available(0, 19).pack())
        second, _ = clip.asked(clip.lasts(3), Op.START)
        assert second == 7
        clip.epoch = 2
        clip.replies(Op.START, StartAnswer(2, 0, 100_000, 0).pack())
        clip.newest = 9
        clip.hears(MOTION, packet(0, 10, epoch=2), 8 * S).gives(Samples(2, 0, 10))


def test_a_clip_that_only_had_to_be_asked_loses_nothing() -> None:
    with Quiet(KEEPS) as clip:
        clip.asked(clip.lasts(4), Op.RESUME)
        clip.replies(Op.RESUME, Available(0, 399).pack())
        clip.hears(MOTION, packet(400, 10), 4 * S).gives()
        position = clip.run.position
        assert position is not None
        assert position.next_index == 20


def test_a_clip_that_keeps_nothing_is_started_anew() -> None:
    with Quiet(virtual_config().info) as clip:
        assert clip.asked(clip.lasts(4), Op.START)[0] == 4
        clip.epoch, clip.newest = 2, 0
        clip.replies(Op.START, StartAnswer(2, 0, 100_000, 0).pack())
        assert clip.lasts(20) == [(11, NO_SAMPLES)]  # START helps once, or not at all


def test_a_clip_that_holds_samples_and_sends_none_is_not_made_to_forget_them_at_once() -> None:
    with Quiet(KEEPS, newest=300) as clip:
        said = clip.lasts(2)
        assert said == []
        resumes = 0
        for _ in range(30):
            for _, one in clip.lasts(1):
                if isinstance(one, Reconnect):
                    return
                assert isinstance(one, Write)
                request = Request.unpack(one.data)
                assert request.op in (Op.RESUME, Op.BACKFILL)
                clip.token = request.token
                if request.op == Op.RESUME:
                    resumes += 1
                    clip.replies(Op.RESUME, Available(0, 300).pack())
                else:
                    clip.replies(Op.BACKFILL, b"")
        pytest.fail("it was never given up")


def test_what_a_clip_holds_is_given_up_after_eight_connections_that_brought_nothing() -> None:
    """Longer than the ring of the reference board lasts: by then it is overwritten anyway."""
    with Quiet(KEEPS, newest=300) as clip:
        connections = 1
        while clip.second < 300:
            for _, one in clip.lasts(1):
                if isinstance(one, Reconnect):
                    connections += 1
                    clip.leaves().connects()
                    clip.does(ValueRead(clip.second * S, CLIP, INFO, KEEPS.pack()))
                    (_, one) = clip.gave()
                assert isinstance(one, Write)
                request = Request.unpack(one.data)
                clip.token = request.token
                if request.op == Op.START:
                    assert connections in (8, 9)
                    assert 82 < clip.second < 120
                    return
                resumes = request.op == Op.RESUME
                clip.replies(Op(request.op), Available(0, 300).pack() if resumes else b"")
    pytest.fail("it was never started anew")


@pytest.mark.parametrize("info", [KEEPS, virtual_config().info])
def test_a_clip_that_never_sends_anything_is_left_after_ten_seconds(info: Info) -> None:
    with Player().connects().tells_info(info).answers_start() as clip:
        for second in range(1, 16):
            clip.hears(STATUS, status(None), second * S).does(Tick(second * S))
            if any(isinstance(one, Reconnect) for one in clip.gave()):
                assert second <= 11
                return
    pytest.fail("it was never given up")


@pytest.mark.parametrize("info", [KEEPS, virtual_config().info])
@pytest.mark.parametrize("fade_s", [2, 3, 4])
def test_a_fade_is_the_link_s_business(info: Info, fade_s: int) -> None:
    with Quiet(info) as clip:
        assert clip.lasts(fade_s, heard=False) == []
        assert clip.lasts(1) == []  # what is heard first after it may be no samples
        clip.hears(MOTION, packet(20, 10), clip.second * S).gives(Samples(1, 20, 10))


def test_a_program_that_was_suspended_heard_no_silence() -> None:
    with Quiet(KEEPS) as clip:
        assert clip.lasts(2) == []
        clip.second += 3_600
        assert clip.lasts(1) == []
        assert clip.asked(clip.lasts(4), Op.RESUME)[1] == Position(1, 20).pack()


def test_what_is_heard_after_a_sleep_is_as_old_as_the_sleep_was_long() -> None:
    with Quiet(KEEPS) as clip:
        clip.hears(MOTION, packet(20, 10), 60 * S).gives(Samples(1, 20, 10))
        clip.leaves().gives().connects().does(ValueRead(60 * S, CLIP, INFO, KEEPS.pack()))
        _, write = clip.gave()
        clip.asked([(60, write)], Op.RESUME)
        clip.second = 60
        clip.replies(Op.RESUME, Available(0, 6_000).pack())
        assert clip.run.streaming


@pytest.mark.parametrize("info", [KEEPS, virtual_config().info])
def test_a_stream_that_somebody_stopped_is_followed_by_another(info: Info) -> None:
    with Quiet(info, state=State.IDLE) as clip:
        assert clip.asked(clip.lasts(2), Op.START)[0] == 2
        clip.epoch = 2
        clip.replies(Op.START, StartAnswer(2, 0, 100_000, 0).pack())
        clip.hears(MOTION, packet(0, 10, epoch=2), 2 * S).gives(Samples(2, 0, 10))
