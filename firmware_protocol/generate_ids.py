"""Make `ids.py` and the appendix of `SPEC.md` from `spec.toml`: numbers are stated once.

    python -m firmware_protocol.generate_ids [--check]

A tool for developers; nothing imports it at run time.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TypedDict

HERE = Path(__file__).parent
APPENDIX = "<!-- numbers: generated from spec.toml, do not edit below -->\n"
_STRUCT = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q"}


class _Constant(TypedDict):
    name: str
    value: int | float
    hex: bool
    doc: str


class _Layout(TypedDict):
    name: str
    doc: str
    fields: list[tuple[str, str, str]]


class _Uuids(TypedDict):
    name: str
    doc: str
    members: list[tuple[str, int, str, str, str]]


class _Enum(TypedDict):
    name: str
    kind: str
    doc: str
    members: list[tuple[int, str, str]]


class _Spec(TypedDict):
    constant: list[_Constant]
    layout: list[_Layout]
    uuids: list[_Uuids]
    enum: list[_Enum]


def load() -> _Spec:
    """The numbers as data."""
    spec: _Spec = tomllib.loads((HERE / "spec.toml").read_text("utf-8"))  # type: ignore[assignment]  # tomllib returns plain dicts; a test proves the shape
    return spec


def _number(item: _Constant) -> str:
    if item.get("hex") and isinstance(item["value"], int):
        return f"0x{item['value']:X}"
    return str(item["value"])


def _value(kind: str, value: int) -> str:
    return f"1 << {value}" if kind == "flag" else f"0x{value:02X}"


def _uuid(base: str, short: int) -> str:
    return base.replace("xxxx", f"{short:04x}")


def _wire_format(item: _Layout) -> str:
    return "<" + "".join(_STRUCT[kind] for _, kind, _ in item["fields"])


def render_ids(spec: _Spec) -> str:
    """The text of `ids.py`."""
    lines = [
        '"""Numbers of the protocol. Generated from `spec.toml`; do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        "from enum import IntEnum, IntFlag, StrEnum",
        "from typing import Final",
        "",
    ]
    for constant in spec["constant"]:
        lines += [f"{constant['name']}: Final = {_number(constant)}", f'"""{constant["doc"]}"""']
    lines += ["", "# Wire layouts, for `struct`; field by field in the appendix of SPEC.md."]
    for layout in spec["layout"]:
        lines.append(f'{layout["name"]}_LAYOUT: Final = "{_wire_format(layout)}"')
    for group in spec["uuids"]:
        lines += ["", "", f"class {group['name']}(StrEnum):", f'    """{group["doc"]}"""', ""]
        for base, short, name, properties, _ in group["members"]:
            lines += [f'    {name} = "{_uuid(base, short)}"', f'    """{properties}"""']
    for enum in spec["enum"]:
        parent = "IntFlag" if enum["kind"] == "flag" else "IntEnum"
        lines += ["", "", f"class {enum['name']}({parent}):", f'    """{enum["doc"]}"""', ""]
        for value, name, doc in enum["members"]:
            lines += [f"    {name} = {_value(enum['kind'], value)}", f'    """{doc}"""']
    return "\n".join(lines) + "\n"


def render_appendix(spec: _Spec) -> str:
    """The tables at the end of `SPEC.md`."""
    lines = ["", "### Constants", "", "| Name | Value | Meaning |", "|---|---|---|"]
    lines += [f"| {c['name']} | {_number(c)} | {c['doc']} |" for c in spec["constant"]]
    for layout in spec["layout"]:
        lines += ["", f"### {layout['name']}", "", layout["doc"], ""]
        lines += ["| Offset | Type | Field | Meaning |", "|---|---|---|---|"]
        offset = 0
        for name, kind, doc in layout["fields"]:
            lines.append(f"| {offset} | {kind} | {name} | {doc} |")
            offset += int(kind[1:]) // 8
    for group in spec["uuids"]:
        lines += ["", f"### {group['name']}", "", group["doc"], ""]
        lines += ["| UUID | Name | Properties | Security |", "|---|---|---|---|"]
        for base, short, name, properties, security in group["members"]:
            lines.append(f"| {_uuid(base, short)} | {name} | {properties} | {security or '-'} |")
    for enum in spec["enum"]:
        head = "Bit" if enum["kind"] == "flag" else "Value"
        lines += ["", f"### {enum['name']}", "", enum["doc"], ""]
        lines += [f"| {head} | Name | Meaning |", "|---|---|---|"]
        for value, name, doc in enum["members"]:
            shown = str(value) if enum["kind"] == "flag" else f"0x{value:02X}"
            lines.append(f"| {shown} | {name} | {doc} |")
    return "\n".join(lines) + "\n"


def generated() -> dict[Path, str]:
    """Path -> text of every file that this tool keeps."""
    spec = load()
    prose_path = HERE / "SPEC.md"
    prose = prose_path.read_text("utf-8").split(APPENDIX)[0]
    return {
        HERE / "ids.py": render_ids(spec),
        prose_path: prose + APPENDIX + render_appendix(spec),
    }


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say whether they are up to date; 0 if all is well."""
    stale = [p for p, text in generated().items() if not p.exists() or p.read_text("utf-8") != text]
    if "--check" not in arguments:
        for path, text in generated().items():
            path.write_text(text, "utf-8")
        return 0
    for path in stale:
        sys.stderr.write(f"{path.name} is out of date: python -m firmware_protocol.generate_ids\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
