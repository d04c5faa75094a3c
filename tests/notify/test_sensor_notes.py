"""Technical notes: each matter once when it begins and once when it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sensorapp.model.device import LinkState
from sensorapp.model.inputs import HOST, Input, QuietChanged, RecordingChanged, Tick
from sensorapp.model.notes import NoteKind
from sensorapp.model.outputs import LinkStatus, Output, SensorStatus
from sensorapp.model.posture import BaselineOffer, Calibration, OfferKind, Silence
from sensorapp.notify.sensor_notes import DISK_S, LOST_S, SensorNotes
from sensorapp.notify.wording import for_desktop
from sensorapp.text.words import refused_words
from tests.notify.test_note_desk import Board as StrictBoard
from tests.unit.session_support import NS, Clip, fed, of, session, sits


class Board(StrictBoard):
    def withdraw(self, key: str) -> None:
        self.up.pop(key, None)


class Bench:
    """Notes with a board, on a clock of whole seconds."""

    def __init__(self) -> None:
        self.board = Board()
        self.allowed = True
        self.now_s = 0.0
        self.state = session().state
        self.notes = SensorNotes(self.board, lambda: self.state, lambda: self.allowed)

    def after(self, seconds: float, *outputs: Output, item: Input | None = None) -> Bench:
        """What the session says then; ticks come each second until that."""
        end_s = self.now_s + seconds
        while self.now_s + 1.0 < end_s:
            self.now_s += 1.0
            self.notes.accept(Tick(round(self.now_s * NS)), ())
        self.now_s = end_s
        at_ns = round(end_s * NS)
        self.notes.accept(Tick(at_ns) if item is None else replace(item, host_ns=at_ns), outputs)
        return self

    def titles(self) -> list[str]:
        return [note.title for note in self.board.ever]


def link(state: LinkState, reason: str = "") -> LinkStatus:
    return LinkStatus("clip", None, state, reason)


def battery(pct: int | None) -> SensorStatus:
    return SensorStatus("clip", None, pct, 100.0, True)


STREAMS = link(LinkState.STREAMING)
LOST = link(LinkState.RECOVERING, "The link was lost.")
OFFER = BaselineOffer("clip", 1, OfferKind.SHIFTED, 8.0, 1.0, "The clip sits 8° otherwise.")
NO_DISK = RecordingChanged(0, HOST, False, "a.mcap", "a.mcap is not written now.")
DISK = RecordingChanged(0, HOST, True, "a.mcap")


def test_a_drop_of_a_few_seconds_is_never_told() -> None:
    bench = Bench().after(1, STREAMS)
    for _ in range(5):
        bench.after(30, LOST).after(1, link(LinkState.SCANNING)).after(LOST_S - 1.5, STREAMS)
    assert bench.titles() == []


def test_a_lost_sensor_is_told_once_and_its_return_once() -> None:
    bench = Bench().after(1, STREAMS).after(1, LOST)
    for state in (LinkState.SCANNING, LinkState.CONNECTING, LinkState.RECOVERING) * 5:
        bench.after(4, link(state))
    assert bench.titles() == ["The sensor is out of reach"]
    bench.after(1, STREAMS).after(60, STREAMS)
    assert bench.titles() == ["The sensor is out of reach", "The sensor is back"]
    assert bench.board.ever[-1].is_minor
    assert not bench.board.ever[0].is_minor
    assert list(bench.board.up) == ["sensor"]


def test_it_is_told_between_ten_and_eleven_seconds_after_the_loss() -> None:
    bench = Bench().after(1, STREAMS).after(1, LOST).after(LOST_S - 0.1)
    assert bench.titles() == []
    bench.after(1.1)
    assert bench.titles() == ["The sensor is out of reach"]


def test_a_sensor_that_was_never_there_or_was_left_is_not_lost() -> None:
    bench = Bench().after(1, link(LinkState.SCANNING)).after(60)
    bench.after(1, STREAMS).after(1, LOST).after(60)
    bench.after(1, link(LinkState.STOPPED)).after(60)
    assert bench.titles() == ["The sensor is out of reach"]
    assert bench.board.up == {}


def test_a_low_battery_is_told_once_however_it_wavers() -> None:
    bench = Bench()
    for pct in (60, 11, 10, 11, 9, 12, None, 10, 19):
        bench.after(10, battery(pct))
    assert bench.titles() == ["The sensor's battery is low"]
    bench.after(10, battery(20)).after(10, battery(80)).after(10, battery(10))
    assert bench.titles()[1:] == ["The sensor's battery", "The sensor's battery is low"]


def test_a_clip_that_moved_is_told_until_the_pose_is_taken_anew_or_it_sits_as_before() -> None:
    calibrated = of(Calibration, fed(session(), Clip().connects().feels(sits(4.0)).items))[0]
    bench = Bench().after(1, calibrated).after(1, OFFER).after(1, OFFER)
    assert bench.titles() == ["The clip may have moved"]
    bench.after(1, calibrated).after(1, OFFER)
    bench.after(1, replace(OFFER, kind=OfferKind.WITHDRAWN))
    over = "The clip on your back"
    assert bench.titles()[1:] == [over, "The clip may have moved", over]


def test_a_disk_that_hesitates_is_not_told_and_one_that_fails_is_until_it_works() -> None:
    bench = Bench().after(1, item=DISK).after(1, item=NO_DISK).after(DISK_S - 2, item=DISK)
    assert bench.titles() == []
    bench.after(1, item=NO_DISK).after(DISK_S + 1).after(60)
    assert bench.titles() == ["The recording is in trouble"]
    bench.after(1, item=DISK)
    assert bench.titles()[1:] == ["The recording"]


def test_in_a_meeting_it_waits_and_what_is_over_by_then_is_no_news() -> None:
    bench = Bench()
    bench.state = replace(bench.state, quiet=QuietChanged(0, HOST, Silence.MEETING))
    bench.after(1, battery(5)).after(1, OFFER).after(60, replace(OFFER, kind=OfferKind.WITHDRAWN))
    assert bench.titles() == []
    bench.state = replace(bench.state, quiet=None)
    bench.after(1)
    assert bench.titles() == ["The sensor's battery is low"]


def test_who_wants_no_notes_gets_none() -> None:
    bench = Bench()
    bench.allowed = False
    bench.after(1, battery(5)).after(60, battery(50))
    assert bench.titles() == []


@pytest.mark.parametrize("reason", ["", "No answer", "No answer."])
def test_they_are_technical_and_claim_nothing(reason: str) -> None:
    bench = Bench().after(1, STREAMS, battery(5), OFFER).after(1, item=NO_DISK)
    bench.after(1, link(LinkState.SCANNING, reason)).after(60).after(1, STREAMS, battery(90))
    assert len(bench.board.ever) == 6
    for note in bench.board.ever:
        title, text = for_desktop(note, has_buttons=True)
        assert note.kind is NoteKind.SENSOR
        assert note.buttons == ()
        assert refused_words(f"{title} {text}") == ()
        assert ".." not in text
