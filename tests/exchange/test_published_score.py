"""The judge of the corpus is itself judged: a perfect answer passes, and each kind of mistake is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from govreport.forms.catalogue import Catalogue
from tests.support.laws import broken
from tests.support.published_score import Answer, Score, by_layout, by_phenomenon, expectations, failed, score

EXPECTED = expectations()
LEGIBLE = [
    one
    for one in EXPECTED
    if "applications.granted.total" not in one["unreadable"] and one["cells"]["applications.new.natural"] is not None
]
ROWS = 20


def perfect(expected: dict[str, Any]) -> dict[str, Any]:
    narrative = {part.split("/", maxsplit=1)[0]: "\n".join(texts) for part, texts in expected["narrative"].items()}
    keys = ("year", "edition", "editions", "unreadable")
    return {**{key: expected[key] for key in keys}, "cells": dict(expected["cells"]), "narrative": narrative}


def answer(expected: dict[str, Any], document: dict[str, Any], noted: frozenset[str] = frozenset()) -> Answer:
    return Answer(document, expected["agency"], expected["title"], noted)


def by_file(several: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((one["file"], one) for one in several)


def test_a_perfect_answer_has_no_problem_and_cells_are_those_of_the_form():
    def law(_file: str, expected: dict[str, Any]) -> None:
        result = score(expected, answer(expected, perfect(expected)))
        assert result.problems == []
        assert (result.figures, result.lost, result.sentences) == (1, 1, 1)
        form = Catalogue.read().compose(expected["year"], expected["editions"])
        assert sorted(expected["cells"]) == sorted(form.cells)
        assert set(expected["unreadable"]) <= set(form.cells)
        assert all(expected["cells"][cell] is None for cell in expected["unreadable"])

    assert broken(law, by_file(EXPECTED)) == []


def test_figures_shifted_by_a_column_or_a_row_are_seen():
    def law(_file: str, expected: dict[str, Any]) -> None:
        names = [name for name in expected["cells"] if name.startswith("applications.")]
        for step in (1, 7):
            document = perfect(expected)
            values = [document["cells"][name] for name in names]
            document["cells"] |= dict(zip(names, values[step:] + values[:step], strict=True))
            result = score(expected, answer(expected, document))
            seen = sum(result.counts[key] for key in ("unnoted", "silent", "filled", "invented", "unlisted"))
            assert seen >= (4 if "nothing received: zeros all over" in expected["phenomena"] else ROWS)

    assert broken(law, by_file(LEGIBLE)) == []


def test_each_kind_of_mistake_is_counted_as_what_it_is():
    expected = next(one for one in EXPECTED if one["unreadable"] and None in one["cells"].values())
    filled, other, third = [name for name, value in expected["cells"].items() if value][:3]
    lost = expected["unreadable"][0]
    document = perfect(expected)
    document["cells"] |= {filled: 98765, other: None, third: 98765}
    document["unreadable"] = [name for name in expected["unreadable"] if name != lost]
    document["year"] = 1999
    document["narrative"]["1"] = ""
    result = score(expected, answer(expected, document, noted=frozenset({filled})))
    kinds = ("wrong", "silent", "unnoted", "unlisted", "year wrong")
    assert {kind: result.counts[kind] for kind in kinds} == dict.fromkeys(kinds, 1)
    assert result.counts["misplaced"] == len(expected["narrative"]["1"])


def test_a_file_that_cannot_be_read_counts_as_missing_everywhere():
    result = failed(EXPECTED[0], "没有表格")
    assert result.figures == 0 and result.sentences == 0 and result.counts["unnoted"] == 0
    assert "没有表格" in result.problems[0]


def test_the_table_tells_of_every_phenomenon():
    table = by_phenomenon((one, score(one, answer(one, perfect(one)))) for one in EXPECTED)
    for phenomenon in {name for one in EXPECTED for name in one["phenomena"]}:
        assert phenomenon in table


def test_layouts_are_weighed_by_how_often_they_were_met():
    lines = by_layout(
        [
            ({"layout": "often", "met": 3}, Score(Counter(right=10))),
            ({"layout": "seldom", "met": 1}, Score(Counter(right=5, unnoted=15))),
            ({"file": "of no layout that was met"}, Score(Counter(unnoted=99))),
        ]
    ).splitlines()
    assert [line.split()[0] for line in lines] == ["layout", "often", "seldom", "weighed"]
    assert lines[-1].split()[-6:] == ["81.25%", "0.00%", "0.00%", "18.75%", "0.00%", "0.00%"]
