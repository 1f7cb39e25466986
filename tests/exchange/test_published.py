"""Published reports as they really look are read: the corpus of tests/published, file by file and as a whole.

`pytest tests/exchange/test_published.py -s` prints what was read, by phenomenon, and for the files in layouts that were
met in reports of the web by layout; `-k NAME` reads one file.
"""

from __future__ import annotations

from functools import cache

import pytest

from tests.support.published_score import BAD, Score, by_layout, by_phenomenon, expectations, known
from tests.support.published_score import read as read_expected

EXPECTED = {expected["file"]: expected for expected in expectations()}
MET = {file: expected for file, expected in EXPECTED.items() if "layout" in expected}
INVENTED = {file: expected for file, expected in EXPECTED.items() if file not in MET}


@cache
def read(file: str) -> Score:
    return read_expected(EXPECTED[file])


@pytest.mark.parametrize("file", sorted(INVENTED))
def test_no_figure_of_a_published_report_is_wrong_without_a_note(file: str):
    result = read(file)
    assert not result.counts["unnoted"] and not result.counts["invented"], "\n".join(result.problems)
    assert result.figures > 0.9, "\n".join(result.problems)


@pytest.mark.parametrize("file", sorted(MET))
def test_a_report_in_a_layout_that_was_met_is_read_no_worse_than_known(file: str):
    result = read(file)
    risen = {key: result.counts[key] for key in BAD if result.counts[key] > known()[file].get(key, 0)}
    assert not risen, "\n".join(result.problems)


def test_what_is_known_of_layouts_names_every_file_in_them():
    assert sorted(known()) == sorted(MET)
    print("", by_layout([(expected, read(file)) for file, expected in sorted(MET.items())]), sep="\n")


def test_the_corpus_as_a_whole_is_read():
    scores = [(expected, read(file)) for file, expected in sorted(INVENTED.items())]
    total = Score()
    for _, one in scores:
        total.add(one)
    print("", by_phenomenon(scores), *total.problems, sep="\n")
    assert len(scores) >= 80
    assert total.figures >= 0.99
    assert not total.counts["unnoted"]
    assert total.lost >= 0.99
    assert total.share("blank", "filled", "doubted") >= 0.99
    for key in ("agency", "year", "editions"):
        assert total.share(f"{key} right", f"{key} wrong") >= 0.99, key
    assert total.share("title right", "title wrong") >= 0.95
    assert total.sentences >= 0.98
    assert total.share("kept out", "stray") >= 0.95
