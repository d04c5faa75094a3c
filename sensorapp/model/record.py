"""Values that are made for every packet: frozen to the type checker, quick to make at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_Value = TypeVar("_Value")


@dataclass_transform(frozen_default=True, eq_default=False)
def record(cls: type[_Value]) -> type[_Value]:
    """A slotted dataclass without equality, whose fields the type checker lets nobody set.

    For values with arrays, or made some ten times a second: a dataclass that is frozen at run
    time sets its fields one by one through a call each, which takes three times as long.
    """
    return dataclass(slots=True, eq=False)(cls)


@dataclass_transform(frozen_default=True)
def moment(cls: type[_Value]) -> type[_Value]:
    """The same with equality, for values of plain numbers and words."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
