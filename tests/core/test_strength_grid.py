"""Where the cells of a table stand, as browsers place them."""

from __future__ import annotations

import pytest

from govreport.core.grid import Grid, GridCell, GridTooLargeError, TakenPlaces, placed


def cells(*texts: str, rows: int = 1, columns: int = 1) -> list[GridCell]:
    return [GridCell(text, rows=rows, columns=columns) for text in texts]


def drawn(grid: Grid) -> list[str]:
    """The letters of a grid, a line for each row; a cell fills the places that it spans."""
    return ["".join(cell.text * cell.columns for cell in line) for line in grid.lines()]


def test_cells_stand_beside_each_other_and_rows_below() -> None:
    grid = placed([cells("甲", "乙"), cells("丙", "丁")])
    assert drawn(grid) == ["甲乙", "丙丁"]
    assert (grid.width, grid.height) == (2, 2)
    assert [(cell.row, cell.column) for cell in grid.cells] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_tall_cell_pushes_those_of_the_rows_below_to_the_next_free_place() -> None:
    grid = placed([[*cells("高", rows=2), *cells("甲")], cells("乙"), cells("丙", "丁")])
    assert drawn(grid) == ["高甲", "高乙", "丙丁"]
    grid = placed([[*cells("甲"), *cells("高", rows=2), *cells("乙")], cells("丙", "丁")])
    assert drawn(grid) == ["甲高乙", "丙高丁"]


def test_no_cell_extends_beyond_its_group() -> None:
    grid = placed([cells("头", rows=5), []], [[*cells("余", rows=0), *cells("甲")], cells("乙")], [cells("尾")])
    assert drawn(grid) == ["头", "头", "余甲", "余乙", "尾"]
    assert grid.height == 5 and grid.width == 2


def test_a_wide_cell_is_cut_where_a_tall_one_stands_in_its_way() -> None:
    grid = placed([[*cells("甲"), *cells("高", rows=2)], cells("宽", columns=2)])
    assert [(cell.text, cell.column, cell.columns) for cell in grid.cells] == [("甲", 0, 1), ("高", 1, 1), ("宽", 0, 1)]


def test_spans_are_at_least_one_and_at_most_what_browsers_allow() -> None:
    grid = placed([[*cells("零", columns=0), *cells("宽", columns=5000)]])
    assert [cell.columns for cell in grid.cells] == [1, 1000] and grid.width == 1001
    assert [cell.columns for cell in placed([cells("宽", columns=9)], widest=4).cells] == [4]


def test_a_span_that_cannot_be_meant_makes_the_grid_no_wider() -> None:
    for columns, width, cut in ((8, 8, 8), (9, 2, 2)):
        grid = placed([cells("宽", columns=columns), cells("甲", "乙")], bogus=8)
        assert (grid.width, grid.cells[0].columns) == (width, cut)


def test_a_grid_may_have_as_many_places_as_its_reader_allows() -> None:
    rows = [cells("甲", "乙"), cells("丙")]
    assert placed(rows, most=4).width == 2
    with pytest.raises(GridTooLargeError):
        placed(rows, most=3)
    assert drawn(placed()) == [] and (placed().width, placed().height) == (0, 0)


def test_a_printed_grid_has_a_head_and_a_body_of_the_cells_that_begin_there() -> None:
    tall, *rest = GridCell("高", 0, 0, 2, 1), GridCell("甲", 0, 1), GridCell("乙", 1, 1), GridCell("丙", 2, 0, 1, 2)
    grid = Grid((tall, *rest), 2, depth=1)
    assert grid.head == ((tall, rest[0]),)
    assert grid.body == ((rest[1],), (rest[2],))
    assert Grid((tall, *rest), 2).head == () and len(Grid((tall, *rest), 2).body) == 3
    mixed = Grid((GridCell("乙", 0, 1), GridCell("甲", 0, 0)), 2)
    assert drawn(mixed) == ["甲乙"], "lines go from left to right whatever the order of the cells"


def test_places_are_taken_from_above() -> None:
    taken = TakenPlaces()
    assert taken.take(0, 1, rows=2, columns=2) == 2
    assert [taken.next_free(0), taken.next_free(0, 1), taken.next_free(1, 2), taken.next_free(2, 1)] == [0, 3, 3, 1]
    assert taken.take(1, 0, rows=1, columns=3) == 1
    assert taken.next_free(1) == 3 and taken.next_free(2) == 0
