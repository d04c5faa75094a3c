"""Sizes stay readable: files, functions, names in a module, and everything is typed."""

from __future__ import annotations

import ast
from statistics import median, quantiles

from tests.architecture.source_tree import Source, functions, length, public_names, sources

LONG_FILES: dict[str, str] = {}
"""Files over 400 lines, each with its reason."""

MANY_NAMES: dict[str, str] = {
    "sensorapp/model/inputs.py": "one class for each thing that can happen",
    "sensorapp/model/posture.py": "the vocabulary of the command line's JSON lines",
    "sensorapp/text/setup_words.py": "every sentence of the set-up, one name each",
    "sensorapp/model/preferences.py": "a class for each section of the settings file",
    "sensorapp/model/errors.py": "the one tree of errors, read as a whole",
}
"""Modules with more than 8 public names, each with its reason."""


def written() -> list[Source]:
    return [source for source in sources() if not source.generated]


def test_files_are_short() -> None:
    sizes = sorted(source.lines for source in written())
    assert median(sizes) <= 150
    assert quantiles(sizes, n=20, method="inclusive")[-1] <= 400
    over = {source.path for source in written() if source.lines > 400}
    assert over == set(LONG_FILES)


def test_functions_are_short() -> None:
    sizes = {
        f"{source.path}:{function.lineno} {function.name}": length(function)
        for source in written()
        for function in functions(source.tree)
    }
    assert quantiles(sizes.values(), n=20, method="inclusive")[-1] <= 40
    assert {name: size for name, size in sizes.items() if size > 80} == {}


def test_a_module_offers_few_names() -> None:
    over = {source.path for source in written() if len(public_names(source.tree)) > 8}
    assert over == set(MANY_NAMES)
    assert len(MANY_NAMES) <= 0.05 * len(written())


def test_no_module_is_named_for_nothing() -> None:
    vague = ("util", "helper", "manager", "common", "misc")
    named = [source.path for source in sources() if any(word in source.path for word in vague)]
    assert named == []


def test_every_function_is_annotated() -> None:
    bare = [
        f"{source.path}:{function.lineno} {function.name}"
        for source in sources()
        for function in functions(source.tree)
        if function.returns is None or unannotated(function)
    ]
    assert bare == []


def unannotated(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
    return [one.arg for one in every if one.annotation is None and one.arg not in ("self", "cls")]


def test_the_measures_see_what_they_should() -> None:
    tree = ast.parse("A = 1\n_b = 2\ndef f(x, *y: int) -> None:\n    pass\nclass C:\n    D = 3\n")
    (function,) = functions(tree)
    assert public_names(tree) == ["A", "f", "C"]
    assert length(function) == 2
    assert unannotated(function) == ["x"]
