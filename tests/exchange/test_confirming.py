"""Text in which figures came away from their labels: what the balance edits confirm is read, all else is unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.text_tables import COLUMNS, beside, figures, label, read, spaced, unread, wrong


def test_a_row_of_which_a_narrow_cell_cut_a_figure_is_unreadable(tmp_path: Path):
    truth = figures()
    lines = [beside(key, row) for key, row in truth.items()]
    cut = [str(value) for value in truth["new"]]
    lines[0] = "\n".join((beside("new", [*cut[:6], cut[6][:-1]]), spaced([""] * 6 + [cut[6][-1]])))
    found = read(lines, tmp_path)
    assert unread(found, "new") and not wrong(found, truth)


def test_what_does_not_balance_beside_figures_left_over_is_unreadable(tmp_path: Path):
    truth = figures()
    lines = [beside(key, row) for key, row in truth.items()]
    at = list(truth).index("denied.internal")
    lines[at] = "\n".join((beside("denied.internal", [*truth["denied.internal"][:6], 7]), spaced(["", "9", "", "5"])))
    found = read(lines, tmp_path)
    assert unread(found, "denied.internal") and not wrong(found, truth)
    others = [name for name in found.filing.unreadable if name.startswith("applications.") and ".internal." not in name]
    assert not others, "rows that balance are read"


def test_a_wrong_total_is_read_as_printed_where_nothing_is_left_over(tmp_path: Path):
    truth = figures()
    truth["denied.process"][6] += 4
    found = read([beside(key, row) for key, row in truth.items()], tmp_path)
    assert not wrong(found, truth) and not [n for n in found.filing.unreadable if n.startswith("applications.")]


@pytest.mark.parametrize("before", [False, True], ids=["below", "above"])
def test_figures_on_lines_of_their_own_are_read_where_none_is_left_over(before: bool, tmp_path: Path):
    truth = figures()
    pairs = [(label(key), " ".join(map(str, row))) for key, row in truth.items()]
    found = read([text for pair in pairs for text in (reversed(pair) if before else pair)], tmp_path)
    assert not wrong(found, truth) and not [n for n in found.filing.unreadable if n.startswith("applications.")]


def test_a_group_of_figures_without_its_label_shifts_no_row(tmp_path: Path):
    truth = figures()
    lines = [text for key, row in truth.items() for text in (label(key), " ".join(map(str, row)))]
    lines.remove(label("denied.security"))
    whole = read(lines, tmp_path)
    assert not wrong(whole, truth) and any("按前后各行的顺序读取" in note.message for note in whole.filing.notes)
    lines.remove(" ".join(map(str, truth["other.other"])))
    found = read(lines, tmp_path)
    assert not wrong(found, truth) and "applications.other.other.total" in found.filing.unreadable


def test_rows_in_their_order_are_read_though_labels_stand_elsewhere(tmp_path: Path):
    truth = figures()
    rows = [" ".join(map(str, row)) for row in truth.values()]
    found = read([label(key) for key in list(truth)[:20]] + rows + [label(key) for key in list(truth)[20:]], tmp_path)
    assert not wrong(found, truth)


@pytest.mark.parametrize("drift", [0, 1, 2, 3])
def test_blanks_are_told_by_the_complete_rows_near_a_row(drift: int, tmp_path: Path):
    truth = figures()
    blank = {"granted": (0, 3), "denied.security": (1,), "other.other": (2, 4)}
    lines = []
    for number, (key, row) in enumerate(truth.items()):
        empty = blank.get(key, ())
        shown = ["" if n in empty else value for n, value in enumerate(row[:6])]
        total = sum(value for value in shown if value != "")
        lines.append(" " * (drift * (number > 12)) + beside(key, [*shown, total]))
        truth[key] = [*(0 if n in empty else value for n, value in enumerate(row[:6])), int(total)]
    found = read(lines, tmp_path)
    cells = found.filing.cells
    assert not wrong(found, truth)
    for key, empty in blank.items():
        assert all(cells[f"applications.{key}.{COLUMNS[n]}"] is None for n in empty)
        assert cells[f"applications.{key}.total"] == truth[key][6]


def test_what_is_placed_by_where_it_stands_must_balance(tmp_path: Path):
    truth = figures()
    lines = [beside(key, row) for key, row in truth.items()]
    at = list(truth).index("granted")
    lines[at] = label("granted").ljust(40) + spaced([4, 21, 8, 8, 2, 43], start=0)  # total 43, one cell to the left
    found = read(lines, tmp_path)
    given = [found.filing.cells[f"applications.granted.{column}"] for column in COLUMNS]
    assert given[5] != 43, "the total is not taken for another column's figure"


def test_marks_and_lines_without_figures_among_rows_do_no_harm(tmp_path: Path):
    truth = figures()
    lines = [beside(key, row) for key, row in truth.items()]
    for at, text in ((3, "、"), (7, "年"), (9, "https://shili.example/2/5"), (12, "（接上页）")):
        lines.insert(at, text)
    found = read(lines, tmp_path)
    assert not wrong(found, truth) and not [n for n in found.filing.unreadable if n.startswith("applications.")]
    assert found.name == "样县水利局"
