"""What the commands print on a terminal, however narrow: no number is broken, no column is cut off."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress

from govreport import batch
from govreport.checks.checking import CheckedReport, check_report
from govreport.checks.years.comparison import compare_years
from govreport.cli import terminal
from govreport.filing.project import Project
from tests.support.projects import FAULTY, GOOD, YEAR, make_project

TODAY = datetime.date(YEAR + 1, 2, 5)
_NUMBER = re.compile(r"\d[\d,.]*")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(make_project(tmp_path_factory.mktemp("city") / "p", GOOD, FAULTY))


@pytest.fixture(scope="module")
def checked(project: Project) -> CheckedReport:
    """A report of large figures, which contradict each other."""
    report = check_report(project, FAULTY, YEAR)
    assert report.filing
    cells = {name: 1_234_567 if figure else figure for name, figure in report.filing.cells.items()}
    return check_report(project, FAULTY, YEAR, replace(report.filing, cells=cells))


def print_filing(project: Project, checked: CheckedReport) -> None:
    terminal.print_filing(checked.readable_filing(), checked.findings, checked.state)


def print_findings(project: Project, checked: CheckedReport) -> None:
    terminal.print_findings(checked)


def print_comparison(project: Project, checked: CheckedReport) -> None:
    assert checked.last
    terminal.print_comparison(compare_years(project, checked.readable_filing(), checked.last, checked.prose))


def print_calendar(project: Project, checked: CheckedReport) -> None:
    rows = batch.calendar_rows(project, today=TODAY)
    terminal.print_calendar(list(batch.read_calendar(project, rows)), TODAY)


def print_missing(project: Project, checked: CheckedReport) -> None:
    rows = batch.calendar_rows(project, today=TODAY)
    terminal.print_missing(list(batch.read_calendar(project, rows)), TODAY)


PRINTED = [print_filing, print_findings, print_comparison, print_calendar, print_missing]


@pytest.mark.parametrize("width", [34, 50, 66, 80, 100])
@pytest.mark.parametrize("shows", PRINTED)
def test_a_narrow_terminal_breaks_no_number_and_shows_all(
    project: Project,
    checked: CheckedReport,
    shows: Callable[[Project, CheckedReport], None],
    width: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def shown(columns: int) -> str:
        target = io.StringIO()
        monkeypatch.setattr(
            terminal, "out", Console(file=target, width=columns, force_terminal=True, color_system=None)
        )
        shows(project, checked)
        return re.sub(r"\x1b\[[0-9;]*m", "", target.getvalue())

    wide, narrow = shown(terminal.WIDE - 1), shown(width)
    assert sorted(_NUMBER.findall(narrow)) == sorted(_NUMBER.findall(wide))
    assert all(cell_len(line) <= width for line in narrow.splitlines())
    assert "…" not in narrow.replace("……", ""), "nothing is cut off"


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_label_stands_in_a_column_of_single_letters(
    project: Project, checked: CheckedReport, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = io.StringIO()
    monkeypatch.setattr(terminal, "out", Console(file=target, width=width, force_terminal=True, color_system=None))
    print_filing(project, checked)
    assert not re.search(r"(?m)(?:^[│ ]*[一-龥][│ ]*\n){2}", target.getvalue())


def test_what_a_row_does_not_have_is_not_named_where_rows_are_shown_one_by_one(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, later = io.StringIO(), datetime.date(YEAR + 2, 2, 5)
    monkeypatch.setattr(terminal, "out", Console(file=target, width=50, force_terminal=True, color_system=None))
    rows = batch.calendar_rows(project, (), (YEAR + 1,), today=later)
    terminal.print_calendar(list(batch.read_calendar(project, rows)), later)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", target.getvalue())
    assert "资料 未报" in shown and "逾期未公布" in shown
    assert not any(name in shown for name in ("勾稽", "报告", "签审"))


@pytest.mark.parametrize("width", [34, 37, 40, 60])
def test_a_progress_bar_stands_in_one_line_and_shrinks_before_its_numbers(width: int) -> None:
    console = Console(file=(target := io.StringIO()), width=width, force_terminal=True, color_system=None)
    bar = Progress(*terminal.progress_columns("校验"), console=console)
    bar.add_task("", total=250, completed=63)
    console.print(bar.get_renderable())
    (line,) = target.getvalue().splitlines()
    assert cell_len(line) <= width and ("…" in line or "63/250" in line) and ("…" not in line or width < 40)
