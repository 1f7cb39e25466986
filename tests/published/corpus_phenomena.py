"""What happens to reports until they are published: a function alters the document and what must be read together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from corpus_report import BUILD, Cell, Grid, Report

from govreport.core.figures import Figure
from tests.support.strategies import APPLICANTS, OUTCOMES, results_of

Phenomenon = Callable[[Report], None]
ROWS = "disputes.reconsideration", "disputes.litigation.direct", "disputes.litigation.after_reconsideration"


def named(*names: str) -> Callable[[Phenomenon], Phenomenon]:
    """Make a phenomenon write its names into the report."""

    def wrap(function: Phenomenon) -> Phenomenon:
        def run(report: Report) -> None:
            function(report)
            report.phenomena += [name for name in names if name not in report.phenomena]

        return run

    return wrap


def all_grids(report: Report) -> list[Grid]:
    return [grid for grids in report.grids.values() for grid in grids]


def relabel(
    report: Report, change: Callable[[str], str], roles: tuple[str, ...] = ("label", "head", "group", "clause")
) -> None:
    for grid in all_grids(report):
        for cell in grid.cells:
            if cell.role in roles:
                cell.text = change(cell.text)


def numbers(
    report: Report, share: float, tables: tuple[str, ...] = ("applications", "disputes", "proactive")
) -> list[str]:
    """Names of some filled cells."""
    names = [name for table in tables for name in report.figures(table) if report.cells[name] is not None]
    return [name for name in names if report.rng.random() < share]


def is_count(report: Report, name: str) -> bool:
    return report.form.cells[name].kind.name == "count"


# ---- what stands in cells ------------------------------------------------------------------------------------------


def _marks(report: Report, share: float, marks: tuple[str, ...], totals: bool = True) -> None:
    for name in numbers(report, share):
        if report.cells[name] == 0 and (totals or not name.endswith(".total")):
            report.put(name, report.rng.choice(marks), None)


@named("blank cells")
def blanks(report: Report) -> None:
    _marks(report, 0.6, ("",))


@named("blank cells")
def all_zeros_blank(report: Report) -> None:
    _marks(report, 1.1, ("", " "))


@named("slash or dash for not applicable")
def slashes(report: Report) -> None:
    _marks(report, 0.8, ("/", "／"))


@named("slash or dash for not applicable")
def dashes(report: Report) -> None:
    _marks(report, 0.8, ("—", "——", "－", "-"))


@named("blank totals")
def blank_totals(report: Report) -> None:
    for name in report.figures("applications") + report.figures("disputes"):
        if name.endswith(".total") and report.rng.random() < 0.8:
            report.put(name, "", None)
    for column in (*APPLICANTS, "total"):
        report.put(f"applications.total.{column}", "", None)


@named("units in cells")
def units(report: Report) -> None:
    for name in numbers(report, 0.3, ("applications", "disputes")):
        report.find(name).text += "件"
    for name in report.figures("proactive"):
        kind, value = report.form.cells[name].kind, report.cells[name]
        if kind.decimals and value is not None:
            report.put(name, f"{value} {kind.unit}", value)
        elif kind.name == "count" and report.rng.random() < 0.5:
            report.find(name).text += report.rng.choice(("件", "项", " 件"))


@named("units in cells", "money in another unit")
def other_units(report: Report) -> None:
    for name in report.figures("proactive"):
        kind = report.form.cells[name].kind
        if not kind.decimals:
            continue
        shown = Decimal(report.rng.randint(1000, 99999)).scaleb(-2)
        if kind.unit == "元":
            report.put(name, f"{shown}万元", (shown * 10000).quantize(Decimal(1)))
        else:
            report.put(name, f"{shown}元", shown / 10000)


@named("remarks in cells")
def remarks(report: Report) -> None:
    rows = [n for n in report.figures("proactive") if n.startswith(("proactive.rules.", "proactive.normative."))]
    for name in rows:
        value = report.cells[name]
        if isinstance(value, int) and value > 1:
            shape = report.rng.choice(("{}（其中修订{}件）", "{}(含修改{}件)", "{}件（其中{}件为联合制发）"))
            report.find(name).text = shape.format(value, report.rng.randint(1, value - 1))
    for name in report.rng.sample(numbers(report, 1.1, ("applications",)), 3):
        value = int(report.cells[name] or 0)
        report.find(name).text = f"{value}（含转办{max(0, value - 1)}件）"


@named("signed values")
def signs(report: Report) -> None:
    for name in report.figures("proactive"):
        value = report.cells[name]
        if name.endswith(".change") and isinstance(value, int):
            value = value or report.rng.choice((3, -2, 5, -1))
            plus, minus = report.rng.choice((("+{}", "-{}"), ("增{}", "减{}"), ("＋{}", "－{}"), ("增加{}", "减少{}")))
            report.put(name, (plus if value > 0 else minus).format(abs(value)), value)


@named("thousands separators")
def thousands(report: Report) -> None:
    for name in numbers(report, 1.1):
        value = report.cells[name]
        if value is not None and abs(value) >= 1000:
            report.find(name).text = f"{value:,}"


@named("full-width digits and brackets")
def full_width(report: Report) -> None:
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    for name in numbers(report, 0.6):
        report.find(name).text = report.find(name).text.translate(wide)
    report.prose[1] = [text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) for text in report.prose[1]]


@named("non-breaking spaces")
def nbsp(report: Report) -> None:
    for name in numbers(report, 0.7):
        cell = report.find(name)
        cell.text = report.rng.choice(("\u00a0{}", "{}\u00a0", "\u00a0\u00a0{}\u00a0", "\u3000{}", "{}\u2002")).format(
            cell.text
        )
    relabel(report, lambda text: text[:2] + "\u00a0" + text[2:])
    report.headings = {part: text[:2] + "\u00a0" + text[2:] for part, text in report.headings.items()}


@named("one merged zero for a row")
def merged_zeros(report: Report) -> None:
    rows = report.rng.sample(results_of(report.form), 3)
    for row in rows:
        for column in APPLICANTS:
            report.cells[f"applications.{row}.{column}"] = 0
    report.cells |= {f"{ROWS[2]}.{column}": 0 for column in (*OUTCOMES, "total")}
    add_up(report)
    grid = report.grids["applications"][0]
    for row in rows:
        _merge(grid, [f"applications.{row}.{column}" for column in (*APPLICANTS, "total")])


def _merge(grid: Grid, names: list[str]) -> None:
    cells = [cell for cell in grid.cells if cell.name in names]
    cells[0].cols = sum(cell.cols for cell in cells)
    grid.cells = [cell for cell in grid.cells if cell.name not in names[1:]]


def add_up(report: Report) -> None:
    """Make the totals right again and print the tables anew."""
    cells = report.cells

    def get(name: str) -> int:
        return int(cells[name] or 0)

    for column in APPLICANTS:
        name = f"applications.{{}}.{column}"
        cells[name.format("total")] = sum(get(name.format(row)) for row in results_of(report.form))
        total = get(name.format("total")) + get(name.format("carried_out")) - get(name.format("carried_in"))
        if total < 0:
            cells[name.format("carried_in")] = get(name.format("carried_in")) + total
            total = 0
        cells[name.format("new")] = total
    for row in report.form.tables["applications"].rows:
        cells[f"applications.{row.key}.total"] = sum(get(f"applications.{row.key}.{c}") for c in APPLICANTS)
    for group in ROWS:
        cells[f"{group}.total"] = sum(get(f"{group}.{column}") for column in OUTCOMES)
    report.grids = {table: [BUILD[table](report)] for table in BUILD}


@named("nothing received: zeros all over")
def all_zero(report: Report) -> None:
    for name in report.cells:
        if not name.startswith("proactive"):
            report.cells[name] = 0
    report.cells |= {
        f"applications.{row}.{column}": 1 for row in ("new", "granted", "total") for column in ("natural", "total")
    }
    report.grids = {table: [BUILD[table](report)] for table in BUILD}


# ---- labels --------------------------------------------------------------------------------------------------------

SHORT = {
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开",
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1.逾期不补正",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "2.逾期未缴费",
    "5.要求行政机关确认或重新出具已获取信息": "5.要求确认或重新出具",
    "3.危及“三安全一稳定”": "3.危及三安全一稳定",
    "一、本年新收政府信息公开申请数量": "一、本年新收申请数量",
    "二、上年结转政府信息公开申请数量": "二、上年结转数量",
    "四、结转下年度继续办理": "四、结转下年度",
    "2.其他法律行政法规禁止公开": "2.法律法规禁止公开",
    "本年收费金额（单位：万元）": "本年收费金额(万元)",
    "行政规范性文件": "规范性文件",
    "三、本年度办理结果": "三、办理结果",
}
MISPRINTED = {
    "未经复议直接起诉": "未经复讼直接起诉",
    "复议后起诉": "复讼后起诉",
    "2.其他法律行政法规禁止公开": "2.其他法律行政止公开",
    "4.保护第三方合法权益": "4.保护第三方合法权溢",
    "1.本机关不掌握相关政府信息": "1.本机不掌握相关政府信息",
    "2.没有现成信息需要另行制作": "2.没有现成信息需另行制做",
    "1.信访举报投诉类申请": "1.信访举报投拆类申请",
    "3.要求提供公开出版物": "3.要求提供公开出板物",
    "8.属于行政查询事项": "8.属行政查询事项",
    "法律服务机构": "法律服务机够",
    "其他对外管理服务事项": "其它对外管理服务事项",
    "6.属于四类过程性信息": "6.属于四类过程信息",
    "四、结转下年度继续办理": "四、结转下年继续办理",
    "本年处理决定数量": "本年处理决定数",
}


@named("shortened labels")
def short_labels(report: Report) -> None:
    relabel(report, lambda text: SHORT.get(text, text))


@named("misprinted labels")
def misprints(report: Report) -> None:
    relabel(report, lambda text: MISPRINTED.get(text, text))


@named("spaces inside labels")
def spaced_labels(report: Report) -> None:
    def change(text: str) -> str:
        return " ".join(text) if len(text) <= 5 else text[:3] + " " + text[3:8] + "  " + text[8:]

    relabel(report, change)


@named("labels broken over lines")
def broken_labels(report: Report) -> None:
    def change(text: str) -> str:
        size = 2 if len(text) <= 6 else report.rng.choice((5, 8, 11))
        return "\n".join(text[start : start + size] for start in range(0, len(text), size))

    relabel(report, change)


@named("group label one character a line")
def upright_groups(report: Report) -> None:
    for grid in report.grids["applications"]:
        for cell in grid.cells:
            if cell.role == "group" and cell.col == 0:
                cell.text = "\n".join(cell.text)


def numbering(dot: str, brackets: str = "（）") -> Phenomenon:
    """Labels numbered another way: ``1、`` or ``1．`` or ``1 ``, half-width brackets."""

    @named("numbering of labels")
    def change(report: Report) -> None:
        def number(text: str) -> str:
            text = re.sub(r"^(\d)\.", lambda match: match[1] + dot, text)
            return text.replace("（", brackets[0]).replace("）", brackets[1])

        relabel(report, number)

    return change


@named("numbering of labels")
def unnumbered(report: Report) -> None:
    relabel(report, lambda text: re.sub(r"^(\d\.|（.）|[一二三四]、)(?=.{2})", "", text))


@named("missing group label")
def no_group_labels(report: Report) -> None:
    groups = [c for grid in report.grids["applications"] for c in grid.cells if c.role == "group"]
    for cell in report.rng.sample(groups, 3):
        cell.text = ""


# ---- the tables' shape ---------------------------------------------------------------------------------------------


@named("six small tables in part two")
def six_tables(report: Report) -> None:
    grid = report.grids["proactive"][0]
    starts = [cell.row for cell in grid.cells if cell.role == "clause"] + [grid.rows]
    report.grids["proactive"] = [_slice(grid, first, last) for first, last in pairwise(starts)]


def _slice(grid: Grid, first: int, last: int) -> Grid:
    """Rows of a grid as a grid of their own; a label that is cut goes on in the next piece."""
    cells = []
    for cell in grid.cells:
        top, bottom = max(cell.row, first), min(cell.row + cell.rows, last)
        if top >= bottom:
            continue
        size = len(cell.text)
        start, end = (size * (row - cell.row) // cell.rows for row in (top, bottom))
        cells.append(replace(cell, row=top - first, rows=bottom - top, text=cell.text[start:end]))
    return Grid(last - first, grid.cols, cells, max(0, min(grid.heads, last) - first), grid.widths)


def cut(row: int, repeat: bool = True, table: str = "applications") -> Phenomenon:
    """The table is cut above a row, as by a page break; the header is repeated or not."""

    @named("table cut across pages", *(["header repeated"] if repeat else []), "group label cut")
    def change(report: Report) -> None:
        (grid,) = report.grids[table]
        upper, lower = _slice(grid, 0, row), _slice(grid, row, grid.rows)
        if repeat:
            heads = [replace(cell) for cell in grid.cells if cell.row < grid.heads]
            lower.cells = heads + [replace(cell, row=cell.row + grid.heads) for cell in lower.cells]
            lower.rows, lower.heads = lower.rows + grid.heads, grid.heads
        report.grids[table] = [upper, lower]

    return change


def lost_column(number: int, header: bool = True) -> Phenomenon:
    """Fourteen figures where fifteen belong; header: the header lacks that column as well."""

    @named("fourteen figures for fifteen")
    def change(report: Report) -> None:
        grid = report.grids["disputes"][0]
        names = report.figures("disputes")
        report.lose(names[number])
        if not header:
            report.tolerated |= {name: report.cells[name] for name in names if name != names[number]}
        last = grid.rows - 1
        kept = []
        for cell in grid.cells:
            affected = header or cell.row == last
            if affected and cell.col == number and cell.cols == 1:
                continue
            if affected and cell.cols > 1 and cell.col <= number < cell.col + cell.cols:
                cell.cols -= 1
            elif affected and cell.col > number:
                cell.col -= 1
            kept.append(cell)
        grid.cells = kept
        if header:
            grid.cols, grid.widths = 14, (1,) * 14

    return change


@named("a row lacks a figure")
def lost_figures(report: Report) -> None:
    grid = report.grids["applications"][0]
    for row in report.rng.sample(results_of(report.form), 2):
        cells = [cell for cell in grid.cells if cell.name.startswith(f"applications.{row}.") and cell.role == "figure"]
        cells = [cell for cell in cells if cell.name.rpartition(".")[0] == f"applications.{row}"]
        lost = report.rng.choice(cells[1:-1])
        report.lose(lost.name)
        report.tolerated |= {cell.name: report.cells[cell.name] for cell in cells if cell is not lost}
        for cell in cells:
            if cell.col > lost.col:
                cell.col -= 1
        grid.cells.remove(lost)


@named("illegible figures")
def illegible(report: Report) -> None:
    for name in report.rng.sample(numbers(report, 1.1, ("applications",)), 4):
        report.find(name).text = report.rng.choice(("□", "见附件", "#REF!", "若干", "3?"))
        report.lose(name)


def picture(table: str) -> Phenomenon:
    """A table is only a picture."""

    @named("table as a picture")
    def change(report: Report) -> None:
        report.pictures.add(table)
        for name in report.figures(table):
            report.lose(name)

    return change


@named("a clause of the old form kept")
def extra_clause(report: Report) -> None:
    grid = report.grids["proactive"][0]
    row = grid.rows
    grid.cells += [
        Cell("第二十条第（九）项", row, 0, cols=4, role="clause"),
        Cell("信息内容", row + 1, 0, role="head"),
        Cell("采购项目数量", row + 1, 1, role="head"),
        Cell("采购总金额", row + 1, 2, cols=2, role="head"),
        Cell("政府集中采购", row + 2, 0),
        Cell(str(report.rng.randint(2, 60)), row + 2, 1, role="other"),
        Cell(f"{report.rng.randint(10**5, 10**7)}.5元", row + 2, 2, cols=2, role="other"),
    ]
    grid.rows += 3


@named("disputes as rows")
def upright_disputes(report: Report) -> None:
    grid = Grid(4, 7, [Cell("类别", 0, 0, cols=2, role="head")], 1, (12, 18, 9, 9, 9, 9, 9))
    labels = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    grid.cells += [Cell(text, 0, 2 + index, role="head") for index, text in enumerate(labels)]
    grid.cells += [
        Cell("行政复议", 1, 0, cols=2),
        Cell("行政诉讼", 2, 0, 2, role="group"),
        Cell("未经复议直接起诉", 2, 1),
        Cell("复议后起诉", 3, 1),
    ]
    old = {cell.name: cell for cell in report.grids["disputes"][0].cells if cell.name}
    for row, group in enumerate(ROWS):
        for index, column in enumerate((*OUTCOMES, "total")):
            grid.cells.append(replace(old[f"{group}.{column}"], row=1 + row, col=2 + index))
    report.grids["disputes"] = [grid]


@named("a table of another kind in part one")
def other_table(report: Report) -> None:
    rng, rows = report.rng, ("门户网站", "政务新媒体", "新闻发布会", "其他", "总计")
    cells = [Cell(text, 0, col, role="head") for col, text in enumerate(("公开渠道", "单位", "本年数量", "上年数量"))]
    for row, text in enumerate(rows):
        cells += [Cell(text, row + 1, 0), Cell("条", row + 1, 1)]
        cells += [Cell(str(rng.randint(5, 900)), row + 1, col, role="other") for col in (2, 3)]
    report.asides[1] = Grid(6, 4, cells, 1, (30, 10, 20, 20))


@named("tables in another order")
def tables_at_end(report: Report) -> None:
    report.tables_last = True


@named("table before its heading")
def table_before_heading(report: Report) -> None:
    report.tables_first = {2, 3, 4}


@named("prose after tables")
def prose_after(report: Report) -> None:
    report.after = {
        2: ["以上行政许可和行政处罚数量含派出机构办理的事项。"],
        3: ["与上年相比，申请人多为自然人，咨询类事项明显减少。"],
        4: ["败诉案件均已复盘，相关问题列入下一年培训内容。"],
    }


# ---- headings and titles -------------------------------------------------------------------------------------------

WORDINGS = {
    "statutory": {},
    "old": {
        1: "一、概述",
        2: "二、主动公开情况",
        3: "三、依申请公开情况",
        4: "四、因政府信息公开申请提起行政复议、提起行政诉讼的情况",
        5: "五、政府信息公开工作存在的主要问题及改进情况",
        6: "六、其他需要报告的事项",
    },
    "loose": {
        1: "一、政府信息公开工作总体情况",
        2: "二、主动公开政府信息的情况",
        3: "三、收到和办理政府信息公开申请的情况",
        4: "四、行政复议和行政诉讼情况",
        5: "五、存在问题及整改措施",
        6: "六、需要报告的其他事项",
    },
    "sentence": {
        1: "一、总体情况。",
        2: "二、主动公开政府信息情况：",
        3: "三、收到和处理政府信息公开申请情况：",
        4: "四、政府信息公开行政复议、行政诉讼情况：",
        5: "五、存在的主要问题及改进情况。",
        6: "六、其他需报告事项。",
    },
    "mistyped": {
        2: "二、主动公开政府信息清况",
        3: "三、收到和处理政府信息公开申请情况况",
        4: "四、政府信息公开行政复议行政诉讼情况",
        5: "五、存在的主要问题和改进情况",
        6: "六、其它需要报告的事项",
    },
}


def wording(key: str) -> Phenomenon:
    """Headings in other words."""

    @named("headings in other words")
    def change(report: Report) -> None:
        report.headings |= WORDINGS[key]

    return change


def numbered_headings(shape: str) -> Phenomenon:
    """Headings numbered in another way: {n} the Chinese numeral, {t} the text, {d} the digit."""

    @named("headings numbered in other ways")
    def change(report: Report) -> None:
        for part, text in report.headings.items():
            report.headings[part] = shape.format(n=text[0], t=text[2:], d=part)
        if "（{n}）" in shape:
            marks = str.maketrans(dict(zip("一二三四五", "12345", strict=True)))
            for part, texts in report.prose.items():
                report.prose[part] = [re.sub("^（(.)）", lambda m: m[1].translate(marks) + ".", text) for text in texts]

    return change


@named("letter-spaced headings")
def spaced_headings(report: Report) -> None:
    for part, text in report.headings.items():
        report.headings[part] = " ".join(text) if part % 2 else "　".join(text)


@named("heading and text in one paragraph")
def inline_headings(report: Report) -> None:
    report.inline_headings = {1, 5, 6}


@named("parts merged")
def merged_parts(report: Report) -> None:
    report.headings[5] = "五、存在的主要问题、改进情况及其他需要报告的事项"
    report.headings[6] = ""
    report.either = {5: "5/6", 6: "5/6"}


@named("sub-headings named as parts")
def echoing_prose(report: Report) -> None:
    report.prose[1] = [
        "（一）主动公开政府信息情况",
        f"全年发布各类信息{report.rng.randint(100, 900)}条，均在规定时限内完成。",
        "（二）收到和处理政府信息公开申请情况",
        "申请渠道畅通，答复文书统一编号、统一用印。",
        "（三）存在的主要问题及改进情况见第五部分，其他需要报告的事项见第六部分。",
        "（四）政府信息公开平台建设情况",
        "网站改版后检索更快，栏目层级由四级减为三级。",
        "（五）监督保障情况",
        "工作考核结果在机关内部通报，社会评议意见逐条反馈。",
    ]


NUMERALS = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))


def titled(shape: str, name: str = "titles in other forms") -> Phenomenon:
    """A title of another shape; lines by |; {a} agency, {y} year, {c} year in characters, {z} with 零, {o} with ○."""

    @named(name)
    def change(report: Report) -> None:
        chinese = "".join(NUMERALS[digit] for digit in str(report.year))
        zero, circle = chinese.replace("〇", "零"), chinese.replace("〇", "○")
        text = shape.format(a=report.agency, y=report.year, c=chinese, z=zero, o=circle)
        report.title = text.split("|")

    return change


@named("letter-spaced headings")
def spaced_title(report: Report) -> None:
    report.title = [" ".join(line) for line in report.title]


@named("long paragraphs")
def long_prose(report: Report) -> None:
    more = report.prose[-1]
    report.prose[1] = ["".join(report.prose[1][:3] + more), "".join(report.prose[1][3:] + more[::-1])]
    report.prose[5] = ["".join(report.prose[5] + more[::2])]


@named("no signature")
def unsigned(report: Report) -> None:
    report.signature, report.absent = [], []


@named("no preamble")
def no_preamble(report: Report) -> None:
    report.prose[0] = []


@named("Traditional characters")
def traditional(report: Report) -> None:
    from opencc import OpenCC  # noqa: PLC0415

    turn = OpenCC("s2t").convert
    report.agency = turn(report.agency)
    report.title = [turn(line) for line in report.title]
    report.headings = {part: turn(text) for part, text in report.headings.items()}
    report.prose = {part: [turn(text) for text in texts] for part, texts in report.prose.items()}
    report.signature = [turn(line) for line in report.signature]
    for grid in all_grids(report):
        for cell in grid.cells:
            cell.text = turn(cell.text)


def swap_figures(report: Report, name: str, value: Figure) -> None:
    """Set a figure and print it."""
    report.put(name, str(value), value)


# ---- further shapes of tables and pages ----------------------------------------------------------------------------


@named("another word for the total")
def other_total(report: Report) -> None:
    word = report.rng.choice(("合计", "总 数", "合　计"))
    relabel(report, lambda text: text.replace("总计", word))


@named("empty corner cell")
def empty_corner(report: Report) -> None:
    report.grids["applications"][0].cells[0].text = ""


@named("unit in the column's header")
def head_units(report: Report) -> None:
    shown = Decimal(report.rng.randint(1000, 99999)).scaleb(-2)
    for cell in report.grids["proactive"][0].cells:
        if cell.text == "采购总金额":
            cell.text = "采购总金额（万元）"
            report.put("proactive.procurement.amount", str(shown), (shown * 10000).quantize(Decimal(1)))
        elif cell.text.startswith("本年收费金额"):
            cell.text = "本年收费金额（单位：元）"
            report.put("proactive.fees.amount", str(shown), shown / 10000)
        elif cell.role == "head" and cell.text.endswith("件数"):
            cell.text += "（件）"


def _on_top(grid: Grid, text: str) -> None:
    for cell in grid.cells:
        cell.row += 1
    grid.cells.insert(0, Cell(text, 0, 0, cols=grid.cols, role="head"))
    grid.rows, grid.heads = grid.rows + 1, grid.heads + 1


@named("heading inside the table")
def headings_inside(report: Report) -> None:
    for part, table in ((2, "proactive"), (3, "applications"), (4, "disputes")):
        _on_top(report.grids[table][0], report.headings[part])
        report.headings[part], report.prose[part] = "", []


@named("caption inside the table")
def captions_inside(report: Report) -> None:
    for number, table in enumerate(BUILD, 1):
        _on_top(report.grids[table][0], f"表{number}（单位：件）")


@named("two tables of disputes")
def two_dispute_tables(report: Report) -> None:
    grid = report.grids["disputes"][0]
    left = [cell for cell in grid.cells if cell.col < 5]
    right = [replace(cell, col=cell.col - 5) for cell in grid.cells if cell.col >= 5]
    report.grids["disputes"] = [Grid(4, 5, left, 3, (1,) * 5), Grid(4, 10, right, 3, (1,) * 10)]


@named("header of one row")
def flat_header(report: Report) -> None:
    grid = report.grids["applications"][0]
    names = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    cells = [replace(cell, row=cell.row - 2) for cell in grid.cells if cell.row >= 3]
    heads = [Cell("办理情况", 0, 0, 1, 3, "head"), *(Cell(text, 0, 3 + n, role="head") for n, text in enumerate(names))]
    report.grids["applications"] = [Grid(grid.rows - 2, 10, heads + cells, 1, grid.widths)]


def group_lines(subtotals: bool) -> Phenomenon:
    """Groups are lines of their own, with empty cells or with subtotals; there is one label column."""

    @named("groups as lines", *(["subtotals of groups"] if subtotals else []))
    def change(report: Report) -> None:
        old = report.grids["applications"][0]
        grid = Grid(3, 8, [], 3, (40, 8, 8, 8, 8, 8, 8, 8))
        for cell in old.cells:
            if cell.row < 3:
                grid.cells.append(replace(cell, cols=1) if cell.col == 0 else replace(cell, col=cell.col - 2))
        for row in range(3, old.rows):
            line = sorted((cell for cell in old.cells if cell.row == row), key=lambda cell: cell.col)
            for group in (cell for cell in line if cell.role == "group"):
                grid.cells.append(Cell(group.text, grid.rows, 0))
                for col in range(7):
                    names = [
                        c.name for c in old.cells if group.row <= c.row < group.row + group.rows and c.col == 3 + col
                    ]
                    values = sum(int(report.cells[name] or 0) for name in names)
                    shown = str(values) if subtotals and group.col == 1 else ""
                    grid.cells.append(Cell(shown, grid.rows, 1 + col, role="other"))
                grid.rows += 1
            for cell in line:
                if cell.role == "label":
                    grid.cells.append(replace(cell, row=grid.rows, col=0, cols=1))
                elif cell.role == "figure":
                    grid.cells.append(replace(cell, row=grid.rows, col=cell.col - 2))
            grid.rows += 1
        report.grids["applications"] = [grid]

    return change


@named("the same table twice")
def twice(report: Report) -> None:
    report.asides[4] = report.grids["applications"][0]


@named("letterhead before the title")
def letterhead(report: Report) -> None:
    year = report.year + 1
    report.before = [
        f"{report.agency}文件",
        f"示公开〔{year}〕{report.rng.randint(2, 40)}号",
        f"签发日期：{year}年1月5日",
    ]
    report.prose[0] = ["示例市政务公开工作领导小组：", *report.prose[0]]


@named("table of contents")
def contents(report: Report) -> None:
    lines = [f"{text}{'…' * 12}{part * 2}" for part, text in report.headings.items() if text]
    report.contents = ["目  录", *lines]


@named("date in Chinese characters")
def chinese_date(report: Report) -> None:
    year = "".join(NUMERALS[digit] for digit in str(report.year + 1))
    report.signature = [report.agency, f"{year}年一月十九日"]
    report.absent = [report.signature[1]]


@named("old table in a comment")
def comment(report: Report) -> None:
    rows = "".join(f"<tr><td>{label}</td>" + "<td>7</td>" * 7 + "</tr>" for label in ("一、本年新收", "（七）总计"))
    report.comment = f"<!-- <table>{rows}</table> -->"


@named("attachments below")
def attachment(report: Report) -> None:
    name = f"{report.agency}{report.year - 2}年政府信息公开工作年度报告.docx"
    report.signature.append(f"附件：{name}")
    report.absent.append(name)
