"""Numbers in the room that reads published files: few, each said what it means, those of recognition in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from govreport.exchange.recognise import model
from tests.support.projects import REPOSITORY

ROOM = REPOSITORY / "govreport" / "exchange"
ORDINARY = {0, 1, 2}
"""Numbers that count, begin or end something, and -1, the last of something."""
MOST = {"": 0, "readers": 31, "recognise": 13, "workbook": 12}
"""Most other numbers in each part of the room; a figure may only fall."""


def numbers(path: Path) -> Iterator[int | float]:
    """Every number that a module writes out, but for those that say nothing of the world."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and value not in ORDINARY:
            yield value


def test_a_number_more_needs_a_number_less():
    found = dict.fromkeys(MOST, 0)
    for path in ROOM.rglob("*.py"):
        inner = path.relative_to(ROOM).parts
        found[inner[0] if len(inner) > 1 else ""] += len(list(numbers(path)))
    assert {part: count for part, count in found.items() if count > MOST[part]} == {}


def test_every_parameter_of_recognition_says_what_it_means():
    assert model.__file__
    body = ast.parse(Path(model.__file__).read_text(encoding="utf-8")).body
    stated = [node for node in body if isinstance(node, ast.Assign)]
    told = [after for node, after in zip(body, [*body[1:], None], strict=True) if node in stated]
    assert stated and all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in told)
