"""Layouts met in published reports, retold: how crawlers wrote pages as text, and what pages and prints looked like.

Each layout says in how many reports of the web it was met (`README.md` beside this file tells in which sources);
`by_layout` of `tests/support/published_score.py` weighs by that number. Figures, offices and prose are fictional, as in
the rest of the corpus; only where cells, bars, blanks and lines stand is as it was met.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import corpus_phenomena as ph
from corpus_read import COMMENT, cut_rows, markdown, recognised, run_together
from corpus_report import Cell, Grid, Report, body
from corpus_text import write_text

HALF = str.maketrans("（），：；", "(),:;")
OLD = {"editions": {"proactive": "2019", "applications": "2019"}}
SPARSE = {"zeros": 0.85}


@dataclass(frozen=True)
class Crawl:
    """How a crawler wrote a table: what stands before and after a row, for a filled and for an empty cell, once for
    every column that a row lacks because its cells were spanned, and for a line break inside a cell."""

    cell: str
    blank: str = ""
    start: str = ""
    end: str = ""
    fill: str = ""
    line: str = " "

    def write(self, grid: Grid) -> str:
        rows = []
        for cells in grid.lines():
            texts = [cell.text.replace("\n", self.line) for cell in cells]
            row = "".join(self.cell.format(text) if text.strip() else self.blank for text in texts)
            fill = self.fill * (grid.cols - len(cells))
            end = "\n" if fill and row.endswith("\n") else self.end
            rows.append((self.start + row.replace("\n |", "\n|") + fill).rstrip(" ") + end)
        return "".join(rows).rstrip("\n")


BAR_CELL = Crawl("{} |\n", "|\n", fill="|")
BAR_ROW = Crawl("{} | ", "|", end="\n", fill="|")
BAR_LINE = Crawl("{} |\n", "|\n", start="|\n", fill="|")
BAR_ALONE = Crawl("{}\n|\n", "|\n", line="\n")
PARAGRAPHS = Crawl("{}\n\n", line="\n")


def wrapped(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def text_of(report: Report, write: Callable[[Grid], str], gap: str = "\n", wrap: int = 0) -> str:
    """A report as text: its paragraphs, in lines of `wrap` characters, and its tables as `write` writes them.

    Punctuation is half-width, as a store of crawled pages keeps it, but where lines are wrapped.
    """
    parts = []
    for block in body(report):
        if block.kind == "grid" and block.grid:
            parts.append(write(block.grid))
        elif block.kind != "picture":
            parts += wrapped(block.text, wrap or len(block.text) or 1)
    text = gap.join(parts) + "\n"
    return text if wrap else text.translate(HALF)


def crawled(crawl: Crawl, gap: str = "\n") -> Callable[[Report], str]:
    return lambda report: text_of(report, crawl.write, gap)


def said_once(report: Report) -> str:
    """A cell a line, and no line twice."""
    lines = text_of(report, Crawl("{}\n", line="").write).splitlines()
    return "\n".join(dict.fromkeys(lines)) + "\n"


def flooded(report: Report) -> str:
    """A page in one layout table, whose rows are filled with bars to the widest row; the report's tables are gone."""
    lines = text_of(report, lambda grid: "").splitlines()
    bars = "|" * 328
    head, rest = lines[: len(report.title)], [line for line in lines[len(report.title) :] if line]
    parts = [line for line in rest if line in report.headings.values()]
    first = rest.index(parts[1])
    return "\n".join(
        [*head, "|", bars, f"点击数: | {bars}", "|", bars, " ".join(rest[:first]), *rest[first:], f"| {bars}"]
    )


def one_line(cell: str, last: str = "", *, headed: bool = True) -> Callable[[Report], str]:
    """The whole report on one line, `headed` below the crawler's own head; `last` writes a row's last figure."""

    def table(grid: Grid) -> str:
        rows = []
        for cells in grid.lines():
            out = "".join(cell.format(item.text) for item in cells)
            if last and (figures := [item.text for item in cells if item.name]):
                labels = "".join(item.text for item in cells if not item.name)
                out = labels + (" ".join(figures[:-1]) + figures[-1] if len(figures) > 3 else "".join(figures))
            rows.append(out)
        return "".join(rows)

    def write(report: Report) -> str:
        line = text_of(report, table, "" if last else " ").replace("\n", "")
        head = f"标题: {''.join(report.title)}\n发布时间: {report.year + 1}-01-13 08:38\n"
        return f"{head}{'=' * 20} 正文 {'=' * 20}\n{line}\n" if headed else f"{line}\n"

    return write


def pdf_lines(report: Report) -> str:
    """As a PDF's text is extracted line by line: labels and groups wrapped, figures behind the last line of a label.

    One group is cut by the end of a page.
    """

    def table(grid: Grid) -> str:
        lines, carried = [], ""
        for row, cells in enumerate(grid.lines()):
            if row < grid.heads:
                lines += [line for cell in cells for line in wrapped(cell.text, 22 if cell.cols > 1 else 3)]
                continue
            groups = [cell for cell in cells if cell.role == "group"]
            names = [line for cell in cells if cell.role == "label" for line in wrapped(cell.text, 19)]
            rest = " ".join(cell.text for cell in cells if cell.role not in ("group", "label"))
            pieces = [piece for cell in groups for piece in wrapped(cell.text, 1 if cell.col == 0 else 4)]
            cut = pieces[:1] == ["（四）无"]
            before, carried = pieces[0] if cut else carried, "".join(pieces[1:]) if cut else ""
            line = " ".join(filter(None, [before, *names[-1:], rest]))
            lines += [*([] if cut else pieces), *names[:-1], line, *(["- 4 -"] if cut else [])]
        return "\n".join(lines)

    return text_of(report, table, wrap=27)


def later_first(report: Report) -> str:
    """Clauses of one figure as lines of text, the tables of several as Markdown below them."""

    def table(grid: Grid) -> str:
        rows = [[cell.text for cell in cells if cell.text] for cells in grid.lines()]
        if grid.cols == 4:
            single = [
                row[0] + (" " if not row[0].startswith("信息") else "") + "".join(row[1:])
                for row in rows
                if len(row) < 4
            ]
            return "\n".join([*(line.strip() for line in single), markdown([row for row in rows if len(row) == 4])])
        if grid.cols == 15:
            return markdown(
                [[cell.text for cell in grid.cells if cell.role == "head" and cell.rows + cell.row == 3], rows[-1]]
            )
        heads = ["申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
        labels = [[cell.text for cell in cells if not cell.name and cell.rows < 9] for cells in list(grid.lines())[3:]]
        return markdown(
            [heads, *([" ".join(filter(None, label)), *row[-7:]] for label, row in zip(labels, rows[3:], strict=True))]
        )

    return text_of(report, table)


# ---- what was met in them -----------------------------------------------------------------------------------------


@ph.named("no title")
def untitled(report: Report) -> None:
    """The text starts with the preamble; only that names the office and the year."""
    report.untitled = True


@ph.named("lines of the site around the title")
def site_lines(report: Report) -> None:
    title, date = "".join(report.title), f"{report.year + 1}-01-29"
    report.before = [
        "您当前所在位置: 首页 > 镇街公开 > 信息公开年报",
        f"标题: {title}",
        f"索引号: /{report.year + 1}-0071 文号: 无",
        f"发文日期: {date} 发布机构: {report.agency}",
    ]
    report.contents = [f"发布日期:{date}", "• 字号:", "• |", "• 打印"]
    report.absent += [report.before[0], report.before[2]]


@ph.named("words of the site before the title")
def site_words(report: Report) -> None:
    date = f"{report.year + 1}-01-22"
    report.before = [
        f"首页 > 信息公开 > 年度报告 发布日期：{date} 09:14 来源：示例市政府网 浏览次数：206 字体：大 中 小 打印"
    ]
    report.absent += ["浏览次数：206"]


@ph.named("lines of the site below the report")
def site_foot(report: Report) -> None:
    lines = ["手机扫码阅读本页", "分享到:", "上一篇: 没有了", "主办: 示例市人民政府办公室 网站标识码: 0000000000"]
    report.signature = [*report.signature, *lines]
    report.absent += [lines[0], lines[3]]


@ph.named("headings in other words")
def full_headings(report: Report) -> None:
    report.headings |= {
        1: "一、工作基本情况",
        2: "二、行政机关主动公开政府信息情况",
        3: "三、行政机关收到和处理政府信息公开申请情况",
        4: "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        5: "五、政府信息公开工作存在的主要问题及改进情况",
    }


@ph.named("table of metadata as rows of bars")
def meta_rows(report: Report) -> None:
    report.contents = [
        f"| 索引号 | 000000001/{report.year + 1}-00007 | 发文字号 | |",
        f"| 关键词 | 发布机构 | {report.agency} | |",
        f"| 生成日期 | {report.year + 1}-01-23 16:24:38 | 是否有效 |",
    ]


@ph.named("spaces before figures")
def indented(report: Report) -> None:
    for name in ph.numbers(report, 0.7):
        report.find(name).text = " " + report.find(name).text


def broken_heads(lost: bool) -> ph.Phenomenon:
    """Headers with a line break inside; lost: the crawler kept the first line only."""

    @ph.named("header broken over lines", *(["header cut at its line break"] if lost else []))
    def change(report: Report) -> None:
        def split(text: str) -> str:
            first, rest = text[:3], text[3:]
            return text if text not in ("本年新制作数量", "本年新公开数量") else first + ("" if lost else "\n" + rest)

        ph.relabel(report, split, ("head",))
        pairs = {"商业企业": "商业\n企业", "科研机构": "科研\n机构"}
        ph.relabel(report, lambda text: pairs.get(text, text) if not lost else text, ("head",))

    return change


@ph.named("a column too many")
def fifth_column(report: Report) -> None:
    """Part two is five columns wide: headers are spanned otherwise than the figures below them."""
    grid = report.grids["proactive"][0]
    wide = Counter(cell.row for cell in grid.cells)
    first = [cell.row for cell in grid.cells if cell.role == "clause"][1]
    for cell in grid.cells:
        if cell.role == "clause":
            cell.cols = 5
        elif wide[cell.row] == 3:
            cell.col, cell.cols = (0, 1) if cell.col == 0 else (2 * cell.col - 1, 2)
        elif cell.col:
            early = cell.role == "figure" and cell.row > first
            spanned = 1 if early else 2
            cell.cols = 2 if cell.col == spanned else 1
            cell.col += cell.col > spanned
    grid.cols, grid.widths = 5, (30, 20, 8, 16, 26)


@ph.named("notes in labels", "a row of another kind in part two")
def guided(report: Report) -> None:
    """Labels carry the guide for those who fill them in, with figures and other rows' names; a row is added."""
    notes = {
        "规章": "规章(只由有立法权的市填写)",
        "规范性文件": "规范性文件(由本机关认定的决定、公告、通知等,标题带“规定”“细则”字样的多在此列)",
        "上一年项目数量": f"上一年项目数量(按{report.year - 1}年底的事项数)",
        "本年增/减": f"本年增/减({report.year}年比上年多或少的事项数,少的写成负数,如-6)",
        "处理决定数量": f"处理决定数量(按{report.year}年的办件量)",
        "其他对外管理服务事项": "其他对外管理服务事项(许可以外的政务事项,含行政确认、行政处罚、行政强制、行政检查)",
    }
    added = Cell("其他主动公开文件(不属于规范性文件,数量与网站栏目一致)", 4, 0)
    grid = report.grids["proactive"][0]
    for cell in grid.cells:
        cell.text = notes.get(cell.text, cell.text)
        cell.row += cell.row >= 4
    others = [Cell(str(report.rng.randint(2, 300)), 4, col, role="other") for col in (1, 2, 3)]
    grid.cells, grid.rows = [*grid.cells, added, *others], grid.rows + 1


@ph.named("characters lost from the text")
def lost_characters(report: Report) -> None:
    """What stood in elements of its own beside figures is gone: 年 and 月 of dates, the end of a header."""

    def change(text: str) -> str:
        return re.sub(r"(\d{4})年(\d+)月(\d+)日", r"\1\2\3日", text)

    report.prose = {part: [change(text) for text in texts] for part, texts in report.prose.items()}
    ph.relabel(report, lambda text: text.replace("本年增/减", "本年增/"), ("head",))


@ph.named("readings behind characters")
def annotated(report: Report) -> None:
    """A copy of the page for other readers, who are told the sounds of some characters."""
    sounds = {"規": "guī", "數": "shù", "業": "yè", "項": "xiàng", "處": "chǔ", "總": "zǒng", "據": "jù", "應": "yīng"}
    turn = str.maketrans({char: f"{char}({sound})" for char, sound in sounds.items()})
    ph.relabel(report, lambda text: text.translate(turn))
    report.prose = {part: [text.translate(turn) for text in texts] for part, texts in report.prose.items()}


@ph.named("blank cells")
def empty(report: Report) -> None:
    for name in ph.numbers(report, 1.1):
        report.put(name, "", None)


def vanished(count: int) -> ph.Phenomenon:
    """Blank cells in text that keeps no place for them: what is left in such a row may be given or doubted."""

    @ph.named("blank cells", "blanks without a place")
    def change(report: Report) -> None:
        zeros = [
            name for name in ph.numbers(report, 1.1) if report.cells[name] == 0 and not name.startswith("disputes")
        ]
        for name in report.rng.sample(zeros, count):
            report.put(name, "", None)
            row = name.rpartition(".")[0]
            names = [other for other in report.cells if other.rpartition(".")[0] == row]
            report.tolerated |= {other: report.cells[other] for other in names}

    return change


@ph.named("tables missing")
def no_tables(report: Report) -> None:
    for table in report.grids:
        ph.picture(table)(report)


@ph.named("repeated lines dropped")
def dropped(report: Report) -> None:
    """Of a row that lost a figure nothing can be placed; a row that kept them all may be given or doubted."""
    seen: set[str] = set()
    for grid in ph.all_grids(report):
        for cells in grid.lines():
            figures = [cell for cell in cells if cell.name]
            texts = [cell.text for cell in figures]
            whole = len(set(texts)) == len(texts) and not seen & set(texts)
            seen |= set(texts)
            for cell in figures:
                if whole:
                    report.tolerated[cell.name] = report.cells[cell.name]
                else:
                    report.lose(cell.name)


def doubtful(tables: Sequence[str]) -> ph.Phenomenon:
    """Figures of these tables may be given or doubted, both being honest."""

    def change(report: Report) -> None:
        names = [name for table in tables for name in report.figures(table)]
        report.tolerated |= {name: report.cells[name] for name in names}

    return change


@ph.named("table cut across pages", "a column lost on one page", "group label cut")
def narrow_page(report: Report) -> None:
    """The first page of part three lost a column: six figures for seven, and nothing says which."""
    (grid,) = report.grids["applications"]
    ph.cut(12, repeat=False)(report)
    upper, lower = report.grids["applications"]
    for cell in [cell for cell in upper.cells if cell.name.endswith(".other") and cell.row > 4]:
        report.lose(cell.name)
        row = cell.name.rpartition(".")[0]
        report.tolerated |= {c.name: report.cells[c.name] for c in grid.cells if c.name.rpartition(".")[0] == row}
        report.tolerated.pop(cell.name)
        upper.cells.remove(cell)
    for cell in [*upper.cells, *lower.cells]:
        if cell.role == "group" and cell.row in (0, 5, 7):
            cell.text = "三、本年度办理结果" if cell.row == 5 else ""


@ph.named("clause named in other words")
def clauses(report: Report) -> None:
    ph.relabel(report, lambda text: text.replace("第二十条第", "第二十条"), ("clause",))


@ph.named("clause letter-spaced")
def spaced_clauses(report: Report) -> None:
    ph.relabel(report, lambda text: text.replace("第二十条", "第二十条  "), ("clause",))


@ph.named("a sentence over the table")
def announced(report: Report) -> None:
    for part in (2, 3, 4):
        report.prose[part] = ["本部分的数量都在表里，文字不再重复。"]


@ph.named("unit behind the amount")
def yuan(report: Report) -> None:
    name = "proactive.procurement.amount"
    report.put(name, f"{report.cells[name]}元", report.cells[name])


@ph.named("empty row below the table")
def empty_row(report: Report) -> None:
    grid = report.grids["proactive"][0]
    grid.cells += [Cell("", grid.rows, col, role="other") for col in range(4)]
    grid.rows += 1


@ph.named("purchases in another unit by the header")
def ten_thousands(report: Report) -> None:
    ph.head_units(report)
    ph.relabel(report, lambda text: text.replace("数量（件）", "数量"), ("head",))


@ph.named("empty cells instead of rowspan in the header")
def split_heads(report: Report) -> None:
    for table in ("applications", "disputes"):
        grid = report.grids[table][0]
        tall = [cell for cell in grid.cells if cell.role == "head" and cell.rows == 2]
        grid.cells += [replace(cell, text="", row=cell.row + 1, rows=1) for cell in tall]
        for cell in tall:
            cell.rows = 1


@ph.named("cells broken over lines")
def broken_cells(report: Report) -> None:
    """The header cells of later clauses end with a line break."""
    for cell in report.grids["proactive"][0].cells:
        if cell.role == "head" and cell.row > 5 and cell.col:
            cell.text += "\n"


def persons(report: Report) -> None:
    """Nearly all who apply are persons, few results occur, and seldom a dispute: most figures are zeros."""
    calm = report.rng.random() < 0.7
    report.cells |= {name: 0 for name in report.figures("disputes") if calm}
    for name in report.figures("applications"):
        row, _, column = name.rpartition(".")
        share = 0.35 if column == "natural" else 0.03
        kept = report.rng.random() < share and row not in ("applications.new", "applications.carried_out")
        report.cells[name] = report.rng.randint(1, 40 if column == "natural" else 3) if kept else 0
    ph.add_up(report)


@ph.named("group label repeated at a cut")
def group_again(report: Report) -> None:
    """The label of the results begins anew at the group that stood on the next page."""
    (grid,) = report.grids["applications"]
    label = next(cell for cell in grid.cells if cell.text == "三、本年度办理结果")
    below = next(cell for cell in grid.cells if cell.text == "（四）无法提供").row
    grid.cells.append(replace(label, row=below, rows=label.row + label.rows - below))
    label.rows = below - label.row


@ph.named("a row missing in part two")
def no_rules(report: Report) -> None:
    """An office that makes no rules leaves their row out."""
    (grid,) = report.grids["proactive"]
    row = next(cell.row for cell in grid.cells if cell.text == "规章")
    for name in [cell.name for cell in grid.cells if cell.row == row and cell.name]:
        report.lose(name)
    grid.cells = [replace(cell, row=cell.row - (cell.row > row)) for cell in grid.cells if cell.row != row]
    grid.rows -= 1


@ph.named("a row lacks a figure")
def six_figures(report: Report) -> None:
    """The last row of part three ends before its last figure."""
    (grid,) = report.grids["applications"]
    name = "applications.carried_out.total"
    report.lose(name)
    grid.cells = [cell for cell in grid.cells if cell.name != name]


@ph.named("report as a letter")
def letter(report: Report) -> None:
    """A letter to the office above, that hands the report in."""
    report.title = [f"{report.agency}关于报送{report.year}年度政府信息公开工作年度报告的函"]
    report.contents = ["上级机关办公室："]
    agency, date = report.signature
    report.signature = ["此函", agency, date, f"{agency}办公室 {date}印发"]


@ph.named("headings in other words")
def plans(report: Report) -> None:
    report.headings |= {5: "五、存在的主要问题及明年工作计划", 6: "六、需要说明的其他事项与附表"}


@ph.named("prose before tables, with clauses of its own")
def counted(report: Report) -> None:
    count = report.rng.randint(20, 90)
    report.prose[2] = [
        f"（一）主动公开的数量。全年公开文件{count}份，历年累计{count * 7}份。",
        f"（二）主动公开的类别。机构职能类{count // 9}份，财政资金类{count // 5}份，其余为工作动态。",
        "（三）主动公开的途径。以门户网站为主，兼用公告栏和阅览室。",
    ]
    report.prose[3] = [f"{report.year}年，本机关对收到的申请均按期答复，没有因答复引起的争议。"]


@ph.named("part one in chapters numbered as parts", "headings numbered in other ways")
def chapters(report: Report) -> None:
    """Part one has chapters of its own numbers, so that every number but the last stands for two things."""
    texts = report.prose[1]
    names = ("二、工作机制保障", "三、主动公开工作情况", "四、政府信息公开申请情况", "五、公开平台建设")
    report.prose[1] = [texts[0], *(text for pair in zip(names, texts[1:], strict=False) for text in pair)]
    report.headings |= {
        2: "一、主动公开政府信息情况",
        3: "二、收到和处理政府信息公开申请情况",
        4: "三、政府信息公开行政复议、行政诉讼情况",
        5: "四、存在的主要问题及改进情况",
        6: "五、其他需要报告的事项",
    }


@ph.named("blank cells")
def last_total(report: Report) -> None:
    report.put("applications.carried_out.total", "", None)


@ph.named("remarks in cells", "figures fallen out of a row", "prose after tables")
def fallen(report: Report) -> None:
    """Cells of two lines, which this reader of PDFs wrote above the table, and their rows without them."""
    for name, remark in (("rules.issued", "其中修订"), ("normative.repealed", "含自然失效")):
        value = report.rng.randint(20, 60)
        report.put(f"proactive.{name}", f"{value}\n（{remark}{value - 7}件）", value)
    names = [name for name in report.figures("proactive") if ".rules." in name or ".normative." in name]
    report.tolerated |= {name: report.cells[name] for name in names}
    report.after[4] = ["注：表中数量含上年度结转的数量。"]


@ph.named("wrong totals")
def slip(report: Report) -> None:
    """The total of persons is one too many, and nothing adds up with it."""
    name = "applications.total.natural"
    value = int(report.cells[name] or 0) + 1
    report.put(name, str(value), value)


@ph.named("headings in other words")
def misprint(report: Report) -> None:
    report.headings[4] = "四、政府信息公开行政法复议、行政诉讼情况"


@ph.named("labels end with a blank")
def ending_blanks(report: Report) -> None:
    ph.relabel(report, lambda text: text + "\u00a0")


@ph.named("wide spaces before figures")
def wide_spaces(report: Report) -> None:
    for name in ph.numbers(report, 0.5):
        report.find(name).text = report.rng.choice(("\u3000", "\u00a0")) + report.find(name).text


# ---- layouts and files -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class File:
    """A file: how it is written is a writer of text, or a format of `make.py` and its options."""

    name: str
    year: int
    how: Callable[[Report], str] | tuple[str, dict[str, Any]]
    phenomena: Sequence[ph.Phenomenon] = ()
    base: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """A layout, in how many reports of the web it was met, and the files that retell it."""

    name: str
    met: int
    files: Sequence[File]


ROWS_2019 = [fifth_column, broken_heads(lost=True), untitled]
BARE_CELL, BARE_ROW = replace(BAR_CELL, fill=""), replace(BAR_ROW, fill="")
LAYOUTS = [
    Layout(
        "cells on lines, a bar behind each, bars for spans",
        7,
        [
            File("bar-cell-2023", 2023, crawled(BAR_CELL), [ph.slashes, ph.blanks, untitled], SPARSE),
            File(
                "bar-cell-2024",
                2024,
                crawled(BAR_CELL),
                [ph.titled("{a}|{y}年政府信息公开工作年度报告"), broken_heads(False), full_headings, site_foot],
            ),
            File("bar-cell-2020", 2020, crawled(BAR_CELL), ROWS_2019),
        ],
    ),
    Layout(
        "cells on lines, a bar behind each",
        2,
        [
            File("bar-cell-bare-2019", 2019, crawled(BARE_CELL), [broken_heads(False), ph.wording("old"), site_foot]),
            File("bar-cell-bare-2020", 2020, crawled(BARE_CELL), [ph.blanks, untitled], SPARSE),
        ],
    ),
    Layout(
        "rows on lines, a bar behind each cell, bars for spans",
        11,
        [
            File(
                "bar-row-dense-2023",
                2023,
                crawled(BAR_ROW),
                [site_foot, ph.titled("{a}|{y}年政府信息公开工作年度报告")],
                {"factor": 41},
            ),
            File("bar-row-2022", 2022, crawled(BAR_ROW), [site_foot, ph.wording("loose")], SPARSE),
            File("bar-row-blank-2023", 2023, crawled(BAR_ROW), [ph.all_zeros_blank, broken_heads(False)], SPARSE),
            File("bar-row-2020", 2020, crawled(BAR_ROW), [*ROWS_2019, ph.signs, ph.other_units]),
            File("bar-row-late-form-2022", 2022, crawled(BAR_ROW), [fifth_column, broken_heads(False), untitled], OLD),
            File("bar-row-guided-2020", 2020, crawled(BAR_ROW), [guided, ph.dashes, ph.traditional]),
        ],
    ),
    Layout(
        "rows on lines, a bar behind each cell",
        3,
        [
            File("bar-row-bare-2024", 2024, crawled(BARE_ROW), [broken_heads(False), untitled]),
            File(
                "bar-row-bare-2020",
                2020,
                crawled(BARE_ROW),
                [ph.titled("{a}|{y}年政府信息公开工作年度报告"), clauses, empty_row, ten_thousands],
            ),
        ],
    ),
    Layout(
        "rows on lines, broken by line breaks in cells",
        2,
        [
            File(
                "bar-row-broken-2020",
                2020,
                crawled(replace(BAR_ROW, line="\n")),
                [full_headings, guided, broken_cells, announced],
            ),
        ],
    ),
    Layout(
        "rows on lines between bars",
        2,
        [
            File("bar-row-open-2023", 2023, crawled(replace(BAR_ROW, start="| ")), [spaced_clauses, meta_rows], SPARSE),
        ],
    ),
    Layout(
        "cells on lines, a line of a bar before each row",
        3,
        [
            File("bar-line-2020", 2020, crawled(BAR_LINE), [guided, untitled], SPARSE),
            File("bar-line-2022", 2022, crawled(BAR_LINE), [full_headings, broken_heads(False), ph.traditional]),
        ],
    ),
    Layout(
        "cells and bars on lines by turns",
        4,
        [
            File("bar-alone-2023", 2023, crawled(BAR_ALONE), [broken_heads(False), announced, untitled], SPARSE),
            File("bar-alone-2019", 2019, crawled(BAR_ALONE), [broken_heads(False), ph.signs, ph.other_units, untitled]),
            File("bar-alone-blank-2022", 2022, crawled(BAR_ALONE), [broken_heads(False), ph.blanks], SPARSE),
        ],
    ),
    Layout(
        "cells and bars on lines by turns, a bar before each row",
        1,
        [
            File("bar-alone-open-2022", 2022, crawled(replace(BAR_ALONE, start="| ", fill="|")), [untitled]),
        ],
    ),
    Layout(
        "a paragraph a cell",
        20,
        [
            File(
                "paragraph-2020",
                2020,
                crawled(PARAGRAPHS, "\n\n"),
                [broken_heads(False), site_lines, ph.signs, indented],
                SPARSE,
            ),
            File(
                "paragraph-2022",
                2022,
                crawled(replace(PARAGRAPHS, line="\n\n"), "\n\n"),
                [full_headings, site_foot, broken_heads(False), ph.titled("{a}{y}年政府信息公开 工作告年度报")],
            ),
            File("paragraph-vanished-2021", 2021, crawled(PARAGRAPHS, "\n\n"), [vanished(9), site_lines], SPARSE),
            File(
                "paragraph-blank-2020",
                2020,
                crawled(replace(PARAGRAPHS, blank="\n", line="\n\n"), "\n\n"),
                [broken_heads(False), lost_characters, ph.all_zeros_blank],
                SPARSE,
            ),
            File("paragraph-characters-2019", 2019, crawled(PARAGRAPHS, "\n\n"), [lost_characters, ph.other_units]),
            File(
                "paragraph-empty-2022",
                2022,
                crawled(PARAGRAPHS, "\n\n"),
                [ph.titled("{y}年度{a}政府信息公开工作年度报告"), empty, site_lines],
                OLD,
            ),
            File(
                "paragraph-readings-2020",
                2020,
                crawled(replace(PARAGRAPHS, line="\n\n"), "\n\n"),
                [broken_heads(False), lost_characters, ph.traditional, annotated],
            ),
        ],
    ),
    Layout(
        "a line a cell",
        1,
        [
            File("line-2024", 2024, crawled(Crawl("{}\n", line="")), [untitled]),
        ],
    ),
    Layout(
        "no line twice",
        1,
        [
            File("once-2019", 2019, said_once, [dropped, untitled], {"zeros": 0.9}),
        ],
    ),
    Layout(
        "tables missing",
        3,
        [
            File("no-tables-2021", 2021, crawled(BAR_CELL), [no_tables]),
            File("no-tables-flood-2021", 2021, flooded, [no_tables]),
        ],
    ),
    Layout(
        "tabs, a column lost on one page",
        1,
        [
            File(
                "tab-narrow-2020",
                2020,
                lambda report: write_text(report, "tab", "empty"),
                [ph.misprints, ph.lost_column(14), narrow_page],
                SPARSE,
            ),
        ],
    ),
    Layout(
        "lines of a PDF",
        1,
        [
            File("pdf-lines-2024", 2024, pdf_lines, [spaced_clauses], SPARSE),
        ],
    ),
    Layout(
        "one line, parted by spaces",
        1,
        [
            File("one-line-2024", 2024, one_line("{} "), [], SPARSE),
            File("one-line-site-2023", 2023, one_line("{} ", headed=False), [site_words], SPARSE),
        ],
    ),
    Layout(
        "one line, figures glued",
        13,
        [
            File("one-line-run-2023", 2023, run_together(publisher="示例网"), [persons, untitled], {"zeros": 0.8}),
            File(
                "one-line-run-2020",
                2020,
                run_together(comment=COMMENT),
                [persons, group_again, yuan, counted],
                {"zeros": 0.7},
            ),
            File(
                "one-line-run-letter-2021",
                2021,
                run_together(site=True),
                [persons, slip, letter],
                {**OLD, "zeros": 0.3},
            ),
        ],
    ),
    Layout(
        "one line, figures glued, labels parted",
        4,
        [
            File(
                "one-line-labels-2024",
                2024,
                run_together(behind=" "),
                [persons, broken_heads(False), no_rules, six_figures, plans, untitled],
                SPARSE,
            ),
            File(
                "one-line-labels-2022",
                2022,
                run_together(behind=" ", site=True),
                [persons, misprint, broken_heads(False)],
                SPARSE,
            ),
        ],
    ),
    Layout(
        "one line, some figures glued",
        3,
        [
            File(
                "one-line-glued-2021",
                2021,
                one_line("{}", "glued"),
                [doubtful(("proactive", "applications", "disputes"))],
                SPARSE,
            ),
            File(
                "one-line-gaps-2025",
                2025,
                run_together(gap=" ", spaced=("applications", "disputes"), publisher="示例网"),
                [persons, untitled],
                SPARSE,
            ),
            File(
                "one-line-gaps-2019",
                2019,
                run_together(gap="\u3000", spaced=("proactive", "disputes"), site=True),
                [persons, counted],
                {"zeros": 0.7},
            ),
        ],
    ),
    Layout(
        "Markdown, tables below lines of later rows",
        2,
        [
            File("later-first-2024", 2024, later_first, [ph.short_labels], SPARSE),
            File("cut-rows-2024", 2024, cut_rows, [chapters, last_total], SPARSE),
            File("cut-rows-2025", 2025, cut_rows, [fallen], {"factor": 29, "zeros": 0.7}),
        ],
    ),
    Layout(
        "Markdown, a table for each row",
        1,
        [
            File("recognised-2025", 2025, recognised, [], {"factor": 17}),
        ],
    ),
    Layout(
        "page pasted from a word processor, blanks for zeros",
        1,
        [
            File(
                "word-2023",
                2023,
                ("html", {"style": "word"}),
                [ph.all_zeros_blank, broken_heads(False), ph.nbsp],
                SPARSE,
            ),
        ],
    ),
    Layout(
        "page pasted from a word processor, five columns",
        1,
        [
            File(
                "word-five-2020",
                2020,
                ("html", {"style": "word"}),
                [fifth_column, broken_heads(False), wide_spaces, letter],
                SPARSE,
            ),
        ],
    ),
    Layout(
        "page of a site, a row missing",
        1,
        [
            File(
                "site-row-2024",
                2024,
                ("html", {"style": "cms"}),
                [no_rules, broken_heads(False), ending_blanks, plans],
                SPARSE,
            ),
        ],
    ),
    Layout(
        "page of a site, a group's label repeated",
        1,
        [
            File("site-group-2019", 2019, ("html", {"style": "cms"}), [group_again, broken_heads(False), yuan]),
        ],
    ),
    Layout(
        "page with headers spanned otherwise than figures",
        1,
        [
            File(
                "shifted-2019",
                2019,
                ("html", {"style": "plain"}),
                [fifth_column, broken_heads(False), ph.all_zeros_blank, ph.blank_totals, yuan],
                SPARSE,
            ),
        ],
    ),
    Layout(
        "page with empty cells below its headers",
        1,
        [
            File("split-heads-2025", 2025, ("html", {"style": "plain"}), [split_heads], {"factor": 37}),
        ],
    ),
    Layout(
        "PDF with shaded paragraphs",
        3,
        [
            File(
                "shaded-2023",
                2023,
                ("pdf", {"style": "shaded", "size": 17}),
                [ph.long_prose, ph.upright_groups, ph.misprints],
                {"editions": {"applications": "2019"}},
            ),
            File(
                "shaded-2024",
                2024,
                ("pdf", {"style": "shaded", "size": 19, "table_size": 14}),
                [ph.long_prose, ph.upright_groups, spaced_clauses, ph.numbering("、")],
            ),
        ],
    ),
]
