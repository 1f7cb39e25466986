"""All cells of filings as one tidy table, for pandas, DuckDB and spreadsheet programs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govreport.core import DIGITS, GovReportError, ProjectError, no_formula, os_sentence, write_text, written_whole
from govreport.filing.filing import Filing
from govreport.filing.own_table import OWN

if TYPE_CHECKING:
    import pandas as pd

    from govreport.filing.project import Project

COLUMNS = (
    "agency", "name", "year", "edition", "table", "cell", "row_label", "column_label", "value", "unit", "problem",
)  # fmt: skip
VALUE, TEXTS = "value", ("name", "row_label", "column_label", "problem")
"""Columns of figures, and of texts that are not keys."""


def cell_rows(filing: Filing) -> Iterator[tuple[Any, ...]]:
    """Yield a filing's cells as rows under COLUMNS, in the order of the form, and those of the analyst's own tables.

    >>> filing = Filing.from_cells("demo", "示例局", 2021, {"proactive.fees.amount": "1.50"})
    >>> list(cell_rows(filing))[-1][5:]
    ('disputes.litigation.after_reconsideration.total', '复议后起诉', '总计', None, '', '')
    """
    report = filing.agency, filing.name, filing.year
    for cell in filing.form.cells.values():
        table, figure = filing.form.tables[cell.table], filing.cells[cell.name]
        labels = table.row_labels[cell.row.key], table.column_labels[cell.column.key]
        problem = filing.unreadable[cell.name].problem if cell.name in filing.unreadable else ""
        value = None if figure is None else Decimal(figure)
        yield *report, table.edition, cell.table, cell.name, *labels, value, cell.kind.unit, problem
    for own in filing.tables.values():
        for row, column, name, held in own.cells:
            value = None if held is None or isinstance(held, str) else Decimal(held)
            problem = f"“{held}”是文字" if isinstance(held, str) else ""
            yield *report, "", f"{OWN}{own.key}", name, "·".join(row), "·".join(column), value, "", problem


def tidy_cells(
    project: Project, agencies: tuple[str, ...] = (), years: tuple[int, ...] = ()
) -> tuple[pd.DataFrame, list[str]]:
    """Return the cells of a project's filings, and a sentence about each filing that cannot be read.

    agencies, years: all if empty. Raises ProjectError like `Project.reports`.
    """
    import pandas as pd  # noqa: PLC0415

    rows, problems = list[tuple[Any, ...]](), list[str]()
    for agency, year in project.reports(agencies, years):
        try:
            rows += cell_rows(project.filing(agency.slug, year))
        except (GovReportError, OSError) as error:
            first, *others = (os_sentence(error) if isinstance(error, OSError) else str(error)).splitlines()
            more = f"（另有{len(others)}处）" if others else ""
            problems.append(f"{agency.name}{year}年的资料无法读取，没有列入：{first}{more}")
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.astype({name: "int64" if name == "year" else "str" for name in COLUMNS if name != VALUE}), problems


def write_cells(frame: pd.DataFrame, path: Path, project: Project) -> None:
    """Write the table as Parquet where the file's name ends so, else as CSV; a blank or unreadable value is empty.

    Parquet has exact decimals, of one type whatever figures there are, so that files fit each other.
    Raises ProjectError where pyarrow is not installed.
    """
    if path.suffix.lower() != ".parquet":
        write_text(path, cells_csv(frame), bom=True)
        return
    try:
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow.parquet import write_table  # noqa: PLC0415
    except ModuleNotFoundError:
        told = "写 Parquet 文件需要 pyarrow；请运行 pip install 'govreport[parquet]'，或改用以 .csv 结尾的文件名。"
        raise ProjectError(told) from None
    usual = max(column.kind.decimals for table in project.catalogue.tables() for column in table.columns)
    decimals = max(usual, *(-value.as_tuple().exponent for value in frame[VALUE] if value is not None))
    exact: dict[str, Any] = {"year": pa.int32(), VALUE: pa.decimal128(DIGITS + decimals, decimals)}
    columns = {name: pa.array(list(frame[name]), exact.get(name, pa.string())) for name in COLUMNS}
    with written_whole(path) as aside:
        write_table(pa.table(columns), aside)


def cells_csv(frame: pd.DataFrame) -> str:
    """Return the table as CSV; texts that a spreadsheet program would evaluate have an apostrophe before them."""
    safe = {name: frame[name].map(no_formula) for name in TEXTS}
    return str(frame.assign(**safe).to_csv(index=False, lineterminator="\n"))
