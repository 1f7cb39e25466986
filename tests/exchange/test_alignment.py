"""The alignment of messy tables with the form: rows, columns, and figures that could stand in several places."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.core.blocks import plain_paragraph
from govreport.core.figures import Kind
from govreport.core.grid import Grid, GridCell
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.recognise.alignment import Reading, cheapest, ways
from govreport.exchange.recognise.cell_values import is_value, read_cell
from govreport.exchange.recognise.columns import Header
from govreport.exchange.recognise.labels import distance
from govreport.exchange.recognise.lines import lines_of
from govreport.exchange.recognise.placements import placements
from govreport.exchange.recognise.published import report_of, search
from govreport.exchange.recognise.table_match import TableMatch
from govreport.exchange.recognise.table_search import find_table
from govreport.forms.catalogue import Catalogue
from govreport.forms.form import Table

TABLE = Catalogue.read().editions["2021"].tables["applications"]
ROWS = [row.key for row in TABLE.rows]
HEAD = ["", *(column.label[-1] for column in TABLE.columns)]
FIGURES = {key: [n % 7 + 1, 0, 2, 0, n % 3, 0] for n, key in enumerate(ROWS)}


def grid(rows: list[list[str]]) -> ForeignDocument:
    cells = [GridCell(text, y, x) for y, row in enumerate(rows) for x, text in enumerate(row)]
    return ForeignDocument((Grid(tuple(cells), max(map(len, rows))),))


def printed(key: str) -> list[str]:
    row = next(row for row in TABLE.rows if row.key == key)
    parts = FIGURES[key]
    return [row.label[-1], *map(str, parts), str(sum(parts))]


def read(document: ForeignDocument, table: Table) -> TableMatch:
    return search(document.blocks, lines_of(document), table)


def found(rows: list[list[str]]) -> dict[str, str]:
    return find_table(lines_of(grid(rows)), TABLE).texts


def right(texts: dict[str, str], key: str) -> bool:
    columns = [column.key for column in TABLE.columns]
    return [texts.get(f"applications.{key}.{column}") for column in columns] == printed(key)[1:]


costs = st.lists(st.lists(st.floats(0, 1) | st.just(math.inf), min_size=1, max_size=4), min_size=1, max_size=4).filter(
    lambda rows: len({len(row) for row in rows}) == 1
)


def cost_of(table: list[list[float]], pairs: list[tuple[int, int]]) -> float:
    return sum(table[i][j] for i, j in pairs) + 0.3 * (len(table) - len(pairs)) + 0.4 * (len(table[0]) - len(pairs))


def every_way(table: list[list[float]]) -> list[list[tuple[int, int]]]:
    items, targets = len(table), len(table[0])
    return [
        list(zip(chosen, taken, strict=True))
        for size in range(min(items, targets) + 1)
        for chosen in combinations(range(items), size)
        for taken in combinations(range(targets), size)
    ]


@given(costs)
def test_every_reading_and_every_loss_has_its_cheapest_way(table: list[list[float]]):
    items, targets = len(table), len(table[0])
    readings = [Reading(i, 1, j, table[i][j]) for i in range(items) for j in range(targets) if table[i][j] < math.inf]
    best, *others = ways([0.3] * items, [0.4] * targets, readings, math.inf)
    pairs = every_way(table)
    assert best.price == pytest.approx(min(cost_of(table, way) for way in pairs), abs=1e-4)
    through = [min(cost_of(table, way) for way in pairs if (r.start, r.target) in way) for r in readings]
    without = [min(cost_of(table, way) for way in pairs if j not in [b for _, b in way]) for j in range(targets)]
    assert [way.price for way in others] == pytest.approx([*through, *without], abs=1e-4)
    assert all(reading in way.readings for reading, way in zip(readings, others, strict=False))


def test_what_could_as_well_be_otherwise_has_another_way_as_cheap():
    readings = [Reading(0, 1, 0, 0.0), Reading(0, 1, 1, 0.0)]
    best = cheapest([1.0], [0.5, 0.5], readings)
    assert {way.readings for way in ways([1.0], [0.5, 0.5], readings, 0.0)} == {(r,) for r in readings}
    assert best.price == 0.5


def test_a_complete_table_is_read_row_by_row():
    texts = found([printed(key) for key in ROWS])
    assert all(right(texts, key) for key in ROWS)


@pytest.mark.parametrize("lost", ["granted", "denied.process", "carried_out"])
def test_a_row_that_is_not_there_shifts_no_other(lost: str):
    made = find_table(lines_of(grid([printed(key) for key in ROWS if key != lost])), TABLE)
    assert all(right(made.texts, key) for key in ROWS if key != lost)
    assert {cell.rsplit(".", 1)[0] for cell in made.reasons} == {f"applications.{lost}"}


def test_a_lost_label_is_found_by_its_neighbours_and_told():
    rows = [printed(key) for key in ROWS]
    rows[5][0] = ""
    made = find_table(lines_of(grid(rows)), TABLE)
    assert right(made.texts, ROWS[5])
    assert any("没有行名" in note.message for note in made.guesses)


def test_two_lost_labels_for_three_rows_are_not_guessed():
    rows = [printed(key) for key in ROWS]
    rows[5][0] = rows[6][0] = ""
    del rows[7]
    made = find_table(lines_of(grid(rows)), TABLE)
    assert not [key for key in ROWS[5:8] if right(made.texts, key)]
    assert all(right(made.texts, key) for key in (*ROWS[:5], *ROWS[8:]))


def test_a_row_that_lacks_a_figure_keeps_what_is_certain_and_never_shifts():
    rows = [printed(key) for key in ROWS]
    rows[2] = [rows[2][0], "9", "3", "", "", "", "12"]  # one of seven is gone
    made = find_table(lines_of(grid(rows)), TABLE)
    told = {name.rsplit(".", 1)[1]: text for name, text in made.texts.items() if ".granted." in name}
    assert told.get("total") in (None, "12")
    assert {name for name in made.reasons if ".granted." in name}
    assert all(right(made.texts, key) for key in ROWS if key != "granted")


def test_the_line_of_disputes_is_placed_by_its_header_when_a_column_is_lost():
    table = Catalogue.read().editions["2021"].tables["disputes"]
    leaves = [column.label[-1] for column in table.columns]
    head = "\t".join([*leaves, *leaves, *leaves[:-1]])
    line = "\t".join(map(str, range(1, 15)))
    made = find_table(lines_of(ForeignDocument((plain_paragraph(head), plain_paragraph(line)))), table)
    assert list(made.reasons) == ["disputes.litigation.after_reconsideration.total"]
    assert made.texts["disputes.litigation.direct.total"] == "10"


def test_disputes_in_two_tables_below_headers_that_name_no_row_are_not_taken_for_blanks():
    table = Catalogue.read().editions["2021"].tables["disputes"]
    leaves = [column.label[-1] for column in table.columns]
    first = grid([["行政复议", "", "", "", ""], leaves, ["1", "2", "3", "4", "10"]])
    second = grid([["行政诉讼", *[""] * 9], [*leaves, *leaves], [*"56789", *"01230"]])
    assert read(ForeignDocument((*first.blocks, *second.blocks)), table).texts == {}


def test_one_cell_over_a_row_is_a_zero_of_each_and_no_other_figure():
    def placed(figure: str) -> dict[int, str]:
        cells = (GridCell("（一）予以公开", 0, 0), GridCell(figure, 0, 1, columns=7))
        (line,) = lines_of(ForeignDocument((Grid(cells, 8),)))
        (one,) = placements(line, 7, Header())
        return dict(one.texts)

    assert placed("0") == dict.fromkeys(range(7), "0")
    assert not placed("5")


LABELS = [
    ("2.其他法律行政止公开", "2.其他法律行政法规禁止公开"),
    ("结 果 维 持", "结果维持"),
    ("複議後起訴", "复议后起诉"),
    ("逾期不补正", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("二、上年结转数量", "二、上年结转政府信息公开申请数量"),
]


@pytest.mark.parametrize(("written", "official"), LABELS)
def test_a_label_is_nearest_to_the_one_it_stands_for(written: str, official: str):
    labels = {label for table in Catalogue.read().tables() for r in table.rows for label in r.label}
    labels |= {
        label
        for form in Catalogue.read().editions.values()
        for table in form.tables.values()
        for c in table.columns
        for label in c.label
    }
    assert min(labels, key=lambda label: distance(written, label)) == official


CELLS = [
    ("22（其中修订16件）", Kind("count"), "22"),
    ("９６３３", Kind("count"), "9633"),
    ("1,204", Kind("count"), "1204"),
    ("1 204", Kind("count"), "1204"),
    ("减少8", Kind("signed"), "-8"),
    ("＋3", Kind("signed"), "3"),
    ("9633626.14 元", Kind("money", "元", 2, unit_in_cell=True), "9633626.14"),
    ("0.5万元", Kind("money", "元", 2, unit_in_cell=True), "5000"),
    ("7730元", Kind("money", "万元", 6), "0.773"),
    ("1 2 0", Kind("count"), "120"),
]


@pytest.mark.parametrize(("text", "kind", "figure"), CELLS)
def test_a_cell_with_units_and_remarks_is_a_figure(text: str, kind: Kind, figure: str):
    assert is_value(text)
    reading = read_cell(text, kind)
    assert (str(reading.figure), reading.problem) == (figure, None)


@pytest.mark.parametrize("text", ["3?", "1 2", "若干", "3.5", "0\n0", "2至3", "3万元"])
def test_a_cell_that_may_be_several_things_is_unreadable(text: str):
    reading = read_cell(text, Kind("count"))
    assert reading.figure is None
    assert reading.problem


@pytest.mark.parametrize(
    "pair", [("denied.internal", "denied.process"), ("unable.unclear", "other.other"), ("new", "total")]
)
def test_rows_in_another_order_are_read_by_their_labels_and_told(pair: tuple[str, str]):
    rows = [printed(key) for key in ROWS]
    one, other = (ROWS.index(key) for key in pair)
    rows[one], rows[other] = rows[other], rows[one]
    made = read(grid([HEAD, *rows]), TABLE)
    assert all(right(made.texts, key) for key in ROWS)
    assert any("按各数的行名和列名读取" in note.message for note in made.guesses)
    bare = read(grid(rows), TABLE)
    assert all(right(bare.texts, key) for key in ROWS if f"applications.{key}.total" in bare.texts)


def test_a_figure_with_spaces_between_its_digits_is_one_figure_among_others():
    spaced = [printed(key) for key in ROWS]
    spaced[0] = [spaced[0][0], "1 2 0", *spaced[0][2:]]
    assert find_table(lines_of(grid(spaced)), TABLE).texts[f"applications.{ROWS[0]}.natural"] == "1 2 0"


def test_columns_in_another_order_are_read_by_their_header_and_told():
    turned = [[row[0], row[-1], *row[1:-1]] for row in [HEAD, *(printed(key) for key in ROWS)]]
    made = read(grid(turned), TABLE)
    assert all(right(made.texts, key) for key in ROWS)
    assert any("按各数的行名和列名读取" in note.message for note in made.guesses)


def test_heads_of_another_edition_place_no_figure():
    table = Catalogue.read().editions["2021"].tables["proactive"]
    rows = [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "1", "2", "3"],
        ["行政规范性文件", "4", "5", "6"],
    ]
    assert find_table(lines_of(grid(rows)), table).texts["proactive.rules.issued"] == "1"
    rows[0] = ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"]
    made = find_table(lines_of(grid(rows)), table)
    assert not made.texts and all(
        "表头与格式的各列不符" in made.reasons[f"proactive.{row}.issued"] for row in ("rules", "normative")
    )


def test_many_remarks_on_how_figures_were_written_are_one_note():
    rows = [[text if n == 0 else f"{text}件" for n, text in enumerate(printed(key))] for key in ROWS]
    title = plain_paragraph("样县水利局2022年政府信息公开工作年度报告")
    found = report_of(ForeignDocument((title, *grid(rows).blocks)), "a")
    (told,) = [note for note in found.filing.notes if "写作" in note.message]
    assert told.message.startswith("有175格的写法与规定不同，已按其意思读取，例如：") and len(told.cells) == 175


def test_ways_through_a_text_of_any_length_are_walked_by_what_they_read():
    readings = [Reading(n, 1, 0, 0.0, n) for n in range(20_000)]
    every = list(ways([0.0] * len(readings), [1.0], readings, 1.0))
    assert len(every) == len(readings) + 2 and all(len(way.readings) == 1 for way in every[:-1])
