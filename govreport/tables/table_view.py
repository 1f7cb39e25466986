"""Tables that a notebook displays: statutory tables and DataFrames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from govreport.checks import Finding
from govreport.core import Grid, choice_of, mime, require, sha256, shown_html
from govreport.filing import Filing, OwnTable, unlabelled
from govreport.tables.html_table import table_html
from govreport.tables.printed_table import table_json
from govreport.tables.statutory import statutory_grid
from govreport.tables.text_table import table_text

if TYPE_CHECKING:
    import pandas as pd

    from govreport.tables.frame import Formats


@dataclass(frozen=True)
class TableView:
    """A table with notebook output as HTML, as text and as data; PDF and Word are built from the data (`mime.TABLE`).

    table: the cells with their spans. mark: `mime.REMARK` for what is for those who make the report; then only the
    review copy has it; `mime.SOURCE` for what is of the report that `about` names. printed: what does
    not hold of the figures as they are printed.

    >>> import pandas as pd
    >>> sorted(table(pd.DataFrame({"件数": [3]}))._repr_mimebundle_())[0]
    'application/vnd.govreport.table+json'
    """

    table: Grid
    mark: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    printed: Finding | None = None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        told = {mime.ASSERTION: self.printed.to_json()} if self.printed else {}
        return {
            "text/html": shown_html(table_html(self.table)),
            "text/plain": table_text(self.table),
            mime.TABLE: table_json(self.table),
        } | ({self.mark: self.about, **told} if self.mark else told)


def table(
    frame: pd.DataFrame,
    caption: str = "",
    *,
    unit: str = "",
    notes: str | Sequence[str] = (),
    formats: Formats | None = None,
    total: str = "",
    key: str = "",
) -> TableView:
    """Return a DataFrame as a table in the report's style; it is a native table in HTML, PDF and Word.

    frame: any DataFrame; levels of its row and column index become merged headers, and an unnamed
    RangeIndex is omitted; the `mark` of its class, if any, is that of the table. A blank is printed as a blank, a float
    as Python writes it, without rounding; whole ones without a point.
    caption: the text above the table, behind its number on the page (表1, 表2 …). unit: of its figures, in brackets
    behind the caption; notes: lines below the table. formats: by column, the function that writes a figure, such as
    ``"{:,}".format``; where what is printed no longer adds up as the figures do, that is a warning (S1) of the page,
    unless a note says 四舍五入.
    total: label of a row of exact sums, which is added if no row or column has it.
    key: the name by which ``{{ ref('key') }}`` in prose and Markdown gives its number, by default that of its file;
        without a file, it is made of what the table holds and of its caption.
    Raises UnknownNameError for a column of `formats` that is not there, ArgumentError for an argument of another kind.

    >>> import pandas as pd
    >>> [cell.text for cell in table(pd.DataFrame({"收到": [3], "办结": [2]}, index=["示例局"])).table.head[0]]
    ['', '收到', '办结']
    """
    from govreport.tables.frame import as_printed, own_grid  # noqa: PLC0415, most notebooks need no pandas

    for name, text in {"caption": caption, "unit": unit, "total": total, "key": key}.items():
        require(text or "", str, f"table 的 {name} 应是文字")
    require(notes, (str, Sequence), "table 的 notes 应是文字，几句的写成列表")
    require(formats or {}, Mapping, "table 的 formats 应是字典，从列名到函数")
    own = OwnTable.of(frame).with_total(total)
    told = f"{caption}（单位：{unit}）" if unit else caption
    grid = own_grid(own, told, [notes] if isinstance(notes, str) else notes, formats, hidden=unlabelled(frame))
    key = key or (f"{own.key}{sha256(told)[:6]}" if own.key.startswith("_") else own.key)
    grid, mark = replace(grid, key=key, numbered=bool(caption)), getattr(type(frame), "mark", "")
    return TableView(grid, mark, printed=as_printed(own, grid, total))


def statutory_table(filing: Filing, key: str) -> TableView:
    """Return a statutory table of a filing in the layout of the filing's form.

    key: ``proactive``, ``applications`` or ``disputes``, or another table of the form.
    Raises UnknownNameError, which is a KeyError, if the form has no such table, ArgumentError for what is no filing.
    Source: the form's edition (国办公开办函〔2019〕60号, 国办公开办函〔2021〕30号).

    >>> filing = Filing.from_cells("demo", "示例局", 2021, {"disputes.reconsideration.total": 2})
    >>> statutory_table(filing, "disputes").table.body[0][4].text
    '2'
    """
    filing = getattr(filing, "current", filing)
    require(filing, Filing, "statutory_table 的第一个参数应是资料，如 report.filing 或 project.filing(…)")
    grid = statutory_grid(filing, choice_of(key, filing.form.tables, "表", f"{filing.form.title}，笔记本应照它的表写"))
    return TableView(grid, mime.SOURCE, filing.source())
