"""Changes to the text of a settings file that leave every comment where it is.

tomlkit is imported when it is needed: reading settings must not wait for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from itertools import groupby
from textwrap import wrap
from typing import Any

from sensorapp.model.preferences import KEYS
from sensorapp.model.setting_key import Key, Value
from sensorapp.store.settings_file import settings_in

_WIDTH = 96
_ABOUT = (
    "Settings of sensorapp. A line that begins with # is a comment: without the #, what it says "
    "counts. `sensorapp settings` shows what is in force."
)


def fresh_text() -> str:
    """A file that sets nothing and tells of every key: what it means, its range, its default."""
    lines = _comment(_ABOUT)
    for section, keys in groupby(KEYS, lambda key: key.section):
        lines += ["", f"[{section}]"]
        for number, key in enumerate(keys):
            lines += [""] * bool(number) + _comment(f"{key.help} Takes {key.allowed}.")
            lines.append(_offered(key))
    return "\n".join(lines) + "\n"


def with_value(text: str, key: Key, value: Value, where: str) -> str:
    """The text with one key set, in the place of the line that offers its default if it has one.

    Raises `SettingsError` for a text that can't be changed; `where` it stands is said then.
    """
    wanted = _tree(text, key, where)
    wanted.setdefault(key.section, {})[key.field] = value
    line = f"{key.field} = {_in_toml(value)}"
    swapped = _swapped(text, key, re.escape(_offered(key)), lambda _: line)
    if _is(swapped, wanted):
        return swapped
    import tomlkit

    document = tomlkit.parse(text)
    if key.section not in document:
        if document.body:
            document.add(tomlkit.nl())
        document[key.section] = tomlkit.table()
    document[key.section][key.field] = value
    return tomlkit.dumps(document)


def without_value(text: str, key: Key, where: str) -> str:
    """The text with one key not set; the line that set it offers the default instead.

    Raises `SettingsError` for a text that can't be changed; `where` it stands is said then.
    """
    wanted = _tree(text, key, where)
    if key.field not in wanted.get(key.section, {}):
        return text
    del wanted[key.section][key.field]

    def taken_back(line: str) -> str:
        comment = _comment_in(line)
        return f"{comment}\n{_offered(key)}" if comment else _offered(key)

    swapped = _swapped(text, key, rf"\s*[\"']?{key.field}[\"']?\s*=.*", taken_back)
    if _is(swapped, wanted):
        return swapped
    dotted = rf"\s*{key.section}\s*\.\s*{key.field}\s*=.*"
    swapped = _swapped(text, key, dotted, _comment_in, section="")
    if _is(swapped, wanted):
        return swapped
    import tomlkit

    document = tomlkit.parse(text)
    del document[key.section][key.field]
    return tomlkit.dumps(document)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, _WIDTH)]


def _offered(key: Key) -> str:
    return f"# {key.field} = {_in_toml(key.default)}"


def _in_toml(value: Value) -> str:
    import tomlkit

    is_whole = isinstance(value, float) and value.is_integer()
    return tomlkit.item(int(value) if is_whole else value).as_string()


def _swapped(
    text: str, key: Key, pattern: str, new: Callable[[str], str], section: str | None = None
) -> str:
    """The text with its first line that fits the pattern in another form, if there is one.

    It is looked for in the key's section, or in the one that is named ("" is above all).
    """
    wanted = key.section if section is None else section
    lines = text.splitlines(keepends=True)
    here = ""
    for number, line in enumerate(lines):
        bare = line.rstrip("\r\n")
        header = re.fullmatch(r"\s*\[\s*([\w-]+)\s*\]\s*(?:#.*)?", bare)
        if header is not None:
            here = header[1]
        if here == wanted and re.fullmatch(pattern, bare):
            lines[number] = new(bare) + line[len(bare) :]
            return "".join(lines)
    return text


def _comment_in(line: str) -> str:
    """The comment at the end of a line that sets something, "" without one."""
    for found in re.finditer("#", line):
        if _is_toml(line[: found.start()]):
            return line[found.start() :]
    return ""


def _tree(text: str, key: Key, where: str) -> dict[str, Any]:
    """What a text says; it may say wrong things, but not so that the key has no place."""
    tree: dict[str, Any] = tomllib.loads(text) if _is_toml(text) else {key.section: None}
    if not isinstance(tree.get(key.section, {}), dict):
        settings_in(text, where)  # raises, and says what is wrong
    return tree


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is(text: str, wanted: dict[str, Any]) -> bool:
    """Whether a text says just this: swapping lines is blind to strings of several lines."""
    return _is_toml(text) and _filled(tomllib.loads(text)) == _filled(wanted)


def _filled(tree: dict[str, Any]) -> dict[str, Any]:
    return {section: content for section, content in tree.items() if content != {}}
