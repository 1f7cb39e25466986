"""Reports as programs left them: a page's text run together on one line, and prints recognised as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from corpus_report import Cell, Grid, Report, body

SPACES = " \u3000"
COUNT, CHANGE, AMOUNT = r"0|[1-9]\d*", r"-?(?:0|[1-9]\d*)", r"(?:0|[1-9]\d*)(?:\.\d+)?(?:万?元)?"
COMMENT = "<!--[if !supportMisalignedColumns]--><!--[endif]-->"
DISPUTES = {4: range(4), 9: range(5, 9), 14: range(10, 14)}


def partings(run: str, shapes: Sequence[str], sums: Mapping[int, Sequence[int]]) -> list[tuple[str, ...]]:
    """The ways, two at most, in which a run of characters parts into figures of these shapes; a space always parts.

    sums: which figures add up to which.
    """
    found: list[tuple[str, ...]] = []

    def part(rest: str, figures: tuple[str, ...]) -> None:
        last = len(figures) - 1
        if last in sums and int(figures[last]) != sum(int(figures[index]) for index in sums[last]):
            return
        if last + 1 == len(shapes):
            found.extend([] if rest.strip(SPACES) else [figures])
            return
        rest = rest.lstrip(SPACES)
        for end in range(1, len(re.split(f"[{SPACES}]", rest)[0]) + 1):
            if len(found) < 2 and re.fullmatch(shapes[last + 1], rest[:end]):
                part(rest[end:], (*figures, rest[:end]))

    part(run, ())
    return found


def doubt(report: Report, table: str, names: Sequence[str], run: str) -> None:
    """Figures that run together may be given or doubted, unless they part in one way only and none is missing."""

    def shape(name: str) -> str:
        return CHANGE if name.endswith(".change") else AMOUNT if report.form.cells[name].kind.decimals else COUNT

    def row(name: str) -> str:
        return table if table == "disputes" else name.rpartition(".")[0]

    whole = [name for name in report.cells if row(name) == row(names[0]) and name.startswith(table)]
    sums = {"applications": {6: range(6)}, "disputes": DISPUTES}.get(table, {})
    if len(names) < len(whole) or len(partings(run, [shape(name) for name in names], sums)) != 1:
        report.tolerated |= {name: report.cells[name] for name in names}


def head(report: Report, publisher: str) -> str:
    """The lines that a crawler writes above the text of a page."""
    title, place = "".join(report.title), f"gk/nb/{report.year + 1}01"
    report.absent += ["栏目: 年报", f"本地目录: {place}"]
    return "\n".join(
        [
            f"标题: {title}",
            f"发布时间: {report.year + 1}-01-13 17:48",
            "文号: ",
            f"发布机构: {publisher}",
            "栏目: 年报",
            f"原文链接: https://www.example.invalid/{place}/t{report.year + 1}0113_80602.htm",
            f"本地目录: {place}/80602_{title}",
            f"{'=' * 20} 正文 {'=' * 20}",
            "",
        ]
    )


def run_together(
    behind: str = "",
    gap: str = "",
    spaced: Sequence[str] = (),
    publisher: str = "",
    site: bool = False,
    comment: str = "",
) -> Callable[[Report], str]:
    """The text of a page without its breaks.

    behind: what stands behind a label; gap: what stands before a figure of the tables `spaced`, where it was not lost;
    publisher: whom the crawler takes for the publisher; site: with words of the site around; comment: what stands
    before the first table.
    """

    def figures(report: Report, table: str, cells: list[Cell], lost: set[int]) -> str:
        gaps = ["" if (index in lost) != (report.rng.random() < 0.1) else gap for index in range(len(cells))]
        run = "".join(before + cell.text for before, cell in zip(gaps, cells, strict=True))
        run = run if table in spaced else "".join(cell.text for cell in cells)
        doubt(report, table, [cell.name for cell in cells], run)
        return run

    def tables(report: Report, table: str, grid: Grid) -> str:
        text, lost = "", set(report.rng.sample(range(7), 2))
        for cells in grid.lines():
            for named, group in groupby(cells, key=lambda cell: bool(cell.name)):
                items = list(group)
                labels = "".join(cell.text.replace("\n", " ") + behind for cell in items)
                text += figures(report, table, items, lost) if named else labels
        return text

    def write(report: Report) -> str:
        names, text = {id(grid): table for table, grids in report.grids.items() for grid in grids}, ""
        for block in body(report):
            if block.kind == "grid" and block.grid:
                table = names[id(block.grid)]
                text += (comment if table == "proactive" else "") + tables(report, table, block.grid)
            else:
                text += {"sign": " ", "title": " "}.get(block.kind, "") + block.text
        if site:
            chrome = "微信 微博 空间 全真版 文字版", "附件下载"
            report.absent += [chrome[0]]
            place = f"当前位置： 首页信息公开{report.agency}年报 {''.join(report.title)}"
            text = f"{place} 来源： 时间：{report.year + 1}-01-13 17:48 --> {chrome[0]} {text} {chrome[1]}"
        return head(report, publisher) + text.strip() + "\n"

    return write


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a table of Markdown, whose first row is its header."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def texts(cells: Sequence[Cell]) -> list[str]:
    return [cell.text for cell in cells]


def result_rows(grid: Grid) -> Iterator[tuple[list[str], str, list[Cell]]]:
    """Part three row by row: the groups that begin here, the row's label, its figures."""
    for cells in list(grid.lines())[grid.heads :]:
        groups = [cell.text for cell in cells if cell.role == "group"]
        (label,) = [cell.text for cell in cells if cell.role == "label"]
        yield groups, label, [cell for cell in cells if cell.name]


def clauses(grid: Grid) -> Iterator[tuple[str, list[list[str]]]]:
    """Part two clause by clause: its name, and its rows with the header."""
    rows: list[list[str]] = []
    name = ""
    for cells in grid.lines():
        if cells[0].role == "clause":
            if rows:
                yield name, rows
            name, rows = cells[0].text, []
        else:
            rows.append(texts(cells))
    yield name, rows


def recognised(report: Report) -> str:
    """A print as a model of vision wrote it down: headings everywhere, and a table for every row of part three."""
    half = str.maketrans("（），：", "(),:")
    columns = ["类别", *(f"数据{number}" for number in range(1, 7)), "总计"]
    strange = ["项目", "本年新收件数", "上年结转件数", "予以公开", "部分公开", "不予公开", "结转下年度", "总计"]

    def applications(grid: Grid) -> list[str]:
        parts = [grid.cells[0].text.translate(half)]
        organisations = ["商业企业", "科研机构", "社会公益", "法律服务", "其他"]
        for title in ("(自然人)", "(法人或其他组织)", "(总计)"):
            heads = organisations if "法人" in title else ["(数据项目)", "数量"]
            parts.append(f"### 申请人情况 {title}\n{markdown([heads, ['-'] * len(heads)])}")
        rows: list[list[str]] = []
        for groups, label, cells in result_rows(grid):
            opening = [text.replace("其他处理", "其他").translate(half) for text in groups]
            alone = re.match(r"[一二四]、|（.）", label) and not label.startswith(("（七）", "四、"))
            if opening or alone or label.startswith("2.申请人逾期"):
                if rows:
                    parts.append(markdown(rows))
                rows = [columns if not label.startswith("2.申请人逾期") else strange]
            parts += [f"### {text}" for text in [*opening, *([label] if alone else [])]]
            rows.append([re.sub(r"^([一二]、|（.）)", "", label) if alone else label, *texts(cells)])
        return [*parts, markdown(rows)]

    def disputes(grid: Grid) -> list[str]:
        figures = [cell.text for cell in grid.cells if cell.name]
        heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
        names = "行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"
        return [f"### {name}\n{markdown([heads, figures[5 * i : 5 * i + 5]])}" for i, name in enumerate(names)]

    parts = []
    for block in body(report):
        if block.kind == "grid" and block.grid:
            grid = block.grid
            if grid.cols == 4:
                parts += [f"### {name}\n{markdown(rows)}" for name, rows in clauses(grid)]
            else:
                parts += applications(grid) if grid.cols == 10 else disputes(grid)
        elif block.kind == "title":
            parts += [f"# {block.text}", report.agency, f"({report.signature[1]})"]
        elif block.kind == "h":
            parts.append(block.text if block.text.startswith("六") else f"## {block.text}")
        else:
            parts.append(re.sub(r"^(（.）[^。]*。)", r"### \1\n\n", block.text))
    return "\n\n".join(parts) + "\n"


def cut_rows(report: Report) -> str:
    """A print as a reader of PDFs wrote it down: rows that stand on one line are tables of Markdown; of the others the
    labels are lines, and the figures tables of their own below them; captions come before what was found of a table."""
    captions = {4: "## 表二：主动公开政府信息情况", 10: "## 表三：收到和处理政府信息公开申请情况"}

    def wrapped(text: str, size: int) -> list[str]:
        text = re.sub(r"(\d+)(?=[年月日件条次号个份])", r"\1 ", text)
        text = re.sub(r"(?<=[年至到。，件条次号的为])(\d+)", r" \1", text)
        return [text[start : start + size].strip() for start in range(0, len(text), size)]

    def proactive(grid: Grid) -> list[str]:
        (first, rows), *others = clauses(grid)
        lines = [first, *(line for row in rows for text in row if "\n" in text for line in text.split("\n"))]
        for name, cells in others:
            lines += [name, "".join(cells[0]), *(" ".join(row) for row in cells[1:])]
        kept = [[text for text in row if "\n" not in text] for row in rows]
        for table in [kept] if kept == rows else [[row] for row in kept]:
            lines += [captions[4], markdown(table)]
        return lines

    def applications(grid: Grid) -> list[str]:
        corner = grid.cells[0].text
        lines = ["申请人情况", f"{corner[:18]}法人或其他组织", corner[18:], "自然人总计"]
        lines += ["商业企科研机社会公法律服", "其他", captions[10]]
        table = [["业", "构", "益组织", "务机构", *[""] * 5]]
        waiting: list[list[str]] = []

        def close() -> None:
            nonlocal table, waiting
            lines.extend([markdown(table)] if table else [])
            lines.extend(markdown([row]) for row in waiting)
            table, waiting = [], []

        for groups, label, cells in result_rows(grid):
            start = "三、" if "三、本年度办理结果" in groups else ""
            pieces = [piece for group in groups[-1:] for piece in (group[:4], group[4:])] if not start else []
            if len(label) <= 17 and not pieces:
                if waiting:
                    close()
                row = [*([start] if start else []), label, *texts(cells)]
                width = len(table[0]) if table else len(row)
                table.append(row + [""] * (width - len(row)))
                continue
            if table:
                close()
            lines += [piece for piece in [*pieces, *wrapped(label, 10)] if piece]
            waiting.append(texts(cells))
            report.tolerated |= {cell.name: report.cells[cell.name] for cell in cells}
        close()
        return lines

    def disputes(grid: Grid) -> list[str]:
        lines = ["行政复议行政诉讼", "未经复议直接起诉复议后起诉", "结果结果其他尚未", "总计", "总计总计"]
        lines += ["维持纠正结果审结维持纠正结果审结", markdown([["维持", "纠正", "结果", "审结"] * 3])]
        return [*lines, markdown([[cell.text for cell in grid.cells if cell.name]])]

    lines, page = ["正文"], 0
    writers = {4: proactive, 10: applications, 15: disputes}
    for block in body(report):
        if block.kind == "grid" and block.grid:
            lines += writers[block.grid.cols](block.grid)
        elif block.kind == "h":
            page += 1
            lines += [*([f"— {page} —"] if page > 1 else []), "", block.text]
        else:
            lines += wrapped(block.text, 20 if block.kind == "title" else 28)
    return "\n".join(lines) + "\n"
