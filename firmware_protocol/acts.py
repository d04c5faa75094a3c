"""What a sensor's shell has to do with its parts, in the order in which it was decided."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.ids import Profile, SleepMode


@dataclass(frozen=True, slots=True)
class RunMotor:
    """Run the motor: `pulses_ms` are pairs (on, off), once; it replaces what was running."""

    strength_pct: int
    pulses_ms: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class StopMotor:
    """Stop it at once."""


@dataclass(frozen=True, slots=True)
class Blink:
    """Blink the light for so long; 0 ends it."""

    seconds: int


@dataclass(frozen=True, slots=True)
class FallAsleep:
    """Switch off once what was to be sent has gone out."""

    mode: SleepMode


@dataclass(frozen=True, slots=True)
class AskForLink:
    """Ask the central for the connection parameters of this profile."""

    profile: Profile


@dataclass(frozen=True, slots=True)
class ForgetAll:
    """Bonds and whatever else the shell stores; then boot anew."""


Act = RunMotor | StopMotor | Blink | FallAsleep | AskForLink | ForgetAll
