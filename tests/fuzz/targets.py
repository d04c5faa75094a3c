"""Everything that reads bytes from outside, by name.

A target digests any bytes at all. It may refuse them by the typed error of its layer; whatever
else it raises is a finding, and so is what `bounds` does not allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from firmware_protocol import (
    advertising,
    clock_parameters,
    commands,
    device_parameters,
    haptic,
    info,
    motion,
    parameters,
    status,
)
from firmware_protocol.errors import RemoteProtocolError
from sensorapp.drivers.catalogue import drivers
from sensorapp.drivers.witmotion_frames import FrameSplitter
from sensorapp.drivers.witmotion_registers import parse_reply
from tests.fuzz import conversations, files, seeds


@dataclass(frozen=True, slots=True)
class Target:
    """What digests bytes, and bytes to begin with."""

    digest: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]


_PACKETS: dict[str, Callable[[bytes], object]] = {
    "motion": motion.MotionPacket.unpack,
    "status": status.Status.unpack,
    "info": info.Info.unpack,
    "service data": advertising.ServiceData.unpack,
    "advertisement": advertising.find_service_data,
    "request": commands.Request.unpack,
    "time sync request": clock_parameters.TimeSyncRequest.unpack,
    "time sync answer": clock_parameters.TimeSyncAnswer.unpack,
    "unix time": clock_parameters.UnixTime.unpack,
    "tare": device_parameters.Tare.unpack,
    "gravity": device_parameters.unpack_gravity,
    "confirmation": device_parameters.is_confirmed,
    "one byte": device_parameters.one_byte,
    "local alert": device_parameters.LocalAlert.unpack,
    "haptic": haptic.Haptic.unpack,
    "start request": parameters.StartRequest.unpack,
    "start answer": parameters.StartAnswer.unpack,
    "stop answer": parameters.StopAnswer.unpack,
    "position": parameters.Position.unpack,
    "available": parameters.Available.unpack,
    "backfill request": parameters.BackfillRequest.unpack,
    "backfill sent": parameters.BackfillSent.unpack,
}


def _refusing(unpack: Callable[[bytes], object], data: bytes) -> None:
    with suppress(RemoteProtocolError):
        unpack(data)


def _split(data: bytes) -> None:
    """WitMotion frames in the pieces that the bytes themselves say."""
    splitter = FrameSplitter()
    while data:
        size = data[0] % 41
        frames, _ = splitter.feed(data[1 : 1 + size])
        for frame in frames:
            parse_reply(frame)
        data = data[1 + size :]


TARGETS: dict[str, Target] = {
    **{
        name: Target(partial(_refusing, unpack), partial(seeds.packets, name))
        for name, unpack in _PACKETS.items()
    },
    "answer in parts": Target(conversations.assemble, seeds.answers),
    "commands": Target(conversations.command_clip, seeds.commands),
    "frames": Target(_split, seeds.frames),
    **{
        f"driver {key}": Target(partial(conversations.converse, key), partial(seeds.talk, key))
        for key in drivers()
    },
    **{
        f"session {key}": Target(partial(conversations.session, key), partial(seeds.talk, key))
        for key in drivers()
    },
    **{
        f"session in rows {key}": Target(
            partial(conversations.session_in_rows, key), partial(seeds.rows, key)
        )
        for key in drivers()
    },
    "recording": Target(files.recording, seeds.recordings),
    "recording's commands": Target(files.recording_commands, seeds.recordings),
    "recording's messages": Target(files.recording_messages, seeds.messages),
    "recording's replay": Target(files.recording_replayed, seeds.replayed),
    "recording's header": Target(files.header_of, seeds.headers),
    "recording's input": Target(files.input_of, seeds.events),
    "npz": Target(files.imu_npz, seeds.npz),
    "csv": Target(files.imu_csv, seeds.csv),
    "kept calibrations": Target(files.kept_calibrations, seeds.calibrations),
    "kept quiet": Target(files.kept_quiet, seeds.quiets),
    "kept streams": Target(files.kept_streams, seeds.streams),
    "settings": Target(files.settings_of, seeds.settings),
    "manifest": Target(files.manifest_file, seeds.manifests),
    "scenario": Target(files.scenario_of, seeds.scenarios),
}
