"""Text that lost figures, labels or the places of its lines: whatever is read and differs from the truth is noted."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.exchange.recognise.published import read_published
from govreport.filing.filing import Filing
from tests.support.strategies import examples
from tests.support.text_tables import COLUMNS, END, HEAD, HEADER, Figures, figures, label, read

Lines = list[list[str]]
"""Lines of a table as pieces: a label (it may be empty) and figures."""


def drop_figure(lines: Lines, chance: random.Random) -> None:
    line = chance.choice([line for line in lines if line[0] and len(line) > 2] or lines[:1])
    line.pop(chance.randrange(1, len(line)))


def drop_label(lines: Lines, chance: random.Random) -> None:
    chance.choice(lines)[0] = ""


def drop_line(lines: Lines, chance: random.Random) -> None:
    lines.remove(chance.choice([line for line in lines if line[0]] or lines))


def part_line(lines: Lines, chance: random.Random) -> None:
    """The figures, or the last of them, stand on a line of their own."""
    at = chance.randrange(len(lines))
    cut = chance.randint(1, len(lines[at]))
    lines[at : at + 1] = [lines[at][:cut], ["", *lines[at][cut:]]]


def swap_lines(lines: Lines, chance: random.Random) -> None:
    at = chance.randrange(len(lines) - 1)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]


def cut_figure(lines: Lines, chance: random.Random) -> None:
    """The last digit of a figure stands on the line below."""
    at = chance.randrange(len(lines))
    long = [n for n, text in enumerate(lines[at]) if n and len(text) > 1]
    if long:
        n = chance.choice(long)
        lines.insert(at + 1, ["", *[" "] * (n - 1), lines[at][n][-1]])
        lines[at][n] = lines[at][n][:-1]


def labels_after(lines: Lines, chance: random.Random) -> None:
    """A stretch of rows has its figures first and its labels below."""
    start = chance.randrange(len(lines))
    part = lines[start : start + chance.randint(2, 6)]
    lines[start : start + len(part)] = [*(["", *line[1:]] for line in part), *([line[0]] for line in part)]


def stray_number(lines: Lines, chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), ["", str(chance.randint(1, 99))])


CHANGES: list[Callable[[Lines, random.Random], None]] = [
    drop_figure, drop_label, drop_line, part_line, swap_lines, cut_figure, labels_after, stray_number,
]  # fmt: skip


def columns(line: list[str]) -> str:
    return beside_label(line[0]) + "".join(text.ljust(8) for text in line[1:]).rstrip()


def beside_label(text: str) -> str:
    return text.ljust(40)


def single_spaces(line: list[str]) -> str:
    return " ".join(text for text in line if text.strip())


def tabs(line: list[str]) -> str:
    return "\t".join(line)


@pytest.mark.parametrize("write", [columns, single_spaces, tabs], ids=lambda write: write.__name__)
@examples(25, thorough=60)
@given(
    seed=st.integers(0, 10_000),
    most=st.sampled_from([3, 40, 999]),
    changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3),
)
def test_no_figure_is_wrong_without_a_note(
    write: Callable[[list[str]], str], seed: int, most: int, changes: list, tmp_path: Path
):
    truth = figures(seed, 0, most)
    lines = [[label(key), *map(str, row)] for key, row in truth.items()]
    chance = random.Random(seed)
    for change in changes:
        change(lines, chance)
    found = read([write(line) for line in lines], tmp_path).filing
    judge(found, truth)


def judge(found: Filing, truth: Figures, blanks: bool = False) -> None:
    """Assert that every cell holds the true figure, or none and is listed, or is named by a note.

    blanks: whether cells may have been left blank, which is no loss.
    """
    noted = {cell for note in found.notes for cell in note.cells}
    for key, row in truth.items():
        for column, value in zip(COLUMNS, row, strict=True):
            name = f"applications.{key}.{column}"
            read_as = found.cells[name]
            assert read_as in (value, None) or name in noted, (name, value, read_as)
            assert blanks or read_as is not None or name in found.unreadable or name in noted, (name, value, "blank")


def blank_figure(lines: Lines, chance: random.Random) -> None:
    line = chance.choice(lines)
    line[chance.randrange(1, len(line))] = ""


def doubled_figure(lines: Lines, chance: random.Random) -> None:
    line = chance.choice(lines)
    at = chance.randrange(1, len(line))
    line.insert(at, line[at])


GRID_CHANGES = [drop_figure, drop_label, drop_line, swap_lines, blank_figure, doubled_figure]
HEAD_ROWS = (
    "<tr><td rowspan=2></td><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>总计</td></tr>"
    "<tr><td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td></tr>"
)


@examples(25, thorough=60)
@given(
    seed=st.integers(0, 10_000),
    most=st.sampled_from([3, 40, 999]),
    changes=st.lists(st.sampled_from(GRID_CHANGES), min_size=1, max_size=3),
)
def test_no_figure_of_a_page_is_wrong_without_a_note(seed: int, most: int, changes: list, tmp_path: Path):
    truth = figures(seed, 0, most)
    lines = [[label(key), *map(str, row)] for key, row in truth.items()]
    chance = random.Random(seed)
    for change in changes:
        change(lines, chance)
    rows = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in line)}</tr>" for line in lines)
    head = "".join(f"<p>{line}</p>" for line in HEAD.splitlines())
    (tmp_path / "a.html").write_text(f"{head}<table>{HEAD_ROWS}{rows}</table>", encoding="utf-8")
    judge(read_published(tmp_path / "a.html").filing, truth, blanks=True)


def test_disputes_whose_figures_all_stood_elsewhere_before_are_given_none_of_another_table(tmp_path: Path):
    """A crawler that says no line twice left fifteen figures of the table of applications, as many as disputes have."""
    left = {"new": "66 60 38 58 75 53 350", "total": "65 55 41 62 71 57 351", "carried_out": "12"}
    rows = [text for key in figures() for text in (label(key), *left.get(key, "").split())]
    disputes = "行政复议 行政诉讼 结果维持 结果纠正 其他结果 尚未审结 未经复议直接起诉 复议后起诉"
    heading, _, *end = END.strip().splitlines()[0], *END.strip().splitlines()
    text = [*HEAD.splitlines(), *HEADER.split(), *rows, heading, *disputes.split(), *end]
    (tmp_path / "a.txt").write_text("\n".join(text), encoding="utf-8")
    found = read_published(tmp_path / "a.txt").filing
    assert not [name for name, figure in found.cells.items() if name.startswith("disputes") and figure is not None]
