"""A thing that can be set: its name, unit, range and help, and which values it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from sensorapp.model.clock_span import SPAN_ALLOWED, clock_span

Value = bool | int | float | str

LONGEST_TEXT = 64
"""Characters of a text; a sensor's name has 29 bytes at most where it is advertised."""

_WORDS = {"true": True, "yes": True, "on": True, "1": True}
_WORDS |= {"false": False, "no": False, "off": False, "0": False}


class TakesEffect(StrEnum):
    """When a value that was changed counts."""

    AT_ONCE = "at once"
    NEXT_START = "at the next start"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be set; its default's type is the type of all its values.

    `least` and `most` bound a number, both included; `choices` are all texts that are allowed.
    """

    name: str
    default: Value
    help: str
    takes_effect: TakesEffect
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    is_span: bool = False
    """Whether a text must be a time of the day from ... to ..., or empty."""

    @property
    def section(self) -> str:
        """The table of the settings file that holds it."""
        return self.name.partition(".")[0]

    @property
    def field(self) -> str:
        """Its name within the section."""
        return self.name.partition(".")[2]

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"SENSORAPP_{self.section}_{self.field}".upper()

    @property
    def range(self) -> str:
        """The values that are allowed, short enough for a table."""
        if isinstance(self.default, bool):
            return "true, false"
        if self.choices:
            return ", ".join(choice or '""' for choice in self.choices)
        if self.is_span:
            return '"", HH:MM-HH:MM'
        if isinstance(self.default, str):
            return "text"
        return f"{self.least:g} to {self.most:g}"

    @property
    def allowed(self) -> str:
        """The values that are allowed, as the end of a sentence."""
        if isinstance(self.default, bool):
            return "true or false"
        if self.choices:
            return f"one of {self.range}"
        if self.is_span:
            return SPAN_ALLOWED
        if isinstance(self.default, str):
            return f"a text of at most {LONGEST_TEXT} characters that can be shown"
        whole = "whole " if isinstance(self.default, int) else ""
        unit = f" {self.unit}" if self.unit else ""
        return f"a {whole}number from {self.least:g} to {self.most:g}{unit}"

    def taken(self, raw: object) -> Value | None:
        """`raw` as a value of this key, None if it is not allowed."""
        if isinstance(self.default, bool) or isinstance(raw, bool):
            return raw if isinstance(raw, bool) and isinstance(self.default, bool) else None
        if isinstance(self.default, str):
            return raw if isinstance(raw, str) and self._is_text(raw) else None
        if not isinstance(raw, int | float) or not self._is_within(raw):
            return None
        if isinstance(self.default, float):
            return float(raw)
        return raw if isinstance(raw, int) else None

    def parsed(self, text: str) -> Value | None:
        """The value that a word of a command or of the environment means; None if none."""
        if isinstance(self.default, str):
            return self.taken(text)
        word = text.strip()
        if isinstance(self.default, bool):
            return _WORDS.get(word.casefold())
        try:
            return self.taken(int(word) if isinstance(self.default, int) else float(word))
        except ValueError:
            return None

    def _is_within(self, number: float) -> bool:
        least = -math.inf if self.least is None else self.least
        return least <= number <= (math.inf if self.most is None else self.most)

    def _is_text(self, text: str) -> bool:
        if self.choices:
            return text in self.choices
        if self.is_span:
            return text == "" or clock_span(text) is not None
        return len(text) <= LONGEST_TEXT and text.isprintable()
