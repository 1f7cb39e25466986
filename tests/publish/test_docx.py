"""The Word document: the page and styles of official documents, native tables, and any text at all as text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import nbformat
import pandas as pd
import pdfplumber
import pypdfium2
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree
from lxml import html as markup
from matplotlib.figure import Figure as Drawing

from govreport.core.blocks import Block, ItemList, Paragraph, Picture, Preformatted, Quote
from govreport.core.blocks import Run as Text
from govreport.core.errors import GovReportError
from govreport.core.grid import Grid, GridCell
from govreport.publish.document import Document, read_document
from govreport.publish.docx_writer import MOST_KEPT, docx_bytes
from govreport.publish.exporters import DocxReportExporter
from govreport.publish.markup import markdown_blocks
from govreport.publish.pdf_writer import pdf_bytes
from govreport.tables.frame import frame_grid
from govreport.tables.printed_table import display_table
from govreport.tables.statutory import statutory_grid
from tests.support import analyst
from tests.support.docx_order import misplaced
from tests.support.office import converted
from tests.support.papers import FINDINGS, HOSTILE, SVG, TITLE, document, filing, paragraph, report, said_of, squeezed
from tests.support.projects import FAULTY, GOOD, YEAR, Run, govreport

STYLES = {
    "Title": ("标题", "方正小标宋简体", 22),
    "Heading 1": ("一级标题", "黑体", None),
    "Heading 2": ("二级标题", "楷体_GB2312", None),
    "Heading 3": ("三级标题", None, None),
    "Normal": (None, None, 16),
}


def opened(made: Document) -> Any:
    return docx.Document(io.BytesIO(docx_bytes(made)))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def texts(made: Document) -> list[str]:
    """Every paragraph's text, also in tables, in order."""
    body = opened(made).element.body
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p"))]


def fonts(style: Any) -> str | None:
    found = style.element.find(f".//{qn('w:rFonts')}")
    return None if found is None else found.get(qn("w:eastAsia"))


@pytest.mark.parametrize("name", STYLES)
def test_styles_are_those_of_official_documents(name: str) -> None:
    alias, face, size = STYLES[name]
    style = opened(document()).styles[name]
    assert style.type == WD_STYLE_TYPE.PARAGRAPH
    found = style.element.find(qn("w:aliases"))
    assert (None if found is None else found.get(qn("w:val"))) == alias
    assert fonts(style) == face
    assert style.font.size == (None if size is None else Pt(size))


def test_body_text_is_in_fangsong_in_chinese() -> None:
    defaults = opened(document()).styles.element.find(f"{qn('w:docDefaults')}//{qn('w:rPr')}")
    assert defaults.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "仿宋_GB2312"
    lang = defaults.find(qn("w:lang"))
    assert (lang.get(qn("w:eastAsia")), lang.get(qn("w:val"))) == ("zh-CN", "en-US")


def test_the_page_is_a4_with_22_lines_of_28_characters() -> None:
    made = opened(document(paragraph("一段话。")))
    (section,) = made.sections
    near = pytest.approx
    assert (section.page_width, section.page_height) == (near(Mm(210), abs=9000), near(Mm(297), abs=9000))
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert (width, height) == (near(Mm(156), abs=9000), near(Mm(225), abs=9000))
    normal = made.styles["Normal"]
    assert normal.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert height // normal.paragraph_format.line_spacing == 22
    tracking = int(normal.element.find(f"{qn('w:rPr')}/{qn('w:spacing')}").get(qn("w:val")))
    assert width // Pt(16 + tracking / 20) == 28
    grid = section._sectPr.find(qn("w:docGrid"))
    assert height // Pt(int(grid.get(qn("w:linePitch"))) / 20) == 22
    assert width // Pt(16 + int(grid.get(qn("w:charSpace"))) / 4096) == 28
    assert made.paragraphs[-1].style.paragraph_format.first_line_indent == Pt(31.6)


def test_page_numbers_are_fields_and_stand_outside() -> None:
    made = opened(document())
    (section,) = made.sections
    assert made.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (line,) = footer.paragraphs
        assert re.fullmatch("— [12] —", line.text)
        assert line._p.find(f".//{qn('w:instrText')}").text.strip() == "PAGE"
        assert line._p.find(f".//{qn('w:jc')}").get(qn("w:val")) == side


@pytest.mark.parametrize("year", [2020, 2022])
def test_statutory_tables_are_native_with_merged_cells(year: int) -> None:
    made = report(year)
    shown = [block for block in made.blocks if isinstance(block, Grid)]
    for table, native in zip(shown, opened(made).tables, strict=True):
        cells, width = native._cells, len(table.widths)
        grid = [cell for line in table.lines() for cell in line for _ in range(cell.columns)]
        assert [squeezed(cell.text) for cell in cells] == [squeezed(cell.text) for cell in grid]
        merged = {(id(cell._tc)): 0 for cell in cells}
        for cell in cells:
            merged[id(cell._tc)] += 1
        assert len(merged) == sum(len(row) for row in (*table.head, *table.body))
        assert len(native.columns) == width


def test_header_rows_repeat_and_rows_are_not_divided() -> None:
    table = statutory_grid(filing(2022), "applications")
    (native,) = opened(document(table)).tables
    rows = [row._tr.trPr for row in native.rows]
    assert [row.find(qn("w:tblHeader")) is not None for row in rows] == [
        number < len(table.head) for number in range(len(rows))
    ]
    assert all(row.find(qn("w:cantSplit")) is not None for row in rows)


def kept_with_next(table: Any) -> list[bool]:
    return [row._tr.find(f".//{qn('w:keepNext')}") is not None for row in table.rows]


def test_the_applications_table_stands_on_one_page() -> None:
    native = opened(document(statutory_grid(filing(2022), "applications"))).tables[0]
    assert kept_with_next(native) == [True] * (len(native.rows) - 1) + [False]


def test_a_label_beside_many_rows_is_set_again_and_stands_with_its_rows_on_one_page() -> None:
    labels = [(f"第{n // 40}类", f"小类{n // 3}", f"项目{n}") for n in range(60)]
    table = frame_grid(pd.DataFrame({"甲": range(60)}, index=pd.MultiIndex.from_tuples(labels)))
    native = opened(document(table)).tables[0]
    kept = kept_with_next(native)
    for column in (0, 1):
        runs = [(id(cell._tc), cell.text) for cell in native.columns[column].cells]
        starts = [n for n, (place, _) in enumerate(runs) if n and place != runs[n - 1][0]]
        assert [runs[n][1] for n in starts] != [""] * len(starts)
        assert max(end - start for start, end in pairwise([*starts, len(runs)])) <= MOST_KEPT
        assert all(all(kept[start : end - 1]) for start, end in pairwise([*starts, len(runs)]))
    assert kept.count(False) > 60 // MOST_KEPT


def test_a_short_table_stands_on_one_page_and_tables_never_touch() -> None:
    short = frame_grid(pd.DataFrame({"甲": [1, 2]}), "短表")
    body = opened(document(short, short)).element.body
    kinds = [etree.QName(node).localname for node in body]
    assert "tbl,tbl" not in ",".join(kinds) and kinds[-2:] == ["p", "sectPr"]
    keeps = [row.find(f".//{qn('w:keepNext')}") is not None for row in next(body.iter(qn("w:tbl"))).iter(qn("w:tr"))]
    assert keeps == [True, True, False]


def test_headings_lists_and_emphasis_of_markdown_are_real_ones() -> None:
    text = "# 甲\n\n### 乙\n\n**粗**和*斜*和`码`。\n\n3. 三\n4. 四\n   - 点\n\n   续段\n\n> 引文\n\n```\na  b\n```"
    made = opened(document(*markdown_blocks(text)))
    styles = [(p.text, p.style.name) for p in made.paragraphs[1:]]
    assert styles == [
        ("甲", "Heading 1"),
        ("乙", "Heading 2"),
        ("粗和斜和码。", "Body Text"),
        *((text, "List Paragraph") for text in ("三", "四", "点", "续段")),
        ("引文", "Quote"),
        ("a  b", "HTML Preformatted"),
    ]
    runs = made.paragraphs[3].runs
    assert [run.text for run in runs if run.bold] == ["粗"]
    assert {run.text: run.style.name for run in runs if run.text in "斜码"} == {"斜": "Emphasis", "码": "HTML Code"}
    three, four, dot, more = (p._p.pPr.numPr for p in made.paragraphs[4:8])
    assert three.numId.val == four.numId.val != dot.numId.val and more is None
    numbering = made.part.numbering_part.element
    assert numbering.num_having_numId(three.numId.val).lvlOverride_lst[0].startOverride.val == 3
    assert (three.ilvl.val, dot.ilvl.val) == (0, 1)


def test_pictures_are_png_with_alternative_text_and_no_wider_than_the_text() -> None:
    wide = SVG.replace('"200"', '"2000"').format("总计").encode()
    made = opened(document(Picture("image/svg+xml", b"", "甲一件、乙两件", "申请情况", wide)))
    (shape,) = made.inline_shapes
    assert shape._inline.docPr.get("descr") == "甲一件、乙两件"
    assert shape.width <= Mm(156.1)
    (image,) = [part for name, part in parts(docx_bytes(document(Picture("image/svg+xml", wide, "图")))).items()
                if name.startswith("word/media/")]  # fmt: skip
    assert image.startswith(b"\x89PNG")
    assert [p.style.name for p in made.paragraphs[-2:]] == ["图", "Caption"]


def test_a_png_keeps_its_pixels_and_shape() -> None:
    target = io.BytesIO()
    drawing = Drawing(figsize=(4, 2), dpi=100)
    drawing.add_subplot().plot([1, 3, 2])
    drawing.savefig(target, format="png")
    made = document(Picture("image/png", target.getvalue(), "折线"))
    assert target.getvalue() in parts(docx_bytes(made)).values()
    (shape,) = opened(made).inline_shapes
    assert shape.width / shape.height == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize(
    ("media", "data"), [("image/png", b"nope"), ("image/png", b"\x89PNG\r\n\xff"), ("image/svg+xml", b"<svg><<")]
)
def test_a_broken_picture_is_named(media: str, data: bytes) -> None:
    with pytest.raises(GovReportError, match="图“月度图”无法读取"):
        docx_bytes(document(Picture(media, data, "月度图")))


def test_a_picture_cannot_draw_in_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.svg").write_text(SVG.format("机密"))
    monkeypatch.chdir(tmp_path)
    linked = SVG.format("").replace("</svg>", '<image href="secret.svg" width="9" height="9"/></svg>').encode()
    with pytest.raises(GovReportError, match="无法读取"):
        docx_bytes(document(Picture("image/svg+xml", linked, "图")))


def test_a_draft_is_marked_on_every_page_and_lists_its_findings_worst_first() -> None:
    made = report(2022, draft=True, findings=FINDINGS)
    (section,) = opened(made).sections
    for header in (section.header, section.even_page_header):
        assert b"\xe8\x8d\x89 \xe7\xa8\xbf" in etree.tostring(header._element, encoding="utf-8")
    found = "".join(texts(made))
    assert "草稿：有1项错误未处理，不得公布" in found
    assert found.index("勾稽校验意见（仅草稿附列）") < found.index("第一项加第二项不等") < found.index("制发件数偏大")
    assert found.index("制发件数偏大") < found.index("结转不符") < found.index("已接受：上年报告已更正")


def test_a_report_that_is_no_draft_has_no_mark_and_no_findings() -> None:
    contents = parts(docx_bytes(report(2022, findings=FINDINGS)))
    assert not any(name.startswith("word/header") for name in contents)
    assert "勾稽校验意见" not in contents["word/document.xml"].decode()


def test_the_document_says_what_it_is() -> None:
    properties = opened(report(2022, published="2023-01-27")).core_properties
    assert (properties.title, properties.author, properties.language) == ("".join(TITLE), TITLE[0], "zh-CN")
    assert properties.created.date().isoformat() == properties.modified.date().isoformat() == "2023-01-27"


def test_the_lines_of_a_signature_stay_apart_and_the_date_stands_below_them_once() -> None:
    made = opened(report(2022, signature="示例市教育局\n示例市体育局", published="2023-01-07"))
    assert [p.text for p in made.paragraphs[-2:]] == ["示例市教育局\n示例市体育局", "2023年1月7日"]
    one = opened(report(2022, signature="示例市教育局", published="2023-01-07"))
    assert made.paragraphs[-2].paragraph_format.left_indent == one.paragraphs[-2].paragraph_format.left_indent


def test_the_same_document_gives_the_same_bytes() -> None:
    figure = Picture("image/svg+xml", b"", "图", "图题", SVG.format("总计").encode())
    made = report(2022, draft=True, findings=FINDINGS, published="2023-01-27", signature=TITLE[0])
    made = replace(made, blocks=(*made.blocks, figure))
    first = docx_bytes(made)
    docx_bytes(report(2020))
    assert docx_bytes(made) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("hostile", [*HOSTILE, "<w:p/>&amp;]]>", "{ PAGE }", '=cmd|"/c calc"!A1'])
def test_no_text_is_read_as_markup(hostile: str) -> None:
    table = display_table("h", hostile, (1, 1), ((GridCell(hostile, scope="col"),) * 2,), ((GridCell(hostile),) * 2,))
    blocks: tuple[Block, ...] = (
        Paragraph((Text(hostile),), 1),
        paragraph(hostile),
        ItemList(True, 1, ((paragraph(hostile),),)),
        Quote((paragraph(hostile),)),
        table,
        Preformatted(hostile),
    )
    findings = said_of(hostile)
    values = {"name": hostile, "contact": hostile, "signature": hostile, "findings": findings, "draft": True}
    made = document(*blocks, title=(hostile, hostile), **values)
    assert "".join(texts(made)).count(hostile) == 17 - 1
    assert opened(made).core_properties.author == hostile


def test_a_document_leads_nowhere_and_runs_nothing() -> None:
    text = "[点击](https://example.invalid/a)，[写信](mailto:a@example.invalid)，<https://example.invalid/b>"
    contents = parts(docx_bytes(document(*markdown_blocks(text))))
    assert not any(b"TargetMode" in part for name, part in contents.items() if name.endswith(".rels"))
    assert not any("vba" in name.lower() or "embeddings" in name for name in contents)
    assert texts(document(*markdown_blocks(text)))[-1] == (
        "点击（https://example.invalid/a），写信（a@example.invalid），https://example.invalid/b"
    )


def test_control_and_direction_characters_are_dropped() -> None:
    made = document(paragraph("甲\u202e乙\u200f丙\x00丁\ufeff戊\ud800己\u200b庚\ufffe辛😀"), title=("题\x0b\x01目",))
    assert texts(made)[-1] == "甲乙丙丁戊己庚辛😀"
    assert opened(made).core_properties.title == "题目"


def test_a_table_wider_than_a_page_is_refused_by_name() -> None:
    with pytest.raises(GovReportError, match="表“宽表”有300栏"):
        docx_bytes(document(frame_grid(pd.DataFrame([range(300)]), "宽表")))


def test_empty_and_deep_documents_are_no_error() -> None:
    assert docx_bytes(Document((), ()))
    nested: Block = paragraph("深")
    for number in range(12):
        nested = ItemList(bool(number % 2), 1, ((nested, Quote((nested,))) if number < 3 else (nested,), ()))
    table = frame_grid(pd.DataFrame())
    made = opened(document(table, paragraph(" "), ItemList(True, 1, ()), Quote(()), nested, title=("长" * 400,)))
    assert len(made.core_properties.title) == 255


@pytest.fixture(scope="module")
def ran(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = sample.copy(tmp_path_factory.mktemp("docx") / "p").root
    return Run(root, govreport(root, "run", GOOD, FAULTY, "--year", str(YEAR), "--formats", "docx,pdf"))


def test_a_run_makes_and_records_the_formats_asked_for(ran: Run) -> None:
    assert ran.result.returncode == 0, ran.result.stderr
    for agency in (GOOD, FAULTY):
        assert set(ran.record(agency)["files"]) == {"report.ipynb", "report.pdf", "report.docx", "review.html"}
        assert "docx" in ran.record(agency)["seconds"] and "lxml" in ran.record(agency)["versions"]
        assert f'href="{YEAR}/{agency}/report.docx"' in (ran.root / "output/index.html").read_text(encoding="utf-8")
    assert docx.Document(str(ran.folder(FAULTY) / "report.docx")).inline_shapes


def test_the_exporter_gives_the_same_bytes_as_a_run(ran: Run) -> None:
    notebook = nbformat.read(ran.folder(FAULTY) / "report.ipynb", as_version=4)
    data, _ = DocxReportExporter().from_notebook_node(notebook)
    assert data == (ran.folder(FAULTY) / "report.docx").read_bytes()


def prose_and_figures(data: bytes) -> tuple[str, list[str], int]:
    """The text outside tables, without page numbers and the mark of a draft; the figures in tables; the pages."""
    prose, figures = "", []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            found = page.find_tables()
            bottom = page.height - 35 * 72 / 25.4
            outside = [
                c
                for c in page.chars
                if c["bottom"] < bottom + 9
                and c["size"] < 100
                and not any(t.bbox[0] < c["x1"] and c["x0"] < t.bbox[2] and t.bbox[1] < c["bottom"] <= t.bbox[3] + 1
                            for t in found)
            ]  # fmt: skip
            prose += squeezed("".join(c["text"] for c in outside))
            figures += [squeezed(cell) for t in found for row in t.extract() for cell in row if cell]
        return prose, [cell for cell in figures if re.fullmatch(r"[\d.]+", cell)], len(pdf.pages)


def samples(ran: Run) -> Iterator[Document]:
    prose = "1. 一是公开目录更新不够及时；\n2. 二是解读材料偏少。\n\n**下一步**：加强培训。"
    for year in (2020, 2022):
        made = report(year, signature=TITLE[0], published="2023-01-27", contact="示例市人民路1号")
        yield replace(made, blocks=(*made.blocks, *markdown_blocks(prose)))
    made = read_document(nbformat.read(ran.folder(GOOD) / "report.ipynb", as_version=4))
    yield replace(made, blocks=tuple(block for block in made.blocks if not isinstance(block, Picture)))


@pytest.mark.office
def test_libreoffice_prints_the_text_and_figures_of_our_pdf(ran: Run, tmp_path: Path) -> None:
    documents = list(samples(ran))
    for number, made in enumerate(documents):
        (tmp_path / f"{number}.docx").write_bytes(docx_bytes(made))
    printed = converted([tmp_path / f"{number}.docx" for number in range(len(documents))], "pdf", tmp_path / "office")
    for made, path in zip(documents, printed, strict=True):
        prose, figures, pages = prose_and_figures(path.read_bytes())
        ours, our_figures, our_pages = prose_and_figures(pdf_bytes(made))
        assert figures == our_figures and len(figures) > 100
        assert prose == ours
        assert abs(pages - our_pages) <= 1


@pytest.mark.office
def test_libreoffice_divides_no_figure_at_the_end_of_a_line(tmp_path: Path) -> None:
    texts = ["字" * before + "共收到1234567.89万件" * 3 for before in range(14)]
    (tmp_path / "figures.docx").write_bytes(docx_bytes(document(*map(paragraph, texts))))
    (printed,) = converted([tmp_path / "figures.docx"], "pdf", tmp_path / "office")
    with pypdfium2.PdfDocument(printed) as pdf:
        lines = "\n".join(page.get_textpage().get_text_range() for page in pdf).replace(" ", "").splitlines()
    assert sum(line.count("1234567.89") for line in lines) == 3 * len(texts)


def read_tables(page: bytes) -> list[list[tuple[str, int]]]:
    """The cells of each table of a page, each with the rows that it spans, without the spaces in its text."""
    tables = markup.document_fromstring(page.decode()).iter("table")
    return [[(squeezed(c.text_content()), int(c.get("rowspan", 1))) for c in t.iter("td", "th")] for t in tables]


def laid_out(table: Grid) -> list[tuple[str, int]]:
    return [(squeezed(cell.text), cell.rows) for row in (*table.head, *table.body) for cell in row]


@pytest.fixture(scope="module")
def read_by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages that LibreOffice makes of a report of either edition and of an analyst's document."""
    folder = tmp_path_factory.mktemp("read")
    for name, made in {"2020": report(2020), "2022": report(2022), "analyst": read_document(analyst.filled())}.items():
        (folder / f"{name}.docx").write_bytes(docx_bytes(made))
    converted(sorted(folder.glob("*.docx")), "html", folder / "office")
    return folder / "office"


@pytest.mark.office
@pytest.mark.parametrize("year", [2020, 2022])
def test_libreoffice_reads_every_table_as_the_form_lays_it_out_with_the_filings_figures(
    year: int, read_by_libreoffice: Path
) -> None:
    figures = filing(year)
    read = read_tables((read_by_libreoffice / f"{year}.html").read_bytes())
    assert read == [laid_out(statutory_grid(figures, key)) for key in figures.form.tables]
    printed = [text for cells in read for text, _ in cells]
    kinds = {name: cell.kind for name, cell in figures.form.cells.items()}
    stated = [figures.text_of(name) + (kind.unit if kind.unit_in_cell else "") for name, kind in kinds.items()]
    assert len(stated) > 190 and [text for text in printed if re.fullmatch(r"[\d.]+元?", text)] == stated


@pytest.mark.office
def test_libreoffice_reads_an_analysts_tables_lists_and_pictures(read_by_libreoffice: Path) -> None:
    made = read_document(analyst.filled())
    page = (read_by_libreoffice / "analyst.html").read_bytes()
    shown = [block for block in made.blocks if isinstance(block, Grid)]
    assert len(shown) == 6
    assert read_tables(page) == [laid_out(table) for table in shown]
    read = markup.document_fromstring(page.decode())
    assert {"一月", "√ 已办结", "第一步"} <= {" ".join(e.text_content().split()) for e in read.iter("p", "li", "td")}
    assert [item.text_content().split() for item in read.iterfind(".//li[@value='3']")] == [["丙"]], "its number"
    assert len(list(read.iter("img"))) == sum(isinstance(block, Picture) for block in made.blocks) == 5
    assert len(list(read_by_libreoffice.glob("analyst*.jpg"))) == 1, "a photograph stays one"


def test_elements_stand_in_the_order_that_word_asks_for(ran: Run) -> None:
    drafts = (report(year, draft=True, findings=FINDINGS, contact="甲", signature="乙") for year in (2020, 2022))
    for made in (*drafts, read_document(analyst.filled()), Document((), ())):
        assert misplaced(docx_bytes(made)) == []
    assert misplaced((ran.folder(FAULTY) / "report.docx").read_bytes()) == []


def test_elements_out_of_order_would_be_found() -> None:
    data, spoilt = docx_bytes(document(paragraph("甲"))), io.BytesIO()
    with zipfile.ZipFile(spoilt, "w") as package:
        for name, content in parts(data).items():
            swapped = re.sub(rb"(<w:pStyle[^>]*/>)(<w:keepNext/>)", rb"\2\1", content.replace(b"<w:jc", b"<w:jcc"))
            package.writestr(name, swapped)
    assert any("jcc is unknown" in told for told in misplaced(spoilt.getvalue()))
    assert any("pStyle after keepNext" in told for told in misplaced(spoilt.getvalue())) or b"keepNext" not in data
