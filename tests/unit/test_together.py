"""Recordings are counted together: a stream is counted once, however often it went on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sensorapp.app.together import TogetherGap, together
from tests.lossy_pipe import Weather
from tests.unit.segments import CALM, Segments


def streamed(folder: Path, before: list[Path]) -> Segments:
    day = Segments(folder)
    day.paths = [*before]
    day.connect()
    day.passes(1.0)
    day.stop()
    return day


def test_a_stream_over_three_sessions_is_one(tmp_path: Path) -> None:
    day = Segments(tmp_path)
    for _ in range(2):
        day.connect()
        day.passes(3.0)
        day.kill_host()
        day.passes(1.0)
    day.connect()
    day.passes(3.0)
    day.stop()
    alone = day.verified()
    (count,) = together(alone)
    assert (count.name, count.recordings, count.streams) == ("TP-3F9A", 3, 1)
    assert count.samples == count.samples_expected == sum(day.taken.values()) > 1000
    assert (count.samples_twice, count.gaps) == (0, ())
    assert sum(one.sensors[0].samples for one in alone) == count.samples
    assert together(alone[::-1]) == (count,)


@pytest.mark.parametrize("buffer_samples", [128, 8192])
def test_in_any_weather_every_sample_is_stored_or_named(
    tmp_path: Path, buffer_samples: int
) -> None:
    weather = Weather(drop=0.05, double=0.05, swap=0.05)
    day = Segments(tmp_path, weather, buffer_samples)
    for _ in range(4):
        day.connect()
        day.passes(2.5)
        day.kill_host()
        day.passes(2.0)
    day.weather = CALM
    day.connect()
    day.passes(10.0)
    day.stop()
    (count,) = together(day.verified())
    assert (count.recordings, count.streams) == (5, 1)
    assert count.samples_expected == sum(day.taken.values())
    # the driver's own word, which the count does not rest on
    assert count.samples_lost == sum(day.came.named.values())
    assert (count.samples_lost > 4 * 50) == (buffer_samples == 128)


def test_what_two_recordings_hold_is_counted_once(tmp_path: Path) -> None:
    day = Segments(tmp_path)
    day.connect()
    day.passes(3.9)
    position = day.kill_host()
    assert position is not None
    older = replace(position, next_index=position.next_index - 50)
    day.go_on(older)
    day.came.ends[older.boot_id, older.epoch] = older.next_index
    day.connect()
    day.passes(3.0)
    day.stop()
    verified = day.verified()
    (count,) = together(verified)
    assert count.streams == 1
    assert count.samples_expected == count.samples == sum(day.taken.values())
    assert count.samples_twice == 50
    (copied,) = together([*verified, *verified])
    assert (copied.samples, copied.samples_twice) == (count.samples, count.samples + 100)


def test_what_no_recording_holds_is_named_by_the_sensors_own_numbers(tmp_path: Path) -> None:
    day = Segments(tmp_path)
    for _ in range(2):
        day.connect()
        day.passes(3.0)
        day.kill_host()
    day.connect()
    day.passes(3.0)
    day.stop()
    first, second, third = day.verified()
    (count,) = together([third, first])
    begin = first.sensors[0].samples
    (gap,) = count.gaps
    assert gap == TogetherGap(1, 1, begin, second.sensors[0].samples, after=1, before=0)
    assert count.samples_expected == sum(day.taken.values())


def test_the_same_number_of_another_stream_is_another_stream(tmp_path: Path) -> None:
    first = streamed(tmp_path, [])
    later = streamed(tmp_path, first.paths)  # as after 256 streams
    verified = later.verified()
    assert [one.streams[0].stream_id for one in verified] == [(1, 1)] * 2
    (count,) = together(verified)
    assert (count.streams, count.samples_twice, count.gaps) == (2, 0, ())
    assert count.samples == sum(first.taken.values()) + sum(later.taken.values())


def test_without_a_buffer_nothing_goes_on(tmp_path: Path) -> None:
    day = Segments(tmp_path, buffer_samples=0)
    for _ in range(2):
        day.connect()
        day.passes(2.0)
        assert day.kill_host() is None
    (count,) = together(day.verified())
    assert (count.streams, count.samples_twice) == (2, 0)
    assert count.samples == count.samples_expected
