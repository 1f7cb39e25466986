"""Make the corpus of published reports: messy variants of fictional reports, and what must be read from each.

    python tests/published/make.py [NAME …]

writes `files/<name>.<ext>` and `expected/<name>.json` beside this file; with names, only those variants. It is not run
by the tests, which read what stands in the repository. It needs the package with its `test` extra, `opencc` (from
PyPI, for Traditional characters), Chromium, LibreOffice Writer, poppler-utils and qpdf.

A variant is a report made by chance from its name (`corpus_report`), altered by phenomena (`corpus_phenomena`), each of
which changes the document and the expected result together, and written in a format (`corpus_html`, `corpus_office`,
`corpus_text`, `corpus_pdf`). The last are in layouts that were met in reports of the web (`corpus_met`, README.md).
The expected result never comes from a reader. In an expected result

- `cells` holds every cell of the form: a number, or null where blank (also where `/` or `—` stands) or unreadable;
- `unreadable` lists the cells that are illegible or cannot be placed with certainty: a reader must list them too;
- `tolerated` holds figures that a careful reader may give or list as unreadable, both being honest;
- `layout` and `met` name the layout of the web that the file retells, and in how many reports it was met;
- `narrative` holds paragraphs by part ("5/6": in either); `absent` texts that belong in no part.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import corpus_met as met  # noqa: E402
import corpus_phenomena as ph  # noqa: E402
from corpus_font import FAMILY  # noqa: E402
from corpus_html import write as html_page  # noqa: E402
from corpus_office import write_docx, write_xlsx  # noqa: E402
from corpus_pdf import chromium, css, fonts, libreoffice, shrink  # noqa: E402
from corpus_report import Report, make_report  # noqa: E402
from corpus_text import pdf_text, write_text  # noqa: E402

from tests.support.browser import Browser  # noqa: E402

Writer = Callable[[Report, Path, Browser], None]
SPANS = {
    "empty": "empty cells instead of spans",
    "down": "empty cells instead of rowspan",
    "repeat": "labels repeated instead of merged",
    "short": "cells left out instead of spanned",
    "wrong": "wrong colspan",
}

LARGE = 100_000
"""A PDF above this size is packed."""


def note(report: Report, *names: str) -> None:
    report.phenomena += [name for name in names if name and name not in report.phenomena]


def html(style: str, spans: str = "real", encoding: str = "utf-8", declared: str = "") -> tuple[str, Writer]:
    """A web page; declared: the charset that the page claims."""

    def run(report: Report, path: Path, browser: Browser) -> None:
        text = html_page(report, style, spans)
        claim = declared or encoding
        text = text.replace('<meta charset="utf-8">', f'<meta charset="{claim}">' if claim != "none" else "")
        path.write_bytes(text.replace("charset=CHARSET", f"charset={claim}").encode(encoding, "xmlcharrefreplace"))
        note(report, "format: HTML", SPANS.get(spans, ""), "GBK encoding" if "gb" in encoding else "")
        if "word" in style:
            note(report, "pasted from a word processor", "numbers split over spans")
        if "cms" in style:
            note(report, "site chrome", "metadata table")
        if style in ("layout", "breaks", "divs", "entities", "sections"):
            note(
                report,
                {"layout": "layout tables", "entities": "HTML entities"}.get(style, "HTML without usual paragraphs"),
            )

    return "html", run


def docx(**how: Any) -> tuple[str, Writer]:
    """A Word document."""

    def run(report: Report, path: Path, browser: Browser) -> None:
        write_docx(report, path, **how)
        note(report, "format: DOCX", SPANS.get(how.get("merge", ""), ""))
        note(report, "tracked changes and content controls" if how.get("revised") else "")
        note(
            report,
            "one paragraph a line" if how.get("flat") else "",
            "numbers split over spans" if how.get("split") else "",
        )

    return "docx", run


def xlsx(**how: bool) -> tuple[str, Writer]:
    """A workbook with the report's tables."""

    def run(report: Report, path: Path, browser: Browser) -> None:
        write_xlsx(report, path, **how)
        note(report, "format: XLSX")

    return "xlsx", run


def text(manner: str, spans: str = "real", encoding: str = "utf-8", **how: bool) -> tuple[str, Writer]:
    """A text file."""

    def run(report: Report, path: Path, browser: Browser) -> None:
        path.write_bytes(write_text(report, manner, spans, **how).encode(encoding))
        names = {"tab": "tab-separated text", "bar": "text with bars", "markdown": "Markdown tables"}
        note(report, "format: text", names[manner], "GBK encoding" if "gb" in encoding else "")

    return "txt", run


def crawled(write: Callable[[Report], str]) -> tuple[str, Writer]:
    """A text as a crawler left it."""

    def run(report: Report, path: Path, browser: Browser) -> None:
        path.write_text(write(report), encoding="utf-8")
        note(report, "format: text")

    return "txt", run


def print_pdf(report: Report, path: Path, browser: Browser, style: str, footer: str, look: dict[str, Any]) -> None:
    chromium(browser, html_page(report, style), path, css(**look), footer)
    note(report, "page numbers in prose" if footer else "")
    note(report, "figures wrapped in narrow cells" if look.get("narrow") else "")
    note(report, "no inner vertical lines" if look.get("lines") in ("horizontal", "none") else "")
    note(report, "Type 3 fonts" if look.get("family") or style == "word" else "")
    note(report, "watermark" if look.get("mark") else "")


def pdf(style: str = "plain", footer: str = "dash", **look: Any) -> tuple[str, Writer]:
    """A page printed by Chromium."""

    def run(report: Report, path: Path, browser: Browser) -> None:
        print_pdf(report, path, browser, style, footer, look)
        note(report, "format: PDF by Chromium")
        if style == "sections":
            note(report, "table cut across pages", "header repeated")

    return "pdf", run


def office(**how: Any) -> tuple[str, Writer]:
    """A Word document converted by LibreOffice."""

    def run(report: Report, path: Path, browser: Browser) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "report.docx"
            write_docx(report, source, font=FAMILY, **{"bold": False, **how})
            libreoffice(source, path)
        note(report, "format: PDF by LibreOffice", "page numbers in prose", "table cut across pages")
        note(report, "header repeated" if how.get("repeat") else "")
        note(report, "no inner vertical lines" if how.get("lines") in ("horizontal", "none") else "")

    return "pdf", run


def pdftotext(source: tuple[str, Writer], layout: bool) -> tuple[str, Writer]:
    """The text of a PDF, with or without -layout."""

    def run(report: Report, path: Path, browser: Browser) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "report.pdf"
            source[1](report, file, browser)
            text = pdf_text(file, layout)
        path.write_text(text, encoding="utf-8")
        if not layout:
            scramble(report, text)
        report.phenomena = [name for name in report.phenomena if not name.startswith("format: ")]
        note(report, "format: text", "pdftotext -layout" if layout else "pdftotext without -layout")

    return "txt", run


def scramble(report: Report, text: str) -> None:
    """Without -layout, figures that do not follow their label at once may be given or doubted, but not misplaced."""

    def squeeze(words: str) -> str:
        return "".join(words.split())

    for table in report.grids:
        rows: dict[str, list[str]] = {}
        for name in report.figures(table):
            rows.setdefault("" if table == "disputes" else name.rpartition(".")[0], []).append(name)
        for names in rows.values():
            first = report.find(names[0])
            label = next((c.text for c in report.grids[table][0].cells if c.role == "label" and c.row == first.row), "")
            run = squeeze(label)[-6:] + "".join(squeeze(report.find(name).text) for name in names)
            if table == "proactive" or run not in squeeze(text):
                report.tolerated |= {name: report.cells[name] for name in names}


@dataclass(frozen=True)
class Variant:
    """A file of the corpus: its name, the reporting year, what happens to it, and how it is written."""

    name: str
    year: int
    writer: tuple[str, Writer]
    phenomena: Sequence[ph.Phenomenon] = ()
    base: dict[str, Any] = field(default_factory=dict)
    layout: tuple[str, int] | None = None


V = Variant
OLD = {"editions": {"applications": "2019"}}
NEW = {"editions": {"applications": "2021"}}
SPARSE = {"zeros": 0.8}
VARIANTS = [
    # ---- HTML
    V("html-plain-2021", 2021, html("plain")),
    V("html-plain-2019", 2019, html("plain"), [ph.signs]),
    V("html-word-2023", 2023, html("word"), [ph.wording("loose")]),
    V("html-word-2020", 2020, html("word"), [ph.signs, ph.units], {"factor": 23}),
    V("html-word-blank", 2022, html("word"), [ph.blanks, ph.short_labels]),
    V("html-cms-2022", 2022, html("cms"), [ph.blanks]),
    V("html-cms-2020", 2020, html("cms"), [ph.slashes, ph.titled("{y}年{a}政府信息公开工作年度报告")]),
    V("html-cms-word-wrong", 2023, html("cms-word"), [ph.unsigned], {"wrong": 2}),
    V("html-cms-no-name", 2021, html("cms"), [ph.titled("{y}年政府信息公开工作年度报告", "no agency in the title")]),
    V("html-cms-mixed", 2022, html("cms", "down"), [ph.dashes], OLD),
    V("html-layout-2019", 2019, html("layout"), [ph.wording("old"), ph.thousands], {"factor": 1237}),
    V("html-layout-gbk", 2022, html("layout", encoding="gb18030", declared="gb2312"), [ph.spaced_labels]),
    V("html-layout-short", 2023, html("layout", "short"), [ph.wording("sentence")]),
    V("html-gbk-undeclared", 2020, html("plain", encoding="gb18030", declared="none"), [ph.full_width]),
    V("html-sections-2024", 2024, html("sections"), [ph.six_tables, ph.prose_after]),
    V("html-sections-2019", 2019, html("sections", "down"), [ph.six_tables, ph.inline_headings]),
    V("html-divs-2023", 2023, html("divs"), [ph.nbsp, ph.spaced_headings]),
    V("html-divs-2020", 2020, html("divs", "empty"), [ph.remarks], SPARSE),
    V("html-breaks-2021", 2021, html("breaks"), [ph.numbered_headings("{n}.{t}"), ph.numbering("、", "()")]),
    V(
        "html-breaks-2022",
        2022,
        html("breaks", "short"),
        [ph.broken_labels, ph.titled("{a}|{c}年政府信息公开工作年度报告")],
    ),
    V("html-entities-2023", 2023, html("entities"), [ph.numbering("．"), ph.nbsp]),
    V("html-entities-2020", 2020, html("entities", "down"), [ph.blanks, ph.numbered_headings("{n} {t}")], NEW),
    V("html-empty-spans", 2023, html("plain", "empty"), [ph.misprints]),
    V("html-empty-spans-blank", 2022, html("word", "empty"), [ph.all_zeros_blank], SPARSE),
    V("html-repeat", 2021, html("plain", "repeat"), [ph.numbered_headings("{t}")]),
    V("html-wrong-colspan", 2023, html("plain", "wrong"), [ph.thousands], {"factor": 411}),
    V("html-wrong-colspan-2019", 2020, html("cms", "wrong"), [ph.units, ph.upright_groups]),
    V("html-short", 2019, html("sections", "short"), [ph.misprints, ph.unnumbered]),
    V("html-merged-zeros", 2022, html("plain"), [ph.merged_zeros]),
    V("html-merged-zeros-word", 2020, html("word"), [ph.merged_zeros, ph.wording("old")]),
    V("html-traditional", 2022, html("cms"), [ph.traditional]),
    V("html-traditional-2019", 2020, html("word", "down"), [ph.short_labels, ph.traditional]),
    V("html-picture-applications", 2023, html("cms"), [ph.picture("applications")]),
    V("html-picture-disputes", 2020, html("word"), [ph.picture("disputes"), ph.units]),
    V("html-fourteen-header", 2020, html("plain"), [ph.lost_column(14)], {"zeros": 0}),
    V("html-fourteen-middle", 2023, html("word"), [ph.lost_column(8)], {"zeros": 0}),
    V("html-fourteen-figures", 2022, html("plain"), [ph.lost_column(6, header=False)], {"zeros": 0}),
    V("html-lost-figures", 2021, html("plain"), [ph.lost_figures], {"zeros": 0.1}),
    V("html-illegible", 2023, html("divs"), [ph.illegible]),
    V("html-no-groups", 2022, html("plain"), [ph.no_group_labels, ph.blank_totals]),
    V("html-no-groups-empty", 2020, html("cms", "down"), [ph.no_group_labels]),
    V("html-cut", 2023, html("plain"), [ph.cut(15), ph.upright_groups]),
    V("html-cut-no-header", 2020, html("word"), [ph.cut(12, repeat=False)]),
    V("html-tables-last", 2022, html("plain"), [ph.tables_at_end]),
    V("html-tables-first", 2021, html("cms"), [ph.table_before_heading]),
    V("html-other-table", 2023, html("cms"), [ph.other_table, ph.echoing_prose]),
    V("html-extra-clause", 2021, html("plain"), [ph.extra_clause]),
    V("html-mixed-proactive", 2021, html("plain"), [ph.signs], {"editions": {"proactive": "2019"}}),
    V(
        "html-mixed-reverse",
        2020,
        html("word"),
        [ph.blanks],
        {"editions": {"proactive": "2021", "applications": "2021"}},
    ),
    V("html-disputes-rows", 2023, html("plain"), [ph.upright_disputes]),
    V("html-merged-parts", 2022, html("plain"), [ph.merged_parts, ph.no_preamble]),
    V("html-parts-in-brackets", 2021, html("word"), [ph.numbered_headings("（{n}）{t}")]),
    V("html-other-units", 2023, html("plain"), [ph.other_units]),
    V("html-other-units-2019", 2019, html("cms-word"), [ph.other_units, ph.signs]),
    V(
        "html-mess",
        2022,
        html("cms-word", "down"),
        [ph.misprints, ph.blanks, ph.spaced_labels, ph.wording("mistyped"), ph.remarks],
        OLD,
    ),
    V("html-all-zero", 2023, html("cms"), [ph.all_zero, ph.all_zeros_blank]),
    V("html-other-total", 2022, html("plain"), [ph.other_total, ph.empty_corner]),
    V("html-head-units", 2020, html("word"), [ph.head_units]),
    V("html-head-units-2021", 2022, html("cms"), [ph.head_units, ph.blanks]),
    V("html-headings-inside", 2021, html("sections"), [ph.headings_inside]),
    V("html-headings-inside-down", 2019, html("layout", "down"), [ph.headings_inside, ph.signs]),
    V("html-captions-inside", 2023, html("plain"), [ph.captions_inside, ph.wording("loose")]),
    V("html-two-disputes", 2020, html("divs"), [ph.two_dispute_tables, ph.remarks]),
    V("html-flat-header", 2022, html("plain"), [ph.flat_header, ph.slashes]),
    V("html-group-lines", 2021, html("plain"), [ph.group_lines(False)]),
    V("html-group-subtotals", 2023, html("cms-word"), [ph.group_lines(True)]),
    V("html-twice", 2020, html("plain"), [ph.twice, ph.comment]),
    V("html-letterhead", 2022, html("word"), [ph.letterhead, ph.chinese_date, ph.attachment]),
    V("html-contents", 2023, html("divs"), [ph.contents, ph.wording("mistyped")]),
    V("html-wrong-2020", 2020, html("plain", "down"), [ph.thousands], {"wrong": 4, "factor": 97}),
    V("html-comment", 2023, html("layout"), [ph.comment, ph.illegible, ph.contents]),
    V("html-tables-first-2019", 2019, html("divs"), [ph.table_before_heading, ph.unsigned]),
    V("html-about", 2021, html("cms"), [ph.titled("{a}关于{y}年政府信息公开工作情况的报告"), ph.attachment]),
    # ---- DOCX
    V("docx-plain-2021", 2021, docx()),
    V("docx-styles-2020", 2020, docx(styles=True), [ph.signs, ph.units]),
    V("docx-blank", 2023, docx(), [ph.blanks, ph.spaced_labels]),
    V("docx-repeat", 2022, docx(merge="repeat"), [ph.slashes]),
    V("docx-empty", 2021, docx(merge="empty"), [ph.short_labels, ph.full_width]),
    V("docx-split-runs", 2023, docx(split=True), [ph.thousands], {"factor": 733}),
    V("docx-flat-tab", 2022, docx(flat="tab"), [ph.wording("loose")]),
    V("docx-flat-tab-2019", 2019, docx(flat="tab"), [ph.units]),
    V("docx-flat-line", 2023, docx(flat="line"), [ph.spaced_headings]),
    V("docx-flat-cell", 2021, docx(flat="cell")),
    V("docx-merged-zeros", 2023, docx(), [ph.dashes, ph.merged_zeros]),
    V("docx-cut", 2022, docx(), [ph.cut(18), ph.upright_groups, ph.six_tables]),
    V("docx-mixed", 2023, docx(styles=True), [ph.misprints], OLD),
    V("docx-traditional", 2023, docx(), [ph.traditional]),
    V("docx-picture", 2022, docx(), [ph.picture("applications"), ph.picture("disputes")]),
    V("docx-two-line-title", 2020, docx(), [ph.titled("{a}|{z}年度政府信息公开工作年度报告"), ph.blank_totals]),
    V("docx-wrong", 2021, docx(), [ph.broken_labels, ph.inline_headings], {"wrong": 3}),
    V("docx-fourteen", 2021, docx(), [ph.lost_column(13)], {"zeros": 0}),
    V("docx-letterhead", 2023, docx(), [ph.letterhead, ph.contents, ph.chinese_date]),
    V("docx-headings-inside", 2022, docx(), [ph.headings_inside, ph.other_total]),
    V("docx-head-units", 2019, docx(split=True), [ph.head_units, ph.two_dispute_tables]),
    V("docx-group-lines", 2020, docx(), [ph.group_lines(True), ph.empty_corner]),
    V("docx-revised", 2023, docx(revised=True)),
    V("docx-revised-2020", 2020, docx(revised=True, styles=True), [ph.signs]),
    V("docx-parts-merged", 2021, docx(), [ph.merged_parts, ph.no_preamble, ph.unsigned]),
    V("docx-extra-clause", 2023, docx(), [ph.extra_clause, ph.illegible]),
    V("docx-other-tables", 2022, docx(), [ph.other_table, ph.twice, ph.echoing_prose]),
    V("docx-disputes-rows", 2020, docx(merge="empty"), [ph.upright_disputes, ph.all_zero]),
    # ---- PDF by Chromium
    V("pdf-plain-2021", 2021, pdf()),
    V("pdf-plain-2020", 2020, pdf(footer="words"), [ph.long_prose, ph.signs]),
    V("pdf-sections", 2023, pdf("sections", size=18, table_size=13), [ph.upright_groups]),
    V(
        "pdf-sections-2019",
        2019,
        pdf("sections", "bare", size=19, table_size=14),
        [ph.long_prose, ph.blanks],
    ),
    V("pdf-browser", 2022, pdf("cms", "browser", size=15), [ph.slashes]),
    V("pdf-narrow", 2023, pdf(narrow=True), [ph.thousands], {"factor": 1571}),
    V("pdf-narrow-2020", 2020, pdf(narrow=True, footer="words"), [], {"factor": 4099}),
    V("pdf-horizontal", 2022, pdf(lines="horizontal"), [ph.blanks]),
    V("pdf-no-lines", 2021, pdf(lines="none", table_size=12)),
    V("pdf-cut", 2023, pdf(size=17), [ph.long_prose, ph.cut(16), ph.upright_groups, ph.broken_labels]),
    V("pdf-mixed", 2023, pdf(), [ph.misprints, ph.spaced_labels], OLD),
    V("pdf-merged-zeros", 2021, pdf(), [ph.merged_zeros]),
    V("pdf-word-units", 2020, pdf("word", "dash"), [ph.units, ph.full_width]),
    V("pdf-picture", 2022, pdf(), [ph.picture("disputes")]),
    V("pdf-fourteen", 2020, pdf(), [ph.lost_column(14)], {"zeros": 0}),
    V("pdf-titles", 2023, pdf(), [ph.titled("{o}年|{a}|政府信息公开工作年度报告"), ph.spaced_headings, ph.six_tables]),
    V("pdf-remarks", 2022, pdf(), [ph.remarks, ph.other_units, ph.blank_totals]),
    V("pdf-watermark", 2022, pdf(mark="示例市公开"), [ph.flat_header, ph.dashes]),
    V("pdf-contents", 2021, pdf(), [ph.contents, ph.letterhead, ph.long_prose]),
    V("pdf-headings-inside", 2023, pdf(footer="words"), [ph.headings_inside]),
    V("pdf-tables-last", 2021, pdf(), [ph.tables_at_end, ph.unsigned]),
    V("pdf-other-table", 2023, pdf(), [ph.other_table, ph.echoing_prose]),
    V("pdf-watermark-2020", 2020, pdf(mark="内部资料", footer="words"), [ph.table_before_heading]),
    # ---- PDF by LibreOffice
    V("office-plain-2022", 2022, office(bold=True), [ph.long_prose]),
    V("office-2019", 2019, office(repeat=True, size=11), [ph.signs, ph.units]),
    V("office-repeat-header", 2023, office(repeat=True, size=12, text_size=16), [ph.long_prose, ph.upright_groups]),
    V("office-no-verticals", 2021, office(lines="horizontal"), [ph.blanks]),
    V("office-no-lines", 2020, office(lines="none", bold=True)),
    V("office-empty-merge", 2022, office(merge="empty", size=10), [ph.short_labels], OLD),
    V("office-large", 2023, office(size=11), [], {"factor": 2741}),
    V("office-flat", 2021, office(flat="tab"), [ph.long_prose, ph.wording("old")]),
    V("office-cut", 2020, office(text_size=16), [ph.cut(14, repeat=False), ph.upright_groups]),
    V("office-merged-zeros", 2023, office(), [ph.merged_zeros, ph.misprints]),
    V("office-wrong", 2022, office(), [ph.spaced_labels, ph.prose_after], {"wrong": 2}),
    V("office-illegible", 2021, office(), [ph.illegible, ph.no_group_labels]),
    V("office-no-name", 2023, office(), [ph.titled("{y}年政府信息公开工作年度报告", "no agency in the title")]),
    # ---- text
    V("text-tab-2020", 2020, text("tab"), [ph.units, ph.wording("loose")]),
    V("text-tab-2022", 2022, text("tab", gaps=False), [ph.spaced_labels, ph.misprints]),
    V("text-tab-fourteen", 2020, text("tab"), [ph.lost_column(14), ph.spaced_labels], {"zeros": 0}),
    V("text-tab-lost", 2020, text("tab"), [ph.lost_figures], {"zeros": 0.1}),
    V("text-tab-cut", 2021, text("tab"), [ph.cut(13, repeat=False)]),
    V("text-tab-gbk", 2023, text("tab", encoding="gb18030"), [ph.signs, ph.blanks]),
    V("text-tab-utf16", 2022, text("tab", encoding="utf-16"), [ph.numbering("、")]),
    V("text-bar-2022", 2022, text("bar", half=True)),
    V("text-bar-2019", 2019, text("bar", half=True, gaps=False), [ph.signs, ph.wording("old")]),
    V("text-bar-down", 2023, text("bar", "down"), [ph.blanks]),
    V("text-bar-mixed", 2021, text("bar"), [ph.short_labels], OLD),
    V("text-bar-traditional", 2022, text("bar"), [ph.traditional, ph.titled("{y}年{a}政府信息公开工作年度报告")]),
    V("text-markdown", 2024, text("markdown", "empty"), [ph.dashes]),
    V("text-markdown-2020", 2020, text("markdown", "repeat"), [ph.units]),
    V("text-tab-extra", 2022, text("tab"), [ph.other_table, ph.merged_parts, ph.remarks]),
    V("text-bar-rows", 2021, text("bar", half=True), [ph.upright_disputes, ph.all_zeros_blank], SPARSE),
    V("text-picture", 2023, text("tab"), [ph.picture("applications")]),
    V("text-tab-inside", 2022, text("tab"), [ph.captions_inside, ph.head_units]),
    V("text-bar-subtotals", 2020, text("bar"), [ph.group_lines(True), ph.thousands], {"factor": 211}),
    V("layout-2022", 2022, pdftotext(pdf(), True), [ph.long_prose]),
    V("layout-2019", 2019, pdftotext(pdf(footer="words"), True), [ph.signs]),
    V("layout-office", 2023, pdftotext(office(), True), [ph.long_prose, ph.wording("sentence")]),
    V("layout-large", 2021, pdftotext(pdf(table_size=12), True), [ph.thousands], {"factor": 377}),
    V("layout-mixed", 2023, pdftotext(office(size=10), True), [ph.short_labels], OLD),
    V("layout-contents", 2020, pdftotext(pdf(footer="words"), True), [ph.contents, ph.letterhead]),
    V("layout-head-units", 2021, pdftotext(office(), True), [ph.head_units, ph.flat_header]),
    V("raw-2021", 2021, pdftotext(pdf(), False)),
    V("raw-2020", 2020, pdftotext(pdf(footer="words"), False), [ph.long_prose, ph.units]),
    V("raw-office", 2022, pdftotext(office(), False)),
    V("raw-office-2019", 2019, pdftotext(office(size=8), False), [ph.signs, ph.wording("loose")]),
    # ---- workbooks
    V("xlsx-headings-inside", 2023, xlsx(), [ph.headings_inside, ph.other_total]),
    V("xlsx-2021", 2021, xlsx()),
    V("xlsx-sheets", 2023, xlsx(single=False), [ph.blanks]),
    V("xlsx-2020", 2020, xlsx(numbers=False), [ph.units, ph.slashes]),
    V("xlsx-unmerged", 2022, xlsx(merge=False), [ph.short_labels], OLD),
]


MAKERS = {"html": html, "pdf": pdf}


def of_met(layout: met.Layout, file: met.File) -> Variant:
    """The variant of a file in a layout that was met."""
    writer = MAKERS[file.how[0]](**file.how[1]) if isinstance(file.how, tuple) else crawled(file.how)
    return Variant(f"met-{file.name}", file.year, writer, file.phenomena, file.base, (layout.name, layout.met))


VARIANTS += [of_met(layout, file) for layout in met.LAYOUTS for file in layout.files]


def make(variant: Variant, browser: Browser) -> None:
    """Write one variant and what must be read from it."""
    report = make_report(variant.name, variant.year, **variant.base)
    for phenomenon in variant.phenomena:
        phenomenon(report)
    extension, writer = variant.writer
    path = HERE / "files" / f"{variant.name}.{extension}"
    writer(report, path, browser)
    if path.suffix == ".pdf" and path.stat().st_size > LARGE:
        shrink(path)
    expected = HERE / "expected" / f"{variant.name}.json"
    document = report.expected(path.name)
    if variant.layout:
        document |= dict(zip(("layout", "met"), variant.layout, strict=True))
    pairs = document.items()
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in pairs]
    expected.write_text("{" + ",\n ".join(lines) + "}\n", encoding="utf-8")


def main(names: list[str]) -> None:
    for folder in ("files", "expected"):
        (HERE / folder).mkdir(exist_ok=True)
    chosen = [variant for variant in VARIANTS if not names or variant.name in names]
    with tempfile.TemporaryDirectory() as profile, Browser(Path(profile), Path(fonts().name)) as browser:
        for variant in chosen:
            make(variant, browser)
            print(variant.name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
