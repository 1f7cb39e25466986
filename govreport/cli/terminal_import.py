"""What `govreport import` prints: what was read from a file, or a line for each of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from govreport.cli.terminal import out, styled_state
from govreport.filing import Filing

if TYPE_CHECKING:  # it loads the readers
    from govreport.exchange import CheckedFile

SOURCES = {"workbook": "填报工作簿", "embedded": "内嵌的数据", "published": "正文和表格"}
SHOWN = 20
NEXT = "未写入 data/；加 --into 机构（或 --into auto）写入。"


def print_imported(entry: CheckedFile, told: str) -> None:
    """Print what was read from one file: whose it is, how much was read, what was guessed, and where it went."""
    assert entry.imported
    filing = entry.imported.filing
    name = escape(entry.imported.name or "（未写机构名称）")
    out.print(f"[bold]{name} {filing.year}年[/]  按{SOURCES[entry.imported.source]}读取，{_editions(filing)}。")
    out.print(f"读出 {_read(filing)} 格，空白 {_blank(filing)} 格，无法读取 {len(filing.unreadable)} 格。")
    for cell, lost in list(filing.unreadable.items())[:SHOWN]:
        out.print(f"  [red]无法读取[/]  {escape(filing.form.cells[cell].label)}：{escape(lost.problem)}。")
    if len(filing.unreadable) > SHOWN:
        out.print(f"  [red]……[/]  共{len(filing.unreadable)}格无法读取。")
    for note in filing.notes[:SHOWN]:
        out.print(f"  [yellow]说明[/]  {escape(note.message)}")
    if len(filing.notes) > SHOWN:
        out.print(f"  [yellow]……[/]  共{len(filing.notes)}条说明；--json 可看全部。")
    out.print(
        f"校验：{styled_state(entry.checked.state)}（{entry.checked.findings.summary()}）；详情见 govreport check。"
    )
    out.print(f"已写入 {escape(told)}。" if told and told != "未导入" else told or NEXT)


def print_imports(entries: Sequence[tuple[CheckedFile, str]]) -> None:
    """Print a line for each file, and how many could be read."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("文件", "机构", "年度", "版本", "读出", "无法读取", "校验", "写入"):
        table.add_column(title, justify="right" if title in ("读出", "无法读取") else "left", overflow="fold")
    for entry, told in entries:
        file = escape(entry.path.name)
        if entry.imported is None:
            table.add_row(file, "", "", "", "", "", "[red]无法读取[/]", "")
            continue
        filing = entry.imported.filing
        numbers = str(_read(filing)), str(len(filing.unreadable) or "")
        state = f"{styled_state(entry.checked.state)}（{entry.checked.findings.summary()}）"
        editions = "、".join(dict.fromkeys(filing.form.editions.values()))
        table.add_row(file, escape(entry.imported.name), str(filing.year), editions, *numbers, state, escape(told))
    out.print(table)
    read = [entry for entry, _ in entries if entry.imported]
    written = sum(bool(told) and told != "未导入" for _, told in entries)
    out.print(f"共{len(entries)}个文件，读出{len(read)}份年报。{f'已写入{written}份。' if written else NEXT}")


def _read(filing: Filing) -> int:
    return sum(figure is not None for figure in filing.cells.values())


def _blank(filing: Filing) -> int:
    return sum(figure is None and cell not in filing.unreadable for cell, figure in filing.cells.items())


def _editions(filing: Filing) -> str:
    if len(set(filing.form.editions.values())) == 1:
        return f"{filing.form.edition}版格式"
    return "、".join(f"{filing.form.tables[key].name}为{edition}版" for key, edition in filing.form.editions.items())
