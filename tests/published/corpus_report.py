"""A report before it is written to a file: figures, prose, headings, and the tables as grids of cells with spans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from govreport.core.figures import Figure, json_number, write_figure
from govreport.forms.catalogue import Catalogue
from govreport.forms.form import Form
from tests.support.strategies import consistent_filing

PLACES = ("示例市", "样县", "某某区", "例城市", "虚构县", "范例区", "模拟市")
OFFICES = (
    "教育局",
    "林业局",
    "档案馆",
    "文化广电和旅游局",
    "人力资源和社会保障局",
    "人民政府办公室",
    "水务局",
    "医疗保障局",
    "综合行政执法局",
    "统计局",
    "发展和改革委员会",
    "商务局",
)
TOWNS = ("样例镇人民政府", "范本街道办事处", "虚拟乡人民政府")

PREAMBLE = (
    "本报告依照政府信息公开条例第五十条编写，由{agency}汇总。",
    "所列数据的统计期限为{year}年1月1日至{year}年12月31日。",
    "对报告内容有疑问的，请与本机关办公室联系（地址：样例路{n}号，邮编：00{m}00，电话：0000-88{m}{m}）。",
    "报告分为六个部分，电子版可以在本机关网站查阅和下载。",
)
OVERVIEW = (
    "（一）主动公开情况。{year}年通过门户网站发布各类信息{big}条，其中政策文件{n}条、解读稿{m}条、办事指南{k}条。",
    "新媒体账号全年推送消息{big2}条，回应网民留言{m}次，平均办结时间不到{k}天。",
    "（二）依申请公开情况。畅通信函、当面和网上三种申请渠道，逐件登记，专人跟踪，答复前都经法制审核。",
    "（三）政府信息管理情况。公文拟稿时就注明公开属性，不予公开的写明理由，由分管负责人签字确认。",
    "每季度对已经公开的内容复查一遍，清理过期栏目{k}个，更正错别字{m}处。",
    "（四）政府信息公开平台建设情况。网站栏目由{k}个调整为{n}个，检索入口放到首页，手机上也能阅读全文。",
    "（五）监督保障情况。把公开工作列入年度工作考核，组织社会评议{k}次，全年没有发生责任追究的情形。",
    "开展业务培训{k}场，参加人员{n}人次，编印问答手册{m}册。",
)
MORE = (
    "对外公布的电话有专人接听，全年接听咨询{n}次，多数当场答复，其余在{k}个工作日内回复。",
    "涉及多个单位的事项由首接单位牵头，先会商、后答复，避免各说各话。",
    "公开前的审查实行拟稿人、处室负责人、分管负责人三级签字，缺一不可。",
    "对内容相近的申请，统一答复口径，并把可以主动公开的内容补充到网站上。",
    "政策文件的解读稿与文件同日发布，配有图表{m}张，便于手机阅读。",
    "公报室和档案馆设有查阅点{k}处，提供纸质文本和打印服务，全年接待{n}人次。",
    "对行政执法的公示内容逐项核对，更正了{k}处与系统数据不一致的地方。",
    "公开目录按季度调整，新增事项{k}项，删去已经取消的事项{k}项。",
)
LEADS = {
    2: ("主动公开的数量见下表，口径与上年一致。", "本机关没有制定规章的权限，表中如实填报。"),
    3: ("收到的申请全部登记在册，办理结果分类统计如下。", "申请人分布和办理结果请看下表。"),
    4: ("因信息公开引起的复议和诉讼数量如下。", "复议和应诉工作由法规机构承担，数量见表。"),
}
PROBLEMS = (
    "一是部分栏目更新不够及时，个别解读稿只是照抄文件标题。",
    "二是基层人员变动频繁，{n}名经办人中有{k}名到岗不满半年。",
    "下一步将按月通报栏目更新情况，把解读稿和文件同步起草、同步审签、同步发布。",
    "同时建立老带新制度，每半年集中培训一次，考试不合格的不得单独经办答复。",
)
OTHER = (
    "{year}年没有发出信息处理费收费通知，收取费用0元。",
    "除此以外没有其他需要说明的事项。",
    "落实上级年度要点的{k}项任务均已按期完成。",
)

HEADINGS = {
    1: "一、总体情况",
    2: "二、主动公开政府信息情况",
    3: "三、收到和处理政府信息公开申请情况",
    4: "四、政府信息公开行政复议、行政诉讼情况",
    5: "五、存在的主要问题及改进情况",
    6: "六、其他需要报告的事项",
}
PARTS_OF_TABLES = {2: "proactive", 3: "applications", 4: "disputes"}


@dataclass
class Cell:
    """A cell of a grid: where it starts, what it spans, what it is, and the form's name of a figure."""

    text: str
    row: int
    col: int
    rows: int = 1
    cols: int = 1
    role: str = "label"
    name: str = ""


@dataclass
class Grid:
    """A table as drawn: cells with spans; the first `heads` rows are headers."""

    rows: int
    cols: int
    cells: list[Cell]
    heads: int = 0
    widths: tuple[float, ...] = ()

    def at(self) -> dict[tuple[int, int], Cell]:
        """The cell that covers each place."""
        return {
            (row, col): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.rows)
            for col in range(cell.col, cell.col + cell.cols)
        }

    def lines(self) -> Iterator[list[Cell]]:
        """Row by row, the cells that start there."""
        for row in range(self.rows):
            yield sorted((cell for cell in self.cells if cell.row == row), key=lambda cell: cell.col)


@dataclass
class Report:
    """A report to be written, and at the same time what must be read from it."""

    agency: str
    year: int
    form: Form
    cells: dict[str, Figure | None]
    rng: Random
    title: list[str]
    headings: dict[int, str]
    prose: dict[int, list[str]]
    after: dict[int, list[str]] = field(default_factory=dict)
    grids: dict[str, list[Grid]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    tolerated: dict[str, Figure | None] = field(default_factory=dict)
    meta: list[tuple[str, str]] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    phenomena: list[str] = field(default_factory=list)
    order: list[int] = field(default_factory=lambda: [1, 2, 3, 4, 5, 6])
    tables_last: bool = False
    tables_first: set[int] = field(default_factory=set)
    inline_headings: set[int] = field(default_factory=set)
    pictures: set[str] = field(default_factory=set)
    either: dict[int, str] = field(default_factory=dict)
    asides: dict[int, Grid] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    comment: str = ""
    untitled: bool = False

    def find(self, name: str) -> Cell:
        """The cell of a figure."""
        table = name.partition(".")[0]
        return next(cell for grid in self.grids[table] for cell in grid.cells if cell.name == name)

    def figures(self, table: str) -> list[str]:
        """The names of a table's figures that still stand in it, in form order."""
        return [cell.name for grid in self.grids[table] for cell in grid.cells if cell.name]

    def put(self, name: str, text: str, value: Figure | None) -> None:
        """Print another text in a figure's cell; `value` is what it says."""
        self.find(name).text, self.cells[name] = text, value

    def lose(self, name: str) -> None:
        """A figure that nobody can read or place any more."""
        self.unreadable.add(name)

    def expected(self, file: str) -> dict[str, object]:
        """What a reader must give back, as JSON."""
        cells = {name: json_number(None if name in self.unreadable else value) for name, value in self.cells.items()}
        narrative: dict[str, list[str]] = {}
        for part in range(7):
            texts = self.prose.get(part, []) + self.after.get(part, [])
            if texts:
                narrative[self.either.get(part, str(part))] = texts
        document: dict[str, object] = {
            "file": file,
            "phenomena": self.phenomena,
            "agency": self.agency,
            "year": self.year,
            "title": "".join(self.title),
            "edition": self.form.edition,
            "editions": dict(self.form.editions),
            "cells": cells,
            "unreadable": sorted(self.unreadable),
            "narrative": narrative,
            "absent": self.absent,
        }
        if self.tolerated:
            document["tolerated"] = {name: json_number(value) for name, value in self.tolerated.items()}
        return document


def make_report(
    seed: str,
    year: int,
    *,
    editions: dict[str, str] | None = None,
    zeros: float = 0.25,
    factor: int = 1,
    wrong: int = 0,
) -> Report:
    """Make a report with figures that add up.

    zeros: share of figures that are 0; factor: makes the figures of applications large; wrong: so many totals are off.
    """
    rng = Random(seed)
    place = rng.choice(PLACES)
    agency = place + rng.choice(OFFICES) if rng.random() < 0.8 else place + rng.choice(TOWNS)

    def whole(low: int, high: int) -> int:
        return min(max(low, 0), high) if low <= 0 and rng.random() < zeros else rng.randint(low, high)

    filing = consistent_filing(year, whole, editions=editions)
    cells: dict[str, Figure | None] = dict(filing.cells)
    for name, value in cells.items():
        if name.startswith("applications.") and value is not None:
            cells[name] = value * factor
        elif filing.form.cells[name].kind.decimals:
            unit = filing.form.cells[name].kind.unit
            cells[name] = Decimal(rng.randint(10**4, 10**9)).scaleb(-2 if unit == "元" else -4)
    totals = [name for name in cells if name.endswith(".total") and cells[name] is not None]
    for name in rng.sample(totals, wrong):
        cells[name] = int(cells[name] or 0) + rng.randint(1, 3)
    report = Report(
        agency=agency,
        year=year,
        form=Catalogue.read().compose(year, editions),
        cells=cells,
        rng=rng,
        title=[f"{agency}{year}年政府信息公开工作年度报告"],
        headings=dict(HEADINGS),
        prose=_prose(rng, agency, year),
    )
    if wrong:
        report.phenomena.append("wrong totals")
    if editions:
        report.phenomena.append("mixed editions")
    report.grids = {table: [BUILD[table](report)] for table in ("proactive", "applications", "disputes")}
    report.signature = [agency, f"{year + 1}年{rng.randint(1, 3)}月{rng.randint(1, 28)}日"]
    report.absent = [report.signature[1]]
    return report


def _prose(rng: Random, agency: str, year: int) -> dict[int, list[str]]:
    def fill(text: str) -> str:
        return text.format(
            agency=agency,
            year=year,
            n=rng.randint(11, 89),
            m=rng.randint(10, 60),
            k=rng.randint(2, 9),
            big=rng.randint(1000, 40000),
            big2=rng.randint(200, 4000),
        )

    more = [fill(text) for text in MORE]
    prose = {-1: more, 0: [fill("".join(PREAMBLE[: rng.randint(2, 4)]))], 1: [fill(text) for text in OVERVIEW]}
    for part, leads in LEADS.items():
        prose[part] = [fill(rng.choice(leads))] if rng.random() < 0.7 else []
    prose[5] = [fill(text) for text in PROBLEMS]
    prose[6] = [fill(OTHER[0]), fill(rng.choice(OTHER[1:]))]
    return prose


def figure(report: Report, name: str, row: int, col: int, cols: int = 1) -> Cell:
    """A cell with a figure, as plain digits."""
    return Cell(write_figure(report.cells[name]), row, col, cols=cols, role="figure", name=name)


def proactive_grid(report: Report) -> Grid:
    """Part two's table: clause line, header line and rows for each clause."""
    table, grid = report.form.tables["proactive"], Grid(0, 4, [], widths=(30, 24, 24, 24))
    clause = ""
    for row in table.rows:
        wide = len(row.columns)
        places = [(1 + index, 1 if index < wide - 1 else 4 - wide) for index in range(wide)]
        if row.label[0] != clause:
            clause = row.label[0]
            grid.cells.append(Cell(clause, grid.rows, 0, cols=4, role="clause"))
            grid.cells.append(Cell("信息内容", grid.rows + 1, 0, role="head"))
            for (col, cols), column in zip(places, row.columns, strict=True):
                grid.cells.append(Cell(column.label[0], grid.rows + 1, col, cols=cols, role="head"))
            grid.rows += 2
        grid.cells.append(Cell(row.label[1], grid.rows, 0))
        for (col, cols), column in zip(places, row.columns, strict=True):
            grid.cells.append(figure(report, f"proactive.{row.key}.{column.key}", grid.rows, col, cols))
        grid.rows += 1
    return grid


def applications_grid(report: Report) -> Grid:
    """Part three's table: three header rows, three label columns, seven figures a row."""
    table = report.form.tables["applications"]
    heads = [
        Cell("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 0, 0, 3, 3, "head"),
        Cell("申请人情况", 0, 3, 1, 7, "head"),
        Cell("自然人", 1, 3, 2, 1, "head"),
        Cell("法人或其他组织", 1, 4, 1, 5, "head"),
        Cell("总计", 1, 9, 2, 1, "head"),
    ]
    for index, text in enumerate(("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")):
        heads.append(Cell(text, 2, 4 + index, role="head"))
    grid = Grid(3, 10, heads, 3, (7, 13, 33, 8, 8, 8, 8, 8, 8, 8))
    groups: dict[tuple[str, ...], Cell] = {}
    for row in table.rows:
        for depth in range(len(row.label) - 1):
            path = row.label[: depth + 1]
            if path not in groups:
                groups[path] = Cell(path[-1], grid.rows, depth, 0, 1, "group")
                grid.cells.append(groups[path])
            groups[path].rows += 1
        depth = len(row.label) - 1
        grid.cells.append(Cell(row.label[-1], grid.rows, depth, 1, 3 - depth))
        for index, column in enumerate(row.columns):
            grid.cells.append(figure(report, f"applications.{row.key}.{column.key}", grid.rows, 3 + index))
        grid.rows += 1
    return grid


def disputes_grid(report: Report) -> Grid:
    """Part four's table: three header rows and one line of fifteen figures."""
    results = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    cells = [
        Cell("行政复议", 0, 0, 1, 5, "head"),
        Cell("行政诉讼", 0, 5, 1, 10, "head"),
        Cell("未经复议直接起诉", 1, 5, 1, 5, "head"),
        Cell("复议后起诉", 1, 10, 1, 5, "head"),
    ]
    for index, text in enumerate(results):
        cells.append(Cell(text, 1, index, 2, 1, "head"))
        cells += [Cell(text, 2, index + 5, role="head"), Cell(text, 2, index + 10, role="head")]
    names = [
        f"disputes.{row.key}.{column.key}" for row in report.form.tables["disputes"].rows for column in row.columns
    ]
    cells += [figure(report, name, 3, index) for index, name in enumerate(names)]
    return Grid(4, 15, cells, 3, (1,) * 15)


BUILD = {"proactive": proactive_grid, "applications": applications_grid, "disputes": disputes_grid}


@dataclass
class Block:
    """A piece of the body in reading order: title, p, h, grid, picture, sign."""

    kind: str
    text: str = ""
    grid: Grid | None = None


def body(report: Report) -> list[Block]:
    """The report as blocks in the order in which it is printed."""
    blocks = [Block("p", text) for text in report.before]
    blocks += [Block("title", line) for line in report.title if not report.untitled]
    blocks += [Block("p", text) for text in report.contents]
    blocks += [Block("p", text) for text in report.prose.get(0, [])]
    kept: list[Block] = []
    if report.comment:
        blocks.append(Block("comment", report.comment))
    for part in report.order:
        tables = []
        if (table := PARTS_OF_TABLES.get(part)) and report.grids[table]:
            kind = "picture" if table in report.pictures else "grid"
            tables = [Block(kind, table, grid) for grid in report.grids[table]]
        texts = [Block("p", text) for text in report.prose.get(part, [])]
        if aside := report.asides.get(part):
            texts.append(Block("grid", "aside", aside))
        heading = [Block("h", report.headings[part])] if report.headings.get(part) else []
        if part in report.inline_headings:
            joined = (
                report.headings[part] + ("" if report.headings[part].endswith(("。", "：")) else "。") + texts[0].text
            )
            heading, texts = [Block("p", joined)], texts[1:]
        if report.tables_last:
            kept += tables
            tables = []
        first = tables if part in report.tables_first else []
        blocks += [*first, *heading, *texts, *(tables if not first else [])]
        blocks += [Block("p", text) for text in report.after.get(part, [])]
    return [*blocks, *(Block("sign", text) for text in report.signature), *kept]
