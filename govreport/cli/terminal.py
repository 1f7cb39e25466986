"""The output of the commands in Chinese: coloured on a terminal, plain if piped."""

from __future__ import annotations

import datetime
import io
import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from difflib import get_close_matches
from typing import TypeAlias, TypeVar

from rich import progress
from rich import text as rich_text
from rich.box import HEAVY_HEAD, Box
from rich.cells import cell_len
from rich.columns import Columns
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from govreport import batch, checks, publish
from govreport.core import GovReportError, os_sentence
from govreport.filing import REGISTER, Agency, CellEdit, Filing, Project, edits_told
from govreport.tables import figure_texts

SOURCES = {"workbook": "填报工作簿", "embedded": "内嵌的数据", "published": "正文和表格"}
FOLDERS = ("data", "notebooks", "fonts", "forms")
SHOWN = 20
_WORD = re.compile("[!-~−]+")
_UNBROKEN = rf"\s*[（“《〔]*(?:{_WORD.pattern[:-1]}{{{{1,{{}}}}}}|\S)[，。；：、）”》〕！？％]*\s*"
"""What stands together where a line is wrapped: a figure, a word of letters up to a length, any other letter alone."""
NEXT = "未写入 data/；加 --into 机构（或 --into auto）写入。"


Rows = Sequence[Sequence[str]]
ImportDone: TypeAlias = "tuple[batch.CheckedFile, str, str]"  # a text, as the room is loaded by those who need it
"""A file, the folder that it was written into, if it was, and what changed there."""


def divide_line(text: str, width: int, fold: bool = True) -> list[int]:
    """Return where a line is divided to be wrapped; rich takes Chinese, which has no spaces, for one long word.

    >>> divide_line("收到申请12,345件。", 10)
    [4]
    """
    places, used = list[int](), 0
    for found in re.finditer(_UNBROKEN.format(max(1, width - 4)), text):
        if used and used + cell_len(found[0].rstrip()) > width:
            places, used = [*places, found.start()], 0
        used += cell_len(found[0])
    return places


rich_text.divide_line = divide_line  # type: ignore[attr-defined]  # by which it wraps all that it prints


def changed_told(edits: Sequence[CellEdit], unreadable: Collection[str] = ()) -> str:
    """Return in a clause what changed in a filing: what was replaced one by one, what was blank as a number."""
    old, rest = [edit for edit in edits if edit.old], [edit for edit in edits if not edit.old]
    new, lost = [edit for edit in rest if edit.name.count(".") == 1], sum(edit.name in unreadable for edit in rest)
    counts = ("填入", f"{len(rest) - len(new) - lost}格"), ("无法读取", f"{lost}格")
    told = ("改动", edits_told(old)), *counts, ("新增", edits_told(new))
    return "，".join(f"{what}{those}" for what, those in told if those not in ("", "0格")) or "与原有数字一致"


def print_imported(entry: batch.CheckedFile, told: str, changed: str) -> None:
    """Print the result of one import: agency, number of cells, guesses, target folder, and what changed there."""
    assert entry.imported
    filing = entry.imported.filing
    name = escape(entry.imported.name or "（未写机构名称）")
    out.print(f"[bold]{name} {filing.year}年[/]  按{SOURCES[entry.imported.source]}读取，{_editions(filing)}。")
    blank = sum(figure is None and cell not in filing.unreadable for cell, figure in filing.cells.items())
    out.print(f"读出 {_read(filing)} 格，空白 {blank} 格，无法读取 {len(filing.unreadable)} 格。")
    lost = [f"{filing.form.cells[cell].label}{read.problem}。" for cell, read in filing.unreadable.items()]
    guesses = [note.message for note in filing.notes if note.message not in lost]
    for style, unit, what, messages in (("red", "格", "无法读取", lost), ("yellow", "条", "说明", guesses)):
        for message in messages[:SHOWN]:
            _print_entry(f"  [{style}]{what}[/]", message)
        if len(messages) > SHOWN:
            out.print(f"  [{style}]……[/]  共{len(messages)}{unit}{what}；--json 可看全部。")
    checked = f"{styled_state(entry.checked.state)}（{entry.checked.findings.summary()}）"
    out.print(f"校验：{checked}；详情见 govreport check {escape(str(entry.path))}。")
    out.print(f"已写入 {escape(told)}，{escape(changed)}。" if changed else told or NEXT)


def print_imports(entries: Sequence[ImportDone]) -> None:
    """Print one line per file, what changed in data/, and the number of readable files."""
    rows = []
    for entry, told, _ in entries:
        file = escape(entry.path.name)
        if entry.imported is None:
            rows.append((file, "", "", "", "", "", "[red]无法读取[/]", ""))
            continue
        filing = entry.imported.filing
        numbers = str(_read(filing)), str(len(filing.unreadable) or "")
        state = f"{styled_state(entry.checked.state)}（{entry.checked.findings.summary()}）"
        editions = "、".join(dict.fromkeys(filing.form.editions.values()))
        rows.append((file, escape(entry.imported.name), str(filing.year), editions, *numbers, state, escape(told)))
    _print_table(("文件", "机构", "年度", "版本", "读出", "无法读取", "校验", "写入"), rows, ("读出", "无法读取"))
    written = [(told, changed) for _, told, changed in entries if changed]
    for told, changed in written:
        _print_entry(f"  {escape(told)}", changed)
    read = sum(entry.imported is not None for entry, *_ in entries)
    out.print(f"共{len(entries)}个文件，读出{read}份年报。{f'已写入{len(written)}份。' if written else NEXT}")


def _read(filing: Filing) -> int:
    return sum(figure is not None for figure in filing.cells.values())


def _editions(filing: Filing) -> str:
    if len(set(filing.form.editions.values())) == 1:
        return f"{filing.form.edition}版格式"
    return "、".join(f"{filing.form.tables[key].name}为{edition}版" for key, edition in filing.form.editions.items())


Item = TypeVar("Item")

STYLES = dict(zip(checks.STATES, ("red", "bold red", "yellow", "dim", "dim", "green", "bold green"), strict=True))
STYLES |= {"草稿": "red", "不完整": "red"} | dict.fromkeys(publish.NOT_WHOLE, "red") | {publish.UNFINISHED: "yellow"}
SEVERITY_STYLES = {"error": "red", "warning": "yellow", "notice": "dim"}

PIPED_WIDTH = 400
"""Width of output without a terminal, so that nothing is truncated or wrapped."""

WIDE = 120
"""Minimum terminal width, in characters, for the full list."""


def _console() -> Console:
    is_window = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not is_window, width=None if is_window else PIPED_WIDTH)


out = _console()
"""Results."""
notes = _console()
"""Progress, summaries and next steps; silent with ``--quiet``."""
details = _console()
"""Details; silent without ``--verbose``."""
err = Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())
"""Errors and warnings."""
details.quiet = True


def styled_state(state: str) -> str:
    """Return a state as coloured markup."""
    return f"[{STYLES.get(state, 'default')}]{escape(state)}[/]"


def print_json(document: object) -> None:
    """Print one JSON document on standard output. It is always UTF-8 (RFC 8259, section 8.1)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def print_error(message: str) -> None:
    """Print one sentence on standard error."""
    err.print(f"[red]错误[/]：{escape(message)}")


class Refusals:
    """How many of several things went wrong; each is told on standard error, and none stops the others."""

    number = 0

    @contextmanager
    def told(self, lead: str = "") -> Iterator[None]:
        """Tell and count what goes wrong within. lead: stands before the error's sentence."""
        try:
            yield
        except (GovReportError, OSError) as error:
            print_error(f"{lead}{os_sentence(error) if isinstance(error, OSError) else error}")
            self.number += 1


def print_unregistered(project: Project) -> None:
    """Warn about what runs ignore: folders that are not in the register or cannot be opened, and misspelt files.

    Agencies of one name are told, too.
    """
    told = [
        f"{REGISTER} 中{'、'.join(slugs)}的名称都是“{name}”；请核对是否重复登记，确实同名的用代号区分。"
        for name, slugs in project.namesakes.items()
    ]
    told += [f"data/{name} 不是可以打开的文件夹，按未报处理；请改为文件夹，或检查权限。" for name in project.closed]
    told += [f"{name} 未在 {REGISTER} 中登记，未处理；请登记，或移走这个文件夹。" for name in project.unregistered]
    for sentence in (*told, *(f"{name} 不会被读取；是否应为 {meant}？" for name, meant in misspelt(project))):
        err.print(f"[yellow]注意[/]：{escape(sentence)}")


def misspelt(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the entries of a project's folder whose names are almost those of what is read there, and the latter."""
    read = {name.partition(".")[0]: name for name in (*FOLDERS, checks.RULES_FILE, checks.WORDS_FILE)}
    for name in sorted(path.name for path in project.root.iterdir()):
        if name not in read.values() and (close := get_close_matches(name.partition(".")[0], read, 1, 0.8)):
            yield name, read[close[0]]


def print_findings(checked: checks.CheckedReport, *, coded: bool = True) -> None:
    """Print a headline for a report, then its findings, worst first, those that are open with their numbers.

    coded: whether the numbers are those that `waive` takes; else places in the list.
    """
    head = f"{escape(checked.agency.name)}{f' {checked.year}年' if checked.year else ''}："
    out.print(f"{head}{styled_state(checked.state)}（{checked.findings.summary()}）")
    for number, finding in zip(checked.findings.numbers, checked.findings, strict=True):
        shown = number if coded else number.partition("-")[0]
        style = "dim" if finding.waived else SEVERITY_STYLES[finding.severity]
        waived = f"（已接受：{finding.waived.reason}，{finding.waived.by}）" if finding.waived else ""
        name = checks.SEVERITY_NAMES[finding.severity]
        several = len(finding.identities) > 1 and finding.headline
        told = finding.headline if several else finding.message
        _print_entry(f"  [dim]{shown}[/]  [{style}]{name} {escape(finding.rule)}[/]", told + waived)
        if finding.is_on_prose:
            _print_entry("        原文：", finding.quoted, gap=0, style="dim")
        for identity in finding.identities if several else ():
            _print_entry(f"        [{style}]{escape(identity.rule)}[/]", f"{identity.text}。")


def _print_entry(lead: str, text: str, gap: int = 2, style: str = "") -> None:
    """Print a text behind its lead, which is markup; on a terminal its further lines stand below the first.

    gap: spaces between them.
    """
    if not out.is_terminal:
        out.print(f"{lead}{' ' * gap}{escape(text)}", style=style)
        return
    entry = Table.grid(padding=(0, gap, 0, 0), pad_edge=False)
    entry.add_column(no_wrap=True)
    entry.add_column(overflow="fold")
    entry.add_row(lead, escape(text))
    out.print(entry, style=style)


class Rate(progress.ProgressColumn):
    """Reports per second."""

    def render(self, task: progress.Task) -> Text:
        """Return the rate, or an empty text if it is unknown."""
        return Text(f"{task.speed:.1f}份/秒" if task.speed else "")


def progress_columns(label: str) -> tuple[progress.ProgressColumn, ...]:
    """Return the columns of a progress bar with rate and remaining time.

    label: name of the activity.
    """
    one = Column(no_wrap=True)
    columns = progress.TextColumn(label), progress.BarColumn(), progress.MofNCompleteColumn(table_column=one), Rate(one)
    used = progress.TextColumn("用时"), progress.TimeElapsedColumn(one)
    return *columns, *used, progress.TextColumn("剩余"), progress.TimeRemainingColumn(table_column=one)


def track(items: Iterable[Item], total: int, label: str) -> Iterator[Item]:
    """Yield items and show a progress bar.

    The bar is on the terminal of the results, below them, or on standard error if the results are piped. There is no
    bar for a single item, or if standard error is not a terminal.
    """
    bar = progress.Progress(*progress_columns(label), console=out if out.is_terminal else err, transient=True)
    # in rich 13 and 14 a bar that is switched off prints an empty line
    with bar if err.is_terminal and total > 1 and not notes.quiet else nullcontext():
        yield from bar.track(items, total)


def print_calendar(entries: list[publish.ReportEntry], today: datetime.date) -> None:
    """Print the progress and the deadline of each report. A narrow terminal gets fewer columns."""
    wide, rows, counted = out.width >= WIDE, [], checks.SEVERITY_NAMES.values()
    columns = "代号", "机构", "年度", "资料", "勾稽", *counted, "报告", "签审", "公布", "时限", "期限"
    shown = [name for name in columns if wide or name not in ("代号", *counted, "时限")]
    for entry in entries:
        signed = escape(str(entry.signoff or ""))
        if entry.signoff and entry.is_signed:
            signed = f"{styled_state(checks.SIGNED)}（{signed}）" if wide else escape(entry.signoff.by)
        elif signed and not wide:
            is_returned = entry.signoff and entry.signoff.problem == checks.GIVEN_BACK
            signed = f"[yellow]{checks.GIVEN_BACK if is_returned else '失效'}[/]"
        if entry.comments:
            signed += f"{'；' * bool(signed)}[yellow]{escape(entry.comments)}[/]"
        told = entry.timeliness(today)
        late = f"[red]{told}[/]" if told.startswith((checks.LATE, checks.MISDATED)) else told
        progress, state, output = map(styled_state, (entry.progress, entry.state, entry.output))
        counts = (str(entry.counts.get(key) or "") for key in checks.SEVERITY_NAMES)
        which = entry.agency.slug, escape(entry.agency.name if wide else entry.agency.short_name), str(entry.year)
        row = *which, progress, state, *counts, output, signed, entry.published, str(entry.due or ""), late
        rows.append([text for name, text in zip(columns, row, strict=True) if name in shown])
    _print_table(shown, rows, counted)


def print_missing(entries: list[publish.ReportEntry], today: datetime.date) -> None:
    """Print whom to remind: how far each filing is filled in, its deadline, and the contact."""
    rows = []
    for entry in entries:
        texts = entry.agency.slug, escape(entry.agency.short_name), str(entry.year), styled_state(entry.progress)
        rows.append((*texts, str(entry.due or ""), entry.timeliness(today), escape(entry.contact)))
    _print_table(("代号", "机构", "年度", "资料", "时限", "期限", "联系方式"), rows)


def print_rolled_up(result: checks.RollUp, wrong: Sequence[Agency]) -> None:
    """Print the result of a roll-up: agencies, changed cells, missing or unreadable filings, omitted tables and rows.

    wrong: the members with open errors.
    """
    filing, members = result.filing, result.members
    where = f"已汇总{len(members.filings)}个所属机构到 data/{filing.agency}/{filing.year}"
    out.print(f"{where}，{escape(changed_told(result.changed))}。")
    others = {"未报送": members.missing, "无法读取": members.unreadable, "有错误未处理": wrong}
    others["登记表中该年不存在，有资料未计入"] = members.outside
    for what, agencies in others.items():
        if agencies:
            names = "、".join(agency.short_name for agency in agencies)
            out.print(f"[yellow]{what}{len(agencies)}个[/]：{escape(names)}。")
    for table in result.refused:
        out.print(f"[yellow]未汇总{escape(table.name)}[/]：各机构所用版本不一，各格含义不同，请手工填写。")
    if members.unfilled_told:
        out.print(f"[yellow]未填全[/]：{escape(members.unfilled_told)}")


def print_filing(filing: Filing, findings: checks.Findings, state: str) -> None:
    """Print a filing's tables with the official labels. Blank cells stay blank."""
    out.print(f"[bold]{escape(''.join(filing.title))}[/]  {styled_state(state)}（{findings.summary()}）")
    for key, table in filing.form.tables.items():
        texts, rows, labels = figure_texts(filing, key), table.row_labels, table.column_labels
        columns = ["项目", *(column.label[-1] for column in table.columns)]
        lines = [(rows[row.key], *(texts[f"{key}.{row.key}.{c.key}"] for c in row.columns)) for row in table.rows]
        if table.layout == "clauses":
            columns = ["项目", "内容", "数值"]
            lines = [(rows[cell.row.key], labels[cell.column.key], texts[cell.name]) for cell in table.cells]
        figures = columns[2 if table.layout == "clauses" else 1 :]
        _print_table(columns, [[*map(escape, line)] for line in lines], figures, table.caption, HEAVY_HEAD)


def print_comparison(comparison: checks.Comparison) -> None:
    """Compare a filing with last year's: print notable changes first, then other changes, then the prose."""
    filing, last = comparison.filing, comparison.last
    out.print(f"[bold]{escape(filing.name)}：{filing.year}年与{last.year}年对照[/]\n{escape(comparison.summary())}")
    if comparison.remarks:
        rows = [(change.remark, *_change(change)) for change in comparison.remarks]
        _print_list("值得说明的变化", ("说明", "项目", *_YEARS), rows)
    told = {change.name for change in comparison.remarks}
    others = [c for c in comparison.changes if c.now != c.before and c.name not in told]
    if others:
        _print_list("其他变化", ("项目", *_YEARS), [_change(change) for change in others])
    for key, number in comparison.not_comparable.items():
        out.print(f"{escape(filing.form.tables[key].name)}两年版本不同，有{number}格无从比较。", style="dim")
    parts = [(p.heading, checks.share_text(p.similarity), *map(str, p.counts().values())) for p in comparison.parts]
    _print_list("文字（句）", ("部分", "相同文字", *checks.SENTENCE_KINDS), parts)
    for part in comparison.parts:
        out.print(f"\n[bold]{escape(part.heading)}[/]")
        for sentence in part.sentences:
            _print_entry(f"  [{_SENTENCE_STYLES[sentence.kind]}]{sentence.kind}[/]", sentence.text or sentence.last)
            if sentence.text and sentence.last not in ("", sentence.text):
                _print_entry("      上年：", sentence.last, gap=0, style="dim")


_YEARS = ("上年", "今年", "增减", "增长率")
_SENTENCE_STYLES = dict(zip(checks.SENTENCE_KINDS, ("red", "yellow", "default", "green", "dim"), strict=True))


def _change(change: checks.Change) -> tuple[str, ...]:
    now, before = change.texts
    return change.label, before, now, change.difference_text, change.growth


def _print_list(title: str, columns: Sequence[str], rows: Rows) -> None:
    """Print a list with wrapped texts and right-aligned figures."""
    figures = [column for column in columns if column not in ("说明", "项目", "部分")]
    _print_table(columns, [[*map(escape, row)] for row in rows], figures, title)


def _print_table(
    columns: Sequence[str], rows: Rows, figures: Collection[str] = (), title: str = "", box: Box | None = None
) -> None:
    """Print a table; where it is wider than the terminal though its texts are wrapped, its rows one by one as lists.

    rows: cells in markup; figures: columns of figures; box: its lines, as rich has them.
    """
    table = Table(box=box, pad_edge=bool(box), header_style="bold", title=title or None, title_style="bold")
    table.title_justify = "center" if box else "left"
    texts = [[name, *(Text.from_markup(row[number]).plain for row in rows)] for number, name in enumerate(columns)]
    least = [max(_least_width(text, 4 if own[0] in figures else 12) for text in own) for own in texts]
    spare = out.width - sum(least) - (3 * len(columns) + 1 if box else 2 * len(columns) - 2)
    for own, width in zip(texts, least, strict=True):
        more = max(0, min(spare, max(map(cell_len, own)) - width))
        table.add_column(own[0], width=width + more, justify="right" if own[0] in figures else "left", overflow="fold")
        spare -= more
    for row in rows:
        table.add_row(*row)
    if title:
        out.print("" if spare >= 0 else f"\n[bold]{title}[/]")
    if spare >= 0:
        out.print(table)
    for head, *others in rows if spare < 0 else ():
        named = zip(columns[1:], others, strict=True)
        told = [f"[dim]{name}[/] {text}" for name, text in named if Text.from_markup(text)]
        out.print(head, Padding(Columns(told, padding=(0, 2)), (0, 0, 0, 2)), sep="\n")


def _least_width(text: str, most: int) -> int:
    """Return the width of what is not broken in a text, and room for the rest. most: of that room."""
    return max([min(cell_len(text), most), *map(len, _WORD.findall(text))])
