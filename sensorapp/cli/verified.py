"""What `verify` prints: objects for programs, lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sensorapp.cli.options import LONGEST_PATH
from sensorapp.text.cleaning import plain_text

if TYPE_CHECKING:
    from sensorapp.app.sample_count import SensorCount
    from sensorapp.app.together import TogetherCount, TogetherGap
    from sensorapp.app.verify import Verified

_GAPS_SHOWN = 10


def verified_fields(path: Path, verified: Verified) -> dict[str, object]:
    """One recording as an object."""
    account, header = verified.account, verified.header
    return {
        "type": "verify",
        "file": str(path),
        "whole": account.whole,
        "closed": account.closed,
        "breaks_off": account.breaks_off,
        "format_version": header.format_version,
        "app_version": header.app_version,
        "started_utc": header.started_utc,
        "source": header.source,
        "duration_s": account.duration_s,
        "inputs": account.inputs,
        "inputs_missing": account.missing,
        "inputs_repeated": account.repeated,
        "inputs_unknown": verified.skipped,
        "damage": [
            {"inputs": hole.inputs, "from_s": hole.from_s, "until_s": hole.until_s}
            for hole in account.holes
        ],
        "sensors": [_sensor_fields(sensor) for sensor in verified.sensors],
        "notice": verified.notice,
    }


def _sensor_fields(sensor: SensorCount) -> dict[str, object]:
    return {
        "sensor_id": sensor.sensor_id,
        "driver": sensor.driver,
        "name": sensor.name,
        "motion_packets": sensor.motion_packets,
        "samples_expected": sensor.samples_expected,
        "samples": sensor.samples,
        "samples_lost": sensor.samples_lost,
        "samples_repeated": sensor.samples_repeated,
        "faults": sensor.faults,
        "gaps": [
            {
                "epoch": gap.epoch,
                "first_index": gap.first_index,
                "count": gap.count,
                "from_s": gap.from_s,
                "until_s": gap.until_s,
            }
            for gap in sensor.gaps
        ],
    }


def verified_lines(path: Path, verified: Verified) -> list[str]:
    """One recording for a person."""
    account, header = verified.account, verified.header
    state = "whole" if account.whole else "damaged" if account.closed else "not whole"
    closed = "closed properly" if account.closed else "not closed properly"
    began = f"{plain_text(header.started_utc, 40)}, {account.duration_s:.1f} s"
    counts = f"{account.inputs} inputs, {account.missing} missing"
    lines = [
        f"{plain_text(str(path), LONGEST_PATH)}: {state}, {closed}",
        f"  started {began}, format {header.format_version}; {counts}",
    ]
    if verified.skipped:
        lines.append(f"  {verified.skipped} inputs are of kinds that this version does not know")
    for sensor in verified.sensors:
        lines.append(
            f"  {plain_text(sensor.name, 60) or plain_text(sensor.sensor_id, 60)}: "
            f"{sensor.samples_expected} samples expected = {sensor.samples} stored + "
            f"{sensor.samples_lost} lost; {sensor.motion_packets} motion packets, "
            f"{sensor.faults} faults"
        )
        for gap in sensor.gaps[:_GAPS_SHOWN]:
            since = "the start" if gap.from_s is None else f"{gap.from_s:.1f} s"
            until = "the end" if gap.until_s is None else f"{gap.until_s:.1f} s"
            lines.append(
                f"    {gap.count} lost from sample {gap.first_index} of stream {gap.epoch} on, "
                f"between {since} and {until}"
            )
        if len(sensor.gaps) > _GAPS_SHOWN:
            lines.append(f"    and {len(sensor.gaps) - _GAPS_SHOWN} more gaps; --json has all")
    return lines


def together_fields(paths: Sequence[Path], counts: Iterable[TogetherCount]) -> dict[str, object]:
    """All recordings as one object."""
    return {
        "type": "together",
        "files": [str(path) for path in paths],
        "sensors": [_together_fields(paths, count) for count in counts],
    }


def together_lines(paths: Sequence[Path], counts: Iterable[TogetherCount]) -> list[str]:
    """All recordings for a person."""
    lines = [f"Together, {len(paths)} recordings:"]
    for count in counts:
        streams = "1 stream" if count.streams == 1 else f"{count.streams} streams"
        lines.append(
            f"  {plain_text(count.name, 60) or '?'}: {count.samples_expected} samples expected = "
            f"{count.samples} stored + {count.samples_lost} lost; {streams}, "
            f"{count.samples_twice} samples in more than one recording"
        )
        for gap in count.gaps[:_GAPS_SHOWN]:
            stream = "?" if gap.epoch is None else f"{gap.epoch} of boot {gap.boot_id}"
            lines.append(
                f"    {gap.count} lost from sample {gap.first_index} of stream {stream} on, "
                f"{_place(paths, gap)}"
            )
        if len(count.gaps) > _GAPS_SHOWN:
            lines.append(f"    and {len(count.gaps) - _GAPS_SHOWN} more gaps; --json has all")
    return lines


def _together_fields(paths: Sequence[Path], count: TogetherCount) -> dict[str, object]:
    def named(number: int | None) -> str | None:
        return None if number is None else str(paths[number])

    return {
        "driver": count.driver,
        "name": count.name,
        "recordings": count.recordings,
        "streams": count.streams,
        "samples_expected": count.samples_expected,
        "samples": count.samples,
        "samples_lost": count.samples_lost,
        "samples_twice": count.samples_twice,
        "gaps": [
            {
                "boot_id": gap.boot_id,
                "epoch": gap.epoch,
                "first_index": gap.first_index,
                "count": gap.count,
                "after": named(gap.after),
                "before": named(gap.before),
            }
            for gap in count.gaps
        ],
    }


def _place(paths: Sequence[Path], gap: TogetherGap) -> str:
    after, before = (
        None if number is None else plain_text(str(paths[number]), LONGEST_PATH)
        for number in (gap.after, gap.before)
    )
    if after is None:
        return "at its start" if before is None else f"before {before}"
    if before is None:
        return f"after {after}"
    return f"within {after}" if after == before else f"between {after} and {before}"
