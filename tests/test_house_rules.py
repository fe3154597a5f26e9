"""The rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "cogs", "storage")


def sources(*folders: str) -> Iterator[Path]:
    """Yield every Python file below these folders."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file, methods included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_packages_are_empty() -> None:
    """Every `__init__.py` is empty: importing a room does nothing."""
    assert [str(path) for path in sources(*ROOMS, "tests") if path.name == "__init__.py" and path.stat().st_size] == []


def test_every_test_says_the_behaviour() -> None:
    """A test's docstring says what it proves."""
    silent = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in sources("tests")
        for function in functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert silent == []


def test_exceptions_to_the_linters_have_reasons() -> None:
    """`noqa`, `type: ignore` and `pyright: ignore` are followed by why."""
    bare = re.compile(
        r"#\s*(?:noqa(?::\s*[A-Z0-9, ]+)?|type:\s*ignore(?:\[[^\]]*\])?|pyright:\s*ignore(?:\[[^\]]*\])?)\s*$"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(*ROOMS, "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_files_have_one_subject() -> None:
    """A file of more than 400 lines has two. The list of exceptions is empty and stays so."""
    assert [
        str(path.relative_to(ROOT))
        for path in sources(*ROOMS)
        if "versions" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > 400
    ] == []


def test_functions_fit_in_a_glance() -> None:
    """About 8 lines at the median and 30 at the ninth decile, bodies without their docstrings (STYLE, Side by side)."""
    lengths = sorted(_length(function) for path in sources(*ROOMS) for function in functions(path))
    median, ninth_decile = lengths[len(lengths) // 2], lengths[len(lengths) * 9 // 10]
    assert (median <= 9, ninth_decile <= 30) == (True, True), (median, ninth_decile)


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_only_what_goes_wrong_is_logged_with_a_member() -> None:
    """What goes well names nobody (docs/privacy.md)."""
    names = {"user", "user_id", "member", "moderator", "voter", "by", "recipient", "reader"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"debug", "info"}
        and names & {keyword.arg for keyword in node.keywords}
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_printed(room: str) -> None:
    """Logs are structured; only the terminal commands speak to a person, through rich."""
    called = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(room)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert called == []
