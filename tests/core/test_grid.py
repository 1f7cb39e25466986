"""Cells with spans, given their places as browsers do."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.core.grid import WIDEST, Grid, GridCell, GridTooLargeError, placed

CELLS = st.builds(
    GridCell, st.just("甲"), rows=st.integers(0, 4), columns=st.integers(0, 4) | st.sampled_from([70, 5_000])
)
GROUPS = st.lists(st.lists(st.lists(CELLS, max_size=5), max_size=5), max_size=3)


def places(cell: GridCell) -> set[tuple[int, int]]:
    return set(product(range(cell.row, cell.row + cell.rows), range(cell.column, cell.column + cell.columns)))


def shapes(grid: Grid) -> list[tuple[int, int, int, int]]:
    return [(cell.row, cell.column, cell.rows, cell.columns) for cell in grid.cells]


@given(GROUPS)
def test_every_cell_has_places_of_its_own_within_its_group(groups: list[list[list[GridCell]]]) -> None:
    grid = placed(*groups)
    taken = [place for cell in grid.cells for place in places(cell)]
    assert len(taken) == len(set(taken))
    assert len(grid.cells) == sum(len(row) for group in groups for row in group)
    ends = [sum(map(len, groups[: n + 1])) for n in range(len(groups))]
    for cell in grid.cells:
        assert cell.rows >= 1 and 1 <= cell.columns <= WIDEST and cell.column + cell.columns <= grid.width
        assert cell.row + cell.rows <= min(end for end in ends if end > cell.row)


@given(GROUPS)
def test_cells_that_have_their_places_keep_them(groups: list[list[list[GridCell]]]) -> None:
    grid = placed(*groups)
    depth = sum(map(len, groups[:1]))
    rows = [[cell for cell in grid.cells if cell.row == number] for number in range(sum(map(len, groups)))]
    assert placed(rows[:depth], rows[depth:]).cells == grid.cells


@given(GROUPS)
def test_the_lines_of_a_grid_hold_each_cell_in_every_row_that_it_spans(groups: list[list[list[GridCell]]]) -> None:
    grid = placed(*groups)
    lines = list(grid.lines())
    assert len(lines) == grid.height
    for number, line in enumerate(lines):
        assert list(line) == sorted(line, key=lambda cell: cell.column)
        assert set(line) == {cell for cell in grid.cells if cell.row <= number < cell.row + cell.rows}
    assert [cell for row in (*grid.head, *grid.body) for cell in row] == list(grid.cells)


def test_no_rows_are_all_that_follow_in_the_group():
    group = [[GridCell("甲", rows=0), GridCell("乙")], [GridCell("丙")], [GridCell("丁")]]
    assert shapes(placed(group, [[GridCell("戊")]])) == [
        (0, 0, 3, 1), (0, 1, 1, 1), (1, 1, 1, 1), (2, 1, 1, 1), (3, 0, 1, 1),
    ]  # fmt: skip


def test_a_span_ends_where_a_cell_from_above_stands():
    rows = [[GridCell("甲"), GridCell("乙"), GridCell("丙", rows=2)], [GridCell("丁", columns=3)]]
    assert shapes(placed(rows))[-1] == (1, 0, 1, 2)


def test_a_bogus_span_does_not_make_a_grid_wider():
    grid = placed([[GridCell("标题", columns=61)], [GridCell("1"), GridCell("2")]], bogus=60)
    assert grid.width == 2 and shapes(grid)[0] == (0, 0, 1, 2)
    assert placed([[GridCell("标题", columns=60)]], bogus=60).width == 60


def test_a_grid_of_more_places_than_allowed_is_refused_and_one_of_as_many_is_not():
    rows = [[GridCell("甲", columns=5)], [GridCell("乙")]]
    assert placed(rows, most=10).width == 5
    with pytest.raises(GridTooLargeError):
        placed(rows, most=9)
