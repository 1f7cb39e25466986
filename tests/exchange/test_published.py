"""Published reports as they really look are read: the corpus of tests/published, file by file and as a whole.

`pytest tests/exchange/test_published.py -s` prints what was read, by phenomenon; `-k NAME` reads one file.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from govreport.core.errors import GovReportError
from govreport.exchange.recognise.published import read_published
from tests.support.published_score import CORPUS, Answer, Score, by_phenomenon, expectations, failed, score

EXPECTED = {expected["file"]: expected for expected in expectations()}


@cache
def read(file: str) -> Score:
    expected: dict[str, Any] = EXPECTED[file]
    try:
        imported = read_published(CORPUS / "files" / file)
    except GovReportError as error:
        return failed(expected, str(error))
    filing = imported.filing
    noted = frozenset(cell for note in filing.notes for cell in note.cells)
    return score(expected, Answer(filing.to_json(), imported.name, "".join(filing.title), noted))


@pytest.mark.parametrize("file", sorted(EXPECTED))
def test_no_figure_of_a_published_report_is_wrong_without_a_note(file: str):
    result = read(file)
    assert not result.counts["unnoted"] and not result.counts["invented"], "\n".join(result.problems)
    assert result.figures > 0.9, "\n".join(result.problems)


def test_the_corpus_as_a_whole_is_read():
    scores = [(expected, read(file)) for file, expected in sorted(EXPECTED.items())]
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
